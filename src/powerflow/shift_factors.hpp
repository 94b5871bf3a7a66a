#pragma once

#include "base/comm.hpp"
#include "powerflow/network.hpp"

#include <span>
#include <vector>

namespace longyang::powerflow {

/// Rows of the matrix of power transfer distribution factors (PTDF) that this rank holds.
struct ShiftFactors {
    std::vector<int> branch;        ///< of each row, ascending
    std::vector<double> value;      ///< rows x buses, MW of flow per MW injected (DC-4)
    std::vector<double> offset_mw;  ///< per row, flow by phase shifters alone (DC-5)
    double relative_residual = 0.0; ///< of the linear solves
};

/// PTDF rows of `branches`, solved over the communicator: every rank puts in its own buses' rows of
/// the susceptance matrix and gets the rows of those branches whose from bus it owns. Collective.
///
/// owner_of_bus  rank of each bus
/// branches      ascending branch numbers, the same on all ranks; `all_branches` for all
/// slack_weight  per bus, >= 0: who takes up one MW injected somewhere, in shares of the island's
/// sum;
///               empty: all buses of the island alike. Flows of injections that are balanced in
///               every island do not depend on it.
///
/// Values are the same for every number of ranks to about 1e-13. Factors of buses on other islands
/// are 0. Throws Error (numerical) where the susceptance matrix is singular (reactances of both
/// signs that cancel), (defect) where a list does not fit.
[[nodiscard]] ShiftFactors shift_factors(const Comm& comm, const Network& network,
                                         std::span<const int> owner_of_bus,
                                         std::span<const int> branches,
                                         std::span<const double> slack_weight);

/// 0, 1, ... for all branches of a network.
[[nodiscard]] std::vector<int> all_branches(const Network& network);

/// Rows wanted by number, on every rank, wherever they are held. Collective; `wanted` is the same
/// on all ranks, in any order.
struct GatheredRows {
    std::vector<double> value;     ///< wanted x buses
    std::vector<double> offset_mw; ///< per wanted row
};
/// Throws Error (defect) where a row is held by no rank.
[[nodiscard]] GatheredRows gather_rows(const Comm& comm, const Network& network,
                                       const ShiftFactors& own, std::span<const int> wanted);

} // namespace longyang::powerflow
