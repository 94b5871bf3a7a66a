#include "solve/prices/oracles/level_search.hpp"

#include "kernels/levels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::solve::prices {
namespace {

/// Where more days than this share use the limit up, it holds on all from the start: searching
/// twice would take longer.
constexpr double many = 0.25;

} // namespace

LevelSearch::LevelSearch(const lp::LevelLine& line)
    : levels_(line), counted_(line.blocks(), 0), first_block_{0} {
    for (std::size_t b = 1; b < line.blocks(); ++b) {
        if (levels_.day_begins[b] != 0) {
            first_block_.push_back(b);
        }
    }
    first_block_.push_back(line.blocks());
    limited_.assign(first_block_.size() - 1, 0);
}

/// Whether a block has the power of the one before.
bool LevelSearch::same_power(std::size_t block, std::span<const std::int64_t> level) const {
    const double steps = (levels_.low[block] - levels_.low[block - 1]) / levels_.step[0] +
                         static_cast<double>(level[block] - level[block - 1]);
    return std::abs(steps) < kernels::same_power_steps;
}

/// What of a day's changes counts.
int LevelSearch::changes(std::size_t day, std::span<const std::int64_t> level) const {
    int count = 0;
    for (std::size_t b = std::max<std::size_t>(1, first_block_[day]); b < first_block_[day + 1];
         ++b) {
        count += levels_.counted[b] != 0 && !same_power(b, level) ? 1 : 0;
    }
    return count;
}

void LevelSearch::limit(std::size_t day, bool limited) {
    limited_[day] = limited ? 1 : 0;
    for (std::size_t b = first_block_[day]; b < first_block_[day + 1]; ++b) {
        counted_[b] = limited ? levels_.counted[b] : 0;
    }
}

double LevelSearch::best(std::span<const double> cost, std::span<std::int64_t> level) {
    const int most = levels_.most_changes[0];
    kernels::LevelLines lines = levels_.view();
    lines.counted = counted_;
    double value = 0.0;
    bool broken = true;
    while (broken) {
        kernels::level_plans(lines, cost, std::span(&value, 1), level);
        if (!(value < std::numeric_limits<double>::infinity())) {
            return value;
        }
        broken = false;
        for (std::size_t day = 0; most > 0 && day < limited_.size(); ++day) {
            if (limited_[day] == 0 && changes(day, level) > most) {
                limit(day, true);
                broken = true;
            }
        }
    }
    std::vector<char> used_up;
    for (std::size_t day = 0; day < limited_.size(); ++day) {
        used_up.push_back(limited_[day] != 0 && changes(day, level) == most ? 1 : 0);
    }
    const auto count = static_cast<double>(std::count(used_up.begin(), used_up.end(), 1));
    const bool all = count > many * static_cast<double>(used_up.size());
    for (std::size_t day = 0; day < limited_.size(); ++day) {
        limit(day, all || used_up[day] != 0);
    }
    return value;
}

} // namespace longyang::solve::prices
