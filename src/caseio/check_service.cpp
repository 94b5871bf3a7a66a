#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/islands.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace longyang::caseio {
namespace {

/// Hours in a row that are alike.
struct Stretch {
    int begin = 0, end = 0;
    bool on = false;

    [[nodiscard]] int hours() const { return end - begin; }
};

/// The stretches of a year's hours but the first and the last: what was before and comes behind is
/// not known.
std::vector<Stretch> inner_stretches(const std::vector<char>& on) {
    std::vector<Stretch> all;
    for (int h = 0; h < static_cast<int>(on.size()); ++h) {
        const bool now = on[static_cast<std::size_t>(h)] != 0;
        if (all.empty() || all.back().on != now) {
            all.push_back({h, h, now});
        }
        all.back().end = h + 1;
    }
    if (all.size() < 3) {
        return {};
    }
    return {all.begin() + 1, all.end() - 1};
}

/// Each plant has one row at most.
void check_once(const grid::System& system, const char* table, const grid::Rows& rows,
                const grid::Integers& plants, std::vector<Fault>& faults) {
    std::set<int> seen;
    for (std::size_t k = 0; k < plants.size(); ++k) {
        if (plants[k] >= 0 && !seen.insert(plants[k]).second) {
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

/// Rows of `service` name a plant, each at most once; backup is of thermal clusters.
void check_plants(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Service& service = system.service;
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        const std::string& table = service.table[k];
        const std::string& plant = service.plant[k];
        const grid::Rows* rows = grid::rows_in_service(system, table);
        if (rows != nullptr &&
            std::find(rows->name.begin(), rows->name.end(), plant) == rows->name.end()) {
            faults.push_back(row_fault("service", service, k, "plant", in_quotes(plant),
                                       fmt::format("the name of a row in {}.csv", table),
                                       nearest_name(plant, rows->name)));
        } else if (!seen.emplace(table, plant).second) {
            faults.push_back(row_fault("service", service, k, "plant",
                                       fmt::format("a second row of {}", in_quotes(plant)),
                                       "one row a plant"));
        }
        if (service.backup[k] == "yes" && table != "thermal") {
            faults.push_back(row_fault("service", service, k, "backup",
                                       fmt::format("yes of a row of {}.csv", table),
                                       "no, or a thermal cluster"));
        }
    }
}

/// SV-2: what a lossy load holds before it is in service would be gone by then.
void check_lossy_loads(const grid::System& system, std::vector<Fault>& faults) {
    const grid::FlexibleLoads& t = system.flexible_loads;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.loss_per_h[i] > 0.0 && t.energy_initial_mwh[i] > 0.0 &&
            !grid::in_service(system, "flexible_loads", i).always()) {
            faults.push_back(
                row_fault("flexible_loads", t, i, "energy_initial_mwh",
                          fmt::format("{}", t.energy_initial_mwh[i]),
                          "0 where the load has hours out of service and a loss_per_h"));
        }
    }
}

/// SV-3: reversible units pump in the hours in which they turn.
void check_reversible(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Pumps& t = system.pumps;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        if (t.station[k] < 0) {
            continue;
        }
        const auto station = static_cast<std::size_t>(t.station[k]);
        const grid::InService own = grid::in_service(system, "pumps", k);
        const grid::InService of = grid::in_service(system, "hydro", station);
        if (own.from_hour != of.from_hour || own.to_hour != of.to_hour) {
            faults.push_back(row_fault(
                "pumps", t, k, "station",
                fmt::format("hours {} to {} in service", own.from_hour, own.to_hour),
                fmt::format("{} to {}, those of its station {} (service.csv has a row of each)",
                            of.from_hour, of.to_hour, in_quotes(system.hydro.name[station]))));
        }
    }
}

/// SV-6: without the branches of any hour the same buses hang together.
void check_branches(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Branches& t = system.branches;
    if (std::any_of(t.from_bus.begin(), t.from_bus.end(), [](int bus) { return bus < 0; }) ||
        std::any_of(t.to_bus.begin(), t.to_bus.end(), [](int bus) { return bus < 0; })) {
        return; // told already
    }
    const auto buses = static_cast<int>(system.buses.name.size());
    const std::vector<int> whole = grid::islands(buses, t.from_bus, t.to_bus);
    for (const grid::NetworkSpan& span : grid::network_spans(system, {0, grid::hours_per_year})) {
        grid::Integers from;
        grid::Integers to;
        for (std::size_t l = 0; l < t.from_bus.size() && !span.out.empty(); ++l) {
            if (span.out[l] == 0) {
                from.push_back(t.from_bus[l]);
                to.push_back(t.to_bus[l]);
            }
        }
        const std::vector<int> island = span.out.empty() ? whole : grid::islands(buses, from, to);
        const auto apart = std::mismatch(island.begin(), island.end(), whole.begin()).first;
        if (apart == island.end()) {
            continue;
        }
        const grid::Service& service = system.service;
        const auto row = std::find(service.table.begin(), service.table.end(), "branches");
        faults.push_back(row_fault(
            "service", service, static_cast<std::size_t>(row - service.table.begin()), "plant",
            fmt::format(
                "no way from bus {} to the rest of its island from {} on",
                in_quotes(system.buses.name[static_cast<std::size_t>(apart - island.begin())]),
                grid::date_of_hour(span.begin, system.info.year)),
            "branches in service that keep every island in one piece in all hours"));
        return;
    }
}

/// TH-2 holds in calls, too: a unit that starts runs for its least time.
void check_length(const grid::System& system, int plant, std::vector<Fault>& faults) {
    const auto place = static_cast<std::size_t>(plant);
    const int min_up_h = system.thermal.min_up_h[place];
    const grid::BackupCalls& calls = system.backup_calls;
    for (const Stretch& called : inner_stretches(grid::service_hours(system, plant))) {
        if (!called.on || called.hours() >= min_up_h) {
            continue;
        }
        for (std::size_t k = 0; k < calls.plant.size(); ++k) {
            if (calls.plant[k] == plant && calls.from_hour[k] <= called.begin &&
                called.begin < calls.to_hour[k]) {
                faults.push_back(row_fault(
                    "backup_calls", calls, k, "to_hour",
                    fmt::format("{} h in which {} may run, from hour {} on", called.hours(),
                                in_quotes(system.thermal.name[place]), called.begin),
                    fmt::format("at least min_up_h = {} h, as a unit that starts runs so long",
                                min_up_h)));
                break;
            }
        }
    }
}

/// Calls are of plants that are backup, and long enough.
void check_calls(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Service& service = system.service;
    std::map<std::string, std::size_t> backup; // by name, its row
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.backup[k] == "yes" && service.table[k] == "thermal") {
            backup.emplace(service.plant[k], k);
        }
    }
    const grid::BackupCalls& calls = system.backup_calls;
    std::set<int> called;
    for (std::size_t k = 0; k < calls.plant.size(); ++k) {
        if (calls.plant[k] < 0) {
            continue; // told already
        }
        const std::string& plant = system.thermal.name[static_cast<std::size_t>(calls.plant[k])];
        const auto found = backup.find(plant);
        if (found == backup.end()) {
            faults.push_back(row_fault("backup_calls", calls, k, "plant", in_quotes(plant),
                                       "a plant with backup = yes in service.csv"));
            continue;
        }
        const int from_hour = service.from_hour[found->second];
        const int to_hour = service.to_hour[found->second];
        if (calls.from_hour[k] >= to_hour || calls.to_hour[k] <= from_hour) {
            faults.push_back(
                row_fault("backup_calls", calls, k, "from_hour",
                          fmt::format("hours {} to {} of {}", calls.from_hour[k], calls.to_hour[k],
                                      in_quotes(plant)),
                          fmt::format("some of its hours in service, {} to {} by service.csv",
                                      from_hour, to_hour)));
        }
        if (called.insert(calls.plant[k]).second) {
            check_length(system, calls.plant[k], faults);
        }
    }
}

/// TH-15: units of back pressure run just when they have heat, so TH-2 and TH-3 hold for what heat
/// asks for. The first hours of either kind that are too few.
void check_heat_hours(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const int plant = system.heat_supply.plant[k];
    const auto place = static_cast<std::size_t>(plant);
    const grid::Thermal& thermal = system.thermal;
    const std::vector<char> served = grid::service_hours(system, plant);
    const grid::HeatPlan plan = grid::heat_plan(system, plant);
    std::set<bool> told;
    for (int units = 1; units <= thermal.units[place]; ++units) {
        std::vector<char> on;
        for (std::size_t h = 0; h < served.size(); ++h) {
            on.push_back(static_cast<char>(served[h] != 0 && plan.units[h] >= units));
        }
        for (const Stretch& stretch : inner_stretches(on)) {
            const int least_h = stretch.on ? thermal.min_up_h[place] : thermal.min_down_h[place];
            if (stretch.hours() >= least_h || !told.insert(stretch.on).second) {
                continue;
            }
            faults.push_back(row_fault(
                "heat_supply", system.heat_supply, k, "heat_profile",
                fmt::format("{} h {}heat for {} of {}, from hour {} ({}) on", stretch.hours(),
                            stretch.on ? "with " : "without ",
                            units == 1 ? "a unit" : fmt::format("{} units", units),
                            in_quotes(thermal.name[place]), stretch.begin,
                            grid::date_of_hour(stretch.begin, system.info.year)),
                fmt::format("at least {} = {} h, as back pressure runs just when it has heat",
                            stretch.on ? "min_up_h" : "min_down_h", least_h)));
        }
    }
}

/// The lines that limit power must leave room, and all units together must carry the heat.
void check_heat_row(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const grid::HeatSupply& s = system.heat_supply;
    if (s.plant[k] < 0) {
        return; // told already
    }
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
    if (s.kind[k] == "back_pressure") {
        check_heat_hours(system, k, faults);
    }
}

} // namespace

std::vector<Fault> check_service(const grid::System& system) {
    std::vector<Fault> faults;
    check_plants(system, faults);
    check_lossy_loads(system, faults);
    check_reversible(system, faults);
    check_branches(system, faults);
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
