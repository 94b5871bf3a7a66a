#pragma once

#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// The checks of check_case, one function a topic. Conditions are written so that NaN breaks none.
namespace longyang::caseio {

/// Branches (two ends, reactance), sections (members, signs, no branch twice), buses without
/// branches.
[[nodiscard]] std::vector<Fault> check_network(const grid::System& system);

/// Contingencies (branches, each pair once) and their actions (what they act on).
[[nodiscard]] std::vector<Fault> check_contingencies(const grid::System& system);

/// What power flows need: voltage bands, shunts, machines, a given dispatch.
[[nodiscard]] std::vector<Fault> check_ac(const grid::System& system);

/// Clusters (limits, ramps, must-run, state before the year), heat curves, start tiers, outages.
[[nodiscard]] std::vector<Fault> check_thermal(const grid::System& system);

/// Words of technology that are free, but not their writing: PV is not pv.
[[nodiscard]] std::vector<Fault> check_technologies(const grid::System& system);

/// Service and backup of clusters (spans, calls), heat supply (lines, demand).
[[nodiscard]] std::vector<Fault> check_service(const grid::System& system);

/// Reservoirs (limits, reference storage, releases, cycles), head curves and pumps.
[[nodiscard]] std::vector<Fault> check_hydro(const grid::System& system);

/// Storage plants: content at the start, and whether it can be kept.
[[nodiscard]] std::vector<Fault> check_storages(const grid::System& system);

/// Connections of bases: where they lead, and what lies behind them.
[[nodiscard]] std::vector<Fault> check_connections(const grid::System& system);

/// Power blocks of CSP plants: their plants, heat lines and stores.
[[nodiscard]] std::vector<Fault> check_power_blocks(const grid::System& system);

/// Carbon capture: its plants, heat lines and energy.
[[nodiscard]] std::vector<Fault> check_carbon_capture(const grid::System& system);

/// Flexible loads: limits against each other, and whether the content can be kept over the year.
[[nodiscard]] std::vector<Fault> check_flexible_loads(const grid::System& system);

/// DC links: buses, limits.
[[nodiscard]] std::vector<Fault> check_dc_links(const grid::System& system);

/// HVDC lines: limits, blocks.
[[nodiscard]] std::vector<Fault> check_hvdc(const grid::System& system);

/// Energy contracts: what carries them, and whether it can.
[[nodiscard]] std::vector<Fault> check_contracts(const grid::System& system);
/// Policy targets and energy limits of thermal plants: what goes together.
[[nodiscard]] std::vector<Fault> check_targets(const grid::System& system);

/// Caps on emissions: what they cover.
[[nodiscard]] std::vector<Fault> check_emission_caps(const grid::System& system);

/// Reserve requirements and their sharing.
[[nodiscard]] std::vector<Fault> check_reserves(const grid::System& system);

/// Figures that others of the case do not bear out, most likely in a wrong unit: plants of wind and
/// sun far beyond all that could be drawn, stations beyond their flow, levels that miss a line's
/// rating, machines of another size than their plant, a dispatch beyond limits. Not of cases that
/// were changed, where one figure may move alone.
[[nodiscard]] std::vector<Fault> check_sizes(const grid::System& system);
/// Systems without load or export, and islands of the network in which load and least export exceed
/// all capacity in some hour.
[[nodiscard]] std::vector<Fault> check_adequacy(const grid::System& system);

/// A fault at a row of a table.
[[nodiscard]] Fault row_fault(const std::string& table, const grid::Rows& rows, std::size_t row,
                              std::string column, std::string found, std::string expected,
                              std::string nearest = "");

/// Rows of a table that name each item of another, in their order: by_item[i] for reference i.
[[nodiscard]] std::vector<std::vector<std::size_t>> rows_by_item(const grid::Integers& reference,
                                                                 std::size_t items);

/// The first hour in which profile `low` lies above profile `high`; -1: none, or one is absent.
[[nodiscard]] int first_hour_above(const grid::System& system, int low, int high);

/// Share by which two figures of a case may differ and still count as equal (rounded in a table).
inline constexpr double rounding = 1e-6;

} // namespace longyang::caseio
