#pragma once

#include "base/comm.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::powerflow {

/// Flows in MW of the branches that this rank holds rows for, in every hour (DC-6).
///
/// factors       this rank's rows, from shift_factors
/// hours         of the injections, the same on all ranks
/// injection_mw  buses x hours, hours contiguous, into the network positive. Every rank adds its
/// part: what
///               its own plants and loads inject, zeros elsewhere; the parts are summed in rank
///               order. An island's imbalance is taken up by the slack that the factors were made
///               with.
/// Returns rows of `factors` x hours. Works in pieces of 1024 hours. Collective.
/// Throws Error (defect) where a size does not fit.
[[nodiscard]] std::vector<double> branch_flows(const Comm& comm, const Network& network,
                                               const ShiftFactors& factors, std::size_t hours,
                                               std::span<const double> injection_mw);

} // namespace longyang::powerflow
