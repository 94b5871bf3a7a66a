#pragma once

// Internal to kernels/: steps of a group of hours with the factor that its bin shares, and later
// with those of its hours (AC-5).

#include "kernels/detail/ac_newton.hpp"
#include "kernels/detail/ac_tiles.hpp"

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
    const AcSide* side;      ///< of the bin, by node
    const double* free_v;    ///< tile: 1 where an hour's own side lets it; null: the bin's sides are all
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
KOKKOS_FORCEINLINE_FUNCTION typename K::Double magnitudes_free(const AcChordItem<K>& item, int node) {
    using D = typename K::Double;
    if (!magnitude_is_free(item, node)) {
        return D::all(0.0);
    }
    return item.free_v != nullptr ? D::load(item.free_v + node_lane<K>(node, 0)) : D::all(1.0);
}

/// Puts given powers and the bin's voltage into the tiles; held magnitudes are the hour's own.
template <class K>
KOKKOS_INLINE_FUNCTION void start_chord(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    const AcInput& input = item.work.input;
    for (int i = 0; i < net.rows; ++i) {
        double* to = item.given + static_cast<std::ptrdiff_t>(i) * 2 * K::stride;
        take<K>(input.p, item.work.batch, item.first_place, net.bus[i], to);
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            take<K>(input.q, item.work.batch, item.first_place, net.bus[i], to + K::stride);
        }
    }
    const double* start =
        item.work.bins.voltage + static_cast<std::ptrdiff_t>(item.bin) * net.nodes * 2;
    for (int i = 0; i < net.nodes; ++i) {
        double* at = item.voltage + static_cast<std::ptrdiff_t>(i) * 2 * K::stride;
        K::Double::all(start[2 * i]).store(at);
        K::Double::all(start[2 * i + 1]).store(at + K::stride);
    }
    const AcTable& v_set = item.work.input.v_set;
    for (int n = 0; n < net.held_nodes && v_set.hour_stride != 0; ++n) {
        const int node = net.held[n];
        const bool held = !magnitude_is_free(item, node) && item.free_v == nullptr;
        for (int l = 0; l < K::lanes && (held || net.kind[node] == AcNode::slack); ++l) {
            const std::ptrdiff_t hour = hour_at(item.work.batch, item.first_place + l).hour;
            AcLaneVoltage::at<K>(item.voltage, node, l)
                .set_magnitude(v_set.at(net.bus[node], hour));
        }
    }
}

/// Adds the limit at which the bin's mean stands to the reactive power that is given.
template <class K>
KOKKOS_INLINE_FUNCTION void give_limits(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        if (item.side[node] == AcSide::holds) {
            continue;
        }
        double* q = item.given + (static_cast<std::ptrdiff_t>(node) * 2 + 1) * K::stride;
        for (int l = 0; l < K::lanes; ++l) {
            const std::ptrdiff_t hour = hour_at(item.work.batch, item.first_place + l).hour;
            q[l] += limit_at(item.work.input, item.side[node], net.bus[node], hour);
        }
    }
}

/// Mismatch of all equations in double precision (AC-3), put into the right-hand side; gives the
/// largest one. power(node): what flows from a node into the network.
template <class K, class Power>
KOKKOS_INLINE_FUNCTION typename K::Double mismatch_with(const AcChordItem<K>& item,
                                                        const Power& power_of) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    AcLargest<D> largest;
    for (int i = 0; i < net.rows; ++i) {
        const AcPair<D> power = power_of(i);
        const double* given = item.given + static_cast<std::ptrdiff_t>(i) * 2 * K::stride;
        float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[i]) * K::stride;
        D p = D::load(given) - power.real;
        if (net.share != nullptr && net.share[i] != 0.0) {
            p = p + net.share[i] * D::load(item.lambda);
        }
        largest.take(p);
        largest.watch(p);
        p.store(x);
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            const D q = D::load(given + K::stride) - power.imaginary;
            const D free = magnitudes_free(item, i);
            largest.take(part_of(free, q));
            largest.watch(q);
            part_of(free, q).store(x + K::stride);
        }
    }
    return largest.result();
}

template <class K>
KOKKOS_INLINE_FUNCTION typename K::Double chord_mismatch(const AcChordItem<K>& item) {
    return mismatch_with(
        item, [&item](int node) { return power_at<K>(item.work.net, item.voltage, node); });
}

/// The same, and meanwhile asks the cache for where the answers go and for the powers of the next
/// group.
template <class K>
KOKKOS_INLINE_FUNCTION typename K::Double mismatch_and_ask(const AcChordItem<K>& item) {
    const AcChord& work = item.work;
    const AcStructure& net = work.net;
    const std::ptrdiff_t next = item.first_place + work.slots * K::stride;
    const bool more = next < work.batch.groups * K::stride;
    return mismatch_with(item, [&](int node) {
        const std::ptrdiff_t bus = net.bus[node];
        if (work.output.v != nullptr) {
            ask_for<K, true>(work.batch, item.first_place, work.output.v + bus * work.output.hours);
        }
        if (work.output.angle != nullptr) {
            ask_for<K, true>(work.batch, item.first_place,
                             work.output.angle + bus * work.output.hours);
        }
        if (more) {
            ask_for<K, false>(work.batch, next, work.input.p.value + bus * work.input.p.bus_stride);
        }
        if (more && net.x_at[node + 1] - net.x_at[node] == 2) {
            ask_for<K, false>(work.batch, next, work.input.q.value + bus * work.input.q.bus_stride);
        }
        return power_at<K>(net, item.voltage, node);
    });
}

/// The same at the bin's voltage, whose powers are known: where all hours have the set points of
/// its mean.
template <class K>
KOKKOS_INLINE_FUNCTION typename K::Double first_mismatch(const AcChordItem<K>& item) {
    using D = typename K::Double;
    if (item.work.input.v_set.hour_stride != 0 ||
        (item.free_v != nullptr && item.work.input.q_min.hour_stride != 0)) {
        return chord_mismatch(item);
    }
    const double* power =
        item.work.bins.power + static_cast<std::ptrdiff_t>(item.bin) * item.work.net.nodes * 2;
    return mismatch_with(item, [power](int node) {
        return AcPair<D>{D::all(power[2 * node]), D::all(power[2 * node + 1])};
    });
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

/// Mixes the step with the one before (Anderson, depth 1) in hours that are marked for it, and
/// keeps both for the next time.
template <class K>
KOKKOS_INLINE_FUNCTION void mix_steps(const AcChordItem<K>& item, bool first) {
    using F = typename K::Float;
    const int unknowns = item.work.net.unknowns;
    F share = F::all(0.0F);
    if (!first) {
        F along = F::all(0.0F);
        F square = F::all(1e-30F);
        for (int u = 0; u < unknowns; ++u) {
            const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(u) * K::stride;
            const F step = F::load(item.x + at);
            const F change = step - F::load(item.last_step + at);
            along = along + step * change;
            square = square + change * change;
        }
        float each[K::lanes];
        (along / square).store(each);
        for (int l = 0; l < K::lanes; ++l) {
            // Within [-1, 1]; what is not a number counts as 0.
            const float low = each[l] > -1.0F ? each[l] : (each[l] <= -1.0F ? -1.0F : 0.0F);
            each[l] = item.mixing[l] * (low < 1.0F ? low : 1.0F);
        }
        share = F::load(each);
    }
    for (int u = 0; u < unknowns; ++u) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(u) * K::stride;
        const F step = F::load(item.x + at);
        F move = step;
        if (!first) {
            move =
                step - share * (F::load(item.last_move + at) + step - F::load(item.last_step + at));
        }
        step.store(item.last_step + at);
        move.store(item.last_move + at);
        move.store(item.x + at);
    }
}

/// Moves the voltages of the hours that are not done. `far`: angles may be large.
template <class K, bool far>
KOKKOS_INLINE_FUNCTION void move_chord(AcChordItem<K>& item) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const D moving = D::load(item.moving);
    for (int i = 0; i < net.free; ++i) {
        const float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[i]) * K::stride;
        const D angle = part_of(moving, D::load(x));
        D growth = D::all(1.0);
        if (magnitude_is_free(item, i)) {
            growth = growth + part_of(moving * magnitudes_free(item, i), D::load(x + K::stride));
        }
        if constexpr (far) {
            turn_far<K>(item.voltage, i, angle, growth);
        } else {
            turn_near<K>(item.voltage, i, angle, growth);
        }
    }
    if (net.share != nullptr) {
        const float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[net.free]) * K::stride;
        (D::load(item.lambda) + part_of(moving, D::load(x))).store(item.lambda);
    }
}

/// True where an hour is better left to its own Newton: it has no number, grows, or at its present
/// pace would not be done within the steps that are left.
KOKKOS_FORCEINLINE_FUNCTION bool gives_up(const AcSteps& steps, int step, double mismatch,
                                          double before, double first) {
    if (!(mismatch < 10.0 * first)) {
        return true;
    }
    if (step < 5) {
        return false;
    }
    const double pace = mismatch / before;
    double left = mismatch;
    for (int s = step; s < steps.most && left > steps.tolerance; ++s) {
        left *= pace;
    }
    return left > steps.tolerance;
}

/// Takes note of a step's mismatches; gives the number of hours that go on.
template <class K>
KOKKOS_INLINE_FUNCTION int judge(AcChordItem<K>& item, const typename K::Double& largest,
                                 int step) {
    constexpr double slow = 0.03; // mixing pays from about this pace
    double now[K::lanes];
    largest.store(now);
    int going = 0;
    for (int l = 0; l < K::lanes; ++l) {
        if (item.moving[l] == 0.0) {
            continue;
        }
        const double before = item.mismatch[l];
        item.mismatch[l] = now[l];
        item.steps[l] = step;
        if (step == 0) {
            item.first_mismatch[l] = now[l];
        }
        item.solved[l] = now[l] < item.work.steps.tolerance;
        const bool lost = !item.solved[l] &&
                          gives_up(item.work.steps, step, now[l], before, item.first_mismatch[l]);
        if (item.solved[l] || lost) {
            item.moving[l] = 0.0;
            continue;
        }
        // Mixing needs the step before, which is kept from the mark on.
        item.mixing[l] = item.marked[l] ? 1.0F : 0.0F;
        item.marked[l] = item.marked[l] || (step > 0 && now[l] > slow * before);
        ++going;
    }
    return going;
}

template <class K>
KOKKOS_INLINE_FUNCTION bool any_marked(const AcChordItem<K>& item) {
    bool any = false;
    for (int l = 0; l < K::lanes; ++l) {
        any = any || (item.marked[l] && item.moving[l] != 0.0);
    }
    return any;
}

/// True where the sides at which the bin's mean stands are not right for an hour by more than
/// `tolerance` (AC-7).
template <class K>
KOKKOS_INLINE_FUNCTION void check_sides(const AcChordItem<K>& item, double tolerance,
                                        bool (&wrong)[K::lanes]) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const AcInput& input = item.work.input;
    D most = D::all(0.0);
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        const auto of = [&](const AcTable& table) {
            return taken<K>(table, item.work.batch, item.first_place, net.bus[node]);
        };
        const D low = of(input.q_min);
        const D high = of(input.q_max);
        D off;
        if (item.side[node] == AcSide::holds) {
            const D q = power_at<K>(net, item.voltage, node).imaginary - of(input.q);
            off = greater(q - high, low - q);
        } else {
            const AcPair<D> v = voltage_at<K>(item.voltage, node);
            const D length = square_root(v.real * v.real + v.imaginary * v.imaginary);
            const D beyond = item.side[node] == AcSide::at_max ? length - of(input.v_set)
                                                               : of(input.v_set) - length;
            const double no_room = item.work.steps.q_tolerance;
            off = D::each(high - low, beyond, [no_room](const auto& room, const auto& out) {
                return room > no_room ? out : 0.0 * out;
            });
        }
        most = greater(off, most);
    }
    double each[K::lanes];
    most.store(each);
    for (int l = 0; l < K::lanes; ++l) {
        wrong[l] = each[l] > tolerance;
    }
}

/// Gives up the hours that stand on a wrong side beyond doubt: their own Newton goes on from here.
/// Gives the number of those that go on.
template <class K>
KOKKOS_INLINE_FUNCTION int leave_wrong_sides(AcChordItem<K>& item) {
    bool wrong[K::lanes] = {};
    check_sides(item, 1e-3, wrong);
    int going = 0;
    for (int l = 0; l < K::lanes; ++l) {
        item.moving[l] = wrong[l] ? 0.0 : item.moving[l];
        going += item.moving[l] != 0.0 ? 1 : 0;
    }
    return going;
}

/// The side from which each hour starts at a limited node, and what is given there: the bin's,
/// where the hour has that limit.
template <class K>
KOKKOS_INLINE_FUNCTION void start_side(const AcNewtonItem<K>& item, int node, AcSide side) {
    using D = typename K::Double;
    const AcNewton& work = item.work;
    const int bus = work.net.bus[node];
    const auto of = [&](const AcTable& table) {
        return taken<K>(table, work.batch, item.first_place, bus);
    };
    const D low = of(work.input.q_min);
    const D high = of(work.input.q_max);
    const D none = D::all(0.0);
    const D limit = side == AcSide::at_max ? high : low;
    const D stands = side == AcSide::holds ? none : above(-magnitude(limit), -1e300);
    const D no_room = above(low - high, -work.steps.q_tolerance);
    const D at_max = (D::all(1.0) - stands) * no_room;
    const D free = stands + at_max;
    free.store(item.free_v + node_lane<K>(node, 0));
    const auto code = [](AcSide s) { return static_cast<double>(static_cast<int>(s)); };
    (code(side) * stands + code(AcSide::at_max) * at_max)
        .store(reinterpret_cast<std::uint8_t*>(item.side + node_lane<K>(node, 0)));
    none.store(item.returns + node_lane<K>(node, 0));
    double* q = item.given + node_lane<K>(2 * node + 1, 0);
    (D::load(q) + part_of(stands, limit) + part_of(at_max, high)).store(q);
    if (side == AcSide::holds && work.input.v_set.hour_stride == 0) {
        return; // the bin's voltage is the set point
    }
    double held[K::lanes];
    (D::all(1.0) - free).store(held);
    for (int l = 0; l < K::lanes; ++l) {
        if (held[l] != 0.0) {
            AcLaneVoltage::at<K>(item.voltage, node, l)
                .set_magnitude(work.input.v_set.at(bus, item.hour[l]));
        }
    }
}

/// Sides of a group's hours, each with its own.
template <class K>
KOKKOS_INLINE_FUNCTION void start_sides(const AcChordItem<K>& item, AcNewtonItem<K>& lanes) {
    const AcStructure& net = item.work.net;
    for (int l = 0; l < K::lanes; ++l) {
        lanes.hour[l] = hour_at(item.work.batch, item.first_place + l).hour;
    }
    for (int i = 0; i < net.nodes; ++i) {
        if (net.kind[i] == AcNode::limited) {
            start_side(lanes, i, item.side[i]);
        } else {
            set_sides(lanes, i, AcSide::holds, net.kind[i] == AcNode::load);
        }
    }
}

/// Starts the lanes from where the bin's factor brought them; an hour that it lost rests.
template <class K>
KOKKOS_INLINE_FUNCTION void start_own(const AcChordItem<K>& item, AcNewtonItem<K>& lanes) {
    for (int l = 0; l < K::lanes; ++l) {
        lanes.moving[l] = item.moving[l] != 0.0 || item.solved[l] ? 1.0 : 0.0;
        lanes.lambda[l] = item.lambda[l];
        lanes.mismatch[l] = item.mismatch[l];
        lanes.steps[l] = item.steps[l];
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void end_own(AcChordItem<K>& item, const AcNewtonItem<K>& lanes) {
    for (int l = 0; l < K::lanes; ++l) {
        item.solved[l] = lanes.solved[l];
        item.lambda[l] = lanes.lambda[l];
        item.mismatch[l] = lanes.mismatch[l];
        item.steps[l] = lanes.steps[l];
    }
}

/// Goes on with a factor and sides of each hour (AC-5, AC-7). In the first steps all make a factor,
/// with the sides that have just been judged; then the last one serves, and an hour whose sides
/// change is left to its own Newton. Which step does what is the same for all hours, so none depends
/// on those beside it.
template <class K>
KOKKOS_INLINE_FUNCTION void step_own(AcChordItem<K>& item, AcNewtonItem<K>& lanes, int first) {
    constexpr int factors = 3;
    constexpr double any_size = 1e300; // new sides may well let a small mismatch grow
    const int last_factor = first + factors - 1;
    bool changed[K::lanes];
    double before[K::lanes] = {};
    start_own(item, lanes);
    for (int step = first;; ++step) {
        look(lanes, changed);
        for (int l = 0; l < K::lanes; ++l) {
            const bool late = step > last_factor && changed[l];
            const bool lost =
                step > last_factor + 1 &&
                gives_up(item.work.steps, step, lanes.mismatch[l], before[l], any_size);
            lanes.moving[l] = late || lost ? 0.0 : lanes.moving[l];
            before[l] = lanes.mismatch[l];
        }
        if (count_going(lanes, changed, step) == 0 || step >= item.work.steps.most) {
            break;
        }
        if (step <= last_factor) {
            lanes.lower = step == last_factor ? item.lower : nullptr;
            newton_step(lanes);
        } else {
            sweep<K, true>(item.work.net, item.matrix, item.lower, item.x);
        }
        move_newton(lanes);
    }
    end_own(item, lanes);
}

template <class K>
KOKKOS_INLINE_FUNCTION void step_chord(AcChordItem<K>& item, AcNewtonItem<K>& lanes) {
    constexpr int far_steps = 2;  // later ones only mend
    constexpr int sides_step = 2; // when an hour is near enough to see its sides
    bool mixed = false;
    for (int step = 0;; ++step) {
        int going = judge(item,
                          step == 0   ? first_mismatch(item)
                          : step == 1 ? mismatch_and_ask(item)
                                      : chord_mismatch(item),
                          step);
        const bool last = going == 0 || step == item.work.steps.most;
        if (item.free_v != nullptr && (step == sides_step || last)) {
            step_own(item, lanes, sides_step);
            return;
        }
        if (step == sides_step && going > 0 && item.work.net.limited_nodes > 0) {
            going = leave_wrong_sides(item);
        }
        if (going == 0 || step == item.work.steps.most) {
            return;
        }
        solve_step(item, step);
        if (item.work.own_from > item.work.steps.most && item.free_v == nullptr &&
            any_marked(item)) {
            mix_steps(item, !mixed);
            mixed = true;
        }
        if (step < far_steps) {
            move_chord<K, true>(item);
        } else {
            move_chord<K, false>(item);
        }
    }
}

/// Stores magnitudes and angles; these are counted from the bin's.
template <class K>
KOKKOS_INLINE_FUNCTION void store_chord(const AcChordItem<K>& item) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(item.bin) * net.nodes;
    const double* start = item.work.bins.voltage + 2 * first;
    const double* angle = item.work.bins.angle + first;
    store_voltages<K>(net, item.work.input, item.work.batch, item.work.output, item.voltage,
                      item.first_place, [start, angle](int node) {
                          const double x = start[2 * node];
                          const double y = start[2 * node + 1];
                          return AcPhasor<D>{D::all(x), D::all(y), D::all(std::sqrt(x * x + y * y)),
                                             D::all(angle[node])};
                      });
}

template <class K>
KOKKOS_INLINE_FUNCTION void end_chord(const AcChordItem<K>& item) {
    const AcStructure& net = item.work.net;
    const AcOutput& output = item.work.output;
    bool wrong[K::lanes] = {};
    bool any_left = false;
    bool any_done = false;
    if (item.free_v == nullptr) {
        check_sides(item, item.work.steps.q_tolerance, wrong);
    }
    store_machines<K>(net, item.work.input, item.work.batch, output, item.voltage, item.lambda,
                      item.first_place);
    for (int l = 0; l < K::lanes; ++l) {
        const AcHour at = hour_at(item.work.batch, item.first_place + l);
        const bool near =
            item.mismatch[l] < 0.05 * item.first_mismatch[l] && item.mismatch[l] < 1.0;
        const bool go_on = item.free_v == nullptr && (near || item.solved[l]);
        const bool done = item.solved[l] && !wrong[l];
        item.work.left[item.first_place + l] = at.copy || done ? AcLeft::nothing
                                               : go_on         ? AcLeft::go_on
                                                               : AcLeft::start_anew;
        if (at.copy) {
            continue;
        }
        any_left = any_left || !done;
        any_done = any_done || done;
        output.status[at.hour] = done ? AcStatus::solved : AcStatus::not_converged;
        output.worst_bus[at.hour] = -1;
        output.mismatch[at.hour] = item.mismatch[l];
        output.steps[at.hour] = item.steps[l];
    }
    if (any_done) {
        store_chord(item);
    }
    if (any_left && item.free_v == nullptr) {
        double* state = item.work.state + item.first_place / K::stride * 2 * net.nodes * K::stride +
                        item.first_place % K::stride;
        for (int i = 0; i < 2 * net.nodes; ++i) {
            const std::ptrdiff_t n = static_cast<std::ptrdiff_t>(i) * K::stride;
            K::Double::load(item.voltage + n).store(state + n);
        }
    }
}

/// Steps one group of hours, in the room of a slot.
///
/// Memory traffic of an hour with N nodes: 8 N to 16 N B of given powers are read and 16 N B of
/// magnitudes and angles written, in runs of 64 B. All else stays in the cache, in which the
/// group's tiles (40 N B an hour) and, where hours have their own, factors of Z numbers (4 Z B an
/// hour) should fit: a step moves 32 N B of powers and voltages, 32 N to 48 N B of unknowns, 16 E B
/// of neighbours' voltages over E entries and 4 Z B of unknowns, and, once a group, admittances and
/// the bin's factor ((24 E + 8 Z) / stride B an hour).
template <class K>
KOKKOS_INLINE_FUNCTION void solve_chord(const AcChord& work, std::ptrdiff_t group,
                                        std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
    const std::ptrdiff_t tile = static_cast<std::ptrdiff_t>(work.net.nodes) * 2 * K::stride;
    const std::ptrdiff_t unknowns = static_cast<std::ptrdiff_t>(work.net.unknowns) * K::stride;
    const int bin = work.bins.of_group[group];
    const auto room = [&](float* memory, std::ptrdiff_t size) {
        return memory == nullptr ? nullptr : memory + slot * size * K::stride + first_lane;
    };
    float* x = work.x + slot * 3 * unknowns + first_lane;
    AcChordItem<K> item{work,
                        bin,
                        group * K::stride + first_lane,
                        work.given + slot * tile + first_lane,
                        work.voltage + slot * tile + first_lane,
                        x,
                        x + unknowns,
                        x + 2 * unknowns,
                        room(work.own.work, work.net.work_size),
                        room(work.own.lower, work.net.lower_size),
                        slot,
                        first_lane,
                        work.bins.side + static_cast<std::ptrdiff_t>(bin) * work.net.nodes,
                        nullptr,
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {}};
    for (int l = 0; l < K::lanes; ++l) {
        item.moving[l] = 1.0;
    }
    AcNewtonItem<K> lanes = lanes_of(item);
    const bool own_sides = lanes.side != nullptr;
    item.free_v = own_sides ? lanes.free_v : nullptr;
    start_chord(item);
    if (own_sides) {
        start_sides(item, lanes);
    } else {
        give_limits(item);
    }
    step_chord(item, lanes);
    end_chord(item);
}

template <class K>
KOKKOS_INLINE_FUNCTION void run_chord(const AcChord& work, std::ptrdiff_t item) {
    for_groups_of_item<K>(
        work.batch.groups, work.slots, item,
        [&work](std::ptrdiff_t group, std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
            solve_chord<K>(work, group, slot, first_lane);
        });
}

} // namespace longyang::kernels::detail
