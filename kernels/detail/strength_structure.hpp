#pragma once

// Internal to kernels/: what short-circuit strength does in every hour, made once on the host.

#include "kernels/strength.hpp"

#include <cstdint>
#include <vector>

namespace longyang::kernels::detail {

/// Arrays of StrengthFactor, StrengthSums and StrengthWeights, owned.
struct StrengthHostStructure {
    std::vector<std::int32_t> begin{0}, row;
    std::vector<double> line_pu;
    std::vector<std::int32_t> pair_begin{0}, pair;
    std::vector<std::int32_t> machine_begin{0}, machine;
    std::vector<std::int32_t> target_node;

    std::vector<std::int32_t> infeed_begin{0}, infeed, infeed_node;
    std::vector<std::int32_t> sum_begin{0}, sum, sum_node;

    std::vector<std::int32_t> at_node, way_begin{0}, way;
    std::vector<std::int32_t> weight_begin{0}, weight, of_node;
};

/// Throws std::invalid_argument where a number of a node, a target, an infeed or a group does not
/// fit.
[[nodiscard]] StrengthHostStructure strength_structure(const MachineNetwork& network,
                                                       const StrengthQuestions& ask);

} // namespace longyang::kernels::detail
