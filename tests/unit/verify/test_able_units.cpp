#include "grid/expand_units.hpp"
#include "grid/service.hpp"
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

/// Those that were on before a span, and are in service in all hours of it so far: as many as of
/// the model's single units.
TEST(AbleUnits, AsManyUnbrokenAsByTheModel) {
    std::mt19937 random(2);
    int broken = 0;
    for (int run = 0; run < 60; ++run) {
        std::vector<char> in_service;
        grid::System s = random_cluster(random, in_service);
        std::vector<double> with_heat;
        if (run % 3 == 0) { // back pressure, with heat for other numbers of units by the month
            s.heat_supply.plant = {0};
            s.heat_supply.kind = {"back_pressure"};
            s.heat_supply.heat_mw = {100.0 * s.thermal.units[0]};
            s.heat_supply.heat_profile = {0};
            s.heat_supply.unit_heat_max_mw = {100};
            s.heat_supply.base_mw = {0};
            s.heat_supply.mw_per_heat_mw = {1};
            s.heat_supply.loss_mw_per_heat_mw = {0};
            s.thermal.p_max_mw = {100};
            s.profiles.name = {"heat"};
            for (int h = 0; h < grid::hours_per_year; ++h) {
                s.profiles.values.push_back(0.25 * (h / 730 % 5));
            }
            const grid::HeatPlan plan = grid::heat_plan(s, 0);
            with_heat.assign(plan.units.begin(), plan.units.end());
        }
        const int first = static_cast<int>(random() % grid::hours_per_year);
        const int on = static_cast<int>(random() % static_cast<unsigned>(s.thermal.units[0] + 1));
        s.thermal.initial_units_on = {on};
        const auto units = grid::deal_units(s, 0);
        std::vector<char> still = grid::units_on_before(units, on, first);
        const std::vector<double> found = unbroken_units(s, 0, in_service, with_heat, first, 900);
        for (int t = 0; t < 900; ++t) {
            const auto hour = static_cast<std::size_t>((first + t) % grid::hours_per_year);
            double count = 0.0;
            for (std::size_t j = 0; j < units.size(); ++j) {
                still[j] = static_cast<char>(still[j] != 0 && units[j].available[hour] != 0);
                count += still[j];
            }
            ASSERT_EQ(found[static_cast<std::size_t>(t)], count) << "run " << run << " hour " << t;
            broken += count < on ? 1 : 0;
        }
    }
    EXPECT_GT(broken, 1000);
}

} // namespace
} // namespace longyang::verify
