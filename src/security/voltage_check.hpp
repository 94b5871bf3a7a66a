#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "powerflow/limits.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// Voltages of a schedule by the AC power flow, and the sections whose flow would have to be less.
/// Equations AC-10 ... are those of docs/theory/ac-power-flow.md.
namespace longyang::security {

/// A voltage may lie so far outside its band.
constexpr double voltage_tolerance_pu = 1e-4;

/// The flow of a section over injections, and how its transfer is shifted (AC-10).
struct SectionShift {
    std::vector<double> factor; ///< per bus, to 2^-27
    double offset_mw = 0.0;
    /// Per bus: MW put in for 1 MW more through the section; adds up to 0. Empty: the section's
    /// flow does not depend on injections.
    std::vector<double> shift;
};
/// Of all sections. Collective; shares are those of capacity (N1-3), or all buses alike where these
/// lie on one side. `own`: this rank's rows.
[[nodiscard]] std::vector<SectionShift> section_shifts(const Comm& comm,
                                                       const powerflow::Network& network,
                                                       const powerflow::ShiftFactors& own,
                                                       const grid::System& system);

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

/// Hours with findings, in their order; the same on all ranks. Sections are not asked. Collective.
[[nodiscard]] std::vector<VoltageFinding> voltages_outside(const Comm& comm,
                                                           const grid::System& system,
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

/// A section's flow held for the voltage of a bus.
struct VoltagePattern {
    int section = 0, bus = 0;
    int direction = 1; ///< +1: its forward flow is limited

    bool operator==(const VoltagePattern&) const = default;
    bool operator<(const VoltagePattern& other) const {
        return std::tie(section, bus, direction) <
               std::tie(other.section, other.bus, other.direction);
    }
};
/// direction x flow <= limit in an hour.
struct VoltageRow {
    std::size_t pattern = 0;
    int hour = 0;
    double limit_mw = 0.0;
};

/// As "section x for the voltage of y", with ", backward".
[[nodiscard]] std::string name_of(const grid::System& system, const VoltagePattern& pattern);
/// The pattern that has a name: its section is -1 where none has.
[[nodiscard]] VoltagePattern voltage_pattern_of_name(const grid::System& system,
                                                     std::string_view name);

/// Rows for what checks of voltages found (AC-11); the same on all ranks. A row once there stays
/// and moves with every look.
class VoltageRows {
public:
    /// Rows of hours with findings are laid at their limits; rows that the schedule breaks in an
    /// hour without one are laid at its flow, which does no harm, and where `at_schedule`, so are
    /// all that it breaks without a finding of their own.
    void look(std::span<const VoltageFinding> findings, const grid::HourTable& section_mw,
              bool at_schedule);

    [[nodiscard]] std::span<const VoltagePattern> patterns() const { return patterns_; }
    [[nodiscard]] std::span<const VoltageRow> rows() const { return rows_; }

private:
    std::map<VoltagePattern, std::size_t> pattern_of_;
    std::map<std::pair<std::size_t, int>, std::size_t> row_of_; ///< pattern, hour
    std::vector<VoltagePattern> patterns_;
    std::vector<VoltageRow> rows_;
};

} // namespace longyang::security
