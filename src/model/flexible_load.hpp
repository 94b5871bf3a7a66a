#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "lp/block_plan.hpp"
#include "model/blocks.hpp"

#include <span>

/// Loads that choose their hours (FL-1 to FL-7 of docs/theory/flexible-loads.md). What the least
/// draw, a microgrid's own load and generation and its exchange limit leave to choose is a store
/// whose limits change by the hour: `flexible_store` of oracle_data.hpp.
namespace longyang::model {

/// Row `item` of `flexible_loads`.
void build_flexible_load(const Context& context, int item, lp::Block& block);
void read_flexible_load(const Context& context, int item, const lp::Block& block,
                        std::span<const double> values, grid::Schedule& schedule);

/// Writes what the row's store does into the schedule.
void write_flexible_load(const Context& context, int item, const lp::StorePlan& plan,
                         grid::Schedule& schedule);

} // namespace longyang::model
