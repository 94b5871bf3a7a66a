// Rules that depend on the data around the schedule: profiles, failing lines, the year's end.
#include "base/comm.hpp"
#include "hand_made.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longyang::verify {
namespace {

/// Breaches of rules that begin with `tag`, as "rule, item, hour", those of `item` only.
std::vector<std::string> breaches_of(const Report& report, const std::string& tag,
                                     const std::string& item) {
    std::vector<std::string> found;
    for (const Breach& b : report.breaches) {
        if (b.rule.rfind(tag, 0) == 0 && b.item == item) {
            found.push_back(b.rule + ", " + b.item + ", " + std::to_string(b.hour));
        }
    }
    return found;
}

using Words = std::vector<std::string>;

/// A profile that is the same all year.
int constant(HandMade& made, double value) {
    grid::Profiles& profiles = made.system.profiles;
    profiles.values.insert(profiles.values.end(), profiles.hours, value);
    return static_cast<int>(profiles.values.size() / profiles.hours) - 1;
}

void set_south(HandMade& made, const std::vector<double>& p_mw,
               const std::vector<double>& delivered_mw) {
    std::copy(p_mw.begin(), p_mw.end(), made.schedule.hvdc_p_mw.row(0).begin());
    std::copy(delivered_mw.begin(), delivered_mw.end(),
              made.schedule.hvdc_delivered_mw.row(0).begin());
}

// South fails in hours 2 and 3: its power must fall to 0 and rise to 50 MW at least, which neither
// the ramp of 20 MW nor the one change a day forbids. A line at rest loses nothing: the chord from
// 0 to 50 MW.
TEST(Rules, FailingLineMayChangeByForce) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    const int profile = constant(made, 1.0);
    for (const std::size_t hour : {22U, 23U}) {
        made.system.profiles.values[static_cast<std::size_t>(profile) * 8760 + hour] = 0.0;
    }
    made.system.hvdc.p_max_profile[0] = profile;
    made.system.hvdc.ramp_mw_per_block[0] = 20.0;
    set_south(made, {50, 50, 0, 0, 50, 50}, {49.2, 49.2, 0, 0, 49.2, 49.2});
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HV", "south"), Words{});
    set_south(made, {100, 100, 0, 0, 50, 50}, {96.8, 96.8, 0, 0, 49.2, 49.2});
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HV", "south"), Words{"HV-3 ramp, south, 2"});
    set_south(made, {50, 50, 50, 50, 50, 50}, {49.2, 49.2, 49.2, 49.2, 49.2, 49.2});
    const Words expected = {"HV-1 limits, south, 2", "HV-1 limits, south, 3",
                            "HV-2 levels, south, 2"};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HV", "south"), expected);
}

// Between corners of the chords the line loses a little more than the parabola says. At 112.5 MW
// the chord from 100 (96.8) to 125 MW (120) gives 108.4; the parabola 108.45.
TEST(Rules, LossesFollowTheChords) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.hvdc.level_step_mw[0] = 0.0;
    set_south(made, {112.5, 112.5, 150, 150, 150, 150}, {108.4, 108.4, 142.8, 142.8, 142.8, 142.8});
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HV", "south"), Words{});
    made.schedule.hvdc_delivered_mw.row(0)[1] = 108.45;
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HV", "south"), Words{"HV-5 delivered, south, 1"});
}

// 31 December, 21:00: three hours of the old year, three of the new one's January.
TEST(Rules, ContractsPassTheYearsEnd) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    grid::Schedule& x = made.schedule;
    x.span.begin = 8757;
    x.contract_of_period = {0, 0, 1};
    x.contract_begin = {0, 3, 3};
    x.contract_end = {3, 6, 6};
    // 3/24 of 3000 MWh: 375, of which 350 and 350 are carried. 3/744 of 1240 MWh: 5 and -48.
    x.contract_low_mwh = {367.5, 367.5, 4.0};
    x.contract_high_mwh = {382.5, 382.5, 6.0};
    x.contract_energy_mwh = {350, 350, 48};
    x.contract_short_mwh = {17.5, 17.5, 0};
    // Sections carry 45 + 40 - 37 = 48 MWh in the last three hours: above the limit.
    Report report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "CT", "south_day"), Words{});
    EXPECT_EQ(breaches_of(report, "CT", "tie_january"), Words{"CT-2 energy, tie_january, 3"});
    made.system.contracts.month[1] = 12;
    x.contract_begin[2] = 0;
    x.contract_end[2] = 3;
    x.contract_energy_mwh[2] = -195; // 25 + 25 + 145 the other way
    x.contract_short_mwh[2] = 199;
    report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "CT", "tie_january"), Words{});
}

// The floor of heat supply: 150 MW a unit is kept, 210 MW is not in hour 5 (80 MW above minimum
// less reserve, of 110).
TEST(Rules, FloorByProfile) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.thermal.p_min_profile[0] = constant(made, 0.5);
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH", "coal"), Words{});
    made.system.thermal.p_min_profile[0] = constant(made, 0.7);
    const Words found = breaches_of(check(comm, made, {}), "TH-7", "coal");
    EXPECT_EQ(std::count(found.begin(), found.end(), "TH-7 floor, coal, 5"), 1);
}

// 90 MW of deep load reduction below an ordinary minimum of 190 MW, at 40 CNY/MWh: the cost of
// each MWh less is found, and the same schedule keeps all limits as 100 MW is still the least
// output.
TEST(Rules, DeepLoadReductionIsPaid) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    const double before = check(comm, made, {}).cost_cny;
    double less_mwh = 0.0;
    for (std::size_t t = 0; t < 6; ++t) {
        less_mwh += std::max(0.0, 190.0 * made.schedule.thermal_units_on.row(0)[t] -
                                      made.schedule.thermal_p_mw.row(0)[t]);
    }
    made.system.thermal.p_min_mw[0] = 190.0;
    made.system.deep_load.plant = {0};
    made.system.deep_load.down_to_mw = {100.0};
    made.system.deep_load.oil = {-1};
    made.system.deep_load.oil_gj_per_mwh = {0.0};
    made.system.deep_load.wear_cny_per_mwh = {40.0};
    const Report report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "TH", "coal"), Words{});
    EXPECT_GT(less_mwh, 0.0);
    EXPECT_NEAR(report.cost_cny, before + 40.0 * less_mwh, 1e-6);
}

// Coal runs in all hours (20 to 25 of the year): out of service from hour 24 on, two of its hours
// break TH-4.
TEST(Rules, OutOfServiceNoneRuns) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.service.table = {"thermal"};
    made.system.service.plant = {made.system.thermal.name[0]};
    made.system.service.from_hour = {0};
    made.system.service.to_hour = {24};
    made.system.service.backup = {"no"};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-4", "coal"),
              (Words{"TH-4 availability, coal, 4", "TH-4 availability, coal, 5"}));
    made.system.service.to_hour = {8760};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-4", "coal"), Words{});
    made.system.service.backup = {"yes"};
    made.system.backup_calls.plant = {0};
    made.system.backup_calls.from_hour = {21};
    made.system.backup_calls.to_hour = {26};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-4", "coal"),
              Words{"TH-4 availability, coal, 0"});
}

// Every plant but the thermal ones is out of service from hour 4 (24 of the year) on: what they
// give, take and hold there breaks SV-1, hour by hour; up to hour 3 nothing does.
TEST(Rules, OutOfServiceNothingIsGivenOrTaken) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    grid::Service& service = made.system.service;
    const auto add = [&](const std::string& table, const std::string& plant) {
        service.table.push_back(table);
        service.plant.push_back(plant);
        service.from_hour.push_back(0);
        service.to_hour.push_back(24);
        service.backup.emplace_back("no");
    };
    add("renewables", "wind");
    add("hydro", "high_head");
    add("storages", "battery");
    add("hvdc", "south");
    const Report report = check(comm, made, {});
    for (const std::string plant : {"wind", "high_head", "south"}) {
        const Words found = breaches_of(report, "SV-1", plant);
        ASSERT_FALSE(found.empty()) << plant;
        for (const std::string& breach : found) {
            EXPECT_TRUE(breach.ends_with(", 4") || breach.ends_with(", 5")) << breach;
        }
    }
    add("hvdc", "east");
    service.to_hour.assign(service.to_hour.size(), 8760);
    EXPECT_EQ(breaches_of(check(comm, made, {}), "SV-1", "wind"), Words{});
}

// Heat of 100 MW x 1 for units of 60 MW: two have to run; the least power of one is 60 + 50 b.
TEST(Rules, HeatSupplyHoldsUnitsAndTheirOutput) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    grid::HeatSupply& h = made.system.heat_supply;
    h.plant = {0};
    h.kind = {"extraction"};
    h.heat_mw = {100.0};
    h.heat_profile = {-1};
    h.unit_heat_max_mw = {60.0};
    h.base_mw = {60.0};
    h.mw_per_heat_mw = {1.8};
    h.loss_mw_per_heat_mw = {0.6};
    // As FloorByProfile (0.5 of 300 MW) and TopByProfile (270 MW).
    const Report report = check(comm, made, {});
    const grid::HourTable& on = made.schedule.thermal_units_on;
    Words few;
    for (int t = 0; t < 6; ++t) {
        if (on.row(0)[static_cast<std::size_t>(t)] < 2.0) {
            few.push_back("TH-4 must-run, coal, " + std::to_string(t));
        }
    }
    EXPECT_FALSE(few.empty());
    EXPECT_EQ(breaches_of(report, "TH-4", "coal"), few);
    EXPECT_EQ(breaches_of(report, "TH-7", "coal"), Words{});
    const Words found = breaches_of(report, "TH-5", "coal");
    EXPECT_EQ(std::count(found.begin(), found.end(), "TH-5 capacity, coal, 4"), 1);
}

// Gas as the power block of the CSP store, which gives 20 MWh in hour 2 and 30 in hour 3: a unit on
// takes 250 / 3.6 = 69 MWh at its least output, a start 29 or 31.
TEST(Rules, PowerBlockTakesNoMoreThanItsStoreGives) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.power_blocks.plant = {1};
    made.system.power_blocks.store = {1};
    made.system.power_blocks.start_heat_mwh = {29.0};
    made.schedule.thermal_starts.row(1)[3] = 1.0;
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-18", "csp"), Words{});
    made.system.power_blocks.start_heat_mwh = {31.0};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-18", "csp"),
              Words{"TH-18 heat of power blocks, csp, 3"});
    made.schedule.thermal_starts.row(1)[3] = 0.0;
    made.schedule.thermal_units_on.row(1)[2] = 1.0;
    made.schedule.thermal_p_mw.row(1)[2] = 20.0;
    made.schedule.storage_up_mw.row(1)[0] = 1.0;
    EXPECT_EQ(
        breaches_of(check(comm, made, {}), "TH-18", "csp"),
        (Words{"TH-18 no reserve of a heat store, csp, 0", "TH-18 heat of power blocks, csp, 2"}));
}

// In some hour the battery takes or gives; what leaves bus b0 behind the connection is the battery
// alone. A line that carries exactly its largest discharge and charge is kept, a weaker one broken.
TEST(Rules, ConnectionCarriesNoMoreThanItsLimits) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    double most = 0.0;
    double least = 0.0;
    for (std::size_t t = 0; t < static_cast<std::size_t>(hours); ++t) {
        const double mw = made.schedule.storage_discharge_mw.row(0)[t] -
                          made.schedule.storage_charge_mw.row(0)[t];
        most = std::max(most, mw);
        least = std::min(least, mw);
    }
    ASSERT_GT(most, 0.0);
    ASSERT_LT(least, 0.0);
    grid::Connections& table = made.system.connections;
    table.name = {"base"};
    table.line = {2};
    table.bus = {0};
    table.export_max_mw = {most};
    table.import_max_mw = {-least};
    made.system.storages.connection = {0, -1};
    const std::size_t kept = breaches_of(check(comm, made, {}), "NW-4", "base").size();
    EXPECT_EQ(kept, 0U);
    table.export_max_mw = {most - 1.0};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "NW-4", "base").size(), 1U);
    table.export_max_mw = {most};
    table.import_max_mw = {-least - 1.0};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "NW-4", "base").size(), 1U);
}

// Reserve of 5 MW up in hour 0 that a line of 4 MW would not let through.
TEST(Rules, ReserveBehindAConnectionGoesThroughIt) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    const double net_mw =
        made.schedule.storage_discharge_mw.row(0)[0] - made.schedule.storage_charge_mw.row(0)[0];
    made.schedule.storage_up_mw.row(0)[0] = 5.0;
    grid::Connections& table = made.system.connections;
    table.name = {"base"};
    table.line = {2};
    table.bus = {0};
    table.export_max_mw = {net_mw + 5.0};
    table.import_max_mw = {50.0};
    made.system.storages.connection = {0, -1};
    const auto broken = [&] {
        const Words found = breaches_of(check(comm, made, {}), "ST-5", "battery");
        return std::count(found.begin(), found.end(),
                          "ST-5 discharge behind a connection, battery, 0");
    };
    EXPECT_EQ(broken(), 0);
    table.export_max_mw = {net_mw + 4.0};
    EXPECT_EQ(broken(), 1);
}

// 200 t in hour 2 take 20 MW: 470 MW gross, 4500 in place of 4300 GJ at 25 CNY, 20 MWh x 10, and 40
// less 50 CNY a t. Half of 0.1 t/GJ may be captured: 225 t; 230 t at 473 MW are above 226.5.
TEST(Rules, CaptureTakesPowerAndSavesCarbon) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    const double before = check(comm, made, {}).cost_cny;
    made.system.carbon_capture.plant = {0};
    made.system.carbon_capture.share_max_pu = {0.5};
    made.system.carbon_capture.energy_mwh_per_t = {0.1};
    made.system.carbon_capture.cost_cny_per_t = {40.0};
    made.schedule.thermal_captured_t.row(0)[2] = 200.0;
    Report report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "TH", "coal"), Words{});
    EXPECT_NEAR(report.cost_cny, before + 200 * 25 + 20 * 10 - 200 * 10, 1e-6);
    made.schedule.thermal_captured_t.row(0)[2] = 230.0;
    report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "TH", "coal"), Words{"TH-19 carbon capture, coal, 2"});
}

// With 270 MW as largest output hour 4 has 150 + 50 MW above minimum of 170.
TEST(Rules, TopByProfile) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.thermal.p_max_profile[0] = constant(made, 0.9);
    const Words found = breaches_of(check(comm, made, {}), "TH-5", "coal");
    EXPECT_EQ(std::count(found.begin(), found.end(), "TH-5 capacity, coal, 4"), 1);
}

// A unit that an outage stops in the first hour is not held on by its minimum time, nor by its
// output before, 200 MW, which is more than the 150 from which it may stop by itself.
TEST(Rules, OutageFreesAHeldUnit) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    const grid::Outages without = made.system.outages;
    made.system.outages.plant.push_back(0);
    made.system.outages.from_hour.push_back(20);
    made.system.outages.to_hour.push_back(21);
    made.system.outages.units.push_back(2);
    grid::Schedule& x = made.schedule;
    const std::vector<double> on = {0, 0, 0, 0, 0, 0};
    for (grid::HourTable* none : {&x.thermal_units_on, &x.thermal_starts, &x.thermal_stops,
                                  &x.thermal_p_mw, &x.thermal_up_mw, &x.thermal_down_mw}) {
        std::copy(on.begin(), on.end(), none->row(0).begin());
    }
    x.thermal_stops.row(0)[0] = 1.0;
    const Report report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "TH-1 ", "coal"), Words{});
    EXPECT_EQ(breaches_of(report, "TH-2", "coal"), Words{});
    EXPECT_EQ(breaches_of(report, "TH-6", "coal"), Words{});
    // Back from hour 1 on, able to run behind its two hours at rest, from hour 2 on.
    EXPECT_EQ(breaches_of(report, "TH-4", "coal").size(), 4U);
    made.system.outages = without;
    EXPECT_EQ(breaches_of(check(comm, made, {}), "TH-6", "coal"), Words{"TH-6 ramp down, coal, 0"});
}

// Level limits by profile are widened to the reference: 90 hm3 above becomes 100; 100 below is
// missed in hours 2, 3 and 5.
TEST(Rules, LevelLimitsAreWidenedToTheReference) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.reservoirs.storage_max_profile[0] = constant(made, 0.4);
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HY-2", "upper"), Words{});
    made.system.reservoirs.storage_min_profile[0] = constant(made, 0.5);
    const Words expected = {"HY-2 least storage, upper, 2", "HY-2 least storage, upper, 3",
                            "HY-2 least storage, upper, 5"};
    EXPECT_EQ(breaches_of(check(comm, made, {}), "HY-2", "upper"), expected);
}

// Without the flows of a branch neither its ends nor its loop can be checked; other buses are.
TEST(Rules, BranchWithoutFlowsIsLeftOut) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.unmonitored = 0; // b0-b1
    EXPECT_EQ(check(comm, made, {}).found, 0);
    made.branch_mw[hours + 1] += 1.0; // b1-b2 in hour 1
    const Report report = check(comm, made, {});
    EXPECT_EQ(breaches_of(report, "DC-1", "b1"), Words{});
    EXPECT_EQ(breaches_of(report, "DC-1", "b2"), Words{"DC-1 bus balance, b2, 1"});
    EXPECT_EQ(breaches_of(report, "DC-1", "b1-b2"), Words{});
}

// Wind of 100 MW and pv of 5 MW are available in the regions; run-of-river does not count.
TEST(Rules, RequirementCountsWindAndPvOnly) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.reserves.renewable_pu[0] = 0.125; // 2.5 MW more, missing where reserve is short
    EXPECT_EQ(breaches_of(check(comm, made, {}), "RE-1", "A_up").size(), 2U);
    made.system.renewables.technology[0] = "run_of_river"; // 12.5 MW less
    EXPECT_EQ(breaches_of(check(comm, made, {}), "RE-1", "A_up"), Words{});
}

// 10 MW of output or reserve are missing where the fixed part of 30 MW grows by a third and more.
TEST(Rules, FixedPartOfARequirementFollowsItsProfile) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    constexpr std::size_t down = 1;
    ASSERT_EQ(made.system.reserves.fixed_mw[down], 30.0);
    made.system.reserves.fixed_profile[down] = add_profile(made.system, {1, 1, 1, 0.5, 4, 1}, 1);
    EXPECT_EQ(breaches_of(check(comm, made, {}), "RE-1", "A_down"),
              Words{"RE-1 spinning reserve, A_down, 4"});
    made.system.reserves.fixed_profile[down] = add_profile(made.system, {}, 0.5);
    EXPECT_EQ(breaches_of(check(comm, made, {}), "RE-1", "A_down"), Words{});
}

} // namespace
} // namespace longyang::verify
