#include "caseio/number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace longyang::caseio {

std::optional<double> number_within(std::string_view text, bool whole, double low, double high) {
    double value = 0.0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || rest != end || !std::isfinite(value) || value < low ||
        value > high || (whole && value != std::floor(value))) {
        return std::nullopt;
    }
    return value;
}

std::string number_words(bool whole, double low, double high, std::string_view unit) {
    std::string text = whole ? "a whole number" : "a number";
    if (std::isfinite(low)) {
        text += fmt::format(" from {}", low);
    }
    if (std::isfinite(high)) {
        text += fmt::format("{} to {}", std::isfinite(low) ? "" : " up", high);
    }
    if (unit != "-" && !unit.empty()) {
        text += fmt::format(" ({})", unit);
    }
    return text;
}

} // namespace longyang::caseio
