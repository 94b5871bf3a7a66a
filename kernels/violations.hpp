#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::kernels {

/// Limits of a set of rows (branches or sections) in every hour, MW:
///
///     lower[row] f  <=  flow  <=  upper[row] f,   f = factor of the row and hour (equation DC-8)
///
/// lower   rows, usually negative or zero; -infinity for none
/// upper   rows, usually positive or zero; +infinity for none
/// factor  re-rating, positive: empty for 1 everywhere, `hours` items where it holds for all rows,
/// or
///         rows x hours with hours contiguous
struct Limits {
    std::span<const double> lower_mw;
    std::span<const double> upper_mw;
    std::span<const double> factor;
};

/// One limit that is not kept. `limit_mw` is the side that is passed, with its sign and factor.
struct Violation {
    std::int64_t row = 0;
    std::int64_t hour = 0;
    double flow_mw = 0.0;
    double limit_mw = 0.0;

    /// How far beyond the limit, > 0.
    [[nodiscard]] double excess_mw() const {
        return flow_mw > limit_mw ? flow_mw - limit_mw : limit_mw - flow_mw;
    }
};

struct Violations {
    /// Largest excess first; those that are equal in whole 1e-6 MW by row, then by hour. At most
    /// `max_per_hour` of an hour, its worst.
    std::vector<Violation> worst_first;
    std::int64_t found = 0; ///< all of them, also those beyond max_per_hour
};

/// What counts as a violation and how many are wanted.
struct Search {
    double tolerance_mw = 0.0;    ///< an excess up to this is none; >= 0
    std::size_t max_per_hour = 0; ///< 0: all
};

/// Searches flows (rows x hours, hours contiguous, MW) for limits that are not kept. The flows are
/// read twice, the second time only in groups of hours that hold a violation; only violations are
/// stored. A flow that is not a number is a violation with the upper limit and comes first. Throws
/// std::invalid_argument where a size does not fit.
[[nodiscard]] Violations find_violations(std::size_t rows, std::size_t hours,
                                         std::span<const double> flow_mw, const Limits& limits,
                                         const Search& search);

/// branch_flows (kernels/flows.hpp) and find_violations in one: on a GPU the flows stay there and
/// only violations come back.
[[nodiscard]] Violations find_flow_violations(std::size_t rows, std::size_t buses,
                                              std::size_t hours, std::span<const double> ptdf,
                                              std::span<const double> injection,
                                              std::span<const double> offset, const Limits& limits,
                                              const Search& search);

} // namespace longyang::kernels
