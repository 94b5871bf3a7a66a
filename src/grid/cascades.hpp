#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <span>
#include <vector>

namespace longyang::grid {

/// The number of each reservoir's cascade: reservoirs linked by `downstream`, with all their
/// stations. Cascades are numbered 0, 1, ... in the order of their lowest reservoir.
[[nodiscard]] std::vector<int> cascade_of_reservoir(const System& system);

/// All reservoirs so that each comes after all that flow into it. `downstream` has no cycle (the
/// case check finds them; reservoirs of a cycle are left out).
[[nodiscard]] std::vector<int> downstream_order(const System& system);

/// The reservoirs that flow straight into each reservoir, ascending.
[[nodiscard]] std::vector<std::vector<int>> upstream_of_reservoir(const System& system);

/// Whether a row of `hydro` stands for the reversible units of a storage plant on a river, which
/// count as storage. Tables made in code may leave the column out.
[[nodiscard]] bool is_storage_plant(const HydroStations& stations, std::size_t row);

/// The most that a station gives per flow: by its head curve, else its own figure.
[[nodiscard]] double best_mw_per_m3_per_s(const System& system, std::size_t station);
/// Of what a pump lifts, what its reversible units can give back per flow at most: it counts as no
/// hydro energy (PT-0). 0: a pump without a station.
[[nodiscard]] double returned_mw_per_m3_per_s(const System& system, std::size_t pump);

/// Value of a profile in an hour of a span, hours beyond the year's end counted on from its start;
/// `empty` where the profile is -1.
[[nodiscard]] double profile_value(const System& system, int profile, int hour_of_year,
                                   double empty);

/// Reference storage of a reservoir at the start of an hour of the year, hm3 (registry:
/// reference_profile).
[[nodiscard]] double reference_storage_hm3(const System& system, int reservoir, int hour_of_year);

/// Natural local inflow of a reservoir in an hour of the year, m3/s.
[[nodiscard]] double natural_inflow_m3_per_s(const System& system, int reservoir, int hour_of_year);

/// Release in m3/s of each reservoir in each hour of [first_hour, first_hour + hours) of the year
/// that keeps all reservoirs on their reference storage, never below 0; hours before the year's
/// start are those of its end. It is the water on its way when a span starts. reservoirs x hours.
[[nodiscard]] HourTable reference_release_m3_per_s(const System& system, int first_hour, int hours);

} // namespace longyang::grid
