#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang;
using namespace longyang::testing;

TEST(Load, WhatNobodySuppliesIsShedAtItsValue) { // LD-1
    grid::System system = one_bus();
    add_flexible(system, 0, 60, 10);
    add_load(system, 0, {50, 100});
    const SpanSolution found = solve_span(system, {0, 2});
    EXPECT_EQ(row_of(found.schedule.load_shed_mw, 0), (std::vector<double>{0, 40}));
    EXPECT_NEAR(found.cost_cny, 50 * 10 + 60 * 10 + 40 * 20000, 1e-6);
}

TEST(Load, SheddingNeverExceedsTheLoad) {
    grid::System system = one_bus();
    add_load(system, 0, {7});
    lp::Block block;
    model::build_block(model::Context(system, {0, 1}), {model::Kind::load, 0}, block);
    EXPECT_EQ(block.upper, (std::vector<double>{7}));
    ASSERT_EQ(block.ports.size(), 2U);
    EXPECT_EQ(block.ports[0].column, -1);
    EXPECT_EQ(block.ports[0].value, -7);
}

} // namespace
