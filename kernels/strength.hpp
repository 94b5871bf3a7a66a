#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// A network whose machines come and go by the hour, as impedances between the nodes that matter
/// (equations SE-1 and SE-2): every other bus has been eliminated. All arrays are row-major with
/// the last index contiguous; hours are the fastest index. Numbers are finite.
///
/// z_pu          nodes x nodes, symmetric: reactance between the nodes while each machine node has
///               the susceptance reference_pu
/// machine_node  nodes at which machines come and go, each at most once
/// reference_pu  per machine node: largest susceptance of any hour
/// connected_pu  machine nodes x hours: susceptance of the machines connected in the hour, not
///               above reference_pu
struct MachineNetwork {
    std::size_t nodes = 0;
    std::size_t hours = 0;
    std::span<const double> z_pu;
    std::span<const std::int64_t> machine_node;
    std::span<const double> reference_pu;
    std::span<const double> connected_pu;
};

/// What is asked of every hour.
///
/// target         nodes; all other places below are numbers of targets
/// infeed_target  place of each infeed
/// infeed_mw      infeeds x hours
/// group_first    groups + 1: group g has the infeeds group_infeed[group_first[g]] ...
/// group_infeed   numbers of infeeds
/// sum_target, sum_group   per sum: the group's infeeds as they weigh at the target
/// weight_of, weight_at    per weight: how much of the voltage at `at` shows at `of`
struct StrengthQuestions {
    std::span<const std::int64_t> target;
    std::span<const std::int64_t> infeed_target;
    std::span<const double> infeed_mw;
    std::span<const std::int64_t> group_first;
    std::span<const std::int64_t> group_infeed;
    std::span<const std::int64_t> sum_target;
    std::span<const std::int64_t> sum_group;
    std::span<const std::int64_t> weight_of;
    std::span<const std::int64_t> weight_at;
};

/// z_pu    targets x hours: Z_ii
/// sum_mw  sums x hours: sum over the group's infeeds k of Z_ik / Z_ii P_k, i = sum_target
/// weight  weights x hours: Z_ij / Z_jj, i = weight_of, j = weight_at
struct StrengthAnswers {
    std::span<double> z_pu;
    std::span<double> sum_mw;
    std::span<double> weight;
};

/// Answers the questions for every hour, exactly, from the one inverse: never with a factorisation
/// of the network. Hours that follow each other are taken in groups; machines that all hours of a
/// group have alike are updated once for the group (and once for a chunk of groups), the others
/// hour by hour, all hours of a group side by side (SE-2). Where no machine is left in an island,
/// z_pu is very large (beyond 1e6 times what it was). Throws std::invalid_argument where a size or
/// a number of a node does not fit, or connected_pu lies above reference_pu.
void short_circuit_strength(const MachineNetwork& network, const StrengthQuestions& questions,
                            const StrengthAnswers& answers);

} // namespace longyang::kernels
