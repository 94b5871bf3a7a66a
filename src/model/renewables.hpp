#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// Wind, PV and other plants that follow a profile (RN-1, RN-2 of
/// docs/theory/renewables-and-load.md).
namespace longyang::model {

/// Row `item` of `renewables`: output, curtailment, downward reserve.
void build_renewable(const Context& context, int item, lp::Block& block);
void read_renewable(const Context& context, int item, const lp::Block& block,
                    std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
