#include "grid/connected_machines.hpp"

#include "base/error.hpp"
#include "grid/outages.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace longyang::grid {
namespace {

using From = MachinePlant::From;

/// Of its size, so that the last of several machines is needed without doubt.
constexpr double needed_share = 1e-3;

/// Power that a unit may carry above its size before another one has to run: dispatch is rounded.
constexpr double rounding = 1e-6;

int row_named(const Rows& rows, const std::string& table, const std::string& name) {
    const auto found = std::find(rows.name.begin(), rows.name.end(), name);
    if (found == rows.name.end()) {
        throw Error(Exit::faulty_case,
                    fmt::format("machines.csv: {}.csv has no row \"{}\"", table, name));
    }
    return static_cast<int>(found - rows.name.begin());
}

MachinePlant plant_of(const System& system, std::size_t machine) {
    const std::string& table = system.machines.plant_table[machine];
    const std::string& name = system.machines.plant[machine];
    const double units = system.machines.units[machine];
    MachinePlant plant;
    if (table == "thermal") {
        plant = {From::thermal, row_named(system.thermal, table, name)};
    } else if (table == "hydro") {
        plant = {From::hydro, row_named(system.hydro, table, name)};
        plant.unit_mw = system.hydro.p_max_mw[static_cast<std::size_t>(plant.row)] / units;
        const Integers& station = system.pumps.station;
        const auto pump = std::find(station.begin(), station.end(), plant.row);
        if (pump != station.end()) {
            plant.pump = static_cast<int>(pump - station.begin());
            const double pump_mw = system.pumps.p_max_mw[static_cast<std::size_t>(plant.pump)];
            plant.unit_mw = std::max(plant.unit_mw, pump_mw / units);
        }
    } else if (table == "storages") {
        plant = {From::storages, row_named(system.storages, table, name)};
        const auto row = static_cast<std::size_t>(plant.row);
        plant.unit_mw =
            std::max(system.storages.charge_max_mw[row], system.storages.discharge_max_mw[row]) /
            units;
    }
    return plant;
}

/// Whether a machine is there at all; tables made in code may leave the hours out.
bool stands(const Machines& table, std::size_t machine, int hour_of_year) {
    return machine >= table.from_hour.size() ||
           (table.from_hour[machine] <= hour_of_year && hour_of_year < table.to_hour[machine]);
}

/// Units that carry a power, at most `units`.
double needed(double p_mw, double unit_mw, double units) {
    if (unit_mw <= 0.0) {
        return 0.0;
    }
    const double share = std::abs(p_mw) / unit_mw;
    return std::min(std::ceil(share - rounding), units);
}

/// Machines of a cluster that stand in the rows before this one.
double machines_before(const System& system, std::span<const MachinePlant> plants, std::size_t m) {
    double before = 0.0;
    for (std::size_t k = 0; k < m; ++k) {
        const bool same = plants[k].from == plants[m].from && plants[k].row == plants[m].row;
        before += same ? system.machines.units[k] : 0;
    }
    return before;
}

/// Machines of a row that go with so many units of a cluster, in proportion: those of all its rows
/// are dealt out one after the other, so that they add up.
double machines_of(double units, double before, double machines, int of_units) {
    return std::round(units * (before + machines) / of_units) -
           std::round(units * before / of_units);
}

} // namespace

std::vector<MachinePlant> plants_of_machines(const System& system) {
    std::vector<MachinePlant> plants(system.machines.line.size());
    for (std::size_t m = 0; m < plants.size(); ++m) {
        plants[m] = plant_of(system, m);
    }
    return plants;
}

double least_to_stay_mw(const MachinePlant& plant, double units, double p_mw) {
    const double machines = needed(p_mw, plant.unit_mw, units);
    if (machines < 1.0) {
        return 0.0;
    }
    const double least = std::min((machines - 1.0 + needed_share) * plant.unit_mw, std::abs(p_mw));
    return std::copysign(least, p_mw);
}

HourTable connected_machines(const System& system, const Schedule& schedule) {
    const std::vector<MachinePlant> plants = plants_of_machines(system);
    HourTable connected(plants.size(), schedule.span.size());
    for (std::size_t m = 0; m < plants.size(); ++m) {
        const double units = system.machines.units[m];
        const double before = machines_before(system, plants, m);
        const auto row = static_cast<std::size_t>(std::max(plants[m].row, 0));
        const auto out = connected.row(m);
        const auto pumped_mw = [&](std::size_t t) {
            return plants[m].pump < 0
                       ? 0.0
                       : schedule.pump_p_mw.row(static_cast<std::size_t>(plants[m].pump))[t];
        };
        for (std::size_t t = 0; t < out.size(); ++t) {
            switch (plants[m].from) {
            case From::always:
                out[t] = stands(system.machines, m,
                                (schedule.span.begin + static_cast<int>(t)) % hours_per_year)
                             ? units
                             : 0.0;
                break;
            case From::thermal:
                out[t] = machines_of(schedule.thermal_units_on.row(row)[t], before, units,
                                     system.thermal.units[row]);
                break;
            case From::hydro:
                out[t] = needed(std::max(schedule.hydro_p_mw.row(row)[t], pumped_mw(t)),
                                plants[m].unit_mw, units);
                break;
            case From::storages:
                out[t] = needed(schedule.storage_discharge_mw.row(row)[t] -
                                    schedule.storage_charge_mw.row(row)[t],
                                plants[m].unit_mw, units);
                break;
            }
        }
    }
    return connected;
}

HourTable available_machines(const System& system, Span span) {
    const std::vector<MachinePlant> plants = plants_of_machines(system);
    HourTable available(plants.size(), span.size());
    for (std::size_t m = 0; m < plants.size(); ++m) {
        const double machines = system.machines.units[m];
        const auto row = static_cast<std::size_t>(std::max(plants[m].row, 0));
        const auto out = available.row(m);
        if (plants[m].from == From::thermal) {
            const double before = machines_before(system, plants, m);
            const std::vector<int> units = available_units(system, plants[m].row, span);
            std::transform(units.begin(), units.end(), out.begin(), [&](int of_hour) {
                return machines_of(of_hour, before, machines, system.thermal.units[row]);
            });
            continue;
        }
        const InService served =
            plants[m].from == From::always
                ? InService{}
                : in_service(system, plants[m].from == From::hydro ? "hydro" : "storages", row);
        for (std::size_t t = 0; t < out.size(); ++t) {
            const int hour = (span.begin + static_cast<int>(t)) % hours_per_year;
            const bool there =
                plants[m].from == From::always ? stands(system.machines, m, hour) : served.at(hour);
            out[t] = there ? machines : 0.0;
        }
    }
    return available;
}

} // namespace longyang::grid
