#pragma once

#include "../model/more_plants.hpp"
#include "../model/random_plant.hpp"
#include "../model/small_system.hpp"
#include "../solve/priced_block.hpp"
#include "certify/prices.hpp"
#include "model/blocks.hpp"
#include "model/oracle_data.hpp"
#include "solve/highs/engine.hpp"

#include <cmath>
#include <limits>
#include <vector>

// Random blocks and prices for the tests of certify, and their best plans by HiGHS.

namespace longyang::certify {

using testing::Random;

/// A system with one plant and prices of its channels.
struct Example {
    grid::System system = testing::one_bus();
    int hours = 24;
    std::vector<double> price; ///< channels x hours

    [[nodiscard]] model::Context context() const { return {system, {0, hours}}; }
    [[nodiscard]] Prices prices() const { return {price, static_cast<std::size_t>(hours)}; }

    /// Prices at the bus around `level`, of reserve at times.
    void draw_prices(Random& random, double level, double swing) {
        const int channels = model::Channels(system).count();
        const bool smooth = random.one_in(2);
        for (int c = 0; c < channels; ++c) {
            for (int t = 0; t < hours; ++t) {
                const double wave = std::sin(0.26 * t);
                const double noise = random.number(-1, 1);
                price.push_back(c == 0 ? level + swing * (smooth ? wave + 0.2 * noise : noise)
                                       : std::max(0.0, random.number(-80, 40)));
            }
        }
    }
    void add_reserves() {
        testing::add_reserve(system, 0, "up", "spinning", 100, 1000);
        testing::add_reserve(system, 0, "up", "non_spinning", 100, 1000);
        testing::add_reserve(system, 0, "down", "spinning", 100, 1000);
    }
    /// Prices times what could be moved: what differences are measured by.
    [[nodiscard]] double turnover(double most_mw) const {
        double sum = 1.0;
        for (const double cny : price) {
            sum += std::abs(cny) * most_mw;
        }
        return sum;
    }
    /// Least cost less earnings by HiGHS; infinity where there is no plan.
    [[nodiscard]] double by_highs(model::BlockId id) const {
        lp::Block block;
        model::build_block(context(), id, block);
        solve::highs::Engine engine(testing::priced(block, hours, price));
        solve::highs::Settings settings;
        settings.gap = 0.0;
        const solve::highs::Outcome outcome = engine.solve_integer(settings, {});
        return outcome.status == solve::highs::Status::optimal
                   ? outcome.cost
                   : std::numeric_limits<double>::infinity();
    }
};

} // namespace longyang::certify
