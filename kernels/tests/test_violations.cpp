#include "kernels/flows.hpp"
#include "kernels/violations.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> negated(std::vector<double> values) {
    for (double& value : values) {
        value = -value;
    }
    return values;
}

void expect_same(const std::vector<Violation>& found, const std::vector<Violation>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].row, expected[i].row) << i;
        ASSERT_EQ(found[i].hour, expected[i].hour) << i;
        ASSERT_EQ(found[i].flow_mw, expected[i].flow_mw) << i;
        ASSERT_EQ(found[i].limit_mw, expected[i].limit_mw) << i;
    }
}

// The plain twin: every pair, all kept, sorted, then thinned out hour by hour.
Violations plain_search(std::size_t rows, std::size_t hours, const std::vector<double>& flow,
                        const Limits& limits, const Search& search) {
    Violations result;
    std::vector<Violation> all;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t hour = 0; hour < hours; ++hour) {
            const double x = flow[row * hours + hour];
            double f = 1.0;
            if (!limits.factor.empty()) {
                f = limits.factor[limits.factor.size() == hours ? hour : row * hours + hour];
            }
            const double upper = limits.upper_mw[row] * f;
            const double lower = limits.lower_mw[row] * f;
            if (x - upper > search.tolerance_mw || lower - x > search.tolerance_mw) {
                all.push_back({static_cast<std::int64_t>(row), static_cast<std::int64_t>(hour), x,
                               x > upper ? upper : lower});
            }
        }
    }
    result.found = static_cast<std::int64_t>(all.size());
    // Rows and hours ascend in `all`, so a stable sort leaves ties in that order.
    std::stable_sort(all.begin(), all.end(), [](const Violation& a, const Violation& b) {
        return std::round(a.excess_mw() * 1e6) > std::round(b.excess_mw() * 1e6);
    });
    std::vector<std::size_t> kept(hours, 0);
    for (const Violation& v : all) {
        auto& in_hour = kept[static_cast<std::size_t>(v.hour)];
        if (search.max_per_hour == 0 || in_hour < search.max_per_hour) {
            ++in_hour;
            result.worst_first.push_back(v);
        }
    }
    return result;
}

TEST(Violations, WorkedByHand) {
    // Rows 0, 1, 2 in hours 0, 1. Limits 100, 50, none. Excess: row 0 hour 1: 20; row 1 hour 0: 30
    // backwards; row 1 hour 1: 20, ties with row 0 hour 1 and comes after it.
    const std::vector<double> flow{100.0, 120.0, -80.0, 70.0, 1e9, -1e9};
    const std::vector<double> upper{100.0, 50.0, infinity};
    const std::vector<double> lower = negated(upper);
    const auto all = find_violations(3, 2, flow, {lower, upper, {}}, {});
    EXPECT_EQ(all.found, 3);
    expect_same(all.worst_first, {{1, 0, -80.0, -50.0}, {0, 1, 120.0, 100.0}, {1, 1, 70.0, 50.0}});
    EXPECT_EQ(all.worst_first[0].excess_mw(), 30.0);

    // A few units in the last place are no reason to prefer a row: other ranks get other ones.
    const std::vector<double> nearly{100.0, 120.0, -80.0, 70.0 + 1e-11, 1e9, -1e9};
    const auto tied = find_violations(3, 2, nearly, {lower, upper, {}}, {0.0, 1});
    expect_same(tied.worst_first, {{1, 0, -80.0, -50.0}, {0, 1, 120.0, 100.0}});

    const auto one_an_hour = find_violations(3, 2, flow, {lower, upper, {}}, {0.0, 1});
    EXPECT_EQ(one_an_hour.found, 3);
    expect_same(one_an_hour.worst_first, {{1, 0, -80.0, -50.0}, {0, 1, 120.0, 100.0}});

    const auto coarse = find_violations(3, 2, flow, {lower, upper, {}}, {20.0, 0});
    EXPECT_EQ(coarse.found, 1);
    expect_same(coarse.worst_first, {{1, 0, -80.0, -50.0}});

    // Half the rating in hour 0, twice in hour 1.
    const std::vector<double> factor{0.5, 2.0};
    const auto rated = find_violations(3, 2, flow, {lower, upper, factor}, {});
    expect_same(rated.worst_first, {{1, 0, -80.0, -25.0}, {0, 0, 100.0, 50.0}});
}

TEST(Violations, AgreeWithPlainLoop) {
    struct Size {
        std::size_t rows, hours;
    };
    for (const auto& [rows, hours] : {Size{1, 1}, Size{7, 31}, Size{40, 32}, Size{33, 200}}) {
        const auto flow = random_numbers(rows * hours, -100.0, 100.0, 11);
        for (const double tightest : {5.0, 90.0, 200.0}) { // most, a few, no violations
            const auto upper = random_numbers(rows, tightest, 1.1 * tightest, 12);
            const auto lower = negated(random_numbers(rows, tightest, 1.1 * tightest, 13));
            for (const std::size_t factors : {std::size_t{0}, hours, rows * hours}) {
                const auto factor = random_numbers(factors, 0.8, 1.2, 14);
                const Limits limits{lower, upper, factor};
                for (const Search search : {Search{0.0, 0}, Search{1e-6, 1}, Search{2.0, 5}}) {
                    const auto found = find_violations(rows, hours, flow, limits, search);
                    const auto expected = plain_search(rows, hours, flow, limits, search);
                    EXPECT_EQ(found.found, expected.found);
                    expect_same(found.worst_first, expected.worst_first);
                }
            }
        }
    }
}

TEST(Violations, OfFlowsInOneGo) {
    const std::size_t rows = 21;
    const std::size_t buses = 30;
    const std::size_t hours = 100;
    const auto ptdf = random_numbers(rows * buses, -1.0, 1.0, 21);
    const auto injection = random_numbers(buses * hours, -100.0, 100.0, 22);
    const auto offset = random_numbers(rows, -20.0, 20.0, 23);
    const std::vector<double> upper(rows, 400.0);
    const std::vector<double> lower(rows, -300.0);
    std::vector<double> flow(rows * hours);
    branch_flows(rows, buses, hours, ptdf, injection, offset, flow);
    const Limits limits{lower, upper, {}};
    const auto expected = find_violations(rows, hours, flow, limits, {1e-6, 3});
    ASSERT_GT(expected.found, 0);
    const auto found =
        find_flow_violations(rows, buses, hours, ptdf, injection, offset, limits, {1e-6, 3});
    EXPECT_EQ(found.found, expected.found);
    expect_same(found.worst_first, expected.worst_first);
}

TEST(Violations, NotANumberIsTheWorst) {
    const std::vector<double> flow{500.0, std::nan(""), 0.0};
    const std::vector<double> upper{100.0};
    const std::vector<double> lower{-100.0};
    const auto found = find_violations(1, 3, flow, {lower, upper, {}}, {});
    EXPECT_EQ(found.found, 2);
    ASSERT_EQ(found.worst_first.size(), 2U);
    EXPECT_EQ(found.worst_first[0].hour, 1);
    EXPECT_TRUE(std::isnan(found.worst_first[0].flow_mw));
    EXPECT_EQ(found.worst_first[1].hour, 0);
}

TEST(Violations, WrongSizesAreRefused) {
    const std::vector<double> two(2);
    const std::vector<double> three(3);
    const std::vector<double> six(6);
    EXPECT_NO_THROW((void)find_violations(2, 3, six, {two, two, three}, {}));
    EXPECT_THROW((void)find_violations(2, 3, three, {two, two, {}}, {}), std::invalid_argument);
    EXPECT_THROW((void)find_violations(2, 3, six, {three, two, {}}, {}), std::invalid_argument);
    EXPECT_THROW((void)find_violations(2, 3, six, {two, three, {}}, {}), std::invalid_argument);
    EXPECT_THROW((void)find_violations(2, 3, six, {two, two, two}, {}), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
