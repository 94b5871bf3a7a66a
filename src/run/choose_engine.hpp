#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "run/options.hpp"

#include <string>

namespace longyang::run {

/// Plants of a system times hours of a span: what the size of its programme grows with.
[[nodiscard]] long long plant_hours(const grid::System& system, const grid::Span& span);

/// The engine that a run takes: what option engine says, and for `choose` the one that can do what
/// the other options ask, or else highs where the span is small enough for one programme with
/// whole units (docs/decisions.md).
[[nodiscard]] std::string chosen_engine(const RunOptions& options, const grid::System& system,
                                        const grid::Span& span);

/// Whether engine highs soon tells if the span has a schedule with fractions of units.
[[nodiscard]] bool soon_relaxed(const grid::System& system, const grid::Span& span);

} // namespace longyang::run
