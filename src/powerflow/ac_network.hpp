#pragma once

#include "grid/tables.hpp"
#include "kernels/ac_flow.hpp"
#include "kernels/ac_outages.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// AC power flow of a grid. Equations AC-1 ... are those of docs/theory/ac-power-flow.md.
namespace longyang::powerflow {

/// What the AC power flow knows of a grid; the same on all ranks. Buses have the row numbers of the
/// grid's table; per unit on base_mva.
struct AcNetwork {
    int buses = 0;
    double base_mva = 100.0;
    /// Bus admittance matrix Y = g + jb by rows, columns ascending, every diagonal there (AC-1).
    std::vector<std::int32_t> row_begin, column;
    std::vector<double> g_pu, b_pu;
    /// Per bus: load, regulated (a machine or svc holds it), slack (one on every island).
    std::vector<kernels::AcBus> kind;
    std::vector<double> v_set_pu;    ///< per bus; 1 where nothing holds it
    std::vector<double> slack_share; ///< per bus, >= 0, sum 1 on every island (AC-6)
    /// Per bus, see grid::islands; -1: a dead bus, which takes part in nothing.
    std::vector<int> island;
};

/// Takes buses, branches, shunts and machines of a system. Buses with a machine whose v_set_pu is
/// not 0, or with an svc, are regulated. The slack of an island is its regulated bus with the
/// largest share.
///
/// slack_weight  per bus, >= 0: who takes up what is missing, in shares of the island's sum. Empty,
///               or 0 on all of an island: what the machines there can do, governor_gain_pu x s_mva
///               x units, or s_mva x units where none there has a governor; condensers take no
///               share unless there is nothing else.
/// connected     per row of machines: so many in place of `units`; empty: all
///
/// Throws Error (faulty case) where an island has no regulated bus, or a branch has no impedance.
[[nodiscard]] AcNetwork make_ac_network(const grid::System& system,
                                        std::span<const double> slack_weight = {},
                                        std::span<const double> connected = {});

/// A branch of a system as a pi circuit behind an ideal transformer at its from bus (AC-1), buses
/// by their rows. Throws Error (faulty case) where it has no impedance.
[[nodiscard]] kernels::AcBranch ac_branch(const grid::System& system, std::size_t branch);

/// Takes a branch's admittances out of the network's, which must contain it; entries stay, and so
/// do islands.
void take_out_branch(const kernels::AcBranch& branch, AcNetwork& network);

/// Islands, named by their first bus, on which no machine or svc holds a voltage: no AC power flow
/// is possible there. Empty: make_ac_network will do.
[[nodiscard]] std::vector<int> islands_without_voltage(const grid::System& system);

} // namespace longyang::powerflow
