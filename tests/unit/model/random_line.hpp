#pragma once

#include "more_plants.hpp"
#include "small_system.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace longyang::testing {

/// An HVDC line with everything drawn, and a contract of it, for tests of whoever plans it.
/// dice: has whole(low, high) and one_in(n).
template <class Dice>
void add_random_line(Dice& dice, grid::System& system, bool continuous, bool contract) {
    HvdcRow row;
    row.p_max_mw = 50.0 * dice.whole(4, 16);
    const bool imports = dice.one_in(3);
    row.p_min_mw = imports ? -0.5 * row.p_max_mw : 25.0 * dice.whole(0, 4);
    row.level_step_mw = continuous ? 0.0 : 25.0 * dice.whole(2, 8);
    constexpr std::array<int, 6> lengths{1, 2, 3, 4, 6, 12};
    row.block_h = lengths[static_cast<std::size_t>(dice.whole(0, 5))];
    row.ramp_mw_per_block = 50.0 * dice.whole(1, 16);
    row.max_changes_per_day = continuous ? 0 : dice.whole(0, 3);
    row.loss_rated_pu = 0.01 * dice.whole(0, 8);
    row.export_value_cny_per_mwh = 100.0 * dice.whole(0, 4);
    if (dice.one_in(3)) {
        std::vector<double> available(72, 1.0);
        available[static_cast<std::size_t>(dice.whole(0, 60))] = 0.0;
        // A line that can import has no levels in common with itself at another availability.
        available[static_cast<std::size_t>(dice.whole(0, 60))] = imports ? 0.0 : 0.35;
        row.p_max_profile = add_profile(system, available);
    }
    if (dice.one_in(2)) {
        std::vector<double> demanded;
        for (int t = 0; t < 72; ++t) {
            demanded.push_back(0.1 * dice.whole(0, 10));
        }
        row.demand_profile = add_profile(system, demanded);
        row.demand_tolerance_pu = 0.05 * dice.whole(0, 4);
        row.demand_shortfall_cny_per_mwh = 50.0 * dice.whole(1, 10);
    }
    const int line = add_hvdc(system, row);
    if (contract) {
        const double middle_mw = 0.5 * (std::max(row.p_min_mw, 0.0) + row.p_max_mw);
        add_contract(system, "hvdc", "line" + std::to_string(line), "day", 0,
                     24e-3 * middle_mw * 0.1 * dice.whole(5, 15), 0.05 * dice.whole(2, 10));
        system.contracts.shortfall_cny_per_mwh[0] = 100.0 * dice.whole(1, 8);
    }
}

} // namespace longyang::testing
