#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace longyang::caseio {
namespace {

void check_bands(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Buses& t = system.buses;
    for (std::size_t b = 0; b < t.v_min_pu.size(); ++b) {
        if (t.v_min_pu[b] > t.v_max_pu[b]) {
            faults.push_back(row_fault("buses", t, b, "v_min_pu", fmt::format("{}", t.v_min_pu[b]),
                                       fmt::format("at most v_max_pu = {}", t.v_max_pu[b])));
        }
    }
}

void check_shunts(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Shunts& t = system.shunts;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.q_min_mvar[i] > t.q_max_mvar[i]) {
            faults.push_back(row_fault("shunts", t, i, "q_min_mvar",
                                       fmt::format("{}", t.q_min_mvar[i]),
                                       fmt::format("at most q_max_mvar = {}", t.q_max_mvar[i])));
        }
        if (t.kind[i] == "fixed" && (t.q_min_mvar[i] != 0.0 || t.q_max_mvar[i] != 0.0)) {
            faults.push_back(row_fault(
                "shunts", t, i, "q_max_mvar",
                fmt::format("limits {} to {} of a fixed shunt", t.q_min_mvar[i], t.q_max_mvar[i]),
                "0, or kind = svc"));
        }
    }
}

/// Tables whose rows a machine or a dispatch may name.
const grid::Rows* table_named(const grid::System& system, const std::string& table) {
    const std::map<std::string, const grid::Rows*> all = {
        {"thermal", &system.thermal}, {"renewables", &system.renewables},
        {"hydro", &system.hydro},     {"storages", &system.storages},
        {"hvdc", &system.hvdc},       {"dc_links", &system.dc_links},
        {"loads", &system.loads},     {"machines", &system.machines},
    };
    const auto found = all.find(table);
    return found == all.end() ? nullptr : found->second;
}

/// Empty where `name` is a row of `table`, else the fault's words.
void check_name(const grid::System& system, const char* file, const grid::Rows& rows,
                std::size_t row, const char* column, const std::string& table,
                const std::string& name, std::vector<Fault>& faults) {
    const grid::Rows* target = table_named(system, table);
    if (target == nullptr ||
        std::find(target->name.begin(), target->name.end(), name) != target->name.end()) {
        return;
    }
    faults.push_back(row_fault(file, rows, row, column, in_quotes(name),
                               fmt::format("the name of a row in {}.csv", table),
                               nearest_name(name, target->name)));
}

void check_machines(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Machines& t = system.machines;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.plant_table[i].empty() != t.plant[i].empty()) {
            faults.push_back(row_fault("machines", t, i, "plant", in_quotes(t.plant[i]),
                                       "plant_table and plant both given, or both empty"));
        } else {
            check_name(system, "machines", t, i, "plant", t.plant_table[i], t.plant[i], faults);
        }
        if (t.from_hour[i] >= t.to_hour[i]) {
            faults.push_back(row_fault("machines", t, i, "to_hour", fmt::format("{}", t.to_hour[i]),
                                       fmt::format("more than from_hour = {}", t.from_hour[i])));
        } else if (!t.plant[i].empty() &&
                   (t.from_hour[i] > 0 || t.to_hour[i] < grid::hours_per_year)) {
            faults.push_back(row_fault("machines", t, i, "from_hour",
                                       fmt::format("{} to {}", t.from_hour[i], t.to_hour[i]),
                                       "empty cells: the units of its plant say when it is "
                                       "connected"));
        }
        if (t.q_min_mvar[i] > t.q_max_mvar[i]) {
            faults.push_back(row_fault("machines", t, i, "q_min_mvar",
                                       fmt::format("{}", t.q_min_mvar[i]),
                                       fmt::format("at most q_max_mvar = {}", t.q_max_mvar[i])));
        }
        if (t.v_set_pu[i] != 0.0 && t.v_set_pu[i] < 0.5) {
            faults.push_back(row_fault("machines", t, i, "v_set_pu",
                                       fmt::format("{}", t.v_set_pu[i]),
                                       "0 (holds no voltage) or 0.5 and more"));
        }
    }
}

/// All that holds a bus has to hold it at the same voltage.
void check_set_points(const grid::System& system, std::vector<Fault>& faults) {
    std::map<int, std::pair<double, std::string>> held; // voltage, and by whom
    const auto add = [&](const char* file, const grid::Rows& rows, std::size_t row, int bus,
                         double v_pu) {
        const auto [first, fresh] = held.emplace(bus, std::pair(v_pu, rows.name[row]));
        if (bus >= 0 && !fresh && std::abs(first->second.first - v_pu) > 0.0) {
            faults.push_back(
                row_fault(file, rows, row, "v_set_pu", fmt::format("{}", v_pu),
                          fmt::format("{}, the voltage at which {} holds the bus",
                                      first->second.first, in_quotes(first->second.second))));
        }
    };
    const grid::Machines& machines = system.machines;
    for (std::size_t i = 0; i < machines.line.size(); ++i) {
        if (machines.v_set_pu[i] != 0.0) {
            add("machines", machines, i, machines.bus[i], machines.v_set_pu[i]);
        }
    }
    const grid::Shunts& shunts = system.shunts;
    for (std::size_t i = 0; i < shunts.line.size(); ++i) {
        if (shunts.kind[i] == "svc") {
            add("shunts", shunts, i, shunts.bus[i], shunts.v_set_pu[i]);
        }
    }
}

void check_dispatch(const grid::System& system, std::vector<Fault>& faults) {
    const grid::GivenDispatch& t = system.dispatch;
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        check_name(system, "dispatch", t, i, "name", t.table[i], t.item[i], faults);
        if (!seen.emplace(t.table[i], t.item[i]).second) {
            faults.push_back(row_fault("dispatch", t, i, "name",
                                       in_quotes(t.item[i]) + " for the second time",
                                       "each component once"));
        }
        if (t.table[i] == "dc_links" && t.q_mvar[i] != 0.0) {
            faults.push_back(
                row_fault("dispatch", t, i, "q_mvar", fmt::format("{}", t.q_mvar[i]),
                          "0: a DC link has unity power factor at both ends (an svc of "
                          "shunts.csv or a machine gives reactive power there)"));
        }
    }
}

} // namespace

std::vector<Fault> check_ac(const grid::System& system) {
    std::vector<Fault> faults;
    check_bands(system, faults);
    check_shunts(system, faults);
    check_machines(system, faults);
    check_set_points(system, faults);
    check_dispatch(system, faults);
    return faults;
}

} // namespace longyang::caseio
