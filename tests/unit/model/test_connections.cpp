// Connections of bases: what lies behind one, solved by hand.
#include "grid/connections.hpp"
#include "lp/coupling.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// PV of 100 MW in hour 0 alone and a battery of 50 MW behind one connection; other power at 300
/// CNY/MWh; a load of 100 MW. 0.72 of what is charged comes back.
grid::System base(double export_max_mw, double import_max_mw) {
    grid::System system = one_bus();
    const int connection = add_connection(system, 0, export_max_mw, import_max_mw);
    put_behind(system.renewables.connection,
               add_flexible(system, 0, 100, 0, add_profile(system, {1, 0}), "pv"), connection);
    add_flexible(system, 0, 1000, 300);
    add_load(system, 0, {100, 100});
    StorageRow battery;
    battery.charge_max_mw = battery.discharge_max_mw = 50;
    battery.efficiency_charge = 0.8;
    battery.efficiency_discharge = 0.9;
    put_behind(system.storages.connection, add_storage(system, battery), connection);
    return system;
}

TEST(Connections, WhatTheLineDoesNotCarryIsCharged) { // NW-4
    // 60 MW of 100 go out, 40 are charged: 32 MWh in the store, 28.8 out of it.
    const Solution found = solve_span(base(60, 0), 2);
    EXPECT_EQ(row_of(found.schedule.renewable_p_mw, 0), (std::vector<double>{100, 0}));
    EXPECT_EQ(row_of(found.schedule.storage_charge_mw, 0), (std::vector<double>{40, 0}));
    EXPECT_EQ(row_of(found.schedule.storage_discharge_mw, 0), (std::vector<double>{0, 28.8}));
    EXPECT_NEAR(found.cost_cny, (40 + 71.2) * 300, 1e-6);
    // A MWh of PV is worth what the battery makes of it, 0.72 x 300, not the bus's 300.
    const model::Channels channels(base(60, 0));
    EXPECT_NEAR(found.price[static_cast<std::size_t>(channels.of_renewable[0]) * 2], 216, 1e-6);
    EXPECT_NEAR(found.price[static_cast<std::size_t>(channels.injection(0)) * 2], 300, 1e-6);
}

TEST(Connections, WithoutTheLimitAllGoesOut) {
    grid::System system = base(60, 0);
    system.renewables.connection.clear();
    system.storages.connection.clear();
    EXPECT_NEAR(solve_span(system, 2).cost_cny, 100 * 300, 1e-6);
}

TEST(Connections, MoreThanStoreAndLineTakeIsCurtailed) {
    // 30 MW go out and 50 are charged: 20 of 100 are left; 36 come back, of which 30 may go out.
    const Solution found = solve_span(base(30, 0), 2);
    EXPECT_EQ(row_of(found.schedule.storage_discharge_mw, 0), (std::vector<double>{0, 30}));
    EXPECT_NEAR(found.cost_cny, (70 + 70) * 300, 1e-6);
}

TEST(Connections, ABaseAloneChargesItsBatteryWhereNothingMayBeDrawn) { // NW-4
    // 100 MW at 10 CNY/MWh beside the base in hour 0, no sun. With 20 MW of import 14.4 MWh come
    // back in hour 1.
    for (const auto& [import_mw, charged_mw] : {std::pair(0.0, 0.0), std::pair(20.0, 20.0)}) {
        grid::System system = base(60, import_mw);
        system.renewables.capacity_mw[0] = 0;
        add_flexible(system, 0, 200, 10, add_profile(system, {1, 0}));
        const Solution found = solve_span(system, 2);
        EXPECT_EQ(row_of(found.schedule.storage_charge_mw, 0)[0], charged_mw);
        EXPECT_NEAR(found.cost_cny, (100 + charged_mw) * 10 + (100 - 0.72 * charged_mw) * 300,
                    1e-6);
    }
}

TEST(Connections, AStorageHoldsNoMoreReserveThanTheLineLetsThrough) { // ST-5
    // 50 MW of discharge behind a line of 30, no sun to be charged: 30 MW of upward reserve, 20 of
    // 50 are missing. With sun it charges 20 MW, which it can stop taking.
    grid::System system = base(30, 0);
    const double capacity_mw = std::exchange(system.renewables.capacity_mw[0], 0.0);
    system.storages.energy_initial_mwh[0] = 100;
    add_reserve(system, 0, "up", "spinning", 50, 5000);
    const Solution found = solve_span(system, 1);
    EXPECT_EQ(row_of(found.schedule.storage_up_mw, 0)[0], 30);
    EXPECT_EQ(row_of(found.schedule.reserve_short_mw, 0)[0], 20);
    system.renewables.capacity_mw[0] = capacity_mw;
    EXPECT_EQ(row_of(solve_span(system, 1).schedule.storage_up_mw, 0)[0], 50);
}

TEST(Connections, LimitsOfAStorageByTheHour) { // ST-5
    const grid::System system = base(30, 10);
    const auto limits = grid::storage_limits(system, 0, {0, 2});
    ASSERT_TRUE(limits.has_value());
    EXPECT_EQ(limits->charge_max_mw, (std::vector<double>{50, 10}));
    EXPECT_EQ(limits->discharge_max_mw, (std::vector<double>{30, 30}));
    EXPECT_FALSE(grid::storage_limits(base(50, 50), 0, {0, 2}).has_value());
    const lp::Store store = model::store_data(model::Context(system, {1, 1}), 0);
    EXPECT_EQ(store.charge_max_mw, 10);
    EXPECT_EQ(store.discharge_max_mw, 30);
}

TEST(Connections, StandAsRowsOverFeeds) { // NW-4
    const grid::System system = base(60, 5);
    const model::Context context(system, {0, 2});
    const lp::Coupling coupling = model::make_coupling(context);
    const auto rows =
        std::count_if(coupling.rows.begin(), coupling.rows.end(), [&](const lp::CouplingRow& row) {
            const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
            return pattern.tag == "NW-4" && pattern.channel.size() == 1 && row.lower == -5 &&
                   row.upper == 60 && lp::is_band(row);
        });
    EXPECT_EQ(rows, 2);
    // No target tells the two apart, so they share a channel beside the bus's.
    EXPECT_EQ(context.channels.of_renewable[0], context.channels.of_storage[0]);
    EXPECT_NE(context.channels.of_renewable[0], context.channels.injection(0));
    EXPECT_EQ(context.channels.of_renewable[1], context.channels.injection(0));
    EXPECT_EQ(context.channels.bus_of(context.channels.of_storage[0]), 0);
}

} // namespace
