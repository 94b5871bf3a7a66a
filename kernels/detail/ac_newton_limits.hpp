#pragma once

// Internal to kernels/: buses that go to a reactive limit and back (AC-7).

#include "kernels/detail/ac_newton_item.hpp"
#include "kernels/detail/ac_tiles.hpp"

namespace longyang::kernels::detail {

/// Moves a limited node of an hour to another side (AC-7). Its second equation in the right-hand
/// side becomes that of the new side: what the limit leaves open of the reactive power, or by how
/// much the logarithm of the magnitude has changed, so that the next step takes account of it
/// without a new look at all powers.
template <class K>
KOKKOS_INLINE_FUNCTION void set_side(AcNewtonItem<K>& item, int node, int lane, AcSide side) {
    const AcInput& input = item.work.input;
    const std::ptrdiff_t hour = item.hour[lane];
    const int bus = item.work.net.bus[node];
    const std::ptrdiff_t q_at = node_lane<K>(2 * node + 1, lane);
    double open = 0.0;
    if (side == AcSide::holds) {
        const auto v = AcLaneVoltage::at<K>(item.voltage, node, lane);
        const double v_set = input.v_set.at(bus, hour);
        open = v_set / v.magnitude() - 1.0;
        v.set_magnitude(v_set);
        ++item.returns[node_lane<K>(node, lane)];
        item.given[q_at] = input.q.at(bus, hour);
    } else {
        item.given[q_at] = input.q.at(bus, hour) + limit_at(input, side, bus, hour);
        open = item.given[q_at] - item.power[q_at];
        item.mismatch[lane] = larger(item.mismatch[lane], size_of(open));
    }
    item.side[node_lane<K>(node, lane)] = side;
    item.free_v[node_lane<K>(node, lane)] = side == AcSide::holds ? 0.0 : 1.0;
    item.x[node_lane<K>(item.work.net.x_at[node] + 1, lane)] = static_cast<float>(open);
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

/// Times that a node may go back to its voltage; at most once in a round.
inline constexpr int most_returns = 6;

template <class K>
KOKKOS_INLINE_FUNCTION bool may_return(const AcNewtonItem<K>& item, int node, int lane) {
    return item.returns[node_lane<K>(node, lane)] < most_returns;
}

/// A bus on a wrong side that may not go back any more; -1: none.
template <class K>
KOKKOS_INLINE_FUNCTION int open_bus(const AcNewtonItem<K>& item, int lane, std::ptrdiff_t hour) {
    const AcStructure& net = item.work.net;
    int open = -1;
    // A node goes back once a round at most.
    for (int n = 0; n < net.limited_nodes && item.rounds[lane] >= most_returns; ++n) {
        const int node = net.limited[n];
        const bool back = item.side[node_lane<K>(node, lane)] != AcSide::holds &&
                          wanted_side(item, node, lane, hour).side == AcSide::holds;
        open = back && !may_return(item, node, lane) ? net.bus[node] : open;
    }
    return open;
}

/// True where a node holds its voltage in all lanes.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION bool holds_in_all(const AcNewtonItem<K>& item, int node) {
    int others = 0;
    for (int l = 0; l < K::lanes; ++l) {
        others |= static_cast<int>(item.side[node_lane<K>(node, l)]);
    }
    return others == static_cast<int>(AcSide::holds);
}

/// What wanted_side says of a node, for all lanes at once: by how much it is beyond a limit where
/// it holds its voltage, and by how much its voltage is beyond the set point where it may go back;
/// 0 or less where it stands rightly.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION AcPair<typename K::Double> offs_of(const AcNewtonItem<K>& item,
                                                               int node) {
    using D = typename K::Double;
    const AcNewton& work = item.work;
    const auto of = [&](const AcTable& table) {
        return taken<K>(table, work.batch, item.first_place, work.net.bus[node]);
    };
    const D low = of(work.input.q_min);
    const D high = of(work.input.q_max);
    // Of a node that holds its voltage the given power is that without its machines.
    const std::ptrdiff_t q_at = node_lane<K>(2 * node + 1, 0);
    const D q = D::load(item.power + q_at) - D::load(item.given + q_at);
    const D beyond = greater(q - high, low - q);
    if (holds_in_all(item, node)) {
        return {beyond, D::all(0.0)};
    }
    static_assert(sizeof(AcSide) == 1 && static_cast<int>(AcSide::at_min) == 1 &&
                  static_cast<int>(AcSide::at_max) == 2);
    const std::ptrdiff_t at = node_lane<K>(node, 0);
    const D side = D::load(reinterpret_cast<const std::uint8_t*>(item.side + at));
    const D direction = side * (1.5 * side - D::all(2.5)); // 0, -1 at_min, 1 at_max
    const D limit = part_of(D::all(1.0) - direction * direction, beyond);
    const AcPair<D> v = voltage_at<K>(item.voltage, node);
    const D v_set = of(work.input.v_set);
    const D square = v.real * v.real + v.imaginary * v.imaginary;
    if (all_below(direction * (square - v_set * v_set), 0.0)) {
        return {limit, D::all(0.0)};
    }
    const D returns = D::load(item.returns + at);
    const D may = above(high - low, work.steps.q_tolerance) *
                  above(D::all(static_cast<double>(most_returns)) - returns, 0.0);
    return {limit, part_of(may * direction, square_root(square) - v_set)};
}

/// Amounts beyond which an hour's nodes are moved.
template <class K>
struct AcThresholds {
    double limit[K::lanes], back[K::lanes];
};

/// In an hour's first rounds all nodes on a wrong side are moved, then those that are off the most,
/// and none goes back to its voltage while another is beyond a limit; so two that push each other
/// come to rest.
template <class K>
KOKKOS_INLINE_FUNCTION AcThresholds<K> thresholds(const AcNewtonItem<K>& item,
                                                  const bool (&judged)[K::lanes]) {
    using D = typename K::Double;
    constexpr int free_rounds = 3;
    constexpr double never = 1e300;
    const double tolerance = item.work.steps.q_tolerance;
    bool late[K::lanes];
    bool any_late = false;
    for (int l = 0; l < K::lanes; ++l) {
        late[l] = judged[l] && item.rounds[l] >= free_rounds;
        any_late = any_late || late[l];
    }
    AcPair<D> most{D::all(0.0), D::all(0.0)};
    for (int n = 0; n < item.work.net.limited_nodes && any_late; ++n) {
        const AcPair<D> off = offs_of(item, item.work.net.limited[n]);
        most = {greater(off.real, most.real), greater(off.imaginary, most.imaginary)};
    }
    AcThresholds<K> from;
    most.real.store(from.limit);
    most.imaginary.store(from.back);
    for (int l = 0; l < K::lanes; ++l) {
        const double limit = late[l] ? 0.5 * from.limit[l] : 0.0;
        const double back =
            !late[l] ? 0.0 : (from.limit[l] > tolerance ? never : 0.5 * from.back[l]);
        from.limit[l] = judged[l] ? larger(limit, tolerance) : never;
        from.back[l] = judged[l] ? larger(back, tolerance) : never;
    }
    return from;
}

/// Moves limited nodes that are on a wrong side in the hours that are `judged`; `changed` tells in
/// which. True where there are some.
template <class K>
KOKKOS_INLINE_FUNCTION bool change_sides(AcNewtonItem<K>& item, const bool (&judged)[K::lanes],
                                         bool (&changed)[K::lanes]) {
    using D = typename K::Double;
    const AcStructure& net = item.work.net;
    const AcThresholds<K> from = thresholds(item, judged);
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        const AcPair<D> off = offs_of(item, node);
        const D more = greater(off.real - D::load(from.limit), off.imaginary - D::load(from.back));
        if (all_below(more, 0.0)) {
            continue;
        }
        double each[K::lanes];
        more.store(each);
        for (int l = 0; l < K::lanes; ++l) {
            const AcSide side = judged[l] && each[l] > 0.0
                                    ? wanted_side(item, node, l, item.hour[l]).side
                                    : item.side[node_lane<K>(node, l)];
            if (side != item.side[node_lane<K>(node, l)]) {
                set_side(item, node, l, side);
                changed[l] = true;
            }
        }
    }
    bool any = false;
    for (int l = 0; l < K::lanes; ++l) {
        item.rounds[l] += changed[l] ? 1 : 0;
        any = any || changed[l];
    }
    return any;
}

} // namespace longyang::kernels::detail
