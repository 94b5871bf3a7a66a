#include "grid/service.hpp"
#include "model/oracle_data.hpp"
#include "small_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

// DC links worked out by hand: NW-5 of docs/theory/network.md. Two islands of a bus each; west
// makes power at 200 CNY/MWh, east at 500.

namespace {

using namespace longyang;
using namespace longyang::testing;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

constexpr double cny = 1e-3;

grid::System two_islands(double west_cny = 200, double east_cny = 500) {
    grid::System system = one_bus();
    add_bus(system, add_region(system));
    add_flexible(system, 0, 1000, west_cny);
    add_flexible(system, 1, 1000, east_cny);
    add_load(system, 0, {100});
    add_load(system, 1, {300});
    return system;
}

/// Of the first link, by hour.
struct Flows {
    std::vector<double> forward, backward;
};
Flows flows_of(const Solution& s) {
    return {row_of(s.schedule.dc_link_forward_mw, 0), row_of(s.schedule.dc_link_backward_mw, 0)};
}

TEST(DcLinks, CheapPowerGoesAcrossLessItsLoss) {
    grid::System system = two_islands();
    add_dc_link(system, {.p_max_mw = 100, .loss_pu = 0.1});
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(flows_of(s).forward, ElementsAre(100));
    EXPECT_THAT(flows_of(s).backward, ElementsAre(0));
    // 100 MW of its own load and 100 sent in the west, 300 less 90 in the east.
    EXPECT_NEAR(s.cost_cny, 200 * 200 + 210 * 500, cny);
    EXPECT_NEAR(s.price[0], 200, 1e-6);
    EXPECT_NEAR(s.price[1], 500, 1e-6);
}

TEST(DcLinks, WithRoomLeftPricesDifferByTheLoss) {
    grid::System system = two_islands();
    add_dc_link(system, {.p_max_mw = 500, .loss_pu = 0.2});
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(flows_of(s).forward, ElementsAre(375)); // 0.8 x 375 = 300
    EXPECT_NEAR(s.price[1], 200 / 0.8, 1e-6);
}

TEST(DcLinks, OneWayUnlessToldOtherwise) {
    grid::System system = two_islands(500, 200);
    add_dc_link(system, {.p_max_mw = 100});
    EXPECT_THAT(flows_of(solve_span(system, 1)).backward, ElementsAre(0));
    system.dc_links.p_min_mw = {-80};
    system.dc_links.loss_pu = {0.25};
    const Solution s = solve_span(system, 1);
    EXPECT_THAT(flows_of(s).forward, ElementsAre(0));
    EXPECT_THAT(flows_of(s).backward, ElementsAre(80));
    EXPECT_NEAR(s.cost_cny, 40 * 500 + 380 * 200, cny);
}

TEST(DcLinks, AvailabilityHoldsForBothWays) {
    grid::System system = two_islands();
    const int share = add_profile(system, {1, 0.5, 0});
    add_dc_link(system, {.p_max_mw = 100, .p_min_mw = -60, .p_max_profile = share});
    EXPECT_THAT(flows_of(solve_span(system, 3)).forward, ElementsAre(100, 50, 0));
    grid::System other = two_islands(500, 200);
    const int same = add_profile(other, {1, 0.5, 0});
    add_dc_link(other, {.p_max_mw = 100, .p_min_mw = -60, .p_max_profile = same});
    EXPECT_THAT(flows_of(solve_span(other, 3)).backward, ElementsAre(60, 30, 0));
}

TEST(DcLinks, ALeastPowerIsSentAgainstPrices) {
    grid::System system = two_islands(500, 200);
    const int share = add_profile(system, {1, 0.5});
    add_dc_link(system, {.p_max_mw = 100, .p_min_mw = 40, .p_max_profile = share});
    const Solution s = solve_span(system, 2);
    EXPECT_THAT(flows_of(s).forward, ElementsAre(40, 20));
    EXPECT_THAT(flows_of(s).backward, ElementsAre(0, 0));
}

TEST(DcLinks, OutOfServiceItCarriesNothing) {
    grid::System system = two_islands();
    add_dc_link(system, {.p_max_mw = 100, .p_min_mw = -100});
    add_service(system, "dc_links", "link0", 1, 8760);
    grid::apply_service(system);
    EXPECT_THAT(flows_of(solve_span(system, 2)).forward, ElementsAre(0, 100));
}

// Of 50 MW that have to be made in the west beyond its load the east can use 10, and no more load
// is there: f - 0.5 b = 50 and 0.5 f - b = 10 leave 30 MW on the way there and 10 on the way back.
TEST(DcLinks, BothWaysAtOnceBurnPowerWherePricesAreNegative) {
    grid::System system = one_bus();
    add_bus(system, add_region(system));
    Plant plant;
    plant.must_run_units = 1;
    plant.curve = {{150, 30000}, {200, 50000}};
    add_plant(system, plant); // 150 MW at least
    add_load(system, 0, {100});
    add_load(system, 1, {10});
    add_dc_link(system, {.p_max_mw = 100, .p_min_mw = -100, .loss_pu = 0.5});
    const Solution s = solve_span(system, 1);
    ASSERT_EQ(s.status, solve::highs::Status::optimal);
    const double forward = flows_of(s).forward[0];
    const double backward = flows_of(s).backward[0];
    EXPECT_NEAR(forward - 0.5 * backward, 50, 1e-6);
    EXPECT_NEAR(0.5 * forward - backward, 10, 1e-6);
    EXPECT_NEAR(backward, 20, 1e-6);
}

TEST(DcLinks, BesideABranchOfItsIsland) {
    grid::System system = two_islands();
    add_branch(system, 0, 1);
    add_dc_link(system, {.p_max_mw = 50});
    const model::Context context(system, {0, 1});
    std::vector<lp::Block> blocks;
    model::build_blocks(context, partition::share_out(system, 1), 0, blocks);
    std::vector<std::string> names;
    for (const lp::Block& block : blocks) {
        names.push_back(block.name);
    }
    EXPECT_THAT(names, ElementsAre("renewable:flexible0", "renewable:flexible1", "dc_forward:link0",
                                   "dc_backward:link0", "load:load0", "load:load1"));
    const Solution s = solve_span(system, 1);
    EXPECT_NEAR(s.cost_cny, 400 * 200, cny); // nothing limits the branch here
}

// PE-6: what the engine by prices gets is the block's column, with a port at each bus.
TEST(DcLinks, IsTwoAmountsByTheHourWithTwoPorts) {
    grid::System system = two_islands();
    const int share = add_profile(system, {1, 0.5});
    add_dc_link(system, {.p_max_mw = 100, .p_min_mw = -60, .loss_pu = 0.1, .p_max_profile = share});
    const model::Context context(system, {0, 2});
    const auto forward =
        std::get<lp::HourlyAmount>(model::oracle_data(context, {model::Kind::dc_forward, 0}));
    EXPECT_THAT(forward.channel, ElementsAre(0, 1));
    EXPECT_THAT(forward.weight, ElementsAre(-1, 0.9));
    EXPECT_THAT(forward.high.all(), ElementsAre(100, 50));
    EXPECT_THAT(forward.low.all(), ElementsAre(0, 0));
    EXPECT_THAT(forward.cny_per_unit.all(), ElementsAre(0, 0));
    EXPECT_THAT(forward.down, IsEmpty());
    const auto backward =
        std::get<lp::HourlyAmount>(model::oracle_data(context, {model::Kind::dc_backward, 0}));
    EXPECT_THAT(backward.channel, ElementsAre(1, 0));
    EXPECT_THAT(backward.high.all(), Pointwise(DoubleNear(1e-9), {60.0, 30.0}));
}

} // namespace
