// TH-1 to TH-15, TH-19: limits and cost of thermal clusters, by docs/theory/thermal.md.
#include "grid/calendar.hpp"
#include "verify/able_units.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::verify {
namespace {

/// Output limits of a running unit in an hour, MW.
struct UnitLimits {
    double floor_mw = 0.0, top_mw = 0.0, start_mw = 0.0, stop_mw = 0.0;
};

/// A tier of deep load reduction of one unit.
struct DeepTier {
    double from_mw, to_mw, cny_per_mwh;
};

/// TH-11: the plant's rows from p_min_mw down.
std::vector<DeepTier> deep_tiers(const grid::System& system, std::size_t plant) {
    const grid::DeepLoad& table = system.deep_load;
    std::vector<DeepTier> tiers;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] != static_cast<int>(plant)) {
            continue;
        }
        double cny_per_mwh = table.wear_cny_per_mwh[k];
        if (table.oil[k] >= 0) {
            const std::size_t oil = at(table.oil[k]);
            cny_per_mwh += table.oil_gj_per_mwh[k] *
                           (system.fuels.price_cny_per_gj[oil] +
                            system.info.carbon_price_cny_per_t * system.fuels.co2_t_per_gj[oil]);
        }
        tiers.push_back({0.0, table.down_to_mw[k], cny_per_mwh});
    }
    std::sort(tiers.begin(), tiers.end(),
              [](const DeepTier& a, const DeepTier& b) { return a.to_mw > b.to_mw; });
    double from_mw = system.thermal.p_min_mw[plant];
    for (DeepTier& tier : tiers) {
        tier.from_mw = from_mw;
        from_mw = tier.to_mw;
    }
    return tiers;
}

/// Heat supply of one cluster, by hour of the year (TH-13 to TH-15).
struct HeatDuty {
    bool given = false, back_pressure = false;
    std::vector<double> units, lower_mw, upper_mw;
};

HeatDuty heat_duty(const grid::System& system, std::size_t plant) {
    const grid::HeatSupply& table = system.heat_supply;
    HeatDuty duty;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] != static_cast<int>(plant)) {
            continue;
        }
        duty.given = true;
        duty.back_pressure = table.kind[k] == "back_pressure";
        std::vector<double> demand(grid::hours_per_year, table.heat_mw[k]);
        double largest[13] = {};
        for (int h = 0; h < grid::hours_per_year; ++h) {
            demand[at(h)] *=
                table.heat_profile[k] < 0 ? 1.0 : system.profiles.row(table.heat_profile[k])[at(h)];
            double& most = largest[grid::month_of_hour(h)];
            most = std::max(most, demand[at(h)]);
        }
        for (int h = 0; h < grid::hours_per_year; ++h) {
            const double full = largest[grid::month_of_hour(h)] / table.unit_heat_max_mw[k];
            const double units =
                demand[at(h)] <= 0.0
                    ? 0.0
                    : std::min<double>(std::ceil(full - 1e-6), system.thermal.units[plant]);
            const double heat_mw =
                units > 0.0 ? std::min(demand[at(h)] / units, table.unit_heat_max_mw[k]) : 0.0;
            const double tied_mw = table.base_mw[k] + table.mw_per_heat_mw[k] * heat_mw;
            duty.units.push_back(units);
            duty.lower_mw.push_back(units > 0.0 ? tied_mw : 0.0);
            duty.upper_mw.push_back(duty.back_pressure && units > 0.0
                                        ? tied_mw
                                        : system.thermal.p_max_mw[plant] -
                                              table.loss_mw_per_heat_mw[k] * heat_mw);
        }
    }
    return duty;
}

/// Carbon capture of one cluster (TH-19); without a row nothing may be captured.
struct Capture {
    double share_max_pu = 0.0, energy_mwh_per_t = 0.0, cost_cny_per_t = 0.0;
};

Capture capture_of(const grid::System& system, std::size_t plant) {
    const grid::CarbonCaptures& table = system.carbon_capture;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == static_cast<int>(plant)) {
            return {table.share_max_pu[k], table.energy_mwh_per_t[k], table.cost_cny_per_t[k]};
        }
    }
    return {};
}

/// TH-12, by hour of the year: between commissioning and retirement, and called if it is backup.
std::vector<char> hours_in_service(const grid::System& system, std::size_t plant) {
    std::vector<char> hours(grid::hours_per_year, 1);
    const grid::Service& service = system.service;
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.table[k] != "thermal" || service.plant[k] != system.thermal.name[plant]) {
            continue;
        }
        const grid::BackupCalls& calls = system.backup_calls;
        for (int hour = 0; hour < grid::hours_per_year; ++hour) {
            bool serves = hour >= service.from_hour[k] && hour < service.to_hour[k];
            if (service.backup[k] == "yes") {
                bool called = false;
                for (std::size_t m = 0; m < calls.plant.size(); ++m) {
                    called = called || (calls.plant[m] == static_cast<int>(plant) &&
                                        calls.from_hour[m] <= hour && hour < calls.to_hour[m]);
                }
                serves = serves && called;
            }
            hours[at(hour)] = serves ? 1 : 0;
        }
        break;
    }
    return hours;
}

/// One cluster with its data and its rows of the schedule.
struct Cluster {
    const Scope& scope;
    std::size_t i;
    std::string name;
    std::vector<DeepTier> deep;
    HeatDuty heat;
    Capture capture;
    std::vector<char> in_service;     ///< by hour of the year
    double units, p_min_mw, p_max_mw; ///< p_min_mw: with deep load reduction
    bool state_given;

    Cluster(const Scope& scope_, std::size_t i_)
        : scope(scope_), i(i_), name(name_of(scope_.system.thermal, i_)),
          deep(deep_tiers(scope_.system, i_)), heat(heat_duty(scope_.system, i_)),
          capture(capture_of(scope_.system, i_)), in_service(hours_in_service(scope_.system, i_)),
          units(table().units[i_]),
          p_min_mw(deep.empty() ? table().p_min_mw[i_] : deep.back().to_mw),
          p_max_mw(table().p_max_mw[i_]), state_given(table().initial_units_on[i_] >= 0) {}

    [[nodiscard]] const grid::Thermal& table() const { return scope.system.thermal; }
    [[nodiscard]] double scale_mw() const { return units * p_max_mw; }
    [[nodiscard]] int initial_h() const { return table().initial_h[i]; }

    [[nodiscard]] std::size_t year_hour(int t) const {
        return at((scope.hour_of_year(t) + grid::hours_per_year) % grid::hours_per_year);
    }
    /// Units on; those before the span at t = -1.
    [[nodiscard]] double on(int t) const {
        return t < 0 ? table().initial_units_on[i] : scope.schedule.thermal_units_on.row(i)[at(t)];
    }
    /// None is started behind the span's end.
    [[nodiscard]] double started(int t) const {
        return scope.schedule.thermal_starts.row(i)[at(t)];
    }
    [[nodiscard]] double stopped(int t) const {
        return t < scope.hours() ? scope.schedule.thermal_stops.row(i)[at(t)] : 0.0;
    }
    [[nodiscard]] double captured_t(int t) const {
        return scope.schedule.thermal_captured_t.row(i)[at(t)];
    }
    /// Gross output.
    [[nodiscard]] double p_mw(int t) const {
        return scope.schedule.thermal_p_mw.row(i)[at(t)] + capture.energy_mwh_per_t * captured_t(t);
    }
    /// p', the output above the minimum of all units on.
    [[nodiscard]] double above_mw(int t) const {
        return t < 0 ? (table().initial_p_mw[i] - p_min_mw) * on(t) : p_mw(t) - p_min_mw * on(t);
    }
    [[nodiscard]] double up_mw(int t) const { return scope.schedule.thermal_up_mw.row(i)[at(t)]; }
    [[nodiscard]] double down_mw(int t) const {
        return scope.schedule.thermal_down_mw.row(i)[at(t)];
    }

    [[nodiscard]] UnitLimits limits(int t) const {
        double raised_mw = p_max_mw * scope.profile(table().p_min_profile[i], t, 0.0);
        double top_mw = p_max_mw * scope.profile(table().p_max_profile[i], t, 1.0);
        if (heat.given) {
            raised_mw = std::max(raised_mw, heat.lower_mw[year_hour(t)]);
            top_mw = std::min(top_mw, heat.upper_mw[year_hour(t)]);
        }
        const double floor_mw = std::max(p_min_mw, std::min(raised_mw, top_mw));
        top_mw = std::max(top_mw, p_min_mw);
        return {floor_mw, top_mw, std::min(std::max(table().start_ramp_mw[i], floor_mw), top_mw),
                std::min(std::max(table().stop_ramp_mw[i], floor_mw), top_mw)};
    }
};

/// A_t by the outages' rows, service and heat supply.
std::vector<double> available_units(const Cluster& c) {
    std::vector<double> available(at(c.scope.hours()), c.units);
    const grid::Outages& outages = c.scope.system.outages;
    for (std::size_t k = 0; k < outages.plant.size(); ++k) {
        if (outages.plant[k] != static_cast<int>(c.i)) {
            continue;
        }
        for (int t = 0; t < c.scope.hours(); ++t) {
            const int hour = c.scope.hour_of_year(t) % grid::hours_per_year;
            if (hour >= outages.from_hour[k] && hour < outages.to_hour[k]) {
                available[at(t)] = std::max(available[at(t)] - outages.units[k], 0.0);
            }
        }
    }
    for (int t = 0; t < c.scope.hours(); ++t) {
        double& units = available[at(t)];
        units = c.in_service[c.year_hour(t)] != 0 ? units : 0.0;
        units = c.heat.back_pressure ? std::min(units, c.heat.units[c.year_hour(t)]) : units;
    }
    return available;
}

void check_whole_units(const Cluster& c, Findings& findings) {
    for (int t = 0; t < c.scope.hours(); ++t) {
        findings.equal({"whole units on", c.name, t, "-"}, c.on(t), std::round(c.on(t)));
        findings.equal({"whole units started", c.name, t, "-"}, c.started(t),
                       std::round(c.started(t)));
        findings.equal({"whole units stopped", c.name, t, "-"}, c.stopped(t),
                       std::round(c.stopped(t)));
    }
}

/// TH-1. Where the state before the span is free, nothing starts or stops in hour 0.
void check_transitions(const Cluster& c, Findings& findings) {
    for (int t = 0; t < c.scope.hours(); ++t) {
        const Place place{"TH-1 transitions", c.name, t, "-"};
        if (t == 0 && !c.state_given) {
            findings.equal(place, c.started(0), 0.0);
            findings.equal(place, c.stopped(0), 0.0);
        } else {
            findings.equal(place, c.on(t), c.on(t - 1) + c.started(t) - c.stopped(t));
        }
    }
}

/// TH-2, TH-3
void check_minimum_times(const Cluster& c, Findings& findings) {
    const int up_h = c.table().min_up_h[c.i];
    const int down_h = c.table().min_down_h[c.i];
    std::vector<double> held_on; // since before the span; outages free them
    if (c.state_given && c.initial_h() < up_h) {
        held_on = unbroken_units(c.scope.system, c.i, c.in_service,
                                 c.heat.back_pressure ? c.heat.units : std::vector<double>{},
                                 c.scope.hour_of_year(0),
                                 std::min(up_h - c.initial_h(), c.scope.hours()));
    }
    held_on.resize(at(c.scope.hours()), 0.0);
    for (int t = 0; t < c.scope.hours(); ++t) {
        double young = held_on[at(t)]; // on for less than the minimum time
        for (int tau = std::max(t - up_h + 1, 0); tau <= t; ++tau) {
            young += c.started(tau);
        }
        const bool held_off = c.state_given && t < down_h - c.initial_h();
        double resting = held_off ? c.units - c.on(-1) : 0.0; // off for less than the minimum time
        for (int tau = std::max(t - down_h + 1, 0); tau <= t; ++tau) {
            resting += c.stopped(tau);
        }
        findings.at_least({"TH-2 minimum time on", c.name, t, "-"}, c.on(t), young);
        findings.at_most({"TH-3 minimum time off", c.name, t, "-"}, c.on(t), c.units - resting);
    }
}

/// TH-4
void check_availability(const Cluster& c, const std::vector<double>& available,
                        Findings& findings) {
    std::vector<double> able;
    if (c.heat.given || c.table().must_run_units[c.i] > 0) {
        able = able_units(c.scope.system, c.i, c.in_service);
    }
    for (int t = 0; t < c.scope.hours(); ++t) {
        double wanted = std::round(c.table().must_run_units[c.i] *
                                   c.scope.profile(c.table().must_run_profile[c.i], t, 1.0));
        if (c.heat.given) { // TH-13
            const double by_heat = c.heat.units[c.year_hour(t)];
            wanted = c.heat.back_pressure ? by_heat : std::max(wanted, by_heat);
        }
        wanted = able.empty() ? 0.0 : std::min(wanted, able[c.year_hour(t)]);
        findings.at_least({"TH-4 must-run", c.name, t, "-"}, c.on(t), wanted);
        findings.at_most({"TH-4 availability", c.name, t, "-"}, c.on(t), available[at(t)]);
    }
}

/// TH-5, TH-7, TH-8
void check_output(const Cluster& c, double curve_top_mw, Findings& findings) {
    for (int t = 0; t < c.scope.hours(); ++t) {
        const UnitLimits limits = c.limits(t);
        const double above_mw = c.above_mw(t);
        const double room_mw = (limits.top_mw - c.p_min_mw) * c.on(t);
        const double starting_mw = (limits.top_mw - limits.start_mw) * c.started(t);
        const double stopping_mw = (limits.top_mw - limits.stop_mw) * c.stopped(t + 1);
        const Place capacity{"TH-5 capacity", c.name, t, "MW"};
        if (c.table().min_up_h[c.i] >= 2) {
            findings.at_most(capacity, above_mw + c.up_mw(t), room_mw - starting_mw - stopping_mw,
                             c.scale_mw());
        } else {
            findings.at_most(capacity, above_mw + c.up_mw(t), room_mw - starting_mw, c.scale_mw());
            findings.at_most(capacity, above_mw + c.up_mw(t), room_mw - stopping_mw, c.scale_mw());
        }
        findings.at_least({"TH-7 floor", c.name, t, "MW"}, above_mw - c.down_mw(t),
                          (limits.floor_mw - c.p_min_mw) * c.on(t), c.scale_mw());
        findings.at_most({"TH-8 heat curve", c.name, t, "MW"}, above_mw,
                         (curve_top_mw - c.p_min_mw) * c.on(t), c.scale_mw());
    }
}

/// TH-6. A ramp beyond the range of output counts as the range, which other rules already keep.
/// Units that are out in hour 0 may come from any output.
void check_ramps(const Cluster& c, const std::vector<double>& available, Findings& findings) {
    const double range_mw = c.p_max_mw - c.p_min_mw;
    const double up_mw = std::min(c.table().ramp_up_mw_per_h[c.i], range_mw);
    const double down_mw = std::min(c.table().ramp_down_mw_per_h[c.i], range_mw);
    for (int t = c.state_given ? 0 : 1; t < c.scope.hours(); ++t) {
        const double start_mw = c.limits(t).start_mw - c.p_min_mw;
        const double stop_mw = c.limits(t - 1).stop_mw - c.p_min_mw;
        const double out = t > 0 ? 0.0 : std::max(c.on(-1) - available[0], 0.0);
        const double before_mw =
            c.above_mw(t - 1) - out * (c.table().initial_p_mw[c.i] - c.p_min_mw);
        findings.at_most({"TH-6 ramp up", c.name, t, "MW"}, c.above_mw(t) + c.up_mw(t) - before_mw,
                         up_mw * (c.on(t) - c.started(t)) + start_mw * c.started(t), c.scale_mw());
        findings.at_most(
            {"TH-6 ramp down", c.name, t, "MW"}, before_mw - c.above_mw(t) + c.down_mw(t),
            down_mw * (c.on(t - 1) - c.stopped(t)) + stop_mw * (c.stopped(t) - out), c.scale_mw());
    }
}

/// TH-10
void check_reserve_held(const Cluster& c, const std::vector<double>& available,
                        Findings& findings) {
    for (int t = 0; t < c.scope.hours(); ++t) {
        findings.at_most({"TH-10 spinning up", c.name, t, "MW"}, c.up_mw(t),
                         c.table().spinning_up_mw[c.i] * c.on(t), c.scale_mw());
        findings.at_most({"TH-10 spinning down", c.name, t, "MW"}, c.down_mw(t),
                         c.table().spinning_down_mw[c.i] * c.on(t), c.scale_mw());
        findings.at_most({"TH-10 non-spinning", c.name, t, "MW"},
                         c.scope.schedule.thermal_non_spinning_mw.row(c.i)[at(t)],
                         c.table().non_spinning_mw[c.i] * (available[at(t)] - c.on(t)),
                         c.scale_mw());
    }
}

/// Heat input of one unit over its output.
struct HeatCurve {
    struct Point {
        double p_mw, heat_gj_per_h;
    };
    std::vector<Point> points; ///< ascending

    HeatCurve(const grid::System& system, std::size_t plant) {
        const grid::HeatCurves& table = system.heat_curves;
        for (std::size_t k = 0; k < table.plant.size(); ++k) {
            if (table.plant[k] == static_cast<int>(plant)) {
                points.push_back({table.p_mw[k], table.heat_gj_per_h[k]});
            }
        }
        std::sort(points.begin(), points.end(),
                  [](const Point& a, const Point& b) { return a.p_mw < b.p_mw; });
    }
    [[nodiscard]] double top_mw() const { return points.empty() ? 0.0 : points.back().p_mw; }

    /// Heat of `on` units that together run at `p_mw`. The curve is convex, so the cheapest way is
    /// to fill every unit's segments from below.
    [[nodiscard]] double heat_gj_per_h(double on, double p_mw) const {
        if (points.empty()) {
            return 0.0;
        }
        double above_mw = p_mw - points.front().p_mw * on;
        double heat = points.front().heat_gj_per_h * on;
        for (std::size_t m = 0; m + 1 < points.size(); ++m) {
            const double width_mw = points[m + 1].p_mw - points[m].p_mw;
            const double taken_mw = std::clamp(above_mw, 0.0, width_mw * on);
            if (width_mw > 0.0) {
                heat +=
                    taken_mw * (points[m + 1].heat_gj_per_h - points[m].heat_gj_per_h) / width_mw;
            }
            above_mw -= taken_mw;
        }
        return heat;
    }
};

struct Tier {
    int off_h;
    double cost_cny;
};

/// TH-9: the cheapest split of an hour's starts over the tiers. Their costs do not fall with the
/// time off and each tier takes no more than the stops in its own window, so the hottest ones are
/// filled first and the coldest takes the rest.
double start_cost_cny(const Cluster& c, const std::vector<Tier>& tiers, int t) {
    double starts = c.started(t);
    double cost = 0.0;
    for (std::size_t j = 0; j < tiers.size(); ++j) {
        double taken = starts;
        if (j + 1 < tiers.size()) {
            const int newest = t - tiers[j].off_h;
            const int oldest = t - tiers[j + 1].off_h + 1;
            double cooled = 0.0; // units that stopped in the window
            for (int tau = std::max(oldest, 0); tau <= newest; ++tau) {
                cooled += c.stopped(tau);
            }
            if (c.state_given && oldest <= -c.initial_h() && -c.initial_h() <= newest) {
                cooled += c.units - c.on(-1);
            }
            taken = std::min(starts, cooled);
        }
        cost += taken * tiers[j].cost_cny;
        starts -= taken;
    }
    return cost;
}

std::vector<Tier> start_tiers(const grid::System& system, std::size_t plant) {
    std::vector<Tier> tiers;
    const grid::StartTiers& table = system.start_tiers;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == static_cast<int>(plant)) {
            tiers.push_back({table.off_h[k], table.cost_cny[k]});
        }
    }
    std::sort(tiers.begin(), tiers.end(),
              [](const Tier& a, const Tier& b) { return a.off_h < b.off_h; });
    return tiers;
}

/// TH-11: what deep load reduction of an hour costs, shared out evenly over the units on.
double deep_cost_cny(const Cluster& c, int t) {
    double cost = 0.0;
    for (const DeepTier& tier : c.deep) {
        const double less_mw = tier.from_mw * c.on(t) - c.p_mw(t);
        cost += tier.cny_per_mwh * std::clamp(less_mw, 0.0, (tier.from_mw - tier.to_mw) * c.on(t));
    }
    return cost;
}

/// TH-19: no more than its share of what the fuel emits.
void check_capture(const Cluster& c, const HeatCurve& curve, Findings& findings) {
    const double t_per_gj = c.scope.system.fuels.co2_t_per_gj[at(c.table().fuel[c.i])];
    for (int t = 0; t < c.scope.hours(); ++t) {
        const double emitted_t = t_per_gj * curve.heat_gj_per_h(c.on(t), c.p_mw(t));
        findings.at_most({"TH-19 carbon capture", c.name, t, "t"}, c.captured_t(t),
                         c.capture.share_max_pu * emitted_t, c.scale_mw());
    }
}

double cluster_cost_cny(const Cluster& c, const HeatCurve& curve) {
    const grid::System& system = c.scope.system;
    const std::size_t fuel = at(c.table().fuel[c.i]);
    const double cny_per_gj = system.fuels.price_cny_per_gj[fuel] +
                              system.info.carbon_price_cny_per_t * system.fuels.co2_t_per_gj[fuel];
    const std::vector<Tier> tiers = start_tiers(system, c.i);
    double cost = 0.0;
    for (int t = 0; t < c.scope.hours(); ++t) {
        cost += cny_per_gj * curve.heat_gj_per_h(c.on(t), c.p_mw(t)) + deep_cost_cny(c, t) +
                c.table().variable_om_cny_per_mwh[c.i] * c.p_mw(t) + start_cost_cny(c, tiers, t) +
                (c.capture.cost_cny_per_t - system.info.carbon_price_cny_per_t) * c.captured_t(t);
    }
    return cost;
}

} // namespace

void check_thermal(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.thermal, i)) {
            continue;
        }
        const Cluster cluster(scope, i);
        const std::vector<double> available = available_units(cluster);
        const HeatCurve curve(scope.system, i);
        if (scope.settings.whole_units) {
            check_whole_units(cluster, findings);
        }
        check_transitions(cluster, findings);
        check_minimum_times(cluster, findings);
        check_availability(cluster, available, findings);
        check_output(cluster, curve.top_mw(), findings);
        check_ramps(cluster, available, findings);
        check_reserve_held(cluster, available, findings);
        check_capture(cluster, curve, findings);
        cost_cny[i] = cluster_cost_cny(cluster, curve);
    }
}

} // namespace longyang::verify
