#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/explained_hour.hpp"

#include <string>

namespace longyang::report {

/// One hour in full: which machines ran, by region and kind; every limit of every line, with what
/// it comes from, the least one's cause and margin; and what one more machine, condenser or circuit
/// would bring.
[[nodiscard]] std::string explained_hour(const grid::System& system, grid::Span span,
                                         const security::ExplainedHour& hour);

} // namespace longyang::report
