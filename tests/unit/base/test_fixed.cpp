#include "base/fixed.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace longyang {
namespace {

TEST(Fixed, WhatReadsAsZeroHasNoSign) {
    EXPECT_EQ(fixed(-0.0, 0), "0");
    EXPECT_EQ(fixed(-4e-5, 4), "0.0000");
    EXPECT_EQ(fixed(-6e-5, 4), "-0.0001");
    EXPECT_EQ(fixed(-12.5, 1), "-12.5");
    EXPECT_EQ(fixed(1234.5678, 2), "1234.57");
    EXPECT_EQ(fixed(-std::numeric_limits<double>::infinity(), 2), "-inf");
}

} // namespace
} // namespace longyang
