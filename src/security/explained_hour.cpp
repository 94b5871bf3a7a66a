#include "security/explained_hour.hpp"

#include "grid/connected_machines.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace longyang::security {
namespace {

/// Differences below this are rounding.
constexpr double least_gain_mw = 0.5;

/// Lets the better measure stay, of equals the first.
void keep_better(int item, double more_mw, BestMeasure& best) {
    if (more_mw > best.more_mw + least_gain_mw) {
        best = {item, more_mw};
    }
}

ExplainedLine line_of(const OperatingState& state, const ExportLimits& limits, std::size_t k) {
    ExplainedLine line;
    line.power_mw = std::abs(state.hvdc_mw.row(k)[0]);
    for (std::size_t c = 0; c < export_causes; ++c) {
        line.by_cause_mw[c] = limits.by_cause_mw[c].row(k)[0];
    }
    line.least_mw = limits.least_mw.row(k)[0];
    line.margin_mw = limits.margin_mw.row(k)[0];
    line.cause = limits.cause_of(k, 0);
    line.strength_mva = limits.line_mva.row(k)[0];
    line.ratio = limits.ratio.row(k)[0];
    line.multi_infeed_ratio = limits.multi_infeed_ratio.row(k)[0];
    line.station_ratio = limits.station_ratio.row(k)[0];
    line.weakest_station = limits.weakest_station[k];
    line.voltage_pu = limits.voltage_pu.row(k)[0];
    return line;
}

/// One more machine of each row that has another one, and a condenser at each bus: the rows of the
/// machines, then the buses.
void try_machines(const ExportGain& gain, const grid::HourTable& available,
                  ExplainedHour& explained) {
    const std::size_t rows = available.items;
    for (std::size_t k = 0; k < explained.lines.size(); ++k) {
        ExplainedLine& line = explained.lines[k];
        for (std::size_t m = 0; m < gain.gain_mw.items; ++m) {
            const double more_mw = gain.gain_mw.row(m)[k];
            if (m >= rows) {
                keep_better(static_cast<int>(m - rows), more_mw, line.condenser);
            } else if (explained.connected[m] + 1.0 <= available.row(m)[0]) {
                keep_better(static_cast<int>(m), more_mw, line.unit);
            }
        }
    }
}

/// Of the branches between the same two buses the one of least reactance, the first of equals.
std::vector<std::size_t> strongest_branches(const grid::Branches& branches) {
    std::map<std::pair<int, int>, std::size_t> of_ends;
    for (std::size_t l = 0; l < branches.x_pu.size(); ++l) {
        const auto ends = std::minmax(branches.from_bus[l], branches.to_bus[l]);
        const auto found = of_ends.emplace(ends, l).first;
        if (std::abs(branches.x_pu[l]) < std::abs(branches.x_pu[found->second])) {
            found->second = l;
        }
    }
    std::vector<std::size_t> rows;
    rows.reserve(of_ends.size());
    for (const auto& [ends, row] : of_ends) {
        rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// One more circuit beside the strongest of each corridor. Only strength knows of branches.
void try_branches(const grid::System& system, const OperatingState& state,
                  ExplainedHour& explained) {
    grid::System changed = system;
    for (const std::size_t l : strongest_branches(system.branches)) {
        changed.branches.x_pu[l] = 0.5 * system.branches.x_pu[l];
        const ExportLimits limits = export_limits(changed, StrengthModel(changed, {}), state);
        changed.branches.x_pu[l] = system.branches.x_pu[l];
        for (std::size_t k = 0; k < explained.lines.size(); ++k) {
            ExplainedLine& line = explained.lines[k];
            keep_better(static_cast<int>(l), limits.least_mw.row(k)[0] - line.least_mw,
                        line.branch);
        }
    }
}

} // namespace

ExplainedHour explain_hour(const grid::System& system, const grid::Schedule& schedule,
                           std::size_t hour) {
    std::vector<TrialMachine> condensers(system.buses.kv.size());
    // A case without any inertia has no limits by frequency, and a trial brings none (SE-7).
    const auto& inertia = system.machines.inertia_s;
    const bool any_inertia =
        std::any_of(inertia.begin(), inertia.end(), [](double h) { return h > 0.0; });
    for (std::size_t b = 0; b < condensers.size(); ++b) {
        condensers[b].bus = static_cast<int>(b);
        condensers[b].inertia_s = any_inertia ? condensers[b].inertia_s : 0.0;
    }
    const OperatingState state = repeat_hour(operating_state(system, schedule, 0), hour, 1);
    const ExportLimits limits = export_limits(system, StrengthModel(system, {}), state);
    ExplainedHour explained;
    explained.hour = hour;
    for (std::size_t m = 0; m < system.machines.bus.size(); ++m) {
        explained.connected.push_back(state.connected.row(m)[0]);
        explained.unit_mw.push_back(state.unit_mw.row(m)[0]);
    }
    for (std::size_t k = 0; k < system.hvdc.bus.size(); ++k) {
        explained.lines.push_back(line_of(state, limits, k));
    }
    const StrengthModel with_condensers(system, condensers);
    const OperatingState more =
        repeat_hour(operating_state(system, schedule, condensers.size()), hour, 1);
    const grid::HourTable available =
        grid::available_machines(system, {schedule.span.begin + static_cast<int>(hour), 1});
    try_machines(export_gains(system, with_condensers, more, 0), available, explained);
    try_branches(system, state, explained);
    return explained;
}

} // namespace longyang::security
