#pragma once

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracle.hpp"

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
    /// How far prices must move for a release to go from its plan of the sweep before to nothing or
    /// everything: wide at first, narrower with each sweep.
    double first_width_cny_per_mwh = 200.0;
    double last_width_cny_per_mwh = 20.0;
    double narrowing = 0.97; ///< a sweep
    int sweeps = 1;          ///< a call
};

/// A cascade under prices: reservoirs are planned one by one with the value that their water has
/// downstream, which sweeps over the cascade make agree (equations PE-20 to PE-26). One reservoir
/// without head segments is exact but for the water behind reserve; otherwise the bound holds, and
/// gets better from call to call.
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

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// An oracle for one cascade.
[[nodiscard]] Oracle river_oracle(lp::River river, int hours);

} // namespace longyang::solve::prices
