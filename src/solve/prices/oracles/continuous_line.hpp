#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/level_oracle.hpp"

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

/// Moves powers of a line without levels towards its least ones, all by one share, until no period
/// of its contracts carries more than it may (equation PE-56). power_mw: per hour, within the
/// line's limits, and so afterwards.
void carry_no_more(const lp::LevelLine& line, std::span<const OwnContract::Period> periods,
                   std::span<double> power_mw);

} // namespace longyang::solve::prices
