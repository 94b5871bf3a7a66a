#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/ac_outage_check.hpp"

#include <cstddef>
#include <string>

namespace longyang::report {

/// What single outages do to the AC power flow of all hours, in words and tables: the hours with
/// the highest loadings and the lowest and highest voltages, the outages that do most, and those
/// after which the equations were not solved; at most `rows` of each.
[[nodiscard]] std::string ac_outage_summary(const grid::System& system,
                                            const security::AcOutageCheck& check, grid::Span span,
                                            std::size_t rows);

} // namespace longyang::report
