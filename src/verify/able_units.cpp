// TH-2, TH-4 (docs/theory/thermal.md): which single units serve, and whom must-run can be asked of.
#include "verify/able_units.hpp"

#include "grid/calendar.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>

namespace longyang::verify {
namespace {

/// One unit, hour by hour of the year: 1 where it is in service.
using Hours = std::vector<char>;

/// Outages of the plant in the order of their begin.
std::vector<std::size_t> outages_in_order(const grid::Outages& table, std::size_t plant) {
    std::vector<std::size_t> rows(table.plant.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::erase_if(rows, [&](std::size_t k) { return table.plant[k] != static_cast<int>(plant); });
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return table.from_hour[a] < table.from_hour[b];
    });
    return rows;
}

/// The unit that an outage takes: free at its begin, else the first that is back; of several the
/// highest.
std::size_t taken_unit(const std::vector<int>& back, int from_hour) {
    std::size_t taken = back.size() - 1;
    for (std::size_t j = back.size(); j-- > 0;) {
        taken = std::max(back[j], from_hour) < std::max(back[taken], from_hour) ? j : taken;
    }
    return taken;
}

std::vector<Hours> units_in_service(const grid::System& system, std::size_t plant,
                                    const Hours& in_service) {
    const grid::Outages& table = system.outages;
    std::vector<Hours> units(static_cast<std::size_t>(system.thermal.units[plant]), in_service);
    std::vector<int> back(units.size(), 0);
    for (const std::size_t k : outages_in_order(table, plant)) {
        const int to = std::min(table.to_hour[k], grid::hours_per_year);
        for (int n = 0; n < table.units[k]; ++n) {
            const std::size_t j = taken_unit(back, table.from_hour[k]);
            for (int h = std::max(back[j], table.from_hour[k]); h < to; ++h) {
                units[j][static_cast<std::size_t>(h)] = 0;
            }
            back[j] = std::max(back[j], to);
        }
    }
    return units;
}

/// 1 in the hours in which a unit can be asked to run.
Hours able_hours(const Hours& unit, int min_up_h, int min_down_h) {
    const int year_h = static_cast<int>(unit.size());
    Hours able(unit.size(), 0);
    // Hour of the last stop by an outage; out in the first hour, it may have run before the year.
    int stopped = unit.front() == 0 ? 0 : -min_down_h;
    for (int begin = 0; begin < year_h;) {
        if (unit[static_cast<std::size_t>(begin)] == 0) {
            ++begin;
            continue;
        }
        const auto out = std::find(unit.begin() + begin, unit.end(), 0);
        const int end = static_cast<int>(out - unit.begin());
        const int first = std::max(begin, stopped + min_down_h);
        if (end == year_h || end - first >= min_up_h) {
            for (int h = first; h < end; ++h) {
                able[static_cast<std::size_t>(h)] = 1;
            }
        }
        stopped = end;
        begin = end;
    }
    return able;
}

/// TH-15: who supplies no heat does not serve; those that are able come first, then the lowest.
void leave_those_with_heat(const std::vector<Hours>& able, const std::vector<double>& with_heat,
                           std::vector<Hours>& units) {
    for (std::size_t h = 0; h < with_heat.size(); ++h) {
        std::vector<std::size_t> order(units.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_partition(order.begin(), order.end(),
                              [&](std::size_t j) { return able[j][h] != 0; });
        double left = with_heat[h];
        for (const std::size_t j : order) {
            units[j][h] = static_cast<char>(units[j][h] != 0 && left > 0.0);
            left -= units[j][h];
        }
    }
}

/// Hours in a row, from one of the year on, in which a unit serves.
int hours_from(const Hours& unit, int first) {
    const auto begin = unit.begin() + first;
    const auto out = std::find(begin, unit.end(), 0);
    if (out != unit.end()) {
        return static_cast<int>(out - begin);
    }
    return static_cast<int>(unit.end() - begin +
                            (std::find(unit.begin(), begin, 0) - unit.begin()));
}

} // namespace

std::vector<double> able_units(const grid::System& system, std::size_t plant,
                               const std::vector<char>& in_service) {
    std::vector<double> able(grid::hours_per_year, 0.0);
    for (const Hours& unit : units_in_service(system, plant, in_service)) {
        const Hours hours =
            able_hours(unit, system.thermal.min_up_h[plant], system.thermal.min_down_h[plant]);
        std::transform(able.begin(), able.end(), hours.begin(), able.begin(), std::plus<>());
    }
    return able;
}

std::vector<double> unbroken_units(const grid::System& system, std::size_t plant,
                                   const std::vector<char>& in_service,
                                   const std::vector<double>& with_heat, int first, int hours) {
    std::vector<Hours> units = units_in_service(system, plant, in_service);
    if (!with_heat.empty()) {
        std::vector<Hours> able;
        for (const Hours& unit : units) {
            able.push_back(
                able_hours(unit, system.thermal.min_up_h[plant], system.thermal.min_down_h[plant]));
        }
        leave_those_with_heat(able, with_heat, units);
    }
    std::vector<int> serves_h;
    for (const Hours& unit : units) {
        serves_h.push_back(hours_from(unit, first % grid::hours_per_year));
    }
    std::sort(serves_h.begin(), serves_h.end(), std::greater<>());
    serves_h.resize(static_cast<std::size_t>(std::max(system.thermal.initial_units_on[plant], 0)));
    std::vector<double> unbroken;
    for (int t = 0; t < hours; ++t) {
        unbroken.push_back(static_cast<double>(std::count_if(
            serves_h.begin(), serves_h.end(), [t](int serves) { return t < serves; })));
    }
    return unbroken;
}

} // namespace longyang::verify
