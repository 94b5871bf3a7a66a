#include "ac_networks.hpp"
#include "kernels/ac_outages.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace longyang::kernels {
namespace {

using test::AcTestAnswers;
using test::AcTestNetwork;
using test::Complex;
using test::dense_newton;
using test::random_numbers;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Branch {
    std::size_t from, to;
    double r, x, b, tap, shift;
};

/// Two rings with rungs between them: no single branch splits it, and some are parallel.
struct Ladder {
    std::size_t buses;
    std::vector<Branch> branches;

    Ladder(std::size_t half, unsigned seed) : buses(2 * half) {
        const std::vector<double> u = random_numbers(20 * half, 0.0, 1.0, seed);
        std::size_t next = 0;
        const auto add = [&](std::size_t from, std::size_t to) {
            const double x = 0.02 + 0.08 * u[next++];
            const bool transformer = u[next++] < 0.3;
            branches.push_back({from, to, 0.15 * x, x, transformer ? 0.0 : 0.04,
                                transformer ? 0.97 : 1.0, transformer ? 0.03 : 0.0});
        };
        for (std::size_t i = 0; i < half; ++i) {
            add(i, (i + 1) % half);
            add(half + i, half + (i + 1) % half);
            add(i, half + i);
        }
        add(0, 1);
    }
    /// Without branch `lost`; -1: all of them.
    [[nodiscard]] AcTestNetwork network(int lost) const {
        AcTestNetwork net(buses);
        for (std::size_t b = 0; b < branches.size(); ++b) {
            const Branch& t = branches[b];
            if (static_cast<int>(b) != lost) {
                net.add_branch(t.from, t.to, t.r, t.x, t.b, t.tap, t.shift);
            }
        }
        net.kind[0] = AcBus::slack;
        for (std::size_t i = 2; i < buses; i += 3) {
            net.kind[i] = AcBus::regulated;
        }
        return net;
    }
    /// Power into a branch at its from and its to end.
    [[nodiscard]] std::pair<Complex, Complex> flow(std::size_t b,
                                                   const std::vector<Complex>& v) const {
        const Branch& t = branches[b];
        const Complex y = 1.0 / Complex(t.r, t.x);
        const Complex half(0.0, t.b / 2.0);
        const Complex behind = v[t.from] / std::polar(t.tap, t.shift);
        const Complex far = v[t.to];
        return {behind * std::conj(y * (behind - far) + half * behind),
                far * std::conj(y * (far - behind) + half * far)};
    }
    /// Apparent power of a branch, the larger end's.
    [[nodiscard]] double apparent(std::size_t b, const std::vector<Complex>& v) const {
        const auto [from, to] = flow(b, v);
        return std::max(std::abs(from), std::abs(to));
    }
    /// Reactive power that goes from a bus into the branches but one.
    [[nodiscard]] double reactive(std::size_t bus, std::int32_t lost,
                                  const std::vector<Complex>& v) const {
        double sum = 0.0;
        for (std::size_t b = 0; b < branches.size(); ++b) {
            const auto [from, to] = flow(b, v);
            sum += static_cast<std::int32_t>(b) == lost ? 0.0
                   : branches[b].from == bus            ? from.imag()
                   : branches[b].to == bus              ? to.imag()
                                                        : 0.0;
        }
        return sum;
    }
};

/// What a study of outages is made of, and its twin: each outage solved anew in a network that is
/// built without the branch, looked at in plain loops.
struct Study {
    Ladder ladder;
    std::size_t hours;
    bool shares, limits;
    std::vector<double> p, q, v_set, q_min, q_max, rating, factor, v_min, v_max;
    std::vector<std::int32_t> outage;

    Study(std::size_t half, std::size_t count, double load, bool with_limits)
        : ladder(half, 3), hours(count), shares(with_limits), limits(with_limits) {
        const std::size_t buses = ladder.buses;
        const AcTestNetwork net = ladder.network(-1);
        const std::vector<double> level = random_numbers(hours, 0.5, 1.0, 11);
        const std::vector<double> each = random_numbers(buses * hours, 0.8 * load, 1.2 * load, 12);
        v_set = random_numbers(buses, 0.99, 1.03, 13);
        for (std::size_t i = 0; i < buses; ++i) {
            for (std::size_t t = 0; t < hours; ++t) {
                const double x = level[t] * each[i * hours + t];
                p.push_back(net.kind[i] == AcBus::regulated ? 1.9 * x : -x);
                q.push_back(-0.3 * x);
            }
        }
        if (limits) {
            q_min = random_numbers(buses * hours, -0.3 * load, 0.0, 14);
            q_max = random_numbers(buses * hours, 0.0, 0.9 * load, 15);
        }
        rating = random_numbers(ladder.branches.size(), 0.5, 1.0, 16);
        rating[1] = infinity;
        factor = random_numbers(ladder.branches.size() * hours, 0.8, 1.1, 17);
        v_min.assign(buses, 0.99);
        v_max.assign(buses, 1.02);
        for (std::size_t b = 0; b < ladder.branches.size(); ++b) {
            outage.push_back(static_cast<std::int32_t>(ladder.branches.size() - 1 - b));
        }
    }
    [[nodiscard]] AcTestNetwork network(int lost) const {
        AcTestNetwork net = ladder.network(lost);
        if (shares) {
            net.share.assign(net.buses, 0.0);
            net.share[0] = 0.5;
            net.share[2] = 0.3;
            net.share[5] = 0.2;
        }
        return net;
    }
    [[nodiscard]] AcHours spans() const { return {hours, p, q, v_set, q_min, q_max, {}, {}}; }

    [[nodiscard]] AcOutageAnswers solve(const AcOutageSettings& settings = {}) const {
        AcTestNetwork net = network(-1);
        AcTestAnswers base(net, hours);
        solve_ac_hours(net.network(), spans(), {}, base.spans());
        std::vector<std::uint8_t> solved;
        for (const AcStatus status : base.status) {
            solved.push_back(status == AcStatus::solved ? 1 : 0);
        }
        return solve_ac_outages(net.network(), spans(), {base.v, base.angle, solved},
                                {net.branches, rating, factor, v_min, v_max, outage}, settings);
    }

    [[nodiscard]] std::vector<std::vector<Complex>> anew(int lost, bool& all) const {
        AcTestNetwork net = network(lost);
        AcTestAnswers answers(net, hours);
        const AcSummary summary = solve_ac_hours(net.network(), spans(), {}, answers.spans());
        all = summary.not_converged + summary.limits_open == 0;
        std::vector<std::vector<Complex>> v;
        for (std::size_t t = 0; t < hours; ++t) {
            v.push_back(answers.voltages(t));
        }
        return v;
    }

    void look(std::int32_t o, std::size_t t, const std::vector<Complex>& v,
              const std::vector<Complex>& before, AcOutageAnswers& twin) const {
        const auto hour = static_cast<std::int32_t>(t);
        const auto number = static_cast<std::size_t>(o);
        for (std::size_t b = 0; b < rating.size(); ++b) {
            if (static_cast<std::int32_t>(b) == outage[number] || std::isinf(rating[b])) {
                continue;
            }
            const double rated = rating[b] * factor[b * hours + t];
            const double value = ladder.apparent(b, v) / rated;
            const AcWorst here{value, static_cast<std::int32_t>(b), o, hour};
            const bool over =
                value > std::max(1.0, ladder.apparent(b, before) / rated) * (1.0 + 1e-6);
            for (AcWorsts* w : {&twin.by_hour[t], &twin.by_outage[number], &twin.by_branch[b]}) {
                w->loading = value > w->loading.value ? here : w->loading;
                w->overloads += over ? 1 : 0;
            }
        }
        // The slack is bus 0.
        const double slack_pu = limits ? ladder.reactive(0, outage[number], v) - q[t] : 0.0;
        const double out = limits ? std::max({0.0, slack_pu - q_max[t], q_min[t] - slack_pu}) : 0.0;
        twin.slack_beyond += out > 1e-6 ? 1 : 0;
        twin.slack_pu = std::max(twin.slack_pu, out);
        for (std::size_t i = 0; i < v.size(); ++i) {
            const double size = std::abs(v[i]);
            const AcWorst low{size - v_min[i], static_cast<std::int32_t>(i), o, hour};
            const AcWorst high{v_max[i] - size, static_cast<std::int32_t>(i), o, hour};
            const bool outside = size < std::min(v_min[i], std::abs(before[i])) - 1e-6 ||
                                 size > std::max(v_max[i], std::abs(before[i])) + 1e-6;
            for (AcWorsts* w : {&twin.by_hour[t], &twin.by_outage[number], &twin.by_bus[i]}) {
                w->low = low.value < w->low.value ? low : w->low;
                w->high = high.value < w->high.value ? high : w->high;
                w->outside += outside ? 1 : 0;
            }
        }
    }

    [[nodiscard]] AcOutageAnswers twin() const {
        AcOutageAnswers twin;
        AcWorsts none;
        none.low.value = none.high.value = infinity;
        twin.by_hour.assign(hours, none);
        twin.by_outage.assign(outage.size(), none);
        twin.by_branch.assign(rating.size(), none);
        twin.by_bus.assign(ladder.buses, none);
        bool all = false;
        const auto before = anew(-1, all);
        EXPECT_TRUE(all);
        for (std::size_t o = 0; o < outage.size(); ++o) {
            const auto after = anew(outage[o], all);
            EXPECT_TRUE(all) << o;
            for (std::size_t t = 0; t < hours; ++t) {
                look(static_cast<std::int32_t>(o), t, after[t], before[t], twin);
            }
        }
        return twin;
    }
};

void expect_alike(const std::vector<AcWorsts>& a, const std::vector<AcWorsts>& b, bool loadings,
                  bool voltages) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (loadings) {
            EXPECT_NEAR(a[i].loading.value, b[i].loading.value, 1e-7) << i;
            EXPECT_EQ(a[i].loading.place, b[i].loading.place) << i;
            EXPECT_EQ(a[i].overloads, b[i].overloads) << i;
        }
        if (voltages) {
            EXPECT_NEAR(a[i].low.value, b[i].low.value, 1e-7) << i;
            EXPECT_NEAR(a[i].high.value, b[i].high.value, 1e-7) << i;
            EXPECT_EQ(a[i].outside, b[i].outside) << i;
        }
    }
}

void expect_twin(const AcOutageAnswers& found, const AcOutageAnswers& twin) {
    expect_alike(found.by_hour, twin.by_hour, true, true);
    expect_alike(found.by_outage, twin.by_outage, true, true);
    expect_alike(found.by_branch, twin.by_branch, true, false);
    expect_alike(found.by_bus, twin.by_bus, false, true);
    EXPECT_EQ(found.slack_beyond, twin.slack_beyond);
    EXPECT_NEAR(found.slack_pu, twin.slack_pu, 1e-7);
}

std::int64_t overloads(const AcOutageAnswers& found) {
    std::int64_t sum = 0;
    for (const AcWorsts& w : found.by_hour) {
        sum += w.overloads;
    }
    return sum;
}

TEST(AcOutages, AreThoseOfNetworksBuiltWithoutTheBranch) {
    const Study study(9, 70, 0.25, false);
    const AcOutageAnswers found = study.solve();
    EXPECT_TRUE(found.left.empty());
    EXPECT_EQ(found.by_first_steps, static_cast<std::int64_t>(study.outage.size() * study.hours));
    EXPECT_GT(overloads(found), 20);
    expect_twin(found, study.twin());
}

TEST(AcOutages, KeepReactiveLimitsAndSharesOfTheSlack) {
    const Study study(9, 70, 0.15, true);
    const AcOutageAnswers found = study.solve();
    EXPECT_TRUE(found.left.empty());
    EXPECT_GT(found.by_own_newton, 0); // sides change, which takes more steps
    EXPECT_GT(found.slack_beyond, 20);
    EXPECT_LT(found.slack_beyond, static_cast<std::int64_t>(study.outage.size() * study.hours));
    expect_twin(found, study.twin());
}

/// Apart from all kernels: a dense Newton with pivoting.
TEST(AcOutages, WorstVoltageIsThatOfADenseNewton) {
    const Study study(6, 5, 0.25, false);
    const AcOutageAnswers found = study.solve();
    for (std::size_t t = 0; t < study.hours; ++t) {
        double low = infinity;
        for (const std::int32_t lost : study.outage) {
            const AcTestNetwork net = study.network(lost);
            std::vector<double> p;
            std::vector<double> q;
            for (std::size_t i = 0; i < net.buses; ++i) {
                p.push_back(study.p[i * study.hours + t]);
                q.push_back(study.q[i * study.hours + t]);
            }
            const auto v = dense_newton(net, p, q, study.v_set);
            ASSERT_FALSE(v.empty());
            for (std::size_t i = 0; i < v.size(); ++i) {
                low = std::min(low, std::abs(v[i]) - study.v_min[i]);
            }
        }
        EXPECT_NEAR(found.by_hour[t].low.value, low, 1e-7) << t;
    }
}

TEST(AcOutages, AreTheSameInAllLanesAndStages) {
    const Study study(9, 45, 0.15, true);
    const AcOutageAnswers found = study.solve();
    for (const int bytes : {16, 32, 64}) {
        for (const int steps : {0, 1, 25}) {
            AcOutageSettings settings;
            settings.register_bytes = bytes;
            settings.group_hours = 16;
            settings.first_steps = steps;
            expect_twin(study.solve(settings), found);
        }
    }
}

TEST(AcOutages, NameWhatHasNoSolution) {
    Study study(6, 40, 0.15, false);
    for (std::size_t t = 30; t < 34; ++t) { // more than two of its three branches can bring
        study.p[7 * study.hours + t] = -12.0;
    }
    const AcOutageAnswers found = study.solve();
    ASSERT_FALSE(found.left.empty());
    std::int64_t by_hour = 0;
    for (std::size_t t = 0; t < study.hours; ++t) {
        by_hour += found.by_hour[t].not_solved;
    }
    EXPECT_EQ(by_hour, static_cast<std::int64_t>(found.left.size()));
    for (const AcOutageLeft& left : found.left) {
        EXPECT_GE(left.hour, 30);
        EXPECT_LT(left.hour, 34);
        EXPECT_GT(left.mismatch_pu, 1e-6);
        EXPECT_GE(left.bus, 0);
        const AcTestNetwork net =
            study.network(study.outage[static_cast<std::size_t>(left.outage)]);
        std::vector<double> p;
        std::vector<double> q;
        for (std::size_t i = 0; i < net.buses; ++i) {
            p.push_back(study.p[i * study.hours + static_cast<std::size_t>(left.hour)]);
            q.push_back(study.q[i * study.hours + static_cast<std::size_t>(left.hour)]);
        }
        EXPECT_TRUE(dense_newton(net, p, q, study.v_set).empty()) << left.outage;
    }
}

TEST(AcOutages, LeaveOutHoursThatAreNotSolved) {
    Study study(6, 20, 0.15, false);
    study.p[7 * study.hours + 4] = -100.0;
    const AcOutageAnswers found = study.solve();
    EXPECT_EQ(found.by_hour[4].loading.place, -1);
    EXPECT_EQ(found.by_hour[4].not_solved, 0);
    EXPECT_EQ(found.by_first_steps + found.by_own_newton + found.by_damped_newton +
                  static_cast<std::int64_t>(found.left.size()),
              static_cast<std::int64_t>(study.outage.size() * (study.hours - 1)));
}

TEST(AcOutages, RefuseWhatIsNotInTheNetwork) {
    Study study(6, 3, 0.1, false);
    study.outage.push_back(99);
    EXPECT_THROW((void)study.solve(), std::invalid_argument);
    study.outage = {0};
    study.v_min.pop_back();
    EXPECT_THROW((void)study.solve(), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
