#pragma once

#include "base/comm.hpp"
#include "lp/block_plan.hpp"

#include <span>
#include <vector>

namespace longyang::run {

/// Plans of all blocks in the order of the programme, on the root; empty on the others.
/// owner: rank of every block; own: plans of this rank's blocks, in their order, empty for those
/// that it lacks at its end. Collective.
[[nodiscard]] std::vector<lp::BlockPlan> gather_plans(const Comm& comm, std::span<const int> owner,
                                                      std::vector<lp::BlockPlan> own);

/// Plans of this rank's blocks out of all of the root's. Collective.
[[nodiscard]] std::vector<lp::BlockPlan> deal_plans(const Comm& comm, std::span<const int> owner,
                                                    std::span<const lp::BlockPlan> plans);

} // namespace longyang::run
