#pragma once

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/oracle.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Plans of one unit of every group. Tables are groups x hours, hours contiguous, the groups of all
/// clusters one behind the other.
struct UnitPlan {
    std::vector<char> state;                  ///< kernels::unit_off, unit_on, unit_off_with_reserve
    std::vector<double> p_mw, up_mw, down_mw; ///< gross, where CO2 is captured
    std::vector<std::vector<double>> captured_t; ///< groups, each by hour; empty: it captures none
    std::vector<double> bound_cny, cost_cny, earned_cny; ///< per group, of one unit
};

/// Thermal clusters side by side, unit by unit: best plans over the whole span under prices by
/// dynamic programming, on and off whole (docs/theory/price-engine.md, "Units").
class UnitSolver {
public:
    /// clusters: groups of each; throws Error (defect) where groups of one differ in more than
    /// they may.
    UnitSolver(const std::vector<std::vector<lp::UnitGroup>>& clusters, int hours);
    ~UnitSolver();
    UnitSolver(UnitSolver&&) noexcept;
    UnitSolver& operator=(UnitSolver&&) noexcept;
    UnitSolver(const UnitSolver&) = delete;
    UnitSolver& operator=(const UnitSolver&) = delete;

    /// prices, given: as in Oracle::solve, with the units' channel numbers as places.
    /// Throws Error (infeasible) where a unit can keep its limits in no way, or none was found.
    Answer solve(std::span<const double> prices, std::span<double> given);
    /// Of the last call; empty before it.
    [[nodiscard]] const UnitPlan& plan() const;
    void forget_plan();
    /// Puts another group of the same cluster in the place of the g-th of all groups.
    void replace_group(std::size_t g, const lp::UnitGroup& group);
    /// Of the k-th cluster that has groups, unit by unit: those of a group alike.
    [[nodiscard]] lp::UnitsPlan cluster_plan(std::size_t k) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// One oracle for one or more clusters.
[[nodiscard]] Oracle unit_oracle(std::vector<std::vector<lp::UnitGroup>> clusters, int hours);

} // namespace longyang::solve::prices
