// Dates within the year of plants that are not thermal (docs/theory/service.md), by hand.
#include "grid/service.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;
using Row = std::vector<double>;

/// 1000 MW at 100 CNY/MWh, and a load of 50 MW.
grid::System dear_system(int hours) {
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100);
    add_load(system, 0, Row(static_cast<std::size_t>(hours), 50));
    return system;
}

void set_dates(grid::System& system, const std::string& table, const std::string& plant, int from,
               int to) {
    add_service(system, table, plant, from, to);
    grid::apply_service(system);
}

TEST(Service, ASolarPlantGivesFromItsDateOn) { // SV-2
    // 30 MW for nothing in hours 1 and 2 of 4: 2 x 30 x 100 CNY are saved of 4 x 50 x 100.
    grid::System system = dear_system(4);
    const int plant = add_flexible(system, 0, 30, 0, add_profile(system, {1}), "pv");
    set_dates(system, "renewables", system.renewables.name[static_cast<std::size_t>(plant)], 1, 3);
    const SpanSolution found = solve_span(system, {0, 4});
    EXPECT_EQ(row_of(found.schedule.renewable_p_mw, plant), (Row{0, 30, 30, 0}));
    EXPECT_NEAR(found.cost_cny, 20000 - 6000, 1e-6);
}

TEST(Service, AWindFarmThatIsNotThereAsksForNoReserve) { // SV-2, RE-0
    grid::System system = dear_system(2);
    add_flexible(system, 0, 100, 0, add_profile(system, {1}), "wind");
    const int up = add_reserve(system, 0, "up", "spinning", 0, 1000);
    system.reserves.renewable_pu[static_cast<std::size_t>(up)] = 0.1;
    set_dates(system, "renewables", system.renewables.name.back(), 1, 8760);
    // Nobody can hold the 10 MW of hour 1; hour 0 asks for none. Load 50 MW: wind serves hour 1.
    EXPECT_NEAR(solve_span(system, {0, 2}).cost_cny, 5000 + 10 * 1000, 1e-6);
}

TEST(Service, AStorageHoldsWhatItHasUntilItsDate) { // SV-4
    // 40 MWh in store, of which a tenth is lost in the first hour of service; the other 36 are
    // given at once, so that no more is lost, and the last hour brings 40 back: 4 MWh at 100 CNY
    // are lost, whether the first hour of service is 0 or 2. Before its date the store keeps what
    // it has.
    grid::System system = dear_system(4);
    StorageRow row;
    row.loss_per_h = 0.1;
    row.energy_initial_mwh = 40;
    row.energy_max_mwh = 40;
    const int store = add_storage(system, row);
    EXPECT_NEAR(solve_span(system, {0, 4}).cost_cny, 20000 + 100 * (40 - 36), 1e-6);
    add_service(system, "storages", system.storages.name[static_cast<std::size_t>(store)], 2, 8760);
    const SpanSolution found = solve_span(system, {0, 4});
    EXPECT_NEAR(found.cost_cny, 20000 + 100 * (40 - 36), 1e-6);
    EXPECT_EQ(row_of(found.schedule.storage_energy_mwh, store), (Row{40, 40, 0, 40}));
    // Of a span before its date nothing is asked.
    EXPECT_NEAR(solve_span(system, {0, 2}).cost_cny, 10000, 1e-6);
}

TEST(Service, AStorageThatLeavesIsBackAtItsContent) { // SV-4
    // Power costs 100, 10 in hour 1. Empty at the start and out from hour 2 on: what it charges in
    // hour 1 it cannot sell, so it rests; without a date it would serve hours 2 and 3.
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100);
    add_flexible(system, 0, 1000, 10, add_profile(system, {0, 1, 0}));
    add_load(system, 0, {50, 50, 50, 50});
    const int store = add_storage(system, {});
    EXPECT_NEAR(solve_span(system, {0, 4}).cost_cny, 5000 + 500 + 1000, 1e-6);
    add_service(system, "storages", system.storages.name[static_cast<std::size_t>(store)], 0, 2);
    EXPECT_NEAR(solve_span(system, {0, 4}).cost_cny, 5000 + 500 + 10000, 1e-6);
}

TEST(Service, AStationOutOfServiceSpillsItsWater) { // SV-3
    // 10 m3/s arrive and nothing can be stored: 10 MW from hour 1 on, spilt before.
    grid::System system = dear_system(3);
    ReservoirRow pond;
    pond.storage_max_hm3 = 0;
    pond.inflow_m3_per_s = 10;
    const int reservoir = add_reservoir(system, pond);
    StationRow row;
    row.reservoir = reservoir;
    const int station = add_station(system, row);
    add_service(system, "hydro", system.hydro.name[static_cast<std::size_t>(station)], 1, 8760);
    const SpanSolution found = solve_span(system, {0, 3});
    EXPECT_EQ(row_of(found.schedule.hydro_p_mw, station), (Row{0, 10, 10}));
    EXPECT_EQ(row_of(found.schedule.reservoir_spill_m3_per_s, reservoir), (Row{10, 0, 0}));
    EXPECT_NEAR(found.cost_cny, 100 * (50 + 40 + 40), 1e-6);
}

TEST(Service, APumpLiftsFromItsDateOn) { // SV-3
    // Power costs nothing in hours 0 and 1, 100 in hour 2: 20 MW lift 16 m3/s, which give 16 MW
    // then.
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100, add_profile(system, {0, 0, 1}));
    add_flexible(system, 0, 1000, 0, add_profile(system, {1, 1, 0}));
    add_load(system, 0, {50, 50, 50});
    ReservoirRow below;
    below.storage_max_hm3 = 10;
    below.reference_profile = add_profile(system, {5, 5, 5, 5});
    const int lower = add_reservoir(system, below);
    ReservoirRow above;
    above.downstream = lower;
    const int upper = add_reservoir(system, above);
    StationRow turbine;
    turbine.reservoir = upper;
    add_station(system, turbine);
    PumpRow row;
    row.reservoir_from = lower;
    row.reservoir_to = upper;
    row.p_max_mw = 20;
    row.mw_per_m3_per_s = 1.25;
    const int pump = add_pump(system, row);
    EXPECT_NEAR(solve_span(system, {0, 3}).cost_cny, 100 * (50 - 32), 1e-6);
    add_service(system, "pumps", system.pumps.name[static_cast<std::size_t>(pump)], 1, 8760);
    const SpanSolution found = solve_span(system, {0, 3});
    EXPECT_NEAR(found.cost_cny, 100 * (50 - 16), 1e-6);
    EXPECT_EQ(row_of(found.schedule.pump_p_mw, pump), (Row{0, 20, 0}));
}

TEST(Service, ALineSendsFromItsDateOnAndOwesByItsHours) { // SV-2, SV-5
    // 200 MW at least when it runs; its contract asks for 24 x 300 MWh in the day. In service in
    // hours 2 and 3 of 4: it owes 2 x 300 MWh, at 100 CNY/MWh against 2000 for what is missing, and
    // the change from 0 to 300 is forced up to 200.
    grid::System system = dear_system(4);
    HvdcRow row;
    row.p_min_mw = 200;
    row.ramp_mw_per_block = 50;
    const int line = add_hvdc(system, row);
    add_contract(system, "hvdc", "line0", "day", 0, 7.2, 0);
    set_dates(system, "hvdc", system.hvdc.name[static_cast<std::size_t>(line)], 2, 8760);
    const SpanSolution found = solve_span(system, {0, 4});
    const double short_mwh = found.schedule.contract_short_mwh[0];
    // From 0 no more than the forced 200 in hour 2, then 250: 150 MWh are missing.
    EXPECT_EQ(row_of(found.schedule.hvdc_p_mw, line), (Row{0, 0, 200, 250}));
    EXPECT_NEAR(short_mwh, 150, 1e-6);
    EXPECT_NEAR(found.schedule.contract_low_mwh[0], 600, 1e-9);
}

TEST(Service, AFlexibleLoadAsksForNothingOutOfService) { // SV-2
    // 20 MW of demand that may be met an hour late, in service in hours 1 and 2 of 4. Power costs
    // 100, but nothing in hour 3, when the load is gone: what hour 2 asks for is drawn by then.
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100, add_profile(system, {1, 1, 1, 0}));
    add_flexible(system, 0, 1000, 0, add_profile(system, {0, 0, 0, 1}));
    FlexibleRow row;
    row.draw_max_mw = 40;
    row.demand_mw = 20;
    row.late_h = 1;
    const int load = add_flexible_load(system, row);
    EXPECT_NEAR(solve_span(system, {0, 4}).cost_cny, 2 * 20 * 100, 1e-6);
    set_dates(system, "flexible_loads", system.flexible_loads.name[static_cast<std::size_t>(load)],
              1, 3);
    const SpanSolution found = solve_span(system, {0, 4});
    EXPECT_NEAR(found.cost_cny, 2 * 20 * 100, 1e-6);
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, load)[0], 0.0);
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, load)[3], 0.0);
}

TEST(Service, AFlexibleLoadOutOfServiceStartsOnNoProfile) { // SV-2, FL-5
    // 20 MWh, from hour 1 to hour 3 twice as much; in service in hours 1 and 2.
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100);
    FlexibleRow row;
    row.draw_max_mw = 20;
    row.energy_max_mwh = 50;
    row.energy_initial_mwh = 20;
    row.energy_initial_profile = add_profile(system, {1, 2, 2, 2, 1});
    const int load = add_flexible_load(system, row);
    set_dates(system, "flexible_loads", system.flexible_loads.name[static_cast<std::size_t>(load)],
              1, 3);
    // Before its date and behind it nothing can be drawn, so nothing is asked.
    EXPECT_NEAR(solve_span(system, {0, 1}).cost_cny, 0, 1e-6);
    EXPECT_NEAR(solve_span(system, {0, 4}).cost_cny, 0, 1e-6);
    EXPECT_NEAR(solve_span(system, {3, 2}).cost_cny, 0, 1e-6);
    // It enters with 20 MWh; hour 2 starts on 40.
    const SpanSolution found = solve_span(system, {1, 1});
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, load), Row{20});
}

TEST(Service, HoursBehindTheYearsEndAreThoseOfItsStart) { // SV-1
    grid::System system = dear_system(2);
    const int plant = add_flexible(system, 0, 30, 0, add_profile(system, {1}), "pv");
    set_dates(system, "renewables", system.renewables.name[static_cast<std::size_t>(plant)], 8759,
              8760);
    const SpanSolution found = solve_span(system, {8759, 2});
    EXPECT_EQ(row_of(found.schedule.renewable_p_mw, plant), (Row{30, 0}));
    EXPECT_TRUE(grid::in_service(system, "renewables", static_cast<std::size_t>(plant)).at(8759));
    EXPECT_FALSE(grid::in_service(system, "renewables", static_cast<std::size_t>(plant)).at(8760));
}

TEST(Service, APlantWithoutARowAlwaysServes) { // SV-1
    const grid::System system = dear_system(2);
    EXPECT_TRUE(grid::in_service(system, "renewables", 0).always());
    EXPECT_EQ(grid::rows_in_service(system, "loads"), nullptr);
}

} // namespace
