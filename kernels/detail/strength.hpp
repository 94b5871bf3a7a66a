#pragma once

// Internal to kernels/: short-circuit reactances of all hours by low-rank updates (SE-2).

#include "kernels/detail/ac_lanes.hpp"
#include "kernels/detail/arrays.hpp"

#include <cstddef>
#include <cstdint>

namespace longyang::kernels::detail {

/// Updates that take the inverse from one state of the machines to another: machine node k changes
/// by `change` (<= 0), one after the other; steps of item i are first[i] .. first[i + 1] - 1.
struct StrengthSteps {
    const std::int64_t* first = nullptr;
    const std::int64_t* machine = nullptr;
    const double* change_pu = nullptr;
};

/// Groups of hours, `stride` each, in chunks of `groups_a_chunk`. A chunk's state has at every node
/// the machines that any of its hours has, a group's likewise; what is left differs hour by hour:
/// machine nodes `own`, susceptance of the group's state own_base_pu.
struct StrengthGroups {
    std::ptrdiff_t groups = 0;
    std::ptrdiff_t chunks = 0;
    std::ptrdiff_t groups_a_chunk = 1;
    std::ptrdiff_t most_own = 0; ///< of any group
    StrengthSteps to_chunk, to_group;
    const std::int64_t* own_first = nullptr;
    const std::int64_t* own_machine = nullptr;
    const double* own_base_pu = nullptr;
};

struct StrengthWork {
    std::ptrdiff_t nodes = 0, hours = 0;
    const double* z_pu = nullptr;
    const std::int64_t* machine_node = nullptr;
    const double* connected_pu = nullptr;
    StrengthGroups plan;

    std::ptrdiff_t targets = 0, sums = 0, weights = 0;
    const std::int64_t *target = nullptr, *infeed_target = nullptr;
    const double* infeed_mw = nullptr;
    const std::int64_t *group_first = nullptr, *group_infeed = nullptr;
    const std::int64_t *sum_target = nullptr, *sum_group = nullptr;
    const std::int64_t *weight_of = nullptr, *weight_at = nullptr;

    double *z_out = nullptr, *sum_out = nullptr, *weight_out = nullptr;

    // Room of a slot: two states of the network, and what a group of hours (on a GPU an hour)
    // needs.
    std::ptrdiff_t slots = 0;
    double *chunk_state = nullptr, *group_state = nullptr; ///< slots x nodes x nodes
    double* room = nullptr;                                ///< slots x room_a_slot
    std::ptrdiff_t room_a_slot = 0;                        ///< room_columns x stride
    /// Columns of `stride` hours: factor, pivots, shares of an infeed group, solutions of the
    /// targets and their own reactances.
    [[nodiscard]] KOKKOS_INLINE_FUNCTION static std::ptrdiff_t room_columns(std::ptrdiff_t own,
                                                                            std::ptrdiff_t of) {
        return own * (own + 1) / 2 + 2 * own + of * own + of;
    }
    /// The same on a GPU, where solutions and shares lie side by side and the triangle is not cut.
    [[nodiscard]] KOKKOS_INLINE_FUNCTION static std::ptrdiff_t team_columns(std::ptrdiff_t own,
                                                                            std::ptrdiff_t of) {
        return own * (own + of) + own * own + 3 * own + of;
    }
};

/// Takes a state of the network through steps: one update of rank one each, on the lower triangle,
/// which is mirrored at the end. `thread` of `threads` that share the work; `wait` is their
/// barrier.
template <class K, class Wait>
KOKKOS_INLINE_FUNCTION void take_steps(const StrengthWork& w, const StrengthSteps& steps,
                                       std::ptrdiff_t item, double* z, std::ptrdiff_t thread,
                                       std::ptrdiff_t threads, double* column, const Wait& wait) {
    const std::ptrdiff_t n = w.nodes;
    if (steps.first[item] == steps.first[item + 1]) {
        return;
    }
    for (std::int64_t s = steps.first[item]; s < steps.first[item + 1]; ++s) {
        const std::ptrdiff_t k = w.machine_node[steps.machine[s]];
        for (std::ptrdiff_t j = thread; j < n; j += threads) {
            column[j] = j <= k ? z[k * n + j] : z[j * n + k];
        }
        wait();
        const double change = steps.change_pu[s];
        const double pivot = 1.0 + change * column[k];
        const double factor = change / (pivot > 1e-10 ? pivot : 1e-10);
        for (std::ptrdiff_t i = thread; i < n; i += threads) {
            const double scale = factor * column[i];
            double* const row = z + i * n;
            for (std::ptrdiff_t j = 0; j <= i; ++j) {
                row[j] -= scale * column[j];
            }
        }
        wait();
    }
    for (std::ptrdiff_t i = thread; i < n; i += threads) {
        for (std::ptrdiff_t j = 0; j < i; ++j) {
            z[j * n + i] = z[i * n + j];
        }
    }
    wait();
}

/// Copies a state of the network.
template <class K>
KOKKOS_INLINE_FUNCTION void copy_state(const StrengthWork& w, const double* from, double* to,
                                       std::ptrdiff_t thread, std::ptrdiff_t threads) {
    for (std::ptrdiff_t j = thread; j < w.nodes * w.nodes; j += threads) {
        to[j] = from[j];
    }
}

/// The hours of a group that one work item has side by side.
template <class K>
class StrengthLanes {
public:
    using V = typename K::Double;

    KOKKOS_INLINE_FUNCTION StrengthLanes(const StrengthWork& work, std::ptrdiff_t group,
                                         std::ptrdiff_t slot, std::ptrdiff_t lane)
        : w_(work), z_(work.group_state + slot * work.nodes * work.nodes),
          first_hour_(group * K::stride + lane),
          own_(work.plan.own_machine + work.plan.own_first[group]),
          base_(work.plan.own_base_pu + work.plan.own_first[group]),
          m_(work.plan.own_first[group + 1] - work.plan.own_first[group]) {
        double* room = work.room + slot * work.room_a_slot + lane;
        factor_ = room;
        room += m_ * (m_ + 1) / 2 * K::stride;
        pivot_ = room;
        room += m_ * K::stride;
        shared_ = room;
        room += m_ * K::stride;
        column_ = room;
        room += work.targets * m_ * K::stride;
        z_own_ = room;
    }

    KOKKOS_INLINE_FUNCTION void run() {
        if (first_hour_ >= w_.hours) {
            return;
        }
        eliminate();
        std::ptrdiff_t i = 0;
        for (; i + 4 <= w_.targets; i += 4) {
            solve<4>(i);
        }
        for (; i < w_.targets; ++i) {
            solve<1>(i);
        }
        for (i = 0; i < w_.targets; ++i) {
            own_reactance(i);
        }
        add_up_groups();
        weigh();
    }

private:
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION std::ptrdiff_t node(std::ptrdiff_t own) const {
        return w_.machine_node[own_[own]];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double* factor(std::ptrdiff_t row) const {
        return factor_ + row * (row - 1) / 2 * K::stride;
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double* column(std::ptrdiff_t target) const {
        return column_ + target * m_ * K::stride;
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double z(std::ptrdiff_t i, std::ptrdiff_t j) const {
        return z_[i * w_.nodes + j];
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

    /// y_k = Z_ck - sum over q < k of L_kq y_q for `count` right-hand sides at once, rows 0 ..
    /// rows-1: the columns of the reactances between own nodes and others, after the updates so
    /// far.
    template <int count>
    KOKKOS_FORCEINLINE_FUNCTION void forward(const std::ptrdiff_t* at, std::ptrdiff_t rows,
                                             double* const* y) const {
        for (std::ptrdiff_t k = 0; k < rows; ++k) {
            V sum[count];
            const std::ptrdiff_t c = node(k);
            for (int a = 0; a < count; ++a) {
                sum[a] = V::all(z(c, at[a]));
            }
            const double* const l = factor(k);
            for (std::ptrdiff_t q = 0; q < k; ++q) {
                const V share = V::load(l + q * K::stride);
                for (int a = 0; a < count; ++a) {
                    sum[a] = sum[a] - share * V::load(y[a] + q * K::stride);
                }
            }
            for (int a = 0; a < count; ++a) {
                sum[a].store(y[a] + k * K::stride);
            }
        }
    }

    /// L and the pivots f of Z' = Z - sum over q of f_q r_q r_q^T, f = d / (1 + d r_qq) (SE-2).
    KOKKOS_FORCEINLINE_FUNCTION void eliminate() {
        const V one = V::all(1.0);
        for (std::ptrdiff_t j = 0; j < m_; ++j) {
            const std::ptrdiff_t at = node(j);
            double* const y = shared_;
            forward<1>(&at, j, &y);
            V own = V::all(z(at, at));
            double* const l = factor(j);
            for (std::ptrdiff_t q = 0; q < j; ++q) {
                const V r = V::load(y + q * K::stride);
                const V share = V::load(pivot_ + q * K::stride) * r;
                share.store(l + q * K::stride);
                own = own - share * r;
            }
            const V change = hours_of(w_.connected_pu + own_[j] * w_.hours) - V::all(base_[j]);
            const V pivot = greater(one + change * own, V::all(1e-10));
            (change / pivot).store(pivot_ + j * K::stride);
        }
    }

    template <int count>
    KOKKOS_FORCEINLINE_FUNCTION void solve(std::ptrdiff_t first) {
        std::ptrdiff_t at[count];
        double* y[count];
        for (int a = 0; a < count; ++a) {
            at[a] = w_.target[first + a];
            y[a] = column(first + a);
        }
        forward<count>(at, m_, y);
    }

    /// Z_ij of two targets.
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION V reactance(std::ptrdiff_t i,
                                                          std::ptrdiff_t j) const {
        V sum = V::all(z(w_.target[i], w_.target[j]));
        const double* const a = column(i);
        const double* const b = column(j);
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            sum = sum - V::load(pivot_ + q * K::stride) *
                            (V::load(a + q * K::stride) * V::load(b + q * K::stride));
        }
        return sum;
    }

    KOKKOS_FORCEINLINE_FUNCTION void own_reactance(std::ptrdiff_t i) {
        const V sum = reactance(i, i);
        sum.store(z_own_ + i * K::stride);
        put_hours(w_.z_out + i * w_.hours, sum);
    }

    /// sum over k of Z_ik P_k = (Z P)_i - sum over q of r_qi u_q with u = f (r P): the group's part
    /// u once, then one product a sum.
    KOKKOS_FORCEINLINE_FUNCTION void add_up_groups() {
        std::ptrdiff_t done = -1;
        for (std::ptrdiff_t s = 0; s < w_.sums; ++s) {
            if (w_.sum_group[s] != done) {
                done = w_.sum_group[s];
                share_group(done);
            }
            add_up(s, done);
        }
    }
    KOKKOS_FORCEINLINE_FUNCTION void share_group(std::ptrdiff_t group) {
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            V::all(0.0).store(shared_ + q * K::stride);
        }
        for (std::int64_t n = w_.group_first[group]; n < w_.group_first[group + 1]; ++n) {
            const std::int64_t infeed = w_.group_infeed[n];
            const V mw = hours_of(w_.infeed_mw + infeed * w_.hours);
            const double* const r = column(w_.infeed_target[infeed]);
            for (std::ptrdiff_t q = 0; q < m_; ++q) {
                (V::load(shared_ + q * K::stride) + mw * V::load(r + q * K::stride))
                    .store(shared_ + q * K::stride);
            }
        }
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            (V::load(shared_ + q * K::stride) * V::load(pivot_ + q * K::stride))
                .store(shared_ + q * K::stride);
        }
    }
    KOKKOS_FORCEINLINE_FUNCTION void add_up(std::ptrdiff_t s, std::ptrdiff_t group) {
        const std::ptrdiff_t i = w_.sum_target[s];
        V sum = V::all(0.0);
        for (std::int64_t n = w_.group_first[group]; n < w_.group_first[group + 1]; ++n) {
            const std::int64_t infeed = w_.group_infeed[n];
            const double reach = z(w_.target[i], w_.target[w_.infeed_target[infeed]]);
            sum = sum + V::all(reach) * hours_of(w_.infeed_mw + infeed * w_.hours);
        }
        const double* const r = column(i);
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            sum = sum - V::load(r + q * K::stride) * V::load(shared_ + q * K::stride);
        }
        put_hours(w_.sum_out + s * w_.hours, sum / V::load(z_own_ + i * K::stride));
    }

    KOKKOS_FORCEINLINE_FUNCTION void weigh() {
        for (std::ptrdiff_t p = 0; p < w_.weights; ++p) {
            const std::ptrdiff_t j = w_.weight_at[p];
            const V between = reactance(w_.weight_of[p], j);
            put_hours(w_.weight_out + p * w_.hours, between / V::load(z_own_ + j * K::stride));
        }
    }

    const StrengthWork& w_;
    const double* z_;
    std::ptrdiff_t first_hour_;
    const std::int64_t* own_;
    const double* base_;
    std::ptrdiff_t m_;
    double *factor_ = nullptr, *pivot_ = nullptr, *shared_ = nullptr, *column_ = nullptr;
    double* z_own_ = nullptr;
};

/// One hour of a group, which the threads of a team share: step j of the elimination is done for
/// all own nodes behind j and all targets at once.
template <class Member>
class StrengthTeam {
public:
    KOKKOS_INLINE_FUNCTION StrengthTeam(const StrengthWork& work, const Member& team,
                                        std::ptrdiff_t group, const double* state,
                                        std::ptrdiff_t hour, double* room)
        : w_(work), team_(team), z_(state), hour_(hour),
          own_(work.plan.own_machine + work.plan.own_first[group]),
          base_(work.plan.own_base_pu + work.plan.own_first[group]),
          m_(work.plan.own_first[group + 1] - work.plan.own_first[group]), all_(m_ + work.targets),
          y_(room), share_(y_ + m_ * all_), pivot_(share_ + m_ * m_), own_z_(pivot_ + m_),
          sum_(own_z_ + m_), target_z_(sum_ + m_) {}

    KOKKOS_INLINE_FUNCTION void run() const {
        each(m_, [this](std::ptrdiff_t k) { own_z_[k] = z(node(k), node(k)); });
        for (std::ptrdiff_t j = 0; j < m_; ++j) {
            step(j);
        }
        each(w_.targets, [this](std::ptrdiff_t i) {
            target_z_[i] = reactance(i, i);
            w_.z_out[i * w_.hours + hour_] = target_z_[i];
        });
        add_up_groups();
        each(w_.weights, [this](std::ptrdiff_t p) {
            const std::ptrdiff_t j = w_.weight_at[p];
            w_.weight_out[p * w_.hours + hour_] = reactance(w_.weight_of[p], j) / target_z_[j];
        });
    }

private:
    /// work(i) for all i < count, shared by the threads, and their barrier.
    template <class Work>
    KOKKOS_FORCEINLINE_FUNCTION void each(std::ptrdiff_t count, const Work& work) const {
        for (std::ptrdiff_t i = team_.team_rank(); i < count; i += team_.team_size()) {
            work(i);
        }
        team_.team_barrier();
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION std::ptrdiff_t node(std::ptrdiff_t own) const {
        return w_.machine_node[own_[own]];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double z(std::ptrdiff_t i, std::ptrdiff_t j) const {
        return z_[i * w_.nodes + j];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double infeed_mw(std::int64_t infeed) const {
        return w_.infeed_mw[infeed * w_.hours + hour_];
    }
    /// Row q of the solutions: r_q of the own nodes, then of the targets.
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double& y(std::ptrdiff_t q, std::ptrdiff_t c) const {
        return y_[q * all_ + c];
    }

    /// Column j of L and r_j, as StrengthLanes::forward and eliminate.
    KOKKOS_FORCEINLINE_FUNCTION void step(std::ptrdiff_t j) const {
        const double change = w_.connected_pu[own_[j] * w_.hours + hour_] - base_[j];
        const double pivot = 1.0 + change * own_z_[j];
        const double factor = change / (pivot > 1e-10 ? pivot : 1e-10);
        const std::ptrdiff_t at = node(j);
        each(all_ - j, [&](std::ptrdiff_t i) {
            if (i == 0) {
                pivot_[j] = factor;
                return;
            }
            const std::ptrdiff_t c = j + i;
            double sum = z(at, c < m_ ? node(c) : w_.target[c - m_]);
            for (std::ptrdiff_t q = 0; q < j; ++q) {
                sum -= share_[q * m_ + j] * y(q, c);
            }
            y(j, c) = sum;
            if (c < m_) {
                share_[j * m_ + c] = factor * sum;
                own_z_[c] -= factor * sum * sum;
            }
        });
    }

    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double reactance(std::ptrdiff_t i,
                                                               std::ptrdiff_t j) const {
        double sum = z(w_.target[i], w_.target[j]);
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            sum -= pivot_[q] * (y(q, m_ + i) * y(q, m_ + j));
        }
        return sum;
    }

    /// As StrengthLanes::add_up_groups.
    KOKKOS_FORCEINLINE_FUNCTION void add_up_groups() const {
        std::ptrdiff_t last = 0;
        for (std::ptrdiff_t first = 0; first < w_.sums; first = last) {
            const std::ptrdiff_t group = w_.sum_group[first];
            while (last < w_.sums && w_.sum_group[last] == group) {
                ++last;
            }
            each(m_, [this, group](std::ptrdiff_t q) { sum_[q] = share_of(q, group); });
            each(last - first,
                 [this, first, group](std::ptrdiff_t s) { add_up(first + s, group); });
        }
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double share_of(std::ptrdiff_t q,
                                                              std::ptrdiff_t group) const {
        double sum = 0.0;
        for (std::int64_t n = w_.group_first[group]; n < w_.group_first[group + 1]; ++n) {
            const std::int64_t infeed = w_.group_infeed[n];
            sum += infeed_mw(infeed) * y(q, m_ + w_.infeed_target[infeed]);
        }
        return sum * pivot_[q];
    }
    KOKKOS_FORCEINLINE_FUNCTION void add_up(std::ptrdiff_t s, std::ptrdiff_t group) const {
        const std::ptrdiff_t i = w_.sum_target[s];
        double sum = 0.0;
        for (std::int64_t n = w_.group_first[group]; n < w_.group_first[group + 1]; ++n) {
            const std::int64_t infeed = w_.group_infeed[n];
            sum += z(w_.target[w_.infeed_target[infeed]], w_.target[i]) * infeed_mw(infeed);
        }
        for (std::ptrdiff_t q = 0; q < m_; ++q) {
            sum -= y(q, m_ + i) * sum_[q];
        }
        w_.sum_out[s * w_.hours + hour_] = sum / target_z_[i];
    }

    const StrengthWork& w_;
    const Member& team_;
    const double* z_;
    std::ptrdiff_t hour_;
    const std::int64_t* own_;
    const double* base_;
    std::ptrdiff_t m_, all_;
    double *y_, *share_; ///< [own][own, targets], [own][own]
    double *pivot_, *own_z_, *sum_, *target_z_;
};

/// The barrier of a thread that works alone.
struct NoWait {
    KOKKOS_INLINE_FUNCTION void operator()() const {}
};

/// The host's work item: chunks slot, slot + slots, ... one after the other.
template <class K>
void run_strength_chunks(const StrengthWork& w, std::ptrdiff_t slot) {
    constexpr NoWait alone;
    const std::ptrdiff_t size = w.nodes * w.nodes;
    double* const chunk_state = w.chunk_state + slot * size;
    double* const group_state = w.group_state + slot * size;
    double* const column = w.room + slot * w.room_a_slot; // used between groups only
    for (std::ptrdiff_t chunk = slot; chunk < w.plan.chunks; chunk += w.slots) {
        copy_state<K>(w, w.z_pu, chunk_state, 0, 1);
        take_steps<K>(w, w.plan.to_chunk, chunk, chunk_state, 0, 1, column, alone);
        const std::ptrdiff_t begin = chunk * w.plan.groups_a_chunk;
        const std::ptrdiff_t end = begin + w.plan.groups_a_chunk < w.plan.groups
                                       ? begin + w.plan.groups_a_chunk
                                       : w.plan.groups;
        for (std::ptrdiff_t group = begin; group < end; ++group) {
            copy_state<K>(w, chunk_state, group_state, 0, 1);
            take_steps<K>(w, w.plan.to_group, group, group_state, 0, 1, column, alone);
            for (int item = 0; item < K::items; ++item) {
                StrengthLanes<K>(w, group, slot, item * K::lanes).run();
            }
        }
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
