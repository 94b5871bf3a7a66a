// Checks that need more than one edit of the case in tests/faults, which has the others, or whose
// silence counts.
#include "caseio/check_case.hpp"
#include "caseio/read_case.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace longyang::caseio {
namespace {

/// A table's common columns for rows named a, b, ...
void name_rows(grid::Rows& rows, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        rows.name.emplace_back(1, static_cast<char>('a' + static_cast<char>(k)));
        rows.line.push_back(static_cast<int>(k) + 2);
    }
}

grid::System buses(std::size_t count) {
    grid::System s;
    name_rows(s.regions, 1);
    name_rows(s.buses, count);
    s.buses.region.assign(count, 0);
    s.buses.kv.assign(count, 330.0);
    return s;
}

void join(grid::System& s, int from, int to) {
    s.branches.from_bus.push_back(from);
    s.branches.to_bus.push_back(to);
    s.branches.kind.emplace_back("line");
    s.branches.length_km.push_back(0.0);
    s.branches.r_pu.push_back(0.0);
    s.branches.x_pu.push_back(0.1);
    s.branches.b_pu.push_back(0.0);
    s.branches.name.push_back("line");
    s.branches.line.push_back(static_cast<int>(s.branches.line.size()) + 2);
}

void add_load(grid::System& s, int bus, double mw) {
    s.loads.name.push_back("load");
    s.loads.line.push_back(static_cast<int>(s.loads.line.size()) + 2);
    s.loads.bus.push_back(bus);
    s.loads.mean_mw.push_back(mw);
    s.loads.profile.push_back(-1);
}

void add_wind(grid::System& s, int bus, double mw) {
    s.renewables.name.push_back("wind");
    s.renewables.line.push_back(static_cast<int>(s.renewables.line.size()) + 2);
    s.renewables.bus.push_back(bus);
    s.renewables.capacity_mw.push_back(mw);
    s.renewables.profile.push_back(-1);
}

TEST(CheckCase, OneBusNeedsNoBranch) {
    grid::System s = buses(1);
    add_load(s, 0, 100);
    add_wind(s, 0, 100);
    EXPECT_EQ(words(check_case(s)), "");
}

TEST(CheckCase, AnIslandThatCoversItsLoadIsNoFault) {
    grid::System s = buses(5);
    join(s, 0, 1);
    join(s, 1, 2);
    join(s, 3, 4);
    add_load(s, 3, 50);
    add_wind(s, 4, 50);
    EXPECT_EQ(words(check_case(s)), "");
    s.renewables.capacity_mw[0] = 49;
    const auto faults = check_case(s);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].file, "buses.csv");
    EXPECT_EQ(faults[0].line, 5); // bus d
}

TEST(CheckCase, LeastExportAndImportCountInTheBalance) {
    grid::System s = buses(1);
    add_load(s, 0, 100);
    add_wind(s, 0, 120);
    grid::HvdcLines& h = s.hvdc;
    name_rows(h, 1);
    h.bus = {0};
    h.p_min_mw = {20};
    h.p_max_mw = {200};
    h.level_step_mw = {0};
    h.block_h = {1};
    h.p_max_profile = {-1};
    EXPECT_EQ(words(check_case(s)), "");
    h.p_min_mw = {30};
    ASSERT_EQ(check_case(s).size(), 1U);
    EXPECT_EQ(words(check_case(s)),
              "loads.csv: column mean_mw: found load that no capacity can serve: 130 MW of load "
              "and least export in hour 0 (2030-01-01T00:00), the worst of 8760 such hours, "
              "expected at most 120 MW, all capacity there in that hour");
    s.loads.mean_mw = {300};
    h.p_min_mw = {-180}; // imports
    EXPECT_EQ(words(check_case(s)), "");
}

TEST(CheckCase, ASystemServesALoadOrALineThatExports) {
    grid::System s = buses(1);
    add_wind(s, 0, 120);
    const std::string nothing = "loads.csv: column mean_mw: found a system with nothing to serve, "
                                "expected a load above 0, a flexible load that draws or an HVDC "
                                "line that exports";
    EXPECT_EQ(words(check_case(s)), nothing);
    EXPECT_EQ(words(check_case(s, true)), ""); // --without loads is what is asked about
    add_load(s, 0, 0);
    EXPECT_EQ(words(check_case(s)), nothing);
    s.loads.mean_mw = {12}; // a tenth of the wind, or more
    EXPECT_EQ(words(check_case(s)), "");
    s.loads.mean_mw = {0};
    grid::HvdcLines& h = s.hvdc;
    name_rows(h, 1);
    h.bus = {0};
    h.p_min_mw = {-100};
    h.p_max_mw = {100};
    h.level_step_mw = {0};
    h.block_h = {1};
    h.p_max_profile = {-1};
    EXPECT_EQ(words(check_case(s)), "");
    h.p_max_mw = {0}; // imports alone
    EXPECT_EQ(words(check_case(s)), nothing);
}

TEST(CheckCase, AnOutageTakesItsUnitsAway) {
    grid::System s = buses(1);
    add_load(s, 0, 150);
    grid::Thermal& t = s.thermal;
    name_rows(t, 1);
    t.bus = {0};
    t.technology = {"coal"};
    t.units = {2};
    t.p_min_mw = {40};
    t.p_max_mw = {80};
    t.start_ramp_mw = t.stop_ramp_mw = {80};
    t.must_run_units = {0};
    t.p_min_profile = t.p_max_profile = {-1};
    t.min_down_h = {1};
    t.initial_units_on = {-1};
    t.initial_p_mw = {0};
    name_rows(s.fuels, 1);
    s.fuels.co2_t_per_gj = {0.095};
    t.fuel = {0};
    name_rows(s.heat_curves, 2);
    s.heat_curves.plant = {0, 0};
    s.heat_curves.p_mw = {40, 80};
    s.heat_curves.heat_gj_per_h = {400, 760};
    EXPECT_EQ(words(check_case(s)), "");
    name_rows(s.outages, 1);
    s.outages.plant = {0};
    s.outages.from_hour = {24};
    s.outages.to_hour = {27};
    s.outages.units = {1};
    EXPECT_EQ(words(check_case(s)),
              "loads.csv: column mean_mw: found load that no capacity can serve: 150 MW of load "
              "and least export in hour 24 (2030-01-02T00:00), the worst of 3 such hours, expected "
              "at most 80 MW, all capacity there in that hour");
}

/// Faults of a case of one bus with 60 MW of coal and a table of flexible loads.
std::string told_of_flexible(const std::string& load_mw, const std::string& flexible) {
    std::string profile = "from_hour_4\n";
    for (int h = 0; h < 8760; ++h) {
        profile += h < 4 ? "0\n" : "1\n";
    }
    return words(all_faults(
        parse_case({"here",
                    {{"case.toml", "name = \"x\"\nyear = 2030\nprofiles = [\"profile.csv\"]\n"},
                     {"profile.csv", profile},
                     {"regions.csv", "name\nwest\n"},
                     {"buses.csv", "name,region,kv\ntown,west,330\n"},
                     {"fuels.csv", "name,price_cny_per_gj,co2_t_per_gj\ncoal,15,0.1\n"},
                     {"thermal.csv", "name,bus,fuel,technology,units,p_min_mw,p_max_mw\n"
                                     "coal,town,coal,coal,1,0,60\n"},
                     {"heat_curves.csv", "plant,p_mw,heat_gj_per_h\ncoal,0,0\ncoal,60,600\n"},
                     {"loads.csv", "name,bus,mean_mw\ntown,town," + load_mw + "\n"},
                     {"flexible_loads.csv", flexible}}})));
}

// FL-3: what a microgrid has beyond its own load serves others, as far as its exchange lets it.
TEST(CheckCase, MicrogridsServeTheirBus) {
    const std::string header =
        "name,bus,kind,own_load_mw,own_generation_mw,exchange_max_mw\nvillage,town,microgrid,";
    EXPECT_EQ(told_of_flexible("115", header + "5,60,80\n"), "");
    EXPECT_EQ(told_of_flexible("115", header + "5,60,0\n"), "");
    const std::string lack = "loads.csv: column mean_mw: found load that no capacity can serve: ";
    const std::string hour = " MW of load and least export in hour 0 (2030-01-01T00:00), the worst "
                             "of 8760 such hours, expected at most ";
    const std::string there = " MW, all capacity there in that hour";
    // One alone is load enough, as long as it has one of its own.
    EXPECT_EQ(told_of_flexible("0", header + "5,0,80\n"), "");
    EXPECT_NE(told_of_flexible("0", header + "0,5,80\n"), "");
    EXPECT_EQ(told_of_flexible("115", header + "5,60,50\n"), lack + "115" + hour + "110" + there);
    // One that has too little is a load.
    EXPECT_EQ(told_of_flexible("50", header + "30,10,80\n"), lack + "70" + hour + "60" + there);
}

// FL-1, FL-6: what went unserved of earlier hours is still in the store. An MWh an hour more may be
// left in it than is drawn, so 5 MWh at the end of hour 4.
TEST(CheckCase, DemandThatMayGoUnservedAddsUp) {
    const auto told = [](const std::string& least_mwh) {
        return told_of_flexible("20", "name,bus,kind,draw_max_mw,demand_mw,energy_max_mwh,"
                                      "unserved_max_pu,energy_min_profile,energy_min_mwh\n"
                                      "heater,town,heating,9,10,100,0.2,from_hour_4," +
                                          least_mwh + "\n");
    };
    EXPECT_EQ(told("4.9"), "");
    EXPECT_EQ(told("5.1"),
              "flexible_loads.csv:2: column energy_min_mwh: found at least 5.1 MWh "
              "asked for in hour 4 (2030-01-01T04:00), where drawing all that is "
              "allowed reaches 5 MWh, expected limits of the content that can be kept");
}

// FL-5: what spans start and end on, against the limits at the end of the hour before.
TEST(CheckCase, SpansStartWithinTheLimitsOfTheContent) {
    const auto told = [](const std::string& initial_mwh, const std::string& least) {
        return told_of_flexible("20", "name,bus,kind,draw_max_mw,energy_max_mwh,energy_initial_mwh,"
                                      "energy_initial_profile,energy_min_mwh,energy_min_profile\n"
                                      "cars,town,ev_fleet,9,30," +
                                          initial_mwh + ",from_hour_4," + least + "\n");
    };
    const std::string before = " MWh, the limits of the content at the end of the hour before";
    EXPECT_EQ(told("30", "0,"), "");
    EXPECT_EQ(told("31", "0,"), "flexible_loads.csv:2: column energy_initial_profile: found 31 MWh "
                                "in hour 4 (2030-01-01T04:00), expected 0 to 30" +
                                    before);
    // The year's last hour ends with 5 MWh or more.
    EXPECT_EQ(told("20", "5,from_hour_4"),
              "flexible_loads.csv:2: column energy_initial_profile: found 0 MWh in hour 0 "
              "(2030-01-01T00:00), expected 5 to 30" +
                  before);
}

TEST(CheckCase, EveryCycleOnce) {
    grid::System s = buses(1);
    add_load(s, 0, 10);
    add_wind(s, 0, 10);
    grid::Reservoirs& r = s.reservoirs;
    name_rows(r, 6);
    r.downstream = {1, 2, 1, 3, -1, 4}; // a -> b <-> c, d -> d, f -> e
    r.storage_min_hm3.assign(6, 0);
    r.storage_max_hm3.assign(6, 1);
    r.release_min_m3_per_s.assign(6, 0);
    r.release_max_m3_per_s.assign(6, 1);
    r.reference_profile.assign(6, -1);
    r.release_min_profile = r.release_max_profile = r.storage_min_profile = r.storage_max_profile =
        r.reference_profile;
    const auto faults = check_case(s);
    ASSERT_EQ(faults.size(), 2U) << words(faults);
    EXPECT_EQ(faults[0].found, "a cycle: b -> c -> b");
    EXPECT_EQ(faults[0].line, 3);
    EXPECT_EQ(faults[1].found, "a cycle: d -> d");
}

TEST(CheckCase, LevelsRoundTheEnergyThatALineCanCarryDown) {
    grid::System s = buses(1);
    add_wind(s, 0, 1000);
    grid::HvdcLines& h = s.hvdc;
    name_rows(h, 1);
    h.bus = {0};
    h.p_min_mw = {0};
    h.p_max_mw = {120};
    h.level_step_mw = {30}; // 96 MW are there, so 0, 30, 60, 90: at most 2.16 GWh a day
    h.block_h = {4};
    h.p_max_profile = {0};
    s.profiles.name = s.profiles.file = {"most"};
    s.profiles.values.assign(static_cast<std::size_t>(grid::hours_per_year), 0.8);
    grid::EnergyContracts& c = s.contracts;
    name_rows(c, 1);
    c.kind = {"hvdc"};
    c.of = {"a"};
    c.period = {"day"};
    c.month = {0};
    c.energy_gwh = {2.16};
    c.tolerance_pu = {0};
    EXPECT_EQ(words(check_case(s)), "");
    c.energy_gwh = {2.2};
    const auto faults = check_case(s);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].expected, "at most the 2.16 GWh that \"a\" can carry in the day from "
                                  "2030-01-01, within the tolerance");
}

TEST(CheckCase, CellsThatCouldNotBeReadLeadToNoFurtherFaults) {
    grid::System s = buses(3);
    join(s, 0, -1);
    add_load(s, 0, std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(words(check_case(s)), "");
}

} // namespace
} // namespace longyang::caseio
