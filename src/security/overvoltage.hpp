#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/operating_state.hpp"
#include "security/strength.hpp"

/// Transient overvoltage after the block of a whole converter. Equations SE-10 and SE-11 are those
/// of docs/theory/export-limits.md.
namespace longyang::security {

/// Lines x hours.
struct Overvoltage {
    grid::HourTable voltage_pu; ///< at the converter, after a block at the scheduled power
    grid::HourTable limit_pu;   ///< at the converter, so that the stations near it keep theirs
    grid::HourTable power_mw;   ///< largest power that keeps it
};

[[nodiscard]] Overvoltage overvoltage(const grid::System& system, const StrengthModel& model,
                                      const Strength& strength, const OperatingState& state);

} // namespace longyang::security
