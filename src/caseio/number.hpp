#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace longyang::caseio {

/// The number a text holds, finite and within [low, high], whole where `whole`; none where the text
/// is anything else. Independent of the locale.
[[nodiscard]] std::optional<double> number_within(std::string_view text, bool whole, double low,
                                                  double high);

/// "a number from 0.1 to 10000 (MW)"; infinite ends and the unit "-" are left out.
[[nodiscard]] std::string number_words(bool whole, double low, double high, std::string_view unit);

} // namespace longyang::caseio
