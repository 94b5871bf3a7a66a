// ST-1 to ST-4 and the cost of storages, by docs/theory/storage.md.
#include "verify/checks.hpp"

#include <algorithm>

namespace longyang::verify {
namespace {

struct Plant {
    const Scope& scope;
    std::size_t i;
    std::string name;

    [[nodiscard]] const grid::Storages& table() const { return scope.system.storages; }
    [[nodiscard]] double charge_mw(int t) const {
        return scope.schedule.storage_charge_mw.row(i)[at(t)];
    }
    [[nodiscard]] double discharge_mw(int t) const {
        return scope.schedule.storage_discharge_mw.row(i)[at(t)];
    }
    [[nodiscard]] double energy_mwh(int t) const {
        return t < 0 ? table().energy_initial_mwh[i]
                     : scope.schedule.storage_energy_mwh.row(i)[at(t)];
    }
};

/// ST-1, ST-2
void check_energy(const Plant& p, Findings& findings) {
    const grid::Storages& table = p.table();
    for (int t = 0; t < p.scope.hours(); ++t) {
        // SV-4: out of service there is no inflow, and what the initial content loses is made up.
        const bool in_service = served(p.scope, "storages", p.name, t);
        const double inflow_mw =
            in_service ? table.inflow_mw[p.i] * p.scope.profile(table.inflow_profile[p.i], t, 1.0)
                       : 0.0;
        const double made_up =
            in_service ? 0.0 : table.loss_per_h[p.i] * table.energy_initial_mwh[p.i];
        const double spill_mw = p.scope.schedule.storage_spill_mw.row(p.i)[at(t)];
        const double taken = table.efficiency_charge[p.i] * p.charge_mw(t);
        const double given = p.discharge_mw(t) / table.efficiency_discharge[p.i];
        const double kept = (1.0 - table.loss_per_h[p.i]) * p.energy_mwh(t - 1);
        // The change of the hour, so that a large store does not hide it.
        findings.equal({"ST-1 balance", p.name, t, "MWh"}, p.energy_mwh(t) - kept,
                       taken - given + inflow_mw + made_up - spill_mw,
                       std::max({taken, given, inflow_mw, made_up, spill_mw}));
        findings.at_most({"ST-1 spill", p.name, t, "MW"}, spill_mw, inflow_mw);
        findings.at_most({"ST-1 content", p.name, t, "MWh"}, p.energy_mwh(t),
                         table.energy_max_mwh[p.i]);
    }
    if (p.scope.hours() > 0) {
        findings.at_least({"ST-2 end of the span", p.name, -1, "MWh"},
                          p.energy_mwh(p.scope.hours() - 1), table.energy_initial_mwh[p.i]);
    }
}

/// ST-3, ST-4
void check_power(const Plant& p, Findings& findings) {
    const grid::Storages& table = p.table();
    const double scale_mw = std::max(table.charge_max_mw[p.i], table.discharge_max_mw[p.i]);
    for (int t = 0; t < p.scope.hours(); ++t) {
        const double up_mw = p.scope.schedule.storage_up_mw.row(p.i)[at(t)];
        const double down_mw = p.scope.schedule.storage_down_mw.row(p.i)[at(t)];
        const Place discharge{"ST-3 discharge", p.name, t, "MW"};
        const Place charge{"ST-3 charge", p.name, t, "MW"};
        findings.at_most(discharge, p.discharge_mw(t), table.discharge_max_mw[p.i]);
        findings.at_most(charge, p.charge_mw(t), table.charge_max_mw[p.i], scale_mw);
        findings.at_most(discharge, p.discharge_mw(t) - p.charge_mw(t) + up_mw,
                         table.discharge_max_mw[p.i], scale_mw);
        findings.at_most(charge, p.charge_mw(t) - p.discharge_mw(t) + down_mw,
                         table.charge_max_mw[p.i], scale_mw);
        findings.at_most({"ST-4 energy for upward reserve", p.name, t, "MWh"},
                         up_mw / table.efficiency_discharge[p.i], p.energy_mwh(t), scale_mw);
        findings.at_most({"ST-4 room for downward reserve", p.name, t, "MWh"},
                         table.efficiency_charge[p.i] * down_mw,
                         table.energy_max_mwh[p.i] - p.energy_mwh(t), scale_mw);
    }
}

} // namespace

void check_storages(const Scope& scope, Findings& findings, std::span<double> cost_cny,
                    double& both_mwh) {
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.storage, i)) {
            continue;
        }
        const Plant plant{scope, i, name_of(scope.system.storages, i)};
        check_energy(plant, findings);
        check_power(plant, findings);
        for (int t = 0; t < scope.hours(); ++t) {
            both_mwh += std::min(plant.charge_mw(t), plant.discharge_mw(t));
            cost_cny[i] += plant.discharge_mw(t) * plant.table().variable_om_cny_per_mwh[i];
        }
    }
}

} // namespace longyang::verify
