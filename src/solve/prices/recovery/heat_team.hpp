#pragma once

// Internal to solve/prices: like units that take heat from one store, planned together.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/recovery/heat.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// What the output of several units earns, by the hour: at 0, step_mw, 2 step_mw, ..., told on
/// straight lines between.
struct OutputWorth {
    double step_mw = 1.0;
    std::size_t points = 0;       ///< an hour, at least 2
    std::vector<double> cny = {}; ///< hours x points

    [[nodiscard]] double at(std::size_t t, double p_mw) const;
};

/// PE-76  The best plan of all units of a group with the store of their heat, heat being free: by
/// dynamic programming over how many are on and the store's content, in steps. The numbers are
/// dealt to units, the longest on stops and the longest at rest starts first, and no unit before
/// its least time; where there is none, more or fewer stay on than were planned. Outputs are in
/// equal parts, as far as starts and stops allow. worth: of the group's output; price: of the other
/// channels of the group, rows of hours, as one unit has them (that of injection counts in worth
/// alone).
[[nodiscard]] lp::UnitsPlan plan_team(const lp::UnitGroup& group, const HeatRoom& room,
                                      const OutputWorth& worth, std::span<const double> price);

} // namespace longyang::solve::prices::recovery
