#include "grid/service.hpp"

#include "grid/calendar.hpp"
#include "grid/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace longyang::grid {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

/// Row of a table that holds a plant at most once; -1: none.
int row_of(const Integers& plants, int plant) {
    const auto found = std::find(plants.begin(), plants.end(), plant);
    return found == plants.end() ? -1 : static_cast<int>(found - plants.begin());
}

/// Row of `service` of a plant; -1: none.
int service_row(const System& system, std::string_view table, std::size_t row) {
    const Service& service = system.service;
    if (service.plant.empty()) {
        return -1;
    }
    const std::string& plant = rows_in_service(system, table)->name[row];
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.plant[k] == plant && service.table[k] == table) {
            return static_cast<int>(k);
        }
    }
    return -1;
}

/// Replaces a row's profile by one that is `outside` in hours out of service.
void limit_profile(System& system, Integers& column, std::size_t row, const InService& served,
                   double outside, const std::string& plant) {
    Profiles& profiles = system.profiles;
    const int before = column[row];
    std::vector<double> values(at(hours_per_year), 1.0);
    if (before >= 0) {
        const auto old = profiles.row(before);
        values.assign(old.begin(), old.end());
    }
    for (int h = 0; h < hours_per_year; ++h) {
        if (!served.at(h)) {
            values[at(h)] = outside;
        }
    }
    const std::size_t number = profiles.values.size() / profiles.hours;
    const std::string of = before < 0 ? "1" : profiles.name[at(before)];
    column[row] = static_cast<int>(number);
    profiles.name.push_back(fmt::format("{} in service of {}", of, plant));
    profiles.file.push_back(before < 0 ? "" : profiles.file[at(before)]);
    profiles.values.insert(profiles.values.end(), values.begin(), values.end());
}

/// Heat that a row asks for in an hour of the year, MW.
double heat_demand_mw(const System& system, std::size_t row, int hour) {
    const HeatSupply& table = system.heat_supply;
    return table.heat_mw[row] * profile_value(system, table.heat_profile[row], hour, 1.0);
}

/// TH-13  n_t = ceil(largest H of the month / h_max), at most N
std::array<int, 13> units_by_month(const System& system, std::size_t row, int units) {
    std::array<double, 13> largest_mw{};
    for (int h = 0; h < hours_per_year; ++h) {
        double& largest = largest_mw[at(month_of_hour(h))];
        largest = std::max(largest, heat_demand_mw(system, row, h));
    }
    std::array<int, 13> needed{};
    std::transform(largest_mw.begin(), largest_mw.end(), needed.begin(), [&](double mw) {
        const double share = mw / system.heat_supply.unit_heat_max_mw[row];
        return std::min(units, static_cast<int>(std::ceil(share - 1e-6)));
    });
    return needed;
}

} // namespace

InService in_service(const System& system, std::string_view table, std::size_t row) {
    const int found = service_row(system, table, row);
    return found < 0
               ? InService{}
               : InService{system.service.from_hour[at(found)], system.service.to_hour[at(found)]};
}

const Rows* rows_in_service(const System& system, std::string_view table) {
    const std::pair<std::string_view, const Rows*> all[] = {
        {"thermal", &system.thermal},   {"renewables", &system.renewables},
        {"hydro", &system.hydro},       {"pumps", &system.pumps},
        {"storages", &system.storages}, {"hvdc", &system.hvdc},
        {"dc_links", &system.dc_links}, {"flexible_loads", &system.flexible_loads},
        {"branches", &system.branches},
    };
    for (const auto& [name, rows] : all) {
        if (name == table) {
            return rows;
        }
    }
    return nullptr;
}

void apply_service(System& system) {
    HvdcLines& lines = system.hvdc;
    FlexibleLoads& loads = system.flexible_loads;
    for (std::size_t k = 0; k < system.service.plant.size(); ++k) {
        const std::string& table = system.service.table[k];
        const Rows* rows = rows_in_service(system, table);
        const auto found = std::find(rows->name.begin(), rows->name.end(), system.service.plant[k]);
        if (found == rows->name.end()) {
            continue; // a fault of the case
        }
        const auto i = static_cast<std::size_t>(found - rows->name.begin());
        const InService served{system.service.from_hour[k], system.service.to_hour[k]};
        if (served.always()) {
            continue;
        }
        if (table == "renewables") {
            limit_profile(system, system.renewables.profile, i, served, 0.0, *found);
        } else if (table == "hvdc") {
            limit_profile(system, lines.p_max_profile, i, served, 0.0, *found);
            if (i < lines.demand_profile.size() && lines.demand_profile[i] >= 0) {
                limit_profile(system, lines.demand_profile, i, served, 0.0, *found);
            }
        } else if (table == "dc_links") {
            limit_profile(system, system.dc_links.p_max_profile, i, served, 0.0, *found);
        } else if (table == "flexible_loads") {
            for (Integers* column :
                 {&loads.draw_min_profile, &loads.draw_max_profile, &loads.give_max_profile,
                  &loads.demand_profile, &loads.own_load_profile, &loads.own_generation_profile}) {
                limit_profile(system, *column, i, served, 0.0, *found);
            }
            // What is owed is made up before; what is held may stay.
            limit_profile(system, loads.energy_min_profile, i, served, 0.0, *found);
            if (loads.energy_max_profile[i] >= 0) {
                const auto by_hour = system.profiles.row(loads.energy_max_profile[i]);
                limit_profile(system, loads.energy_max_profile, i, served,
                              *std::max_element(by_hour.begin(), by_hour.end()), *found);
            }
            // What is held cannot follow a profile either: up to the start of the first hour in
            // service, and from the end of the last one on, it is the figure itself.
            if (loads.energy_initial_profile[i] >= 0) {
                limit_profile(system, loads.energy_initial_profile, i,
                              {served.from_hour + 1, served.to_hour}, 1.0, *found);
            }
        }
    }
}

std::vector<NetworkSpan> network_spans(const System& system, Span span) {
    const std::size_t branches = system.branches.name.size();
    const auto rows = static_cast<int>(system.service.plant.size());
    std::vector<std::pair<std::size_t, InService>> served; // those that are not there all year
    for (int k = 0; k < rows; ++k) {
        const auto branch = system.service.table[at(k)] == "branches"
                                ? std::find(system.branches.name.begin(),
                                            system.branches.name.end(), system.service.plant[at(k)])
                                : system.branches.name.end();
        if (branch != system.branches.name.end()) {
            served.emplace_back(
                static_cast<std::size_t>(branch - system.branches.name.begin()),
                InService{system.service.from_hour[at(k)], system.service.to_hour[at(k)]});
        }
    }
    if (served.empty()) {
        return {{0, span.hours, {}}};
    }
    std::vector<NetworkSpan> spans;
    for (int t = 0; t < span.hours; ++t) {
        std::vector<char> out(branches, 0);
        for (const auto& [branch, service] : served) {
            out[branch] = static_cast<char>(service.at(span.begin + t) ? 0 : 1);
        }
        if (std::all_of(out.begin(), out.end(), [](char is_out) { return is_out == 0; })) {
            out.clear();
        }
        if (spans.empty() || spans.back().out != out) {
            spans.push_back({t, t, std::move(out)});
        }
        spans.back().end = t + 1;
    }
    return spans;
}

std::vector<char> service_hours(const System& system, int plant) {
    std::vector<char> hours(at(hours_per_year), 1);
    const Service& service = system.service;
    const int row = service_row(system, "thermal", at(plant));
    if (row < 0) {
        return hours;
    }
    std::vector<char> called(at(hours_per_year), service.backup[at(row)] == "yes" ? 0 : 1);
    const BackupCalls& calls = system.backup_calls;
    for (std::size_t k = 0; k < calls.plant.size(); ++k) {
        if (calls.plant[k] == plant) {
            std::fill(called.begin() + std::max(calls.from_hour[k], 0),
                      called.begin() + std::min(calls.to_hour[k], hours_per_year), 1);
        }
    }
    for (int h = 0; h < hours_per_year; ++h) {
        const bool stands = service.from_hour[at(row)] <= h && h < service.to_hour[at(row)];
        hours[at(h)] = static_cast<char>(stands && called[at(h)] != 0);
    }
    return hours;
}

// TH-13  h_t = min(H_t / n_t, h_max)
// TH-14  extraction: a + b h_t <= p <= Pmax - c h_t
// TH-15  back pressure: p = a + b h_t
HeatPlan heat_plan(const System& system, int plant) {
    const HeatSupply& table = system.heat_supply;
    HeatPlan plan;
    const int found = row_of(table.plant, plant);
    if (found < 0) {
        return plan;
    }
    const std::size_t row = at(found);
    const auto needed = units_by_month(system, row, system.thermal.units[at(plant)]);
    plan.back_pressure = table.kind[row] == "back_pressure";
    for (int h = 0; h < hours_per_year; ++h) {
        const double demand_mw = heat_demand_mw(system, row, h);
        const int units = demand_mw > 0.0 ? needed[at(month_of_hour(h))] : 0;
        const double heat_mw =
            units == 0 ? 0.0 : std::min(demand_mw / units, table.unit_heat_max_mw[row]);
        const double lower_mw =
            units == 0 ? 0.0 : table.base_mw[row] + table.mw_per_heat_mw[row] * heat_mw;
        const double upper_mw =
            system.thermal.p_max_mw[at(plant)] - table.loss_mw_per_heat_mw[row] * heat_mw;
        plan.units.push_back(units);
        plan.heat_mw.push_back(heat_mw);
        plan.floor_mw.push_back(lower_mw);
        plan.top_mw.push_back(plan.back_pressure && units > 0 ? lower_mw : upper_mw);
    }
    return plan;
}

Integers must_run_units(const System& system, int plant) {
    const Thermal& table = system.thermal;
    const HeatPlan heat = heat_plan(system, plant);
    Integers units;
    for (int h = 0; h < hours_per_year; ++h) {
        const double share = profile_value(system, table.must_run_profile[at(plant)], h, 1.0);
        const auto given = static_cast<int>(std::lround(table.must_run_units[at(plant)] * share));
        const int by_heat = heat.empty() ? 0 : heat.units[at(h)];
        units.push_back(heat.back_pressure ? by_heat : std::max(given, by_heat));
    }
    return units;
}

} // namespace longyang::grid
