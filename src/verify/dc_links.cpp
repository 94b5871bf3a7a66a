// NW-5 (docs/theory/network.md). What both ends give stands in the balances of network.cpp.
#include "verify/checks.hpp"

#include <algorithm>

namespace longyang::verify {

/// Both ways at once burn energy where there is a loss: dear where prices are above 0, and no
/// breach where they are below.
void check_dc_links(const Scope& scope, Findings& findings) {
    const grid::DcLinks& table = scope.system.dc_links;
    for (std::size_t i = 0; i < table.from_bus.size(); ++i) {
        if (!scope.mine(scope.owners.dc_link, i)) {
            continue;
        }
        const std::string name = name_of(table, i);
        for (int t = 0; t < scope.hours(); ++t) {
            const double available = scope.profile(table.p_max_profile[i], t, 1.0);
            const double forward_mw = scope.schedule.dc_link_forward_mw.row(i)[at(t)];
            const Place forward{"NW-5 DC link forward", name, t, "MW"};
            findings.at_most(forward, forward_mw, available * table.p_max_mw[i]);
            findings.at_least(forward, forward_mw, available * std::max(table.p_min_mw[i], 0.0));
            findings.at_most({"NW-5 DC link backward", name, t, "MW"},
                             scope.schedule.dc_link_backward_mw.row(i)[at(t)],
                             available * std::max(-table.p_min_mw[i], 0.0));
        }
    }
}

} // namespace longyang::verify
