#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

/// When a plant is in service (docs/theory/service.md), and what heat supply asks of a thermal
/// cluster's running units (docs/theory/thermal.md, "Heat supply"). Vectors have one entry an hour
/// of the year.
namespace longyang::grid {

/// SV-1. The hours of the year [from_hour, to_hour) in which a plant is in service; without a row
/// in `service` all.
struct InService {
    int from_hour = 0, to_hour = hours_per_year;

    [[nodiscard]] bool always() const { return from_hour <= 0 && to_hour >= hours_per_year; }
    /// Hours behind the year's end are those of its start.
    [[nodiscard]] bool at(int hour_of_year) const {
        const int hour = hour_of_year % hours_per_year;
        return from_hour <= hour && hour < to_hour;
    }
};
/// table: as in column `table` of service.csv; row: of that table.
[[nodiscard]] InService in_service(const System& system, std::string_view table, std::size_t row);

/// The rows of a table that service.csv may name; nullptr where there is no such table.
[[nodiscard]] const Rows* rows_in_service(const System& system, std::string_view table);

/// SV-2. What hangs on profiles is 0 where its plant is not in service: output of renewables,
/// limits and demand of HVDC lines, limits of DC links, all that flexible loads ask for. Each such
/// profile is replaced by one of the plant's own. Rows that name no plant are passed over. Done
/// once, when a case is read.
void apply_service(System& system);

/// SV-6. Hours [begin, end) of a span in which the same branches are in service.
struct NetworkSpan {
    int begin = 0, end = 0;
    std::vector<char> out; ///< per branch, not 0: out of service; empty: none is
};
/// They follow each other and make up the span.
[[nodiscard]] std::vector<NetworkSpan> network_spans(const System& system, Span span);

/// TH-12. 1 where the cluster's units may run: from commissioning to retirement, and emergency
/// backup only where it is called.
[[nodiscard]] std::vector<char> service_hours(const System& system, int plant);

/// TH-13 to TH-15. Heat supply of a cluster.
struct HeatPlan {
    bool back_pressure = false; ///< units without heat cannot run
    Integers units;             ///< that supply heat, at least; empty vectors: no heat supply
    Numbers heat_mw;            ///< of each running unit
    Numbers floor_mw, top_mw;   ///< limits of a running unit's output

    [[nodiscard]] bool empty() const { return units.empty(); }
};
[[nodiscard]] HeatPlan heat_plan(const System& system, int plant);

/// TH-4. Units that have to run if they are available: `must_run_units` by its profile, and those
/// that supply heat; of back pressure these alone.
[[nodiscard]] Integers must_run_units(const System& system, int plant);

} // namespace longyang::grid
