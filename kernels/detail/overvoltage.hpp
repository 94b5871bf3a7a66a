#pragma once

// Internal to kernels/: voltage after the block of a converter, and its inverse.

#include "kernels/detail/frequency.hpp" // no_limit
#include "kernels/overvoltage.hpp"

#include <cmath>

namespace longyang::kernels::detail {

/// SE-10: behind the reactance 1/S stands |E|^2 = (1 + (t p - Q) / S)^2 + (p / S)^2; after the
/// block E (1 - Q / S)^-1 is left.
KOKKOS_INLINE_FUNCTION double voltage_after_block(const ConverterBlock& b, double p_mw) {
    const double s = b.strength_mva;
    const double demand = b.q_demand_mvar_per_mw * p_mw;
    const double filters = demand < b.filter_mvar ? demand : b.filter_mvar;
    if (!(s > filters)) {
        return p_mw > 0.0 ? no_limit() : 1.0;
    }
    const double along = 1.0 + (demand - filters) / s;
    const double across = p_mw / s;
    return std::sqrt(along * along + across * across) / (1.0 - filters / s);
}

/// The inverse of SE-10: a quadratic equation in p / S while the filters meet the demand, another
/// one above that; both in the form without cancellation.
KOKKOS_INLINE_FUNCTION double power_for_voltage(const ConverterBlock& b, double limit_pu) {
    const double s = b.strength_mva;
    const double t = b.q_demand_mvar_per_mw;
    const double u2 = limit_pu * limit_pu;
    if (!(s > 0.0) || !(u2 > 1.0)) {
        return 0.0;
    }
    const double met = s * (u2 - 1.0) / (u2 * t + std::sqrt(u2 * (1.0 + t * t) - 1.0));
    if (t * met <= b.filter_mvar) {
        return met;
    }
    // All filters are on: (1 + t x - y)^2 + x^2 = U^2 (1 - y)^2, y = filters / S.
    const double rest = 1.0 - b.filter_mvar / s;
    return s * rest * (u2 - 1.0) / (t + std::sqrt(t * t + (1.0 + t * t) * (u2 - 1.0)));
}

} // namespace longyang::kernels::detail
