#pragma once

// Internal to kernels/: what the steps of an AC power flow share, on tiles of hours. Pointers are
// those of a work item: tile number n of its first lane is at n x stride.

#include "kernels/detail/ac_lanes.hpp"
#include "kernels/detail/ac_problem.hpp"

namespace longyang::kernels::detail {

/// Real and imaginary parts.
template <class D>
struct AcPair {
    D real, imaginary;
};

/// Voltage of a node.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION AcPair<typename K::Double> voltage_at(const double* voltage, int node) {
    const double* at = voltage + static_cast<std::ptrdiff_t>(node) * 2 * K::stride;
    return {K::Double::load(at), K::Double::load(at + K::stride)};
}

/// Y_ik V_k of one entry.
template <class D>
KOKKOS_FORCEINLINE_FUNCTION AcPair<D> through(double g, double b, const AcPair<D>& v) {
    return {g * v.real - b * v.imaginary, g * v.imaginary + b * v.real};
}

/// Power that flows from a node into the network: V conj(Y V) (AC-2).
template <class K>
KOKKOS_FORCEINLINE_FUNCTION AcPair<typename K::Double> power_at(const AcStructure& net,
                                                                const double* voltage, int node) {
    using D = typename K::Double;
    const AcPair<D> v = voltage_at<K>(voltage, node);
    AcPair<D> current = through(net.own_g[node], net.own_b[node], v);
    const int end = net.entry_begin[node + 1];
    for (int e = net.entry_begin[node]; e < end; ++e) {
        const double g = net.entry_g[e];
        const double b = net.entry_b[e];
        const AcPair<D> other = voltage_at<K>(voltage, net.entry_node[e]);
        current.real = current.real + g * other.real - b * other.imaginary;
        current.imaginary = current.imaginary + g * other.imaginary + b * other.real;
    }
    return {v.real * current.real + v.imaginary * current.imaginary,
            v.imaginary * current.real - v.real * current.imaginary};
}

/// Multiplies a voltage by `growth` (1 + i angle / 2) / (1 - i angle / 2) (AC-4): the Cayley
/// transform of the angle, of unit length, equal to the turn to third order, and without a sine.
/// `scale`: growth over 1 + angle^2 / 4.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void turn(double* voltage, int node, const typename K::Double& angle,
                                      const typename K::Double& quarter,
                                      const typename K::Double& scale) {
    using D = typename K::Double;
    const D cosine = (D::all(1.0) - quarter) * scale;
    const D sine = angle * scale;
    const AcPair<D> v = voltage_at<K>(voltage, node);
    double* at = voltage + static_cast<std::ptrdiff_t>(node) * 2 * K::stride;
    (v.real * cosine - v.imaginary * sine).store(at);
    (v.real * sine + v.imaginary * cosine).store(at + K::stride);
}

/// The same for any angle.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void turn_far(double* voltage, int node,
                                          const typename K::Double& angle,
                                          const typename K::Double& growth) {
    using D = typename K::Double;
    const D quarter = 0.25 * (angle * angle);
    turn<K>(voltage, node, angle, quarter, growth / (D::all(1.0) + quarter));
}

/// The same without a division, for angles that are not large: 1 / (1 + q) by its series to q^3 and
/// one Newton step, which leaves q^8 (for an angle of 0.3 rad 7e-14).
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void turn_near(double* voltage, int node,
                                           const typename K::Double& angle,
                                           const typename K::Double& growth) {
    using D = typename K::Double;
    const D one = D::all(1.0);
    const D q = 0.25 * (angle * angle);
    const D rough = one - q * (one - q * (one - q));
    turn<K>(voltage, node, angle, q, growth * (rough * (D::all(2.0) - (one + q) * rough)));
}

/// Largest magnitude so far by lane. A number that is not one stays: it may not pass for small.
template <class D>
struct AcLargest {
    D value = D::all(0.0);
    D poison = D::all(0.0);

    KOKKOS_FORCEINLINE_FUNCTION void take(const D& x) { value = greater(magnitude(x), value); }
    KOKKOS_FORCEINLINE_FUNCTION void watch(const D& x) { poison = poison + 0.0 * x; }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION D result() const { return value + poison; }
};

/// Hour of a place in the batch, and whether it is a copy that fills up a group.
struct AcHour {
    std::ptrdiff_t hour;
    bool copy;
};
KOKKOS_FORCEINLINE_FUNCTION AcHour hour_at(const AcBatch& batch, std::ptrdiff_t place) {
    return {batch.hour[place], batch.copy[place] != 0};
}

/// |a| of plain numbers.
KOKKOS_FORCEINLINE_FUNCTION double size_of(double a) {
    return a < 0.0 ? -a : a;
}

/// The larger of two plain numbers.
KOKKOS_FORCEINLINE_FUNCTION double larger(double a, double b) {
    return a > b ? a : b;
}

/// One hour's voltage at a node, at its work item's tiles.
struct AcLaneVoltage {
    double* real;
    double* imaginary;

    template <class K>
    static KOKKOS_FORCEINLINE_FUNCTION AcLaneVoltage at(double* voltage, int node, int lane) {
        double* first = voltage + static_cast<std::ptrdiff_t>(node) * 2 * K::stride + lane;
        return {first, first + K::stride};
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double magnitude() const {
        return std::sqrt(*real * *real + *imaginary * *imaginary);
    }
    KOKKOS_FORCEINLINE_FUNCTION void set_magnitude(double v) const {
        const double factor = v / magnitude();
        *real *= factor;
        *imaginary *= factor;
    }
};

/// True where a node's machines have no room at all in an hour (none is connected, say): the
/// voltage is not held, at whichever of its two equal limits the node stands.
KOKKOS_FORCEINLINE_FUNCTION bool has_no_room(const AcInput& input, int bus, std::ptrdiff_t hour,
                                             double tolerance) {
    return input.q_max.at(bus, hour) - input.q_min.at(bus, hour) <= tolerance;
}

/// The reactive limit at which a node's machines stand.
KOKKOS_FORCEINLINE_FUNCTION double limit_at(const AcInput& input, AcSide side, int bus,
                                            std::ptrdiff_t hour) {
    return (side == AcSide::at_max ? input.q_max : input.q_min).at(bus, hour);
}

/// Reactive power of a held node's machines beyond its limits, by lane; 0 within them.
KOKKOS_FORCEINLINE_FUNCTION double beyond(double q, double q_min, double q_max) {
    return q > q_max ? q - q_max : (q < q_min ? q - q_min : 0.0);
}

/// By how much a voltage lies beyond its set point on the side where the machines, at a limit,
/// would need less of it to hold the set point.
KOKKOS_FORCEINLINE_FUNCTION double beyond_set_point(AcSide side, double v, double v_set) {
    return side == AcSide::at_max ? v - v_set : v_set - v;
}

/// Stores reactive power of the machines and what the slack adds, for the hours of a work item
/// (AC-6). `lambda` is the slack's power where it is shared.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void store_machines(const AcStructure& net, const AcInput& input,
                                                const AcBatch& batch, const AcOutput& output,
                                                const double* voltage, const double* lambda,
                                                std::ptrdiff_t first_place) {
    double slack[K::lanes] = {};
    double p[K::lanes];
    double q[K::lanes];
    for (int n = 0; n < net.held_nodes; ++n) {
        const int node = net.held[n];
        const bool is_slack = net.kind[node] == AcNode::slack;
        if (output.q_machine == nullptr && !is_slack) {
            continue;
        }
        const auto power = power_at<K>(net, voltage, node);
        power.real.store(p);
        power.imaginary.store(q);
        for (int l = 0; l < K::lanes; ++l) {
            const AcHour at = hour_at(batch, first_place + l);
            if (at.copy) {
                continue;
            }
            if (output.q_machine != nullptr) {
                output.q_machine[net.held_row[node] * output.hours + at.hour] =
                    q[l] - input.q.at(net.bus[node], at.hour);
            }
            if (is_slack) {
                slack[l] += p[l] - input.p.at(net.bus[node], at.hour);
            }
        }
    }
    for (int l = 0; l < K::lanes && output.slack != nullptr; ++l) {
        const AcHour at = hour_at(batch, first_place + l);
        if (!at.copy) {
            output.slack[at.hour] = net.share != nullptr ? lambda[l] : slack[l];
        }
    }
}

/// What a work item does: hands the groups of its slot to solve(group, slot, first lane), one after
/// the other.
template <class K, class Solve>
KOKKOS_INLINE_FUNCTION void for_groups_of_item(std::ptrdiff_t groups, std::ptrdiff_t slots,
                                               std::ptrdiff_t item, const Solve& solve) {
    const std::ptrdiff_t slot = item / K::items;
    const std::ptrdiff_t first_lane = item % K::items * K::lanes;
    for (std::ptrdiff_t group = slot; group < groups; group += slots) {
        solve(group, slot, first_lane);
    }
}

} // namespace longyang::kernels::detail
