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

/// Clusters [begin, end) that are worked on at the same time, and where the scratch of each begins.
struct Batch {
    std::size_t begin = 0, end = 0;
    int first_group = 0;
    std::vector<std::ptrdiff_t> held, queue, ends; ///< per cluster of the batch
    std::vector<int> held_size, tiers;
    std::size_t all_held = 0, all_queues = 0, all_ends = 0, groups = 0;
};

/// A few clusters for every thread, so that scratch stays in the caches.
std::vector<Batch> batches_of(const UnitFleet& fleet) {
    constexpr std::size_t clusters_a_thread = 2;
    const std::size_t most =
        clusters_a_thread * static_cast<std::size_t>(detail::Space().concurrency());
    std::vector<Batch> batches;
    for (std::size_t k = 0; k < fleet.clusters.size(); ++k) {
        const UnitCluster& c = fleet.clusters[k];
        if (k % most == 0) {
            batches.emplace_back();
            batches.back().begin = k;
            batches.back().first_group = c.group_begin;
        }
        Batch& b = batches.back();
        b.end = k + 1;
        int size = 1;
        while (size < c.min_up_h && size < static_cast<int>(fleet.hours)) {
            size *= 2;
        }
        const int tiers = std::max(c.tier_end - c.tier_begin - 1, 0);
        const auto groups = static_cast<std::size_t>(c.group_end - c.group_begin);
        b.held.push_back(detail::length(b.all_held));
        b.queue.push_back(detail::length(b.all_queues));
        b.ends.push_back(detail::length(b.all_ends));
        b.held_size.push_back(size);
        b.tiers.push_back(tiers);
        b.groups += groups;
        b.all_held += static_cast<std::size_t>(size);
        b.all_queues += groups * static_cast<std::size_t>(tiers) * fleet.hours;
        b.all_ends += groups * static_cast<std::size_t>(tiers) * 2;
    }
    return batches;
}

template <class T>
detail::Array<T> scratch(const char* name, std::size_t size) {
    return detail::Array<T>(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing),
                            size);
}

/// Scratch for the largest batch.
struct Scratch {
    detail::Array<detail::Held> held;
    detail::Array<detail::GroupNow> now;
    detail::Array<double> start_value, key;
    detail::Array<int> rest_since, run_since, queue, queue_ends;
    detail::Array<detail::Trace> trace;

    Scratch(const UnitFleet& fleet, const std::vector<Batch>& batches) {
        const auto most = [&](auto member) {
            std::size_t size = 0;
            for (const Batch& b : batches) {
                size = std::max(size, b.*member);
            }
            return size;
        };
        std::size_t clusters = 0;
        for (const Batch& b : batches) {
            clusters = std::max(clusters, b.end - b.begin);
        }
        const std::size_t groups = most(&Batch::groups);
        held = scratch<detail::Held>("held units", most(&Batch::all_held));
        now = scratch<detail::GroupNow>("groups now", groups);
        start_value = scratch<double>("start values", groups * fleet.hours);
        key = scratch<double>("keys", groups * fleet.hours);
        rest_since = scratch<int>("rest since", groups * fleet.hours);
        run_since = scratch<int>("run since", groups * fleet.hours);
        queue = scratch<int>("queues", most(&Batch::all_queues));
        queue_ends = scratch<int>("queue ends", most(&Batch::all_ends));
        trace = scratch<detail::Trace>("traces", clusters * fleet.hours);
    }
};

/// Everything that the work item of a batch's cluster reads and writes.
struct Work {
    detail::FleetView fleet;
    int first_cluster, first_group;
    const std::ptrdiff_t *held_place, *queue_place, *ends_place;
    const int *held_size, *tiers;
    detail::Held* held;
    detail::GroupNow* now;
    double *start_value, *key;
    int *rest_since, *run_since, *queue, *queue_ends;
    detail::Trace* trace; ///< [clusters of the batch x hours]
    detail::BestEnd* ends;
    double *bound, *cost, *earned;
    detail::PlanView plan;

    /// Arrays by group are indexed by its number in the fleet.
    KOKKOS_INLINE_FUNCTION detail::ProgrammeView view(std::ptrdiff_t item) const {
        const std::ptrdiff_t hours = fleet.hours;
        const std::ptrdiff_t of_cluster = fleet.clusters[first_cluster + item].group_begin;
        detail::ProgrammeView v;
        v.held = held + held_place[item];
        v.held_size = held_size[item];
        v.groups = now - first_group;
        v.start_value = start_value - first_group * hours;
        v.key = key - first_group * hours;
        v.rest_since = rest_since - first_group * hours;
        v.run_since = run_since - first_group * hours;
        v.tiers = tiers[item];
        v.queue = queue + (queue_place[item] - of_cluster * v.tiers * hours);
        v.queue_ends = queue_ends + (ends_place[item] - of_cluster * v.tiers * 2);
        return v;
    }

    KOKKOS_INLINE_FUNCTION void fill(const detail::ProgrammeView& v, std::ptrdiff_t item,
                                     int g) const {
        const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(g) * fleet.hours;
        const detail::UnitPath path(
            fleet, v, first_cluster + static_cast<int>(item), g, trace + item * fleet.hours,
            {plan.state + row, plan.p + row, plan.up + row, plan.down + row});
        const auto money = path.fill(ends[g]);
        cost[g] = money.cost;
        earned[g] = money.earned;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const int cluster = first_cluster + static_cast<int>(item);
        const UnitCluster& c = fleet.clusters[cluster];
        const detail::ProgrammeView v = view(item);
        const double rounding = detail::UnitProgramme(fleet, v, cluster, true).solve(ends);
        bool again = false;
        for (int g = c.group_begin; g < c.group_end; ++g) {
            bound[g] = ends[g].value < detail::never ? ends[g].value - rounding : detail::never;
            again = again || v.groups[g].too_many;
            if (!v.groups[g].too_many) {
                fill(v, item, g);
            } else {
                cost[g] = -1.0; // no plan yet
            }
        }
        if (again) {
            (void)detail::UnitProgramme(fleet, v, cluster, false).solve(ends);
            for (int g = c.group_begin; g < c.group_end; ++g) {
                if (v.groups[g].too_many) {
                    fill(v, item, g);
                }
            }
        }
    }
};

} // namespace

// Work: about five functions of a few bends an hour and cluster, and a few numbers an hour and
// group; a function again for every hour on of the plan. Memory: 25 B an hour and group of results;
// scratch for a few clusters a thread.
void best_unit_plans(const UnitFleet& fleet, std::span<const double> price,
                     const UnitPlans& plans) {
    using detail::to_device;
    require_sizes(fleet, price, plans);
    if (fleet.hours == 0 || fleet.clusters.empty()) {
        return;
    }
    const Bends bends = bends_of(fleet);
    const std::vector<Batch> batches = batches_of(fleet);
    const Scratch work(fleet, batches);
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
    const auto ends = scratch<detail::BestEnd>("ends", fleet.groups.size());
    const auto bound = detail::output_on_device("bounds", plans.bound_cny);
    const auto cost = detail::output_on_device("costs", plans.cost_cny);
    const auto earned = detail::output_on_device("earned", plans.earned_cny);
    const auto state = detail::output_on_device("states", plans.state);
    const auto p = detail::output_on_device("output", plans.p_mw);
    const auto up = detail::output_on_device("upward reserve", plans.up_mw);
    const auto down = detail::output_on_device("downward reserve", plans.down_mw);

    const detail::FleetView view{static_cast<int>(fleet.hours),
                                 clusters.data(),
                                 groups.data(),
                                 duty.data(),
                                 p_min.data(),
                                 p_max.data(),
                                 start_max.data(),
                                 stop_max.data(),
                                 segment_mw.data(),
                                 segment_cny.data(),
                                 bend_at.data(),
                                 bend.data(),
                                 tier_off_h.data(),
                                 tier_cny.data(),
                                 channels.data(),
                                 prices.data()};
    for (const Batch& b : batches) {
        const auto held_place = to_device("held places", std::span<const std::ptrdiff_t>(b.held));
        const auto queue_place =
            to_device("queue places", std::span<const std::ptrdiff_t>(b.queue));
        const auto ends_place = to_device("queue ends", std::span<const std::ptrdiff_t>(b.ends));
        const auto held_size = to_device("held sizes", std::span<const int>(b.held_size));
        const auto tiers = to_device("tiers", std::span<const int>(b.tiers));
        Kokkos::parallel_for("best_unit_plans", detail::Range(0, detail::length(b.end - b.begin)),
                             Work{view,
                                  static_cast<int>(b.begin),
                                  b.first_group,
                                  held_place.data(),
                                  queue_place.data(),
                                  ends_place.data(),
                                  held_size.data(),
                                  tiers.data(),
                                  work.held.data(),
                                  work.now.data(),
                                  work.start_value.data(),
                                  work.key.data(),
                                  work.rest_since.data(),
                                  work.run_since.data(),
                                  work.queue.data(),
                                  work.queue_ends.data(),
                                  work.trace.data(),
                                  ends.data(),
                                  bound.data(),
                                  cost.data(),
                                  earned.data(),
                                  {state.data(), p.data(), up.data(), down.data()}});
        Kokkos::fence(); // the next batch uses the same scratch
    }
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
