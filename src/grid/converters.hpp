#pragma once

#include "grid/tables.hpp"

#include <cstddef>

namespace longyang::grid {

/// The sending converter station of an HVDC line, with the figures of its technology filled in.
struct Converter {
    bool line_commutated = true; ///< lcc and back_to_back; false: vsc
    double q_demand_mvar_per_mw = 0.0;
    double filter_mvar = 0.0;      ///< installed
    double block_pole_share = 0.5; ///< of the power
    double trip_scheme_mw = 0.0;
    double scr_min = 0.0; ///< effective short-circuit ratio; of a vsc the plain one

    /// Filters and capacitors connected at a power, Mvar: as many as its demand needs.
    [[nodiscard]] double filters_on_mvar(double p_mw) const;
};

/// What hvdc.csv and the limits of the case say of a line. Lines made in code without the
/// converter's columns take the defaults.
[[nodiscard]] Converter converter(const System& system, std::size_t line);

} // namespace longyang::grid
