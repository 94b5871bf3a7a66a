#pragma once

#include "grid/cascades.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

/// A dispatch without an optimiser, for tests and benchmarks of what comes after it: loads as they
/// are, HVDC lines at 60 % of what they can send, wind and PV as available; thermal and hydro
/// plants share what is left by capacity, or wind and PV are cut back alike where nothing is left.
/// Balanced over the whole system in every hour; it keeps no other limit.
namespace longyang::security {

inline void fill_given(const grid::System& system, grid::Schedule& schedule,
                       std::vector<double>& renewable_mw, std::vector<double>& demand_mw) {
    const auto hour = [&](std::size_t t) { return schedule.span.begin + static_cast<int>(t); };
    for (std::size_t t = 0; t < schedule.span.size(); ++t) {
        for (std::size_t k = 0; k < system.renewables.bus.size(); ++k) {
            const double mw =
                system.renewables.capacity_mw[k] *
                grid::profile_value(system, system.renewables.profile[k], hour(t), 1.0);
            schedule.renewable_p_mw.row(k)[t] = mw;
            renewable_mw[t] += mw;
        }
        for (std::size_t k = 0; k < system.hvdc.bus.size(); ++k) {
            const double mw =
                0.6 * system.hvdc.p_max_mw[k] *
                grid::profile_value(system, system.hvdc.p_max_profile[k], hour(t), 1.0);
            schedule.hvdc_p_mw.row(k)[t] = mw;
            demand_mw[t] += mw;
        }
        for (std::size_t k = 0; k < system.loads.bus.size(); ++k) {
            demand_mw[t] += system.loads.mean_mw[k] *
                            grid::profile_value(system, system.loads.profile[k], hour(t), 1.0);
        }
    }
}

inline grid::Schedule plain_dispatch(const grid::System& system, grid::Span span) {
    grid::Schedule schedule = grid::empty_schedule(system, span);
    std::vector<double> renewable_mw(span.size(), 0.0);
    std::vector<double> demand_mw(span.size(), 0.0);
    fill_given(system, schedule, renewable_mw, demand_mw);
    double capacity_mw = 0.0;
    for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
        capacity_mw += system.thermal.units[k] * system.thermal.p_max_mw[k];
    }
    for (const double mw : system.hydro.p_max_mw) {
        capacity_mw += mw;
    }
    for (std::size_t t = 0; t < span.size(); ++t) {
        const double left = std::max(0.0, demand_mw[t] - renewable_mw[t]) / capacity_mw;
        const double used =
            renewable_mw[t] > 0.0 ? (demand_mw[t] - left * capacity_mw) / renewable_mw[t] : 0.0;
        for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
            schedule.thermal_p_mw.row(k)[t] =
                left * system.thermal.units[k] * system.thermal.p_max_mw[k];
        }
        for (std::size_t k = 0; k < system.hydro.bus.size(); ++k) {
            schedule.hydro_p_mw.row(k)[t] = left * system.hydro.p_max_mw[k];
        }
        for (std::size_t k = 0; k < system.renewables.bus.size(); ++k) {
            schedule.renewable_p_mw.row(k)[t] *= used;
        }
    }
    return schedule;
}

/// Injections of a schedule, buses x hours: plants and storages less loads and HVDC lines.
inline std::vector<double> injections_mw(const grid::System& system,
                                         const grid::Schedule& schedule) {
    const std::size_t hours = schedule.span.size();
    std::vector<double> injection(system.buses.kv.size() * hours, 0.0);
    const auto add = [&](const grid::Integers& bus, const grid::HourTable& table, double sign) {
        for (std::size_t k = 0; k < bus.size(); ++k) {
            for (std::size_t t = 0; t < hours; ++t) {
                injection[static_cast<std::size_t>(bus[k]) * hours + t] += sign * table.row(k)[t];
            }
        }
    };
    add(system.thermal.bus, schedule.thermal_p_mw, 1.0);
    add(system.hydro.bus, schedule.hydro_p_mw, 1.0);
    add(system.renewables.bus, schedule.renewable_p_mw, 1.0);
    add(system.storages.bus, schedule.storage_discharge_mw, 1.0);
    add(system.storages.bus, schedule.storage_charge_mw, -1.0);
    add(system.hvdc.bus, schedule.hvdc_p_mw, -1.0);
    for (std::size_t k = 0; k < system.loads.bus.size(); ++k) {
        for (std::size_t t = 0; t < hours; ++t) {
            const int hour = schedule.span.begin + static_cast<int>(t);
            injection[static_cast<std::size_t>(system.loads.bus[k]) * hours + t] -=
                system.loads.mean_mw[k] *
                grid::profile_value(system, system.loads.profile[k], hour, 1.0);
        }
    }
    return injection;
}

} // namespace longyang::security
