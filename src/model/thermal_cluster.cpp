#include "model/thermal_cluster.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"
#include "grid/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::model {
namespace {

using grid::profile_value;

struct CurvePoint {
    double p_mw = 0.0;
    double heat_gj_per_h = 0.0;
};

std::vector<CurvePoint> heat_curve(const grid::System& system, int item) {
    std::vector<CurvePoint> curve;
    const grid::HeatCurves& table = system.heat_curves;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == item) {
            curve.push_back({table.p_mw[k], table.heat_gj_per_h[k]});
        }
    }
    if (curve.empty()) {
        throw Error(Exit::faulty_case,
                    fmt::format("thermal plant '{}' has no rows in heat_curves",
                                system.thermal.name[static_cast<std::size_t>(item)]));
    }
    std::sort(curve.begin(), curve.end(),
              [](const CurvePoint& a, const CurvePoint& b) { return a.p_mw < b.p_mw; });
    return curve;
}

/// Cost of running at minimum and of every segment above it.
void read_costs(const grid::System& system, int item, Cluster& cluster) {
    const auto i = static_cast<std::size_t>(item);
    const auto fuel = static_cast<std::size_t>(system.thermal.fuel[i]);
    const double cny_per_gj = system.fuels.price_cny_per_gj[fuel] +
                              system.info.carbon_price_cny_per_t * system.fuels.co2_t_per_gj[fuel];
    const double om = system.thermal.variable_om_cny_per_mwh[i];
    const std::vector<CurvePoint> curve = heat_curve(system, item);
    cluster.cost_on_cny_per_h = curve.front().heat_gj_per_h * cny_per_gj + cluster.p_min_mw * om;
    for (std::size_t m = 0; m + 1 < curve.size(); ++m) {
        const double width = curve[m + 1].p_mw - curve[m].p_mw;
        if (width > 0.0) {
            const double gj_per_mwh = (curve[m + 1].heat_gj_per_h - curve[m].heat_gj_per_h) / width;
            cluster.segments.push_back({width, gj_per_mwh * cny_per_gj + om});
        }
    }
}

void read_tiers(const grid::System& system, int item, Cluster& cluster) {
    const grid::StartTiers& table = system.start_tiers;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == item) {
            cluster.tiers.push_back({table.off_h[k], table.cost_cny[k]});
        }
    }
    std::sort(cluster.tiers.begin(), cluster.tiers.end(),
              [](const StartTier& a, const StartTier& b) { return a.off_h < b.off_h; });
}

/// Output limits of a running unit in an hour of the year.
struct Limits {
    double highest_mw = 0.0, floor_mw = 0.0, start_mw = 0.0, stop_mw = 0.0;
};

Limits limits_of_hour(const grid::System& system, std::size_t i, int hour_of_year) {
    const grid::Thermal& table = system.thermal;
    const double p_min = table.p_min_mw[i];
    const double p_max = table.p_max_mw[i];
    Limits limits;
    limits.highest_mw = p_max * profile_value(system, table.p_max_profile[i], hour_of_year, 1.0);
    limits.floor_mw = std::max(
        p_min, std::min(p_max * profile_value(system, table.p_min_profile[i], hour_of_year, 0.0),
                        limits.highest_mw));
    limits.highest_mw = std::max(limits.highest_mw, p_min);
    limits.start_mw =
        std::min(std::max(table.start_ramp_mw[i], limits.floor_mw), limits.highest_mw);
    limits.stop_mw = std::min(std::max(table.stop_ramp_mw[i], limits.floor_mw), limits.highest_mw);
    return limits;
}

} // namespace

Cluster read_cluster(const Context& context, int item) {
    const grid::System& system = context.system;
    const grid::Thermal& table = system.thermal;
    const auto i = static_cast<std::size_t>(item);
    Cluster c;
    c.hours = context.span.hours;
    c.units = table.units[i];
    c.p_min_mw = table.p_min_mw[i];
    c.p_max_mw = table.p_max_mw[i];
    c.ramp_up_mw_per_h = table.ramp_up_mw_per_h[i];
    c.ramp_down_mw_per_h = table.ramp_down_mw_per_h[i];
    c.spinning_up_mw = table.spinning_up_mw[i];
    c.spinning_down_mw = table.spinning_down_mw[i];
    c.non_spinning_mw = table.non_spinning_mw[i];
    c.min_up_h = table.min_up_h[i];
    c.min_down_h = table.min_down_h[i];

    c.available = grid::available_units(system, item, context.span);
    for (int t = 0; t < c.hours; ++t) {
        const int hour = context.hour_of_year(t);
        const Limits limits = limits_of_hour(system, i, hour);
        c.highest_mw.push_back(limits.highest_mw);
        c.floor_mw.push_back(limits.floor_mw);
        c.start_mw.push_back(limits.start_mw);
        c.stop_mw.push_back(limits.stop_mw);
        const double units =
            table.must_run_units[i] * profile_value(system, table.must_run_profile[i], hour, 1.0);
        c.must_run.push_back(std::min(static_cast<int>(std::lround(units)),
                                      c.available[static_cast<std::size_t>(t)]));
    }
    c.stop_before_mw = limits_of_hour(system, i, context.hour_of_year(-1)).stop_mw;

    c.state_given = table.initial_units_on[i] >= 0;
    if (c.state_given) {
        c.initial_units = table.initial_units_on[i];
        c.initial_h = table.initial_h[i];
        c.initial_above_min_mw = (table.initial_p_mw[i] - c.p_min_mw) * c.initial_units;
    }
    read_costs(system, item, c);
    read_tiers(system, item, c);

    ReserveChannels reserve = reserve_channels(context, table.bus[i]);
    if (c.spinning_up_mw > 0.0) {
        c.reserve.up = std::move(reserve.up);
    }
    if (c.spinning_down_mw > 0.0) {
        c.reserve.down = std::move(reserve.down);
    }
    if (c.non_spinning_mw > 0.0) {
        c.reserve.non_spinning = std::move(reserve.non_spinning);
    }
    return c;
}

ClusterColumns number_columns(const Cluster& cluster) {
    ClusterColumns columns;
    columns.segments = static_cast<int>(cluster.segments.size());
    columns.tiers = static_cast<int>(cluster.tiers.size());
    columns.has_up = !cluster.reserve.up.empty();
    columns.has_down = !cluster.reserve.down.empty();
    columns.has_non_spinning = !cluster.reserve.non_spinning.empty();
    return columns;
}

void append_above_min(const ClusterColumns& columns, int t, double factor,
                      std::vector<lp::Term>& terms) {
    for (int m = 0; m < columns.segments; ++m) {
        terms.push_back({columns.segment(t, m), factor});
    }
}

} // namespace longyang::model
