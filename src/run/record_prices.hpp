#pragma once

#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "results/content.hpp"

#include <span>
#include <vector>

namespace longyang::run {

/// Prices at which the bound of the engine by prices holds, for whoever works it out again: of rows
/// (whole on every rank), and the blocks' own: of energy, water, head and contracts' periods.
///
/// coupling, row_price  as at the bound; one price per row
/// own, plans           this rank's blocks and their plans at the bound
/// content              its schedule's contract periods must be there
void record_prices(const model::Context& context, const lp::Coupling& coupling,
                   std::span<const double> row_price, std::span<const model::BlockId> own,
                   std::span<const lp::BlockPlan> plans, results::Content& content);

/// The prices of rows alone: what a run that goes on begins with. row_price: of the first rows.
void record_row_prices(const lp::Coupling& coupling, std::span<const double> row_price,
                       results::Content& content);

} // namespace longyang::run
