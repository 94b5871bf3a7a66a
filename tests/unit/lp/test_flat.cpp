#include "base/error.hpp"
#include "lp/flat.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace longyang::lp {
namespace {

using testing::ElementsAre;

/// Two plants and a load at one bus over two hours:
/// cheap 10 CNY/MWh up to 50 MW, dear 30 CNY/MWh up to 100 MW, 80 and 40 MW of load; both hours
/// together at most 100 MWh of the dear one (channel 1).
struct TwoPlants {
    std::vector<Block> blocks;
    Coupling coupling;

    TwoPlants() {
        const auto plant = [](const std::string& name, double limit, double cost) {
            Block block;
            block.name = name;
            const int p = block.family("p");
            for (int hour = 0; hour < 2; ++hour) {
                const int column = block.add_column(p, hour, 0.0, limit, cost);
                block.add_port(0, hour, column, 1.0);
            }
            return block;
        };
        blocks.push_back(plant("cheap", 50.0, 10.0));
        blocks.push_back(plant("dear", 100.0, 30.0));
        blocks.back().fixed_cost = 5.0;
        blocks.back().add_row(blocks.back().family("RAMP"), 1, -60.0, 60.0, {{1, 1.0}, {0, -1.0}});
        blocks.back().add_port(1, 0, 0, 1.0);
        blocks.back().add_port(1, 1, 1, 1.0);
        Block load;
        load.name = "load";
        load.add_port(0, 0, -1, -80.0);
        load.add_port(0, 1, -1, -40.0);
        blocks.push_back(load);
        coupling.hours = 2;
        coupling.channels = {"injection:a", "dear"};
        coupling.patterns = {{"NW-1", "island 1", {0}, {1.0}}, {"CT-1", "dear", {1}, {1.0}}};
        coupling.rows = {{0, 0, 1, 0.0, 0.0}, {0, 1, 2, 0.0, 0.0}, {1, 0, 2, -infinity, 100.0}};
    }
};

TEST(Flat, TwoBlocksByHand) {
    const TwoPlants two;
    const FlatProgramme flat = flatten(two.blocks, two.coupling);
    EXPECT_EQ(flat.offset, 5.0);
    EXPECT_THAT(flat.cost, ElementsAre(10.0, 10.0, 30.0, 30.0));
    EXPECT_THAT(flat.upper, ElementsAre(50.0, 50.0, 100.0, 100.0));
    EXPECT_THAT(flat.first_column, ElementsAre(0, 2, 4, 4));
    EXPECT_THAT(flat.first_row, ElementsAre(0, 0, 1, 1));
    // The ramp of the dear plant, two balances with the load on the right, the sum over both hours.
    EXPECT_THAT(flat.rows.lower, ElementsAre(-60.0, 80.0, 40.0, -infinity));
    EXPECT_THAT(flat.rows.upper, ElementsAre(60.0, 80.0, 40.0, 100.0));
    EXPECT_THAT(flat.rows.start, ElementsAre(0, 2, 4, 6, 8));
    EXPECT_THAT(flat.rows.column, ElementsAre(3, 2, 0, 2, 1, 3, 2, 3));
    EXPECT_THAT(flat.rows.value, ElementsAre(1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0));
}

TEST(Flat, NamesAreUniqueAndWithoutSpaces) {
    TwoPlants two;
    Block& cheap = two.blocks[0];
    cheap.name = "thermal:da tong";
    cheap.add_column(cheap.family("p"), 0, 0.0, 1.0, 0.0); // a second segment of hour 0
    cheap.add_column(cheap.family("p"), 0, 0.0, 1.0, 0.0);
    cheap.add_column(cheap.family("p#2"), 0, 0.0, 1.0, 0.0);
    cheap.add_column(cheap.family("start"), -1, 0.0, 1.0, 0.0);
    EXPECT_THAT(column_names(two.blocks),
                ElementsAre("thermal:da_tong.p.0", "thermal:da_tong.p.1", "thermal:da_tong.p.0#2",
                            "thermal:da_tong.p.0#3", "thermal:da_tong.p_2.0",
                            "thermal:da_tong.start", "dear.p.0", "dear.p.1"));
    EXPECT_THAT(row_names(two.blocks, two.coupling),
                ElementsAre("dear.RAMP.1", "NW-1.island_1.0", "NW-1.island_1.1", "CT-1.dear.0-2"));
}

TEST(Flat, PricesOfChannels) {
    TwoPlants two;
    // A limit on a weighted sum: 0.5 x injection - 2 x dear, in hour 1.
    two.coupling.patterns.push_back({"NW-2", "branch", {0, 1}, {0.5, -2.0}});
    two.coupling.rows.push_back({2, 1, 2, -10.0, 10.0});
    const std::vector<double> dual{30.0, 10.0, -7.0, -4.0};
    // injection: 30; 10 - 4 x 0.5 = 8. dear: -7; -7 + 4 x 2 = 1.
    EXPECT_THAT(channel_prices(two.coupling, dual), ElementsAre(30.0, 8.0, -7.0, 1.0));
    EXPECT_THROW(static_cast<void>(channel_prices(two.coupling, std::vector<double>{1.0})), Error);
}

TEST(Flat, WhatCannotBeIsRefused) {
    TwoPlants two;
    two.blocks[0].ports[0].hour = 2;
    EXPECT_THROW(static_cast<void>(flatten(two.blocks, two.coupling)), Error);
    two.blocks[0].ports[0] = {2, 0, 0, 1.0};
    EXPECT_THROW(static_cast<void>(flatten(two.blocks, two.coupling)), Error);
    two.blocks[0].ports[0] = {0, 0, 0, 1.0};
    EXPECT_NO_THROW(static_cast<void>(flatten(two.blocks, two.coupling)));
    for (const CouplingRow& wrong : {CouplingRow{2, 0, 1, 0.0, 0.0}, CouplingRow{0, 0, 3, 0.0, 0.0},
                                     CouplingRow{0, 1, 1, 0.0, 0.0}, CouplingRow{0, 0, 1, 1.0, 0.0},
                                     CouplingRow{0, -1, 1, 0.0, 0.0}}) {
        Coupling coupling = two.coupling;
        coupling.rows.push_back(wrong);
        EXPECT_THROW(static_cast<void>(flatten(two.blocks, coupling)), Error);
    }
    two.coupling.patterns[0].channel = {2};
    EXPECT_THROW(static_cast<void>(flatten(two.blocks, two.coupling)), Error);
}

/// A made-up programme of many blocks with patterns over many channels.
struct Large {
    std::vector<Block> blocks;
    Coupling coupling;

    Large(int count, int channels, int hours) {
        std::mt19937 random(11);
        const auto whole = [&](int below) {
            return static_cast<int>(random() % static_cast<unsigned>(below));
        };
        const auto real = [&] { return std::uniform_real_distribution<double>(-1.0, 1.0)(random); };
        for (int b = 0; b < count; ++b) {
            Block block;
            block.name = "block" + std::to_string(b);
            block.order = b;
            const int family = block.family("x");
            const int columns = 1 + whole(12);
            for (int j = 0; j < columns; ++j) {
                block.add_column(family, whole(hours), -1.0, 1.0 + real(), real(), whole(3) == 0);
            }
            for (int r = whole(4); r > 0; --r) {
                std::vector<Term> terms;
                for (int j = 0; j < columns; ++j) {
                    if (whole(2) == 0) {
                        terms.push_back({j, real()});
                    }
                }
                block.add_row(family, -1, -5.0, 5.0, terms);
            }
            for (int p = whole(30); p > 0; --p) {
                block.add_port(whole(channels), whole(hours), whole(columns + 1) - 1, real());
            }
            blocks.push_back(block);
        }
        coupling.hours = hours;
        coupling.channels.resize(static_cast<std::size_t>(channels));
        for (int k = 0; k < 12; ++k) {
            Pattern pattern;
            for (int i = 0; i < channels; ++i) {
                if (k == 0 || whole(2) == 0) {
                    pattern.channel.push_back(whole(channels)); // some stand twice
                    pattern.weight.push_back(k == 0 ? 1.0 : real() * 1e-3);
                }
            }
            coupling.patterns.push_back(pattern);
        }
        for (int r = 0; r < 60; ++r) {
            const int begin = whole(hours);
            coupling.rows.push_back({whole(12), begin, begin + 1 + whole(hours - begin),
                                     r % 3 == 0 ? -infinity : -2.0, 3.0 + r});
        }
    }
};

TEST(Flat, TwoHundredBlocksAsInADenseMatrix) {
    const Large large(200, 30, 8);
    const FlatProgramme flat = flatten(large.blocks, large.coupling);
    const auto columns = static_cast<std::size_t>(flat.first_column.back());
    ASSERT_EQ(flat.cost.size(), columns);

    // The definition, written out: for every row, block, port, pattern entry and hour.
    const std::size_t own = static_cast<std::size_t>(flat.first_row.back());
    std::vector<std::vector<double>> dense;
    std::vector<double> lower;
    std::vector<double> upper;
    std::size_t first = 0;
    for (const Block& block : large.blocks) {
        for (int r = 0; r < block.rows(); ++r) {
            dense.emplace_back(columns, 0.0);
            for (auto e = block.row_start[static_cast<std::size_t>(r)];
                 e < block.row_start[static_cast<std::size_t>(r) + 1]; ++e) {
                const auto at = static_cast<std::size_t>(e);
                dense.back()[first + static_cast<std::size_t>(block.row_column[at])] =
                    block.row_value[at];
            }
            lower.push_back(-5.0);
            upper.push_back(5.0);
        }
        first += block.cost.size();
    }
    for (const CouplingRow& row : large.coupling.rows) {
        const Pattern& pattern = large.coupling.patterns[static_cast<std::size_t>(row.pattern)];
        dense.emplace_back(columns, 0.0);
        double constant = 0.0;
        first = 0;
        for (const Block& block : large.blocks) {
            for (const Port& port : block.ports) {
                if (port.hour < row.begin || port.hour >= row.end) {
                    continue;
                }
                for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
                    if (pattern.channel[i] == port.channel) {
                        (port.column < 0
                             ? constant
                             : dense.back()[first + static_cast<std::size_t>(port.column)]) +=
                            pattern.weight[i] * port.value;
                    }
                }
            }
            first += block.cost.size();
        }
        lower.push_back(row.lower - constant);
        upper.push_back(row.upper - constant);
    }

    const auto compare = [&](const SparseRows& rows, std::size_t offset) {
        for (std::size_t r = 0; r + 1 < rows.start.size(); ++r) {
            std::vector<double> found(columns, 0.0);
            std::set<int> seen;
            for (auto e = static_cast<std::size_t>(rows.start[r]);
                 e < static_cast<std::size_t>(rows.start[r + 1]); ++e) {
                EXPECT_TRUE(seen.insert(rows.column[e]).second) << "twice in row " << r;
                EXPECT_NE(rows.value[e], 0.0);
                found[static_cast<std::size_t>(rows.column[e])] = rows.value[e];
            }
            for (std::size_t j = 0; j < columns; ++j) {
                ASSERT_NEAR(found[j], dense[offset + r][j], 1e-13) << "row " << offset + r;
            }
            EXPECT_DOUBLE_EQ(rows.lower[r], lower[offset + r]);
            EXPECT_NEAR(rows.upper[r], upper[offset + r], 1e-12);
        }
    };
    ASSERT_EQ(flat.rows.lower.size(), own + 60);
    compare(flat.rows, 0);
    const SparseRows some = flatten_rows(large.blocks, large.coupling, 25, 40);
    ASSERT_EQ(some.lower.size(), 15U);
    compare(some, own + 25);
    EXPECT_THROW(static_cast<void>(flatten_rows(large.blocks, large.coupling, 40, 61)), Error);
}

TEST(Flat, SizeIsCountedByPart) {
    const TwoPlants two;
    const Size size = size_of(two.blocks, two.coupling);
    EXPECT_EQ(size.columns, 4);
    EXPECT_EQ(size.integers, 0);
    EXPECT_EQ(size.rows, 1);
    EXPECT_EQ(size.nonzeros, 2);
    EXPECT_EQ(size.coupling_nonzeros, 6);

    const Large large(200, 30, 8);
    const Size whole = size_of(large.blocks, large.coupling);
    const FlatProgramme flat = flatten(large.blocks, large.coupling);
    EXPECT_EQ(whole.columns, static_cast<long long>(flat.cost.size()));
    EXPECT_EQ(whole.integers, std::count(flat.integer.begin(), flat.integer.end(), 1));
    EXPECT_EQ(whole.rows, flat.first_row.back());
    const auto entries = static_cast<long long>(flat.rows.value.size());
    EXPECT_GE(whole.nonzeros + whole.coupling_nonzeros, entries);
    const std::span<const Block> blocks(large.blocks);
    const Size front = size_of(blocks.first(77), large.coupling);
    const Size back = size_of(blocks.subspan(77), large.coupling);
    EXPECT_EQ(front.columns + back.columns, whole.columns);
    EXPECT_EQ(front.integers + back.integers, whole.integers);
    EXPECT_EQ(front.nonzeros + back.nonzeros, whole.nonzeros);
    EXPECT_EQ(front.coupling_nonzeros + back.coupling_nonzeros, whole.coupling_nonzeros);
}

} // namespace
} // namespace longyang::lp
