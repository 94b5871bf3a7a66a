#pragma once

#include <span>
#include <vector>

namespace longyang::grid {

/// Connected parts of a network: the number of each bus's island. Islands are numbered 0, 1, ... in
/// the order of their lowest bus. `from`, `to`: ends of each branch, 0 .. buses - 1. Throws Error
/// (defect) where an end lies outside.
[[nodiscard]] std::vector<int> islands(int buses, std::span<const int> from,
                                       std::span<const int> to);

} // namespace longyang::grid
