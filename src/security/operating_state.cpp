#include "security/operating_state.hpp"

#include "grid/cascades.hpp"
#include "grid/connected_machines.hpp"
#include "grid/hvdc_lines.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

namespace longyang::security {
namespace {

using From = grid::MachinePlant::From;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

double plant_mw(const grid::Schedule& schedule, const grid::MachinePlant& plant, std::size_t t) {
    switch (plant.from) {
    case From::thermal:
        return schedule.thermal_p_mw.row(at(plant.row))[t];
    case From::hydro:
        return schedule.hydro_p_mw.row(at(plant.row))[t];
    case From::storages:
        return schedule.storage_discharge_mw.row(at(plant.row))[t];
    case From::always:
        break;
    }
    return 0.0;
}

/// Output of one machine: what its plant gives, over the plant's machines that are connected, of
/// all its rows.
void fill_unit_mw(const grid::Schedule& schedule, std::span<const grid::MachinePlant> plants,
                  OperatingState& state) {
    std::map<std::pair<From, int>, std::vector<double>> connected;
    for (std::size_t m = 0; m < plants.size(); ++m) {
        auto& of_plant = connected[{plants[m].from, plants[m].row}];
        of_plant.resize(state.hours(), 0.0);
        const auto row = state.connected.row(m);
        std::transform(row.begin(), row.end(), of_plant.begin(), of_plant.begin(), std::plus<>());
    }
    for (std::size_t m = 0; m < plants.size(); ++m) {
        const auto& of_plant = connected[{plants[m].from, plants[m].row}];
        for (std::size_t t = 0; t < state.hours(); ++t) {
            state.unit_mw.row(m)[t] =
                of_plant[t] > 0.0 ? plant_mw(schedule, plants[m], t) / of_plant[t] : 0.0;
        }
    }
}

void fill_load_mw(const grid::System& system, const grid::Schedule& schedule,
                  OperatingState& state) {
    for (std::size_t k = 0; k < system.loads.bus.size(); ++k) {
        const auto row = state.load_mw.row(at(system.loads.bus[k]));
        for (std::size_t t = 0; t < state.hours(); ++t) {
            const int hour = schedule.span.begin + static_cast<int>(t);
            row[t] += system.loads.mean_mw[k] *
                          grid::profile_value(system, system.loads.profile[k], hour, 1.0) -
                      schedule.load_shed_mw.row(k)[t];
        }
    }
    for (std::size_t k = 0; k < system.flexible_loads.bus.size(); ++k) {
        const auto row = state.load_mw.row(at(system.flexible_loads.bus[k]));
        for (std::size_t t = 0; t < state.hours(); ++t) {
            row[t] += schedule.flexible_p_mw.row(k)[t];
        }
    }
}

void fill_plan_mw(const grid::System& system, grid::Span span, OperatingState& state) {
    const grid::HvdcLines& t = system.hvdc;
    for (std::size_t k = 0; k < t.bus.size(); ++k) {
        for (std::size_t h = 0; h < state.hours(); ++h) {
            const double available = grid::profile_value(system, t.p_max_profile[k],
                                                         span.begin + static_cast<int>(h), 1.0);
            state.plan_mw.row(k)[h] =
                grid::hvdc_range(t, k, available).most_mw(state.hvdc_mw.row(k)[h]);
        }
    }
}

/// Adds rows of zeros.
void add_rows(grid::HourTable& table, std::size_t rows) {
    table.items += rows;
    table.values.resize(table.items * table.hours, 0.0);
}

} // namespace

std::vector<MachineRow> machine_rows(const grid::System& system,
                                     std::span<const TrialMachine> trials) {
    const grid::Machines& t = system.machines;
    const double base = system.info.base_mva;
    std::vector<MachineRow> rows;
    for (std::size_t m = 0; m < t.bus.size(); ++m) {
        const double s = t.s_mva[m];
        const double gain = t.governor_gain_pu[m] * s;
        rows.push_back({t.bus[m], static_cast<double>(t.units[m]),
                        s / (t.x_subtransient_pu[m] * base), t.inertia_s[m] * s, gain,
                        gain * t.governor_fast_share[m], t.reheat_s[m]});
    }
    for (const TrialMachine& trial : trials) {
        rows.push_back({trial.bus, 0.0, trial.s_mva / (trial.x_subtransient_pu * base),
                        trial.inertia_s * trial.s_mva, 0.0, 0.0, 0.0});
    }
    return rows;
}

grid::Schedule whole_schedule(const Comm& comm, const grid::Schedule& part) {
    grid::Schedule whole;
    whole.span = part.span;
    for (const auto member : grid::power_tables) {
        whole.*member = part.*member;
        sum_in_order(comm, (whole.*member).values);
    }
    return whole;
}

OperatingState operating_state(const grid::System& system, const grid::Schedule& schedule,
                               std::size_t trials) {
    const std::size_t hours = schedule.span.size();
    const std::vector<grid::MachinePlant> plants = grid::plants_of_machines(system);
    OperatingState state;
    state.hvdc_mw = schedule.hvdc_p_mw;
    state.renewable_mw = schedule.renewable_p_mw;
    state.connected = grid::connected_machines(system, schedule);
    state.unit_mw = grid::HourTable(plants.size(), hours);
    fill_unit_mw(schedule, plants, state);
    state.load_mw = grid::HourTable(system.buses.kv.size(), hours);
    state.plan_mw = grid::HourTable(system.hvdc.bus.size(), hours);
    fill_load_mw(system, schedule, state);
    fill_plan_mw(system, schedule.span, state);
    add_rows(state.connected, trials);
    add_rows(state.unit_mw, trials);
    return state;
}

OperatingState repeat_hour(const OperatingState& state, std::size_t hour, std::size_t copies) {
    const auto repeat = [&](const grid::HourTable& table) {
        grid::HourTable copy(table.items, copies);
        for (std::size_t i = 0; i < table.items; ++i) {
            std::fill(copy.row(i).begin(), copy.row(i).end(), table.row(i)[hour]);
        }
        return copy;
    };
    return {repeat(state.connected), repeat(state.unit_mw), repeat(state.renewable_mw),
            repeat(state.hvdc_mw),   repeat(state.plan_mw), repeat(state.load_mw)};
}

} // namespace longyang::security
