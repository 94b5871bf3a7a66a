#pragma once

// Internal to kernels/: steps of a group of hours with the factor that its bin shares, and later
// with those of its hours (AC-5).

#include "kernels/detail/ac_chord_sides.hpp"
#include "kernels/detail/ac_tiles.hpp"

namespace longyang::kernels::detail {

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
/// hour; with them, and with their own sides, 26 N B of powers and sides) should fit: a step moves
/// 32 N B of powers and voltages, 32 N to 48 N B of unknowns, 16 E B of neighbours' voltages over E
/// entries and 4 Z B of unknowns, and, once a group, admittances and the bin's factor ((24 E + 8 Z)
/// / stride B an hour).
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
