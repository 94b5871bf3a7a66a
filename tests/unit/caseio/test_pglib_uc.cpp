// Import of pglib-uc instances: every field of a small one by hand, and what is faulty.
#include "caseio/check_case.hpp"
#include "caseio/imports/pglib_uc.hpp"
#include "caseio/read_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longyang::caseio::imports::pglib_uc {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Three hours; a unit that is on and ramps, one that is off with three categories of start-up, a
/// small one without a range; a plant that must give power in part, one that must give all, one
/// that is free.
const char* const example = R"({
  "time_periods": 3,
  "demand": [100, 150.5, 80],
  "reserves": [3.0, 7.5, 0],
  "comment": "hand-made",
  "thermal_generators": {
    "on": {
      "name": "on", "must_run": 1,
      "power_output_minimum": 20.0, "power_output_maximum": 100.0,
      "ramp_up_limit": 30.0, "ramp_down_limit": 500.0,
      "ramp_startup_limit": 60.0, "ramp_shutdown_limit": 45.0,
      "time_up_minimum": 4, "time_down_minimum": 2,
      "power_output_t0": 35.5, "unit_on_t0": 1, "time_up_t0": 3, "time_down_t0": 0,
      "startup": [{"lag": 2, "cost": 12.5}],
      "piecewise_production": [{"mw": 20, "cost": 400.0}, {"mw": 60, "cost": 1000.0}, {"mw": 100, "cost": 1800.0}]
    },
    "off": {
      "name": "another", "must_run": 0, "fuel": "coal",
      "power_output_minimum": 10.0, "power_output_maximum": 50.0,
      "ramp_up_limit": 10.0, "ramp_down_limit": 10.0,
      "ramp_startup_limit": 50.0, "ramp_shutdown_limit": 50.0,
      "time_up_minimum": 0, "time_down_minimum": 3,
      "power_output_t0": 0.0, "unit_on_t0": 0, "time_up_t0": 0, "time_down_t0": 9000,
      "startup": [{"lag": 3, "cost": 100}, {"lag": 5, "cost": 200}, {"lag": 12, "cost": 300}],
      "piecewise_production": [{"mw": 10, "cost": 100.0}, {"mw": 20, "cost": 400.0}, {"mw": 50, "cost": 700.0}]
    },
    "small": {
      "name": "small", "must_run": 0,
      "power_output_minimum": 0.05, "power_output_maximum": 0.05,
      "ramp_up_limit": 1, "ramp_down_limit": 1,
      "ramp_startup_limit": 25, "ramp_shutdown_limit": 25,
      "time_up_minimum": 1, "time_down_minimum": 0,
      "power_output_t0": 0, "unit_on_t0": 0, "time_up_t0": 0, "time_down_t0": 1,
      "startup": [{"lag": 0, "cost": 1}, {"lag": 1, "cost": 2}],
      "piecewise_production": [{"mw": 0.05, "cost": 0.001}]
    }
  },
  "renewable_generators": {
    "sun": {"name": "sun", "power_output_minimum": [5, 10, 0], "power_output_maximum": [5, 10, 0]},
    "water": {"name": "water", "power_output_minimum": [10, 20.5, 30], "power_output_maximum": [14, 28.5, 30]},
    "wind": {"name": "wind", "power_output_minimum": [0, 0, 0], "power_output_maximum": [8, 0, 2]}
  }
})";

std::string changed(const std::string& from, const std::string& to) {
    std::string bytes = example;
    const std::size_t place = bytes.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return bytes.replace(place, from.size(), to);
}

std::string faults_of(const std::string& bytes) {
    JsonFaults faults{"small.json", {}};
    EXPECT_TRUE(convert("small.json", bytes, faults).files.files.empty());
    return words(faults.faults);
}

MadeCase made_of(const std::string& bytes) {
    JsonFaults faults{"small.json", {}};
    MadeCase made = convert("small.json", bytes, faults);
    EXPECT_EQ(words(faults.faults), "");
    return made;
}

struct Fixture : ::testing::Test {
    MadeCase made = made_of(example);
    LoadedCase loaded = parse_case(made.files);
    const grid::System& system = loaded.system;
    const grid::Thermal& thermal = system.thermal;

    std::size_t unit(const std::string& name) const {
        const auto found = std::find(thermal.name.begin(), thermal.name.end(), name);
        EXPECT_NE(found, thermal.name.end()) << name;
        return static_cast<std::size_t>(found - thermal.name.begin());
    }
    std::vector<double> hours(int profile, double times) const {
        std::vector<double> values;
        for (const std::size_t t : {0, 1, 2, 3}) {
            values.push_back(times * system.profiles.row(profile)[t]);
        }
        return values;
    }
};
using PglibUc = Fixture;

TEST_F(PglibUc, MadeCaseIsSound) {
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(system.info.name, "small");
    EXPECT_EQ(system.buses.name, (grid::Names{"system"}));
    EXPECT_THAT(made.files.find("case.toml")->bytes, HasSubstr("\n[run]\nhours = 3\n"));
    EXPECT_THAT(made.readme, HasSubstr("runs the file's 3 hours"));
}

TEST_F(PglibUc, UnitThatIsOn) {
    const std::size_t i = unit("on");
    EXPECT_EQ(thermal.units[i], 1);
    EXPECT_EQ(thermal.p_min_mw[i], 20.0);
    EXPECT_EQ(thermal.p_max_mw[i], 100.0);
    EXPECT_EQ(thermal.ramp_up_mw_per_h[i], 30.0);
    EXPECT_EQ(thermal.ramp_down_mw_per_h[i], 100.0); // limits nothing
    EXPECT_EQ(thermal.start_ramp_mw[i], 50.0);       // the ramp from the least output
    EXPECT_EQ(thermal.stop_ramp_mw[i], 45.0);
    EXPECT_EQ(thermal.min_up_h[i], 4);
    EXPECT_EQ(thermal.min_down_h[i], 2);
    EXPECT_EQ(thermal.must_run_units[i], 1);
    EXPECT_EQ(thermal.initial_units_on[i], 1);
    EXPECT_EQ(thermal.initial_h[i], 3);
    EXPECT_EQ(thermal.initial_p_mw[i], 35.5);
    EXPECT_EQ(thermal.spinning_up_mw[i], 100.0);
}

TEST_F(PglibUc, UnitThatIsOff) {
    const std::size_t i = unit("off");
    EXPECT_EQ(thermal.min_up_h[i], 1);
    EXPECT_EQ(thermal.start_ramp_mw[i], 20.0);
    EXPECT_EQ(thermal.stop_ramp_mw[i], 20.0);
    EXPECT_EQ(thermal.must_run_units[i], 0);
    EXPECT_EQ(thermal.initial_units_on[i], 0);
    EXPECT_EQ(thermal.initial_h[i], 8760);
    EXPECT_EQ(thermal.initial_p_mw[i], 0.0);
    const grid::StartTiers& tiers = system.start_tiers;
    ASSERT_EQ(tiers.plant.size(), 5U); // "off" comes first, "small" last
    EXPECT_EQ(tiers.off_h, (grid::Integers{3, 5, 12, 2, 1}));
    EXPECT_EQ(tiers.cost_cny, (grid::Numbers{100, 200, 300, 12.5, 2}));
}

TEST_F(PglibUc, CostsAreTheHeatCurveOfAFuelAtPriceOne) {
    EXPECT_EQ(system.fuels.price_cny_per_gj, grid::Numbers{1.0});
    EXPECT_EQ(system.fuels.co2_t_per_gj, grid::Numbers{0.0});
    const grid::HeatCurves& c = system.heat_curves;
    EXPECT_EQ(c.p_mw, (grid::Numbers{10, 20, 50, 20, 60, 100, 0.05}));
    // 20 MW lie on the line from 10 to 50 MW: the file's weights of points take that.
    EXPECT_THAT(c.heat_gj_per_h, ElementsAre(100, 250, DoubleEq(700), 400, 1000, 1800, 0.001));
}

TEST_F(PglibUc, WhatMustBeTakenIsOffTheDemand) {
    const grid::Loads& loads = system.loads;
    ASSERT_EQ(loads.name.size(), 1U);
    EXPECT_THAT(hours(loads.profile[0], loads.mean_mw[0]),
                ElementsAre(DoubleEq(85), DoubleEq(120), DoubleEq(50), DoubleEq(85)));
    const grid::Renewables& r = system.renewables;
    EXPECT_EQ(r.name, (grid::Names{"water", "wind"}));
    EXPECT_THAT(hours(r.profile[0], r.capacity_mw[0]), ElementsAre(4, 8, 0, 4));
    EXPECT_THAT(hours(r.profile[1], r.capacity_mw[1]), ElementsAre(8, 0, 2, 8));
}

TEST_F(PglibUc, ReservesFollowTheFile) {
    const grid::Reserves& a = system.reserves;
    ASSERT_EQ(a.name.size(), 1U);
    EXPECT_EQ(a.direction[0], "up");
    EXPECT_EQ(a.kind[0], "spinning");
    EXPECT_THAT(hours(a.fixed_profile[0], a.fixed_mw[0]), ElementsAre(3, 7.5, 0, 3));
    EXPECT_EQ(a.load_pu[0], 0.0);
}

TEST_F(PglibUc, NotesNameWhatWasChanged) {
    EXPECT_THAT(made.notes,
                ElementsAre("generators that state another name than they are listed by: that one "
                            "holds: 1 (off)",
                            "thermal generators: members that are not read: 1 (fuel)",
                            "members that are not read: 1 (comment)",
                            "ramps that limit the output before a stop below ramp_shutdown_limit: "
                            "here they limit output and reserve of that hour together: 1 (off)",
                            HasSubstr("costs that are not convex, or do not rise"),
                            "renewable generators that must give power: that is taken off the "
                            "demand, what they may give beyond it is in renewables.csv: 2 (sun, "
                            "water)",
                            "power that must be taken: 75.5 MWh in all",
                            HasSubstr("the file knows no demand that is not served")));
}

TEST(PglibUcCosts, AreScaledWhereTheyAreBeyondTheFormat) {
    const LoadedCase loaded =
        parse_case(made_of(changed("\"cost\": 1800.0", "\"cost\": 2000000.0")).files);
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(loaded.system.fuels.price_cny_per_gj, grid::Numbers{100.0});
    EXPECT_EQ(loaded.system.heat_curves.heat_gj_per_h[5], 20000.0);
}

TEST(PglibUcReserves, NoneAskedForIsNoRow) {
    const LoadedCase loaded = parse_case(made_of(changed("[3.0, 7.5, 0]", "[0, 0, 0]")).files);
    EXPECT_TRUE(loaded.system.reserves.name.empty());
}

TEST(PglibUcStates, OnlyWhatFitsCounts) {
    const MadeCase made = made_of(changed("\"time_up_t0\": 3, \"time_down_t0\": 0",
                                          "\"time_up_t0\": 3, \"time_down_t0\": 7"));
    EXPECT_THAT(made.notes, ::testing::Contains(HasSubstr("only what fits unit_on_t0 counts: 1")));
    EXPECT_EQ(parse_case(made.files).system.thermal.initial_h[1], 3);
}

TEST(PglibUcFaults, HavePathFoundAndExpected) {
    const auto fault = [](const std::string& from, const std::string& to) {
        return faults_of(changed(from, to));
    };
    EXPECT_EQ(fault("\"time_periods\": 3,", "\"time_periods\": 0,"),
              "small.json: key time_periods: found 0, expected a whole number from 1 to 8760");
    EXPECT_EQ(fault("[100, 150.5, 80]", "[100, -1, 80]"),
              "small.json: key demand[1]: found -1, expected a number from 0 to 1000000 (MW)");
    EXPECT_EQ(fault("[3.0, 7.5, 0]", "[3.0, 7.5]"),
              "small.json: key reserves: found 2 numbers, expected 3");
    EXPECT_EQ(fault("\"must_run\": 1,", "\"must_run\": 2,"),
              "small.json: key thermal_generators.on.must_run: found 2, expected true, false, 0 or "
              "1");
    EXPECT_EQ(fault("\"power_output_maximum\": 100.0,", ""),
              "small.json: key thermal_generators.on.power_output_maximum: found nothing, expected "
              "this member");
    EXPECT_THAT(
        fault("\"power_output_minimum\": 20.0", "\"power_output_minimum\": 120.0"),
        HasSubstr("small.json: key thermal_generators.on.power_output_minimum: found 120.0, "
                  "expected at most power_output_maximum = 100\n"));
    EXPECT_EQ(fault("\"ramp_startup_limit\": 60.0", "\"ramp_startup_limit\": 15.0"),
              "small.json: key thermal_generators.on.ramp_startup_limit: found 15.0, expected at "
              "least power_output_minimum = 20");
    EXPECT_EQ(fault("\"ramp_shutdown_limit\": 45.0,", ""),
              "small.json: key thermal_generators.on.ramp_shutdown_limit: found nothing, expected "
              "this member");
    EXPECT_EQ(fault("\"time_up_minimum\": 4", "\"time_up_minimum\": 4.5"),
              "small.json: key thermal_generators.on.time_up_minimum: found 4.5, expected a whole "
              "number from 0 to 720");
    EXPECT_EQ(fault("\"time_up_t0\": 3", "\"time_up_t0\": 0"),
              "small.json: key thermal_generators.on.time_up_t0: found 0, expected a whole number "
              "from 1 to 1000000");
    EXPECT_EQ(fault("\"power_output_t0\": 35.5", "\"power_output_t0\": 5"),
              "small.json: key thermal_generators.on.power_output_t0: found 5, expected 20 to 100, "
              "as the generator is on");
    EXPECT_EQ(fault("\"lag\": 5", "\"lag\": 3"),
              "small.json: key thermal_generators.off.startup[1].lag: found 3, expected a whole "
              "number from 4 to 8760");
    EXPECT_EQ(fault("\"cost\": 200}", "\"cost\": 50}"),
              "small.json: key thermal_generators.off.startup[1].cost: found 50, expected a number "
              "from 100 to 100000000 (not below the category before)");
    EXPECT_EQ(fault("[{\"lag\": 2, \"cost\": 12.5}]", "[]"),
              "small.json: key thermal_generators.on.startup: found an empty array, expected one "
              "category at least");
    EXPECT_EQ(fault("{\"mw\": 60,", "{\"mw\": 20,"),
              "small.json: key thermal_generators.on.piecewise_production[1].mw: found 20, "
              "expected more than 20, the point before");
    EXPECT_EQ(fault("{\"mw\": 100,", "{\"mw\": 90,"),
              "small.json: key thermal_generators.on.piecewise_production: found points from 20 to "
              "90 MW, expected from power_output_minimum = 20 to power_output_maximum = 100");
    EXPECT_EQ(fault("[14, 28.5, 30]", "[14, 28.5, 29]"),
              "small.json: key renewable_generators.water.power_output_maximum[2]: found 29, "
              "expected at least power_output_minimum = 30");
    EXPECT_EQ(fault("[100, 150.5, 80]", "[100, 150.5, 29]"),
              "small.json: key demand[2]: found 29, expected at least 30, what renewable "
              "generators must give");
    EXPECT_THAT(fault("\"time_periods\": 3,", "\"time_periods\": 3"), HasSubstr("small.json:3: "));
    EXPECT_EQ(faults_of("[1]"), "small.json: found an array, expected an object");
}

} // namespace
} // namespace longyang::caseio::imports::pglib_uc
