#include "base/error.hpp"
#include "small_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

// A single unit over six hours, with everything that a cluster can have, against all its
// commitments one by one. All powers are multiples of 10 MW; rows of a single unit's output tie at
// most two neighbouring hours by their difference, so that an optimal output stands on that grid,
// and a walk over the grid finds it exactly. The rules are those of the unit, in words of their
// own: nothing here looks at the programme.

namespace {

using namespace longyang;
using namespace longyang::testing;

constexpr int hours = 6;
constexpr int step_mw = 10;
constexpr double never = std::numeric_limits<double>::infinity();
constexpr int reserve_price = 300;
constexpr int lost_load_price = 20000;

using Hours = std::array<int, hours>;

/// A unit in one system, in whole MW.
struct Instance {
    std::array<int, 3> curve_mw{}, curve_cny{};
    int ramp_up = 0, ramp_down = 0, start = 0, stop = 0;
    int min_up = 1, min_down = 1;
    int spinning = 0, reserve = 0;
    Hours highest{}, floor{}, must_run{}, in_service{}, load{};
    int flexible_mw = 0, flexible_price = 0;
    std::array<int, 3> tier_h{}, tier_cny{};
    int before = -1; ///< -1 free, 0 off, 1 on
    int before_h = 1, before_mw = 0;
};

Instance random_instance(std::mt19937& random) {
    const auto pick = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<std::uint32_t>(high - low + 1));
    };
    const auto chance = [&](int percent) { return pick(1, 100) <= percent; };
    Instance x;
    x.curve_mw[0] = step_mw * pick(4, 10);
    x.curve_mw[1] = x.curve_mw[0] + step_mw * pick(1, 5);
    x.curve_mw[2] = x.curve_mw[1] + step_mw * pick(1, 5);
    const int slope = pick(100, 300);
    x.curve_cny[0] = x.curve_mw[0] * pick(150, 350);
    x.curve_cny[1] = x.curve_cny[0] + slope * (x.curve_mw[1] - x.curve_mw[0]);
    x.curve_cny[2] = x.curve_cny[1] + (slope + pick(1, 100)) * (x.curve_mw[2] - x.curve_mw[1]);
    const int range = x.curve_mw[2] - x.curve_mw[0];
    x.ramp_up = chance(30) ? 100000 : step_mw * pick(1, range / step_mw);
    x.ramp_down = chance(30) ? 100000 : step_mw * pick(1, range / step_mw);
    x.start = chance(30) ? 100000 : x.curve_mw[0] + step_mw * pick(0, range / step_mw);
    x.stop = chance(30) ? 100000 : x.curve_mw[0] + step_mw * pick(0, range / step_mw);
    x.min_up = pick(1, 4);
    x.min_down = pick(1, 4);
    x.reserve = chance(50) ? step_mw * pick(1, 4) : 0;
    x.spinning = step_mw * pick(1, 6);
    for (std::size_t t = 0; t < hours; ++t) {
        x.highest[t] = chance(20) ? x.curve_mw[1] : x.curve_mw[2];
        x.floor[t] = chance(20) ? std::min(x.curve_mw[0] + step_mw, x.highest[t]) : x.curve_mw[0];
        x.must_run[t] = chance(10) ? 1 : 0;
        x.in_service[t] = chance(8) ? 0 : 1;
        x.load[t] = chance(15) ? 0 : step_mw * pick(4, 25);
    }
    x.flexible_mw = step_mw * pick(0, 15);
    x.flexible_price = pick(50, 700);
    x.tier_h = {1, pick(2, 3), pick(4, 6)};
    x.tier_cny = {1000 * pick(0, 5), 1000 * pick(6, 15), 1000 * pick(16, 40)};
    x.before = pick(-1, 1);
    x.before_h = pick(1, 5);
    x.before_mw = x.curve_mw[0] + step_mw * pick(0, range / step_mw);
    return x;
}

grid::System make_system(const Instance& x) {
    grid::System system = one_bus();
    const auto share = [&](const Hours& mw) {
        std::vector<double> shares;
        for (const int value : mw) {
            shares.push_back(value / static_cast<double>(x.curve_mw[2]));
        }
        return add_profile(system, shares);
    };
    Plant plant;
    plant.curve.clear();
    for (std::size_t k = 0; k < 3; ++k) {
        plant.curve.emplace_back(x.curve_mw[k], x.curve_cny[k]);
        plant.tiers.emplace_back(x.tier_h[k], x.tier_cny[k]);
    }
    plant.min_up_h = x.min_up;
    plant.min_down_h = x.min_down;
    plant.ramp_up_mw_per_h = x.ramp_up;
    plant.ramp_down_mw_per_h = x.ramp_down;
    plant.start_ramp_mw = x.start;
    plant.stop_ramp_mw = x.stop;
    plant.spinning_up_mw = x.spinning;
    plant.must_run_units = 1;
    plant.must_run_profile =
        add_profile(system, std::vector<double>(x.must_run.begin(), x.must_run.end()));
    plant.p_max_profile = share(x.highest);
    plant.p_min_profile = share(x.floor);
    plant.initial_units_on = x.before;
    plant.initial_h = x.before_h;
    plant.initial_p_mw = x.before_mw;
    const int item = add_plant(system, plant);
    for (int t = 0; t < hours; ++t) {
        if (x.in_service[static_cast<std::size_t>(t)] == 0) {
            add_outage(system, item, t, t + 1, 1);
        }
    }
    add_load(system, 0, std::vector<double>(x.load.begin(), x.load.end()));
    add_flexible(system, 0, x.flexible_mw, x.flexible_price);
    add_reserve(system, 0, "up", "spinning", x.reserve, reserve_price);
    return system;
}

/// TH-4: whether the unit is asked to run where it must. Not while it rests behind the first hour
/// of an outage, nor between outages that leave less than the minimum time on.
bool asked(const Instance& x, std::size_t hour) {
    std::size_t first = hour; // of the hours in service around it
    while (first > 0 && x.in_service[first - 1] != 0) {
        --first;
    }
    std::size_t begin = first; // of the outage before them
    while (begin > 0 && x.in_service[begin - 1] == 0) {
        --begin;
    }
    if (begin < first) {
        first = std::max(first, begin + static_cast<std::size_t>(x.min_down));
    }
    std::size_t end = hour;
    while (end < hours && x.in_service[end] != 0) {
        ++end;
    }
    return hour >= first && (end == hours || end >= first + static_cast<std::size_t>(x.min_up));
}

/// Start costs of a commitment; `never` where it breaks minimum times, outages or must-run.
double commitment_cost(const Instance& x, const Hours& on) {
    double cost = 0.0;
    int state = x.before == -1 ? on[0] : x.before;
    // A free state has been what it is in hour 0 for ever: off as long, and on as long, as asked.
    int held_h = x.before == -1 ? 1000 : x.before_h;
    for (std::size_t t = 0; t < hours; ++t) {
        const bool out = x.in_service[t] == 0;
        if ((out && on[t] == 1) || (!out && x.must_run[t] == 1 && on[t] == 0 && asked(x, t))) {
            return never;
        }
        if (on[t] == state) {
            ++held_h;
            continue;
        }
        if (on[t] == 1) {
            if (held_h < x.min_down) {
                return never;
            }
            std::size_t tier = 0;
            while (tier < 2 && held_h >= x.tier_h[tier + 1]) {
                ++tier;
            }
            cost += x.tier_cny[tier];
        } else {
            // An outage may cut short only a run that began before the span.
            const bool began_before = t == static_cast<std::size_t>(held_h - x.before_h);
            if (held_h < x.min_up && !(out && x.before == 1 && began_before)) {
                return never;
            }
        }
        state = on[t];
        held_h = 1;
    }
    return cost;
}

double heat_cost(const Instance& x, int p_mw) {
    const std::size_t k = p_mw > x.curve_mw[1] ? 1 : 0;
    return x.curve_cny[k] + (p_mw - x.curve_mw[k]) *
                                static_cast<double>(x.curve_cny[k + 1] - x.curve_cny[k]) /
                                (x.curve_mw[k + 1] - x.curve_mw[k]);
}

/// Cost of an hour at an output, all else at its best; `never` where the output is not allowed
/// after `before_mw` (-1: nothing ties it to the hour before).
double hour_cost(const Instance& x, const Hours& on, std::size_t t, int before_mw, int p_mw) {
    const bool was_on = t == 0 ? (x.before == -1 ? on[0] == 1 : x.before == 1) : on[t - 1] == 1;
    const bool tied = before_mw >= 0;
    int reserve_mw = 0;
    double cost = 0.0;
    if (on[t] == 1) {
        int top = x.highest[t];
        if (!was_on) {
            top = std::min(top, std::max(x.start, x.floor[t]));
        } else if (tied) {
            top = std::min(top, before_mw + x.ramp_up);
            if (before_mw - p_mw > x.ramp_down) {
                return never;
            }
        }
        if (t + 1 < hours && on[t + 1] == 0) {
            top = std::min(top, std::max(x.stop, x.floor[t]));
        }
        if (p_mw < x.floor[t] || p_mw > top) {
            return never;
        }
        reserve_mw = std::min(x.spinning, top - p_mw);
        cost += heat_cost(x, p_mw);
    }
    const int rest_mw = x.load[t] - p_mw;
    if (rest_mw < 0) {
        return never;
    }
    const int flexible_mw = std::min(rest_mw, x.flexible_mw);
    cost += static_cast<double>(flexible_mw) * x.flexible_price +
            static_cast<double>(rest_mw - flexible_mw) * lost_load_price;
    cost += static_cast<double>(std::max(x.reserve - reserve_mw, 0)) * reserve_price;
    return cost;
}

/// Best cost of output and reserve for a commitment, by a walk over the grid of outputs.
double dispatch_cost(const Instance& x, const Hours& on) {
    // A stop in hour 0 minds the output before, but for that of a unit that is out; hour -1 is the
    // year's last, with profiles of the span's last hour.
    if (x.before == 1 && on[0] == 0 && x.in_service[0] != 0) {
        const int last_stop = std::max(x.stop, x.floor[hours - 1]);
        if (x.before_mw > std::min(last_stop, x.highest[hours - 1])) {
            return never;
        }
    }
    const int levels = x.curve_mw[2] / step_mw + 1;
    std::vector<double> best(static_cast<std::size_t>(levels), never);
    for (std::size_t t = 0; t < hours; ++t) {
        std::vector<double> next(best.size(), never);
        for (std::size_t level = 0; level < best.size(); ++level) {
            const int p_mw = step_mw * static_cast<int>(level);
            if ((p_mw > 0) != (on[t] == 1)) {
                continue;
            }
            if (t == 0) {
                const int before_mw = x.before == 1 ? x.before_mw : -1;
                next[level] = hour_cost(x, on, t, before_mw, p_mw);
                continue;
            }
            for (std::size_t from = 0; from < best.size(); ++from) {
                if (best[from] < never) {
                    const int before_mw = step_mw * static_cast<int>(from);
                    next[level] =
                        std::min(next[level], best[from] + hour_cost(x, on, t, before_mw, p_mw));
                }
            }
        }
        best = next;
    }
    return *std::min_element(best.begin(), best.end());
}

double best_cost(const Instance& x) {
    double best = never;
    for (unsigned number = 0; number < (1U << hours); ++number) {
        Hours on{};
        for (unsigned t = 0; t < hours; ++t) {
            on[t] = static_cast<int>((number >> t) & 1U);
        }
        const double starts = commitment_cost(x, on);
        if (starts < never) {
            best = std::min(best, starts + dispatch_cost(x, on));
        }
    }
    return best;
}

TEST(ThermalEnumeration, ASingleUnitIsSolvedAsByHand) {
    std::mt19937 random(20300115);
    int feasible = 0;
    int infeasible = 0;
    for (int number = 0; number < 300; ++number) {
        SCOPED_TRACE("instance " + std::to_string(number));
        const Instance x = random_instance(random);
        const double best = best_cost(x);
        double found = never;
        try {
            const Solution s = solve_span(make_system(x), hours);
            if (s.status == solve::highs::Status::optimal) {
                found = s.cost_cny;
            } else {
                ASSERT_EQ(s.status, solve::highs::Status::infeasible);
            }
        } catch (const Error& error) {
            ASSERT_EQ(error.code(), Exit::infeasible);
        }
        if (best < never) {
            ++feasible;
            ASSERT_NEAR(found, best, 1e-6 * best);
        } else {
            ++infeasible;
            ASSERT_EQ(found, never);
        }
    }
    // Both kinds have to be among them for the test to say something.
    EXPECT_GE(feasible, 150);
    EXPECT_GE(infeasible, 10);
}

} // namespace
