#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"

#include <span>
#include <string>
#include <vector>

/// DC power flow of a grid, shared out over a communicator. Equations DC-1 ... are those of
/// docs/theory/dc-power-flow.md.
namespace longyang::powerflow {

/// What the DC power flow knows of a grid; the same on all ranks. Branches and buses have the row
/// numbers of the grid's tables.
struct Network {
    int buses = 0;
    double base_mva = 100.0;
    std::vector<int> from, to;          ///< per branch; a flow is positive from `from` to `to`
    std::vector<double> susceptance_pu; ///< per branch, DC-2: 1 / (reactance x tap)
    std::vector<double> shift_rad;      ///< per branch; the phase shifter stands at the from bus
    std::vector<int> island;            ///< per bus, see grid::islands
    std::vector<std::string> name; ///< per branch, for messages; empty: the number stands there

    /// How a message calls a branch.
    [[nodiscard]] std::string called(int branch) const;

    [[nodiscard]] int branches() const { return static_cast<int>(from.size()); }
};

/// Takes the buses, branches and base power of a system. A tap of 0 counts as 1.
/// Throws Error (faulty case) where a reactance is zero or not a number.
/// out: per branch, not 0 where it is out of service: its susceptance is 0 then, so that it carries
/// nothing; empty: none is. Islands are those of all branches (`longyang check` sees to it that
/// dates do not change them).
[[nodiscard]] Network make_network(const grid::System& system, std::span<const char> out = {});

/// The rank that holds a branch's rows: the owner of its from bus.
[[nodiscard]] std::vector<int> branch_owners(const Network& network,
                                             std::span<const int> owner_of_bus);

} // namespace longyang::powerflow
