#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

namespace longyang::run {

/// The network and this rank's rows of its PTDF.
struct GridFactors {
    powerflow::Network network;
    powerflow::ShiftFactors factors;
};

/// Factorises the susceptance matrix over the communicator and takes the rows of all branches.
/// Collective.
[[nodiscard]] inline GridFactors factorise(const Comm& comm, const grid::System& system,
                                           const partition::Owners& owners) {
    GridFactors grid;
    grid.network = powerflow::make_network(system);
    grid.factors = powerflow::shift_factors(comm, grid.network, owners.bus,
                                            powerflow::all_branches(grid.network), {});
    return grid;
}

} // namespace longyang::run
