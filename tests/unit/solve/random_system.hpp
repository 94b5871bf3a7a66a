#pragma once

#include "../model/more_plants.hpp"
#include "../model/small_system.hpp"

#include <random>
#include <string>
#include <vector>

namespace longyang::testing {

/// A few plants of each kind at one bus.
inline grid::System random_system(unsigned seed) {
    std::mt19937 random(seed);
    const auto whole = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    grid::System system = one_bus();
    for (int k = whole(1, 3); k > 0; --k) {
        Plant plant;
        plant.name = "plant" + std::to_string(k);
        const double p_max = 50.0 * whole(3, 8);
        const double p_min = 0.1 * whole(2, 5) * p_max;
        const double cny = whole(200, 400);
        plant.curve = {{p_min, p_min * cny * 1.1},
                       {p_max, p_min * cny * 1.1 + (p_max - p_min) * cny}};
        plant.units = whole(1, 3);
        plant.min_up_h = whole(1, 4);
        plant.min_down_h = whole(1, 4);
        plant.ramp_up_mw_per_h = plant.ramp_down_mw_per_h = 0.1 * whole(4, 20) * p_max;
        plant.start_ramp_mw = plant.stop_ramp_mw = p_max;
        plant.spinning_up_mw = plant.spinning_down_mw = 0.1 * p_max;
        plant.tiers = {{1, 100.0 * whole(0, 500)}};
        add_plant(system, plant);
    }
    for (int k = whole(0, 2); k > 0; --k) {
        StorageRow row;
        row.charge_max_mw = row.discharge_max_mw = whole(20, 200);
        row.energy_max_mwh = 3 * row.charge_max_mw;
        row.efficiency_charge = row.efficiency_discharge = 0.01 * whole(80, 100);
        row.energy_initial_mwh = 0.5 * row.energy_max_mwh;
        add_storage(system, row);
    }
    if (whole(0, 1) == 1) {
        HvdcRow row;
        row.p_max_mw = whole(100, 300);
        row.level_step_mw = 50;
        row.block_h = 2;
        row.ramp_mw_per_block = whole(50, 200);
        row.max_changes_per_day = whole(0, 2);
        row.loss_rated_pu = 0.05;
        row.export_value_cny_per_mwh = whole(0, 400);
        const int line = add_hvdc(system, row);
        add_contract(system, "hvdc", "line" + std::to_string(line), "day", 0,
                     24e-3 * 0.5 * row.p_max_mw, 0.1 * whole(1, 3));
    }
    std::vector<double> wind;
    std::vector<double> load;
    for (int t = 0; t < 24; ++t) {
        wind.push_back(0.05 * whole(0, 20));
        load.push_back(whole(200, 1200));
    }
    add_flexible(system, 0, whole(100, 600), 0, add_profile(system, wind), "wind");
    add_load(system, 0, load);
    add_reserve(system, 0, "up", "spinning", whole(0, 60), 3000);
    add_reserve(system, 0, "down", "spinning", whole(0, 60), 3000);
    return system;
}

} // namespace longyang::testing
