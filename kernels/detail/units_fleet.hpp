#pragma once

// Internal to kernels/: a fleet of thermal units where the kernels read it, and its hours at given
// prices.

#include "kernels/detail/units_function.hpp"
#include "kernels/units.hpp"

namespace longyang::kernels::detail {

/// UnitFleet by pointers; bends are places and steps between the segments of the heat curves.
struct FleetView {
    int hours = 0;
    const UnitCluster* clusters = nullptr;
    const UnitPast* groups = nullptr;
    const char* duty = nullptr;
    const double *p_min = nullptr, *p_max = nullptr, *start_max = nullptr, *stop_max = nullptr;
    const double *segment_mw = nullptr, *segment_cny = nullptr;
    const double *bend_at = nullptr, *bend = nullptr; ///< as long as segment_mw
    const int* tier_off_h = nullptr;
    const double* tier_cny = nullptr;
    const int* reserve_channels = nullptr;
    const double* price = nullptr;
};

/// Ramps of a cluster; what spans the whole range is no limit (TH-6).
KOKKOS_INLINE_FUNCTION Ramp ramp_of(const FleetView& fleet, const UnitCluster& c) {
    double range = 0.0;
    for (int m = c.segment_begin; m < c.segment_end; ++m) {
        range += fleet.segment_mw[m];
    }
    const double free = 1e9;
    return {c.ramp_up_mw_per_h < range ? c.ramp_up_mw_per_h : free,
            c.ramp_down_mw_per_h < range ? c.ramp_down_mw_per_h : free};
}

KOKKOS_INLINE_FUNCTION double sum_of_prices(const FleetView& fleet, int begin, int end, int t) {
    double sum = 0.0;
    for (int k = begin; k < end; ++k) {
        const auto channel = static_cast<std::ptrdiff_t>(fleet.reserve_channels[k]);
        sum += fleet.price[channel * fleet.hours + t];
    }
    return sum;
}

KOKKOS_INLINE_FUNCTION double price_of(const FleetView& fleet, int channel, int t) {
    return channel < 0 ? 0.0 : fleet.price[static_cast<std::ptrdiff_t>(channel) * fleet.hours + t];
}

/// PE-75: what a captured t of CO2 earns, 0 where it would lose.
KOKKOS_INLINE_FUNCTION double earned_by_capture(const FleetView& fleet, const UnitCluster& c,
                                                int t) {
    return greater(price_of(fleet, c.draw, t) - c.capture_cny_per_t -
                       c.capture_mwh_per_t * price_of(fleet, c.injection, t),
                   0.0);
}

/// Of output, less what is drawn with it, with the CO2 that is captured.
KOKKOS_INLINE_FUNCTION double energy_price(const FleetView& fleet, const UnitCluster& c, int t) {
    return price_of(fleet, c.injection, t) - c.draw_per_mwh * price_of(fleet, c.draw, t) +
           c.capture_t_per_mwh * earned_by_capture(fleet, c, t);
}

/// What a unit earns by being on.
KOKKOS_INLINE_FUNCTION double earned_by_running(const FleetView& fleet, const UnitCluster& c,
                                                int t) {
    return price_of(fleet, c.running, t) - c.draw_base * price_of(fleet, c.draw, t) +
           c.capture_base_t * earned_by_capture(fleet, c, t);
}

/// Price of what a start draws.
KOKKOS_INLINE_FUNCTION double start_draw_cny(const FleetView& fleet, const UnitCluster& c, int t) {
    return c.draw_per_start * price_of(fleet, c.draw, t);
}

/// What a unit at rest and in service earns by non-spinning reserve.
KOKKOS_INLINE_FUNCTION double earned_at_rest(const FleetView& fleet, const UnitCluster& c, int t) {
    return greater(sum_of_prices(fleet, c.non_spinning_begin, c.non_spinning_end, t), 0.0) *
           c.non_spinning_max_mw;
}

/// Running cost without prices.
KOKKOS_INLINE_FUNCTION double running_cost(const FleetView& fleet, const UnitCluster& c,
                                           double p_mw) {
    double cost = c.base_cny_per_h;
    double rest_mw = p_mw - c.base_mw;
    for (int m = c.segment_begin; m < c.segment_end && rest_mw > 0.0; ++m) {
        // What rounding leaves above the curve goes on with its last slope.
        const double mw = m + 1 < c.segment_end ? lesser(rest_mw, fleet.segment_mw[m]) : rest_mw;
        cost += mw * fleet.segment_cny[m];
        rest_mw -= mw;
    }
    return cost;
}

KOKKOS_INLINE_FUNCTION UnitHour hour_of(const FleetView& fleet, int cluster, int t) {
    const UnitCluster& c = fleet.clusters[cluster];
    const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(cluster) * fleet.hours + t;
    UnitHour h;
    h.floor = fleet.p_min[place];
    h.top = fleet.p_max[place];
    h.start = fleet.start_max[place];
    h.stop = fleet.stop_max[place];
    const double price = energy_price(fleet, c, t);
    h.cost_at_floor =
        running_cost(fleet, c, h.floor) - price * h.floor - earned_by_running(fleet, c, t);
    int m = c.segment_begin;
    while (m + 1 < c.segment_end && fleet.bend_at[m] <= h.floor) {
        ++m;
    }
    h.slope_at_floor = (m < c.segment_end ? fleet.segment_cny[m] : 0.0) - price;
    h.bends = m < c.segment_end ? c.segment_end - 1 - m : 0;
    h.at = fleet.bend_at + m;
    h.bend = fleet.bend + m;
    h.up_max = c.up_max_mw;
    h.down_max = c.down_max_mw;
    if (c.up_max_mw > 0.0) {
        h.up_price = greater(sum_of_prices(fleet, c.up_begin, c.up_end, t), 0.0);
    }
    if (c.down_max_mw > 0.0) {
        h.down_price = greater(sum_of_prices(fleet, c.down_begin, c.down_end, t), 0.0);
    }
    return h;
}

/// Cost of a start after some hours off: the coldest tier's, or a warmer one's within its hours
/// (TH-9).
KOKKOS_INLINE_FUNCTION double start_cost(const FleetView& fleet, const UnitCluster& c, int off_h) {
    if (c.tier_begin == c.tier_end) {
        return 0.0;
    }
    double cost = fleet.tier_cny[c.tier_end - 1];
    for (int j = c.tier_begin; j + 1 < c.tier_end; ++j) {
        if (fleet.tier_off_h[j] <= off_h && off_h < fleet.tier_off_h[j + 1]) {
            cost = lesser(cost, fleet.tier_cny[j]);
        }
    }
    return cost;
}

} // namespace longyang::kernels::detail
