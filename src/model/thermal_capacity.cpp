// TH-5, TH-7: capacity with start and stop ramps, floor.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

void add_capacity(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const int capacity = block.family("TH-5");
    const int floor = block.family("TH-7");
    std::vector<lp::Term> terms;
    for (int t = 0; t < cluster.hours; ++t) {
        const auto hour = static_cast<std::size_t>(t);
        const double highest_mw = cluster.highest_mw[hour];
        const bool last = t + 1 == cluster.hours;
        const lp::Term start{columns.start(t), highest_mw - cluster.start_mw[hour]};
        const lp::Term stop =
            last ? lp::Term{} : lp::Term{columns.stop(t + 1), highest_mw - cluster.stop_mw[hour]};

        // TH-5  p'_t + r+_t <= (Pmax_t - Pmin) u_t - (Pmax_t - Su_t) v_t - (Pmax_t - Sd_t) w_t+1
        terms.clear();
        append_above_min(columns, t, 1.0, terms);
        if (columns.has_up) {
            terms.push_back({columns.up(t), 1.0});
        }
        terms.push_back({columns.on(t), cluster.p_min_mw - highest_mw});
        const std::size_t common = terms.size();
        terms.push_back(start);
        // A unit on for one hour alone both starts and stops: its limits stand in rows of their
        // own.
        if (cluster.min_up_h == 1 && start.value > 0.0 && stop.value > 0.0) {
            block.add_row(capacity, t, -lp::infinity, 0.0, terms);
            terms.resize(common);
        }
        if (!last) {
            terms.push_back(stop);
        }
        block.add_row(capacity, t, -lp::infinity, 0.0, terms);

        // TH-7  p'_t - r-_t >= (Pmin_t - Pmin) u_t; nothing but the bound of p' where there is no
        // reserve and no higher floor
        const double raised_mw = cluster.floor_mw[hour] - cluster.p_min_mw;
        if (columns.has_down || raised_mw > 0.0) {
            terms.clear();
            append_above_min(columns, t, 1.0, terms);
            if (columns.has_down) {
                terms.push_back({columns.down(t), -1.0});
            }
            terms.push_back({columns.on(t), -raised_mw});
            block.add_row(floor, t, 0.0, lp::infinity, terms);
        }
    }
}

} // namespace longyang::model
