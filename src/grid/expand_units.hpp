#pragma once

#include "grid/tables.hpp"

#include <vector>

/// Thermal clusters by single units: the model that special oracles solve exactly
/// (docs/theory/price-engine.md, "Units").
namespace longyang::grid {

/// One unit of a cluster, per hour of the year.
struct UnitDuty {
    std::vector<char> available; ///< in service
    std::vector<char> must_run;  ///< only where available
};

/// Deals a cluster's outages and must-run to its units, the same way every time. Outages take the
/// highest numbers that are free, and a unit keeps an outage to its end; so in every hour as many
/// units are in service as `available_units` says. Must-run goes to the lowest numbers that are
/// able: a unit is not in the hours between two outages that are too short for its minimum times
/// (after an outage it is off for min_down_h, counted from the outage's begin). Where fewer units
/// are able than must run, fewer do.
[[nodiscard]] std::vector<UnitDuty> deal_units(const System& system, int plant);

/// TH-4. Units of a cluster that have to run, by hour of the year: those that deal_units asks.
[[nodiscard]] Integers required_units(const System& system, int plant);

/// TH-2. Which of a cluster's units were on before a span that begins in an hour of the year, where
/// so many were: those that will be in service longest from there on, of like ones the lowest
/// numbers; so none that an outage has kept out since before the span while others serve.
[[nodiscard]] std::vector<char> units_on_before(const std::vector<UnitDuty>& units, int count,
                                                int begin);

/// The same system with clusters of one unit: plant "a" of 3 becomes "a.1", "a.2" and "a.3", with
/// outages and must-run as dealt; of a state that is given before the span, which begins in an hour
/// of the year, the units of `units_on_before` are on.
[[nodiscard]] System expand_units(const System& system, int begin);

} // namespace longyang::grid
