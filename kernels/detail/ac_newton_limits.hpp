#pragma once

// Internal to kernels/: buses that go to a reactive limit and back (AC-7).

#include "kernels/detail/ac_newton_item.hpp"
#include "kernels/detail/ac_tiles.hpp"

namespace longyang::kernels::detail {

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
        limit = limit_at(input, side, bus, hour);
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

/// Times that a node may go back to its voltage; at most once in a round.
inline constexpr int most_returns = 6;

template <class K>
KOKKOS_INLINE_FUNCTION bool may_return(const AcNewtonItem<K>& item, int node, int lane) {
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

/// By how much the node that is off the most is off in each hour, whether it may move or not: for
/// all hours at once, so that those with nothing to move are found quickly.
template <class K>
KOKKOS_INLINE_FUNCTION typename K::Double most_off(const AcNewtonItem<K>& item) {
    using D = typename K::Double;
    const AcNewton& work = item.work;
    const AcStructure& net = work.net;
    D most = D::all(0.0);
    for (int n = 0; n < net.limited_nodes; ++n) {
        const int node = net.limited[n];
        const auto of = [&](const AcTable& table) {
            return taken<K>(table, work.batch, item.first_place, net.bus[node]);
        };
        static_assert(static_cast<int>(AcSide::at_min) == 1 &&
                      static_cast<int>(AcSide::at_max) == 2);
        const D side =
            D::load(reinterpret_cast<const std::uint8_t*>(item.side + node_lane<K>(node, 0)));
        const D direction = side * (1.5 * side - D::all(2.5)); // 0, -1 at_min, 1 at_max
        const D holds = D::all(1.0) - direction * direction;
        // Of a node that holds its voltage the given power is that without its machines.
        const D q = D::load(item.power + node_lane<K>(2 * node + 1, 0)) -
                    D::load(item.given + node_lane<K>(2 * node + 1, 0));
        const D beyond = greater(q - of(work.input.q_max), of(work.input.q_min) - q);
        const AcPair<D> v = voltage_at<K>(item.voltage, node);
        const D length = square_root(v.real * v.real + v.imaginary * v.imaginary);
        most = greater(part_of(holds, beyond) + part_of(direction, length - of(work.input.v_set)),
                       most);
    }
    return most;
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

} // namespace longyang::kernels::detail
