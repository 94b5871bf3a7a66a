#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// 100 MW of wind at half its capacity; 5 CNY/MWh, 20 CNY per MWh curtailed; load 30 MW.
grid::System windy() {
    grid::System system = one_bus();
    add_flexible(system, 0, 100, 5, add_profile(system, {0.5}), "wind");
    system.renewables.curtailment_cny_per_mwh[0] = 20;
    add_load(system, 0, {30});
    return system;
}

TEST(Renewables, WhatTheLoadDoesNotTakeIsCurtailed) {
    const SpanSolution found = solve_span(windy(), {0, 1});
    EXPECT_EQ(row_of(found.schedule.renewable_p_mw, 0), (std::vector<double>{30})); // of 50
    EXPECT_NEAR(found.cost_cny, 30 * 5 + 20 * 20, 1e-6);
}

TEST(Renewables, AvailableOutputFollowsTheProfileRoundTheYearsEnd) {
    grid::System system = one_bus();
    add_flexible(system, 0, 100, 5, add_profile(system, {0.25, 0.75}));
    add_load(system, 0, {1000});
    // Hour 8759 has the profile's last value, hour 8760 is hour 0 again.
    const SpanSolution found = solve_span(system, {8759, 3});
    EXPECT_EQ(row_of(found.schedule.renewable_p_mw, 0), (std::vector<double>{75, 25, 75}));
}

TEST(Renewables, DownwardReserveIsAtMostTheOutput) { // RN-2
    grid::System system = windy();
    add_reserve(system, 0, "down", "spinning", 40, 5000);
    const SpanSolution found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.renewable_down_mw, 0), (std::vector<double>{30}));
    EXPECT_NEAR(found.cost_cny, 550 + 10 * 5000, 1e-6);
}

TEST(Renewables, WithoutARequirementNoReserveColumnsExist) {
    const grid::System system = windy();
    lp::Block block;
    model::build_block(model::Context(system, {0, 5}), {model::Kind::renewable, 0}, block);
    EXPECT_EQ(block.columns(), 5);
    EXPECT_EQ(block.rows(), 0);
}

} // namespace
