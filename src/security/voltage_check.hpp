#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/ac_hours.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "security/section_shifts.hpp"

#include <cstddef>
#include <span>
#include <vector>

/// Voltages of a schedule by the AC power flow, and the sections whose flow would have to be less.
/// Equations AC-10 ... are those of docs/theory/ac-power-flow.md.
namespace longyang::security {

/// A voltage may lie so far outside its band.
constexpr double voltage_tolerance_pu = 1e-4;

/// An hour in which a bus lies outside its band, or that is not solved.
struct VoltageFinding {
    int hour = 0; ///< of the span
    bool solved = true;
    int bus = -1; ///< the one farthest outside; of an hour that is not solved, its worst bus
    double v_pu = 0.0;
    double outside_pu = 0.0; ///< 0 where it is not solved
    int buses_outside = 0;
    int section = -1;       ///< whose flow is to be less (AC-10); -1: none helps
    int direction = 1;      ///< of its flow: +1 forward
    double flow_mw = 0.0;   ///< its size
    double relief_mw = 0.0; ///< by which it has to be less, at most half of it
    double left_pu = 0.0;   ///< how far a bus lies outside with that much less
};

struct VoltageCheck {
    std::vector<VoltageFinding> findings; ///< in the order of their hours
    powerflow::SlackBeyond slack;
};

/// Solves all hours with reactive limits; the same on all ranks. Sections are not asked.
/// Collective.
[[nodiscard]] VoltageCheck check_voltages(const Comm& comm, const grid::System& system,
                                          const powerflow::AcNetwork& network,
                                          const powerflow::AcInjections& in);

/// Finds for every finding the section whose transfer, made less, brings most to its worst bus, by
/// AC solves with shifted transfers (AC-10), and how much less it has to be. Collective.
///
/// section_mw  sections x hours, DC flows of the schedule, whole
void find_sections(const Comm& comm, const grid::System& system,
                   const powerflow::AcNetwork& network, const powerflow::AcInjections& in,
                   std::span<const SectionShift> sections, const grid::HourTable& section_mw,
                   std::span<VoltageFinding> findings);

} // namespace longyang::security
