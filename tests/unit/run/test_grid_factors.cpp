#include "../model/small_system.hpp"
#include "../powerflow/backends.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace longyang::run {
namespace {

/// 200 MW over two circuits, in the second hour over three; their ratings differ by a rounding, as
/// flows do with the number of ranks.
TEST(GridFactors, LimitsBrokenAlikeEnterInOneOrderInAllStages) {
    const Comm comm = world();
    grid::System system = testing::one_bus();
    const int bus = testing::add_bus(system, 0);
    for (int k = 0; k < 3; ++k) {
        testing::add_branch(system, 0, bus);
    }
    system.branches.rating_mw = {40.0, 40.0 - 1e-9, 0.0};
    testing::add_service(system, "branches", system.branches.name[2], 1, 8760);
    const GridFactors grid = factorise(comm, system, partition::share_out(system, 1), {0, 2});
    ASSERT_EQ(grid.stages.size(), 2U);
    const std::vector<double> injection_mw = {200.0, 200.0, -200.0, -200.0};
    std::vector<std::pair<int, int>> order;
    for (const powerflow::LimitViolation& violation :
         check_flows(comm, grid, system, 2, injection_mw, {1e-3, 10}).violations) {
        order.emplace_back(violation.hour, violation.item);
    }
    EXPECT_EQ(order, (std::vector<std::pair<int, int>>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
}

} // namespace
} // namespace longyang::run
