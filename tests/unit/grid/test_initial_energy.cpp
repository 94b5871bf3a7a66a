#include "grid/initial_energy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang::grid;

TEST(InitialEnergy, IsTheFigureTimesItsProfileAndTheYearGoesRound) {
    System s;
    s.flexible_loads.energy_initial_mwh = {20, 8};
    s.flexible_loads.energy_initial_profile = {0, -1};
    s.profiles.name = {"start"};
    s.profiles.values.assign(8760, 1.0);
    s.profiles.values[0] = 1.5;
    s.profiles.values[8759] = 0.5;
    EXPECT_DOUBLE_EQ(initial_energy_mwh(s, 0, 0), 30.0);
    EXPECT_DOUBLE_EQ(initial_energy_mwh(s, 0, 1), 20.0);
    EXPECT_DOUBLE_EQ(initial_energy_mwh(s, 0, 8759), 10.0);
    EXPECT_DOUBLE_EQ(initial_energy_mwh(s, 0, 8760), 30.0);
    EXPECT_DOUBLE_EQ(initial_energy_mwh(s, 1, 0), 8.0);
}

} // namespace
