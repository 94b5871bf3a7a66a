#pragma once

// Internal to kernels/: the order in which a sparse symmetric matrix is factorised.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::kernels::detail {

/// Of a node as it is stored, and back.
[[nodiscard]] inline std::int32_t number(std::size_t n) {
    return static_cast<std::int32_t>(n);
}
[[nodiscard]] inline std::size_t place(std::int64_t n) {
    return static_cast<std::size_t>(n);
}

/// Other nodes that each node has an entry for, ascending.
using Neighbours = std::vector<std::vector<std::int32_t>>;

/// Nodes in order of elimination; `front` are those left that each meets when its turn comes, which
/// then also meet each other: its column of the factor, ascending.
struct Elimination {
    std::vector<std::int32_t> order;
    Neighbours front; ///< by place in `order`
};

/// Always a node that meets the fewest unknowns of others among those left (minimum degree, ties by
/// number). `unknowns` by node; nodes with none are left out.
[[nodiscard]] Elimination minimum_degree(Neighbours to, std::span<const int> unknowns);

} // namespace longyang::kernels::detail
