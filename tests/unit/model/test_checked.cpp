// What the programme's solution becomes, seen by the checker, which has equations of its own.
#include "base/comm.hpp"
#include "more_plants.hpp"
#include "partition/partition.hpp"
#include "random_flexible.hpp"
#include "small_system.hpp"
#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// Whole numbers and choices drawn at random.
class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    bool toss() { return whole(0, 1) == 1; }
    /// Hourly shares in steps of 1/20, for a day.
    std::vector<double> shares(int low, int high) {
        std::vector<double> values;
        for (int t = 0; t < 24; ++t) {
            values.push_back(0.05 * whole(low, high));
        }
        return values;
    }

private:
    std::mt19937 random_;
};

void add_river(grid::System& system, Dice& dice) {
    const int count = dice.whole(1, 3);
    const int first = static_cast<int>(system.reservoirs.line.size());
    for (int k = 0; k < count; ++k) {
        ReservoirRow row;
        row.downstream = k == 0 ? -1 : first + dice.whole(0, k - 1);
        row.travel_h = dice.whole(0, 3);
        row.storage_min_hm3 = 2;
        row.storage_max_hm3 = 12;
        row.inflow_m3_per_s = dice.whole(50, 600);
        std::vector<double> reference = {6};
        for (int t = 1; t < 30; ++t) {
            reference.push_back(reference.back() + 0.01 * dice.whole(-10, 10));
        }
        row.reference_profile = add_profile(system, reference);
        row.release_min_m3_per_s = dice.toss() ? dice.whole(0, 400) : 0;
        row.release_max_m3_per_s = dice.whole(2000, 4000);
        row.storage_max_profile = dice.toss() ? add_profile(system, dice.shares(9, 20)) : -1;
        row.terminal_shortfall_cny_per_hm3 = dice.whole(100000, 2000000);
        const int reservoir = add_reservoir(system, row);
        for (int s = dice.whole(0, 2); s > 0; --s) {
            StationRow station;
            station.reservoir = reservoir;
            station.p_max_mw = dice.whole(100, 900);
            station.flow_max_m3_per_s = dice.whole(100, 900);
            station.mw_per_m3_per_s = 0.25 * dice.whole(2, 6);
            station.variable_om_cny_per_mwh = dice.whole(0, 20);
            const int number = add_station(system, station);
            if (dice.toss()) {
                add_head_segment(system, number, 2, station.mw_per_m3_per_s);
                add_head_segment(system, number, 5.5, 1.1 * station.mw_per_m3_per_s);
                add_head_segment(system, number, 6.5, 1.2 * station.mw_per_m3_per_s);
            }
        }
    }
    if (count > 1 && dice.toss()) {
        PumpRow pump;
        pump.reservoir_from = first;
        pump.reservoir_to = first + dice.whole(1, count - 1);
        pump.p_max_mw = dice.whole(50, 400);
        pump.mw_per_m3_per_s = 0.25 * dice.whole(3, 8);
        pump.variable_om_cny_per_mwh = dice.whole(0, 5);
        add_pump(system, pump);
    }
}

void add_line(grid::System& system, Dice& dice) {
    HvdcRow row;
    row.p_max_mw = dice.whole(200, 800);
    row.p_min_mw = dice.toss() ? -0.5 * row.p_max_mw : dice.whole(0, 100);
    // A line that can import has no levels here: with them, an hour of less availability forces
    // changes (its levels move with its lower limit), which its ramp and its number may forbid.
    row.level_step_mw = row.p_min_mw >= 0 && dice.toss() ? dice.whole(50, 150) : 0;
    row.block_h = dice.toss() ? 2 : 1;
    row.ramp_mw_per_block = dice.whole(150, 800);
    row.max_changes_per_day = dice.whole(0, 3);
    row.loss_rated_pu = 0.01 * dice.whole(0, 8);
    row.export_value_cny_per_mwh = 100 * dice.whole(0, 4);
    if (dice.toss()) {
        std::vector<double> available(24, 1.0);
        available[static_cast<std::size_t>(dice.whole(0, 9))] = 0.0;
        available[static_cast<std::size_t>(dice.whole(0, 9))] = 0.35;
        row.p_max_profile = add_profile(system, available);
    }
    const int line = add_hvdc(system, row);
    if (dice.toss()) {
        const double middle_mw = 0.5 * (std::max(row.p_min_mw, 0.0) + row.p_max_mw);
        add_contract(system, "hvdc", "line" + std::to_string(line), "day", 0, 24e-3 * middle_mw,
                     0.5);
    }
}

grid::System random_system(unsigned seed) {
    Dice dice(seed);
    grid::System system = one_bus();
    add_river(system, dice);
    add_river(system, dice);
    add_line(system, dice);
    add_line(system, dice);
    for (int k = dice.whole(0, 2); k > 0; --k) {
        StorageRow row;
        row.charge_max_mw = dice.toss() ? dice.whole(50, 300) : 0;
        row.discharge_max_mw = dice.whole(50, 300);
        row.energy_max_mwh = dice.whole(100, 900);
        row.efficiency_charge = 0.01 * dice.whole(70, 100);
        row.efficiency_discharge = 0.01 * dice.whole(40, 100);
        row.variable_om_cny_per_mwh = dice.whole(0, 30);
        row.energy_initial_mwh = 0.01 * dice.whole(0, 100) * row.energy_max_mwh;
        if (row.charge_max_mw > 0) {
            row.loss_per_h = 0.001 * dice.whole(0, 10);
        } else {
            row.inflow_mw = dice.whole(20, 200);
        }
        add_storage(system, row);
    }
    add_flexible(system, 0, dice.whole(100, 1000), dice.whole(0, 10),
                 add_profile(system, dice.shares(0, 20)), "wind");
    system.renewables.curtailment_cny_per_mwh[0] = dice.whole(0, 50);
    add_flexible(system, 0, 1500, 350, add_profile(system, {1}), "other");
    std::vector<double> load;
    for (int t = 0; t < 24; ++t) {
        load.push_back(dice.whole(200, 2500));
    }
    add_load(system, 0, load);
    add_reserve(system, 0, "up", "spinning", dice.whole(0, 600), 5000);
    add_reserve(system, 0, "down", "spinning", dice.whole(0, 600), 5000);
    return system;
}

/// Flexible loads for every second system, of which some may have no plan.
grid::System with_flexible_loads(unsigned seed) {
    grid::System system = random_system(seed);
    Random random(seed);
    for (int k = 0; seed % 2 == 0 && k < 3; ++k) {
        FlexibleRow row = random_flexible(system, random, 24, random.one_in(2));
        row.energy_initial_mwh *= row.late_h == 0 ? 1.0 : 0.0;
        row.energy_initial_profile =
            random.one_in(2) ? -1 : random_profile(system, random, 24, 0.7, 1.1);
        add_flexible_load(system, row);
    }
    return system;
}

/// Every third system has an island beside it, with two links.
grid::System with_links(unsigned seed) {
    grid::System system = with_flexible_loads(seed);
    Dice dice(seed);
    if (seed % 3 != 0) {
        return system;
    }
    const int island = add_bus(system, 0);
    add_flexible(system, island, 600, dice.whole(0, 700));
    add_load(system, island, {200, 500, 300});
    for (int k = 0; k < 2; ++k) {
        DcLinkRow row;
        row.p_max_mw = dice.whole(0, 400);
        row.p_min_mw = dice.toss() ? -dice.whole(0, 400) : 0.2 * row.p_max_mw;
        row.loss_pu = 0.01 * dice.whole(0, 10);
        row.p_max_profile = dice.toss() ? add_profile(system, dice.shares(0, 20)) : -1;
        add_dc_link(system, row);
    }
    return system;
}

TEST(Checked, TheCheckerFindsNothingInRandomSystemsAndTheSameCost) {
    for (unsigned seed = 1; seed <= 24; ++seed) {
        const grid::System system = with_links(seed);
        const SpanSolution found = solve_span(system, {static_cast<int>(seed % 3), 8}, {}, 0.05);
        ASSERT_EQ(found.status, solve::highs::Status::optimal) << "seed " << seed;
        const verify::Report report =
            verify::check_schedule(world(), system, partition::share_out(system, 1), found.schedule,
                                   verify::Flows{}, verify::Settings{});
        EXPECT_EQ(report.found, 0) << "seed " << seed;
        for (const verify::Breach& breach : report.breaches) {
            ADD_FAILURE() << breach.rule << " of " << breach.item << " in hour " << breach.hour
                          << ": " << breach.found << " against " << breach.limit << " "
                          << breach.unit;
        }
        EXPECT_GT(report.checks, 500);
        EXPECT_NEAR(report.cost_cny, found.cost_cny, 1e-7 * std::abs(found.cost_cny))
            << "seed " << seed;
    }
}

} // namespace
