#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/contingencies.hpp"
#include "security/outage_check.hpp"

#include <cstddef>
#include <string>

namespace longyang::report {

/// What contingencies do to a dispatch, in words and tables: how many ratings they break, the worst
/// hours with branch and contingency, the worst contingencies, and those that split the network; at
/// most `rows` of each.
[[nodiscard]] std::string outage_summary(const grid::System& system,
                                         const security::Contingencies& all,
                                         const security::OutageCheck& check, grid::Span span,
                                         std::size_t rows);

} // namespace longyang::report
