#include "grid/expand_units.hpp"

#include "grid/cascades.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace longyang::grid {
namespace {

/// Hours [from, to) that one unit is out.
struct Outage {
    int from = 0, to = 0;
};

std::vector<Outage> outages_of(const System& system, int plant) {
    std::vector<Outage> list;
    const Outages& table = system.outages;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == plant) {
            list.insert(list.end(), static_cast<std::size_t>(std::max(table.units[k], 0)),
                        {table.from_hour[k], std::min(table.to_hour[k], hours_per_year)});
        }
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Outage& a, const Outage& b) { return a.from < b.from; });
    return list;
}

/// Outages in the order of their begin, each to the highest unit that is free then. Where all units
/// are out, to the one that is back first, for what is left of the outage.
void deal_outages(const System& system, int plant, std::vector<UnitDuty>& units) {
    std::vector<int> back(units.size(), 0);
    for (const Outage& outage : outages_of(system, plant)) {
        std::size_t best = units.size() - 1;
        for (std::size_t j = units.size(); j-- > 0;) {
            if (std::max(back[j], outage.from) < std::max(back[best], outage.from)) {
                best = j;
            }
        }
        for (int t = std::max(back[best], outage.from); t < outage.to; ++t) {
            units[best].available[static_cast<std::size_t>(t)] = 0;
        }
        back[best] = std::max(back[best], outage.to);
    }
}

/// Hours in which a unit could be asked to run whatever it did before.
std::vector<char> able_hours(const UnitDuty& unit, int min_up_h, int min_down_h) {
    const int hours = static_cast<int>(unit.available.size());
    std::vector<char> able(unit.available.size(), 0);
    // First hour on, after the last outage; it may have run before the year.
    int ready = unit.available.front() == 0 ? min_down_h : 0;
    for (int t = 0; t < hours; ++t) {
        if (unit.available[static_cast<std::size_t>(t)] == 0) {
            continue;
        }
        int end = t;
        while (end < hours && unit.available[static_cast<std::size_t>(end)] != 0) {
            ++end;
        }
        const int first = std::max(t, ready);
        if (end == hours || end - first >= min_up_h) {
            for (int u = first; u < end; ++u) {
                able[static_cast<std::size_t>(u)] = 1;
            }
        }
        ready = end + min_down_h;
        t = end;
    }
    return able;
}

void deal_must_run(const System& system, int plant, std::vector<UnitDuty>& units) {
    const auto i = static_cast<std::size_t>(plant);
    const Thermal& table = system.thermal;
    const Integers needed = must_run_units(system, plant);
    if (*std::max_element(needed.begin(), needed.end()) == 0) {
        return;
    }
    std::vector<std::vector<char>> able;
    able.reserve(units.size());
    for (const UnitDuty& unit : units) {
        able.push_back(able_hours(unit, table.min_up_h[i], table.min_down_h[i]));
    }
    for (int t = 0; t < hours_per_year; ++t) {
        const auto hour = static_cast<std::size_t>(t);
        int left = needed[hour];
        for (std::size_t j = 0; j < units.size() && left > 0; ++j) {
            if (able[j][hour] != 0) {
                units[j].must_run[hour] = 1;
                --left;
            }
        }
    }
}

/// TH-12: no unit is available out of service.
void leave_service(const std::vector<char>& in_service, std::vector<UnitDuty>& units) {
    for (UnitDuty& unit : units) {
        std::transform(unit.available.begin(), unit.available.end(), in_service.begin(),
                       unit.available.begin(), [](char a, char b) { return a != 0 && b != 0; });
    }
}

/// TH-15: no more units run than supply heat; besides those that must, the lowest numbers.
void leave_heat(const HeatPlan& heat, std::vector<UnitDuty>& units) {
    for (std::size_t hour = 0; hour < hours_per_year; ++hour) {
        int left = heat.units[hour];
        for (const UnitDuty& unit : units) {
            left -= unit.must_run[hour] != 0 ? 1 : 0;
        }
        for (UnitDuty& unit : units) {
            const bool other = unit.available[hour] != 0 && unit.must_run[hour] == 0;
            if (other && left-- <= 0) {
                unit.available[hour] = 0;
            }
        }
    }
}

/// Columns that tables share, and copies of a row of them.
template <class Table>
void copy_common(const Table& from, std::size_t row, Table& to) {
    const auto copy = [&](const auto& source, auto& target) {
        if (row < source.size()) {
            target.push_back(source[row]);
        }
    };
    copy(from.name, to.name);
    copy(from.source, to.source);
    copy(from.quality, to.quality);
    copy(from.note, to.note);
    copy(from.line, to.line);
}

void copy_plant(const Thermal& from, std::size_t row, Thermal& to) {
    copy_common(from, row, to);
    if (row < from.name_zh.size()) {
        to.name_zh.push_back(from.name_zh[row]);
    }
    if (row < from.technology.size()) {
        to.technology.push_back(from.technology[row]);
    }
    for (const auto column :
         {&Thermal::bus, &Thermal::fuel, &Thermal::units, &Thermal::min_up_h, &Thermal::min_down_h,
          &Thermal::must_run_units, &Thermal::must_run_profile, &Thermal::p_min_profile,
          &Thermal::p_max_profile, &Thermal::initial_units_on, &Thermal::initial_h}) {
        (to.*column).push_back((from.*column)[row]);
    }
    for (const auto column :
         {&Thermal::p_min_mw, &Thermal::p_max_mw, &Thermal::variable_om_cny_per_mwh,
          &Thermal::ramp_up_mw_per_h, &Thermal::ramp_down_mw_per_h, &Thermal::start_ramp_mw,
          &Thermal::stop_ramp_mw, &Thermal::spinning_up_mw, &Thermal::spinning_down_mw,
          &Thermal::non_spinning_mw, &Thermal::forced_outage_rate, &Thermal::repair_h,
          &Thermal::initial_p_mw}) {
        (to.*column).push_back((from.*column)[row]);
    }
}

/// One unit's must-run: none, always, or by a profile of its own.
void set_must_run(const UnitDuty& unit, const std::string& name, System& system) {
    Thermal& table = system.thermal;
    const auto running = std::count(unit.must_run.begin(), unit.must_run.end(), 1);
    table.must_run_units.back() = running > 0 ? 1 : 0;
    table.must_run_profile.back() = -1;
    if (running > 0 && running < hours_per_year) {
        Profiles& profiles = system.profiles;
        table.must_run_profile.back() = static_cast<int>(profiles.values.size() / profiles.hours);
        profiles.name.push_back(fmt::format("must_run of {}", name));
        profiles.file.emplace_back();
        profiles.values.insert(profiles.values.end(), unit.must_run.begin(), unit.must_run.end());
    }
}

/// Appends a profile; returns its number.
int append_profile(std::string name, const Numbers& values, Profiles& profiles) {
    profiles.name.push_back(std::move(name));
    profiles.file.emplace_back();
    profiles.values.insert(profiles.values.end(), values.begin(), values.end());
    return static_cast<int>(profiles.values.size() / profiles.hours) - 1;
}

/// Limits that heat supply sets to a running unit, as profiles of output that all units share.
void set_heat_limits(const System& from, int old_plant, std::size_t first, System& to) {
    const HeatPlan heat = heat_plan(from, old_plant);
    if (heat.empty()) {
        return;
    }
    const auto i = static_cast<std::size_t>(old_plant);
    const double p_max = from.thermal.p_max_mw[i];
    Numbers low;
    Numbers high;
    for (int h = 0; h < hours_per_year; ++h) {
        const auto hour = static_cast<std::size_t>(h);
        low.push_back(std::max(heat.floor_mw[hour] / p_max,
                               profile_value(from, from.thermal.p_min_profile[i], h, 0.0)));
        high.push_back(std::min(heat.top_mw[hour] / p_max,
                                profile_value(from, from.thermal.p_max_profile[i], h, 1.0)));
    }
    const std::string& name = from.thermal.name[i];
    const int floor = append_profile(fmt::format("heat floor of {}", name), low, to.profiles);
    const int top = append_profile(fmt::format("heat top of {}", name), high, to.profiles);
    for (std::size_t k = first; k < to.thermal.name.size(); ++k) {
        to.thermal.p_min_profile[k] = floor;
        to.thermal.p_max_profile[k] = top;
    }
}

void add_outages(const UnitDuty& unit, int plant, Outages& table) {
    for (int t = 0; t < hours_per_year; ++t) {
        const int from = t;
        while (t < hours_per_year && unit.available[static_cast<std::size_t>(t)] == 0) {
            ++t;
        }
        if (t > from) {
            table.plant.push_back(plant);
            table.from_hour.push_back(from);
            table.to_hour.push_back(t);
            table.units.push_back(1);
            table.kind.emplace_back("planned");
            table.source.emplace_back("dealt to single units");
            table.quality.emplace_back("estimated");
            table.note.emplace_back();
            table.line.push_back(0);
        }
    }
}

/// Rows of a cluster's heat curve, deep load reduction, start tiers, power block and carbon
/// capture, for one of its units.
void copy_curves(const System& from, int old_plant, int plant, System& to) {
    for (std::size_t k = 0; k < from.heat_curves.plant.size(); ++k) {
        if (from.heat_curves.plant[k] == old_plant) {
            copy_common(from.heat_curves, k, to.heat_curves);
            to.heat_curves.plant.push_back(plant);
            to.heat_curves.p_mw.push_back(from.heat_curves.p_mw[k]);
            to.heat_curves.heat_gj_per_h.push_back(from.heat_curves.heat_gj_per_h[k]);
        }
    }
    for (std::size_t k = 0; k < from.deep_load.plant.size(); ++k) {
        if (from.deep_load.plant[k] == old_plant) {
            copy_common(from.deep_load, k, to.deep_load);
            to.deep_load.plant.push_back(plant);
            to.deep_load.down_to_mw.push_back(from.deep_load.down_to_mw[k]);
            to.deep_load.oil.push_back(from.deep_load.oil[k]);
            to.deep_load.oil_gj_per_mwh.push_back(from.deep_load.oil_gj_per_mwh[k]);
            to.deep_load.wear_cny_per_mwh.push_back(from.deep_load.wear_cny_per_mwh[k]);
        }
    }
    for (std::size_t k = 0; k < from.start_tiers.plant.size(); ++k) {
        if (from.start_tiers.plant[k] == old_plant) {
            copy_common(from.start_tiers, k, to.start_tiers);
            to.start_tiers.plant.push_back(plant);
            to.start_tiers.off_h.push_back(from.start_tiers.off_h[k]);
            to.start_tiers.cost_cny.push_back(from.start_tiers.cost_cny[k]);
        }
    }
    for (std::size_t k = 0; k < from.carbon_capture.plant.size(); ++k) {
        if (from.carbon_capture.plant[k] == old_plant) {
            copy_common(from.carbon_capture, k, to.carbon_capture);
            to.carbon_capture.plant.push_back(plant);
            for (const auto column :
                 {&CarbonCaptures::share_max_pu, &CarbonCaptures::energy_mwh_per_t,
                  &CarbonCaptures::cost_cny_per_t}) {
                (to.carbon_capture.*column).push_back((from.carbon_capture.*column)[k]);
            }
        }
    }
    for (std::size_t k = 0; k < from.power_blocks.plant.size(); ++k) {
        if (from.power_blocks.plant[k] == old_plant) {
            copy_common(from.power_blocks, k, to.power_blocks);
            to.power_blocks.plant.push_back(plant);
            to.power_blocks.store.push_back(from.power_blocks.store[k]);
            to.power_blocks.start_heat_mwh.push_back(from.power_blocks.start_heat_mwh[k]);
        }
    }
}

/// The units of a cluster share its energy limit.
void copy_energy_limit(const System& from, int old_plant, int plant, System& to) {
    const EnergyLimits& table = from.energy_limits;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == old_plant) {
            copy_common(table, k, to.energy_limits);
            to.energy_limits.plant.push_back(plant);
            to.energy_limits.shared.push_back(
                table.shared[k].empty() ? from.thermal.name[static_cast<std::size_t>(old_plant)]
                                        : table.shared[k]);
            to.energy_limits.energy_gwh.push_back(table.energy_gwh[k]);
            to.energy_limits.period.push_back(table.period[k]);
        }
    }
}

/// Rows of `service` of plants that are no thermal clusters.
Service of_other_tables(const Service& all) {
    Service others;
    for (std::size_t k = 0; k < all.plant.size(); ++k) {
        if (all.table[k] != "thermal") {
            copy_common(all, k, others);
            others.table.push_back(all.table[k]);
            others.plant.push_back(all.plant[k]);
            others.from_hour.push_back(all.from_hour[k]);
            others.to_hour.push_back(all.to_hour[k]);
            others.backup.push_back(all.backup[k]);
        }
    }
    return others;
}

} // namespace

std::vector<UnitDuty> deal_units(const System& system, int plant) {
    const UnitDuty always{std::vector<char>(hours_per_year, 1),
                          std::vector<char>(hours_per_year, 0)};
    std::vector<UnitDuty> units(
        static_cast<std::size_t>(system.thermal.units[static_cast<std::size_t>(plant)]), always);
    deal_outages(system, plant, units);
    leave_service(service_hours(system, plant), units);
    deal_must_run(system, plant, units);
    const HeatPlan heat = heat_plan(system, plant);
    if (heat.back_pressure) {
        leave_heat(heat, units);
    }
    return units;
}

// TH-2
std::vector<char> units_on_before(const std::vector<UnitDuty>& units, int count, int begin) {
    std::vector<int> serves_h; // from the span's first hour on
    for (const UnitDuty& unit : units) {
        int h = 0;
        while (h < hours_per_year &&
               unit.available[static_cast<std::size_t>((begin + h) % hours_per_year)] != 0) {
            ++h;
        }
        serves_h.push_back(h);
    }
    std::vector<std::size_t> order(units.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return serves_h[a] > serves_h[b]; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(std::max(count, 0))));
    std::vector<char> on(units.size(), 0);
    for (const std::size_t unit : order) {
        on[unit] = 1;
    }
    return on;
}

Integers required_units(const System& system, int plant) {
    Integers required(hours_per_year, 0);
    for (const UnitDuty& unit : deal_units(system, plant)) {
        std::transform(required.begin(), required.end(), unit.must_run.begin(), required.begin(),
                       [](int units, char runs) { return units + (runs != 0 ? 1 : 0); });
    }
    return required;
}

System expand_units(const System& system, int begin) {
    System single = system;
    single.thermal = {};
    single.heat_curves = {};
    single.deep_load = {};
    single.start_tiers = {};
    single.power_blocks = {};
    single.carbon_capture = {};
    single.outages = {};
    // What these say of a cluster stands in the duties and limits of its units.
    single.service = of_other_tables(system.service);
    single.backup_calls = {};
    single.heat_supply = {};
    single.energy_limits = {};
    for (std::size_t i = 0; i < system.thermal.name.size(); ++i) {
        const int old_plant = static_cast<int>(i);
        const std::vector<UnitDuty> units = deal_units(system, old_plant);
        const int count = system.thermal.initial_units_on[i];
        const std::vector<char> on = units_on_before(units, count, begin);
        const std::size_t first = single.thermal.name.size();
        for (std::size_t j = 0; j < units.size(); ++j) {
            const int plant = static_cast<int>(single.thermal.name.size());
            copy_plant(system.thermal, i, single.thermal);
            const std::string name = fmt::format("{}.{}", system.thermal.name[i], j + 1);
            single.thermal.name.back() = name;
            single.thermal.units.back() = 1;
            single.thermal.initial_units_on.back() = count < 0 ? -1 : int{on[j]};
            set_must_run(units[j], name, single);
            add_outages(units[j], plant, single.outages);
            copy_curves(system, old_plant, plant, single);
            copy_energy_limit(system, old_plant, plant, single);
        }
        set_heat_limits(system, old_plant, first, single);
    }
    return single;
}

} // namespace longyang::grid
