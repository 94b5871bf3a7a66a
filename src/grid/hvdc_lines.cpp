#include "grid/hvdc_lines.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::grid {

HvdcRange hvdc_range(const HvdcLines& lines, std::size_t line, double available) {
    const double high_mw = lines.p_max_mw[line] * available;
    const double least_mw = lines.p_min_mw[line];
    return {least_mw < 0.0 ? least_mw * available : std::min(least_mw, high_mw), high_mw};
}

double rated_mw(const HvdcLines& lines, std::size_t line) {
    return lines.p_max_mw[line] > 0.0 ? lines.p_max_mw[line] : std::abs(lines.p_min_mw[line]);
}

} // namespace longyang::grid
