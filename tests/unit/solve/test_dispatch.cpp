// Schedules of the dispatch against the checker, which has equations of its own, and against
// HiGHS's optimum of the same programme.
#include "../model/more_plants.hpp"
#include "../model/small_system.hpp"
#include "dispatched_systems.hpp"
#include "grid/expand_units.hpp"
#include "kernel_runtime.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace longyang::solve::prices {
namespace {

/// How far dispatches of HiGHS's optima lie above them, as a share of the cost of what is consumed.
struct Distances {
    int solved = 0;
    std::vector<double> above;

    [[nodiscard]] double share_within(double limit) const {
        const auto within =
            std::count_if(above.begin(), above.end(), [&](double share) { return share <= limit; });
        return static_cast<double>(within) / static_cast<double>(above.size());
    }
};

Distances from_the_optimum(const Kind& kind, unsigned first, unsigned last) {
    Distances distances;
    for (unsigned seed = first; seed <= last; ++seed) {
        const std::string which = "seed " + std::to_string(seed);
        const grid::System system = grid::expand_units(random_system(seed, kind), 0);
        const Programme programme(system, {static_cast<int>(seed % 3), 9});
        const Optimum optimum = programme.complete() ? solve_whole(programme) : Optimum{};
        if (!optimum.found) {
            continue;
        }
        ++distances.solved;
        std::vector<lp::BlockPlan> targets;
        for (std::size_t k = 0; k < programme.ids.size(); ++k) {
            targets.push_back(plan_of(programme, k, optimum.schedule));
        }
        Dispatcher dispatcher(programme.coupling, programme.data);
        const Dispatch dispatch = dispatcher.run(
            targets, optimum.row_price,
            {.storage_premium_cny_per_mwh = 100.0, .river_premium_cny_per_mwh = 100.0});
        expect_valid(programme, dispatch, which);
        // Turnover: loads at 300 CNY/MWh.
        double turnover_cny = 0.0;
        for (const double mw : optimum.schedule.load_shed_mw.values) {
            turnover_cny += 300.0 * (700.0 + mw);
        }
        const double above_cny = dispatch.cost_cny - optimum.cost_cny;
        EXPECT_GE(above_cny, -2e-6 * (std::abs(optimum.cost_cny) + turnover_cny)) << which;
        distances.above.push_back(above_cny / turnover_cny);
    }
    std::sort(distances.above.begin(), distances.above.end());
    fmt::print("{} solved; above the optimum: {:.1f} % within 0.1 %, {:.1f} % within 0.2 %, {:.1f} "
               "% within 1 %, {:.1f} % within 2 %, worst {:.2f} %\n",
               distances.solved, 100.0 * distances.share_within(0.001),
               100.0 * distances.share_within(0.002), 100.0 * distances.share_within(0.01),
               100.0 * distances.share_within(0.02), 100.0 * distances.above.back());
    return distances;
}

/// A bus with a load by hour.
lp::Coupling one_bus(const std::vector<double>& load_mw) {
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(load_mw.size());
    coupling.channels = {"bus"};
    coupling.patterns = {{"T-1", "balance", {0}, {1.0}}};
    for (int t = 0; t < coupling.hours; ++t) {
        const double mw = load_mw[static_cast<std::size_t>(t)];
        coupling.rows.push_back({0, t, t + 1, mw, mw});
    }
    return coupling;
}

/// From 0 to so much to the bus.
lp::HourlyAmount power(std::size_t hours, double high_mw, double cny_per_mwh) {
    lp::HourlyAmount data;
    data.low = lp::Hourly(hours, 0.0);
    data.high = lp::Hourly(hours, high_mw);
    data.cny_per_unit = {cny_per_mwh};
    data.channel = {0};
    data.weight = {1.0};
    return data;
}

// A budget that is filled on the first day and that the plan gave up at once, since it was worth
// nothing: holding it is no reason to call it at 3000 CNY/MWh where power costs 300 (PE-44).
TEST(Dispatch, EnergyThatThePlanSpiltIsNotInAHurryToLeave) {
    const lp::Coupling coupling = one_bus({100.0, 100.0, 100.0});
    lp::Store budget;
    budget.discharge_max_mw = 20.0;
    budget.energy_max_mwh = 6000.0;
    budget.discharge_cny_per_mwh = 3000.0;
    budget.inflow_mw = {6000.0, 0.0, 0.0};
    const std::vector<lp::OracleData> blocks{power(3, 200.0, 300.0), budget};

    const std::vector<double> none(3, 0.0);
    lp::StorePlan plan;
    plan.charge_mw = plan.discharge_mw = plan.up_mw = plan.down_mw = plan.energy_mwh = none;
    plan.value_cny_per_mwh = none;
    plan.spill_mw = {6000.0, 0.0, 0.0};
    const std::vector<lp::BlockPlan> targets{lp::AmountPlan{{100.0, 100.0, 100.0}, {}}, plan};
    Dispatcher dispatcher(coupling, blocks);
    const Dispatch dispatch = dispatcher.run(targets, std::vector<double>(3, 300.0));
    EXPECT_EQ(std::get<lp::StorePlan>(dispatch.plans[1]).discharge_mw, none);
    EXPECT_DOUBLE_EQ(dispatch.cost_cny, 3 * 100.0 * 300.0);
    EXPECT_EQ(dispatch.broken_hours, 0);
}

// 60 MWh of a budget that the plan holds as reserve, and spills in the last hour of its period, in
// which as much comes in as drains, so that none of it stays (FL-6). Nothing says that it has to be
// there then: the second hour, which lacks 60 MW, gets them.
TEST(Dispatch, WhatABudgetLosesInTheEndIsThereBefore) {
    constexpr std::size_t hours = 4;
    const lp::Coupling coupling = one_bus({100.0, 160.0, 100.0, 100.0});
    lp::Store budget;
    budget.discharge_max_mw = 60.0;
    budget.discharge_cny_per_mwh = 3000.0;
    budget.inflow_mw = {60.0, 0.0, 60.0, 60.0};
    budget.by_hour.drain_mw = {0.0, 0.0, 60.0, 0.0};
    budget.by_hour.energy_max_mwh = {60.0, 60.0, 0.0, 60.0};
    const std::vector<lp::OracleData> blocks{power(hours, 100.0, 300.0),
                                             power(hours, 100.0, 20000.0), budget};

    const std::vector<double> none(hours, 0.0);
    lp::StorePlan plan;
    plan.charge_mw = plan.discharge_mw = plan.up_mw = plan.down_mw = none;
    plan.value_cny_per_mwh = none;
    plan.energy_mwh = {60.0, 60.0, 0.0, 0.0};
    plan.spill_mw = {0.0, 0.0, 60.0, 60.0};
    const std::vector<lp::BlockPlan> targets{lp::AmountPlan{std::vector(hours, 100.0), {}},
                                             lp::AmountPlan{{0.0, 60.0, 0.0, 0.0}, {}}, plan};
    Dispatcher dispatcher(coupling, blocks);
    const Dispatch dispatch = dispatcher.run(targets, std::vector<double>(hours, 300.0));
    EXPECT_EQ(std::get<lp::StorePlan>(dispatch.plans[2]).discharge_mw,
              (std::vector<double>{0.0, 60.0, 0.0, 0.0}));
    EXPECT_DOUBLE_EQ(dispatch.cost_cny, 400.0 * 300.0 + 60.0 * 3000.0);
}

// A unit of 100 to 200 MW, 300 CNY/MWh, 10 MW an hour, planned at 100 MW throughout, and calls of
// an interruptible load at 3000 CNY/MWh. The first hour's 115 MW lie outside the tube of the plan
// (110 MW): the tube is left, nothing is called. In the last hour 215 MW are asked for: 200 and 15
// called, of which 5 were planned. Twice the other 10 are asked of the units (PE-39, PE-42).
TEST(Dispatch, CallsOfInterruptibleLoadsAreDear) {
    constexpr std::size_t hours = 3;
    const lp::Coupling coupling = one_bus({115.0, 105.0, 215.0});
    lp::UnitGroup unit;
    unit.available.assign(hours, 1);
    unit.must_run.assign(hours, 0);
    unit.p_min_mw = lp::Hourly(hours, 100.0);
    unit.p_max_mw = lp::Hourly(hours, 200.0);
    unit.start_max_mw = unit.stop_max_mw = unit.p_max_mw;
    unit.base_mw = 100.0;
    unit.base_cny_per_h = 30'000.0;
    unit.segment_mw = {100.0};
    unit.segment_cny_per_mwh = {300.0};
    unit.ramp_up_mw_per_h = 95.0;
    unit.ramp_down_mw_per_h = 10.0;
    lp::Store budget;
    budget.discharge_max_mw = 20.0;
    budget.energy_max_mwh = budget.energy_initial_mwh = 100.0;
    budget.discharge_cny_per_mwh = 3000.0;
    const std::vector<lp::OracleData> blocks{std::vector{unit}, budget};

    const std::vector<double> none(hours, 0.0);
    lp::StorePlan called;
    called.charge_mw = called.spill_mw = called.up_mw = called.down_mw = none;
    called.value_cny_per_mwh = none;
    called.discharge_mw = {0.0, 0.0, 5.0};
    called.energy_mwh = {100.0, 100.0, 95.0};
    const std::vector<lp::BlockPlan> targets{
        lp::UnitsPlan{1, {1, 1, 1}, {100.0, 100.0, 100.0}, none, none}, called};
    Dispatcher dispatcher(coupling, blocks);
    const Dispatch dispatch = dispatcher.run(targets, std::vector<double>(hours, 300.0));
    EXPECT_EQ(std::get<lp::StorePlan>(dispatch.plans[1]).discharge_mw,
              (std::vector<double>{0.0, 0.0, 15.0}));
    EXPECT_EQ(std::get<lp::UnitsPlan>(dispatch.plans[0]).p_mw,
              (std::vector<double>{115.0, 105.0, 200.0}));
    EXPECT_EQ(dispatch.relief, (std::vector<double>{0.0, 0.0, 20.0}));
    EXPECT_DOUBLE_EQ(dispatch.relief_cny, 10.0 * 3000.0); // 5 MW of the calls are planned
    EXPECT_DOUBLE_EQ(dispatch.cost_cny, 420.0 * 300.0 + 15.0 * 3000.0);
}

// Sun at 100 CNY/MWh may feed in 60 MW in the first two hours and 150 in the last, or more at what
// a breach costs; power at 300 does the rest of 100 MW. A row that may be broken waits until it is,
// in the hour after one with a price it does not wait, and one without limits never comes in.
TEST(Dispatch, RowsThatMayBeBrokenWaitUntilTheyAre) {
    lp::Coupling coupling;
    coupling.hours = 3;
    coupling.channels = {"bus", "infeed"};
    coupling.patterns = {{"T-1", "balance", {0}, {1.0}},
                         {"SE-16", "station", {1}, {1.0}},
                         {"SE-16", "no limit", {1}, {1.0}}};
    for (int t = 0; t < 3; ++t) {
        coupling.rows.push_back({0, t, t + 1, 100.0, 100.0});
        coupling.rows.push_back({1, t, t + 1, -lp::infinity, t < 2 ? 60.0 : 150.0, 500.0});
        coupling.rows.push_back({2, t, t + 1, -lp::infinity, lp::infinity, 500.0});
    }
    const auto amount = [](double cny, std::vector<int> channels) {
        lp::HourlyAmount one;
        one.low = lp::Hourly(3, 0.0);
        one.high = lp::Hourly(3, 200.0);
        one.cny_per_unit = {cny};
        one.weight.assign(channels.size(), 1.0);
        one.channel = std::move(channels);
        return one;
    };
    const std::vector<lp::OracleData> blocks{amount(100.0, {0, 1}), amount(300.0, {0})};
    const std::vector<lp::BlockPlan> targets{lp::AmountPlan{{100.0, 100.0, 100.0}, {}},
                                             lp::AmountPlan{{0.0, 0.0, 0.0}, {}}};
    const std::vector<double> price(coupling.rows.size(), 0.0);
    const Dispatch kept = Dispatcher(coupling, blocks).run(targets, price);
    EXPECT_EQ(std::get<lp::AmountPlan>(kept.plans[0]).amount,
              (std::vector<double>{60.0, 60.0, 100.0}));
    EXPECT_DOUBLE_EQ(kept.cost_cny, 2 * (60.0 * 100.0 + 40.0 * 300.0) + 100.0 * 100.0);
    EXPECT_DOUBLE_EQ(kept.breach_cny, 0.0);
    EXPECT_EQ(kept.row_dual,
              (std::vector<double>{300.0, -200.0, 0.0, 300.0, -200.0, 0.0, 100.0, 0.0, 0.0}));
    EXPECT_EQ(kept.programmes, 4); // the first hour without the row and with it
    EXPECT_EQ(kept.rows, 2);
    // At 150 CNY a MW sun with its breach is cheaper than power at 300.
    for (lp::CouplingRow& row : coupling.rows) {
        row.breach_cny = row.must_hold() ? row.breach_cny : 150.0;
    }
    const Dispatch broken = Dispatcher(coupling, blocks).run(targets, price);
    EXPECT_DOUBLE_EQ(broken.cost_cny, 3 * 100.0 * 100.0);
    EXPECT_DOUBLE_EQ(broken.breach_cny, 2 * 40.0 * 150.0);
    EXPECT_EQ(broken.broken_hours, 0);
}

// A contract of which what is missing costs 10, 20 and 30 CNY/MWh, 40 MWh an hour at most: 50 MWh
// are owed over the first two hours, 20 in the last, which is a period of its own.
TEST(Dispatch, APeriodOfOneHourLeavesTheOthersToBeFilled) {
    lp::Coupling coupling = one_bus({100.0, 100.0, 100.0});
    coupling.channels.emplace_back("missing");
    coupling.patterns.push_back({"T-2", "contract", {1}, {1.0}});
    coupling.rows.push_back({1, 0, 2, 50.0, lp::infinity});
    coupling.rows.push_back({1, 2, 3, 20.0, lp::infinity});
    lp::HourlyAmount missing = power(3, 40.0, 0.0);
    missing.cny_per_unit = {10.0, 20.0, 30.0};
    missing.channel = {1};
    const std::vector<lp::OracleData> blocks{power(3, 200.0, 300.0), missing};

    const std::vector<lp::BlockPlan> targets{lp::AmountPlan{{100.0, 100.0, 100.0}, {}},
                                             lp::AmountPlan{{0.0, 0.0, 0.0}, {}}};
    Dispatcher dispatcher(coupling, blocks);
    const Dispatch dispatch =
        dispatcher.run(targets, std::vector<double>(coupling.rows.size(), 0.0));
    EXPECT_EQ(std::get<lp::AmountPlan>(dispatch.plans[1]).amount,
              (std::vector<double>{40.0, 10.0, 20.0}));
    EXPECT_DOUBLE_EQ(dispatch.cost_cny,
                     3 * 100.0 * 300.0 + 40.0 * 10.0 + 10.0 * 20.0 + 20.0 * 30.0);
    EXPECT_DOUBLE_EQ(dispatch.largest_breach, 0.0);
}

TEST(Dispatch, FromTheOptimumOfUnitsAndBatteriesItIsCloseToIt) {
    Kind kind;
    kind.rivers = false;
    kind.inflow = false;
    // Wanted: all within 0.1 %. The limits guard what was measured (21 of 24). Far above are a
    // storage that charges while it discharges, as its reserve is worth more than what that loses,
    // and hours without a way back.
    const Distances distances = from_the_optimum(kind, 1, 25);
    EXPECT_GE(distances.solved, 24);
    EXPECT_GE(distances.share_within(0.001), 0.87);
    EXPECT_GE(distances.share_within(0.02), 0.95);
}

TEST(Dispatch, FromTheOptimumWithFlexibleLoads) {
    Kind kind;
    kind.rivers = false;
    kind.inflow = false;
    kind.flexible = true;
    // Measured over seeds 1 to 25: 20 of 24 within 0.1 %, all but one within 1 %.
    const Distances distances = from_the_optimum(kind, 1, 6);
    EXPECT_GE(distances.solved, 5);
    EXPECT_GE(distances.share_within(0.01), 0.8);
}

TEST(Dispatch, FromTheOptimumWithRivers) {
    // Wanted: all within 0.2 %; measured: 13 of 15.
    const Distances distances = from_the_optimum({}, 201, 215);
    EXPECT_GE(distances.solved, 15);
    EXPECT_GE(distances.share_within(0.002), 0.86);
}

TEST(Dispatch, AnyCommitmentOverALongSpanGivesAValidSchedule) {
    int valid = 0;
    for (unsigned seed = 101; seed <= 116; ++seed) {
        Kind kind;
        kind.hours = 600;
        valid += dispatch_of_any_plans(
            seed, kind, 560, [&](const Programme& programme, const auto&, const Dispatch& found) {
                expect_valid(programme, found, "seed " + std::to_string(seed));
            });
    }
    EXPECT_GE(valid, 10);
}

} // namespace
} // namespace longyang::solve::prices
