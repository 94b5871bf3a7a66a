#pragma once

#include "lp/block_plan.hpp"
#include "model/blocks.hpp"
#include "solve/prices/improve/window.hpp"

#include <span>
#include <vector>

namespace longyang::run {

/// What has to stay of a schedule's plans so that as many machines of hydro stations and storages
/// are connected as with them, and HVDC lines are where they are (PE-86): one item a block.
[[nodiscard]] std::vector<solve::prices::Held> hold_machines(const model::Context& context,
                                                             std::span<const model::BlockId> ids,
                                                             std::span<const lp::BlockPlan> plans);

} // namespace longyang::run
