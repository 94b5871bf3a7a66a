#include "grid/hvdc_demand.hpp"

#include "model/hvdc_line.hpp"

#include <cstddef>
#include <vector>

namespace longyang::model {

/// HV-6: p + m_t >= demanded less tolerance, by hour; m_t is paid.
void add_demand(const Context& context, int line, std::span<const HeldHours> held,
                lp::Block& block) {
    const std::vector<double> demanded_mw = grid::demanded_mw(context.system, line, context.span);
    if (demanded_mw.empty()) {
        return;
    }
    const double cny_per_mwh =
        context.system.hvdc.demand_shortfall_cny_per_mwh[static_cast<std::size_t>(line)];
    const int missing = block.family("hvdc_missing");
    const int hv6 = block.family("HV-6");
    for (const HeldHours& at : held) {
        for (int t = at.begin; t < at.end; ++t) {
            const double mw = demanded_mw[static_cast<std::size_t>(t)];
            if (mw > at.low_mw) {
                const int m = block.add_column(missing, t, 0.0, mw - at.low_mw, cny_per_mwh);
                block.add_row(hv6, t, mw, lp::infinity, {{at.power, 1.0}, {m, 1.0}});
            }
        }
    }
}

} // namespace longyang::model
