#pragma once

#include <vector>

namespace longyang::caseio::imports {

/// Costs c of an hour at rising outputs p, MW, as a heat curve can hold them: the lower convex
/// hull of the points, then slopes of at least `least_slope_per_mwh` (a heat curve has to rise),
/// taken at the same outputs. The first point stays.
[[nodiscard]] std::vector<double> convex_and_rising(const std::vector<double>& p,
                                                    const std::vector<double>& c,
                                                    double least_slope_per_mwh);

} // namespace longyang::caseio::imports
