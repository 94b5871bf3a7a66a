#include "grid/converters.hpp"

#include <gtest/gtest.h>

namespace longyang::grid {
namespace {

TEST(Converters, FiguresByTechnologyWhereNoneAreGiven) {
    System system;
    system.hvdc.technology = {"lcc", "vsc", "back_to_back", "lcc"};
    system.hvdc.p_max_mw = {8000, 8000, 1000, 8000};
    system.hvdc.p_min_mw = {800, 0, 100, 800};
    system.hvdc.q_demand_mvar_per_mw = {-1, -1, -1, 0.6};
    system.hvdc.filter_mvar = {-1, -1, -1, 3000};
    system.hvdc.block_pole_share = {0.5, 1, 0.5, 0.25};
    system.hvdc.trip_scheme_mw = {0, 0, 0, 2000};
    system.hvdc.escr_min = {-1, -1, -1, 3};
    system.info.security.escr_min_lcc = 2.4;
    system.info.security.scr_min_vsc = 1.3;

    const Converter lcc = converter(system, 0);
    EXPECT_TRUE(lcc.line_commutated);
    EXPECT_EQ(lcc.q_demand_mvar_per_mw, 0.5);
    EXPECT_EQ(lcc.filter_mvar, 4000.0);
    EXPECT_EQ(lcc.scr_min, 2.4);
    EXPECT_EQ(lcc.filters_on_mvar(3000.0), 1500.0);
    EXPECT_EQ(lcc.filters_on_mvar(-3000.0), 1500.0); // an import needs them too

    const Converter vsc = converter(system, 1);
    EXPECT_FALSE(vsc.line_commutated);
    EXPECT_EQ(vsc.filter_mvar, 0.0);
    EXPECT_EQ(vsc.scr_min, 1.3);
    EXPECT_EQ(vsc.block_pole_share, 1.0);

    EXPECT_TRUE(converter(system, 2).line_commutated);
    EXPECT_EQ(converter(system, 2).q_demand_mvar_per_mw, 0.0);

    const Converter given = converter(system, 3);
    EXPECT_EQ(given.filters_on_mvar(8000.0), 3000.0); // all that is installed
    EXPECT_EQ(given.trip_scheme_mw, 2000.0);
    EXPECT_EQ(given.scr_min, 3.0);
}

TEST(Converters, ALineWithoutTheColumnsTakesTheDefaults) {
    System system;
    system.hvdc.technology = {"lcc"};
    system.hvdc.p_max_mw = {4000};
    const Converter c = converter(system, 0);
    EXPECT_EQ(c.filter_mvar, 2000.0);
    EXPECT_EQ(c.block_pole_share, 0.5);
    EXPECT_EQ(c.scr_min, 2.5);
}

} // namespace
} // namespace longyang::grid
