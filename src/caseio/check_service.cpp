#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace longyang::caseio {
namespace {

/// Each plant has one row at most.
void check_once(const grid::System& system, const char* table, const grid::Rows& rows,
                const grid::Integers& plants, std::vector<Fault>& faults) {
    std::set<int> seen;
    for (std::size_t k = 0; k < plants.size(); ++k) {
        if (!seen.insert(plants[k]).second) {
            faults.push_back(row_fault(
                table, rows, k, "plant",
                fmt::format("a second row of {}",
                            in_quotes(system.thermal.name[static_cast<std::size_t>(plants[k])])),
                "one row a plant"));
        }
    }
}

template <class Table>
void check_hours(const char* name, const Table& table, std::vector<Fault>& faults) {
    for (std::size_t k = 0; k < table.from_hour.size(); ++k) {
        if (table.from_hour[k] >= table.to_hour[k]) {
            faults.push_back(
                row_fault(name, table, k, "to_hour", fmt::format("{}", table.to_hour[k]),
                          fmt::format("more than from_hour = {}", table.from_hour[k])));
        }
    }
}

/// Calls are of plants that are backup.
void check_calls(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Service& service = system.service;
    std::set<int> backup;
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.backup[k] == "yes") {
            backup.insert(service.plant[k]);
        }
    }
    const grid::BackupCalls& calls = system.backup_calls;
    for (std::size_t k = 0; k < calls.plant.size(); ++k) {
        if (backup.count(calls.plant[k]) == 0) {
            faults.push_back(
                row_fault("backup_calls", calls, k, "plant",
                          in_quotes(system.thermal.name[static_cast<std::size_t>(calls.plant[k])]),
                          "a plant with backup = yes in service.csv"));
        }
    }
}

/// The lines that limit power must leave room, and all units together must carry the heat.
void check_heat_row(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const grid::HeatSupply& s = system.heat_supply;
    const auto plant = static_cast<std::size_t>(s.plant[k]);
    const double p_max = system.thermal.p_max_mw[plant];
    const double heat = s.unit_heat_max_mw[k];
    const double lower = s.base_mw[k] + s.mw_per_heat_mw[k] * heat;
    const double upper =
        s.kind[k] == "back_pressure" ? p_max : p_max - s.loss_mw_per_heat_mw[k] * heat;
    if (lower > upper * (1.0 + rounding)) {
        faults.push_back(
            row_fault("heat_supply", s, k, "mw_per_heat_mw",
                      fmt::format("{:.6g} MW as least output at unit_heat_max_mw", lower),
                      fmt::format("at most {:.6g} MW, the largest output of a unit of {} there",
                                  upper, in_quotes(system.thermal.name[plant]))));
    }
    double largest_mw = -1.0;
    int hour = 0;
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const double demand = s.heat_mw[k] * grid::profile_value(system, s.heat_profile[k], h, 1.0);
        if (demand > largest_mw) {
            largest_mw = demand;
            hour = h;
        }
    }
    const double most = heat * system.thermal.units[plant];
    if (largest_mw > most * (1.0 + rounding)) {
        faults.push_back(
            row_fault("heat_supply", s, k, "heat_mw",
                      fmt::format("{:.6g} MW of heat in hour {} ({})", largest_mw, hour,
                                  grid::date_of_hour(hour, system.info.year)),
                      fmt::format("at most {:.6g} MW, unit_heat_max_mw of all {} units", most,
                                  system.thermal.units[plant])));
    }
}

} // namespace

std::vector<Fault> check_service(const grid::System& system) {
    std::vector<Fault> faults;
    check_once(system, "service", system.service, system.service.plant, faults);
    check_hours("service", system.service, faults);
    check_hours("backup_calls", system.backup_calls, faults);
    check_calls(system, faults);
    check_once(system, "heat_supply", system.heat_supply, system.heat_supply.plant, faults);
    for (std::size_t k = 0; k < system.heat_supply.plant.size(); ++k) {
        check_heat_row(system, k, faults);
    }
    return faults;
}

} // namespace longyang::caseio
