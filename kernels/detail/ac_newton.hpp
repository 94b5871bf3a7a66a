#pragma once

// Internal to kernels/: Newton of single hours, a group side by side: each lane has its own matrix,
// sides of reactive limits and end (AC-3, AC-7).

#include "kernels/detail/ac_newton_limits.hpp"
#include "kernels/detail/ac_newton_matrix.hpp"
#include "kernels/detail/ac_tiles.hpp"

namespace longyang::kernels::detail {

/// Voltages from which the places start: those of tiles, or of bins. Node by node, so that hours
/// that lie side by side in memory are read together.
template <class K>
KOKKOS_INLINE_FUNCTION void start_voltages(const AcNewtonItem<K>& item) {
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    const std::int64_t first = work.source[item.first_place];
    bool follow = first >= 0 && first % K::stride % K::lanes == 0;
    for (int l = 1; l < K::lanes && follow; ++l) {
        follow = work.source[item.first_place + l] == first + l;
    }
    if (follow) {
        const double* tile =
            work.tiles + first / K::stride * net.nodes * 2 * K::stride + first % K::stride;
        for (int i = 0; i < 2 * net.nodes; ++i) {
            const std::ptrdiff_t at = node_lane<K>(i, 0);
            K::Double::load(tile + at).store(item.voltage + at);
        }
        return;
    }
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

/// The bin's side, a reactive power at a limit, and a magnitude that is held.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void give_side(const AcNewtonItem<K>& item, int node, int lane) {
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    const std::ptrdiff_t hour = item.hour[lane];
    const std::int32_t bin = work.bin[item.first_place + lane];
    const AcNode kind = net.kind[node];
    AcSide side = AcSide::holds;
    if (kind == AcNode::limited && bin >= 0) {
        side = work.bins.side[static_cast<std::ptrdiff_t>(bin) * net.nodes + node];
        // The bin's mean may stand at a limit that this hour does not have.
        const bool is_limit = side == AcSide::holds ||
                              size_of(limit_at(work.input, side, net.bus[node], hour)) < 1e300;
        side = is_limit ? side : AcSide::holds;
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
        item.given[node_lane<K>(2 * node + 1, lane)] +=
            limit_at(work.input, side, net.bus[node], hour);
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
            largest.watch(q);
            q.store(item.x + static_cast<std::ptrdiff_t>(net.x_at[i] + 1) * K::stride);
        }
    }
    return largest.result();
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
        const bool by_q = size_of(q) > size_of(p) || q != q;
        const double here = by_q ? size_of(q) : size_of(p);
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
    newton_mismatch(item).store(item.mismatch);
    bool judged[K::lanes];
    bool any = false;
    for (int l = 0; l < K::lanes; ++l) {
        changed[l] = false;
        judged[l] = item.moving[l] != 0.0 && item.mismatch[l] < item.work.near;
        any = any || judged[l];
    }
    any = any && item.work.net.limited_nodes > 0 && !item.magnitudes_rest;
    // A damped step is measured by the mismatch after the change.
    if (any && change_sides(item, judged, changed) && item.work.damped) {
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

/// Stores magnitudes and angles; these are counted from the voltages of an hour's bin.
template <class K>
KOKKOS_INLINE_FUNCTION void store_voltages(const AcNewtonItem<K>& item) {
    using D = typename K::Double;
    const AcNewton& work = item.work;
    std::ptrdiff_t first[K::lanes]; // the bin's first node
    for (int l = 0; l < K::lanes; ++l) {
        const std::int32_t bin = work.bin[item.first_place + l];
        first[l] = std::ptrdiff_t{bin < 0 ? work.bins.count : bin} * work.net.nodes;
    }
    store_voltages<K>(work.net, work.input, work.batch, work.output, item.voltage, item.first_place,
                      [&work, &first](int node) {
                          double real[K::lanes];
                          double imaginary[K::lanes];
                          double angle[K::lanes];
                          for (int l = 0; l < K::lanes; ++l) {
                              real[l] = work.bins.voltage[2 * (first[l] + node)];
                              imaginary[l] = work.bins.voltage[2 * (first[l] + node) + 1];
                              angle[l] = work.bins.angle[first[l] + node];
                          }
                          const D x = D::load(real);
                          const D y = D::load(imaginary);
                          return AcPhasor<D>{x, y, square_root(x * x + y * y), D::load(angle)};
                      });
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
    const int open = item.solved[lane] ? open_bus(item, lane, at.hour) : -1;
    double size = item.mismatch[lane];
    const int worst = item.solved[lane] ? 0 : worst_node(item, lane, size);
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
        bins.power[bin * 2 * net.nodes + i] = item.power[node_lane<K>(i, lane)];
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

/// The same side in all lanes.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION void set_sides(const AcNewtonItem<K>& item, int node, AcSide side,
                                           bool free) {
    K::Double::all(free ? 1.0 : 0.0).store(item.free_v + node_lane<K>(node, 0));
    for (int l = 0; l < K::lanes; ++l) {
        item.side[node_lane<K>(node, l)] = side;
        item.returns[node_lane<K>(node, l)] = 0;
    }
}

/// What give_side does, for all lanes at once where these have one bin and none is an exception;
/// false: not done.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION bool give_sides(const AcNewtonItem<K>& item, int node, bool one_bin) {
    using D = typename K::Double;
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    const AcNode kind = net.kind[node];
    const auto of = [&](const AcTable& table) {
        return taken<K>(table, work.batch, item.first_place, net.bus[node]);
    };
    if (kind == AcNode::load) {
        set_sides(item, node, AcSide::holds, true);
        return true;
    }
    AcSide side = AcSide::holds;
    if (kind == AcNode::limited) {
        const std::int32_t bin = work.bin[item.first_place];
        if (!one_bin || bin < 0) {
            return false;
        }
        side = work.bins.side[static_cast<std::ptrdiff_t>(bin) * net.nodes + node];
        const D low = of(work.input.q_min);
        const D high = of(work.input.q_max);
        const D limit = side == AcSide::at_max ? high : low;
        if (side == AcSide::holds ? !all_below(low - high, -work.steps.q_tolerance)
                                  : !all_below(magnitude(limit), 1e300)) {
            return false;
        }
        if (side != AcSide::holds) {
            double* q = item.given + node_lane<K>(2 * node + 1, 0);
            (D::load(q) + limit).store(q);
            set_sides(item, node, side, true);
            return true;
        }
    }
    const AcPair<D> v = voltage_at<K>(item.voltage, node);
    const D share = of(work.input.v_set) / square_root(v.real * v.real + v.imaginary * v.imaginary);
    double* at = item.voltage + node_lane<K>(2 * node, 0);
    (share * v.real).store(at);
    (share * v.imaginary).store(at + K::stride);
    set_sides(item, node, side, false);
    return true;
}

template <class K>
KOKKOS_INLINE_FUNCTION void start_newton(AcNewtonItem<K>& item) {
    bool one_bin = true;
    for (int l = 0; l < K::lanes; ++l) {
        item.hour[l] = hour_at(item.work.batch, item.first_place + l).hour;
        item.moving[l] = 1.0;
        item.best_mismatch[l] = 1e300;
        one_bin = one_bin && item.work.bin[item.first_place + l] == item.work.bin[item.first_place];
    }
    start_voltages(item);
    for (int i = 0; i < item.work.net.nodes; ++i) {
        double* given = item.given + node_lane<K>(2 * i, 0);
        take<K>(item.work.input.p, item.work.batch, item.first_place, item.work.net.bus[i], given);
        take<K>(item.work.input.q, item.work.batch, item.first_place, item.work.net.bus[i],
                given + K::stride);
        const bool done = give_sides(item, i, one_bin);
        for (int l = 0; l < K::lanes && !done; ++l) {
            give_side(item, i, l);
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
    if (!work.keep_factor) {
        store_voltages(item);
    } else {
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
    for_groups_of_item<K>(
        work.batch.groups, work.slots, item,
        [&work](std::ptrdiff_t group, std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
            solve_newton<K>(work, group, slot, first_lane);
        });
}

} // namespace longyang::kernels::detail
