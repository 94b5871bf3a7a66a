#include "kernels/units.hpp"

#include "kernels/detail/units_plan.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace longyang::kernels {
namespace {

void require_sizes(const UnitFleet& fleet, std::span<const double> price, const UnitPlans& plans) {
    using detail::require_size;
    const std::size_t by_cluster = fleet.clusters.size() * fleet.hours;
    const std::size_t by_group = fleet.groups.size() * fleet.hours;
    require_size("duty", fleet.duty.size(), by_group);
    require_size("p_min_mw", fleet.p_min_mw.size(), by_cluster);
    require_size("p_max_mw", fleet.p_max_mw.size(), by_cluster);
    require_size("start_max_mw", fleet.start_max_mw.size(), by_cluster);
    require_size("stop_max_mw", fleet.stop_max_mw.size(), by_cluster);
    require_size("segment_cny_per_mwh", fleet.segment_cny_per_mwh.size(), fleet.segment_mw.size());
    require_size("tier_cny", fleet.tier_cny.size(), fleet.tier_off_h.size());
    require_size("bound_cny", plans.bound_cny.size(), fleet.groups.size());
    require_size("cost_cny", plans.cost_cny.size(), fleet.groups.size());
    require_size("earned_cny", plans.earned_cny.size(), fleet.groups.size());
    require_size("state", plans.state.size(), by_group);
    require_size("p_mw", plans.p_mw.size(), by_group);
    require_size("up_mw", plans.up_mw.size(), by_group);
    require_size("down_mw", plans.down_mw.size(), by_group);
    if (fleet.hours != 0 && price.size() % fleet.hours != 0) {
        require_size("price", price.size(), price.size() / fleet.hours * fleet.hours);
    }
}

/// Places where the slope of a heat curve changes, and by how much, between segments m and m + 1.
struct Bends {
    std::vector<double> at, bend;
};

Bends bends_of(const UnitFleet& fleet) {
    Bends bends{std::vector<double>(fleet.segment_mw.size()),
                std::vector<double>(fleet.segment_mw.size())};
    for (const UnitCluster& c : fleet.clusters) {
        double at = c.base_mw;
        for (int m = c.segment_begin; m + 1 < c.segment_end; ++m) {
            const auto k = static_cast<std::size_t>(m);
            at += fleet.segment_mw[k];
            bends.at[k] = at;
            bends.bend[k] = fleet.segment_cny_per_mwh[k + 1] - fleet.segment_cny_per_mwh[k];
        }
    }
    return bends;
}

/// Where a cluster's scratch begins.
struct Places {
    std::vector<std::ptrdiff_t> held, queue;
    std::vector<int> held_size, tiers;
    std::size_t all_held = 0, all_queues = 0, all_ends = 0;
    std::vector<std::ptrdiff_t> ends;
};

Places places_of(const UnitFleet& fleet) {
    Places p;
    for (const UnitCluster& c : fleet.clusters) {
        const int size = std::min(std::max(c.min_up_h, 1), static_cast<int>(fleet.hours));
        const int tiers = std::max(c.tier_end - c.tier_begin - 1, 0);
        const auto groups = static_cast<std::size_t>(c.group_end - c.group_begin);
        p.held.push_back(detail::length(p.all_held));
        p.queue.push_back(detail::length(p.all_queues));
        p.ends.push_back(detail::length(p.all_ends));
        p.held_size.push_back(size);
        p.tiers.push_back(tiers);
        p.all_held += static_cast<std::size_t>(size);
        p.all_queues += groups * static_cast<std::size_t>(tiers) * fleet.hours;
        p.all_ends += groups * static_cast<std::size_t>(tiers) * 2;
    }
    return p;
}

template <class T>
detail::Array<T> scratch(const char* name, std::size_t size) {
    return detail::Array<T>(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing),
                            size);
}

/// Everything that a cluster's work item reads and writes.
struct Work {
    detail::FleetView fleet;
    detail::Held* held;
    const std::ptrdiff_t *held_place, *queue_place, *ends_place;
    const int *held_size, *tiers;
    detail::GroupNow* groups;
    double *start_value, *key;
    int *rest_since, *run_since, *queue, *queue_ends;
    detail::BestEnd* ends;
    detail::Trace* trace; ///< [clusters x hours]
    double *bound, *cost, *earned;
    detail::PlanView plan;

    KOKKOS_INLINE_FUNCTION detail::ProgrammeView view(std::ptrdiff_t cluster) const {
        const UnitCluster& c = fleet.clusters[cluster];
        const std::ptrdiff_t first = c.group_begin;
        detail::ProgrammeView v;
        v.held = held + held_place[cluster];
        v.held_size = held_size[cluster];
        v.groups = groups;
        v.start_value = start_value;
        v.key = key;
        v.rest_since = rest_since;
        v.run_since = run_since;
        v.tiers = tiers[cluster];
        // Indexed by the group's number in the fleet.
        v.queue = queue + (queue_place[cluster] - first * v.tiers * fleet.hours);
        v.queue_ends = queue_ends + (ends_place[cluster] - first * v.tiers * 2);
        return v;
    }

    KOKKOS_INLINE_FUNCTION void fill(const detail::ProgrammeView& v, int cluster, int g) const {
        const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(g) * fleet.hours;
        const detail::UnitPath path(
            fleet, v, cluster, g, trace + static_cast<std::ptrdiff_t>(cluster) * fleet.hours,
            {plan.state + row, plan.p + row, plan.up + row, plan.down + row});
        const auto money = path.fill(ends[g]);
        cost[g] = money.cost;
        earned[g] = money.earned;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const int cluster = static_cast<int>(item);
        const UnitCluster& c = fleet.clusters[cluster];
        const detail::ProgrammeView v = view(item);
        const double rounding = detail::UnitProgramme(fleet, v, cluster, true).solve(ends);
        bool again = false;
        for (int g = c.group_begin; g < c.group_end; ++g) {
            bound[g] = ends[g].value < detail::never ? ends[g].value - rounding : detail::never;
            again = again || groups[g].too_many;
            if (!groups[g].too_many) {
                fill(v, cluster, g);
            } else {
                cost[g] = -1.0; // no plan yet
            }
        }
        if (again) {
            (void)detail::UnitProgramme(fleet, v, cluster, false).solve(ends);
            for (int g = c.group_begin; g < c.group_end; ++g) {
                if (groups[g].too_many) {
                    fill(v, cluster, g);
                }
            }
        }
    }
};

} // namespace

// Work: about six functions of a few bends an hour and cluster, and a few numbers an hour and
// group. Memory: 32 B an hour and group and 56 B an hour and cluster of scratch besides the
// results.
void best_unit_plans(const UnitFleet& fleet, std::span<const double> price,
                     const UnitPlans& plans) {
    using detail::to_device;
    require_sizes(fleet, price, plans);
    if (fleet.hours == 0 || fleet.clusters.empty()) {
        return;
    }
    const Bends bends = bends_of(fleet);
    const Places places = places_of(fleet);
    const auto clusters = to_device("unit clusters", fleet.clusters);
    const auto groups = to_device("unit groups", fleet.groups);
    const auto duty = to_device("duty", fleet.duty);
    const auto p_min = to_device("p_min", fleet.p_min_mw);
    const auto p_max = to_device("p_max", fleet.p_max_mw);
    const auto start_max = to_device("start_max", fleet.start_max_mw);
    const auto stop_max = to_device("stop_max", fleet.stop_max_mw);
    const auto segment_mw = to_device("segment_mw", fleet.segment_mw);
    const auto segment_cny = to_device("segment_cny", fleet.segment_cny_per_mwh);
    const auto bend_at = to_device("bend places", std::span<const double>(bends.at));
    const auto bend = to_device("bends", std::span<const double>(bends.bend));
    const auto tier_off_h = to_device("tier_off_h", fleet.tier_off_h);
    const auto tier_cny = to_device("tier_cny", fleet.tier_cny);
    const auto channels = to_device("reserve channels", fleet.reserve_channels);
    const auto prices = to_device("prices", price);
    const auto held_place = to_device("held places", std::span<const std::ptrdiff_t>(places.held));
    const auto queue_place =
        to_device("queue places", std::span<const std::ptrdiff_t>(places.queue));
    const auto ends_place =
        to_device("queue end places", std::span<const std::ptrdiff_t>(places.ends));
    const auto held_size = to_device("held sizes", std::span<const int>(places.held_size));
    const auto tiers = to_device("tiers", std::span<const int>(places.tiers));

    const std::size_t by_group = fleet.groups.size() * fleet.hours;
    const auto held = scratch<detail::Held>("held", places.all_held);
    const auto now = scratch<detail::GroupNow>("groups now", fleet.groups.size());
    const auto start_value = scratch<double>("start values", by_group);
    const auto key = scratch<double>("keys", by_group);
    const auto rest_since = scratch<int>("rest since", by_group);
    const auto run_since = scratch<int>("run since", by_group);
    const auto queue = scratch<int>("queues", places.all_queues);
    const auto queue_ends = scratch<int>("queue ends", places.all_ends);
    const auto ends = scratch<detail::BestEnd>("ends", fleet.groups.size());
    const auto trace = scratch<detail::Trace>("traces", fleet.clusters.size() * fleet.hours);

    const auto bound = detail::output_on_device("bounds", plans.bound_cny);
    const auto cost = detail::output_on_device("costs", plans.cost_cny);
    const auto earned = detail::output_on_device("earned", plans.earned_cny);
    const auto state = detail::output_on_device("states", plans.state);
    const auto p = detail::output_on_device("output", plans.p_mw);
    const auto up = detail::output_on_device("upward reserve", plans.up_mw);
    const auto down = detail::output_on_device("downward reserve", plans.down_mw);

    const Work work{{static_cast<int>(fleet.hours), clusters.data(), groups.data(), duty.data(),
                     p_min.data(), p_max.data(), start_max.data(), stop_max.data(),
                     segment_mw.data(), segment_cny.data(), bend_at.data(), bend.data(),
                     tier_off_h.data(), tier_cny.data(), channels.data(), prices.data()},
                    held.data(),
                    held_place.data(),
                    queue_place.data(),
                    ends_place.data(),
                    held_size.data(),
                    tiers.data(),
                    now.data(),
                    start_value.data(),
                    key.data(),
                    rest_since.data(),
                    run_since.data(),
                    queue.data(),
                    queue_ends.data(),
                    ends.data(),
                    trace.data(),
                    bound.data(),
                    cost.data(),
                    earned.data(),
                    {state.data(), p.data(), up.data(), down.data()}};
    Kokkos::parallel_for("best_unit_plans", detail::Range(0, detail::length(fleet.clusters.size())),
                         work);
    detail::to_host(bound, plans.bound_cny);
    detail::to_host(cost, plans.cost_cny);
    detail::to_host(earned, plans.earned_cny);
    detail::to_host(state, plans.state);
    detail::to_host(p, plans.p_mw);
    detail::to_host(up, plans.up_mw);
    detail::to_host(down, plans.down_mw);
    for (std::span<double> values : {plans.bound_cny, plans.cost_cny}) {
        std::replace_if(
            values.begin(), values.end(), [](double x) { return x >= detail::never; },
            std::numeric_limits<double>::infinity());
    }
}

} // namespace longyang::kernels
