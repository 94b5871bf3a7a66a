#include "solve/prices/rivers/supply.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace longyang::solve::prices::river {
namespace {

constexpr std::size_t hours = 4;

/// 1000 m3/s bring 3.6 hm3 an hour.
lp::RiverReservoir reservoir(double initial_hm3, double min_hm3, double max_hm3) {
    lp::RiverReservoir own;
    own.storage_initial_hm3 = initial_hm3;
    own.storage_min_hm3.assign(hours, min_hm3);
    own.storage_max_hm3.assign(hours, max_hm3);
    own.arriving_m3_per_s.assign(hours, 0.0);
    own.release_min_m3_per_s.assign(hours, 0.0);
    own.release_max_m3_per_s.assign(hours, 5000.0);
    own.release_short_cny_per_hm3 = 1e5;
    return own;
}

/// One that has 6 hm3 to send, two hours above another, whose least release takes 1.8 hm3 an hour.
lp::River two() {
    lp::River river;
    river.reservoirs = {reservoir(10.0, 4.0, 12.0), reservoir(20.0, 0.0, 30.0)};
    river.reservoirs[0].downstream = 1;
    river.reservoirs[0].travel_h = 2;
    river.reservoirs[0].arriving_m3_per_s.assign(hours, 1000.0);
    river.reservoirs[1].release_min_m3_per_s.assign(hours, 500.0);
    return river;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t t = 0; t < found.size(); ++t) {
        EXPECT_NEAR(found[t], expected[t], 1e-6) << "hour " << t;
    }
}

// Nothing comes in the first two hours; then what the upper one had and has got, less its least
// storage. Half of a percent of 7.2 hm3 may be missing, more costs 50 000 CNY/hm3 at half price.
TEST(RiverSupply, TwoReservoirsByHand) {
    const Supply supply = supply_of(two(), 1, hours);
    EXPECT_NEAR(supply.passed_hm3, 0.036, 1e-9);
    EXPECT_NEAR(supply.passed_cny, 1800.0, 1e-6);
    expect_near(supply.most_hm3, {18.236, 16.436, 24.236, 26.036});
}

TEST(RiverSupply, WithoutAPriceNothingHasToBeReleased) {
    lp::River river = two();
    river.reservoirs[1].release_short_cny_per_hm3 = 0.0;
    const Supply supply = supply_of(river, 1, hours);
    EXPECT_EQ(supply.passed_hm3, 0.0);
    expect_near(supply.most_hm3, {20.0, 20.0, 29.6, 33.2});
}

// Both full there are 42 hm3, of which 4 stay above.
TEST(RiverSupply, WaterThatNoReservoirHoldsIsGone) {
    lp::River river = two();
    river.reservoirs[0].arriving_m3_per_s.assign(hours, 10000.0);
    expect_near(supply_of(river, 1, hours).most_hm3, {18.236, 16.436, 38.036, 38.036});
}

TEST(RiverSupply, NotKnownWherePumpsMoveWater) {
    lp::River river = two();
    lp::RiverPump& pump = river.pumps.emplace_back();
    pump.from = 1;
    pump.to = 0;
    EXPECT_TRUE(supply_of(river, 1, hours).most_hm3.empty());
}

} // namespace
} // namespace longyang::solve::prices::river
