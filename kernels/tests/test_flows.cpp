#include "kernels/flows.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;

struct Size {
    std::size_t rows, buses, hours;
};

class BranchFlows : public testing::TestWithParam<Size> {};

TEST_P(BranchFlows, AgreeWithPlainLoop) {
    const auto [rows, buses, hours] = GetParam();
    const auto ptdf = random_numbers(rows * buses, -1.0, 1.0, 1);
    const auto injection = random_numbers(buses * hours, -1000.0, 1000.0, 2);
    const auto offset = random_numbers(rows, -50.0, 50.0, 3);
    std::vector<double> flow(rows * hours, std::nan(""));
    branch_flows(rows, buses, hours, ptdf, injection, offset, flow);
    std::vector<double> flow_without_offset(rows * hours, std::nan(""));
    branch_flows(rows, buses, hours, ptdf, injection, {}, flow_without_offset);

    for (std::size_t l = 0; l < rows; ++l) {
        for (std::size_t t = 0; t < hours; ++t) {
            double sum = 0.0;
            double scale = std::abs(offset[l]);
            for (std::size_t b = 0; b < buses; ++b) {
                const double term = ptdf[l * buses + b] * injection[b * hours + t];
                sum += term;
                scale += std::abs(term);
            }
            ASSERT_NEAR(flow_without_offset[l * hours + t], sum, 1e-13 * scale) << l << ' ' << t;
            ASSERT_NEAR(flow[l * hours + t], sum + offset[l], 1e-13 * scale) << l << ' ' << t;
        }
    }
}

// Around every edge of the tiles (4 rows, 32 lanes, 4 groups of hours, 256 buses), and nothing at
// all.
INSTANTIATE_TEST_SUITE_P(Sizes, BranchFlows,
                         testing::Values(Size{1, 1, 1}, Size{3, 7, 31}, Size{4, 8, 32},
                                         Size{5, 9, 33}, Size{17, 40, 127}, Size{16, 40, 128},
                                         Size{9, 256, 129}, Size{6, 257, 168}, Size{11, 600, 97},
                                         Size{23, 118, 500}, Size{3, 0, 5}, Size{0, 3, 5},
                                         Size{3, 3, 0}));

// A rank that owns a few rows must get the bits that one rank with all rows gets.
TEST(BranchFlows, RowsAndHoursDoNotDependOnTheirNeighbours) {
    const std::size_t rows = 13;
    const std::size_t buses = 300;
    const std::size_t hours = 70;
    const auto ptdf = random_numbers(rows * buses, -1.0, 1.0, 4);
    const auto injection = random_numbers(buses * hours, -1000.0, 1000.0, 5);
    std::vector<double> all(rows * hours);
    branch_flows(rows, buses, hours, ptdf, injection, {}, all);
    for (std::size_t l = 0; l < rows; ++l) {
        std::vector<double> one(hours);
        branch_flows(1, buses, hours, std::span(ptdf).subspan(l * buses, buses), injection, {},
                     one);
        for (std::size_t t = 0; t < hours; ++t) {
            ASSERT_EQ(one[t], all[l * hours + t]) << l << ' ' << t;
        }
    }
    const std::size_t hour = 69;
    std::vector<double> column(buses);
    for (std::size_t b = 0; b < buses; ++b) {
        column[b] = injection[b * hours + hour];
    }
    std::vector<double> one_hour(rows);
    branch_flows(rows, buses, 1, ptdf, column, {}, one_hour);
    for (std::size_t l = 0; l < rows; ++l) {
        ASSERT_EQ(one_hour[l], all[l * hours + hour]) << l;
    }
}

TEST(BranchFlows, WrongSizesAreRefused) {
    const std::vector<double> four(4);
    const std::vector<double> six(6);
    std::vector<double> flow(6);
    EXPECT_THROW(branch_flows(2, 2, 3, six, six, {}, flow), std::invalid_argument);
    EXPECT_THROW(branch_flows(2, 2, 3, four, four, {}, flow), std::invalid_argument);
    EXPECT_THROW(branch_flows(2, 2, 3, four, six, six, flow), std::invalid_argument);
    flow.resize(5);
    EXPECT_THROW(branch_flows(2, 2, 3, four, six, {}, flow), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
