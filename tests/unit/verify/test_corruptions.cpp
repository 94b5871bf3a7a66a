// One value of the valid schedule is changed at a time; the checker must name the rule, the item
// and the hour.
#include "base/comm.hpp"
#include "hand_made.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace longyang::verify {
namespace {

struct Corruption {
    const char* rule;
    const char* item;
    int hour;
    std::function<void(HandMade&)> change;
};

using Table = grid::HourTable grid::Schedule::*;

/// Sets a value of a table of the schedule.
std::function<void(HandMade&)> put(Table table, std::size_t item, std::size_t t, double value) {
    return [=](HandMade& made) { (made.schedule.*table).row(item)[t] = value; };
}

std::vector<Corruption> corruptions() {
    using S = grid::Schedule;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr std::size_t coal = 0, gas = 1, wind = 0, pv = 1, high = 0, low = 1, battery = 0,
                          csp = 1, south = 0, east = 1, city = 0;
    return {
        {"whole units on", "coal", 2, put(&S::thermal_units_on, coal, 2, 1.5)},
        {"whole units started", "coal", 1, put(&S::thermal_starts, coal, 1, 0.9)},
        {"whole units stopped", "coal", 4, put(&S::thermal_stops, coal, 4, 0.99)},
        {"TH-1 transitions", "coal", 3, put(&S::thermal_starts, coal, 3, 1)},
        {"TH-1 transitions", "coal", 0, put(&S::thermal_units_on, coal, 0, 2)},
        {"TH-1 transitions", "gas", 0, put(&S::thermal_starts, gas, 0, 1)},
        {"TH-2 minimum time on", "coal", 2, put(&S::thermal_units_on, coal, 2, 0)},
        {"TH-2 minimum time on", "coal", 1, put(&S::thermal_units_on, coal, 1, 0)},
        {"TH-2 minimum time on", "coal", 1, put(&S::thermal_units_on, coal, 1, 1)}, // one held
        {"TH-3 minimum time off", "coal", 5, put(&S::thermal_units_on, coal, 5, 2)},
        {"TH-3 minimum time off", "coal", 0, put(&S::thermal_units_on, coal, 0, 2)},
        {"TH-4 availability", "gas", 4, put(&S::thermal_units_on, gas, 4, 1)},
        {"TH-4 must-run", "coal", 5, put(&S::thermal_units_on, coal, 5, 0)},
        {"TH-5 capacity", "coal", 3, put(&S::thermal_up_mw, coal, 3, 60)},
        {"TH-5 capacity", "coal", 2, put(&S::thermal_p_mw, coal, 2, 551)},
        {"TH-6 ramp up", "coal", 0, put(&S::thermal_p_mw, coal, 0, 255)},
        {"TH-6 ramp down", "coal", 5, put(&S::thermal_p_mw, coal, 5, 165)},
        {"TH-7 floor", "coal", 5, put(&S::thermal_down_mw, coal, 5, 110)},
        {"TH-8 heat curve", "coal", 4, put(&S::thermal_p_mw, coal, 4, 301)},
        {"TH-10 spinning up", "coal", 5, put(&S::thermal_up_mw, coal, 5, 51)},
        {"TH-10 spinning down", "coal", 4, put(&S::thermal_down_mw, coal, 4, 51)},
        {"TH-10 non-spinning", "gas", 0, put(&S::thermal_non_spinning_mw, gas, 0, 101)},
        {"TH-10 non-spinning", "gas", 4, put(&S::thermal_non_spinning_mw, gas, 4, 40)},
        {"TH-19 carbon capture", "coal", 2, put(&S::thermal_captured_t, coal, 2, 1)},
        {"RN-1 output", "wind", 2, put(&S::renewable_p_mw, wind, 2, 101)},
        {"RN-2 downward reserve", "wind", 1, put(&S::renewable_down_mw, wind, 1, 91)},
        {"LD-1 shedding", "city", 0, put(&S::load_shed_mw, city, 0, 196)},
        {"HY-1 water balance", "upper", 1, put(&S::reservoir_storage_hm3, 0, 1, 100.01)},
        {"HY-1 water balance", "upper", 0, put(&S::hydro_flow_m3_per_s, high, 0, 101)},
        {"HY-1 water balance", "lower", 2, put(&S::hydro_flow_m3_per_s, high, 0, 101)},
        {"HY-1 water balance", "lower", 1, put(&S::reservoir_spill_m3_per_s, 1, 1, 1)},
        {"HY-2 least storage", "lower", 2, put(&S::reservoir_storage_hm3, 1, 2, 0.99)},
        {"HY-2 largest storage", "lower", 4, put(&S::reservoir_storage_hm3, 1, 4, 3.01)},
        {"HY-3 least release", "lower", 3, put(&S::reservoir_release_short_m3_per_s, 1, 3, 4)},
        {"HY-4 largest release", "lower", 1, put(&S::reservoir_spill_m3_per_s, 1, 1, 91)},
        {"HY-5 end of the span", "upper", -1,
         [](HandMade& m) { m.schedule.reservoir_terminal_short_hm3[0] = 0.03; }},
        {"HY-5 end of the span", "upper", -1, put(&S::reservoir_storage_hm3, 0, 5, 99.95)},
        {"HY-6 output", "low_head", 2, put(&S::hydro_p_mw, low, 2, 56)},
        {"HY-7 output by head", "high_head", 3, put(&S::hydro_p_mw, high, 3, 60)},  // 1.2 x 50
        {"HY-7 output by head", "high_head", 5, put(&S::hydro_p_mw, high, 5, 110)}, // 1.0 x 110
        {"HY-8 capacity", "high_head", 2, put(&S::hydro_up_mw, high, 2, 1)},
        {"HY-8 capacity", "high_head", 4, put(&S::hydro_up_mw, high, 4, 151)}, // 1.0 x 200
        {"HY-8 downward reserve", "low_head", 0, put(&S::hydro_down_mw, low, 0, 56)},
        {"HY-8 flow", "low_head", 0, put(&S::hydro_flow_m3_per_s, low, 0, 151)},
        {"HY-8 water for reserve", "lower", 0, put(&S::hydro_up_mw, low, 0, 1)},
        {"HY-8 water for reserve", "lower", 4, put(&S::hydro_up_mw, low, 4, 41)}, // 80 m3/s
        {"HY-9 pump", "lift", 4, put(&S::pump_p_mw, 0, 4, 16)},
        {"HY-9 pump", "lift", 1, put(&S::pump_flow_m3_per_s, 0, 1, 1)},
        {"HY-9 pump", "lift", 4,
         [](HandMade& m) { // beyond 20 MW
             m.schedule.pump_p_mw.row(0)[4] = 21;
             m.schedule.pump_flow_m3_per_s.row(0)[4] = 14;
         }},
        {"HY-1 water balance", "lower", 4, put(&S::pump_flow_m3_per_s, 0, 4, 11)},
        {"HY-1 water balance", "upper", 4, put(&S::pump_flow_m3_per_s, 0, 4, 11)},
        {"DC-1 bus balance", "b1", 4, put(&S::pump_p_mw, 0, 4, 16)},
        {"ST-1 balance", "battery", 2, put(&S::storage_energy_mwh, battery, 2, 31)},
        {"ST-1 balance", "csp", 0, put(&S::storage_energy_mwh, csp, 0, 31)},
        {"ST-1 balance", "battery", 0, put(&S::storage_charge_mw, battery, 0, 49)},
        {"ST-1 spill", "csp", 1, put(&S::storage_spill_mw, csp, 1, 51)},
        {"ST-1 content", "battery", 0, put(&S::storage_energy_mwh, battery, 0, 101)},
        {"ST-2 end of the span", "battery", -1, put(&S::storage_energy_mwh, battery, 5, 39)},
        {"ST-3 discharge", "battery", 2, put(&S::storage_discharge_mw, battery, 2, 51)},
        {"ST-3 discharge", "csp", 3, put(&S::storage_up_mw, csp, 3, 31)},
        {"ST-3 charge", "battery", 2, put(&S::storage_charge_mw, battery, 2, 51)},
        {"ST-3 charge", "csp", 3, put(&S::storage_down_mw, csp, 3, 31)},
        {"ST-4 energy for upward reserve", "battery", 2, put(&S::storage_up_mw, battery, 2, 25)},
        {"ST-4 room for downward reserve", "battery", 0, put(&S::storage_down_mw, battery, 0, 26)},
        {"HV power held over the block", "south", 3, put(&S::hvdc_p_mw, south, 3, 100)},
        {"HV-1 limits", "east", 2, put(&S::hvdc_p_mw, east, 2, -101)},
        {"HV-1 limits", "south", 1, put(&S::hvdc_p_mw, south, 1, 49)},
        {"HV-2 levels", "south", 2, put(&S::hvdc_p_mw, south, 2, 130)},
        {"HV-3 ramp", "east", 3, put(&S::hvdc_p_mw, east, 3, -30)},
        {"HV-4 changes in a day", "east", 3, put(&S::hvdc_p_mw, east, 2, -45)},
        {"HV-5 delivered", "south", 0, put(&S::hvdc_delivered_mw, south, 0, 96.9)},
        {"NW-5 DC link forward", "link", 1, put(&S::dc_link_forward_mw, 0, 1, 30.1)},
        {"NW-5 DC link forward", "link", 2, put(&S::dc_link_forward_mw, 0, 2, 15.1)},
        {"NW-5 DC link forward", "link", 3, // a least power
         [](HandMade& m) { m.system.dc_links.p_min_mw = {5.0}; }},
        {"NW-5 DC link backward", "link", 0, put(&S::dc_link_backward_mw, 0, 0, 20.1)},
        {"NW-5 DC link backward", "link", 2, put(&S::dc_link_backward_mw, 0, 2, 10.1)},
        {"non-negative dc_link_forward_mw", "link", 4, put(&S::dc_link_forward_mw, 0, 4, -1)},
        {"NW-1 balance", "b0", 1, put(&S::dc_link_forward_mw, 0, 1, 10)},
        {"NW-1 balance", "b3", 3, put(&S::dc_link_backward_mw, 0, 3, 10)},
        {"CT-1 energy", "south_day", 4, [](HandMade& m) { m.schedule.contract_short_mwh[1] = 44; }},
        {"CT-1 energy", "south_day", 0, [](HandMade& m) { m.schedule.contract_short_mwh[0] = 11; }},
        {"CT-1 energy", "south_day", 0, put(&S::hvdc_p_mw, south, 1, 50)},
        {"CT-2 energy", "tie_january", 0,
         [](HandMade& m) { m.schedule.contract_short_mwh[2] = 154; }},
        {"CT nothing negative missing", "south_day", 0,
         [](HandMade& m) { m.schedule.contract_short_mwh[0] = -1; }},
        {"CT figures of the period", "south_day", 0,
         [](HandMade& m) { m.schedule.contract_energy_mwh[0] = 501; }},
        {"CT period in the schedule", "south_day", 4,
         [](HandMade& m) { m.schedule.contract_end[1] = 5; }},
        {"RE-1 spinning reserve", "A_up", 2, put(&S::reserve_short_mw, 0, 2, 16)},
        {"RE-1 spinning reserve", "A_up", 1, put(&S::thermal_up_mw, coal, 1, 49)},
        {"RE-1 spinning reserve", "A_down", 3, put(&S::renewable_down_mw, wind, 3, 9)},
        {"RE-1 spinning reserve", "B_up", 4, put(&S::reserve_shared_mw, 0, 4, 4)},
        {"RE-1 spinning reserve", "A_up", 3, put(&S::reserve_shared_mw, 0, 3, 10)},
        {"RE-2 non-spinning reserve", "B_at_rest", 4, put(&S::reserve_short_mw, 3, 4, 29)},
        {"RE-2 non-spinning reserve", "B_at_rest", 0, put(&S::thermal_non_spinning_mw, gas, 0, 29)},
        {"RE-3 sharing", "row 0", 4, put(&S::reserve_shared_mw, 0, 4, 26)},
        {"finite thermal_p_mw", "coal", 1, put(&S::thermal_p_mw, coal, 1, nan)},
        {"finite reservoir_storage_hm3", "upper", 1, put(&S::reservoir_storage_hm3, 0, 1, nan)},
        {"non-negative storage_up_mw", "battery", 3, put(&S::storage_up_mw, battery, 3, -1)},
        {"non-negative reserve_short_mw", "B_up", 1, put(&S::reserve_short_mw, 2, 1, -1)},
        {"NW-1 balance", "b0", 1, put(&S::renewable_p_mw, wind, 1, 91)},
        {"NW-1 balance", "b3", 3, put(&S::renewable_p_mw, pv, 3, 4.9)},
        {"DC-1 bus balance", "b2", 3, put(&S::hydro_p_mw, low, 3, 56)},
        {"DC-1 bus balance", "b3", 3, put(&S::renewable_p_mw, pv, 3, 4.9)},
        {"DC-1 bus balance", "b1", 2, [](HandMade& m) { m.branch_mw[2] += 0.1; }},
        {"DC-1 loop", "b1-b2", 2, [](HandMade& m) { m.branch_mw[2] += 0.1; }},
        {"NW-2 branch limit", "b0-b1", 2, [](HandMade& m) { m.branch_mw[2] = 301; }},
        {"NW-2 branch limit", "b0-b2", 0, [](HandMade& m) { m.branch_mw[12] = -401; }},
        {"NW-3 section limit", "tie", 0, [](HandMade& m) { m.section_mw[0] = 101; }},
        {"DC-7 section flow", "tie", 1, [](HandMade& m) { m.section_mw[1] = -26; }},
    };
}

TEST(Corruptions, EachIsFoundUnderItsRule) {
    const Comm comm(MPI_COMM_WORLD);
    const auto all = corruptions();
    EXPECT_GE(all.size(), 30U);
    for (const Corruption& c : all) {
        HandMade made = hand_made();
        c.change(made);
        const Report report = check(comm, made, {});
        bool found = false;
        std::string words;
        for (const Breach& b : report.breaches) {
            found = found || (b.rule == c.rule && b.item == c.item && b.hour == c.hour);
            words += b.rule + ", " + b.item + ", hour " + std::to_string(b.hour) + "; ";
        }
        EXPECT_TRUE(found) << c.rule << ", " << c.item << ", hour " << c.hour
                           << " not in: " << words;
        EXPECT_GT(report.worst, 1e-5);
    }
}

// A flow around the triangle changes no bus and no section: the loop alone tells.
TEST(Corruptions, FlowAroundALoopBreaksNothingElse) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.branch_mw[3] += 6.0;
    made.branch_mw[hours + 3] += 6.0;
    made.branch_mw[2 * hours + 3] -= 6.0;
    const Report report = check(comm, made, {});
    ASSERT_EQ(report.found, 1);
    EXPECT_EQ(report.breaches[0].rule, "DC-1 loop");
    EXPECT_EQ(report.breaches[0].item, "b1-b2");
    EXPECT_EQ(report.breaches[0].hour, 3);
    EXPECT_NEAR(std::abs(report.breaches[0].found), 6.0, 1e-9);
}

// What stands behind a breach, in figures: 60 MW of reserve on 200 MW above minimum, of 250.
TEST(Corruptions, FiguresOfABreach) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.schedule.thermal_up_mw.row(0)[3] = 60.0;
    const Report report = check(comm, made, {});
    ASSERT_EQ(report.found, 1);
    const Breach& b = report.breaches[0];
    EXPECT_EQ(b.rule, "TH-5 capacity");
    EXPECT_EQ(b.unit, "MW");
    EXPECT_DOUBLE_EQ(b.found, 260.0);
    EXPECT_DOUBLE_EQ(b.limit, 250.0);
    EXPECT_DOUBLE_EQ(b.relative, 10.0 / 600.0); // of the cluster's 2 x 300 MW
}

} // namespace
} // namespace longyang::verify
