#include "base/error.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// 1000 MW at 100 CNY/MWh in hour 0 only; load 72 MW in hour 1 only.
grid::System cheap_then_needed() {
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 100, add_profile(system, {1, 0}));
    add_load(system, 0, {0, 72});
    return system;
}

TEST(Storage, RoundTripLosesByBothEfficiencies) { // ST-1
    grid::System system = cheap_then_needed();
    StorageRow row;
    row.efficiency_charge = 0.8;
    row.efficiency_discharge = 0.9;
    row.variable_om_cny_per_mwh = 3;
    add_storage(system, row);
    const SpanSolution found = solve_span(system, {0, 2});
    // 72 MWh out are 80 MWh in the store, and 100 MWh taken.
    EXPECT_EQ(row_of(found.schedule.storage_charge_mw, 0), (std::vector<double>{100, 0}));
    EXPECT_EQ(row_of(found.schedule.storage_energy_mwh, 0), (std::vector<double>{80, 0}));
    EXPECT_EQ(row_of(found.schedule.storage_discharge_mw, 0), (std::vector<double>{0, 72}));
    EXPECT_NEAR(found.cost_cny, 100 * 100 + 72 * 3, 1e-6);
}

TEST(Storage, ContentDecays) {
    grid::System system = cheap_then_needed();
    StorageRow row;
    row.loss_per_h = 0.1;
    add_storage(system, row);
    // 90 % of the content at the end of hour 0 is left for hour 1: 80 MWh for 72.
    EXPECT_NEAR(solve_span(system, {0, 2}).cost_cny, 80 * 100, 1e-6);
}

TEST(Storage, ASpanEndsWithWhatItStartedWith) { // ST-2
    grid::System system = one_bus();
    add_flexible(system, 0, 1000, 200, add_profile(system, {1, 0}));
    add_flexible(system, 0, 1000, 100, add_profile(system, {0, 1}));
    add_load(system, 0, {81, 0});
    StorageRow row;
    row.efficiency_charge = 0.8;
    row.efficiency_discharge = 0.9;
    row.energy_initial_mwh = 90;
    add_storage(system, row);
    const SpanSolution found = solve_span(system, {0, 2});
    // The 81 MW come from the 90 MWh in the store; 90 / 0.8 MWh at 100 bring them back. The other
    // way, 81 MWh at 200, would cost 16,200.
    EXPECT_EQ(row_of(found.schedule.storage_energy_mwh, 0), (std::vector<double>{0, 90}));
    EXPECT_NEAR(found.cost_cny, 112.5 * 100, 1e-6);
}

TEST(Storage, AnEndThatHoldsLessThanTheStartIsInfeasibleInWords) { // ST-2, FL-5
    const auto built = [](double share_at_end) {
        grid::System system = one_bus();
        FlexibleRow row;
        row.draw_max_mw = 40;
        row.demand_mw = 20;
        row.energy_max_mwh = 60;
        row.energy_max_profile = add_profile(system, {1, share_at_end});
        row.energy_initial_mwh = 30;
        add_flexible_load(system, row);
        lp::Block block;
        model::build_block(model::Context(system, {0, 2}), {model::Kind::flexible, 0}, block);
        return block;
    };
    EXPECT_GT(built(0.5).columns(), 0); // just as much
    try {
        (void)built(0.4);
        FAIL() << "built";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::infeasible);
        EXPECT_NE(std::string(error.what())
                      .find("its energy cannot keep its limits: 6 MWh short of what the span asks "
                            "of its energy_initial_mwh; another first hour may do"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Storage, CollectedHeatBeyondTheStoreIsSpilt) {
    grid::System system = one_bus();
    add_load(system, 0, {0, 100});
    StorageRow csp;
    csp.charge_max_mw = 0;
    csp.discharge_max_mw = 80;
    csp.energy_max_mwh = 50;
    csp.efficiency_discharge = 0.5;
    csp.inflow_mw = 100;
    add_storage(system, csp);
    const SpanSolution found = solve_span(system, {0, 2});
    // Hour 0 stores 50 of 100; hour 1 turns 50 + 100 into 75 MWh.
    EXPECT_EQ(row_of(found.schedule.storage_spill_mw, 0), (std::vector<double>{50, 0}));
    EXPECT_EQ(row_of(found.schedule.storage_discharge_mw, 0), (std::vector<double>{0, 75}));
    EXPECT_EQ(row_of(found.schedule.storage_charge_mw, 0), (std::vector<double>{0, 0}));
    EXPECT_NEAR(found.cost_cny, 25 * 20000, 1e-6);
}

TEST(Storage, UpwardReserveNeedsEnergyInTheStore) { // ST-4
    grid::System system = one_bus();
    add_reserve(system, 0, "up", "spinning", 200, 5000);
    StorageRow row;
    row.charge_max_mw = row.discharge_max_mw = 100;
    row.efficiency_discharge = 0.8;
    row.energy_initial_mwh = 40;
    add_storage(system, row);
    // 40 MWh give 32 MW for an hour; 168 MW are missing.
    const SpanSolution found = solve_span(system, {0, 1});
    EXPECT_EQ(row_of(found.schedule.storage_up_mw, 0), (std::vector<double>{32}));
    EXPECT_NEAR(found.cost_cny, 168 * 5000, 1e-6);
}

TEST(Storage, UpwardReserveAndDischargeShareThePower) { // ST-3
    grid::System system = one_bus();
    add_reserve(system, 0, "up", "spinning", 200, 5000);
    add_flexible(system, 0, 1000, 100, add_profile(system, {0, 1}));
    add_load(system, 0, {70, 0});
    StorageRow row;
    row.charge_max_mw = row.discharge_max_mw = 100;
    row.energy_initial_mwh = 500;
    add_storage(system, row);
    const SpanSolution found = solve_span(system, {0, 2});
    // Hour 0 discharges 70 of 100 MW. Hour 1 recharges 70 MWh or more and could stop doing so: with
    // 100 MW of charging, 200 MW are held.
    EXPECT_EQ(row_of(found.schedule.storage_up_mw, 0), (std::vector<double>{30, 200}));
    EXPECT_NEAR(found.cost_cny, 170 * 5000 + 100 * 100, 1e-6);
}

TEST(Storage, DownwardReserveIsLimitedByPowerAndRoom) { // ST-3, ST-4
    grid::System system = one_bus();
    add_reserve(system, 0, "down", "spinning", 300, 5000);
    StorageRow row;
    row.charge_max_mw = row.discharge_max_mw = 100;
    row.efficiency_charge = 0.5;
    row.energy_initial_mwh = 40;
    row.energy_max_mwh = 200;
    add_storage(system, row);
    // Room for 160 / 0.5 = 320 MW, power for 100.
    EXPECT_EQ(row_of(solve_span(system, {0, 1}).schedule.storage_down_mw, 0),
              (std::vector<double>{100}));
    system.storages.energy_max_mwh[0] = 60; // room for 20 / 0.5
    EXPECT_EQ(row_of(solve_span(system, {0, 1}).schedule.storage_down_mw, 0),
              (std::vector<double>{40}));
}

TEST(Storage, DownwardReserveCanAlsoStopTheDischarge) { // ST-3
    grid::System system = one_bus();
    add_reserve(system, 0, "down", "spinning", 300, 5000);
    add_load(system, 0, {50, 0});
    add_flexible(system, 0, 1000, 100, add_profile(system, {0, 1}));
    StorageRow row;
    row.charge_max_mw = row.discharge_max_mw = 100;
    row.energy_initial_mwh = 500;
    add_storage(system, row);
    // Hour 0: from 50 MW out to 100 MW in. Hour 1 brings the 50 MWh back: from 50 to 100 MW in.
    EXPECT_EQ(row_of(solve_span(system, {0, 2}).schedule.storage_down_mw, 0),
              (std::vector<double>{150, 50}));
}

/// Least cost from each content at the start of hour t, in whole MWh, charging taking 2 MWh for one
/// stored: all actions of all hours.
double best_by_trying(const StorageRow& row, const std::vector<double>& price) {
    const auto contents = static_cast<std::size_t>(row.energy_max_mwh) + 1;
    constexpr double never = 1e30;
    std::vector<double> best(contents, never);
    for (std::size_t x = static_cast<std::size_t>(row.energy_initial_mwh); x < contents; ++x) {
        best[x] = 0.0;
    }
    for (std::size_t t = price.size(); t-- > 0;) {
        std::vector<double> earlier(contents, never);
        for (std::size_t x = 0; x < contents; ++x) {
            for (int stored = 0; 2 * stored <= row.charge_max_mw; ++stored) {
                for (int given = 0; given <= row.discharge_max_mw; ++given) {
                    const int next = static_cast<int>(x) + stored - given;
                    if (next < 0 || next >= static_cast<int>(contents)) {
                        continue;
                    }
                    const double cost = price[t] * (2 * stored - given) +
                                        row.variable_om_cny_per_mwh * given +
                                        best[static_cast<std::size_t>(next)];
                    earlier[x] = std::min(earlier[x], cost);
                }
            }
        }
        best = earlier;
    }
    return best[static_cast<std::size_t>(row.energy_initial_mwh)];
}

TEST(Storage, CostsWhatTryingAllActionsCosts) {
    // With whole limits and 2 MWh taken per MWh stored, the programme is a flow in a network over
    // time: its best point is whole, and the trial of all whole actions finds it.
    std::mt19937 random(20300115);
    const auto draw = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    for (int trial = 0; trial < 60; ++trial) {
        StorageRow row;
        row.charge_max_mw = 2 * draw(1, 4);
        row.discharge_max_mw = draw(1, 4);
        row.energy_max_mwh = draw(3, 9);
        row.efficiency_charge = 0.5;
        row.variable_om_cny_per_mwh = draw(0, 5);
        row.energy_initial_mwh = draw(0, static_cast<int>(row.energy_max_mwh));
        std::vector<double> price;
        for (int t = 0; t < 12; ++t) {
            price.push_back(draw(-20, 100));
        }
        grid::System system = one_bus();
        add_storage(system, row);
        const SpanSolution found =
            solve_at_prices(system, {0, 12}, {model::Kind::storage, 0}, price);
        EXPECT_NEAR(found.cost_cny, best_by_trying(row, price), 1e-6) << "trial " << trial;
    }
}

} // namespace
