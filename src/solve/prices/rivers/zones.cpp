// Head segments of a cascade once prices stay about where they are: which ones the plan keeps to,
// and what storage is worth for the head there (PE-36).

#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

using river::Pool;

/// Of the interior-point method, where zones are new.
constexpr int most_steps_at_rest = 60;
/// Of better and better zones; measured: two of them were, the third was not.
constexpr int most_zone_rounds = 5;

} // namespace

/// The zones that storages at the hours' ends lie in are in force from now on.
void RiverSolver::Parts::take_zones(std::size_t r, std::span<const double> storage_hm3) {
    Pool& pool = pools[r];
    pool.zone.resize(hours);
    pool.held_segment.resize(pool.stations.size() * hours);
    for (std::size_t t = 0; t < hours; ++t) {
        pool.zone[t] = pool.heads->zone_of(t > 0 ? storage_hm3[t - 1]
                                                 : river.reservoirs[r].storage_initial_hm3);
        for (std::size_t place = 0; place < pool.stations.size(); ++place) {
            pool.held_segment[place * hours + t] = pool.heads->segment(pool.zone[t], place, t);
        }
    }
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
            river::set_lots(river, r, pool.stations, prices, hours, {pool.held_segment, {}}, {},
                            pool.held_lots);
        }
        held->set_lots(r, pool.heads ? pool.held_lots : pool.lots);
    }
    held->set_pumps(lift_cny_per_hm3);
    (void)held->improve(most_steps, settings.gap_share);
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

/// Zones of the storages that are best for each reservoir alone, with what arrives in the plan and
/// at what its water is worth below. False where that is none.
bool RiverSolver::Parts::take_best_zones(std::span<const double> prices) {
    const auto values = held->value_cny_per_hm3();
    std::copy(values.begin(), values.end(), plan.value_cny_per_hm3.begin());
    for (std::size_t r = 0; r < pools.size(); ++r) {
        Pool& pool = pools[r];
        if (!pool.heads) {
            continue;
        }
        pool.heads->set_prices(prices, {});
        if (!pool.heads->choose({row(arriving_hm3, r), nullptr, nullptr, below(r)},
                                pool.best_hm3)) {
            return false;
        }
        take_zones(r, pool.best_hm3);
    }
    return true;
}

/// PE-36: other zones for as long as the plan turns out better in them.
void RiverSolver::Parts::improve_zones(std::span<const double> prices, double best_cny) {
    for (int round = 0; round < most_zone_rounds; ++round) {
        std::vector<std::vector<std::size_t>> zone_before;
        std::vector<std::vector<int>> segment_before;
        for (const Pool& pool : pools) {
            zone_before.push_back(pool.zone);
            segment_before.push_back(pool.held_segment);
        }
        const std::optional<river::InteriorPoint> held_before = held;
        const double breach_hm3 = plan.breach_hm3;
        if (take_best_zones(prices)) {
            const double value_cny = value_in_zones(prices);
            if (value_cny < best_cny && plan.breach_hm3 <= breach_hm3) {
                best_cny = value_cny;
                continue;
            }
        }
        for (std::size_t r = 0; r < pools.size(); ++r) {
            pools[r].zone = std::move(zone_before[r]);
            pools[r].held_segment = std::move(segment_before[r]);
        }
        held = held_before;
        follow_water();
        break;
    }
}

/// PE-36: zones are those of the plan, by which the bound goes, then better ones.
void RiverSolver::Parts::choose_zones(std::span<const double> prices) {
    (void)water->improve(most_steps_at_rest, settings.gap_share);
    follow_water();
    for (std::size_t r = 0; r < pools.size(); ++r) {
        if (pools[r].heads) {
            take_zones(r, row(plan.storage_hm3, r));
            pools[r].segment = pools[r].held_segment;
            pools[r].held_lots = pools[r].lots;
            pools[r].supply = river::supply_of(river, r, hours);
        }
    }
    held = water;
    const double first_cny = value_in_zones(prices);
    note_heads(prices);
    improve_zones(prices, first_cny);
}

/// What more storage is worth for the head of an hour, as the plan in the first zones has it.
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
        set_water(prices);
        (void)water->improve(most_steps_at_rest, settings.gap_share);
        stale = false;
    }
}

} // namespace longyang::solve::prices
