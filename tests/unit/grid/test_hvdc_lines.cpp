#include "grid/hvdc_lines.hpp"

#include <gtest/gtest.h>

namespace longyang::grid {
namespace {

TEST(HvdcLines, RangeByDirectionAndAvailability) {
    HvdcLines lines; // exports, goes both ways, imports only
    lines.p_min_mw = {400, -300, -400};
    lines.p_max_mw = {4000, 600, 0};
    const HvdcRange whole = hvdc_range(lines, 0, 1.0);
    EXPECT_EQ(whole.low_mw, 400);
    EXPECT_EQ(whole.high_mw, 4000);
    EXPECT_EQ(whole.most_mw(-1e-9), 4000);             // at rest, but for rounding
    EXPECT_EQ(hvdc_range(lines, 0, 0.05).low_mw, 200); // what is left of it
    const HvdcRange both = hvdc_range(lines, 1, 0.5);
    EXPECT_EQ(both.low_mw, -150);
    EXPECT_EQ(both.most_mw(20), 300);
    EXPECT_EQ(both.most_mw(0), 300);
    EXPECT_EQ(both.most_mw(-20), 150);
    EXPECT_EQ(hvdc_range(lines, 2, 0.5).most_mw(0), 200);
    EXPECT_EQ(rated_mw(lines, 1), 600);
    EXPECT_EQ(rated_mw(lines, 2), 400);
}

} // namespace
} // namespace longyang::grid
