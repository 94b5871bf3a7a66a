#include "ac_networks.hpp"
#include "kernels/ac_flow.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace longyang::kernels {
namespace {

using test::AcTestAnswers;
using test::AcTestNetwork;
using test::Complex;
using test::dense_newton;
using test::meshed_network;
using test::random_numbers;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Hours of loads and of what the regulated buses give, [bus][hour].
struct Hours {
    std::size_t hours;
    std::vector<double> p, q, v_set, q_min, q_max;

    [[nodiscard]] AcHours spans() const { return {hours, p, q, v_set, q_min, q_max, {}, {}}; }
    [[nodiscard]] std::vector<double> at(const std::vector<double>& table, std::size_t hour) const {
        const std::size_t buses = p.size() / hours;
        std::vector<double> out;
        for (std::size_t i = 0; i < buses; ++i) {
            out.push_back(table.size() == buses ? table[i] : table[i * hours + hour]);
        }
        return out;
    }
};

Hours make_hours(const AcTestNetwork& network, std::size_t hours, double load, unsigned seed) {
    Hours h{hours, {}, {}, {}, {}, {}};
    const std::vector<double> level = random_numbers(hours, 0.5, 1.0, seed);
    const std::vector<double> each =
        random_numbers(network.buses * hours, 0.8 * load, 1.2 * load, seed + 1);
    h.v_set = random_numbers(network.buses, 0.99, 1.03, seed + 2);
    for (std::size_t i = 0; i < network.buses; ++i) {
        for (std::size_t t = 0; t < hours; ++t) {
            const double x = level[t] * each[i * hours + t];
            h.p.push_back(network.kind[i] == AcBus::regulated ? 2.5 * x : -x);
            h.q.push_back(-0.3 * x);
        }
    }
    return h;
}

AcSummary solve(AcTestNetwork& network, const Hours& hours, AcTestAnswers& answers,
                const AcSettings& settings = {}) {
    return solve_ac_hours(network.network(), hours.spans(), settings, answers.spans());
}

/// Largest |V conj(Y V) - S| of an hour with what the slack and the machines add, by a plain loop.
double residual(const AcTestNetwork& network, const Hours& hours, const AcTestAnswers& answers,
                std::size_t hour) {
    const std::vector<Complex> s = network.powers(answers.voltages(hour));
    const std::vector<double> p = hours.at(hours.p, hour);
    const std::vector<double> q = hours.at(hours.q, hour);
    double worst = 0.0;
    std::size_t held = 0;
    for (std::size_t i = 0; i < network.buses; ++i) {
        Complex given(p[i], q[i]);
        if (network.kind[i] != AcBus::load) {
            given += Complex(0.0, answers.q_machine[held++ * hours.hours + hour]);
        }
        if (!network.share.empty()) {
            given += network.share[i] * answers.slack[hour];
        } else if (network.kind[i] == AcBus::slack) {
            given += answers.slack[hour];
        }
        worst = std::max(
            {worst, std::abs(s[i].real() - given.real()), std::abs(s[i].imag() - given.imag())});
    }
    return worst;
}

void expect_solved(const AcTestNetwork& network, const Hours& hours, const AcTestAnswers& answers) {
    for (std::size_t t = 0; t < hours.hours; ++t) {
        ASSERT_EQ(answers.status[t], AcStatus::solved) << t;
        ASSERT_EQ(answers.worst_bus[t], -1) << t;
        ASSERT_LT(answers.mismatch[t], 1e-10) << t;
        ASSERT_LT(residual(network, hours, answers, t), 2e-10) << t;
    }
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_NEAR(a[i], b[i], tolerance) << i;
    }
}

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

class AcFlowSizes : public testing::TestWithParam<std::size_t> {};

TEST_P(AcFlowSizes, IsThatOfADenseNewton) {
    AcTestNetwork network = meshed_network(GetParam(), 7 + static_cast<unsigned>(GetParam()));
    const Hours hours = make_hours(network, 53, 0.15, 3);
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.by_shared_factor, hours.hours);
    expect_solved(network, hours, answers);
    for (std::size_t t = 0; t < hours.hours; t += 9) {
        const auto twin =
            dense_newton(network, hours.at(hours.p, t), hours.at(hours.q, t), hours.v_set);
        ASSERT_FALSE(twin.empty()) << t;
        for (std::size_t i = 0; i < network.buses; ++i) {
            EXPECT_NEAR(answers.v[i * hours.hours + t], std::abs(twin[i]), 1e-9) << i << ' ' << t;
            EXPECT_NEAR(answers.angle[i * hours.hours + t], std::arg(twin[i]), 1e-9)
                << i << ' ' << t;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Meshed, AcFlowSizes, testing::Values(2, 3, 5, 12, 40, 90));

TEST(AcFlow, OwnNewtonAndSharedFactorAgreeInAllLanes) {
    AcTestNetwork network = meshed_network(30, 5);
    const Hours hours = make_hours(network, 75, 0.15, 4);
    AcTestAnswers shared(network, hours.hours);
    solve(network, hours, shared);
    for (const int bytes : {16, 32, 64}) {
        for (const int group : {8, 16, 32}) {
            for (const int chord : {16, 0}) {
                AcSettings settings;
                settings.register_bytes = bytes;
                settings.group_hours = group;
                settings.chord_steps = chord;
                AcTestAnswers other(network, hours.hours);
                const AcSummary summary = solve(network, hours, other, settings);
                EXPECT_EQ(chord > 0 ? summary.by_shared_factor : summary.by_own_newton,
                          hours.hours);
                expect_solved(network, hours, other);
                expect_near(other.v, shared.v, 1e-9);
                expect_near(other.angle, shared.angle, 1e-9);
                expect_near(other.slack, shared.slack, 1e-9);
            }
        }
    }
}

/// The hours in another order: blocks of `block` hours are exchanged, within them all stays.
Hours in_blocks(const Hours& hours, std::size_t block, const std::vector<std::size_t>& order) {
    Hours out = hours;
    const std::size_t buses = hours.p.size() / hours.hours;
    for (std::size_t i = 0; i < buses; ++i) {
        for (std::size_t t = 0; t < hours.hours; ++t) {
            const std::size_t from = i * hours.hours + order[t / block] * block + t % block;
            out.p[i * hours.hours + t] = hours.p[from];
            out.q[i * hours.hours + t] = hours.q[from];
        }
    }
    return out;
}

TEST(AcFlow, ManyHoursAreSolvedInBlocks) {
    // The last block has five hours. Most hours take more steps than the three with the bin's
    // factor.
    AcTestNetwork network = meshed_network(20, 9);
    const Hours hours = make_hours(network, 1029, 0.35, 8);
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.by_shared_factor, hours.hours);
    expect_solved(network, hours, answers);
    EXPECT_GT(std::ranges::count_if(answers.steps, [](std::int32_t n) { return n > 3; }), 500);
    for (const std::size_t t : {0U, 7U, 8U, 515U, 1023U, 1024U, 1028U}) {
        const auto twin =
            dense_newton(network, hours.at(hours.p, t), hours.at(hours.q, t), hours.v_set);
        ASSERT_FALSE(twin.empty()) << t;
        for (std::size_t i = 0; i < network.buses; ++i) {
            EXPECT_NEAR(answers.v[i * hours.hours + t], std::abs(twin[i]), 1e-9) << i << ' ' << t;
            EXPECT_NEAR(answers.angle[i * hours.hours + t], std::arg(twin[i]), 1e-9)
                << i << ' ' << t;
        }
    }
    for (const int bytes : {16, 32, 64}) {
        for (const int group : {8, 16, 32}) {
            AcSettings settings;
            settings.register_bytes = bytes;
            settings.group_hours = group;
            AcTestAnswers other(network, hours.hours);
            solve(network, hours, other, settings);
            expect_solved(network, hours, other);
            expect_near(other.v, answers.v, 1e-9);
            expect_near(other.angle, answers.angle, 1e-9);
            expect_near(other.slack, answers.slack, 1e-9);
        }
    }
}

/// Any order of blocks gives the same bins, but other groups; every bit stays.
void expect_the_same_in_any_order(std::size_t block, std::size_t blocks, double spread,
                                  bool limits) {
    AcTestNetwork network = meshed_network(20, 9);
    Hours hours = make_hours(network, blocks * block, spread, 8);
    if (limits) {
        hours.q_min = random_numbers(network.buses, -0.1, 0.0, 43);
        hours.q_max = random_numbers(network.buses, 0.02, 0.2, 44);
    }
    std::vector<std::size_t> order(blocks);
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
    AcTestAnswers one(network, hours.hours);
    AcTestAnswers other(network, hours.hours);
    solve(network, hours, one);
    solve(network, in_blocks(hours, block, order), other);
    for (std::size_t i = 0; i < network.buses; ++i) {
        for (std::size_t t = 0; t < hours.hours; ++t) {
            const std::size_t at = i * hours.hours + order[t / block] * block + t % block;
            ASSERT_EQ(other.v[i * hours.hours + t], one.v[at]);
            ASSERT_EQ(other.angle[i * hours.hours + t], one.angle[at]);
        }
    }
}

TEST(AcFlow, AnHourDoesNotDependOnItsGroup) {
    for (const bool limits : {false, true}) {
        expect_the_same_in_any_order(1, 100, 0.2, limits);
    }
}

TEST(AcFlow, AnHourDoesNotDependOnTheBlocksBesideIt) {
    expect_the_same_in_any_order(32, 33, 0.35, false);
    expect_the_same_in_any_order(8, 132, 0.2, true);
}

TEST(AcFlow, LimitsOfManyHoursAreKept) {
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

TEST(AcFlow, AnglesFarFromTheBins) {
    // Buses of 1 pu in a chain, 10 sin(angle) pu over each branch. Of every eight hours four send
    // their power one way and four the other, so that the bins' means have hardly an angle; at the
    // far end hours are 30, 80 and 120 degrees away from them (by the polynomial, by that of the
    // half angle, one by one).
    constexpr std::size_t n = 1024;
    AcTestNetwork network(3);
    network.kind = {AcBus::slack, AcBus::regulated, AcBus::regulated};
    network.add_branch(0, 1, 0.0, 0.1);
    network.add_branch(1, 2, 0.0, 0.1);
    Hours hours{
        n, std::vector<double>(3 * n, 0.0), std::vector<double>(3 * n, 0.0), {1.0, 1.0, 1.0}, {},
        {}};
    const double degree = std::acos(-1.0) / 180.0;
    const auto angle = [&](std::size_t t) {
        const double size = t % 4 == 0 ? 15.0 : (t % 4 == 1 ? 40.0 : 60.0);
        return (t % 8 < 4 ? size : -size) * degree;
    };
    for (std::size_t t = 0; t < n; ++t) {
        hours.p[2 * n + t] = 10.0 * std::sin(angle(t));
    }
    AcTestAnswers answers(network, n);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    for (std::size_t t = 0; t < n; ++t) {
        ASSERT_NEAR(answers.angle[n + t], angle(t), 1e-10) << t;
        ASSERT_NEAR(answers.angle[2 * n + t], 2.0 * angle(t), 1e-10) << t;
        ASSERT_NEAR(answers.v[2 * n + t], 1.0, 1e-13) << t;
    }
}

TEST(AcFlow, BinsDoNotChangeTheAnswer) {
    AcTestNetwork network = meshed_network(25, 2);
    const Hours hours = make_hours(network, 300, 0.2, 6);
    AcTestAnswers one(network, hours.hours);
    AcTestAnswers many(network, hours.hours);
    AcSettings settings;
    settings.bins = 1;
    solve(network, hours, one, settings);
    settings.bins = 11;
    solve(network, hours, many, settings);
    expect_solved(network, hours, one);
    expect_solved(network, hours, many);
    expect_near(one.v, many.v, 1e-9);
    expect_near(one.angle, many.angle, 1e-9);
}

TEST(AcFlow, SharesOfTheSlackTakeUpTheLosses) {
    AcTestNetwork network = meshed_network(24, 11);
    network.share.assign(network.buses, 0.0);
    network.share[0] = 0.25;
    network.share[5] = 0.3; // a load bus
    network.share[7] = 0.45;
    const Hours hours = make_hours(network, 60, 0.15, 12);
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.by_shared_factor, hours.hours);
    expect_solved(network, hours, answers);
    // The same by its own Newton, and with nothing at the slack bus itself.
    AcSettings settings;
    settings.chord_steps = 0;
    network.share[0] = 0.0;
    network.share[7] = 0.7;
    solve(network, hours, answers, settings);
    expect_solved(network, hours, answers);
    // Given injections plus the slack's are the losses: all that flows into the network.
    for (std::size_t t = 0; t < hours.hours; ++t) {
        double given = answers.slack[t];
        Complex losses = 0.0;
        for (const Complex s : network.powers(answers.voltages(t))) {
            losses += s;
        }
        for (const double p : hours.at(hours.p, t)) {
            given += p;
        }
        EXPECT_NEAR(given, losses.real(), 1e-8);
        EXPECT_GT(given, 0.0);
    }
}

TEST(AcFlow, SetPointsMayChangeByTheHour) {
    AcTestNetwork network = meshed_network(16, 21);
    Hours hours = make_hours(network, 40, 0.15, 22);
    hours.v_set = random_numbers(network.buses * hours.hours, 0.98, 1.04, 23);
    AcTestAnswers answers(network, hours.hours);
    solve(network, hours, answers);
    expect_solved(network, hours, answers);
    for (std::size_t i = 0; i < network.buses; ++i) {
        for (std::size_t t = 0; t < hours.hours && network.kind[i] != AcBus::load; ++t) {
            EXPECT_NEAR(answers.v[i * hours.hours + t], hours.v_set[i * hours.hours + t], 1e-13);
        }
    }
}

TEST(AcFlow, IslandsWithASlackEach) {
    AcTestNetwork network(5);
    network.add_branch(0, 1, 0.01, 0.1);
    network.add_branch(2, 3, 0.02, 0.1, 0.04);
    network.add_branch(3, 4, 0.0, 0.05, 0.0, 0.98, 0.1);
    network.kind = {AcBus::slack, AcBus::load, AcBus::load, AcBus::load, AcBus::slack};
    const Hours hours{2,
                      {0, 0, -1, -0.5, -0.4, -0.6, -0.2, 0.1, 0, 0},
                      std::vector<double>(10, -0.1),
                      {1.0, 1.0, 1.0, 1.0, 1.02},
                      {},
                      {}};
    AcTestAnswers answers(network, 2);
    solve(network, hours, answers);
    for (std::size_t t = 0; t < 2; ++t) {
        const auto twin =
            dense_newton(network, hours.at(hours.p, t), hours.at(hours.q, t), hours.v_set);
        for (std::size_t i = 0; i < network.buses; ++i) {
            EXPECT_NEAR(answers.v[i * 2 + t], std::abs(twin[i]), 1e-10);
            EXPECT_NEAR(answers.angle[i * 2 + t], std::arg(twin[i]), 1e-10);
        }
    }
}

/// A slack of 1 pu behind x = 0.1 with a load p at power factor 1: v^2 = (1 + sqrt(1 - 4 x^2 p^2))
/// / 2; beyond p = 1 / (2 x) = 5 there is no solution.
AcTestNetwork two_buses() {
    AcTestNetwork network(2);
    network.add_branch(0, 1, 0.0, 0.1);
    network.kind[0] = AcBus::slack;
    return network;
}

TEST(AcFlow, NearCollapseAndBeyond) {
    AcTestNetwork network = two_buses();
    const std::vector<double> load{1.0, 4.0, 4.9, 4.99, 4.9999, 4.999999, 5.05, 5.5, 0.5};
    const std::size_t n = load.size();
    Hours hours{n, std::vector<double>(2 * n, 0.0), std::vector<double>(2 * n, 0.0), {1.0, 1.0}, {},
                {}};
    std::transform(load.begin(), load.end(), hours.p.begin() + static_cast<std::ptrdiff_t>(n),
                   [](double p) { return -p; });
    AcTestAnswers answers(network, n);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.not_converged, 2U);
    for (std::size_t t = 0; t < n; ++t) {
        const double under = 1.0 - 0.04 * load[t] * load[t];
        if (under < 0.0) {
            // Named, with the bus, and with no more left than what is lacking, or little more.
            EXPECT_EQ(answers.status[t], AcStatus::not_converged);
            EXPECT_EQ(answers.worst_bus[t], 1);
            EXPECT_GT(answers.mismatch[t], 0.3 * (load[t] - 5.0));
            EXPECT_LT(answers.mismatch[t], 1.5 * (load[t] - 5.0));
            continue;
        }
        EXPECT_EQ(answers.status[t], AcStatus::solved) << load[t];
        // A mismatch of 1e-10 moves v by up to 0.04 x 5 x 1e-10 / sqrt(under).
        EXPECT_NEAR(answers.v[n + t], std::sqrt((1.0 + std::sqrt(under)) / 2.0),
                    1e-10 / std::sqrt(under))
            << load[t];
        EXPECT_LT(residual(network, hours, answers, t), 2e-10);
    }
}

TEST(AcFlow, AnHourWithoutNumbersIsNamedAndSpoilsNoOther) {
    AcTestNetwork network = meshed_network(15, 31);
    Hours hours = make_hours(network, 40, 0.15, 32);
    AcTestAnswers clean(network, hours.hours);
    solve(network, hours, clean);
    hours.p[4 * hours.hours + 17] = std::numeric_limits<double>::quiet_NaN();
    hours.q[5 * hours.hours + 20] = -40.0; // no solution
    AcTestAnswers answers(network, hours.hours);
    const AcSummary summary = solve(network, hours, answers);
    EXPECT_EQ(summary.not_converged, 2U);
    for (std::size_t t = 0; t < hours.hours; ++t) {
        if (t == 17 || t == 20) {
            EXPECT_EQ(answers.status[t], AcStatus::not_converged);
            EXPECT_EQ(answers.worst_bus[t], t == 17 ? 4 : 5);
            EXPECT_FALSE(answers.mismatch[t] < 1.0);
            continue;
        }
        ASSERT_EQ(answers.status[t], AcStatus::solved) << t;
        for (std::size_t i = 0; i < network.buses; ++i) {
            ASSERT_NEAR(answers.v[i * hours.hours + t], clean.v[i * hours.hours + t], 1e-9);
        }
    }
}

TEST(AcFlow, AReactivePowerWithoutANumberIsNamed) {
    // The powers that are left, p, all balance: only q says that this hour has no answer.
    AcTestNetwork network = meshed_network(9, 33);
    Hours hours = make_hours(network, 1, 0.15, 34);
    hours.q[1] = std::numeric_limits<double>::quiet_NaN();
    AcTestAnswers answers(network, 1);
    EXPECT_EQ(solve(network, hours, answers).not_converged, 1U);
    EXPECT_EQ(answers.worst_bus[0], 1);
    AcSettings settings;
    settings.chord_steps = 0;
    EXPECT_EQ(solve(network, hours, answers, settings).not_converged, 1U);
    EXPECT_EQ(answers.status[0], AcStatus::not_converged);
}

TEST(AcFlow, AnHourWithoutNumbersLeavesTheAnglesBesideIt) {
    // Between voltages of 1 pu flow 10 sin(angle) pu: in hour 0 the angle is far from the mean's.
    AcTestNetwork network = two_buses();
    network.kind[1] = AcBus::regulated;
    constexpr std::size_t n = 32;
    Hours hours{n,
                std::vector<double>(2 * n, 0.0),
                std::vector<double>(2 * n, 0.0),
                std::vector<double>(2 * n, 1.0),
                {},
                {}};
    hours.p[n] = -9.5;
    for (const std::size_t t : {4U, 8U, 16U}) { // half a group away from it, in any lanes
        hours.v_set[n + t] = std::numeric_limits<double>::quiet_NaN();
    }
    AcTestAnswers answers(network, n);
    EXPECT_EQ(solve(network, hours, answers).not_converged, 3U);
    EXPECT_EQ(answers.status[0], AcStatus::solved);
    EXPECT_NEAR(answers.angle[n], -std::asin(0.95), 1e-9);
}

class AcFlowLimits : public testing::TestWithParam<bool> {};

TEST_P(AcFlowLimits, AreKeptAndGoBackWhereTheyCan) {
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

INSTANTIATE_TEST_SUITE_P(ByHourOrNot, AcFlowLimits, testing::Bool());

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

TEST(AcFlow, HoursThatSwitchAreThoseOfADenseNewtonWithTheirSides) {
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

TEST(AcFlow, LimitsAreKeptWithSharesOfTheSlack) {
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

TEST(AcFlow, AnHourWithoutValidSidesIsNamedAndTheOthersKeepTheirs) {
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

TEST(AcFlow, LimitsThatBindInAllHoursAreSolvedByTheSharedFactor) {
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

TEST(AcFlow, ABusWithoutMachinesInAnHourIsALoadBus) {
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

TEST(AcFlow, ABusWithMachinesInASingleHourHoldsItsVoltageThere) {
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

TEST(AcFlow, ALimitWorkedByHand) {
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

TEST(AcFlow, StartOfACaseIsTaken) {
    AcTestNetwork network = meshed_network(30, 51);
    Hours hours = make_hours(network, 20, 0.15, 52);
    AcTestAnswers flat(network, hours.hours);
    solve(network, hours, flat);
    std::vector<double> v(network.buses);
    std::vector<double> angle(network.buses);
    for (std::size_t i = 0; i < network.buses; ++i) {
        v[i] = flat.v[i * hours.hours];
        angle[i] = flat.angle[i * hours.hours];
    }
    AcHours spans = hours.spans();
    spans.start_v_pu = v;
    spans.start_angle_rad = angle;
    AcTestAnswers answers(network, hours.hours);
    solve_ac_hours(network.network(), spans, {}, answers.spans());
    expect_solved(network, hours, answers);
    expect_near(answers.v, flat.v, 1e-9);
}

TEST(AcFlow, AnswersThatAreNotWantedMayBeLeftOut) {
    AcTestNetwork network = meshed_network(8, 61);
    const Hours hours = make_hours(network, 5, 0.15, 62);
    std::vector<double> v(network.buses * hours.hours);
    AcAnswers answers;
    answers.v_pu = v;
    const AcSummary summary = solve_ac_hours(network.network(), hours.spans(), {}, answers);
    EXPECT_EQ(summary.not_converged, 0U);
    EXPECT_NEAR(v[0], hours.v_set[0], 1e-13);
    EXPECT_EQ(solve_ac_hours(network.network(), {}, {}, {}).by_shared_factor, 0U);
}

TEST(AcFlow, RefusesWhatIsNoNetwork) {
    const auto refused = [](AcTestNetwork& network, const char* words) {
        const Hours hours = make_hours(network, 1, 0.1, 1);
        try {
            solve_ac_hours(network.network(), hours.spans(), {}, {});
            ADD_FAILURE() << "not refused: " << words;
        } catch (const std::invalid_argument& error) {
            EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
        }
    };
    AcTestNetwork apart(3);
    apart.add_branch(0, 1, 0.0, 0.1);
    apart.kind[0] = AcBus::slack;
    refused(apart, "bus 2 is not connected to a slack bus");
    AcTestNetwork shares = two_buses();
    shares.share = {0.5, 0.5};
    shares.kind[1] = AcBus::slack;
    refused(shares, "slack shares need one slack bus, there are 2");
    shares.kind[1] = AcBus::load;
    shares.share = {0.5, 0.4};
    refused(shares, "slack shares are 0.9");
    shares.share = {1.5, -0.5};
    refused(shares, "the slack share of bus 1 is -0.5");

    AcTestNetwork one_way = two_buses();
    AcNetwork network = one_way.network();
    std::vector<std::int32_t> column(network.column.begin(), network.column.end());
    column[2] = 1; // bus 1 loses its entry for bus 0
    network.column = column;
    const Hours hours = make_hours(one_way, 1, 0.1, 1);
    EXPECT_THROW(solve_ac_hours(network, hours.spans(), {}, {}), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
