#include "base/error.hpp"
#include "model/contracts.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang;
using namespace longyang::testing;

TEST(Contracts, APeriodOwesItsShareByHours) {
    grid::System system = one_bus();
    add_hvdc(system, {});
    add_contract(system, "hvdc", "line0", "month", 0, 74.4, 0.1);
    add_contract(system, "hvdc", "line0", "month", 2, 67.2, 0);
    add_contract(system, "hvdc", "line0", "day", 1, 24, 0);
    add_contract(system, "hvdc", "line0", "year", 0, 8760, 0);
    // Half a day of January (744 h), then half a day of February (672 h).
    const auto periods = model::contract_periods(system, {744 - 12, 24});
    ASSERT_EQ(periods.size(), 5U);
    EXPECT_EQ(periods[0].contract, 0);
    EXPECT_EQ(periods[0].begin, 0);
    EXPECT_EQ(periods[0].end, 12);
    EXPECT_NEAR(periods[0].low_mwh, 1200 * 0.9, 1e-9); // 12 of 744 h of 74,400 MWh
    EXPECT_NEAR(periods[0].high_mwh, 1200 * 1.1, 1e-9);
    EXPECT_EQ(periods[1].contract, 0);
    EXPECT_EQ(periods[1].begin, 12);
    EXPECT_EQ(periods[1].end, 24);
    EXPECT_NEAR(periods[1].low_mwh, 74400.0 * 12 / 672 * 0.9, 1e-9);
    EXPECT_EQ(periods[2].contract, 1);
    EXPECT_EQ(periods[2].begin, 12);
    EXPECT_NEAR(periods[2].low_mwh, 1200, 1e-9);
    EXPECT_EQ(periods[3].contract, 2); // the days of January only
    EXPECT_EQ(periods[3].end, 12);
    EXPECT_NEAR(periods[3].low_mwh, 12000, 1e-9);
    EXPECT_EQ(periods[4].contract, 3);
    EXPECT_NEAR(periods[4].high_mwh, 24000, 1e-9);
}

TEST(Contracts, ASpanMayGoRoundTheYearsEnd) {
    grid::System system = one_bus();
    add_hvdc(system, {});
    add_contract(system, "hvdc", "line0", "day", 0, 2.4, 0);
    add_contract(system, "hvdc", "line0", "month", 1, 744, 0);
    const auto periods = model::contract_periods(system, {8750, 20});
    ASSERT_EQ(periods.size(), 3U);
    EXPECT_EQ(periods[0].end, 10);
    EXPECT_NEAR(periods[0].low_mwh, 1000, 1e-9);
    EXPECT_EQ(periods[1].begin, 10);
    EXPECT_EQ(periods[1].end, 20);
    EXPECT_EQ(periods[2].contract, 1); // 31 December owes nothing
    EXPECT_EQ(periods[2].begin, 10);
    EXPECT_NEAR(periods[2].low_mwh, 10000, 1e-9);
}

TEST(Contracts, AnImportsToleranceGoesBothWays) {
    grid::System system = one_bus();
    add_hvdc(system, {});
    add_contract(system, "hvdc", "line0", "day", 0, -1, 0.1);
    const auto periods = model::contract_periods(system, {0, 24});
    EXPECT_NEAR(periods[0].low_mwh, -1100, 1e-9);
    EXPECT_NEAR(periods[0].high_mwh, -900, 1e-9);
}

/// 12 hours of a day with a contract of 2.4 GWh +- 10 %: 1080 to 1320 MWh. Energy costs 100
/// CNY/MWh.
grid::System with_contract(double p_max_mw, double value_cny_per_mwh) {
    grid::System system = one_bus();
    HvdcRow row;
    row.p_max_mw = p_max_mw;
    row.export_value_cny_per_mwh = value_cny_per_mwh;
    add_hvdc(system, row);
    add_flexible(system, 0, 1000, 100);
    add_contract(system, "hvdc", "line0", "day", 0, 2.4, 0.1);
    return system;
}

TEST(Contracts, AnUnprofitableLineCarriesTheLowerEnd) { // CT-1
    const SpanSolution found = solve_span(with_contract(200, 0), {0, 12});
    EXPECT_NEAR(found.cost_cny, 1080 * 100, 1e-5);
    ASSERT_EQ(found.schedule.contract_of_period, (std::vector<int>{0}));
    EXPECT_EQ(found.schedule.contract_begin[0], 0);
    EXPECT_EQ(found.schedule.contract_end[0], 12);
    EXPECT_NEAR(found.schedule.contract_low_mwh[0], 1080, 1e-9);
    EXPECT_NEAR(found.schedule.contract_high_mwh[0], 1320, 1e-9);
    EXPECT_NEAR(found.schedule.contract_energy_mwh[0], 1080, 1e-6);
    EXPECT_NEAR(found.schedule.contract_short_mwh[0], 0, 1e-9);
}

TEST(Contracts, AProfitableLineStopsAtTheUpperEnd) { // CT-1
    const SpanSolution found = solve_span(with_contract(200, 1000), {0, 12});
    EXPECT_NEAR(found.schedule.contract_energy_mwh[0], 1320, 1e-6);
    EXPECT_NEAR(found.cost_cny, 1320 * (100 - 1000), 1e-5);
}

TEST(Contracts, WhatTheLineCannotCarryIsPaid) { // CT-1
    // 50 MW over 12 hours: 600 MWh, 480 MWh are missing at 2000 CNY/MWh.
    const SpanSolution found = solve_span(with_contract(50, 0), {0, 12});
    EXPECT_NEAR(found.schedule.contract_short_mwh[0], 480, 1e-6);
    EXPECT_NEAR(found.schedule.contract_energy_mwh[0], 600, 1e-6);
    EXPECT_NEAR(found.cost_cny, 600 * 100 + 480 * 2000, 1e-5);
}

TEST(Contracts, WhatCanBeMissingIsBounded) {
    grid::System system = with_contract(200, 0);
    system.hvdc.p_min_mw[0] = 60; // carries 720 MWh in any case
    lp::Block block;
    model::build_block(model::Context(system, {0, 12}), {model::Kind::contract, 0}, block);
    ASSERT_EQ(block.columns(), 1);
    EXPECT_NEAR(block.upper[0], 1080 - 720, 1e-9);
}

/// Two buses, 50 CNY/MWh at the first, 40 at the second, where a load of 100 MW stands.
grid::System with_section(double mw_at_first) {
    grid::System system = one_bus();
    add_bus(system, 0);
    add_branch(system, 0, 1);
    add_section(system, 1000);
    add_flexible(system, 0, mw_at_first, 50);
    add_flexible(system, 1, 1000, 40);
    add_load(system, 1, {100});
    add_contract(system, "section", "section0", "day", 0, 1.2, 0);
    return system;
}

/// Solves a day with the section's contract; its flow is what the first bus injects.
SpanSolution solve_section(const grid::System& system, double offset_mw) {
    return solve_span(system, {0, 24}, [&](lp::Coupling& coupling, const model::Context& context) {
        const std::vector<double> ptdf = {1, 0};
        const int pattern =
            model::add_flow_pattern(coupling, context, "NW-3", "section section0", ptdf);
        model::add_section_contracts(coupling, context, 0, pattern, offset_mw,
                                     {0, context.span.hours});
    });
}

TEST(Contracts, ASectionCarriesItsEnergy) { // CT-2
    // 1200 MWh have to come from the dearer bus, 1200 from the other.
    EXPECT_NEAR(solve_section(with_section(1000), 0).cost_cny, 1200 * 50 + 1200 * 40, 1e-5);
}

TEST(Contracts, ASectionsShiftersCarryTheirPart) { // CT-2
    // 10 MW flow without injections: 240 of the 1200 MWh.
    EXPECT_NEAR(solve_section(with_section(1000), 10).cost_cny, 960 * 50 + 1440 * 40, 1e-5);
}

TEST(Contracts, ASectionsMissingEnergyIsPaid) { // CT-2
    const SpanSolution found = solve_section(with_section(30), 0);
    EXPECT_NEAR(found.schedule.contract_short_mwh[0], 1200 - 720, 1e-6);
    EXPECT_NEAR(found.cost_cny, 720 * 50 + 1680 * 40 + 480 * 2000, 1e-5);
}

TEST(Contracts, AContractOfNothingIsADefect) {
    grid::System system = one_bus();
    add_contract(system, "hvdc", "nowhere", "day", 0, 1, 0);
    EXPECT_THROW((void)model::contract_target(system, 0), Error);
}

} // namespace
