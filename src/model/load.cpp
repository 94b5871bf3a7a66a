#include "model/load.hpp"

#include "grid/cascades.hpp"
#include "model/read_columns.hpp"

namespace longyang::model {

void build_load(const Context& context, int item, lp::Block& block) {
    const grid::Loads& table = context.system.loads;
    const auto i = static_cast<std::size_t>(item);
    const int injection = context.channels.injection(table.bus[i]);
    const int shed_family = block.family("load_shed");
    for (int t = 0; t < context.span.hours; ++t) {
        const double load_mw =
            table.mean_mw[i] *
            grid::profile_value(context.system, table.profile[i], context.hour_of_year(t), 1.0);
        // LD-1: L - l is taken from the bus, 0 <= l <= L.
        const int shed =
            block.add_column(shed_family, t, 0.0, load_mw, table.value_of_lost_load_cny_per_mwh[i]);
        block.add_port(injection, t, -1, -load_mw);
        block.add_port(injection, t, shed, 1.0);
    }
}

void read_load(const Context& /*context*/, int item, const lp::Block& block,
               std::span<const double> values, grid::Schedule& schedule) {
    read_columns(block, values,
                 {{"load_shed", schedule.load_shed_mw.row(static_cast<std::size_t>(item))}});
}

} // namespace longyang::model
