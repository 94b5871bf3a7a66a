#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// Powers closer than this share of a step are the same.
inline constexpr double same_power_steps = 1e-6;

/// Lines side by side whose power is a level held over blocks of hours: level i of block b is
/// low[b] + i x step. Blocks of all lines stand one line behind the other.
struct LevelLines {
    std::span<const std::int64_t> first_block; ///< lines + 1 items, first 0
    std::span<const double> step;              ///< per line, > 0
    std::span<const int> most_changes;         ///< per line: changes counted in a day; 0: no limit
    std::span<const std::int64_t> first_level; ///< blocks + 1 items, first 0, rising
    std::span<const double> low;               ///< per block: power of its first level
    std::span<const double> change_max;        ///< per block: from the block before; first: unread
    std::span<const char> counted;             ///< per block: a change into it is one of the day's
    std::span<const char> day_begins;          ///< per block: changes are counted from 0 again

    /// Energy: each block adds level number x energy[b] units to a sum, which starts from 0 with
    /// the line and behind each block that ends a period, where the sum e costs
    /// end_cost[end_first[b] + e]. No end costs (end_first[b] = end_first[b+1]): it goes on. A line
    /// whose energies are all 0 needs none.
    std::span<const std::int64_t> energy;    ///< per block, >= 0
    std::span<const std::int64_t> end_first; ///< blocks + 1 items, first 0
    std::span<const double> end_cost;        ///< infinite where a sum is not allowed
};

/// Sums that the search distinguishes (block by block x changes x levels x energies): the measure
/// of its time and memory.
[[nodiscard]] std::int64_t level_states(const LevelLines& lines);

/// What blocks behind one can cost at least (equation PE-83). Without `rest` nothing is known.
struct LevelBounds {
    /// Of each block, of each number of changes so far and level, changes x levels, one block's and
    /// one line's behind the other's: no plan that is there can cost less behind the block than
    /// this and per_energy times the sum of energy that it has.
    std::span<const double> rest;
    std::span<const double> per_energy; ///< per block
    std::span<const double> ceiling;    ///< per line: no plan is looked for that must cost more
};

/// The least that blocks behind one cost, energy left out of account: `rest` of LevelBounds, where
/// what a unit of energy is worth stands in `cost`.
///
/// cost  of each level of each block
/// rest  of each block (LevelBounds), infinity where nothing can follow
/// Throws std::invalid_argument where a size does not fit.
void level_rests(const LevelLines& lines, std::span<const double> cost, std::span<double> rest);

/// The cheapest levels of each line (equation PE-7), exactly: dynamic programme over block, level,
/// changes so far in the day and energy so far in the period.
///
/// cost    of each level of each block, one block's behind the other's (first_level)
/// value   per line: its least cost, infinity where no plan keeps the limits and the ceiling
/// level   per block: number of its level, -1 where there is no plan
/// bounds  energies from which no plan keeps the ceiling are left out, which changes nothing else
/// Throws std::invalid_argument where a size does not fit, or levels x changes exceed 32767.
void level_plans(const LevelLines& lines, std::span<const double> cost, std::span<double> value,
                 std::span<std::int64_t> level, const LevelBounds& bounds = {});

} // namespace longyang::kernels
