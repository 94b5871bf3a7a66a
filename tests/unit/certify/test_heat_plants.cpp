#include "../solve/kernel_runtime.hpp"
#include "base/error.hpp"
#include "certify/heat_plants.hpp"
#include "grid/expand_units.hpp"
#include "lp/flat.hpp"
#include "model/coupling.hpp"
#include "random_examples.hpp"
#include "solve/prices/heat/bound.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <vector>

// Joint bounds of a power block and its heat store, by certify and by the engine, against HiGHS on
// the two blocks with TH-18 between them.

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

int runs(int usual) {
    const char* asked = std::getenv("LONGYANG_RANDOM_UNITS");
    return asked == nullptr ? usual : std::atoi(asked);
}

/// A plant with one or several units and its store; prices of a day's shape.
/// held: with least times, limits of starts and outages, and at times less heat an hour than full
/// output or a start takes.
Example random_heat_plant(Random& random, int units, bool held, bool reserve) {
    Example e;
    e.hours = random.whole(24, units > 1 ? 36 : 60);
    testing::Plant plant;
    plant.units = units;
    const double most_mw = random.number(50, 150);
    const double least_mw = most_mw * random.number(0.15, 0.5);
    plant.curve = {{least_mw, 3.6 * (0.15 * most_mw + 2.0 * least_mw)},
                   {most_mw, 3.6 * (0.15 * most_mw + 2.0 * most_mw)}};
    plant.variable_om_cny_per_mwh = random.number(0, 30);
    if (held) {
        plant.min_up_h = random.whole(1, 4);
        plant.min_down_h = random.whole(1, 4);
        plant.start_ramp_mw = random.one_in(2) ? 1e5 : random.number(least_mw, most_mw);
    }
    plant.spinning_up_mw = random.number(0.1, 0.5) * most_mw;
    plant.spinning_down_mw = random.number(0.1, 0.5) * most_mw;
    plant.tiers = {{plant.min_down_h, random.number(0, 300) * most_mw}};
    if (random.one_in(2)) {
        plant.initial_units_on = random.whole(0, units);
        plant.initial_h = random.whole(1, 6);
        plant.initial_p_mw = least_mw;
    }
    const int item = testing::add_plant(e.system, plant);
    std::vector<double> sun;
    for (int t = 0; t < e.hours; ++t) {
        const double height = std::sin(0.2618 * (t % 24 - 6));
        sun.push_back(std::max(0.0, height) * random.number(0.3, 1.0));
    }
    testing::HeatStore store;
    const double full_mwh = 2.2 * most_mw * units;
    store.start_heat_mwh = random.one_in(3) ? 0.0 : random.number(0.1, 0.7) * 2.15 * most_mw;
    const double least_mwh = 0.15 * most_mw + 2.0 * least_mw;
    store.discharge_max_mw =
        (held && random.one_in(2) ? random.number(least_mwh, 2.15 * most_mw) : 2.2 * most_mw) *
            units +
        store.start_heat_mwh * units;
    if (held && random.one_in(4)) { // a start is as much as there is
        store.discharge_max_mw = (least_mwh + store.start_heat_mwh) * units;
    }
    store.energy_max_mwh = full_mwh * random.number(1, 10);
    store.energy_initial_mwh = store.energy_max_mwh * random.number(0, 0.5);
    store.inflow_mw = full_mwh * random.number(0.5, 2.0);
    store.inflow_profile = testing::add_profile(e.system, sun);
    store.loss_per_h = random.one_in(3) ? random.number(0, 0.005) : 0.0;
    testing::add_power_block(e.system, item, store);
    if (held && random.one_in(4)) {
        const int from = random.whole(0, e.hours);
        testing::add_outage(e.system, item, from, from + random.whole(1, 12), 1);
    }
    if (reserve) {
        e.add_reserves();
    }
    e.draw_prices(random, random.number(50, 300), random.number(50, 250));
    return e;
}

/// Both blocks (units one by one) with TH-18, the other channels at their prices.
double by_highs(const Example& e) {
    const grid::System single = grid::expand_units(e.system, 0);
    const model::Context context(single, {0, e.hours});
    const lp::Coupling all = model::make_coupling(context);
    lp::Coupling heat;
    heat.hours = e.hours;
    heat.channels = all.channels;
    heat.patterns = all.patterns;
    std::copy_if(all.rows.begin(), all.rows.end(), std::back_inserter(heat.rows),
                 [&](const lp::CouplingRow& row) {
                     return all.patterns[static_cast<std::size_t>(row.pattern)].tag == "TH-18";
                 });
    const int channel = context.channels.heat(0);
    std::vector<model::BlockId> ids{{model::Kind::storage, 0}};
    for (std::size_t k = 0; k < single.thermal.name.size(); ++k) {
        ids.push_back({model::Kind::thermal, static_cast<int>(k)});
    }
    std::vector<lp::Block> blocks(ids.size());
    for (std::size_t k = 0; k < ids.size(); ++k) {
        lp::Block& block = blocks[k];
        model::build_block(context, ids[k], block);
        std::vector<lp::Port> kept;
        for (const lp::Port& port : block.ports) {
            if (port.channel == channel) {
                kept.push_back(port);
                continue;
            }
            const double cny =
                port.value * e.prices().at(port.channel, static_cast<std::size_t>(port.hour));
            (port.column < 0 ? block.fixed_cost
                             : block.cost[static_cast<std::size_t>(port.column)]) -= cny;
        }
        block.ports = kept;
    }
    solve::highs::Engine engine(lp::flatten(blocks, heat));
    solve::highs::Settings settings;
    settings.gap = 0.0;
    settings.time_limit_s = 60.0;
    const solve::highs::Outcome outcome = engine.solve_integer(settings, {});
    return outcome.status == solve::highs::Status::optimal ? outcome.cost : infinity;
}

struct Seen {
    int possible = 0, impossible = 0, told = 0, gained = 0; ///< told: without asking for prices
    double worst_certify = 0.0, worst_engine = 0.0; ///< shares of the turnover that are missing
};

/// Both bounds are below the best plan of HiGHS, near to each other and to that plan (`near`, of
/// the turnover), and of one unit not below what the parts give.
void check(const Example& e, double near, Seen& seen) {
    const std::vector<lp::UnitGroup> groups = model::unit_groups(e.context(), 0);
    const lp::Store store = model::store_data(e.context(), 0);
    const Prices prices = e.prices();
    double best = infinity;
    try {
        best = by_highs(e);
    } catch (const Error&) {
        // The model itself sees that nothing is possible.
    }
    std::vector<lp::UnitGroup> held = groups;
    solve::prices::hold_from_before(held);
    const bool has_plan = solve::prices::has_joint_plan(held, store, prices.hours, true);
    EXPECT_TRUE(has_plan || !std::isfinite(best));
    for (std::size_t hours = 1; hours <= prices.hours; ++hours) { // the first ones ask for no more
        EXPECT_TRUE(!has_plan || solve::prices::has_joint_plan(held, store, hours, false));
    }
    if (!std::isfinite(best)) {
        ++seen.impossible;
        seen.told += has_plan ? 0 : 1;
        return;
    }
    ++seen.possible;
    const double size = e.turnover(groups.front().p_max_mw[0] * e.system.thermal.units[0]);
    for (const int cells : {12, 60, 600}) {
        const double bound = heat_plant_bound(groups, store, prices, cells);
        const double engine =
            solve::prices::joint_heat_bound(groups, store, e.price, prices.hours, cells);
        EXPECT_LE(bound, best + 1e-8 * size) << cells;
        EXPECT_LE(engine, best + 1e-8 * size) << cells;
        if (cells == 600) {
            // With the most cells that certify takes before it refutes: its borders are the same
            // in all hours, the engine's go with what is in the store.
            const double fine = heat_plant_bound(groups, store, prices, 16 * cells);
            EXPECT_LE(fine, best + 1e-8 * size);
            EXPECT_GE(fine, best - near * size);
            EXPECT_GE(engine, best - near * size);
            EXPECT_NEAR(fine, engine, 1e-4 * size);
            seen.worst_certify = std::max(seen.worst_certify, (best - fine) / size);
            seen.worst_engine = std::max(seen.worst_engine, (best - engine) / size);
        }
    }
    const solve::prices::HeatPlantBound both =
        solve::prices::heat_plant_bound(groups, store, e.price, prices.hours);
    EXPECT_LE(both.block_cny + both.store_cny, best + 1e-8 * size);
    EXPECT_GE(both.gain_cny(),
              groups.front().units == 1 && groups.size() == 1 ? -1e-4 * size : -infinity);
    seen.gained += both.gain_cny() > 1e-3 * size ? 1 : 0;
}

Seen check_many(std::uint64_t seed, int count, bool single, bool held, double near) {
    Random random(seed);
    Seen seen;
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        const int units = single ? 1 : random.whole(2, 3);
        check(random_heat_plant(random, units, held, random.one_in(2)), near, seen);
    }
    fmt::print("{} possible, {} not, {} of them told, {} gained; missing at worst {:.1e} "
               "(certify), {:.1e} (engine)\n",
               seen.possible, seen.impossible, seen.told, seen.gained, seen.worst_certify,
               seen.worst_engine);
    return seen;
}

// The best plan of one unit is found but for what cells lose (PE-79).
TEST(HeatPlants, OneUnitAgainstHighs) {
    const Seen seen = check_many(5, runs(20), true, true, 1e-4);
    EXPECT_GT(seen.possible, runs(20) / 2);
    EXPECT_GT(seen.gained, runs(20) / 4);
}

// So is that of several that may start and stop in any hour (PE-80).
TEST(HeatPlants, SeveralUnitsAgainstHighs) {
    const Seen seen = check_many(6, runs(5), false, false, 2e-5);
    EXPECT_GT(seen.possible, runs(5) / 2);
}

// Least times and limits of starts, which PE-80 leaves out, never bring it above the best plan.
TEST(HeatPlants, SeveralUnitsWithLeastTimesAgainstHighs) {
    const Seen seen = check_many(7, runs(5), false, true, 0.06);
    EXPECT_GT(seen.possible, runs(5) / 2);
}

// By hand: a unit of 10 to 50 MW that takes 2 MWh of heat a MWh, of which the store gives 60 an
// hour: 30 MW at most. At 100 CNY/MWh and 10 CNY/MW of upward reserve, up to 40 MW of it, it gives
// 30 MW and holds the other 20, which nobody asks heat for: 3000 + 200 CNY.
TEST(HeatPlants, ReserveNeedsNoHeat) {
    Example e;
    e.hours = 1;
    testing::Plant plant;
    plant.curve = {{10, 72}, {50, 360}};
    plant.spinning_up_mw = 40;
    plant.initial_units_on = 1;
    plant.initial_h = 5;
    plant.initial_p_mw = 10;
    const int item = testing::add_plant(e.system, plant);
    testing::HeatStore heat;
    heat.discharge_max_mw = 60;
    heat.energy_max_mwh = 400;
    heat.energy_initial_mwh = 100;
    testing::add_power_block(e.system, item, heat);
    testing::add_reserve(e.system, 0, "up", "spinning", 25, 1000);
    const std::vector<lp::UnitGroup> groups = model::unit_groups(e.context(), 0);
    lp::Store store = model::store_data(e.context(), 0);
    store.energy_end_min_mwh = 0.0;
    e.price.assign(static_cast<std::size_t>(model::Channels(e.system).count()), 0.0);
    e.price[0] = 100.0;
    for (const int channel : groups.front().reserve.up) {
        e.price[static_cast<std::size_t>(channel)] = 10.0;
    }
    EXPECT_NEAR(heat_plant_bound(groups, store, e.prices(), 48), -3200.0, 0.01);
    EXPECT_NEAR(solve::prices::joint_heat_bound(groups, store, e.price, 1, 48), -3200.0, 0.01);
}

// By hand: a unit of 100 MW, or none, that takes 4 MWh of heat an hour, and 2 for a start at
// 1000 CNY. The store has 6 MWh and gets nothing: one start and one hour, which at 50 CNY/MWh earn
// 100 x 50 - 1000 = 4000 CNY. Apart, with heat at v CNY/MWh: a start and the hour earn 4000 - 6 v,
// a start and the next hour too, at 40 CNY/MWh, 8000 - 10 v; the store earns 6 v. At v = 800 the
// unit earns nothing (8000 - 8000) and the store 4800, at any other v it is more: a bound of 4800
// that takes six tenths of a start with two hours. Two units have the same 6 MWh.
TEST(HeatPlants, WholeStartsAreNotMixed) {
    for (const int units : {1, 2}) {
        SCOPED_TRACE(units);
        Example e;
        e.hours = 4;
        testing::Plant plant;
        plant.units = units;
        // TH-17 at 100 MW: 0.04 MWh of heat a MWh. The straight line needs two points.
        plant.curve = {{99.999999, 14.39999986}, {100, 14.4}};
        plant.tiers = {{1, 1000.0}};
        plant.initial_units_on = 0;
        plant.initial_h = 10;
        const int item = testing::add_plant(e.system, plant);
        testing::HeatStore heat;
        heat.energy_max_mwh = 12;
        heat.energy_initial_mwh = 6;
        heat.start_heat_mwh = 2;
        testing::add_power_block(e.system, item, heat);
        const std::vector<lp::UnitGroup> groups = model::unit_groups(e.context(), 0);
        lp::Store store = model::store_data(e.context(), 0);
        store.energy_end_min_mwh = 0.0;
        const auto channels = static_cast<std::size_t>(model::Channels(e.system).count());
        e.price.assign(channels * e.prices().hours, 0.0);
        std::copy_n(std::vector<double>{10, 50, 40, 10}.begin(), 4, e.price.begin());
        EXPECT_NEAR(heat_plant_bound(groups, store, e.prices(), 24), -4000.0, 0.01);
        EXPECT_NEAR(solve::prices::joint_heat_bound(groups, store, e.price, 4, 24), -4000.0, 0.01);
        // At a price of heat of 800 CNY/MWh in every hour.
        const auto of_heat = e.price.begin() + 4 * static_cast<std::ptrdiff_t>(store.injection);
        std::fill_n(of_heat, 4, 800.0);
        const solve::prices::HeatPlantBound both =
            solve::prices::heat_plant_bound(groups, store, e.price, 4);
        EXPECT_NEAR(both.block_cny + both.store_cny, -4800.0, 0.01);
        EXPECT_NEAR(both.joint_cny, -4000.0, 0.01);
    }
}

} // namespace
} // namespace longyang::certify
