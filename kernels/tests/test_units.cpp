#include "kernels/units.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

// Units over a few hours against all their commitments one by one. All powers are multiples of a
// step, and rows of a unit's output tie at most two hours by their difference, so that an optimal
// output stands on that grid and a walk over the grid finds it. The rules are those of
// docs/theory/thermal.md, in words of their own.

namespace longyang::kernels {
namespace {

constexpr int hours = 7; // of what is enumerated
constexpr double step_mw = 10.0;
constexpr double infinite = std::numeric_limits<double>::infinity();
using Hours = std::vector<double>;

/// A cluster with its groups, and prices of its own channels: energy, up, down, non-spinning.
struct Twin {
    double base_mw = 0.0, base_cny = 0.0;
    Hours segment_mw, segment_cny;
    double ramp_up = 0.0, ramp_down = 0.0;
    double up_max = 0.0, down_max = 0.0, rest_max = 0.0;
    int min_up = 1, min_down = 1;
    std::vector<int> tier_h;
    Hours tier_cny;
    Hours p_min, p_max, start, stop;
    Hours energy, up, down, rest;
    struct Group {
        UnitPast past;
        std::vector<char> duty;
    };
    std::vector<Group> groups;

    [[nodiscard]] double range() const {
        double sum = 0.0;
        for (const double mw : segment_mw) {
            sum += mw;
        }
        return sum;
    }
    [[nodiscard]] double running(double p) const {
        double cost = base_cny;
        double rest_mw = p - base_mw;
        for (std::size_t m = 0; m < segment_mw.size(); ++m) {
            const double mw = std::min(rest_mw, segment_mw[m]);
            cost += mw * segment_cny[m];
            rest_mw -= mw;
        }
        return cost;
    }
};

/// Start costs and earnings at rest of a commitment; infinite where it is not allowed.
double commitment(const Twin& x, const Twin::Group& group, unsigned on_bits) {
    const auto on = [&](int t) { return (on_bits >> static_cast<unsigned>(t) & 1U) != 0; };
    const UnitPast& past = group.past;
    bool state = past.initial_on < 0 ? on(0) : past.initial_on == 1;
    int held_h = past.initial_on < 0 ? 1000 : past.initial_h;
    bool since_before = true;
    double cost = 0.0;
    for (int t = 0; t < hours; ++t) {
        const auto k = static_cast<std::size_t>(t);
        const bool available = (group.duty[k] & unit_available) != 0;
        if ((on(t) && !available) ||
            (!on(t) && available && (group.duty[k] & unit_must_run) != 0)) {
            return infinite;
        }
        if (on(t) && !state) {
            if (held_h < x.min_down) {
                return infinite;
            }
            if (!x.tier_h.empty()) {
                double start = x.tier_cny.back();
                for (std::size_t j = 0; j + 1 < x.tier_h.size(); ++j) {
                    if (held_h >= x.tier_h[j] && held_h < x.tier_h[j + 1]) {
                        start = std::min(start, x.tier_cny[j]);
                    }
                }
                cost += start;
            }
        }
        if (!on(t) && state) {
            if (held_h < x.min_up && (!since_before || available)) {
                return infinite;
            }
            if (t == 0 && !past.initial_stop) {
                return infinite;
            }
        }
        if (on(t) != state) {
            state = on(t);
            held_h = 0;
            since_before = false;
        }
        ++held_h;
        if (!on(t) && available) {
            cost -= std::max(x.rest[k], 0.0) * x.rest_max;
        }
    }
    return cost;
}

/// Least cost less earnings of the hours on of a commitment, over the grid of outputs.
double outputs(const Twin& x, const Twin::Group& group, unsigned on_bits) {
    const auto on = [&](int t) {
        return t >= 0 && t < hours && (on_bits >> static_cast<unsigned>(t) & 1U) != 0;
    };
    constexpr int levels = 60;
    const double ramp_up = x.ramp_up < x.range() ? x.ramp_up : 1e9;
    const double ramp_down = x.ramp_down < x.range() ? x.ramp_down : 1e9;
    std::vector<double> least(levels, infinite);
    bool tied = group.past.initial_on == 1;
    if (tied) {
        least[static_cast<std::size_t>(std::lround(group.past.initial_p_mw / step_mw))] = 0.0;
    }
    double total = 0.0;
    for (int t = 0; t < hours; ++t) {
        const auto k = static_cast<std::size_t>(t);
        if (!on(t)) {
            if (t > 0 && on(t - 1)) {
                total += *std::min_element(least.begin(), least.end());
            }
            tied = false;
            continue;
        }
        const bool starts = !on(t - 1) && !tied && !(t == 0 && group.past.initial_on < 0);
        double top = starts ? x.start[k] : x.p_max[k];
        if (t + 1 < hours && !on(t + 1)) {
            top = std::min(top, x.stop[k]);
        }
        std::vector<double> next(levels, infinite);
        for (int i = 0; i < levels; ++i) {
            const double p = i * step_mw;
            if (p < x.p_min[k] || p > top) {
                continue;
            }
            for (int j = 0; j < levels; ++j) {
                const bool from = on(t - 1) || tied;
                const double q = j * step_mw;
                const double before = from ? least[static_cast<std::size_t>(j)] : 0.0;
                const double rise = from ? q + ramp_up - p : infinite;
                const double fall = from ? p - q + ramp_down : infinite;
                if (rise < 0.0 || fall < 0.0) {
                    continue;
                }
                const double up = std::min({x.up_max, top - p, rise});
                const double down = std::min({x.down_max, p - x.p_min[k], fall});
                next[static_cast<std::size_t>(i)] =
                    std::min(next[static_cast<std::size_t>(i)],
                             before + x.running(p) - x.energy[k] * p - std::max(x.up[k], 0.0) * up -
                                 std::max(x.down[k], 0.0) * down);
            }
        }
        least = next;
        tied = false;
    }
    return on(hours - 1) ? total + *std::min_element(least.begin(), least.end()) : total;
}

double by_enumeration(const Twin& x, const Twin::Group& group) {
    double best = infinite;
    for (unsigned bits = 0; bits < 1U << static_cast<unsigned>(hours); ++bits) {
        const double cost = commitment(x, group, bits);
        if (cost < best + 1e6) {
            best = std::min(best, cost + outputs(x, group, bits));
        }
    }
    return best;
}

Twin random_twin(std::mt19937& random, bool narrow_ramps) {
    const auto pick = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    Twin x;
    x.base_mw = step_mw * pick(4, 10);
    x.base_cny = x.base_mw * pick(100, 300);
    double slope = pick(100, 250);
    int steps = 0;
    for (int m = pick(1, 3); m > 0; --m) {
        const int width = pick(2, 8);
        steps += width;
        x.segment_mw.push_back(step_mw * width);
        x.segment_cny.push_back(slope);
        slope += pick(1, 80);
    }
    const auto ramp = [&] { return step_mw * (narrow_ramps ? 1 : pick(2, steps + 2)); };
    x.ramp_up = ramp();
    x.ramp_down = ramp();
    // Never more than both ramps together, where the answer is exact.
    x.up_max = step_mw * pick(0, 2);
    x.down_max = step_mw * pick(0, 2);
    if (narrow_ramps) {
        x.down_max = 0.0;
    }
    x.rest_max = step_mw * pick(0, 5);
    x.min_up = pick(1, 4);
    x.min_down = pick(1, 4);
    for (int j = pick(0, 3); j > 0; --j) {
        x.tier_h.push_back(x.tier_h.empty() ? pick(1, x.min_down) : x.tier_h.back() + pick(1, 3));
        x.tier_cny.push_back(1000.0 * pick(0, 30));
    }
    const double p_max = x.base_mw + step_mw * steps;
    for (int t = 0; t < hours; ++t) {
        const double high = p_max - (pick(0, 4) == 0 ? step_mw * pick(0, steps / 2) : 0.0);
        const double low =
            std::min(high, x.base_mw + (pick(0, 4) == 0 ? step_mw * pick(0, steps / 2) : 0.0));
        x.p_min.push_back(low);
        x.p_max.push_back(high);
        x.start.push_back(std::max(low, std::min(high, x.base_mw + step_mw * pick(0, steps))));
        x.stop.push_back(std::max(low, std::min(high, x.base_mw + step_mw * pick(0, steps))));
        x.energy.push_back(pick(0, 450));
        x.up.push_back(pick(-100, 150));
        x.down.push_back(pick(-100, 150));
        x.rest.push_back(pick(-100, 150));
    }
    for (int g = pick(1, 3); g > 0; --g) {
        Twin::Group group;
        group.past.initial_on = pick(-1, 1);
        group.past.initial_h = pick(1, 5);
        group.past.initial_p_mw = x.base_mw + step_mw * pick(0, steps);
        group.past.initial_stop = pick(0, 2) > 0;
        for (int t = 0; t < hours; ++t) {
            const bool out = pick(1, 12) == 1;
            const bool must = !out && pick(1, 12) == 1;
            group.duty.push_back(static_cast<char>(
                out ? 0 : (must ? unit_available | unit_must_run : unit_available)));
        }
        x.groups.push_back(group);
    }
    return x;
}

struct Answers {
    std::vector<double> bound, cost, earned, p, up, down;
    std::vector<char> state;
};

Answers ask(const std::vector<Twin>& twins, int span = hours) {
    std::vector<UnitCluster> clusters;
    std::vector<UnitPast> pasts;
    std::vector<char> duty;
    Hours p_min, p_max, start, stop, segment_mw, segment_cny, tier_cny, price;
    std::vector<int> tier_h, channels;
    const auto append = [](const auto& from, auto& to) {
        to.insert(to.end(), from.begin(), from.end());
        return static_cast<int>(to.size());
    };
    for (const Twin& x : twins) {
        UnitCluster c;
        c.injection = static_cast<int>(price.size()) / span;
        for (const Hours* prices : {&x.energy, &x.up, &x.down, &x.rest}) {
            append(*prices, price);
        }
        c.up_begin = static_cast<int>(channels.size());
        channels.push_back(c.injection + 1);
        c.up_end = c.down_begin = c.up_begin + 1;
        channels.push_back(c.injection + 2);
        c.down_end = c.non_spinning_begin = c.down_begin + 1;
        channels.push_back(c.injection + 3);
        c.non_spinning_end = c.non_spinning_begin + 1;
        c.base_mw = x.base_mw;
        c.base_cny_per_h = x.base_cny;
        c.ramp_up_mw_per_h = x.ramp_up;
        c.ramp_down_mw_per_h = x.ramp_down;
        c.up_max_mw = x.up_max;
        c.down_max_mw = x.down_max;
        c.non_spinning_max_mw = x.rest_max;
        c.min_up_h = x.min_up;
        c.min_down_h = x.min_down;
        c.segment_begin = static_cast<int>(segment_mw.size());
        c.segment_end = append(x.segment_mw, segment_mw);
        append(x.segment_cny, segment_cny);
        c.tier_begin = static_cast<int>(tier_h.size());
        c.tier_end = append(x.tier_h, tier_h);
        append(x.tier_cny, tier_cny);
        append(x.p_min, p_min);
        append(x.p_max, p_max);
        append(x.start, start);
        append(x.stop, stop);
        c.group_begin = static_cast<int>(pasts.size());
        for (const Twin::Group& group : x.groups) {
            pasts.push_back(group.past);
            append(group.duty, duty);
        }
        c.group_end = static_cast<int>(pasts.size());
        clusters.push_back(c);
    }
    Answers a;
    for (Hours* list : {&a.bound, &a.cost, &a.earned}) {
        list->resize(pasts.size());
    }
    for (Hours* table : {&a.p, &a.up, &a.down}) {
        table->resize(duty.size());
    }
    a.state.resize(duty.size());
    best_unit_plans({static_cast<std::size_t>(span), clusters, pasts, duty, p_min, p_max, start,
                     stop, segment_mw, segment_cny, tier_h, tier_cny, channels},
                    price, {a.bound, a.cost, a.earned, a.state, a.p, a.up, a.down});
    return a;
}

TEST(Units, AsGoodAsAllCommitmentsOneByOne) {
    std::mt19937 random(1);
    int possible = 0;
    int impossible = 0;
    for (int round = 0; round < 100; ++round) {
        std::vector<Twin> twins;
        twins.reserve(5);
        for (int k = 0; k < 5; ++k) {
            twins.push_back(random_twin(random, false));
        }
        const Answers a = ask(twins);
        std::size_t g = 0;
        for (const Twin& x : twins) {
            for (const Twin::Group& group : x.groups) {
                const double expected = by_enumeration(x, group);
                if (std::isinf(expected)) {
                    ++impossible;
                    EXPECT_EQ(a.bound[g], infinite);
                    EXPECT_EQ(a.cost[g], infinite);
                } else {
                    ++possible;
                    EXPECT_NEAR(a.bound[g], expected, 1e-5) << "round " << round << " group " << g;
                    EXPECT_LE(a.bound[g], expected + 1e-9);
                    EXPECT_NEAR(a.cost[g] - a.earned[g], expected, 1e-5);
                }
                ++g;
            }
        }
    }
    EXPECT_GT(possible, 200);
    EXPECT_GT(impossible, 20);
}

TEST(Units, BoundHoldsWhereRampsAreNarrow) {
    std::mt19937 random(2);
    for (int round = 0; round < 40; ++round) {
        const Twin x = random_twin(random, true);
        const Answers a = ask({x});
        for (std::size_t g = 0; g < x.groups.size(); ++g) {
            const double expected = by_enumeration(x, x.groups[g]);
            EXPECT_EQ(std::isinf(expected), std::isinf(a.bound[g]));
            if (!std::isinf(expected)) {
                EXPECT_LE(a.bound[g], expected + 1e-9);
                EXPECT_GE(a.cost[g] - a.earned[g], expected - 1e-6);
            }
        }
    }
}

/// A unit with ramps and one start cost alone, over any span, by its outputs on the grid.
double by_levels(const Twin& x, int span) {
    const int low = static_cast<int>(std::lround(x.base_mw / step_mw));
    const int levels = static_cast<int>(std::lround(x.range() / step_mw)) + 1;
    const auto ramp_up = std::lround(x.ramp_up / step_mw);
    const auto ramp_down = std::lround(x.ramp_down / step_mw);
    double off = 0.0;
    std::vector<double> on(static_cast<std::size_t>(levels), infinite);
    for (int t = 0; t < span; ++t) {
        const auto k = static_cast<std::size_t>(t);
        std::vector<double> next(on.size(), infinite);
        double stopped = infinite;
        for (int i = 0; i < levels; ++i) {
            const double p = (low + i) * step_mw;
            const double before = t > 0 ? on[static_cast<std::size_t>(i)] : infinite;
            if (t > 0 && p <= x.stop[k - 1]) {
                stopped = std::min(stopped, before);
            }
            double best = p <= x.start[k] ? off + x.tier_cny[0] : infinite;
            for (int j = 0; j < levels; ++j) {
                if (i - j <= ramp_up && j - i <= ramp_down) {
                    best = std::min(best, on[static_cast<std::size_t>(j)]);
                }
            }
            next[static_cast<std::size_t>(i)] = best + x.running(p) - x.energy[k] * p;
        }
        off = std::min(off, stopped);
        on = next;
    }
    return std::min(off, *std::min_element(on.begin(), on.end()));
}

// Runs that began in different hours stay different under slow ramps: more than are kept apart.
TEST(Units, TooManyRunsToKeepApart) {
    std::mt19937 random(3);
    const auto pick = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    constexpr int span = 60;
    int below = 0;
    for (int round = 0; round < 100; ++round) {
        Twin x;
        x.base_mw = 100.0;
        x.base_cny = 20000.0;
        x.segment_mw = {150.0, 250.0};
        x.segment_cny = {200.0, 230.0};
        x.ramp_up = step_mw;
        x.ramp_down = step_mw * pick(1, 4);
        x.tier_h = {1};
        x.tier_cny = {500.0 * pick(0, 10)};
        x.p_min = Hours(span, 100.0);
        x.p_max = Hours(span, 500.0);
        for (int t = 0; t < span; ++t) {
            x.start.push_back(100.0 + step_mw * pick(0, 1));
            x.stop.push_back(100.0 + step_mw * pick(0, 40));
            // Who starts early loses more and gets higher by the time when output pays.
            x.energy.push_back(t < 40 ? 190.0 - 2.0 * t + pick(-40, 40) : 230.0 + pick(0, 400));
        }
        x.up = x.down = x.rest = Hours(span, 0.0);
        x.groups.push_back({{0, 100, 0.0, true}, std::vector<char>(span, unit_available)});
        const Answers a = ask({x}, span);
        const double expected = by_levels(x, span);
        EXPECT_LE(a.bound[0], expected + 1e-6) << "round " << round;
        EXPECT_GE(a.cost[0] - a.earned[0], expected - 1e-6) << "round " << round;
        below += a.bound[0] < expected - 1.0 ? 1 : 0;
    }
    EXPECT_GT(below, 0); // else this test shows nothing
}

/// 100 to 200 MW, 20,000 CNY/h at 100 MW and 200 CNY/MWh above it, free in all else.
Twin plain() {
    Twin x;
    x.base_mw = 100.0;
    x.base_cny = 20000.0;
    x.segment_mw = {100.0};
    x.segment_cny = {200.0};
    x.ramp_up = x.ramp_down = 1000.0;
    const Hours all(hours, 200.0);
    x.p_min = Hours(hours, 100.0);
    x.p_max = x.start = x.stop = all;
    x.energy = Hours(hours, 100.0);
    x.up = x.down = x.rest = Hours(hours, 0.0);
    x.groups.push_back({{}, std::vector<char>(hours, unit_available)});
    return x;
}

TEST(Units, OneDearHourPaysForAStart) {
    Twin x = plain();
    x.groups[0].past = {0, 5, 0.0, true};
    x.tier_h = {1, 6};
    x.tier_cny = {5000.0, 15000.0};
    x.energy[3] = 400.0; // 200 MW earn 80,000 and cost 40,000 + 15,000 for 8 h at rest
    const Answers a = ask({x});
    EXPECT_EQ(std::string(a.state.begin(), a.state.end()), std::string("\0\0\0\1\0\0\0", 7));
    EXPECT_NEAR(a.bound[0], -25000.0, 1e-6);
    EXPECT_DOUBLE_EQ(a.cost[0], 55000.0);
    EXPECT_DOUBLE_EQ(a.p[3], 200.0);

    x.energy[3] = 270.0; // 54,000: not enough for the cold start
    EXPECT_NEAR(ask({x}).bound[0], 0.0, 1e-6);
}

TEST(Units, UpwardReserveTakesPartInTheRamp) {
    Twin x = plain();
    x.groups[0].past = {1, 50, 100.0, true};
    x.groups[0].duty.assign(hours, unit_available | unit_must_run);
    x.ramp_up = 30.0;
    x.up_max = 50.0;
    x.up = Hours(hours, 10.0);
    const Answers a = ask({x});
    // At 100 MW all hours: 30 MW above the hour before is all that can be held.
    for (int t = 0; t < hours; ++t) {
        EXPECT_DOUBLE_EQ(a.p[static_cast<std::size_t>(t)], 100.0);
        EXPECT_DOUBLE_EQ(a.up[static_cast<std::size_t>(t)], 30.0);
    }
    EXPECT_NEAR(a.bound[0], 7 * (20000.0 - 10000.0 - 300.0), 1e-6);
}

TEST(Units, ReserveAtRest) {
    Twin x = plain();
    x.rest_max = 40.0;
    x.rest[2] = 5.0;
    x.groups[0].duty[2] = 0;
    x.rest[4] = 7.0;
    const Answers a = ask({x});
    EXPECT_NEAR(a.bound[0], -280.0, 1e-6);
    EXPECT_EQ(a.state[2], unit_off);
    EXPECT_EQ(a.state[4], unit_off_with_reserve);
    EXPECT_DOUBLE_EQ(a.earned[0], 280.0);
}

TEST(Units, WrongSizesAreRefused) {
    const std::vector<UnitPast> groups(1);
    EXPECT_THROW(best_unit_plans({2, {}, groups, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}, {}, {}),
                 std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
