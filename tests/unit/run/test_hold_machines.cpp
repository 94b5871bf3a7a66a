// What windows leave as it is so that machines stay connected.
#include "../model/more_plants.hpp"
#include "../model/small_system.hpp"
#include "grid/connected_machines.hpp"
#include "run/hold_machines.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace longyang::run {
namespace {

void add_machine(grid::System& system, const char* table, std::string plant, int units) {
    grid::Machines& t = system.machines;
    t.line.push_back(static_cast<int>(t.line.size()) + 2);
    t.plant_table.emplace_back(table);
    t.plant.push_back(std::move(plant));
    t.units.push_back(units);
}

/// A store of four units of 250 MW and one without machines; a station of two units of 500 MW,
/// which pump up to 400 MW each, with a second row of five machines; a line.
struct Case {
    grid::System system = testing::one_bus();
    int pump = 0;

    Case() {
        testing::StorageRow store;
        add_machine(system, "storages", name(system.storages, testing::add_storage(system, store)),
                    4);
        testing::add_storage(system, store);
        testing::ReservoirRow lake;
        const int below = testing::add_reservoir(system, lake);
        lake.downstream = below;
        const int above = testing::add_reservoir(system, lake);
        testing::StationRow station;
        station.reservoir = above;
        station.p_max_mw = 1000;
        const int dam = testing::add_station(system, station);
        for (const int units : {2, 5}) {
            add_machine(system, "hydro", name(system.hydro, dam), units);
        }
        testing::PumpRow row;
        row.reservoir_from = below;
        row.reservoir_to = above;
        row.p_max_mw = 800;
        row.mw_per_m3_per_s = 2;
        pump = testing::add_pump(system, row);
        system.pumps.station[static_cast<std::size_t>(pump)] = dam;
        testing::add_hvdc(system, {});
    }
    static std::string name(const grid::Rows& rows, int row) {
        return rows.name[static_cast<std::size_t>(row)];
    }
};

TEST(HoldMachines, WhatKeepsAsManyConnected) {
    const Case e;
    constexpr int hours = 4;
    const model::Context context(e.system, {0, hours});
    const std::vector<model::BlockId> ids{{model::Kind::storage, 0},
                                          {model::Kind::storage, 1},
                                          {model::Kind::cascade, 0},
                                          {model::Kind::hvdc, 0}};
    std::vector<lp::BlockPlan> plans(ids.size());
    lp::StorePlan store;
    store.discharge_mw = {0, 600, 0, 250};
    store.charge_mw = {0, 0, 300, 0};
    store.energy_mwh.assign(hours, 500.0);
    plans[0] = store;
    plans[1] = store;
    lp::RiverPlan river;
    river.p_mw = {0, 700, 100, 0};
    river.pump_m3_per_s = {0, 0, 0, 250}; // 500 MW
    plans[2] = river;
    plans[3] = lp::LinePlan{};
    const std::vector<solve::prices::Held> held = hold_machines(context, ids, plans);
    const auto expect = [](const std::vector<double>& found, const std::vector<double>& wanted) {
        ASSERT_EQ(found.size(), wanted.size());
        for (std::size_t t = 0; t < found.size(); ++t) {
            EXPECT_NEAR(found[t], wanted[t], 1e-9) << t;
        }
    };
    expect(held[0].store_mw, {0, 500.25, -250.25, 0.25});
    expect(held[1].store_mw, {0, 0, 0, 0});
    // Units of 500 and of 200 MW: 700 MW need two and four, pumping 500 MW one and three.
    expect(held[2].station_mw, {0, 600.2, 0.5, 0});
    expect(held[2].pump_mw, {0, 0, 0, 400.2});
    EXPECT_TRUE(held[3].whole);
    EXPECT_FALSE(held[0].whole || held[2].whole);
}

} // namespace
} // namespace longyang::run
