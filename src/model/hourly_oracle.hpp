#pragma once

#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"

namespace longyang::model {

/// A block whose hours do not hang together (renewable, load, reserve, sharing, contract) as its
/// oracle wants it. The numbers are read off the block itself, so that both say the same. Throws
/// Error (defect) for a block of another kind.
[[nodiscard]] lp::HourlyAmount hourly_data(const Context& context, BlockId id);

} // namespace longyang::model
