#include "solve/prices/rivers/supply.hpp"

#include "solve/prices/rivers/lots.hpp"

#include <algorithm>

namespace longyang::solve::prices::river {
namespace {

/// Of the least release over the span, so much of it may be missing before its price counts.
constexpr double passed_share = 0.005;
/// Of a limit: what rounding may make of it.
constexpr double rounding = 1e-9;

/// Hours that water takes to the reservoir from each one above it; of others -1, of itself 0.
std::vector<int> hours_to(const lp::River& river, std::size_t reservoir) {
    std::vector<int> away(river.reservoirs.size(), -1);
    away[reservoir] = 0;
    for (std::size_t u = reservoir; u-- > 0;) { // in downstream order
        const int below = river.reservoirs[u].downstream;
        if (below >= 0 && away[static_cast<std::size_t>(below)] >= 0) {
            away[u] = away[static_cast<std::size_t>(below)] + river.reservoirs[u].travel_h;
        }
    }
    return away;
}

} // namespace

// PE-84  Z_t = Z_{t-1} + inflow - release, of the reservoir and all above it, each when its water
//        would be there
Supply supply_of(const lp::River& river, std::size_t reservoir, std::size_t hours) {
    const std::vector<int> away = hours_to(river, reservoir);
    const auto stands = [&](int r) { return away[static_cast<std::size_t>(r)] >= 0; };
    if (std::any_of(river.pumps.begin(), river.pumps.end(), [&](const lp::RiverPump& pump) {
            return stands(pump.from) || stands(pump.to);
        })) {
        return {};
    }
    const lp::RiverReservoir& own = river.reservoirs[reservoir];
    const bool counts = own.release_short_cny_per_hm3 > 0.0;
    Supply supply;
    double water_hm3 = 0.0;
    for (std::size_t u = 0; u <= reservoir; ++u) {
        water_hm3 += away[u] >= 0 ? river.reservoirs[u].storage_initial_hm3 : 0.0;
    }
    double asked_hm3 = 0.0;
    for (std::size_t t = 0; t < hours; ++t) {
        const double least_hm3 =
            counts ? hm3 * std::min(own.release_min_m3_per_s[t], own.release_max_m3_per_s[t]) : 0.0;
        asked_hm3 += least_hm3;
        water_hm3 -= least_hm3;
        double room_hm3 = 0.0;
        double above_hm3 = 0.0; // that cannot have been sent
        for (std::size_t u = 0; u <= reservoir; ++u) {
            if (away[u] < 0) {
                continue;
            }
            const lp::RiverReservoir& one = river.reservoirs[u];
            const auto late = static_cast<std::size_t>(away[u]);
            const bool begun = t >= late; // before, it is as at the start
            water_hm3 += begun ? hm3 * one.arriving_m3_per_s[t - late] : 0.0;
            room_hm3 += begun ? one.storage_max_hm3[t - late] : one.storage_initial_hm3;
            if (u != reservoir) {
                above_hm3 += begun ? one.storage_min_hm3[t - late] : one.storage_initial_hm3;
            }
        }
        water_hm3 = std::min(water_hm3, room_hm3);
        supply.most_hm3.push_back(water_hm3 - above_hm3);
    }
    supply.passed_hm3 = passed_share * asked_hm3;
    supply.passed_cny = 0.5 * own.release_short_cny_per_hm3 * supply.passed_hm3;
    for (double& most : supply.most_hm3) {
        most += supply.passed_hm3 + rounding * (1.0 + most + asked_hm3);
    }
    return supply;
}

} // namespace longyang::solve::prices::river
