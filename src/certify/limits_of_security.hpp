#pragma once

// Internal to certify: limits of security that a stored schedule breaks, by the case and the
// schedule alone, against what the file says of it.

#include "base/comm.hpp"
#include "certify/certify.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "results/read.hpp"

#include <span>

namespace longyang::certify {

/// Hours in which lines lie above their limits and stations below their ratios (docs/theory/
/// export-limits.md), and where the run looked at voltages, those outside their bands (AC-10), go
/// to the report; what the file tells fewer of is a fault. Collective.
void look_at_security(const Comm& comm, const results::Stored& stored, const grid::System& system,
                      const grid::Schedule& schedule, Report& report);

/// Ratings that flows break after single and, by `--security all`, listed outages (N1-8), likewise.
/// injection_mw: bus x hour, by the schedule, whole on every rank. Collective.
void look_at_outages(const Comm& comm, const results::Stored& stored, const grid::System& system,
                     const grid::Schedule& schedule, std::span<const double> injection_mw,
                     Report& report);

} // namespace longyang::certify
