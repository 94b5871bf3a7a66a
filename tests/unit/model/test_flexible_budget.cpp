// FL-6: what loads with a budget may give.
#include "base/comm.hpp"
#include "more_plants.hpp"
#include "partition/partition.hpp"
#include "small_system.hpp"
#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// 100 MW at 300 CNY/MWh. A contract of 24 MWh a day, up to 50 MW at 3000 CNY/MWh.
grid::System contract() {
    grid::System system = one_bus();
    add_flexible(system, 0, 100, 300);
    FlexibleRow row;
    row.give_max_mw = 50;
    row.give_cny_per_mwh = 3000;
    row.budget_mwh = 24;
    row.budget_period = "day";
    add_flexible_load(system, row);
    return system;
}

/// 26 hours of 100 MW but for one of 150.
SpanSolution solve_with_peak(grid::System& system, std::size_t hour) {
    std::vector<double> load_mw(26, 100.0);
    load_mw[hour] = 150.0;
    add_load(system, 0, load_mw);
    return solve_span(system, {0, 26});
}

/// What is given in that hour alone.
std::vector<double> given(std::size_t hour, double mw) {
    std::vector<double> row(26, 0.0);
    row[hour] = mw;
    return row;
}

TEST(FlexibleBudget, WhatADayLeavesIsLostToTheNextOne) {
    grid::System system = contract();
    const SpanSolution found = solve_with_peak(system, 24);
    // The second day has two hours of the span, so 2 of its 24 MWh; nothing of the first day's.
    EXPECT_EQ(row_of(found.schedule.flexible_give_mw, 0), given(24, 2.0));
    EXPECT_NEAR(found.cost_cny, 26 * 100 * 300 + 2 * 3000 + 48 * 20000.0, 1e-6);
}

TEST(FlexibleBudget, IsGivenToTheLastHourOfItsDay) {
    grid::System system = contract();
    const SpanSolution found = solve_with_peak(system, 23);
    EXPECT_EQ(row_of(found.schedule.flexible_give_mw, 0), given(23, 24.0));
}

TEST(FlexibleBudget, TheCheckerFindsWhatIsKeptOrHeldBeyondIt) {
    grid::System system = contract();
    SpanSolution found = solve_with_peak(system, 24);
    const auto broken = [&] {
        std::set<std::string> rules;
        for (const verify::Breach& breach :
             verify::check_schedule(world(), system, partition::share_out(system, 1),
                                    found.schedule, verify::Flows{}, verify::Settings{})
                 .breaches) {
            rules.insert(breach.rule);
        }
        return rules;
    };
    using Rules = std::set<std::string>;
    EXPECT_EQ(broken(), Rules{});
    double& kept_mwh = found.schedule.flexible_energy_mwh.row(0)[23];
    kept_mwh += 5.0;
    EXPECT_EQ(broken(), Rules{"FL-6 budget left behind its period"});
    kept_mwh -= 5.0;
    double& up_mw = found.schedule.flexible_up_mw.row(0)[23];
    up_mw += 5.0; // of 50 MW that it could give, but for the energy; and it holds none
    EXPECT_EQ(broken(),
              (Rules{"FL-4 energy for upward reserve", "FL-4 reserve of a load that holds none"}));
    up_mw -= 5.0;
    // What would be left at midnight is lost, so that giving less then holds nothing.
    found.schedule.flexible_down_mw.row(0)[23] += 5.0;
    EXPECT_EQ(broken(), (Rules{"FL-4 downward reserve", "FL-4 room for downward reserve",
                               "FL-4 reserve of a load that holds none"}));
}

} // namespace
