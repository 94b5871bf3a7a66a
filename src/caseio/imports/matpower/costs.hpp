#pragma once

#include "caseio/imports/matpower/network.hpp"

#include <vector>

namespace longyang::caseio::imports::matpower {

/// Points of a cost curve as a heat curve can hold them: rising and convex from p_min to p_max.
struct CostCurve {
    std::vector<double> p_mw, cost_per_h;
    double moved_per_h = 0.0; ///< added to all points, so that none is negative
    /// Largest change of a point's cost that made the curve convex and rising; 0 where it was.
    double bent_per_h = 0.0;
    double between_per_h = 0.0; ///< largest error of the chords of a polynomial
};

/// A polynomial of higher than first degree becomes `chords` chords of equal width; points of a
/// piecewise linear curve outside the limits are cut off, and its last slopes go on to the limits.
[[nodiscard]] CostCurve cost_curve(const Cost& cost, double p_min_mw, double p_max_mw,
                                   int chords = 10);

/// Cost per hour at an output, as MATPOWER states it; 0 where none is given.
[[nodiscard]] double cost_at(const Cost& cost, double p_mw);

} // namespace longyang::caseio::imports::matpower
