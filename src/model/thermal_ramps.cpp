// TH-6: ramps of running, starting and stopping units.

#include "model/thermal_cluster.hpp"

#include <algorithm>

namespace longyang::model {
namespace {

// p'_t + r+_t - p'_t-1 <= Ru (u_t - v_t) + (Su_t - Pmin) v_t
void add_rise(const Cluster& cluster, const ClusterColumns& columns, int family, int t,
              std::vector<lp::Term>& terms, lp::Block& block) {
    const double ramp_mw = cluster.ramp_up_mw_per_h;
    const double start_mw = cluster.start_mw[static_cast<std::size_t>(t)] - cluster.p_min_mw;
    terms = {{columns.on(t), -ramp_mw}, {columns.start(t), ramp_mw - start_mw}};
    append_above_min(columns, t, 1.0, terms);
    if (columns.has_up) {
        terms.push_back({columns.up(t), 1.0});
    }
    double limit_mw = 0.0;
    if (t > 0) {
        append_above_min(columns, t - 1, -1.0, terms);
    } else {
        limit_mw = cluster.initial_above_min_mw;
    }
    block.add_row(family, t, -lp::infinity, limit_mw, terms);
}

// p'_t-1 - p'_t + r-_t <= Rd (u_t-1 - w_t) + (Sd_t-1 - Pmin) w_t
void add_fall(const Cluster& cluster, const ClusterColumns& columns, int family, int t,
              std::vector<lp::Term>& terms, lp::Block& block) {
    const double ramp_mw = std::min(cluster.ramp_down_mw_per_h, cluster.above_min_mw());
    const double stop_mw =
        (t > 0 ? cluster.stop_mw[static_cast<std::size_t>(t - 1)] : cluster.stop_before_mw) -
        cluster.p_min_mw;
    terms = {{columns.stop(t), ramp_mw - stop_mw}};
    append_above_min(columns, t, -1.0, terms);
    if (columns.has_down) {
        terms.push_back({columns.down(t), 1.0});
    }
    double limit_mw = 0.0;
    if (t > 0) {
        terms.push_back({columns.on(t - 1), -ramp_mw});
        append_above_min(columns, t - 1, 1.0, terms);
    } else {
        limit_mw = ramp_mw * cluster.initial_units - stop_mw * cluster.let_go -
                   cluster.initial_above_min_mw;
    }
    block.add_row(family, t, -lp::infinity, limit_mw, terms);
}

} // namespace

void add_ramps(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const int family = block.family("TH-6");
    const bool rise_binds = cluster.ramp_up_mw_per_h < cluster.above_min_mw();
    const bool fall_binds = cluster.ramp_down_mw_per_h < cluster.above_min_mw();
    // Units that stop in hour 0 come from an output before the span, which no TH-5 limits.
    const bool first_stop_binds =
        cluster.initial_above_min_mw >
        (cluster.stop_before_mw - cluster.p_min_mw) * (cluster.initial_units - cluster.let_go);
    std::vector<lp::Term> terms;
    for (int t = cluster.state_given ? 0 : 1; t < cluster.hours; ++t) {
        if (rise_binds) {
            add_rise(cluster, columns, family, t, terms, block);
        }
        if (fall_binds || (t == 0 && first_stop_binds)) {
            add_fall(cluster, columns, family, t, terms, block);
        }
    }
}

} // namespace longyang::model
