#include "../model/more_plants.hpp"
#include "../model/random_flexible.hpp"
#include "../model/small_system.hpp"
#include "base/error.hpp"
#include "kernel_runtime.hpp"
#include "model/oracle_data.hpp"
#include "priced_block.hpp"
#include "solve/prices/oracles/store_oracle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace longyang::solve::prices {
namespace {

using testing::BlockPoint;

/// A store in a system of its own, and prices for it.
struct Example {
    grid::System system = testing::one_bus();
    int hours = 24;
    std::vector<double> prices;
    int channels = 0;
    lp::Block block;
    lp::Store data;
    std::string family = "storage_"; ///< of the block's columns
    std::string charge = "charge", discharge = "discharge";

    void set_prices(std::vector<double> cny) {
        const model::Context context(system, {0, hours});
        channels = context.channels.count();
        prices = std::move(cny);
        model::build_block(context, {model::Kind::storage, 0}, block);
        data = model::store_data(context, 0);
    }
    void set_flexible_prices(std::vector<double> cny) {
        const model::Context context(system, {0, hours});
        channels = context.channels.count();
        prices = std::move(cny);
        model::build_block(context, {model::Kind::flexible, 0}, block);
        data = model::flexible_store(context, 0);
        family = "flexible_";
        charge = "draw";
        discharge = "give";
    }
};

Example random_store(std::mt19937_64& generator, bool with_reserve) {
    const auto number = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(generator);
    };
    const auto one_in = [&](int n) {
        return std::uniform_int_distribution<int>(1, n)(generator) == 1;
    };
    Example example;
    example.hours = std::uniform_int_distribution<int>(6, 72)(generator);
    testing::StorageRow row;
    row.charge_max_mw = one_in(6) ? 0.0 : number(10, 200);
    row.discharge_max_mw = one_in(8) ? 0.0 : number(10, 200);
    row.energy_max_mwh = number(0.0, 10.0) * (row.charge_max_mw + row.discharge_max_mw);
    row.efficiency_charge = one_in(4) ? 1.0 : number(0.6, 1.0);
    row.efficiency_discharge = one_in(4) ? 1.0 : number(0.6, 1.0);
    row.variable_om_cny_per_mwh = one_in(3) ? 0.0 : number(0, 20);
    row.loss_per_h = row.charge_max_mw < 50.0 || one_in(2) ? 0.0 : number(0, 0.02);
    row.energy_initial_mwh = number(0, 1) * row.energy_max_mwh;
    row.inflow_mw = one_in(3) ? number(0, 100) : 0.0;
    testing::add_storage(example.system, row);
    if (example.hours % 3 == 0) { // SV-4: it enters, or leaves
        testing::add_dates(example.system, example.hours);
    }
    if (with_reserve) {
        testing::add_reserve(example.system, 0, "up", "spinning", 100, 1000);
        testing::add_reserve(example.system, 0, "up", "non_spinning", 100, 1000);
        testing::add_reserve(example.system, 0, "down", "spinning", 100, 1000);
    }
    const int channels = model::Channels(example.system).count();
    const bool whole = one_in(3); // many prices alike
    const double level = number(-20, 300);
    std::vector<double> prices;
    for (int c = 0; c < channels; ++c) {
        for (int t = 0; t < example.hours; ++t) {
            const double price =
                c == 0 ? level + number(-200, 200) : std::max(0.0, number(-60, 40));
            prices.push_back(whole ? 50.0 * std::round(price / 50.0) : price);
        }
    }
    example.set_prices(std::move(prices));
    return example;
}

/// The plan as a point of the block.
BlockPoint point_of(const Example& example, const StorePlan& plan) {
    BlockPoint point(example.block);
    const auto put = [&](const std::string& family, const std::vector<double>& values) {
        for (const std::size_t column : point.columns(family)) {
            point.value[column] = values[static_cast<std::size_t>(point.hour(column))];
        }
    };
    put(example.family + example.charge, plan.charge_mw);
    put(example.family + example.discharge, plan.discharge_mw);
    put(example.family + "energy", plan.energy_mwh);
    put(example.family + "spill", plan.spill_mw);
    put(example.family + "unserved", plan.unserved_mw);
    put(example.family + "up", plan.up_mw);
    put(example.family + "down", plan.down_mw);
    return point;
}

/// Least cost less earnings by HiGHS; NaN where there is no plan.
double by_highs(const Example& example) {
    highs::Engine engine(testing::priced(example.block, example.hours, example.prices));
    const highs::Outcome outcome = engine.solve_relaxed({});
    return outcome.status == highs::Status::optimal ? outcome.cost
                                                    : std::numeric_limits<double>::quiet_NaN();
}

/// Prices times all that could be moved: what differences are measured by.
double turnover(const Example& example) {
    double sum = 1.0;
    const double most_mw = example.data.charge_max_mw + example.data.discharge_max_mw;
    for (const double price : example.prices) {
        sum += std::abs(price) * most_mw;
    }
    return sum;
}

struct Solved {
    Answer answer;
    double plan_cny = 0.0; ///< cost less earnings
};

/// Asks the oracle and checks that its plan is one of the block, with the cost and the gifts that
/// it says.
Solved ask(const Example& example, StoreSolver& solver) {
    std::vector<double> given(example.prices.size(), 0.0);
    Solved solved;
    solved.answer = solver.solve(example.prices, given);
    const BlockPoint point = point_of(example, solver.plan());
    EXPECT_LE(point.breach(), 1e-9);
    EXPECT_NEAR(point.cost(), solved.answer.cost_cny, 1e-9 * turnover(example));
    const std::vector<double> expected = point.given(example.channels, example.hours);
    for (std::size_t k = 0; k < given.size(); ++k) {
        EXPECT_NEAR(given[k], expected[k], 1e-9);
    }
    solved.plan_cny = solved.answer.cost_cny - testing::earned(example.prices, given);
    return solved;
}

/// Bound and plan are HiGHS's optimum; false where there is none, which must be an error.
bool as_good_as_highs(const Example& example) {
    StoreSolver solver({example.data}, example.hours);
    const double expected = by_highs(example);
    if (std::isnan(expected)) {
        std::vector<double> given(example.prices.size());
        EXPECT_THROW((void)solver.solve(example.prices, given), Error);
        return false;
    }
    const Solved solved = ask(example, solver);
    const double exact = 1e-9 * turnover(example);
    EXPECT_NEAR(solved.answer.bound, expected, exact);
    EXPECT_NEAR(solved.plan_cny, expected, exact);
    return true;
}

TEST(StoreOracle, AsGoodAsHighs) {
    std::mt19937_64 generator(1);
    int impossible = 0;
    for (int run = 0; run < 400; ++run) {
        SCOPED_TRACE(run);
        const Example example = random_store(generator, false);
        impossible += as_good_as_highs(example) ? 0 : 1;
    }
    EXPECT_LT(impossible, 40);
}

Example random_load(std::uint64_t seed, bool with_reserve) {
    testing::Random random(seed);
    Example example;
    example.hours = random.whole(6, 72);
    testing::add_flexible_load(
        example.system,
        testing::random_flexible(example.system, random, example.hours, with_reserve));
    if (with_reserve) {
        testing::add_reserve(example.system, 0, "up", "spinning", 100, 1000);
        testing::add_reserve(example.system, 0, "down", "spinning", 100, 1000);
    }
    const double level = random.number(-20, 300);
    std::vector<double> prices;
    for (int c = 0; c < model::Channels(example.system).count(); ++c) {
        for (int t = 0; t < example.hours; ++t) {
            prices.push_back(c == 0 ? level + random.number(-200, 200)
                                    : std::max(0.0, random.number(-60, 40)));
        }
    }
    example.set_flexible_prices(std::move(prices));
    return example;
}

// Limits by the hour, drains, demand owed or not served, budgets, microgrids.
TEST(StoreOracle, FlexibleLoadsAsGoodAsHighs) {
    int impossible = 0;
    for (std::uint64_t run = 0; run < 400; ++run) {
        SCOPED_TRACE(run);
        const Example example = random_load(run, false);
        impossible += as_good_as_highs(example) ? 0 : 1;
    }
    EXPECT_LT(impossible, 120);
}

TEST(StoreOracle, FlexibleLoadsWithReserve) {
    double last_gap = 0.0;
    int compared = 0;
    for (std::uint64_t run = 0; run < 80; ++run) {
        const Example example = random_load(1000 + run, true);
        const double expected = by_highs(example);
        if (std::isnan(expected)) {
            continue;
        }
        ++compared;
        StoreSolver solver({example.data}, example.hours);
        double best = -1e300;
        for (int call = 0; call < 60; ++call) {
            const Solved solved = ask(example, solver);
            ASSERT_LE(solved.answer.bound, expected + 1e-9 * turnover(example)) << "run " << run;
            ASSERT_GE(solved.plan_cny, expected - 1e-9 * turnover(example)) << "run " << run;
            best = std::max(best, solved.answer.bound);
        }
        last_gap += (expected - best) / turnover(example);
    }
    EXPECT_GT(compared, 40);
    EXPECT_LT(last_gap / compared, 1e-3);
}

// With reserve the plan is one of the block, the bound never above HiGHS's optimum, and calls at
// the same prices close the gap.
TEST(StoreOracle, ReserveAndTheEnergyBehindIt) {
    std::mt19937_64 generator(2);
    double first_gap = 0.0;
    double last_gap = 0.0;
    double plan_gap = 0.0;
    double worst = 0.0;
    for (int run = 0; run < 150; ++run) {
        const Example example = random_store(generator, true);
        const double expected = by_highs(example);
        if (std::isnan(expected)) {
            continue;
        }
        StoreSolver solver({example.data}, example.hours);
        double best = -1e300;
        double least = 1e300;
        for (int call = 0; call < 100; ++call) {
            const Solved solved = ask(example, solver);
            ASSERT_LE(solved.answer.bound, expected + 1e-9 * turnover(example)) << "run " << run;
            ASSERT_GE(solved.plan_cny, expected - 1e-9 * turnover(example)) << "run " << run;
            if (call == 0) {
                first_gap += (expected - solved.answer.bound) / turnover(example);
            }
            best = std::max(best, solved.answer.bound);
            least = std::min(least, solved.plan_cny);
        }
        last_gap += (expected - best) / turnover(example);
        plan_gap += (least - expected) / turnover(example);
        worst = std::max(worst, (expected - best) / turnover(example));
    }
    // Measured, of what the prices could turn over, on average: 8e-3 at the first call, 4e-5 (worst
    // 8e-4) after a hundred; the plans 2e-4.
    EXPECT_LT(last_gap, 0.1 * first_gap);
    EXPECT_LT(worst, 2e-3);
    EXPECT_LT(plan_gap / 150, 1e-3);
}

// Stores side by side answer as each alone, but for the grid of sums.
TEST(StoreOracle, ManyAreAsEachAlone) {
    Example example;
    for (int i = 0; i < 5; ++i) {
        testing::StorageRow row;
        row.charge_max_mw = 50.0 + 10.0 * i;
        row.discharge_max_mw = 80.0;
        row.energy_max_mwh = 100.0 * (i + 1);
        row.efficiency_charge = 0.9;
        row.energy_initial_mwh = 40.0;
        testing::add_storage(example.system, row);
    }
    example.hours = 24;
    std::vector<double> wave;
    for (int t = 0; t < 24; ++t) {
        wave.push_back(200.0 + 100.0 * std::sin(0.5 * t) + 7.0 * (t % 5));
    }
    example.set_prices(wave);
    const model::Context context(example.system, {0, 24});
    std::vector<lp::Store> stores;
    double bound = 0.0;
    std::vector<double> given(24, 0.0);
    for (int i = 0; i < 5; ++i) {
        stores.push_back(model::store_data(context, i));
        const Oracle alone = store_oracle({stores.back()}, 24);
        bound += alone.solve(example.prices, given).bound;
        EXPECT_EQ(alone.channels, std::vector<int>{0});
    }
    std::vector<double> together(24, 0.0);
    const Answer answer = store_oracle(stores, 24).solve(example.prices, together);
    EXPECT_LE(answer.bound, bound);
    EXPECT_NEAR(answer.bound, bound, 0.01);
    for (std::size_t t = 0; t < 24; ++t) {
        EXPECT_NEAR(together[t], given[t], 1e-3);
        EXPECT_EQ(together[t], std::nearbyint(together[t] * 4096.0) / 4096.0);
    }
}

// Two hours at 10 and 50 CNY/MWh, 90 % each way: 100 MWh bought, 90 stored, 81 sold.
TEST(StoreOracle, ByHand) {
    Example example;
    testing::StorageRow row;
    row.charge_max_mw = 100;
    row.discharge_max_mw = 100;
    row.efficiency_charge = row.efficiency_discharge = 0.9;
    row.variable_om_cny_per_mwh = 2;
    testing::add_storage(example.system, row);
    example.hours = 2;
    example.set_prices({10, 50});
    StoreSolver solver({example.data}, example.hours);
    const Solved solved = ask(example, solver);
    EXPECT_NEAR(solved.answer.bound, 1000 - 81 * 48, 1e-9);
    EXPECT_NEAR(solved.plan_cny, 1000 - 81 * 48, 1e-9);
    EXPECT_NEAR(solver.plan().charge_mw[0], 100, 1e-9);
    EXPECT_NEAR(solver.plan().energy_mwh[0], 90, 1e-9);
    EXPECT_NEAR(solver.plan().discharge_mw[1], 81, 1e-9);
    // A stored MWh is worth what it sells for.
    EXPECT_NEAR(solver.plan().value_cny_per_mwh[0], 0.9 * 48, 1e-9);
}

// Where reserve stands, which moves from call to call, is not forgotten with the plan.
TEST(StoreOracle, GoesOnWithoutThePlan) {
    std::mt19937_64 generator(4);
    int compared = 0;
    for (int run = 0; run < 20; ++run) {
        const Example example = random_store(generator, true);
        if (std::isnan(by_highs(example))) {
            continue;
        }
        ++compared;
        StoreSolver keeps({example.data}, example.hours);
        StoreSolver forgets({example.data}, example.hours);
        for (int call = 0; call < 5; ++call) {
            const Solved expected = ask(example, keeps);
            const Solved solved = ask(example, forgets);
            EXPECT_EQ(solved.answer.bound, expected.answer.bound);
            EXPECT_EQ(solved.plan_cny, expected.plan_cny);
            EXPECT_EQ(forgets.plan().energy_mwh, keeps.plan().energy_mwh);
            EXPECT_EQ(forgets.plan().up_mw, keeps.plan().up_mw);
            forgets.forget_plan();
            EXPECT_TRUE(forgets.plan().energy_mwh.empty());
        }
    }
    EXPECT_GT(compared, 10);
}

// What it is asked in between leaves no trace.
TEST(StoreOracle, GoesBackToWhereItWas) {
    std::mt19937_64 generator(4);
    int compared = 0;
    for (int run = 0; run < 20; ++run) {
        const Example example = random_store(generator, true);
        if (std::isnan(by_highs(example))) {
            continue;
        }
        ++compared;
        StoreSolver asked({example.data}, example.hours);
        StoreSolver alone({example.data}, example.hours);
        for (StoreSolver* solver : {&asked, &alone}) {
            (void)ask(example, *solver);
            (void)ask(example, *solver);
        }
        const auto go_back = asked.keep();
        for (int call = 0; call < 4; ++call) {
            (void)ask(example, asked);
        }
        go_back();
        for (int call = 0; call < 3; ++call) {
            EXPECT_EQ(ask(example, asked).answer.bound, ask(example, alone).answer.bound);
            EXPECT_EQ(asked.plan().up_mw, alone.plan().up_mw);
        }
    }
    EXPECT_GT(compared, 10);
}

// Wide enough, prices do not move the plant from where it was.
TEST(StoreOracle, WidthKeepsThePlan) {
    std::mt19937_64 generator(3);
    for (int run = 0; run < 50; ++run) {
        const Example example = random_store(generator, false);
        if (std::isnan(by_highs(example))) {
            continue;
        }
        StoreSolver solver({example.data}, example.hours);
        const Solved exact = ask(example, solver);
        const StorePlan before = solver.plan();
        std::vector<double> given(example.prices.size());
        std::vector<double> none(example.prices.size(), 0.0);
        const Answer other = solver.solve(none, given, 1e9);
        EXPECT_LE(other.bound, 1e-9 * turnover(example));
        for (std::size_t t = 0; t < before.energy_mwh.size(); ++t) {
            EXPECT_NEAR(solver.plan().energy_mwh[t], before.energy_mwh[t],
                        1e-5 * (1.0 + example.data.energy_max_mwh));
        }
        // The best plan stays the best one near itself.
        const Answer back = solver.solve(example.prices, given, 1.0);
        EXPECT_NEAR(back.bound, exact.answer.bound, 1e-6 * turnover(example));
    }
}

} // namespace
} // namespace longyang::solve::prices
