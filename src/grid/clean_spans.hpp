#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longyang::grid {

/// Hours of the year in which no plant of a region burns fossil fuel, but for must-run units.
struct CleanSpan {
    std::string text;  ///< as it was asked for
    int region = -1;   ///< -1: all
    int from_hour = 0; ///< [from_hour, to_hour)
    int to_hour = 0;
};

/// Reads "qinghai:2030-05-20/7d": region (or all), first day or hour, and length in days or hours.
/// Throws Error (usage) in words where the text is no such span of the system's year.
[[nodiscard]] CleanSpan parse_clean_span(const System& system, std::string_view text);

/// The same of a text that may hold several, parted by semicolons.
[[nodiscard]] std::vector<CleanSpan> parse_clean_spans(const System& system, std::string_view text);

/// What was held off in the hours of a run.
struct HeldOff {
    int hours = 0; ///< of the clean span that are of the run
    int clusters = 0, units = 0;
};

/// CS-1: takes all units of the region's clusters whose fuel emits CO2 out of service over the
/// span, but those that must run and those that are out already, as rows of `outages`. Tells what
/// of it is in the hours of `run`.
HeldOff hold_clean(System& system, const CleanSpan& span, Span run);

} // namespace longyang::grid
