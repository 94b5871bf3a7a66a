#pragma once

// Internal to kernels/: the system frequency response model in closed form.

#include "kernels/detail/arrays.hpp"
#include "kernels/frequency.hpp"

#include <Kokkos_Core.hpp>

#include <cmath>

namespace longyang::kernels::detail {

KOKKOS_INLINE_FUNCTION double no_limit() {
    return HUGE_VAL;
}

/// When the frequency turns, s (SE-8): a = zeta w_n, s = a - 1/T. Below critical damping the angle
/// of (s, w_d) lies in (0, pi); above it the frequency turns only if s > 0, since s^2 - b^2 =
/// (K - F) / (2 E T) > 0. Infinite where it does not.
KOKKOS_INLINE_FUNCTION double turning_time_s(double a, double square, double s) {
    const double small = 1e-12 * a * a;
    if (square > small) {
        const double w_d = std::sqrt(square);
        return std::atan2(w_d, s) / w_d;
    }
    if (s <= 0.0) {
        return no_limit();
    }
    if (square < -small) {
        const double b = std::sqrt(-square);
        return std::atanh(b / s) / b;
    }
    return 1.0 / s;
}

KOKKOS_INLINE_FUNCTION FrequencyResponse respond(const FrequencyModel& m) {
    const double f0 = m.frequency_hz;
    const double inertia = 2.0 * m.energy_mws;
    const double stiffness = m.gain_mw + m.damping_mw;
    FrequencyResponse answer;
    answer.rocof_hz_per_s = inertia > 0.0 ? f0 / inertia : no_limit();
    answer.settled_hz = stiffness > 0.0 ? f0 / stiffness : no_limit();
    answer.extreme_hz = answer.settled_hz;
    answer.extreme_s = no_limit();
    const double slow = m.gain_mw - m.fast_gain_mw;
    if (!(inertia > 0.0) || !(stiffness > 0.0) || !(m.reheat_s > 0.0) || !(slow > 0.0)) {
        return answer;
    }
    const double a =
        0.5 * (1.0 / m.reheat_s + (m.damping_mw + m.fast_gain_mw) / inertia); // zeta w_n
    const double w_n_2 = stiffness / (inertia * m.reheat_s);
    const double t = turning_time_s(a, w_n_2 - a * a, a - 1.0 / m.reheat_s);
    if (t < no_limit()) {
        answer.extreme_s = t;
        answer.extreme_hz *= 1.0 + std::sqrt(m.reheat_s * slow / inertia) * std::exp(-a * t);
    }
    return answer;
}

} // namespace longyang::kernels::detail
