#include "caseio/checks.hpp"
#include "grid/cascades.hpp"
#include "grid/hvdc_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace longyang::caseio {
namespace {

/// All that loads, lines, storages and pumps could ever draw at once, MW.
double largest_use_mw(const grid::System& system) {
    const auto peak = [&](int profile) {
        if (profile < 0) {
            return 1.0;
        }
        const auto row = system.profiles.row(profile);
        return *std::max_element(row.begin(), row.end());
    };
    double mw = 0.0;
    const grid::Loads& loads = system.loads;
    for (std::size_t i = 0; i < loads.line.size(); ++i) {
        mw += loads.mean_mw[i] * peak(loads.profile[i]);
    }
    const grid::FlexibleLoads& flexible = system.flexible_loads;
    for (std::size_t i = 0; i < flexible.line.size(); ++i) {
        mw += flexible.draw_max_mw[i] * peak(flexible.draw_max_profile[i]) +
              flexible.own_load_mw[i] * peak(flexible.own_load_profile[i]);
    }
    for (const grid::Numbers* most :
         {&system.hvdc.p_max_mw, &system.storages.charge_max_mw, &system.pumps.p_max_mw}) {
        mw = std::accumulate(most->begin(), most->end(), mw);
    }
    return mw;
}

/// Plants of wind and sun in kW.
void check_renewables(const grid::System& system, std::vector<Fault>& faults) {
    constexpr double far = 10.0;
    const double use_mw = largest_use_mw(system);
    if (use_mw <= 0.0) {
        return; // check_adequacy tells it
    }
    const grid::Renewables& t = system.renewables;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.capacity_mw[i] > far * use_mw) {
            faults.push_back(row_fault(
                "renewables", t, i, "capacity_mw", fmt::format("{}", t.capacity_mw[i]),
                fmt::format("MW, at most {} times the {:.6g} MW that all loads, HVDC lines, "
                            "storages and pumps can draw",
                            far, use_mw)));
        }
    }
}

/// A capacity far above what the largest flow gives: output per flow in kWh/m3, perhaps.
void check_stations(const grid::System& system, std::vector<Fault>& faults) {
    constexpr double far = 2.0;
    const grid::HydroStations& t = system.hydro;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        const double best = grid::best_mw_per_m3_per_s(system, k);
        const double flow_mw = best * t.flow_max_m3_per_s[k];
        if (flow_mw > 0.0 && t.p_max_mw[k] > far * flow_mw) {
            faults.push_back(row_fault(
                "hydro", t, k, "p_max_mw",
                fmt::format("{}, more than {} times what the largest flow gives", t.p_max_mw[k],
                            far),
                fmt::format("about {:.6g}, flow_max_m3_per_s x {} MW/(m3/s) (1 kWh/m3 is 3.6 of "
                            "these)",
                            flow_mw, best)));
        }
    }
}

/// Levels count from the least power: a rating that is none of them would never be used.
void check_levels(const grid::System& system, std::size_t i, std::vector<Fault>& faults) {
    const grid::HvdcLines& t = system.hvdc;
    const double step = t.level_step_mw[i];
    if (!(step > 0.0) || !(t.p_min_mw[i] <= t.p_max_mw[i])) {
        return;
    }
    const double steps = (t.p_max_mw[i] - t.p_min_mw[i]) / step;
    const double highest = t.p_min_mw[i] + step * std::floor(steps * (1.0 + rounding));
    if (highest < t.p_max_mw[i] - rounding * std::abs(t.p_max_mw[i])) {
        faults.push_back(
            row_fault("hvdc", t, i, "level_step_mw",
                      fmt::format("{}, of which the highest level from p_min_mw = {} is {}", step,
                                  t.p_min_mw[i], highest),
                      fmt::format("a step whose levels reach p_max_mw = {}, or 0", t.p_max_mw[i])));
    }
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
void check_machines(const grid::System& system, std::vector<Fault>& faults) {
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
    } else if (table == "dc_links") {
        const grid::DcLinks& t = system.dc_links;
        place(t, [&](std::size_t i) { range = {std::min(t.p_min_mw[i], 0.0), t.p_max_mw[i]}; });
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

} // namespace

std::vector<Fault> check_sizes(const grid::System& system) {
    std::vector<Fault> faults;
    check_renewables(system, faults);
    check_stations(system, faults);
    for (std::size_t i = 0; i < system.hvdc.line.size(); ++i) {
        check_levels(system, i, faults);
    }
    check_machines(system, faults);
    for (std::size_t i = 0; i < system.dispatch.line.size(); ++i) {
        check_power(system, i, faults);
    }
    return faults;
}

} // namespace longyang::caseio
