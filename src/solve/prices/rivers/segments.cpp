// Head segments of a cascade: what water from above costs at a reservoir that has some, and
// what storage is worth for the head while they are mixed.

#include "solve/prices/places.hpp"
#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace longyang::solve::prices {
namespace {

using river::hm3;
using river::Pool;

/// A way in which water is released: what is asked for it, how much at most, and whether it is part
/// of the least release.
struct Way {
    double cny_per_hm3, most_hm3;
    bool least;
};

} // namespace

/// PE-34: what a reservoir above one with head segments asks for its water beyond what that is
/// worth below, so that releasing it pays as much as keeping it.
void RiverSolver::Parts::set_surcharges(std::size_t u, std::span<const double> prices) {
    const lp::RiverReservoir& own = river.reservoirs[u];
    Pool& pool = pools[u];
    if (pool.asks()) {
        const auto value = row(plan.value_cny_per_hm3, u);
        const auto there = below(u);
        const auto travel = static_cast<std::size_t>(own.travel_h);
        for (std::size_t t = 0; t + travel < hours; ++t) {
            pool.more[t] = value[t] - there[t + travel];
        }
        for (std::size_t place = 0; place < pool.stations.size(); ++place) {
            const lp::RiverStation& station = river.stations[pool.stations[place]];
            for (std::size_t t = 0; t < hours; ++t) {
                const auto m = static_cast<std::size_t>(
                    !pool.segment.empty()
                        ? pool.segment[place * hours + t]
                        : river::segment_in_force(station, t, own.storage_initial_hm3));
                // What releases are told by, so that a station out of service is spill.
                pool.earns[place * hours + t] =
                    station.serves(t) ? std::max(0.0, river::station_price(station, prices, hours,
                                                                           t, pool.behind_at(t))
                                                          .output) *
                                            station.segment_mw_per_m3_per_s[m] / hm3
                                      : 0.0;
            }
            std::copy_n(pool.earns.begin() + static_cast<std::ptrdiff_t>(place * hours), hours,
                        row(plan.head_price_cny_per_hm3, pool.stations[place]).begin());
        }
        river::set_lots(river, u, pool.stations, prices, hours, {{}, pool.worth, pool.behind},
                        pool.what_it_asks(), pool.dearer);
    }
    if (pool.heads) {
        pool.heads->set_prices(prices, pool.what_it_asks());
    }
}

/// PE-34: what those above can send, by the way that it is released, the cheapest first.
void RiverSolver::Parts::set_offers(std::size_t r) {
    Pool& pool = pools[r];
    if (!pool.heads) {
        return;
    }
    const auto value = row(plan.value_cny_per_hm3, r);
    std::size_t first = 0;
    std::vector<Way> ways;
    for (std::size_t u = 0; u < r; ++u) {
        const lp::RiverReservoir& above = river.reservoirs[u];
        if (above.downstream != static_cast<int>(r)) {
            continue;
        }
        const Pool& from = pools[u];
        const river::Asks asks = from.what_it_asks();
        for (std::size_t t = 0; t + static_cast<std::size_t>(above.travel_h) < hours; ++t) {
            double left = hm3 * above.release_max_m3_per_s[t];
            double least_left = std::min(left, hm3 * above.release_min_m3_per_s[t]);
            ways.clear();
            const auto add = [&](double earns, double way_hm3) {
                ways.push_back({asks.surcharge(t, earns, 0.0), way_hm3, false});
                ways.push_back(
                    {asks.surcharge(t, earns, above.release_short_cny_per_hm3), way_hm3, true});
            };
            for (std::size_t place = 0; place < from.stations.size(); ++place) {
                add(from.earns[place * hours + t],
                    hm3 * river.stations[from.stations[place]].flow_max(t));
            }
            add(0.0, left);
            std::sort(ways.begin(), ways.end(),
                      [](const Way& a, const Way& b) { return a.cny_per_hm3 < b.cny_per_hm3; });
            const std::size_t at = t + static_cast<std::size_t>(above.travel_h);
            for (std::size_t k = 0; k < ways.size(); ++k) {
                const Way& way = ways[k];
                const double amount = std::min({left, way.most_hm3, way.least ? least_left : left});
                left -= amount;
                least_left -= way.least ? amount : 0.0;
                pool.offers.amount_hm3[(first + k) * hours + at] = amount;
                pool.offers.cny_per_hm3[(first + k) * hours + at] = value[at] + way.cny_per_hm3;
            }
        }
        first += 2 * (from.stations.size() + 1);
    }
}

void RiverSolver::Parts::set_water(std::span<const double> prices) {
    for (std::size_t r = 0; r < pools.size(); ++r) {
        Pool& pool = pools[r];
        set_behind(r, prices);
        river::set_lots(river, r, pool.stations, prices, hours, {{}, pool.worth, pool.behind}, {},
                        pool.lots);
        water->set_lots(r, pool.lots);
    }
}

/// What more storage at the start of an hour is worth for a station's head, by its output in the
/// plan.
double RiverSolver::Parts::head_worth(std::size_t k, std::size_t t,
                                      std::span<const double> prices) const {
    const lp::RiverStation& station = river.stations[k];
    const int planned = plan.segment[k * hours + t];
    if (station.first_segment.empty() || planned >= station.last_segment[t]) {
        return 0.0;
    }
    const auto m = static_cast<std::size_t>(planned);
    const double rise =
        (station.segment_mw_per_m3_per_s[m + 1] - station.segment_mw_per_m3_per_s[m]) /
        (station.segment_from_hm3[m + 1] - station.segment_from_hm3[m]);
    const double output_price = river::station_price(station, prices, hours, t).output;
    return std::max(0.0, output_price * plan.flow_m3_per_s[k * hours + t] * rise);
}

/// PE-37: what storage is worth while segments are mixed, less what the curve of PE-21 has of it
/// already (measured: six tenths are best); half of the way from where it was.
void RiverSolver::Parts::note_worth(std::size_t r, std::size_t t, std::span<const double> prices) {
    constexpr double of_target = 0.6;
    Pool& pool = pools[r];
    for (std::size_t place = 0; t > 0 && place < pool.stations.size(); ++place) {
        const lp::RiverStation& station = river.stations[pool.stations[place]];
        if (!station.first_segment.empty() && station.first_segment[t] != station.last_segment[t]) {
            double& worth = pool.worth[place * hours + t];
            worth += 0.5 * (of_target * head_worth(pool.stations[place], t, prices) - worth);
        }
    }
}

} // namespace longyang::solve::prices
