#include "grid/outages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

using namespace longyang::grid;

void add_plant(System& s, const std::string& name, int units, double rate, double repair_h) {
    s.thermal.name.push_back(name);
    s.thermal.units.push_back(units);
    s.thermal.forced_outage_rate.push_back(rate);
    s.thermal.repair_h.push_back(repair_h);
}

void add_outage(System& s, int plant, int from_hour, int to_hour, int units) {
    s.outages.plant.push_back(plant);
    s.outages.from_hour.push_back(from_hour);
    s.outages.to_hour.push_back(to_hour);
    s.outages.units.push_back(units);
    s.outages.kind.emplace_back("planned");
}

/// From, to of a plant's rows.
std::vector<std::pair<int, int>> rows_of(const System& s, int plant) {
    std::vector<std::pair<int, int>> rows;
    for (std::size_t k = 0; k < s.outages.plant.size(); ++k) {
        if (s.outages.plant[k] == plant) {
            rows.emplace_back(s.outages.from_hour[k], s.outages.to_hour[k]);
        }
    }
    return rows;
}

TEST(Outages, UnitsOutOfServiceAreTakenOff) {
    System s;
    add_plant(s, "a", 3, 0, 48);
    add_plant(s, "b", 1, 0, 48);
    add_outage(s, 0, 2, 4, 1);
    add_outage(s, 0, 3, 6, 2);
    add_outage(s, 0, 3, 4, 2); // more than there are
    add_outage(s, 1, 0, 8760, 1);
    EXPECT_EQ(available_units(s, 0, {0, 7}), (std::vector<int>{3, 3, 2, 0, 1, 1, 3}));
    EXPECT_EQ(available_units(s, 0, {4, 3}), (std::vector<int>{1, 1, 3}));
    EXPECT_EQ(available_units(s, 1, {4, 2}), (std::vector<int>{0, 0}));
}

TEST(Outages, ASpanBeyondTheYearGoesRound) {
    System s;
    add_plant(s, "a", 2, 0, 48);
    add_outage(s, 0, 8759, 8760, 1);
    add_outage(s, 0, 1, 2, 2);
    EXPECT_EQ(available_units(s, 0, {8758, 5}), (std::vector<int>{2, 1, 2, 0, 2}));
}

TEST(Outages, DrawnShareOfTimeIsTheForcedOutageRate) {
    // 400 units, 10 % of the time out, 48 h to repair. The share of a year has the variance
    // 2 q (1 - q) tau / T per unit with tau = 48 x 0.9 h: standard deviation 0.0298 / sqrt(400) =
    // 0.0015. Three of them.
    System s;
    add_plant(s, "a", 400, 0.1, 48);
    draw_forced_outages(s, 1);
    double unit_hours = 0;
    double rows_inside = 0;
    double hours_inside = 0;
    for (const auto& [from, to] : rows_of(s, 0)) {
        ASSERT_LT(from, to);
        ASSERT_GE(from, 0);
        ASSERT_LE(to, 8760);
        unit_hours += to - from;
        if (from > 0 && to < 8760) {
            rows_inside += 1;
            hours_inside += to - from;
        }
    }
    EXPECT_NEAR(unit_hours / (400.0 * 8760.0), 0.1, 0.0045);
    // About 400 x 8760 / 480 outages; mean 48 h, standard deviation 48 / sqrt(7300) = 0.56 h, and
    // half an hour more, as the hundredth part that begins and ends in the same hour leaves no row.
    EXPECT_NEAR(rows_inside, 7300, 3 * 85);
    EXPECT_NEAR(hours_inside / rows_inside, 48.5, 3 * 0.56);
    // Stationary from the first hour on: 40 of 400 units out, standard deviation 6.
    const std::vector<int> first = available_units(s, 0, {0, 1});
    EXPECT_NEAR(first[0], 360, 18);
    EXPECT_EQ(s.outages.kind.front(), "forced");
    EXPECT_EQ(s.outages.line.size(), s.outages.plant.size());
}

TEST(Outages, APlantsDrawDependsOnItsNameAndTheSeedAlone) {
    System one;
    add_plant(one, "a", 5, 0.1, 48);
    draw_forced_outages(one, 7);
    System more;
    add_plant(more, "z", 3, 0.3, 10);
    add_plant(more, "a", 5, 0.1, 48);
    draw_forced_outages(more, 7);
    EXPECT_FALSE(rows_of(one, 0).empty());
    EXPECT_EQ(rows_of(one, 0), rows_of(more, 1));

    System other_seed;
    add_plant(other_seed, "a", 5, 0.1, 48);
    draw_forced_outages(other_seed, 8);
    EXPECT_NE(rows_of(one, 0), rows_of(other_seed, 0));
    System other_name;
    add_plant(other_name, "b", 5, 0.1, 48);
    draw_forced_outages(other_name, 7);
    EXPECT_NE(rows_of(one, 0), rows_of(other_name, 0));
}

TEST(Outages, NothingIsDrawnWithoutSeedOrRate) {
    System s;
    add_plant(s, "a", 5, 0.1, 48);
    draw_forced_outages(s, 0);
    EXPECT_TRUE(s.outages.plant.empty());
    s.thermal.forced_outage_rate[0] = 0;
    draw_forced_outages(s, 3);
    EXPECT_TRUE(s.outages.plant.empty());
}

} // namespace
