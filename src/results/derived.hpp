#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

/// Hourly figures that follow from the schedule and the case: available output, load, heat, CO2 and
/// the balances of the regions. Each hour stands for itself, so ranks that hold different hours
/// (all rows of them) get the same figures as one rank alone, bit by bit.
namespace longyang::results {

/// Hourly tables by path ("thermal/p_mw") over the same hours.
using HourTables = std::map<std::string, grid::HourTable>;

/// Axes of the balances, in the order of first appearance.
struct BalanceAxes {
    grid::Names technologies;         ///< of thermal plants, "hydro", of renewables
    grid::Names storage_technologies; ///< of storages, pumps, stations of storage plants
    std::vector<std::size_t> thermal, renewable, storage, pump; ///< by row of the table
    std::size_t hydro = 0;
    std::size_t storage_plant = 0; ///< where stations of storage plants count
};
[[nodiscard]] BalanceAxes balance_axes(const grid::System& system);

/// Points (output in MW, heat in GJ/h) of a cluster's unit, by rising output.
using HeatCurve = std::vector<std::pair<double, double>>;
[[nodiscard]] HeatCurve heat_curve(const grid::System& system, std::size_t plant);

/// Heat input of a cluster in an hour, GJ: `units_on` units share `p_mw` along the curve, its
/// segments filled in order (docs/theory/thermal.md).
[[nodiscard]] double heat_gj(const HeatCurve& curve, double units_on, double p_mw);

/// Adds all derived tables. `hours` are those of the tables given, `begin` hours of the year.
void derive(const grid::System& system, grid::Span hours, HourTables& tables);

} // namespace longyang::results
