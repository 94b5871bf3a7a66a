#pragma once

#include "grid/tables.hpp"

#include <optional>
#include <vector>

/// Power blocks of CSP plants: thermal clusters that take their heat from a row of `storages`
/// (docs/theory/thermal.md, TH-17 and TH-18).
namespace longyang::grid {

/// Heat that a unit of a power block takes: base_mw + mw_per_mw x output while it runs, and
/// start_mwh in the hour of a start.
struct PowerBlock {
    int store = -1; ///< row of `storages`
    double base_mw = 0.0, mw_per_mw = 0.0;
    double start_mwh = 0.0;

    /// Of `units_on` units that together give `p_mw` and of which `starts` have started, MWh in an
    /// hour.
    [[nodiscard]] double heat_mwh(double units_on, double p_mw, double starts) const {
        return base_mw * units_on + mw_per_mw * p_mw + start_mwh * starts;
    }
};

/// The power block that a thermal cluster is, with the straight line through the ends of its heat
/// curve; none where it has no row in `power_blocks`.
[[nodiscard]] std::optional<PowerBlock> power_block(const System& system, int plant);

/// Per row of `storages`, its number among those whose heat power blocks take; -1: it gives power
/// to its bus.
[[nodiscard]] std::vector<int> heat_store_numbers(const System& system);

/// A power block with the heat store that it has for itself: rows of `thermal` and `storages`.
struct HeatPlant {
    int cluster = 0, store = 0;
};

/// Those whose store no other cluster takes heat from, in the order of `power_blocks`.
[[nodiscard]] std::vector<HeatPlant> heat_plants(const System& system);

} // namespace longyang::grid
