// RN-1, RN-2, LD-1 and their costs, by docs/theory/renewables-and-load.md.
#include "verify/checks.hpp"

namespace longyang::verify {

void check_renewables(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    const grid::Renewables& table = scope.system.renewables;
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.renewable, i)) {
            continue;
        }
        const std::string name = name_of(table, i);
        for (int t = 0; t < scope.hours(); ++t) {
            const double available_mw = scope.available_mw(i, t);
            const double p_mw = scope.schedule.renewable_p_mw.row(i)[at(t)];
            findings.at_most({"RN-1 output", name, t, "MW"}, p_mw, available_mw);
            findings.at_most({"RN-2 downward reserve", name, t, "MW"},
                             scope.schedule.renewable_down_mw.row(i)[at(t)], p_mw);
            cost_cny[i] += table.variable_om_cny_per_mwh[i] * p_mw +
                           table.curtailment_cny_per_mwh[i] * (available_mw - p_mw);
        }
    }
}

void check_loads(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    const grid::Loads& table = scope.system.loads;
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.load, i)) {
            continue;
        }
        const std::string name = name_of(table, i);
        for (int t = 0; t < scope.hours(); ++t) {
            const double shed_mw = scope.schedule.load_shed_mw.row(i)[at(t)];
            findings.at_most({"LD-1 shedding", name, t, "MW"}, shed_mw, scope.load_mw(i, t));
            cost_cny[i] += table.value_of_lost_load_cny_per_mwh[i] * shed_mw;
        }
    }
}

} // namespace longyang::verify
