#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

/// What binds the blocks of a programme together; the same on all ranks.
namespace longyang::lp {

/// A weighted sum of channels. Rows of different hours share it, so that a row itself is a few
/// numbers.
struct Pattern {
    std::string tag;  ///< of the constraint family, as "NW-2"
    std::string name; ///< what it stands for, as "branch guanting_lanzhou_east_1"
    std::vector<int> channel;
    std::vector<double> weight;
};

/// lower <= sum over hours [begin, end) and over the pattern's channels of weight x channel <=
/// upper.
struct CouplingRow {
    int pattern = 0;
    int begin = 0;
    int end = 1;
    double lower = 0.0;
    double upper = 0.0;
    /// At which it may be broken, CNY per unit; infinite: it has to hold.
    double breach_cny = std::numeric_limits<double>::infinity();

    bool operator==(const CouplingRow&) const = default;
    [[nodiscard]] bool must_hold() const { return !std::isfinite(breach_cny); }
};

/// Whether a row of one hour leaves its sum free between two limits.
[[nodiscard]] inline bool is_band(const CouplingRow& row) {
    return row.end == row.begin + 1 && std::isfinite(row.lower) && std::isfinite(row.upper) &&
           row.lower < row.upper;
}

/// Channels, patterns and rows. A channel is a quantity per hour to which blocks give through their
/// ports.
struct Coupling {
    int hours = 0;
    std::vector<std::string> channels; ///< names, as "injection:xining"
    std::vector<Pattern> patterns;
    std::vector<CouplingRow> rows;
};

/// Throws Error (defect) where a pattern names a channel that is not there, or a row a pattern or
/// hour, or limits are turned around.
void check_coupling(const Coupling& coupling);

/// Price of every channel in every hour from the duals of the coupling rows (CNY per unit of the
/// channel; the change of the optimal cost when one unit more has to be covered, so a price of
/// energy is positive where energy is scarce): sum over the rows that cover it of dual x weight.
/// row_dual: per row of `coupling.rows`. Result: channels x hours, hours contiguous.
[[nodiscard]] std::vector<double> channel_prices(const Coupling& coupling,
                                                 std::span<const double> row_dual);

} // namespace longyang::lp
