#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "kernels/ac_outages.hpp"
#include "powerflow/ac_hours.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "security/contingencies.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace longyang::security {

/// AC power flow of every hour after the loss of every single branch (AC-9). In all worst ones
/// `place` and `outage` are rows of System::branches (of buses for voltages), `hour` is one of the
/// span.
struct AcOutageCheck {
    /// by_hour, by_outage (a row for every branch), by_branch and by_bus; what is left, by outage
    /// and hour.
    kernels::AcOutageAnswers found;
    std::vector<int> apart;    ///< branches whose loss splits the network or sets off a scheme
    std::int64_t by_parts = 0; ///< pairs of these and an hour that are solved, part by part
    std::int64_t hours_left_out = 0; ///< not solved with the intact network
    /// Of solved pairs of an outage and an hour; nothing where limits are ignored.
    powerflow::SlackBeyond slack;
};

struct AcOutageOptions {
    bool reactive_limits = true;
    bool actions = true; ///< corrective actions are taken
};

/// Every rank looks at its share of the hours; the answer is the same on every rank. Ratings are
/// those after an outage (N1-5), in MVA. An outage that splits its island leaves parts that are
/// balanced as in N1-3 and solved each for itself; a part without capacity, or without anything
/// that holds a voltage, is dead: its buses and branches are not looked at. The same way goes an
/// outage with corrective actions (N1-7): active powers change by what they take, reactive ones
/// stay.
///
/// network, injections, intact  as the AC power flow of the hours had them, and its answer
/// power_mw  actions x hours, >= 0, whole on every rank (scheduled_power_mw)
///
/// Collective. Throws Error as make_ac_network does.
[[nodiscard]] AcOutageCheck
check_ac_outages(const Comm& comm, const grid::System& system, const Contingencies& all,
                 grid::Span span, const powerflow::AcNetwork& network,
                 const powerflow::AcInjections& injections, const powerflow::AcHoursAnswer& intact,
                 std::span<const double> power_mw, const AcOutageOptions& options);

} // namespace longyang::security
