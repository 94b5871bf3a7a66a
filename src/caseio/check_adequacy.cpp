#include "caseio/carrying.hpp"
#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/islands.hpp"
#include "grid/outages.hpp"
#include "grid/power_blocks.hpp"
#include "grid/schedule.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::caseio {
namespace {

/// Need and capacity of every island and hour, MW.
struct Balance {
    grid::HourTable need_mw, capacity_mw;
};

/// Adds `power(hour)` of an item at a bus to its island's row.
template <class Power>
void add_at(grid::HourTable& table, const std::vector<int>& island, int bus, const Power& power) {
    auto row = table.row(static_cast<std::size_t>(island[static_cast<std::size_t>(bus)]));
    for (int h = 0; h < grid::hours_per_year; ++h) {
        row[static_cast<std::size_t>(h)] += power(h);
    }
}

void add_thermal(const grid::System& system, const std::vector<int>& island, Balance& balance) {
    const grid::Thermal& t = system.thermal;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        const int plant = static_cast<int>(i);
        const std::vector<int> units =
            grid::available_units(system, plant, {0, grid::hours_per_year});
        const grid::HeatPlan heat = grid::heat_plan(system, plant);
        add_at(balance.capacity_mw, island, t.bus[i], [&](int h) {
            const auto hour = static_cast<std::size_t>(h);
            double mw = t.p_max_mw[i] * grid::profile_value(system, t.p_max_profile[i], h, 1.0);
            mw = heat.empty() ? mw : std::min(mw, heat.top_mw[hour]);
            return units[hour] * std::max(mw, t.p_min_mw[i]);
        });
    }
}

/// The most a station can give: its capacity, or what its largest flow gives at its best head.
double hydro_capacity_mw(const grid::System& system, std::size_t station) {
    const double best = grid::best_mw_per_m3_per_s(system, station);
    return std::min(system.hydro.p_max_mw[station], best * system.hydro.flow_max_m3_per_s[station]);
}

/// FL-3: the most that a flexible load can give to its bus; below 0: the least that it draws.
double flexible_capacity_mw(const grid::System& system, std::size_t row, int hour) {
    const grid::FlexibleLoads& f = system.flexible_loads;
    const auto value = [&](const grid::Numbers& figure, const grid::Integers& profile) {
        return figure[row] * grid::profile_value(system, profile[row], hour, 1.0);
    };
    const double most_mw = value(f.give_max_mw, f.give_max_profile) -
                           value(f.draw_min_mw, f.draw_min_profile) +
                           value(f.own_generation_mw, f.own_generation_profile) -
                           value(f.own_load_mw, f.own_load_profile);
    const double exchange_mw = f.exchange_max_mw[row];
    return exchange_mw > 0.0 ? std::clamp(most_mw, -exchange_mw, exchange_mw) : most_mw;
}

/// A link between islands: what it can bring to either, and what it has to take.
void add_dc_links(const grid::System& system, const std::vector<int>& island, Balance& balance) {
    const grid::DcLinks& t = system.dc_links;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        const int from = t.from_bus[i];
        const int to = t.to_bus[i];
        if (island[static_cast<std::size_t>(from)] == island[static_cast<std::size_t>(to)]) {
            continue;
        }
        const auto add = [&](grid::HourTable& table, int bus, double mw) {
            add_at(table, island, bus, [&](int h) {
                return std::max(mw, 0.0) * grid::profile_value(system, t.p_max_profile[i], h, 1.0);
            });
        };
        const double arrives = 1.0 - t.loss_pu[i];
        add(balance.capacity_mw, to, arrives * t.p_max_mw[i]);
        add(balance.capacity_mw, from, arrives * -t.p_min_mw[i]);
        add(balance.need_mw, from, t.p_min_mw[i]);
    }
}

Balance balance_of(const grid::System& system, const std::vector<int>& island,
                   std::size_t islands) {
    const auto hours = static_cast<std::size_t>(grid::hours_per_year);
    Balance balance{grid::HourTable(islands, hours), grid::HourTable(islands, hours)};
    add_thermal(system, island, balance);
    const grid::Renewables& r = system.renewables;
    for (std::size_t i = 0; i < r.line.size(); ++i) {
        add_at(balance.capacity_mw, island, r.bus[i], [&](int h) {
            return r.capacity_mw[i] * grid::profile_value(system, r.profile[i], h, 1.0);
        });
    }
    for (std::size_t i = 0; i < system.hydro.line.size(); ++i) {
        const double capacity = hydro_capacity_mw(system, i);
        const grid::InService served = grid::in_service(system, "hydro", i);
        add_at(balance.capacity_mw, island, system.hydro.bus[i],
               [&](int h) { return served.at(h) ? capacity : 0.0; });
    }
    const std::vector<int> heat_store = grid::heat_store_numbers(system);
    for (std::size_t i = 0; i < system.storages.line.size(); ++i) {
        if (heat_store[i] >= 0) {
            continue; // its power block counts
        }
        const grid::InService served = grid::in_service(system, "storages", i);
        add_at(balance.capacity_mw, island, system.storages.bus[i],
               [&](int h) { return served.at(h) ? system.storages.discharge_max_mw[i] : 0.0; });
    }
    const grid::FlexibleLoads& f = system.flexible_loads;
    for (std::size_t i = 0; i < f.line.size(); ++i) {
        add_at(balance.need_mw, island, f.bus[i],
               [&](int h) { return std::max(-flexible_capacity_mw(system, i, h), 0.0); });
        add_at(balance.capacity_mw, island, f.bus[i],
               [&](int h) { return std::max(flexible_capacity_mw(system, i, h), 0.0); });
    }
    for (std::size_t i = 0; i < system.hvdc.line.size(); ++i) {
        const PowerLimits limits = hvdc_limits(system, i);
        const auto low = [&](int h) { return limits.low_mw[static_cast<std::size_t>(h)]; };
        add_at(balance.need_mw, island, system.hvdc.bus[i],
               [&](int h) { return std::max(low(h), 0.0); });
        add_at(balance.capacity_mw, island, system.hvdc.bus[i],
               [&](int h) { return std::max(-low(h), 0.0); });
    }
    add_dc_links(system, island, balance);
    const grid::Loads& l = system.loads;
    for (std::size_t i = 0; i < l.line.size(); ++i) {
        add_at(balance.need_mw, island, l.bus[i], [&](int h) {
            return l.mean_mw[i] * grid::profile_value(system, l.profile[i], h, 1.0);
        });
    }
    return balance;
}

/// Whether a cell that says where something is could not be read: then sums by island mean nothing.
bool places_unknown(const grid::System& system) {
    const auto unknown = [](const grid::Integers& reference) {
        return std::any_of(reference.begin(), reference.end(), [](int row) { return row < 0; });
    };
    return system.buses.line.empty() || unknown(system.branches.from_bus) ||
           unknown(system.branches.to_bus) || unknown(system.thermal.bus) ||
           unknown(system.renewables.bus) || unknown(system.hydro.bus) ||
           unknown(system.pumps.bus) || unknown(system.storages.bus) ||
           unknown(system.flexible_loads.bus) || unknown(system.hvdc.bus) ||
           unknown(system.dc_links.from_bus) || unknown(system.dc_links.to_bus) ||
           unknown(system.loads.bus);
}

/// Whether anything is there that power could be made for: a load, or an HVDC line that exports.
bool serves_anything(const grid::System& system) {
    const auto any = [](const grid::Numbers& most_mw) { // where a cell could not be read, perhaps
        return std::any_of(most_mw.begin(), most_mw.end(), [](double mw) { return !(mw <= 0.0); });
    };
    return any(system.loads.mean_mw) || any(system.flexible_loads.draw_max_mw) ||
           any(system.flexible_loads.own_load_mw) || any(system.hvdc.p_max_mw);
}

/// "a, b, c and 4 more"
std::string bus_names(const grid::System& system, const std::vector<std::size_t>& buses) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t k = 0; k < std::min(buses.size(), most); ++k) {
        text += (k == 0 ? "" : ", ") + system.buses.name[buses[k]];
    }
    return buses.size() <= most ? text : fmt::format("{} and {} more", text, buses.size() - most);
}

} // namespace

std::vector<Fault> check_adequacy(const grid::System& system) {
    if (places_unknown(system)) {
        return {};
    }
    if (!serves_anything(system)) {
        return {{"loads.csv", 0, "mean_mw", "a system with nothing to serve",
                 "a load above 0, a flexible load that draws or an HVDC line that exports", ""}};
    }
    const std::vector<int> island = grid::islands(static_cast<int>(system.buses.line.size()),
                                                  system.branches.from_bus, system.branches.to_bus);
    const auto count =
        static_cast<std::size_t>(1 + *std::max_element(island.begin(), island.end()));
    const auto buses = rows_by_item(island, count);
    const auto largest = static_cast<std::size_t>(
        std::max_element(buses.begin(), buses.end(),
                         [](const auto& a, const auto& b) { return a.size() < b.size(); }) -
        buses.begin());
    const Balance balance = balance_of(system, island, count);

    std::vector<Fault> faults;
    for (std::size_t i = 0; i < count; ++i) {
        const auto need = balance.need_mw.row(i);
        const auto capacity = balance.capacity_mw.row(i);
        std::size_t worst = 0;
        std::size_t short_hours = 0;
        for (std::size_t h = 0; h < need.size(); ++h) {
            short_hours += need[h] > capacity[h] * (1.0 + rounding) ? 1U : 0U;
            worst = need[h] - capacity[h] > need[worst] - capacity[worst] ? h : worst;
        }
        if (short_hours == 0) {
            continue;
        }
        const int hour = static_cast<int>(worst);
        const std::string lack = fmt::format(
            "{:.6g} MW of load and least export in hour {} ({}), the worst of {} such hours",
            need[worst], hour, grid::date_of_hour(hour, system.info.year), short_hours);
        const std::string there =
            fmt::format("at most {:.6g} MW, all capacity there in that hour", capacity[worst]);
        if (i == largest) {
            faults.push_back({"loads.csv", 0, "mean_mw",
                              fmt::format("load that no capacity can serve: {}", lack), there, ""});
        } else if (buses[i].size() > 1) { // check_network tells of lone buses
            faults.push_back(row_fault(
                "buses", system.buses, buses[i].front(), "name",
                fmt::format("islanded buses ({}) with {}", bus_names(system, buses[i]), lack),
                there + ", or a branch or DC link to the other buses"));
        }
    }
    return faults;
}

} // namespace longyang::caseio
