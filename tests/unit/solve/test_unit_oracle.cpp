#include "../model/random_plant.hpp"
#include "../model/small_system.hpp"
#include "base/error.hpp"
#include "grid/expand_units.hpp"
#include "kernel_runtime.hpp"
#include "model/oracle_data.hpp"
#include "priced_block.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <variant>

// Units under prices against HiGHS on the same block (model::build_block of a cluster of one).
// LONGYANG_RANDOM_UNITS in the environment asks for more of them than CI has time for.

namespace longyang::solve::prices {
namespace {

using testing::BlockPoint;

int runs(int usual) {
    const char* asked = std::getenv("LONGYANG_RANDOM_UNITS");
    return asked == nullptr ? usual : std::atoi(asked);
}

struct Example {
    grid::System system;
    int hours = 24;
    std::vector<double> prices; ///< channels x hours
    int channels = 0;
    bool security = false; ///< units that run have prices of their own
};

struct Kind {
    bool ramps = true, reserve = true;
    int shortest = 12, longest = 48;
    bool slow = false; ///< ramps over many hours, short minimum times, cheap starts
    bool security = false;
    bool capture = false;
};

using testing::Random;

Example random_example(Random& random, const Kind& kind) {
    Example e;
    e.system = testing::one_bus();
    e.hours = random.whole(kind.shortest, kind.longest);
    const testing::Plant plant =
        testing::random_plant(random, {kind.ramps, kind.slow}, e.system, e.hours);
    const int item = testing::add_plant(e.system, plant);
    testing::random_duties(random, e.system, item, e.hours);
    if (kind.capture) {
        e.system.deep_load = {};
        e.system.thermal.p_min_mw[0] = plant.curve.front().first;
        testing::random_capture(random, e.system, item);
        if (random.one_in(2)) {
            testing::add_emission_cap(e.system, 0, 0, 0);
        }
    } else {
        testing::random_heat(random, e.system, item);
    }
    if (random.one_in(4)) {
        const int from = random.whole(0, e.hours);
        testing::add_outage(e.system, item, from, from + random.whole(1, 12), 1);
    }
    if (kind.reserve) {
        testing::add_reserve(e.system, 0, "up", "spinning", 100, 1000);
        testing::add_reserve(e.system, 0, "up", "non_spinning", 100, 1000);
        testing::add_reserve(e.system, 0, "down", "spinning", 100, 1000);
    }
    e.security = kind.security;
    const model::Channels channels(e.system, e.security);
    e.channels = channels.count();
    // Costs of output on average, so that the unit is worth running about half of the time.
    const auto [mw, cny] = plant.curve.back();
    const double level = cny / mw * random.number(0.8, 1.3);
    const double swing = level * random.number(0.1, 1.0);
    const double reserve_level = random.one_in(3) ? 5.0 : 100.0;
    const bool smooth = random.one_in(2);
    for (int c = 0; c < e.channels; ++c) {
        for (int t = 0; t < e.hours; ++t) {
            const double noise = random.number(-1, 1);
            const double wave = std::sin(0.26 * t);
            const double price = level + swing * (smooth ? wave + 0.2 * noise : noise);
            // A price of running changes the cost of an hour on by up to a half.
            const double of_running = 0.5 * random.number(-1, 1) * level * mw;
            e.prices.push_back(
                c == 0                                   ? price
                : e.security && c == channels.running(0) ? of_running
                : channels.emission_caps > 0 && c == channels.emissions(0)
                    ? level * random.number(0, 0.5) // of a t, half of a MWh's cost at most
                : channels.heat_stores > 0 && c == channels.heat(0)
                    ? level * random.number(0, 0.3) // a third of its cost, at what heat it takes
                    : std::max(0.0, reserve_level * (random.number(-2, 1) + 0.5 * wave)));
        }
    }
    return e;
}

struct Reference {
    bool feasible = false;
    double cny = 0.0; ///< least cost less earnings
};

Reference by_highs(const Example& e, const lp::Block& block) {
    highs::Engine engine(testing::priced(block, e.hours, e.prices));
    highs::Settings settings;
    settings.gap = 0.0;
    const highs::Outcome outcome = engine.solve_integer(settings, {});
    return {outcome.status == highs::Status::optimal, outcome.cost};
}

/// The plan of the first group as a point of the block of a cluster of one.
BlockPoint point_of(const Example& e, const lp::Block& block, const lp::UnitGroup& unit,
                    const UnitPlan& plan) {
    BlockPoint point(block);
    std::vector<double> on;
    for (int t = 0; t < e.hours; ++t) {
        on.push_back(plan.state[static_cast<std::size_t>(t)] == 1 ? 1.0 : 0.0);
    }
    std::vector<int> off_h(static_cast<std::size_t>(e.hours), 0); // before each hour
    int off = unit.initial_on == 1 ? 0 : (unit.initial_on == 0 ? unit.initial_h : 100000);
    for (std::size_t t = 0; t < on.size(); ++t) {
        off_h[t] = off;
        off = on[t] > 0.5 ? 0 : off + 1;
    }
    const auto before = [&](std::size_t t) {
        return t > 0 ? on[t - 1] : (unit.initial_on < 0 ? on[0] : unit.initial_on);
    };
    const auto each = [&](const std::string& family, const auto& value) {
        for (const std::size_t column : point.columns(family)) {
            point.value[column] = value(static_cast<std::size_t>(point.hour(column)));
        }
    };
    each("thermal_on", [&](std::size_t t) { return on[t]; });
    each("thermal_start", [&](std::size_t t) { return std::max(on[t] - before(t), 0.0); });
    each("thermal_stop", [&](std::size_t t) { return std::max(before(t) - on[t], 0.0); });
    each("thermal_up", [&](std::size_t t) { return plan.up_mw[t]; });
    each("thermal_down", [&](std::size_t t) { return plan.down_mw[t]; });
    each("thermal_captured", [&](std::size_t t) { return plan.captured_t[0][t]; });
    each("thermal_non_spinning",
         [&](std::size_t t) { return plan.state[t] == 2 ? unit.non_spinning_max_mw : 0.0; });
    std::vector<double> rest_mw;
    for (std::size_t t = 0; t < on.size(); ++t) {
        rest_mw.push_back(plan.p_mw[t] - unit.base_mw * on[t]);
    }
    const std::vector<std::size_t> segments = point.columns("thermal_segment");
    for (std::size_t k = 0; k < segments.size(); ++k) {
        const auto t = static_cast<std::size_t>(point.hour(segments[k]));
        const std::size_t m = k % unit.segment_mw.size();
        const bool last = m + 1 == unit.segment_mw.size();
        const double mw = last ? rest_mw[t] : std::min(rest_mw[t], unit.segment_mw[m]);
        point.value[segments[k]] = mw;
        rest_mw[t] -= mw;
    }
    const std::vector<std::size_t> tiers = point.columns("thermal_start_tier");
    const std::size_t count = unit.tier_off_h.size();
    for (std::size_t t = 0; !tiers.empty() && t < on.size(); ++t) {
        if (on[t] - before(t) < 0.5) {
            continue;
        }
        std::size_t tier = count - 1;
        for (std::size_t j = 0; j + 1 < count; ++j) {
            if (unit.tier_off_h[j] <= off_h[t] && off_h[t] < unit.tier_off_h[j + 1] &&
                unit.tier_cny[j] < unit.tier_cny[tier]) {
                tier = j;
            }
        }
        point.value[tiers[t * count + tier]] = 1.0;
    }
    return point;
}

/// Shares of the turnover by which bounds lie below the optimum and plans above it.
struct Gaps {
    std::vector<double> bound, plan;
    /// The same where reserve of both directions may be more than both ramps together: there the
    /// bound need not be reached.
    std::vector<double> wide_bound, wide_plan;
    int infeasible = 0;

    static void print(const char* what, std::vector<double> list) {
        if (list.empty()) {
            return;
        }
        std::sort(list.begin(), list.end());
        const auto at = [&](double share) {
            return list[static_cast<std::size_t>(share * static_cast<double>(list.size() - 1))];
        };
        const auto exact =
            std::count_if(list.begin(), list.end(), [](double x) { return x < 1e-9; });
        fmt::print("{}: {} of {} exact, 90 % {:.2e}, 99 % {:.2e}, largest {:.2e}\n", what, exact,
                   list.size(), at(0.9), at(0.99), list.back());
    }
};

double turnover(const Example& e, const lp::UnitGroup& unit) {
    double sum = 1.0;
    for (int t = 0; t < e.hours; ++t) {
        sum += std::abs(e.prices[static_cast<std::size_t>(t)]) * unit.p_max_mw[0];
    }
    return sum;
}

/// Bound not above the optimum, plan allowed and not below it, its cost and gifts as said.
void check(const Example& e, Gaps& gaps) {
    const model::Context context(e.system, {0, e.hours}, e.security);
    const model::BlockId id{model::Kind::thermal, 0};
    lp::Block block;
    const lp::OracleData data = model::oracle_data(context, id);
    const auto& groups = std::get<std::vector<lp::UnitGroup>>(data);
    ASSERT_EQ(groups.size(), 1U);
    UnitSolver solver({groups}, e.hours);
    std::vector<double> given(e.prices.size(), 0.0);
    Reference reference;
    try {
        model::build_block(context, id, block);
        reference = by_highs(e, block);
    } catch (const Error&) {
        reference.feasible = false;
    }
    if (!reference.feasible) {
        ++gaps.infeasible;
        EXPECT_THROW((void)solver.solve(e.prices, given), Error);
        return;
    }
    const Answer answer = solver.solve(e.prices, given);
    const double size = turnover(e, groups[0]);
    const BlockPoint point = point_of(e, block, groups[0], solver.plan());
    EXPECT_LE(point.breach(), 1e-9);
    EXPECT_NEAR(point.cost(), answer.cost_cny, 1e-10 * size);
    const std::vector<double> expected = point.given(e.channels, e.hours);
    for (std::size_t k = 0; k < given.size(); ++k) {
        ASSERT_NEAR(given[k], expected[k], 1e-9);
    }
    const double plan_cny = answer.cost_cny - testing::earned(e.prices, given);
    EXPECT_LE(answer.bound, reference.cny + 1e-7 * std::abs(reference.cny) + 1e-9 * size);
    EXPECT_LE(answer.bound, plan_cny + 1e-10 * size);
    EXPECT_GE(plan_cny, reference.cny - 1e-7 * std::abs(reference.cny) - 1e-9 * size);
    const bool wide = groups[0].up_max_mw + groups[0].down_max_mw >
                      groups[0].ramp_up_mw_per_h + groups[0].ramp_down_mw_per_h;
    (wide ? gaps.wide_bound : gaps.bound).push_back((reference.cny - answer.bound) / size);
    (wide ? gaps.wide_plan : gaps.plan).push_back((plan_cny - reference.cny) / size);
}

Gaps check_many(std::uint64_t seed, int count, const Kind& kind) {
    Random random(seed);
    Gaps gaps;
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        check(random_example(random, kind), gaps);
    }
    Gaps::print("bound below the optimum", gaps.bound);
    Gaps::print("plan above the optimum", gaps.plan);
    Gaps::print("bound below the optimum, wide reserve", gaps.wide_bound);
    Gaps::print("plan above the optimum, wide reserve", gaps.wide_plan);
    fmt::print("{} impossible\n", gaps.infeasible);
    return gaps;
}

double largest(const std::vector<double>& list) {
    return *std::max_element(list.begin(), list.end());
}

TEST(UnitOracle, ExactWithoutRamps) {
    const Gaps gaps = check_many(1, runs(60), {false, false, 12, 36});
    EXPECT_LE(largest(gaps.bound), 1e-8);
    EXPECT_LE(largest(gaps.plan), 1e-8);
    EXPECT_GE(gaps.bound.size(), 40U);
}

TEST(UnitOracle, ExactWithRamps) {
    const Gaps gaps = check_many(2, runs(60), {true, false, 12, 36});
    EXPECT_LE(largest(gaps.bound), 1e-8);
    EXPECT_LE(largest(gaps.plan), 1e-8);
}

TEST(UnitOracle, ExactWithReserves) {
    const Gaps gaps = check_many(3, runs(60), {true, true, 12, 36});
    EXPECT_LE(largest(gaps.bound), 1e-8);
    EXPECT_LE(largest(gaps.plan), 1e-8);
    EXPECT_LE(largest(gaps.wide_bound), 0.05);
    EXPECT_LE(largest(gaps.wide_plan), 0.05);
}

TEST(UnitOracle, ExactWithPricesOfRunning) {
    const Gaps gaps = check_many(6, runs(60), {true, true, 12, 36, false, true});
    EXPECT_LE(largest(gaps.bound), 1e-8);
    EXPECT_LE(largest(gaps.plan), 1e-8);
    EXPECT_LE(largest(gaps.wide_bound), 0.05);
    EXPECT_LE(largest(gaps.wide_plan), 0.05);
}

TEST(UnitOracle, ExactWithCarbonCapture) { // TH-19, PE-75
    const Gaps gaps = check_many(7, runs(60), {true, true, 12, 36, false, true, true});
    EXPECT_LE(largest(gaps.bound), 1e-8);
    EXPECT_LE(largest(gaps.plan), 1e-8);
    EXPECT_LE(largest(gaps.wide_bound), 0.05);
    EXPECT_LE(largest(gaps.wide_plan), 0.05);
}

// Runs that began in different hours stay different, so there may be too many to keep apart.
TEST(UnitOracle, SlowRamps) {
    const Gaps gaps = check_many(5, runs(15), {true, false, 12, 16, true});
    EXPECT_LE(largest(gaps.bound), 1e-3);
    EXPECT_LE(largest(gaps.plan), 1e-3);
}

TEST(UnitOracle, AClusterIsTheSumOfItsUnits) {
    Random random(4);
    std::size_t groups_in_all = 0;
    for (int run = 0; run < runs(8); ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        Example e = random_example(random, {true, true, 24, 48});
        e.system.service = {}; // what several units need of each other is not drawn here
        e.system.backup_calls = {};
        e.system.heat_supply = {};
        e.system.thermal.units[0] = random.whole(2, 5);
        e.system.thermal.must_run_units[0] = random.whole(0, 2);
        e.system.thermal.initial_units_on[0] = random.whole(-1, 2);
        e.system.thermal.initial_h[0] = 12; // nobody is held back
        e.system.thermal.initial_p_mw[0] = e.system.thermal.p_min_mw[0];
        for (int k = random.whole(0, 3); k > 0; --k) {
            const int from = random.whole(0, e.hours);
            testing::add_outage(e.system, 0, from, from + random.whole(1, 20), 1);
        }
        const grid::System single = grid::expand_units(e.system, 0);
        const model::Context context(single, {0, e.hours});
        double expected = 0.0;
        for (int unit = 0; unit < e.system.thermal.units[0]; ++unit) {
            lp::Block block;
            model::build_block(context, {model::Kind::thermal, unit}, block);
            const Reference reference = by_highs(e, block);
            ASSERT_TRUE(reference.feasible) << "unit " << unit;
            expected += reference.cny;
        }
        const auto groups = model::unit_groups(model::Context(e.system, {0, e.hours}), 0);
        groups_in_all += groups.size();
        int units = 0;
        for (const lp::UnitGroup& group : groups) {
            units += group.units;
        }
        EXPECT_EQ(units, e.system.thermal.units[0]);
        const double size = turnover(e, groups[0]) * units;
        const Oracle oracle = unit_oracle({groups}, e.hours);
        std::vector<double> prices; // of its own channels
        for (const int channel : oracle.channels) {
            const auto first = e.prices.begin() + channel * e.hours;
            prices.insert(prices.end(), first, first + e.hours);
        }
        std::vector<double> given(prices.size(), 0.0);
        const Answer answer = oracle.solve(prices, given);
        EXPECT_LE(answer.bound, expected + 1e-8 * size);
        if (groups[0].up_max_mw + groups[0].down_max_mw <=
            groups[0].ramp_up_mw_per_h + groups[0].ramp_down_mw_per_h) {
            EXPECT_NEAR(answer.bound, expected, 1e-8 * size);
            EXPECT_NEAR(answer.cost_cny - testing::earned(prices, given), expected, 1e-8 * size);
        }
        // A plan that was forgotten is made anew.
        const auto plan = std::get<lp::UnitsPlan>(oracle.plan(0));
        oracle.forget_plan();
        std::vector<double> again(prices.size(), 0.0);
        EXPECT_EQ(oracle.solve(prices, again).bound, answer.bound);
        EXPECT_EQ(again, given);
        EXPECT_EQ(std::get<lp::UnitsPlan>(oracle.plan(0)).on, plan.on);
        EXPECT_EQ(std::get<lp::UnitsPlan>(oracle.plan(0)).p_mw, plan.p_mw);
    }
    EXPECT_GT(groups_in_all, 10U);
}

} // namespace
} // namespace longyang::solve::prices
