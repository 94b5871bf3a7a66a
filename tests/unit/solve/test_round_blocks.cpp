#include "solve/highs/round_blocks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using longyang::lp::Block;
using longyang::lp::Coupling;
using longyang::lp::infinity;
using longyang::solve::highs::round_blocks;

/// One channel of energy over `hours`, balanced in each of them.
Coupling balanced(int hours) {
    Coupling coupling;
    coupling.hours = hours;
    coupling.channels = {"energy"};
    coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    for (int t = 0; t < hours; ++t) {
        coupling.rows.push_back({0, t, t + 1, 0.0, 0.0});
    }
    return coupling;
}

/// Three units that are on or off by the hour at 100 CNY/h, and give 10 MW each.
Block units(int hours) {
    Block block;
    block.name = "units";
    const int on = block.family("thermal_on");
    for (int t = 0; t < hours; ++t) {
        const int column = block.add_column(on, t, 0, 3, 100, true);
        block.add_port(0, t, column, 10.0);
    }
    return block;
}

TEST(RoundBlocks, WholeValuesAreTheNearestAtFairPrices) {
    const std::vector<Block> blocks = {units(3)};
    const Coupling coupling = balanced(3);
    // At 10 CNY/MWh a unit earns what it costs, so only the distance counts.
    const std::vector<double> dual(3, 10.0);
    const std::vector<double> relaxed = {0.4, 1.7, 2.0};
    EXPECT_EQ(round_blocks(blocks, coupling, relaxed, dual, {}), (std::vector<double>{0, 2, 2}));
    // Lifted by 0.2: 0.6, 1.9, 2.2.
    longyang::solve::highs::Rounding rounding;
    rounding.lift = 0.2;
    EXPECT_EQ(round_blocks(blocks, coupling, relaxed, dual, rounding),
              (std::vector<double>{1, 2, 2}));
    rounding.stop = [] { return true; };
    EXPECT_EQ(round_blocks(blocks, coupling, relaxed, dual, rounding), relaxed);
}

TEST(RoundBlocks, BetweenTwoWholeValuesMoneyDecides) {
    const std::vector<Block> blocks = {units(2)};
    const Coupling coupling = balanced(2);
    // Half a unit either way; the first hour pays 11 CNY/MWh for what costs 10, the second 9.
    const std::vector<double> dual = {11.0, 9.0};
    EXPECT_EQ(round_blocks(blocks, coupling, std::vector<double>{1.5, 1.5}, dual, {}),
              (std::vector<double>{2, 1}));
}

TEST(RoundBlocks, TheBlocksOwnRulesHold) {
    std::vector<Block> blocks = {units(3)};
    // A rule like a minimum time: as many on in the second hour as in the first, at least.
    blocks[0].add_row(blocks[0].family("TH-2"), 1, 0.0, infinity, {{1, 1.0}, {0, -1.0}});
    const std::vector<double> dual(3, 10.0);
    const auto whole =
        round_blocks(blocks, balanced(3), std::vector<double>{1.6, 1.4, 0.0}, dual, {});
    EXPECT_LE(whole[0], whole[1]);
    EXPECT_EQ(whole[0], std::round(whole[0]));
    EXPECT_DOUBLE_EQ(whole[2], 0.0);
}

TEST(RoundBlocks, ALineKeepsItsContractWithItsShortfall) {
    // A line with steps of 10 MW over two hours that owes 25 to 35 MWh; what is missing costs 50
    // CNY/MWh.
    Block line;
    line.name = "line";
    for (int t = 0; t < 2; ++t) {
        const int power = line.add_column(line.family("hvdc_power"), t, 0, 30, 0);
        const int steps = line.add_column(line.family("hvdc_level"), t, 0, 3, 0, true);
        line.add_row(line.family("HV-2"), t, 0.0, 0.0, {{power, 1.0}, {steps, -10.0}});
        line.add_port(0, t, power, -1.0);
        line.add_port(1, t, power, 1.0);
    }
    Block missing;
    missing.name = "missing";
    missing.order = 1;
    missing.add_port(2, 0, missing.add_column(missing.family("contract_short"), 0, 0, 100, 50), 1);
    Coupling coupling = balanced(2);
    coupling.channels = {"energy", "power", "missing"};
    coupling.patterns.push_back({"CT-1", "contract", {1, 2}, {1.0, 1.0}});
    coupling.rows.push_back({1, 0, 2, 25.0, 35.0});
    // Rounded alone each hour would become 10 MW, 20 MWh in all: 5 too little.
    const std::vector<Block> blocks = {line, missing};
    const std::vector<double> relaxed = {12.5, 1.25, 12.5, 1.25, 0.0};
    const std::vector<double> dual = {20.0, 20.0, 20.0};
    const auto whole = round_blocks(blocks, coupling, relaxed, dual, {});
    EXPECT_NEAR(whole[0] + whole[2], 30.0, 1e-6);
    EXPECT_NEAR(whole[4], 0.0, 1e-6);
}

// A row ties blocks together by all that give to it, not by those at hand.
TEST(RoundBlocks, OnlyTiesOfTheWholeProgrammeCount) {
    Coupling coupling = balanced(2);
    coupling.channels = {"energy", "fleet"};
    coupling.patterns.push_back({"TH-16", "fleet", {1}, {1.0}});
    coupling.rows.push_back({1, 0, 2, -infinity, 20.0}); // two unit-hours of all
    std::vector<Block> all;
    for (int k = 0; k < 4; ++k) {
        all.push_back(units(2));
        all.back().order = k;
        for (int t = 0; t < 2; ++t) {
            all.back().add_port(1, t, t, 10.0);
        }
    }
    using longyang::solve::highs::find_ties;
    const std::vector<Block> three(all.begin(), all.begin() + 3);
    EXPECT_EQ(find_ties(three, coupling).row, (std::vector<char>{0, 0, 1}));
    EXPECT_EQ(find_ties(three, coupling).group, (std::vector<std::size_t>{0, 0, 0}));
    EXPECT_EQ(find_ties(all, coupling).row, (std::vector<char>{0, 0, 0}));
    EXPECT_EQ(find_ties(all, coupling).group, (std::vector<std::size_t>{0, 1, 2, 3}));

    // Two of the four blocks: alone they would share the row between them.
    const std::vector<Block> two(all.begin(), all.begin() + 2);
    const std::vector<double> relaxed = {0.9, 0.9, 0.9, 0.9};
    const std::vector<double> dual = {10.0, 10.0, 0.0};
    const std::vector<char> ties = find_ties(all, coupling).row;
    EXPECT_EQ(round_blocks(two, coupling, relaxed, dual, {}, {ties, {}}),
              (std::vector<double>{1, 1, 1, 1}));
    const std::vector<double> within = round_blocks(two, coupling, relaxed, dual, {});
    EXPECT_DOUBLE_EQ(within[0] + within[1] + within[2] + within[3], 2.0);
    // What is rounded elsewhere stays as it is.
    const std::vector<char> here = {0, 1};
    EXPECT_EQ(round_blocks(two, coupling, relaxed, dual, {}, {ties, here}),
              (std::vector<double>{0.9, 0.9, 1, 1}));
}

TEST(RoundBlocks, BlocksWithoutIntegersKeepTheirValues) {
    Block load;
    load.name = "load";
    load.add_port(0, 0, load.add_column(load.family("load_shed"), 0, 0, 5, 1000), 1.0);
    const std::vector<Block> blocks = {load};
    EXPECT_EQ(round_blocks(blocks, balanced(1), std::vector{1.23}, std::vector{10.0}, {}),
              std::vector{1.23});
}

TEST(RoundBlocks, ABlockThatCannotBeWholeStaysAsItIs) {
    std::vector<Block> blocks = {units(1), units(1)};
    blocks[0].add_row(blocks[0].family("odd"), 0, 0.5, 0.7, {{0, 1.0}});
    EXPECT_EQ(round_blocks(blocks, balanced(1), std::vector{0.6, 1.8}, std::vector{10.0}, {}),
              (std::vector{0.6, 2.0}));
}

} // namespace
