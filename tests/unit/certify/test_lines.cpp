#include "../model/random_line.hpp"
#include "../solve/kernel_runtime.hpp"
#include "base/error.hpp"
#include "certify/lines.hpp"
#include "model/coupling.hpp"
#include "random_examples.hpp"
#include "solve/prices/oracles/level_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace longyang::certify {
namespace {

Example random_line(Random& random, bool continuous, bool contract) {
    Example e;
    e.hours = random.whole(4, 40);
    testing::add_random_line(random, e.system, continuous, contract);
    e.draw_prices(random, 300.0, 250.0);
    if (contract) { // the contract's own channel has no price
        std::fill(e.price.end() - e.hours, e.price.end(), 0.0);
    }
    return e;
}

/// The line and its contract together, by HiGHS.
double by_highs(const Example& e, bool contract) {
    const model::Context context = e.context();
    lp::Coupling coupling = model::make_coupling(context);
    std::erase_if(coupling.rows, [&](const lp::CouplingRow& row) {
        return coupling.patterns[static_cast<std::size_t>(row.pattern)].tag != "CT-1";
    });
    std::vector<lp::Block> blocks(contract ? 2 : 1);
    model::build_block(context, {model::Kind::hvdc, 0}, blocks[0]);
    if (contract) {
        model::build_block(context, {model::Kind::contract, 0}, blocks[1]);
    }
    for (lp::Block& block : blocks) {
        for (const lp::Port& port : block.ports) {
            block.cost[static_cast<std::size_t>(port.column)] -=
                port.value * e.prices().at(port.channel, static_cast<std::size_t>(port.hour));
        }
    }
    solve::highs::Engine engine(lp::flatten(blocks, coupling));
    solve::highs::Settings settings;
    settings.gap = 0.0;
    const auto outcome = engine.solve_integer(settings, {});
    return outcome.status == solve::highs::Status::optimal
               ? outcome.cost
               : std::numeric_limits<double>::infinity();
}

std::vector<LinePeriod> periods_of(const Example& e) {
    const model::Context context = e.context();
    const lp::HourlyAmount missing = model::hourly_data(context, {model::Kind::contract, 0});
    std::vector<LinePeriod> periods;
    for (const auto& period : model::contract_periods(e.system, context.span)) {
        const auto hour = static_cast<std::size_t>(period.begin);
        periods.push_back({period.begin, period.end, period.low_mwh, period.high_mwh,
                           e.system.contracts.shortfall_cny_per_mwh[0], missing.high[hour]});
    }
    return periods;
}

void check_many(std::uint64_t seed, int count, bool continuous, bool contract) {
    Random random(seed);
    int compared = 0;
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        const Example e = random_line(random, continuous, contract);
        const lp::LevelLine line = model::line_data(e.context(), 0).value();
        const double best = by_highs(e, contract);
        const double bound =
            line_bound(line, e.prices(), contract ? periods_of(e) : std::vector<LinePeriod>());
        if (!std::isfinite(best)) {
            EXPECT_FALSE(std::isfinite(bound));
            continue;
        }
        ++compared;
        EXPECT_NEAR(bound, best, 1e-7 * e.turnover(1000.0));
    }
    EXPECT_GT(compared, count / 2);
}

TEST(CertifyLines, LevelsAreThoseOfHighs) {
    check_many(41, 120, false, false);
}

TEST(CertifyLines, WithTheirContracts) {
    check_many(42, 80, false, true);
}

TEST(CertifyLines, WithoutLevels) {
    check_many(43, 80, true, false);
}

// PE-81: at any prices of the periods the bound with whole steps is none above HiGHS's optimum of
// line and contract, and above the one without.
TEST(CertifyLines, WholeStepsAtPricesOfPeriods) {
    Random random(44);
    int compared = 0;
    int higher = 0;
    for (int run = 0; run < 80; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        Example e = random_line(random, false, true);
        const lp::LevelLine line = model::line_data(e.context(), 0).value();
        const double best = by_highs(e, true);
        if (!std::isfinite(best)) {
            continue;
        }
        ++compared;
        double rows_cny = 0.0;
        double steps_cny = 0.0;
        for (const LinePeriod& period : periods_of(e)) {
            const double price = std::min(random.number(-100.0, 400.0), period.short_cny_per_mwh);
            rows_cny += price * (price > 0.0 ? period.low_mwh : period.high_mwh);
            steps_cny += whole_steps_cny(line, period, price);
            for (int t = period.begin; t < period.end; ++t) {
                e.price[static_cast<std::size_t>(line.power * e.hours + t)] += price;
            }
        }
        EXPECT_GE(steps_cny, 0.0);
        higher += steps_cny > 1.0 ? 1 : 0;
        EXPECT_LE(line_bound(line, e.prices(), {}) + rows_cny + steps_cny,
                  best + 1e-7 * e.turnover(1000.0));
    }
    EXPECT_GT(compared, 40);
    EXPECT_GT(higher, 20);
}

TEST(CertifyLines, WholeStepsByHand) {
    lp::LevelLine line;
    line.block_begin = {0, 4};
    line.low_mw = {80.0};
    line.high_mw = {400.0};
    line.step_mw = 80.0;
    // Levels carry 320, 640, 960, 1280 or 1600 MWh.
    const LinePeriod period{0, 4, 700.0, 1300.0, 2000.0, 1e6};
    EXPECT_NEAR(whole_steps_cny(line, period, 500.0), 60.0 * 2000.0 + 640.0 * 500.0 - 700.0 * 500.0,
                1e-6);
    EXPECT_NEAR(whole_steps_cny(line, period, 100.0), (960.0 - 700.0) * 100.0, 1e-6);
    EXPECT_NEAR(whole_steps_cny(line, period, -100.0), (1300.0 - 1280.0) * 100.0, 1e-6);
    EXPECT_EQ(whole_steps_cny(line, period, 2001.0), 0.0);
}

} // namespace
} // namespace longyang::certify
