#include "solve/prices/oracles/continuous_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace longyang::solve::prices {
namespace {

/// The derivative of a convex function in pieces on [x of the first piece, end].
struct Slopes {
    struct Piece {
        double x = 0.0;     ///< where it begins
        double slope = 0.0; ///< up to the next one
    };
    std::vector<Piece> pieces;
    double end = 0.0;

    /// A place of the least value.
    [[nodiscard]] double least() const {
        for (const Piece& piece : pieces) {
            if (piece.slope >= 0.0) {
                return piece.x;
            }
        }
        return end;
    }
};

/// Of a block's value and price: - value x hours x least of the chords, plus the price.
Slopes value_slopes(const lp::LevelLine& line, std::size_t block, double cny_per_mw) {
    const double value = line.delivered_cny_per_mwh * line.hours(block);
    Slopes own;
    own.end = line.high_mw[block];
    double x = line.low_mw[block];
    for (std::size_t k = 0; k < line.chord_slope.size(); ++k) {
        // Chord k is the least up to where it meets the next one.
        const bool last = k + 1 == line.chord_slope.size();
        const double to = last ? own.end
                               : (line.chord_offset_mw[k + 1] - line.chord_offset_mw[k]) /
                                     (line.chord_slope[k] - line.chord_slope[k + 1]);
        if (to > x || last) {
            own.pieces.push_back({x, cny_per_mw - value * line.chord_slope[k]});
            x = to;
            if (x >= own.end) {
                break;
            }
        }
    }
    return own;
}

/// Least over all powers before within `change` of each power: what falls moves to the left, what
/// rises to the right.
Slopes widened(const Slopes& before, double change) {
    Slopes wide;
    const double least = before.least();
    for (const Slopes::Piece& piece : before.pieces) {
        if (piece.slope < 0.0) {
            wide.pieces.push_back({piece.x - change, piece.slope});
        }
    }
    wide.pieces.push_back({least - change, 0.0});
    for (const Slopes::Piece& piece : before.pieces) {
        if (piece.slope >= 0.0) {
            wide.pieces.push_back({piece.x + change, piece.slope});
        }
    }
    wide.end = before.end + change;
    return wide;
}

/// The sum of two, where both are defined; empty where that is nowhere. Ranges that miss each other
/// by rounding alone (a change that the limits force) meet at b's end of them.
Slopes sum(const Slopes& a, const Slopes& b) {
    Slopes both;
    double x = std::max(a.pieces.front().x, b.pieces.front().x);
    both.end = std::min(a.end, b.end);
    if (x > both.end) {
        if (x - both.end > 1e-9 * (1.0 + std::abs(x))) {
            return both;
        }
        x = both.end = std::clamp(x, b.pieces.front().x, b.end);
    }
    std::size_t i = 0;
    std::size_t j = 0;
    const auto pass = [](const Slopes& of, std::size_t& k, double at) {
        while (k + 1 < of.pieces.size() && of.pieces[k + 1].x <= at) {
            ++k;
        }
    };
    for (;;) {
        pass(a, i, x);
        pass(b, j, x);
        both.pieces.push_back({x, a.pieces[i].slope + b.pieces[j].slope});
        double next = both.end;
        if (i + 1 < a.pieces.size()) {
            next = std::min(next, a.pieces[i + 1].x);
        }
        if (j + 1 < b.pieces.size()) {
            next = std::min(next, b.pieces[j + 1].x);
        }
        if (next >= both.end) {
            return both;
        }
        x = next;
    }
}

/// Of what is missing to the demanded powers of a block's hours (HV-6).
Slopes missing_slopes(const lp::LevelLine& line, std::size_t block) {
    const double low = line.low_mw[block];
    const double high = line.high_mw[block];
    const auto first = line.demanded_mw.begin();
    std::vector<double> bends(first + line.block_begin[block], first + line.block_begin[block + 1]);
    std::sort(bends.begin(), bends.end());
    std::erase_if(bends, [&](double mw) { return mw <= low; });
    Slopes missing;
    missing.end = high;
    double slope = -line.missing_cny_per_mwh * static_cast<double>(bends.size());
    missing.pieces.push_back({low, slope});
    for (const double mw : bends) {
        slope += line.missing_cny_per_mwh;
        if (mw < high) {
            missing.pieces.push_back({mw, slope});
        }
    }
    return missing;
}

/// Of a block's own cost.
Slopes own_slopes(const lp::LevelLine& line, std::size_t block, double cny_per_mw) {
    const Slopes own = value_slopes(line, block, cny_per_mw);
    return line.demanded_mw.empty() ? own : sum(own, missing_slopes(line, block));
}

} // namespace

double delivered_mw(const lp::LevelLine& line, double power_mw) {
    double least_mw = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < line.chord_slope.size(); ++k) {
        least_mw = std::min(least_mw, line.chord_slope[k] * power_mw + line.chord_offset_mw[k]);
    }
    return least_mw;
}

double delivery_cost(const lp::LevelLine& line, std::size_t block, double power_mw) {
    double cny = -line.delivered_cny_per_mwh * line.hours(block) * delivered_mw(line, power_mw);
    for (int t = line.block_begin[block]; t < line.block_begin[block + 1]; ++t) {
        cny += line.missing_cny(static_cast<std::size_t>(t), power_mw);
    }
    return cny;
}

// PE-8  V_b(p) = own_b(p) + least of V_{b-1} within the largest change of p
std::vector<double> continuous_plan(const lp::LevelLine& line, std::span<const double> cny_per_mw) {
    std::vector<double> least;
    Slopes value;
    for (std::size_t b = 0; b < cny_per_mw.size(); ++b) {
        const Slopes own = own_slopes(line, b, cny_per_mw[b]);
        value = b == 0 ? own : sum(widened(value, line.change_max_mw[b]), own);
        if (value.pieces.empty()) {
            return {};
        }
        least.push_back(value.least());
    }
    // By convexity the best power before is the one nearest to the least that may be changed from.
    for (std::size_t b = least.size(); b-- > 1;) {
        least[b - 1] = std::clamp(least[b - 1], least[b] - line.change_max_mw[b],
                                  least[b] + line.change_max_mw[b]);
    }
    return least;
}

// PE-56  p <- p - s (p - p_least), s the least that no period carries more than its contract's
// upper limit; limits and changes are convex, so both keep them.
void carry_no_more(const lp::LevelLine& line, std::span<const OwnContract::Period> periods,
                   std::span<double> power_mw) {
    std::vector<double> hours;
    for (std::size_t b = 0; b < line.low_mw.size(); ++b) {
        hours.push_back(line.hours(b));
    }
    lp::LevelLine worthless = line;
    worthless.delivered_cny_per_mwh = 0.0;
    worthless.demanded_mw.clear();
    const std::vector<double> least_by_block = continuous_plan(worthless, hours);
    if (least_by_block.empty()) {
        return;
    }
    std::vector<double> least_mw;
    for (std::size_t b = 0; b < least_by_block.size(); ++b) {
        least_mw.insert(least_mw.end(), static_cast<std::size_t>(hours[b]), least_by_block[b]);
    }
    double share = 0.0;
    for (const OwnContract::Period& period : periods) {
        const auto energy_mwh = [&](std::span<const double> of) {
            return std::accumulate(of.begin() + period.begin, of.begin() + period.end, 0.0);
        };
        const double mwh = energy_mwh(power_mw);
        const double least_mwh = energy_mwh(least_mw);
        if (mwh > period.high_mwh) {
            share = std::max(share, least_mwh < period.high_mwh
                                        ? (mwh - period.high_mwh) / (mwh - least_mwh)
                                        : 1.0);
        }
    }
    for (std::size_t t = 0; t < power_mw.size(); ++t) {
        power_mw[t] -= share * (power_mw[t] - least_mw[t]);
    }
}

} // namespace longyang::solve::prices
