#pragma once

// Internal to solve/prices: a unit that takes heat from a store, planned with the store.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/unit_oracle.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// A heat store as one of its units finds it.
struct HeatRoom {
    const lp::Store* store = nullptr;
    std::vector<double> others_mwh; ///< per hour: heat that the other units take
    std::vector<double> value_cny;  ///< per hour: value of heat to begin with
};

/// A plan of one unit. Per hour.
struct HeatPlan {
    std::vector<char> on;
    std::vector<double> p_mw, up_mw, down_mw;
};

/// PE-59  The best of some plans that the store's heat lasts for: each is the unit's best at prices
/// of heat that rise where the plan before ran out of heat, since the store was full, and fall
/// where the store ran over, since it was empty; runs are shortened and outputs lowered to what
/// heat there is. The best earns most at the other prices, heat being free. group: one unit; price:
/// rows of hours as the solver has them, of which `heat_row` is overwritten.
[[nodiscard]] HeatPlan plan_with_heat(const lp::UnitGroup& group, const HeatRoom& room,
                                      UnitSolver& solver, std::span<double> price,
                                      std::size_t heat_row);

} // namespace longyang::solve::prices::recovery
