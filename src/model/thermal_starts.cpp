// TH-9: start tiers by time off.

#include "model/thermal_cluster.hpp"

#include <algorithm>

namespace longyang::model {

void add_start_tiers(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    if (cluster.tiers.empty()) {
        return;
    }
    const int family = block.family("TH-9");
    const int off_before = cluster.state_given ? cluster.units - cluster.initial_units : 0;
    std::vector<lp::Term> terms;
    for (int t = cluster.state_given ? 0 : 1; t < cluster.hours; ++t) {
        // TH-9  sum over tiers of y_jt = v_t
        terms = {{columns.start(t), -1.0}};
        for (int j = 0; j < columns.tiers; ++j) {
            terms.push_back({columns.tier(t, j), 1.0});
        }
        block.add_row(family, t, 0.0, 0.0, terms);

        // TH-9  y_jt <= sum of w over [t - O_j+1 + 1, t - O_j], every tier but the coldest
        for (int j = 0; j + 1 < columns.tiers; ++j) {
            const auto tier = static_cast<std::size_t>(j);
            const int newest = t - cluster.tiers[tier].off_h;
            const int oldest = t - cluster.tiers[tier + 1].off_h + 1;
            terms = {{columns.tier(t, j), 1.0}};
            for (int tau = std::max(oldest, 0); tau <= newest; ++tau) {
                terms.push_back({columns.stop(tau), -1.0});
            }
            // Units off before the span stopped at -H.
            const int stopped = -cluster.initial_h;
            const bool counts = oldest <= stopped && stopped <= newest;
            block.add_row(family, t, -lp::infinity, counts ? off_before : 0, terms);
        }
    }
}

} // namespace longyang::model
