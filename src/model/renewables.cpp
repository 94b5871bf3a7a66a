#include "model/renewables.hpp"

#include "grid/cascades.hpp"
#include "model/read_columns.hpp"
#include "model/reserves.hpp"

namespace longyang::model {

void build_renewable(const Context& context, int item, lp::Block& block) {
    const grid::Renewables& table = context.system.renewables;
    const auto i = static_cast<std::size_t>(item);
    const int bus = table.bus[i];
    const ReserveChannels reserve = reserve_channels(context, bus);
    const int output = block.family("renewable_output");
    const int down = block.family("renewable_down");
    const int rn2 = block.family("RN-2");
    for (int t = 0; t < context.span.hours; ++t) {
        // RN-1: 0 <= p <= capacity x profile. What is not taken is curtailed:
        // cost = variable_om p + curtailment (available - p).
        const double available_mw =
            table.capacity_mw[i] *
            grid::profile_value(context.system, table.profile[i], context.hour_of_year(t), 1.0);
        const double cost_cny_per_mwh =
            table.variable_om_cny_per_mwh[i] - table.curtailment_cny_per_mwh[i];
        const int p = block.add_column(output, t, 0.0, available_mw, cost_cny_per_mwh);
        block.fixed_cost += table.curtailment_cny_per_mwh[i] * available_mw;
        block.add_port(context.channels.of_renewable[i], t, p, 1.0);
        if (context.channels.security) {
            block.add_port(context.channels.renewable(bus), t, p, 1.0);
        }
        if (!reserve.down.empty()) {
            // RN-2: r- <= p.
            const int held = block.add_column(down, t, 0.0, available_mw, 0.0);
            block.add_row(rn2, t, 0.0, lp::infinity, {{p, 1.0}, {held, -1.0}});
            give_reserve(block, reserve.down, t, held);
        }
    }
}

void read_renewable(const Context& /*context*/, int item, const lp::Block& block,
                    std::span<const double> values, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    read_columns(block, values,
                 {{"renewable_output", schedule.renewable_p_mw.row(i)},
                  {"renewable_down", schedule.renewable_down_mw.row(i)}});
}

} // namespace longyang::model
