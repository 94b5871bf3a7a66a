#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// A network whose machines come and go by the hour (equations SE-1 and SE-2). All arrays are
/// row-major with the last index contiguous; hours are the fastest index. Numbers are finite.
///
/// from, to       per line: its nodes; several lines may lie between the same two
/// line_pu        per line: its susceptance. Where all are positive nothing is ever subtracted;
///                negative ones (series capacitors) are taken as they are, without a search for
///                pivots
/// machine_node   per machine row: its node; several rows may be at one node
/// machine_pu     per machine row: susceptance of one machine
/// connected      machine rows x hours: machines connected in the hour, not negative
struct MachineNetwork {
    std::size_t nodes = 0;
    std::size_t hours = 0;
    std::span<const int> from;
    std::span<const int> to;
    std::span<const double> line_pu;
    std::span<const int> machine_node;
    std::span<const double> machine_pu;
    std::span<const double> connected;
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

/// Susceptance that an island has where its machines have less: it then has a z_pu of 1e10.
inline constexpr double least_island_pu = 1e-10;

/// Answers the questions for every hour by a sparse factor of its own, all of one structure, many
/// hours side by side (SE-2): Z_ii from the inverse on the factor's pattern, a solve with the
/// factor for each group that sums ask for and for each place that weights ask at. Throws
/// std::invalid_argument where a size or a number of a node does not fit.
void short_circuit_strength(const MachineNetwork& network, const StrengthQuestions& questions,
                            const StrengthAnswers& answers);

} // namespace longyang::kernels
