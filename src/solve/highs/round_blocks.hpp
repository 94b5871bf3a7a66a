#pragma once

#include "lp/block.hpp"
#include "lp/coupling.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace longyang::solve::highs {

/// How a relaxed solution is made whole.
struct Rounding {
    /// Added to the relaxed values of integer columns before the nearest whole ones are looked for:
    /// more than 0 has more units on.
    double lift = 0.0;
    double time_limit_s = 5.0; ///< of each search for one group of blocks
    /// Asked now and then; true ends the rounding with what is whole so far. Empty: never.
    std::function<bool()> stop;
};

/// Values of all columns of `blocks` with whole integer columns, each block's own rows kept, near a
/// relaxed solution: block by block the integer programme
///
///     minimise  (cost - prices)'x + sum over columns j of (|cost_j| + |prices_j|) |x_j -
///     wanted_j|, wanted_j = relaxed_j + lift_j
///
/// with the prices of the channels that a column gives to and `lift` for integer columns: as little
/// money as possible is moved, and what must move goes where it earns most. Minimum times, levels
/// and other rules hold. Blocks that share a row over many hours with at most two others (the
/// missing energy of a line's contract) are rounded together with it; all other coupling rows are
/// left to whoever fixes the integers and solves the rest. Blocks without integer columns keep
/// their relaxed values.
///
/// columns: of all blocks, one after the other; row_dual: of the coupling rows. Coupling rows count
/// as shared by few where all blocks that give to their channels are among `blocks` and at most
/// three. Told to stop, it leaves the other groups as they are in the relaxed solution, as it does
/// a group for which no whole solution is found within its time.
[[nodiscard]] std::vector<double> round_blocks(std::span<const lp::Block> blocks,
                                               const lp::Coupling& coupling,
                                               std::span<const double> columns,
                                               std::span<const double> row_dual,
                                               const Rounding& rounding);

} // namespace longyang::solve::highs
