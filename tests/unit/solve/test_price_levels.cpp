#include "kernel_runtime.hpp"
#include "solve/prices/dual_step.hpp"
#include "solve/prices/price_levels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace longyang::solve::prices {
namespace {

constexpr double scale = 5.0;

/// A plant that may move by 2 MW in all hours at once, a store by 100 MW in any, each on its
/// channel; steps at scale 5 of prices in a box of 10,000 CNY/MWh.
struct PlantAndStore {
    lp::Coupling coupling;
    std::vector<std::size_t> hour_rows, long_rows;
    std::vector<double> sum, price, low, high;

    explicit PlantAndStore(int hours) {
        coupling.hours = hours;
        coupling.channels = {"plant", "store"};
    }
    int add_pattern(const char* tag, std::vector<int> channels) {
        const std::vector<double> weights(channels.size(), 1.0);
        coupling.patterns.push_back({tag, tag, std::move(channels), weights});
        return static_cast<int>(coupling.patterns.size()) - 1;
    }
    void add_row(const lp::CouplingRow& row, double sum_, double price_) {
        (row.end == row.begin + 1 ? hour_rows : long_rows).push_back(coupling.rows.size());
        coupling.rows.push_back(row);
        sum.push_back(sum_);
        price.push_back(price_);
        low.push_back(-1e4);
        high.push_back(1e4);
    }
    /// In all hours, at 10 CNY/MWh, 3 MW short.
    void add_balance() {
        const int balance = add_pattern("NW-1", {0, 1});
        for (int t = 0; t < coupling.hours; ++t) {
            add_row({balance, t, t + 1, 100.0, 100.0}, 97.0, 10.0);
        }
    }
    void step() {
        const auto hours = static_cast<std::size_t>(coupling.hours);
        std::vector<double> units(2 * hours, 2.0);
        std::fill(units.begin() + coupling.hours, units.end(), 100.0);
        const std::vector<double> plant_alone{2.0 * coupling.hours, 0.0};
        std::vector<double> effect; // movers x patterns
        for (const int mover : {0, 1}) {
            for (const lp::Pattern& pattern : coupling.patterns) {
                const auto& of = pattern.channel;
                effect.push_back(std::count(of.begin(), of.end(), mover) > 0 ? 1.0 : 0.0);
            }
        }
        PriceLevels levels;
        levels.set_metric({plant_alone, plant_alone}, units, effect);
        levels.step(coupling, hour_rows, long_rows, sum, scale, {low, high, price});
    }
};

// By hand: 3 MW are missing in every hour, 144 MWh in all, and 96 MWh can be moved: prices of all
// hours rise by 5 x 144 / 96, less the ridge of 1 %, whatever the store could do in an hour.
TEST(PriceLevels, ABalanceRisesByWhatLasts) {
    PlantAndStore system(48);
    system.add_balance();
    system.price.back() = 200.0; // hours of other prices rise by as much
    system.step();
    for (std::size_t t = 0; t < 47; ++t) {
        EXPECT_NEAR(system.price[t], 10.0 + 7.5 / 1.01, 1e-4);
    }
    EXPECT_NEAR(system.price.back(), 200.0 + 7.5 / 1.01, 1e-4);
}

// Within a day hours go alone; a row over them goes by all that serves it.
TEST(PriceLevels, ADayHasNone) {
    PlantAndStore day(24);
    day.add_balance();
    const int contract = day.add_pattern("CT-2", {1});
    day.add_row({contract, 0, 24, 240.0, 240.0}, 0.0, 20.0);
    day.step();
    EXPECT_EQ(std::count(day.price.begin(), day.price.end(), 10.0), 24);
    EXPECT_NEAR(day.price.back(), 20.0 + 5.0 * 240.0 / 2400.0, 1e-4);
}

// A limit that has a price in all hours has a level, which does not go beyond 0; one that has a
// price in half of them has none.
TEST(PriceLevels, ALimitKeepsItsSide) {
    PlantAndStore system(48);
    const int section = system.add_pattern("NW-3", {0});
    const int branch = system.add_pattern("NW-2", {0});
    for (int t = 0; t < 48; ++t) {
        system.add_row({section, t, t + 1, -50.0, 50.0}, 48.0, t < 24 ? -3.0 : -30.0);
        system.add_row({branch, t, t + 1, -50.0, 50.0}, 48.0, t < 24 ? -3.0 : 0.0);
    }
    system.step();
    // 2 MW of room are 5 CNY/MWh more.
    EXPECT_EQ(system.price[0], 0.0);
    EXPECT_NEAR(system.price.end()[-2], -30.0 + 5.0 / 1.01, 1e-4);
    EXPECT_EQ(system.price[1], -3.0);
    EXPECT_EQ(system.price.back(), 0.0);
}

// A contract for the plant's energy lacks what the balance lacks: one rise of the two together
// brings it, where each alone would rise by as much.
TEST(PriceLevels, RowsOverSeveralHoursMoveTogetherWithLevels) {
    PlantAndStore system(48);
    system.add_balance();
    const int contract = system.add_pattern("CT-2", {0});
    system.add_row({contract, 0, 48, 244.0, 244.0}, 100.0, 20.0);
    system.step();
    EXPECT_NEAR(system.price[0] - 10.0 + system.price.back() - 20.0, 7.5, 0.1);
}

// Rows of different hours have nothing to do with each other; a row that only a store serves moves
// by what the store can do.
TEST(PriceLevels, RowsOfOtherHoursAndOfStores) {
    PlantAndStore system(48);
    const int morning = system.add_pattern("CT-2", {0});
    const int evening = system.add_pattern("CT-2", {0});
    const int of_store = system.add_pattern("CT-2", {1});
    system.add_row({morning, 0, 24, 48.0, 48.0}, 0.0, 0.0);
    system.add_row({evening, 24, 48, 0.0, 0.0}, 48.0, 0.0);
    system.add_row({of_store, 0, 48, 480.0, 480.0}, 0.0, 0.0);
    system.step();
    EXPECT_NEAR(system.price[0], 5.0 * 48.0 / 48.0 / 1.01, 1e-4);
    EXPECT_NEAR(system.price[1], -5.0 * 48.0 / 48.0 / 1.01, 1e-4);
    EXPECT_NEAR(system.price[2], 5.0 * 480.0 / 4800.0 / 1.01, 1e-4);
}

} // namespace
} // namespace longyang::solve::prices
