#include "base/error.hpp"
#include "grid/connected_machines.hpp"

#include <gtest/gtest.h>

namespace longyang::grid {
namespace {

void add_machine(Machines& t, const char* table, const char* plant, int units) {
    t.line.push_back(static_cast<int>(t.line.size()) + 2);
    t.plant_table.emplace_back(table);
    t.plant.emplace_back(plant);
    t.units.push_back(units);
}

System small_system() {
    System system;
    system.thermal.line = {2};
    system.thermal.name = {"coal"};
    system.thermal.units = {4};
    system.hydro.line = {2};
    system.hydro.name = {"dam"};
    system.hydro.p_max_mw = {900};
    system.storages.line = {2};
    system.storages.name = {"pumps"};
    system.storages.charge_max_mw = {1200};
    system.storages.discharge_max_mw = {1000};
    add_machine(system.machines, "thermal", "coal", 4);
    add_machine(system.machines, "thermal", "coal", 2); // half as many machines as units
    add_machine(system.machines, "hydro", "dam", 3);
    add_machine(system.machines, "storages", "pumps", 4);
    add_machine(system.machines, "", "", 5);
    return system;
}

TEST(ConnectedMachines, FollowThePlants) {
    const System system = small_system();
    Schedule schedule = empty_schedule(system, {0, 3});
    schedule.thermal_units_on.values = {0, 3, 4};
    schedule.hydro_p_mw.values = {0, 300, 301};
    schedule.storage_discharge_mw.values = {0, 0, 310};
    schedule.storage_charge_mw.values = {0, 1200, 0};
    const HourTable n = connected_machines(system, schedule);
    EXPECT_EQ(std::vector<double>(n.row(0).begin(), n.row(0).end()),
              (std::vector<double>{0, 3, 4}));
    EXPECT_EQ(std::vector<double>(n.row(1).begin(), n.row(1).end()),
              (std::vector<double>{0, 2, 2})); // 1.5 is rounded
    EXPECT_EQ(std::vector<double>(n.row(2).begin(), n.row(2).end()),
              (std::vector<double>{0, 1, 2})); // 300 MW fit one unit
    EXPECT_EQ(std::vector<double>(n.row(3).begin(), n.row(3).end()),
              (std::vector<double>{0, 4, 2})); // 300 MW a unit, also when pumping
    EXPECT_EQ(std::vector<double>(n.row(4).begin(), n.row(4).end()),
              (std::vector<double>{5, 5, 5}));
}

// Generators that stand in a row each: one unit of three connects one of them, not none.
TEST(ConnectedMachines, RowsOfAClusterAddUp) {
    System system = small_system();
    system.thermal.units = {3};
    system.machines.units = {1, 1, 3, 4, 1};
    system.machines.plant_table[4] = "thermal";
    system.machines.plant[4] = "coal";
    Schedule schedule = empty_schedule(system, {0, 4});
    schedule.thermal_units_on.values = {0, 1, 2, 3};
    const HourTable n = connected_machines(system, schedule);
    for (std::size_t t = 0; t < 4; ++t) {
        EXPECT_EQ(n.row(0)[t] + n.row(1)[t] + n.row(4)[t], static_cast<double>(t));
    }
    system.outages.plant = {0};
    system.outages.from_hour = {1};
    system.outages.to_hour = {2};
    system.outages.units = {2};
    const HourTable available = available_machines(system, {0, 2});
    EXPECT_EQ(available.row(0)[0] + available.row(1)[0] + available.row(4)[0], 3.0);
    EXPECT_EQ(available.row(0)[1] + available.row(1)[1] + available.row(4)[1], 1.0);
}

// Three units of 300 MW, and four.
TEST(ConnectedMachines, AsManyStayAtTheLeastPowerThatKeepsThem) {
    const System system = small_system();
    const std::vector<MachinePlant> plants = plants_of_machines(system);
    Schedule schedule = empty_schedule(system, {0, 1});
    for (const double p_mw : {0.0, 0.1, 299.0, 300.0, 300.1, 650.0, 900.0}) {
        const double least_mw = least_to_stay_mw(plants[2], 3, p_mw);
        EXPECT_LE(least_mw, p_mw);
        EXPECT_LE(least_mw, 600.31);
        schedule.hydro_p_mw.values = {p_mw};
        const double before = connected_machines(system, schedule).row(2)[0];
        schedule.hydro_p_mw.values = {least_mw};
        EXPECT_EQ(connected_machines(system, schedule).row(2)[0], before) << p_mw;
    }
    EXPECT_DOUBLE_EQ(least_to_stay_mw(plants[3], 4, -700.0), -600.3);
    EXPECT_DOUBLE_EQ(least_to_stay_mw(plants[3], 4, -0.1), -0.1);
}

// A coal unit's generator that becomes a condenser in the second hour of the span.
TEST(ConnectedMachines, ACondenserCountsFromItsDateOn) {
    System system = small_system();
    system.machines.from_hour.assign(5, 0);
    system.machines.to_hour.assign(5, hours_per_year);
    system.machines.from_hour[4] = 101;
    const HourTable n = connected_machines(system, empty_schedule(system, {100, 3}));
    EXPECT_EQ(std::vector<double>(n.row(4).begin(), n.row(4).end()),
              (std::vector<double>{0, 5, 5}));
}

TEST(AvailableMachines, AreThoseInServiceAndNotOnOutage) {
    System system = small_system();
    system.outages.plant = {0};
    system.outages.from_hour = {101};
    system.outages.to_hour = {102};
    system.outages.units = {3};
    system.service.table = {"hydro", "storages"};
    system.service.plant = {"dam", "pumps"};
    system.service.from_hour = {102, 0};
    system.service.to_hour = {hours_per_year, 101};
    system.machines.from_hour.assign(5, 0);
    system.machines.to_hour.assign(5, hours_per_year);
    system.machines.from_hour[4] = 101;
    const HourTable n = available_machines(system, {100, 3});
    const auto row = [&n](std::size_t m) {
        return std::vector<double>(n.row(m).begin(), n.row(m).end());
    };
    EXPECT_EQ(row(0), (std::vector<double>{4, 1, 4}));
    EXPECT_EQ(row(1),
              (std::vector<double>{2, 1, 2})); // 0.5 is rounded, as where they are connected
    EXPECT_EQ(row(2), (std::vector<double>{0, 0, 3}));
    EXPECT_EQ(row(3), (std::vector<double>{4, 0, 0}));
    EXPECT_EQ(row(4), (std::vector<double>{0, 5, 5}));
}

TEST(ConnectedMachines, APlantThatIsNotThere) {
    System system = small_system();
    system.machines.plant[2] = "dyke";
    EXPECT_THROW((void)plants_of_machines(system), Error);
}

} // namespace
} // namespace longyang::grid
