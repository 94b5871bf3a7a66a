#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

/// What the tests of the DC power flow share.
namespace longyang::powerflow {

inline std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// Adds a branch without a limit to the tables.
inline void add_branch(grid::System& system, int from, int to, double x_pu, double tap_pu = 0.0,
                       double shift_deg = 0.0, double rating_mw = 0.0) {
    grid::Branches& branches = system.branches;
    branches.from_bus.push_back(from);
    branches.to_bus.push_back(to);
    branches.x_pu.push_back(x_pu);
    branches.tap_pu.push_back(tap_pu);
    branches.shift_deg.push_back(shift_deg);
    branches.rating_mw.push_back(rating_mw);
}

inline grid::System buses(int count) {
    grid::System system;
    system.buses.kv.assign(at(count), 750.0);
    return system;
}

/// Buses dealt out in turn, so that neighbours have different owners.
inline std::vector<int> deal_out(const Comm& comm, int count) {
    std::vector<int> owner;
    for (int bus = 0; bus < count; ++bus) {
        owner.push_back(bus % comm.size());
    }
    return owner;
}

/// All rows of all ranks, branches x buses, on every rank.
inline GatheredRows all_rows(const Comm& comm, const Network& network, const ShiftFactors& own) {
    return gather_rows(comm, network, own, all_branches(network));
}

/// What this rank injects: the rows of its own buses, zeros elsewhere. values: buses x hours.
inline std::vector<double> own_part(const Comm& comm, const std::vector<int>& owner,
                                    const std::vector<double>& values) {
    std::vector<double> part(values.size(), 0.0);
    const std::size_t hours = values.size() / owner.size();
    for (std::size_t bus = 0; bus < owner.size(); ++bus) {
        if (owner[bus] == comm.rank()) {
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(bus * hours), hours,
                        part.begin() + static_cast<std::ptrdiff_t>(bus * hours));
        }
    }
    return part;
}

/// Flows of all branches on every rank from the rows that each rank holds. branch_mw: own rows x
/// hours.
inline std::vector<double> whole(const Comm& comm, const Network& network, const ShiftFactors& own,
                                 const std::vector<double>& branch_mw, std::size_t hours) {
    std::vector<double> all(at(network.branches()) * hours, 0.0);
    for (std::size_t row = 0; row < own.branch.size(); ++row) {
        std::copy_n(branch_mw.begin() + static_cast<std::ptrdiff_t>(row * hours), hours,
                    all.begin() + static_cast<std::ptrdiff_t>(at(own.branch[row]) * hours));
    }
    sum_in_order(comm, all);
    return all;
}

} // namespace longyang::powerflow
