#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/deep_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::caseio {
namespace {

void check_limits(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Thermal& t = system.thermal;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        const auto add = [&](const char* column, std::string found, std::string expected) {
            faults.push_back(
                row_fault("thermal", t, i, column, std::move(found), std::move(expected)));
        };
        if (t.p_max_mw[i] < t.p_min_mw[i]) {
            add("p_max_mw", fmt::format("{}, a capacity below the minimum load", t.p_max_mw[i]),
                fmt::format("at least p_min_mw = {}", t.p_min_mw[i]));
            continue; // ramps and curves cannot fit then
        }
        if (t.start_ramp_mw[i] < t.p_min_mw[i]) {
            add("start_ramp_mw", fmt::format("{}", t.start_ramp_mw[i]),
                fmt::format("at least p_min_mw = {}", t.p_min_mw[i]));
        }
        if (t.stop_ramp_mw[i] < t.p_min_mw[i]) {
            add("stop_ramp_mw", fmt::format("{}", t.stop_ramp_mw[i]),
                fmt::format("at least p_min_mw = {}", t.p_min_mw[i]));
        }
        if (t.must_run_units[i] > t.units[i]) {
            add("must_run_units", fmt::format("{}", t.must_run_units[i]),
                fmt::format("at most units = {}", t.units[i]));
        }
        const int hour = first_hour_above(system, t.p_min_profile[i], t.p_max_profile[i]);
        if (hour >= 0) {
            const auto h = static_cast<std::size_t>(hour);
            add("p_min_profile",
                fmt::format("{} in hour {} ({})", system.profiles.row(t.p_min_profile[i])[h], hour,
                            grid::date_of_hour(hour, system.info.year)),
                fmt::format("at most p_max_profile = {}",
                            system.profiles.row(t.p_max_profile[i])[h]));
        }
    }
}

void check_initial_state(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Thermal& t = system.thermal;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.initial_units_on[i] > t.units[i]) {
            faults.push_back(row_fault("thermal", t, i, "initial_units_on",
                                       fmt::format("{}", t.initial_units_on[i]),
                                       fmt::format("at most units = {}", t.units[i])));
        }
        const double p = t.initial_p_mw[i];
        if (t.initial_units_on[i] > 0) {
            const double p_min = grid::least_output_mw(system, static_cast<int>(i));
            if (p < p_min || p > t.p_max_mw[i]) {
                faults.push_back(
                    row_fault("thermal", t, i, "initial_p_mw", fmt::format("{}", p),
                              fmt::format("{} to {} (p_min_mw to p_max_mw), since "
                                          "initial_units_on is {}",
                                          p_min, t.p_max_mw[i], t.initial_units_on[i])));
            }
        } else if (p > 0.0) {
            faults.push_back(
                row_fault("thermal", t, i, "initial_p_mw", fmt::format("{}", p),
                          fmt::format("0 or an empty cell, since initial_units_on is {}",
                                      t.initial_units_on[i])));
        }
    }
}

/// No unit makes more power than it burns. Only of fuels that emit CO2: others may stand for what
/// is no heat, as the cost of an hour in cases of MATPOWER.
void check_efficiency(const grid::System& system, std::size_t plant,
                      const std::vector<std::size_t>& rows, std::vector<Fault>& faults) {
    constexpr double gj_per_mwh = 3.6;
    const grid::Thermal& t = system.thermal;
    const grid::HeatCurves& c = system.heat_curves;
    if (t.fuel[plant] < 0 ||
        system.fuels.co2_t_per_gj[static_cast<std::size_t>(t.fuel[plant])] <= 0.0) {
        return;
    }
    for (const std::size_t row : rows) {
        const double least_gj_per_h = gj_per_mwh * c.p_mw[row];
        if (c.heat_gj_per_h[row] < least_gj_per_h * (1.0 - rounding)) {
            faults.push_back(row_fault(
                "heat_curves", c, row, "heat_gj_per_h",
                fmt::format("{}, less than the power of {} there", c.heat_gj_per_h[row],
                            in_quotes(t.name[plant])),
                fmt::format("at least {:.6g}, 3.6 GJ/MWh at {} MW", least_gj_per_h, c.p_mw[row])));
        }
    }
}

/// One cluster's curve: its rows in the order of the file.
void check_curve(const grid::System& system, std::size_t plant,
                 const std::vector<std::size_t>& rows, std::vector<Fault>& faults) {
    const grid::Thermal& t = system.thermal;
    const grid::HeatCurves& c = system.heat_curves;
    if (rows.empty()) {
        faults.push_back(row_fault("thermal", t, plant, "name",
                                   in_quotes(t.name[plant]) + " without a heat curve",
                                   "rows in heat_curves.csv from p_min_mw to p_max_mw"));
        return;
    }
    if (t.p_max_mw[plant] < t.p_min_mw[plant]) {
        return;
    }
    const double slack = rounding * std::max(t.p_max_mw[plant], 1.0);
    const double least_mw = grid::least_output_mw(system, static_cast<int>(plant));
    const bool deep = least_mw < t.p_min_mw[plant];
    // A curve may begin lower: where deep load reduction is left out it goes on from p_min_mw.
    if (c.p_mw[rows.front()] > least_mw + slack) {
        faults.push_back(
            row_fault("heat_curves", c, rows.front(), "p_mw",
                      fmt::format("{} in the first row of {}", c.p_mw[rows.front()],
                                  in_quotes(t.name[plant])),
                      deep ? fmt::format("{} or less, its lowest tier of deep_load", least_mw)
                           : fmt::format("its p_min_mw = {} or less", least_mw)));
    }
    if (std::abs(c.p_mw[rows.back()] - t.p_max_mw[plant]) > slack) {
        faults.push_back(row_fault(
            "heat_curves", c, rows.back(), "p_mw",
            fmt::format("{} in the last row of {}", c.p_mw[rows.back()], in_quotes(t.name[plant])),
            fmt::format("its p_max_mw = {}", t.p_max_mw[plant])));
    }
    check_efficiency(system, plant, rows, faults);
    double slope_before = 0.0;
    for (std::size_t k = 1; k < rows.size(); ++k) {
        const std::size_t a = rows[k - 1];
        const std::size_t b = rows[k];
        if (c.p_mw[b] <= c.p_mw[a]) {
            faults.push_back(row_fault("heat_curves", c, b, "p_mw", fmt::format("{}", c.p_mw[b]),
                                       fmt::format("more than {} in the row before of {}",
                                                   c.p_mw[a], in_quotes(t.name[plant]))));
            return; // slopes mean nothing then
        }
        if (c.heat_gj_per_h[b] <= c.heat_gj_per_h[a]) {
            faults.push_back(row_fault("heat_curves", c, b, "heat_gj_per_h",
                                       fmt::format("{}", c.heat_gj_per_h[b]),
                                       fmt::format("more than {} in the row before of {}",
                                                   c.heat_gj_per_h[a], in_quotes(t.name[plant]))));
            return;
        }
        const double slope = (c.heat_gj_per_h[b] - c.heat_gj_per_h[a]) / (c.p_mw[b] - c.p_mw[a]);
        if (slope < slope_before * (1.0 - rounding)) {
            faults.push_back(row_fault(
                "heat_curves", c, b, "heat_gj_per_h",
                fmt::format("a slope of {:.6g} GJ/MWh up to this point of {}, after {:.6g}", slope,
                            in_quotes(t.name[plant]), slope_before),
                "a convex curve: slopes that do not fall"));
        }
        slope_before = slope;
    }
}

void check_tiers(const grid::System& system, std::vector<Fault>& faults) {
    const grid::StartTiers& s = system.start_tiers;
    const grid::Thermal& t = system.thermal;
    const auto by_plant = rows_by_item(s.plant, t.line.size());
    for (std::size_t i = 0; i < by_plant.size(); ++i) {
        const auto& rows = by_plant[i];
        if (!rows.empty() && s.off_h[rows.front()] > t.min_down_h[i]) {
            faults.push_back(
                row_fault("start_tiers", s, rows.front(), "off_h",
                          fmt::format("{} in the first tier of {}", s.off_h[rows.front()],
                                      in_quotes(t.name[i])),
                          fmt::format("at most its min_down_h = {}", t.min_down_h[i])));
        }
        for (std::size_t k = 1; k < rows.size(); ++k) {
            const std::size_t a = rows[k - 1];
            const std::size_t b = rows[k];
            if (s.off_h[b] <= s.off_h[a]) {
                faults.push_back(row_fault("start_tiers", s, b, "off_h",
                                           fmt::format("{}", s.off_h[b]),
                                           fmt::format("more than {} in the tier before of {}",
                                                       s.off_h[a], in_quotes(t.name[i]))));
            }
            if (s.cost_cny[b] < s.cost_cny[a]) {
                faults.push_back(row_fault("start_tiers", s, b, "cost_cny",
                                           fmt::format("{}", s.cost_cny[b]),
                                           fmt::format("at least {} in the tier before of {}",
                                                       s.cost_cny[a], in_quotes(t.name[i]))));
            }
        }
    }
}

/// TH-11: tiers go down from p_min_mw and the deeper cost no less.
void check_deep_load(const grid::System& system, std::vector<Fault>& faults) {
    const grid::DeepLoad& d = system.deep_load;
    const grid::Thermal& t = system.thermal;
    const auto by_plant = rows_by_item(d.plant, t.line.size());
    for (std::size_t i = 0; i < by_plant.size(); ++i) {
        double from_mw = t.p_min_mw[i];
        double cny_before = 0.0;
        const std::vector<grid::DeepTier> tiers = grid::deep_tiers(system, static_cast<int>(i));
        for (std::size_t k = 0; k < by_plant[i].size(); ++k) {
            const std::size_t row = by_plant[i][k];
            if (d.down_to_mw[row] >= from_mw) {
                faults.push_back(row_fault("deep_load", d, row, "down_to_mw",
                                           fmt::format("{}", d.down_to_mw[row]),
                                           fmt::format("less than {}, where this tier of {} begins",
                                                       from_mw, in_quotes(t.name[i]))));
                break; // the tiers' prices are not in order then
            }
            from_mw = d.down_to_mw[row];
            if (d.oil_gj_per_mwh[row] > 0.0 && d.oil[row] < 0) {
                faults.push_back(row_fault(
                    "deep_load", d, row, "oil", "an empty cell",
                    fmt::format("a fuel, since oil_gj_per_mwh is {}", d.oil_gj_per_mwh[row])));
            }
            if (tiers[k].cny_per_mwh < cny_before * (1.0 - rounding)) {
                faults.push_back(
                    row_fault("deep_load", d, row, "wear_cny_per_mwh",
                              fmt::format("oil and wear of {:.6g} CNY/MWh", tiers[k].cny_per_mwh),
                              fmt::format("at least {:.6g}, those of the tier above of {}",
                                          cny_before, in_quotes(t.name[i]))));
            }
            cny_before = tiers[k].cny_per_mwh;
        }
    }
}

void check_outages(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Outages& o = system.outages;
    const grid::Thermal& t = system.thermal;
    for (std::size_t k = 0; k < o.line.size(); ++k) {
        if (o.from_hour[k] >= o.to_hour[k]) {
            faults.push_back(row_fault("outages", o, k, "to_hour", fmt::format("{}", o.to_hour[k]),
                                       fmt::format("more than from_hour = {}", o.from_hour[k])));
        }
    }
    const auto by_plant = rows_by_item(o.plant, t.line.size());
    for (std::size_t i = 0; i < by_plant.size(); ++i) {
        for (const std::size_t k : by_plant[i]) {
            // The sum is largest in the first hour of some row.
            int out = 0;
            for (const std::size_t other : by_plant[i]) {
                const bool covers =
                    o.from_hour[other] <= o.from_hour[k] && o.from_hour[k] < o.to_hour[other];
                out += covers ? o.units[other] : 0;
            }
            if (o.units[k] > t.units[i]) {
                faults.push_back(row_fault(
                    "outages", o, k, "units", fmt::format("{}", o.units[k]),
                    fmt::format("at most {}, the units of {}", t.units[i], in_quotes(t.name[i]))));
            } else if (out > t.units[i]) {
                faults.push_back(
                    row_fault("outages", o, k, "units",
                              fmt::format("{} out of service in hour {}, with the other rows of {}",
                                          out, o.from_hour[k], in_quotes(t.name[i])),
                              fmt::format("at most its {} units", t.units[i])));
            }
        }
    }
}

} // namespace

std::vector<Fault> check_thermal(const grid::System& system) {
    std::vector<Fault> faults;
    check_limits(system, faults);
    check_initial_state(system, faults);
    const auto curves = rows_by_item(system.heat_curves.plant, system.thermal.line.size());
    for (std::size_t i = 0; i < curves.size(); ++i) {
        check_curve(system, i, curves[i], faults);
    }
    check_deep_load(system, faults);
    check_tiers(system, faults);
    check_outages(system, faults);
    return faults;
}

} // namespace longyang::caseio
