#pragma once

#include "model/blocks.hpp"

#include <cstddef>
#include <vector>

namespace longyang::model {

/// FL-7: what row `i` of `flexible_loads` draws by its tariff in each hour of the span, MW: at
/// least cost by the tariff, among hours of one price the last ones before the energy is used.
/// Empty where it has no tariff, and where no draw keeps its limits (then the row is left to them).
[[nodiscard]] std::vector<double> tariff_draw_mw(const Context& context, std::size_t i);

} // namespace longyang::model
