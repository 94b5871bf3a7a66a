#pragma once

#include "grid/tables.hpp"

#include <cstddef>

/// What an HVDC line may carry (docs/theory/hvdc.md).
namespace longyang::grid {

/// HV-1: least and largest power at the sending end, MW; what is drawn from the system is positive.
struct HvdcRange {
    double low_mw = 0.0, high_mw = 0.0;

    /// The largest size of a power in the direction of `p_mw`, that of export where it is 0, unless
    /// the line only imports.
    [[nodiscard]] double most_mw(double p_mw) const {
        return (p_mw < 0.0 && low_mw < 0.0) || high_mw <= 0.0 ? -low_mw : high_mw;
    }
};
/// available: of its powers, 0 to 1.
[[nodiscard]] HvdcRange hvdc_range(const HvdcLines& lines, std::size_t line, double available);

/// The power that losses and hours of use are told by: the largest export, of a line that only
/// imports the largest import.
[[nodiscard]] double rated_mw(const HvdcLines& lines, std::size_t line);

} // namespace longyang::grid
