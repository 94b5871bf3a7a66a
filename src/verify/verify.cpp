#include "verify/verify.hpp"

#include "base/error.hpp"
#include "verify/checks.hpp"
#include "verify/findings.hpp"
#include "verify/scope.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <numeric>

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

/// Costs by row of the tables, one table after the other; each row is filled by its owner.
struct Costs {
    std::vector<double> thermal, renewables, reservoirs, hydro, storages, hvdc, loads, reserves,
        contracts;

    explicit Costs(const grid::System& system)
        : thermal(system.thermal.bus.size()), renewables(system.renewables.bus.size()),
          reservoirs(system.reservoirs.downstream.size()), hydro(system.hydro.bus.size()),
          storages(system.storages.bus.size()), hvdc(system.hvdc.bus.size()),
          loads(system.loads.bus.size()), reserves(system.reserves.region.size()),
          contracts(system.contracts.of.size()) {}

    /// Added up row by row, so that it does not matter which rank worked a row out. Collective.
    [[nodiscard]] double total(const Comm& comm) const {
        std::vector<double> rows;
        for (const auto* part : {&thermal, &renewables, &reservoirs, &hydro, &storages, &hvdc,
                                 &loads, &reserves, &contracts}) {
            rows.insert(rows.end(), part->begin(), part->end());
        }
        sum_in_order(comm, rows);
        return std::accumulate(rows.begin(), rows.end(), 0.0);
    }
};

} // namespace

Report check_schedule(const Comm& comm, const grid::System& system, const partition::Owners& owners,
                      const grid::Schedule& schedule, const Flows& flows,
                      const Settings& settings) {
    const Scope scope{system, owners, schedule, settings, comm.rank()};
    Findings findings(settings);
    Costs cost(system);
    double both_mwh = 0.0;
    agree(comm, [&] {
        require_flows(system, schedule, flows);
        check_numbers(scope, findings);
        check_thermal(scope, findings, cost.thermal);
        check_renewables(scope, findings, cost.renewables);
        check_reservoirs(scope, findings, cost.reservoirs);
        check_hydro(scope, findings, cost.hydro);
        check_storages(scope, findings, cost.storages, both_mwh);
        check_hvdc(scope, findings, cost.hvdc);
        check_loads(scope, findings, cost.loads);
        check_contracts(scope, flows.section_mw, findings, cost.contracts);
    });
    check_reserves(comm, scope, findings, cost.reserves);
    check_network(comm, scope, flows, findings);

    Report report = findings.join(comm);
    report.cost_cny = cost.total(comm);
    sum_in_order(comm, std::span(&both_mwh, 1));
    report.charged_while_discharging_mwh = both_mwh;
    return report;
}

} // namespace longyang::verify
