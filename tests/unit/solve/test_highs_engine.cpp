#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "programmes.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <interfaces/highs_c_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <stdexcept>

namespace longyang::solve::highs {
namespace {

using testing::Pointwise;
using testing::StartsWith;

MATCHER_P(NearTo, tolerance, "") {
    return std::abs(std::get<0>(arg) - std::get<1>(arg)) <= tolerance;
}

std::vector<double> coupling_prices(const Programme& programme, const Outcome& outcome) {
    const auto own = static_cast<std::size_t>(programme.flat().first_row.back());
    return lp::channel_prices(programme.coupling, std::span(outcome.point.row_dual).subspan(own));
}

TEST(Highs, TellsItsVersion) {
    EXPECT_THAT(describe(), StartsWith("HiGHS 1."));
}

TEST(Highs, TwoPlantsByHand) {
    const Programme programme = two_plants();
    Engine engine(programme.flat());
    const Outcome outcome = engine.solve_relaxed({});
    ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
    ASSERT_TRUE(outcome.has_point);
    EXPECT_NEAR(outcome.cost, 1805.0, 1e-9);
    EXPECT_NEAR(outcome.bound, 1805.0, 1e-9);
    EXPECT_THAT(outcome.point.column,
                Pointwise(NearTo(1e-9), std::vector<double>{50.0, 40.0, 30.0, 0.0}));
    // A price is positive where energy is scarce.
    EXPECT_THAT(coupling_prices(programme, outcome),
                Pointwise(NearTo(1e-9), std::vector<double>{30.0, 10.0, 0.0, 0.0}));
    // One MW more of the cheap plant saves 20 CNY in hour 0; the dear one costs 20 too much in
    // hour 1.
    EXPECT_THAT(outcome.point.reduced_cost,
                Pointwise(NearTo(1e-9), std::vector<double>{-20.0, 0.0, 0.0, 20.0}));
    const lp::Optimality found = programme.check(outcome.point);
    EXPECT_LE(found.primal_infeasibility, 1e-12);
    EXPECT_NEAR(found.primal_cost, 1805.0, 1e-9);
    EXPECT_NEAR(found.dual_bound, 1805.0, 1e-9);
}

TEST(Highs, AnAddedRowOverBothHours) {
    Programme programme = two_plants();
    Engine engine(programme.flat());
    ASSERT_EQ(engine.solve_relaxed({}).status, Status::optimal);
    // The cheap plant gives at most 60 MWh: 30 more MWh of the dear one at 20 CNY more each.
    programme.coupling.rows.push_back({1, 0, 2, -lp::infinity, 60.0});
    engine.add_rows(lp::flatten_rows(programme.blocks, programme.coupling, 2, 3));
    const Outcome outcome = engine.solve_relaxed({});
    ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
    EXPECT_NEAR(outcome.cost, 1805.0 + 600.0, 1e-9);
    ASSERT_EQ(outcome.point.row_dual.size(), 3U);
    EXPECT_NEAR(outcome.point.row_dual[2], -20.0, 1e-9); // one MWh more allowed saves 20
    EXPECT_THAT(coupling_prices(programme, outcome),
                Pointwise(NearTo(1e-9), std::vector<double>{30.0, 30.0, -20.0, -20.0}));
    EXPECT_NEAR(programme.check(outcome.point).dual_bound, 2405.0, 1e-9);
    // A second batch, tighter still: nothing of the cheap plant.
    programme.coupling.rows.push_back({1, 0, 2, -lp::infinity, 0.0});
    engine.add_rows(lp::flatten_rows(programme.blocks, programme.coupling, 3, 4));
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 120.0 * 30.0 + 5.0, 1e-9);
}

TEST(Highs, ByInteriorPoints) {
    Settings settings;
    settings.method = Method::interior;
    Programme programme = two_plants();
    Engine engine(programme.flat());
    // As by hand above: 1805 CNY, and each answer is the only one.
    const Outcome first = engine.solve_relaxed(settings);
    ASSERT_EQ(first.status, Status::optimal) << first.words;
    EXPECT_NEAR(first.cost, 1805.0, 1e-4);
    EXPECT_THAT(first.point.column,
                Pointwise(NearTo(1e-4), std::vector<double>{50.0, 40.0, 30.0, 0.0}));
    EXPECT_THAT(coupling_prices(programme, first),
                Pointwise(NearTo(1e-4), std::vector<double>{30.0, 10.0, 0.0, 0.0}));
    EXPECT_NEAR(programme.check(first.point).dual_bound, 1805.0, 1e-3);
    // A row more, 600 CNY dearer; then by the simplex method, from nothing and from its basis.
    programme.coupling.rows.push_back({1, 0, 2, -lp::infinity, 60.0});
    engine.add_rows(lp::flatten_rows(programme.blocks, programme.coupling, 2, 3));
    EXPECT_NEAR(engine.solve_relaxed(settings).cost, 2405.0, 1e-3);
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 2405.0, 1e-9);
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 2405.0, 1e-9);
    // 240 MW of load and 150 MW of plants: no method finds a point.
    programme.blocks[2].add_port(0, 1, -1, -200.0);
    EXPECT_EQ(Engine(programme.flat()).solve_relaxed(settings).status, Status::infeasible);
}

TEST(Highs, InfeasibleAndUnbounded) {
    Programme programme = two_plants();
    programme.blocks[2].add_port(0, 1, -1, -200.0); // 240 MW of load, 150 MW of plants
    Engine engine(programme.flat());
    const Outcome outcome = engine.solve_relaxed({});
    EXPECT_EQ(outcome.status, Status::infeasible);
    EXPECT_FALSE(outcome.has_point);
    EXPECT_EQ(outcome.bound, -lp::infinity);

    Programme open = two_plants();
    open.blocks[0].add_column(0, -1, 0.0, lp::infinity, -1.0);
    EXPECT_EQ(Engine(open.flat()).solve_relaxed({}).status, Status::infeasible);
}

TEST(Highs, WithoutColumnsOrRows) {
    Programme programme;
    programme.blocks.resize(1);
    programme.blocks[0].fixed_cost = 7.0;
    const Outcome nothing = Engine(programme.flat()).solve_relaxed({});
    EXPECT_EQ(nothing.status, Status::optimal) << nothing.words;
    EXPECT_EQ(nothing.cost, 7.0);
    EXPECT_EQ(nothing.bound, 7.0);
    programme.blocks[0].add_column(programme.blocks[0].family("x"), -1, 2.0, 9.0, 3.0, true);
    Engine engine(programme.flat());
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 13.0, 1e-12);
    EXPECT_NEAR(engine.solve_integer({}, {}).cost, 13.0, 1e-12);
    // A row that is left without columns, and cannot be kept.
    programme.blocks[0].clear();
    programme.blocks[0].add_row(programme.blocks[0].family("r"), -1, 1.0, 2.0, {});
    EXPECT_EQ(Engine(programme.flat()).solve_relaxed({}).status, Status::infeasible);
}

TEST(Highs, IntegerByHandAndFixedPrices) {
    // One unit of 100 MW that must run at 60 MW or more, 10 CNY/MWh and 1000 CNY when it is on, or
    // shedding at 50 CNY/MWh; 70 MW of load. On: 1700. Off: 3500. Relaxed: on = 0.7: 1400.
    Programme programme;
    lp::Block unit;
    unit.name = "unit";
    const int on = unit.add_column(unit.family("on"), 0, 0.0, 1.0, 1000.0, true);
    const int p = unit.add_column(unit.family("p"), 0, 0.0, 100.0, 10.0);
    unit.add_row(unit.family("MAX"), 0, -lp::infinity, 0.0, {{p, 1.0}, {on, -100.0}});
    unit.add_row(unit.family("MIN"), 0, 0.0, lp::infinity, {{p, 1.0}, {on, -60.0}});
    unit.add_port(0, 0, p, 1.0);
    lp::Block load;
    load.name = "load";
    load.add_port(0, 0, load.add_column(load.family("shed"), 0, 0.0, 70.0, 50.0), 1.0);
    load.add_port(0, 0, -1, -70.0);
    programme.blocks = {unit, load};
    programme.coupling.hours = 1;
    programme.coupling.channels = {"injection:a"};
    programme.coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    programme.coupling.rows = {{0, 0, 1, 0.0, 0.0}};

    Engine engine(programme.flat());
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 1400.0, 1e-8);
    const Outcome whole = engine.solve_integer({}, {});
    ASSERT_EQ(whole.status, Status::optimal) << whole.words;
    EXPECT_NEAR(whole.cost, 1700.0, 1e-6);
    EXPECT_NEAR(whole.bound, 1700.0, 1.0);
    EXPECT_TRUE(whole.point.row_dual.empty());
    EXPECT_LE(programme.check(whole.point, true).integrality, 1e-6);
    const Outcome fixed = engine.solve_fixed({}, whole.point.column);
    ASSERT_EQ(fixed.status, Status::optimal) << fixed.words;
    EXPECT_NEAR(fixed.cost, 1700.0, 1e-8);
    // With the unit on, a MWh more costs 10 CNY.
    EXPECT_NEAR(coupling_prices(programme, fixed)[0], 10.0, 1e-9);
    // Off, rounded from 0.2: all is shed, at its price.
    const Outcome off = engine.solve_fixed({}, {0.2, 0.0, 0.0});
    EXPECT_NEAR(off.cost, 3500.0, 1e-8);
    EXPECT_NEAR(coupling_prices(programme, off)[0], 50.0, 1e-9);
    // The bounds are back.
    EXPECT_NEAR(engine.solve_relaxed({}).cost, 1400.0, 1e-8);
    EXPECT_NEAR(engine.solve_integer({}, {}).cost, 1700.0, 1e-6);
}

/// All choices tried out.
double best_of_all(const Programme& programme) {
    const lp::Block& block = programme.blocks[0];
    const auto things = static_cast<unsigned>(block.columns());
    double best = 0.0;
    for (unsigned choice = 0; choice < 1U << things; ++choice) {
        double cost = 0.0;
        std::vector<double> used(block.row_lower.size(), 0.0);
        for (unsigned j = 0; j < things; ++j) {
            if ((choice >> j & 1U) != 0) {
                cost += block.cost[j];
                for (std::size_t r = 0; r < used.size(); ++r) {
                    used[r] += block.row_value[r * things + j];
                }
            }
        }
        if (used[0] <= block.row_upper[0] && used[1] <= block.row_upper[1]) {
            best = std::min(best, cost);
        }
    }
    return best;
}

// A unit that ran before at 9.5 MW above its least output and may stop from there alone: its output
// now is at most 7.34 MW above, so it stays on. Presolve (1.15.1) calls it infeasible; every row
// here is needed for that.
TEST(Highs, WhatPresolveTakesForInfeasibleIsFoundWithoutIt) {
    Programme programme;
    lp::Block& unit = programme.blocks.emplace_back();
    const int whole = unit.family("whole");
    const int power = unit.family("power");
    const int row = unit.family("row");
    const int on = unit.add_column(whole, 0, 0, 1, 0, true);
    const int start = unit.add_column(whole, 0, 0, 1, 0, true);
    const int stop = unit.add_column(whole, 0, 0, 1, 0, true);
    const int above = unit.add_column(power, 0, 0, 20, 0);
    const int on_then = unit.add_column(whole, 1, 0, 1, 0, true);
    const int start_then = unit.add_column(whole, 1, 0, 1, 0, true);
    const int stop_then = unit.add_column(whole, 1, 0, 1, 0, true);
    const int above_then = unit.add_column(power, 1, 0, lp::infinity, 0);
    unit.add_row(row, 0, 1, 1, {{on, 1}, {start, -1}, {stop, 1}});
    unit.add_row(row, 0, -lp::infinity, 1, {{on, 1}, {stop, 1}});
    unit.add_row(row, 1, 0, 0, {{on_then, 1}, {start_then, -1}, {stop_then, 1}});
    unit.add_row(row, 1, -lp::infinity, 0, {{on_then, -1}, {start_then, 1}});
    unit.add_row(row, 0, -lp::infinity, 0, {{on, -7.34}, {start, 7.34}, {above, 1}});
    unit.add_row(row, 0, -lp::infinity, 0, {{on, -7.34}, {above, 1}});
    unit.add_row(row, 0, -lp::infinity, 10.5, {{stop, 20}, {above, -1}});
    unit.add_row(row, 1, -lp::infinity, 0, {{above, 1}, {above_then, -1}});
    const Outcome outcome = Engine(programme.flat()).solve_integer({}, {});
    ASSERT_TRUE(outcome.has_point) << outcome.words;
    EXPECT_EQ(outcome.status, Status::optimal);
    EXPECT_NEAR(outcome.point.column[static_cast<std::size_t>(on)], 1.0, 1e-6);
    EXPECT_NEAR(outcome.point.column[static_cast<std::size_t>(start)], 0.0, 1e-6);
    EXPECT_NEAR(outcome.point.column[static_cast<std::size_t>(stop)], 0.0, 1e-6);
}

TEST(Highs, KnapsackAgainstAllChoices) {
    const Programme programme = knapsack(16, 2);
    Settings settings;
    settings.gap = 0.0;
    const double best = best_of_all(programme);
    EXPECT_LT(best, -2000.0);
    for (const int threads : {1, 2, 1}) { // HiGHS itself refuses to change them
        settings.threads = threads;
        Engine engine(programme.flat());
        const Outcome outcome = engine.solve_integer(settings, {});
        ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
        EXPECT_NEAR(outcome.cost, best, 1e-6);
        EXPECT_NEAR(outcome.bound, best, 1e-5);
        EXPECT_LE(programme.check(outcome.point, true).primal_infeasibility, 1e-6);
    }
}

TEST(Highs, StopsAtTheGapAskedFor) {
    const Programme programme = knapsack(60, 5);
    Settings settings;
    settings.gap = 0.05;
    Engine engine(programme.flat());
    const Outcome outcome = engine.solve_integer(settings, {});
    ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
    EXPECT_LE(outcome.bound, outcome.cost);
    EXPECT_LE((outcome.cost - outcome.bound) / std::abs(outcome.cost), 0.05);
    EXPECT_NEAR(programme.check(outcome.point).primal_cost, outcome.cost, 1e-6);
}

TEST(Highs, TimeLimitLeavesThePointFoundSoFar) {
    const Programme programme = knapsack(200, 40); // far too hard for a second
    Settings settings;
    settings.gap = 0.0;
    settings.time_limit_s = 1.0;
    Engine engine(programme.flat());
    const Outcome outcome = engine.solve_integer(settings, {});
    EXPECT_EQ(outcome.status, Status::limit) << outcome.words;
    ASSERT_TRUE(outcome.has_point);
    EXPECT_LT(outcome.bound, outcome.cost);
    EXPECT_TRUE(std::isfinite(outcome.bound));
    EXPECT_LE(programme.check(outcome.point, true).primal_infeasibility, 1e-6);
    // The limit is of each solve, not of all together.
    EXPECT_EQ(engine.solve_relaxed(settings).status, Status::optimal);
    EXPECT_EQ(engine.solve_relaxed(settings).status, Status::optimal);
}

TEST(Highs, StopsWhenItIsTold) {
    const Programme programme = knapsack(100, 20);
    Settings settings;
    settings.gap = 0.0;
    settings.time_limit_s = 60.0;
    int asked = 0;
    int told = 0;
    double last_bound = -lp::infinity;
    settings.stop = [&] { return ++asked > 3; };
    settings.progress = [&](double cost, double bound, double seconds) {
        ++told;
        EXPECT_LE(bound, cost);
        EXPECT_GE(seconds, 0.0);
        last_bound = std::max(last_bound, bound);
    };
    Engine engine(programme.flat());
    const Outcome outcome = engine.solve_integer(settings, {});
    EXPECT_EQ(outcome.status, Status::limit) << outcome.words;
    EXPECT_EQ(asked, 4);
    EXPECT_GT(told, 0);
    EXPECT_LE(last_bound, outcome.bound + 1e-6);
    EXPECT_LT(outcome.seconds, 30.0);
}

/// A relaxed programme that takes more than a moment: balances over hours, with storages between.
Programme long_relaxed() {
    std::mt19937 random(8);
    const auto real = [&] { return std::uniform_real_distribution<double>(0.0, 1.0)(random); };
    Programme programme;
    constexpr int hours = 72;
    for (int b = 0; b < 60; ++b) {
        lp::Block block;
        block.name = fmt::format("storage{}", b);
        const double power_mw = 10.0 + 90.0 * real();
        const int family = block.family("x");
        int before = -1;
        for (int hour = 0; hour < hours; ++hour) {
            const int in = block.add_column(family, hour, 0.0, power_mw, real());
            const int out = block.add_column(family, hour, 0.0, power_mw, real());
            const int energy = block.add_column(family, hour, 0.0, 4.0 * power_mw, 0.0);
            const int bought = block.add_column(family, hour, 0.0, power_mw, 50.0 * real());
            std::vector<lp::Term> terms{{energy, 1.0}, {in, -0.9}, {out, 1.1}};
            if (before >= 0) {
                terms.push_back({before, -1.0});
            }
            block.add_row(family, hour, 0.0, 0.0, terms);
            block.add_port(0, hour, in, -1.0);
            block.add_port(0, hour, out, 1.0);
            block.add_port(0, hour, bought, 1.0);
            before = energy;
        }
        programme.blocks.push_back(block);
    }
    programme.coupling.hours = hours;
    programme.coupling.channels = {"injection"};
    programme.coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    for (int hour = 0; hour < hours; ++hour) {
        const double load_mw = 800.0 + 700.0 * real();
        programme.coupling.rows.push_back({0, hour, hour + 1, load_mw, load_mw});
    }
    return programme;
}

TEST(Highs, ARelaxedSolveStopsWhenItIsTold) {
    const Programme programme = long_relaxed();
    Engine engine(programme.flat());
    Settings settings;
    settings.stop = [] { return true; };
    const Outcome stopped = engine.solve_relaxed(settings);
    EXPECT_EQ(stopped.status, Status::limit) << stopped.words;
    EXPECT_EQ(stopped.bound, -lp::infinity);
    settings.stop = nullptr;
    settings.time_limit_s = 1e-3;
    EXPECT_EQ(Engine(programme.flat()).solve_relaxed(settings).status, Status::limit);
    // It goes on where it was stopped, to the optimum.
    const Outcome outcome = engine.solve_relaxed({});
    ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
    const lp::Optimality found = programme.check(outcome.point);
    EXPECT_LE(found.primal_infeasibility, 1e-7);
    EXPECT_NEAR(found.dual_bound, outcome.cost, 1e-6 * outcome.cost);
    EXPECT_GT(outcome.iterations, 100);
}

TEST(Highs, AnInteriorSolveStopsWhenItIsTold) {
    const Programme programme = long_relaxed();
    Engine engine(programme.flat());
    Settings settings;
    settings.method = Method::interior;
    settings.stop = [] { return true; };
    const Outcome stopped = engine.solve_relaxed(settings);
    EXPECT_EQ(stopped.status, Status::limit) << stopped.words;
    EXPECT_EQ(stopped.bound, -lp::infinity);
    settings.stop = nullptr;
    settings.time_limit_s = 1e-3;
    EXPECT_EQ(engine.solve_relaxed(settings).status, Status::limit);
    // With time enough it finds the optimum of the simplex method; the same twice.
    settings.time_limit_s = 0.0;
    const Outcome outcome = engine.solve_relaxed(settings);
    ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
    const lp::Optimality found = programme.check(outcome.point);
    EXPECT_LE(found.primal_infeasibility, 1e-7);
    EXPECT_NEAR(found.dual_bound, outcome.cost, 1e-7 * outcome.cost);
    EXPECT_EQ(engine.solve_relaxed(settings).point.column, outcome.point.column);
    EXPECT_NEAR(engine.solve_relaxed({}).cost, outcome.cost, 1e-7 * outcome.cost);
}

TEST(Highs, WhatTheCallerThrowsComesBack) {
    const Programme programme = knapsack(100, 20);
    Settings settings;
    settings.gap = 0.0;
    settings.time_limit_s = 60.0;
    settings.stop = []() -> bool { throw std::runtime_error("lost"); };
    Engine engine(programme.flat());
    EXPECT_THROW(static_cast<void>(engine.solve_integer(settings, {})), std::runtime_error);
    // The engine is as before.
    EXPECT_EQ(engine.solve_relaxed({}).status, Status::optimal);
}

TEST(Highs, AStartIsTaken) {
    const Programme programme = knapsack(100, 20);
    Settings settings;
    settings.gap = 0.02;
    settings.time_limit_s = 30.0;
    Engine engine(programme.flat());
    const Outcome first = engine.solve_integer(settings, {});
    ASSERT_TRUE(first.has_point);
    // At once: nothing but the start is there.
    std::vector<double> costs;
    settings.gap = 0.0;
    settings.time_limit_s = 0.5;
    settings.progress = [&](double cost, double, double) { costs.push_back(cost); };
    Engine second(programme.flat());
    const Outcome outcome = second.solve_integer(settings, first.point.column);
    ASSERT_TRUE(outcome.has_point) << outcome.words;
    EXPECT_LE(outcome.cost, first.cost + 1e-6);
    ASSERT_FALSE(costs.empty());
    EXPECT_LE(costs.front(), first.cost + 1e-6);
    EXPECT_THROW(static_cast<void>(second.solve_integer(settings, {1.0})), Error);
}

TEST(Highs, SameAnswerTwice) {
    const Programme programme = knapsack(60, 5);
    Settings settings;
    settings.gap = 0.01;
    const Outcome one = Engine(programme.flat()).solve_integer(settings, {});
    const Outcome two = Engine(programme.flat()).solve_integer(settings, {});
    EXPECT_EQ(one.point.column, two.point.column);
    EXPECT_EQ(one.bound, two.bound);
    EXPECT_EQ(one.nodes, two.nodes);
}

TEST(Highs, RandomProgrammesPassTheIndependentCheck) {
    std::mt19937 random(5);
    const auto real = [&] { return std::uniform_real_distribution<double>(-1.0, 1.0)(random); };
    for (int trial = 0; trial < 40; ++trial) {
        Programme programme;
        std::vector<std::vector<double>> inside;
        programme.coupling.hours = 4;
        programme.coupling.channels = {"a", "b"};
        programme.coupling.patterns = {{"S", "sum", {0}, {1.0}}, {"D", "mix", {0, 1}, {1.0, -0.3}}};
        std::array<double, 4> sum_a{};
        std::array<double, 4> sum_b{};
        for (int b = 0; b < 10; ++b) {
            lp::Block block;
            block.name = fmt::format("b{}", b);
            std::vector<lp::Term> terms;
            double own = 0.0;
            for (int j = 0; j < 4; ++j) {
                const double value = 2.0 * real();
                // Some columns have no upper bound, at a cost that keeps them low.
                const bool open = (b + j) % 5 == 0;
                const int column = block.add_column(block.family("x"), j, value - std::abs(real()),
                                                    open ? lp::infinity : value + std::abs(real()),
                                                    open ? std::abs(real()) : real());
                terms.push_back({column, real()});
                own += terms.back().value * value;
                block.add_port(0, j, column, 1.0);
                block.add_port(1, j, column, real());
                sum_a.at(static_cast<std::size_t>(j)) += value;
                sum_b.at(static_cast<std::size_t>(j)) += block.ports.back().value * value;
            }
            block.add_row(block.family("OWN"), -1, own - 0.2, own + 0.1, terms);
            programme.blocks.push_back(block);
        }
        for (int hour = 0; hour < 4; ++hour) {
            const double a = sum_a.at(static_cast<std::size_t>(hour));
            const double mix = a - 0.3 * sum_b.at(static_cast<std::size_t>(hour));
            programme.coupling.rows.push_back({0, hour, hour + 1, a, a});
            programme.coupling.rows.push_back({1, hour, hour + 1, mix - 0.5, mix + 0.5});
        }
        Engine engine(programme.flat());
        for (const Method method : {Method::simplex, Method::interior}) {
            Settings settings;
            settings.method = method;
            const Outcome outcome = engine.solve_relaxed(settings);
            ASSERT_EQ(outcome.status, Status::optimal) << outcome.words;
            const lp::Optimality found = programme.check(outcome.point);
            EXPECT_LE(found.primal_infeasibility, 1e-7);
            EXPECT_NEAR(found.primal_cost, outcome.cost, 1e-9);
            EXPECT_LE(std::abs(found.relative_gap), 1e-7);
        }
    }
}

/// Solved through HiGHS's C interface alone, with none of our code between.
double optimum_of_mps(const std::string& path) {
    void* highs = Highs_create();
    Highs_setBoolOptionValue(highs, "output_flag", 0);
    Highs_setDoubleOptionValue(highs, "mip_rel_gap", 0.0);
    double cost = std::nan("");
    const std::string with_ending = path + ".mps";
    std::filesystem::copy_file(path, with_ending);
    if (Highs_readModel(highs, with_ending.c_str()) != kHighsStatusError &&
        Highs_run(highs) != kHighsStatusError &&
        Highs_getModelStatus(highs) == kHighsModelStatusOptimal) {
        cost = Highs_getObjectiveValue(highs);
    }
    Highs_destroy(highs);
    std::filesystem::remove(with_ending);
    return cost;
}

TEST(Highs, MpsIsReadBackWithTheSameOptimum) {
    Programme programme = knapsack(16, 2);
    programme.blocks[0].name = "a knapsack";
    programme.blocks[0].fixed_cost = 100.0;
    const int family = programme.blocks[0].family("slack of all");
    programme.blocks[0].add_column(family, -1, -lp::infinity, 3.5, -1.0);
    Settings settings;
    settings.gap = 0.0;
    Engine engine(programme.flat());
    const double relaxed = engine.solve_relaxed(settings).cost;
    const double whole = engine.solve_integer(settings, {}).cost;
    ASSERT_GT(whole, relaxed + 1.0);

    const std::string path = (std::filesystem::temp_directory_path() /
                              fmt::format("longyang_mps_{}", std::random_device{}()))
                                 .string();
    const auto names = lp::column_names(programme.blocks);
    const auto rows = lp::row_names(programme.blocks, programme.coupling);
    engine.write_mps(path, names, rows, false);
    EXPECT_FALSE(std::filesystem::exists(part_name(path) + ".mps"));
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(text.find("a_knapsack.take.15"), std::string::npos);
    EXPECT_NE(text.find("a_knapsack.limit#2"), std::string::npos);
    EXPECT_NE(text.find("INTORG"), std::string::npos);
    EXPECT_NEAR(optimum_of_mps(path), whole, 1e-6);
    engine.write_mps(path, names, rows, true);
    EXPECT_NEAR(optimum_of_mps(path), relaxed, 1e-6);
    // The engine still has its integer columns.
    EXPECT_NEAR(engine.solve_integer(settings, {}).cost, whole, 1e-6);
    std::filesystem::remove(path);

    EXPECT_THROW(engine.write_mps("no/such/folder/x.mps", names, rows, false), Error);
    EXPECT_THROW(engine.write_mps(path, {}, rows, false), Error);
}

} // namespace
} // namespace longyang::solve::highs
