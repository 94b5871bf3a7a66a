// Reserve of a cascade's stations, and what the water behind it is worth (HY-8, PE-87).

#include "solve/prices/places.hpp"
#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace longyang::solve::prices {

using river::hm3;
using river::Pool;

/// HY-8: what reserve the plan can hold; upward reserve finds its water.
void RiverSolver::Parts::hold_reserve(std::size_t r, std::size_t t, std::span<const double> prices,
                                      std::span<double> given) {
    const std::size_t at = r * hours + t;
    const double there_hm3 =
        std::max(0.0, plan.storage_hm3[at] - river.reservoirs[r].storage_min_hm3[t] +
                          hm3 * plan.spill_m3_per_s[at]);
    double water_hm3 = there_hm3;
    double needed_hm3 = 0.0;
    double range_hm3 = 0.0;
    for (const std::size_t k : pools[r].stations) {
        const lp::RiverStation& station = river.stations[k];
        const double output_mw = plan.p_mw[k * hours + t];
        double up_mw = 0.0;
        if (price_at(prices, station.reserve.up, hours, t) > 0.0) {
            const auto& mw_per_flow = station.segment_mw_per_m3_per_s;
            const double least = *std::min_element(mw_per_flow.begin(), mw_per_flow.end());
            const double room_mw =
                river::output_limit_mw(station, t, plan.segment[k * hours + t]) - output_mw;
            up_mw = std::max(0.0, std::min(room_mw, water_hm3 * least / hm3));
            needed_hm3 += hm3 * std::max(0.0, room_mw) / least;
            range_hm3 += hm3 * station.p_max(t) / least;
            water_hm3 = std::max(0.0, water_hm3 - hm3 * up_mw / least);
        }
        const double down_mw =
            price_at(prices, station.reserve.down, hours, t) > 0.0 ? output_mw : 0.0;
        plan.up_mw[k * hours + t] = up_mw;
        plan.down_mw[k * hours + t] = down_mw;
        give_at(given, station.reserve.up, hours, t, up_mw);
        give_at(given, station.reserve.down, hours, t, down_mw);
    }
    note_behind(r, t, needed_hm3, there_hm3, range_hm3);
}

/// PE-87: what storage earns in an hour behind upward reserve: what is left of its price where
/// output limits carry a share of it.
void RiverSolver::Parts::set_behind(std::size_t r, std::span<const double> prices) {
    Pool& pool = pools[r];
    if (pool.up_on_power.empty()) {
        return;
    }
    pool.behind.assign(hours, 0.0);
    for (std::size_t t = 0; t < hours; ++t) {
        double dearest = 0.0;
        for (const std::size_t k : pool.stations) {
            const lp::RiverStation& station = river.stations[k];
            if (station.serves(t)) {
                dearest = std::max(dearest, price_at(prices, station.reserve.up, hours, t) *
                                                station.segment_mw_per_m3_per_s.front() / hm3);
            }
        }
        pool.behind[t] = (1.0 - pool.up_on_power[t]) * dearest;
    }
}

/// PE-87: of output limits and water that which is short in the plan carries more of the price.
void RiverSolver::Parts::note_behind(std::size_t r, std::size_t t, double needed_hm3,
                                     double there_hm3, double range_hm3) {
    Pool& pool = pools[r];
    if (!pool.up_on_power.empty() && range_hm3 > 0.0) {
        const double step = 0.5 / std::sqrt(static_cast<double>(calls));
        const double short_share = std::clamp((needed_hm3 - there_hm3) / range_hm3, -1.0, 1.0);
        pool.up_on_power[t] = std::clamp(pool.up_on_power[t] - step * short_share, 0.0, 1.0);
    }
}

} // namespace longyang::solve::prices
