#pragma once

#include <string>

namespace longyang {

/// A number with so many decimals; what reads as zero has no sign.
[[nodiscard]] std::string fixed(double value, int decimals);

} // namespace longyang
