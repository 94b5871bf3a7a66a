#include "../solve/kernel_runtime.hpp"
#include "certify/heat_plants.hpp"
#include "certify/stores.hpp"
#include "certify/units.hpp"
#include "grid/expand_units.hpp"
#include "lp/flat.hpp"
#include "model/coupling.hpp"
#include "random_examples.hpp"
#include "solve/prices/heat_bound.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

// Joint bounds of a power block and its heat store, by certify and by the engine, against HiGHS on
// the two blocks with TH-18 between them.

namespace longyang::certify {
namespace {

/// A plant with one or several units and its store; prices of a day's shape.
Example random_heat_plant(Random& random, int units, bool reserve) {
    Example e;
    e.hours = random.whole(24, units > 1 ? 36 : 60);
    testing::Plant plant;
    plant.units = units;
    const double most_mw = random.number(50, 150);
    const double least_mw = most_mw * random.number(0.15, 0.5);
    plant.curve = {{least_mw, 3.6 * (0.15 * most_mw + 2.0 * least_mw)},
                   {most_mw, 3.6 * (0.15 * most_mw + 2.0 * most_mw)}};
    plant.variable_om_cny_per_mwh = random.number(0, 30);
    plant.min_up_h = random.whole(1, 4);
    plant.min_down_h = random.whole(1, 4);
    plant.start_ramp_mw = random.one_in(2) ? 1e5 : random.number(least_mw, most_mw);
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
    store.discharge_max_mw = full_mwh + store.start_heat_mwh * units;
    store.energy_max_mwh = full_mwh * random.number(1, 10);
    store.energy_initial_mwh = store.energy_max_mwh * random.number(0, 0.5);
    store.inflow_mw = full_mwh * random.number(0.5, 2.0);
    store.inflow_profile = testing::add_profile(e.system, sun);
    store.loss_per_h = random.one_in(3) ? random.number(0, 0.005) : 0.0;
    testing::add_power_block(e.system, item, store);
    if (random.one_in(4)) {
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
    const grid::System single = grid::expand_units(e.system);
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
                port.value * e.price[static_cast<std::size_t>(port.channel * e.hours + port.hour)];
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
    return outcome.status == solve::highs::Status::optimal ? outcome.cost
                                                           : std::nan("");
}

TEST(HeatPlants, Compare) {
    Random random(5);
    for (int run = 0; run < 60; ++run) {
        Example e = random_heat_plant(random, run < 30 ? 1 : random.whole(2, 3), random.one_in(2));
        const double best = by_highs(e);
        const auto groups = model::unit_groups(e.context(), 0);
        const lp::Store store = model::store_data(e.context(), 0);
        fmt::print("{} best {:.3f} certify {:.3f} {:.3f} engine {:.3f} {:.3f}\n", run, best,
                   heat_plant_bound(groups, store, e.prices(), 50) - best,
                   heat_plant_bound(groups, store, e.prices(), 400) - best,
                   solve::prices::joint_heat_bound(groups, store, e.price, e.prices().hours, 48) - best,
                   solve::prices::joint_heat_bound(groups, store, e.price, e.prices().hours, 400) - best);
    }
}

} // namespace
} // namespace longyang::certify
