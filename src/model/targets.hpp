#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"

#include <span>

/// Renewable quotas, clean shares and trade of certificates (PT-1 to PT-3 of
/// docs/theory/targets.md), and energy limits of thermal plants (TH-16). Their plants give to
/// channels of their own beside those of their buses (Channels::feed).
namespace longyang::model {

/// What is missing to target `item`, a column for each period.
void build_target(const Context& context, int item, lp::Block& block);
void read_target(const Context& context, int item, const lp::Block& block,
                 std::span<const double> values, grid::Schedule& schedule);

/// PT-1 to PT-3, TH-16: patterns and rows.
void add_targets(lp::Coupling& coupling, const Context& context);

} // namespace longyang::model
