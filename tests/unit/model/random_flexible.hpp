#pragma once

#include "more_plants.hpp"
#include "random.hpp"
#include "small_system.hpp"

#include <algorithm>
#include <vector>

namespace longyang::testing {

/// Random numbers of an hour each.
inline int random_profile(grid::System& system, Random& random, int hours, double low,
                          double high) {
    std::vector<double> values;
    for (int t = 0; t < hours; ++t) {
        values.push_back(random.number(low, high));
    }
    return add_profile(system, values);
}

/// A random flexible load at bus 0: any of the kinds of docs/theory/flexible-loads.md. Some cannot
/// keep their limits.
inline FlexibleRow random_flexible(grid::System& system, Random& random, int hours, bool reserve) {
    FlexibleRow row;
    const auto profile = [&](double low, double high) {
        return random.one_in(2) ? random_profile(system, random, hours, low, high) : -1;
    };
    row.holds_reserve = reserve;
    row.give_cny_per_mwh = random.one_in(2) ? 0.0 : random.number(0, 100);
    if (random.one_in(6)) { // interruptible by contract
        row.give_max_mw = random.number(5, 50);
        row.give_max_profile = profile(0.2, 1.0);
        row.budget_mwh = random.number(0.1, 24) * row.give_max_mw;
        row.budget_period = random.one_in(2) ? "day" : "month";
        return row;
    }
    row.draw_max_mw = random.number(20, 100);
    row.draw_max_profile = profile(0.5, 1.0);
    row.draw_min_mw = random.one_in(2) ? 0.0 : random.number(0, 0.3) * row.draw_max_mw;
    row.give_max_mw = random.one_in(2) ? 0.0 : random.number(5, 50);
    row.give_max_profile = profile(0.0, 1.0);
    row.efficiency_draw = random.number(0.7, 1.0);
    row.efficiency_give = random.number(0.7, 1.0);
    row.energy_max_mwh = random.number(1, 6) * row.draw_max_mw;
    row.energy_initial_mwh = random.number(0.1, 0.6) * row.energy_max_mwh;
    if (random.one_in(4)) { // a microgrid
        row.exchange_max_mw = random.number(10, 60);
        row.own_load_mw = random.number(0, 60);
        row.own_load_profile = profile(0.3, 1.0);
        row.own_generation_mw = random.number(0, 120);
        row.own_generation_profile = profile(0.0, 1.0);
        row.give_max_mw = std::max(row.give_max_mw, 120.0);
        row.give_max_profile = -1;
        row.draw_min_mw = 0.0;
        row.unserved_max_pu = random.one_in(2) ? 0.0 : 0.8;
        row.unserved_cny_per_mwh = random.number(100, 600);
        return row;
    }
    row.demand_mw = random.number(0.2, 0.5) * row.draw_max_mw;
    row.demand_profile = profile(0.2, 1.5);
    if (random.one_in(3)) {
        row.late_h = random.whole(1, 5);
        row.energy_max_mwh = random.one_in(2) ? 0.0 : row.energy_max_mwh;
        row.energy_initial_mwh = std::min(row.energy_initial_mwh, row.energy_max_mwh);
    } else {
        row.loss_per_h = random.one_in(2) ? 0.0 : random.number(0, 0.02);
        row.energy_min_mwh = random.number(0, 0.1) * row.energy_max_mwh;
        row.energy_min_profile = profile(0.0, 1.0);
        row.energy_max_profile = profile(0.7, 1.0);
        row.energy_initial_mwh = std::max(row.energy_initial_mwh, row.energy_min_mwh);
    }
    if (random.one_in(2)) {
        row.unserved_max_pu = random.number(0.2, 1.0);
        row.unserved_cny_per_mwh = random.number(50, 600);
    }
    return row;
}

} // namespace longyang::testing
