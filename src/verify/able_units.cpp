// TH-4 (docs/theory/thermal.md): whom must-run can be asked of.
#include "verify/able_units.hpp"

#include "grid/calendar.hpp"

#include <algorithm>
#include <cstddef>
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

/// Adds 1 in the hours in which a unit can be asked to run.
void count_able(const Hours& unit, int min_up_h, int min_down_h, std::vector<double>& able) {
    const int year_h = static_cast<int>(unit.size());
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
                able[static_cast<std::size_t>(h)] += 1.0;
            }
        }
        stopped = end;
        begin = end;
    }
}

} // namespace

std::vector<double> able_units(const grid::System& system, std::size_t plant,
                               const std::vector<char>& in_service) {
    std::vector<double> able(grid::hours_per_year, 0.0);
    for (const Hours& unit : units_in_service(system, plant, in_service)) {
        count_able(unit, system.thermal.min_up_h[plant], system.thermal.min_down_h[plant], able);
    }
    return able;
}

} // namespace longyang::verify
