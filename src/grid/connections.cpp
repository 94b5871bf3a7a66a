#include "grid/connections.hpp"

#include "grid/cascades.hpp"
#include "grid/service.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::grid {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

void add_members(const Integers& column, Integers ConnectionMembers::*rows,
                 std::vector<ConnectionMembers>& members) {
    for (std::size_t i = 0; i < column.size(); ++i) {
        if (column[i] >= 0) {
            (members[at(column[i])].*rows).push_back(static_cast<int>(i));
        }
    }
}

} // namespace

std::vector<ConnectionMembers> connection_members(const System& system) {
    std::vector<ConnectionMembers> members(system.connections.bus.size());
    add_members(system.renewables.connection, &ConnectionMembers::renewables, members);
    add_members(system.storages.connection, &ConnectionMembers::storages, members);
    return members;
}

// ST-5  C_t = min(C, import + available renewables + discharge of other storages),
//       D_t = min(D, export + charge of other storages)
std::optional<StorageLimits> storage_limits(const System& system, int storage, Span span) {
    const int connection = connection_of(system.storages.connection, at(storage));
    if (connection < 0) {
        return std::nullopt;
    }
    const Storages& storages = system.storages;
    const Renewables& renewables = system.renewables;
    const ConnectionMembers members = connection_members(system)[at(connection)];
    const double import_mw = system.connections.import_max_mw[at(connection)];
    const double export_mw = system.connections.export_max_mw[at(connection)];
    Numbers in_mw(span.size(), import_mw);
    Numbers out_mw(span.size(), export_mw);
    for (const int other : members.storages) {
        const InService served = in_service(system, "storages", at(other));
        for (int t = 0; t < span.hours && other != storage; ++t) {
            if (served.at(span.begin + t)) {
                in_mw[at(t)] += storages.discharge_max_mw[at(other)];
                out_mw[at(t)] += storages.charge_max_mw[at(other)];
            }
        }
    }
    const double charge_mw = storages.charge_max_mw[at(storage)];
    const double discharge_mw = storages.discharge_max_mw[at(storage)];
    const auto no_less_than = [](double limit_mw) {
        return [limit_mw](double mw) { return mw >= limit_mw; };
    };
    if (std::all_of(in_mw.begin(), in_mw.end(), no_less_than(charge_mw)) &&
        std::all_of(out_mw.begin(), out_mw.end(), no_less_than(discharge_mw))) {
        return std::nullopt;
    }
    StorageLimits limits;
    for (int t = 0; t < span.hours; ++t) {
        limits.discharge_max_mw.push_back(std::min(discharge_mw, out_mw[at(t)]));
        double mw = in_mw[at(t)];
        for (const int plant : members.renewables) {
            mw += renewables.capacity_mw[at(plant)] *
                  profile_value(system, renewables.profile[at(plant)], span.begin + t, 1.0);
        }
        limits.charge_max_mw.push_back(std::min(charge_mw, mw));
    }
    return limits;
}

} // namespace longyang::grid
