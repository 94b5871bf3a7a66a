#include "kernels/rows.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(HourMetric, WorkedByHand) {
    // Two hours: rows of patterns 0 and 1, then of pattern 1 alone. Two movers.
    const std::vector<std::int64_t> first{0, 2, 3};
    const std::vector<std::int64_t> pattern{0, 1, 1};
    const std::vector<double> effect{1.0, -1.0, 1.0, 0.5};
    const std::vector<double> scale{10.0, 20.0, 4.0, 8.0};
    std::vector<std::int64_t> place(3);
    place_metric({first, pattern}, place);
    EXPECT_EQ(place, (std::vector<std::int64_t>{0, 4, 5}));
    std::vector<float> metric(5, -1.0F);
    hour_metric({first, pattern}, 2, 2, effect, scale, place, metric);
    // 10 [1 -1; -1 1] + 4 [1 .5; .5 .25], and 20 + 8 x .25.
    EXPECT_EQ(metric, (std::vector<float>{14.0F, -8.0F, -8.0F, 11.0F, 22.0F}));
    // The first row of the first hour, and all of the second, are known already.
    metric = {3.0F, 0.0F, 0.0F, 0.0F, 5.0F};
    hour_metric({first, pattern}, 2, 2, effect, scale, place, metric,
                std::vector<std::int64_t>{1, 1});
    EXPECT_EQ(metric, (std::vector<float>{3.0F, -8.0F, -8.0F, 11.0F, 5.0F}));
}

/// One hour with its own metric, stepped once.
struct OneHour {
    std::vector<std::int64_t> first, pattern, place;
    std::vector<float> metric;
    std::vector<double> lower, upper, low, high, sum, price, factor{1.0}, last;

    OneHour(std::vector<float> h, std::vector<double> sums)
        : metric(std::move(h)), sum(std::move(sums)) {
        const std::size_t n = sum.size();
        first = {0, static_cast<std::int64_t>(n)};
        pattern.assign(n, 0);
        place = {0, static_cast<std::int64_t>(n * n)};
        lower.assign(n, 0.0);
        upper.assign(n, 0.0);
        low.assign(n, -inf);
        high.assign(n, inf);
        price.assign(n, 0.0);
        last.assign(n, 0.0);
    }
    void step(double scale, int sweeps = 5) {
        StepSettings settings;
        settings.scale = scale;
        settings.sweeps = sweeps;
        metric_step({first, pattern}, {lower, upper, low, high}, place, metric, settings, sum,
                    price, factor, last);
    }
};

TEST(MetricStep, OneRowByHand) {
    // 50 too little of 100 that may move: half of the scale of 8.
    OneHour hour({100.0F}, {-50.0});
    hour.step(8.0);
    EXPECT_DOUBLE_EQ(hour.price[0], 4.0);
    EXPECT_DOUBLE_EQ(hour.sum[0], 0.0);
    EXPECT_DOUBLE_EQ(hour.last[0], 4.0);
    // Still too little in the same direction: the hour's own factor grows by a tenth.
    hour.sum[0] = -50.0;
    hour.step(8.0);
    EXPECT_DOUBLE_EQ(hour.factor[0], 1.1);
    EXPECT_DOUBLE_EQ(hour.price[0], 8.4);
    // Too much now: it shrinks.
    hour.sum[0] = 10.0;
    hour.step(8.0);
    EXPECT_DOUBLE_EQ(hour.factor[0], 1.1 * 0.7);
    EXPECT_NEAR(hour.price[0], 8.4 - 0.1 * 8.0 * 0.77, 1e-12);
}

TEST(MetricStep, APriceRestsWithinLimitsAndTurnsAtEach) {
    // Rows of [-30, 30]: within, above, below; then one that lost its reason, and boxes.
    const auto stepped = [](double sum, double price, double low, double high) {
        OneHour hour({10.0F}, {sum});
        hour.lower = {-30.0};
        hour.upper = {30.0};
        hour.low = {low};
        hour.high = {high};
        hour.price = {price};
        hour.step(1.0);
        return hour.price[0];
    };
    EXPECT_EQ(stepped(20.0, 0.0, -inf, inf), 0.0);
    EXPECT_DOUBLE_EQ(stepped(40.0, 0.0, -inf, inf), -1.0);
    EXPECT_DOUBLE_EQ(stepped(-50.0, 0.0, -inf, inf), 2.0);
    // At a price of 1 the lower limit rules: 1 + (-30 - 20) / 10 < 0, and 1 + (30 - 20) / 10 > 0.
    EXPECT_EQ(stepped(20.0, 1.0, -inf, inf), 0.0);
    EXPECT_DOUBLE_EQ(stepped(-50.0, 0.0, -inf, 1.5), 1.5);
    EXPECT_DOUBLE_EQ(stepped(90.0, 0.0, -0.5, inf), -0.5);
    // One-sided.
    OneHour hour({10.0F}, {5.0});
    hour.lower = {0.0};
    hour.upper = {inf};
    hour.price = {0.25};
    hour.step(1.0);
    EXPECT_EQ(hour.price[0], 0.0);
}

TEST(MetricStep, SweepsSolveTheHoursRowsTogether) {
    // H d = g for free prices: [4 1; 1 2] d = [6 5] gives d = [1 2].
    OneHour hour({4.0F, 1.0F, 1.0F, 2.0F}, {-6.0, -5.0});
    hour.step(1.0, 60);
    EXPECT_NEAR(hour.price[0], 1.0, 1e-5);
    EXPECT_NEAR(hour.price[1], 2.0, 1e-5);
    EXPECT_NEAR(hour.sum[0], 0.0, 1e-4);
    EXPECT_NEAR(hour.sum[1], 0.0, 1e-4);
}

TEST(MetricStep, ARowThatNothingMovesKeepsItsPrice) {
    OneHour hour({0.0F}, {-6.0});
    hour.price = {3.0};
    hour.step(1.0);
    EXPECT_EQ(hour.price[0], 3.0);
}

TEST(MetricStep, ManyHoursAreStepsOfEachAlone) {
    const std::size_t hours = 300;
    std::vector<std::int64_t> first{0};
    for (std::size_t t = 0; t < hours; ++t) {
        first.push_back(first.back() + static_cast<std::int64_t>(t % 4));
    }
    const auto rows = static_cast<std::size_t>(first.back());
    std::vector<std::int64_t> pattern(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        pattern[r] = static_cast<std::int64_t>(r % 5);
    }
    const std::size_t movers = 7;
    const auto effect = test::random_numbers(movers * 5, -1.0, 1.0, 1);
    const auto scale = test::random_numbers(movers * hours, 0.0, 50.0, 2);
    std::vector<std::int64_t> place(hours + 1);
    place_metric({first, pattern}, place);
    std::vector<float> metric(static_cast<std::size_t>(place.back()));
    hour_metric({first, pattern}, movers, 5, effect, scale, place, metric);
    const std::vector<double> lower(rows, -20.0);
    const std::vector<double> upper(rows, 20.0);
    const std::vector<double> low(rows, -100.0);
    const std::vector<double> high(rows, 100.0);
    auto sum = test::random_numbers(rows, -100.0, 100.0, 3);
    std::vector<double> price(rows, 0.0);
    std::vector<double> factor(hours, 1.0);
    std::vector<double> last(rows, 0.0);
    const auto sum_before = sum;
    metric_step({first, pattern}, {lower, upper, low, high}, place, metric, {}, sum, price, factor,
                last);
    for (std::size_t t = 0; t < hours; ++t) {
        const auto begin = static_cast<std::size_t>(first[t]);
        const auto end = static_cast<std::size_t>(first[t + 1]);
        OneHour alone({metric.begin() + place[t], metric.begin() + place[t + 1]},
                      {sum_before.begin() + first[t], sum_before.begin() + first[t + 1]});
        std::fill(alone.lower.begin(), alone.lower.end(), -20.0);
        std::fill(alone.upper.begin(), alone.upper.end(), 20.0);
        std::fill(alone.low.begin(), alone.low.end(), -100.0);
        std::fill(alone.high.begin(), alone.high.end(), 100.0);
        alone.step(1.0);
        for (std::size_t r = begin; r < end; ++r) {
            EXPECT_EQ(price[r], alone.price[r - begin]) << "hour " << t;
        }
    }
}

TEST(MetricStep, RefusesSizesThatDoNotFit) {
    OneHour hour({1.0F}, {0.0});
    hour.price = {0.0, 0.0};
    EXPECT_THROW(hour.step(1.0), std::invalid_argument);
    const std::vector<std::int64_t> first{0, 1};
    const std::vector<std::int64_t> pattern{3};
    const std::vector<std::int64_t> place{0, 1};
    std::vector<float> metric(1);
    const std::vector<double> two(2, 1.0);
    const std::vector<double> one(1, 1.0);
    EXPECT_THROW(hour_metric({first, pattern}, 1, 2, two, one, place, metric),
                 std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
