#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace longyang::caseio {
namespace {

void check_branches_of_contingencies(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Contingencies& t = system.contingencies;
    std::set<std::pair<int, int>> seen;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        const int first = t.branch[k];
        const int second = t.second_branch[k];
        if (first < 0) {
            continue; // told already
        }
        const std::string name = in_quotes(system.branches.name[static_cast<std::size_t>(first)]);
        if (first == second) {
            faults.push_back(row_fault("contingencies", t, k, "second_branch",
                                       name + ", as in branch", "another branch than branch"));
        }
        if (!seen.insert(std::minmax(first, second)).second) {
            faults.push_back(row_fault("contingencies", t, k, "branch",
                                       name + " for the second time", "each outage once"));
        }
    }
}

const grid::Names* names_of_plants(const grid::System& system, const std::string& table) {
    if (table == "thermal") {
        return &system.thermal.name;
    }
    if (table == "hydro") {
        return &system.hydro.name;
    }
    if (table == "renewables") {
        return &system.renewables.name;
    }
    return table == "storages" ? &system.storages.name : nullptr;
}

void check_trip(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const grid::ContingencyActions& t = system.contingency_actions;
    const grid::Names* plants = names_of_plants(system, t.plant_table[k]);
    if (plants == nullptr) {
        faults.push_back(row_fault("contingency_actions", t, k, "plant_table", "nothing",
                                   "the table of the plant that is tripped"));
    } else if (std::find(plants->begin(), plants->end(), t.plant[k]) == plants->end()) {
        faults.push_back(row_fault("contingency_actions", t, k, "plant", in_quotes(t.plant[k]),
                                   fmt::format("the name of a row in {}.csv", t.plant_table[k]),
                                   nearest_name(t.plant[k], *plants)));
    }
}

} // namespace

std::vector<Fault> check_contingencies(const grid::System& system) {
    std::vector<Fault> faults;
    check_branches_of_contingencies(system, faults);
    const grid::ContingencyActions& t = system.contingency_actions;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        if (t.kind[k] == "trip") {
            check_trip(system, k, faults);
        } else if (t.kind[k] == "run_back" && t.hvdc[k] < 0) {
            faults.push_back(row_fault("contingency_actions", t, k, "hvdc", "nothing",
                                       "the HVDC line that is run back"));
        }
    }
    return faults;
}

} // namespace longyang::caseio
