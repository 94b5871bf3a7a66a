#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// Loads and load shedding (LD-1 of docs/theory/renewables-and-load.md).
namespace longyang::model {

/// Row `item` of `loads`: what it takes from its bus, and what of it is shed.
void build_load(const Context& context, int item, lp::Block& block);
void read_load(const Context& context, int item, const lp::Block& block,
               std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
