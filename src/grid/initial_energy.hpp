#pragma once

#include "grid/tables.hpp"

#include <cstddef>

namespace longyang::grid {

/// Content of a flexible load's store on which a span that begins in an hour of the year starts,
/// and the least at the end of one whose last hour is the one before, MWh (registry:
/// energy_initial_profile). Hours beyond the year's end are counted on from its start.
[[nodiscard]] double initial_energy_mwh(const System& system, std::size_t flexible_load,
                                        int hour_of_year);

} // namespace longyang::grid
