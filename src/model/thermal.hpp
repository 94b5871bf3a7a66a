#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// Thermal clusters: clustered three-binary unit commitment (docs/theory/thermal.md).
namespace longyang::model {

/// Builds the columns, rows and ports of cluster `item` into an empty block.
/// Throws Error (faulty case) where its heat curve is missing, (infeasible) where units that have
/// to run are held back by the minimum time off of the state before the span.
void build_thermal(const Context& context, int item, lp::Block& block);

/// Writes units on, started and stopped, output and reserves of the cluster. Whole numbers of units
/// are written as such where the solver's are within 1e-6; fractions stay what they are.
void read_thermal(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
