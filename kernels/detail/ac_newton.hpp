#pragma once

// Internal to kernels/: Newton of single hours, a group side by side: each lane has its own matrix,
// sides of reactive limits and end (AC-3, AC-7).

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

template <class K>
struct AcNewtonItem {
    const AcNewton& work;
    std::ptrdiff_t first_place;
    double *voltage, *best, *power, *given, *free_v;
    AcSide* side;
    std::uint8_t* returns;
    float *matrix, *lower, *x;
    std::ptrdiff_t hour[K::lanes];
    double lambda[K::lanes], best_lambda[K::lanes];
    double moving[K::lanes]; ///< share of the step that is taken; 0: done
    double mismatch[K::lanes], best_mismatch[K::lanes];
    int steps[K::lanes];
    int rounds[K::lanes]; ///< in which sides of reactive limits were changed
    bool solved[K::lanes];
    bool magnitudes_rest; ///< all of them, in the first steps from a flat start
};

/// Number of a node's lane in the arrays with one number a node.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION std::ptrdiff_t node_lane(int node, int lane) {
    return static_cast<std::ptrdiff_t>(node) * K::stride + lane;
}

/// Voltages from which the places start: those of tiles, or of bins. Node by node, so that hours
/// that lie side by side in memory are read together.
template <class K>
KOKKOS_INLINE_FUNCTION void start_voltages(const AcNewtonItem<K>& item) {
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    const double* from[K::lanes];
    std::ptrdiff_t step[K::lanes];
    for (int l = 0; l < K::lanes; ++l) {
        const std::int64_t source = work.source[item.first_place + l];
        const bool from_bin = source < 0;
        const std::ptrdiff_t tile = source / K::stride * net.nodes * 2 * K::stride;
        from[l] = from_bin ? work.bins.voltage + ~source * net.nodes * 2
                           : work.tiles + tile + source % K::stride;
        step[l] = from_bin ? 1 : K::stride;
    }
    for (int i = 0; i < 2 * net.nodes; ++i) {
        for (int l = 0; l < K::lanes; ++l) {
            item.voltage[node_lane<K>(i, l)] = from[l][i * step[l]];
        }
    }
}

/// Powers that are given at a node, the bin's side, and a magnitude that is held.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void give(const AcNewtonItem<K>& item, int node, int lane) {
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    const std::ptrdiff_t hour = item.hour[lane];
    const std::int32_t bin = work.bin[item.first_place + lane];
    const std::ptrdiff_t at = node_lane<K>(2 * node, lane);
    item.given[at] = work.input.p.at(net.bus[node], hour);
    item.given[at + K::stride] = work.input.q.at(net.bus[node], hour);
    const AcNode kind = net.kind[node];
    AcSide side = AcSide::holds;
    if (kind == AcNode::limited && bin >= 0) {
        side = work.bins.side[static_cast<std::ptrdiff_t>(bin) * net.nodes + node];
    }
    if (kind == AcNode::limited && side == AcSide::holds &&
        has_no_room(work.input, net.bus[node], hour, work.steps.q_tolerance)) {
        side = AcSide::at_max;
    }
    const bool free = kind == AcNode::load || side != AcSide::holds;
    item.side[node_lane<K>(node, lane)] = side;
    item.returns[node_lane<K>(node, lane)] = 0;
    item.free_v[node_lane<K>(node, lane)] = free ? 1.0 : 0.0;
    if (side != AcSide::holds) {
        const AcTable& limit = side == AcSide::at_max ? work.input.q_max : work.input.q_min;
        item.given[at + K::stride] += limit.at(net.bus[node], hour);
    } else if (!free) {
        AcLaneVoltage::at<K>(item.voltage, node, lane)
            .set_magnitude(work.input.v_set.at(net.bus[node], hour));
    }
}

/// Mismatch and power of all nodes; gives the largest mismatch of the equations.
template <class K>
KOKKOS_INLINE_FUNCTION typename K::Double newton_mismatch(const AcNewtonItem<K>& item) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    AcLargest<D> largest;
    for (int i = 0; i < net.rows; ++i) {
        const AcPair<D> power = power_at<K>(net, item.voltage, i);
        const std::ptrdiff_t at = node_lane<K>(2 * i, 0);
        power.real.store(item.power + at);
        power.imaginary.store(item.power + at + K::stride);
        D p = D::load(item.given + at) - power.real;
        if (net.share != nullptr) {
            p = p + net.share[i] * D::load(item.lambda);
        }
        largest.take(p);
        largest.watch(p);
        p.store(item.x + static_cast<std::ptrdiff_t>(net.x_at[i]) * K::stride);
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            const D q = D::load(item.free_v + node_lane<K>(i, 0)) *
                        (D::load(item.given + at + K::stride) - power.imaginary);
            if (!item.magnitudes_rest) {
                largest.take(q);
            }
            q.store(item.x + static_cast<std::ptrdiff_t>(net.x_at[i] + 1) * K::stride);
        }
    }
    return largest.result();
}

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

template <class K>
KOKKOS_INLINE_FUNCTION void move_newton(AcNewtonItem<K>& item) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const D moving = D::load(item.moving);
    for (int i = 0; i < net.free; ++i) {
        const float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[i]) * K::stride;
        D growth = D::all(1.0);
        if (net.x_at[i + 1] - net.x_at[i] == 2) {
            growth = growth + part_of(moving * D::load(item.free_v + node_lane<K>(i, 0)),
                                      D::load(x + K::stride));
        }
        turn_far<K>(item.voltage, i, part_of(moving, D::load(x)), growth);
    }
    if (net.share != nullptr) {
        const float* x = item.x + static_cast<std::ptrdiff_t>(net.x_at[net.free]) * K::stride;
        (D::load(item.lambda) + part_of(moving, D::load(x))).store(item.lambda);
    }
}

/// Moves a limited node of an hour to another side (AC-7).
template <class K>
KOKKOS_INLINE_FUNCTION void set_side(const AcNewtonItem<K>& item, int node, int lane,
                                     std::ptrdiff_t hour, AcSide side) {
    const AcInput& input = item.work.input;
    const int bus = item.work.net.bus[node];
    double limit = 0.0;
    if (side == AcSide::holds) {
        AcLaneVoltage::at<K>(item.voltage, node, lane).set_magnitude(input.v_set.at(bus, hour));
        ++item.returns[node_lane<K>(node, lane)];
    } else {
        limit = (side == AcSide::at_max ? input.q_max : input.q_min).at(bus, hour);
    }
    item.side[node_lane<K>(node, lane)] = side;
    item.free_v[node_lane<K>(node, lane)] = side == AcSide::holds ? 0.0 : 1.0;
    item.given[node_lane<K>(2 * node + 1, lane)] = input.q.at(bus, hour) + limit;
}

/// Where a limited node should be, seen from where it is, and by how much it is off.
struct AcMove {
    AcSide side;
    double off; ///< pu of reactive power beyond a limit, or of voltage beyond the set point
};

/// At a limit when its machines are beyond one; back to its voltage when they are at a limit and
/// the voltage lies on the side of the set point that less of them would mend (AC-7).
template <class K>
KOKKOS_INLINE_FUNCTION AcMove wanted_side(const AcNewtonItem<K>& item, int node, int lane,
                                          std::ptrdiff_t hour) {
    const AcInput& input = item.work.input;
    const double tolerance = item.work.steps.q_tolerance;
    const int bus = item.work.net.bus[node];
    const AcSide side = item.side[node_lane<K>(node, lane)];
    if (side == AcSide::holds) {
        const double q = item.power[node_lane<K>(2 * node + 1, lane)] - input.q.at(bus, hour);
        const double out = beyond(q, input.q_min.at(bus, hour), input.q_max.at(bus, hour));
        const AcSide limit = out > 0.0 ? AcSide::at_max : AcSide::at_min;
        return {size_of(out) > tolerance ? limit : side, size_of(out)};
    }
    const double v = AcLaneVoltage::at<K>(item.voltage, node, lane).magnitude();
    const double out = beyond_set_point(side, v, input.v_set.at(bus, hour));
    const bool back = out > tolerance && !has_no_room(input, bus, hour, tolerance);
    return {back ? AcSide::holds : side, out};
}

/// Largest amounts by which nodes of an hour are off, of those that should go to a limit and of
/// those that should go back to their voltage.
struct AcOff {
    double limit = 0.0, back = 0.0;
    int open = -1; ///< a bus that may not go back any more
};

template <class K>
KOKKOS_INLINE_FUNCTION bool may_return(const AcNewtonItem<K>& item, int node, int lane) {
    constexpr int most_returns = 6;
    return item.returns[node_lane<K>(node, lane)] < most_returns;
}

template <class K>
KOKKOS_INLINE_FUNCTION AcOff largest_off(const AcNewtonItem<K>& item, int lane,
                                         std::ptrdiff_t hour) {
    const AcStructure& net = item.work.net;
    AcOff off;
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        const AcMove move = wanted_side(item, node, lane, hour);
        if (move.side == item.side[node_lane<K>(node, lane)]) {
            continue;
        }
        if (move.side != AcSide::holds) {
            off.limit = move.off > off.limit ? move.off : off.limit;
        } else if (may_return(item, node, lane)) {
            off.back = move.off > off.back ? move.off : off.back;
        } else {
            off.open = net.bus[node];
        }
    }
    return off;
}

/// Moves limited nodes of an hour that are on a wrong side: in the first rounds all, then those
/// that are off the most, and none goes back to its voltage while another is beyond a limit; so two
/// that push each other come to rest. Gives the number moved.
template <class K>
KOKKOS_INLINE_FUNCTION int change_sides(AcNewtonItem<K>& item, int lane) {
    constexpr int free_rounds = 3;
    const AcStructure& net = item.work.net;
    const std::ptrdiff_t hour = item.hour[lane];
    const AcOff off = largest_off(item, lane, hour);
    const bool all = item.rounds[lane] < free_rounds;
    const double least_limit = all ? 0.0 : 0.5 * off.limit;
    const double least_back = all ? 0.0 : (off.limit > 0.0 ? 1e300 : 0.5 * off.back);
    int moved = 0;
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        const AcMove move = wanted_side(item, node, lane, hour);
        if (move.side == item.side[node_lane<K>(node, lane)]) {
            continue;
        }
        const bool back = move.side == AcSide::holds;
        if (move.off < (back ? least_back : least_limit) ||
            (back && !may_return(item, node, lane))) {
            continue;
        }
        set_side(item, node, lane, hour, move.side);
        ++moved;
    }
    item.rounds[lane] += moved > 0 ? 1 : 0;
    return moved;
}

/// Node and size of an hour's largest mismatch at the voltages at hand.
template <class K>
KOKKOS_INLINE_FUNCTION int worst_node(const AcNewtonItem<K>& item, int lane, double& size) {
    const AcStructure& net = item.work.net;
    int worst = 0;
    size = -1.0;
    for (int i = 0; i < net.rows; ++i) {
        const std::ptrdiff_t at = node_lane<K>(2 * i, lane);
        double p = item.given[at] - item.power[at];
        if (net.share != nullptr) {
            p += net.share[i] * item.lambda[lane];
        }
        const double q = item.free_v[node_lane<K>(i, lane)] *
                         (item.given[at + K::stride] - item.power[at + K::stride]);
        const double here = size_of(q) > size_of(p) ? size_of(q) : size_of(p);
        if (!(here <= size)) {
            size = here;
            worst = i;
        }
        if (size != size) {
            break; // not a number: no other mismatch says more
        }
    }
    return worst;
}

/// Largest mismatches after a step, with sides changed where an hour is near enough.
template <class K>
KOKKOS_INLINE_FUNCTION void look(AcNewtonItem<K>& item, bool (&changed)[K::lanes]) {
    constexpr double near = 1e-2; // sides are judged from here on
    newton_mismatch(item).store(item.mismatch);
    bool any = false;
    for (int l = 0; l < K::lanes; ++l) {
        changed[l] = false;
        if (item.work.net.limited_nodes == 0 || item.moving[l] == 0.0 || item.magnitudes_rest ||
            !(item.mismatch[l] < near)) {
            continue;
        }
        changed[l] = change_sides(item, l) > 0;
        any = any || changed[l];
    }
    if (any) {
        newton_mismatch(item).store(item.mismatch);
    }
}

/// Where a step did not bring an hour nearer it is taken back and tried at half its length; the
/// voltages with the least mismatch are kept. True where some hour was taken back.
template <class K>
KOKKOS_INLINE_FUNCTION bool damp(AcNewtonItem<K>& item, const bool (&changed)[K::lanes]) {
    bool back = false;
    for (int l = 0; l < K::lanes; ++l) {
        if (item.moving[l] == 0.0) {
            continue;
        }
        const bool better = changed[l] || item.mismatch[l] < item.best_mismatch[l];
        for (int i = 0; i < 2 * item.work.net.nodes; ++i) {
            const std::ptrdiff_t at = node_lane<K>(i, l);
            (better ? item.best : item.voltage)[at] = (better ? item.voltage : item.best)[at];
        }
        if (better) {
            item.best_mismatch[l] = item.mismatch[l];
            item.best_lambda[l] = item.lambda[l];
            item.moving[l] = item.moving[l] < 0.5 ? 2.0 * item.moving[l] : 1.0;
        } else {
            item.lambda[l] = item.best_lambda[l];
            item.moving[l] = item.moving[l] > 1e-4 ? 0.5 * item.moving[l] : 0.0;
            back = true;
        }
    }
    return back;
}

/// Marks the hours that are done; gives the number of those that go on.
template <class K>
KOKKOS_INLINE_FUNCTION int count_going(AcNewtonItem<K>& item, const bool (&changed)[K::lanes],
                                       int step) {
    int going = 0;
    for (int l = 0; l < K::lanes; ++l) {
        if (item.moving[l] == 0.0) {
            continue;
        }
        item.steps[l] = step;
        item.solved[l] =
            !item.magnitudes_rest && !changed[l] && item.mismatch[l] < item.work.steps.tolerance;
        // What has no number is given up; the damped stage takes such a step back.
        if (item.solved[l] || (!item.work.damped && !(item.mismatch[l] < 1e6))) {
            item.moving[l] = 0.0;
        } else {
            ++going;
        }
    }
    return going;
}

template <class K>
KOKKOS_INLINE_FUNCTION void step_newton(AcNewtonItem<K>& item) {
    bool changed[K::lanes];
    for (int step = 0;; ++step) {
        item.magnitudes_rest = step < item.work.angle_steps;
        look(item, changed);
        if (item.work.damped && !item.magnitudes_rest && damp(item, changed)) {
            newton_mismatch(item).store(item.mismatch);
        }
        if (count_going(item, changed, step) == 0 || step == item.work.steps.most) {
            break;
        }
        newton_step(item);
        move_newton(item);
    }
    item.magnitudes_rest = false;
    newton_mismatch(item).store(item.mismatch);
}

/// Leaves the voltages in the tiles of all hours.
template <class K>
KOKKOS_INLINE_FUNCTION void store_voltages(const AcNewtonItem<K>& item) {
    const AcNewton& work = item.work;
    const std::ptrdiff_t tile = std::ptrdiff_t{2} * work.net.nodes * K::stride;
    double* to[K::lanes];
    for (int l = 0; l < K::lanes; ++l) {
        const std::int64_t target = work.target[item.first_place + l];
        const bool copy = hour_at(work.batch, item.first_place + l).copy;
        to[l] = copy ? nullptr : work.tiles + target / K::stride * tile + target % K::stride;
    }
    for (int i = 0; i < 2 * work.net.nodes; ++i) {
        for (int l = 0; l < K::lanes; ++l) {
            if (to[l] != nullptr) {
                to[l][static_cast<std::ptrdiff_t>(i) * K::stride] =
                    item.voltage[node_lane<K>(i, l)];
            }
        }
    }
}

/// Stores what became of a place's hour.
template <class K>
KOKKOS_INLINE_FUNCTION void end_lane(const AcNewtonItem<K>& item, int lane) {
    const AcNewton& work = item.work;
    const std::ptrdiff_t place = item.first_place + lane;
    const AcHour at = hour_at(work.batch, place);
    work.left[place] = at.copy || item.solved[lane] ? AcLeft::nothing : AcLeft::start_anew;
    if (at.copy) {
        return;
    }
    const int open = item.solved[lane] ? largest_off(item, lane, at.hour).open : -1;
    double size = 0.0;
    const int worst = worst_node(item, lane, size);
    work.output.status[at.hour] = !item.solved[lane] ? AcStatus::not_converged
                                  : open >= 0        ? AcStatus::limits_open
                                                     : AcStatus::solved;
    work.output.worst_bus[at.hour] = !item.solved[lane] ? work.net.bus[worst] : open;
    work.output.mismatch[at.hour] = size;
    work.output.steps[at.hour] += item.steps[lane];
}

/// Stores the start, the sides and the factor of a bin.
template <class K>
KOKKOS_INLINE_FUNCTION void keep_bin(const AcNewtonItem<K>& item, int lane) {
    const AcBins& bins = item.work.bins;
    const AcStructure& net = item.work.net;
    const AcHour at = hour_at(item.work.batch, item.first_place + lane);
    if (at.copy) {
        return;
    }
    const std::ptrdiff_t bin = at.hour;
    for (int i = 0; i < 2 * net.nodes; ++i) {
        bins.voltage[bin * 2 * net.nodes + i] = item.voltage[node_lane<K>(i, lane)];
    }
    for (int i = 0; i < net.nodes; ++i) {
        bins.side[bin * net.nodes + i] = item.side[node_lane<K>(i, lane)];
    }
    for (int f = 0; f < net.factor_size; ++f) {
        bins.factor[bin * net.factor_size + f] = item.matrix[node_lane<K>(f, lane)];
    }
    for (int f = 0; f < net.lower_size; ++f) {
        bins.lower[bin * net.lower_size + f] = item.lower[node_lane<K>(f, lane)];
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void start_newton(AcNewtonItem<K>& item) {
    for (int l = 0; l < K::lanes; ++l) {
        item.hour[l] = hour_at(item.work.batch, item.first_place + l).hour;
        item.moving[l] = 1.0;
        item.best_mismatch[l] = 1e300;
    }
    start_voltages(item);
    for (int i = 0; i < item.work.net.nodes; ++i) {
        for (int l = 0; l < K::lanes; ++l) {
            give(item, i, l);
        }
    }
    for (int i = 0; i < 2 * item.work.net.nodes && item.best != nullptr; ++i) {
        const std::ptrdiff_t at = node_lane<K>(i, 0);
        K::Double::load(item.voltage + at).store(item.best + at);
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void end_newton(AcNewtonItem<K>& item) {
    const AcNewton& work = item.work;
    store_machines<K>(work.net, work.input, work.batch, work.output, item.voltage, item.lambda,
                      item.first_place);
    for (int l = 0; l < K::lanes; ++l) {
        end_lane(item, l);
    }
    if (work.target != nullptr) {
        store_voltages(item);
    }
    if (work.keep_factor) {
        newton_step(item);
        for (int l = 0; l < K::lanes; ++l) {
            keep_bin(item, l);
        }
    }
}

/// Solves one group of hours, in the room of a slot. Memory traffic of a step, an hour, for a
/// factor of Z numbers whose making takes M multiplications: 4 (M + 3 Z) B, most of it from the
/// cache, and 4 M / (4 stride) B of places that all lanes share.
template <class K>
KOKKOS_INLINE_FUNCTION void solve_newton(const AcNewton& work, std::ptrdiff_t group,
                                         std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
    const AcStructure& net = work.net;
    const std::ptrdiff_t nodes = static_cast<std::ptrdiff_t>(net.nodes) * K::stride;
    const auto room = [&](auto* memory, std::ptrdiff_t size) {
        return memory == nullptr ? nullptr : memory + slot * size + first_lane;
    };
    AcNewtonItem<K> item{work,
                         group * K::stride + first_lane,
                         room(work.voltage, 2 * nodes),
                         room(work.best, 2 * nodes),
                         room(work.power, 2 * nodes),
                         room(work.given, 2 * nodes),
                         room(work.free_v, nodes),
                         room(work.side, nodes),
                         room(work.returns, nodes),
                         room(work.work, static_cast<std::ptrdiff_t>(net.work_size) * K::stride),
                         room(work.lower, static_cast<std::ptrdiff_t>(net.lower_size) * K::stride),
                         room(work.x, static_cast<std::ptrdiff_t>(net.unknowns) * K::stride),
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
    start_newton(item);
    step_newton(item);
    end_newton(item);
}

template <class K>
KOKKOS_INLINE_FUNCTION void run_newton(const AcNewton& work, std::ptrdiff_t item) {
    const std::ptrdiff_t slot = item / K::items;
    const std::ptrdiff_t first_lane = item % K::items * K::lanes;
    for (std::ptrdiff_t group = slot; group < work.batch.groups; group += work.slots) {
        solve_newton<K>(work, group, slot, first_lane);
    }
}

} // namespace longyang::kernels::detail
