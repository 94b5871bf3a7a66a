#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <cstdint>
#include <vector>

/// Units of thermal clusters out of service: what the `outages` table says, and outages drawn at
/// random (docs/theory/thermal.md, "Drawn outages").
namespace longyang::grid {

/// Units of a cluster that are in service in each hour of a span: `units` less those of the rows of
/// `outages` that cover the hour, at least 0; none where the cluster is not in service, and of back
/// pressure no more than supply heat. Hours behind the year's end are those of its start.
[[nodiscard]] std::vector<int> available_units(const System& system, int plant, Span span);

/// Appends one row of kind `forced` to `outages` for every forced outage of every unit in the year,
/// drawn from `forced_outage_rate` and `repair_h`. A plant's outages depend on `seed` and its name
/// alone, not on other plants or the order of rows. Seed 0 draws nothing.
void draw_forced_outages(System& system, std::uint64_t seed);

} // namespace longyang::grid
