#pragma once

#include "certify/prices.hpp"
#include "lp/oracle_data.hpp"

namespace longyang::certify {

/// The least cost less earnings of one unit of a group over the span, by a dynamic programme over
/// its runs (PE-60): a number that is not above it, CNY; equal to it but for rounding where reserve
/// of both directions is no more than both ramps. Infinity where no plan keeps the limits.
[[nodiscard]] double unit_bound(const lp::UnitGroup& group, const Prices& prices);

} // namespace longyang::certify
