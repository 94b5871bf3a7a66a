#pragma once

#include <cstddef>
#include <span>

namespace longyang::kernels {

/// Stores of anything that is kept from hour to hour (energy, water), each on its own:
///
///     minimise    sum over t, k of lot_value[k][t] y[k][t] + sum over t of hold[t] x[t]
///                 + end_price max(0, end_target - x[last])
///     subject to  x[t] = kept x[t-1] + base[t] + sum over k of y[k][t],  x[-1] = start
///                 low[t] <= x[t] <= high[t],  0 <= y[k][t] <= lot_amount[k][t]
///
/// A lot is what can be added to the store in an hour at one cost a unit: what is charged, or held
/// back from being drawn. `base` is the change of content where no lot is taken.
///
/// All arrays are row-major with hours contiguous.
struct Stores {
    std::size_t stores = 0, hours = 0, lots = 0;
    std::span<const double> start, kept;           ///< stores; 0 < kept <= 1
    std::span<const double> end_target, end_price; ///< stores; price 0: none, infinity: hard
    std::span<const double> low, high;             ///< stores x hours
    std::span<const double> base;                  ///< stores x hours
    std::span<const double> hold;                  ///< stores x hours, or empty for none
    std::span<const double> lot_value, lot_amount; ///< stores x lots x hours; amounts >= 0
    /// To stay near an earlier plan, (lot_curvature / 2) (y - lot_centre)^2 is added to the cost
    /// of every lot; empty: not. stores x lots x hours, and stores x lots.
    std::span<const double> lot_centre, lot_curvature;
};

/// What plan_stores works out; the spans are the caller's and are overwritten.
struct StorePlans {
    std::span<double> value;   ///< stores x hours: of a unit more at the end of the hour
    std::span<double> taken;   ///< stores x lots x hours: y
    std::span<double> content; ///< stores x hours: x
    std::span<double> bound;   ///< stores; see store_bounds
    /// stores: by how much the limits cannot be kept, summed; 0 where there is a plan. Else `value`
    /// holds `breach_price` in the hours that need more, and its negative in those that have too
    /// much, and the plan breaks limits.
    std::span<double> breach;
};

/// Best plan of each store over all hours, exact but for rounding (equation PE-12): the value of
/// the content is a falling step function of it, kept as the sorted list of its steps; an hour adds
/// its lots as steps, and cuts the list off at its limits. Only the two values at which it was cut
/// are stored; the best path of values is found backwards by clamping between them. Time O(hours x
/// lots x log list), memory O(hours x lots). breach_price: above every value that can occur. Throws
/// std::invalid_argument where a size does not fit.
void plan_stores(const Stores& stores, double breach_price, const StorePlans& plans);

/// Lower bounds of the stores' costs (without the curvature) by weak duality at any values of the
/// content (stores x hours), finite ones: valid whatever the values. The largest is the cost of the
/// best plan. end_price = infinity counts as a limit low[last] >= end_target.
void store_bounds(const Stores& stores, std::span<const double> value, std::span<double> bound);

} // namespace longyang::kernels
