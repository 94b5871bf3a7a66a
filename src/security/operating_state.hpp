#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <span>
#include <vector>

namespace longyang::security {

/// One row of machines.csv (or a trial) as the security checks see it; figures of one machine.
struct MachineRow {
    int bus = 0;
    double units = 0.0;          ///< at most connected
    double susceptance_pu = 0.0; ///< 1 / x'' on the system's base
    double energy_mws = 0.0;     ///< H S
    double gain_mw = 0.0;        ///< governor, MW for a relative deviation of frequency of 1
    double fast_gain_mw = 0.0;   ///< part of it without delay
    double reheat_s = 0.0;
};

/// A machine that is not in the case, to see what one of it would bring.
struct TrialMachine {
    int bus = 0;
    double s_mva = 50.0;
    double x_subtransient_pu = 0.24;
    double inertia_s = 1.5;
};

/// The rows of machines.csv in their order, then the trials (with no units).
[[nodiscard]] std::vector<MachineRow> machine_rows(const grid::System& system,
                                                   std::span<const TrialMachine> trials);

/// What runs in each hour and who feeds in: all that export limits depend on. Hours need not follow
/// each other in time: what-if variants of one hour stand side by side the same way.
struct OperatingState {
    grid::HourTable connected; ///< machine rows x hours
    grid::HourTable
        unit_mw; ///< machine rows x hours: output of one of the plant's connected machines
    grid::HourTable renewable_mw; ///< rows of renewables.csv x hours
    grid::HourTable hvdc_mw;      ///< lines x hours
    grid::HourTable plan_mw; ///< lines x hours: what the line itself may carry that way, a size
    grid::HourTable load_mw; ///< buses x hours, served

    [[nodiscard]] std::size_t hours() const { return hvdc_mw.hours; }
};

/// The tables of a schedule that a state is made from, whole on every rank, from the parts of all
/// ranks. Collective.
[[nodiscard]] grid::Schedule whole_schedule(const Comm& comm, const grid::Schedule& part);

/// The state of a schedule's hours; `trials` rows of machines are not connected. The schedule is
/// whole. Throws Error (faulty case) where a machine's plant is not there.
[[nodiscard]] OperatingState operating_state(const grid::System& system,
                                             const grid::Schedule& schedule, std::size_t trials);

/// `copies` variants of one hour of a state.
[[nodiscard]] OperatingState repeat_hour(const OperatingState& state, std::size_t hour,
                                         std::size_t copies);

} // namespace longyang::security
