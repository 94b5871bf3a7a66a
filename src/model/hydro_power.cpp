#include "model/hydro_plan.hpp"

#include <vector>

namespace longyang::model::hydro {
namespace {

/// HY-7 for an hour with several segments in reach:
/// q = sum q_m, q_m <= Q_m z_m, sum z_m = 1, sum X_m z_m <= x_{t-1} <= sum X_{m+1} z_m.
/// Q_m is the flow that the turbines take and that gives no more than p_max_mw.
void add_segments(const Plan& plan, const Station& station, int hour, lp::Block& block,
                  std::vector<lp::Term>& terms) {
    const InReach& reach = station.in_reach[static_cast<std::size_t>(hour)];
    const int hy7 = block.family("HY-7");
    const auto flow = [&](int m) { return reach.flow_column + m - reach.first; };
    const auto choice = [&](int m) { return reach.choice_column + m - reach.first; };

    terms.assign({{station.flow.at(hour), 1.0}});
    for (int m = reach.first; m < reach.last; ++m) {
        terms.push_back({flow(m), -1.0});
    }
    block.add_row(hy7, hour, 0.0, 0.0, terms);
    for (int m = reach.first; m < reach.last; ++m) {
        block.add_row(
            hy7, hour, -lp::infinity, 0.0,
            {{flow(m), 1.0}, {choice(m), -station.flow_limit_m3_per_s(station.segment(m), hour)}});
    }
    terms.clear();
    for (int m = reach.first; m < reach.last; ++m) {
        terms.push_back({choice(m), 1.0});
    }
    block.add_row(hy7, hour, 1.0, 1.0, terms);
    // Several segments are never in reach in hour 0, where the storage is known.
    const int storage_before = plan.reservoirs[station.reservoir].storage.at(hour - 1);
    terms.assign({{storage_before, -1.0}});
    for (int m = reach.first; m < reach.last; ++m) {
        terms.push_back({choice(m), station.segment(m).from_hm3});
    }
    block.add_row(hy7, hour, -lp::infinity, 0.0, terms);
    terms.assign({{storage_before, -1.0}});
    for (int m = reach.first; m < reach.last; ++m) {
        terms.push_back({choice(m), station.segment(m).to_hm3});
    }
    block.add_row(hy7, hour, 0.0, lp::infinity, terms);
}

} // namespace

/// HY-6: p = eta q is given to the station's bus, with the eta of the segment in force (HY-7).
void add_power(const Context& context, const Plan& plan, lp::Block& block) {
    std::vector<lp::Term> terms;
    for (const Station& station : plan.stations) {
        const int port = context.channels.of_hydro[static_cast<std::size_t>(station.row)];
        for (int t = 0; t < context.span.hours; ++t) {
            for_each_flow(station, t, [&](int column, double mw_per_m3_per_s) {
                block.add_port(port, t, column, mw_per_m3_per_s);
            });
            if (station.in_reach[static_cast<std::size_t>(t)].count() > 1) {
                add_segments(plan, station, t, block, terms);
            }
        }
    }
}

} // namespace longyang::model::hydro
