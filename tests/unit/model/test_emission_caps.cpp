// Caps on emissions, solved by hand.
#include "grid/emission_caps.hpp"
#include "model/coupling.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <numeric>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

constexpr int hours = 4;
constexpr double year_h = 8760;

/// A unit of 100 to 200 MW that burns 10,000 + 200 p GJ/h at 1 CNY/GJ and emits 0.004 t/GJ: 40 +
/// 0.8 p t/h, and has to run; other power at 500 CNY/MWh without emissions; a load of 200 MW.
Plant coal(const char* name, int bus) {
    Plant plant;
    plant.name = name;
    plant.bus = bus;
    plant.must_run_units = 1;
    return plant;
}
grid::System coal_and_clean() {
    grid::System system = one_bus();
    add_plant(system, coal("coal", 0));
    system.fuels.co2_t_per_gj[0] = 0.004;
    add_flexible(system, 0, 1000, 500);
    add_load(system, 0, {200});
    return system;
}

double sum(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Price of a t of room in the first hour.
double price_of_room(const grid::System& system, const Solution& found) {
    const model::Channels channels(system);
    return found.price[static_cast<std::size_t>(channels.emissions(0)) * hours];
}

TEST(EmissionCaps, CountAStraightLineOfGrossOutput) { // TH-20
    const grid::EmissionLine line = grid::emission_line(coal_and_clean(), 0);
    EXPECT_NEAR(line.base_t_per_h, 40, 1e-9);
    EXPECT_NEAR(line.t_per_mwh, 0.8, 1e-9);
    EXPECT_NEAR(line.counted_t(2, 300), 320, 1e-9);
}

TEST(EmissionCaps, ABentCurveCountsItsChord) { // TH-20
    // 3000, 3600 and 4600 GJ/h at 100, 150 and 200 MW: the chord has 3800 at 150 MW.
    grid::System system = one_bus();
    Plant plant;
    plant.curve = {{100, 3000}, {150, 3600}, {200, 4600}};
    add_plant(system, plant);
    system.fuels.co2_t_per_gj[0] = 0.1;
    EXPECT_NEAR(grid::emission_line(system, 0).counted_t(1, 150), 380, 1e-9);
}

TEST(EmissionCaps, OilOfDeepLoadReductionCounts) { // TH-20
    // At 60 MW 2400 GJ/h of coal and 40 MWh x 2 GJ/MWh of oil: 0.1 x (2400 + 80) t.
    grid::System system = one_bus();
    Plant plant;
    plant.curve = {{60, 2400}, {100, 3000}, {200, 4600}};
    plant.deep_cny_per_mwh = {30};
    add_plant(system, plant);
    system.fuels.co2_t_per_gj[0] = 0.1;
    system.deep_load.oil[0] = 0;
    system.deep_load.oil_gj_per_mwh[0] = 2;
    const grid::EmissionLine line = grid::emission_line(system, 0);
    EXPECT_NEAR(line.counted_t(1, 60), 248, 1e-9);
    EXPECT_NEAR(line.counted_t(1, 200), 460, 1e-9);
}

TEST(EmissionCaps, CoalGivesWayUpToTheCap) { // PT-4
    // Without a cap 200 MW of coal: 50,000 CNY and 200 t an hour. A cap of 160 t an hour leaves 150
    // MW of it: 40,000 CNY, and 50 MW at 500. A t more would be 1.25 MWh of coal at 200 for 500.
    grid::System system = coal_and_clean();
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * 50000, 1e-6);
    add_emission_cap(system, 0, 160 * year_h, 1000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (40000 + 50 * 500), 1e-5);
    EXPECT_NEAR(sum(found.schedule.thermal_p_mw.row(0)), hours * 150, 1e-6);
    EXPECT_NEAR(price_of_room(system, found), 1.25 * 300, 1e-6);
}

TEST(EmissionCaps, ExcessIsPaidWhereItIsCheaper) { // PT-4
    // At 300 CNY/t coal stays: 40 t an hour beyond the cap. A hard cap leaves no choice.
    grid::System system = coal_and_clean();
    add_emission_cap(system, 0, 160 * year_h, 300);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (50000 + 40 * 300), 1e-5);
    EXPECT_NEAR(found.schedule.emission_excess_t.at(0), hours * 40, 1e-6);
    system.emission_caps.hard[0] = "yes";
    const Solution kept = solve_span(system, hours);
    EXPECT_NEAR(kept.cost_cny, hours * (40000 + 50 * 500), 1e-5);
    EXPECT_NEAR(kept.schedule.emission_excess_t.at(0), 0, 1e-9);
}

TEST(EmissionCaps, TheCapIsOfThePeriodNotOfTheHour) { // PT-4
    // 640 t over four hours, loads of 200, 200, 100 and 100 MW: 200 + 200 + 120 + 120 t keep it.
    grid::System system = coal_and_clean();
    system.loads.profile[0] = add_profile(system, {200, 200, 100, 100});
    add_emission_cap(system, 0, 160 * year_h, 1000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, 2 * 50000 + 2 * 30000, 1e-5);
}

TEST(EmissionCaps, AnHourAtRestMayBeCheaper) { // PT-4
    // As above without must-run: three hours of full load emit 600 t, the fourth is clean.
    grid::System system = coal_and_clean();
    system.thermal.must_run_units[0] = 0;
    add_emission_cap(system, 0, 160 * year_h, 1000);
    EXPECT_NEAR(solve_span(system, hours).cost_cny, 3 * 50000 + 200 * 500, 1e-5);
}

TEST(EmissionCaps, OfAllRegionsTheCheapestGivesWay) { // PT-4
    // Two regions alike but for clean power at 500 and 400 CNY/MWh; together they may emit 360 t an
    // hour in place of 400: the second gives way by 50 MW.
    grid::System system = coal_and_clean();
    add_bus(system, add_region(system));
    add_plant(system, coal("second", 1));
    add_flexible(system, 1, 1000, 400);
    add_load(system, 1, {200});
    add_emission_cap(system, -1, 360 * year_h, 1000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (50000 + 40000 + 50 * 400), 1e-5);
    // A cap of the first region alone leaves the second as it is.
    system.emission_caps.region[0] = 0;
    system.emission_caps.cap_t[0] = 160 * year_h;
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (40000 + 50 * 500 + 50000), 1e-5);
}

TEST(EmissionCaps, WhatIsCapturedCountsOff) { // TH-19, TH-20
    // Capture of 0.9 for 0.25 MWh and 40 CNY a t, no carbon price. At load 155: 200 MW gross emit
    // 200 t, of which 180 may be captured for 45 MW. A cap of 100 t an hour: c t are captured and
    // 155
    // + 0.25 c MW generated, which emit 40 + 0.8 (155 + 0.25 c) = 164 + 0.2 c: 0.8 c = 64, c = 80,
    // 175 MW gross: 45,000 CNY and 80 x 40.
    grid::System system = coal_and_clean();
    system.loads.profile[0] = add_profile(system, {155});
    Capture capture;
    add_capture(system, 0, capture);
    add_emission_cap(system, 0, 100 * year_h, 10000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(sum(found.schedule.thermal_captured_t.row(0)), hours * 80, 1e-6);
    EXPECT_NEAR(found.cost_cny, hours * (45000 + 80 * 40), 1e-4);
}

TEST(EmissionCaps, PartOfAPeriodHasItsShare) {
    grid::System system = coal_and_clean();
    add_emission_cap(system, -1, 8760, 1000);
    system.emission_caps.period[0] = "month";
    // Two hours of January and two of February, whose 672 hours have a cap of 8760 t too.
    const std::vector<grid::CapPeriod> periods = grid::cap_periods(system, {742, 4});
    ASSERT_EQ(periods.size(), 2U);
    EXPECT_EQ(periods[0].period, (grid::Period{0, 2, 744}));
    EXPECT_NEAR(periods[0].cap_t, 8760.0 * 2 / 744, 1e-9);
    EXPECT_NEAR(periods[1].cap_t, 8760.0 * 2 / 672, 1e-9);
    EXPECT_EQ(grid::capped_region(system, 0), 0);
    system.fuels.co2_t_per_gj[0] = 0;
    EXPECT_EQ(grid::capped_region(system, 0), -1);
}

} // namespace
