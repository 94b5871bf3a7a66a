#include "solve/prices/oracles/join_levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace longyang::solve::prices {
namespace {

/// A power that differs by less is the same.
constexpr double same_mw = 1e-6;

/// Blocks [begin, end) of a line, in which the energy has limits or none.
struct Stretch {
    std::size_t begin = 0, end = 0;
    double low_mwh = -std::numeric_limits<double>::infinity();
    double high_mwh = std::numeric_limits<double>::infinity();
};

class Join {
public:
    Join(const lp::LevelLine& line, const LevelWay& within, const LevelWay& beyond)
        : line_(line), ways_{&within, &beyond}, power_mw_(within.power_mw) {}

    /// The way found so far goes on through a stretch; false where it cannot.
    bool go_on(const Stretch& stretch);
    [[nodiscard]] double cny() const { return cny_; }
    [[nodiscard]] const std::vector<double>& power_mw() const { return power_mw_; }

private:
    struct Choice {
        std::size_t first = 0, second = 0; ///< ways, before and from `turn` on
        std::size_t turn = 0;              ///< block
    };
    [[nodiscard]] bool allowed(std::size_t block) const;
    [[nodiscard]] double energy_mwh(std::size_t way, std::size_t block) const {
        return line_.hours(block) * ways_[way]->power_mw[block];
    }
    void follow(std::size_t way, std::size_t begin, std::size_t end);

    const lp::LevelLine& line_;
    std::array<const LevelWay*, 2> ways_;
    std::vector<double> power_mw_;
    double cny_ = 0.0;
};

/// HV-3, HV-4 at a block whose power and the one before belong to different ways: the ramp, and the
/// changes of its day.
bool Join::allowed(std::size_t block) const {
    if (block == 0) {
        return true;
    }
    if (std::abs(power_mw_[block] - power_mw_[block - 1]) > line_.change_max_mw[block] + same_mw) {
        return false;
    }
    if (line_.max_changes_per_day == 0) {
        return true;
    }
    const auto [first, last] = std::equal_range(
        line_.day_of_block.begin(), line_.day_of_block.end(), line_.day_of_block[block]);
    int changes = 0;
    for (auto day = first; day != last; ++day) {
        const auto b = static_cast<std::size_t>(day - line_.day_of_block.begin());
        changes +=
            b > 0 && line_.counted[b] != 0 && std::abs(power_mw_[b] - power_mw_[b - 1]) > same_mw
                ? 1
                : 0;
    }
    return changes <= line_.max_changes_per_day;
}

void Join::follow(std::size_t way, std::size_t begin, std::size_t end) {
    const auto from = static_cast<std::ptrdiff_t>(begin);
    std::copy(ways_[way]->power_mw.begin() + from,
              ways_[way]->power_mw.begin() + static_cast<std::ptrdiff_t>(end),
              power_mw_.begin() + from);
}

bool Join::go_on(const Stretch& stretch) {
    double best_cny = std::numeric_limits<double>::infinity();
    Choice best;
    for (const std::size_t first : {0U, 1U}) {
        follow(first, stretch.begin, stretch.end);
        if (!allowed(stretch.begin)) {
            continue;
        }
        const std::size_t second = 1 - first;
        double mwh = 0.0;
        double cny = 0.0;
        for (std::size_t b = stretch.begin; b < stretch.end; ++b) {
            mwh += energy_mwh(second, b);
            cny += ways_[second]->cny[b];
        }
        // From the whole stretch on the second way to the whole stretch on the first one.
        for (std::size_t turn = stretch.begin; turn <= stretch.end; ++turn) {
            if (turn > stretch.begin) {
                mwh += energy_mwh(first, turn - 1) - energy_mwh(second, turn - 1);
                cny += ways_[first]->cny[turn - 1] - ways_[second]->cny[turn - 1];
            }
            const bool whole = turn == stretch.end;
            if (turn == stretch.begin || !(cny < best_cny) || mwh < stretch.low_mwh ||
                mwh > stretch.high_mwh) {
                continue;
            }
            follow(first, stretch.begin, turn);
            follow(second, turn, stretch.end);
            if (whole || allowed(turn)) {
                best_cny = cny;
                best = {first, second, turn};
            }
        }
    }
    if (!(best_cny < std::numeric_limits<double>::infinity())) {
        return false;
    }
    follow(best.first, stretch.begin, best.turn);
    follow(best.second, best.turn, stretch.end);
    cny_ += best_cny;
    return true;
}

/// The periods of a contract and what lies between them. Limits are widened to what the way within
/// the contract carries.
std::vector<Stretch> stretches(const lp::LevelLine& line, const OwnContract& contract,
                               const std::vector<double>& power_mw) {
    std::vector<Stretch> all;
    std::size_t block = 0;
    const auto up_to = [&](int hour) {
        Stretch stretch{block, block};
        while (stretch.end < power_mw.size() && line.block_begin[stretch.end] < hour) {
            ++stretch.end;
        }
        block = stretch.end;
        return stretch;
    };
    for (const OwnContract::Period& period : contract.periods) {
        all.push_back(up_to(period.begin));
        Stretch own = up_to(period.end);
        double mwh = 0.0;
        for (std::size_t b = own.begin; b < own.end; ++b) {
            mwh += line.hours(b) * power_mw[b];
        }
        const double rounding_mwh = 1e-9 * (1.0 + std::abs(mwh));
        own.low_mwh = std::min(period.low_mwh, mwh) - rounding_mwh;
        own.high_mwh = std::max(period.high_mwh, mwh) + rounding_mwh;
        all.push_back(own);
    }
    all.push_back(up_to(line.block_begin.back()));
    std::erase_if(all, [](const Stretch& stretch) { return stretch.begin == stretch.end; });
    return all;
}

} // namespace

std::vector<double> join_levels(const lp::LevelLine& line, const OwnContract& contract,
                                const LevelWay& within, const LevelWay& beyond) {
    Join join(line, within, beyond);
    for (const Stretch& stretch : stretches(line, contract, within.power_mw)) {
        if (!join.go_on(stretch)) {
            return within.power_mw;
        }
    }
    const double within_cny = std::accumulate(within.cny.begin(), within.cny.end(), 0.0);
    return join.cny() < within_cny ? join.power_mw() : within.power_mw;
}

} // namespace longyang::solve::prices
