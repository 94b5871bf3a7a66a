#include "grid/cascades.hpp"
#include "partition/partition.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::partition {
namespace {

// What oracles take, in tenths of a second for a year's 300 iterations on one core (northwest 2030,
// docs/measured.md, "Oracles by plants and their share of two ranks").
constexpr double work_of_thermal = 14.0;
constexpr double work_of_storage = 5.0;
constexpr double work_of_flexible = 4.0;
constexpr double work_of_lone_station = 10.0;
constexpr double work_of_station = 46.0;   ///< of a cascade with others
constexpr double work_of_level = 0.185;    ///< and block of a day
constexpr double work_of_plain_line = 5.0; ///< without levels

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// What a limit of changes adds, most days do not meet (PE-7).
double work_of_line(const grid::HvdcLines& lines, std::size_t i) {
    if (lines.level_step_mw[i] <= 0.0) {
        return work_of_plain_line;
    }
    constexpr double hours_a_day = 24.0;
    const double blocks = hours_a_day / std::max(1, lines.block_h[i]);
    const double levels = 1.0 + (lines.p_max_mw[i] - lines.p_min_mw[i]) / lines.level_step_mw[i];
    return work_of_level * levels * blocks;
}

/// What is dealt as one: places in the owners' tables that get the same rank.
struct Item {
    double work = 0.0;
    std::vector<int*> owner;
};

void add_cascades(const grid::System& system, Owners& owners, std::vector<Item>& items) {
    const std::vector<int> cascade = grid::cascade_of_reservoir(system);
    const int count = cascade.empty() ? 0 : 1 + *std::max_element(cascade.begin(), cascade.end());
    std::vector<Item> own(at(count));
    std::vector<int> stations(at(count), 0);
    for (std::size_t r = 0; r < cascade.size(); ++r) {
        own[at(cascade[r])].owner.push_back(&owners.reservoir[r]);
    }
    for (std::size_t k = 0; k < owners.hydro.size(); ++k) {
        const auto number = at(cascade[at(system.hydro.reservoir[k])]);
        own[number].owner.push_back(&owners.hydro[k]);
        ++stations[number];
    }
    for (std::size_t k = 0; k < owners.pump.size(); ++k) {
        own[at(cascade[at(system.pumps.reservoir_from[k])])].owner.push_back(&owners.pump[k]);
    }
    for (std::size_t c = 0; c < own.size(); ++c) {
        own[c].work = stations[c] > 1 ? work_of_station * stations[c] : work_of_lone_station;
        items.push_back(std::move(own[c]));
    }
}

/// A contract stays with its line, whose oracle takes it over.
void add_lines(const grid::System& system, Owners& owners, std::vector<Item>& items) {
    for (std::size_t i = 0; i < owners.hvdc.size(); ++i) {
        Item line{work_of_line(system.hvdc, i), {&owners.hvdc[i]}};
        for (std::size_t c = 0; c < owners.contract.size(); ++c) {
            if (system.contracts.kind[c] == "hvdc" &&
                system.contracts.of[c] == system.hvdc.name[i]) {
                line.owner.push_back(&owners.contract[c]);
            }
        }
        items.push_back(std::move(line));
    }
}

} // namespace

void deal_plants(const grid::System& system, Owners& owners) {
    std::vector<Item> items;
    add_cascades(system, owners, items);
    add_lines(system, owners, items);
    for (const auto& [table, work] : {std::pair(&owners.thermal, work_of_thermal),
                                      {&owners.storage, work_of_storage},
                                      {&owners.flexible, work_of_flexible}}) {
        for (int& owner : *table) {
            items.push_back({work, {&owner}});
        }
    }
    std::stable_sort(items.begin(), items.end(),
                     [](const Item& a, const Item& b) { return a.work > b.work; });
    std::vector<double> load(at(owners.ranks), 0.0);
    for (const Item& item : items) {
        // Of like ones the last: the root has a schedule to look for.
        const auto lightest = std::min_element(load.rbegin(), load.rend());
        *lightest += item.work;
        for (int* owner : item.owner) {
            *owner = static_cast<int>(load.rend() - lightest) - 1;
        }
    }
}

} // namespace longyang::partition
