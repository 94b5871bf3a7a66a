// NW-4 (docs/theory/network.md) and ST-5 (docs/theory/storage.md): what lies behind a connection.
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::verify {
namespace {

/// Whether a row of a table lies behind connection `k`.
bool behind(const grid::Integers& column, std::size_t row, std::size_t k) {
    return row < column.size() && column[row] == static_cast<int>(k);
}

/// Power of an hour, MW.
struct Hour {
    double in_mw = 0.0, largest_mw = 0.0;  ///< into the bus; size of its largest part
    double weather_mw = 0.0;               ///< what wind and PV could give
    double charge_mw = 0.0, give_mw = 0.0; ///< what all storages could take and give
};

Hour hour_of(const Scope& scope, std::size_t k, int t) {
    const grid::Renewables& renewables = scope.system.renewables;
    const grid::Storages& storages = scope.system.storages;
    Hour hour;
    const auto add = [&](double mw) {
        hour.in_mw += mw;
        hour.largest_mw = std::max(hour.largest_mw, std::abs(mw));
    };
    for (std::size_t i = 0; i < renewables.bus.size(); ++i) {
        if (behind(renewables.connection, i, k)) {
            add(scope.schedule.renewable_p_mw.row(i)[at(t)]);
            hour.weather_mw += scope.available_mw(i, t);
        }
    }
    for (std::size_t i = 0; i < storages.bus.size(); ++i) {
        if (behind(storages.connection, i, k)) {
            add(scope.schedule.storage_discharge_mw.row(i)[at(t)]);
            add(-scope.schedule.storage_charge_mw.row(i)[at(t)]);
            if (served(scope, "storages", name_of(storages, i), t)) {
                hour.charge_mw += storages.charge_max_mw[i];
                hour.give_mw += storages.discharge_max_mw[i];
            }
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

void check_connections(const Scope& scope, Findings& findings) {
    const grid::Connections& table = scope.system.connections;
    for (std::size_t k = 0; k < table.bus.size(); ++k) {
        // All members stand at its bus, so that they have one owner.
        if (!scope.mine(scope.owners.bus, at(table.bus[k]))) {
            continue;
        }
        const std::string name = name_of(table, k);
        for (int t = 0; t < scope.hours(); ++t) {
            const Hour hour = hour_of(scope, k, t);
            const Place place{"NW-4 connection limit", name, t, "MW"};
            findings.at_most(place, hour.in_mw, table.export_max_mw[k], hour.largest_mw);
            findings.at_least(place, hour.in_mw, -table.import_max_mw[k], hour.largest_mw);
            for (std::size_t i = 0; i < scope.system.storages.bus.size(); ++i) {
                if (behind(scope.system.storages.connection, i, k)) {
                    check_storage(scope, k, i, t, hour, findings);
                }
            }
        }
    }
}

} // namespace longyang::verify
