#include "caseio/checks.hpp"
#include "grid/emission_caps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace longyang::caseio {
namespace {

/// PT-4: whether any plant that burns something counts against a cap.
bool covers_a_plant(const grid::System& system, int cap) {
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        const int bus = system.thermal.bus[i];
        if (bus < 0 || system.thermal.fuel[i] < 0 ||
            system.buses.region[static_cast<std::size_t>(bus)] < 0) {
            return true; // told already: may be the one that is meant
        }
        const int region = grid::capped_region(system, static_cast<int>(i));
        if (region >= 0 && grid::covers(system, cap, region)) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<Fault> check_emission_caps(const grid::System& system) {
    const grid::EmissionCaps& table = system.emission_caps;
    std::vector<Fault> faults;
    std::map<std::pair<int, std::string>, std::size_t> known;
    for (std::size_t k = 0; k < table.region.size(); ++k) {
        const auto [first, is_new] = known.emplace(std::pair(table.region[k], table.period[k]), k);
        if (!is_new) {
            faults.push_back(
                row_fault("emission_caps", table, k, "region",
                          fmt::format("a second cap of this region by {}", table.period[k]),
                          fmt::format("one, as {} has it", in_quotes(table.name[first->second]))));
        }
        if (!covers_a_plant(system, static_cast<int>(k))) {
            faults.push_back(row_fault(
                "emission_caps", table, k, "region",
                table.region[k] < 0
                    ? std::string("\"\" (all regions)")
                    : in_quotes(system.regions.name[static_cast<std::size_t>(table.region[k])]),
                fmt::format("a region with a thermal plant whose fuel has CO2, or --without "
                            "\"emission_caps[name={}]\"",
                            table.name[k])));
        }
    }
    return faults;
}

} // namespace longyang::caseio
