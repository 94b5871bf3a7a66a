#include "kernels/frequency.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;

/// Deviation w and the governors' delayed part x after a surplus of 1 MW.
struct State {
    double w = 0.0, x = 0.0;
};

/// The two equations of the model, and Runge-Kutta steps of them.
struct TimeDomain {
    FrequencyModel m;

    [[nodiscard]] State slope(const State& s) const {
        return {(1.0 - (m.damping_mw + m.fast_gain_mw) * s.w - s.x) / (2.0 * m.energy_mws),
                ((m.gain_mw - m.fast_gain_mw) * s.w - s.x) / m.reheat_s};
    }
    [[nodiscard]] State step(const State& s, double h) const {
        const auto moved = [&](const State& k, double by) {
            return State{s.w + by * k.w, s.x + by * k.x};
        };
        const State k1 = slope(s);
        const State k2 = slope(moved(k1, 0.5 * h));
        const State k3 = slope(moved(k2, 0.5 * h));
        const State k4 = slope(moved(k3, h));
        return {s.w + h / 6.0 * (k1.w + 2.0 * k2.w + 2.0 * k3.w + k4.w),
                s.x + h / 6.0 * (k1.x + 2.0 * k2.x + 2.0 * k3.x + k4.x)};
    }
};

struct Simulated {
    double rocof_hz_per_s = 0.0, extreme_hz = 0.0, extreme_s = 0.0, last_hz = 0.0;
};

/// Steps of a twentieth of the fastest time constant, over 30 of the slowest; where the slope
/// changes its sign within a step, the turn is found by halving that step.
Simulated simulate(const FrequencyModel& m) {
    const TimeDomain model{m};
    const double rate = (m.damping_mw + m.fast_gain_mw) / (2.0 * m.energy_mws) + 1.0 / m.reheat_s;
    const double slowest = 2.0 * m.energy_mws / (m.damping_mw + m.gain_mw) + m.reheat_s;
    const double h = 0.05 / rate;
    Simulated result;
    State now;
    result.rocof_hz_per_s = model.slope(now).w * m.frequency_hz;
    for (double t = 0.0; t < 30.0 * slowest; t += h) {
        const State next = model.step(now, h);
        double part = h;
        if (model.slope(now).w > 0.0 && model.slope(next).w < 0.0) {
            double low = 0.0;
            for (int k = 0; k < 50; ++k) {
                const double middle = 0.5 * (low + part);
                (model.slope(model.step(now, middle)).w > 0.0 ? low : part) = middle;
            }
        }
        const double hz = model.step(now, part).w * m.frequency_hz;
        if (hz > result.extreme_hz) {
            result.extreme_hz = hz;
            result.extreme_s = t + part;
        }
        now = next;
    }
    result.last_hz = now.w * m.frequency_hz;
    return result;
}

double damping_ratio(const FrequencyModel& m) {
    const double inertia = 2.0 * m.energy_mws;
    return (inertia + m.reheat_s * (m.damping_mw + m.fast_gain_mw)) /
           (2.0 * std::sqrt((m.gain_mw + m.damping_mw) * inertia * m.reheat_s));
}

void compare(const FrequencyModel& m) {
    const FrequencyResponse closed = frequency_response(m);
    const Simulated steps = simulate(m);
    EXPECT_NEAR(closed.rocof_hz_per_s, steps.rocof_hz_per_s, 1e-12 * closed.rocof_hz_per_s);
    EXPECT_NEAR(closed.extreme_hz, steps.extreme_hz, 1e-6 * closed.extreme_hz);
    EXPECT_NEAR(closed.settled_hz, steps.last_hz, 1e-6 * closed.settled_hz);
    if (std::isfinite(closed.extreme_s)) {
        EXPECT_NEAR(closed.extreme_s, steps.extreme_s, 1e-4 * closed.extreme_s);
    }
}

// A thermal system of 100 GVA: H = 5 s, droop 5 %, F_H = 0.3, T_R = 8 s, D = 1, on its own base:
// E = 500 GW s, K = 2000 GW, F = 600 GW, D = 100 GW. By hand:
//   2 E = 1000, w_n^2 = 2100 / (1000 * 8) = 0.2625, a = (1/8 + 700/1000) / 2 = 0.4125,
//   w_d = sqrt(0.2625 - 0.17015625) = 0.303881, s = a - 1/8 = 0.2875,
//   t = atan2(0.303881, 0.2875) / 0.303881 = 0.813091 / 0.303881 = 2.675687 s,
//   1 + sqrt(8 * 1400 / 1000) exp(-0.4125 * 2.675687) = 1 + 3.346640 * 0.331635 = 2.109862,
//   settled: 50 / 2.1e6 = 2.380952e-5 Hz/MW, extreme 5.023482e-5 Hz/MW, RoCoF 50 / 1e6.
TEST(Frequency, AThermalSystemByHand) {
    const FrequencyResponse r = frequency_response({500e3, 2000e3, 600e3, 8.0, 100e3, 50.0});
    EXPECT_NEAR(r.rocof_hz_per_s, 5e-5, 1e-16);
    EXPECT_NEAR(r.settled_hz, 2.380952e-5, 1e-11);
    EXPECT_NEAR(r.extreme_s, 2.675687, 1e-6);
    EXPECT_NEAR(r.extreme_hz, 5.023482e-5, 1e-11);
}

TEST(Frequency, ClosedFormsAreThoseOfTheTimeDomain) {
    const auto draw = random_numbers(5 * 60, 0.0, 1.0, 5);
    int below = 0;
    int above = 0;
    for (std::size_t k = 0; k < 60; ++k) {
        const double* d = draw.data() + 5 * k;
        const double gain = 500.0 + 2000.0 * d[0];
        const FrequencyModel m{20.0 + 800.0 * d[1] * d[1], gain,         gain * d[2],
                               1.0 + 12.0 * d[3],          400.0 * d[4], 50.0};
        compare(m);
        const bool over = damping_ratio(m) > 1.0;
        const bool turns = std::isfinite(frequency_response(m).extreme_s);
        below += over ? 0 : 1;
        above += over && turns ? 1 : 0;
    }
    // The draw reaches both; a rise without a turn needs slow machines and much inertia.
    EXPECT_GT(below, 10);
    EXPECT_GT(above, 10);
    const FrequencyModel slow{4000.0, 300.0, 30.0, 1.0, 50.0, 50.0};
    EXPECT_GT(damping_ratio(slow), 1.0);
    EXPECT_FALSE(std::isfinite(frequency_response(slow).extreme_s));
    compare(slow);
}

TEST(Frequency, CriticalDampingHasNoStep) {
    // 2 E = (1 + sqrt(...)): solve zeta = 1 for the inertia: m - 2 sqrt((K + D) T m) + T (D + F) =
    // 0.
    const double gain = 1000.0;
    const double fast = 300.0;
    const double reheat = 6.0;
    const double damping = 50.0;
    const double root = std::sqrt((gain + damping) * reheat) - std::sqrt((gain - fast) * reheat);
    const double critical = root * root;
    const auto at = [&](double inertia) {
        return frequency_response({inertia / 2.0, gain, fast, reheat, damping, 50.0});
    };
    const FrequencyResponse exact = at(critical);
    EXPECT_NEAR(damping_ratio({critical / 2.0, gain, fast, reheat, damping, 50.0}), 1.0, 1e-12);
    for (const double off : {1e-3, 1e-5, 1e-7, 1e-9, 1e-11}) {
        EXPECT_NEAR(at(critical * (1.0 - off)).extreme_hz, exact.extreme_hz,
                    2.0 * off * exact.extreme_hz + 1e-12);
        EXPECT_NEAR(at(critical * (1.0 + off)).extreme_hz, exact.extreme_hz,
                    2.0 * off * exact.extreme_hz + 1e-12);
    }
}

TEST(Frequency, NothingHoldsIt) {
    EXPECT_TRUE(std::isinf(frequency_response({0, 100, 10, 5, 10, 50}).rocof_hz_per_s));
    EXPECT_TRUE(std::isinf(frequency_response({100, 0, 0, 0, 0, 50}).extreme_hz));
    // Without governors or with fast ones only it is a first-order rise.
    const FrequencyResponse r = frequency_response({100, 40, 40, 0, 10, 50});
    EXPECT_EQ(r.extreme_hz, 1.0);
    EXPECT_EQ(r.settled_hz, 1.0);
}

// Two rows: two slow machines (E 100, K 40, F 10, T 8) and three fast ones (E 50, K 20, F 20).
// Hour 0: E = 2 * 100 + 3 * 50 = 350, K = 140, F = 80, slow part 60 all with T = 8. The largest
// machine gives 30 MW (row 0); without it E = 250, K = 100, F = 70, T = 8.
// Hour 1: only the fast ones: E = 150, K = F = 60, no delay; the largest gives 9 MW.
TEST(Frequency, MachinesAddUp) {
    const std::vector<double> connected = {2, 0, 3, 3};
    const std::vector<double> unit = {30, 50, 8, 9};
    const std::vector<double> energy = {100, 50};
    const std::vector<double> gain = {40, 20};
    const std::vector<double> fast = {10, 20};
    const std::vector<double> reheat = {8, 3};
    const std::vector<double> damping = {5, 7};
    std::vector<double> stored(2);
    std::vector<double> lost_mw(2);
    std::vector<std::int64_t> lost(2);
    std::vector<FrequencyResponse> all(2);
    std::vector<FrequencyResponse> after(2);
    frequency_responses({2, 2, connected, unit, energy, gain, fast, reheat, damping, 50.0},
                        {stored, all, lost, lost_mw, after});
    EXPECT_EQ(stored, (std::vector<double>{350, 150}));
    EXPECT_EQ(lost, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(lost_mw, (std::vector<double>{30, 9}));
    const auto same = [](const FrequencyResponse& a, const FrequencyResponse& b) {
        EXPECT_DOUBLE_EQ(a.rocof_hz_per_s, b.rocof_hz_per_s);
        EXPECT_DOUBLE_EQ(a.extreme_hz, b.extreme_hz);
        EXPECT_DOUBLE_EQ(a.settled_hz, b.settled_hz);
    };
    same(all[0], frequency_response({350, 140, 80, 8, 5, 50}));
    same(after[0], frequency_response({250, 100, 70, 8, 5, 50}));
    same(all[1], frequency_response({150, 60, 60, 0, 7, 50}));
    same(after[1], frequency_response({100, 40, 40, 0, 7, 50}));
}

TEST(Frequency, ManyHoursAndNoOutputs) {
    const std::size_t rows = 13;
    const std::size_t hours = 45;
    const auto connected = random_numbers(rows * hours, 0.0, 4.0, 3);
    const auto energy = random_numbers(rows, 1.0, 2.0, 4);
    const std::vector<double> gain(rows, 20.0);
    const std::vector<double> fast(rows, 6.0);
    const auto reheat = random_numbers(rows, 3.0, 9.0, 5);
    const std::vector<double> damping(hours, 11.0);
    std::vector<double> stored(hours);
    std::vector<double> lost_mw(hours);
    std::vector<std::int64_t> lost(hours);
    std::vector<FrequencyResponse> all(hours);
    std::vector<FrequencyResponse> after(hours);
    frequency_responses({rows, hours, connected, {}, energy, gain, fast, reheat, damping, 50.0},
                        {stored, all, lost, lost_mw, after});
    for (std::size_t h = 0; h < hours; ++h) {
        FrequencyModel m{0, 0, 0, 0, 11.0, 50.0};
        double delay = 0.0;
        for (std::size_t k = 0; k < rows; ++k) {
            const double n = connected[k * hours + h];
            m.energy_mws += n * energy[k];
            m.gain_mw += n * gain[k];
            m.fast_gain_mw += n * fast[k];
            delay += n * 14.0 * reheat[k];
        }
        m.reheat_s = delay / (m.gain_mw - m.fast_gain_mw);
        EXPECT_NEAR(all[h].extreme_hz, frequency_response(m).extreme_hz, 1e-12);
        EXPECT_NEAR(stored[h], m.energy_mws, 1e-10);
        EXPECT_EQ(lost[h], -1);
        EXPECT_EQ(lost_mw[h], 0.0);
    }
}

TEST(Frequency, AWrongSizeIsTold) {
    std::vector<double> one(1);
    std::vector<std::int64_t> row(1);
    std::vector<FrequencyResponse> r(1);
    EXPECT_THROW(
        frequency_responses({1, 1, one, {}, one, one, one, one, {}, 50.0}, {one, r, row, one, r}),
        std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
