#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::run {

/// The network of consecutive hours of a span, in which the same branches are in service (SV-6),
/// and this rank's rows of its PTDF. Every stage has rows of the same branches.
struct GridStage {
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    powerflow::Network network;
    powerflow::ShiftFactors factors;
};

/// The stages of a span's network, by time; one where no branch enters or leaves within it.
struct GridFactors {
    std::vector<GridStage> stages;

    /// Of the only stage. Throws Error (defect) where there are several.
    [[nodiscard]] const powerflow::Network& network() const;
    [[nodiscard]] const powerflow::ShiftFactors& factors() const;
    /// Branches whose rows this rank holds, ascending.
    [[nodiscard]] const std::vector<int>& branches() const { return stages.front().factors.branch; }
    [[nodiscard]] std::size_t stage_of(int hour) const;
};

/// Factorises the susceptance matrix of every stage over the communicator and takes the rows of all
/// branches. Collective.
[[nodiscard]] GridFactors factorise(const Comm& comm, const grid::System& system,
                                    const partition::Owners& owners, grid::Span span);

/// powerflow::check_flows over all stages: every hour with the network that it has. Collective.
[[nodiscard]] powerflow::FlowCheck check_flows(const Comm& comm, const GridFactors& grid,
                                               const grid::System& system, std::size_t hours,
                                               std::span<const double> injection_mw,
                                               powerflow::Search search);

} // namespace longyang::run
