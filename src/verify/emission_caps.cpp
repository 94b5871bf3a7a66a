// TH-20 (docs/theory/thermal.md) and PT-4 (docs/theory/targets.md).
#include "grid/calendar.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::verify {
namespace {

using Points = std::vector<std::pair<double, double>>; ///< MW, GJ/h, ascending

Points curve_of(const grid::HeatCurves& table, std::size_t plant) {
    Points points;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (at(table.plant[k]) == plant) {
            points.emplace_back(table.p_mw[k], table.heat_gj_per_h[k]);
        }
    }
    std::sort(points.begin(), points.end());
    return points;
}

double heat_at(const Points& points, double mw) {
    for (std::size_t k = 1; k < points.size(); ++k) {
        const auto& [x0, y0] = points[k - 1];
        const auto& [x1, y1] = points[k];
        if ((mw <= x1 || k + 1 == points.size()) && x1 > x0) {
            return y0 + (y1 - y0) * (mw - x0) / (x1 - x0);
        }
    }
    return points.empty() ? 0.0 : points.back().second;
}

/// CO2 of one unit at the ends of its range, and between them by a straight line.
struct Unit {
    double low_mw = 0.0, low_t = 0.0, t_per_mw = 0.0;

    Unit(const grid::System& s, std::size_t plant) : low_mw(s.thermal.p_min_mw[plant]) {
        const Points points = curve_of(s.heat_curves, plant);
        const double of_fuel = s.fuels.co2_t_per_gj[at(s.thermal.fuel[plant])];
        // Tiers of deep load reduction from the top: each adds its oil down to its end.
        const grid::DeepLoad& deep = s.deep_load;
        std::vector<std::size_t> tiers;
        for (std::size_t k = 0; k < deep.plant.size(); ++k) {
            if (at(deep.plant[k]) == plant) {
                tiers.push_back(k);
            }
        }
        std::sort(tiers.begin(), tiers.end(), [&](std::size_t a, std::size_t b) {
            return deep.down_to_mw[a] > deep.down_to_mw[b];
        });
        for (const std::size_t k : tiers) {
            const double of_oil = deep.oil[k] < 0 ? 0.0 : s.fuels.co2_t_per_gj[at(deep.oil[k])];
            low_t += of_oil * deep.oil_gj_per_mwh[k] * (low_mw - deep.down_to_mw[k]);
            low_mw = deep.down_to_mw[k];
        }
        low_t += of_fuel * heat_at(points, low_mw);
        const double high_mw = s.thermal.p_max_mw[plant];
        if (high_mw > low_mw) {
            t_per_mw = (of_fuel * heat_at(points, high_mw) - low_t) / (high_mw - low_mw);
        }
    }
    [[nodiscard]] double of(double on, double gross_mw) const {
        return on * low_t + t_per_mw * (gross_mw - on * low_mw);
    }
};

/// CO2 that counts, regions x hours, of the plants of all ranks. Collective.
grid::HourTable counted_t(const Comm& comm, const Scope& scope) {
    const grid::System& s = scope.system;
    grid::HourTable table(s.regions.name.size(), scope.schedule.span.size());
    for (std::size_t i = 0; i < s.thermal.bus.size(); ++i) {
        if (!scope.mine(scope.owners.thermal, i) ||
            s.fuels.co2_t_per_gj[at(s.thermal.fuel[i])] == 0.0) {
            continue;
        }
        double mwh_per_t = 0.0;
        for (std::size_t k = 0; k < s.carbon_capture.plant.size(); ++k) {
            if (at(s.carbon_capture.plant[k]) == i) {
                mwh_per_t = s.carbon_capture.energy_mwh_per_t[k];
            }
        }
        const Unit unit(s, i);
        const auto sum = table.row(at(s.buses.region[at(s.thermal.bus[i])]));
        for (std::size_t t = 0; t < sum.size(); ++t) {
            const double captured = scope.schedule.thermal_captured_t.row(i)[t];
            sum[t] += unit.of(scope.schedule.thermal_units_on.row(i)[t],
                              scope.schedule.thermal_p_mw.row(i)[t] + mwh_per_t * captured) -
                      captured;
        }
    }
    sum_in_order(comm, table.values);
    return table;
}

/// Where the month or year of hour t, which begins at `begin`, ends in the span; its whole length.
std::pair<int, int> end_of(const Scope& scope, const std::string& period, int begin) {
    const auto number = [&](int t) {
        const int hour = scope.hour_of_year(t);
        const int year = hour / grid::hours_per_year;
        return period == "month" ? 12 * year + grid::month_of_hour(hour % grid::hours_per_year)
                                 : year;
    };
    int end = begin;
    while (end < scope.hours() && number(end) == number(begin)) {
        ++end;
    }
    const int month = grid::month_of_hour(scope.hour_of_year(begin) % grid::hours_per_year);
    const int whole_h = period == "month" ? grid::month_begin_hour[at(month)] -
                                                grid::month_begin_hour[at(month - 1)]
                                          : grid::hours_per_year;
    return {end, whole_h};
}

} // namespace

void check_emission_caps(const Comm& comm, const Scope& scope, Findings& findings,
                         std::span<double> cost_cny) {
    const grid::EmissionCaps& table = scope.system.emission_caps;
    if (table.region.empty()) {
        return;
    }
    const grid::HourTable counted = counted_t(comm, scope);
    if (!comm.root()) {
        return; // rank 0 owns caps
    }
    std::size_t next = 0;
    for (std::size_t k = 0; k < table.region.size(); ++k) {
        for (int begin = 0; begin < scope.hours();) {
            const auto [end, whole_h] = end_of(scope, table.period[k], begin);
            const bool there = next < scope.schedule.emission_excess_t.size();
            const double excess = there ? scope.schedule.emission_excess_t[next++] : 0.0;
            double emitted = 0.0;
            for (std::size_t region = 0; region < counted.items; ++region) {
                if (table.region[k] < 0 || at(table.region[k]) == region) {
                    for (int t = begin; t < end; ++t) {
                        emitted += counted.row(region)[at(t)];
                    }
                }
            }
            const Place missing{"PT-4 excess", table.name[k], begin, "t"};
            findings.equal(missing, there ? 1.0 : 0.0, 1.0);
            findings.at_least(missing, excess, 0.0, 1.0);
            if (table.hard[k] == "yes") {
                findings.at_most(missing, excess, 0.0, 1.0);
            }
            const double allowed = table.cap_t[k] * (end - begin) / whole_h;
            findings.at_most({"PT-4 emission cap", table.name[k], begin, "t"}, emitted - excess,
                             allowed, emitted);
            cost_cny[k] += table.excess_cny_per_t[k] * excess;
            begin = end;
        }
    }
}

} // namespace longyang::verify
