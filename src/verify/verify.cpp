#include "verify/verify.hpp"

#include "base/error.hpp"
#include "verify/checks.hpp"
#include "verify/findings.hpp"
#include "verify/scope.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <numeric>
#include <utility>

namespace longyang::verify {
namespace {

void require_flows(const grid::System& system, const grid::Schedule& schedule, const Flows& flows) {
    const std::size_t hours = schedule.span.size();
    const std::size_t sections = system.sections.limit_forward_mw.size();
    if (flows.branch_mw.size() != flows.branch.size() * hours ||
        flows.section_mw.size() != sections * hours) {
        throw Error(Exit::defect,
                    fmt::format("{} flows of {} branches and {} of {} sections in {} hours",
                                flows.branch_mw.size(), flows.branch.size(),
                                flows.section_mw.size(), sections, hours));
    }
}

/// No costs yet; each row is filled by its owner.
Costs empty_costs(const grid::System& system) {
    const auto rows = [](std::size_t count) { return std::vector<double>(count, 0.0); };
    return {rows(system.thermal.bus.size()),
            rows(system.renewables.bus.size()),
            rows(system.reservoirs.downstream.size()),
            rows(system.hydro.bus.size()),
            rows(system.pumps.bus.size()),
            rows(system.storages.bus.size()),
            rows(system.hvdc.bus.size()),
            rows(system.loads.bus.size()),
            rows(system.flexible_loads.bus.size()),
            rows(system.reserves.region.size()),
            rows(system.contracts.of.size()),
            rows(system.targets.kind.size()),
            rows(system.emission_caps.region.size())};
}

/// All ranks' costs on every rank; gives their sum, added up row by row, so that it does not matter
/// which rank worked a row out. Collective.
double join(const Comm& comm, Costs& costs) {
    double total = 0.0;
    for (auto* part :
         {&costs.thermal, &costs.renewables, &costs.reservoirs, &costs.hydro, &costs.pumps,
          &costs.storages, &costs.hvdc, &costs.loads, &costs.flexible_loads, &costs.reserves,
          &costs.contracts, &costs.targets, &costs.emission_caps}) {
        sum_in_order(comm, *part);
        total = std::accumulate(part->begin(), part->end(), total);
    }
    return total;
}

} // namespace

Report check_schedule(const Comm& comm, const grid::System& system, const partition::Owners& owners,
                      const grid::Schedule& schedule, const Flows& flows,
                      const Settings& settings) {
    const Scope scope{system, owners, schedule, settings, comm.rank()};
    Findings findings(settings);
    Costs cost = empty_costs(system);
    double both_mwh = 0.0;
    agree(comm, [&] {
        require_flows(system, schedule, flows);
        check_numbers(scope, findings);
        check_thermal(scope, findings, cost.thermal);
        check_renewables(scope, findings, cost.renewables);
        check_reservoirs(scope, findings, cost.reservoirs);
        check_hydro(scope, findings, cost.hydro);
        check_pumps(scope, findings, cost.pumps);
        check_storages(scope, findings, cost.storages, both_mwh);
        check_hvdc(scope, findings, cost.hvdc);
        check_dc_links(scope, findings);
        check_loads(scope, findings, cost.loads);
        check_flexible_loads(scope, findings, cost.flexible_loads);
        check_contracts(scope, flows.section_mw, findings, cost.contracts);
        check_service(scope, findings);
    });
    check_reserves(comm, scope, findings, cost.reserves);
    check_targets(comm, scope, findings, cost.targets);
    check_emission_caps(comm, scope, findings, cost.emission_caps);
    check_power_blocks(comm, scope, findings);
    check_connections(comm, scope, findings);
    check_network(comm, scope, flows, findings);

    Report report = findings.join(comm);
    report.cost_cny = join(comm, cost);
    report.costs = std::move(cost);
    sum_in_order(comm, std::span(&both_mwh, 1));
    report.charged_while_discharging_mwh = both_mwh;
    return report;
}

} // namespace longyang::verify
