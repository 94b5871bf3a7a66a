#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::caseio {
namespace {

/// A member lies at the bus to which its connection leads.
void check_members(const grid::System& system, const std::string& name, const grid::Rows& rows,
                   const grid::Integers& bus, const grid::Integers& connection,
                   std::vector<Fault>& faults) {
    const grid::Connections& table = system.connections;
    for (std::size_t i = 0; i < connection.size(); ++i) {
        if (connection[i] < 0) {
            continue;
        }
        const auto k = static_cast<std::size_t>(connection[i]);
        if (bus[i] >= 0 && table.bus[k] >= 0 && bus[i] != table.bus[k]) {
            faults.push_back(row_fault(
                name, rows, i, "connection", in_quotes(table.name[k]),
                fmt::format("a connection that leads to the row's bus {}, not to {}",
                            in_quotes(system.buses.name[static_cast<std::size_t>(bus[i])]),
                            in_quotes(system.buses.name[static_cast<std::size_t>(table.bus[k])]))));
        }
    }
}

} // namespace

std::vector<Fault> check_connections(const grid::System& system) {
    std::vector<Fault> faults;
    const grid::Storages& storages = system.storages;
    check_members(system, "renewables", system.renewables, system.renewables.bus,
                  system.renewables.connection, faults);
    check_members(system, "storages", storages, storages.bus, storages.connection, faults);
    const grid::Integers& heat = system.power_blocks.store;
    for (std::size_t i = 0; i < storages.connection.size(); ++i) {
        if (storages.connection[i] >= 0 &&
            std::find(heat.begin(), heat.end(), static_cast<int>(i)) != heat.end()) {
            faults.push_back(row_fault(
                "storages", storages, i, "connection",
                in_quotes(
                    system.connections.name[static_cast<std::size_t>(storages.connection[i])]),
                "no connection: the heat store of a power block feeds no bus"));
        }
    }
    return faults;
}

} // namespace longyang::caseio
