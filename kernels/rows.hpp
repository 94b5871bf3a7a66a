#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// The dual step of an engine by prices, over rows that bind single hours. Row r stands for
///
///     lower[r] <= sum[r] <= upper[r]
///
/// where sum[r] is what all plants give to it at the present prices. A positive price asks for
/// more. Equations: docs/theory/price-engine.md.
namespace longyang::kernels {

/// Rows hour by hour: those of hour t are first[t] .. first[t+1] - 1.
struct HourRows {
    std::span<const std::int64_t> first;   ///< hours + 1 items, first[0] = 0, not falling
    std::span<const std::int64_t> pattern; ///< per row: which weighted sum of channels it bounds
};

/// Where the metric of each hour begins (hours + 1 items): an hour of n rows takes n x n numbers.
/// metric_first must have as many items as rows.first.
void place_metric(const HourRows& rows, std::span<std::int64_t> metric_first);

/// The block metric of each hour (equation PE-3), n x n, by row:
///
///     H_t[i][j] = sum over movers m of scale[m][t] effect[m][pattern_i] effect[m][pattern_j]
///
/// effect  movers x patterns: what one unit of a mover gives to a pattern
/// scale   movers x hours, hours contiguous: units by which prices may move it, >= 0
/// metric  overwritten, in single precision: it only steers
/// known   per hour: so many of its first rows have their numbers among themselves in `metric`
///         already, which are left as they are; empty: none
/// Throws std::invalid_argument where a size or number does not fit.
void hour_metric(const HourRows& rows, std::size_t movers, std::size_t patterns,
                 std::span<const double> effect, std::span<const double> scale,
                 std::span<const std::int64_t> metric_first, std::span<float> metric,
                 std::span<const std::int64_t> known = {});

struct RowLimits {
    std::span<const double> lower, upper;          ///< of the row; infinite where there is none
    std::span<const double> price_low, price_high; ///< box of its price
};

struct StepSettings {
    double scale = 1.0; ///< change of price that moves a plant over its whole range
    int sweeps = 5;
    /// Bounds of the hours' own factors on `scale`, and by how much they grow where the last step
    /// and the present slope agree (cosine > 0.2), and shrink where they do not (< 0).
    double factor_min = 0.3, factor_max = 10.0, grow = 1.1, shrink = 0.7;
};

/// One step (equation PE-4): in every hour Gauss-Seidel sweeps on
///
///     maximise over d   slope'd - 1/2 d' (H / (scale x factor)) d,  price + d within its box
///
/// where the slope of a row is that of min(price x lower, price x upper) - price x sum, so that a
/// price stays at 0 while its row's sum is within limits.
/// sum     in: of the rows; out: as the metric foretells them after the step
/// price   in and out
/// factor  in and out, per hour; start with 1
/// last    in and out, per row: the step before; start with 0
void metric_step(const HourRows& rows, const RowLimits& limits,
                 std::span<const std::int64_t> metric_first, std::span<const float> metric,
                 const StepSettings& settings, std::span<double> sum, std::span<double> price,
                 std::span<double> factor, std::span<double> last);

} // namespace longyang::kernels
