// Reactive limits of machines in the AC power flow (AC-7).
#include "ac_test_hours.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::kernels {
namespace {

using test::AcTestAnswers;
using test::AcTestNetwork;
using test::dense_newton;
using test::expect_near;
using test::expect_solved;
using test::Hours;
using test::make_hours;
using test::meshed_network;
using test::random_numbers;
using test::solve;
using test::two_buses;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Every regulated bus holds its voltage within its limits, or stands at the one for which its
/// voltage is on the right side (AC-7).
void expect_limits_kept(const AcTestNetwork& network, const Hours& hours,
                        const AcTestAnswers& answers, int (&count)[3]) {
    for (std::size_t t = 0; t < hours.hours; ++t) {
        const auto low = hours.at(hours.q_min, t);
        const auto high = hours.at(hours.q_max, t);
        const auto set = hours.at(hours.v_set, t);
        std::size_t held = 0;
        for (std::size_t i = 0; i < network.buses; ++i) {
            if (network.kind[i] == AcBus::load) {
                continue;
            }
            const double q = answers.q_machine[held++ * hours.hours + t];
            const double off = answers.v[i * hours.hours + t] - set[i];
            if (network.kind[i] == AcBus::slack || std::abs(off) < 1e-12) {
                ASSERT_TRUE(network.kind[i] == AcBus::slack ||
                            (q > low[i] - 2e-8 && q < high[i] + 2e-8))
                    << i << ' ' << t;
                ++count[0];
            } else {
                ASSERT_NEAR(q, off < 0.0 ? high[i] : low[i], 2e-10) << i << ' ' << t;
                ++count[off < 0.0 ? 1 : 2];
            }
        }
    }
}

TEST(AcLimits, LimitsOfManyHoursAreKept) {
    AcTestNetwork network = meshed_network(20, 41);
    Hours hours = make_hours(network, 1100, 0.2, 42);
    hours.q_min = random_numbers(hours.p.size(), -0.2, 0.0, 43);
    hours.q_max = random_numbers(hours.p.size(), 0.02, 0.4, 44);
    AcTestAnswers answers(network, hours.hours);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    int count[3] = {};
    expect_limits_kept(network, hours, answers, count);
    EXPECT_GT(count[0], 1000);
    EXPECT_GT(count[1], 500);
    EXPECT_GT(count[2], 500);
}

class AcLimitsByHour : public testing::TestWithParam<bool> {};

TEST_P(AcLimitsByHour, AreKeptAndGoBackWhereTheyCan) {
    const bool by_hour = GetParam();
    AcTestNetwork network = meshed_network(40, 41);
    Hours hours = make_hours(network, 120, 0.2, 42);
    hours.q_min = random_numbers(by_hour ? hours.p.size() : network.buses, -0.2, 0.0, 43);
    hours.q_max = random_numbers(hours.q_min.size(), 0.02, 0.4, 44);
    hours.q_max[7] = infinity;
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.limits_open, 0U);
    expect_solved(network, hours, answers);
    int count[3] = {};
    expect_limits_kept(network, hours, answers, count);
    // The hours show all three: voltage held, most and least.
    EXPECT_GT(count[0], 100);
    EXPECT_GT(count[1], 50);
    EXPECT_GT(count[2], 50);
    // The same without steps in groups.
    AcSettings settings;
    settings.chord_steps = 0;
    AcTestAnswers own(network, hours.hours);
    EXPECT_EQ(solve(network, hours, own, settings).by_own_newton, hours.hours);
    expect_near(own.v, answers.v, 1e-9);
    expect_near(own.q_machine, answers.q_machine, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(ByHourOrNot, AcLimitsByHour, testing::Bool());

/// An hour's network with the sides that an answer shows: a bus at a limit gives that limit.
struct HourWithSides {
    AcTestNetwork network;
    std::vector<double> p, q, v_set;
};

HourWithSides with_sides(const AcTestNetwork& network, const Hours& hours,
                         const AcTestAnswers& answers, std::size_t hour) {
    HourWithSides one{network, hours.at(hours.p, hour), hours.at(hours.q, hour),
                      hours.at(hours.v_set, hour)};
    const auto low = hours.at(hours.q_min, hour);
    const auto high = hours.at(hours.q_max, hour);
    for (std::size_t i = 0; i < network.buses; ++i) {
        const double off = answers.v[i * hours.hours + hour] - one.v_set[i];
        if (network.kind[i] == AcBus::regulated && std::abs(off) > 1e-9) {
            one.network.kind[i] = AcBus::load;
            one.q[i] += off < 0.0 ? high[i] : low[i];
        }
    }
    return one;
}

TEST(AcLimits, HoursThatSwitchAreThoseOfADenseNewtonWithTheirSides) {
    for (const unsigned seed : {3U, 4U, 5U}) {
        AcTestNetwork network = meshed_network(36, seed);
        Hours hours = make_hours(network, 200, 0.22, seed + 10);
        const std::size_t all = hours.p.size();
        const bool by_hour = seed == 4;
        hours.q_min = random_numbers(by_hour ? all : network.buses, -0.15, 0.0, seed + 20);
        hours.q_max = random_numbers(hours.q_min.size(), 0.02, 0.35, seed + 30);
        if (by_hour) {
            hours.v_set = random_numbers(all, 0.99, 1.03, seed + 40);
            for (std::size_t k = 0; k < all; k += 7) { // nothing is connected
                hours.q_min[k] = hours.q_max[k] = 0.0;
            }
        }
        AcTestAnswers answers(network, hours.hours);
        solve(network, hours, answers);
        expect_solved(network, hours, answers);
        int count[3] = {};
        expect_limits_kept(network, hours, answers, count);
        EXPECT_GT(std::min({count[0], count[1], count[2]}), 50);
        for (std::size_t t = 0; t < hours.hours; t += 3) {
            const HourWithSides one = with_sides(network, hours, answers, t);
            const auto twin = dense_newton(one.network, one.p, one.q, one.v_set);
            ASSERT_FALSE(twin.empty()) << seed << ' ' << t;
            for (std::size_t i = 0; i < network.buses; ++i) {
                EXPECT_NEAR(answers.v[i * hours.hours + t], std::abs(twin[i]), 1e-8)
                    << seed << ' ' << t << ' ' << i;
                EXPECT_NEAR(answers.angle[i * hours.hours + t], std::arg(twin[i]), 1e-8)
                    << seed << ' ' << t << ' ' << i;
            }
        }
        for (const int bytes : {16, 32, 64}) {
            for (const int group : {8, 32}) {
                AcSettings settings;
                settings.register_bytes = bytes;
                settings.group_hours = group;
                AcTestAnswers other(network, hours.hours);
                solve(network, hours, other, settings);
                expect_solved(network, hours, other);
                expect_near(other.v, answers.v, 1e-9);
                expect_near(other.q_machine, answers.q_machine, 1e-8);
            }
        }
    }
}

TEST(AcLimits, LimitsAreKeptWithSharesOfTheSlack) {
    AcTestNetwork network = meshed_network(24, 11);
    network.share.assign(network.buses, 0.0);
    network.share[0] = 0.4;
    network.share[3] = 0.35; // a bus with limits
    network.share[5] = 0.25;
    Hours hours = make_hours(network, 90, 0.2, 12);
    hours.q_min = random_numbers(network.buses, -0.1, 0.0, 13);
    hours.q_max = random_numbers(network.buses, 0.02, 0.2, 14);
    AcTestAnswers answers(network, hours.hours);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    int count[3] = {};
    expect_limits_kept(network, hours, answers, count);
    EXPECT_GT(std::min({count[0], count[1], count[2]}), 20);
}

TEST(AcLimits, AnHourWithoutValidSidesIsNamedAndTheOthersKeepTheirs) {
    // Over x = 0.1 a load of 4.5 + 3j draws 4.07 from the machine beside it while that holds 1 pu:
    // 3 and the line's 10 (1 - cos(asin(0.45))). Its limit is 0.1, and with 2.9 over the line there
    // is no voltage: (2 q x - 1)^2 = 0.18 is less than 4 x^2 (p^2 + q^2) = 1.15. The other hours
    // take -0.1 = v (v - 1) / 0.1 (at the limit), or hold.
    AcTestNetwork network = two_buses();
    network.kind[1] = AcBus::regulated;
    constexpr std::size_t n = 40;
    Hours hours{n,
                std::vector<double>(2 * n, 0.0),
                std::vector<double>(2 * n, 0.0),
                {1.0, 1.0},
                {-9.0, -0.3},
                {9.0, 0.1}};
    for (std::size_t t = 0; t < n; t += 2) {
        hours.q[n + t] = -0.2;
    }
    hours.p[n + 5] = -4.5;
    hours.q[n + 5] = -3.0;
    const double low = 0.5 + std::sqrt(0.25 - 0.01);
    AcTestAnswers answers(network, n);
    for (const int steps : {16, 1, 0}) {
        AcSettings settings;
        settings.chord_steps = steps;
        EXPECT_EQ(solve(network, hours, answers, settings).not_converged, 1U);
        for (std::size_t t = 0; t < n; ++t) {
            if (t == 5) {
                EXPECT_EQ(answers.status[t], AcStatus::not_converged);
                EXPECT_EQ(answers.worst_bus[t], 1);
                EXPECT_GT(answers.mismatch[t], 0.01);
                continue;
            }
            ASSERT_EQ(answers.status[t], AcStatus::solved) << steps << ' ' << t;
            ASSERT_NEAR(answers.v[n + t], t % 2 == 0 ? low : 1.0, 1e-9) << steps << ' ' << t;
        }
    }
}

TEST(AcLimits, LimitsThatBindInAllHoursAreSolvedByTheSharedFactor) {
    AcTestNetwork network = meshed_network(40, 41);
    Hours hours = make_hours(network, 64, 0.2, 42);
    for (double& x : hours.p) {
        x *= 0.001; // hours that hardly differ: the mean's sides are right for all of them
        x = std::round(x * 1e4) / 1e4;
    }
    hours.q_min.assign(network.buses, -0.01);
    hours.q_max.assign(network.buses, 0.01);
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_GT(summary.by_shared_factor, 20U);
    expect_solved(network, hours, answers);
    int count[3] = {};
    expect_limits_kept(network, hours, answers, count);
    EXPECT_GT(count[1] + count[2], 100);
}

TEST(AcLimits, ABusWithoutMachinesInAnHourIsALoadBus) {
    AcTestNetwork network = meshed_network(30, 71);
    Hours hours = make_hours(network, 48, 0.1, 72);
    hours.q_min.assign(hours.p.size(), -infinity);
    hours.q_max.assign(hours.p.size(), infinity);
    // Every third hour nothing is connected at bus 7.
    for (std::size_t t = 0; t < hours.hours; t += 3) {
        hours.q_min[7 * hours.hours + t] = 0.0;
        hours.q_max[7 * hours.hours + t] = 0.0;
    }
    AcTestAnswers answers(network, hours.hours);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    AcTestNetwork without = meshed_network(30, 71);
    without.kind[7] = AcBus::load;
    Hours free = hours;
    free.q_min.clear();
    free.q_max.clear();
    AcTestAnswers loads(without, hours.hours);
    AcTestAnswers held(network, hours.hours);
    solve(without, free, loads);
    solve(network, free, held);
    for (std::size_t i = 0; i < network.buses; ++i) {
        for (std::size_t t = 0; t < hours.hours; ++t) {
            const auto& expected = t % 3 == 0 ? loads : held;
            ASSERT_NEAR(answers.v[i * hours.hours + t], expected.v[i * hours.hours + t], 1e-9)
                << i << ' ' << t;
        }
    }
}

TEST(AcLimits, ABusWithMachinesInASingleHourHoldsItsVoltageThere) {
    // The mean of the bin is taken over hours in which nothing is connected at bus 7.
    AcTestNetwork network = meshed_network(30, 71);
    const Hours one = make_hours(network, 1, 0.1, 72);
    constexpr std::size_t n = 200;
    Hours hours{n, {}, {}, one.v_set, {}, {}};
    for (std::size_t i = 0; i < network.buses; ++i) {
        hours.p.insert(hours.p.end(), n, one.p[i]);
        hours.q.insert(hours.q.end(), n, one.q[i]);
    }
    hours.q_min.assign(hours.p.size(), -infinity);
    hours.q_max.assign(hours.p.size(), infinity);
    std::fill_n(hours.q_min.begin() + 7 * n + 1, n - 1, 0.0);
    std::fill_n(hours.q_max.begin() + 7 * n + 1, n - 1, 0.0);
    AcTestAnswers answers(network, n);
    EXPECT_EQ(solve(network, hours, answers).not_converged, 0U);
    expect_solved(network, hours, answers);
    EXPECT_NEAR(answers.v[7 * n], one.v_set[7], 1e-13);
    EXPECT_GT(std::abs(answers.v[7 * n + 1] - one.v_set[7]), 1e-4);
}

TEST(AcLimits, ALimitWorkedByHand) {
    // A machine at bus 1 holds 1 pu behind x = 0.1 with a load q of its bus in its way: while it
    // holds, both ends have 1 pu and no reactive power flows at p = 0, so it gives what the load
    // takes. At its limit of 0.2 with a load of 0.3: -0.1 = v (v - 1) / 0.1.
    AcTestNetwork network = two_buses();
    network.kind[1] = AcBus::regulated;
    const Hours hours{3,          {0, 0, 0, 0, 0, 0}, {0, 0, 0, -0.1, -0.3, 0.4},
                      {1.0, 1.0}, {-9.0, -0.3},       {9.0, 0.2}};
    AcTestAnswers answers(network, 3);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    const double low = 0.5 + std::sqrt(0.25 - 0.01);
    const double high = 0.5 + std::sqrt(0.25 + 0.01);
    expect_near(answers.v, {1, 1, 1, 1, low, high}, 1e-9);
    expect_near({answers.q_machine.begin() + 3, answers.q_machine.end()}, {0.1, 0.2, -0.3}, 1e-9);
}

} // namespace
} // namespace longyang::kernels
