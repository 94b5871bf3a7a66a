#pragma once

#include "caseio/read_case.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "run/options.hpp"

#include <string>
#include <vector>

namespace longyang::run {

/// The hours that are asked for. Throws Error (usage) where the year has no such hours.
[[nodiscard]] grid::Span span_of(const RunOptions& options, const grid::System& system);

/// Throws Error (usage) where the engine, already chosen, cannot do what the other options ask, or
/// security looks at hours in which a branch is out of service.
void require_of_engine(const RunOptions& options, const grid::System& system,
                       const grid::Span& span);

/// Where the [run] of a case without faults and without wrong_options does not fit the case, or in
/// itself: what `run` would refuse before it begins.
[[nodiscard]] std::vector<std::string> misfits(const caseio::LoadedCase& loaded);

} // namespace longyang::run
