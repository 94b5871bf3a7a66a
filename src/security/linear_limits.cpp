#include "security/linear_limits.hpp"

#include "grid/connected_machines.hpp"
#include "grid/converters.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::security {
namespace {

/// Smaller weights are left out of a pattern; where a row is laid it is exact all the same.
constexpr double least_weight = 1e-3;
/// MW of limit that a unit has to bring to stand in a pattern.
constexpr double least_mw_a_unit = 1e-2;
/// So much of a limit rows are laid inside it: machines of hydro stations and storages follow the
/// dispatch, which comes after the rows. Stations' infeed is free by the hour, lines go in levels.
constexpr double inside_of_station = 0.01, inside_of_line = 0.003;
/// Patterns agree on any number of ranks to about 1e-13: rounded, they are the same bit by bit.
constexpr double steps = 1048576.0;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

double rounded(double value) {
    return std::round(value * steps) / steps;
}

bool of_stations(ExportCause cause) {
    return cause == ExportCause::stations;
}

} // namespace

LinearLimits::LinearLimits(const grid::System& system, const StrengthModel& model)
    : system_(system), model_(model),
      island_of_bus_(grid::islands(static_cast<int>(system.buses.name.size()),
                                   system.branches.from_bus, system.branches.to_bus)) {
    const std::vector<grid::MachinePlant> plants = grid::plants_of_machines(system);
    for (std::size_t m = 0; m < plants.size(); ++m) {
        OfCluster of;
        if (plants[m].from == grid::MachinePlant::From::thermal) {
            of = {plants[m].row, static_cast<double>(system.machines.units[m]) /
                                     static_cast<double>(system.thermal.units[at(plants[m].row)])};
        }
        clusters_.push_back(of);
    }
    const auto stations = model.stations();
    for (const int bus : system.renewables.bus) {
        station_of_renewable_.push_back(
            static_cast<int>(std::find(stations.begin(), stations.end(), bus) - stations.begin()));
    }
}

double LinearLimits::sum(const LimitPattern& pattern, const OperatingState& state,
                         const grid::HourTable& units_on, std::size_t hour) const {
    double sum_mw = 0.0;
    for (std::size_t k = 0; k < pattern.line_weight.size(); ++k) {
        sum_mw += pattern.line_weight[k] * state.hvdc_mw.row(k)[hour];
    }
    for (std::size_t r = 0; r < station_of_renewable_.size(); ++r) {
        sum_mw +=
            pattern.station_weight[at(station_of_renewable_[r])] * state.renewable_mw.row(r)[hour];
    }
    for (std::size_t g = 0; g < pattern.running.size(); ++g) {
        sum_mw -= pattern.running[g] * units_on.row(g)[hour];
    }
    return sum_mw;
}

/// How far a limit is broken, in the unit of its row.
double LinearLimits::excess_mw(const LimitPattern& pattern, const OperatingState& state,
                               const ExportLimits& limits, std::size_t hour) const {
    if (pattern.line < 0) {
        return limits.station_excess_mw.row(at(pattern.station))[hour];
    }
    return pattern.direction * state.hvdc_mw.row(at(pattern.line))[hour] -
           limits.of(pattern.cause).row(at(pattern.line))[hour];
}

/// How far inside its limit a row is laid.
double LinearLimits::inside_mw(const LimitPattern& pattern, const OperatingState& state,
                               const ExportLimits& limits, std::size_t hour) const {
    if (pattern.line >= 0) {
        return inside_of_line * limits.of(pattern.cause).row(at(pattern.line))[hour];
    }
    double infeed_mw = 0.0;
    for (std::size_t r = 0; r < station_of_renewable_.size(); ++r) {
        infeed_mw +=
            pattern.station_weight[at(station_of_renewable_[r])] * state.renewable_mw.row(r)[hour];
    }
    return inside_of_station *
           std::max(0.0, infeed_mw - limits.station_excess_mw.row(at(pattern.station))[hour]);
}

std::map<LinearLimits::Key, LinearLimits::Broken> LinearLimits::find(const OperatingState& state,
                                                                     const ExportLimits& limits,
                                                                     double tolerance_mw) const {
    std::map<Key, Broken> found;
    const auto note = [&](const Key& key, std::size_t hour, double excess_mw) {
        if (excess_mw > tolerance_mw) {
            Broken& broken = found[key];
            broken.hours.push_back(static_cast<int>(hour));
            if (excess_mw > broken.excess_mw) {
                broken.excess_mw = excess_mw;
                broken.hour = hour;
            }
        }
    };
    for (std::size_t c = 0; c < export_causes; ++c) {
        const auto cause = static_cast<ExportCause>(c);
        if (cause == ExportCause::plan || of_stations(cause)) {
            continue;
        }
        for (std::size_t k = 0; k < limits.least_mw.items; ++k) {
            for (std::size_t t = 0; t < state.hours(); ++t) {
                const double p_mw = state.hvdc_mw.row(k)[t];
                note({static_cast<int>(c), static_cast<int>(k), -1, p_mw < 0.0 ? -1 : 1}, t,
                     std::abs(p_mw) - limits.of(cause).row(k)[t]);
            }
        }
    }
    for (std::size_t s = 0; s < limits.station_excess_mw.items; ++s) {
        for (std::size_t t = 0; t < state.hours(); ++t) {
            note({static_cast<int>(ExportCause::stations), -1, static_cast<int>(s), 1}, t,
                 limits.station_excess_mw.row(s)[t]);
        }
    }
    return found;
}

void LinearLimits::set_running(std::vector<double> mw_per_machine, LimitPattern& pattern) const {
    for (std::size_t m = 0; m < mw_per_machine.size() && m < clusters_.size(); ++m) {
        if (clusters_[m].cluster >= 0) {
            pattern.running[at(clusters_[m].cluster)] +=
                mw_per_machine[m] * clusters_[m].machines_a_unit;
        }
    }
    for (double& mw : pattern.running) {
        mw = mw < least_mw_a_unit ? 0.0 : rounded(mw);
    }
    pattern.mw_per_machine = std::move(mw_per_machine);
}

// SE-15  what one machine more of a row adds to a line's limit
std::vector<double> LinearLimits::line_slopes(ExportCause cause, std::size_t line, double limit_mw,
                                              const StrengthAround& around) const {
    const grid::SecurityLimits& most = system_.info.security;
    const grid::Converter c = grid::converter(system_, line);
    const auto machines = model_.machines();
    std::vector<double> slope(machines.size(), 0.0);
    double per_mva = 0.0;
    switch (cause) {
    case ExportCause::short_circuit_ratio: {
        const double met = limit_mw * c.q_demand_mvar_per_mw <= c.filter_mvar;
        per_mva = 1.0 / (c.scr_min + met * c.q_demand_mvar_per_mw);
        break;
    }
    case ExportCause::multi_infeed:
        per_mva = 1.0 / most.miscr_min;
        break;
    case ExportCause::overvoltage:
        per_mva = limit_mw / around.mva;
        break;
    default:
        break;
    }
    const int island = island_of_bus_[at(system_.hvdc.bus[line])];
    for (std::size_t m = 0; m < machines.size(); ++m) {
        slope[m] = per_mva * around.mva_per_machine[m];
        if (island_of_bus_[at(machines[m].bus)] != island) {
            continue;
        }
        if (cause == ExportCause::rocof) {
            slope[m] = 2.0 * machines[m].energy_mws * most.rocof_max_hz_per_s / most.frequency_hz /
                       c.block_pole_share;
        } else if (cause == ExportCause::settled_frequency) {
            slope[m] = machines[m].gain_mw * most.frequency_settled_max_hz / most.frequency_hz /
                       c.block_pole_share;
        }
    }
    return slope;
}

LimitPattern LinearLimits::make(const Key& key, std::size_t hour, const OperatingState& state,
                                const ExportLimits& limits, std::span<const double> z_pu) const {
    LimitPattern pattern;
    pattern.cause = static_cast<ExportCause>(std::get<0>(key));
    pattern.line = std::get<1>(key);
    pattern.station = std::get<2>(key);
    pattern.direction = std::get<3>(key);
    pattern.line_weight.assign(system_.hvdc.bus.size(), 0.0);
    pattern.station_weight.assign(model_.stations().size(), 0.0);
    pattern.running.assign(system_.thermal.name.size(), 0.0);
    const auto kept = [](double weight) { return weight < least_weight ? 0.0 : rounded(weight); };
    if (pattern.line < 0) {
        // SE-16: sum of Z_sj / Z_ss P_j <= S_s / r.
        const StrengthAround around = model_.around_station(z_pu, at(pattern.station));
        pattern.name = fmt::format("stations around {}",
                                   system_.buses.name[at(model_.stations()[at(pattern.station)])]);
        std::transform(around.station_weight.begin(), around.station_weight.end(),
                       pattern.station_weight.begin(), kept);
        std::vector<double> slope = around.mva_per_machine;
        for (double& mw : slope) {
            mw /= system_.info.security.mrscr_min;
        }
        set_running(std::move(slope), pattern);
        return pattern;
    }
    const auto k = at(pattern.line);
    const StrengthAround around = model_.around_line(z_pu, k);
    pattern.name = fmt::format("{} of {}{}", name_of(pattern.cause), system_.hvdc.name[k],
                               pattern.direction < 0 ? " backward" : "");
    if (pattern.cause == ExportCause::multi_infeed) {
        for (std::size_t j = 0; j < pattern.line_weight.size(); ++j) {
            if (grid::converter(system_, j).line_commutated) {
                const double sign = state.hvdc_mw.row(j)[hour] < 0.0 ? -1.0 : 1.0;
                pattern.line_weight[j] = sign * kept(around.line_weight[j]);
            }
        }
    }
    pattern.line_weight[k] = pattern.direction;
    set_running(line_slopes(pattern.cause, k, limits.of(pattern.cause).row(k)[hour], around),
                pattern);
    return pattern;
}

// SE-14  a row is the tangent at the state: sum <= sum there - excess there
void LinearLimits::look(const OperatingState& state, const ExportLimits& limits,
                        const grid::HourTable& units_on, double tolerance_mw, bool inside) {
    std::size_t hour_of_z = state.hours();
    std::vector<double> z_pu;
    for (const auto& [key, broken] : find(state, limits, tolerance_mw)) {
        if (!pattern_of_.contains(key)) {
            if (broken.hour != hour_of_z) {
                hour_of_z = broken.hour;
                z_pu = model_.impedances(state, hour_of_z);
            }
            pattern_of_[key] = patterns_.size();
            patterns_.push_back(make(key, broken.hour, state, limits, z_pu));
        }
        const std::size_t pattern = pattern_of_[key];
        for (const int hour : broken.hours) {
            if (row_of_.insert({{pattern, hour}, rows_.size()}).second) {
                rows_.push_back({pattern, hour, 0.0, 0.0});
            }
        }
    }
    for (LimitRow& row : rows_) {
        const LimitPattern& pattern = patterns_[row.pattern];
        row.excess_mw = excess_mw(pattern, state, limits, at(row.hour));
        const double room_mw = inside ? inside_mw(pattern, state, limits, at(row.hour)) : 0.0;
        row.upper_mw =
            std::round((sum(pattern, state, units_on, at(row.hour)) - row.excess_mw - room_mw) *
                       1e6) /
            1e6;
    }
}

} // namespace longyang::security
