#pragma once

// Internal to solve/prices: a unit that takes heat from a store, planned with the store.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// A heat store as one of its units finds it.
struct HeatRoom {
    const lp::Store* store = nullptr;
    std::vector<double> others_mwh; ///< per hour: heat that the other units take
};

/// A plan of one unit. Per hour.
struct HeatPlan {
    std::vector<char> on;
    std::vector<double> p_mw, up_mw, down_mw;
};

/// PE-59  A unit's best plan at prices, heat being free and no more than its store has beside the
/// other units: by dynamic programming over what the unit does and the store's content, in steps;
/// then outputs are lowered and runs shortened to what heat there is. group: one unit; price: rows
/// of hours, by the group's channels.
[[nodiscard]] HeatPlan plan_with_heat(const lp::UnitGroup& group, const HeatRoom& room,
                                      std::span<const double> price);

} // namespace longyang::solve::prices::recovery
