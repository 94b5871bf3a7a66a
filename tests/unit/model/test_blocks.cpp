#include "base/error.hpp"
#include "model/blocks.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "small_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;
using ::testing::ElementsAre;

/// Two regions with a bus each, joined or not; two plants, reserves with sharing, two loads.
grid::System two_regions(bool joined) {
    grid::System system = one_bus();
    const int south = add_bus(system, add_region(system));
    if (joined) {
        add_branch(system, 0, south);
    }
    Plant plant;
    plant.spinning_up_mw = 50;
    plant.non_spinning_mw = 50;
    add_plant(system, plant);
    plant.name = "gas";
    plant.bus = south;
    add_plant(system, plant);
    add_flexible(system, 0, 100, 600, add_profile(system, {0.5, 1}));
    add_load(system, 0, {130, 150, 170});
    add_load(system, south, {140});
    const int from = add_reserve(system, 0, "up", "spinning", 20, 1000);
    const int to = add_reserve(system, 1, "up", "spinning", 60, 1000);
    add_reserve(system, 1, "up", "non_spinning", 5, 1000);
    add_sharing(system, from, to, 25);
    return system;
}

/// Everything in a block, as numbers and names that can be compared.
auto parts_of(const lp::Block& b) {
    std::vector<double> numbers = {static_cast<double>(b.order), b.fixed_cost};
    const auto append = [&](const auto& values) {
        numbers.insert(numbers.end(), values.begin(), values.end());
    };
    append(b.cost);
    append(b.lower);
    append(b.upper);
    append(b.integer);
    append(b.row_lower);
    append(b.row_upper);
    append(b.row_start);
    append(b.row_column);
    append(b.row_value);
    for (const auto* labels : {&b.column_label, &b.row_label}) {
        for (const lp::Label label : *labels) {
            append(std::vector<int>{label.family, label.hour});
        }
    }
    for (const lp::Port& port : b.ports) {
        append(std::vector<int>{port.channel, port.hour, port.column});
        numbers.push_back(port.value);
    }
    return std::pair(b.families, numbers);
}

void expect_same(const std::vector<lp::Block>& a, const std::vector<lp::Block>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        EXPECT_EQ(a[k].name, b[k].name);
        EXPECT_EQ(parts_of(a[k]), parts_of(b[k])) << a[k].name;
    }
}

std::vector<lp::Block> build(const grid::System& system, grid::Span span, int ranks, int rank) {
    std::vector<lp::Block> blocks;
    model::build_blocks(model::Context(system, span), partition::share_out(system, ranks), rank,
                        blocks);
    return blocks;
}

TEST(Blocks, AreListedKindByKind) {
    const grid::System system = two_regions(true);
    std::vector<std::string> names;
    for (const model::BlockId id : model::list_blocks(system)) {
        names.push_back(model::block_name(system, id));
    }
    EXPECT_THAT(names,
                ElementsAre("thermal:coal", "thermal:gas", "renewable:flexible0", "load:load0",
                            "load:load1", "reserve:reserve0", "reserve:reserve1",
                            "reserve:reserve2", "sharing:0:reserve0:reserve1"));
}

TEST(Blocks, TheirNamesAndOrderAreThoseOfTheList) {
    const grid::System system = two_regions(true);
    const std::vector<model::BlockId> ids = model::list_blocks(system);
    const std::vector<lp::Block> blocks = build(system, {0, 3}, 1, 0);
    ASSERT_EQ(blocks.size(), ids.size());
    lp::Block alone;
    for (std::size_t k = 0; k < ids.size(); ++k) {
        EXPECT_EQ(blocks[k].order, static_cast<int>(k));
        EXPECT_EQ(blocks[k].name, model::block_name(system, ids[k]));
        // One block built by itself is the same.
        model::build_block(model::Context(system, {0, 3}), ids[k], alone);
        expect_same({alone}, {blocks[k]});
    }
}

TEST(Blocks, RanksTogetherBuildWhatOneBuilds) {
    const grid::System system = two_regions(true);
    std::vector<lp::Block> together(model::list_blocks(system).size());
    std::size_t built = 0;
    for (const int rank : {0, 1}) {
        int last = -1;
        for (lp::Block& block : build(system, {0, 3}, 2, rank)) {
            EXPECT_GT(block.order, last);
            last = block.order;
            together[static_cast<std::size_t>(block.order)] = block;
            ++built;
        }
        EXPECT_GE(last, 0) << "rank " << rank << " has no block";
    }
    EXPECT_EQ(built, together.size());
    expect_same(together, build(system, {0, 3}, 1, 0));
}

TEST(Blocks, AnotherSpanInPlaceIsAsIfNewAndKeepsItsMemory) {
    const grid::System system = two_regions(true);
    const partition::Owners owners = partition::share_out(system, 1);
    std::vector<lp::Block> blocks;
    model::build_blocks(model::Context(system, {0, 24}), owners, 0, blocks);
    const double* costs = blocks.front().cost.data();
    const double* coefficients = blocks.front().row_value.data();
    model::build_blocks(model::Context(system, {1, 24}), owners, 0, blocks);
    expect_same(blocks, build(system, {1, 24}, 1, 0));
    // The profile of the renewable plant differs in the first hour.
    const lp::Block& flexible = blocks[2];
    ASSERT_EQ(flexible.name, "renewable:flexible0");
    EXPECT_EQ(flexible.upper.front(), 100.0);
    EXPECT_EQ(build(system, {0, 24}, 1, 0)[2].upper.front(), 50.0);
    EXPECT_EQ(blocks.front().cost.data(), costs);
    EXPECT_EQ(blocks.front().row_value.data(), coefficients);
}

TEST(Coupling, ChannelsStandInTheirOrder) {
    const grid::System system = two_regions(true);
    const lp::Coupling coupling = model::make_coupling(model::Context(system, {0, 2}));
    EXPECT_EQ(coupling.hours, 2);
    EXPECT_THAT(coupling.channels, ElementsAre("injection:b0", "injection:b1", "reserve:reserve0",
                                               "reserve:reserve1", "reserve:reserve2"));
}

TEST(Coupling, RowsOfAllHoursShareAPattern) {
    const grid::System system = two_regions(true);
    const lp::Coupling c = model::make_coupling(model::Context(system, {0, 2}));
    ASSERT_EQ(c.patterns.size(), 4U);
    EXPECT_EQ(c.patterns[0].tag, "NW-1");
    EXPECT_EQ(c.patterns[0].name, "balance");
    EXPECT_THAT(c.patterns[0].channel, ElementsAre(0, 1));
    EXPECT_THAT(c.patterns[0].weight, ElementsAre(1, 1));
    EXPECT_EQ(c.patterns[1].tag, "RE-1");
    EXPECT_EQ(c.patterns[3].tag, "RE-2");
    EXPECT_THAT(c.patterns[3].channel, ElementsAre(4));
    // Balance, then reserves, each by hour. The non-spinning requirement of 5 MW stands on the
    // spinning one of 60.
    std::vector<double> lower;
    std::vector<int> hour;
    std::vector<int> pattern;
    for (const lp::CouplingRow& row : c.rows) {
        pattern.push_back(row.pattern);
        hour.push_back(row.begin);
        lower.push_back(row.lower);
        EXPECT_EQ(row.end, row.begin + 1);
        EXPECT_EQ(row.upper, row.pattern == 0 ? 0.0 : lp::infinity);
    }
    EXPECT_THAT(pattern, ElementsAre(0, 0, 1, 1, 2, 2, 3, 3));
    EXPECT_THAT(hour, ElementsAre(0, 1, 0, 1, 0, 1, 0, 1));
    EXPECT_THAT(lower, ElementsAre(0, 0, 20, 20, 60, 60, 65, 65));
}

TEST(Coupling, EveryIslandHasItsBalance) {
    const grid::System system = two_regions(false);
    const lp::Coupling c = model::make_coupling(model::Context(system, {0, 2}));
    EXPECT_EQ(c.patterns[0].name, "balance b0");
    EXPECT_EQ(c.patterns[1].name, "balance b1");
    EXPECT_THAT(c.patterns[0].channel, ElementsAre(0));
    EXPECT_THAT(c.patterns[1].channel, ElementsAre(1));
    EXPECT_EQ(c.rows[1].pattern, 0);
    EXPECT_EQ(c.rows[2].pattern, 1);
}

TEST(Coupling, AFlowPatternIsItsRowOfShiftFactors) {
    const grid::System system = two_regions(true);
    const model::Context context(system, {0, 2});
    lp::Coupling c = model::make_coupling(context);
    const std::vector<double> ptdf = {0.0, -0.5};
    const int number = model::add_flow_pattern(c, context, "NW-2", "branch l0", ptdf);
    EXPECT_EQ(number, 4);
    EXPECT_EQ(c.patterns[4].tag, "NW-2");
    EXPECT_EQ(c.patterns[4].name, "branch l0");
    EXPECT_THAT(c.patterns[4].channel, ElementsAre(1));
    EXPECT_THAT(c.patterns[4].weight, ElementsAre(-0.5));
    try {
        (void)model::add_flow_pattern(c, context, "NW-2", "branch l0", std::span(ptdf).first(1));
        FAIL() << "added";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::defect);
    }
}

} // namespace
