#pragma once

#include "base/comm.hpp"
#include "verify/findings.hpp"
#include "verify/scope.hpp"

#include <span>

/// The checks by topic; each looks at what its rank owns. Where there is a `cost_cny`, it has an
/// item per row of the topic's table, and the check writes those of this rank.
namespace longyang::verify {

/// Every value is a finite number, and none is negative that must not be.
void check_numbers(const Scope& scope, Findings& findings);

void check_thermal(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_renewables(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_reservoirs(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_hydro(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_pumps(const Scope& scope, Findings& findings, std::span<double> cost_cny);
/// both_mwh: energy charged while the same plant discharged, added up.
void check_storages(const Scope& scope, Findings& findings, std::span<double> cost_cny,
                    double& both_mwh);
void check_hvdc(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_dc_links(const Scope& scope, Findings& findings);
void check_loads(const Scope& scope, Findings& findings, std::span<double> cost_cny);
void check_flexible_loads(const Scope& scope, Findings& findings, std::span<double> cost_cny);

/// section_mw: all sections x hours.
void check_contracts(const Scope& scope, std::span<const double> section_mw, Findings& findings,
                     std::span<double> cost_cny);
/// Adds up what the plants of all ranks hold. Collective.
void check_reserves(const Comm& comm, const Scope& scope, Findings& findings,
                    std::span<double> cost_cny);
/// Policy targets and energy limits of thermal plants: adds up what all ranks' plants generate.
/// Collective.
void check_targets(const Comm& comm, const Scope& scope, Findings& findings,
                   std::span<double> cost_cny);
/// Caps on emissions: adds up the CO2 that counts of all ranks' plants. Collective.
void check_emission_caps(const Comm& comm, const Scope& scope, Findings& findings,
                         std::span<double> cost_cny);
/// Adds up the heat that power blocks of all ranks take. Collective.
void check_power_blocks(const Comm& comm, const Scope& scope, Findings& findings);
/// Connections of bases: adds up what all ranks' members feed in. Collective.
void check_connections(const Comm& comm, const Scope& scope, Findings& findings);
/// What is not in service does nothing.
void check_service(const Scope& scope, Findings& findings);
/// Adds up injections and flows of all ranks. Collective.
void check_network(const Comm& comm, const Scope& scope, const Flows& flows, Findings& findings);

} // namespace longyang::verify
