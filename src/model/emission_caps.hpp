#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"

#include <span>

/// Caps on the CO2 of regions (PT-4 of docs/theory/targets.md). Thermal clusters draw on a channel
/// of their region (TH-20).
namespace longyang::model {

/// What is emitted beyond cap `item`, a column for each period.
void build_emission_cap(const Context& context, int item, lp::Block& block);
void read_emission_cap(const Context& context, int item, const lp::Block& block,
                       std::span<const double> values, grid::Schedule& schedule);

/// PT-4: patterns and rows.
void add_emission_caps(lp::Coupling& coupling, const Context& context);

} // namespace longyang::model
