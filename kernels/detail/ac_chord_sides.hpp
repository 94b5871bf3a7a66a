#pragma once

// Internal to kernels/: hours of a group that go on with their own sides of reactive limits
// (AC-7).

#include "kernels/detail/ac_chord_factor.hpp"

namespace longyang::kernels::detail {

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
/// change is left to its own Newton. Which step does what is the same for all hours, so none
/// depends on those beside it.
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

} // namespace longyang::kernels::detail
