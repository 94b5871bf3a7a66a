#include "grid/cascades.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang::grid;

/// Two reservoirs in a row, 3 h apart, and one of another river. Inflows 100, 20 and 5 m3/s.
System two_rivers() {
    System s;
    Reservoirs& r = s.reservoirs;
    r.downstream = {2, -1, -1};
    r.travel_h = {3, 0, 0};
    r.storage_min_hm3 = {10, 0, 50};
    r.reference_profile = {0, -1, -1};
    r.inflow_m3_per_s = {100, 5, 20};
    r.inflow_profile = {-1, -1, -1};
    s.profiles.name = {"reference"};
    s.profiles.values.assign(8760, 10.0);
    // The upper reservoir is filled by 0.036 hm3 (10 m3/s) in hour 100.
    for (std::size_t h = 101; h < 8760; ++h) {
        s.profiles.values[h] = 10.036;
    }
    s.profiles.values[8759] = 10.036;
    return s;
}

TEST(Cascades, LinkedReservoirsShareANumber) {
    EXPECT_EQ(cascade_of_reservoir(two_rivers()), (std::vector<int>{0, 1, 0}));
}

TEST(Cascades, DownstreamOrderGoesWithTheWater) {
    System s;
    s.reservoirs.downstream = {-1, 0, 1, 0, 2}; // 4 -> 2 -> 1 -> 0 <- 3
    EXPECT_EQ(downstream_order(s), (std::vector<int>{3, 4, 2, 1, 0}));
    EXPECT_EQ(upstream_of_reservoir(s), (std::vector<std::vector<int>>{{1, 3}, {2}, {4}, {}, {}}));
}

TEST(Cascades, ReferenceReleaseKeepsTheReferenceStorage) {
    const HourTable release = reference_release_m3_per_s(two_rivers(), 98, 8);
    for (std::size_t t = 0; t < 8; ++t) {
        const int hour = 98 + static_cast<int>(t);
        EXPECT_NEAR(release.row(0)[t], hour == 100 ? 90.0 : 100.0, 1e-9) << hour;
        // What is kept upstream is missing three hours later below.
        EXPECT_NEAR(release.row(2)[t], hour == 103 ? 110.0 : 120.0, 1e-9) << hour;
        EXPECT_NEAR(release.row(1)[t], 5.0, 1e-9);
    }
}

TEST(Cascades, TheYearGoesRound) {
    EXPECT_DOUBLE_EQ(reference_storage_hm3(two_rivers(), 0, 8760), 10.0);
    EXPECT_DOUBLE_EQ(reference_storage_hm3(two_rivers(), 0, -1), 10.036);
}

} // namespace
