#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>
#include <string>

/// Hydro cascades: reservoirs, stations, pumps, the water between them (HY-1 to HY-9 of
/// docs/theory/hydro.md).
namespace longyang::model {

/// All reservoirs of cascade `item` (grid::cascade_of_reservoir) and their stations.
void build_cascade(const Context& context, int item, lp::Block& block);
void read_cascade(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule);

/// The reservoir, station or pump that a column of a cascade's block stands for, as
/// "reservoir longyangxia" or "station laxiwa": a block's labels tell family and hour only.
[[nodiscard]] std::string cascade_part(const Context& context, int item, int column);

} // namespace longyang::model
