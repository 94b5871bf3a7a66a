#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "results/content.hpp"

#include <span>
#include <vector>

namespace longyang::run {

/// What counts against each cap on emissions, period by period (docs/theory/targets.md, PT-4).
/// Collective; the same on every rank. schedule: of this rank's plants, zeros elsewhere; row_dual:
/// per row of the coupling; empty: no prices.
[[nodiscard]] std::vector<results::EmissionCapResult>
record_emission_caps(const Comm& comm, const model::Context& context,
                     const grid::Schedule& schedule, const lp::Coupling& coupling,
                     std::span<const double> row_dual);

} // namespace longyang::run
