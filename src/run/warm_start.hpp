#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"

#include <string>
#include <vector>

namespace longyang::run {

/// Prices of rows (CNY per unit, one per row of `coupling`) of an earlier run by prices, by family,
/// name and hours of the year; NaN where it had none. The limits of the network that it had found
/// in hours of this span enter `coupling`. The case may have changed and the span may be another
/// one: prices only steer. Collective; the same on all ranks. Throws Error (file) where the file
/// cannot be read or holds no prices of rows.
[[nodiscard]] std::vector<double> warm_start(const Comm& comm, const std::string& path,
                                             const model::Context& context, const GridFactors& grid,
                                             LimitRows& limits, lp::Coupling& coupling);

} // namespace longyang::run
