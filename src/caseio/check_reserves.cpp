#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace longyang::caseio {

std::vector<Fault> check_reserves(const grid::System& system) {
    const grid::Reserves& t = system.reserves;
    std::vector<Fault> faults;
    std::map<std::tuple<int, std::string, std::string>, std::size_t> first;
    for (std::size_t a = 0; a < t.line.size(); ++a) {
        if (t.kind[a] == "non_spinning" && t.direction[a] == "down") {
            faults.push_back(row_fault("reserves", t, a, "kind",
                                       "\"non_spinning\" with direction down",
                                       "spinning: plants at rest cannot lower their output"));
        }
        if (t.region[a] < 0) {
            continue;
        }
        const auto [before, fresh] =
            first.emplace(std::tuple(t.region[a], t.direction[a], t.kind[a]), a);
        if (!fresh) {
            faults.push_back(
                row_fault("reserves", t, a, "region",
                          fmt::format("a second requirement of {}, {}, {} (line {} is the first)",
                                      system.regions.name[static_cast<std::size_t>(t.region[a])],
                                      t.direction[a], t.kind[a], t.line[before->second]),
                          "one of each direction and kind in a region"));
        }
    }

    const grid::ReserveSharing& s = system.reserve_sharing;
    for (std::size_t k = 0; k < s.line.size(); ++k) {
        if (s.from_reserve[k] < 0 || s.to_reserve[k] < 0) {
            continue;
        }
        const auto from = static_cast<std::size_t>(s.from_reserve[k]);
        const auto to = static_cast<std::size_t>(s.to_reserve[k]);
        if (t.direction[from] != t.direction[to] || t.kind[from] != t.kind[to]) {
            faults.push_back(row_fault(
                "reserve_sharing", s, k, "to_reserve",
                fmt::format("{} ({}, {})", in_quotes(t.name[to]), t.direction[to], t.kind[to]),
                fmt::format("the direction and kind of {} ({}, {})", in_quotes(t.name[from]),
                            t.direction[from], t.kind[from])));
        } else if (from == to || (t.region[from] >= 0 && t.region[from] == t.region[to])) {
            faults.push_back(row_fault("reserve_sharing", s, k, "to_reserve",
                                       in_quotes(t.name[to]) + ", of the same region",
                                       "a requirement of another region"));
        }
    }
    return faults;
}

} // namespace longyang::caseio
