#pragma once

// Internal to kernels/: a group of hours that begins with its bin's factor, and steps with that
// factor and with those of its hours (AC-5).

#include "kernels/detail/ac_newton.hpp"

namespace longyang::kernels::detail {

/// What a work item knows of its hours while it steps.
template <class K>
struct AcChordItem {
    const AcChord& work;
    int bin;
    std::ptrdiff_t first_place;
    double* given;                    ///< tile of P and Q
    double* voltage;                  ///< tile
    float *x, *last_step, *last_move; ///< tiles of unknowns
    float *matrix, *lower;            ///< tiles of own factors; null: hours make none
    std::ptrdiff_t slot, first_lane;
    const AcSide* side; ///< of the bin, by node
    const double*
        free_v; ///< tile: 1 where an hour's own side lets it; null: the bin's sides are all
    double lambda[K::lanes]; ///< power of a shared slack
    double moving[K::lanes]; ///< 1 while the hour is stepped, 0 when it is done
    double mismatch[K::lanes], first_mismatch[K::lanes];
    float mixing[K::lanes]; ///< 1 where the step is mixed with the one before
    bool marked[K::lanes];  ///< slow: its steps are kept for mixing
    int steps[K::lanes];
    bool solved[K::lanes];
};

/// True where a node's reactive power is given, not its voltage.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION bool magnitude_is_free(const AcChordItem<K>& item, int node) {
    const AcNode kind = item.work.net.kind[node];
    return kind == AcNode::load || (kind == AcNode::limited && item.side[node] != AcSide::holds);
}

/// The same by hour, where these have sides of their own: only what both let move moves while the
/// bin's factor serves.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION typename K::Double magnitudes_free(const AcChordItem<K>& item,
                                                               int node) {
    using D = typename K::Double;
    if (!magnitude_is_free(item, node)) {
        return D::all(0.0);
    }
    return item.free_v != nullptr ? D::load(item.free_v + node_lane<K>(node, 0)) : D::all(1.0);
}

/// Number of a factor, which all lanes share or each has for itself.
template <class K, bool own>
KOKKOS_FORCEINLINE_FUNCTION typename K::Float number_of(const float* factor, std::ptrdiff_t at) {
    if constexpr (own) {
        return K::Float::load(factor + at * K::stride);
    } else {
        return K::Float::all(factor[at]);
    }
}

/// Sum over c of a[c] x[column[c]] taken from the block's rows; a[0] is the factor's number
/// `first`.
template <class K, bool own, int size>
KOKKOS_FORCEINLINE_FUNCTION void subtract(const float* factor, std::ptrdiff_t first,
                                          const std::int32_t* column, int count, const float* x,
                                          typename K::Float (&sum)[size]) {
    for (int c = 0; c < count; ++c) {
        const auto other = K::Float::load(x + static_cast<std::ptrdiff_t>(column[c]) * K::stride);
        for (int r = 0; r < size; ++r) {
            sum[r] = sum[r] - number_of<K, own>(factor, first + c * size + r) * other;
        }
    }
}

template <class K, bool own, int size>
KOKKOS_FORCEINLINE_FUNCTION void forward_row(const AcStructure& net, int row, const float* lower,
                                             float* x) {
    using F = typename K::Float;
    float* mine = x + static_cast<std::ptrdiff_t>(net.x_at[row]) * K::stride;
    F sum[size];
    for (int r = 0; r < size; ++r) {
        sum[r] = F::load(mine + r * K::stride);
    }
    const int begin = net.l_begin[row];
    subtract<K, own>(lower, net.l_row_at[row], net.l_x + begin, net.l_begin[row + 1] - begin, x,
                     sum);
    for (int r = 0; r < size; ++r) {
        sum[r].store(mine + r * K::stride);
    }
}

template <class K, bool own, int size>
KOKKOS_FORCEINLINE_FUNCTION void backward_row(const AcStructure& net, int row, const float* factor,
                                              float* x) {
    using F = typename K::Float;
    float* mine = x + static_cast<std::ptrdiff_t>(net.x_at[row]) * K::stride;
    const std::ptrdiff_t block = net.row_at[row]; // the inverse of the block
    F sum[size];
    for (int r = 0; r < size; ++r) {
        sum[r] = F::load(mine + r * K::stride);
    }
    const int begin = net.u_begin[row];
    subtract<K, own>(factor, block + size * size, net.u_x + begin, net.u_begin[row + 1] - begin, x,
                     sum);
    for (int r = 0; r < size; ++r) {
        F out = number_of<K, own>(factor, block + r) * sum[0];
        for (int q = 1; q < size; ++q) {
            out = out + number_of<K, own>(factor, block + q * size + r) * sum[q];
        }
        out.store(mine + r * K::stride);
    }
}

/// Solves with a factor, in place.
template <class K, bool own>
KOKKOS_INLINE_FUNCTION void sweep(const AcStructure& net, const float* factor, const float* lower,
                                  float* x) {
    for (int i = 0; i < net.rows; ++i) {
        if (net.l_begin[i] == net.l_begin[i + 1]) {
            continue;
        }
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            forward_row<K, own, 2>(net, i, lower, x);
        } else {
            forward_row<K, own, 1>(net, i, lower, x);
        }
    }
    for (int i = net.rows - 1; i >= 0; --i) {
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            backward_row<K, own, 2>(net, i, factor, x);
        } else {
            backward_row<K, own, 1>(net, i, factor, x);
        }
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void sweep_of_bin(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    const AcBins& bins = item.work.bins;
    sweep<K, false>(net, bins.factor + static_cast<std::ptrdiff_t>(item.bin) * net.factor_size,
                    bins.lower + static_cast<std::ptrdiff_t>(item.bin) * net.lower_size, item.x);
}

/// What the Newton of single hours needs to know of a group of the chord.
template <class K>
KOKKOS_INLINE_FUNCTION AcNewtonItem<K> lanes_of(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    const AcNewton& own = item.work.own;
    const std::ptrdiff_t nodes = static_cast<std::ptrdiff_t>(net.nodes) * K::stride;
    const auto room = [&item](auto* memory, std::ptrdiff_t size) {
        return memory == nullptr ? nullptr : memory + item.slot * size + item.first_lane;
    };
    return {own,
            item.first_place,
            item.voltage,
            nullptr,
            room(own.power, 2 * nodes),
            item.given,
            room(own.free_v, nodes),
            room(own.side, nodes),
            room(own.returns, nodes),
            item.matrix,
            item.lower,
            item.x,
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            false};
}

/// Makes every lane's own factor at its present voltages, and with it the step.
template <class K>
KOKKOS_INLINE_FUNCTION void make_own_factor(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    AcNewtonItem<K> newton = lanes_of(item);
    for (int l = 0; l < K::lanes; ++l) {
        newton.lambda[l] = item.lambda[l];
    }
    for (int i = 0; i < net.nodes; ++i) {
        K::Double::all(magnitude_is_free(item, i) ? 1.0 : 0.0)
            .store(newton.free_v + node_lane<K>(i, 0));
    }
    newton_mismatch(newton);
    newton_step(newton);
}

/// Takes a step: with the bin's factor, later with that of every hour (AC-5).
template <class K>
KOKKOS_INLINE_FUNCTION void solve_step(const AcChordItem<K>& item, int step) {
    if (step < item.work.own_from) {
        sweep_of_bin(item);
    } else if (step == item.work.own_from) {
        make_own_factor(item);
    } else {
        sweep<K, true>(item.work.net, item.matrix, item.lower, item.x);
    }
}

} // namespace longyang::kernels::detail
