#pragma once

// Internal to kernels/: between tables by bus and hour, and tiles of groups of hours.

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

/// Calls move(run, first lane, first hour) for every run of hours that follow each other among a
/// work item's lanes, and single(lane) for all other lanes.
template <class K, class Move, class Single>
KOKKOS_FORCEINLINE_FUNCTION void by_runs(const AcBatch& batch, std::ptrdiff_t first_place,
                                         const Move& move, const Single& single) {
    if constexpr (K::lanes % run_hours == 0) {
        for (int first = 0; first < K::lanes; first += run_hours) {
            const std::ptrdiff_t hour = batch.run[(first_place + first) / run_hours];
            if (hour >= 0) {
                move(first, hour);
                continue;
            }
            for (int l = first; l < first + run_hours; ++l) {
                single(l);
            }
        }
    } else {
        for (int l = 0; l < K::lanes; ++l) {
            single(l);
        }
    }
}

/// Numbers of a run, all at once.
template <class K>
using RunLanes = Lanes<double, run_hours, K::bytes>;

/// Asks for the places of a work item's hours in a bus's row, so that they are in the cache when
/// they are read or written: runs of other hours lie apart, which no CPU foresees.
template <class K, bool write>
KOKKOS_FORCEINLINE_FUNCTION void ask_for(const AcBatch& batch, std::ptrdiff_t first_place,
                                         const double* row) {
#ifdef LONGYANG_VECTOR_LANES
    if constexpr (K::lanes % run_hours == 0) {
        for (int first = 0; first < K::lanes; first += run_hours) {
            const std::int32_t hour = batch.run[(first_place + first) / run_hours];
            if (hour >= 0) {
                __builtin_prefetch(row + hour, write ? 1 : 0, 2);
                __builtin_prefetch(row + hour + run_hours - 1, write ? 1 : 0, 2);
            }
        }
    }
#else
    (void)batch;
    (void)first_place;
    (void)row;
#endif
}

/// Puts a bus's numbers of the lanes' hours into a tile.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void take(const AcTable& table, const AcBatch& batch,
                                      std::ptrdiff_t first_place, std::ptrdiff_t bus, double* to) {
    const double* row = table.value + bus * table.bus_stride;
    if (table.hour_stride == 0) {
        K::Double::all(*row).store(to);
        return;
    }
    by_runs<K>(
        batch, first_place,
        [row, to](int first, std::ptrdiff_t hour) {
            RunLanes<K>::load(row + hour).store(to + first);
        },
        [&](int l) { to[l] = row[batch.hour[first_place + l]]; });
}

/// The same, not put anywhere.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION typename K::Double
taken(const AcTable& table, const AcBatch& batch, std::ptrdiff_t first_place, std::ptrdiff_t bus) {
    if (table.hour_stride == 0) {
        return K::Double::all(table.value[bus * table.bus_stride]);
    }
    double each[K::lanes];
    take<K>(table, batch, first_place, bus, each);
    return K::Double::load(each);
}

/// Puts the lanes' numbers into a bus's row; copies are left out.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void put(const typename K::Double& numbers, const AcBatch& batch,
                                     std::ptrdiff_t first_place, double* row) {
    double each[K::lanes];
    numbers.store(each);
    by_runs<K>(
        batch, first_place,
        [row, &each](int first, std::ptrdiff_t hour) {
            RunLanes<K>::load(each + first).store(row + hour);
        },
        [&](int l) {
            const AcHour at = hour_at(batch, first_place + l);
            if (!at.copy) {
                row[at.hour] = each[l];
            }
        });
}

/// Arc tangent by a polynomial in x^2 with an error below 2e-18 for |x| <= tan(pi / 8) (fitted at
/// the Chebyshev points).
template <class D>
KOKKOS_FORCEINLINE_FUNCTION D small_arc_tangent(const D& x) {
    constexpr double c[] = {1.0,
                            -0.33333333333333326,
                            0.1999999999999718,
                            -0.14285714285343612,
                            0.11111111086084723,
                            -0.09090908086895054,
                            0.07692281764475092,
                            -0.06666215626974373,
                            0.05876940220302066,
                            -0.05218019968346101,
                            0.04502447162963002,
                            -0.03345751822632686,
                            0.015185213583797383};
    constexpr int terms = sizeof(c) / sizeof(c[0]);
    const D square = x * x;
    D sum = D::all(c[terms - 1]);
    for (int i = terms - 2; i >= 0; --i) {
        sum = sum * square + D::all(c[i]);
    }
    return x * sum;
}

/// A phasor of some length, and its angle.
template <class D>
struct AcPhasor {
    D real, imaginary, length, angle;
};

/// Tangent of half the angle whose tangent is given.
template <class D>
KOKKOS_FORCEINLINE_FUNCTION D half_tangent(const D& x) {
    const D one = D::all(1.0);
    return x / (one + square_root(one + x * x));
}

/// Angles by lane, counted from a phasor near which they are expected: twice the arc tangent
/// of the half angle, whose tangent is sine / (1 + cosine); beyond 45 degrees four times that of
/// its half, beyond 88 one by one. Which of them depends on the lane alone.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION typename K::Double angle_from(const AcPair<typename K::Double>& v,
                                                          const typename K::Double& length,
                                                          const AcPhasor<typename K::Double>& u) {
    using D = typename K::Double;
    const D sine = u.real * v.imaginary - u.imaginary * v.real;
    const D cosine = u.real * v.real + u.imaginary * v.imaginary;
    const D half = sine / (u.length * length + cosine);
    const D angle = 2.0 * small_arc_tangent(half);
    if (all_below(magnitude(half), 0.41)) {
        return u.angle + angle;
    }
    double tangent[K::lanes];
    double near[K::lanes];
    double wide[K::lanes];
    double s[K::lanes];
    double c[K::lanes];
    magnitude(half).store(tangent);
    angle.store(near);
    (4.0 * small_arc_tangent(half_tangent(half))).store(wide);
    sine.store(s);
    cosine.store(c);
    for (int l = 0; l < K::lanes; ++l) {
        if (!(tangent[l] < 0.41)) {
            near[l] = tangent[l] < 0.97 ? wide[l] : std::atan2(s[l], c[l]);
        }
    }
    return u.angle + D::load(near);
}

/// Stores magnitudes and angles of a work item's hours. start(node): AcPhasor of bins' voltages.
template <class K, class Start>
KOKKOS_INLINE_FUNCTION void store_voltages(const AcStructure& net, const AcInput& input,
                                           const AcBatch& batch, const AcOutput& output,
                                           const double* voltage, std::ptrdiff_t first_place,
                                           const Start& start) {
    using D = typename K::Double;
    if (output.v == nullptr && output.angle == nullptr) {
        return;
    }
    for (int node = 0; node < net.nodes; ++node) {
        const AcPair<D> v = voltage_at<K>(voltage, node);
        const std::ptrdiff_t bus = net.bus[node];
        const bool held = net.kind[node] == AcNode::regulated || net.kind[node] == AcNode::slack;
        const D length = held && input.v_set.hour_stride == 0
                             ? D::all(input.v_set.at(bus, 0))
                             : square_root(v.real * v.real + v.imaginary * v.imaginary);
        if (output.v != nullptr) {
            put<K>(length, batch, first_place, output.v + bus * output.hours);
        }
        if (output.angle != nullptr) {
            put<K>(angle_from<K>(v, length, start(node)), batch, first_place,
                   output.angle + bus * output.hours);
        }
    }
}

} // namespace longyang::kernels::detail
