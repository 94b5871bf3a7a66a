#pragma once

#include "grid/tables.hpp"

#include <cstddef>
#include <vector>

namespace longyang::caseio {

/// Least and largest power of an HVDC line at its sending end in each hour of the year, MW: HV-1
/// and, where the line has levels, HV-2.
struct PowerLimits {
    std::vector<double> low_mw, high_mw;
};
[[nodiscard]] PowerLimits hvdc_limits(const grid::System& system, std::size_t line);

} // namespace longyang::caseio
