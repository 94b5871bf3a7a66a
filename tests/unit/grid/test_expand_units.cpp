#include "grid/expand_units.hpp"
#include "grid/outages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using namespace longyang::grid;

/// One cluster that all columns are filled for.
System one_cluster(int units) {
    System s;
    s.profiles.hours = hours_per_year;
    s.thermal.name = {"a"};
    s.thermal.source = {"book"};
    s.thermal.bus = {4};
    s.thermal.fuel = {1};
    s.thermal.technology = {"coal"};
    s.thermal.units = {units};
    s.thermal.p_min_mw = {100};
    s.thermal.p_max_mw = {300};
    s.thermal.variable_om_cny_per_mwh = {20};
    s.thermal.min_up_h = {8};
    s.thermal.min_down_h = {6};
    s.thermal.ramp_up_mw_per_h = {90};
    s.thermal.ramp_down_mw_per_h = {80};
    s.thermal.start_ramp_mw = {150};
    s.thermal.stop_ramp_mw = {140};
    s.thermal.spinning_up_mw = {30};
    s.thermal.spinning_down_mw = {40};
    s.thermal.non_spinning_mw = {50};
    s.thermal.must_run_units = {0};
    s.thermal.must_run_profile = {-1};
    s.thermal.p_min_profile = {-1};
    s.thermal.p_max_profile = {-1};
    s.thermal.forced_outage_rate = {0.05};
    s.thermal.repair_h = {48};
    s.thermal.initial_units_on = {2};
    s.thermal.initial_h = {7};
    s.thermal.initial_p_mw = {120};
    s.heat_curves.plant = {0, 0};
    s.heat_curves.p_mw = {100, 300};
    s.heat_curves.heat_gj_per_h = {1000, 2700};
    s.deep_load.plant = {0};
    s.deep_load.down_to_mw = {80};
    s.deep_load.oil = {1};
    s.deep_load.oil_gj_per_mwh = {3};
    s.deep_load.wear_cny_per_mwh = {30};
    s.start_tiers.plant = {0};
    s.start_tiers.off_h = {6};
    s.start_tiers.cost_cny = {5000};
    return s;
}

void add_outage(System& s, int from_hour, int to_hour, int units) {
    s.outages.plant.push_back(0);
    s.outages.from_hour.push_back(from_hour);
    s.outages.to_hour.push_back(to_hour);
    s.outages.units.push_back(units);
    s.outages.kind.emplace_back("forced");
}

std::vector<int> hours_where(const std::vector<char>& flags, char value) {
    std::vector<int> hours;
    for (std::size_t t = 0; t < flags.size(); ++t) {
        if (flags[t] == value) {
            hours.push_back(static_cast<int>(t));
        }
    }
    return hours;
}

TEST(ExpandUnits, OutagesTakeTheHighestNumbersThatAreFree) {
    System s = one_cluster(3);
    add_outage(s, 12, 16, 1);
    add_outage(s, 10, 14, 1);
    add_outage(s, 14, 15, 1); // unit 3 is back by then
    const auto units = deal_units(s, 0);
    ASSERT_EQ(units.size(), 3U);
    EXPECT_EQ(hours_where(units[0].available, 0), std::vector<int>{});
    EXPECT_EQ(hours_where(units[1].available, 0), (std::vector<int>{12, 13, 14, 15}));
    EXPECT_EQ(hours_where(units[2].available, 0), (std::vector<int>{10, 11, 12, 13, 14}));
}

TEST(ExpandUnits, AsManyInServiceAsTheTableSays) {
    std::mt19937 random(1);
    const auto pick = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    for (int run = 0; run < 20; ++run) {
        System s = one_cluster(pick(1, 5));
        for (int k = pick(0, 60); k > 0; --k) {
            const int from = pick(0, hours_per_year - 1);
            add_outage(s, from, std::min(from + pick(1, 900), hours_per_year), pick(1, 2));
        }
        const auto available = available_units(s, 0, {0, hours_per_year});
        const auto units = deal_units(s, 0);
        for (std::size_t t = 0; t < hours_per_year; ++t) {
            int sum = 0;
            for (const UnitDuty& unit : units) {
                sum += unit.available[t];
            }
            ASSERT_EQ(sum, available[t]) << "run " << run << " hour " << t;
        }
    }
}

TEST(ExpandUnits, OnBeforeASpanAreThoseThatServeLongest) {
    System s = one_cluster(3);
    add_outage(s, 90, 97, 1);   // unit 3
    add_outage(s, 95, 102, 1);  // unit 2
    add_outage(s, 103, 106, 1); // unit 3
    const auto units = deal_units(s, 0);
    EXPECT_EQ(units_on_before(units, 2, 0), (std::vector<char>{1, 1, 0}));
    // Unit 2 has been out since before hour 100, so units 1 and 3 were on.
    EXPECT_EQ(units_on_before(units, 2, 100), (std::vector<char>{1, 0, 1}));
    EXPECT_EQ(units_on_before(units, 1, 100), (std::vector<char>{1, 0, 0}));
    EXPECT_EQ(expand_units(s, 100).thermal.initial_units_on, (Integers{1, 0, 1}));
    // Of like ones the lowest numbers; where the state is free nobody.
    EXPECT_EQ(units_on_before(units, 2, 200), (std::vector<char>{1, 1, 0}));
    EXPECT_EQ(units_on_before(units, -1, 200), (std::vector<char>{0, 0, 0}));
}

TEST(ExpandUnits, MustRunPassesByUnitsThatCannotBeBack) {
    System s = one_cluster(3);
    s.thermal.must_run_units = {2};
    add_outage(s, 100, 102, 3); // all out: off for 6 h from 100 on
    add_outage(s, 113, 120, 2); // units 3 and 2 are back for 7 h only: too short for 8 h
    const auto units = deal_units(s, 0);
    EXPECT_EQ(hours_where(units[0].must_run, 0), (std::vector<int>{100, 101, 102, 103, 104, 105}));
    std::vector<int> second;
    for (int t = 100; t < 120; ++t) {
        second.push_back(t);
    }
    EXPECT_EQ(hours_where(units[1].must_run, 0), second);
    EXPECT_EQ(hours_where(units[2].must_run, 1), std::vector<int>{});
}

// 230 MW of heat in hours 10 to 19 and 50 MW in hours 20 to 29, for units of 100 MW of heat: three
// of four units by the month's largest hour; none of back pressure runs besides them.
TEST(ExpandUnits, HeatSupplyBecomesDutiesAndLimits) {
    System s = one_cluster(4);
    s.profiles.name = {"heat"};
    s.profiles.file = {""};
    s.profiles.values.assign(hours_per_year, 0.0);
    std::fill_n(s.profiles.values.begin() + 10, 10, 230.0);
    std::fill_n(s.profiles.values.begin() + 20, 10, 60.0);
    s.heat_supply.plant = {0};
    s.heat_supply.kind = {"extraction"};
    s.heat_supply.heat_mw = {1};
    s.heat_supply.heat_profile = {0};
    s.heat_supply.unit_heat_max_mw = {100};
    s.heat_supply.base_mw = {90};
    s.heat_supply.mw_per_heat_mw = {0.75};
    s.heat_supply.loss_mw_per_heat_mw = {0.3};
    const System single = expand_units(s, 0);
    EXPECT_EQ(single.thermal.must_run_units, (Integers{1, 1, 1, 0}));
    const auto low = single.profiles.row(single.thermal.p_min_profile[3]);
    const auto high = single.profiles.row(single.thermal.p_max_profile[3]);
    EXPECT_DOUBLE_EQ(low[9], 0.0);
    EXPECT_DOUBLE_EQ(high[9], 1.0);
    EXPECT_DOUBLE_EQ(low[10] * 300, 90 + 0.75 * 230 / 3);
    EXPECT_DOUBLE_EQ(high[10] * 300, 300 - 0.3 * 230 / 3);
    EXPECT_DOUBLE_EQ(low[29] * 300, 90 + 0.75 * 20);
    EXPECT_EQ(available_units(s, 0, {9, 2}), (std::vector<int>{4, 4}));

    s.heat_supply.kind = {"back_pressure"};
    EXPECT_EQ(available_units(s, 0, {9, 2}), (std::vector<int>{0, 3}));
    const auto units = deal_units(s, 0);
    EXPECT_EQ(hours_where(units[3].available, 1), std::vector<int>{});
    EXPECT_EQ(hours_where(units[2].available, 1).size(), 20U);
    EXPECT_TRUE(expand_units(s, 0).heat_supply.plant.empty());
}

TEST(ExpandUnits, ServiceEndsAndBackupIsCalled) {
    System s = one_cluster(2);
    add_outage(s, 103, 104, 2);
    s.service.table = {"thermal"};
    s.service.plant = {s.thermal.name[0]};
    s.service.from_hour = {100};
    s.service.to_hour = {108};
    s.service.backup = {"no"};
    EXPECT_EQ(hours_where(deal_units(s, 0)[1].available, 1),
              (std::vector<int>{100, 101, 102, 104, 105, 106, 107}));
    s.service.backup = {"yes"};
    EXPECT_TRUE(hours_where(deal_units(s, 0)[1].available, 1).empty());
    s.backup_calls.plant = {0, 0};
    s.backup_calls.from_hour = {90, 107};
    s.backup_calls.to_hour = {102, 120};
    const System single = expand_units(s, 0);
    EXPECT_TRUE(single.service.plant.empty());
    EXPECT_EQ(available_units(single, 1, {99, 4}), (std::vector<int>{0, 1, 1, 0}));
    EXPECT_EQ(available_units(s, 0, {106, 3}), (std::vector<int>{0, 2, 0}));
}

TEST(ExpandUnits, ALoneUnitIsNotAskedToRunWhileItRests) {
    System s = one_cluster(1);
    s.thermal.must_run_units = {1};
    add_outage(s, 100, 102, 1); // in service again after 2 of its 6 h at rest
    const auto units = deal_units(s, 0);
    EXPECT_EQ(hours_where(units[0].must_run, 0), (std::vector<int>{100, 101, 102, 103, 104, 105}));
    const Integers required = required_units(s, 0);
    EXPECT_EQ(std::count(required.begin(), required.end(), 0), 6);
}

TEST(ExpandUnits, ClusterBecomesSingleUnits) {
    System s = one_cluster(3);
    s.thermal.must_run_units = {1};
    add_outage(s, 50, 60, 3);
    const System single = expand_units(s, 0);
    EXPECT_EQ(single.thermal.name, (Names{"a.1", "a.2", "a.3"}));
    EXPECT_EQ(single.thermal.source, (Names{"book", "book", "book"}));
    EXPECT_EQ(single.thermal.units, (Integers{1, 1, 1}));
    EXPECT_EQ(single.thermal.initial_units_on, (Integers{1, 1, 0}));
    EXPECT_EQ(single.thermal.stop_ramp_mw, (Numbers{140, 140, 140}));
    EXPECT_EQ(single.thermal.must_run_units, (Integers{1, 0, 0}));
    EXPECT_EQ(single.thermal.must_run_profile, (Integers{0, -1, -1}));
    EXPECT_DOUBLE_EQ(single.profiles.row(0)[49], 1.0);
    EXPECT_DOUBLE_EQ(single.profiles.row(0)[50], 0.0);
    EXPECT_DOUBLE_EQ(single.profiles.row(0)[60], 1.0);
    EXPECT_EQ(single.heat_curves.plant, (Integers{0, 0, 1, 1, 2, 2}));
    EXPECT_EQ(single.start_tiers.cost_cny, (Numbers{5000, 5000, 5000}));
    EXPECT_EQ(single.deep_load.plant, (Integers{0, 1, 2}));
    EXPECT_EQ(single.deep_load.down_to_mw, (Numbers{80, 80, 80}));
    EXPECT_EQ(single.deep_load.oil_gj_per_mwh, (Numbers{3, 3, 3}));
    EXPECT_EQ(single.outages.plant, (Integers{0, 1, 2}));
    for (int plant = 0; plant < 3; ++plant) {
        EXPECT_EQ(available_units(single, plant, {49, 3}), (std::vector<int>{1, 0, 0}));
    }
}

} // namespace
