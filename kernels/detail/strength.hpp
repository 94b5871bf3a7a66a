#pragma once

// Internal to kernels/: short-circuit reactances of all hours by a sparse factor each (SE-2).

#include "kernels/detail/ac_lanes.hpp"
#include "kernels/detail/arrays.hpp"
#include "kernels/strength.hpp"

#include <cstddef>
#include <cstdint>

namespace longyang::kernels::detail {

/// Structure of the factor, the same in all hours. Nodes are numbered in order of elimination;
/// the entries of column k are the later nodes that k has a line to when it is eliminated, in
/// order; the first is its parent, and a node without any is the root of its island.
struct StrengthFactor {
    std::ptrdiff_t nodes = 0, entries = 0;
    const std::int32_t* begin = nullptr; ///< nodes + 1
    const std::int32_t* row = nullptr;   ///< per entry
    const double* line_pu = nullptr;     ///< per entry: lines of the network itself
    /// Per column and two of its entries a < b, (0, 1), (0, 2), ... (1, 2), ...: the entry between
    /// their nodes; pair_begin: nodes + 1.
    const std::int32_t *pair_begin = nullptr, *pair = nullptr;
    /// Rows of machines at each node; machine_begin: nodes + 1.
    const std::int32_t *machine_begin = nullptr, *machine = nullptr;
};

/// Groups of infeeds with sums, and what is asked of each.
struct StrengthSums {
    std::ptrdiff_t groups = 0;
    const std::int32_t *infeed_begin = nullptr, *infeed = nullptr, *infeed_node = nullptr;
    const std::int32_t *sum_begin = nullptr, *sum = nullptr, *sum_node = nullptr;
};

/// Places that weights are asked at; `way` are the nodes of the weights and all their parents, the
/// latest first.
struct StrengthWeights {
    std::ptrdiff_t places = 0;
    const std::int32_t* at_node = nullptr;
    const std::int32_t *way_begin = nullptr, *way = nullptr;
    const std::int32_t *weight_begin = nullptr, *weight = nullptr, *of_node = nullptr;
};

struct StrengthWork {
    std::ptrdiff_t hours = 0, groups = 0; ///< groups of K::stride hours
    StrengthFactor factor;
    const double *machine_pu = nullptr, *connected = nullptr, *infeed_mw = nullptr;
    std::ptrdiff_t targets = 0;
    const std::int32_t* target_node = nullptr;
    StrengthSums sums;
    StrengthWeights weights;
    double *z_out = nullptr, *sum_out = nullptr, *weight_out = nullptr;

    /// Room of a group of hours: entries of the factor and of the inverse; pivots, own reactances
    /// and a vector by nodes.
    std::ptrdiff_t slots = 0;
    double* room = nullptr; ///< slots x room_columns x K::stride
    [[nodiscard]] KOKKOS_INLINE_FUNCTION std::ptrdiff_t room_columns() const {
        return 2 * factor.entries + 3 * factor.nodes;
    }
};

/// The hours of a group that one work item has side by side.
template <class K>
class StrengthLanes {
public:
    using V = typename K::Double;

    KOKKOS_INLINE_FUNCTION StrengthLanes(const StrengthWork& work, std::ptrdiff_t group,
                                         std::ptrdiff_t slot, std::ptrdiff_t lane)
        : w_(work), f_(work.factor), first_hour_(group * K::stride + lane) {
        share_ = work.room + slot * work.room_columns() * K::stride + lane;
        between_ = share_ + f_.entries * K::stride;
        pivot_ = between_ + f_.entries * K::stride;
        own_ = pivot_ + f_.nodes * K::stride;
        x_ = own_ + f_.nodes * K::stride;
    }

    KOKKOS_INLINE_FUNCTION void run() const {
        if (first_hour_ >= w_.hours) {
            return;
        }
        connect();
        eliminate();
        invert();
        for (std::ptrdiff_t i = 0; i < w_.targets; ++i) {
            put_hours(w_.z_out + i * w_.hours, get(own_, w_.target_node[i]));
        }
        for (std::ptrdiff_t g = 0; g < w_.sums.groups; ++g) {
            add_up(g);
        }
        for (std::ptrdiff_t p = 0; p < w_.weights.places; ++p) {
            weigh(p);
        }
    }

private:
    [[nodiscard]] static KOKKOS_FORCEINLINE_FUNCTION V get(const double* column,
                                                           std::ptrdiff_t place) {
        return V::load(column + place * K::stride);
    }
    static KOKKOS_FORCEINLINE_FUNCTION void put(double* column, std::ptrdiff_t place,
                                                const V& value) {
        value.store(column + place * K::stride);
    }
    static KOKKOS_FORCEINLINE_FUNCTION void add(double* column, std::ptrdiff_t place,
                                                const V& value) {
        put(column, place, get(column, place) + value);
    }

    /// Hours of an input row; behind the last hour, that hour again.
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION V hours_of(const double* row) const {
        if (first_hour_ + K::lanes <= w_.hours) {
            return V::load(row + first_hour_);
        }
        double each[K::lanes];
        for (int l = 0; l < K::lanes; ++l) {
            const std::ptrdiff_t hour = first_hour_ + l;
            each[l] = row[hour < w_.hours ? hour : w_.hours - 1];
        }
        return V::load(each);
    }
    KOKKOS_FORCEINLINE_FUNCTION void put_hours(double* row, const V& value) const {
        if (first_hour_ + K::lanes <= w_.hours) {
            value.store(row + first_hour_);
            return;
        }
        double each[K::lanes];
        value.store(each);
        for (std::ptrdiff_t l = 0; first_hour_ + l < w_.hours; ++l) {
            row[first_hour_ + l] = each[l];
        }
    }

    /// The network of the hours: lines between nodes, machines from nodes to ground (in x).
    KOKKOS_FORCEINLINE_FUNCTION void connect() const {
        for (std::ptrdiff_t e = 0; e < f_.entries; ++e) {
            put(share_, e, V::all(f_.line_pu[e]));
        }
        for (std::ptrdiff_t k = 0; k < f_.nodes; ++k) {
            V ground = V::all(0.0);
            for (std::int32_t n = f_.machine_begin[k]; n < f_.machine_begin[k + 1]; ++n) {
                const std::int32_t m = f_.machine[n];
                ground = ground + V::all(w_.machine_pu[m]) * hours_of(w_.connected + m * w_.hours);
            }
            put(x_, k, ground);
        }
    }

    /// Takes node after node out of the network: what met there is joined by lines between its
    /// neighbours and to ground (SE-2). Leaves in pivot 1 / d and in share y / d.
    KOKKOS_FORCEINLINE_FUNCTION void eliminate() const {
        for (std::ptrdiff_t k = 0; k < f_.nodes; ++k) {
            const std::int32_t end = f_.begin[k + 1];
            const V ground = get(x_, k);
            V sum = ground;
            for (std::int32_t e = f_.begin[k]; e < end; ++e) {
                sum = sum + get(share_, e);
            }
            if (f_.begin[k] == end) {
                sum = greater(sum, V::all(least_island_pu));
            }
            const V pivot = V::all(1.0) / sum;
            put(pivot_, k, pivot);
            const std::int32_t* pair = f_.pair + f_.pair_begin[k];
            for (std::int32_t a = f_.begin[k]; a < end; ++a) {
                const V share = get(share_, a) * pivot;
                put(share_, a, share);
                add(x_, f_.row[a], share * ground);
                for (std::int32_t b = a + 1; b < end; ++b) {
                    add(share_, *pair++, share * get(share_, b));
                }
            }
        }
    }

    /// The inverse on the pattern of the factor, the last node first: with s the shares of node k,
    /// Z_ka = sum over b of s_b Z_ab and Z_kk = 1 / d + sum over a of s_a Z_ka.
    KOKKOS_FORCEINLINE_FUNCTION void invert() const {
        for (std::ptrdiff_t k = f_.nodes - 1; k >= 0; --k) {
            const std::int32_t first = f_.begin[k];
            const std::int32_t end = f_.begin[k + 1];
            for (std::int32_t a = first; a < end; ++a) {
                put(between_, a, get(share_, a) * get(own_, f_.row[a]));
            }
            const std::int32_t* pair = f_.pair + f_.pair_begin[k];
            for (std::int32_t a = first; a < end; ++a) {
                const V share = get(share_, a);
                V sum = get(between_, a);
                for (std::int32_t b = a + 1; b < end; ++b) {
                    const V z = get(between_, *pair++);
                    sum = sum + get(share_, b) * z;
                    add(between_, b, share * z);
                }
                put(between_, a, sum);
            }
            V own = get(pivot_, k);
            for (std::int32_t a = first; a < end; ++a) {
                own = own + get(share_, a) * get(between_, a);
            }
            put(own_, k, own);
        }
    }

    /// Current into node k goes on to the later nodes by its shares.
    KOKKOS_FORCEINLINE_FUNCTION void forward(std::ptrdiff_t k) const {
        const V current = get(x_, k);
        for (std::int32_t e = f_.begin[k]; e < f_.begin[k + 1]; ++e) {
            add(x_, f_.row[e], get(share_, e) * current);
        }
    }
    /// The voltage of node k from its current and the voltages of later nodes.
    KOKKOS_FORCEINLINE_FUNCTION void backward(std::ptrdiff_t k) const {
        V sum = get(x_, k) * get(pivot_, k);
        for (std::int32_t e = f_.begin[k]; e < f_.begin[k + 1]; ++e) {
            sum = sum + get(share_, e) * get(x_, f_.row[e]);
        }
        put(x_, k, sum);
    }

    /// Sum over k of Z_ik P_k of all nodes i: the voltages that a group's infeeds make as currents.
    KOKKOS_FORCEINLINE_FUNCTION void add_up(std::ptrdiff_t g) const {
        const StrengthSums& s = w_.sums;
        for (std::ptrdiff_t k = 0; k < f_.nodes; ++k) {
            put(x_, k, V::all(0.0));
        }
        for (std::int32_t n = s.infeed_begin[g]; n < s.infeed_begin[g + 1]; ++n) {
            add(x_, s.infeed_node[n], hours_of(w_.infeed_mw + s.infeed[n] * w_.hours));
        }
        for (std::ptrdiff_t k = 0; k < f_.nodes; ++k) {
            forward(k);
        }
        for (std::ptrdiff_t k = f_.nodes - 1; k >= 0; --k) {
            backward(k);
        }
        for (std::int32_t n = s.sum_begin[g]; n < s.sum_begin[g + 1]; ++n) {
            const std::int32_t i = s.sum_node[n];
            put_hours(w_.sum_out + s.sum[n] * w_.hours, get(x_, i) / get(own_, i));
        }
    }

    /// Z_ij of all i on the way: a current at j alone, which passes its parents.
    KOKKOS_FORCEINLINE_FUNCTION void weigh(std::ptrdiff_t place) const {
        const StrengthWeights& s = w_.weights;
        const std::int32_t j = s.at_node[place];
        for (std::int32_t n = s.way_begin[place]; n < s.way_begin[place + 1]; ++n) {
            put(x_, s.way[n], V::all(0.0));
        }
        for (std::int32_t k = j; k >= 0; k = parent(k)) {
            put(x_, k, V::all(0.0));
        }
        put(x_, j, V::all(1.0) / get(own_, j));
        for (std::int32_t k = j; k >= 0; k = parent(k)) {
            forward(k);
        }
        for (std::int32_t n = s.way_begin[place]; n < s.way_begin[place + 1]; ++n) {
            backward(s.way[n]);
        }
        for (std::int32_t n = s.weight_begin[place]; n < s.weight_begin[place + 1]; ++n) {
            put_hours(w_.weight_out + s.weight[n] * w_.hours, get(x_, s.of_node[n]));
        }
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION std::int32_t parent(std::int32_t k) const {
        return f_.begin[k] == f_.begin[k + 1] ? -1 : f_.row[f_.begin[k]];
    }

    const StrengthWork& w_;
    const StrengthFactor& f_;
    std::ptrdiff_t first_hour_;
    double *share_ = nullptr, *between_ = nullptr;            ///< by entry
    double *pivot_ = nullptr, *own_ = nullptr, *x_ = nullptr; ///< by node
};

/// A work item: lanes of groups slot, slot + slots, ... one after the other.
template <class K>
KOKKOS_INLINE_FUNCTION void run_strength(const StrengthWork& w, std::ptrdiff_t item) {
    const std::ptrdiff_t slot = item / K::items;
    for (std::ptrdiff_t group = slot; group < w.groups; group += w.slots) {
        StrengthLanes<K>(w, group, slot, item % K::items * K::lanes).run();
    }
}

/// Lanes of the host, by width of its registers; name is null where the compiler cannot make them.
struct StrengthVariant {
    const char* name = nullptr;
    int stride = 0;
    void (*run)(const StrengthWork&, std::ptrdiff_t) = nullptr;
};
[[nodiscard]] StrengthVariant strength_variant_any();
[[nodiscard]] StrengthVariant strength_variant_avx2();
[[nodiscard]] StrengthVariant strength_variant_avx512();

} // namespace longyang::kernels::detail
