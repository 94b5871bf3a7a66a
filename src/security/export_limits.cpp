#include "security/export_limits.hpp"

#include "grid/converters.hpp"
#include "grid/hvdc_lines.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace longyang::security {
namespace {

constexpr double none = std::numeric_limits<double>::infinity();

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// One evaluation: the inputs, and the limits as they are filled in.
class Limits {
public:
    Limits(const grid::System& system, const StrengthModel& model, const OperatingState& state)
        : system_(system), model_(model), state_(state), lines_(system.hvdc.bus.size()),
          hours_(state.hours()), strength_(model.evaluate(state)),
          overvoltage_(overvoltage(system, model, strength_, state)) {
        for (std::size_t k = 0; k < lines_; ++k) {
            converters_.push_back(grid::converter(system, k));
        }
        for (grid::HourTable& table : result_.by_cause_mw) {
            table = grid::HourTable(lines_, hours_);
            std::fill(table.values.begin(), table.values.end(), none);
        }
        for (grid::HourTable* table : {&result_.least_mw, &result_.margin_mw, &result_.ratio,
                                       &result_.multi_infeed_ratio, &result_.station_ratio}) {
            *table = grid::HourTable(lines_, hours_);
        }
        result_.cause.assign(lines_ * hours_, ExportCause::plan);
        result_.weakest_station.assign(lines_ * hours_, -1);
        result_.frequency = frequency(system, model.machines(), state);
    }

    ExportLimits run() {
        for (std::size_t k = 0; k < lines_; ++k) {
            limit_by_plan(k);
            limit_by_own_strength(k);
            limit_by_multi_infeed(k);
            limit_by_frequency(k);
        }
        limit_by_stations();
        limit(ExportCause::overvoltage) = overvoltage_.power_mw;
        take_least();
        result_.line_mva = grid::HourTable(lines_, hours_);
        std::copy_n(strength_.mva.values.begin(), lines_ * hours_, result_.line_mva.values.begin());
        result_.voltage_pu = std::move(overvoltage_.voltage_pu);
        return std::move(result_);
    }

private:
    [[nodiscard]] grid::HourTable& limit(ExportCause why) {
        return result_.by_cause_mw[static_cast<std::size_t>(why)];
    }
    [[nodiscard]] double power_mw(std::size_t line, std::size_t hour) const {
        return std::abs(state_.hvdc_mw.row(line)[hour]);
    }

    void limit_by_plan(std::size_t k) {
        const auto plan = state_.plan_mw.row(k);
        std::copy(plan.begin(), plan.end(), limit(ExportCause::plan).row(k).begin());
    }

    /// SE-3: (S - Q(p)) / p = r with Q(p) = t p while the filters meet the demand, else all of
    /// them.
    void limit_by_own_strength(std::size_t k) {
        const grid::Converter& c = converters_[k];
        const auto s = strength_.mva.row(k);
        const auto out = limit(ExportCause::short_circuit_ratio).row(k);
        const auto ratio = result_.ratio.row(k);
        for (std::size_t t = 0; t < hours_; ++t) {
            const double p = power_mw(k, t);
            ratio[t] = p > 0.0 ? (s[t] - c.filters_on_mvar(p)) / p : none;
            if (c.scr_min <= 0.0) {
                continue;
            }
            const double met = s[t] / (c.scr_min + c.q_demand_mvar_per_mw);
            out[t] = c.q_demand_mvar_per_mw * met <= c.filter_mvar
                         ? met
                         : std::max(0.0, (s[t] - c.filter_mvar) / c.scr_min);
        }
    }

    /// SE-4: S / (p + what the others weigh here) = r.
    void limit_by_multi_infeed(std::size_t k) {
        const double least = system_.info.security.miscr_min;
        const auto s = strength_.mva.row(k);
        const auto infeed = strength_.weighed_mw.row(k);
        const auto out = limit(ExportCause::multi_infeed).row(k);
        const auto ratio = result_.multi_infeed_ratio.row(k);
        std::fill(ratio.begin(), ratio.end(), none);
        if (!converters_[k].line_commutated) {
            return;
        }
        for (std::size_t t = 0; t < hours_; ++t) {
            const double others = infeed[t] - power_mw(k, t);
            ratio[t] = infeed[t] > 0.0 ? s[t] / infeed[t] : none;
            if (least > 0.0) {
                out[t] = std::max(0.0, s[t] / least - others);
            }
        }
    }

    /// SE-5: the infeed of all stations may change by one common factor, until the first of those
    /// near the line is at its least ratio; the line carries what its near stations give more or
    /// less.
    void limit_by_stations() {
        grid::HourTable& ratio = result_.station_ratio;
        std::fill(ratio.values.begin(), ratio.values.end(), none);
        grid::HourTable near_mw(lines_, hours_);
        for (std::size_t n = 0; n < model_.near().size(); ++n) {
            take_station(n, near_mw);
        }
        const double least = system_.info.security.mrscr_min;
        grid::HourTable& near_excess = result_.near_excess_mw;
        near_excess = grid::HourTable(lines_, hours_);
        std::fill(near_excess.values.begin(), near_excess.values.end(), -none);
        if (least <= 0.0) {
            return;
        }
        result_.station_excess_mw = grid::HourTable(model_.stations().size(), hours_);
        const std::size_t first = strength_.station(0) * hours_;
        for (std::size_t i = 0; i < result_.station_excess_mw.values.size(); ++i) {
            result_.station_excess_mw.values[i] =
                strength_.weighed_mw.values[first + i] - strength_.mva.values[first + i] / least;
        }
        for (const NearStation& n : model_.near()) {
            const auto of_line = near_excess.row(at(n.line));
            const auto of_station = result_.station_excess_mw.row(at(n.station));
            std::transform(of_line.begin(), of_line.end(), of_station.begin(), of_line.begin(),
                           [](double a, double b) { return std::max(a, b); });
        }
        for (std::size_t k = 0; k < lines_; ++k) {
            for (std::size_t t = 0; t < hours_; ++t) {
                const double factor = ratio.row(k)[t] / least;
                if (near_mw.row(k)[t] > 0.0 && factor < none) {
                    limit(ExportCause::stations).row(k)[t] =
                        std::max(0.0, power_mw(k, t) + (factor - 1.0) * near_mw.row(k)[t]);
                }
            }
        }
    }
    void take_station(std::size_t n, grid::HourTable& near_mw) {
        const std::size_t k = at(model_.near()[n].line);
        const std::size_t s = at(model_.near()[n].station);
        const auto mva = strength_.mva.row(strength_.station(s));
        const auto infeed = strength_.weighed_mw.row(strength_.station(s));
        const auto own_mw = strength_.infeed_mw.row(strength_.station(s));
        for (std::size_t t = 0; t < hours_; ++t) {
            near_mw.row(k)[t] += own_mw[t];
            const double ratio = infeed[t] > 0.0 ? mva[t] / infeed[t] : none;
            if (ratio < result_.station_ratio.row(k)[t]) {
                result_.station_ratio.row(k)[t] = ratio;
                result_.weakest_station[k * hours_ + t] = model_.stations()[s];
            }
        }
    }

    /// SE-6, SE-8, SE-9: all three are linear in the surplus, block_pole_share p - trip_scheme_mw.
    /// A case without any inertia or governor says nothing of them: no limit.
    void limit_by_frequency(std::size_t k) {
        const grid::SecurityLimits& most = system_.info.security;
        const grid::Converter& c = converters_[k];
        const auto rocof = limit(ExportCause::rocof).row(k);
        const auto extreme = limit(ExportCause::extreme_frequency).row(k);
        const auto settled = limit(ExportCause::settled_frequency).row(k);
        if (c.block_pole_share <= 0.0) {
            return;
        }
        const bool inertia = result_.frequency.inertia;
        const bool governors = result_.frequency.governors;
        const std::size_t first = at(result_.frequency.island_of_line[k]) * hours_;
        const auto power = [&c](double allowed, double per_mw) {
            return (allowed / per_mw + c.trip_scheme_mw) / c.block_pole_share;
        };
        for (std::size_t t = 0; t < hours_; ++t) {
            const ResponsePerMw& r = result_.frequency.per_mw[first + t];
            rocof[t] = inertia ? power(most.rocof_max_hz_per_s, r.rocof_hz_per_s) : none;
            extreme[t] =
                inertia && governors ? power(most.frequency_extreme_max_hz, r.extreme_hz) : none;
            settled[t] = governors ? power(most.frequency_settled_max_hz, r.settled_hz) : none;
        }
    }

    /// SE-12.
    void take_least() {
        for (std::size_t k = 0; k < lines_; ++k) {
            for (std::size_t t = 0; t < hours_; ++t) {
                double least = none;
                for (std::size_t c = 0; c < export_causes; ++c) {
                    if (static_cast<ExportCause>(c) == ExportCause::stations) {
                        continue;
                    }
                    const double mw = result_.by_cause_mw[c].row(k)[t];
                    if (mw < least) {
                        least = mw;
                        result_.cause[k * hours_ + t] = static_cast<ExportCause>(c);
                    }
                }
                result_.least_mw.row(k)[t] = least;
                result_.margin_mw.row(k)[t] = least - power_mw(k, t);
            }
        }
    }

    const grid::System& system_;
    const StrengthModel& model_;
    const OperatingState& state_;
    std::size_t lines_, hours_;
    Strength strength_;
    Overvoltage overvoltage_;
    std::vector<grid::Converter> converters_;
    ExportLimits result_;
};

} // namespace

const char* name_of(ExportCause cause) {
    constexpr std::array<const char*, export_causes> names = {
        "plan",  "short_circuit_ratio", "multi_infeed",      "stations",
        "rocof", "extreme_frequency",   "settled_frequency", "overvoltage"};
    return names[static_cast<std::size_t>(cause)];
}

std::string why_no_export_limits(const grid::System& system) {
    return system.hvdc.bus.empty() ? "the case has no HVDC lines" : why_no_strength(system);
}

std::string why_no_strength(const grid::System& system) {
    const std::vector<int> island = grid::islands(static_cast<int>(system.buses.kv.size()),
                                                  system.branches.from_bus, system.branches.to_bus);
    for (std::size_t b = 0; b < island.size(); ++b) {
        const bool has = std::any_of(system.machines.bus.begin(), system.machines.bus.end(),
                                     [&](int bus) { return island[at(bus)] == island[b]; });
        if (!has) {
            return fmt::format("the island of bus '{}' has no row in machines.csv",
                               system.buses.name[b]);
        }
    }
    return "";
}

ExportLimits export_limits(const grid::System& system, const StrengthModel& model,
                           const OperatingState& state) {
    return Limits(system, model, state).run();
}

ExportGain export_gains(const grid::System& system, const StrengthModel& model,
                        const OperatingState& state, std::size_t hour) {
    // Variant 0 is the hour as it is, variant m + 1 has one more machine of row m: a state of so
    // many hours (SE-13).
    const std::size_t rows = model.machines().size();
    OperatingState variants = repeat_hour(state, hour, rows + 1);
    for (std::size_t m = 0; m < rows; ++m) {
        variants.connected.row(m)[m + 1] += 1.0;
    }
    const ExportLimits limits = export_limits(system, model, variants);
    const std::size_t lines = limits.least_mw.items;
    ExportGain gain;
    gain.gain_mw = grid::HourTable(rows, lines);
    gain.strength_gain_mva = grid::HourTable(rows, lines);
    for (std::size_t k = 0; k < lines; ++k) {
        gain.base_mw.push_back(limits.least_mw.row(k)[0]);
        gain.cause.push_back(limits.cause_of(k, 0));
        for (std::size_t m = 0; m < rows; ++m) {
            gain.gain_mw.row(m)[k] = limits.least_mw.row(k)[m + 1] - limits.least_mw.row(k)[0];
            gain.strength_gain_mva.row(m)[k] =
                limits.line_mva.row(k)[m + 1] - limits.line_mva.row(k)[0];
        }
    }
    return gain;
}

std::vector<ExportSummary> summarise(const grid::System& system, const OperatingState& state,
                                     const ExportLimits& limits) {
    std::vector<ExportSummary> all(limits.least_mw.items);
    for (std::size_t k = 0; k < all.size(); ++k) {
        ExportSummary& line = all[k];
        const auto least = limits.least_mw.row(k);
        const auto margin = limits.margin_mw.row(k);
        line.worst_margin_mw = none;
        double sent_mwh = 0.0;
        double possible_mwh = 0.0;
        for (std::size_t t = 0; t < least.size(); ++t) {
            ++line.hours_by_cause[static_cast<std::size_t>(limits.cause_of(k, t))];
            line.violated += margin[t] < -kept_mw ? 1 : 0;
            line.stations_weak += limits.near_excess_mw.row(k)[t] > kept_mw ? 1 : 0;
            if (margin[t] < line.worst_margin_mw) {
                line.worst_margin_mw = margin[t];
                line.worst_hour = t;
            }
            sent_mwh += std::abs(state.hvdc_mw.row(k)[t]);
            possible_mwh += least[t];
        }
        const double rated_mw = grid::rated_mw(system.hvdc, k);
        line.scheduled_h = sent_mwh / rated_mw;
        line.possible_h = possible_mwh / rated_mw;
        line.duration_mw.assign(least.begin(), least.end());
        std::sort(line.duration_mw.begin(), line.duration_mw.end(), std::greater<>());
    }
    return all;
}

} // namespace longyang::security
