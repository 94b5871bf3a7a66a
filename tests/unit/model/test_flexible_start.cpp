// FL-5: what a span of a flexible load starts and ends on, by the hour.
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
using Row = std::vector<double>;

/// Vehicles with 20 MWh at midnight, which need 30 at the end of hour 2, can draw 5 MW, and drive 5
/// MWh in hour 3. Power costs 100, 200, 500 and then 100 CNY/MWh.
grid::System vehicles(const Row& start) {
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100, add_profile(system, {1, 0, 0, 1}));
    add_flexible(system, 0, 1000, 200, add_profile(system, {1, 1, 0, 1}));
    add_flexible(system, 0, 1000, 500);
    FlexibleRow row;
    row.draw_max_mw = 5;
    row.demand_mw = 5;
    row.demand_profile = add_profile(system, {0, 0, 0, 1, 0});
    row.energy_min_mwh = 30;
    row.energy_min_profile = add_profile(system, {0, 0, 1, 0});
    row.energy_max_mwh = 60;
    row.energy_initial_mwh = 20;
    row.energy_initial_profile = start.empty() ? -1 : add_profile(system, start);
    add_flexible_load(system, row);
    return system;
}

/// What they start on where a span begins in hours 0, 1, ..., as share of 20 MWh.
Row charged() {
    return {1, 1, 1.25, 1.5, 1};
}

std::set<std::string> broken(const grid::System& system, const SpanSolution& found) {
    std::set<std::string> rules;
    for (const verify::Breach& breach :
         verify::check_schedule(world(), system, partition::share_out(system, 1), found.schedule,
                                verify::Flows{}, verify::Settings{})
             .breaches) {
        rules.insert(breach.rule);
    }
    return rules;
}

TEST(FlexibleStart, ASpanStartsOnWhatItsHourHas) {
    const grid::System system = vehicles(charged());
    // From hour 2 on with 25 MWh: 5 more for the end of the hour, whatever they cost. Then 5 are
    // driven, and the hour behind the span asks for 20.
    const SpanSolution found = solve_span(system, {2, 2});
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, 0), (Row{5, 0}));
    EXPECT_EQ(row_of(found.schedule.flexible_energy_mwh, 0), (Row{30, 25}));
    EXPECT_NEAR(found.cost_cny, 5 * 500, 1e-6);
    EXPECT_EQ(broken(system, found), std::set<std::string>{});
    // From hour 3 on they have left.
    EXPECT_NEAR(solve_span(system, {3, 2}).cost_cny, 0, 1e-6);
    // With 20 MWh in every hour the first span has no plan.
    EXPECT_EQ(solve_span(vehicles({}), {2, 2}).status, solve::highs::Status::infeasible);
}

TEST(FlexibleStart, ASpanEndsOnWhatTheNextHourStartsOn) {
    const grid::System system = vehicles(charged());
    // Hour 2 starts on 25 MWh: 5 are drawn, where they are cheap. Hour 3 starts on 30.
    SpanSolution found = solve_span(system, {0, 2});
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, 0), (Row{5, 0}));
    EXPECT_NEAR(found.cost_cny, 5 * 100, 1e-6);
    EXPECT_EQ(row_of(solve_span(system, {0, 3}).schedule.flexible_draw_mw, 0), (Row{5, 5, 0}));
    // The checker holds the end against it, and the start of the next span.
    for (grid::HourTable* table :
         {&found.schedule.flexible_draw_mw, &found.schedule.flexible_p_mw}) {
        table->row(0)[0] -= 2;
    }
    for (double& content_mwh : found.schedule.flexible_energy_mwh.row(0)) {
        content_mwh -= 2;
    }
    EXPECT_EQ(broken(system, found).count("FL-5 end of the span"), 1U);
    EXPECT_EQ(broken(system, found).count("FL-1 balance"), 0U);
    const SpanSolution next = solve_span(system, {2, 2});
    EXPECT_EQ(broken(vehicles({1}), next).count("FL-1 balance"), 1U);
}

TEST(FlexibleStart, TheYearGoesRound) {
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100);
    FlexibleRow row;
    row.draw_max_mw = 20;
    row.energy_max_mwh = 60;
    row.energy_initial_mwh = 20;
    row.energy_initial_profile = add_profile(system, {1.5, 1});
    add_flexible_load(system, row);
    // The year's last hour starts on 20 MWh and its first one on 30.
    const SpanSolution found = solve_span(system, {8759, 1});
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, 0), Row{10});
    EXPECT_EQ(broken(system, found), std::set<std::string>{});
}

} // namespace
