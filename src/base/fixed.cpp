#include "base/fixed.hpp"

#include <fmt/format.h>

namespace longyang {

std::string fixed(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) {
        text.erase(0, 1);
    }
    return text;
}

} // namespace longyang
