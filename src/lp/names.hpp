#pragma once

// Internal to lp/.

#include "lp/block.hpp"
#include "lp/coupling.hpp"

#include <string>

namespace longyang::lp {

/// Names before they are made unique.
[[nodiscard]] std::string plain_column_name(const Block& block, int column);
[[nodiscard]] std::string plain_row_name(const Block& block, int row);
[[nodiscard]] std::string plain_row_name(const Coupling& coupling, const CouplingRow& row);

} // namespace longyang::lp
