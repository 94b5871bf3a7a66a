#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "kernels/ac_flow.hpp"
#include "powerflow/ac_hours.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace longyang::report {

/// The highest loading of an hour.
struct HourLoading {
    int hour = 0;        ///< of the span
    int branch = -1;     ///< row in System::branches; -1: none has a rating
    double flow = 0.0;   ///< MW (DC) or MVA (AC)
    double rating = 0.0; ///< of the branch in normal operation
    [[nodiscard]] double loading() const { return rating > 0.0 ? flow / rating : 0.0; }
};

/// What the DC power flow of a dispatch showed.
struct DcFlowFinding {
    long long violations = 0;       ///< of branches and sections in all hours
    double imbalance_mw = 0.0;      ///< largest of an hour that the slack took up
    std::vector<HourLoading> hours; ///< one item an hour
};

/// One hour of the AC power flow.
struct AcHourFinding {
    int hour = 0;
    kernels::AcStatus status = kernels::AcStatus::solved;
    int worst_bus = -1; ///< where an hour that is not solved has its largest mismatch
    double mismatch_pu = 0.0;
    double slack_mw = 0.0;         ///< losses, and what the dispatch leaves unbalanced
    int low_bus = 0, high_bus = 0; ///< nearest to, or farthest beyond, the end of its band
    double low_pu = 0.0, high_pu = 0.0;
    double low_margin_pu = 0.0, high_margin_pu = 0.0; ///< to the band's end; < 0: outside
    int buses_outside = 0;                            ///< of their band
    HourLoading loading;
};

/// An hour solved a second time by another way.
struct AcComparison {
    int hour = 0;
    bool converged = false;
    int steps = 0, rounds = 0;
    double largest_v_pu = 0.0, largest_angle_deg = 0.0; ///< differences
    double mismatch_pu = 0.0;
};

struct AcFlowFinding {
    kernels::AcSummary summary;
    powerflow::SlackBeyond slack; ///< nothing where limits are ignored
    std::vector<AcHourFinding> hours;
    std::vector<AcComparison> compared;
};

/// In words, without an end of line; empty where no slack bus lies outside. cases: what is counted.
[[nodiscard]] std::string slack_words(const powerflow::SlackBeyond& slack, const char* cases = "h");

/// In words and tables; at most `rows` rows of each table, the worst ones first.
[[nodiscard]] std::string dc_flow_summary(const grid::System& system, grid::Span span,
                                          const DcFlowFinding& finding, std::size_t rows);
[[nodiscard]] std::string ac_flow_summary(const grid::System& system, grid::Span span,
                                          const AcFlowFinding& finding, std::size_t rows);

} // namespace longyang::report
