#pragma once

#include "lp/block.hpp"
#include "solve/prices/oracles/oracle.hpp"

namespace longyang::solve::prices {

/// Any block, by HiGHS, which is kept warm between prices. Relaxed: the bound is the dual value of
/// HiGHS's row duals by weak duality, worked out here. Integer: HiGHS's own bound less its
/// tolerances. Throws Error (infeasible) where the block alone has no plan.
[[nodiscard]] Oracle general_oracle(const lp::Block& block, int hours, bool integer);

} // namespace longyang::solve::prices
