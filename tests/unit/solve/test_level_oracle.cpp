// The day plan of a line against HiGHS on the block that the model builds, with and without its
// contract.
#include "../model/more_plants.hpp"
#include "../model/random_line.hpp"
#include "../model/small_system.hpp"
#include "base/error.hpp"
#include "kernel_runtime.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "priced_block.hpp"
#include "solve/prices/oracles/level_oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace longyang::solve::prices {
namespace {

struct Dice {
    std::mt19937 random;
    int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }
    bool one_in(int n) { return whole(1, n) == 1; }
};

/// A line, its contract if it has one, and prices at its bus and for its power.
struct Example {
    grid::System system = testing::one_bus();
    grid::Span span;
    bool contract = false;
    std::vector<double> prices; ///< channels x hours
};

Example random_example(Dice& dice, bool continuous, bool contract) {
    Example example;
    example.contract = contract;
    example.span = {dice.whole(0, 30), dice.whole(4, 40)};
    testing::add_random_line(dice, example.system, continuous, contract);
    const int channels = model::Channels(example.system).count();
    example.prices.assign(static_cast<std::size_t>(channels) * example.span.size(), 0.0);
    const bool round = dice.one_in(3); // many plans alike
    for (int t = 0; t < example.span.hours; ++t) {
        const int cny = dice.whole(-50, 700);
        example.prices[static_cast<std::size_t>(t)] = round ? 100.0 * (cny / 100) : 0.97 * cny;
        if (dice.one_in(4)) {
            const model::Channels number(example.system);
            example
                .prices[static_cast<std::size_t>(number.hvdc_power(0) * example.span.hours + t)] =
                dice.whole(-40, 40);
        }
    }
    return example;
}

/// The blocks of a line and its contract under prices, with the contract's rows: HiGHS.
highs::Outcome by_highs(const Example& example, lp::Coupling coupling) {
    const model::Context context(example.system, example.span);
    std::vector<lp::Block> blocks(example.contract ? 2 : 1);
    model::build_block(context, {model::Kind::hvdc, 0}, blocks[0]);
    if (example.contract) {
        model::build_block(context, {model::Kind::contract, 0}, blocks[1]);
    }
    for (lp::Block& block : blocks) {
        for (const lp::Port& port : block.ports) {
            block.cost[static_cast<std::size_t>(port.column)] -=
                port.value * example.prices[static_cast<std::size_t>(
                                 port.channel * example.span.hours + port.hour)];
        }
    }
    std::erase_if(coupling.rows, [&](const lp::CouplingRow& row) {
        return coupling.patterns[static_cast<std::size_t>(row.pattern)].tag != "CT-1";
    });
    highs::Engine engine(lp::flatten(blocks, coupling));
    highs::Settings settings;
    settings.gap = 1e-9;
    return engine.solve_integer(settings, {});
}

struct Both {
    highs::Outcome highs;
    Answer answer;
    bool infeasible = false;
    double plan_value = 0.0;      ///< cost of the oracle's plan less what it earns
    std::vector<double> power_mw; ///< of the plan, by hour
    lp::LevelLine line;
};

Both solve_both(const Example& example, const LevelSettings& settings, int calls = 1) {
    const model::Context context(example.system, example.span);
    const lp::Coupling coupling = model::make_coupling(context);
    Both both;
    both.highs = by_highs(example, coupling);
    both.line = model::line_data(context, 0).value();
    std::optional<OwnContract> contract;
    if (example.contract) {
        const std::vector<lp::HourlyAmount> amounts{
            model::hourly_data(context, {model::Kind::contract, 0})};
        contract = own_contract(coupling, both.line, amounts);
        EXPECT_TRUE(contract.has_value());
    }
    const Oracle oracle = level_oracle(both.line, contract, example.span.hours, settings);
    const std::size_t hours = example.span.size();
    std::vector<double> prices;
    for (const int channel : oracle.channels) {
        const auto from = example.prices.begin() + channel * example.span.hours;
        prices.insert(prices.end(), from, from + example.span.hours);
    }
    std::vector<double> given;
    try {
        double bound = -lp::infinity;
        for (int k = 0; k < calls; ++k) {
            given.assign(prices.size(), 0.0);
            both.answer = oracle.solve(prices, given);
            bound = std::max(bound, both.answer.bound);
        }
        both.answer.bound = bound;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::infeasible);
        both.infeasible = true;
        return both;
    }
    both.plan_value = both.answer.cost_cny - testing::earned(prices, given);
    both.power_mw.assign(given.begin() + static_cast<std::ptrdiff_t>(hours), given.end());
    for (std::size_t t = 0; t < hours; ++t) {
        EXPECT_EQ(given[t], -given[hours + t]);
    }
    return both;
}

/// HV-1 to HV-4 of a plan, from the table's own terms.
void expect_within_limits(const Both& both, const std::string& which) {
    const lp::LevelLine& line = both.line;
    int changes = 0;
    for (std::size_t b = 0; b < line.low_mw.size(); ++b) {
        const double p = both.power_mw[static_cast<std::size_t>(line.block_begin[b])];
        for (int t = line.block_begin[b]; t < line.block_begin[b + 1]; ++t) {
            EXPECT_EQ(both.power_mw[static_cast<std::size_t>(t)], p) << which;
        }
        EXPECT_GE(p, line.low_mw[b] - 1e-6) << which;
        EXPECT_LE(p, line.high_mw[b] + 1e-6) << which;
        if (line.step_mw > 0.0) {
            const double level = (p - line.low_mw[b]) / line.step_mw;
            EXPECT_NEAR(level, std::round(level), 1e-9) << which;
        }
        if (b == 0) {
            continue;
        }
        const double before = both.power_mw[static_cast<std::size_t>(line.block_begin[b - 1])];
        EXPECT_LE(std::abs(p - before), line.change_max_mw[b] + 1e-6) << which;
        changes = line.day_of_block[b] == line.day_of_block[b - 1] ? changes : 0;
        changes += line.counted[b] != 0 && std::abs(p - before) > 1e-6 ? 1 : 0;
        if (line.max_changes_per_day > 0) {
            EXPECT_LE(changes, line.max_changes_per_day) << which;
        }
    }
}

void expect_exact(Dice& dice, int count, bool continuous, bool contract) {
    int feasible = 0;
    for (int k = 0; k < count; ++k) {
        const Example example = random_example(dice, continuous, contract);
        const Both both = solve_both(example, {});
        const std::string which = "line " + std::to_string(k);
        ASSERT_EQ(both.infeasible, both.highs.status == highs::Status::infeasible) << which;
        if (both.infeasible) {
            continue;
        }
        ++feasible;
        const double tolerance = 1e-6 * (1.0 + std::abs(both.highs.cost));
        ASSERT_NEAR(both.answer.bound, both.highs.cost, tolerance) << which;
        ASSERT_NEAR(both.plan_value, both.highs.cost, tolerance) << which;
        expect_within_limits(both, which);
    }
    EXPECT_GT(feasible, count * 3 / 4);
}

/// CI takes some hundreds; LONGYANG_MANY as many as it says.
int how_many(int usual) {
    const char* many = std::getenv("LONGYANG_MANY");
    return many == nullptr ? usual : std::atoi(many);
}

TEST(LevelOracle, ExactOnRandomLinesWithLevels) {
    Dice dice{std::mt19937(11)};
    expect_exact(dice, how_many(150), false, false);
}

TEST(LevelOracle, ExactOnRandomLinesWithContracts) {
    Dice dice{std::mt19937(12)};
    expect_exact(dice, how_many(100), false, true);
}

TEST(LevelOracle, ExactOnRandomContinuousLines) {
    Dice dice{std::mt19937(13)};
    expect_exact(dice, how_many(150), true, false);
}

TEST(LevelOracle, PricesOfPeriodsNeverExceedTheBestPlan) {
    // No room for energy in the dynamic programme: the bound is that of the periods' prices. For
    // a continuous line it closes in on the optimum.
    for (const bool continuous : {false, true}) {
        Dice dice{std::mt19937(14)};
        double gap = 0.0;
        for (int k = 0; k < how_many(20); ++k) {
            const Example example = random_example(dice, continuous, true);
            const Both both = solve_both(example, {.most_states = 0, .searches = 3}, 30);
            if (both.infeasible || both.highs.status == highs::Status::infeasible) {
                continue;
            }
            const double size = 1.0 + std::abs(both.highs.cost);
            ASSERT_LE(both.answer.bound, both.highs.cost + 1e-6 * size) << "line " << k;
            gap = std::max(gap, (both.highs.cost - both.answer.bound) / size);
        }
        EXPECT_LT(gap, continuous ? 1e-3 : 10.0);
    }
}

TEST(LevelOracle, GoesBackToWhereItWas) {
    // Its periods' prices move from call to call; what it is asked in between leaves no trace.
    Dice dice{std::mt19937(15)};
    int moved = 0;
    for (int k = 0; k < 10; ++k) {
        const Example example = random_example(dice, false, true);
        const model::Context context(example.system, example.span);
        const lp::Coupling coupling = model::make_coupling(context);
        const lp::LevelLine line = model::line_data(context, 0).value();
        const std::vector<lp::HourlyAmount> amounts{
            model::hourly_data(context, {model::Kind::contract, 0})};
        const auto make = [&] {
            return level_oracle(line, own_contract(coupling, line, amounts), example.span.hours,
                                {.most_states = 0, .searches = 3});
        };
        const Oracle asked = make();
        const Oracle alone = make();
        std::vector<double> prices;
        for (const int channel : asked.channels) {
            const auto from = example.prices.begin() + channel * example.span.hours;
            prices.insert(prices.end(), from, from + example.span.hours);
        }
        const auto ask = [&](const Oracle& oracle) {
            std::vector<double> given(prices.size(), 0.0);
            return oracle.solve(prices, given).bound;
        };
        const double first = ask(asked);
        EXPECT_EQ(ask(alone), first);
        const auto go_back = asked.keep();
        for (int call = 0; call < 6; ++call) {
            moved += ask(asked) != first ? 1 : 0;
        }
        go_back();
        for (int call = 0; call < 4; ++call) {
            EXPECT_EQ(ask(asked), ask(alone)) << k;
        }
    }
    EXPECT_GT(moved, 0);
}

TEST(LevelOracle, TeachingLineByHand) {
    // cases/teaching/hvdc_levels: at 250 and then 150 CNY/MWh from a line of 80 to 400 MW in steps
    // of 80 whose power is worth 400 delivered. A level more earns 30,400 less the price.
    grid::System system = testing::one_bus();
    testing::HvdcRow row;
    row.p_min_mw = 80;
    row.p_max_mw = 400;
    row.level_step_mw = 80;
    row.block_h = 2;
    row.ramp_mw_per_block = 160;
    row.loss_rated_pu = 0.05;
    row.export_value_cny_per_mwh = 400;
    testing::add_hvdc(system, row);
    const model::Context context(system, {0, 4});
    const Oracle oracle = level_oracle(model::line_data(context, 0).value(), std::nullopt, 4);
    EXPECT_EQ(oracle.channels, (std::vector<int>{0, context.channels.hvdc_power(0)}));
    // 500 in the first block: 80 MW; 250 in the second would ask for 400, the ramp allows 240.
    // Or 160 and 320: 62,720 - 80,000 + 122,880 - 80,000 against 31,680 - 40,000 + 93,120 - 60,000
    // (an hour each), or 240 and 400: 93,120 - 120,000 + 152,000 - 100,000.
    const std::vector<double> prices{500, 500, 250, 250, 0, 0, 0, 0};
    std::vector<double> given(8, 0.0);
    const Answer answer = oracle.solve(prices, given);
    EXPECT_NEAR(answer.bound, -2.0 * (62720 - 80000 + 122880 - 80000), 1e-6);
    EXPECT_NEAR(answer.cost_cny, -2.0 * (62720 + 122880), 1e-6);
    EXPECT_EQ(given, (std::vector<double>{-160, -160, -320, -320, 160, 160, 320, 320}));
}

// PE-81 by hand: a block of four hours at 500 CNY/MWh, levels that carry 320, 640, ... MWh. Of 700
// MWh 60 are missing at 640, which is cheaper than 960 where a MWh missing costs 2000, not 5000.
TEST(LevelOracle, PeriodsAskForWholeStepsOfEnergy) {
    grid::System system = testing::one_bus();
    testing::HvdcRow row;
    row.p_min_mw = 80;
    row.p_max_mw = 400;
    row.level_step_mw = 80;
    row.block_h = 4;
    testing::add_hvdc(system, row);
    const model::Context context(system, {0, 4});
    for (const auto& [short_cny, best_cny] :
         {std::pair(2000.0, 640.0 * 500.0 + 60.0 * 2000.0), std::pair(5000.0, 960.0 * 500.0)}) {
        OwnContract contract;
        OwnContract::Period period;
        period.end = 4;
        period.low_mwh = 700.0;
        period.high_mwh = 1300.0;
        period.short_cny_per_mwh = short_cny;
        period.short_max_mwh = 1e6;
        contract.periods = {period};
        const Oracle oracle =
            level_oracle(model::line_data(context, 0).value(), contract, 4, {.most_states = 0});
        const std::vector<double> prices{500, 500, 500, 500, 0, 0, 0, 0};
        double bound = -lp::infinity;
        for (int call = 0; call < 30; ++call) {
            std::vector<double> given(8, 0.0);
            bound = std::max(bound, oracle.solve(prices, given).bound);
        }
        EXPECT_LE(bound, best_cny + 1e-6);
        EXPECT_GT(bound, best_cny - 200.0); // of 350,000 without whole steps
    }
}

} // namespace
} // namespace longyang::solve::prices
