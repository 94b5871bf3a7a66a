#pragma once

#include "powerflow/ac_hours.hpp"
#include "run/flow_stages.hpp"
#include "security/ac_outage_check.hpp"
#include "security/explained_hour.hpp"
#include "security/export_limits.hpp"

#include <span>

/// Answers of flow stages as CSV files in the folder that option `tables` names; nothing where it
/// is empty. Collective; the root writes. Throws Error (file) where that fails.
namespace longyang::run {

/// dc_branches.csv: hour (of the year), branch, flow_mw. branch_mw: this rank's rows x hours.
void write_dc_flows(const FlowContext& context, std::span<const double> branch_mw);

/// ac_buses.csv: hour, bus, v_pu, angle_deg; ac_branches.csv: hour, branch, from_mw, from_mvar,
/// to_mw, to_mvar, power into the branch at its ends. Hours that did not converge are left out.
void write_ac_flows(const FlowContext& context, const powerflow::AcHoursAnswer& answer);

/// The worst after single outages (AC): ac_n1_hours.csv, ac_n1_outages.csv, ac_n1_branches.csv,
/// ac_n1_buses.csv, each with where and when, and ac_n1_not_solved.csv: outage, hour, bus with the
/// largest mismatch and its size.
void write_ac_outages(const FlowContext& context, const security::AcOutageCheck& check);

/// export_limits.csv: hour, line, the scheduled power, its least limit, cause and margin, the limit
/// by each cause (empty: none), short-circuit power and ratios, the weakest station near it, and
/// the voltage after a block. export_duration.csv: line, hours, limit_mw: the limit is at least
/// that in so many hours.
void write_export_limits(const FlowContext& context, const security::OperatingState& state,
                         const security::ExportLimits& limits);

/// explained_machines.csv: the machines that are connected in the hours of option `explain_hour`:
/// hour, machine, bus, connected, of, what they put in in MW, MVA, and stored energy in MW s.
void write_explained_hours(const FlowContext& context,
                           std::span<const security::ExplainedHour> hours);

} // namespace longyang::run
