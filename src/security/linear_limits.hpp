#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/export_limits.hpp"
#include "security/operating_state.hpp"
#include "security/strength.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

/// Limits of lines and stations as linear rows in what a programme decides. Equations SE-14 ... are
/// those of docs/theory/export-limits.md.
namespace longyang::security {

/// Weights of a sum that a limit bounds from above: powers of lines, output of renewables by
/// station, minus units that run.
struct LimitPattern {
    ExportCause cause = ExportCause::multi_infeed;
    int line = -1;                      ///< whose limit it is; -1: of a station
    int station = -1;                   ///< place in StrengthModel::stations
    int direction = 1;                  ///< of the line's power: +1 out of the system, -1 into it
    std::string name;                   ///< as "multi_infeed of tianzhong"
    std::vector<double> line_weight;    ///< per row of hvdc.csv
    std::vector<double> station_weight; ///< per station
    std::vector<double> running;        ///< per row of thermal.csv: MW that one more unit allows
    std::vector<double> mw_per_machine; ///< per row of machines.csv: that one more machine allows
};

/// sum <= upper_mw in an hour.
struct LimitRow {
    std::size_t pattern = 0;
    int hour = 0; ///< of the span
    double upper_mw = 0.0;
    double excess_mw = 0.0; ///< beyond the limit itself when last looked at; negative: room
};

/// Rows for limits that schedules broke. Each is the limit's line of tangent at the schedule that
/// was looked at last (SE-14): exact there, and moved with every look.
class LinearLimits {
public:
    /// Both are read as long as the object lives.
    LinearLimits(const grid::System& system, const StrengthModel& model);

    /// Looks at a state and its limits: rows for limits broken by more than `tolerance_mw` that
    /// have none; all rows are laid anew. units_on: rows of thermal.csv x hours.
    /// inside: whether rows are laid a little inside the limits, for a schedule still to be made.
    void look(const OperatingState& state, const ExportLimits& limits,
              const grid::HourTable& units_on, double tolerance_mw, bool inside = true);

    [[nodiscard]] std::span<const LimitPattern> patterns() const { return patterns_; }
    [[nodiscard]] std::span<const LimitRow> rows() const { return rows_; }
    /// Sum of a pattern in an hour of a state.
    [[nodiscard]] double sum(const LimitPattern& pattern, const OperatingState& state,
                             const grid::HourTable& units_on, std::size_t hour) const;
    /// Of a row of machines.csv: of which row of thermal.csv, and how many machines go with a unit.
    struct OfCluster {
        int cluster = -1; ///< -1: of no thermal plant
        double machines_a_unit = 0.0;
    };
    [[nodiscard]] std::span<const OfCluster> clusters() const { return clusters_; }

private:
    using Key = std::tuple<int, int, int, int>; ///< cause, line, station, direction
    struct Broken {
        std::size_t hour = 0; ///< of the largest excess
        double excess_mw = 0.0;
        std::vector<int> hours;
    };
    [[nodiscard]] std::map<Key, Broken> find(const OperatingState& state,
                                             const ExportLimits& limits, double tolerance_mw) const;
    [[nodiscard]] LimitPattern make(const Key& key, std::size_t hour, const OperatingState& state,
                                    const ExportLimits& limits, std::span<const double> z_pu) const;
    void set_running(std::vector<double> mw_per_machine, LimitPattern& pattern) const;
    [[nodiscard]] std::vector<double> line_slopes(ExportCause cause, std::size_t line,
                                                  double limit_mw,
                                                  const StrengthAround& around) const;
    [[nodiscard]] double excess_mw(const LimitPattern& pattern, const OperatingState& state,
                                   const ExportLimits& limits, std::size_t hour) const;

    [[nodiscard]] double inside_mw(const LimitPattern& pattern, const OperatingState& state,
                                   const ExportLimits& limits, std::size_t hour) const;

    const grid::System& system_;
    const StrengthModel& model_;
    std::vector<OfCluster> clusters_;
    std::vector<int> station_of_renewable_;
    std::vector<int> island_of_bus_;
    std::map<Key, std::size_t> pattern_of_;
    std::map<std::pair<std::size_t, int>, std::size_t> row_of_; ///< pattern, hour
    std::vector<LimitPattern> patterns_;
    std::vector<LimitRow> rows_;
};

} // namespace longyang::security
