#pragma once

#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "results/content.hpp"
#include "run/security_rows.hpp"

#include <span>
#include <string>
#include <vector>

namespace longyang::run {

/// What the results file holds of the limits of security of a schedule, of the rounds that led to
/// it and of what rows' prices say.
///
/// at         of the schedule
/// row_price  per row of the coupling that the security rows are of
void record_security(const model::Context& context, const SecurityRows& rows,
                     const SecurityState& at, std::span<const double> row_price,
                     results::Content& content);

/// In short, for the log: hours by cause, what is left, and what one machine more would save. One
/// entry a line.
[[nodiscard]] std::vector<std::string> security_words(const model::Context& context,
                                                      const SecurityRows& rows,
                                                      const SecurityState& at,
                                                      const results::Content& content);

} // namespace longyang::run
