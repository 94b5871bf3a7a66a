#include "../model/random_flexible.hpp"
#include "../solve/kernel_runtime.hpp"
#include "certify/stores.hpp"
#include "random_examples.hpp"
#include "solve/prices/oracles/store_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace longyang::certify {
namespace {

Example random_store(Random& random, bool reserve) {
    Example e;
    e.hours = random.whole(6, 60);
    testing::StorageRow row;
    row.charge_max_mw = random.one_in(6) ? 0.0 : random.number(10, 200);
    row.discharge_max_mw = random.one_in(8) ? 0.0 : random.number(10, 200);
    row.energy_max_mwh = random.number(0.0, 10.0) * (row.charge_max_mw + row.discharge_max_mw);
    row.efficiency_charge = random.one_in(4) ? 1.0 : random.number(0.6, 1.0);
    row.efficiency_discharge = random.one_in(4) ? 1.0 : random.number(0.6, 1.0);
    row.variable_om_cny_per_mwh = random.one_in(3) ? 0.0 : random.number(0, 20);
    row.loss_per_h = row.charge_max_mw < 50.0 || random.one_in(2) ? 0.0 : random.number(0, 0.02);
    row.energy_initial_mwh = random.number(0, 1) * row.energy_max_mwh;
    row.inflow_mw = random.one_in(3) ? random.number(0, 100) : 0.0;
    testing::add_storage(e.system, row);
    if (e.hours % 3 == 0) { // SV-4
        testing::add_dates(e.system, e.hours);
    }
    if (reserve) {
        e.add_reserves();
    }
    e.draw_prices(random, random.number(-20, 300), 200.0);
    return e;
}

double bound_of(const Example& e, const lp::Store& store, std::span<const double> value) {
    const Prices prices = e.prices();
    const PricedStore priced{store, prices, value};
    double bound = 0.0;
    for (std::size_t t = 0; t < prices.hours; ++t) {
        bound += priced.bound(t);
    }
    return bound;
}

/// At the oracle's values the bound is the best plan's value without reserve, and with reserve
/// between the oracle's bound and that.
void check_many(std::uint64_t seed, int count, bool reserve) {
    Random random(seed);
    int compared = 0;
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        const Example e = random_store(random, reserve);
        const double best = e.by_highs({model::Kind::storage, 0});
        if (!std::isfinite(best)) {
            continue;
        }
        ++compared;
        const lp::Store store = model::store_data(e.context(), 0);
        solve::prices::StoreSolver solver({store}, e.hours);
        solve::prices::Answer answer;
        for (int call = 0; call < (reserve ? 30 : 1); ++call) {
            std::vector<double> given(e.price.size(), 0.0);
            answer = solver.solve(e.price, given);
        }
        const double size = e.turnover(store.charge_max_mw + store.discharge_max_mw);
        const double bound = bound_of(e, store, solver.plan().value_cny_per_mwh);
        EXPECT_LE(bound, best + 1e-9 * size);
        EXPECT_GE(bound, answer.bound - 1e-9 * size);
        if (!reserve) {
            EXPECT_GE(bound, best - 1e-9 * size);
        }
        // Any other values give a bound too.
        std::vector<double> other = solver.plan().value_cny_per_mwh;
        for (double& value : other) {
            value += random.number(-20, 20);
        }
        EXPECT_LE(bound_of(e, store, other), best + 1e-9 * size);
        EXPECT_LE(bound_of(e, store, {}), best + 1e-9 * size);
    }
    EXPECT_GT(compared, count / 2);
}

TEST(CertifyStores, BestPlanOfHighsWithoutReserve) {
    check_many(21, 150, false);
}

TEST(CertifyStores, BetweenOracleAndHighsWithReserve) {
    check_many(22, 100, true);
}

// Flexible loads: limits by the hour, drains, demand not served, microgrids, budgets.
TEST(CertifyStores, FlexibleLoads) {
    Random random(23);
    int compared = 0;
    for (int run = 0; run < 160; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        Example e;
        e.hours = random.whole(6, 60);
        const bool reserve = random.one_in(2);
        testing::add_flexible_load(e.system,
                                   testing::random_flexible(e.system, random, e.hours, reserve));
        if (reserve) {
            e.add_reserves();
        }
        e.draw_prices(random, random.number(-20, 300), 200.0);
        const double best = e.by_highs({model::Kind::flexible, 0});
        if (!std::isfinite(best)) {
            continue;
        }
        ++compared;
        const lp::Store store = model::flexible_store(e.context(), 0);
        solve::prices::StoreSolver solver({store}, e.hours);
        solve::prices::Answer answer;
        for (int call = 0; call < (reserve ? 30 : 1); ++call) {
            std::vector<double> given(e.price.size(), 0.0);
            answer = solver.solve(e.price, given);
        }
        const double size = e.turnover(store.charge_max_mw + store.discharge_max_mw + 100.0);
        const double bound = bound_of(e, store, solver.plan().value_cny_per_mwh);
        EXPECT_LE(bound, best + 1e-9 * size);
        EXPECT_GE(bound, answer.bound - 1e-9 * size);
        if (!reserve) {
            EXPECT_GE(bound, best - 1e-9 * size);
        }
        EXPECT_LE(bound_of(e, store, {}), best + 1e-9 * size);
    }
    EXPECT_GT(compared, 80);
}

// By hand: 10 MW, 10 MWh, no losses; buys at 100 in hour 0, sells at 300 in hour 1.
TEST(CertifyStores, ByHand) {
    Example e;
    e.hours = 2;
    testing::StorageRow row;
    row.charge_max_mw = row.discharge_max_mw = row.energy_max_mwh = 10;
    testing::add_storage(e.system, row);
    e.price = {100, 300};
    const lp::Store store = model::store_data(e.context(), 0);
    EXPECT_NEAR(bound_of(e, store, std::vector<double>{200, 200}), -2000.0, 1e-9);
    // At values that are not best the bound is lower: 10 x (100 - 250) - 10 x (250 - 200), and in
    // hour 1 10 x (200 - 300).
    EXPECT_NEAR(bound_of(e, store, std::vector<double>{250, 200}), -2500.0, 1e-9);
}

} // namespace
} // namespace longyang::certify
