#pragma once

#include <cstddef>
#include <span>

namespace longyang::kernels {

/// What all units of a thermal cluster share (docs/theory/thermal.md). Ranges are places in the
/// fleet's lists, [begin, end). Units as in the names.
struct UnitCluster {
    int group_begin = 0, group_end = 0;
    int segment_begin = 0, segment_end = 0; ///< of the heat curve
    int tier_begin = 0, tier_end = 0;       ///< of start costs; none: starts are free
    int injection = 0;                      ///< channel
    int running = -1;                       ///< channel of 1 a unit that is on; -1: none
    int draw = -1; ///< channel that is drawn on as below (heat, room for CO2); -1: none
    double draw_base = 0.0, draw_per_mwh = 0.0; ///< of a running unit: base + this x output
    double draw_per_start = 0.0;                ///< besides, in the hour of a start
    /// CO2 that a running unit may capture, t/h: base + this x output; power that a t takes and its
    /// cost, which may be below 0.
    double capture_base_t = 0.0, capture_t_per_mwh = 0.0;
    double capture_mwh_per_t = 0.0, capture_cny_per_t = 0.0;
    int up_begin = 0, up_end = 0; ///< channels of reserve; none: it is not held
    int down_begin = 0, down_end = 0;
    int non_spinning_begin = 0, non_spinning_end = 0;
    double base_mw = 0.0, base_cny_per_h = 0.0; ///< where the heat curve begins
    double ramp_up_mw_per_h = 0.0, ramp_down_mw_per_h = 0.0;
    double up_max_mw = 0.0, down_max_mw = 0.0, non_spinning_max_mw = 0.0;
    int min_up_h = 1, min_down_h = 1; ///< >= 1
};

/// Identical units of a cluster.
struct UnitPast {
    int initial_on = -1; ///< 1 on, 0 off, -1 free
    int initial_h = 0;
    double initial_p_mw = 0.0;
    bool initial_stop = true; ///< a stop in hour 0 is allowed from initial_p_mw
};

/// Bits of `duty`.
inline constexpr char unit_available = 1;
inline constexpr char unit_must_run = 2;

/// Thermal clusters and groups of identical units over a span. Hours are contiguous.
struct UnitFleet {
    std::size_t hours = 0;
    std::span<const UnitCluster> clusters; ///< their groups one behind the other
    std::span<const UnitPast> groups;
    std::span<const char> duty; ///< groups x hours
    /// clusters x hours: output of a running unit, in the hour of a start, in the last one before a
    /// stop.
    std::span<const double> p_min_mw, p_max_mw, start_max_mw, stop_max_mw;
    std::span<const double> segment_mw, segment_cny_per_mwh; ///< slopes of a cluster do not fall
    std::span<const int> tier_off_h;                         ///< rising within a cluster
    std::span<const double> tier_cny;
    std::span<const int> reserve_channels;
};

/// States of a unit in an hour.
inline constexpr char unit_off = 0;
inline constexpr char unit_on = 1;
inline constexpr char unit_off_with_reserve = 2; ///< holds all of its non-spinning reserve

/// One unit of every group at its best: what `best_unit_plans` writes.
struct UnitPlans {
    /// Per group: not above the least of cost - price x what is given, over all that the unit can
    /// do; infinity where it can do nothing.
    std::span<double> bound_cny;
    std::span<double> cost_cny;   ///< of the plan, without prices; infinity where none was found
    std::span<double> earned_cny; ///< price x what the plan gives, with what capture earns
    std::span<char> state;        ///< groups x hours, as the following
    std::span<double> p_mw, up_mw, down_mw;
};

/// The best plan over the whole span of one unit of every group at given prices, on and off whole
/// (docs/theory/price-engine.md, "Units"). The plan keeps all of the unit's limits.
/// A running unit captures as much CO2 as it may in hours in which a t earns more than its power is
/// worth (PE-75); output is gross.
///
/// price  channels x hours, CNY per unit of the channel
///
/// Throws std::invalid_argument where a size does not fit.
void best_unit_plans(const UnitFleet& fleet, std::span<const double> price, const UnitPlans& plans);

} // namespace longyang::kernels
