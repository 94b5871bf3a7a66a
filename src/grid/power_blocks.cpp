#include "grid/power_blocks.hpp"

#include "grid/heat_line.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::grid {
namespace {

constexpr double gj_per_mwh = 3.6;

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
    const HeatLine heat = heat_line(system, plant); // TH-17
    block.mw_per_mw = heat.gj_per_mwh / gj_per_mwh;
    block.base_mw = heat.base_gj_per_h / gj_per_mwh;
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

std::vector<HeatPlant> heat_plants(const System& system) {
    const PowerBlocks& blocks = system.power_blocks;
    std::vector<HeatPlant> plants;
    for (std::size_t k = 0; k < blocks.plant.size(); ++k) {
        if (std::count(blocks.store.begin(), blocks.store.end(), blocks.store[k]) == 1) {
            plants.push_back({blocks.plant[k], blocks.store[k]});
        }
    }
    return plants;
}

} // namespace longyang::grid
