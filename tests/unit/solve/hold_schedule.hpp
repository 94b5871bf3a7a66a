#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <string>
#include <vector>

namespace longyang::testing {

/// Holds a block's columns, and sums of them where a quantity of the schedule is one (output of
/// units and stations), at what a schedule says of its plant, to `share` of each value (of 1 where
/// it is smaller). Columns that a schedule does not tell (steps of curves, tiers of starts, changes
/// of a line) stay free. Gives in words what lies outside the columns' own limits by more than
/// that; nothing where all can be held. The schedule is whole: all rows, of this span.
[[nodiscard]] std::vector<std::string> hold_schedule(const model::Context& context,
                                                     model::BlockId id,
                                                     const grid::Schedule& schedule, double share,
                                                     lp::Block& block);

} // namespace longyang::testing
