#include "run/forecast.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang;

TEST(Forecast, WhatIsLeftFollowsThePace) {
    run::PriceWork work;
    work.evaluations = 100;
    const auto prices_alone = run::forecast_by_prices(800, 24, 2, work);
    const double one_s = run::evaluation_s(800, 24, 2);
    // 40 of 100 evaluations, as fast as forecast and three times as slow.
    EXPECT_NEAR(run::seconds_left(prices_alone, one_s, 40, 40 * one_s), 60 * one_s, 1e-12);
    EXPECT_NEAR(run::seconds_left(prices_alone, one_s, 40, 120 * one_s), 180 * one_s, 1e-12);
    // Dispatches and windows are as slow as evaluations are.
    work.dispatches = 3;
    work.improvements = 1;
    const auto all = run::forecast_by_prices(800, 24, 2, work);
    EXPECT_GT(all.seconds, prices_alone.seconds);
    EXPECT_NEAR(run::seconds_left(all, one_s, 40, 120 * one_s) - 180 * one_s,
                3 * (all.seconds - prices_alone.seconds), 1e-12);
}

TEST(Forecast, NothingIsLeftOfMoreThanWasForecast) {
    run::PriceWork work;
    work.evaluations = 10;
    const double one_s = run::evaluation_s(800, 24, 1);
    EXPECT_EQ(run::seconds_left(run::forecast_by_prices(800, 24, 1, work), one_s, 20, 1.0), 0.0);
}

} // namespace
