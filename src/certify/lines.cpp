#include "certify/lines.hpp"

#include "base/error.hpp"
#include "certify/convex.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Levels of a block (HV-2); a limit that is a level but for rounding counts as one.
std::size_t levels_of(const lp::LevelLine& line, std::size_t block) {
    const double steps = (line.high_mw[block] - line.low_mw[block]) / line.step_mw;
    return 1 + static_cast<std::size_t>(std::floor(steps + 1e-9));
}

/// Of a MW taken from the bus and given to the contract's channel over a block.
double power_cny(const lp::LevelLine& line, const Prices& prices, std::size_t block) {
    double cny = 0.0;
    for (int t = line.block_begin[block]; t < line.block_begin[block + 1]; ++t) {
        const auto hour = static_cast<std::size_t>(t);
        cny += prices.at(line.injection, hour) - prices.at(line.power, hour);
    }
    return cny;
}

/// Cost less earnings of a block at a power, with what is delivered by HV-5.
double block_cny(const lp::LevelLine& line, std::size_t block, double cny_per_mw, double power_mw) {
    double delivered_mw = line.chord_slope.empty() ? 0.0 : infinity;
    for (std::size_t k = 0; k < line.chord_slope.size(); ++k) {
        delivered_mw =
            std::min(delivered_mw, line.chord_slope[k] * power_mw + line.chord_offset_mw[k]);
    }
    double cny =
        cny_per_mw * power_mw - line.delivered_cny_per_mwh * line.hours(block) * delivered_mw;
    for (int t = line.block_begin[block]; t < line.block_begin[block + 1]; ++t) {
        cny += line.missing_cny(static_cast<std::size_t>(t), power_mw);
    }
    return cny;
}

/// How many hours of a block ask for more than a power (HV-6).
double hours_missing(const lp::LevelLine& line, std::size_t block, double power_mw) {
    double hours = 0.0;
    for (int t = line.block_begin[block];
         !line.demanded_mw.empty() && t < line.block_begin[block + 1]; ++t) {
        hours += line.demanded_mw[static_cast<std::size_t>(t)] > power_mw ? 1.0 : 0.0;
    }
    return hours;
}

/// Least cost so far by energy of the running period, changes left of the day, and level.
struct States {
    std::size_t energies = 1, changes = 1, levels = 1;
    std::vector<double> cny;

    void size(std::size_t energies_, std::size_t changes_, std::size_t levels_) {
        energies = energies_;
        changes = changes_;
        levels = levels_;
        cny.assign(energies * changes * levels, infinity);
    }
    [[nodiscard]] double& at(std::size_t energy, std::size_t change, std::size_t level) {
        return cny[(energy * changes + change) * levels + level];
    }
};

/// The dynamic programme of PE-66, forward.
class Levels {
public:
    Levels(const lp::LevelLine& line, const Prices& prices, const std::vector<LinePeriod>& periods)
        : line_(line), prices_(prices), periods_(periods),
          changes_(static_cast<std::size_t>(line.max_changes_per_day)) {
        for (std::size_t b = 0; b < line.blocks(); ++b) {
            unit_h_ = std::gcd(unit_h_, line.hours(b));
        }
    }

    [[nodiscard]] double bound();

private:
    [[nodiscard]] bool in_period(std::size_t block) const {
        return period_ < periods_.size() && line_.block_begin[block] >= periods_[period_].begin;
    }
    /// Units of energy of a level in a block that lies in a period.
    [[nodiscard]] std::size_t energy_of(std::size_t block, std::size_t level) const {
        return in_period(block) ? level * static_cast<std::size_t>(line_.hours(block) / unit_h_)
                                : 0;
    }
    void go_on(std::size_t block);
    void spread(std::size_t block, std::size_t energy, std::size_t change, std::size_t level);
    void new_day();
    void charge_period(std::size_t block);

    const lp::LevelLine& line_;
    const Prices& prices_;
    const std::vector<LinePeriod>& periods_;
    std::size_t changes_;
    int unit_h_ = 0;
    std::size_t period_ = 0;  ///< the one that runs or comes
    double lowest_mwh_ = 0.0; ///< of the running period at the lowest levels so far
    States now_, next_;
    std::vector<double> own_cny_; ///< per level of the block
};

/// All changes of a day are allowed again, whatever was left.
void Levels::new_day() {
    for (std::size_t e = 0; e < now_.energies; ++e) {
        for (std::size_t level = 0; level < now_.levels; ++level) {
            double& best = now_.at(e, changes_, level);
            for (std::size_t n = 0; n < changes_; ++n) {
                best = std::min(best, now_.at(e, n, level));
                now_.at(e, n, level) = infinity;
            }
        }
    }
}

/// From one state of the block before to all levels that its ramp reaches (HV-3, HV-4).
void Levels::spread(std::size_t block, std::size_t energy, std::size_t change, std::size_t level) {
    const double cny = now_.at(energy, change, level);
    if (!(cny < infinity)) {
        return;
    }
    const double before = line_.low_mw[block - 1] + static_cast<double>(level) * line_.step_mw;
    for (std::size_t k = 0; k < next_.levels; ++k) {
        const double power = line_.low_mw[block] + static_cast<double>(k) * line_.step_mw;
        const double moved = std::abs(power - before);
        if (moved > line_.change_max_mw[block] + 1e-6) {
            continue;
        }
        const bool counts = changes_ > 0 && line_.counted[block] != 0 && moved > 1e-6;
        if (counts && change == 0) {
            continue;
        }
        double& to = next_.at(energy + energy_of(block, k), change - (counts ? 1 : 0), k);
        to = std::min(to, cny + own_cny_[k]);
    }
}

void Levels::go_on(std::size_t block) {
    const std::size_t levels = levels_of(line_, block);
    const double cny_per_mw = power_cny(line_, prices_, block);
    own_cny_.clear();
    for (std::size_t k = 0; k < levels; ++k) {
        own_cny_.push_back(block_cny(line_, block, cny_per_mw,
                                     line_.low_mw[block] + static_cast<double>(k) * line_.step_mw));
    }
    if (in_period(block)) {
        lowest_mwh_ += line_.hours(block) * line_.low_mw[block];
    }
    const std::size_t more = energy_of(block, levels - 1);
    if (block == 0) {
        now_.size(1 + more, changes_ + 1, levels);
        for (std::size_t k = 0; k < levels; ++k) {
            now_.at(energy_of(block, k), changes_, k) = own_cny_[k];
        }
        return;
    }
    if (line_.day_of_block[block] != line_.day_of_block[block - 1]) {
        new_day();
    }
    next_.size(now_.energies + more, changes_ + 1, levels);
    for (std::size_t e = 0; e < now_.energies; ++e) {
        for (std::size_t n = 0; n <= changes_; ++n) {
            for (std::size_t level = 0; level < now_.levels; ++level) {
                spread(block, e, n, level);
            }
        }
    }
    std::swap(now_, next_);
}

/// At the end of a period what is missing is paid, or too much or too little is not allowed.
void Levels::charge_period(std::size_t block) {
    if (!in_period(block) || line_.block_begin[block + 1] != periods_[period_].end) {
        return;
    }
    const LinePeriod& period = periods_[period_];
    const double tolerance_mwh = 1e-6 * (1.0 + std::abs(period.high_mwh));
    next_.size(1, now_.changes, now_.levels);
    for (std::size_t e = 0; e < now_.energies; ++e) {
        const double carried = lowest_mwh_ + static_cast<double>(e) * unit_h_ * line_.step_mw;
        const double missing = std::max(0.0, period.low_mwh - carried);
        if (carried > period.high_mwh + tolerance_mwh ||
            missing > period.short_max_mwh + tolerance_mwh) {
            continue;
        }
        for (std::size_t n = 0; n < now_.changes; ++n) {
            for (std::size_t level = 0; level < now_.levels; ++level) {
                double& to = next_.at(0, n, level);
                to = std::min(to, now_.at(e, n, level) + missing * period.short_cny_per_mwh);
            }
        }
    }
    std::swap(now_, next_);
    lowest_mwh_ = 0.0;
    ++period_;
}

double Levels::bound() {
    for (std::size_t b = 0; b < line_.blocks(); ++b) {
        go_on(b);
        charge_period(b);
    }
    return *std::min_element(now_.cny.begin(), now_.cny.end());
}

/// The number of the chord that is the least at a power; there is one.
std::size_t chord_at(const lp::LevelLine& line, double power_mw) {
    const auto delivered_mw = [&](std::size_t k) {
        return line.chord_slope[k] * power_mw + line.chord_offset_mw[k];
    };
    std::size_t least = 0;
    for (std::size_t k = 1; k < line.chord_slope.size(); ++k) {
        least = delivered_mw(k) < delivered_mw(least) ? k : least;
    }
    return least;
}

/// Cost less earnings of a block by its power, chord after chord.
Slopes own_slopes(const lp::LevelLine& line, const Prices& prices, std::size_t block) {
    const double cny_per_mw = power_cny(line, prices, block);
    const double value_cny = line.delivered_cny_per_mwh * line.hours(block);
    std::vector<double> bends{line.low_mw[block], line.high_mw[block]};
    for (std::size_t k = 0; k + 1 < line.chord_slope.size(); ++k) {
        const double meet = (line.chord_offset_mw[k + 1] - line.chord_offset_mw[k]) /
                            (line.chord_slope[k] - line.chord_slope[k + 1]);
        if (meet > line.low_mw[block] && meet < line.high_mw[block]) {
            bends.push_back(meet);
        }
    }
    for (int t = line.block_begin[block];
         !line.demanded_mw.empty() && t < line.block_begin[block + 1]; ++t) {
        const double mw = line.demanded_mw[static_cast<std::size_t>(t)];
        if (mw > line.low_mw[block] && mw < line.high_mw[block]) {
            bends.push_back(mw);
        }
    }
    std::sort(bends.begin(), bends.end());
    Slopes own{bends[0], block_cny(line, block, cny_per_mw, bends[0]), {}};
    for (std::size_t k = 0; k + 1 < bends.size(); ++k) {
        const double middle = 0.5 * (bends[k] + bends[k + 1]);
        own.pieces.push_back({bends[k + 1] - bends[k],
                              cny_per_mw - value_cny * line.chord_slope[chord_at(line, middle)] -
                                  line.missing_cny_per_mwh * hours_missing(line, block, middle)});
    }
    return own;
}

/// The least over all powers of the block before from which the change is allowed: what falls
/// moves to the left, what rises to the right.
Slopes widened(const Convex& before, double change) {
    Slopes wide{before.begin() - change, before.least, {}};
    for (std::size_t k = before.left.size(); k-- > 0;) {
        const Piece& piece = before.left[k];
        wide.value += piece.length * piece.slope;
        wide.pieces.push_back({piece.length, -piece.slope});
    }
    wide.pieces.push_back({2.0 * change, 0.0});
    wide.pieces.insert(wide.pieces.end(), before.right.begin(), before.right.end());
    return wide;
}

double end_of(const Slopes& slopes) {
    double end = slopes.begin;
    for (const Piece& piece : slopes.pieces) {
        end += piece.length;
    }
    return end;
}

/// The sum where both are defined. Intervals that miss each other by rounding meet.
bool add(const Slopes& a, const Slopes& b, Slopes& sum) {
    const double from = std::max(a.begin, b.begin);
    double to = std::min(end_of(a), end_of(b));
    if (from > to + 1e-9 * (1.0 + std::abs(from))) {
        return false;
    }
    to = std::max(from, to);
    Walk walk_a(a.pieces);
    Walk walk_b(b.pieces);
    sum = {from, a.value + walk_a.go(from - a.begin) + b.value + walk_b.go(from - b.begin), {}};
    for (double place = from; place < to;) {
        const double length = std::min({to - place, walk_a.to_bend(), walk_b.to_bend()});
        sum.pieces.push_back({length, walk_a.slope() + walk_b.slope()});
        walk_a.go(length);
        walk_b.go(length);
        place = length < to - place ? place + length : to;
    }
    return true;
}

double continuous_bound(const lp::LevelLine& line, const Prices& prices) {
    Convex value;
    Slopes sum;
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        const Slopes own = own_slopes(line, prices, b);
        if (b == 0) {
            sum = own;
        } else if (!add(widened(value, line.change_max_mw[b]), own, sum)) {
            return infinity;
        }
        set(sum, value);
    }
    return value.least;
}

} // namespace

double line_states(const lp::LevelLine& line, const std::vector<LinePeriod>& periods) {
    double states = 0.0;
    double energies = 1.0;
    std::size_t period = 0;
    for (std::size_t b = 0; b < line.blocks() && line.step_mw > 0.0; ++b) {
        const auto levels = static_cast<double>(levels_of(line, b));
        if (period < periods.size() && line.block_begin[b] >= periods[period].begin) {
            energies += line.hours(b) * (levels - 1.0);
        }
        states += energies * levels * (line.max_changes_per_day + 1);
        if (period < periods.size() && line.block_begin[b + 1] == periods[period].end) {
            energies = 1.0;
            ++period;
        }
    }
    return states;
}

double line_bound(const lp::LevelLine& line, const Prices& prices,
                  const std::vector<LinePeriod>& periods) {
    if (line.step_mw > 0.0) {
        return Levels(line, prices, periods).bound();
    }
    if (!periods.empty()) {
        throw Error(Exit::defect, "a line without levels has its contract priced");
    }
    return continuous_bound(line, prices);
}

double whole_steps_cny(const lp::LevelLine& line, const LinePeriod& period, double price) {
    if (line.step_mw == 0.0 || price == 0.0 || price > period.short_cny_per_mwh) {
        return 0.0;
    }
    int unit_h = 0;
    double mwh = 0.0; // at the lowest levels, then of one step after the other
    double highest_mwh = 0.0;
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        if (line.block_begin[b] >= period.begin && line.block_begin[b + 1] <= period.end) {
            const int hours = line.hours(b);
            unit_h = std::gcd(unit_h, hours);
            mwh += hours * line.low_mw[b];
            highest_mwh += hours * (line.low_mw[b] +
                                    line.step_mw * static_cast<double>(levels_of(line, b) - 1));
        }
    }
    const double tolerance_mwh = 1e-6 * (1.0 + std::abs(period.high_mwh));
    double least = infinity;
    for (; mwh <= std::min(highest_mwh, period.high_mwh) + tolerance_mwh;
         mwh += unit_h * line.step_mw) {
        least = std::min(least, price * mwh +
                                    period.short_cny_per_mwh * std::max(0.0, period.low_mwh - mwh));
    }
    const double limit_cny = price * (price > 0.0 ? period.low_mwh : period.high_mwh);
    return least < infinity ? std::max(0.0, least - limit_cny) : 0.0;
}

} // namespace longyang::certify
