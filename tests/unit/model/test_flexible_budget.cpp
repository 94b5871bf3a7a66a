// FL-6: what loads with a budget may give.
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// 100 MW at 300 CNY/MWh. A contract of 24 MWh a day, up to 50 MW at 3000 CNY/MWh.
grid::System contract() {
    grid::System system = one_bus();
    add_flexible(system, 0, 100, 300);
    FlexibleRow row;
    row.give_max_mw = 50;
    row.give_cny_per_mwh = 3000;
    row.budget_mwh = 24;
    row.budget_period = "day";
    add_flexible_load(system, row);
    return system;
}

TEST(FlexibleBudget, WhatADayLeavesIsLostToTheNextOne) {
    grid::System system = contract();
    std::vector<double> load_mw(26, 100.0);
    load_mw[24] = 150.0;
    add_load(system, 0, load_mw);
    const SpanSolution found = solve_span(system, {0, 26});
    // The second day has two hours of the span, so 2 of its 24 MWh; nothing of the first day's.
    std::vector<double> expected(26, 0.0);
    expected[24] = 2.0;
    EXPECT_EQ(row_of(found.schedule.flexible_give_mw, 0), expected);
    EXPECT_NEAR(found.cost_cny, 26 * 100 * 300 + 2 * 3000 + 48 * 20000.0, 1e-6);
}

TEST(FlexibleBudget, IsGivenToTheLastHourOfItsDay) {
    grid::System system = contract();
    std::vector<double> load_mw(26, 100.0);
    load_mw[23] = 150.0;
    add_load(system, 0, load_mw);
    const SpanSolution found = solve_span(system, {0, 26});
    std::vector<double> expected(26, 0.0);
    expected[23] = 24.0;
    EXPECT_EQ(row_of(found.schedule.flexible_give_mw, 0), expected);
}

} // namespace
