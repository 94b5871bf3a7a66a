#include "grid/heat_line.hpp"

#include <cstddef>
#include <limits>

namespace longyang::grid {

HeatLine heat_line(const System& system, int plant) {
    const HeatCurves& table = system.heat_curves;
    double low_mw = std::numeric_limits<double>::infinity();
    double high_mw = -low_mw;
    double low_heat = 0.0;
    double high_heat = 0.0;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] != plant) {
            continue;
        }
        if (table.p_mw[k] < low_mw) {
            low_mw = table.p_mw[k];
            low_heat = table.heat_gj_per_h[k];
        }
        if (table.p_mw[k] > high_mw) {
            high_mw = table.p_mw[k];
            high_heat = table.heat_gj_per_h[k];
        }
    }
    HeatLine line;
    if (high_mw > low_mw) {
        line.gj_per_mwh = (high_heat - low_heat) / (high_mw - low_mw);
        line.base_gj_per_h = low_heat - line.gj_per_mwh * low_mw;
    } else if (high_mw == low_mw) {
        line.base_gj_per_h = low_heat;
    }
    return line;
}

} // namespace longyang::grid
