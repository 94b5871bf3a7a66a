#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <string>
#include <vector>

/// A run of `--engine prices` against HiGHS on exactly the same programme: that of single units
/// (grid::expand_units; the engine plans unit by unit whether the case says so or not).
namespace longyang::testing {

struct Effort {
    int iterations = 300, passes = 10;
    double engine_gap = 1e-3; ///< at which the engine's search for a schedule ends
    double highs_gap = 1e-7;
    double highs_limit_s = 60.0; ///< of each integer solve
    bool clusters_too = true;    ///< a second run of the engine on the case's own clusters
    bool start_highs = false;    ///< HiGHS begins at the engine's schedule
    /// How wide a schedule's values are held, as a share of each (of 1 where it is smaller); the
    /// next one where HiGHS, whose own tolerance is 1e-7, finds it infeasible with one.
    std::vector<double> held_shares = {2e-8, 2e-7, 5e-7, 1e-6};
};

struct Engine {
    bool has_schedule = false;
    double bound_cny = 0.0, cost_cny = 0.0;
    double gross_cny = 0.0; ///< sum of the sizes of the cost's parts
    int broken_flows = 0;   ///< limits of the network that the schedule breaks
    double seconds = 0.0;
};

struct Comparison {
    Engine units, clusters;    ///< clusters: of the case as it is
    bool has_schedule = false; ///< HiGHS found one
    bool proven = false;       ///< HiGHS ended at its gap
    double highs_cost_cny = 0.0, highs_bound_cny = 0.0, relaxed_cny = 0.0;
    double highs_s = 0.0;
    bool held = false;          ///< the schedule of single units is feasible in HiGHS's programme
    double held_cost_cny = 0.0; ///< HiGHS's cost of it
    double held_share = 0.0;    ///< how wide it was held
    std::vector<std::string> faults; ///< in words: what must not be
};

/// Throws Error (infeasible) where the relaxed programme has no schedule.
[[nodiscard]] Comparison compare_with_highs(const Comm& comm, const grid::System& system,
                                            grid::Span span, const Effort& effort);

} // namespace longyang::testing
