// Prices of rows that follow residuals, and storages that go as far as these let it pay: by hand
// and against sums over small pieces of the way.
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/recovery/moves.hpp"
#include "solve/prices/recovery/rows.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

// ---- prices that follow ----

/// Two rows an hour over three channels, one of them one-sided, with a box.
struct TwoRows {
    lp::Coupling coupling;
    Movers movers;
    std::vector<lp::OracleData> relief;

    TwoRows() {
        coupling.hours = 2;
        coupling.channels = {"a", "b", "c"};
        coupling.patterns = {{"T-1", "balance", {0, 1}, {1.0, 1.0}},
                             {"T-2", "reserve", {1, 2}, {0.5, 1.0}}};
        for (int t = 0; t < 2; ++t) {
            coupling.rows.push_back({0, t, t + 1, 100.0, 100.0});
            coupling.rows.push_back({1, t, t + 1, 30.0, lp::infinity});
        }
        movers.channel = {{0}, {1}, {2}};
        movers.weight = {{1.0}, {1.0}, {1.0}};
        movers.units = {200.0, 100.0, 100.0, 50.0, 40.0, 80.0};
        lp::HourlyAmount lost;
        lost.low = {0.0, 0.0};
        lost.high = {100.0, 100.0};
        lost.cny_per_unit = {500.0};
        lost.channel = {0};
        lost.weight = {1.0};
        relief.emplace_back(lost);
    }
};

// PE-50: minus half of d' H d / scale, plus what the row asks for, is at its maximum.
TEST(FollowingPrices, MeetTheOptimalityConditionsOfTheirProgramme) {
    const TwoRows two;
    constexpr double scale = 60.0;
    recovery::FollowingPrices rows(two.coupling, std::vector<char>(4, 0), two.relief, two.movers,
                                   scale);
    const std::vector<double> channel{80.0, 20.0, 10.0, 10.0, 5.0, 30.0};
    rows.begin(std::vector<double>{300.0, 10.0, 300.0, 0.0}, channel);
    const std::vector<double> asking = rows.between(1.0);
    const auto metric = [&](std::size_t t) {
        const double a = two.movers.units[t];
        const double b = two.movers.units[2 + t];
        const double c = two.movers.units[4 + t];
        return std::array<double, 3>{a + b, 0.5 * b, 0.25 * b + c};
    };
    const std::array<double, 4> before{300.0, 10.0, 300.0, 0.0};
    for (std::size_t t = 0; t < 2; ++t) {
        const auto [h00, h01, h11] = metric(t);
        const double d0 = asking[2 * t] - before[2 * t];
        const double d1 = asking[2 * t + 1] - before[2 * t + 1];
        const double balance = channel[t] + channel[2 + t] + (h00 * d0 + h01 * d1) / scale;
        const double reserve =
            0.5 * channel[2 + t] + channel[4 + t] + (h01 * d0 + h11 * d1) / scale;
        EXPECT_NEAR(balance, 100.0, 0.01) << t;
        EXPECT_GE(reserve, 30.0 - 0.01) << t;
        EXPECT_GE(asking[2 * t + 1], 0.0);
        if (asking[2 * t + 1] > 1e-3) {
            EXPECT_NEAR(reserve, 30.0, 0.01) << t;
        }
    }
    // Both kinds of hour were there: reserve short, and reserve to spare.
    EXPECT_GT(asking[1], 1.0);
    EXPECT_EQ(asking[3], 0.0);
}

// PE-50: the balance answers by 300 CNY / (200 + 100) = 1 CNY/MWh for each MW, the reserve, of
// which there is enough, by nothing. What sweeps end with is 1e-5 x 300 = 0.003 CNY/MWh: 0.002 MW
// less waits, 0.002 MW more of them do not, and sums that are set anew count at once.
TEST(FollowingPrices, SmallChangesWaitUntilTheyAddUp) {
    const TwoRows two;
    recovery::FollowingPrices rows(two.coupling, std::vector<char>(4, 0), two.relief, two.movers,
                                   300.0);
    std::vector<double> channel{70.0, 60.0, 30.0, 40.0, 40.0, 40.0};
    rows.begin(std::vector<double>{300.0, 0.0, 250.0, 0.0}, channel);
    const recovery::Effect effect = rows.effect_of({{{{0, 1.0}}, {}, {}, {}, {}, {}}});
    const auto follow = [&] {
        rows.add(effect, 0, {-0.002, 0.0, 0.0, 0.0, 0.0, 0.0});
        rows.follow(0, 3);
        return rows.between(1.0)[0];
    };
    EXPECT_EQ(follow(), 300.0);
    // The price on the way counts what waits: 300.002 where nothing more is given.
    const std::vector<double> nothing(recovery::kinds * 2, 0.0);
    std::vector<double> price(recovery::kinds * 2);
    rows.mean_prices(effect, nothing, nothing, price);
    EXPECT_NEAR(price[0], 300.002, 1e-6);
    EXPECT_NEAR(follow(), 300.004, 1e-6);
    channel[0] -= 0.006;
    rows.set_sums(channel);
    EXPECT_NEAR(rows.between(1.0)[0], 300.006, 1e-6);
}

// PE-50: a row in which only a line's levels and running units stand costs its breach, as nothing
// that comes later can mend it; one in which wind stands has prices that follow and no more.
TEST(FollowingPrices, WhatTheDispatchCannotMendCostsItsBreach) {
    lp::Coupling coupling;
    coupling.hours = 1;
    coupling.channels = {"power", "running", "wind"};
    coupling.patterns = {{"SE-15", "line", {0, 1}, {1.0, -30.0}},
                         {"SE-16", "station", {0, 2}, {1.0, 1.0}}};
    coupling.rows = {{0, 0, 1, -lp::infinity, 500.0, 5000.0},
                     {1, 0, 1, -lp::infinity, 500.0, 5000.0}};
    lp::LevelLine line;
    line.power = 0;
    line.step_mw = 400.0;
    lp::UnitGroup group;
    group.running = 1;
    const std::vector<lp::OracleData> blocks{line, std::vector<lp::UnitGroup>{group},
                                             lp::HourlyAmount{}};
    // Nothing moves the rows by prices, which stay 0.
    recovery::FollowingPrices rows(coupling, std::vector<char>(2, 0), blocks, Movers{}, 60.0);
    // 400 MW and two units: 400 - 60 = 340 of 500 in the first row, 400 + 200 = 600 in the second.
    rows.begin(std::vector<double>{0.0, 0.0}, std::vector<double>{400.0, 2.0, 200.0});
    const recovery::Effect of_line = rows.effect_of({{{{0, 1.0}}, {}, {}, {}, {}, {}}});
    EXPECT_FALSE(rows.breaks_fixed(of_line));
    // 800 MW: 740 - 500 = 240 MW too much.
    EXPECT_DOUBLE_EQ(rows.cost_of_more(of_line, 0, 400.0), 240.0 * 5000.0);
    EXPECT_DOUBLE_EQ(rows.cost_of_more(of_line, 0, 100.0), 0.0);
    rows.add(of_line, 0, {400.0, 0.0, 0.0, 0.0, 0.0, 0.0});
    EXPECT_TRUE(rows.breaks_fixed(of_line));
    EXPECT_DOUBLE_EQ(rows.cost_of_more(of_line, 0, -400.0), -240.0 * 5000.0);
    // A unit more or less is worth 30 MW x 5000 CNY, and one of four that go is as dear as the
    // others; ten more help by 240 MW of 300: 120 000 CNY each.
    const recovery::Effect of_unit = rows.effect_of({{{}, {}, {}, {}, {{1, 1.0}}, {}}});
    const auto mean = [&](double from, double to) {
        std::vector<double> begin(recovery::kinds, 0.0);
        std::vector<double> end(recovery::kinds, 0.0);
        begin[recovery::running] = from;
        end[recovery::running] = to;
        std::vector<double> price(recovery::kinds);
        rows.mean_prices(of_unit, begin, end, price);
        return price[recovery::running];
    };
    EXPECT_DOUBLE_EQ(mean(0.0, 1.0), 30.0 * 5000.0);
    EXPECT_DOUBLE_EQ(mean(-4.0, 0.0), 30.0 * 5000.0);
    EXPECT_DOUBLE_EQ(mean(0.0, 10.0), 120000.0);
    // The limits move with the schedule.
    coupling.rows[0].upper = 740.0;
    rows.set_limits(coupling.rows);
    EXPECT_FALSE(rows.breaks_fixed(of_line));
    EXPECT_DOUBLE_EQ(rows.cost_of_more(of_line, 0, 1.0), 5000.0);
}

TEST(FollowingPrices, StayBelowThePriceOfRelief) {
    const TwoRows two;
    recovery::FollowingPrices rows(two.coupling, std::vector<char>(4, 0), two.relief, two.movers,
                                   10000.0);
    rows.begin(std::vector<double>{300.0, 0.0, 300.0, 0.0},
               std::vector<double>{0.0, 0.0, 0.0, 0.0, 100.0, 100.0});
    EXPECT_EQ(rows.between(1.0)[0], 500.0);
    EXPECT_EQ(rows.between(0.25)[0], 350.0);
}

// PE-51, PE-52 against sums over small pieces of the way.
TEST(FollowingPrices, MeanPriceAndCostOverAWay) {
    const TwoRows two;
    recovery::FollowingPrices rows(two.coupling, std::vector<char>(4, 0), two.relief, two.movers,
                                   300.0);
    rows.begin(std::vector<double>{300.0, 10.0, 300.0, 0.0},
               std::vector<double>{80.0, 20.0, 10.0, 10.0, 5.0, 30.0});
    const recovery::Effect effect = rows.effect_of({{{{1, 1.0}}, {{2, 1.0}}, {}, {}, {}}});
    const auto price_at = [&](std::size_t t, double energy, double up) {
        std::vector<double> at(recovery::kinds * 2, 0.0);
        at[t] = energy;
        at[2 + t] = up;
        std::vector<double> price(recovery::kinds * 2);
        rows.mean_prices(effect, at, at, price);
        return std::pair(price[t], price[2 + t]);
    };
    for (std::size_t t = 0; t < 2; ++t) {
        std::vector<double> from(recovery::kinds * 2, 0.0);
        std::vector<double> to(recovery::kinds * 2, 0.0);
        from[t] = -40.0;
        to[t] = 60.0;
        to[2 + t] = 30.0;
        std::vector<double> mean(recovery::kinds * 2);
        rows.mean_prices(effect, from, to, mean);
        double energy = 0.0;
        double up = 0.0;
        double cost_cny = 0.0;
        constexpr int pieces = 4000;
        for (int k = 0; k < pieces; ++k) {
            const double share = (k + 0.5) / pieces;
            const auto [of_energy, of_up] = price_at(t, -40.0 + 100.0 * share, 30.0 * share);
            energy += of_energy / pieces;
            up += of_up / pieces;
            cost_cny -= price_at(t, 70.0 * share, 0.0).first * 70.0 / pieces;
        }
        EXPECT_NEAR(mean[t], energy, 0.01) << t;
        EXPECT_NEAR(mean[2 + t], up, 0.01) << t;
        EXPECT_NEAR(rows.cost_of_more(effect, t, 70.0), cost_cny, 1.0) << t;
        EXPECT_GT(price_at(t, -40.0, 0.0).first, price_at(t, 60.0, 30.0).first + 10.0);
    }
}

TEST(FollowingPrices, OfAWholeProgrammeDoNotMoveWhereNothingIsMissing) {
    const TwoRows two;
    recovery::FollowingPrices rows(two.coupling, std::vector<char>(4, 0), two.relief, two.movers,
                                   300.0);
    const std::vector<double> price{300.0, 0.0, 250.0, 0.0};
    rows.begin(price, std::vector<double>{70.0, 60.0, 30.0, 40.0, 40.0, 40.0});
    EXPECT_EQ(rows.between(1.0), price);
    EXPECT_EQ(rows.breach().balance_mw, 0.0);
    EXPECT_EQ(rows.breach().rows_cny, 0.0);
    const recovery::Effect effect = rows.effect_of({{{{0, 1.0}}, {}, {}, {}, {}}});
    rows.add(effect, 0, {-10.0, 0.0, 0.0, 0.0});
    rows.follow(0, 5);
    EXPECT_DOUBLE_EQ(rows.breach().balance_mw, 5.0);
    EXPECT_DOUBLE_EQ(rows.breach().rows_cny, 3000.0);
    EXPECT_DOUBLE_EQ(rows.breach().relief_cny, 5000.0);
    EXPECT_GT(rows.between(1.0)[0], 300.0);
    EXPECT_EQ(rows.between(1.0)[2], 250.0);
}

// ---- continuous plants towards their answers ----

/// A balance of 100 MW an hour over four hours, which one storage meets together with what else is
/// given.
struct FourHours {
    lp::Coupling coupling;
    Movers movers;
    lp::Store store;

    FourHours() {
        coupling.hours = 4;
        coupling.channels = {"a"};
        coupling.patterns = {{"T-1", "balance", {0}, {1.0}}};
        for (int t = 0; t < 4; ++t) {
            coupling.rows.push_back({0, t, t + 1, 100.0, 100.0});
        }
        movers.channel = {{0}};
        movers.weight = {{1.0}};
        movers.units = {200.0, 300.0, 200.0, 100.0};
        store.charge_max_mw = store.discharge_max_mw = 50.0;
        store.energy_max_mwh = 100.0;
        store.energy_initial_mwh = store.energy_end_min_mwh = 50.0;
    }
};

lp::StorePlan store_plan(std::vector<double> charge_mw, std::vector<double> discharge_mw,
                         std::vector<double> energy_mwh) {
    lp::StorePlan plan;
    plan.spill_mw.assign(charge_mw.size(), 0.0);
    plan.up_mw = plan.down_mw = plan.spill_mw;
    plan.value_cny_per_mwh.assign(charge_mw.size(), 300.0);
    plan.charge_mw = std::move(charge_mw);
    plan.discharge_mw = std::move(discharge_mw);
    plan.energy_mwh = std::move(energy_mwh);
    return plan;
}

// PE-55: 20 MW too much and 20 too little in the first two hours are two fifths of the answer's
// 50 MW, 40 in the next two four fifths of it. In the second hour the plan and the answer hold the
// same energy, so each half goes its own way, and all balances are met.
TEST(Moves, AStorageGoesAsFarAsPaysInEachStretch) {
    const FourHours four;
    recovery::FollowingPrices rows(four.coupling, std::vector<char>(4, 0), {}, four.movers, 60.0);
    rows.begin(std::vector<double>(4, 300.0), std::vector<double>{120.0, 80.0, 140.0, 60.0});
    lp::BlockPlan plan =
        store_plan({0.0, 0.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}, {50.0, 50.0, 50.0, 50.0});
    lp::StorePlan answer =
        store_plan({50.0, 0.0, 50.0, 0.0}, {0.0, 50.0, 0.0, 50.0}, {100.0, 50.0, 100.0, 50.0});
    answer.value_cny_per_mwh.assign(4, 400.0);
    recovery::Moves moves(1, 4);
    moves.move(four.store, answer, 0.1, rows, plan);

    const auto& moved = std::get<lp::StorePlan>(plan);
    const std::array<double, 4> charge_mw{20.0, 0.0, 40.0, 0.0};
    const std::array<double, 4> discharge_mw{0.0, 20.0, 0.0, 40.0};
    const std::array<double, 4> energy_mwh{70.0, 50.0, 90.0, 50.0};
    const std::vector<double> asking = rows.between(1.0);
    for (std::size_t t = 0; t < 4; ++t) {
        EXPECT_NEAR(moved.charge_mw[t], charge_mw[t], 0.02) << t;
        EXPECT_NEAR(moved.discharge_mw[t], discharge_mw[t], 0.02) << t;
        EXPECT_NEAR(moved.energy_mwh[t], energy_mwh[t], 0.02) << t;
        EXPECT_DOUBLE_EQ(moved.value_cny_per_mwh[t], 310.0) << t;
        EXPECT_NEAR(asking[t], 300.0, 0.02) << t;
    }
    EXPECT_LT(rows.breach().balance_mw, 0.02);
}

// Wear of 100 CNY/MWh eats what the way would earn: prices differ by 20 MW x 60 / 200 + 20 x 60 /
// 300 = 10 CNY/MWh at most.
TEST(Moves, AStorageStaysWhereTheWayCostsMoreThanItEarns) {
    FourHours four;
    four.store.discharge_cny_per_mwh = 100.0;
    recovery::FollowingPrices rows(four.coupling, std::vector<char>(4, 0), {}, four.movers, 60.0);
    rows.begin(std::vector<double>(4, 300.0), std::vector<double>{120.0, 80.0, 100.0, 100.0});
    lp::BlockPlan plan =
        store_plan({0.0, 0.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}, {50.0, 50.0, 50.0, 50.0});
    const lp::StorePlan answer =
        store_plan({50.0, 0.0, 0.0, 0.0}, {0.0, 50.0, 0.0, 0.0}, {100.0, 50.0, 50.0, 50.0});
    recovery::Moves moves(1, 4);
    moves.move(four.store, answer, 0.1, rows, plan);
    EXPECT_EQ(std::get<lp::StorePlan>(plan).charge_mw, std::vector<double>(4, 0.0));
    EXPECT_NEAR(rows.breach().balance_mw, 10.0, 1e-9);
}

} // namespace
} // namespace longyang::solve::prices
