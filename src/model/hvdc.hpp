#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// HVDC lines out of the system (HV-1 to HV-5 of docs/theory/hvdc.md).
namespace longyang::model {

/// Row `item` of `hvdc`: power by block of hours, levels, changes, losses, value of the export.
void build_hvdc(const Context& context, int item, lp::Block& block);
/// Writes the power, and what is delivered of it by HV-5's chords.
void read_hvdc(const Context& context, int item, const lp::Block& block,
               std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
