#include "grid/deep_load.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::grid {

std::vector<DeepTier> deep_tiers(const System& system, int plant) {
    const DeepLoad& table = system.deep_load;
    std::vector<std::size_t> rows;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == plant) {
            rows.push_back(k);
        }
    }
    std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return table.down_to_mw[a] > table.down_to_mw[b];
    });
    std::vector<DeepTier> tiers;
    double from_mw = system.thermal.p_min_mw[static_cast<std::size_t>(plant)];
    for (const std::size_t k : rows) {
        DeepTier tier;
        tier.from_mw = from_mw;
        tier.to_mw = from_mw = table.down_to_mw[k];
        tier.cny_per_mwh = table.wear_cny_per_mwh[k];
        if (table.oil[k] >= 0) {
            const auto oil = static_cast<std::size_t>(table.oil[k]);
            tier.oil_gj_per_mwh = table.oil_gj_per_mwh[k];
            tier.oil_co2_t_per_gj = system.fuels.co2_t_per_gj[oil];
            tier.cny_per_mwh +=
                tier.oil_gj_per_mwh * (system.fuels.price_cny_per_gj[oil] +
                                       system.info.carbon_price_cny_per_t * tier.oil_co2_t_per_gj);
        }
        tiers.push_back(tier);
    }
    return tiers;
}

double least_output_mw(const System& system, int plant) {
    double least_mw = system.thermal.p_min_mw[static_cast<std::size_t>(plant)];
    const DeepLoad& table = system.deep_load;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == plant) {
            least_mw = std::min(least_mw, table.down_to_mw[k]);
        }
    }
    return least_mw;
}

} // namespace longyang::grid
