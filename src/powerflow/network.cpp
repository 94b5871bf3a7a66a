#include "powerflow/network.hpp"

#include "base/error.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>

namespace longyang::powerflow {

std::string Network::called(int branch) const {
    const auto row = static_cast<std::size_t>(branch);
    return row < name.size() ? name[row] : std::to_string(branch);
}

Network make_network(const grid::System& system, std::span<const char> out) {
    const grid::Branches& branches = system.branches;
    Network network;
    network.buses = static_cast<int>(system.buses.kv.size());
    network.base_mva = system.info.base_mva;
    network.from = branches.from_bus;
    network.to = branches.to_bus;
    network.name = branches.name;
    for (std::size_t l = 0; l < branches.x_pu.size(); ++l) {
        const double tap = branches.tap_pu[l] == 0.0 ? 1.0 : branches.tap_pu[l];
        const double susceptance = 1.0 / (branches.x_pu[l] * tap); // DC-2
        if (!std::isfinite(susceptance)) {
            throw Error(Exit::faulty_case,
                        fmt::format("branch {}: x_pu = {} and tap_pu = {} give no susceptance; "
                                    "expected a reactance other than 0",
                                    network.called(static_cast<int>(l)), branches.x_pu[l],
                                    branches.tap_pu[l]));
        }
        network.susceptance_pu.push_back(!out.empty() && out[l] != 0 ? 0.0 : susceptance); // SV-6
        network.shift_rad.push_back(branches.shift_deg[l] * std::numbers::pi / 180.0);
    }
    network.island = grid::islands(network.buses, network.from, network.to);
    return network;
}

std::vector<int> branch_owners(const Network& network, std::span<const int> owner_of_bus) {
    std::vector<int> owner;
    owner.reserve(network.from.size());
    for (const int bus : network.from) {
        owner.push_back(owner_of_bus[static_cast<std::size_t>(bus)]);
    }
    return owner;
}

} // namespace longyang::powerflow
