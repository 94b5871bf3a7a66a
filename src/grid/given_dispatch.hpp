#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <vector>

namespace longyang::grid {

/// The dispatch that a case itself states (dispatch.csv), as a schedule of one hour, the year's
/// first.
struct DispatchedHour {
    Schedule schedule; ///< plants with a row run with all their units; loads without a row draw
                       ///< their mean, in load_shed_mw stands what they draw less than by profile
    /// Reactive power that rows state, into the network, per bus: of plants whose machines hold no
    /// voltage, of renewables and storages.
    std::vector<double> q_mvar;
    std::vector<double> machine_mw; ///< active power that rows of machines state, per bus
    /// Reactive demand stated for a load or HVDC line, Mvar; not a number where there is no row.
    std::vector<double> load_mvar, hvdc_mvar;
    /// Per bus, see AC-6; empty where no row states a share.
    std::vector<double> slack_weight;
};

/// Rows name components that are there (checked with the case); throws Error (faulty case) else.
[[nodiscard]] DispatchedHour dispatched_hour(const System& system);

} // namespace longyang::grid
