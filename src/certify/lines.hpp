#pragma once

#include "certify/prices.hpp"
#include "lp/oracle_data.hpp"

#include <vector>

namespace longyang::certify {

/// A period of a contract that the line keeps by itself (CT-1).
struct LinePeriod {
    int begin = 0, end = 0; ///< hours; borders of the line's blocks
    double low_mwh = 0.0, high_mwh = 0.0;
    double short_cny_per_mwh = 0.0, short_max_mwh = 0.0;
};

/// States of the dynamic programme with the periods' energy among them.
[[nodiscard]] double line_states(const lp::LevelLine& line, const std::vector<LinePeriod>& periods);

/// The least cost less earnings of a line over the span, CNY: over block, changes left of the day,
/// and level (PE-66), with the periods' energy as one more where there are any; without levels over
/// the power, and then without periods. Exact. Infinity where no plan keeps the limits. Throws
/// Error (defect) for periods of a line without levels.
[[nodiscard]] double line_bound(const lp::LevelLine& line, const Prices& prices,
                                const std::vector<LinePeriod>& periods);

/// PE-81  By how much more than its price times the limit a period's row adds to the bound, CNY:
/// levels carry whole steps of energy alone, of which what is missing is paid. 0 without levels, or
/// at a price above that of what is missing.
[[nodiscard]] double whole_steps_cny(const lp::LevelLine& line, const LinePeriod& period,
                                     double price);

} // namespace longyang::certify
