#pragma once

#include "grid/tables.hpp"

namespace longyang::grid {

/// Heat input of one running unit as a straight line of its output, GJ/h: base + slope x MW.
struct HeatLine {
    double base_gj_per_h = 0.0, gj_per_mwh = 0.0;
};

/// Through the first and the last point of a thermal cluster's heat curve; one point: level.
[[nodiscard]] HeatLine heat_line(const System& system, int plant);

} // namespace longyang::grid
