#pragma once

#include "caseio/imports/made_case.hpp"

#include <span>
#include <string>
#include <vector>

namespace longyang::caseio::imports {

/// Cost of a unit by output, in the file's currency per hour.
struct CostFunction {
    bool given = false;
    int model = 2; ///< 1: points (MW, cost) of a piecewise linear curve; 2: polynomial
    std::vector<double>
        value; ///< points x1 y1 x2 y2 ..., or coefficients from the highest power on
};

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
[[nodiscard]] CostCurve cost_curve(const CostFunction& cost, double p_min_mw, double p_max_mw,
                                   int chords);

/// Cost per hour at an output; 0 where none is given.
[[nodiscard]] double cost_at(const CostFunction& cost, double p_mw);

/// Cost curves of the units of a case that is made: heat curves of a fuel `cost`, of which one of
/// the file's currency is one CNY.
class CostCurves {
public:
    /// Of `units` equal units of `plant`, whose costs together are `curve`; notes what was changed.
    void add(const std::string& plant, int units, const CostCurve& curve, Notes& notes);
    /// Of one unit: costs at outputs that rise, convex and rising themselves.
    void add_points(const std::string& plant, std::span<const double> p_mw,
                    std::span<const double> cost_per_h);
    /// The fuel `free` into fuels, if it is not there: a heat curve has to rise, and what costs
    /// nothing rises on this one.
    static void write_free_fuel(Tables& tables);
    /// Writes heat_curves, and the fuel `cost` into fuels.
    void write(Tables& tables) const;
    /// Largest error of a polynomial's chords, per hour.
    [[nodiscard]] double largest_chord_error() const { return largest_chord_error_; }

private:
    struct Row {
        std::string plant;
        double p_mw = 0.0, cost_per_h = 0.0;
    };
    std::vector<Row> rows_;
    double largest_chord_error_ = 0.0;
};

} // namespace longyang::caseio::imports
