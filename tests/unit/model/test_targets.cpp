// Quotas, certificates, clean shares and energy limits, solved by hand.
#include "grid/targets.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace {

using namespace longyang;
using namespace longyang::testing;

void add_target(grid::System& system, const std::string& kind, int region, double share,
                double bought_max_pu, double shortfall_cny_per_mwh, int hvdc = -1) {
    grid::Targets& t = system.targets;
    t.name.push_back("target" + std::to_string(t.kind.size()));
    t.line.push_back(0);
    t.kind.push_back(kind);
    t.region.push_back(region);
    t.hvdc.push_back(hvdc);
    t.period.emplace_back("year");
    t.share.push_back(share);
    t.bought_max_pu.push_back(bought_max_pu);
    t.hard.emplace_back("no");
    t.shortfall_cny_per_mwh.push_back(shortfall_cny_per_mwh);
}

void add_energy_limit(grid::System& system, int plant, const std::string& shared, double gwh) {
    grid::EnergyLimits& t = system.energy_limits;
    t.line.push_back(0);
    t.plant.push_back(plant);
    t.shared.push_back(shared);
    t.energy_gwh.push_back(gwh);
    t.period.emplace_back("year");
}

/// Two regions without a line between them, each with a load of 100 MW, coal at 200 CNY/MWh and
/// wind that is dearer: at 250 CNY/MWh in the first, at 230 (80 MW) in the second.
grid::System two_regions() {
    grid::System system = one_bus();
    add_bus(system, add_region(system));
    for (int bus = 0; bus < 2; ++bus) {
        Plant coal;
        coal.name = bus == 0 ? "coal0" : "coal1";
        coal.bus = bus;
        coal.curve = {{0, 0}, {200, 40000}};
        add_plant(system, coal);
        add_load(system, bus, {100});
    }
    system.fuels.co2_t_per_gj[0] = 0.1;
    add_flexible(system, 0, 100, 250, -1, "wind");
    add_flexible(system, 1, 80, 230, -1, "wind");
    return system;
}

constexpr int hours = 4;

double mwh(const grid::HourTable& table, int row) {
    const auto values = table.row(static_cast<std::size_t>(row));
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Price of a target's missing energy in its first hour: the sum of its rows' duals.
double price_of(const grid::System& system, const Solution& found, int target) {
    const model::Channels channels(system);
    return found.price[static_cast<std::size_t>(channels.target_short(target)) * hours];
}

TEST(Targets, QuotasAreMetWhereItIsCheapestWithinWhatMayBeBought) { // PT-1, PT-2
    // An hour owes 60 + 30 MWh, of which the first region makes 30 itself at 50 CNY/MWh more than
    // coal and buys 30; the second makes 60 at 30 more. So a certificate is worth 30, and energy
    // that counts in the first region 50.
    grid::System system = two_regions();
    add_target(system, "renewable", 0, 0.6, 0.5, 1000);
    add_target(system, "renewable", 1, 0.3, 1.0, 1000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (200 * 200 + 30 * 50 + 60 * 30), 1e-5);
    EXPECT_NEAR(mwh(found.schedule.renewable_p_mw, 0), hours * 30, 1e-6);
    EXPECT_NEAR(mwh(found.schedule.renewable_p_mw, 1), hours * 60, 1e-6);
    EXPECT_NEAR(price_of(system, found, 0), 50, 1e-6);
    EXPECT_NEAR(price_of(system, found, 1), 30, 1e-6);
}

TEST(Targets, WhatIsMissingIsPaidWhereThatIsCheaper) { // PT-1, PT-2
    // At 40 CNY/MWh the first region leaves its own 30 MWh missing.
    grid::System system = two_regions();
    add_target(system, "renewable", 0, 0.6, 0.5, 40);
    add_target(system, "renewable", 1, 0.3, 1.0, 1000);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (200 * 200 + 30 * 40 + 60 * 30), 1e-5);
    EXPECT_NEAR(found.schedule.target_short_mwh[0], hours * 30, 1e-6);
    EXPECT_NEAR(found.schedule.target_short_mwh[1], 0, 1e-6);
    EXPECT_NEAR(price_of(system, found, 0), 40, 1e-6);
}

TEST(Targets, WaterMeetsAQuotaOfAllRenewablesAlone) { // PT-1
    grid::System system = two_regions();
    add_flexible(system, 0, 50, 210, -1, "run_of_river");
    add_target(system, "renewable", 0, 0.6, 0, 1000);
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (200 * 200 + 50 * 10 + 10 * 50), 1e-5);
    system.targets.kind[0] = "non_hydro";
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (200 * 200 + 60 * 50), 1e-5);
}

TEST(Targets, ALineTakesItsShareFromItsRegion) { // PT-1
    // 40 MW leave over a line whose energy has to be renewable by half, besides 60 for the load.
    grid::System system = two_regions();
    HvdcRow line;
    line.p_min_mw = 40;
    line.p_max_mw = 40;
    const int number = add_hvdc(system, line);
    add_target(system, "renewable", 0, 0.6, 0, 1000);
    add_target(system, "renewable", 0, 0.5, 0, 1000, number);
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (240 * 200 + 80 * 50), 1e-5);
}

TEST(Targets, AShareOfGenerationCountsAllPlants) { // PT-3
    // 80 % of 100 MW without emissions.
    grid::System system = two_regions();
    add_target(system, "clean_generation", 0, 0.8, 0, 1000);
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (200 * 200 + 80 * 50), 1e-5);
}

TEST(Targets, LiftedWaterIsMissingToo) { // PT-0, PT-1, PT-3
    // 50 m3/s have to be lifted, whose units will give 50 MW: hydro energy is -50 MW, so that
    // beside the quota's 10 MW these are missing. At 40 CNY/MWh that is cheaper than wind, and than
    // water that stays below.
    grid::System system = two_regions();
    ReservoirRow row;
    row.reference_profile = add_profile(system, {10, 10.18, 10.36, 10.54, 10.72});
    row.downstream = 1;
    add_reservoir(system, row);
    row.reference_profile = add_profile(system, {20, 19.82, 19.64, 19.46, 19.28});
    row.downstream = -1;
    add_reservoir(system, row);
    add_station(system, {});
    PumpRow pump;
    pump.reservoir_from = 1;
    pump.p_max_mw = 62.5;
    pump.mw_per_m3_per_s = 1.25;
    add_pump(system, pump);
    system.pumps.station[0] = 0;
    add_target(system, "renewable", 0, 0.1, 0, 40);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (262.5 * 200 + 60 * 40), 1e-4);
    EXPECT_NEAR(found.schedule.target_short_mwh[0], hours * 60, 1e-5);
    // 10 % of 162.5 - 50 MW, and the 50.
    system.targets.kind[0] = "clean_generation";
    EXPECT_NEAR(solve_span(system, hours).cost_cny, hours * (262.5 * 200 + 61.25 * 40), 1e-4);
}

TEST(Targets, PlantsShareAnEnergyLimitByHours) { // TH-16
    // 8760 x 120 MWh in a year are 120 an hour of both coal plants, where 200 are asked for.
    grid::System system = two_regions();
    add_energy_limit(system, 0, "coal", 8.760 * 120);
    add_energy_limit(system, 1, "coal", 8.760 * 120);
    const Solution found = solve_span(system, hours);
    EXPECT_NEAR(found.cost_cny, hours * (120 * 200 + 80 * 230), 1e-5);
    EXPECT_NEAR(mwh(found.schedule.thermal_p_mw, 0) + mwh(found.schedule.thermal_p_mw, 1),
                hours * 120, 1e-6);
}

TEST(Targets, PeriodsAreThePartsThatLieInTheSpan) { // PT-0
    const auto periods = grid::periods_in({744 - 12, 24}, "month");
    ASSERT_EQ(periods.size(), 2U);
    EXPECT_EQ(periods[0], (grid::Period{0, 12, 744}));
    EXPECT_EQ(periods[1], (grid::Period{12, 24, 672}));
    const auto years = grid::periods_in({8750, 20}, "year");
    ASSERT_EQ(years.size(), 2U);
    EXPECT_EQ(years[1], (grid::Period{10, 20, 8760}));
    const grid::System system = two_regions();
    EXPECT_NEAR(grid::consumption_mwh(system, 0, {8750, 20}, years[1]), 1000, 1e-9);
}

} // namespace
