// Head segments of a cascade once prices stay about where they are: which ones the plan keeps to,
// and what storage is worth for the head there (PE-36).

#include "solve/prices/river_parts.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace longyang::solve::prices {
namespace {

using river::Pool;

/// Of the interior-point method, where zones are new.
constexpr int most_steps_at_rest = 60;

} // namespace

/// The zones that storages at the hours' ends lie in are in force from now on.
void RiverSolver::Parts::take_zones(std::size_t r, std::span<const double> storage_hm3) {
    Pool& pool = pools[r];
    pool.zone.resize(hours);
    pool.segment.resize(pool.stations.size() * hours);
    for (std::size_t t = 0; t < hours; ++t) {
        pool.zone[t] = pool.heads->zone_of(t > 0 ? storage_hm3[t - 1]
                                                 : river.reservoirs[r].storage_initial_hm3);
        for (std::size_t place = 0; place < pool.stations.size(); ++place) {
            pool.segment[place * hours + t] = pool.heads->segment(pool.zone[t], place, t);
        }
    }
}

/// Zones from a border on, from the hour on in which the plan's water can get there with the least
/// release; where limits of the level lie below the border, zones stay. False where none changes.
bool RiverSolver::Parts::raise_zones(std::size_t r, double border_hm3) {
    const lp::RiverReservoir& own = river.reservoirs[r];
    const auto planned = row(plan.storage_hm3, r);
    const auto arriving = row(arriving_hm3, r);
    std::vector<double> storage(planned.begin(), planned.end());
    double filled = own.storage_initial_hm3;
    bool changed = false;
    for (std::size_t t = 0; t < hours; ++t) {
        const bool there = filled >= border_hm3 || storage[t] >= border_hm3;
        filled = there ? border_hm3
                       : std::max(filled, storage[t]) + arriving[t] -
                             river::hm3 * own.release_min_m3_per_s[t];
        if (filled >= border_hm3 && storage[t] < border_hm3 &&
            own.storage_max_hm3[t] >= border_hm3) {
            storage[t] = border_hm3;
            changed = true;
        }
    }
    if (changed) {
        take_zones(r, storage);
    }
    return changed;
}

/// Storages of the plan's water stay in the zones in force; a little above the border within a day
/// of which the zone does not change, so that a small step aside costs no head.
void RiverSolver::Parts::hold_zones(std::size_t r) {
    constexpr std::size_t near_h = 24;
    const lp::RiverReservoir& own = river.reservoirs[r];
    const Pool& pool = pools[r];
    const auto from = pool.heads->zone_from_hm3();
    double flow_m3_per_s = 0.0;
    for (const std::size_t k : pool.stations) {
        flow_m3_per_s += river.stations[k].flow_max_m3_per_s;
    }
    const double aside_hm3 = 0.25 * river::hm3 * flow_m3_per_s;
    std::vector<double> low(own.storage_min_hm3.begin(), own.storage_min_hm3.end());
    std::vector<double> high(own.storage_max_hm3.begin(), own.storage_max_hm3.end());
    std::size_t since = 1; // hour from which on the zone is that of the hour at hand
    for (std::size_t t = 1; t < hours; ++t) {
        const std::size_t zone = pool.zone[t];
        since = zone == pool.zone[t - 1] ? since : t;
        const std::size_t then = std::min(hours - 1, t + near_h);
        const bool stays = since + near_h <= t && pool.zone[then] == zone;
        low[t - 1] =
            std::max(low[t - 1], std::min(from[zone] + (stays ? aside_hm3 : 0.0), high[t - 1]));
        if (zone + 1 < from.size()) {
            high[t - 1] = std::max(low[t - 1], std::min(high[t - 1], from[zone + 1]));
        }
    }
    held->set_limits(r, low, high);
}

/// The plan's water at these prices.
void RiverSolver::Parts::improve_held(std::span<const double> prices, int most_steps) {
    for (std::size_t r = 0; r < pools.size(); ++r) {
        Pool& pool = pools[r];
        if (pool.heads) {
            river::set_lots(river, r, pool.stations, prices, hours, {pool.segment, {}}, {},
                            pool.held_lots);
        }
        held->set_lots(r, pool.heads ? pool.held_lots : pool.lots);
    }
    held->set_pumps(lift_cny_per_hm3);
    (void)held->improve(most_steps, 0.1 * settings.gap_share);
}

/// Cost less earnings of the best plan in the zones in force.
double RiverSolver::Parts::value_in_zones(std::span<const double> prices) {
    for (std::size_t r = 0; r < pools.size(); ++r) {
        if (pools[r].heads) {
            hold_zones(r);
        }
    }
    held->start_anew();
    improve_held(prices, most_steps_at_rest);
    follow_water();
    std::vector<double> given(prices.size(), 0.0);
    return value_of_plan(prices, read_plan(prices, given));
}

/// PE-36: from a border on for as long as levels allow, border by border for as long as the plan
/// turns out better so. Gives its value.
double RiverSolver::Parts::try_higher_zones(std::size_t r, std::span<const double> prices,
                                            double best_cny) {
    Pool& pool = pools[r];
    const auto from = pool.heads->zone_from_hm3();
    for (std::size_t border = 1; border < from.size(); ++border) {
        const auto planned = row(plan.storage_hm3, r);
        if (border > 1 && from[border - 1] > *std::max_element(planned.begin(), planned.end())) {
            break;
        }
        const std::vector<std::size_t> zone_before = pool.zone;
        const std::vector<int> segment_before = pool.segment;
        const std::optional<river::InteriorPoint> held_before = held;
        const double breach_hm3 = plan.breach_hm3;
        if (!raise_zones(r, from[border])) {
            continue;
        }
        const double value_cny = value_in_zones(prices);
        if (value_cny < best_cny && plan.breach_hm3 <= breach_hm3) {
            best_cny = value_cny;
        } else {
            pool.zone = zone_before;
            pool.segment = segment_before;
            held = held_before;
            follow_water();
            break;
        }
    }
    return best_cny;
}

/// PE-36: zones are those of the plan, then higher ones where they are better.
void RiverSolver::Parts::choose_zones(std::span<const double> prices) {
    (void)water->improve(most_steps_at_rest, settings.gap_share);
    follow_water();
    for (std::size_t r = 0; r < pools.size(); ++r) {
        if (pools[r].heads) {
            take_zones(r, row(plan.storage_hm3, r));
            pools[r].held_lots = pools[r].lots;
        }
    }
    held = water;
    double best_cny = value_in_zones(prices);
    for (std::size_t r = 0; r < pools.size(); ++r) {
        if (pools[r].heads) {
            best_cny = try_higher_zones(r, prices, best_cny);
        }
    }
}

/// What more storage is worth for the head of an hour, as the plan has it.
void RiverSolver::Parts::note_heads(std::span<const double> prices) {
    for (Pool& pool : pools) {
        for (std::size_t place = 0; pool.heads && place < pool.stations.size(); ++place) {
            for (std::size_t t = 1; t < hours; ++t) {
                pool.worth[place * hours + t] = head_worth(pool.stations[place], t, prices);
            }
        }
    }
}

void RiverSolver::Parts::rest(std::span<const double> prices) {
    if (!held) {
        choose_zones(prices);
    } else {
        improve_held(prices, steps_a_call());
    }
    if (stale) {
        follow_water();
        std::vector<double> given(prices.size(), 0.0);
        (void)read_plan(prices, given);
        note_heads(prices);
        set_water(prices);
        (void)water->improve(most_steps_at_rest, settings.gap_share);
        stale = false;
    }
}

} // namespace longyang::solve::prices
