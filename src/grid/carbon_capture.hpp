#pragma once

#include "grid/tables.hpp"

#include <optional>

/// Carbon capture of thermal clusters (docs/theory/thermal.md, TH-19).
namespace longyang::grid {

/// What a running unit of a cluster may capture, and what a t costs. Output is gross: before the
/// power that capture takes.
struct CarbonCapture {
    double base_t_per_h = 0.0, t_per_mwh = 0.0; ///< at most base + this x gross output
    double mwh_per_t = 0.0;                     ///< taken from the unit's output
    double cny_per_t = 0.0; ///< storing and running, less the carbon price that is saved

    /// Of `units_on` units that together give `gross_mw`, t in an hour.
    [[nodiscard]] double most_t(double units_on, double gross_mw) const {
        return base_t_per_h * units_on + t_per_mwh * gross_mw;
    }
};

/// The capture of a thermal cluster, with the straight line through the ends of its heat curve;
/// none where it has no row in `carbon_capture`.
[[nodiscard]] std::optional<CarbonCapture> carbon_capture(const System& system, int plant);

} // namespace longyang::grid
