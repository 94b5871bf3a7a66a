#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/export_limits.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace longyang::report {

/// What one more machine would bring in an hour.
struct ExportGainOfHour {
    std::size_t hour = 0; ///< of the span
    security::ExportGain gain;
};

/// Export limits of all lines in words and tables: hours by cause and utilisation of each line, the
/// hours with the least margins, the largest losses of infeed, and what one more machine would
/// bring; at most `rows` rows of each but the first.
[[nodiscard]] std::string export_summary(const grid::System& system, grid::Span span,
                                         const security::OperatingState& state,
                                         const security::ExportLimits& limits,
                                         const std::vector<ExportGainOfHour>& gains,
                                         std::size_t rows);

/// Hours of the span with the least margin of any line, the least first, each once.
[[nodiscard]] std::vector<std::size_t> tightest_hours(const security::ExportLimits& limits,
                                                      std::size_t count);

} // namespace longyang::report
