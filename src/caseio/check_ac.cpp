#include "caseio/checks.hpp"
#include "grid/hvdc_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
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
        {"thermal", &system.thermal},   {"renewables", &system.renewables},
        {"hydro", &system.hydro},       {"storages", &system.storages},
        {"hvdc", &system.hvdc},         {"loads", &system.loads},
        {"machines", &system.machines},
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

std::size_t place_of(const grid::Rows& rows, const std::string& name) {
    return static_cast<std::size_t>(std::find(rows.name.begin(), rows.name.end(), name) -
                                    rows.name.begin());
}

/// A plant that machines stand for.
struct Plant {
    int bus = -1; ///< -1: unknown
    double most_mw = 0.0;
};

Plant plant_of(const grid::System& system, const std::string& table, const std::string& name) {
    if (table == "thermal") {
        const grid::Thermal& t = system.thermal;
        const std::size_t i = place_of(t, name);
        return i < t.name.size() ? Plant{t.bus[i], t.units[i] * t.p_max_mw[i]} : Plant{};
    }
    if (table == "hydro") {
        const grid::HydroStations& t = system.hydro;
        const std::size_t i = place_of(t, name);
        return i < t.name.size() ? Plant{t.bus[i], t.p_max_mw[i]} : Plant{};
    }
    const grid::Storages& t = system.storages;
    const std::size_t i = place_of(t, name);
    return table == "storages" && i < t.name.size()
               ? Plant{t.bus[i], std::max(t.discharge_max_mw[i], t.charge_max_mw[i])}
               : Plant{};
}

/// What the given dispatch asks of a plant, without its sign; imports rate machines by it.
double dispatched_mw(const grid::System& system, const std::string& table,
                     const std::string& name) {
    const grid::GivenDispatch& t = system.dispatch;
    double most = 0.0;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        if (t.table[k] == table && t.item[k] == name) {
            most = std::max(most, std::abs(t.p_mw[k]));
        }
    }
    return most;
}

/// Machines stand at the bus of their plant, and are together about as large.
void check_sizes(const grid::System& system, std::vector<Fault>& faults) {
    constexpr double most = 4.0; // of the plant's power
    constexpr double least = 0.5;
    const grid::Machines& t = system.machines;
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> of_plant;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (!t.plant_table[i].empty() && !t.plant[i].empty()) {
            of_plant[{t.plant_table[i], t.plant[i]}].push_back(i);
        }
    }
    for (const auto& [of, rows] : of_plant) {
        const auto& [table, name] = of;
        const Plant plant = plant_of(system, table, name);
        double mva = 0.0;
        double reactive_mvar = 0.0;
        bool generators = true;
        for (const std::size_t i : rows) {
            mva += t.units[i] * t.s_mva[i];
            reactive_mvar +=
                t.units[i] * std::max(std::abs(t.q_min_mvar[i]), std::abs(t.q_max_mvar[i]));
            generators = generators && t.kind[i] == "generator";
            if (plant.bus >= 0 && t.bus[i] >= 0 && t.bus[i] != plant.bus) {
                const grid::Names& buses = system.buses.name;
                faults.push_back(row_fault(
                    "machines", t, i, "bus", in_quotes(buses[static_cast<std::size_t>(t.bus[i])]),
                    fmt::format("{}, the bus of its plant {}",
                                in_quotes(buses[static_cast<std::size_t>(plant.bus)]),
                                in_quotes(name))));
            }
        }
        const double power =
            std::hypot(std::max(plant.most_mw, dispatched_mw(system, table, name)), reactive_mvar);
        const bool too_large = plant.most_mw > 0.0 && mva > most * power;
        const bool too_small = generators && mva < least * plant.most_mw;
        if (too_large || too_small) {
            faults.push_back(row_fault(
                "machines", t, rows.front(), "s_mva",
                fmt::format("{:.6g} MVA of all machines of {} together (units x s_mva)", mva,
                            in_quotes(name)),
                too_large ? fmt::format("at most {} times its {:.6g} MW", most, plant.most_mw)
                          : fmt::format("at least {} of its {:.6g} MW", least, plant.most_mw)));
        }
    }
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

/// Power that a row of the dispatch can have, MW.
struct Range {
    double least_mw = -std::numeric_limits<double>::infinity();
    double most_mw = std::numeric_limits<double>::infinity();
};

/// A thermal plant may draw power: files of power flows have motors and boundaries as generators.
Range range_of(const grid::System& system, const std::string& table, const std::string& name) {
    Range range;
    const auto place = [&name](const grid::Rows& rows, auto&& found) {
        if (const std::size_t i = place_of(rows, name); i < rows.name.size()) {
            found(i);
        }
    };
    if (table == "thermal") {
        const grid::Thermal& t = system.thermal;
        place(t, [&](std::size_t i) { range.most_mw = t.units[i] * t.p_max_mw[i]; });
    } else if (table == "renewables") {
        const grid::Renewables& t = system.renewables;
        place(t, [&](std::size_t i) { range = {0.0, t.capacity_mw[i]}; });
    } else if (table == "hydro") {
        const grid::HydroStations& t = system.hydro;
        place(t, [&](std::size_t i) { range = {0.0, t.p_max_mw[i]}; });
    } else if (table == "storages") {
        const grid::Storages& t = system.storages;
        place(t, [&](std::size_t i) { range = {0.0 - t.charge_max_mw[i], t.discharge_max_mw[i]}; });
    } else if (table == "hvdc") {
        const grid::HvdcLines& t = system.hvdc;
        place(t, [&](std::size_t i) {
            if (grid::rated_mw(t, i) > 0.0) { // files of power flows have lines without limits
                range = {std::min(t.p_min_mw[i], 0.0), t.p_max_mw[i]};
            }
        });
    } else if (table == "loads") {
        range.least_mw = 0.0;
    }
    return range;
}

/// Not where the row takes up what is missing. Generators of files of power flows may lie a little
/// above their limits.
void check_power(const grid::System& system, std::size_t i, std::vector<Fault>& faults) {
    constexpr double margin = 0.1;
    const grid::GivenDispatch& t = system.dispatch;
    const auto [least, most] = range_of(system, t.table[i], t.item[i]);
    const double p = t.p_mw[i];
    const bool below = p < least - margin * std::abs(least) - rounding;
    const bool above = p > most + margin * std::abs(most) + rounding;
    if (t.slack_share[i] > 0.0 || (!below && !above)) {
        return;
    }
    faults.push_back(
        row_fault("dispatch", t, i, "p_mw", fmt::format("{}", p),
                  above ? fmt::format("at most the {:.6g} MW that {} has (10 % above are let pass)",
                                      most, in_quotes(t.item[i]))
                  : t.table[i] == "loads" ? std::string("the demand served, 0 or more")
                                          : fmt::format("at least {:.6g} MW", least)));
}

void check_dispatch(const grid::System& system, std::vector<Fault>& faults) {
    const grid::GivenDispatch& t = system.dispatch;
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        check_name(system, "dispatch", t, i, "name", t.table[i], t.item[i], faults);
        check_power(system, i, faults);
        if (!seen.emplace(t.table[i], t.item[i]).second) {
            faults.push_back(row_fault("dispatch", t, i, "name",
                                       in_quotes(t.item[i]) + " for the second time",
                                       "each component once"));
        }
    }
}

} // namespace

std::vector<Fault> check_ac(const grid::System& system) {
    std::vector<Fault> faults;
    check_bands(system, faults);
    check_shunts(system, faults);
    check_machines(system, faults);
    check_sizes(system, faults);
    check_set_points(system, faults);
    check_dispatch(system, faults);
    return faults;
}

} // namespace longyang::caseio
