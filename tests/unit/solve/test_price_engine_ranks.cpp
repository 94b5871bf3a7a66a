// The engine by prices gives the same, bit by bit, whichever rank has which block.
#include "base/comm.hpp"
#include "kernel_runtime.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "random_system.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/general_oracle.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

TEST(PriceEngine, TheSameOnAnyNumberOfRanks) {
    const Comm comm = world();
    grid::System system = testing::random_system(3, 12);
    testing::add_random_policy(3, system);
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

} // namespace
} // namespace longyang::solve::prices
