#include "base/error.hpp"
#include "run/cost_parts.hpp"

#include <gtest/gtest.h>

namespace {

using longyang::Comm;
using longyang::lp::Block;
using longyang::run::CostParts;

TEST(CostParts, CostsGoByTheFamilyOfTheirColumn) {
    Block thermal;
    thermal.fixed_cost = 7.0;
    thermal.add_column(thermal.family("thermal_on"), 0, 0, 3, 100.0, true);
    thermal.add_column(thermal.family("thermal_start_tier"), 0, 0, 3, 500.0);
    Block line;
    line.add_column(line.family("hvdc_delivered"), 0, -10, 10, -2.0);
    CostParts parts;
    parts.add(thermal, std::vector{2.0, 1.0});
    parts.add(line, std::vector{5.0});
    const std::vector<std::pair<std::string, double>> expected = {
        {"thermal starts", 500.0},
        {"thermal fuel, carbon, operation", 2 * 100.0 + 7.0},
        {"export value", -10.0}};
    EXPECT_EQ(parts.whole(longyang::world()), expected);
}

TEST(CostParts, ACostThatBelongsNowhereIsADefect) {
    Block block;
    block.add_column(block.family("unheard_of"), 0, 0, 1, 1.0);
    CostParts parts;
    EXPECT_THROW(parts.add(block, std::vector{1.0}), longyang::Error);
}

} // namespace
