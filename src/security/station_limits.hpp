#pragma once

#include "grid/tables.hpp"
#include "security/operating_state.hpp"
#include "security/strength.hpp"

#include <cstddef>
#include <vector>

namespace longyang::security {

/// SE-16 of a station in one hour, exact for the machines that are connected in a state and all
/// outputs: sum of weight x output <= most_mw. More machines only widen it, as impedances fall.
struct StationLimit {
    int station = 0;            ///< place in StrengthModel::stations()
    std::vector<double> weight; ///< per station, Z_sj / Z_ss
    double most_mw = 0.0;       ///< S_s / mrscr_min
};

/// Limits of an hour of the span that outputs within what the weather allows can break.
[[nodiscard]] std::vector<StationLimit> station_limits(const grid::System& system,
                                                       const StrengthModel& model,
                                                       const OperatingState& state,
                                                       std::size_t hour, int hour_of_year);

} // namespace longyang::security
