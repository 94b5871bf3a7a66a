#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::kernels {

/// Flows of monitored branches (rows) before any outage, and what outages add to them (equation
/// N1-1):
///
///     after[row][outage][t] = flow[row][t] + sum over the outage's terms of
///                             factor[row][term] amount[source[term]][t]
///
/// A single outage has one term: its line outage distribution factors and the flow of the branch
/// that is lost. A double outage has two; corrective actions are further ones. All arrays are
/// row-major with the last index contiguous; hours are the fastest index. Numbers are finite.
///
/// flow_mw    rows x hours
/// amount_mw  sources x hours, MW: flows of the branches that outages take away, MW of actions
/// first      outages + 1: outage o has the terms first[o] .. first[o + 1] - 1
/// source     per term, row of amount_mw
/// factor     rows x terms, MW per MW; rows that an outage takes away or leaves dead have zeros
struct OutageFlows {
    std::size_t rows = 0;
    std::size_t hours = 0;
    std::span<const double> flow_mw;
    std::span<const double> amount_mw;
    std::span<const std::int64_t> first;
    std::span<const std::int64_t> source;
    std::span<const double> factor;
};

/// For every row and hour the flow of largest size that any outage leads to, with its sign, and
/// that outage; -1 where no outage leads to a larger one than the intact network. Of sizes that are
/// equal to 1e-6 MW the lowest outage counts, the intact network before all. Exact but for these:
/// outages are left out only where their bound shows that they cannot be the worst (N1-6).
///
/// worst_mw, outage  rows x hours, overwritten
/// Throws std::invalid_argument where a size does not fit.
void worst_outages(const OutageFlows& flows, std::span<double> worst_mw,
                   std::span<std::int32_t> outage);

/// Ratings that hold after an outage: |flow| <= rating[row] f, f = factor of the row and hour
/// (equation N1-5).
///
/// rating_mw  rows, positive; +infinity for none
/// factor     re-rating, positive: empty for 1 everywhere, `hours` items where it holds for all
///            rows, or rows x hours
struct OutageRatings {
    std::span<const double> rating_mw;
    std::span<const double> factor;
};

/// What counts as a violation: after the outage the flow's size lies more than the tolerance above
/// the rating, and above its size before (what is broken already and not made worse is not the
/// outage's).
struct OutageSearch {
    double tolerance_mw = 0.0;    ///< >= 0
    std::size_t max_per_hour = 0; ///< violations kept of an hour, its worst; 0: all
};

/// A rating that an outage breaks. `limit_mw` has the flow's sign.
struct OutageViolation {
    std::int64_t row = 0;
    std::int64_t outage = 0;
    std::int64_t hour = 0;
    double flow_mw = 0.0;
    double limit_mw = 0.0;

    /// How far beyond the rating, > 0.
    [[nodiscard]] double excess_mw() const {
        return flow_mw > limit_mw ? flow_mw - limit_mw : limit_mw - flow_mw;
    }
};

/// The highest loading of any rated row after any outage (or with none) in an hour; where flows of
/// the row would have to differ by 1e-6 MW or less to be equal, the lowest row and outage.
struct WorstOfHour {
    double loading = 0.0; ///< |flow| over the row's rating in that hour
    double flow_mw = 0.0;
    std::int64_t row = -1;    ///< -1: no row is rated
    std::int64_t outage = -1; ///< -1: the intact network
};

struct OutageCheck {
    std::vector<WorstOfHour> by_hour;
    /// Largest excess first; those that are equal in whole 1e-6 MW by row, outage and hour. At most
    /// `max_per_hour` of an hour.
    std::vector<OutageViolation> worst_first;
    std::int64_t found = 0; ///< all triples of row, outage and hour, also those not kept
    std::vector<std::int64_t> found_by_hour;
    std::vector<std::int64_t> found_by_outage;
    std::vector<double> excess_by_outage_mw; ///< the largest of each outage; 0: none
};

/// Looks for ratings that outages break, exactly, without storing rows x outages x hours: outages
/// of a row are looked at in the order of their bounds, until the next one's cannot break the
/// rating (N1-6). The intact network itself is not counted (its limits are those of
/// kernels/violations.hpp), but takes part in `by_hour`. Throws std::invalid_argument where a size
/// does not fit.
[[nodiscard]] OutageCheck check_outages(const OutageFlows& flows, const OutageRatings& ratings,
                                        const OutageSearch& search);

} // namespace longyang::kernels
