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
        if (system.thermal.bus[i] < 0 || system.thermal.fuel[i] < 0) {
            continue; // told already
        }
        const int region = grid::capped_region(system, static_cast<int>(i));
        if (region >= 0 && grid::covers(system, cap, region)) {
            return true;
        }
    }
    return false;
}

/// A power block draws heat from its store, and nothing besides.
void check_power_blocks_emit_nothing(const grid::System& system, std::vector<Fault>& faults) {
    const grid::PowerBlocks& blocks = system.power_blocks;
    for (std::size_t k = 0; k < blocks.plant.size(); ++k) {
        if (blocks.plant[k] < 0) {
            continue; // told already
        }
        const auto plant = static_cast<std::size_t>(blocks.plant[k]);
        const int fuel = system.thermal.fuel[plant];
        if (system.thermal.bus[plant] >= 0 && fuel >= 0 &&
            grid::capped_region(system, blocks.plant[k]) >= 0) {
            faults.push_back(
                row_fault("power_blocks", blocks, k, "plant",
                          fmt::format("{}, whose fuel {} has CO2, under a cap on emissions",
                                      in_quotes(system.thermal.name[plant]),
                                      in_quotes(system.fuels.name[static_cast<std::size_t>(fuel)])),
                          "a fuel with co2_t_per_gj = 0: heat from the store emits nothing"));
        }
    }
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
    if (!table.region.empty()) {
        check_power_blocks_emit_nothing(system, faults);
    }
    return faults;
}

} // namespace longyang::caseio
