#pragma once

// Internal to solve/prices: units that take heat from a store run no longer than its heat lasts.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Adds the heat that units take to a row of hours, MWh: that of their starts and of their planned
/// outputs, or else of the least ones (TH-17).
void add_heat(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan, bool as_planned,
              std::vector<double>& heat_mwh);

/// PE-58  Stops units where all that their store can hold by then does not last for their least
/// heat: the one that started last, before that hour where its least time on is over, else from its
/// start, until the store holds enough for a start and the least time on again. What had to be on,
/// or is on since before the span, stays.
/// blocks, plans: of the whole programme. Gives the hours that were taken out.
long keep_heat(std::span<const lp::OracleData> blocks, std::span<lp::BlockPlan> plans,
               std::size_t hours);

/// The same of one store and one cluster; for planned outputs, or else for the least ones.
long keep_heat(const lp::Store& store, const std::vector<lp::UnitGroup>& groups,
               lp::UnitsPlan& plan, bool as_planned);

} // namespace longyang::solve::prices
