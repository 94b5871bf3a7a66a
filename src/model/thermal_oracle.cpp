#include "base/error.hpp"
#include "grid/expand_units.hpp"
#include "model/oracle_data.hpp"
#include "model/thermal_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace longyang::model {
namespace {

/// What all units of the cluster share.
lp::UnitGroup group_of(const Context& context, int item, const Cluster& cluster) {
    const auto i = static_cast<std::size_t>(item);
    lp::UnitGroup g;
    g.injection = context.channels.of_thermal[i];
    g.running = context.channels.security ? context.channels.running(item) : -1;
    g.draw = cluster.draw;
    g.capture = cluster.capture;
    g.reserve = {cluster.reserve.up, cluster.reserve.down, cluster.reserve.non_spinning};
    g.p_min_mw = cluster.floor_mw;
    g.p_max_mw = cluster.highest_mw;
    g.start_max_mw = cluster.start_mw;
    g.stop_max_mw = cluster.stop_mw;
    g.base_mw = cluster.p_min_mw;
    g.base_cny_per_h = cluster.cost_on_cny_per_h;
    double end_mw = cluster.p_min_mw;
    for (const HeatSegment& s : cluster.segments) {
        g.segment_mw.push_back(s.width_mw);
        g.segment_cny_per_mwh.push_back(s.cost_cny_per_mwh);
        end_mw += s.width_mw;
    }
    if (end_mw < cluster.p_max_mw - 1e-6) {
        throw Error(Exit::faulty_case,
                    fmt::format("thermal plant '{}': its heat curve ends at {} MW, below p_max_mw",
                                context.system.thermal.name[i], end_mw));
    }
    g.ramp_up_mw_per_h = cluster.ramp_up_mw_per_h;
    g.ramp_down_mw_per_h = cluster.ramp_down_mw_per_h;
    g.min_up_h = cluster.min_up_h;
    g.min_down_h = cluster.min_down_h;
    for (const StartTier& tier : cluster.tiers) {
        g.tier_off_h.push_back(tier.off_h);
        g.tier_cny.push_back(tier.cost_cny);
    }
    const auto held = [](const std::vector<int>& channels, double mw) {
        return channels.empty() ? 0.0 : mw;
    };
    g.up_max_mw = held(g.reserve.up, std::min(cluster.spinning_up_mw, cluster.above_min_mw()));
    g.down_max_mw =
        held(g.reserve.down, std::min(cluster.spinning_down_mw, cluster.above_min_mw()));
    g.non_spinning_max_mw = held(g.reserve.non_spinning, cluster.non_spinning_mw);
    return g;
}

void set_past(const Context& context, int item, const Cluster& cluster, bool on,
              lp::UnitGroup& group) {
    if (!cluster.state_given) {
        return;
    }
    group.initial_on = on ? 1 : 0;
    group.initial_h = cluster.initial_h;
    if (group.initial_on == 1) {
        group.initial_p_mw = context.system.thermal.initial_p_mw[static_cast<std::size_t>(item)];
        group.initial_stop =
            group.initial_p_mw <= cluster.stop_before_mw || group.available.front() == 0;
    }
}

std::vector<char> of_span(const Context& context, const std::vector<char>& of_year) {
    std::vector<char> values;
    values.reserve(context.span.size());
    for (int t = 0; t < context.span.hours; ++t) {
        values.push_back(
            of_year[static_cast<std::size_t>(context.hour_of_year(t) % grid::hours_per_year)]);
    }
    return values;
}

bool same_duty(const lp::UnitGroup& a, const lp::UnitGroup& b) {
    return a.available == b.available && a.must_run == b.must_run && a.initial_on == b.initial_on;
}

} // namespace

std::vector<lp::UnitGroup> unit_groups(const Context& context, int item) {
    const Cluster cluster = read_cluster(context, item);
    const lp::UnitGroup common = group_of(context, item, cluster);
    std::vector<lp::UnitGroup> groups;
    const std::vector<grid::UnitDuty> duties = grid::deal_units(context.system, item);
    const std::vector<char> on =
        grid::units_on_before(duties, cluster.initial_units, context.span.begin);
    for (std::size_t j = 0; j < duties.size(); ++j) {
        lp::UnitGroup unit = common;
        unit.available = of_span(context, duties[j].available);
        unit.must_run = of_span(context, duties[j].must_run);
        set_past(context, item, cluster, on[j] != 0, unit);
        const auto same = std::find_if(groups.begin(), groups.end(),
                                       [&](const lp::UnitGroup& g) { return same_duty(g, unit); });
        if (same != groups.end()) {
            ++same->units;
        } else {
            groups.push_back(std::move(unit));
        }
    }
    return groups;
}

} // namespace longyang::model
