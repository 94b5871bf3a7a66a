#pragma once

// Internal to kernels/: the search for violated limits on arrays that lie where it runs.

#include "kernels/detail/arrays.hpp"
#include "kernels/violations.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace longyang::kernels::detail {

/// MW by which two amounts may differ and count as equal: rows that are shared out otherwise over
/// ranks come with other last bits, and the choice between equal ones must not hang on these.
inline constexpr double tie_mw = 1e-6;

/// An amount in whole ties.
KOKKOS_INLINE_FUNCTION double whole_ties(double mw) {
    return ::floor(mw / tie_mw + 0.5);
}

/// Hours that one work item looks at: neighbours on a host, so that a row's piece is one or two
/// cache lines and vector registers are used; one on a GPU, where neighbouring threads are
/// neighbouring hours.
inline constexpr std::ptrdiff_t scan_lanes = on_host ? 32 : 1;

/// The flows and limits of a search, as pointers that a kernel may keep.
struct Scan {
    const double* flow;
    const double* lower;
    const double* upper;
    const double* factor;             ///< null: 1
    std::ptrdiff_t factor_row_stride; ///< 0 where all rows share the hours' factors
    std::ptrdiff_t rows, hours;
    double tolerance;

    [[nodiscard]] KOKKOS_INLINE_FUNCTION double factor_at(std::ptrdiff_t row,
                                                          std::ptrdiff_t hour) const {
        return factor == nullptr ? 1.0 : factor[row * factor_row_stride + hour];
    }

    /// True where the limit is not kept (equation DC-8); "not within" rather than "beyond", so that
    /// a flow that is not a number counts.
    [[nodiscard]] KOKKOS_INLINE_FUNCTION bool violated(std::ptrdiff_t row,
                                                       std::ptrdiff_t hour) const {
        const double f = factor_at(row, hour);
        const double x = flow[row * hours + hour];
        return !((x <= upper[row] * f + tolerance) & (x >= lower[row] * f - tolerance));
    }

    [[nodiscard]] KOKKOS_INLINE_FUNCTION Violation describe(std::ptrdiff_t row,
                                                            std::ptrdiff_t hour) const {
        const double f = factor_at(row, hour);
        const double x = flow[row * hours + hour];
        const double limit = x < lower[row] * f ? lower[row] * f : upper[row] * f;
        return {row, hour, x, limit};
    }
};

/// Which of two violations comes first: the larger excess in whole ties (one that is not a number
/// before all), then the lower row, then the earlier hour. A strict order, so that every backend
/// returns the same list.
KOKKOS_INLINE_FUNCTION bool worse(const Violation& a, const Violation& b) {
    const double excess_a =
        whole_ties(a.flow_mw > a.limit_mw ? a.flow_mw - a.limit_mw : a.limit_mw - a.flow_mw);
    const double excess_b =
        whole_ties(b.flow_mw > b.limit_mw ? b.flow_mw - b.limit_mw : b.limit_mw - b.flow_mw);
    const bool nan_a = excess_a != excess_a;
    const bool nan_b = excess_b != excess_b;
    if (nan_a != nan_b) {
        return nan_a;
    }
    if (!nan_a && excess_a != excess_b) {
        return excess_a > excess_b;
    }
    return a.row != b.row ? a.row < b.row : a.hour < b.hour;
}

// Lambdas take pointers, not views: in a snapshot of Kokkos 4.7 a captured view had another layout
// on the card than on the host.

/// Counts the violations of every hour and returns their sum.
inline std::int64_t count_by_hour(const Scan& scan, const Array<std::int64_t>& counts) {
    std::int64_t* const count = counts.data();
    std::int64_t found = 0;
    Kokkos::parallel_reduce(
        "count violations", Range(0, parts(scan.hours, scan_lanes)),
        KOKKOS_LAMBDA(const std::ptrdiff_t item, std::int64_t& sum) {
            const std::ptrdiff_t first = item * scan_lanes;
            const std::ptrdiff_t lanes =
                scan.hours - first < scan_lanes ? scan.hours - first : scan_lanes;
            std::int64_t in_lane[scan_lanes] = {};
            for (std::ptrdiff_t row = 0; row < scan.rows; ++row) {
                for (std::ptrdiff_t lane = 0; lane < lanes; ++lane) {
                    in_lane[lane] += scan.violated(row, first + lane) ? 1 : 0;
                }
            }
            for (std::ptrdiff_t lane = 0; lane < lanes; ++lane) {
                count[first + lane] = in_lane[lane];
                sum += in_lane[lane];
            }
        },
        found);
    return found;
}

/// Replaces counts by the place of each hour's first violation in the list, at most `cap` an hour
/// (exclusive prefix sum), and returns the list's length.
inline std::int64_t counts_to_places(const Array<std::int64_t>& counts, std::int64_t cap,
                                     const Array<std::int64_t>& places) {
    const std::int64_t* const count = counts.data();
    std::int64_t* const place = places.data();
    std::int64_t total = 0;
    Kokkos::parallel_scan(
        "place violations", Range(0, length(counts.extent(0))),
        KOKKOS_LAMBDA(const std::ptrdiff_t hour, std::int64_t& sum, const bool last) {
            if (last) {
                place[hour] = sum;
            }
            sum += count[hour] < cap ? count[hour] : cap;
        },
        total);
    return total;
}

/// Writes each hour's worst violations to its place in the list, worst first (insertion into a list
/// that is as long as the cap at most).
inline void store_worst(const Scan& scan, const Array<std::int64_t>& counts, std::int64_t cap,
                        const Array<std::int64_t>& places, const Array<Violation>& violations) {
    const std::int64_t* const count = counts.data();
    const std::int64_t* const place = places.data();
    Violation* const list = violations.data();
    Kokkos::parallel_for(
        "store violations", Range(0, scan.hours), KOKKOS_LAMBDA(const std::ptrdiff_t hour) {
            const std::int64_t wanted = count[hour] < cap ? count[hour] : cap;
            std::int64_t kept = 0;
            std::int64_t left = count[hour];
            Violation* const mine = list + place[hour];
            for (std::ptrdiff_t row = 0; row < scan.rows && left > 0; ++row) {
                if (!scan.violated(row, hour)) {
                    continue;
                }
                --left;
                const Violation next = scan.describe(row, hour);
                if (kept == wanted && !worse(next, mine[kept - 1])) {
                    continue;
                }
                std::int64_t at = kept < wanted ? kept++ : kept - 1;
                for (; at > 0 && worse(next, mine[at - 1]); --at) {
                    mine[at] = mine[at - 1];
                }
                mine[at] = next;
            }
        });
}

} // namespace longyang::kernels::detail
