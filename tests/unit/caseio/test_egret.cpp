// Import of model data of Egret: what each element becomes, what is told, and the faults.
#include "caseio/check_case.hpp"
#include "caseio/imports/egret/convert.hpp"
#include "caseio/read_case.hpp"
#include "grid/cascades.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longyang::caseio::imports::egret {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointwise;

/// Three hours of two buses with one element of each kind.
const char* const example = R"({
"system": {
  "time_keys": ["1", "2", "3"], "time_period_length_minutes": 60, "baseMVA": 100,
  "load_mismatch_cost": 1000, "reserve_shortfall_cost": 90,
  "reserve_requirement": {"data_type": "time_series", "values": [10, 20, 5]},
  "regulation_up_requirement": 3, "mip_gap": 0.1
},
"elements": {
  "bus": {"A": {"base_kv": 220, "v_min": 0.9, "owner": 7}, "B": {"base_kv": 110}, "C": {}},
  "load": {
    "L": {"bus": "A", "in_service": true,
          "p_load": {"data_type": "time_series", "values": [100, 150, 40]},
          "q_load": {"data_type": "time_series", "values": [20, 30, 8]}},
    "split": {"bus": {"data_type": "load_distribution_factor", "values": {"A": 0.25, "B": 0.75}},
              "p_load": 40},
    "net": {"bus": "B", "p_load": {"data_type": "time_series", "values": [5, -8, -2]}},
    "bid": {"bus": "B", "p_load": 30,
            "p_price": {"data_type": "time_series", "values": [50, 0.5, 70]}},
    "gone": {"bus": "A", "in_service": false, "p_load": 1}
  },
  "branch": {
    "AB": {"from_bus": "A", "to_bus": "B", "reactance": 0.1, "rating_long_term": 90,
           "rating_emergency": 120, "violation_penalty": 2, "angle_diff_max": 30},
    "AC": {"from_bus": "A", "to_bus": "C", "reactance": 0.2, "resistance": 0.01,
           "charging_susceptance": 0.03, "transformer_tap_ratio": 0.98,
           "transformer_phase_shift": -3}
  },
  "interface": {"I": {"lines": ["AB", "AC"], "line_orientation": [1, -1], "maximum_limit": 70,
                      "minimum_limit": -60}},
  "contingency": {"lose AB": {"branch_contingency": "AB"}, "lose it": {"branch_contingency": "x"}},
  "shunt": {"S": {"bus": "A", "gs": 1, "bs": -20}},
  "storage": {"pond": {"bus": "B", "energy_capacity": 200, "minimum_state_of_charge": 0.1,
              "initial_state_of_charge": 0.4, "end_state_of_charge": 0.5, "max_charge_rate": 30,
              "max_discharge_rate": 40, "charge_efficiency": 0.9, "discharge_efficiency": 0.95,
              "retention_rate_60min": 0.99, "discharge_cost": 3}},
  "generator": {
    "steam": {"generator_type": "thermal", "bus": "A", "fuel": "Coal", "p_min": 20, "p_max": 100,
              "min_up_time": 2.2, "min_down_time": 3, "ramp_up_60min": 30, "ramp_down_60min": 40,
              "startup_capacity": 25, "shutdown_capacity": 10, "initial_status": 5,
              "initial_p_output": 60, "failure_rate": 0.02, "shutdown_cost": 4,
              "startup_cost": [[3, 200], [8, 500]],
              "fixed_commitment": {"data_type": "time_series", "values": [1, null, 0]},
              "p_cost": {"data_type": "cost_curve", "cost_curve_type": "polynomial",
                         "values": {"0": 50, "1": 10, "2": 0.1}}},
    "turbine": {"generator_type": "thermal", "bus": "B", "fuel": "NG", "unit_type": "CT",
                "p_min": {"data_type": "time_series", "values": [10, 5, 10]},
                "p_max": {"data_type": "time_series", "values": [50, 50, 40]},
                "ramp_up_60min": 60, "initial_status": -4, "fixed_commitment": 1,
                "p_fuel": {"data_type": "fuel_curve", "values": [[10, 100], [40, 300], [50, 400]]},
                "fuel_cost": 3, "startup_fuel": [[1, 7]], "non_fuel_startup_cost": 5,
                "non_fuel_no_load_cost": 11, "q_max": 9, "q_cost": 2},
    "wind": {"generator_type": "renewable", "bus": "B", "fuel": "W", "p_cost": -20,
             "p_max": {"data_type": "time_series", "values": [10, 40, 30]}},
    "river": {"generator_type": "renewable", "bus": "B", "fuel": "H",
              "p_min": {"data_type": "time_series", "values": [4, 5, 6]},
              "p_max": {"data_type": "time_series", "values": [8, 5, 6]}},
    "bidder": {"generator_type": "virtual", "bus": "A"}
  },
  "dc_branch": {"link": {"from_bus": "A", "to_bus": "B"}}
}})";

/// The example with one place changed.
std::string changed(const std::string& from, const std::string& to) {
    std::string bytes = example;
    const std::size_t place = bytes.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return bytes.replace(place, from.size(), to);
}

MadeCase made_of(const std::string& bytes, JsonFaults& faults, const Choices& choices = {}) {
    const nlohmann::json root = cut_json(bytes, faults);
    return convert("small.json", root, choices, faults);
}

std::string faults_of(const std::string& bytes) {
    JsonFaults faults{"small.json", {}};
    (void)made_of(bytes, faults);
    return words(faults.faults);
}

std::string notes_of(const std::string& bytes) {
    JsonFaults faults{"small.json", {}};
    std::string all;
    for (const std::string& note : made_of(bytes, faults).notes) {
        all += note + "\n";
    }
    return all;
}

/// The example's case, which has no faults.
grid::System small(const Choices& choices = {}) {
    JsonFaults faults{"small.json", {}};
    const LoadedCase loaded = parse_case(made_of(example, faults, choices).files);
    EXPECT_EQ(words(faults.faults), "");
    EXPECT_EQ(words(all_faults(loaded)), "");
    return loaded.system;
}

std::size_t place_of(const grid::Rows& rows, const std::string& name) {
    const auto found = std::find(rows.name.begin(), rows.name.end(), name);
    EXPECT_NE(found, rows.name.end()) << name;
    return found == rows.name.end() ? 0 : static_cast<std::size_t>(found - rows.name.begin());
}

auto are(const std::vector<double>& values) {
    return Pointwise(DoubleNear(1e-9), values);
}

/// factor x profile in the first hours of the year.
std::vector<double> by_hour(const grid::System& s, double factor, int profile, int hours = 3) {
    std::vector<double> values;
    for (int t = 0; t < hours; ++t) {
        values.push_back(factor * grid::profile_value(s, profile, t, 1.0));
    }
    return values;
}

TEST(Egret, NetworkKeepsItsNames) {
    const grid::System s = small();
    EXPECT_EQ(s.buses.name, (grid::Names{"A", "B", "C"}));
    EXPECT_EQ(s.buses.kv, (grid::Numbers{220, 110, 1}));
    EXPECT_EQ(s.buses.v_min_pu[0], 0.9);
    EXPECT_EQ(s.branches.name, (grid::Names{"AB", "AC"}));
    EXPECT_EQ(s.branches.kind, (grid::Names{"transformer", "transformer"})); // two voltages each
    EXPECT_EQ(s.branches.rating_mw, (grid::Numbers{90, 0}));
    EXPECT_EQ(s.branches.rating_emergency_mw, (grid::Numbers{120, 0}));
    EXPECT_EQ(s.branches.tap_pu, (grid::Numbers{1, 0.98}));
    EXPECT_EQ(s.branches.shift_deg[1], -3.0);
    EXPECT_EQ(s.branches.b_pu[1], 0.03);
    EXPECT_EQ(s.sections.limit_forward_mw, grid::Numbers{70});
    EXPECT_EQ(s.sections.limit_backward_mw, grid::Numbers{60});
    EXPECT_EQ(s.section_branches.sign, (grid::Numbers{1, -1}));
    EXPECT_EQ(s.contingencies.name, grid::Names{"lose AB"});
    EXPECT_EQ(s.shunts.b_mvar, grid::Numbers{-20});
}

TEST(Egret, LoadsByHourBySharesByPriceAndBelowZero) {
    const grid::System s = small();
    const auto& loads = s.loads;
    const std::size_t l = place_of(loads, "L");
    EXPECT_THAT(by_hour(s, loads.mean_mw[l], loads.profile[l]), are({100, 150, 40}));
    EXPECT_THAT(by_hour(s, loads.mean_mvar[l], loads.profile[l]), are({20, 30, 8}));
    EXPECT_EQ(loads.value_of_lost_load_cny_per_mwh[l], 1000.0);
    EXPECT_EQ(loads.mean_mw[place_of(loads, "split_A")], 10.0);
    EXPECT_EQ(loads.mean_mw[place_of(loads, "split_B")], 30.0);
    const std::size_t net = place_of(loads, "net");
    EXPECT_THAT(by_hour(s, loads.mean_mw[net], loads.profile[net]), are({5, 0, 0}));
    const std::size_t gives = place_of(s.renewables, "net");
    EXPECT_THAT(by_hour(s, s.renewables.capacity_mw[gives], s.renewables.profile[gives]),
                are({0, 8, 2}));
    const std::size_t first = place_of(loads, "bid_50");
    EXPECT_THAT(by_hour(s, loads.mean_mw[first], loads.profile[first]), are({30, 0, 0}));
    EXPECT_EQ(loads.value_of_lost_load_cny_per_mwh[first], 50.0);
    const std::size_t last = place_of(loads, "bid_70");
    EXPECT_THAT(by_hour(s, loads.mean_mw[last], loads.profile[last]), are({0, 0, 30}));
    EXPECT_EQ(loads.name.size(), 6U);
}

TEST(Egret, ThermalUnitsHaveTheirStateTimesAndCosts) {
    const grid::System s = small();
    const auto& t = s.thermal;
    const std::size_t i = place_of(t, "steam");
    EXPECT_EQ(t.technology[i], "coal");
    EXPECT_EQ(t.min_up_h[i], 3);
    EXPECT_EQ(t.min_down_h[i], 3);
    EXPECT_EQ(t.ramp_up_mw_per_h[i], 30.0);
    EXPECT_EQ(t.start_ramp_mw[i], 25.0);
    EXPECT_EQ(t.stop_ramp_mw[i], 20.0); // not below p_min
    EXPECT_EQ(t.spinning_up_mw[i], 80.0);
    EXPECT_EQ(t.initial_units_on[i], 1);
    EXPECT_EQ(t.initial_h[i], 5);
    EXPECT_EQ(t.initial_p_mw[i], 60.0);
    EXPECT_EQ(t.forced_outage_rate[i], 0.02);
    EXPECT_EQ(t.must_run_units[i], 1);
    EXPECT_THAT(by_hour(s, 1.0, t.must_run_profile[i]), are({1, 0, 0}));
    EXPECT_EQ(s.outages.from_hour, grid::Integers{2});
    EXPECT_EQ(s.outages.to_hour, grid::Integers{3});

    const std::size_t k = place_of(t, "turbine");
    EXPECT_EQ(t.technology[k], "gas_ocgt");
    EXPECT_EQ(t.p_min_mw[k], 5.0);
    EXPECT_THAT(by_hour(s, t.p_max_mw[k], t.p_min_profile[k]), are({10, 5, 10}));
    EXPECT_THAT(by_hour(s, t.p_max_mw[k], t.p_max_profile[k]), are({50, 50, 40}));
    EXPECT_EQ(t.start_ramp_mw[k], 5 + 0.5 * 60);
    EXPECT_EQ(t.ramp_down_mw_per_h[k], 1e5);
    EXPECT_EQ(t.initial_units_on[k], 0);
    EXPECT_EQ(t.initial_h[k], 4);
    EXPECT_EQ(t.must_run_units[k], 1);
    EXPECT_EQ(s.machines.name, (grid::Names{"steam", "turbine"}));
    EXPECT_EQ(s.machines.q_max_mvar[1], 9.0);

    // 0.1 p^2 + 10 p + 50 at 20, 60, 100; 3 x fuel + 11 at 5 (the first slope goes on), 10, 40, 50.
    EXPECT_EQ(s.heat_curves.p_mw, (grid::Numbers{0, 8, 20, 60, 100, 5, 10, 40, 50}));
    EXPECT_THAT(s.heat_curves.heat_gj_per_h, are({0, 8, 290, 1010, 2050, 211, 311, 911, 1211}));
    EXPECT_EQ(s.start_tiers.off_h, (grid::Integers{3, 8, 1}));
    EXPECT_EQ(s.start_tiers.cost_cny, (grid::Numbers{200, 500, 5 + 3 * 7}));

    Choices four;
    four.chords = 4;
    EXPECT_EQ(small(four).heat_curves.p_mw.size(), 11U);
}

TEST(Egret, OtherGeneratorsFollowTheirLimits) {
    const grid::System s = small();
    const std::size_t wind = place_of(s.renewables, "wind");
    EXPECT_EQ(s.renewables.technology[wind], "wind");
    EXPECT_THAT(by_hour(s, s.renewables.capacity_mw[wind], s.renewables.profile[wind], 6),
                are({10, 40, 30, 10, 40, 30})); // begins again
    EXPECT_EQ(s.renewables.curtailment_cny_per_mwh[wind], 20.0);
    // With a least output: a unit that must run and costs nothing.
    const auto& t = s.thermal;
    const std::size_t river = place_of(t, "river");
    EXPECT_EQ(t.technology[river], "hydro");
    EXPECT_EQ(t.must_run_units[river], 1);
    EXPECT_EQ(t.spinning_up_mw[river], 0.0);
    EXPECT_THAT(by_hour(s, t.p_max_mw[river], t.p_min_profile[river]), are({4, 5, 6}));
    EXPECT_THAT(by_hour(s, t.p_max_mw[river], t.p_max_profile[river]), are({8, 5, 6}));
    EXPECT_EQ(s.fuels.price_cny_per_gj[static_cast<std::size_t>(t.fuel[river])], 0.0);
}

TEST(Egret, StoragesAndReserve) {
    const grid::System s = small();
    EXPECT_EQ(s.storages.energy_max_mwh, grid::Numbers{180});
    EXPECT_NEAR(s.storages.energy_initial_mwh[0], 60.0, 1e-9);
    EXPECT_NEAR(s.storages.loss_per_h[0], 0.01, 1e-12);
    EXPECT_EQ(s.storages.efficiency_discharge, grid::Numbers{0.95});
    EXPECT_EQ(s.storages.variable_om_cny_per_mwh, grid::Numbers{3});
    EXPECT_THAT(by_hour(s, s.reserves.fixed_mw[0], s.reserves.fixed_profile[0]), are({10, 20, 5}));
    EXPECT_EQ(s.reserves.shortfall_cny_per_mw, grid::Numbers{90});
}

TEST(Egret, WhatHasNoCounterpartIsTold) {
    const std::string notes = notes_of(example);
    for (const char* const words :
         {"buses without base_kv: 1 kV stands in its place: 1 (C)",
          "members of a bus that are not read: 1 (owner)", "(violation_penalty): they hold: 1 (AB)",
          "(angle_diff_min, angle_diff_max), not kept: 1 (AB)",
          "contingencies that are not a branch in service, left out: 1 (lose it)",
          "elements out of service, left out: 1 (load gone)",
          "negative demand: a plant that gives it, and may be curtailed: 1 (net)",
          "price below 1 or above 1000000, left out: 1 (bid 1)",
          "costs of a stop (shutdown_cost), without counterpart: 1 (steam)",
          "fixed_commitment keeps a unit off: outages: 1 (steam)",
          "members of a generator that are not read: 1 (q_cost)",
          "virtual generators (bids without a plant), left out: 1 (bidder)",
          "costs below 0 of renewable generators: a price of curtailment: 1 (wind)",
          "for their own cost alone: 1 (river)", "at least the initial one at the end: 1 (pond)",
          "left out: 1 (system regulation_up_requirement)",
          "elements of kinds without a counterpart, left out: 1 (dc_branch link)",
          "members of system that are not read: 1 (mip_gap)",
          // 30 x (50 + 70) of the load, 20 x (10 + 40 + 30) of the wind
          "the cost of a run lies 5200 above Egret's total_cost"}) {
        EXPECT_THAT(notes, HasSubstr(words));
    }
    EXPECT_THAT(notes_of(changed("\"dc_branch\": {\"link\": {\"from_bus\": \"A\", \"to_bus\": "
                                 "\"B\"}}",
                                 "\"dc_branch\": {}")),
                Not(HasSubstr("without a counterpart, left out")));
}

TEST(Egret, FaultsNameThePath) {
    EXPECT_EQ(faults_of(example), "");
    EXPECT_EQ(faults_of(changed("\"time_period_length_minutes\": 60",
                                "\"time_period_length_minutes\": 15")),
              "small.json: key system.time_period_length_minutes: found 15, expected 60: a case "
              "has hours");
    EXPECT_EQ(faults_of(changed("[10, 20, 5]", "[10, 20]")),
              "small.json: key system.reserve_requirement.values: found 2 numbers, expected 3");
    EXPECT_EQ(faults_of(changed("[100, 150, 40]", "[100, \"x\", 40]")),
              "small.json: key elements.load.L.p_load.values[1]: found \"x\", expected a number "
              "from -1000000 to 1000000 (MW)");
    EXPECT_EQ(faults_of(changed("\"to_bus\": \"C\"", "\"to_bus\": \"D\"")),
              "small.json: key elements.branch.AC.to_bus: found \"D\", expected a bus of "
              "elements.bus");
    EXPECT_EQ(faults_of(changed("\"p_max\": 100", "\"p_max\": 10")),
              "small.json: key elements.generator.steam.p_min: found 20 in hour 0, expected at "
              "most p_max, which is 10 there");
    EXPECT_EQ(faults_of(changed("[[3, 200], [8, 500]]", "[[3, 200], [8, 100]]")),
              "small.json: key elements.generator.steam.startup_cost[1]: found 8 h, 100, "
              "expected more hours than before, and no lower cost");
    EXPECT_THAT(faults_of(changed("\"fuel_cost\": 3, ", "")),
                HasSubstr("small.json: key elements.generator.turbine.fuel_cost: found nothing, "
                          "expected this member"));
    EXPECT_EQ(faults_of(changed("\"2\": 0.1", "\"3\": 0.1")),
              "small.json: key elements.generator.steam.p_cost.values.3: found a term of power "
              "\"3\", expected 0, 1 or 2");
    EXPECT_EQ(faults_of(changed("\"initial_status\": 5", "\"initial_status\": 0")),
              "small.json: key elements.generator.steam.initial_status: found 0, expected hours "
              "on (above 0) or off (below 0)");
    EXPECT_EQ(faults_of(changed("\"minimum_limit\": -60", "\"minimum_limit\": 10")),
              "small.json: key elements.interface.I.minimum_limit: found 10, expected a range "
              "with 0 in it (limits of a section)");
    EXPECT_EQ(faults_of(changed("\"renewable\", \"bus\": \"B\", \"fuel\": \"W\"",
                                "\"magic\", \"bus\": \"B\", \"fuel\": \"W\"")),
              "small.json: key elements.generator.wind.generator_type: found \"magic\", expected "
              "thermal, renewable or virtual");
    EXPECT_EQ(faults_of("{}"), "small.json: key system: found nothing, expected this member\n"
                               "small.json: key elements: found nothing, expected this member");
    EXPECT_EQ(faults_of("{\"system\": {}}"),
              "small.json: key elements: found nothing, expected this member");
    EXPECT_THAT(faults_of("{\"system\": "), HasSubstr("small.json:1: found "));
}

} // namespace
} // namespace longyang::caseio::imports::egret
