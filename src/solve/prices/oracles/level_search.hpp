#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/line_levels.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// The cheapest levels of a line with energy left out of account (PE-7), again and again at other
/// costs. Where most days change less often than they may, the limit of changes holds at first on
/// the days alone that used it up in the last answer, then also on those that break it, until none
/// does: such a plan is the cheapest of all that keep the limit.
class LevelSearch {
public:
    LevelSearch() = default; ///< of a line that has no levels
    explicit LevelSearch(const lp::LevelLine& line);

    [[nodiscard]] const LineLevels& levels() const { return levels_; }
    /// cost, level and value as those of kernels::level_plans.
    [[nodiscard]] double best(std::span<const double> cost, std::span<std::int64_t> level);

private:
    [[nodiscard]] bool same_power(std::size_t block, std::span<const std::int64_t> level) const;
    [[nodiscard]] int changes(std::size_t day, std::span<const std::int64_t> level) const;
    void limit(std::size_t day, bool limited);

    LineLevels levels_;
    std::vector<char> counted_;            ///< the blocks of limited days alone
    std::vector<std::size_t> first_block_; ///< of each day, and one behind the last
    std::vector<char> limited_;            ///< days
};

} // namespace longyang::solve::prices
