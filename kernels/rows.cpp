#include "kernels/rows.hpp"

#include "kernels/detail/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace longyang::kernels {
namespace {

using detail::Range;

std::size_t hours_of(const HourRows& rows) {
    const bool well_formed = !rows.first.empty() && rows.first.front() == 0 &&
                             std::is_sorted(rows.first.begin(), rows.first.end());
    if (!well_formed) {
        throw std::invalid_argument("rows.first must start at 0 and not fall");
    }
    detail::require_size("rows.pattern", rows.pattern.size(),
                         static_cast<std::size_t>(rows.first.back()));
    return rows.first.size() - 1;
}

// Equation PE-3. An item is an hour: n^2/2 x 3 flops for every mover that gives to the later row of
// a pair, where n is the number of its rows; four earlier rows are summed side by side, as the
// movers of one sum wait for each other.
struct BuildMetric {
    static constexpr std::ptrdiff_t side = 4;

    const std::int64_t* first;
    const std::int64_t* pattern;
    const std::int64_t* metric_first;
    const std::int64_t* known;       ///< null: none
    const std::int64_t* giver_first; ///< per pattern: its movers in `giver`
    const std::int64_t* giver;
    const double* effect; ///< patterns x movers
    const double* scale;  ///< hours x movers
    float* metric;
    std::ptrdiff_t movers;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t hour) const {
        const std::ptrdiff_t n = first[hour + 1] - first[hour];
        const std::int64_t* own = pattern + first[hour];
        const double* units = scale + hour * movers;
        float* h = metric + metric_first[hour];
        for (std::ptrdiff_t i = known != nullptr ? known[hour] : 0; i < n; ++i) {
            const double* a = effect + own[i] * movers;
            for (std::ptrdiff_t j = 0; j <= i; j += side) {
                const double* b[side];
                double sum[side];
                for (std::ptrdiff_t s = 0; s < side; ++s) {
                    b[s] = effect + own[j + s <= i ? j + s : i] * movers;
                    sum[s] = 0.0;
                }
                for (std::int64_t k = giver_first[own[i]]; k < giver_first[own[i] + 1]; ++k) {
                    const std::int64_t m = giver[k];
                    const double weight = units[m] * a[m];
                    for (std::ptrdiff_t s = 0; s < side; ++s) {
                        sum[s] += weight * b[s][m];
                    }
                }
                for (std::ptrdiff_t s = 0; s < side && j + s <= i; ++s) {
                    h[i * n + j + s] = static_cast<float>(sum[s]);
                    h[(j + s) * n + i] = static_cast<float>(sum[s]);
                }
            }
        }
    }
};

/// A table of rows x columns with columns as rows.
std::vector<double> turned(std::span<const double> table, std::size_t rows, std::size_t columns) {
    std::vector<double> out(table.size());
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            out[c * rows + r] = table[r * columns + c];
        }
    }
    return out;
}

/// Slope of the dual function in a row's price; at 0 the side towards which it rises.
KOKKOS_INLINE_FUNCTION double slope_of(double price, double sum, double lower, double upper) {
    if (price > 0.0 || (price == 0.0 && sum < lower)) {
        return lower - sum;
    }
    return price < 0.0 || sum > upper ? upper - sum : 0.0;
}

// Equation PE-4. An item is an hour; the metric is read once a sweep (4 n^2 B), bound by memory for
// many hours.
struct Step {
    const std::int64_t* first;
    const std::int64_t* metric_first;
    const float* metric;
    const double* lower;
    const double* upper;
    const double* price_low;
    const double* price_high;
    double* sum;
    double* price;
    double* factor;
    double* last;
    StepSettings settings;

    KOKKOS_INLINE_FUNCTION void adapt(std::ptrdiff_t hour) const {
        double both = 0.0;
        double slopes = 0.0;
        double steps = 0.0;
        for (std::int64_t r = first[hour]; r < first[hour + 1]; ++r) {
            const double slope = slope_of(price[r], sum[r], lower[r], upper[r]);
            both += slope * last[r];
            slopes += slope * slope;
            steps += last[r] * last[r];
        }
        const double size = std::sqrt(slopes * steps);
        if (both > 0.2 * size) {
            factor[hour] = std::fmin(settings.factor_max, factor[hour] * settings.grow);
        } else if (both < 0.0) {
            factor[hour] = std::fmax(settings.factor_min, factor[hour] * settings.shrink);
        }
    }

    /// The price of row r that is best alone, with curvature h.
    KOKKOS_INLINE_FUNCTION double best_alone(std::int64_t r, double h) const {
        const double up = price[r] + (lower[r] - sum[r]) / h;
        const double down = price[r] + (upper[r] - sum[r]) / h;
        double best = 0.0;
        if (up > 0.0) {
            best = up;
        } else if (down < 0.0) {
            best = down;
        }
        return std::fmin(price_high[r], std::fmax(price_low[r], best));
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t hour) const {
        adapt(hour);
        const std::int64_t begin = first[hour];
        const std::ptrdiff_t n = first[hour + 1] - begin;
        const float* h = metric + metric_first[hour];
        const double per_cny = 1.0 / (settings.scale * factor[hour]);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            last[begin + i] = -price[begin + i];
        }
        for (int sweep = 0; sweep < settings.sweeps; ++sweep) {
            double largest = 0.0;
            for (std::ptrdiff_t i = 0; i < n; ++i) {
                const double own = static_cast<double>(h[i * n + i]) * per_cny;
                if (!(own > 0.0)) {
                    continue; // nothing moves this row
                }
                const double d = best_alone(begin + i, own) - price[begin + i];
                if (d == 0.0) {
                    continue;
                }
                price[begin + i] += d;
                for (std::ptrdiff_t j = 0; j < n; ++j) {
                    sum[begin + j] += d * per_cny * static_cast<double>(h[i * n + j]);
                }
                largest = std::fmax(largest, std::fabs(d));
            }
            if (largest < 1e-6 * settings.scale) {
                break;
            }
        }
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            last[begin + i] += price[begin + i];
        }
    }
};

} // namespace

void place_metric(const HourRows& rows, std::span<std::int64_t> metric_first) {
    detail::require_size("metric_first", metric_first.size(), hours_of(rows) + 1);
    metric_first[0] = 0;
    for (std::size_t t = 0; t + 1 < metric_first.size(); ++t) {
        const std::int64_t n = rows.first[t + 1] - rows.first[t];
        metric_first[t + 1] = metric_first[t] + n * n;
    }
}

void hour_metric(const HourRows& rows, std::size_t movers, std::size_t patterns,
                 std::span<const double> effect, std::span<const double> scale,
                 std::span<const std::int64_t> metric_first, std::span<float> metric,
                 std::span<const std::int64_t> known) {
    const std::size_t hours = hours_of(rows);
    detail::require_size("known", known.size(), known.empty() ? 0 : hours);
    detail::require_size("effect", effect.size(), movers * patterns);
    detail::require_size("scale", scale.size(), movers * hours);
    detail::require_size("metric_first", metric_first.size(), hours + 1);
    detail::require_size("metric", metric.size(), static_cast<std::size_t>(metric_first.back()));
    const auto end = static_cast<std::int64_t>(patterns);
    if (std::any_of(rows.pattern.begin(), rows.pattern.end(),
                    [end](std::int64_t p) { return p < 0 || p >= end; })) {
        throw std::invalid_argument("rows.pattern names a pattern that does not exist");
    }
    const auto first = detail::to_device("rows", rows.first);
    const auto pattern = detail::to_device("patterns of rows", rows.pattern);
    const auto place = detail::to_device("places of the metric", metric_first);
    const std::vector<double> of_pattern = turned(effect, movers, patterns);
    std::vector<std::int64_t> giver_first{0};
    std::vector<std::int64_t> givers;
    for (std::size_t p = 0; p < patterns; ++p) {
        for (std::size_t m = 0; m < movers; ++m) {
            if (of_pattern[p * movers + m] != 0.0) {
                givers.push_back(static_cast<std::int64_t>(m));
            }
        }
        giver_first.push_back(static_cast<std::int64_t>(givers.size()));
    }
    const std::vector<double> of_hour = turned(scale, movers, hours);
    const auto a = detail::to_device("effects", std::span<const double>(of_pattern));
    const auto s = detail::to_device("scales", std::span<const double>(of_hour));
    const auto of =
        detail::to_device("places of givers", std::span<const std::int64_t>(giver_first));
    const auto giver = detail::to_device("givers", std::span<const std::int64_t>(givers));
    const auto before = detail::to_device("known rows", known);
    const auto out = detail::in_out_on_device("metric", metric);
    Kokkos::parallel_for("metric", Range(0, detail::length(hours)),
                         BuildMetric{first.data(), pattern.data(), place.data(),
                                     known.empty() ? nullptr : before.data(), of.data(),
                                     giver.data(), a.data(), s.data(), out.data(),
                                     detail::length(movers)});
    detail::to_host(out, metric);
}

void metric_step(const HourRows& rows, const RowLimits& limits,
                 std::span<const std::int64_t> metric_first, std::span<const float> metric,
                 const StepSettings& settings, std::span<double> sum, std::span<double> price,
                 std::span<double> factor, std::span<double> last) {
    const std::size_t hours = hours_of(rows);
    const std::size_t count = rows.pattern.size();
    for (const std::span<const double> per_row :
         {limits.lower, limits.upper, limits.price_low, limits.price_high,
          std::span<const double>(sum), std::span<const double>(price),
          std::span<const double>(last)}) {
        detail::require_size("numbers per row", per_row.size(), count);
    }
    detail::require_size("factor", factor.size(), hours);
    detail::require_size("metric_first", metric_first.size(), hours + 1);
    detail::require_size("metric", metric.size(), static_cast<std::size_t>(metric_first.back()));
    const auto first = detail::to_device("rows", rows.first);
    const auto place = detail::to_device("places of the metric", metric_first);
    const auto h = detail::to_device("metric", metric);
    const auto lower = detail::to_device("lower limits", limits.lower);
    const auto upper = detail::to_device("upper limits", limits.upper);
    const auto price_low = detail::to_device("lowest prices", limits.price_low);
    const auto price_high = detail::to_device("highest prices", limits.price_high);
    const auto s = detail::in_out_on_device("sums", sum);
    const auto y = detail::in_out_on_device("prices", price);
    const auto f = detail::in_out_on_device("factors", factor);
    const auto d = detail::in_out_on_device("last steps", last);
    Kokkos::parallel_for("dual step", Range(0, detail::length(hours)),
                         Step{first.data(), place.data(), h.data(), lower.data(), upper.data(),
                              price_low.data(), price_high.data(), s.data(), y.data(), f.data(),
                              d.data(), settings});
    detail::to_host(s, sum);
    detail::to_host(y, price);
    detail::to_host(f, factor);
    detail::to_host(d, last);
}

} // namespace longyang::kernels
