#pragma once

#include "base/comm.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/journal.hpp"
#include "run/stop.hpp"
#include "run/study.hpp"

#include <functional>

namespace longyang::run {

/// Writes what there is so far, as a run that was stopped. Collective.
using KeepSoFar = std::function<void(Outcome&)>;

/// The span by prices of its coupling rows (docs/theory/price-engine.md): a bound from the dual, a
/// schedule of single units by recovery and dispatch, and the gap between them. Collective. Throws
/// Error (infeasible, numerical).
[[nodiscard]] Outcome solve_by_prices(const Comm& comm, const Study& study,
                                      const model::Context& context,
                                      const partition::Owners& owners, const GridFactors& grid,
                                      const Deadline& deadline, Journal& journal,
                                      const KeepSoFar& keep);

} // namespace longyang::run
