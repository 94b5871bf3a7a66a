// TH-17: heat that a power block takes.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

// TH-17  q_t = (h_0 + h_1 P_min) u_t + h_1 p'_t + Q v_t, given to the store's channel as -q_t
void add_heat_ports(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const lp::UnitHeat& heat = cluster.heat;
    for (int t = 0; heat.channel >= 0 && t < cluster.hours; ++t) {
        block.add_port(heat.channel, t, columns.on(t), -heat.mwh(cluster.p_min_mw, false));
        block.add_port(heat.channel, t, columns.start(t), -heat.start_mwh);
        for (int m = 0; m < columns.segments; ++m) {
            block.add_port(heat.channel, t, columns.segment(t, m), -heat.mw_per_mw);
        }
    }
}

} // namespace longyang::model
