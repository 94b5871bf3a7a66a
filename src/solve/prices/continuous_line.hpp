#pragma once

#include "lp/oracle_data.hpp"

#include <span>
#include <vector>

namespace longyang::solve::prices {

/// The cheapest powers of a line without levels, exactly: dynamic programme over convex functions
/// in pieces (equation PE-8). cny_per_mw: per block, on top of the value of what is delivered.
/// Empty where no plan keeps the limits.
[[nodiscard]] std::vector<double> continuous_plan(const lp::LevelLine& line,
                                                  std::span<const double> cny_per_mw);

/// What a line delivers of a power (HV-5): the least of its chords.
[[nodiscard]] double delivered_mw(const lp::LevelLine& line, double power_mw);

/// Value of what a line delivers in a block at a power, CNY, as a cost: not positive for exports.
[[nodiscard]] double delivery_cost(const lp::LevelLine& line, std::size_t block, double power_mw);

} // namespace longyang::solve::prices
