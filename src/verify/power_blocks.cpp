// TH-17, TH-18: heat of power blocks, by docs/theory/thermal.md.
#include "verify/checks.hpp"

#include <algorithm>

namespace longyang::verify {
namespace {

/// Heat input of a unit at both ends of its straight heat curve, MW.
struct HeatLine {
    double low_mw = 0.0, low_heat_mw = 0.0;
    double heat_per_mw = 0.0;

    HeatLine(const grid::HeatCurves& table, int plant) {
        constexpr double gj_per_mwh = 3.6;
        double high_mw = 0.0;
        double high_heat_mw = 0.0;
        bool any = false;
        for (std::size_t k = 0; k < table.plant.size(); ++k) {
            if (table.plant[k] != plant) {
                continue;
            }
            const double heat_mw = table.heat_gj_per_h[k] / gj_per_mwh;
            if (!any || table.p_mw[k] < low_mw) {
                low_mw = table.p_mw[k];
                low_heat_mw = heat_mw;
            }
            if (!any || table.p_mw[k] > high_mw) {
                high_mw = table.p_mw[k];
                high_heat_mw = heat_mw;
            }
            any = true;
        }
        if (high_mw > low_mw) {
            heat_per_mw = (high_heat_mw - low_heat_mw) / (high_mw - low_mw);
        }
    }
    /// Of `on` units that together give `p_mw`.
    [[nodiscard]] double heat_mw(double on, double p_mw) const {
        return on * low_heat_mw + heat_per_mw * (p_mw - on * low_mw);
    }
};

/// Adds what a row's plant takes from its store.
void add_heat(const Scope& scope, std::size_t row, grid::HourTable& taken) {
    const grid::PowerBlocks& table = scope.system.power_blocks;
    const std::size_t plant = at(table.plant[row]);
    const HeatLine line(scope.system.heat_curves, table.plant[row]);
    const auto into = taken.row(at(table.store[row]));
    for (std::size_t t = 0; t < into.size(); ++t) {
        into[t] += line.heat_mw(scope.schedule.thermal_units_on.row(plant)[t],
                                scope.schedule.thermal_p_mw.row(plant)[t]) +
                   table.start_heat_mwh[row] * scope.schedule.thermal_starts.row(plant)[t];
    }
}

} // namespace

bool gives_heat(const grid::System& system, std::size_t storage) {
    const grid::Integers& stores = system.power_blocks.store;
    return std::find(stores.begin(), stores.end(), static_cast<int>(storage)) != stores.end();
}

void check_power_blocks(const Comm& comm, const Scope& scope, Findings& findings) {
    const grid::System& system = scope.system;
    const std::size_t stores = system.power_blocks.plant.empty() ? 0 : system.storages.bus.size();
    grid::HourTable taken(stores, scope.schedule.span.size());
    for (std::size_t k = 0; k < system.power_blocks.plant.size(); ++k) {
        if (scope.mine(scope.owners.thermal, at(system.power_blocks.plant[k]))) {
            add_heat(scope, k, taken);
        }
    }
    sum_in_order(comm, taken.values);
    for (std::size_t i = 0; i < stores; ++i) {
        if (!gives_heat(system, i) || !scope.mine(scope.owners.storage, i)) {
            continue;
        }
        const std::string name = name_of(system.storages, i);
        for (int t = 0; t < scope.hours(); ++t) {
            findings.at_most({"TH-18 heat of power blocks", name, t, "MWh"}, taken.row(i)[at(t)],
                             scope.schedule.storage_discharge_mw.row(i)[at(t)],
                             system.storages.discharge_max_mw[i]);
            const Place reserve{"TH-18 no reserve of a heat store", name, t, "MW"};
            findings.at_most(reserve, scope.schedule.storage_up_mw.row(i)[at(t)], 0.0);
            findings.at_most(reserve, scope.schedule.storage_down_mw.row(i)[at(t)], 0.0);
        }
    }
}

} // namespace longyang::verify
