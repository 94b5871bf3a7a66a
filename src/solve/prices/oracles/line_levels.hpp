#pragma once

#include "kernels/levels.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/own_contract.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A line's levels as the kernel takes them, energy left out of account.
struct LineLevels {
    std::vector<std::int64_t> first_block, first_level, energy, end_first{0};
    std::vector<double> step, low, change_max, end_cost;
    std::vector<int> most_changes;
    std::vector<char> counted, day_begins;

    LineLevels() = default; ///< of a line that has none
    explicit LineLevels(const lp::LevelLine& line);

    [[nodiscard]] kernels::LevelLines view() const {
        return {first_block, step,       most_changes, first_level, low,     change_max,
                counted,     day_begins, energy,       end_first,   end_cost};
    }
    [[nodiscard]] std::size_t first(std::size_t block) const {
        return static_cast<std::size_t>(first_level[block]);
    }
    /// Of level number k of all blocks' levels, which is one of block b.
    [[nodiscard]] double power_mw(std::size_t b, std::size_t k) const {
        return low[b] + static_cast<double>(k - first(b)) * step[0];
    }
};

/// The same with the energy of a contract's periods, in steps of `unit_h` hours of one level, and
/// what is missing at each one's end charged (PE-7).
struct CountedLevels : LineLevels {
    int unit_h = 0;

    CountedLevels(const lp::LevelLine& line, const OwnContract& contract);
};

/// Most states of the dynamic programme over these, without building them.
[[nodiscard]] std::int64_t states_with_energy(const lp::LevelLine& line,
                                              const OwnContract& contract);

} // namespace longyang::solve::prices
