// Units and their store in recovery and dispatch (PE-58, PE-59), by hand.
#include "solve/prices/heat/keep_heat.hpp"
#include "solve/prices/recovery/heat.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace longyang::solve::prices {
namespace {

/// A unit of 20 to 100 MW that takes 10 + 2 p of heat and 40 for a start, off before the span.
lp::UnitGroup unit(std::size_t hours) {
    lp::UnitGroup group;
    group.draw = {1, 10.0, 2.0, 40.0};
    group.available.assign(hours, 1);
    group.must_run.assign(hours, 0);
    group.p_min_mw = lp::Hourly(hours, 20.0);
    for (auto* list : {&group.p_max_mw, &group.start_max_mw, &group.stop_max_mw}) {
        *list = lp::Hourly(hours, 100.0);
    }
    group.base_mw = 20.0;
    group.segment_mw = {80.0};
    group.segment_cny_per_mwh = {0.0};
    group.ramp_up_mw_per_h = group.ramp_down_mw_per_h = 1e5;
    group.min_up_h = 2;
    group.initial_on = 0;
    group.initial_h = 10;
    return group;
}

lp::Store store(double initial_mwh, std::vector<double> inflow_mw) {
    lp::Store made;
    made.injection = 1;
    made.discharge_max_mw = 1000.0;
    made.energy_max_mwh = 1000.0;
    made.energy_initial_mwh = initial_mwh;
    made.inflow_mw = std::move(inflow_mw);
    return made;
}

lp::UnitsPlan plan_of(std::vector<char> on, double p_mw) {
    lp::UnitsPlan plan;
    plan.units = 1;
    plan.on = std::move(on);
    for (auto* table : {&plan.p_mw, &plan.up_mw, &plan.down_mw}) {
        table->assign(plan.on.size(), 0.0);
    }
    for (std::size_t t = 0; t < plan.on.size(); ++t) {
        plan.p_mw[t] = plan.on[t] != 0 ? p_mw : 0.0;
    }
    return plan;
}

TEST(KeepHeat, LeastHeatIsThatOfFloorsAndStarts) {
    std::vector<double> heat_mwh(4, 1.0);
    add_heat({unit(4)}, plan_of({0, 1, 1, 0}, 100.0), false, heat_mwh);
    EXPECT_EQ(heat_mwh, (std::vector<double>{1, 91, 51, 1}));
    add_heat({unit(4)}, plan_of({0, 1, 1, 0}, 100.0), true, heat_mwh);
    EXPECT_EQ(heat_mwh, (std::vector<double>{1, 341, 261, 1}));
}

TEST(KeepHeat, ARunEndsWhereHeatIsOver) {
    // 90 + 50 + 50 of 200 MWh: the fourth hour on has 10 left.
    lp::UnitsPlan plan = plan_of({1, 1, 1, 1, 1}, 20.0);
    lp::Store held = store(200.0, {});
    EXPECT_EQ(keep_heat(held, {unit(5)}, plan, false), 2);
    EXPECT_EQ(plan.on, (std::vector<char>{1, 1, 1, 0, 0}));
    // The content has to be back in the end: nothing can run.
    held.energy_end_min_mwh = 200.0;
    EXPECT_EQ(keep_heat(held, {unit(5)}, plan, false), 3);
    EXPECT_EQ(plan.on, (std::vector<char>{0, 0, 0, 0, 0}));
}

TEST(KeepHeat, ARunGoesOnWhenThereIsHeatAgain) {
    // Empty after two hours; hour 3 brings heat for a start and two hours.
    lp::UnitsPlan plan = plan_of({1, 1, 1, 1, 1, 1}, 20.0);
    EXPECT_EQ(keep_heat(store(0.0, {140, 0, 0, 200, 100, 0}), {unit(6)}, plan, false), 2);
    EXPECT_EQ(plan.on, (std::vector<char>{1, 1, 0, 0, 1, 1}));
}

TEST(KeepHeat, WhatHasToRunStays) {
    lp::UnitGroup held = unit(3);
    held.must_run.assign(3, 1);
    lp::UnitsPlan plan = plan_of({1, 1, 1}, 20.0);
    EXPECT_EQ(keep_heat(store(0.0, {}), {held}, plan, false), 0);
}

// Prices of 100 and then 300: there is heat for a start and two full hours, which are best used in
// the dear ones.
TEST(HeatRoom, HeatGoesToTheDearHours) {
    lp::UnitGroup group = unit(4);
    group.injection = 0;
    group.draw.channel = 1;
    const lp::Store held = store(0.0, {460, 0, 0, 0});
    const recovery::HeatRoom room{&held, {0, 0, 0, 0}};
    const std::vector<double> price = {100, 100, 300, 300, 0, 0, 0, 0};
    const recovery::HeatPlan plan = recovery::plan_with_heat(group, room, price);
    EXPECT_EQ(plan.on, (std::vector<char>{0, 0, 1, 1}));
    EXPECT_EQ(plan.p_mw, (std::vector<double>{0, 0, 100, 100}));
}

/// On for at least two hours on end and off for at least two, as unit() before the span.
bool keeps_least_times(const std::vector<char>& on) {
    for (std::size_t t = 0; t < on.size(); ++t) {
        const bool before = t > 0 && on[t - 1] != 0;
        if (t + 1 < on.size() && before != (on[t] != 0) && on[t + 1] != on[t]) {
            return false;
        }
    }
    return true;
}

/// What a plan of full hours earns; none: the store has not the heat for it.
std::optional<double> earned(const std::vector<char>& on, const lp::UnitGroup& group,
                             const lp::Store& held, const std::vector<double>& others_mwh,
                             const std::vector<double>& price) {
    double cny = 0.0;
    double energy = held.energy_initial_mwh;
    for (std::size_t t = 0; t < on.size(); ++t) {
        energy += held.inflow(t) - others_mwh[t];
        if (on[t] != 0) {
            const bool started = t == 0 || on[t - 1] == 0;
            energy -= group.draw.amount(group.p_max_mw[t], started);
            cny += price[t] * group.p_max_mw[t] - (started ? group.tier_cny.back() : 0.0);
        }
        if (energy < (t + 1 < on.size() ? 0.0 : held.energy_end_min_mwh)) {
            return std::nullopt;
        }
        energy = std::min(energy, held.energy_max_mwh);
    }
    return cny;
}

// Full hours alone, heat in whole steps of the store's content: nothing is rounded, so the plan is
// the best of all 2^10.
TEST(HeatRoom, ThePlanIsTheBestOfAllWhereHeatIsInSteps) {
    const std::size_t hours = 10;
    int with_a_run = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        const auto whole = [&](int low, int high) {
            return static_cast<double>(std::uniform_int_distribution<int>(low, high)(random));
        };
        lp::UnitGroup group = unit(hours);
        group.injection = 0;
        group.p_min_mw = group.p_max_mw;
        group.base_mw = 100.0;
        group.segment_mw.clear();
        group.segment_cny_per_mwh.clear();
        group.min_down_h = 2;
        group.tier_off_h = {2};
        group.tier_cny = {1000.0 * whole(0, 8)};
        group.draw = {1, 1.0, 0.03, 2.0}; // 4 MWh an hour, 2 besides for a start
        lp::Store held = store(whole(0, 10), {});
        held.energy_max_mwh = 24.0;
        held.energy_end_min_mwh = whole(0, 3);
        std::vector<double> others_mwh, price;
        for (std::size_t t = 0; t < hours; ++t) {
            held.inflow_mw.push_back(1.0 + whole(0, 5));
            others_mwh.push_back(whole(0, 1));
            price.push_back(whole(-50, 200));
        }
        double best = 0.0;
        for (unsigned bits = 0; bits < 1U << hours; ++bits) {
            std::vector<char> on(hours);
            for (std::size_t t = 0; t < hours; ++t) {
                on[t] = static_cast<char>((bits >> t) & 1U);
            }
            if (keeps_least_times(on)) {
                best = std::max(best, earned(on, group, held, others_mwh, price).value_or(best));
            }
        }
        std::vector<double> rows = price;
        rows.resize(2 * hours, 0.0);
        const recovery::HeatPlan plan = recovery::plan_with_heat(group, {&held, others_mwh}, rows);
        EXPECT_TRUE(keeps_least_times(plan.on)) << seed;
        EXPECT_EQ(earned(plan.on, group, held, others_mwh, price), best) << seed;
        with_a_run += best > 0.0 ? 1 : 0;
    }
    EXPECT_GT(with_a_run, 150);
}

} // namespace
} // namespace longyang::solve::prices
