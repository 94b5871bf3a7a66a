#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/contingencies.hpp"
#include "security/outage_check.hpp"

#include <cstddef>
#include <string>

namespace longyang::report {

/// Behind a count of ratings that outages break: ", the 10 worst an hour" where no more of an hour
/// are counted (limits_per_hour); empty where all are (0).
[[nodiscard]] std::string of_worst_words(std::size_t most_an_hour);

/// What contingencies do to a dispatch, in words and tables: how many ratings they break, the worst
/// hours with branch and contingency, the worst contingencies, and those that split the network; at
/// most `rows` of each.
[[nodiscard]] std::string outage_summary(const grid::System& system,
                                         const security::Contingencies& all,
                                         const security::OutageCheck& check, grid::Span span,
                                         std::size_t rows);

} // namespace longyang::report
