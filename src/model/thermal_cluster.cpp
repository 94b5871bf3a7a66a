#include "model/thermal_cluster.hpp"

#include "base/error.hpp"
#include "grid/carbon_capture.hpp"
#include "grid/cascades.hpp"
#include "grid/deep_load.hpp"
#include "grid/emission_caps.hpp"
#include "grid/expand_units.hpp"
#include "grid/outages.hpp"
#include "grid/power_blocks.hpp"
#include "grid/service.hpp"

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

double heat_at(const std::vector<CurvePoint>& curve, double p_mw) {
    const auto above = std::find_if(curve.begin(), curve.end(),
                                    [&](const CurvePoint& point) { return point.p_mw >= p_mw; });
    if (above == curve.begin() || above == curve.end()) {
        return above == curve.end() ? curve.back().heat_gj_per_h : curve.front().heat_gj_per_h;
    }
    const auto below = above - 1;
    const double share = (p_mw - below->p_mw) / (above->p_mw - below->p_mw);
    return below->heat_gj_per_h + share * (above->heat_gj_per_h - below->heat_gj_per_h);
}

/// The curve from the least output on, with a point at every tier's upper end.
std::vector<CurvePoint> curve_of_output(const std::vector<CurvePoint>& curve, double least_mw,
                                        const std::vector<grid::DeepTier>& tiers) {
    std::vector<CurvePoint> points{{least_mw, heat_at(curve, least_mw)}};
    for (const grid::DeepTier& tier : tiers) {
        points.push_back({tier.from_mw, heat_at(curve, tier.from_mw)});
    }
    for (const CurvePoint& point : curve) {
        if (point.p_mw > least_mw) {
            points.push_back(point);
        }
    }
    std::sort(points.begin(), points.end(),
              [](const CurvePoint& a, const CurvePoint& b) { return a.p_mw < b.p_mw; });
    return points;
}

/// What is paid for each MWh less between two neighbouring points of the curve.
double deep_cny_per_mwh(const std::vector<grid::DeepTier>& tiers, double from_mw, double to_mw) {
    const double middle_mw = 0.5 * (from_mw + to_mw);
    for (const grid::DeepTier& tier : tiers) {
        if (tier.to_mw < middle_mw && middle_mw < tier.from_mw) {
            return tier.cny_per_mwh;
        }
    }
    return 0.0;
}

/// TH-11: cost of running at the least output and of every segment above it.
void read_costs(const grid::System& system, int item, Cluster& cluster) {
    const auto i = static_cast<std::size_t>(item);
    const auto fuel = static_cast<std::size_t>(system.thermal.fuel[i]);
    const double cny_per_gj = system.fuels.price_cny_per_gj[fuel] +
                              system.info.carbon_price_cny_per_t * system.fuels.co2_t_per_gj[fuel];
    const double om = system.thermal.variable_om_cny_per_mwh[i];
    const std::vector<grid::DeepTier> tiers = grid::deep_tiers(system, item);
    const std::vector<CurvePoint> curve =
        curve_of_output(heat_curve(system, item), cluster.p_min_mw, tiers);
    cluster.cost_on_cny_per_h = curve.front().heat_gj_per_h * cny_per_gj + cluster.p_min_mw * om;
    for (std::size_t m = 0; m + 1 < curve.size(); ++m) {
        const double width = curve[m + 1].p_mw - curve[m].p_mw;
        if (width > 0.0) {
            const double gj_per_mwh = (curve[m + 1].heat_gj_per_h - curve[m].heat_gj_per_h) / width;
            const double deep = deep_cny_per_mwh(tiers, curve[m].p_mw, curve[m + 1].p_mw);
            cluster.segments.push_back({width, gj_per_mwh * cny_per_gj + om - deep});
            cluster.cost_on_cny_per_h += deep * width;
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

Limits limits_of_hour(const grid::System& system, std::size_t i, double p_min,
                      const grid::HeatPlan& heat, int hour_of_year) {
    const grid::Thermal& table = system.thermal;
    const double p_max = table.p_max_mw[i];
    Limits limits;
    limits.highest_mw = p_max * profile_value(system, table.p_max_profile[i], hour_of_year, 1.0);
    limits.floor_mw = p_max * profile_value(system, table.p_min_profile[i], hour_of_year, 0.0);
    if (!heat.empty()) { // TH-14, TH-15
        const auto hour =
            static_cast<std::size_t>((hour_of_year + grid::hours_per_year) % grid::hours_per_year);
        limits.highest_mw = std::min(limits.highest_mw, heat.top_mw[hour]);
        limits.floor_mw = std::max(limits.floor_mw, heat.floor_mw[hour]);
    }
    limits.floor_mw = std::max(p_min, std::min(limits.floor_mw, limits.highest_mw));
    limits.highest_mw = std::max(limits.highest_mw, p_min);
    limits.start_mw =
        std::min(std::max(table.start_ramp_mw[i], limits.floor_mw), limits.highest_mw);
    limits.stop_mw = std::min(std::max(table.stop_ramp_mw[i], limits.floor_mw), limits.highest_mw);
    return limits;
}

/// TH-2: of the units that were on before a span those that nothing has taken out of service since.
std::vector<int> still_in_service(const std::vector<grid::UnitDuty>& units, int count,
                                  grid::Span span) {
    std::vector<char> in = grid::units_on_before(units, count, span.begin);
    std::vector<int> still;
    for (int t = 0; t < span.hours; ++t) {
        const auto hour = static_cast<std::size_t>((span.begin + t) % grid::hours_per_year);
        for (std::size_t j = 0; j < units.size(); ++j) {
            in[j] = static_cast<char>(in[j] != 0 && units[j].available[hour] != 0);
        }
        still.push_back(static_cast<int>(std::count(in.begin(), in.end(), 1)));
    }
    return still;
}

/// TH-17, TH-20
lp::UnitDraw read_draw(const Context& context, int item) {
    const auto block = grid::power_block(context.system, item);
    if (!block) {
        const int region = grid::capped_region(context.system, item);
        if (region < 0) {
            return {};
        }
        const grid::EmissionLine line = grid::emission_line(context.system, item);
        return {context.channels.emissions(region), line.base_t_per_h, line.t_per_mwh, 0.0, false};
    }
    const std::vector<int> numbers = grid::heat_store_numbers(context.system);
    return {context.channels.heat(numbers[static_cast<std::size_t>(block->store)]), block->base_mw,
            block->mw_per_mw, block->start_mwh, true};
}

} // namespace

Cluster read_cluster(const Context& context, int item) {
    const grid::System& system = context.system;
    const grid::Thermal& table = system.thermal;
    const auto i = static_cast<std::size_t>(item);
    Cluster c;
    c.hours = context.span.hours;
    c.units = table.units[i];
    c.p_min_mw = grid::least_output_mw(system, item);
    c.p_max_mw = table.p_max_mw[i];
    c.ramp_up_mw_per_h = table.ramp_up_mw_per_h[i];
    c.ramp_down_mw_per_h = table.ramp_down_mw_per_h[i];
    c.spinning_up_mw = table.spinning_up_mw[i];
    c.spinning_down_mw = table.spinning_down_mw[i];
    c.non_spinning_mw = table.non_spinning_mw[i];
    c.min_up_h = table.min_up_h[i];
    c.min_down_h = table.min_down_h[i];

    c.available = grid::available_units(system, item, context.span);
    const grid::HeatPlan heat = grid::heat_plan(system, item);
    const std::vector<grid::UnitDuty> duties = grid::deal_units(system, item);
    for (int t = 0; t < c.hours; ++t) {
        const int hour = context.hour_of_year(t);
        const Limits limits = limits_of_hour(system, i, c.p_min_mw, heat, hour);
        c.highest_mw.push_back(limits.highest_mw);
        c.floor_mw.push_back(limits.floor_mw);
        c.start_mw.push_back(limits.start_mw);
        c.stop_mw.push_back(limits.stop_mw);
        const auto of_year = static_cast<std::size_t>(hour % grid::hours_per_year);
        c.must_run.push_back(static_cast<int>(
            std::count_if(duties.begin(), duties.end(), [&](const grid::UnitDuty& unit) {
                return unit.must_run[of_year] != 0;
            })));
    }
    c.stop_before_mw =
        limits_of_hour(system, i, c.p_min_mw, heat, context.hour_of_year(-1)).stop_mw;

    c.state_given = table.initial_units_on[i] >= 0;
    if (c.state_given) {
        c.initial_units = table.initial_units_on[i];
        c.initial_h = table.initial_h[i];
        c.still_in_service = still_in_service(duties, c.initial_units, context.span);
        c.let_go = std::max(c.initial_units - c.available.front(), 0);
        c.initial_above_min_mw =
            (table.initial_p_mw[i] - c.p_min_mw) * (c.initial_units - c.let_go);
    }
    read_costs(system, item, c);
    read_tiers(system, item, c);
    c.draw = read_draw(context, item);
    if (const auto capture = grid::carbon_capture(system, item)) { // TH-19
        c.capture = {capture->base_t_per_h, capture->t_per_mwh, capture->mwh_per_t,
                     capture->cny_per_t};
    }

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
    columns.has_capture = cluster.capture.any();
    return columns;
}

void append_above_min(const ClusterColumns& columns, int t, double factor,
                      std::vector<lp::Term>& terms) {
    for (int m = 0; m < columns.segments; ++m) {
        terms.push_back({columns.segment(t, m), factor});
    }
}

} // namespace longyang::model
