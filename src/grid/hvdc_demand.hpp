#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

/// What receiving ends of HVDC lines ask for by the hour (docs/theory/hvdc.md, HV-6).
namespace longyang::grid {

/// Power of a line below which a MWh is missing, MW per hour of the span: the demanded one less its
/// tolerance. Empty where the line's receiving end asks for nothing.
[[nodiscard]] Numbers demanded_mw(const System& system, int line, Span span);

} // namespace longyang::grid
