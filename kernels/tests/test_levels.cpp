#include "kernels/levels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// A line by itself, in vectors of its own.
struct OneLine {
    std::vector<std::int64_t> first_block, first_level{0}, energy, end_first{0};
    std::vector<double> step{100.0}, low, change_max, end_cost, cost;
    std::vector<int> most{0};
    std::vector<char> counted, day_begins;

    void add_block(std::vector<double> costs, double largest_change, bool count = true,
                   bool begins = false, double lowest = 0.0) {
        cost.insert(cost.end(), costs.begin(), costs.end());
        first_level.push_back(static_cast<std::int64_t>(cost.size()));
        low.push_back(lowest);
        change_max.push_back(largest_change);
        counted.push_back(count ? 1 : 0);
        day_begins.push_back(begins ? 1 : 0);
        energy.push_back(0);
        end_first.push_back(0);
        first_block = {0, static_cast<std::int64_t>(low.size())};
    }
    [[nodiscard]] LevelLines view() const {
        return {first_block, step,       most,   first_level, low,     change_max,
                counted,     day_begins, energy, end_first,   end_cost};
    }
    [[nodiscard]] double solve(std::vector<std::int64_t>& level,
                               const LevelBounds& bounds = {}) const {
        double value = -1.0;
        level.assign(low.size(), -9);
        level_plans(view(), cost, std::span(&value, 1), level, bounds);
        return value;
    }
    [[nodiscard]] std::vector<double> rests(const std::vector<double>& of_level) const {
        std::vector<double> rest(of_level.size() * static_cast<std::size_t>(most[0] + 1), -1.0);
        level_rests(view(), of_level, rest);
        return rest;
    }
};

TEST(LevelPlans, RampByHand) {
    OneLine line;
    line.add_block({0.0, 5.0, 9.0}, 0.0);
    line.add_block({7.0, 5.0, 0.0}, 100.0);
    std::vector<std::int64_t> level;
    // 0 then 2 is too far: 0 and 1 cost 5, 1 and 2 cost 5; 0 and 0 cost 7.
    EXPECT_EQ(line.solve(level), 5.0);
    EXPECT_EQ(level[1] - level[0], 1);
    line.change_max[1] = 200.0;
    EXPECT_EQ(line.solve(level), 0.0);
    EXPECT_EQ(level, (std::vector<std::int64_t>{0, 2}));
}

TEST(LevelPlans, FewChangesByHand) {
    OneLine line;
    line.most = {1};
    line.add_block({0.0, 4.0}, 0.0);
    line.add_block({3.0, 0.0}, 500.0);
    line.add_block({0.0, 2.0}, 500.0);
    std::vector<std::int64_t> level;
    // Without a limit 0 1 0 costs nothing; with one change 0 1 1 costs 2.
    EXPECT_EQ(line.solve(level), 2.0);
    EXPECT_EQ(level, (std::vector<std::int64_t>{0, 1, 1}));
    line.day_begins[2] = 1; // a new day with a change of its own
    EXPECT_EQ(line.solve(level), 0.0);
    line.day_begins[2] = 0;
    line.counted[1] = 0; // a change that is forced
    EXPECT_EQ(line.solve(level), 0.0);
    EXPECT_EQ(level, (std::vector<std::int64_t>{0, 1, 0}));
}

TEST(LevelPlans, LevelsThatDoNotMeetAreChanges) {
    OneLine line;
    line.most = {1};
    line.add_block({0.0, 0.0}, 0.0);
    line.add_block({0.0, 0.0}, 500.0, true, false, 30.0);
    line.add_block({0.0, 0.0}, 500.0);
    std::vector<std::int64_t> level;
    EXPECT_EQ(line.solve(level), inf);
    EXPECT_EQ(level, (std::vector<std::int64_t>{-1, -1, -1}));
    line.low[1] = 100.0; // its level 0 is level 1 of the others
    EXPECT_EQ(line.solve(level), 0.0);
    EXPECT_EQ(level[0], 1);
}

TEST(LevelPlans, EnergyOfAPeriodByHand) {
    OneLine line;
    line.add_block({0.0, 1.0, 2.0}, 0.0);
    line.add_block({0.0, 3.0, 6.0}, 500.0);
    line.energy = {1, 2};
    // Sums 0 .. 6; exactly 4 is wanted.
    line.end_first = {0, 0, 7};
    line.end_cost = {inf, inf, inf, inf, 10.0, inf, inf};
    std::vector<std::int64_t> level;
    // 2 + 2 x 1: 2 + 3, or 0 + 2 x 2: 6.
    EXPECT_EQ(line.solve(level), 15.0);
    EXPECT_EQ(level, (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(level_states(line.view()), 3 * 3 + 7 * 3);
}

/// Tries all plans of a line.
double least_by_trial(const OneLine& line, std::size_t b, std::int64_t before, int changes,
                      std::int64_t sum) {
    if (b == line.low.size()) {
        return 0.0;
    }
    const auto first = line.first_level[b];
    double best = inf;
    for (std::int64_t i = 0; i < line.first_level[b + 1] - first; ++i) {
        const auto power = [&](std::size_t block, std::int64_t level) {
            return line.low[block] + static_cast<double>(level) * line.step[0];
        };
        int count = line.day_begins[b] != 0 ? 0 : changes;
        if (b > 0) {
            const double change = std::abs(power(b, i) - power(b - 1, before));
            count += change > 1e-6 && line.counted[b] != 0 ? 1 : 0;
            if (change > line.change_max[b] + 1e-6 || (line.most[0] > 0 && count > line.most[0])) {
                continue;
            }
        }
        std::int64_t energy = sum + line.energy[b] * i;
        double own = line.cost[static_cast<std::size_t>(first + i)];
        if (line.end_first[b + 1] > line.end_first[b]) {
            own += line.end_cost[static_cast<std::size_t>(line.end_first[b] + energy)];
            energy = 0;
        }
        best = std::min(best, own + least_by_trial(line, b + 1, i, count, energy));
    }
    return best;
}

double cost_of(const OneLine& line, const std::vector<std::int64_t>& level) {
    double cost = 0.0;
    std::int64_t sum = 0;
    for (std::size_t b = 0; b < level.size(); ++b) {
        cost += line.cost[static_cast<std::size_t>(line.first_level[b] + level[b])];
        sum += line.energy[b] * level[b];
        if (line.end_first[b + 1] > line.end_first[b]) {
            cost += line.end_cost[static_cast<std::size_t>(line.end_first[b] + sum)];
            sum = 0;
        }
    }
    return cost;
}

OneLine random_line(std::mt19937& dice) {
    const auto whole = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(dice);
    };
    OneLine line;
    line.most = {whole(0, 3)};
    const int blocks = whole(1, 6);
    const bool with_energy = whole(0, 1) == 1;
    std::int64_t most = 0;
    for (int b = 0; b < blocks; ++b) {
        std::vector<double> costs(static_cast<std::size_t>(whole(1, 5)));
        for (double& c : costs) {
            c = whole(-9, 9);
        }
        const auto levels = static_cast<std::int64_t>(costs.size());
        line.add_block(costs, 50.0 * whole(0, 6), whole(0, 4) > 0, b > 0 && whole(0, 3) == 0,
                       50.0 * whole(0, 3));
        if (with_energy) {
            line.energy.back() = whole(0, 2);
            most += line.energy.back() * (levels - 1);
            if (whole(0, 2) == 0 || b + 1 == blocks) {
                for (std::int64_t e = 0; e <= most; ++e) {
                    line.end_cost.push_back(whole(0, 2) == 0 ? inf : whole(0, 9));
                }
                most = 0;
            }
            line.end_first.back() = static_cast<std::int64_t>(line.end_cost.size());
        }
    }
    return line;
}

TEST(LevelPlans, AgreeWithTrialOfAllPlans) {
    std::mt19937 dice(5);
    int without = 0;
    for (int k = 0; k < 3000; ++k) {
        const OneLine line = random_line(dice);
        std::vector<std::int64_t> level;
        const double value = line.solve(level);
        ASSERT_EQ(value, least_by_trial(line, 0, 0, 0, 0)) << "line " << k;
        if (value < inf) {
            ASSERT_EQ(cost_of(line, level), value) << "line " << k;
        } else {
            ++without;
        }
    }
    EXPECT_GT(without, 100);
    EXPECT_LT(without, 1500);
}

TEST(LevelRests, ByHand) {
    OneLine line;
    line.most = {1};
    line.add_block({0.0, 4.0}, 0.0);
    line.add_block({3.0, 0.0}, 500.0);
    line.add_block({0.0, 2.0}, 500.0);
    // Of block 0, no change yet: from 0 stay (3 + 0), or change (0) and stay (2); from 1 stay (0)
    // and change (0). One change: stay for good.
    EXPECT_EQ(line.rests(line.cost),
              (std::vector<double>{2.0, 0.0, 3.0, 2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0}));
    line.change_max[2] = 0.0;
    line.low[2] = 30.0; // no level of block 1 is near
    EXPECT_EQ(line.rests(line.cost)[0], inf);
}

/// What is known of a line where a unit of energy has a price in each of its periods.
struct Known {
    std::vector<double> rest, per_energy, ceiling;
    [[nodiscard]] LevelBounds view() const { return {rest, per_energy, ceiling}; }
};

Known known_of(const OneLine& line, std::mt19937& dice, double ceiling) {
    const auto counts = static_cast<std::size_t>(line.most[0]) + 1;
    Known known;
    known.ceiling = {ceiling};
    known.per_energy.assign(line.low.size(), 0.0);
    std::vector<double> of_level = line.cost;
    // Behind each block: the least that ends of periods cost less what energy earns.
    std::vector<double> ends(line.low.size() + 1, 0.0);
    double price = 0.0;
    for (std::size_t b = line.low.size(); b-- > 0;) {
        const auto first = static_cast<std::size_t>(line.end_first[b]);
        const auto last = static_cast<std::size_t>(line.end_first[b + 1]);
        ends[b] = ends[b + 1];
        if (last > first) {
            price = std::uniform_int_distribution<int>(-3, 3)(dice);
            double least = inf;
            for (std::size_t e = first; e < last; ++e) {
                least = std::min(least, line.end_cost[e] + price * static_cast<double>(e - first));
            }
            ends[b] += least;
        } else {
            known.per_energy[b] = -price;
        }
        for (std::int64_t i = 0; i < line.first_level[b + 1] - line.first_level[b]; ++i) {
            of_level[static_cast<std::size_t>(line.first_level[b] + i)] -=
                price * static_cast<double>(line.energy[b] * i);
        }
    }
    known.rest = line.rests(of_level);
    for (std::size_t b = 0; b < line.low.size(); ++b) {
        for (auto k = static_cast<std::size_t>(line.first_level[b]) * counts;
             k < static_cast<std::size_t>(line.first_level[b + 1]) * counts; ++k) {
            known.rest[k] += ends[b + 1];
        }
    }
    return known;
}

TEST(LevelPlans, WhatTheCeilingAllowsIsFound) {
    std::mt19937 dice(7);
    int found = 0;
    for (int k = 0; k < 3000; ++k) {
        const OneLine line = random_line(dice);
        std::vector<std::int64_t> level;
        std::vector<std::int64_t> with_bounds;
        const double value = line.solve(level);
        const double above = std::uniform_int_distribution<int>(0, 5)(dice);
        const Known known = known_of(line, dice, value + above);
        ASSERT_EQ(line.solve(with_bounds, known.view()), value) << "line " << k;
        ASSERT_EQ(with_bounds, level) << "line " << k;
        if (value < inf && line.low.size() > 1 &&
            line.solve(level, known_of(line, dice, value - 100.0).view()) == inf) {
            ++found;
        }
    }
    EXPECT_GT(found, 1000); // a ceiling too low leaves nothing
}

TEST(LevelPlans, LinesSideBySideAreThoseAlone) {
    std::mt19937 dice(6);
    OneLine all;
    all.first_block = {0};
    all.step.clear();
    all.most.clear();
    std::vector<double> alone;
    for (int k = 0; k < 40; ++k) {
        const OneLine line = random_line(dice);
        std::vector<std::int64_t> level;
        alone.push_back(line.solve(level));
        const auto blocks = all.first_block.back();
        const auto levels = static_cast<std::int64_t>(all.cost.size());
        const auto ends = static_cast<std::int64_t>(all.end_cost.size());
        all.first_block.push_back(blocks + static_cast<std::int64_t>(line.low.size()));
        all.step.push_back(line.step[0]);
        all.most.push_back(line.most[0]);
        for (std::size_t b = 0; b < line.low.size(); ++b) {
            all.first_level.push_back(levels + line.first_level[b + 1]);
            all.end_first.push_back(ends + line.end_first[b + 1]);
        }
        const auto append = [](auto& to, const auto& from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        append(all.low, line.low);
        append(all.change_max, line.change_max);
        append(all.counted, line.counted);
        append(all.day_begins, line.day_begins);
        append(all.energy, line.energy);
        append(all.end_cost, line.end_cost);
        append(all.cost, line.cost);
    }
    std::vector<double> value(40, -1.0);
    std::vector<std::int64_t> level(all.low.size());
    level_plans(all.view(), all.cost, value, level);
    EXPECT_EQ(value, alone);
}

TEST(LevelPlans, RefuseSizesThatDoNotFit) {
    OneLine line;
    line.add_block({0.0, 1.0}, 0.0);
    std::vector<std::int64_t> level;
    line.energy = {1};
    line.end_first = {0, 1}; // two sums, one cost
    line.end_cost = {0.0};
    EXPECT_THROW(static_cast<void>(line.solve(level)), std::invalid_argument);
    line.end_first = {0, 0};
    line.end_cost = {};
    const std::vector<double> short_by_one{0.0};
    EXPECT_THROW(static_cast<void>(line.solve(level, {short_by_one, short_by_one, short_by_one})),
                 std::invalid_argument);
    std::vector<double> rest(1);
    EXPECT_THROW(level_rests(line.view(), line.cost, rest), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
