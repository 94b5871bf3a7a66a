#include "grid/carbon_capture.hpp"

#include "grid/heat_line.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::grid {

std::optional<CarbonCapture> carbon_capture(const System& system, int plant) {
    const CarbonCaptures& table = system.carbon_capture;
    const auto found = std::find(table.plant.begin(), table.plant.end(), plant);
    if (found == table.plant.end()) {
        return std::nullopt;
    }
    const auto row = static_cast<std::size_t>(found - table.plant.begin());
    const auto fuel =
        static_cast<std::size_t>(system.thermal.fuel[static_cast<std::size_t>(plant)]);
    const double t_per_gj = table.share_max_pu[row] * system.fuels.co2_t_per_gj[fuel];
    const HeatLine heat = heat_line(system, plant);
    return CarbonCapture{t_per_gj * heat.base_gj_per_h, t_per_gj * heat.gj_per_mwh,
                         table.energy_mwh_per_t[row],
                         table.cost_cny_per_t[row] - system.info.carbon_price_cny_per_t};
}

} // namespace longyang::grid
