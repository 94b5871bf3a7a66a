// The engine by prices gives the same, bit by bit, whichever rank has which block.
#include "base/comm.hpp"
#include "kernel_runtime.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "random_system.hpp"
#include "solve/prices/dual_step.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/oracles/general_oracle.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

TEST(PriceEngine, TheSameOnAnyNumberOfRanks) {
    const Comm comm = world();
    grid::System system = testing::random_system(3, 12);
    testing::add_random_policy(3, system);
    testing::add_random_links(3, 12, system);
    const model::Context context(system, {0, 12});
    std::vector<lp::Block> blocks;
    model::build_blocks(context, partition::share_out(system, 1), 0, blocks);
    const lp::Coupling coupling = model::make_coupling(context);
    std::vector<Oracle> all;
    std::vector<Oracle> own;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        all.push_back(general_oracle(blocks[k], 12, false));
        if (static_cast<int>(k) % comm.size() == comm.rank()) {
            own.push_back(general_oracle(blocks[k], 12, false));
        }
    }
    const std::vector<char> handled(coupling.rows.size(), 0);
    const Found one = PriceEngine(Comm(MPI_COMM_SELF), coupling, std::move(all), handled)
                          .run({.most_iterations = 60});
    const Found shared =
        PriceEngine(comm, coupling, std::move(own), handled).run({.most_iterations = 60});
    EXPECT_EQ(shared.bound, one.bound);
    EXPECT_EQ(shared.row_price, one.row_price);
    EXPECT_EQ(shared.iterations, one.iterations);
}

TEST(PriceEngine, StepsAfterItsMetricWasForgottenAreTheSame) {
    lp::Coupling coupling;
    coupling.hours = 2;
    coupling.channels = {"a", "b"};
    coupling.patterns.push_back({"NW-1", "balance", {0, 1}, {1.0, 0.5}});
    coupling.rows.push_back({0, 0, 1, 10.0, 10.0});
    coupling.rows.push_back({0, 1, 2, 20.0, 20.0});
    const Movers movers{
        {{0}, {1}}, {{1.0}, {1.0}}, {5.0, 8.0, 6.0, 7.0}, {{13.0, 13.0}, {13.0, 13.0}}};
    const std::vector<int> all{0, 1};
    const std::vector<double> sums{4.0, 25.0};
    const auto two_steps = [&](bool forget) {
        DualStep dual(coupling, {0, 0}, movers, all);
        for (const std::size_t row : {0U, 1U}) {
            dual.set_box(row, -1e4, 1e4);
        }
        dual.step(sums, 100.0, 100.0);
        if (forget) {
            dual.forget_metric();
        }
        dual.step(sums, 50.0, 50.0);
        return dual.prices();
    };
    const std::vector<double> price = two_steps(false);
    EXPECT_GT(price[0], 0.0);
    EXPECT_LT(price[1], 0.0);
    EXPECT_EQ(two_steps(true), price);
}

// A row over a year whose weights are no short binary fractions has more digits than a number: its
// sum is the same, bit by bit, however channels are dealt to ranks.
TEST(PriceEngine, SumsOverAYearDoNotDependOnRanks) {
    const Comm comm = world();
    lp::Coupling coupling;
    coupling.hours = 8760;
    coupling.channels = {"a", "b", "c"};
    coupling.patterns.push_back({"PT-1", "shares", {0, 1, 2}, {0.3, 0.7, -0.2}});
    coupling.rows.push_back({0, 0, 8760, 0.0, lp::infinity});
    coupling.rows.push_back({0, 5, 6, 0.0, lp::infinity});
    const std::vector<int> all{0, 1, 2};
    const auto step = [&] { return DualStep(coupling, {0, 0}, Movers{}, all); };
    std::vector<double> channel(3 * 8760);
    std::vector<double> own(channel.size(), 0.0);
    std::mt19937 random(7);
    for (std::size_t k = 0; k < channel.size(); ++k) {
        channel[k] = std::floor(4096.0 * std::uniform_real_distribution(0.0, 3e5)(random)) / 4096.0;
        if (static_cast<int>(k / 8760) % comm.size() == comm.rank()) {
            own[k] = channel[k];
        }
    }
    std::vector<double> whole{0.0, 0.0, 2.5};
    std::vector<double> shared{0.0, 0.0, comm.root() ? 2.5 : 0.0};
    step().add_up(Comm(MPI_COMM_SELF), channel, whole);
    step().add_up(comm, own, shared);
    EXPECT_EQ(shared, whole);
    double roughly = 0.0;
    for (std::size_t t = 0; t < 8760; ++t) {
        roughly += 0.3 * channel[t] + 0.7 * channel[8760 + t] - 0.2 * channel[2 * 8760 + t];
    }
    EXPECT_NEAR(whole[0], roughly, 1e-4 * roughly);
    EXPECT_EQ(whole[2], 2.5);
}

} // namespace
} // namespace longyang::solve::prices
