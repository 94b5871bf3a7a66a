#include "ac_test_hours.hpp"

#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace longyang::kernels::test {

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
                const AcSettings& settings) {
    return solve_ac_hours(network.network(), hours.spans(), settings, answers.spans());
}

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

AcTestNetwork two_buses() {
    AcTestNetwork network(2);
    network.add_branch(0, 1, 0.0, 0.1);
    network.kind[0] = AcBus::slack;
    return network;
}

} // namespace longyang::kernels::test
