#include "../solve/kernel_runtime.hpp"
#include "base/error.hpp"
#include "certify/units.hpp"
#include "random_examples.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

// The dynamic programme of certify against HiGHS and the engine's oracle on single units.
// LONGYANG_RANDOM_UNITS in the environment asks for more of them than CI has time for.

namespace longyang::certify {
namespace {

int runs(int usual) {
    const char* asked = std::getenv("LONGYANG_RANDOM_UNITS");
    return asked == nullptr ? usual : std::atoi(asked);
}

Example random_unit(Random& random, bool slow, bool reserve, bool capture) {
    Example e;
    e.hours = random.whole(8, slow ? 24 : 36);
    const testing::Plant plant = testing::random_plant(random, {true, slow}, e.system, e.hours);
    const int item = testing::add_plant(e.system, plant);
    testing::random_duties(random, e.system, item, e.hours);
    if (capture) {
        e.system.deep_load = {};
        e.system.thermal.p_min_mw[0] = plant.curve.front().first;
        testing::random_capture(random, e.system, item);
    } else {
        testing::random_heat(random, e.system, item);
    }
    if (random.one_in(4)) {
        const int from = random.whole(0, e.hours);
        testing::add_outage(e.system, item, from, from + random.whole(1, 12), 1);
    }
    if (reserve) {
        e.add_reserves();
    }
    const auto [mw, cny] = plant.curve.back();
    const double level = cny / mw * random.number(0.8, 1.3);
    e.draw_prices(random, level, level * random.number(0.1, 1.0));
    return e;
}

/// Tells how many were compared, and the largest share of turnover by which reserve wider than the
/// ramps made the bound fall short.
struct Seen {
    int possible = 0, impossible = 0, wide = 0;
    double worst_wide = 0.0;
};

void check(const Example& e, Seen& seen) {
    const std::vector<lp::UnitGroup> groups = model::unit_groups(e.context(), 0);
    ASSERT_EQ(groups.size(), 1U);
    const lp::UnitGroup& unit = groups.front();
    double best = std::numeric_limits<double>::infinity();
    try {
        best = e.by_highs({model::Kind::thermal, 0});
    } catch (const Error&) {
        // The model itself sees that nothing is possible.
    }
    const double bound = unit_bound(unit, e.prices());
    if (!(best < std::numeric_limits<double>::infinity())) {
        ++seen.impossible;
        EXPECT_FALSE(bound < std::numeric_limits<double>::infinity());
        return;
    }
    const double size = e.turnover(unit.p_max_mw[0]);
    EXPECT_LE(bound, best + 1e-9 * size);
    const double short_of = (best - bound) / size;
    if (unit.up_max_mw + unit.down_max_mw > unit.ramp_up_mw_per_h + unit.ramp_down_mw_per_h) {
        ++seen.wide;
        seen.worst_wide = std::max(seen.worst_wide, short_of);
    } else {
        ++seen.possible;
        EXPECT_LE(short_of, 1e-9);
    }
    solve::prices::UnitSolver solver({groups}, e.hours);
    std::vector<double> given(e.price.size(), 0.0);
    EXPECT_GE(bound, solver.solve(e.price, given).bound - 1e-9 * size);
}

Seen check_many(std::uint64_t seed, int count, bool slow, bool reserve, bool capture = false) {
    Random random(seed);
    Seen seen;
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        check(random_unit(random, slow, reserve, capture), seen);
    }
    fmt::print("{} exact, {} with wide reserve (worst {:.2e}), {} impossible\n", seen.possible,
               seen.wide, seen.worst_wide, seen.impossible);
    return seen;
}

TEST(CertifyUnits, BestPlanOfHighsWithoutReserve) {
    EXPECT_GT(check_many(11, runs(60), false, false).possible, runs(60) / 2);
}

TEST(CertifyUnits, BestPlanOfHighsWithReserve) {
    EXPECT_GT(check_many(12, runs(60), false, true).possible, runs(60) / 3);
}

TEST(CertifyUnits, BestPlanOfHighsWithCarbonCapture) { // TH-19
    EXPECT_GT(check_many(14, runs(60), false, true, true).possible, runs(60) / 3);
}

TEST(CertifyUnits, SlowRampsAndManyRuns) {
    EXPECT_GT(check_many(13, runs(25), true, false).possible, runs(25) / 2);
}

// By hand: 100 to 200 MW at 300 and 200 CNY/MWh, start free. At 250 CNY/MWh the first 100 MW lose
// 5000 CNY/h, the other 100 MW win 5000: nothing is won. At 400 it wins 30,000 an hour.
TEST(CertifyUnits, ByHand) {
    Example e;
    e.hours = 4;
    testing::add_plant(e.system, {});
    e.price = {250, 400, 400, 250};
    const auto groups = model::unit_groups(e.context(), 0);
    EXPECT_NEAR(unit_bound(groups[0], e.prices()), -60000.0, 1e-6);
    e.price[1] = 401; // 200 MWh earn 1 CNY more
    EXPECT_NEAR(unit_bound(groups[0], e.prices()), -60200.0, 1e-6);
}

} // namespace
} // namespace longyang::certify
