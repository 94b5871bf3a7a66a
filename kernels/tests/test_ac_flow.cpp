#include "ac_test_hours.hpp"
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
using test::expect_near;
using test::expect_solved;
using test::Hours;
using test::make_hours;
using test::meshed_network;
using test::random_numbers;
using test::residual;
using test::solve;
using test::two_buses;

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
