#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "results/content.hpp"

#include <span>
#include <vector>

namespace longyang::run {

/// What each target owes and how it is met, period by period, with the certificates that change
/// hands (docs/theory/targets.md, "Trade"). Collective; the same on every rank.
/// schedule: of this rank's plants, zeros elsewhere; what is missing is placed anew, on the root.
/// row_dual: per row of the coupling; empty: no prices.
[[nodiscard]] std::vector<results::TargetResult>
record_targets(const Comm& comm, const model::Context& context, grid::Schedule& schedule,
               const lp::Coupling& coupling, std::span<const double> row_dual);

} // namespace longyang::run
