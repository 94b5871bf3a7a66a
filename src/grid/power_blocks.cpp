#include "grid/power_blocks.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace longyang::grid {
namespace {

constexpr double gj_per_mwh = 3.6;

/// TH-17: the straight line between the first and the last point of the heat curve.
void set_line(const System& system, int plant, PowerBlock& block) {
    const HeatCurves& table = system.heat_curves;
    double low_mw = std::numeric_limits<double>::infinity();
    double high_mw = -low_mw;
    double low_heat_mw = 0.0;
    double high_heat_mw = 0.0;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] != plant) {
            continue;
        }
        if (table.p_mw[k] < low_mw) {
            low_mw = table.p_mw[k];
            low_heat_mw = table.heat_gj_per_h[k] / gj_per_mwh;
        }
        if (table.p_mw[k] > high_mw) {
            high_mw = table.p_mw[k];
            high_heat_mw = table.heat_gj_per_h[k] / gj_per_mwh;
        }
    }
    if (high_mw > low_mw) {
        block.mw_per_mw = (high_heat_mw - low_heat_mw) / (high_mw - low_mw);
        block.base_mw = low_heat_mw - block.mw_per_mw * low_mw;
    } else if (high_mw == low_mw) {
        block.base_mw = low_heat_mw;
    }
}

} // namespace

std::optional<PowerBlock> power_block(const System& system, int plant) {
    const PowerBlocks& table = system.power_blocks;
    const auto found = std::find(table.plant.begin(), table.plant.end(), plant);
    if (found == table.plant.end()) {
        return std::nullopt;
    }
    const auto row = static_cast<std::size_t>(found - table.plant.begin());
    PowerBlock block;
    block.store = table.store[row];
    block.start_mwh = table.start_heat_mwh[row];
    set_line(system, plant, block);
    return block;
}

std::vector<int> heat_store_numbers(const System& system) {
    std::vector<int> numbers(system.storages.bus.size(), -1);
    for (const int store : system.power_blocks.store) {
        if (store >= 0) {
            numbers[static_cast<std::size_t>(store)] = 0;
        }
    }
    int next = 0;
    for (int& number : numbers) {
        number = number < 0 ? -1 : next++;
    }
    return numbers;
}

} // namespace longyang::grid
