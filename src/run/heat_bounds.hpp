#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "solve/prices/heat/bound.hpp"

#include <span>
#include <string>
#include <vector>

namespace longyang::run {

/// Of the first plant with a heat store for itself that has no plan together with it, whatever the
/// prices (PE-79): its name and what stands in the way; empty where all have one. Collective,
/// plants are dealt out over the ranks; the same on all of them.
[[nodiscard]] std::string why_no_heat_plan(const Comm& comm, const model::Context& context);

/// What joint bounds of power blocks and their heat stores (PE-79, PE-80) are better than the
/// blocks' own, for every plant that has a store for itself, in the order of grid::heat_plants; of
/// those for which they are not, nothing. Collective, plants are dealt out over the ranks; the same
/// on all of them.
///
/// row_price  of the coupling's rows, CNY per unit
[[nodiscard]] std::vector<solve::prices::HeatPlantBound>
better_together(const Comm& comm, const model::Context& context, const lp::Coupling& coupling,
                std::span<const double> row_price);

} // namespace longyang::run
