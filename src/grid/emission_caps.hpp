#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "grid/targets.hpp"

#include <vector>

/// Caps on emissions (docs/theory/thermal.md, TH-20; docs/theory/targets.md, PT-4): what of a
/// thermal cluster counts, and when.
namespace longyang::grid {

/// CO2 of one running unit that counts against caps, t in an hour: base + this x gross output.
struct EmissionLine {
    double base_t_per_h = 0.0, t_per_mwh = 0.0;

    /// Of `units_on` units that together give `gross_mw`.
    [[nodiscard]] double counted_t(double units_on, double gross_mw) const {
        return base_t_per_h * units_on + t_per_mwh * gross_mw;
    }
};
/// Through what a unit emits at its least output (with deep load reduction the lowest tier's end,
/// oil included) and at p_max_mw.
[[nodiscard]] EmissionLine emission_line(const System& system, int plant);

/// The region of a thermal cluster whose CO2 counts against some cap; -1: none does, or there is
/// no CO2.
[[nodiscard]] int capped_region(const System& system, int plant);

/// Whether a cap covers a region.
[[nodiscard]] bool covers(const System& system, int cap, int region);

/// A cap in one of its periods.
struct CapPeriod {
    int cap = 0;
    Period period;
    double cap_t = 0.0; ///< share by hours of the part that the span covers
};
/// All of them, by cap, then by time.
[[nodiscard]] std::vector<CapPeriod> cap_periods(const System& system, Span span);

} // namespace longyang::grid
