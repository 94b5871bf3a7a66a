#pragma once

#include "lp/oracle_data.hpp"

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A power block with the heat store that it has for itself, under prices.
struct HeatPlantBound {
    double block_cny = 0.0, store_cny = 0.0; ///< each alone, heat at its price
    double joint_cny = 0.0; ///< both together, without that price (PE-79); infinity:
                            ///< they have no plan

    [[nodiscard]] bool has_plan() const {
        return joint_cny < std::numeric_limits<double>::infinity();
    }
    /// By how much the joint bound is the better one.
    [[nodiscard]] double gain_cny() const { return joint_cny - block_cny - store_cny; }
};

/// Cells of a store's content in which costs are made convex: fewer over longer spans, 48 of a
/// year, 128 of weeks.
[[nodiscard]] int heat_cells(std::size_t hours);

/// PE-79, PE-80  The least cost less earnings of a power block and its store together, heat having
/// no price: a number not above it, CNY; -infinity where units have no heat by output, infinity
/// where there is no plan.
///
/// groups  of one cluster, which draws from the store
/// store   its only customer is the cluster
/// price   of channels (CNY per unit), channels x hours, with the groups' channel numbers; that of
///         heat is not looked at
[[nodiscard]] double joint_heat_bound(const std::vector<lp::UnitGroup>& groups,
                                      const lp::Store& store, std::span<const double> price,
                                      std::size_t hours, int cells);

/// TH-2  Units that ran before the span for less than their least time must run until then, unless
/// an outage stops them: they get a duty to. PE-80 leaves least times out.
void hold_from_before(std::vector<lp::UnitGroup>& groups);

/// Whether a power block and its store have a plan together in the first `hours` hours, with a
/// millionth of the store more heat in every hour; true where units have no heat by output. Without
/// what the store is to hold at the end of the span unless `with_end`, so that what the first hours
/// do not allow more of them do not either. A single cell is enough: the contents from which there
/// is a plan reach from a least one to the largest.
[[nodiscard]] bool has_joint_plan(std::vector<lp::UnitGroup> groups, lp::Store store,
                                  std::size_t hours, bool with_end);

/// In `heat_cells`, with the parts' own bounds by PE-30 and PE-12. Infinity is the answer only
/// where there is no plan with a millionth of the store more heat in every hour either.
[[nodiscard]] HeatPlantBound heat_plant_bound(std::vector<lp::UnitGroup> groups, lp::Store store,
                                              std::span<const double> price, std::size_t hours);

} // namespace longyang::solve::prices
