#include "grid/expand_units.hpp"
#include "verify/able_units.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace longyang::verify {
namespace {

/// A cluster of which two must run, with up to 80 random outages and, in half of the years, a time
/// out of service.
grid::System random_cluster(std::mt19937& random, std::vector<char>& in_service) {
    const auto pick = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    grid::System s;
    s.profiles.hours = grid::hours_per_year;
    s.thermal.name = {"coal"};
    s.thermal.units = {pick(1, 4)};
    s.thermal.min_up_h = {pick(1, 48)};
    s.thermal.min_down_h = {pick(1, 72)};
    s.thermal.must_run_units = {2};
    s.thermal.must_run_profile = {-1};
    for (int k = pick(0, 80); k > 0; --k) {
        s.outages.plant.push_back(0);
        s.outages.from_hour.push_back(pick(0, grid::hours_per_year - 1));
        s.outages.to_hour.push_back(s.outages.from_hour.back() + pick(1, 300));
        s.outages.units.push_back(pick(1, 2));
    }
    in_service.assign(grid::hours_per_year, 1);
    if (pick(0, 1) == 1) {
        s.service.table = {"thermal"};
        s.service.plant = {"coal"};
        s.service.from_hour = {pick(0, 4000)};
        s.service.to_hour = {pick(4001, grid::hours_per_year)};
        s.service.backup = {"no"};
        std::fill(in_service.begin(), in_service.begin() + s.service.from_hour[0], 0);
        std::fill(in_service.begin() + s.service.to_hour[0], in_service.end(), 0);
    }
    return s;
}

/// Counted here, dealt there: the same number of units in every hour.
TEST(AbleUnits, AsManyAsTheModelAsks) {
    std::mt19937 random(1);
    int held = 0;
    for (int run = 0; run < 40; ++run) {
        std::vector<char> in_service;
        const grid::System s = random_cluster(random, in_service);
        const std::vector<double> able = able_units(s, 0, in_service);
        const grid::Integers required = grid::required_units(s, 0);
        for (std::size_t h = 0; h < grid::hours_per_year; ++h) {
            ASSERT_EQ(required[h], std::min(2.0, able[h])) << "run " << run << " hour " << h;
            held += required[h] < 2 ? 1 : 0;
        }
    }
    EXPECT_GT(held, 1000);
}

} // namespace
} // namespace longyang::verify
