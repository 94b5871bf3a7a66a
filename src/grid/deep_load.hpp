#pragma once

#include "grid/tables.hpp"

#include <vector>

/// Deep load reduction: what a running unit can give less than `p_min_mw`, tier by tier, and what
/// is paid for each MWh less (docs/theory/thermal.md, TH-11).
namespace longyang::grid {

/// One tier of a unit, from its upper end down.
struct DeepTier {
    double from_mw = 0.0, to_mw = 0.0; ///< from_mw > to_mw
    double oil_gj_per_mwh = 0.0;       ///< burnt for each MWh less, to keep the fire
    double oil_co2_t_per_gj = 0.0;
    double cny_per_mwh = 0.0; ///< of oil with its carbon, and of wear

    /// MWh less than from_mw in this tier that `units` running ones give in an hour at `p_mw`
    /// together: shared out evenly, the cheapest way as deeper tiers cost no less.
    [[nodiscard]] double reduction_mwh(double units, double p_mw) const {
        const double less = units * from_mw - p_mw;
        const double most = units * (from_mw - to_mw);
        return less < 0.0 ? 0.0 : (less < most ? less : most);
    }
};

/// The tiers of a cluster from `p_min_mw` down; none where it has no rows in `deep_load`.
[[nodiscard]] std::vector<DeepTier> deep_tiers(const System& system, int plant);

/// Least output of a running unit: the lowest tier's end, else `p_min_mw`.
[[nodiscard]] double least_output_mw(const System& system, int plant);

} // namespace longyang::grid
