#include "base/error.hpp"
#include "lp/block_plan.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <random>

namespace longyang::lp {
namespace {

/// Bit by bit: NaN and -0.0 are numbers like others.
void expect_same(const std::vector<double>& a, const std::vector<double>& b) {
    ASSERT_EQ(a.size(), b.size());
    EXPECT_TRUE(a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Stretches of 1 to 12 hours alike, of 24 different ones, or of a sign of zero.
std::vector<double> some_hours(std::mt19937_64& random, std::size_t hours) {
    std::vector<double> table;
    while (table.size() < hours) {
        const std::size_t length = 1 + random() % 12;
        switch (random() % 4) {
        case 0:
            table.insert(table.end(), length, 300.0);
            break;
        case 1:
            table.insert(table.end(), length, random() % 2 == 0 ? 0.0 : -0.0);
            break;
        case 2:
            table.insert(table.end(), length, std::nan(""));
            break;
        default:
            for (int k = 0; k < 24; ++k) {
                table.push_back(static_cast<double>(random() % 1000));
            }
        }
    }
    table.resize(hours);
    return table;
}

TEST(BlockPlan, BytesThereAndBack) {
    std::mt19937_64 random(7);
    for (std::size_t hours = 0; hours < 200; ++hours) {
        UnitsPlan units;
        units.units = 1;
        units.on.assign(hours, 1);
        units.p_mw = some_hours(random, hours);
        units.up_mw = some_hours(random, hours);
        LinePlan line;
        line.power_mw = some_hours(random, hours);
        line.period_row = {3, 5};
        const std::vector<BlockPlan> plans{units, BlockPlan{}, line};
        const std::vector<BlockPlan> back = plans_from_bytes(to_bytes(plans));
        ASSERT_EQ(back.size(), 3U);
        const auto& units_back = std::get<UnitsPlan>(back[0]);
        EXPECT_EQ(units_back.units, 1);
        EXPECT_EQ(units_back.on, units.on);
        expect_same(units_back.p_mw, units.p_mw);
        expect_same(units_back.up_mw, units.up_mw);
        EXPECT_TRUE(units_back.down_mw.empty());
        EXPECT_TRUE(std::holds_alternative<std::monostate>(back[1]));
        expect_same(std::get<LinePlan>(back[2]).power_mw, line.power_mw);
        EXPECT_EQ(std::get<LinePlan>(back[2]).period_row, line.period_row);
    }
}

/// A year off and on at full output: a length, a run, and a number a table; `on` by the byte.
TEST(BlockPlan, HoursThatAreAlikeTakeNoRoom) {
    UnitsPlan units;
    units.on.assign(8760, 0);
    units.p_mw.assign(8760, 0.0);
    std::fill(units.p_mw.begin() + 5000, units.p_mw.end(), 600.0);
    const std::vector<std::byte> bytes = to_bytes(std::vector<BlockPlan>{units});
    EXPECT_LE(bytes.size(), 8760U + 128U);
}

TEST(BlockPlan, PackedPlansComeBackOnce) {
    LinePlan line;
    line.power_mw = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    PackedPlans packed(std::vector<BlockPlan>{BlockPlan{}, line});
    EXPECT_FALSE(packed.empty());
    const std::vector<BlockPlan> back = packed.unpack();
    ASSERT_EQ(back.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(back[0]));
    EXPECT_EQ(std::get<LinePlan>(back[1]).power_mw, line.power_mw);
    EXPECT_TRUE(packed.empty());
}

TEST(BlockPlan, BytesCutShortAreRefused) {
    AmountPlan amount;
    amount.amount = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 3.0};
    const std::vector<std::byte> bytes = to_bytes(std::vector<BlockPlan>{amount});
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_THROW(static_cast<void>(plans_from_bytes(std::span(bytes).first(length))), Error)
            << length << " of " << bytes.size();
    }
}

} // namespace
} // namespace longyang::lp
