#pragma once

#include "grid/tables.hpp"

#include <vector>

/// When a thermal cluster is in service, and what its heat supply asks of its running units
/// (docs/theory/thermal.md, "Service" and "Heat supply"). Vectors have one entry an hour of the
/// year.
namespace longyang::grid {

/// TH-12. 1 where the cluster's units may run: from commissioning to retirement, and emergency
/// backup only where it is called.
[[nodiscard]] std::vector<char> service_hours(const System& system, int plant);

/// TH-13 to TH-15. Heat supply of a cluster.
struct HeatPlan {
    bool back_pressure = false; ///< units without heat cannot run
    Integers units;             ///< that supply heat, at least; empty vectors: no heat supply
    Numbers heat_mw;            ///< of each running unit
    Numbers floor_mw, top_mw;   ///< limits of a running unit's output

    [[nodiscard]] bool empty() const { return units.empty(); }
};
[[nodiscard]] HeatPlan heat_plan(const System& system, int plant);

/// TH-4. Units that have to run if they are available: `must_run_units` by its profile, and those
/// that supply heat; of back pressure these alone.
[[nodiscard]] Integers must_run_units(const System& system, int plant);

} // namespace longyang::grid
