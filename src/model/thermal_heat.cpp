// TH-17, TH-20: what a cluster draws from a store of heat, or of the room under caps on emissions.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

// TH-17  q_t = (h_0 + h_1 P_min) u_t + h_1 p'_t + Q v_t, given to the store's channel as -q_t
// TH-20  e_t likewise with the line of CO2 and no start; given to the region's channel as -e_t
void add_draw_ports(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block) {
    const lp::UnitDraw& draw = cluster.draw;
    for (int t = 0; draw.channel >= 0 && t < cluster.hours; ++t) {
        block.add_port(draw.channel, t, columns.on(t), -draw.amount(cluster.p_min_mw, false));
        block.add_port(draw.channel, t, columns.start(t), -draw.per_start);
        for (int m = 0; m < columns.segments; ++m) {
            block.add_port(draw.channel, t, columns.segment(t, m), -draw.per_mwh);
        }
    }
}

} // namespace longyang::model
