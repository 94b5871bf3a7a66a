#pragma once

#include "lp/coupling.hpp"

#include <cmath>
#include <span>

/// The dual value at given row prices, and sums that do not depend on the order of their parts.
namespace longyang::solve::prices {

/// What the priced rows themselves give to the dual value (equation PE-2): price x lower where the
/// price is positive, price x upper where it is negative. -infinity where that limit is infinite.
[[nodiscard]] double value_of_rows(const lp::Coupling& coupling, std::span<const double> row_price);

/// Numbers on a grid add up without rounding, in any order, as long as their sum stays below 2^53
/// grid steps; so ranks may hold any parts of the blocks.
inline constexpr double unit_step = 1.0 / 4096.0;    ///< of channels, MW
inline constexpr double weight_step = 1.0 / 65536.0; ///< of patterns' weights, for slopes only
inline constexpr double bound_step = 1.0 / 1024.0;   ///< of blocks' bounds, CNY

/// The next number on a grid.
[[nodiscard]] inline double to_grid(double value, double step) {
    // Numbers of this size have no digits behind the point: adding it rounds.
    constexpr double whole = 0x1.8p52;
    constexpr double most = 0x1p51;
    const double steps = value / step;
    return (std::abs(steps) < most ? (steps + whole) - whole : std::nearbyint(steps)) * step;
}
/// The next number on a grid that is not larger: a bound stays one.
[[nodiscard]] double down_to_grid(double value, double step);

} // namespace longyang::solve::prices
