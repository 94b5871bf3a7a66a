#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/frequency.hpp"
#include "security/operating_state.hpp"
#include "security/overvoltage.hpp"
#include "security/strength.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// What each HVDC line can export in each hour, and why. Equations SE-3 ... are those of
/// docs/theory/export-limits.md.
namespace longyang::security {

/// A limit that is passed by no more than this counts as kept: powers of lines go in whole steps of
/// 50 MW and more, and the rows that keep a schedule inside its limits are tangents (SE-14).
inline constexpr double kept_mw = 1.0;

/// What limits a line; also the order in which equal limits are named.
enum class ExportCause : std::uint8_t {
    plan,                ///< the line's own rating and availability
    short_circuit_ratio, ///< at the converter: effective ratio, plain for voltage-source converters
    multi_infeed,        ///< with the line-commutated lines around it
    stations, ///< what is left if nothing takes the place of what near stations may not feed in:
              ///< told, and no limit of the line (SE-5)
    rocof,    ///< rate of change of frequency after the block
    extreme_frequency,
    settled_frequency,
    overvoltage,
};
inline constexpr std::size_t export_causes = 8;

/// Name of a cause in tables and files: plan, short_circuit_ratio, ...
[[nodiscard]] const char* name_of(ExportCause cause);

/// Limits on the size of each line's power, MW, lines x hours; infinite where a cause sets none.
struct ExportLimits {
    std::array<grid::HourTable, export_causes> by_cause_mw;
    grid::HourTable least_mw;
    std::vector<ExportCause> cause; ///< lines x hours, of the least limit
    grid::HourTable margin_mw;      ///< least_mw less the size of the scheduled power

    // What the limits were computed from, at the scheduled powers.
    grid::HourTable line_mva;           ///< S_ac
    grid::HourTable ratio;              ///< effective (vsc: plain) short-circuit ratio
    grid::HourTable multi_infeed_ratio; ///< infinite for vsc
    grid::HourTable station_ratio;      ///< least of the stations near the line
    /// Per station (StrengthModel::stations) x hours: infeed as it weighs there beyond what
    /// mrscr_min allows, MW; negative where there is room (SE-5).
    grid::HourTable station_excess_mw;
    /// Lines x hours: the largest of the stations near the line; -infinity: none is near.
    grid::HourTable near_excess_mw;
    std::vector<std::int32_t> weakest_station; ///< lines x hours: bus; -1: none is near
    grid::HourTable voltage_pu;                ///< after the block
    Frequency frequency;

    [[nodiscard]] const grid::HourTable& of(ExportCause why) const {
        return by_cause_mw[static_cast<std::size_t>(why)];
    }
    [[nodiscard]] ExportCause cause_of(std::size_t line, std::size_t hour) const {
        return cause[line * least_mw.hours + hour];
    }
};

/// Why nothing is known of a case's strength, in words: an island without a row in machines.csv;
/// empty: it is known.
[[nodiscard]] std::string why_no_strength(const grid::System& system);
/// Why a case has no export limits, in words: no HVDC lines, or as why_no_strength; empty: it has.
[[nodiscard]] std::string why_no_export_limits(const grid::System& system);

/// All limits of all lines in every hour of a state (SE-12).
[[nodiscard]] ExportLimits export_limits(const grid::System& system, const StrengthModel& model,
                                         const OperatingState& state);

/// What one more running machine of each row (trials included) would bring each line in an hour:
/// the least limit with it less the least limit without, all else as it is (SE-13).
struct ExportGain {
    std::vector<double> base_mw;       ///< per line, the least limit
    std::vector<ExportCause> cause;    ///< per line, of that limit
    grid::HourTable gain_mw;           ///< machine rows x lines
    grid::HourTable strength_gain_mva; ///< machine rows x lines: rise of S_ac
};
[[nodiscard]] ExportGain export_gains(const grid::System& system, const StrengthModel& model,
                                      const OperatingState& state, std::size_t hour);

/// A line over all hours.
struct ExportSummary {
    std::array<long long, export_causes> hours_by_cause{};
    /// Hours with a scheduled power above the least limit, by more than kept_mw.
    long long violated = 0;
    /// Hours in which a station near it has less than mrscr_min, by more than kept_mw of infeed.
    long long stations_weak = 0;
    double worst_margin_mw = 0.0; ///< least margin of any hour
    std::size_t worst_hour = 0;
    double scheduled_h = 0.0;        ///< hours at rating that the schedule makes
    double possible_h = 0.0;         ///< hours at rating that the least limits would allow
    std::vector<double> duration_mw; ///< least limits, largest first
};
[[nodiscard]] std::vector<ExportSummary>
summarise(const grid::System& system, const OperatingState& state, const ExportLimits& limits);

} // namespace longyang::security
