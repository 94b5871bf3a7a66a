#pragma once

#include "results/content.hpp"

/// A small system with one of everything and a hand-made schedule of it, for the tests of results,
/// report and the Python reader. Values are formulas of row and hour, so that a test can say what
/// must stand where.
namespace longyang::results::example {

/// Two regions (A with buses a1, a2; B with bus b1), three thermal clusters, two renewables, a
/// reservoir with its station, two storages, one HVDC line, three loads, ...
[[nodiscard]] grid::System make_system();

/// Rows dealt out in turn, so that chunks have rows of several ranks.
[[nodiscard]] partition::Owners make_owners(const grid::System& system, int ranks);

/// What rank `rank` holds: its own rows, zeros elsewhere, whole tables whole.
[[nodiscard]] Content make_content(const grid::System& system, const partition::Owners& owners,
                                   int rank, grid::Span span);

/// Output of a thermal cluster in an hour of the span, and of the renewable plants, MW.
[[nodiscard]] double thermal_p_mw(std::size_t plant, std::size_t hour);
[[nodiscard]] double renewable_p_mw(const grid::System& system, std::size_t plant,
                                    std::size_t hour_of_year);

} // namespace longyang::results::example
