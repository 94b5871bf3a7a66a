#include "grid/carbon_capture.hpp"
#include "grid/expand_units.hpp"
#include "more_plants.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

/// A unit of 100 to 200 MW gross that burns 10,000 + 200 p GJ/h at 1 CNY/GJ and emits 0.004 t/GJ:
/// 40 + 0.8 p t/h, of which 0.9 may be captured for 0.25 MWh and 40 CNY a t. Carbon costs 200
/// CNY/t.
grid::System one_unit(const std::vector<double>& load_mw) {
    grid::System system = one_bus();
    system.info.carbon_price_cny_per_t = 200;
    add_load(system, 0, load_mw);
    add_capture(system, add_plant(system, {}), {});
    return system;
}

TEST(CarbonCapture, IsALineOfGrossOutput) { // TH-19
    const grid::CarbonCapture capture = *grid::carbon_capture(one_unit({0}), 0);
    EXPECT_NEAR(capture.base_t_per_h, 36, 1e-9);
    EXPECT_NEAR(capture.t_per_mwh, 0.72, 1e-9);
    EXPECT_NEAR(capture.most_t(1, 200), 180, 1e-9);
    EXPECT_NEAR(capture.cny_per_t, -160, 1e-9);
}

TEST(CarbonCapture, GivesWayWhereItsPowerIsWorthMore) { // TH-19
    // Load of 155 MW: 200 MW gross and 180 t captured, which take 45 MW. 20 t are emitted:
    // 50,000 + 20 x 200 + 180 x 40. Without capture 155 MW would cost 41,000 + 164 x 200, more.
    // Load of 180 MW: 20 MW are left for capture, 80 t: 50,000 + 120 x 200 + 80 x 40.
    // Load of 200 MW: none, 50,000 + 200 x 200. A t captured would shed 0.25 MWh at 20,000.
    const SpanSolution found = solve_span(one_unit({155, 180, 200}), {0, 3});
    const std::vector<double> captured_t = row_of(found.schedule.thermal_captured_t, 0);
    const std::vector<double> p_mw = row_of(found.schedule.thermal_p_mw, 0);
    const double expected_t[] = {180, 80, 0};
    const double expected_mw[] = {155, 180, 200};
    for (std::size_t t = 0; t < 3; ++t) {
        EXPECT_NEAR(captured_t[t], expected_t[t], 1e-6);
        EXPECT_NEAR(p_mw[t], expected_mw[t], 1e-6);
    }
    EXPECT_NEAR(found.cost_cny, 61200 + 77200 + 90000, 1e-4);
}

TEST(CarbonCapture, IsNotWorthItsCostWhereCarbonIsCheap) {
    grid::System system = one_unit({155});
    system.info.carbon_price_cny_per_t = 39;
    const SpanSolution found = solve_span(system, {0, 1});
    EXPECT_NEAR(row_of(found.schedule.thermal_captured_t, 0)[0], 0, 1e-9);
    EXPECT_NEAR(found.cost_cny, 41000 + 164 * 39, 1e-6);
}

TEST(CarbonCapture, LeastOutputLeavesLessForTheBus) {
    // 100 MW gross capture 108 t for 27 MW: a load of 73 MW is met at the least output.
    const SpanSolution found = solve_span(one_unit({73}), {0, 1});
    EXPECT_NEAR(row_of(found.schedule.thermal_p_mw, 0)[0], 73, 1e-6);
    EXPECT_NEAR(row_of(found.schedule.thermal_captured_t, 0)[0], 108, 1e-6);
    EXPECT_NEAR(found.cost_cny, 30000 + 12 * 200 + 108 * 40, 1e-4);
}

TEST(CarbonCapture, SingleUnitsKeepIt) {
    grid::System system = one_unit({155});
    system.thermal.units[0] = 3;
    const grid::System single = grid::expand_units(system, 0);
    EXPECT_EQ(single.carbon_capture.plant, (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(single.carbon_capture.cost_cny_per_t, (std::vector<double>{40, 40, 40}));
}

} // namespace
