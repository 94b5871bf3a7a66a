#include "model/dc_links.hpp"

#include "grid/cascades.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace longyang::model {
namespace {

/// One way of a link.
struct Way {
    int sends = 0, receives = 0; ///< buses
    double least_mw = 0.0, most_mw = 0.0;
};

// NW-5  a x least <= sent <= a x most; the bus that sends gives -sent, the other one (1 - loss)
// sent
void build_way(const Context& context, int item, std::string_view family, const Way& way,
               lp::Block& block) {
    const grid::DcLinks& table = context.system.dc_links;
    const auto i = static_cast<std::size_t>(item);
    const int sent = block.family(family);
    for (int t = 0; t < context.span.hours; ++t) {
        const double available = grid::profile_value(context.system, table.p_max_profile[i],
                                                     context.hour_of_year(t), 1.0);
        const int column =
            block.add_column(sent, t, available * way.least_mw, available * way.most_mw, 0.0);
        block.add_port(context.channels.injection(way.sends), t, column, -1.0);
        block.add_port(context.channels.injection(way.receives), t, column, 1.0 - table.loss_pu[i]);
    }
}

} // namespace

void build_dc_forward(const Context& context, int item, lp::Block& block) {
    const grid::DcLinks& table = context.system.dc_links;
    const auto i = static_cast<std::size_t>(item);
    build_way(
        context, item, "dc_link_forward",
        {table.from_bus[i], table.to_bus[i], std::max(table.p_min_mw[i], 0.0), table.p_max_mw[i]},
        block);
}

void read_dc_forward(const Context& context, int item, const lp::Block& /*block*/,
                     std::span<const double> values, grid::Schedule& schedule) {
    std::copy_n(values.begin(), context.span.hours,
                schedule.dc_link_forward_mw.row(static_cast<std::size_t>(item)).begin());
}

void build_dc_backward(const Context& context, int item, lp::Block& block) {
    const grid::DcLinks& table = context.system.dc_links;
    const auto i = static_cast<std::size_t>(item);
    build_way(context, item, "dc_link_backward",
              {table.to_bus[i], table.from_bus[i], 0.0, std::max(0.0 - table.p_min_mw[i], 0.0)},
              block);
}

void read_dc_backward(const Context& context, int item, const lp::Block& /*block*/,
                      std::span<const double> values, grid::Schedule& schedule) {
    std::copy_n(values.begin(), context.span.hours,
                schedule.dc_link_backward_mw.row(static_cast<std::size_t>(item)).begin());
}

} // namespace longyang::model
