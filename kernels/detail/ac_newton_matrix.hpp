#pragma once

// Internal to kernels/: the matrix of a Newton step, a lane each, assembled and factorised row by
// row (AC-3).

#include "kernels/detail/ac_newton_item.hpp"

namespace longyang::kernels::detail {

/// Writes the derivatives of a row towards another node (AC-3).
template <class K, int size>
KOKKOS_FORCEINLINE_FUNCTION void write_entry(float* row, int angle, int magnitude,
                                             const AcPair<typename K::Double>& t,
                                             const typename K::Double& free) {
    float* to = row + static_cast<std::ptrdiff_t>(angle * size) * K::stride;
    t.imaginary.store(to);
    if constexpr (size == 2) {
        (-(free * t.real)).store(to + K::stride);
    }
    if (magnitude >= 0) {
        to = row + static_cast<std::ptrdiff_t>(magnitude * size) * K::stride;
        t.real.store(to);
        if constexpr (size == 2) {
            (free * t.imaginary).store(to + K::stride);
        }
    }
}

/// Writes the derivatives of a node's powers by its own unknowns.
template <class K, int size>
KOKKOS_FORCEINLINE_FUNCTION void write_own(const AcNewtonItem<K>& item, int node, float* row,
                                           const AcPair<typename K::Double>& v,
                                           const typename K::Double& free) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const D square = v.real * v.real + v.imaginary * v.imaginary;
    const D a = net.own_g[node] * square;
    const D b = -net.own_b[node] * square;
    const D p = D::load(item.power + node_lane<K>(2 * node, 0));
    const D q = D::load(item.power + node_lane<K>(2 * node + 1, 0));
    (b - q).store(row);
    if constexpr (size == 2) {
        (free * (p - a)).store(row + K::stride);
        (p + a).store(row + 2 * K::stride);
        (free * (q + b) + (D::all(1.0) - free)).store(row + 3 * K::stride);
    }
}

/// Assembles the row of a node.
template <class K, int size>
KOKKOS_FORCEINLINE_FUNCTION void assemble(const AcNewtonItem<K>& item, int node, float* row) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    for (int f = net.fill_begin[node]; f < net.fill_begin[node + 1]; ++f) {
        for (int r = 0; r < size; ++r) {
            K::Float::all(0.0F).store(
                row + static_cast<std::ptrdiff_t>(net.fill_column[f] * size + r) * K::stride);
        }
    }
    const AcPair<D> v = voltage_at<K>(item.voltage, node);
    D free = D::all(0.0);
    if constexpr (size == 2) {
        if (!item.magnitudes_rest) {
            free = D::load(item.free_v + node_lane<K>(node, 0));
        }
    }
    for (int e = net.entry_begin[node]; e < net.entry_begin[node + 1]; ++e) {
        if (net.angle_column[e] < 0) {
            continue;
        }
        const AcPair<D> c =
            through(net.entry_g[e], net.entry_b[e], voltage_at<K>(item.voltage, net.entry_node[e]));
        const AcPair<D> t{v.real * c.real + v.imaginary * c.imaginary,
                          v.imaginary * c.real - v.real * c.imaginary};
        write_entry<K, size>(row, net.angle_column[e], net.magnitude_column[e], t, free);
    }
    if (net.kind[node] == AcNode::slack) {
        K::Float::all(static_cast<float>(-net.share[node])).store(row);
        return;
    }
    write_own<K, size>(item, node, row, v, free);
    if (net.share_column != nullptr && net.share_column[node] >= 0) {
        float* to = row + static_cast<std::ptrdiff_t>(net.share_column[node] * size) * K::stride;
        K::Float::all(static_cast<float>(-net.share[node])).store(to);
        for (int r = 1; r < size; ++r) {
            K::Float::all(0.0F).store(to + r * K::stride);
        }
    }
}

/// Eliminates an earlier block of `pivot_size` rows from the row at hand, and takes its right-hand
/// side along.
template <class K, int size, int pivot_size>
KOKKOS_FORCEINLINE_FUNCTION void eliminate(const AcNewtonItem<K>& item, int row, int pivot,
                                           float* mine, typename K::Float (&sum)[size]) {
    using F = typename K::Float;
    const AcStructure& net = item.work.net;
    const int k = net.pivot_row[pivot];
    const int column = net.pivot_column[pivot];
    const float* own = item.matrix + static_cast<std::ptrdiff_t>(net.row_at[k]) * K::stride;
    F l[size][pivot_size];
    for (int r = 0; r < size; ++r) {
        for (int q = 0; q < pivot_size; ++q) {
            l[r][q] = F::all(0.0F);
            for (int p = 0; p < pivot_size; ++p) {
                l[r][q] =
                    l[r][q] + F::load(mine + static_cast<std::ptrdiff_t>((column + p) * size + r) *
                                                 K::stride) *
                                  F::load(own + (q * pivot_size + p) * K::stride);
            }
        }
    }
    const float* upper = own + pivot_size * pivot_size * K::stride;
    const std::int32_t* target = net.target_column + net.target_begin[pivot];
    const int count = net.u_begin[k + 1] - net.u_begin[k];
    for (int c = 0; c < count; ++c) {
        float* to = mine + static_cast<std::ptrdiff_t>(target[c] * size) * K::stride;
        F u[pivot_size];
        for (int q = 0; q < pivot_size; ++q) {
            u[q] = F::load(upper + static_cast<std::ptrdiff_t>(c * pivot_size + q) * K::stride);
        }
        for (int r = 0; r < size; ++r) {
            F value = F::load(to + r * K::stride);
            for (int q = 0; q < pivot_size; ++q) {
                value = value - l[r][q] * u[q];
            }
            value.store(to + r * K::stride);
        }
    }
    const float* other = item.x + static_cast<std::ptrdiff_t>(net.x_at[k]) * K::stride;
    for (int q = 0; q < pivot_size; ++q) {
        const F y = F::load(other + q * K::stride);
        for (int r = 0; r < size; ++r) {
            sum[r] = sum[r] - l[r][q] * y;
            if (item.lower != nullptr) {
                const int first = column - (size + net.u_begin[row + 1] - net.u_begin[row]);
                l[r][q].store(item.lower + static_cast<std::ptrdiff_t>(net.l_row_at[row] +
                                                                       (first + q) * size + r) *
                                               K::stride);
            }
        }
    }
}

/// Replaces a row's own block by its inverse.
template <class K, int size>
KOKKOS_FORCEINLINE_FUNCTION void invert(float* own) {
    using F = typename K::Float;
    const F one = F::all(1.0F);
    if constexpr (size == 1) {
        (one / F::load(own)).store(own);
    } else {
        const F a = F::load(own);
        const F c = F::load(own + K::stride);
        const F b = F::load(own + 2 * K::stride);
        const F d = F::load(own + 3 * K::stride);
        const F inverse = one / (a * d - b * c);
        (d * inverse).store(own);
        (-(c * inverse)).store(own + K::stride);
        (-(b * inverse)).store(own + 2 * K::stride);
        (a * inverse).store(own + 3 * K::stride);
    }
}

template <class K, int size>
KOKKOS_INLINE_FUNCTION void factor_row(const AcNewtonItem<K>& item, int row) {
    using F = typename K::Float;
    const AcStructure& net = item.work.net;
    float* mine = item.matrix + static_cast<std::ptrdiff_t>(net.row_at[row]) * K::stride;
    float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[row]) * K::stride;
    assemble<K, size>(item, row, mine);
    F sum[size];
    sum[0] = F::load(x);
    if constexpr (size == 2) {
        sum[1] = item.magnitudes_rest ? F::all(0.0F) : F::load(x + K::stride);
    }
    for (int pivot = net.pivot_begin[row]; pivot < net.pivot_begin[row + 1]; ++pivot) {
        const int k = net.pivot_row[pivot];
        if (net.x_at[k + 1] - net.x_at[k] == 2) {
            eliminate<K, size, 2>(item, row, pivot, mine, sum);
        } else {
            eliminate<K, size, 1>(item, row, pivot, mine, sum);
        }
    }
    invert<K, size>(mine);
    for (int r = 0; r < size; ++r) {
        sum[r].store(x + r * K::stride);
    }
}

template <class K, int size>
KOKKOS_INLINE_FUNCTION void substitute_row(const AcNewtonItem<K>& item, int row) {
    using F = typename K::Float;
    const AcStructure& net = item.work.net;
    const float* own = item.matrix + static_cast<std::ptrdiff_t>(net.row_at[row]) * K::stride;
    const float* upper = own + size * size * K::stride;
    float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[row]) * K::stride;
    const std::int32_t* column = net.u_x + net.u_begin[row];
    const int count = net.u_begin[row + 1] - net.u_begin[row];
    F sum[size];
    for (int r = 0; r < size; ++r) {
        sum[r] = F::load(x + r * K::stride);
    }
    for (int c = 0; c < count; ++c) {
        const F other = F::load(item.x + static_cast<std::ptrdiff_t>(column[c]) * K::stride);
        for (int r = 0; r < size; ++r) {
            sum[r] = sum[r] -
                     F::load(upper + static_cast<std::ptrdiff_t>(c * size + r) * K::stride) * other;
        }
    }
    for (int r = 0; r < size; ++r) {
        F out = F::load(own + r * K::stride) * sum[0];
        for (int q = 1; q < size; ++q) {
            out = out + F::load(own + (q * size + r) * K::stride) * sum[q];
        }
        out.store(x + r * K::stride);
    }
}

/// Factor of every lane's own matrix (no pivoting: elimination stays within the blocks), and the
/// step. The matrix is assembled, eliminated and kept row by row.
template <class K>
KOKKOS_INLINE_FUNCTION void newton_step(const AcNewtonItem<K>& item) {
    const AcStructure& net = item.work.net;
    for (int i = 0; i < net.rows; ++i) {
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            factor_row<K, 2>(item, i);
        } else {
            factor_row<K, 1>(item, i);
        }
    }
    for (int i = net.rows - 1; i >= 0; --i) {
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            substitute_row<K, 2>(item, i);
        } else {
            substitute_row<K, 1>(item, i);
        }
    }
}

} // namespace longyang::kernels::detail
