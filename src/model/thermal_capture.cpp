// TH-19: carbon capture.

#include "model/thermal_cluster.hpp"

namespace longyang::model {

void add_capture(const Cluster& cluster, const ClusterColumns& columns, int injection,
                 lp::Block& block) {
    const int family = block.family("TH-19");
    const lp::UnitCapture& capture = cluster.capture;
    std::vector<lp::Term> terms;
    for (int t = 0; columns.has_capture && t < cluster.hours; ++t) {
        // TH-19  c_t <= s k ((h_0 + h_1 Pmin) u_t + h_1 p'_t), and -e c_t at the bus
        terms.clear();
        append_above_min(columns, t, -capture.t_per_mwh, terms);
        terms.push_back({columns.on(t), -capture.most_t(cluster.p_min_mw)});
        terms.push_back({columns.captured(t), 1.0});
        block.add_row(family, t, -lp::infinity, 0.0, terms);
        block.add_port(injection, t, columns.captured(t), -capture.mwh_per_t);
        if (cluster.draw.channel >= 0) { // TH-20
            block.add_port(cluster.draw.channel, t, columns.captured(t), 1.0);
        }
    }
}

} // namespace longyang::model
