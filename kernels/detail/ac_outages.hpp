#pragma once

// Internal to kernels/: the loss of one branch after the other in groups of hours that have been
// solved without it (AC-9).

#include "kernels/ac_outages.hpp"
#include "kernels/detail/ac_newton.hpp"

namespace longyang::kernels::detail {

/// A branch by nodes, with where its admittances stand in the network's.
struct AcNodeBranch {
    std::int32_t from = 0, to = 0;
    std::int32_t entry_from_to = 0, entry_to_from = 0;
    double g_ff = 0.0, b_ff = 0.0, g_ft = 0.0, b_ft = 0.0;
    double g_tf = 0.0, b_tf = 0.0, g_tt = 0.0, b_tt = 0.0;
};

/// Squares of loadings, and voltages; of one work item.
struct AcTally {
    AcWorsts *hours = nullptr, *outages = nullptr, *branches = nullptr, *buses = nullptr;
    std::ptrdiff_t stride = 1; ///< between neighbours; hours lie side by side
    std::int32_t first_hour = 0, first_outage = 0;
    std::int64_t solved = 0;
    std::int64_t slack_beyond = 0; ///< of these
    double slack_pu = 0.0;

    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION AcWorsts& hour(std::ptrdiff_t i) const {
        return hours[i - first_hour];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION AcWorsts& outage(std::ptrdiff_t i) const {
        return outages[(i - first_outage) * stride];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION AcWorsts& branch(std::ptrdiff_t i) const {
        return branches[i * stride];
    }
    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION AcWorsts& bus(std::ptrdiff_t i) const {
        return buses[i * stride];
    }
};

/// Voltages and squares that differ by no more are alike: what an outage does not touch differs in
/// its last bits.
inline constexpr double tie = 1e-9;

/// What became of an outage in an hour.
enum class AcOutageState : std::uint8_t { not_tried, solved, left };

/// Outages in groups of hours.
struct AcOutageWork {
    AcNewton newton; ///< structure, input, steps, batch, and rooms by slot
    int entries = 0; ///< of the network's rows
    std::ptrdiff_t hours = 0;
    const double* base =
        nullptr; ///< [hour / stride][2 x nodes] tiles: the intact network's voltages
    const std::int32_t* first = nullptr;  ///< by group: its first outage
    const std::int32_t* last = nullptr;   ///< by group: behind its last one
    const std::int32_t* outage = nullptr; ///< branch of each
    int outages = 0;
    const AcNodeBranch* branch = nullptr;
    int branches = 0;
    AcTable inverse_rating; ///< by branch [and hour]: 1 / rating^2; 0: none
    const double *v_min = nullptr, *v_max = nullptr; ///< by node
    double tolerance_rating = 0.0, tolerance_v = 0.0, tolerance_slack = 0.0;

    AcOutageState* state = nullptr;    ///< [outage][hour]
    std::int32_t* worst_bus = nullptr; ///< [outage][hour] of the last pass alone; null in others
    double* mismatch = nullptr;        ///< likewise

    // Rooms by slot. The network without a branch is made in a slot's room where all its lanes are
    // one work item; where they are several, all of them read it from a table by outage.
    double *start_voltage = nullptr, *start_given = nullptr, *start_free = nullptr;
    AcSide* start_side = nullptr;
    double* admittance = nullptr; ///< [slot] or [outage]: own and entries' g and b
    double* before = nullptr;     ///< [branches] tiles: square of the loading before
    double* scale = nullptr;      ///< [branches] tiles: 1 / rating^2
    AcTally* tally = nullptr;     ///< [slot][work item]

    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION std::ptrdiff_t admittance_size() const {
        return 2 * (std::ptrdiff_t{newton.net.nodes} + entries);
    }
};

/// What a work item knows of its group of hours.
template <class K>
struct AcOutageItem {
    const AcOutageWork& work;
    AcNewtonItem<K> lanes; ///< whose network is the one without a branch
    AcTally& tally;
    double *start_voltage, *start_given, *start_free;
    AcSide* start_side;
    double *before, *scale;
    double start_lambda[K::lanes];
    bool counts[K::lanes];
    // Worst ones so far of the lanes' hours: square of the loading, margins of voltages.
    double loading[K::lanes], low[K::lanes], high[K::lanes];
};

/// The intact network's voltages of the hours.
template <class K>
KOKKOS_INLINE_FUNCTION void load_base(AcOutageItem<K>& item) {
    const int size = 2 * item.work.newton.net.nodes;
    for (int l = 0; l < K::lanes; ++l) {
        const std::ptrdiff_t hour = item.lanes.hour[l];
        const double* from =
            item.work.base + hour / K::stride * size * K::stride + hour % K::stride;
        for (int i = 0; i < size; ++i) {
            item.start_voltage[node_lane<K>(i, l)] =
                from[static_cast<std::ptrdiff_t>(i) * K::stride];
        }
    }
}

/// The side at which a limited node stands in the intact network: its voltage tells.
KOKKOS_FORCEINLINE_FUNCTION AcSide side_before(const AcInput& input, int bus, std::ptrdiff_t hour,
                                               double v, double tolerance) {
    if (has_no_room(input, bus, hour, tolerance)) {
        return AcSide::at_max;
    }
    const double off = v - input.v_set.at(bus, hour);
    const AcSide side = off > 0.0 ? AcSide::at_min : AcSide::at_max;
    const bool at_limit = size_of(off) > 1e-9 && size_of(limit_at(input, side, bus, hour)) < 1e300;
    return at_limit ? side : AcSide::holds;
}

/// Sides and given powers of a node in the hours, before any outage.
template <class K>
KOKKOS_INLINE_FUNCTION void start_node(AcOutageItem<K>& item, int node) {
    const AcStructure& net = item.lanes.work.net;
    const AcInput& input = item.lanes.work.input;
    const int bus = net.bus[node];
    for (int l = 0; l < K::lanes; ++l) {
        const std::ptrdiff_t hour = item.lanes.hour[l];
        const std::ptrdiff_t at = node_lane<K>(2 * node, l);
        item.start_given[at] = input.p.at(bus, hour);
        item.start_given[at + K::stride] = input.q.at(bus, hour);
        AcSide side = AcSide::holds;
        if (net.kind[node] == AcNode::limited) {
            const double v = AcLaneVoltage::at<K>(item.start_voltage, node, l).magnitude();
            side = side_before(input, bus, hour, v, item.lanes.work.steps.q_tolerance);
        }
        if (side != AcSide::holds) {
            item.start_given[at + K::stride] += limit_at(input, side, bus, hour);
        }
        item.start_side[node_lane<K>(node, l)] = side;
        const bool free = net.kind[node] == AcNode::load || side != AcSide::holds;
        item.start_free[node_lane<K>(node, l)] = free ? 1.0 : 0.0;
    }
}

/// Square of the larger of a branch's apparent powers.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION typename K::Double larger_square(const AcNodeBranch& b,
                                                             const double* voltage) {
    using D = typename K::Double;
    const AcPair<D> v = voltage_at<K>(voltage, b.from);
    const AcPair<D> w = voltage_at<K>(voltage, b.to);
    const AcPair<D> a = through(b.g_ff, b.b_ff, v);
    const AcPair<D> c = through(b.g_ft, b.b_ft, w);
    const AcPair<D> d = through(b.g_tf, b.b_tf, v);
    const AcPair<D> e = through(b.g_tt, b.b_tt, w);
    const auto square = [](const AcPair<D>& x) {
        return x.real * x.real + x.imaginary * x.imaginary;
    };
    const AcPair<D> from{a.real + c.real, a.imaginary + c.imaginary};
    const AcPair<D> to{d.real + e.real, d.imaginary + e.imaginary};
    return greater(square(v) * square(from), square(w) * square(to));
}

/// Loadings of the intact network, and what its slack adds (AC-6).
template <class K>
KOKKOS_INLINE_FUNCTION void look_before(AcOutageItem<K>& item) {
    using D = typename K::Double;
    const AcOutageWork& work = item.work;
    for (int b = 0; b < work.branches; ++b) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(b) * K::stride;
        for (int l = 0; l < K::lanes; ++l) {
            item.scale[at + l] = work.inverse_rating.at(b, item.lanes.hour[l]);
        }
        (D::load(item.scale + at) * larger_square<K>(work.branch[b], item.start_voltage))
            .store(item.before + at);
    }
    D lambda = D::all(0.0);
    for (int i = 0; i < item.lanes.work.net.nodes && item.lanes.work.net.share != nullptr; ++i) {
        lambda = lambda + power_at<K>(item.lanes.work.net, item.start_voltage, i).real -
                 D::load(item.start_given + node_lane<K>(2 * i, 0));
    }
    lambda.store(item.start_lambda);
}

template <class K>
KOKKOS_INLINE_FUNCTION void start_group(AcOutageItem<K>& item) {
    load_base(item);
    for (int i = 0; i < item.lanes.work.net.nodes; ++i) {
        start_node(item, i);
    }
    look_before(item);
    for (int l = 0; l < K::lanes; ++l) {
        const AcWorsts& worst = item.tally.hour(item.lanes.hour[l]);
        item.loading[l] = worst.loading.value;
        item.low[l] = worst.low.value;
        item.high[l] = worst.high.value;
    }
}

/// Where the parts of a table of admittances are.
template <class T>
struct AcAdmittances {
    T *own_g, *own_b, *entry_g, *entry_b;

    KOKKOS_FORCEINLINE_FUNCTION AcAdmittances(T* table, std::ptrdiff_t nodes,
                                              std::ptrdiff_t entries)
        : own_g(table), own_b(table + nodes), entry_g(table + 2 * nodes),
          entry_b(table + 2 * nodes + entries) {}
    KOKKOS_FORCEINLINE_FUNCTION void use_in(AcStructure& net) const {
        net.own_g = own_g;
        net.own_b = own_b;
        net.entry_g = entry_g;
        net.entry_b = entry_b;
    }
};

/// Takes a share of a branch out of the admittances `from` of the whole network.
KOKKOS_INLINE_FUNCTION void take_branch_out(const AcNodeBranch& b, const AcStructure& from,
                                            double share, const AcAdmittances<double>& to) {
    to.own_g[b.from] = from.own_g[b.from] - share * b.g_ff;
    to.own_b[b.from] = from.own_b[b.from] - share * b.b_ff;
    to.own_g[b.to] = from.own_g[b.to] - share * b.g_tt;
    to.own_b[b.to] = from.own_b[b.to] - share * b.b_tt;
    to.entry_g[b.entry_from_to] = from.entry_g[b.entry_from_to] - share * b.g_ft;
    to.entry_b[b.entry_from_to] = from.entry_b[b.entry_from_to] - share * b.b_ft;
    to.entry_g[b.entry_to_from] = from.entry_g[b.entry_to_from] - share * b.g_tf;
    to.entry_b[b.entry_to_from] = from.entry_b[b.entry_to_from] - share * b.b_tf;
}

/// The lanes of a work item.
template <class K, class T>
KOKKOS_FORCEINLINE_FUNCTION void copy_tiles(const T* from, T* to, int rows) {
    for (int i = 0; i < rows; ++i) {
        for (int l = 0; l < K::lanes; ++l) {
            to[node_lane<K>(i, l)] = from[node_lane<K>(i, l)];
        }
    }
}

/// Newton's state as it was before the outage.
template <class K>
KOKKOS_INLINE_FUNCTION void start_outage(AcOutageItem<K>& item) {
    const int nodes = item.lanes.work.net.nodes;
    AcNewtonItem<K>& lanes = item.lanes;
    copy_tiles<K>(item.start_voltage, lanes.voltage, 2 * nodes);
    copy_tiles<K>(item.start_given, lanes.given, 2 * nodes);
    copy_tiles<K>(item.start_free, lanes.free_v, nodes);
    copy_tiles<K>(item.start_side, lanes.side, nodes);
    if (lanes.best != nullptr) {
        copy_tiles<K>(item.start_voltage, lanes.best, 2 * nodes);
    }
    for (int i = 0; i < nodes; ++i) {
        for (int l = 0; l < K::lanes; ++l) {
            lanes.returns[node_lane<K>(i, l)] = 0;
        }
    }
    for (int l = 0; l < K::lanes; ++l) {
        lanes.lambda[l] = lanes.best_lambda[l] = item.start_lambda[l];
        lanes.moving[l] = item.counts[l] ? 1.0 : 0.0;
        lanes.mismatch[l] = 0.0;
        lanes.best_mismatch[l] = 1e300;
        lanes.steps[l] = lanes.rounds[l] = 0;
        lanes.solved[l] = false;
    }
}

/// Lets the worse of two stay, of equals the first.
KOKKOS_FORCEINLINE_FUNCTION void keep_larger(AcWorst& worst, const AcWorst& next) {
    worst = next.value > worst.value + tie ? next : worst;
}
KOKKOS_FORCEINLINE_FUNCTION void keep_smaller(AcWorst& worst, const AcWorst& next) {
    worst = next.value < worst.value - tie ? next : worst;
}

template <class K>
KOKKOS_FORCEINLINE_FUNCTION bool is_taken(const AcOutageItem<K>& item, int lane) {
    return item.counts[lane] && item.lanes.solved[lane];
}

/// The loadings of a branch that are worse than what is known, hour by hour.
template <class K>
KOKKOS_INLINE_FUNCTION void take_loadings(AcOutageItem<K>& item, int branch, int outage,
                                          const typename K::Double& square) {
    const AcTally& tally = item.tally;
    double value[K::lanes];
    square.store(value);
    const double rated = 1.0 + 2.0 * item.work.tolerance_rating;
    for (int l = 0; l < K::lanes; ++l) {
        if (!is_taken(item, l)) {
            continue;
        }
        const auto hour = static_cast<std::int32_t>(item.lanes.hour[l]);
        const AcWorst here{value[l], branch, outage, hour};
        keep_larger(tally.hour(hour).loading, here);
        keep_larger(tally.outage(outage).loading, here);
        keep_larger(tally.branch(branch).loading, here);
        item.loading[l] = tally.hour(hour).loading.value;
        const double before = item.before[static_cast<std::ptrdiff_t>(branch) * K::stride + l];
        if (value[l] > rated * (before > 1.0 ? before : 1.0)) {
            ++tally.hour(hour).overloads;
            ++tally.outage(outage).overloads;
            ++tally.branch(branch).overloads;
        }
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void look_at_branches(AcOutageItem<K>& item, int outage) {
    using D = typename K::Double;
    const AcOutageWork& work = item.work;
    for (int b = 0; b < work.branches; ++b) {
        if (b == work.outage[outage]) {
            continue;
        }
        const D square = D::load(item.scale + static_cast<std::ptrdiff_t>(b) * K::stride) *
                         larger_square<K>(work.branch[b], item.lanes.voltage);
        // The least of what would be of interest; most branches in most outages are not.
        const double of_outage = item.tally.outage(outage).loading.value;
        const double of_branch = item.tally.branch(b).loading.value;
        const double least = of_branch < of_outage ? of_branch : of_outage;
        const double bound = least < 1.0 ? least : 1.0;
        const D known = -greater(-D::load(item.loading), D::all(-bound));
        if (!all_below(square - known, tie)) {
            take_loadings(item, b, outage, square);
        }
    }
}

/// The voltages of a node that are worse than what is known, hour by hour.
template <class K>
KOKKOS_INLINE_FUNCTION void take_voltages(AcOutageItem<K>& item, int node, int outage) {
    const AcTally& tally = item.tally;
    const AcOutageWork& work = item.work;
    const std::int32_t bus = item.lanes.work.net.bus[node];
    for (int l = 0; l < K::lanes; ++l) {
        if (!is_taken(item, l)) {
            continue;
        }
        const auto hour = static_cast<std::int32_t>(item.lanes.hour[l]);
        const double v = AcLaneVoltage::at<K>(item.lanes.voltage, node, l).magnitude();
        const double before = AcLaneVoltage::at<K>(item.start_voltage, node, l).magnitude();
        const AcWorst low{v - work.v_min[node], bus, outage, hour};
        const AcWorst high{work.v_max[node] - v, bus, outage, hour};
        AcWorsts* const worsts[] = {&tally.hour(hour), &tally.outage(outage), &tally.bus(bus)};
        for (AcWorsts* worst : worsts) {
            keep_smaller(worst->low, low);
            keep_smaller(worst->high, high);
        }
        item.low[l] = tally.hour(hour).low.value;
        item.high[l] = tally.hour(hour).high.value;
        const double least = work.v_min[node] < before ? work.v_min[node] : before;
        const double most = work.v_max[node] > before ? work.v_max[node] : before;
        if (v < least - work.tolerance_v || v > most + work.tolerance_v) {
            for (AcWorsts* worst : worsts) {
                ++worst->outside;
            }
        }
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void look_at_nodes(AcOutageItem<K>& item, int outage) {
    using D = typename K::Double;
    const AcOutageWork& work = item.work;
    const auto least_known = [](double a, double b) { return a > b ? a : b; };
    for (int i = 0; i < item.lanes.work.net.nodes; ++i) {
        const AcPair<D> v = voltage_at<K>(item.lanes.voltage, i);
        const D square = v.real * v.real + v.imaginary * v.imaginary;
        const AcWorsts& of_bus = item.tally.bus(item.lanes.work.net.bus[i]);
        const AcWorsts& of_outage = item.tally.outage(outage);
        const double low = least_known(least_known(of_bus.low.value, of_outage.low.value), 0.0);
        const double high = least_known(least_known(of_bus.high.value, of_outage.high.value), 0.0);
        const D lowest = D::all(work.v_min[i]) + greater(D::load(item.low), D::all(low));
        const D highest = D::all(work.v_max[i]) - greater(D::load(item.high), D::all(high));
        // Before a first voltage is known a margin is infinite, and so is the bound.
        if (!all_below(lowest * lowest - square, tie) ||
            !all_below(square - greater(highest, D::all(0.0)) * greater(highest, D::all(0.0)),
                       tie)) {
            take_voltages(item, i, outage);
        }
    }
}

/// What slack nodes give beyond the limits of their machines, which do not bind there (AC-7). The
/// network is the one without the branch.
template <class K>
KOKKOS_INLINE_FUNCTION void look_at_slack(AcOutageItem<K>& item) {
    const AcStructure& net = item.lanes.work.net;
    const AcInput& input = item.lanes.work.input;
    double largest[K::lanes] = {};
    for (int i = net.free; i < net.nodes && input.q_min.value != nullptr; ++i) {
        double q[K::lanes];
        power_at<K>(net, item.lanes.voltage, i).imaginary.store(q);
        const int bus = net.bus[i];
        for (int l = 0; l < K::lanes; ++l) {
            const std::ptrdiff_t hour = item.lanes.hour[l];
            const double out = beyond(q[l] - input.q.at(bus, hour), input.q_min.at(bus, hour),
                                      input.q_max.at(bus, hour));
            largest[l] = larger(largest[l], size_of(out));
        }
    }
    for (int l = 0; l < K::lanes; ++l) {
        if (is_taken(item, l) && largest[l] > item.work.tolerance_slack) {
            ++item.tally.slack_beyond;
            item.tally.slack_pu = larger(item.tally.slack_pu, largest[l]);
        }
    }
}

/// Takes note of what became of an outage in the lanes' hours.
template <class K>
KOKKOS_INLINE_FUNCTION void end_outage(AcOutageItem<K>& item, int outage) {
    const AcOutageWork& work = item.work;
    bool any = false;
    for (int l = 0; l < K::lanes; ++l) {
        if (!item.counts[l]) {
            continue;
        }
        const std::ptrdiff_t hour = item.lanes.hour[l];
        const std::ptrdiff_t at = outage * work.hours + hour;
        const bool solved = item.lanes.solved[l];
        work.state[at] = solved ? AcOutageState::solved : AcOutageState::left;
        any = any || solved;
        item.tally.solved += solved ? 1 : 0;
        if (solved && open_bus(item.lanes, l, hour) >= 0) {
            ++item.tally.hour(hour).limits_open;
            ++item.tally.outage(outage).limits_open;
        }
        if (!solved && work.mismatch != nullptr) {
            work.worst_bus[at] =
                item.lanes.work.net.bus[worst_node(item.lanes, l, work.mismatch[at])];
        }
    }
    if (any) {
        look_at_branches(item, outage);
        look_at_nodes(item, outage);
    }
}

/// Solves the outages of one group of hours, in the room of a slot.
///
/// Memory traffic of an outage, an hour, for N nodes, E entries and L branches: 170 N B copied to
/// start from, then the steps of Newton (solve_newton), 16 L B of ratings and loadings before, and
/// 8 L + 16 N B of the worst ones known (a sector of 32 B each on a GPU). On a host all of it stays
/// in the cache where a group's matrix does. On a GPU the hour's numbers come from its memory, side
/// by side for neighbouring threads, and 16 (N + E) B of admittances an outage are read by all of
/// them alike.
template <class K>
KOKKOS_INLINE_FUNCTION void solve_outages(const AcOutageWork& work, std::ptrdiff_t group,
                                          std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
    const AcStructure& net = work.newton.net;
    const std::ptrdiff_t nodes = static_cast<std::ptrdiff_t>(net.nodes) * K::stride;
    const auto room = [slot, first_lane](auto* memory, std::ptrdiff_t size) {
        return memory == nullptr ? nullptr : memory + slot * size + first_lane;
    };
    const std::ptrdiff_t branches = static_cast<std::ptrdiff_t>(work.branches) * K::stride;
    const auto admittances = [&work](std::ptrdiff_t number) {
        return AcAdmittances<double>(work.admittance + number * work.admittance_size(),
                                     work.newton.net.nodes, work.entries);
    };
    constexpr bool own_network = K::items == 1;
    AcNewton newton = work.newton;
    if constexpr (own_network) {
        admittances(slot).use_in(newton.net);
    }
    AcOutageItem<K> item{work,
                         {newton,
                          group * K::stride + first_lane,
                          room(newton.voltage, 2 * nodes),
                          room(newton.best, 2 * nodes),
                          room(newton.power, 2 * nodes),
                          room(newton.given, 2 * nodes),
                          room(newton.free_v, nodes),
                          room(newton.side, nodes),
                          room(newton.returns, nodes),
                          room(newton.work, static_cast<std::ptrdiff_t>(net.work_size) * K::stride),
                          nullptr,
                          room(newton.x, static_cast<std::ptrdiff_t>(net.unknowns) * K::stride),
                          {},
                          {},
                          {},
                          {},
                          {},
                          {},
                          {},
                          {},
                          {},
                          false},
                         work.tally[slot * K::items + first_lane / K::lanes],
                         room(work.start_voltage, 2 * nodes),
                         room(work.start_given, 2 * nodes),
                         room(work.start_free, nodes),
                         room(work.start_side, nodes),
                         room(work.before, branches),
                         room(work.scale, branches),
                         {},
                         {},
                         {},
                         {},
                         {}};
    for (int l = 0; l < K::lanes; ++l) {
        const AcHour at = hour_at(newton.batch, group * K::stride + first_lane + l);
        item.lanes.hour[l] = at.hour;
        item.counts[l] = !at.copy;
    }
    start_group(item);
    for (int o = work.first[group]; o < work.last[group]; ++o) {
        const AcNodeBranch& lost = work.branch[work.outage[o]];
        if constexpr (own_network) {
            take_branch_out(lost, net, 1.0, admittances(slot));
        } else {
            admittances(o).use_in(newton.net);
        }
        start_outage(item);
        step_newton(item.lanes);
        look_at_slack(item);
        if constexpr (own_network) {
            take_branch_out(lost, net, 0.0, admittances(slot));
        }
        end_outage(item, o);
    }
}

template <class K>
KOKKOS_INLINE_FUNCTION void run_outages(const AcOutageWork& work, std::ptrdiff_t item) {
    for_groups_of_item<K>(
        work.newton.batch.groups, work.newton.slots, item,
        [&work](std::ptrdiff_t group, std::ptrdiff_t slot, std::ptrdiff_t first_lane) {
            solve_outages<K>(work, group, slot, first_lane);
        });
}

} // namespace longyang::kernels::detail
