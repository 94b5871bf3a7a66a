#pragma once

// Internal to kernels/: order of elimination and structure of the factor of an AC power flow, made
// once on the host.

#include "kernels/ac_flow.hpp"
#include "kernels/detail/ac_problem.hpp"

#include <cstdint>
#include <vector>

namespace longyang::kernels::detail {

/// Arrays of AcStructure, owned.
struct AcHostStructure {
    AcStructure sizes; ///< pointers are null
    std::vector<std::int32_t> bus;
    std::vector<AcNode> kind;
    std::vector<double> share, own_g, own_b;
    std::vector<std::int32_t> entry_begin, entry_node;
    std::vector<double> entry_g, entry_b;
    std::vector<std::int32_t> x_at, u_begin, u_x, l_begin, l_x, row_at, l_row_at;
    std::vector<std::int32_t> angle_column, magnitude_column, share_column;
    std::vector<std::int32_t> fill_begin, fill_column;
    std::vector<std::int32_t> pivot_begin, pivot_row, pivot_column, target_begin, target_column;
    std::vector<std::int32_t> held, limited, held_row;
};

/// Throws std::invalid_argument where the network is not as AcNetwork says.
[[nodiscard]] AcHostStructure ac_structure(const AcNetwork& network, bool limits);

} // namespace longyang::kernels::detail
