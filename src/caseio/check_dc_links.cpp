#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace longyang::caseio {

std::vector<Fault> check_dc_links(const grid::System& system) {
    const grid::DcLinks& t = system.dc_links;
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.from_bus[i] >= 0 && t.from_bus[i] == t.to_bus[i]) {
            const auto bus = static_cast<std::size_t>(t.from_bus[i]);
            faults.push_back(row_fault("dc_links", t, i, "to_bus",
                                       in_quotes(system.buses.name[bus]) + ", as in from_bus",
                                       "another bus than from_bus"));
        }
        if (t.p_min_mw[i] > t.p_max_mw[i]) {
            faults.push_back(row_fault("dc_links", t, i, "p_min_mw",
                                       fmt::format("{}", t.p_min_mw[i]),
                                       fmt::format("at most p_max_mw = {}", t.p_max_mw[i])));
        }
    }
    return faults;
}

} // namespace longyang::caseio
