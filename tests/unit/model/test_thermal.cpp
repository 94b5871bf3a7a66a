#include "base/comm.hpp"
#include "base/error.hpp"
#include "grid/expand_units.hpp"
#include "model/blocks.hpp"
#include "more_plants.hpp"
#include "partition/partition.hpp"
#include "small_system.hpp"
#include "verify/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

// One cluster at one bus, worked out by hand. The unit of Plant's defaults costs 30,000 CNY/h at
// 100 MW and 200 CNY for each MWh above: 150 MW cost 40,000, 200 MW 50,000.

namespace {

using namespace longyang;
using namespace longyang::testing;
using solve::highs::Status;
using ::testing::ElementsAre;

constexpr double cny = 1e-3;

/// One bus with a plant and a load.
grid::System system_of(const Plant& plant, const std::vector<double>& load_mw) {
    grid::System system = one_bus();
    add_plant(system, plant);
    add_load(system, 0, load_mw);
    return system;
}

TEST(Thermal, MinimumTimeOnKeepsAUnitRunningAtALoss) {
    // In hour 0 only coal can serve the 150 MW; later the other plant could, at 10 CNY/MWh.
    Plant plant;
    plant.initial_units_on = 0;
    for (const int min_up_h : {1, 3}) {
        plant.min_up_h = min_up_h;
        grid::System system = system_of(plant, {150});
        add_flexible(system, 0, 1000, 10, add_profile(system, {0, 1}));
        const Solution s = solve_span(system, 4);
        if (min_up_h == 1) {
            // 40,000 + 3 x 150 x 10
            EXPECT_NEAR(s.cost_cny, 44500, cny);
            EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1, 0, 0, 0));
        } else {
            // 40,000 + 2 x (30,000 + 50 x 10) + 150 x 10
            EXPECT_NEAR(s.cost_cny, 102500, cny);
            EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1, 1, 1, 0));
            EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(150, 100, 100, 0));
        }
    }
}

TEST(Thermal, MinimumTimeOffMakesAUnitStopEarlier) {
    // 50 MW in hour 1 force the unit off. The other plant costs 600 CNY/MWh.
    Plant plant;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 150;
    for (const int min_down_h : {1, 3}) {
        plant.min_down_h = min_down_h;
        grid::System system = system_of(plant, {150, 50, 150, 200});
        add_flexible(system, 0, 200, 600);
        const Solution s = solve_span(system, 4);
        if (min_down_h == 1) {
            // 40,000 + 30,000 + 40,000 + 50,000
            EXPECT_NEAR(s.cost_cny, 160000, cny);
        } else {
            // Off in hours 1 to 3: 40,000 + 30,000 + 90,000 + 120,000 = 280,000; off in hours
            // 0 to 2: 90,000 + 30,000 + 90,000 + 50,000 = 260,000.
            EXPECT_NEAR(s.cost_cny, 260000, cny);
            EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(0, 0, 0, 1));
            EXPECT_THAT(row_of(s.schedule.thermal_stops, 0), ElementsAre(1, 0, 0, 0));
            EXPECT_THAT(row_of(s.schedule.thermal_starts, 0), ElementsAre(0, 0, 0, 1));
        }
    }
}

TEST(Thermal, TimesFromBeforeTheSpanStillCount) {
    // On for 2 of 4 hours when the span starts: on in hours 0 and 1, although 10 CNY/MWh are
    // cheaper. 2 x (30,000 + 500) + 2 x 1500.
    Plant plant;
    plant.min_up_h = 4;
    plant.initial_units_on = 1;
    plant.initial_h = 2;
    plant.initial_p_mw = 100;
    grid::System on = system_of(plant, {150});
    add_flexible(on, 0, 1000, 10);
    const Solution s = solve_span(on, 4);
    EXPECT_NEAR(s.cost_cny, 64000, cny);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1, 1, 0, 0));

    // Off for 1 of 3 hours: off in hours 0 and 1, at 600 CNY/MWh. 2 x 90,000 + 2 x 40,000.
    Plant rest;
    rest.min_down_h = 3;
    rest.initial_units_on = 0;
    rest.initial_h = 1;
    grid::System off = system_of(rest, {150});
    add_flexible(off, 0, 1000, 600);
    EXPECT_NEAR(solve_span(off, 4).cost_cny, 260000, cny);
}

TEST(Thermal, AUnitHeldOnAndANewOneBothCount) {
    // Two units, one on for 1 of 3 hours: it has to stay on in hours 0 and 1. The one that starts
    // in hour 0 has to stay on until hour 2. Without coal 10 CNY/MWh, but none of it in hour 0.
    Plant plant;
    plant.units = 2;
    plant.min_up_h = 3;
    plant.initial_units_on = 1;
    plant.initial_h = 1;
    plant.initial_p_mw = 100;
    grid::System system = system_of(plant, {300, 250, 250, 250});
    add_flexible(system, 0, 1000, 10, add_profile(system, {0, 1}));
    const Solution s = solve_span(system, 4);
    // 60,000 + 100 x 200; 60,000 + 50 x 10; 30,000 + 150 x 10; 250 x 10
    EXPECT_NEAR(s.cost_cny, 80000 + 60500 + 31500 + 2500, cny);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(2, 2, 1, 0));
}

TEST(Thermal, AUnitHeldOffAndAStoppedOneBothCount) {
    // Two units, 3 hours off at least; one is on, the other has been off for 1 hour. 50 MW in hour
    // 0 stop the first; the other may start in hour 2, none in hour 1. 600 CNY/MWh without coal.
    Plant plant;
    plant.units = 2;
    plant.min_down_h = 3;
    plant.initial_units_on = 1;
    plant.initial_h = 1;
    plant.initial_p_mw = 100;
    grid::System system = system_of(plant, {50, 150});
    add_flexible(system, 0, 1000, 600);
    const Solution s = solve_span(system, 3);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(0, 0, 1));
    EXPECT_NEAR(s.cost_cny, 30000 + 90000 + 40000, cny);
}

TEST(Thermal, MustRunYieldsToOutages) {
    // 150 MW at 10 CNY/MWh would do, but a unit has to run, except in hour 1 when it is out.
    Plant plant;
    plant.must_run_units = 1;
    grid::System system = system_of(plant, {150});
    add_flexible(system, 0, 1000, 10);
    add_outage(system, 0, 1, 2, 1);
    const Solution s = solve_span(system, 3);
    EXPECT_NEAR(s.cost_cny, 30500 + 1500 + 30500, cny);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1, 0, 1));
}

TEST(Thermal, MustRunByProfileIsRoundedToWholeUnits) {
    // 3 units x 0.4, 0.6, 0.1: 1, 2, 0 units.
    Plant plant;
    plant.units = 3;
    plant.must_run_units = 3;
    grid::System system = one_bus();
    plant.must_run_profile = add_profile(system, {0.4, 0.6, 0.1});
    add_plant(system, plant);
    add_load(system, 0, {300});
    add_flexible(system, 0, 1000, 10);
    EXPECT_THAT(row_of(solve_span(system, 3).schedule.thermal_units_on, 0), ElementsAre(1, 2, 0));
}

TEST(Thermal, AnOutageLeavesTheOtherUnits) {
    // Three units of 200 MW, two of them out in hour 1: 200 of 450 MW are served.
    Plant plant;
    plant.units = 3;
    grid::System system = system_of(plant, {450});
    add_outage(system, 0, 1, 2, 2);
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(row_of(s.schedule.load_shed_mw, 0), ElementsAre(0, 250));
    // 90,000 + 150 x 200 and 50,000 + 250 x 20,000
    EXPECT_NEAR(s.cost_cny, 120000 + 5050000, cny);
}

TEST(Thermal, AUnitThatIsOutInTheFirstHourFallsFromAnyOutput) {
    // Two units on at 170 MW each, which may stop from 120 at most; one is out in hour 0. The other
    // falls by 30 MW an hour to 140 and 110, whatever 10 CNY/MWh save.
    Plant plant;
    plant.units = 2;
    plant.initial_units_on = 2;
    plant.initial_p_mw = 170;
    plant.stop_ramp_mw = 120;
    plant.ramp_down_mw_per_h = 30;
    plant.ramp_up_mw_per_h = 20;
    grid::System falls = system_of(plant, {150});
    add_flexible(falls, 0, 1000, 10);
    add_outage(falls, 0, 0, 1, 1);
    const Solution s = solve_span(falls, 2);
    EXPECT_THAT(row_of(s.schedule.thermal_stops, 0), ElementsAre(1, 0));
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(140, 110));
    EXPECT_NEAR(s.cost_cny, 38000 + 10 * 10 + 32000 + 40 * 10, cny);

    // What the one that is out gave lets the other rise no further: to 190 MW, the rest at 600.
    grid::System rises = system_of(plant, {250});
    add_flexible(rises, 0, 1000, 600);
    add_outage(rises, 0, 0, 1, 1);
    EXPECT_NEAR(solve_span(rises, 1).cost_cny, 48000 + 60 * 600, cny);

    // All of them out.
    grid::System none = system_of(plant, {150});
    add_flexible(none, 0, 1000, 600);
    add_outage(none, 0, 0, 1, 2);
    EXPECT_NEAR(solve_span(none, 1).cost_cny, 150 * 600, cny);
}

TEST(Thermal, OfOverlappingOutagesTheUnitThatIsBackIsNotHeld) {
    // Three units, two on for 1 h of their 10 h before hour 100. One is out from 95 to 101, where
    // another one was until 97; a third is out from hour 103 on. Of the two that were on, one is
    // held to hour 102 and one to the end, though two are in service at any time; both would be
    // better off.
    Plant plant;
    plant.units = 3;
    plant.min_up_h = plant.min_down_h = 10;
    plant.initial_units_on = 2;
    plant.initial_h = 1;
    plant.initial_p_mw = 100;
    grid::System system = system_of(plant, {400});
    add_flexible(system, 0, 1000, 10);
    add_outage(system, 0, 90, 97, 1);
    add_outage(system, 0, 95, 102, 1);
    add_outage(system, 0, 103, 106, 1);
    const SpanSolution cluster = solve_span(system, {100, 5});
    EXPECT_THAT(row_of(cluster.schedule.thermal_units_on, 0), ElementsAre(2, 2, 2, 1, 1));
    // 30,000 CNY/h a unit, the rest of 400 MW at 10 CNY/MWh.
    EXPECT_NEAR(cluster.cost_cny, 8 * 30000 + (5 * 400 - 8 * 100) * 10, cny);
    EXPECT_NEAR(solve_span(grid::expand_units(system, 100), {100, 5}).cost_cny, cluster.cost_cny,
                cny);
}

TEST(Thermal, StartRampLimitsTheHourOfAStart) {
    // 120 MW in the hour of a start, 60 MW from elsewhere at 600 CNY/MWh; then all 180 MW.
    for (const int min_up_h : {1, 2}) {
        Plant plant;
        plant.min_up_h = min_up_h;
        plant.start_ramp_mw = 120;
        plant.initial_units_on = 0;
        grid::System system = system_of(plant, {180});
        add_flexible(system, 0, 200, 600);
        const Solution s = solve_span(system, 2);
        EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(120, 180));
        EXPECT_NEAR(s.cost_cny, 34000 + 36000 + 46000, cny);
    }
}

TEST(Thermal, StopRampLimitsTheLastHour) {
    // 110 MW in the last hour before a stop.
    for (const int min_up_h : {1, 2}) {
        Plant plant;
        plant.min_up_h = min_up_h;
        plant.stop_ramp_mw = 110;
        grid::System system = system_of(plant, {180, 180, 0});
        add_flexible(system, 0, 200, 600);
        const Solution s = solve_span(system, 3);
        EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(180, 110, 0));
        EXPECT_NEAR(s.cost_cny, 46000 + 32000 + 42000, cny);
    }
}

TEST(Thermal, AUnitOnForOneHourKeepsBothRamps) {
    // Start ramp 120, stop ramp 110 MW: 110 in its only hour, the other 70 from elsewhere.
    Plant plant;
    plant.start_ramp_mw = 120;
    plant.stop_ramp_mw = 110;
    plant.initial_units_on = 0;
    grid::System system = system_of(plant, {0, 180, 0});
    add_flexible(system, 0, 200, 600);
    const Solution s = solve_span(system, 3);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(0, 110, 0));
    EXPECT_NEAR(s.cost_cny, 32000 + 42000, cny);
}

TEST(Thermal, AStopInTheFirstHourMindsTheOutputBefore) {
    // 10 CNY/MWh are cheaper than coal. From 180 MW the unit cannot stop at once with a stop ramp
    // of 120 MW: 30,000 + 500, then 1500. From 110 MW it can.
    for (const double before_mw : {180.0, 110.0}) {
        Plant plant;
        plant.stop_ramp_mw = 120;
        plant.initial_units_on = 1;
        plant.initial_p_mw = before_mw;
        grid::System system = system_of(plant, {150});
        add_flexible(system, 0, 1000, 10);
        const Solution s = solve_span(system, 2);
        EXPECT_NEAR(s.cost_cny, before_mw > 120 ? 32000 : 3000, cny);
    }
}

TEST(Thermal, RampUpLimitsTheRise) {
    // From 110 MW by 30 MW an hour: 140, 170, 200. A stop and a start would get round it.
    Plant plant;
    plant.must_run_units = 1;
    plant.ramp_up_mw_per_h = 30;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 110;
    grid::System system = system_of(plant, {110, 200});
    add_flexible(system, 0, 200, 600);
    const Solution s = solve_span(system, 4);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(110, 140, 170, 200));
    // 32,000; 38,000 + 60 x 600; 44,000 + 30 x 600; 50,000
    EXPECT_NEAR(s.cost_cny, 32000 + 74000 + 62000 + 50000, cny);
}

TEST(Thermal, RampDownLimitsTheFall) {
    // By 20 MW an hour to the 150 MW of hour 1 (a plant has to take less, none can take more): at
    // most 170 MW in hour 0, 30 MW from elsewhere.
    Plant plant;
    plant.ramp_down_mw_per_h = 20;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 190;
    grid::System system = system_of(plant, {200, 150});
    add_flexible(system, 0, 200, 600);
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(170, 150));
    EXPECT_NEAR(s.cost_cny, 44000 + 18000 + 40000, cny);
}

TEST(Thermal, RampsOfAClusterGrowWithItsUnits) {
    // Two units from 220 MW: 280, 340, 400 MW.
    Plant plant;
    plant.units = 2;
    plant.must_run_units = 2;
    plant.ramp_up_mw_per_h = 30;
    plant.initial_units_on = 2;
    plant.initial_p_mw = 110;
    grid::System system = system_of(plant, {220, 400});
    add_flexible(system, 0, 400, 600);
    EXPECT_THAT(row_of(solve_span(system, 4).schedule.thermal_p_mw, 0),
                ElementsAre(220, 280, 340, 400));
}

TEST(Thermal, ProfilesRaiseTheFloorAndLowerTheTop) {
    // At least 0.7 x 200 = 140 MW (heat supply) although 10 CNY/MWh are cheaper; then at most
    // 0.6 x 200 = 120 MW although 600 CNY/MWh are dearer.
    Plant plant;
    plant.must_run_units = 1;
    grid::System system = one_bus();
    plant.p_min_profile = add_profile(system, {0.7, 0});
    plant.p_max_profile = add_profile(system, {1, 0.6});
    add_plant(system, plant);
    add_load(system, 0, {150});
    add_flexible(system, 0, 1000, 10, add_profile(system, {1, 0}));
    add_flexible(system, 0, 1000, 600);
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(140, 120));
    EXPECT_NEAR(s.cost_cny, 38000 + 100 + 34000 + 18000, cny);
}

TEST(Thermal, HeatCurveIsClimbedFromItsCheapestSegment) {
    // 160 CNY/MWh from 100 to 150 MW, 240 above; 5 CNY/MWh of operation and maintenance.
    Plant plant;
    plant.units = 2;
    plant.curve = {{100, 30000}, {150, 38000}, {200, 50000}};
    plant.variable_om_cny_per_mwh = 5;
    plant.must_run_units = 2;
    const Solution s = solve_span(system_of(plant, {330}), 1);
    // 60,000 + 100 x 160 + 30 x 240 + 330 x 5
    EXPECT_NEAR(s.cost_cny, 84850, cny);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(330));
}

// Ordinary minimum 100 MW; a tier to 80 MW at 50 CNY/MWh of wear, one to 60 MW at 10 GJ/MWh of oil
// at 25 CNY/GJ. Fuel at 60 MW 22,000 CNY/h and 200 CNY/MWh above.
grid::System deep_system(const std::vector<double>& load_mw) {
    Plant plant;
    plant.units = 2;
    plant.must_run_units = 2;
    plant.curve = {{60, 22000}, {80, 26000}, {100, 30000}, {200, 50000}};
    plant.deep_cny_per_mwh = {50, 0};
    grid::System system = system_of(plant, load_mw);
    system.fuels.name.emplace_back("oil");
    system.fuels.price_cny_per_gj.push_back(25);
    system.fuels.co2_t_per_gj.push_back(0);
    system.deep_load.oil[1] = static_cast<int>(system.fuels.name.size()) - 1;
    system.deep_load.oil_gj_per_mwh[1] = 10;
    return system;
}

TEST(Thermal, EachMwhLessOfADeepTierIsPaid) {
    // 220 MW: none. 190 MW: 10 MW less in the first tier. 130 MW: 40 of the first, 30 of the
    // second.
    const Solution s = solve_span(deep_system({220, 190, 130, 220}), 3);
    const double fuel = (60000 + 20 * 200) + (60000 - 10 * 200) + (60000 - 70 * 200);
    EXPECT_NEAR(s.cost_cny, fuel + 10 * 50 + (40 * 50 + 30 * 250), cny);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(220, 190, 130));
}

TEST(Thermal, WindIsLeftWhereItWouldCostOil) {
    // 100 MW of wind at 1 CNY/MWh for 170 MW. A MWh less of coal saves 200 CNY of fuel; it costs 50
    // in the first tier, 250 in the second. So the units go down to 80 MW each and no further.
    grid::System system = deep_system({170});
    add_flexible(system, 0, 100, 1);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(160));
    EXPECT_NEAR(s.cost_cny, 52000 + 40 * 50 + 10 * 1, cny);
}

TEST(Thermal, WithoutDeepTiersTheCurveBeginsAtTheOrdinaryMinimum) {
    grid::System system = deep_system({220, 190});
    system.deep_load = {};
    add_flexible(system, 0, 1000, 10);
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(200));
    EXPECT_NEAR(s.cost_cny, 60000 + 20 * 10, cny);
}

TEST(Thermal, AUnitEntersAndLeavesByDate) {
    // Coal at 40,000 CNY for 150 MW against 600 CNY/MWh: in service in hours 1 and 2 of 4.
    Plant plant;
    plant.min_up_h = 2;
    plant.initial_units_on = 0;
    grid::System system = system_of(plant, {150});
    add_service(system, 0, 1, 3);
    add_flexible(system, 0, 1000, 600);
    const Solution s = solve_span(system, 4);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(0, 1, 1, 0));
    EXPECT_NEAR(s.cost_cny, 2 * 90000 + 2 * 40000, cny);
}

TEST(Thermal, BackupRunsOnlyWhenCalled) {
    grid::System system = system_of({}, {150});
    add_service(system, 0, 0, 8760, true);
    add_flexible(system, 0, 1000, 600);
    EXPECT_NEAR(solve_span(system, 3).cost_cny, 3 * 90000, cny);
    add_call(system, 0, 1, 2);
    const Solution s = solve_span(system, 3);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(0, 1, 0));
    EXPECT_NEAR(s.cost_cny, 2 * 90000 + 40000, cny);
}

TEST(Thermal, HeatHoldsUnitsOnBetweenTwoLines) {
    // Three units of 100 MW of heat; 120, 60 and 0 MW of it: two units by the largest hour of the
    // month. 60 MW each: 110 to 188 MW; 30 MW each: 100 (95 is below the least output) to 194 MW;
    // no heat: none need run.
    Plant plant;
    plant.units = 3;
    grid::System system = system_of(plant, {230, 230, 100});
    add_heat(system, 0, "extraction", add_profile(system, {120, 60, 0}));
    add_flexible(system, 0, 1000, 1);
    const Solution s = solve_span(system, 3);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(2, 2, 0));
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(220, 200, 0));
    // Two units at 110 MW: 64,000; two at 100 MW: 60,000; the other plant 10 + 30 + 100 MWh.
    EXPECT_NEAR(s.cost_cny, 64000 + 60000 + 140, cny);
    // 466 MW: two units may give 376 MW with their heat, and a third is cheaper than the rest.
    grid::System dear = system_of(plant, {376 + 90});
    add_heat(dear, 0, "extraction", add_profile(dear, {120}));
    add_flexible(dear, 0, 90, 1000);
    const Solution two = solve_span(dear, 1);
    EXPECT_THAT(row_of(two.schedule.thermal_p_mw, 0), ElementsAre(466));
    EXPECT_THAT(row_of(two.schedule.thermal_units_on, 0), ElementsAre(3));
}

TEST(Thermal, BackPressureTiesPowerToHeat) {
    // 90 MW of heat: one unit of 125 MW; without heat none runs, whatever it would save.
    Plant plant;
    plant.units = 2;
    grid::System system = system_of(plant, {300});
    add_heat(system, 0, "back_pressure", add_profile(system, {90, 0}));
    add_flexible(system, 0, 1000, 1000);
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(row_of(s.schedule.thermal_units_on, 0), ElementsAre(1, 0));
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(125, 0));
    EXPECT_NEAR(s.cost_cny, 35000 + 175000 + 300000, cny);

    // Must-run does not hold it on without heat, and the checker does not ask for it.
    system.thermal.must_run_units[0] = 2;
    const Solution held = solve_span(system, 2);
    EXPECT_THAT(row_of(held.schedule.thermal_units_on, 0), ElementsAre(1, 0));
    const verify::Report report =
        verify::check_schedule(world(), system, partition::share_out(system, 1), held.schedule,
                               verify::Flows{}, verify::Settings{});
    EXPECT_EQ(report.found, 0);
}

TEST(Thermal, SegmentsOfUnitsAtRestAreNotUsed) {
    // 180 MW are too little for two units: one fills its own 50 MW at 160 CNY/MWh, then 30 at 240.
    Plant plant;
    plant.units = 2;
    plant.curve = {{100, 30000}, {150, 38000}, {200, 50000}};
    EXPECT_NEAR(solve_span(system_of(plant, {180}), 1).cost_cny, 30000 + 8000 + 7200, cny);
}

TEST(Thermal, CarbonPriceIsPartOfTheFuelPrice) {
    // 30,000 GJ x (1 + 50 CNY/t x 0.1 t/GJ)
    Plant plant;
    grid::System system = system_of(plant, {100});
    system.fuels.co2_t_per_gj[0] = 0.1;
    system.info.carbon_price_cny_per_t = 50;
    EXPECT_NEAR(solve_span(system, 1).cost_cny, 180000, cny);
}

TEST(Thermal, StartCostDependsOnTheTimeOff) {
    Plant plant;
    plant.tiers = {{1, 5000}, {3, 8000}, {4, 20000}};
    // Off for 2, 3 and 4 hours: hot, warm, cold.
    EXPECT_NEAR(solve_span(system_of(plant, {150, 0, 0, 150}), 4).cost_cny, 85000, cny);
    EXPECT_NEAR(solve_span(system_of(plant, {150, 0, 0, 0, 150}), 5).cost_cny, 88000, cny);
    EXPECT_NEAR(solve_span(system_of(plant, {150, 0, 0, 0, 0, 150}), 6).cost_cny, 100000, cny);
}

TEST(Thermal, TimeOffBeforeTheSpanCounts) {
    Plant plant;
    plant.tiers = {{1, 5000}, {4, 20000}};
    plant.initial_units_on = 0;
    // A start in hour 1: 2 + 1 hours off are hot, 3 + 1 cold.
    plant.initial_h = 2;
    EXPECT_NEAR(solve_span(system_of(plant, {0, 150}), 2).cost_cny, 45000, cny);
    plant.initial_h = 3;
    EXPECT_NEAR(solve_span(system_of(plant, {0, 150}), 2).cost_cny, 60000, cny);
    // A free state: no start in hour 0, and units off in it are cold.
    plant.initial_units_on = -1;
    EXPECT_NEAR(solve_span(system_of(plant, {150}), 2).cost_cny, 80000, cny);
    EXPECT_NEAR(solve_span(system_of(plant, {0, 150}), 2).cost_cny, 60000, cny);
}

TEST(Thermal, AStopFeedsAsManyHotStartsAsUnitsStopped) {
    // Two units on, both stop; one starts after an hour (hot), one was off before (cold): with
    // three units started at most two are hot.
    Plant plant;
    plant.units = 3;
    plant.tiers = {{1, 5000}, {4, 20000}};
    plant.initial_units_on = 2;
    plant.initial_p_mw = 150;
    const Solution s = solve_span(system_of(plant, {300, 0, 450}), 3);
    // 2 x 40,000 + 3 x 40,000 + 2 x 5000 + 20,000
    EXPECT_NEAR(s.cost_cny, 230000, cny);
}

TEST(Thermal, MustRunAgainstTheMinimumTimeOffIsInfeasibleInWords) {
    Plant plant;
    plant.must_run_units = 1;
    plant.min_down_h = 4;
    plant.initial_units_on = 0;
    plant.initial_h = 2;
    const grid::System system = system_of(plant, {150});
    const model::Context context(system, {0, 4});
    lp::Block block;
    try {
        model::build_block(context, {model::Kind::thermal, 0}, block);
        FAIL() << "built";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::infeasible);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("'coal', hour 0 of the span: 1 units"));
    }
}

TEST(Thermal, APlantWithoutHeatCurveIsAFault) {
    grid::System system = system_of({}, {150});
    system.heat_curves = {};
    const model::Context context(system, {0, 4});
    lp::Block block;
    try {
        model::build_block(context, {model::Kind::thermal, 0}, block);
        FAIL() << "built";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::faulty_case);
    }
}

TEST(Thermal, FractionsOfUnitsAreNotHidden) {
    grid::System system = system_of({}, {150});
    const model::Context context(system, {0, 2});
    lp::Block block;
    model::build_block(context, {model::Kind::thermal, 0}, block);
    // Per hour: on, start, stop, one segment.
    ASSERT_EQ(block.columns(), 8);
    const std::vector<double> values = {0.75, 0, 0, 75, 1.0000004, 0.25, 0, 50};
    grid::Schedule schedule = grid::empty_schedule(system, context.span);
    model::read_block(context, {model::Kind::thermal, 0}, block, values, schedule);
    EXPECT_EQ(schedule.thermal_units_on.row(0)[0], 0.75);
    EXPECT_EQ(schedule.thermal_units_on.row(0)[1], 1.0);
    EXPECT_EQ(schedule.thermal_starts.row(0)[1], 0.25);
    EXPECT_DOUBLE_EQ(schedule.thermal_p_mw.row(0)[0], 150.0);
    EXPECT_DOUBLE_EQ(schedule.thermal_p_mw.row(0)[1], 150.00004);
}

} // namespace
