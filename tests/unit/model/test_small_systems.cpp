#include "more_plants.hpp"
#include "small_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// One of everything at three buses, worked out by hand.

namespace {

using namespace longyang;
using namespace longyang::testing;
using ::testing::ElementsAre;

constexpr int hours = 4;

/// Bus b0 (region r0): coal as in test_thermal.cpp, has to run, 10 MW of spinning reserve. Bus b1
/// (region r1): 50 MW of wind, a river of 20 m3/s at 1 MW per m3/s with an empty reservoir. Bus b2
/// (region r1): a battery of 10 MW that keeps 0.9 of what it charges, gas at 600 CNY/MWh, a line
/// that exports 20 to 40 MW and owes 720 MWh a day.
grid::System everything() {
    grid::System system = one_bus();
    const int other = add_region(system);
    const int b1 = add_bus(system, other);
    const int b2 = add_bus(system, other);
    add_branch(system, 0, b1);
    add_branch(system, b1, b2);
    Plant coal;
    coal.must_run_units = 1;
    coal.spinning_up_mw = 50;
    add_plant(system, coal);
    add_reserve(system, 0, "up", "spinning", 10, 1000);
    add_flexible(system, b1, 50, 0, -1, "wind");
    add_flexible(system, b2, 100, 600);
    ReservoirRow river;
    river.inflow_m3_per_s = 20;
    StationRow station;
    station.bus = b1;
    station.reservoir = add_reservoir(system, river);
    add_station(system, station);
    StorageRow battery;
    battery.bus = b2;
    battery.charge_max_mw = battery.discharge_max_mw = 10;
    battery.efficiency_charge = 0.9;
    add_storage(system, battery);
    HvdcRow line;
    line.bus = b2;
    line.p_min_mw = 20;
    line.p_max_mw = 40;
    add_hvdc(system, line);
    add_contract(system, "hvdc", "line0", "day", 0, 0.72, 0.0);
    add_load(system, 0, {60, 60, 200, 200});
    add_load(system, b1, {60});
    add_load(system, b2, {40});
    return system;
}

// Load 160, 160, 300, 300 MW. The line owes 4/24 of 720 = 120 MWh and carries them when power is
// cheap: 40, 40, 20, 20. So 200, 200, 320, 320 MW are drawn.
// Coal is worth up to 190 MW, as 10 stay as reserve. In hours 0 and 1 it gives 200 - 50 of wind +
// 10 into the battery = 160 MW; in hours 2 and 3 its 190 MW, the wind's 50, the river's whole
// 4 x 20 = 80 MWh and the battery's 0.9 x 20 = 18 MWh leave 2 x (320 - 240) - 98 = 62 MWh to gas.
TEST(SmallSystems, OneOfEverything) {
    const Solution s = solve_span(everything(), hours);
    ASSERT_EQ(s.status, solve::highs::Status::optimal);
    EXPECT_THAT(row_of(s.schedule.hvdc_p_mw, 0), ElementsAre(40, 40, 20, 20));
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(160, 160, 190, 190));
    EXPECT_THAT(row_of(s.schedule.storage_charge_mw, 0), ElementsAre(10, 10, 0, 0));
    const std::vector<double> gas = row_of(s.schedule.renewable_p_mw, 1);
    EXPECT_THAT(std::vector<double>(gas.begin(), gas.begin() + 2), ElementsAre(0, 0));
    EXPECT_NEAR(gas[2] + gas[3], 62, 1e-5);
    // 2 x (30,000 + 60 x 200) + 2 x (30,000 + 90 x 200) + 62 x 600
    EXPECT_NEAR(s.cost_cny, 84000 + 96000 + 37200, 1e-3);

    // Price at every bus: coal's 200, then gas's 600; a MW of reserve then moves one from coal to
    // gas.
    const auto price = [&](int channel, int hour) {
        return s.price[static_cast<std::size_t>(channel * hours + hour)];
    };
    for (int bus = 0; bus < 3; ++bus) {
        for (int t = 0; t < hours; ++t) {
            EXPECT_NEAR(price(bus, t), t < 2 ? 200 : 600, 1e-6) << bus << ' ' << t;
        }
    }
    for (int t = 0; t < hours; ++t) {
        EXPECT_NEAR(price(3, t), t < 2 ? 0 : 400, 1e-6) << t;
    }
}

TEST(SmallSystems, ThePriceIsWhatOneMegawattMoreCosts) {
    const Solution before = solve_span(everything(), hours);
    for (int bus = 0; bus < 3; ++bus) {
        for (int t = 0; t < hours; ++t) {
            grid::System system = everything();
            std::vector<double> one(hours + 1, 0.0);
            one[static_cast<std::size_t>(t)] = 1;
            add_load(system, bus, one);
            const double more_cny = solve_span(system, hours).cost_cny - before.cost_cny;
            EXPECT_NEAR(more_cny, before.price[static_cast<std::size_t>(bus * hours + t)], 1e-3)
                << bus << ' ' << t;
        }
    }
}

// With the lines cut every bus balances alone. b0: coal for its own load, at least 100 MW. b1: 60
// MW of load, 50 of wind and 20 of the river: more than enough, for nothing. b2: 40 MW of load and
// the line by gas: 40 + 30 MW on average, whenever; the battery moves nothing at a profit.
TEST(SmallSystems, IslandsDoNotHelpEachOther) {
    grid::System system = everything();
    system.branches = {};
    system.loads.mean_mw[0] = 2; // 120, 120, 400, 400 MW
    const Solution s = solve_span(system, hours);
    ASSERT_EQ(s.status, solve::highs::Status::optimal);
    EXPECT_THAT(row_of(s.schedule.thermal_p_mw, 0), ElementsAre(120, 120, 200, 200));
    EXPECT_THAT(row_of(s.schedule.load_shed_mw, 0), ElementsAre(0, 0, 200, 200));
    for (std::size_t t = 0; t < hours; ++t) {
        EXPECT_NEAR(s.schedule.hydro_p_mw.row(0)[t] + s.schedule.renewable_p_mw.row(0)[t], 60,
                    1e-6);
    }
    // b0: 2 x 34,000 + 2 x (50,000 + 200 x 20,000 + 10 x 1000 of reserve); b2: 280 x 600
    EXPECT_NEAR(s.cost_cny, 68000 + 8120000 + 168000, 1e-2);
    EXPECT_NEAR(s.price[0 * hours + 0], 200, 1e-6);
    EXPECT_NEAR(s.price[0 * hours + 2], 20000, 1e-6);
    EXPECT_NEAR(s.price[1 * hours + 0], 0, 1e-6);
    EXPECT_NEAR(s.price[2 * hours + 0], 600, 1e-6);
}

} // namespace
