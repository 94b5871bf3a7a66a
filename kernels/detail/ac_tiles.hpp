#pragma once

// Internal to kernels/: between tables by bus and hour, and tiles of groups of hours.

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

/// Nodes that a work item of a host takes together: their rows of all hours stay in the L2 cache,
/// and their part of a tile is long enough to be fetched ahead.
inline constexpr std::ptrdiff_t tile_nodes = on_host ? 4 : 1;

/// Puts the powers given at some nodes into the tiles of all groups. Their rows (16 B a node and
/// hour) are read in the order of the places, and written tile by tile.
KOKKOS_INLINE_FUNCTION void pack_nodes(const AcStructure& net, const AcInput& input,
                                       const AcBatch& batch, std::ptrdiff_t stride,
                                       std::ptrdiff_t item) {
    const std::ptrdiff_t first = item * tile_nodes;
    const std::ptrdiff_t last = first + tile_nodes < net.nodes ? first + tile_nodes : net.nodes;
    for (std::ptrdiff_t group = 0; group < batch.groups; ++group) {
        const std::int32_t* hours = batch.hour + group * stride;
        for (std::ptrdiff_t node = first; node < last; ++node) {
            const double* p = input.p.value + net.bus[node] * input.p.bus_stride;
            const double* q = input.q.value + net.bus[node] * input.q.bus_stride;
            double* to = batch.state + (group * net.nodes + node) * 2 * stride;
            for (std::ptrdiff_t l = 0; l < stride; ++l) {
                to[l] = p[hours[l]];
                to[stride + l] = q[hours[l]];
            }
        }
    }
}

/// The same on a GPU, where an item is one hour of a node: neighbouring threads are neighbouring
/// places.
KOKKOS_INLINE_FUNCTION void pack_place(const AcStructure& net, const AcInput& input,
                                       const AcBatch& batch, std::ptrdiff_t stride,
                                       std::ptrdiff_t item) {
    const std::ptrdiff_t places = batch.groups * stride;
    const std::ptrdiff_t node = item / places;
    const std::ptrdiff_t place = item % places;
    const std::ptrdiff_t bus = net.bus[node];
    double* to = batch.state + (place / stride * net.nodes + node) * 2 * stride + place % stride;
    to[0] = input.p.at(bus, batch.hour[place]);
    to[stride] = input.q.at(bus, batch.hour[place]);
}

/// Magnitudes and angles out of the tiles.
struct AcUnpack {
    AcStructure net;
    AcBatch batch;
    AcBins bins;
    const double* start_angle = nullptr;   ///< [bin][node]: angles of the bins' voltages
    double *v = nullptr, *angle = nullptr; ///< [bus][hour]; null: not wanted
    std::ptrdiff_t hours = 0;
};

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

/// Angles by lane, counted from a unit phasor near which they are expected: twice the arc tangent
/// of the half angle, whose tangent is sine / (1 + cosine). Lanes beyond 45 degrees are computed
/// one by one.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION typename K::Double angle_from(const AcPair<typename K::Double>& v,
                                                          const typename K::Double& length,
                                                          double real, double imaginary) {
    using D = typename K::Double;
    const D sine = real * v.imaginary - imaginary * v.real;
    const D cosine = real * v.real + imaginary * v.imaginary;
    const D half = sine / (length + cosine);
    const D angle = 2.0 * small_arc_tangent(half);
    if (all_below(magnitude(half), 0.41)) {
        return angle;
    }
    double s[K::lanes];
    double c[K::lanes];
    sine.store(s);
    cosine.store(c);
    for (int l = 0; l < K::lanes; ++l) {
        s[l] = std::atan2(s[l], c[l]);
    }
    return D::load(s);
}

/// A node's magnitudes and angles in all groups, and where its work item's lanes are.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void unpack_node(const AcUnpack& work, std::ptrdiff_t node,
                                             std::ptrdiff_t group, std::ptrdiff_t first_lane) {
    using D = typename K::Double;
    const AcStructure& net = work.net;
    const double* tile = work.batch.state + (group * net.nodes + node) * 2 * K::stride + first_lane;
    const AcPair<D> v{D::load(tile), D::load(tile + K::stride)};
    const D length = square_root(v.real * v.real + v.imaginary * v.imaginary);
    const std::int64_t bin = work.bins.of_group[group];
    const double* start = work.bins.voltage + (bin * net.nodes + node) * 2;
    const double unit = 1.0 / std::sqrt(start[0] * start[0] + start[1] * start[1]);
    double size[K::lanes];
    double turned[K::lanes];
    length.store(size);
    const bool angles = work.angle != nullptr;
    if (angles) {
        const D base = D::all(work.start_angle[bin * net.nodes + node]);
        (base + angle_from<K>(v, length, start[0] * unit, start[1] * unit)).store(turned);
    }
    const std::ptrdiff_t row = net.bus[node] * work.hours;
    const std::int32_t* hour = work.batch.hour + group * K::stride + first_lane;
    const std::ptrdiff_t rest = work.batch.live[group] - first_lane;
    const std::ptrdiff_t live = rest < K::lanes ? rest : K::lanes;
    for (std::ptrdiff_t l = 0; l < live && work.v != nullptr; ++l) {
        work.v[row + hour[l]] = size[l];
    }
    for (std::ptrdiff_t l = 0; l < live && angles; ++l) {
        work.angle[row + hour[l]] = turned[l];
    }
}

/// What a work item does: on a host some nodes in all groups, on a GPU a node and an hour.
template <class K>
KOKKOS_INLINE_FUNCTION void run_unpack(const AcUnpack& work, std::ptrdiff_t item) {
    if constexpr (K::items == 1) {
        const std::ptrdiff_t first = item * tile_nodes;
        const std::ptrdiff_t last =
            first + tile_nodes < work.net.nodes ? first + tile_nodes : work.net.nodes;
        for (std::ptrdiff_t group = 0; group < work.batch.groups; ++group) {
            for (std::ptrdiff_t node = first; node < last; ++node) {
                unpack_node<K>(work, node, group, 0);
            }
        }
    } else {
        const std::ptrdiff_t place = item % (work.batch.groups * K::stride);
        unpack_node<K>(work, item / (work.batch.groups * K::stride), place / K::stride,
                       place % K::stride);
    }
}

} // namespace longyang::kernels::detail
