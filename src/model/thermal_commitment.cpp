// TH-1 to TH-4: transitions, minimum times, availability and must-run.

#include "base/error.hpp"
#include "model/thermal_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace longyang::model {
namespace {

/// Units that the minimum time on keeps running since before the span, t < U - H: u_-1, less those
/// that an outage has stopped since.
int held_on(const Cluster& cluster, int t) {
    return cluster.state_given && t < cluster.min_up_h - cluster.initial_h
               ? cluster.still_in_service[static_cast<std::size_t>(t)]
               : 0;
}

/// Units that the minimum time off keeps at rest since before the span: N - u_-1, t < D - H.
int held_off(const Cluster& cluster, int t) {
    return cluster.state_given && t < cluster.min_down_h - cluster.initial_h
               ? cluster.units - cluster.initial_units
               : 0;
}

} // namespace

// TH-4  min(must-run_t, A_t) <= u_t <= A_t, narrowed to what TH-2 and TH-3 leave in the first hours
std::vector<UnitBounds> unit_bounds(const Cluster& cluster, const std::string& name) {
    std::vector<UnitBounds> bounds;
    for (int t = 0; t < cluster.hours; ++t) {
        const auto hour = static_cast<std::size_t>(t);
        const UnitBounds b{std::max(cluster.must_run[hour], held_on(cluster, t)),
                           std::min(cluster.available[hour], cluster.units - held_off(cluster, t))};
        if (b.lower > b.upper) {
            throw Error(
                Exit::infeasible,
                fmt::format("thermal plant '{}', hour {} of the span: {} units have to run, but "
                            "only {} were on before the span and the others have been off for {} "
                            "h of their {} h minimum time off",
                            name, t, b.lower, b.upper, cluster.initial_h, cluster.min_down_h));
        }
        bounds.push_back(b);
    }
    return bounds;
}

void add_commitment(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const int transition = block.family("TH-1");
    const int time_on = block.family("TH-2");
    const int time_off = block.family("TH-3");
    const int first = cluster.state_given ? 0 : 1;
    std::vector<lp::Term> terms;
    for (int t = first; t < cluster.hours; ++t) {
        // TH-1  u_t - u_t-1 = v_t - w_t
        terms = {{columns.on(t), 1.0}, {columns.start(t), -1.0}, {columns.stop(t), 1.0}};
        double before = cluster.initial_units;
        if (t > 0) {
            terms.push_back({columns.on(t - 1), -1.0});
            before = 0.0;
        }
        block.add_row(transition, t, before, before, terms);

        // TH-2  held on from before the span + sum of v over (t-U..t] <= u_t
        terms = {{columns.on(t), -1.0}};
        for (int tau = std::max(t - cluster.min_up_h + 1, 0); tau <= t; ++tau) {
            terms.push_back({columns.start(tau), 1.0});
        }
        block.add_row(time_on, t, -lp::infinity, -held_on(cluster, t), terms);

        // TH-3  held off from before the span + sum of w over (t-D..t] <= N - u_t
        terms = {{columns.on(t), 1.0}};
        for (int tau = std::max(t - cluster.min_down_h + 1, 0); tau <= t; ++tau) {
            terms.push_back({columns.stop(tau), 1.0});
        }
        block.add_row(time_off, t, -lp::infinity, cluster.units - held_off(cluster, t), terms);
    }
}

} // namespace longyang::model
