#include "model/thermal.hpp"

#include "grid/carbon_capture.hpp"
#include "grid/deep_load.hpp"
#include "model/read_columns.hpp"
#include "model/thermal_cluster.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace longyang::model {
namespace {

/// Columns with their bounds and costs, in the order that ClusterColumns numbers them. Every upper
/// bound is finite and none of the added ones cuts: a bound from any duals is then valid.
void add_columns(const Cluster& cluster, const ClusterColumns& columns,
                 const std::vector<UnitBounds>& bounds, lp::Block& block) {
    const int on = block.family("thermal_on");
    const int start = block.family("thermal_start");
    const int stop = block.family("thermal_stop");
    const int segment = block.family("thermal_segment");
    const int tier = block.family("thermal_start_tier");
    const int up = block.family("thermal_up");
    const int down = block.family("thermal_down");
    const int non_spinning = block.family("thermal_non_spinning");
    const int captured = block.family("thermal_captured");
    const double units = cluster.units;
    const double up_mw = std::min(cluster.spinning_up_mw, cluster.above_min_mw());
    const double down_mw = std::min(cluster.spinning_down_mw, cluster.above_min_mw());
    for (int t = 0; t < cluster.hours; ++t) {
        const UnitBounds b = bounds[static_cast<std::size_t>(t)];
        // Where the state before the span is free, nothing starts or stops in hour 0.
        const double moves = t == 0 && !cluster.state_given ? 0.0 : units;
        block.add_column(on, t, b.lower, b.upper, cluster.cost_on_cny_per_h, true);
        block.add_column(start, t, 0.0, moves, 0.0, true);
        block.add_column(stop, t, 0.0, moves, 0.0, true);
        for (const HeatSegment& s : cluster.segments) {
            block.add_column(segment, t, 0.0, s.width_mw * b.upper, s.cost_cny_per_mwh);
        }
        for (const StartTier& s : cluster.tiers) {
            block.add_column(tier, t, 0.0, moves, s.cost_cny);
        }
        if (columns.has_up) {
            block.add_column(up, t, 0.0, up_mw * b.upper, 0.0);
        }
        if (columns.has_down) {
            block.add_column(down, t, 0.0, down_mw * b.upper, 0.0);
        }
        if (columns.has_non_spinning) {
            const int available = cluster.available[static_cast<std::size_t>(t)];
            block.add_column(non_spinning, t, 0.0, cluster.non_spinning_mw * available, 0.0);
        }
        if (columns.has_capture) {
            block.add_column(captured, t, 0.0, cluster.capture.most_t(cluster.p_max_mw) * b.upper,
                             cluster.capture.cny_per_t);
        }
    }
}

void add_ports(const Cluster& cluster, const ClusterColumns& columns, int injection,
               lp::Block& block) {
    for (int t = 0; t < cluster.hours; ++t) {
        block.add_port(injection, t, columns.on(t), cluster.p_min_mw);
        for (int m = 0; m < columns.segments; ++m) {
            block.add_port(injection, t, columns.segment(t, m), 1.0);
        }
        if (columns.has_up) {
            give_reserve(block, cluster.reserve.up, t, columns.up(t));
        }
        if (columns.has_down) {
            give_reserve(block, cluster.reserve.down, t, columns.down(t));
        }
        if (columns.has_non_spinning) {
            give_reserve(block, cluster.reserve.non_spinning, t, columns.non_spinning(t));
        }
    }
}

double whole_if_near(double units) {
    const double whole = std::round(units);
    return std::abs(units - whole) <= 1e-6 ? whole : units;
}

} // namespace

void build_thermal(const Context& context, int item, lp::Block& block) {
    const grid::Thermal& table = context.system.thermal;
    const auto i = static_cast<std::size_t>(item);
    const Cluster cluster = read_cluster(context, item);
    const ClusterColumns columns = number_columns(cluster);
    add_columns(cluster, columns, unit_bounds(cluster, table.name[i]), block);
    add_commitment(cluster, columns, block);
    add_capacity(cluster, columns, block);
    add_ramps(cluster, columns, block);
    add_heat_curve(cluster, columns, block);
    add_start_tiers(cluster, columns, block);
    add_reserve_limits(cluster, columns, block);
    add_ports(cluster, columns, context.channels.of_thermal[i], block);
    add_draw_ports(cluster, columns, block);
    add_capture(cluster, columns, context.channels.of_thermal[i], block);
    for (int t = 0; context.channels.security && t < context.span.hours; ++t) {
        block.add_port(context.channels.running(item), t, columns.on(t), 1.0);
    }
}

void read_thermal(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    const auto on = schedule.thermal_units_on.row(i);
    const auto starts = schedule.thermal_starts.row(i);
    const auto stops = schedule.thermal_stops.row(i);
    read_columns(block, values,
                 {{"thermal_on", on},
                  {"thermal_start", starts},
                  {"thermal_stop", stops},
                  {"thermal_up", schedule.thermal_up_mw.row(i)},
                  {"thermal_down", schedule.thermal_down_mw.row(i)},
                  {"thermal_non_spinning", schedule.thermal_non_spinning_mw.row(i)},
                  {"thermal_captured", schedule.thermal_captured_t.row(i)}});

    // From the solver's own units, before they are rounded, so that balances hold as well as in
    // its answer.
    const double p_min_mw = grid::least_output_mw(context.system, item);
    const auto p_mw = schedule.thermal_p_mw.row(i);
    for (std::size_t t = 0; t < p_mw.size(); ++t) {
        p_mw[t] = p_min_mw * on[t];
    }
    for (std::size_t j = 0; j < values.size(); ++j) {
        const lp::Label label = block.column_label[j];
        if (block.families[static_cast<std::size_t>(label.family)] == "thermal_segment") {
            p_mw[static_cast<std::size_t>(label.hour)] += values[j];
        }
    }
    if (const auto capture = grid::carbon_capture(context.system, item)) {
        const auto captured = schedule.thermal_captured_t.row(i);
        for (std::size_t t = 0; t < p_mw.size(); ++t) {
            p_mw[t] -= capture->mwh_per_t * captured[t];
        }
    }
    for (const auto row : {on, starts, stops}) {
        std::transform(row.begin(), row.end(), row.begin(), whole_if_near);
    }
}

} // namespace longyang::model
