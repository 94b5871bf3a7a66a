#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/export_limits.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace longyang::security {

/// What would raise a line's limit in an hour the most, of one kind; MW it brings, 0: nothing does.
struct BestMeasure {
    int item = -1; ///< machine row, bus, or branch
    double more_mw = 0.0;
};

/// A line in one hour: what its limit comes to, and what would raise it.
struct ExplainedLine {
    double power_mw = 0.0; ///< scheduled, as a size
    std::array<double, export_causes> by_cause_mw{};
    double least_mw = 0.0, margin_mw = 0.0;
    ExportCause cause = ExportCause::plan;
    double strength_mva = 0.0, ratio = 0.0, multi_infeed_ratio = 0.0, station_ratio = 0.0;
    int weakest_station = -1; ///< bus
    double voltage_pu = 0.0;  ///< after the block
    BestMeasure unit;         ///< one more machine of a row that has another one
    BestMeasure condenser;    ///< one more condenser of TrialMachine's size, at any bus
    BestMeasure branch;       ///< one more circuit like any branch, beside it
};

struct ExplainedHour {
    std::size_t hour = 0; ///< of the span
    std::vector<ExplainedLine> lines;
    std::vector<double> connected; ///< per row of machines.csv
    std::vector<double> unit_mw;   ///< per row: output of one of them
};

/// All limits of an hour, and what one more machine, condenser or circuit would bring each line
/// (SE-12, SE-13): each is put in by itself and the hour evaluated anew. The schedule is whole.
[[nodiscard]] ExplainedHour explain_hour(const grid::System& system, const grid::Schedule& schedule,
                                         std::size_t hour);

} // namespace longyang::security
