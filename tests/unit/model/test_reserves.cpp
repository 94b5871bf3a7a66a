#include "model/coupling.hpp"
#include "model/reserves.hpp"
#include "small_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Reserves worked out by hand. Coal as in test_thermal.cpp: 30,000 CNY/h at 100 MW, 200 CNY/MWh up
// to 200 MW.

namespace {

using namespace longyang;
using namespace longyang::testing;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

constexpr double cny = 1e-3;

TEST(Reserves, RequirementFollowsLoadAndAvailableWindAndPv) {
    grid::System system = one_bus();
    const int elsewhere = add_bus(system, add_region(system));
    add_load(system, 0, {100, 200});
    add_load(system, elsewhere, {5000});
    const int sun = add_profile(system, {0.5, 0.25});
    add_flexible(system, 0, 400, 0, sun, "pv");
    add_flexible(system, 0, 100, 0, -1, "wind");
    add_flexible(system, 0, 1000, 0, -1, "run_of_river");
    add_flexible(system, elsewhere, 1000, 0, -1, "wind");
    const int a = add_reserve(system, 0, "up", "spinning", 7, 1000);
    system.reserves.load_pu[0] = 0.1;
    system.reserves.renewable_pu[0] = 0.02;
    // 0.1 x 100 + 0.02 x (200 + 100) + 7 and 0.1 x 200 + 0.02 x (100 + 100) + 7
    const grid::HourTable all = model::reserve_requirements_mw(system, {0, 2});
    EXPECT_THAT(row_of(all, a), ElementsAre(23, 31));
}

TEST(Reserves, FixedPartFollowsItsProfile) {
    // 40 x 0.5 = 20 and 40 x 1.5 = 60 MW asked for; a unit can hold 50: 10 are missing in hour 1.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_up_mw = 50;
    add_plant(system, plant);
    add_load(system, 0, {150, 150});
    const int a = add_reserve(system, 0, "up", "spinning", 40, 1000);
    system.reserves.fixed_profile[0] = add_profile(system, {0.5, 1.5});
    EXPECT_THAT(row_of(model::reserve_requirements_mw(system, {0, 2}), a), ElementsAre(20, 60));
    EXPECT_THAT(row_of(model::reserve_requirements_mw(system, {1, 1}), a), ElementsAre(60));
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 0), ElementsAre(0, 10));
    EXPECT_NEAR(s.cost_cny, 2 * 40000 + 10 * 1000, cny);
}

TEST(Reserves, WhatIsMissingIsPriced) {
    // A unit can hold 20 of the 30 MW asked for.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_up_mw = 20;
    add_plant(system, plant);
    add_load(system, 0, {150});
    add_reserve(system, 0, "up", "spinning", 30, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_up_mw, 0), ElementsAre(20));
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 0), ElementsAre(10));
    EXPECT_NEAR(s.cost_cny, 40000 + 10 * 1000, cny);
    // One MW more asked for is one more missing.
    EXPECT_NEAR(s.price[1], 1000, 1e-6);
}

TEST(Reserves, ReserveTakesRoomFromOutput) {
    // 190 MW of load leave 10 of 30 MW; to move a MW to the plant at 600 CNY/MWh costs 400, less
    // than the 1000 of a missing one: coal at 170 MW.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_up_mw = 50;
    add_plant(system, plant);
    add_load(system, 0, {190});
    add_flexible(system, 0, 100, 600);
    add_reserve(system, 0, "up", "spinning", 30, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(170));
    EXPECT_NEAR(s.cost_cny, 44000 + 20 * 600, cny);
    EXPECT_NEAR(s.price[0], 600, 1e-6);
    EXPECT_NEAR(s.price[1], 400, 1e-6);
}

TEST(Reserves, ReserveHasToBeReachableByRamp) {
    // From 150 MW the unit rises by at most 15 MW in the hour: with 155 MW of load it can hold 10.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_up_mw = 50;
    plant.ramp_up_mw_per_h = 15;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 150;
    add_plant(system, plant);
    add_load(system, 0, {155});
    add_reserve(system, 0, "up", "spinning", 30, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_up_mw, 0), ElementsAre(10));
    EXPECT_NEAR(s.cost_cny, 41000 + 20 * 1000, cny);
}

TEST(Reserves, DownwardReserveHasToBeReachableByRamp) {
    // From 180 MW the unit falls by at most 30 MW in the hour: at 160 MW it can hold 10 more.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_down_mw = 50;
    plant.ramp_down_mw_per_h = 30;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 180;
    add_plant(system, plant);
    add_load(system, 0, {160});
    add_reserve(system, 0, "down", "spinning", 30, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_down_mw, 0), ElementsAre(10));
    EXPECT_NEAR(s.cost_cny, 42000 + 20 * 1000, cny);
}

TEST(Reserves, DownwardReserveStandsAboveTheFloor) {
    // 150 MW of output can fall by 50 of the 60 MW asked for; a unit may give 70.
    grid::System system = one_bus();
    Plant plant;
    plant.spinning_down_mw = 70;
    add_plant(system, plant);
    add_load(system, 0, {150});
    add_reserve(system, 0, "down", "spinning", 60, 1000);
    Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_down_mw, 0), ElementsAre(50));
    EXPECT_NEAR(s.cost_cny, 40000 + 10 * 1000, cny);
    // 20 MW is what a unit may give.
    system.thermal.spinning_down_mw[0] = 20;
    s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_down_mw, 0), ElementsAre(20));
    EXPECT_NEAR(s.cost_cny, 40000 + 40 * 1000, cny);
}

TEST(Reserves, OnlyUnitsAtRestAndInServiceGiveNonSpinning) {
    // Three units, one out, one running: one at rest gives 70 of 150 MW, the running one 30.
    grid::System system = one_bus();
    Plant plant;
    plant.units = 3;
    plant.spinning_up_mw = 30;
    plant.non_spinning_mw = 70;
    add_plant(system, plant);
    add_outage(system, 0, 0, 1, 1);
    add_load(system, 0, {150});
    add_reserve(system, 0, "up", "non_spinning", 150, 100);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1));
    EXPECT_THAT(row_of(s.schedule.thermal_non_spinning_mw, 0), ElementsAre(70));
    EXPECT_THAT(row_of(s.schedule.thermal_up_mw, 0), ElementsAre(30));
    EXPECT_NEAR(s.cost_cny, 40000 + 50 * 100, cny);
}

/// 150 MW of load, a unit that can hold 40 MW spinning and, at rest, a turbine that counts 70.
grid::System with_turbine() {
    grid::System system = one_bus();
    Plant coal;
    coal.spinning_up_mw = 40;
    add_plant(system, coal);
    Plant turbine;
    turbine.name = "turbine";
    turbine.curve = {{60, 36000}, {100, 60000}};
    turbine.spinning_up_mw = 40;
    turbine.non_spinning_mw = 70;
    add_plant(system, turbine);
    add_load(system, 0, {150});
    return system;
}

TEST(Reserves, SpinningReserveBeyondItsOwnRequirementCountsForNonSpinning) {
    // Spinning 25, non-spinning 90 on top of it: 40 + 70 = 110 of 115 are held, 5 are missing.
    grid::System system = with_turbine();
    add_reserve(system, 0, "up", "spinning", 25, 5000);
    add_reserve(system, 0, "up", "non_spinning", 90, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_NEAR(s.cost_cny, 40000 + 5 * 1000, cny);
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 0), ElementsAre(0));
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 1), ElementsAre(5));
}

TEST(Reserves, NonSpinningDoesNotStandInForSpinning) {
    // Spinning 45: 5 of it are missing at 500, although the turbine at rest has 70 MW and only
    // 20 are asked for. What is missing to spinning counts in both rows.
    grid::System system = with_turbine();
    add_reserve(system, 0, "up", "spinning", 45, 500);
    add_reserve(system, 0, "up", "non_spinning", 20, 1000);
    const Solution s = solve_span(system, 1);
    EXPECT_NEAR(s.cost_cny, 40000 + 5 * 500, cny);
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 0), ElementsAre(5));
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, 1), ElementsAre(0));
}

TEST(Reserves, SharedReserveCountsWhereItGoesAndNotWhereItComesFrom) {
    // The north can hold 50 MW and is asked for 20, the south can hold 10 and is asked for 60; 25
    // may be shared: 60 - 10 - 25 = 25 are missing in the south.
    grid::System system = one_bus();
    const int south = add_bus(system, add_region(system));
    add_branch(system, 0, south);
    Plant north;
    north.spinning_up_mw = 50;
    add_plant(system, north);
    Plant other = north;
    other.name = "south";
    other.bus = south;
    other.spinning_up_mw = 10;
    add_plant(system, other);
    add_load(system, 0, {130});
    add_load(system, south, {130});
    const int from = add_reserve(system, 0, "up", "spinning", 20, 1000);
    const int to = add_reserve(system, 1, "up", "spinning", 60, 1000);
    add_sharing(system, from, to, 25);
    Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.reserve_shared_mw, 0), ElementsAre(25));
    EXPECT_THAT(row_of(s.schedule.reserve_short_mw, to), ElementsAre(25));
    EXPECT_NEAR(s.cost_cny, 72000 + 25 * 1000, cny);

    // Non-spinning requirements of 0 on both sides change nothing: the share moves in them too.
    // North: 50 held - 25 given >= 20. South: 10 + 25 + 25 missing >= 60.
    add_reserve(system, 0, "up", "non_spinning", 0, 3000);
    add_reserve(system, 1, "up", "non_spinning", 0, 3000);
    s = solve_span(system, 1);
    EXPECT_NEAR(s.cost_cny, 72000 + 25 * 1000, cny);

    // With 10 MW more asked for in the north's non-spinning one, 20 + 10 + 25 are 5 more than it
    // holds: 20 are shared, 30 missing in the south at 1000, cheaper than 5 in the north.
    system.reserves.fixed_mw[2] = 10;
    system.reserves.shortfall_cny_per_mw[0] = 1500;
    s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.reserve_shared_mw, 0), ElementsAre(20));
    EXPECT_NEAR(s.cost_cny, 72000 + 30 * 1000, cny);
}

TEST(Reserves, PlantsOfOtherRegionsHoldNone) {
    grid::System system = one_bus();
    const int south = add_bus(system, add_region(system));
    add_reserve(system, 0, "up", "spinning", 20, 1000);
    add_reserve(system, 0, "up", "non_spinning", 20, 1000);
    add_reserve(system, 1, "down", "spinning", 20, 1000);
    const model::Context context(system, {0, 1});
    // Channels: two buses, then the requirements.
    const model::ReserveChannels north = model::reserve_channels(context, 0);
    EXPECT_THAT(north.up, ElementsAre(2, 3));
    EXPECT_THAT(north.down, ElementsAre());
    EXPECT_THAT(north.non_spinning, ElementsAre(3));
    const model::ReserveChannels other = model::reserve_channels(context, south);
    EXPECT_THAT(other.up, ElementsAre());
    EXPECT_THAT(other.down, ElementsAre(4));
    EXPECT_THAT(other.non_spinning, ElementsAre());
    EXPECT_EQ(model::partner_requirement(system, 0), 1);
    EXPECT_EQ(model::partner_requirement(system, 1), 0);
    EXPECT_EQ(model::partner_requirement(system, 2), -1);
}

} // namespace
