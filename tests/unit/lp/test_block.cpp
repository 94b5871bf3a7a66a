#include "base/error.hpp"
#include "lp/block.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace longyang::lp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Block small_block() {
    Block block;
    block.name = "thermal:lanzhou";
    block.order = 7;
    block.fixed_cost = 12.5;
    const int on = block.family("on");
    const int row = block.family("TH-1");
    const int a = block.add_column(on, 0, 0.0, 1.0, 3.0, true);
    const int b = block.add_column(on, 1, -infinity, infinity, -2.0);
    block.add_row(row, 1, -infinity, 4.0, {{b, 2.0}, {a, -1.0}});
    block.add_port(5, 1, b, 0.25);
    block.add_port(6, 0, -1, -80.0);
    return block;
}

/// The words of the error that `work` throws; it must be a defect.
template <typename Work>
std::string defect(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::defect);
        return error.what();
    }
    return "nothing was thrown";
}

TEST(Block, FamiliesAreFoundAgain) {
    Block block;
    EXPECT_EQ(block.family("on"), 0);
    EXPECT_EQ(block.family("TH-1"), 1);
    EXPECT_EQ(block.family("on"), 0);
    EXPECT_THAT(block.families, ElementsAre("on", "TH-1"));
}

TEST(Block, RowsAreStoredAsGivenWithoutZeros) {
    Block block = small_block();
    const int row = block.add_row(1, 0, 1.0, 1.0, {{0, 0.0}, {1, 1e-12}});
    EXPECT_EQ(row, 1);
    EXPECT_THAT(block.row_start, ElementsAre(0, 2, 3));
    EXPECT_THAT(block.row_column, ElementsAre(1, 0, 1));
    EXPECT_THAT(block.row_value, ElementsAre(2.0, -1.0, 1e-12));
    block.add_port(0, 0, 0, 0.0);
    EXPECT_EQ(block.ports.size(), 2U);
}

TEST(Block, RefusesWhatCannotBe) {
    Block block = small_block();
    const double nan = std::nan("");
    EXPECT_THAT(defect([&] { block.add_column(0, 3, 2.0, 1.0, 0.0); }),
                HasSubstr("thermal:lanzhou: column on in hour 3: bounds 2 .. 1"));
    EXPECT_THAT(defect([&] { block.add_column(0, 3, nan, 1.0, 0.0); }), HasSubstr("nan"));
    EXPECT_THAT(defect([&] { block.add_column(0, 3, infinity, infinity, 0.0); }), HasSubstr("inf"));
    EXPECT_THAT(defect([&] { block.add_column(0, 3, 0.0, 1.0, infinity); }), HasSubstr("cost inf"));
    EXPECT_THAT(defect([&] { block.add_column(2, 3, 0.0, 1.0, 0.0); }), HasSubstr("family 2 of 2"));
    EXPECT_THAT(defect([&] {
                    block.add_row(1, 3, 0.0, 1.0, {{2, 1.0}});
                }),
                HasSubstr("1 x column 2 of 2"));
    EXPECT_THAT(defect([&] {
                    block.add_row(1, 3, 1.0, 0.0, {{0, 1.0}});
                }),
                HasSubstr("limits 1 .. 0"));
    EXPECT_THAT(defect([&] { block.add_row(1, 3, 0.0, 1.0, {{0, nan}}); }), HasSubstr("nan"));
    EXPECT_THAT(defect([&] {
                    block.add_row(1, 3, 0.0, 1.0, {{0, 1.0}, {1, 1.0}, {0, 2.0}});
                }),
                HasSubstr("stands twice"));
    EXPECT_THAT(defect([&] { block.add_port(0, 0, 2, 1.0); }), HasSubstr("column 2 of 2"));
    EXPECT_THAT(defect([&] { block.add_port(-1, 0, 0, 1.0); }), HasSubstr("channel -1"));
    // Nothing of it was kept.
    EXPECT_EQ(block.columns(), 2);
    EXPECT_EQ(block.rows(), 1);
    EXPECT_EQ(block.row_value.size(), 2U);
    EXPECT_EQ(block.ports.size(), 2U);
}

TEST(Block, AColumnTwiceInALongRow) {
    Block block;
    const int family = block.family("x");
    std::vector<Term> terms;
    terms.reserve(41);
    for (int i = 0; i < 40; ++i) {
        terms.push_back({block.add_column(family, i, 0.0, 1.0, 0.0), 1.0});
    }
    EXPECT_EQ(block.add_row(family, -1, 0.0, 1.0, terms), 0);
    terms.push_back({17, 2.0});
    EXPECT_THAT(defect([&] { block.add_row(family, -1, 0.0, 1.0, terms); }),
                HasSubstr("stands twice"));
}

TEST(Block, ClearedIsAsNewButKeepsItsMemory) {
    Block block = small_block();
    const double* memory = block.cost.data();
    block.clear();
    EXPECT_EQ(block.columns(), 0);
    EXPECT_EQ(block.rows(), 0);
    EXPECT_EQ(block.fixed_cost, 0.0);
    EXPECT_TRUE(block.ports.empty() && block.families.empty() && block.name.empty());
    EXPECT_THAT(block.row_start, ElementsAre(0));
    block.add_column(block.family("on"), 0, 0.0, 1.0, 1.0);
    EXPECT_EQ(block.cost.data(), memory);
}

TEST(Block, BytesThereAndBack) {
    std::vector<Block> blocks{small_block(), Block{}, small_block()};
    blocks[2].name = "load:xining";
    const std::vector<std::byte> bytes = to_bytes(blocks);
    const std::vector<Block> back = from_bytes(bytes);
    ASSERT_EQ(back.size(), 3U);
    for (std::size_t b = 0; b < 3; ++b) {
        EXPECT_EQ(back[b].name, blocks[b].name);
        EXPECT_EQ(back[b].order, blocks[b].order);
        EXPECT_EQ(back[b].families, blocks[b].families);
        EXPECT_EQ(back[b].fixed_cost, blocks[b].fixed_cost);
        EXPECT_EQ(back[b].cost, blocks[b].cost);
        EXPECT_EQ(back[b].lower, blocks[b].lower);
        EXPECT_EQ(back[b].upper, blocks[b].upper);
        EXPECT_EQ(back[b].integer, blocks[b].integer);
        EXPECT_EQ(back[b].row_lower, blocks[b].row_lower);
        EXPECT_EQ(back[b].row_upper, blocks[b].row_upper);
        EXPECT_EQ(back[b].row_start, blocks[b].row_start);
        EXPECT_EQ(back[b].row_column, blocks[b].row_column);
        EXPECT_EQ(back[b].row_value, blocks[b].row_value);
    }
    ASSERT_EQ(back[2].ports.size(), 2U);
    EXPECT_EQ(back[2].ports[0].channel, 5);
    EXPECT_EQ(back[2].ports[0].hour, 1);
    EXPECT_EQ(back[2].ports[0].column, 1);
    EXPECT_EQ(back[2].ports[0].value, 0.25);
    ASSERT_EQ(back[0].column_label.size(), 2U);
    EXPECT_EQ(back[0].column_label[1].hour, 1);
    EXPECT_EQ(back[0].row_label.at(0).family, 1);
    EXPECT_TRUE(from_bytes(to_bytes({})).empty());
}

TEST(Block, BytesCutShortAreRefused) {
    const std::vector<std::byte> bytes = to_bytes(std::vector<Block>{small_block()});
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_THROW(static_cast<void>(from_bytes(std::span(bytes).first(length))), Error)
            << length << " of " << bytes.size();
    }
    std::vector<std::byte> more = bytes;
    more.push_back(std::byte{0});
    EXPECT_THAT(defect([&] { static_cast<void>(from_bytes(more)); }), HasSubstr("too long"));
}

} // namespace
} // namespace longyang::lp
