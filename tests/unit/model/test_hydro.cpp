#include "grid/cascades.hpp"
#include "model/cascade.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

namespace {

using namespace longyang;
using namespace longyang::testing;

// 1000 m3/s over an hour are 3.6 hm3.

double total(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Hydro, WaterReleasedAboveArrivesTravelHoursLater) { // HY-1
    grid::System system = one_bus();
    const int half_full = add_profile(system, {18});
    ReservoirRow upper;
    upper.downstream = 1;
    upper.travel_h = 2;
    upper.inflow_m3_per_s = 1000;
    upper.reference_profile = half_full;
    ReservoirRow lower;
    lower.reference_profile = half_full;
    add_reservoir(system, upper);
    add_reservoir(system, lower);
    StationRow station;
    station.reservoir = 1;
    add_station(system, station);
    add_load(system, 0, {0, 0, 0, 7000});
    const SpanSolution found = solve_span(system, {0, 4});
    // The reference release of 1000 m3/s before the span arrives below in hours 0 and 1. Above, the
    // 4000 m3/s h that flow in may all leave in hours 0 and 1 (storage lends them), so that they
    // arrive in hours 2 and 3. 6000 m3/s h can be used in hour 3, the last 1000 MW are shed.
    EXPECT_NEAR(found.cost_cny, 1000 * 20000, 1e-3);
    EXPECT_NEAR(found.schedule.hydro_p_mw.row(0)[3], 6000, 1e-6);
    const std::vector<double> above = row_of(found.schedule.reservoir_spill_m3_per_s, 0);
    EXPECT_NEAR(above[0] + above[1], 4000, 1e-5);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(1)[0], 18 + 3.6, 1e-6);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(1)[1], 18 + 7.2, 1e-6);
}

TEST(Hydro, WithoutTravelWaterArrivesInTheSameHour) { // HY-1
    grid::System system = one_bus();
    ReservoirRow upper;
    upper.downstream = 1;
    upper.inflow_m3_per_s = 500;
    add_reservoir(system, upper);
    add_reservoir(system, {});
    StationRow station;
    add_station(system, station); // at the upper one, 1 MW per m3/s
    station.reservoir = 1;
    station.mw_per_m3_per_s = 3;
    add_station(system, station);
    add_load(system, 0, {5000});
    const SpanSolution found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{500}));
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 1), (std::vector<double>{1500}));
}

// Two reservoirs, both half full of 36 hm3 (5000 m3/s h) at the start and again at the end, without
// inflow; wind gives 300 MW in hour 0, the load is 500 MW in hour 2. A pump of at most 200 MW takes
// 1.25 MW per m3/s: 160 m3/s in hour 0. The water is back below in hour 2 (travel 0), 1 MW per
// m3/s: 160 MW. 340 MW are shed at 20,000 CNY/MWh; 200 MWh pumped at 3 CNY/MWh. The 100 MW of wind
// that are left cannot be pumped.
TEST(Hydro, PumpsLiftWaterThatComesBack) { // HY-9
    grid::System system = one_bus();
    const int half_full = add_profile(system, {18});
    ReservoirRow row;
    row.reference_profile = half_full;
    row.downstream = 1;
    add_reservoir(system, row);
    row.downstream = -1;
    add_reservoir(system, row);
    add_station(system, {});
    PumpRow pump;
    pump.reservoir_from = 1;
    pump.reservoir_to = 0;
    pump.p_max_mw = 200;
    pump.mw_per_m3_per_s = 1.25;
    pump.variable_om_cny_per_mwh = 3;
    add_pump(system, pump);
    add_flexible(system, 0, 300, 0, add_profile(system, {1, 0, 0}));
    add_load(system, 0, {0, 0, 500});
    const SpanSolution found = solve_span(system, {0, 3});
    EXPECT_NEAR(found.cost_cny, 340 * 20000.0 + 200 * 3.0, 1e-3);
    EXPECT_NEAR(found.schedule.pump_flow_m3_per_s.row(0)[0], 160, 1e-6);
    EXPECT_NEAR(found.schedule.pump_p_mw.row(0)[0], 200, 1e-6);
    EXPECT_NEAR(found.schedule.hydro_p_mw.row(0)[2], 160, 1e-6);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(0)[1], 18 + 0.576, 1e-6);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(1)[1], 18 - 0.576, 1e-6);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(1)[2], 18, 1e-6);
}

// What a pump may lift counts in what a reservoir can reach: both head segments can be in force.
TEST(Hydro, PumpsWidenTheReachOfStorage) { // HY-7, HY-9
    for (const bool pumped : {false, true}) {
        grid::System system = one_bus();
        ReservoirRow row;
        row.reference_profile = add_profile(system, {18});
        row.downstream = 1;
        row.release_max_m3_per_s = 0;
        add_reservoir(system, row);
        row.downstream = -1;
        add_reservoir(system, row);
        const int station = add_station(system, {});
        add_head_segment(system, station, 0, 1);
        add_head_segment(system, station, 18.1, 1.2);
        if (pumped) {
            PumpRow pump;
            pump.reservoir_from = 1;
            pump.p_max_mw = 100; // 0.36 hm3 an hour
            add_pump(system, pump);
        }
        lp::Block block;
        model::build_block(model::Context(system, {0, 3}), {model::Kind::cascade, 0}, block);
        EXPECT_EQ(columns_of(block, "hydro_segment"), pumped ? 4 : 0);
    }
}

/// One reservoir, empty by reference, 1000 m3/s of inflow, 1 MW per m3/s; load 10,000 MW in hour 2.
grid::System filling() {
    grid::System system = one_bus();
    ReservoirRow row;
    row.inflow_m3_per_s = 1000;
    add_reservoir(system, row);
    add_station(system, {});
    add_load(system, 0, {0, 0, 10000});
    return system;
}

TEST(Hydro, WhatTheLevelLimitDoesNotHoldIsSpilt) { // HY-2
    grid::System system = filling();
    // 10 % of 36 hm3 at the end of hour 1: 1000 of the 2000 m3/s h of hours 0 and 1.
    system.reservoirs.storage_max_profile[0] = add_profile(system, {1, 0.1, 1});
    const SpanSolution found = solve_span(system, {0, 3});
    EXPECT_NEAR(total(row_of(found.schedule.reservoir_spill_m3_per_s, 0)) +
                    total(row_of(found.schedule.hydro_flow_m3_per_s, 0)),
                3000, 1e-5);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(0)[1], 3.6, 1e-6);
    EXPECT_NEAR(found.schedule.hydro_p_mw.row(0)[2], 2000, 1e-5);
    EXPECT_NEAR(found.cost_cny, 8000.0 * 20000, 1e-2);
}

TEST(Hydro, LevelLimitsGiveWayToTheReference) { // HY-2
    grid::System system = filling();
    system.reservoirs.storage_max_profile[0] = add_profile(system, {0.1});
    system.reservoirs.reference_profile[0] = add_profile(system, {5.4});
    const SpanSolution found = solve_span(system, {0, 3});
    // 5.4 hm3 at the start and the end; 10 % would be 3.6.
    EXPECT_EQ(found.status, solve::highs::Status::optimal);
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(0)[0], 5.4, 1e-6);
    EXPECT_NEAR(found.schedule.hydro_p_mw.row(0)[2], 1000, 1e-5);
}

TEST(Hydro, ReleaseMissingToTheLeastIsPaid) { // HY-3
    grid::System system = one_bus();
    ReservoirRow row;
    row.inflow_m3_per_s = 100;
    row.release_min_m3_per_s = 300;
    row.release_min_profile = add_profile(system, {1, 0.5, 0});
    row.storage_max_hm3 = 0; // nothing can be kept for later
    add_reservoir(system, row);
    const SpanSolution found = solve_span(system, {0, 3});
    // 200 and 50 m3/s are missing, 0.0036 hm3 each, at 1,000,000 CNY/hm3.
    EXPECT_EQ(row_of(found.schedule.reservoir_release_short_m3_per_s, 0),
              (std::vector<double>{200, 50, 0}));
    EXPECT_NEAR(found.cost_cny, 250 * 3600, 1e-4);
}

TEST(Hydro, TurbinesAndSpillKeepTheLargestRelease) { // HY-4
    grid::System system = filling();
    system.reservoirs.release_max_m3_per_s[0] = 500;
    const SpanSolution found = solve_span(system, {2, 1});
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{500}));
    EXPECT_NEAR(found.schedule.reservoir_storage_hm3.row(0)[0], 1.8, 1e-6);
}

TEST(Hydro, TheLargestReleaseOfAnHourIsItsShare) { // HY-4, as in an ice season
    grid::System system = filling();
    system.reservoirs.release_max_m3_per_s[0] = 2000;
    system.reservoirs.release_max_profile[0] = add_profile(system, {1, 1, 0.3});
    const SpanSolution found = solve_span(system, {1, 2});
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{0, 600}));
    EXPECT_NEAR(found.schedule.reservoir_spill_m3_per_s.row(0)[1], 0, 1e-6);
}

TEST(Hydro, StorageMissingAtTheEndIsPaid) { // HY-5
    grid::System system = one_bus();
    ReservoirRow row;
    row.reference_profile = add_profile(system, {18});
    row.terminal_shortfall_cny_per_hm3 = 1e6; // 3600 CNY per m3/s h
    add_reservoir(system, row);
    add_station(system, {});
    add_flexible(system, 0, 1000, 4000);
    add_load(system, 0, {1000});
    const SpanSolution water = solve_span(system, {0, 1});
    EXPECT_NEAR(water.schedule.reservoir_terminal_short_hm3[0], 3.6, 1e-6);
    EXPECT_NEAR(water.cost_cny, 3.6e6, 1e-3);
    system.renewables.variable_om_cny_per_mwh[0] = 3000; // now cheaper than the water
    const SpanSolution other = solve_span(system, {0, 1});
    EXPECT_NEAR(other.schedule.reservoir_terminal_short_hm3[0], 0, 1e-9);
    EXPECT_NEAR(other.cost_cny, 3e6, 1e-3);
}

TEST(Hydro, TwoStationsShareAReservoir) { // HY-6
    grid::System system = one_bus();
    ReservoirRow row;
    row.inflow_m3_per_s = 150;
    add_reservoir(system, row);
    StationRow station;
    station.flow_max_m3_per_s = 100;
    station.variable_om_cny_per_mwh = 10;
    add_station(system, station);
    station.mw_per_m3_per_s = 2;
    add_station(system, station);
    add_load(system, 0, {1000});
    const SpanSolution found = solve_span(system, {0, 1});
    // The better one takes 100 m3/s (200 MW), the other what is left (50 MW).
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{50}));
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 1), (std::vector<double>{200}));
    EXPECT_NEAR(found.cost_cny, 250 * 10 + 750 * 20000, 1e-4);
}

TEST(Hydro, OutputIsCappedAtTheCapacity) { // HY-8
    grid::System system = filling();
    system.hydro.p_max_mw[0] = 700;
    system.hydro.mw_per_m3_per_s[0] = 2;
    const SpanSolution found = solve_span(system, {2, 1});
    EXPECT_NEAR(found.schedule.hydro_p_mw.row(0)[0], 700, 1e-6);
    EXPECT_NEAR(found.schedule.hydro_flow_m3_per_s.row(0)[0], 350, 1e-6);
}

/// Storage 17.1 hm3 at the start; 1 MW per m3/s below 18 hm3, 2 above.
grid::System with_head(double inflow_m3_per_s) {
    grid::System system = one_bus();
    ReservoirRow row;
    row.inflow_m3_per_s = inflow_m3_per_s;
    row.reference_profile = add_profile(system, {17.1, 0});
    add_reservoir(system, row);
    StationRow station;
    station.flow_max_m3_per_s = 1000;
    add_station(system, station);
    add_head_segment(system, 0, 18, 2); // rows may come in any order
    add_head_segment(system, 0, 5, 1);
    add_load(system, 0, {1000, 1500});
    return system;
}

TEST(Hydro, WaterKeptBackRaisesTheHead) { // HY-7
    const SpanSolution found = solve_span(with_head(1000), {0, 2});
    // With 750 m3/s in hour 0 the storage reaches 17.1 + 3.6 - 2.7 = 18 hm3, and hour 1 gets 2 MW
    // per m3/s. 250 MW are shed; with all 1000 m3/s in hour 0 it would be 500 MW in hour 1.
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{750, 1500}));
    EXPECT_EQ(row_of(found.schedule.hydro_flow_m3_per_s, 0), (std::vector<double>{750, 750}));
    EXPECT_NEAR(found.cost_cny, 250.0 * 20000, 1e-3);
}

TEST(Hydro, SegmentsOutOfReachAreDropped) { // HY-7
    const model::BlockId cascade{model::Kind::cascade, 0};
    lp::Block block;
    const grid::System rising = with_head(1000);
    model::build_block(model::Context(rising, {0, 2}), cascade, block);
    EXPECT_EQ(columns_of(block, "hydro_segment"), 2); // hour 1 may see either
    EXPECT_EQ(columns_of(block, "hydro_segment_flow"), 2);
    EXPECT_EQ(rows_of(block, "HY-7"), 6);

    // 100 m3/s lift 17.1 hm3 to 17.46 at most.
    const grid::System slow = with_head(100);
    model::build_block(model::Context(slow, {0, 2}), cascade, block);
    EXPECT_EQ(columns_of(block, "hydro_segment"), 0);
    EXPECT_EQ(rows_of(block, "HY-7"), 0);
    for (const lp::Port& port : block.ports) {
        EXPECT_EQ(port.value, 1.0);
    }

    // 19 hm3, and at most 100 m3/s out: never below 18.64.
    grid::System high = with_head(0);
    high.reservoirs.reference_profile[0] = add_profile(high, {19, 0});
    high.reservoirs.release_max_m3_per_s[0] = 100;
    model::build_block(model::Context(high, {0, 2}), cascade, block);
    EXPECT_EQ(columns_of(block, "hydro_segment"), 0);
    ASSERT_EQ(block.ports.size(), 2U);
    EXPECT_EQ(block.ports[1].value, 2.0);
}

TEST(Hydro, WaterFromAboveCanBringASegmentIntoReach) { // HY-7
    grid::System system = with_head(100);
    ReservoirRow upper;
    upper.downstream = 0;
    upper.reference_profile = add_profile(system, {1.8});
    add_reservoir(system, upper);
    lp::Block block;
    const model::BlockId cascade{model::Kind::cascade, 0};
    // 0.36 of its own and 1.8 from above: 19.26 hm3.
    model::build_block(model::Context(system, {0, 2}), cascade, block);
    EXPECT_EQ(columns_of(block, "hydro_segment"), 2);
    // The upper one holds 0.36 hm3 only: 17.1 + 0.36 + 0.36 = 17.82 hm3.
    system.reservoirs.reference_profile[1] = add_profile(system, {0.36});
    model::build_block(model::Context(system, {0, 2}), cascade, block);
    EXPECT_EQ(columns_of(block, "hydro_segment"), 0);
}

TEST(Hydro, UpwardReserveNeedsWaterAboveTheLevelLimit) { // HY-8
    grid::System system = one_bus();
    ReservoirRow row;
    row.storage_min_hm3 = 9;
    row.reference_profile = add_profile(system, {10.8});
    add_reservoir(system, row);
    StationRow station;
    station.p_max_mw = 800;
    add_station(system, station);
    add_reserve(system, 0, "up", "spinning", 700, 5000);
    // 10.8 - 9 = 1.8 hm3 are 500 m3/s for an hour: 200 MW are missing.
    SpanSolution found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.hydro_up_mw, 0), (std::vector<double>{500}));
    EXPECT_NEAR(found.cost_cny, 200 * 5000, 1e-4);
    // With 600 m3/s of inflow there is water to spare, and 700 of 800 MW are held.
    system.reservoirs.inflow_m3_per_s[0] = 600;
    found = solve_span(system, {0, 1});
    EXPECT_NEAR(found.cost_cny, 0, 1e-4);
    // The turbines take 400 m3/s only.
    system.hydro.flow_max_m3_per_s[0] = 400;
    found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.hydro_up_mw, 0), (std::vector<double>{400}));
}

TEST(Hydro, SpiltWaterStandsBehindReserve) { // HY-8
    grid::System system = one_bus();
    ReservoirRow row;
    row.storage_min_hm3 = row.storage_max_hm3 = 9; // a pond that holds nothing back
    row.inflow_m3_per_s = 600;
    add_reservoir(system, row);
    StationRow station;
    station.p_max_mw = 800;
    add_station(system, station);
    add_reserve(system, 0, "up", "spinning", 700, 5000);
    const SpanSolution found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.reservoir_spill_m3_per_s, 0), (std::vector<double>{600}));
    EXPECT_EQ(row_of(found.schedule.hydro_up_mw, 0), (std::vector<double>{600}));
}

TEST(Hydro, OutputAndUpwardReserveShareTheCapacity) { // HY-8
    grid::System system = filling();
    system.hydro.p_max_mw[0] = 800;
    system.reservoirs.reference_profile[0] = add_profile(system, {18});
    add_reserve(system, 0, "up", "spinning", 800, 5000);
    // Load is worth more than reserve: 800 MW of output, no reserve.
    const SpanSolution found = solve_span(system, {1, 2});
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{0, 800}));
    EXPECT_EQ(row_of(found.schedule.hydro_up_mw, 0), (std::vector<double>{800, 0}));
    EXPECT_NEAR(found.cost_cny, 9200.0 * 20000 + 800 * 5000, 1e-2);
}

TEST(Hydro, DownwardReserveIsAtMostTheOutput) { // HY-8
    grid::System system = filling();
    add_reserve(system, 0, "down", "spinning", 100, 5000);
    system.loads.profile[0] = add_profile(system, {30, 100});
    const SpanSolution found = solve_span(system, {0, 2});
    EXPECT_EQ(row_of(found.schedule.hydro_down_mw, 0), (std::vector<double>{30, 100}));
    EXPECT_NEAR(found.cost_cny, 70 * 5000, 1e-4);
}

TEST(Hydro, ReserveWithSegmentsKeepsTheSegmentInForce) { // HY-7, HY-8
    grid::System system = with_head(1000);
    system.hydro.p_max_mw[0] = 1600;
    add_reserve(system, 0, "up", "spinning", 400, 5000);
    const SpanSolution found = solve_span(system, {0, 2});
    // Hour 0, 1 MW per m3/s: 750 + 250 MW are all the turbines' flow gives. Hour 1: 1600 - 1500.
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, 0), (std::vector<double>{750, 1500}));
    EXPECT_EQ(row_of(found.schedule.hydro_up_mw, 0), (std::vector<double>{250, 100}));
    EXPECT_NEAR(found.cost_cny, 250.0 * 20000 + (150 + 300) * 5000, 1e-3);
}

TEST(Hydro, PartsOfACascadeAreNamed) {
    grid::System system = one_bus();
    ReservoirRow upper;
    upper.downstream = 1;
    upper.release_min_m3_per_s = 1;
    add_reservoir(system, upper);
    add_reservoir(system, {});
    StationRow station;
    station.reservoir = 1;
    add_station(system, station);
    const model::Context context(system, {0, 3});
    // Storage, spill and what is missing of the upper one; storage and spill of the lower one.
    EXPECT_EQ(model::cascade_part(context, 0, 0), "reservoir reservoir0");
    EXPECT_EQ(model::cascade_part(context, 0, 8), "reservoir reservoir0");
    EXPECT_EQ(model::cascade_part(context, 0, 9), "reservoir reservoir1");
    EXPECT_EQ(model::cascade_part(context, 0, 15), "station station0");
}

TEST(Hydro, ABlockMovesToAnotherSpanInPlace) {
    const grid::System system = with_head(1000);
    const model::BlockId cascade{model::Kind::cascade, 0};
    lp::Block moved;
    model::build_block(model::Context(system, {100, 7}), cascade, moved);
    model::build_block(model::Context(system, {0, 2}), cascade, moved);
    lp::Block fresh;
    model::build_block(model::Context(system, {0, 2}), cascade, fresh);
    EXPECT_EQ(moved.row_column, fresh.row_column);
    EXPECT_EQ(moved.row_value, fresh.row_value);
    EXPECT_EQ(moved.row_lower, fresh.row_lower);
    EXPECT_EQ(moved.upper, fresh.upper);
    EXPECT_EQ(moved.families, fresh.families);
}

/// A river net of up to 6 reservoirs with constant inflow on constant references, stations at some.
grid::System random_river(std::mt19937& random) {
    const auto draw = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    grid::System system = one_bus();
    const int count = draw(1, 6);
    for (int r = 0; r < count; ++r) {
        ReservoirRow row;
        // Also to reservoirs further up in the table; all in one net that ends at number 0.
        row.downstream = r == 0 ? -1 : draw(0, r - 1);
        row.travel_h = draw(0, 4);
        row.inflow_m3_per_s = draw(0, 800);
        row.reference_profile = add_profile(system, {static_cast<double>(draw(2, 30))});
        row.release_min_m3_per_s = draw(0, 1) * draw(0, 300);
        add_reservoir(system, row);
        for (int k = draw(0, 2); k > 0; --k) {
            StationRow station;
            station.reservoir = r;
            station.p_max_mw = draw(100, 900);
            station.flow_max_m3_per_s = draw(100, 900);
            station.mw_per_m3_per_s = 0.25 * draw(1, 8);
            add_station(system, station);
        }
    }
    std::vector<double> load;
    for (int t = 0; t < 16; ++t) {
        load.push_back(draw(0, 3000));
    }
    add_load(system, 0, load);
    add_reserve(system, 0, "up", "spinning", draw(0, 500), 5000);
    return system;
}

/// Natural inflow of a reservoir and all above it: what it releases on constant references.
double steady_release(const grid::System& system, int reservoir) {
    double sum = system.reservoirs.inflow_m3_per_s[static_cast<std::size_t>(reservoir)];
    for (std::size_t r = 0; r < system.reservoirs.downstream.size(); ++r) {
        if (system.reservoirs.downstream[r] == reservoir) {
            sum += steady_release(system, static_cast<int>(r));
        }
    }
    return sum;
}

TEST(Hydro, WaterIsNeitherMadeNorLostInRandomRivers) { // HY-1
    std::mt19937 random(19861015);                     // the day the gates of Longyangxia closed
    constexpr std::size_t hours = 12;
    for (int trial = 0; trial < 100; ++trial) {
        const grid::System system = random_river(random);
        const grid::Reservoirs& table = system.reservoirs;
        const int begin = std::uniform_int_distribution<int>(0, 8759)(random);
        const SpanSolution found = solve_span(system, {begin, static_cast<int>(hours)});
        ASSERT_EQ(found.status, solve::highs::Status::optimal) << "trial " << trial;

        const auto release = [&](std::size_t r, std::size_t t) {
            double sum = found.schedule.reservoir_spill_m3_per_s.row(r)[t];
            for (std::size_t k = 0; k < system.hydro.reservoir.size(); ++k) {
                if (system.hydro.reservoir[k] == static_cast<int>(r)) {
                    sum += found.schedule.hydro_flow_m3_per_s.row(k)[t];
                }
            }
            return sum;
        };
        // Over the whole net, hm3: what was there, flowed in, left at the mouth, is there and is on
        // its way.
        double missing_hm3 = 0.0;
        for (std::size_t r = 0; r < table.downstream.size(); ++r) {
            missing_hm3 += grid::reference_storage_hm3(system, static_cast<int>(r), begin);
            missing_hm3 -= found.schedule.reservoir_storage_hm3.row(r)[hours - 1];
            missing_hm3 += 0.0036 * table.inflow_m3_per_s[r] * static_cast<double>(hours);
            if (table.downstream[r] < 0) {
                for (std::size_t t = 0; t < hours; ++t) {
                    missing_hm3 -= 0.0036 * release(r, t);
                }
                continue;
            }
            const auto travel = static_cast<std::size_t>(table.travel_h[r]);
            missing_hm3 +=
                0.0036 * static_cast<double>(travel) * steady_release(system, static_cast<int>(r));
            for (std::size_t t = hours - travel; t < hours; ++t) {
                missing_hm3 -= 0.0036 * release(r, t);
            }
        }
        EXPECT_NEAR(missing_hm3, 0.0, 1e-5) << "trial " << trial;
    }
}

} // namespace
