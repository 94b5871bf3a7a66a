#include "model/hvdc_line.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace longyang;
using namespace longyang::testing;

constexpr model::BlockId line0{model::Kind::hvdc, 0};

grid::System with_line(const HvdcRow& row) {
    grid::System system = one_bus();
    add_hvdc(system, row);
    return system;
}

/// The power of a line that draws at these prices from its bus.
std::vector<double> power_at(const grid::System& system, grid::Span span,
                             const std::vector<double>& cny_per_mwh) {
    return row_of(solve_at_prices(system, span, line0, cny_per_mwh).schedule.hvdc_p_mw, 0);
}

TEST(Hvdc, AvailabilityLowersBothLimits) { // HV-1
    HvdcRow row;
    row.p_min_mw = 100;
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    system.hvdc.p_max_profile[0] = add_profile(system, {1, 0.95, 0.05, 0});
    EXPECT_EQ(power_at(system, {0, 4}, {0, 0, 0, 0}), (std::vector<double>{1000, 950, 50, 0}));
    EXPECT_EQ(power_at(system, {0, 4}, {999, 999, 999, 999}),
              (std::vector<double>{100, 100, 50, 0}));
}

TEST(Hvdc, ASecondStageEntersInItsHour) { // HV-1, HV-2
    HvdcRow row;
    row.p_min_mw = 100;
    row.level_step_mw = 200; // 100, 300, ... 900; half of the line carries up to 500
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    system.hvdc.p_max_profile[0] = add_profile(system, {0.5, 0.5, 1});
    EXPECT_EQ(power_at(system, {0, 4}, {0, 0, 0, 0}), (std::vector<double>{500, 500, 900, 900}));
    EXPECT_EQ(power_at(system, {0, 4}, {999, 0, 999, 0}),
              (std::vector<double>{100, 500, 100, 900}));
}

TEST(Hvdc, AnImportIsNoLargerThanTheAvailability) { // HV-1
    HvdcRow row;
    row.p_min_mw = -400;
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    system.hvdc.p_max_profile[0] = add_profile(system, {1, 0.25, 0});
    EXPECT_EQ(power_at(system, {0, 3}, {999, 999, 999}), (std::vector<double>{-400, -100, 0}));
}

TEST(Hvdc, LevelsRoundTheLimitDown) { // HV-2
    HvdcRow row;
    row.p_min_mw = 100;
    row.level_step_mw = 400; // 100, 500, 900; the limit of 1000 is none
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    EXPECT_EQ(power_at(system, {0, 1}, {0}), (std::vector<double>{900}));
    system.hvdc.p_max_profile[0] = add_profile(system, {0.9, 0.89, 0.05});
    EXPECT_EQ(power_at(system, {0, 3}, {0, 0, 0}), (std::vector<double>{900, 500, 50}));
}

TEST(Hvdc, WhatTheReceivingEndMissesIsPaid) { // HV-6
    // 300 CNY/MWh at the other end, 400 at the bus: nothing is worth sending. Asked for are 800 MW,
    // 600 MW and nothing, of which a tenth may be missing, at 150 CNY/MWh: 720 and 540 MW go. At 90
    // CNY/MWh the line rests and pays.
    HvdcRow row;
    row.export_value_cny_per_mwh = 300;
    row.demand_tolerance_pu = 0.1;
    row.demand_shortfall_cny_per_mwh = 150;
    grid::System system = one_bus();
    row.demand_profile = add_profile(system, {0.8, 0.6, 0});
    add_hvdc(system, row);
    const SpanSolution sent = solve_at_prices(system, {0, 3}, line0, {400, 400, 400});
    EXPECT_EQ(row_of(sent.schedule.hvdc_p_mw, 0), (std::vector<double>{720, 540, 0}));
    EXPECT_NEAR(sent.cost_cny, (720 + 540) * 100, 1e-6);
    system.hvdc.demand_shortfall_cny_per_mwh[0] = 90;
    const SpanSolution paid = solve_at_prices(system, {0, 3}, line0, {400, 400, 400});
    EXPECT_EQ(row_of(paid.schedule.hvdc_p_mw, 0), (std::vector<double>{0, 0, 0}));
    EXPECT_NEAR(paid.cost_cny, (720 + 540) * 90, 1e-6);
}

TEST(Hvdc, AHeldPowerServesTheHoursThatAreWorthIt) { // HV-6
    // Held over two hours that ask for 800 and 400 MW, sending loses 100 CNY a MWh: up to 400 MW it
    // serves both at 2 x 150, more than the 200 it costs; beyond it one at 150, less.
    HvdcRow row;
    row.block_h = 2;
    row.export_value_cny_per_mwh = 300;
    row.demand_shortfall_cny_per_mwh = 150;
    grid::System system = one_bus();
    row.demand_profile = add_profile(system, {0.8, 0.4});
    add_hvdc(system, row);
    const SpanSolution found = solve_at_prices(system, {0, 2}, line0, {400, 400});
    EXPECT_EQ(row_of(found.schedule.hvdc_p_mw, 0), (std::vector<double>{400, 400}));
    EXPECT_NEAR(found.cost_cny, 800 * 100 + 400 * 150, 1e-6);
}

TEST(Hvdc, ASpanCutsItsFirstAndLastBlock) {
    HvdcRow row;
    row.block_h = 4;
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    // Hours 2..9 of the day: blocks of 2, 4 and 2 hours.
    lp::Block block;
    model::build_block(model::Context(system, {24 + 2, 8}), line0, block);
    ASSERT_EQ(columns_of(block, "hvdc_power"), 3);
    EXPECT_EQ(block.column_label[0].hour, 0);
    EXPECT_EQ(block.column_label[1].hour, 2);
    EXPECT_EQ(block.column_label[2].hour, 6);
    EXPECT_EQ(block.ports.size(), 16U);
    // One power a block: its mean price decides, and one bad hour stops it.
    system.hvdc.p_max_profile[0] = add_profile(system, {1, 1, 1, 1, 1, 1, 1, 1, 0.5, 1});
    const SpanSolution found =
        solve_at_prices(system, {2, 8}, line0, {500, 200, 0, 0, 500, 500, 0, 0});
    EXPECT_EQ(row_of(found.schedule.hvdc_p_mw, 0),
              (std::vector<double>{0, 0, 1000, 1000, 1000, 1000, 500, 500}));
    EXPECT_NEAR(found.cost_cny, 1000 * (4 * (250 - 300)) + 500 * 2 * -300, 1e-6);
}

TEST(Hvdc, ChangesKeepTheRamp) { // HV-3
    HvdcRow row;
    row.ramp_mw_per_block = 200;
    row.export_value_cny_per_mwh = 300;
    const grid::System system = with_line(row);
    // Each MW loses 700 CNY in hour 0 and earns 300 in hours 1 and 2: it pays to start from 0.
    EXPECT_EQ(power_at(system, {0, 3}, {1000, 0, 0}), (std::vector<double>{0, 200, 400}));
    EXPECT_EQ(power_at(system, {0, 3}, {0, 0, 1000}), (std::vector<double>{400, 200, 0}));
}

TEST(Hvdc, AFailureIsNotHeldUpByTheRamp) { // HV-3
    HvdcRow row;
    row.p_min_mw = 500;
    row.ramp_mw_per_block = 200;
    row.export_value_cny_per_mwh = 300;
    grid::System system = with_line(row);
    system.hvdc.p_max_profile[0] = add_profile(system, {1, 0, 1});
    // The fall from 500 to 0 and the rise to 500 are forced, and no more than that is allowed.
    EXPECT_EQ(power_at(system, {0, 3}, {0, 0, 0}), (std::vector<double>{500, 0, 500}));
}

/// Power when each MW earns this much by hour, with at most so many changes a day.
std::vector<double> power_earning(const std::vector<double>& earned_cny_per_mwh, int begin,
                                  int changes) {
    HvdcRow row;
    row.p_max_mw = 100;
    row.max_changes_per_day = changes;
    row.export_value_cny_per_mwh = 50;
    std::vector<double> price;
    for (const double earned : earned_cny_per_mwh) {
        price.push_back(50 - earned);
    }
    return power_at(with_line(row), {begin, static_cast<int>(price.size())}, price);
}

TEST(Hvdc, FewChangesADay) { // HV-4
    // One change: up after hour 1 (1 + 5 = 6); never changing earns 5. Two: 1 + 1 + 5 = 7.
    EXPECT_EQ(power_earning({1, -2, 1, 5}, 0, 1), (std::vector<double>{0, 0, 100, 100}));
    EXPECT_EQ(power_earning({1, -2, 1, 5}, 0, 2), (std::vector<double>{100, 0, 100, 100}));
    EXPECT_EQ(power_earning({1, -2, 1, 5}, 0, 0), (std::vector<double>{100, 0, 100, 100}));
}

TEST(Hvdc, AChangeAtMidnightCountsForTheNewDay) { // HV-4
    // Hours 22 to 25. Down at 23 is the old day's one change, up at 24 the new one's; what is left
    // at 25 stays. Were 24 the old day's, 3 CNY would be the most.
    EXPECT_EQ(power_earning({2, -2, 3, -1}, 22, 1), (std::vector<double>{100, 0, 100, 100}));
}

TEST(Hvdc, ForcedChangesDoNotCount) { // HV-4
    HvdcRow row;
    row.p_min_mw = 100;
    row.max_changes_per_day = 1;
    row.export_value_cny_per_mwh = 50;
    grid::System system = with_line(row);
    system.hvdc.p_max_profile[0] = add_profile(system, {1, 0, 1});
    // Down to 0 and up again by failure; then one change, up to the limit, for free use.
    EXPECT_EQ(power_at(system, {0, 5}, {0, 0, 200, 0, 200}),
              (std::vector<double>{1000, 0, 100, 100, 100}));
    EXPECT_EQ(power_at(system, {0, 4}, {0, 0, 200, 0}), (std::vector<double>{1000, 0, 100, 1000}));
}

TEST(Hvdc, ChordsOfTheLosses) { // HV-5
    HvdcRow row;
    row.p_max_mw = 800; // points every 100 MW
    row.loss_rated_pu = 0.08;
    grid::System system = with_line(row);
    const auto chords = model::loss_chords(system.hvdc, 0);
    EXPECT_EQ(chords.size(), 8U);
    EXPECT_NEAR(model::delivered_mw(chords, 400), 400 - 0.08 * 400 * 400 / 800, 1e-9);
    // Between 16 MW lost at 400 and 25 at 500; the parabola would lose 20.25.
    EXPECT_NEAR(model::delivered_mw(chords, 450), 450 - 20.5, 1e-9);
    EXPECT_NEAR(model::delivered_mw(chords, 800), 800 - 64, 1e-9);
    EXPECT_NEAR(model::delivered_mw(chords, 0), 0, 1e-9);
}

TEST(Hvdc, ALineAtRestDeliversNothing) { // HV-5
    HvdcRow row;
    row.p_min_mw = 100;
    row.p_max_mw = 900;
    row.loss_rated_pu = 0.09;
    const grid::System system = with_line(row);
    const auto chords = model::loss_chords(system.hvdc, 0);
    EXPECT_EQ(chords.size(), 9U); // one from 0 to 100 MW besides
    EXPECT_NEAR(model::delivered_mw(chords, 0), 0, 1e-9);
    EXPECT_NEAR(model::delivered_mw(chords, 100), 99, 1e-9);
}

TEST(Hvdc, DeliveredEnergyEarnsTheValue) { // HV-5
    HvdcRow row;
    row.p_max_mw = 800;
    row.loss_rated_pu = 0.08;
    row.export_value_cny_per_mwh = 300;
    const grid::System system = with_line(row);
    SpanSolution found = solve_at_prices(system, {0, 1}, line0, {0});
    EXPECT_NEAR(found.cost_cny, -300 * 736, 1e-6);
    EXPECT_EQ(row_of(found.schedule.hvdc_delivered_mw, 0), (std::vector<double>{736}));
    // At 267 CNY/MWh a MW more pays as long as 300 (1 - 0.08 (2 p + 100) / 800) > 267: up to the
    // chord that starts at 500 MW, which keeps 1 - 0.11 = 0.89 exactly; at 268 CNY/MWh to 500 MW.
    found = solve_at_prices(system, {0, 1}, line0, {268});
    EXPECT_EQ(row_of(found.schedule.hvdc_p_mw, 0), (std::vector<double>{500}));
    EXPECT_NEAR(found.cost_cny, 268 * 500 - 300 * (500 - 25), 1e-6);
}

TEST(Hvdc, ImportLosesAtTheFarEnd) { // HV-5
    HvdcRow row;
    row.p_min_mw = -400;
    row.p_max_mw = 800; // points every 150 MW, and 0
    row.loss_rated_pu = 0.08;
    row.export_value_cny_per_mwh = 300;
    const grid::System system = with_line(row);
    EXPECT_EQ(model::loss_chords(system.hvdc, 0).size(), 9U);
    const SpanSolution found = solve_at_prices(system, {0, 1}, line0, {1000});
    // 400 MW arrive here, 416 leave there.
    EXPECT_EQ(row_of(found.schedule.hvdc_p_mw, 0), (std::vector<double>{-400}));
    EXPECT_EQ(row_of(found.schedule.hvdc_delivered_mw, 0), (std::vector<double>{-416}));
    EXPECT_NEAR(found.cost_cny, 416 * 300 - 400 * 1000, 1e-6);
}

TEST(Hvdc, WithoutAValueNoLossesAreModelledButReported) { // HV-5
    HvdcRow row;
    row.p_max_mw = 800;
    row.p_min_mw = 400;
    row.loss_rated_pu = 0.08;
    const grid::System system = with_line(row);
    lp::Block block;
    model::build_block(model::Context(system, {0, 3}), line0, block);
    EXPECT_EQ(block.columns(), 3);
    EXPECT_EQ(block.rows(), 0);
    const SpanSolution found = solve_at_prices(system, {0, 1}, line0, {1});
    EXPECT_EQ(row_of(found.schedule.hvdc_delivered_mw, 0), (std::vector<double>{384}));
}

} // namespace
