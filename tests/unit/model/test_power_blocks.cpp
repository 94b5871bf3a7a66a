#include "grid/expand_units.hpp"
#include "grid/power_blocks.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Units of 20 to 100 MW whose heat is 10 + 2 p MW.
Plant block_of(int units) {
    Plant plant;
    plant.name = "csp";
    plant.units = units;
    plant.curve = {{20, 3.6 * 50}, {100, 3.6 * 210}};
    plant.initial_units_on = 0;
    plant.tiers = {{1, 500}};
    return plant;
}

/// Heat of 290 MWh comes in hour 0 alone; load of 100 MW in hours 1 and 2.
grid::System sun_then_load(double inflow_mw) {
    grid::System system = one_bus();
    add_load(system, 0, {0, 100, 100});
    HeatStore store;
    store.energy_max_mwh = 290;
    store.inflow_mw = inflow_mw;
    store.inflow_profile = add_profile(system, {1, 0});
    store.start_heat_mwh = 40;
    add_power_block(system, add_plant(system, block_of(1)), store);
    return system;
}

TEST(PowerBlock, HeatIsALineOfOutputAndStarts) { // TH-17
    const grid::System system = sun_then_load(290);
    const grid::PowerBlock block = *grid::power_block(system, 0);
    EXPECT_NEAR(block.base_mw, 10, 1e-9);
    EXPECT_NEAR(block.mw_per_mw, 2, 1e-9);
    EXPECT_NEAR(block.heat_mwh(3, 150, 2), 30 + 300 + 80, 1e-9);
    EXPECT_EQ(grid::heat_store_numbers(system), std::vector<int>{0});
}

TEST(PowerBlock, OutputIsWhatHeatLeavesBehindTheStart) { // TH-18
    const SpanSolution found = solve_span(sun_then_load(290), {0, 3});
    // 290 MWh less 40 of the start and 10 for each of two hours on: 230 / 2 = 115 MWh; one hour on
    // would give 100. 85 MWh are shed.
    EXPECT_NEAR(sum(row_of(found.schedule.thermal_p_mw, 0)), 115, 1e-6);
    EXPECT_EQ(row_of(found.schedule.thermal_units_on, 0), (std::vector<double>{0, 1, 1}));
    EXPECT_NEAR(sum(row_of(found.schedule.storage_discharge_mw, 0)), 290, 1e-6);
    EXPECT_NEAR(found.cost_cny, 85 * 20000 + 500, 1e-4);
}

TEST(PowerBlock, HeatBeyondTheStoreIsDefocused) {
    const SpanSolution found = solve_span(sun_then_load(400), {0, 3});
    EXPECT_NEAR(row_of(found.schedule.storage_energy_mwh, 0)[0], 290, 1e-6);
    // Drawn for nobody is as good as defocused.
    EXPECT_NEAR(row_of(found.schedule.storage_spill_mw, 0)[0] +
                    row_of(found.schedule.storage_discharge_mw, 0)[0],
                110, 1e-6);
    EXPECT_NEAR(found.cost_cny, 85 * 20000 + 500, 1e-4);
}

TEST(PowerBlock, BelowTheLeastLoadHeatIsOfNoUse) {
    grid::System system = sun_then_load(290);
    system.loads.profile[0] = add_profile(system, {0, 15, 15});
    const SpanSolution found = solve_span(system, {0, 3});
    EXPECT_EQ(row_of(found.schedule.thermal_units_on, 0), (std::vector<double>{0, 0, 0}));
    EXPECT_NEAR(found.cost_cny, 30 * 20000, 1e-4);
}

TEST(PowerBlock, ClustersMayShareAStore) {
    grid::System system = sun_then_load(290);
    Plant other = block_of(1);
    other.name = "other";
    add_power_block(system, add_plant(system, other), {});
    system.power_blocks.store[1] = 0; // its own store feeds nobody then
    const SpanSolution found = solve_span(system, {0, 3});
    // The other one starts without heat: 290 less 10 for each of two hours, by two.
    EXPECT_NEAR(sum(row_of(found.schedule.thermal_p_mw, 0)) +
                    sum(row_of(found.schedule.thermal_p_mw, 1)),
                135, 1e-6);
}

TEST(PowerBlock, SingleUnitsKeepTheStore) {
    grid::System system = one_bus();
    add_load(system, 0, {0, 100, 100});
    add_power_block(system, add_plant(system, block_of(3)), {});
    const grid::System single = grid::expand_units(system, 0);
    EXPECT_EQ(single.power_blocks.plant, (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(single.power_blocks.store, (std::vector<int>{0, 0, 0}));
}

} // namespace
