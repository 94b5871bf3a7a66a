#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/oracle.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A plan of storage plants. Every table is stores x hours, hours contiguous.
struct StorePlan {
    std::vector<double> charge_mw, discharge_mw, spill_mw, energy_mwh, up_mw, down_mw;
    std::vector<double> unserved_mw;       ///< of the drain
    std::vector<double> value_cny_per_mwh; ///< of the energy stored at the end of the hour
};

/// Storage plants side by side: their best plans over the whole span under prices, exact but for
/// energy behind reserve (ST-4), on which the bound closes in from call to call (equations PE-10 to
/// PE-13).
class StoreSolver {
public:
    StoreSolver(std::vector<lp::Store> stores, int hours);
    ~StoreSolver();
    StoreSolver(StoreSolver&&) noexcept;
    StoreSolver& operator=(StoreSolver&&) noexcept;
    StoreSolver(const StoreSolver&) = delete;
    StoreSolver& operator=(const StoreSolver&) = delete;

    /// prices, given: as in Oracle::solve, with the stores' channel numbers as places.
    /// width_cny_per_mwh: over so wide a range of prices charging or discharging goes from the plan
    /// before to nothing or everything; 0: the best plan, whatever the one before.
    /// Throws Error (infeasible) where a store cannot keep its limits.
    Answer solve(std::span<const double> prices, std::span<double> given,
                 double width_cny_per_mwh = 0.0);
    /// Of the last call; empty before it.
    [[nodiscard]] const StorePlan& plan() const;
    void forget_plan();
    /// As in Oracle::keep.
    [[nodiscard]] std::function<void()> keep();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// One oracle for one or more stores.
[[nodiscard]] Oracle store_oracle(std::vector<lp::Store> stores, int hours);

} // namespace longyang::solve::prices
