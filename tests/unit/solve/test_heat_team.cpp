// Like units that share a store, planned together (PE-76), by hand and against trying all plans.
#include "solve/prices/recovery/heat_team.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

namespace longyang::solve::prices::recovery {
namespace {

/// Units of 0 or 100 MW that take 4 MWh of heat an hour and 2 for a start, off before the span.
lp::UnitGroup units_of(int units, std::size_t hours, double start_cny) {
    lp::UnitGroup group;
    group.units = units;
    group.draw = {1, 1.0, 0.03, 2.0};
    group.available.assign(hours, 1);
    group.must_run.assign(hours, 0);
    for (auto* list : {&group.p_min_mw, &group.p_max_mw, &group.start_max_mw, &group.stop_max_mw}) {
        *list = lp::Hourly(hours, 100.0);
    }
    group.base_mw = 100.0;
    group.tier_off_h = {1};
    group.tier_cny = {start_cny};
    group.initial_on = 0;
    group.initial_h = 10;
    return group;
}

lp::Store store_of(double most_mwh, std::vector<double> inflow_mw) {
    lp::Store store;
    store.injection = 1;
    store.discharge_max_mw = 1000.0;
    store.energy_max_mwh = most_mwh;
    store.inflow_mw = std::move(inflow_mw);
    return store;
}

/// Every MW more of the hour's output earns `fall` less than the one before.
struct Falling {
    std::vector<double> price;
    double fall = 0.0;

    [[nodiscard]] double cny(std::size_t t, double p_mw) const {
        return (price[t] - 0.5 * fall * p_mw) * p_mw;
    }
    [[nodiscard]] OutputWorth worth(int units) const {
        OutputWorth made;
        made.step_mw = 100.0;
        made.points = static_cast<std::size_t>(units) + 1;
        for (std::size_t t = 0; t < price.size(); ++t) {
            for (std::size_t k = 0; k < made.points; ++k) {
                made.cny.push_back(cny(t, 100.0 * static_cast<double>(k)));
            }
        }
        return made;
    }
};

std::vector<int> number_on(const lp::UnitsPlan& plan, std::size_t hours) {
    std::vector<int> number(hours, 0);
    for (std::size_t at = 0; at < plan.on.size(); ++at) {
        number[at % hours] += plan.on[at] != 0 ? 1 : 0;
    }
    return number;
}

/// What so many units on in each hour earn; none: the store has not the heat for it.
std::optional<double> earned(const std::vector<int>& on, const lp::UnitGroup& group,
                             const lp::Store& store, const Falling& falling) {
    double cny = 0.0;
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t < on.size(); ++t) {
        const int starts = std::max(0, on[t] - (t > 0 ? on[t - 1] : 0));
        energy += store.inflow(t) - 4.0 * on[t] - 2.0 * starts;
        cny += falling.cny(t, 100.0 * on[t]) - starts * group.tier_cny.back();
        if (energy < 0.0) {
            return std::nullopt;
        }
        energy = std::min(energy, store.energy_max_mwh);
    }
    return cny;
}

// 24 MWh: two starts and five hours of a unit. Alone, a unit would take the dear hours and be done;
// the second one is worth its start in the two dearest hours and not in the third.
TEST(HeatTeam, UnitsStepInForTheDearestHours) {
    const lp::UnitGroup group = units_of(2, 4, 5000.0);
    lp::Store store = store_of(48.0, {0, 0, 0, 0});
    store.energy_initial_mwh = 24.0;
    const Falling falling{{100, 300, 300, 10}, 0.0};
    const lp::UnitsPlan plan = plan_team(group, {&store, std::vector<double>(4, 0.0)},
                                         falling.worth(2), std::vector<double>(8, 0.0));
    EXPECT_EQ(number_on(plan, 4), (std::vector<int>{1, 2, 2, 0}));
    EXPECT_DOUBLE_EQ(std::accumulate(plan.p_mw.begin(), plan.p_mw.end(), 0.0), 500.0);
}

// The output planned for two is shared by what each may give: the one that starts gives 40 MW.
TEST(HeatTeam, WhatAStartMayNotGiveTheOthersGive) {
    lp::UnitGroup group = units_of(2, 2, 0.0);
    group.p_min_mw = lp::Hourly(2, 20.0);
    group.start_max_mw = lp::Hourly(2, 40.0);
    group.initial_on = 1;
    group.must_run = {0, 1};
    group.available = {1, 1};
    lp::Store store = store_of(48.0, {0, 0});
    store.energy_initial_mwh = 48.0;
    // A MW costs 1 CNY in the first hour: one of two that are on stops, as far as it may.
    const Falling falling{{-1, 100}, 0.0};
    const lp::UnitsPlan plan = plan_team(group, {&store, std::vector<double>(2, 0.0)},
                                         falling.worth(2), std::vector<double>(4, 0.0));
    EXPECT_EQ(number_on(plan, 2), (std::vector<int>{0, 2}));
    EXPECT_EQ(plan.p_mw, (std::vector<double>{0, 40, 0, 40}));
}

// Least times hold for every unit, whatever numbers would be best.
TEST(HeatTeam, NoUnitLeavesBeforeItsLeastTime) {
    const std::size_t hours = 24;
    lp::UnitGroup group = units_of(4, hours, 100.0);
    group.min_up_h = 3;
    group.min_down_h = 2;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> price(-50.0, 200.0);
        Falling falling{{}, 0.1};
        lp::Store store = store_of(96.0, {});
        for (std::size_t t = 0; t < hours; ++t) {
            falling.price.push_back(price(random));
            store.inflow_mw.push_back(8.0);
        }
        const lp::UnitsPlan plan = plan_team(group, {&store, std::vector<double>(hours, 0.0)},
                                             falling.worth(4), std::vector<double>(2 * hours, 0.0));
        for (std::size_t k = 0; k < 4; ++k) {
            int length = 10;
            for (std::size_t t = 0; t < hours; ++t) {
                const bool on = plan.on[k * hours + t] != 0;
                const bool before = t > 0 && plan.on[k * hours + t - 1] != 0;
                if (on != before) {
                    EXPECT_GE(length, before ? 3 : 2) << seed << " unit " << k << " hour " << t;
                    length = 0;
                }
                ++length;
            }
        }
    }
}

// Full hours alone, heat in whole steps of the content, worth in whole units: nothing is rounded,
// so the numbers are the best of all 4^6.
TEST(HeatTeam, NumbersAreTheBestOfAllWhereHeatIsInSteps) {
    const std::size_t hours = 6;
    int with_starts = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        const auto whole = [&](int low, int high) {
            return static_cast<double>(std::uniform_int_distribution<int>(low, high)(random));
        };
        const lp::UnitGroup group = units_of(3, hours, 1000.0 * whole(0, 8));
        lp::Store store = store_of(48.0, {});
        store.energy_initial_mwh = whole(0, 20);
        Falling falling{{}, 0.1 * whole(0, 5)};
        for (std::size_t t = 0; t < hours; ++t) {
            store.inflow_mw.push_back(whole(0, 12));
            falling.price.push_back(whole(-50, 200));
        }
        double best = 0.0;
        for (unsigned number = 0; number < 4096; ++number) {
            std::vector<int> on(hours);
            for (std::size_t t = 0; t < hours; ++t) {
                on[t] = static_cast<int>((number >> (2 * t)) & 3U);
            }
            best = std::max(best, earned(on, group, store, falling).value_or(best));
        }
        const lp::UnitsPlan plan = plan_team(group, {&store, std::vector<double>(hours, 0.0)},
                                             falling.worth(3), std::vector<double>(2 * hours, 0.0));
        const std::optional<double> found = earned(number_on(plan, hours), group, store, falling);
        ASSERT_TRUE(found) << seed;
        EXPECT_NEAR(*found, best, 1e-6) << seed;
        with_starts += best > 0.0 ? 1 : 0;
    }
    EXPECT_GT(with_starts, 150);
}

} // namespace
} // namespace longyang::solve::prices::recovery
