// NW-4 (docs/theory/network.md) and ST-5 (docs/theory/storage.md): what lies behind a connection.
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace longyang::verify {
namespace {

/// Whether a row of a table lies behind connection `k`.
bool behind(const grid::Integers& column, std::size_t row, std::size_t k) {
    return row < column.size() && column[row] == static_cast<int>(k);
}

/// What goes into buses from members, of all ranks: a storage's discharge and charge are two parts.
struct Parts {
    std::vector<std::size_t> first{0}; ///< of every connection; one behind the last
    std::vector<double> in_mw;         ///< parts x hours
};

/// Collective.
Parts whole_parts(const Comm& comm, const Scope& scope) {
    const grid::System& system = scope.system;
    const auto hours = at(scope.hours());
    Parts parts;
    const auto add = [&](const grid::HourTable& table, std::size_t i, bool mine, double sign) {
        const std::size_t begin = parts.in_mw.size();
        parts.in_mw.resize(begin + hours, 0.0); // another rank's until they are joined
        for (std::size_t t = 0; mine && t < hours; ++t) {
            parts.in_mw[begin + t] = sign * table.row(i)[t];
        }
    };
    for (std::size_t k = 0; k < system.connections.bus.size(); ++k) {
        for (std::size_t i = 0; i < system.renewables.bus.size(); ++i) {
            if (behind(system.renewables.connection, i, k)) {
                add(scope.schedule.renewable_p_mw, i, scope.mine(scope.owners.renewable, i), 1.0);
            }
        }
        for (std::size_t i = 0; i < system.storages.bus.size(); ++i) {
            if (behind(system.storages.connection, i, k)) {
                const bool mine = scope.mine(scope.owners.storage, i);
                add(scope.schedule.storage_discharge_mw, i, mine, 1.0);
                add(scope.schedule.storage_charge_mw, i, mine, -1.0);
            }
        }
        parts.first.push_back(parts.in_mw.size() / hours);
    }
    sum_in_order(comm, parts.in_mw);
    return parts;
}

/// NW-4
void check_limit(const Scope& scope, std::size_t k, const Parts& parts, Findings& findings) {
    const grid::Connections& table = scope.system.connections;
    const std::string name = name_of(table, k);
    for (int t = 0; t < scope.hours(); ++t) {
        double in_mw = 0.0;
        double largest_mw = 0.0;
        for (std::size_t part = parts.first[k]; part < parts.first[k + 1]; ++part) {
            const double mw = parts.in_mw[part * at(scope.hours()) + at(t)];
            in_mw += mw;
            largest_mw = std::max(largest_mw, std::abs(mw));
        }
        const Place place{"NW-4 connection limit", name, t, "MW"};
        findings.at_most(place, in_mw, table.export_max_mw[k], largest_mw);
        findings.at_least(place, in_mw, -table.import_max_mw[k], largest_mw);
    }
}

/// Of an hour, MW: what wind and PV behind a connection could give, what all storages there could
/// take and give.
struct Hour {
    double weather_mw = 0.0, charge_mw = 0.0, give_mw = 0.0;
};

Hour hour_of(const Scope& scope, std::size_t k, int t) {
    const grid::Renewables& renewables = scope.system.renewables;
    const grid::Storages& storages = scope.system.storages;
    Hour hour;
    for (std::size_t i = 0; i < renewables.bus.size(); ++i) {
        if (behind(renewables.connection, i, k)) {
            hour.weather_mw += scope.available_mw(i, t);
        }
    }
    for (std::size_t i = 0; i < storages.bus.size(); ++i) {
        if (behind(storages.connection, i, k) &&
            served(scope, "storages", name_of(storages, i), t)) {
            hour.charge_mw += storages.charge_max_mw[i];
            hour.give_mw += storages.discharge_max_mw[i];
        }
    }
    return hour;
}

/// ST-5: a storage's power with its reserve, when all others behind the connection help.
void check_storage(const Scope& scope, std::size_t k, std::size_t i, int t, const Hour& hour,
                   Findings& findings) {
    const grid::Connections& table = scope.system.connections;
    const grid::Storages& storages = scope.system.storages;
    const grid::Schedule& x = scope.schedule;
    const std::string name = name_of(storages, i);
    if (!served(scope, "storages", name, t)) {
        return; // SV-1 says more
    }
    const double net_mw = x.storage_discharge_mw.row(i)[at(t)] - x.storage_charge_mw.row(i)[at(t)];
    const double out_mw = table.export_max_mw[k] + hour.charge_mw - storages.charge_max_mw[i];
    const double in_mw =
        table.import_max_mw[k] + hour.weather_mw + hour.give_mw - storages.discharge_max_mw[i];
    const double scale_mw = std::max(storages.charge_max_mw[i], storages.discharge_max_mw[i]);
    findings.at_most({"ST-5 discharge behind a connection", name, t, "MW"},
                     net_mw + x.storage_up_mw.row(i)[at(t)], out_mw, scale_mw);
    findings.at_most({"ST-5 charge behind a connection", name, t, "MW"},
                     x.storage_down_mw.row(i)[at(t)] - net_mw, in_mw, scale_mw);
}

} // namespace

void check_connections(const Comm& comm, const Scope& scope, Findings& findings) {
    const grid::Connections& table = scope.system.connections;
    const grid::Storages& storages = scope.system.storages;
    const Parts parts = whole_parts(comm, scope);
    for (std::size_t k = 0; k < table.bus.size(); ++k) {
        if (scope.mine(scope.owners.bus, at(table.bus[k]))) {
            check_limit(scope, k, parts, findings);
        }
        std::vector<std::size_t> mine;
        for (std::size_t i = 0; i < storages.bus.size(); ++i) {
            if (behind(storages.connection, i, k) && scope.mine(scope.owners.storage, i)) {
                mine.push_back(i);
            }
        }
        for (int t = 0; !mine.empty() && t < scope.hours(); ++t) {
            const Hour hour = hour_of(scope, k, t);
            for (const std::size_t i : mine) {
                check_storage(scope, k, i, t, hour, findings);
            }
        }
    }
}

} // namespace longyang::verify
