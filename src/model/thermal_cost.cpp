// TH-8: segments of the heat curve, whose columns bear the cost of output.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

void add_heat_curve(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const int family = block.family("TH-8");
    for (int t = 0; t < cluster.hours; ++t) {
        // TH-8  s_mt <= (P_m+1 - P_m) u_t. The last one follows from TH-5: output taken from
        // it before the cheaper ones are full would only cost more.
        for (int m = 0; m + 1 < columns.segments; ++m) {
            const double width_mw = cluster.segments[static_cast<std::size_t>(m)].width_mw;
            block.add_row(family, t, -lp::infinity, 0.0,
                          {{columns.segment(t, m), 1.0}, {columns.on(t), -width_mw}});
        }
    }
}

} // namespace longyang::model
