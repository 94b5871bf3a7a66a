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

/// Blocks that are rounded together, since they share a row over many hours that at most three give
/// to (the missing energy of a line's contract).
struct Ties {
    std::vector<char> row;          ///< per coupling row: 1 where it ties blocks together
    std::vector<std::size_t> group; ///< per block: the same number for all of a group
};
/// blocks: all of the programme, wherever they are rounded.
[[nodiscard]] Ties find_ties(std::span<const lp::Block> blocks, const lp::Coupling& coupling);

/// What of the blocks at hand is rounded, and with which rows; all, with their own ties, where
/// empty.
struct RoundedHere {
    std::span<const char> row;   ///< per coupling row: those of Ties
    std::span<const char> block; ///< per block: 1 where it is rounded, with all of its group
};

/// Values of all columns of `blocks` with whole integer columns, each block's own rows kept, near a
/// relaxed solution: block by block the integer programme
///
///     minimise  (cost - prices)'x + sum over columns j of (|cost_j| + |prices_j|) |x_j -
///     wanted_j|, wanted_j = relaxed_j + lift_j
///
/// with the prices of the channels that a column gives to and `lift` for integer columns: as little
/// money as possible is moved, and what must move goes where it earns most. Minimum times, levels
/// and other rules hold. Blocks of one group (Ties) are rounded together with the rows that tie
/// them; all other coupling rows are left to whoever fixes the integers and solves the rest. Blocks
/// without integer columns keep their relaxed values.
///
/// columns: of all blocks, one after the other; row_dual: of the coupling rows. Told to stop, it
/// leaves the other groups as they are in the relaxed solution, as it does a group for which no
/// whole solution is found within its time.
[[nodiscard]] std::vector<double>
round_blocks(std::span<const lp::Block> blocks, const lp::Coupling& coupling,
             std::span<const double> columns, std::span<const double> row_dual,
             const Rounding& rounding, const RoundedHere& here = {});

} // namespace longyang::solve::highs
