#include "caseio/checks.hpp"
#include "grid/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace longyang::caseio {
namespace {

/// A line's certificates come from the region that it leaves; a share of generation has no line and
/// no trade.
void check_target(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const grid::Targets& t = system.targets;
    if (t.kind[k] == "clean_generation") {
        if (t.hvdc[k] >= 0) {
            faults.push_back(
                row_fault("targets", t, k, "hvdc",
                          in_quotes(system.hvdc.name[static_cast<std::size_t>(t.hvdc[k])]),
                          "an empty cell, since kind is clean_generation"));
        }
        if (t.bought_max_pu[k] > 0.0) {
            faults.push_back(row_fault("targets", t, k, "bought_max_pu",
                                       fmt::format("{}", t.bought_max_pu[k]),
                                       "0, since certificates do not count for clean_generation"));
        }
        return;
    }
    if (t.hvdc[k] >= 0 && t.region[k] >= 0) {
        const auto line = static_cast<std::size_t>(t.hvdc[k]);
        const int bus = system.hvdc.bus[line];
        const int region = bus < 0 ? -1 : system.buses.region[static_cast<std::size_t>(bus)];
        if (region >= 0 && region != t.region[k]) { // below 0: told already
            faults.push_back(
                row_fault("targets", t, k, "region",
                          in_quotes(system.regions.name[static_cast<std::size_t>(t.region[k])]),
                          fmt::format("the region of {}'s sending end", system.hvdc.name[line]),
                          system.regions.name[static_cast<std::size_t>(region)]));
        }
    }
}

/// What a region or line owes of a kind over periods of one length is one figure.
void check_once(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Targets& t = system.targets;
    std::set<std::tuple<std::string, std::string, int, int>> seen;
    for (std::size_t k = 0; k < t.kind.size(); ++k) {
        if (!seen.emplace(t.kind[k], t.period[k], t.region[k], t.hvdc[k]).second) {
            faults.push_back(row_fault("targets", t, k, "kind", t.kind[k],
                                       "one row of a kind and period for a region or line"));
        }
    }
}

/// Rows that share a limit say the same of it; a plant has one.
void check_energy_limits(const grid::System& system, std::vector<Fault>& faults) {
    const grid::EnergyLimits& t = system.energy_limits;
    std::map<std::string, std::size_t> first;
    std::set<int> plants;
    for (std::size_t k = 0; k < t.plant.size(); ++k) {
        if (t.plant[k] < 0) {
            continue; // told already
        }
        const std::string& plant = system.thermal.name[static_cast<std::size_t>(t.plant[k])];
        if (!plants.insert(t.plant[k]).second) {
            faults.push_back(row_fault("energy_limits", t, k, "plant",
                                       fmt::format("a second row of {}", in_quotes(plant)),
                                       "one row a plant"));
        }
        const auto [known, added] = first.emplace(t.shared[k].empty() ? plant : t.shared[k], k);
        const std::size_t other = known->second;
        if (!added && t.shared[other].empty() != t.shared[k].empty()) {
            const std::size_t named = t.shared[k].empty() ? other : k;
            faults.push_back(row_fault("energy_limits", t, named, "shared",
                                       in_quotes(t.shared[named]),
                                       "a name that is not that of a plant with its own limit"));
            continue;
        }
        if (!added && t.energy_gwh[other] != t.energy_gwh[k]) {
            faults.push_back(row_fault("energy_limits", t, k, "energy_gwh",
                                       fmt::format("{}", t.energy_gwh[k]),
                                       fmt::format("{}, as the first row of {} has it",
                                                   t.energy_gwh[other], in_quotes(known->first))));
        }
        if (!added && t.period[other] != t.period[k]) {
            faults.push_back(row_fault("energy_limits", t, k, "period", t.period[k],
                                       fmt::format("{}, as the first row of {} has it",
                                                   t.period[other], in_quotes(known->first))));
        }
    }
}

} // namespace

std::vector<Fault> check_targets(const grid::System& system) {
    std::vector<Fault> faults;
    for (std::size_t k = 0; k < system.targets.kind.size(); ++k) {
        check_target(system, k, faults);
    }
    check_once(system, faults);
    check_energy_limits(system, faults);
    return faults;
}

} // namespace longyang::caseio
