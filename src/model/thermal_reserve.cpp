// TH-10: what a running unit, and one at rest, can hold as reserve.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

void add_reserve_limits(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const int family = block.family("TH-10");
    // Where a unit could give its whole range, TH-5 and TH-7 limit it already.
    const bool up = columns.has_up && cluster.spinning_up_mw < cluster.above_min_mw();
    const bool down = columns.has_down && cluster.spinning_down_mw < cluster.above_min_mw();
    for (int t = 0; t < cluster.hours; ++t) {
        // TH-10  r+_t <= spinning_up u_t,  r-_t <= spinning_down u_t,
        //        n_t <= non_spinning (A_t - u_t)
        if (up) {
            block.add_row(family, t, -lp::infinity, 0.0,
                          {{columns.up(t), 1.0}, {columns.on(t), -cluster.spinning_up_mw}});
        }
        if (down) {
            block.add_row(family, t, -lp::infinity, 0.0,
                          {{columns.down(t), 1.0}, {columns.on(t), -cluster.spinning_down_mw}});
        }
        if (columns.has_non_spinning) {
            const int available = cluster.available[static_cast<std::size_t>(t)];
            block.add_row(
                family, t, -lp::infinity, cluster.non_spinning_mw * available,
                {{columns.non_spinning(t), 1.0}, {columns.on(t), cluster.non_spinning_mw}});
        }
    }
}

} // namespace longyang::model
