#pragma once

#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"

#include <optional>

namespace longyang::model {

/// An HVDC line (row of `hvdc`) as its special oracle wants it: HV-1 to HV-5 of
/// docs/theory/hvdc.md. None for a continuous line with few changes a day, which the oracle cannot
/// treat exactly.
[[nodiscard]] std::optional<lp::LevelLine> line_data(const Context& context, int item);

} // namespace longyang::model
