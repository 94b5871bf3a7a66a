#pragma once

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/oracle.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A plan of a cascade, as the solver knows it.
struct RiverPlan : lp::RiverPlan {
    std::vector<int> segment; ///< stations x hours: the head segment in force
    /// PE-26: by how much level limits are broken, summed: what reservoirs above send cannot always
    /// be taken. 0: the plan keeps all limits.
    double breach_hm3 = 0.0;
};

struct RiverSettings {
    /// Steps of the interior-point method a call end at this gap, as a share of what water earns.
    double gap_share = 1e-4;
    int most_steps = 0; ///< a call; 0: by the cascade's size and the span
};

/// A cascade under prices (equations PE-20 to PE-29, PE-87). One reservoir without head segments is
/// exact but for the water behind reserve, which calls come nearer to. More of them are one flow of
/// water, improved by a few steps of an interior-point method a call: the bound holds whatever the
/// steps, and gets better from call to call.
class RiverSolver {
public:
    RiverSolver(lp::River river, int hours, const RiverSettings& settings = {});
    ~RiverSolver();
    RiverSolver(RiverSolver&&) noexcept;
    RiverSolver& operator=(RiverSolver&&) noexcept;
    RiverSolver(const RiverSolver&) = delete;
    RiverSolver& operator=(const RiverSolver&) = delete;

    /// prices, given: as in Oracle::solve, with the stations' channel numbers as places.
    Answer solve(std::span<const double> prices, std::span<double> given);
    [[nodiscard]] const RiverPlan& plan() const;
    /// From now on prices stay where they are: each call solves the water with segments mixed and
    /// with those of its plan, and looks for a better bound between its values of water and the
    /// best ones before (PE-36).
    void rest();
    /// As in Oracle::keep.
    [[nodiscard]] std::function<void()> keep();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// An oracle for one cascade.
[[nodiscard]] Oracle river_oracle(lp::River river, int hours);

} // namespace longyang::solve::prices
