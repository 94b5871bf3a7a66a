#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/operating_state.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Frequency after a block of an HVDC line and after the loss of the largest machine. Equations
/// SE-6 to SE-9 are those of docs/theory/export-limits.md.
namespace longyang::security {

/// Answer of a synchronous area to a surplus of 1 MW; infinite where nothing holds the frequency.
struct ResponsePerMw {
    double rocof_hz_per_s = 0.0;
    double extreme_hz = 0.0;
    double settled_hz = 0.0;
};

/// The loss of the machine with the largest output.
struct LargestLoss {
    std::int64_t machine = -1; ///< machine row; -1: none gives power
    double mw = 0.0;
    double rocof_hz_per_s = 0.0; ///< sizes, with that machine gone
    double extreme_hz = 0.0;
    double settled_hz = 0.0;
};

/// Islands x hours, hours fastest.
struct Frequency {
    std::vector<int> island_of_line;
    std::size_t hours = 0;
    std::vector<double> energy_mws; ///< stored in the rotors
    std::vector<ResponsePerMw> per_mw;
    std::vector<LargestLoss> loss;
    /// Whether any machine of the case has an inertia, and a governor; without them nothing is said
    /// of what depends on them (SE-7).
    bool inertia = false, governors = false;
};

/// Adds up the machines of every island and hour. Throws Error (defect) where a table does not fit.
[[nodiscard]] Frequency frequency(const grid::System& system, std::span<const MachineRow> machines,
                                  const OperatingState& state);

} // namespace longyang::security
