#include "run/security_rows.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"
#include "grid/islands.hpp"
#include "model/coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

/// A limit broken by no more than this is kept: powers of lines go in whole steps of 50 MW and
/// more, and tangents are no limits.
constexpr double tolerance_mw = 1.0;
/// Numbers that patterns times hours may take: the engine keeps a number for each.
constexpr std::size_t most_numbers = std::size_t{1} << 25U;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

void require_machines(const grid::System& system) {
    if (system.hvdc.bus.empty()) {
        throw Error(Exit::usage, "option security: the case has no HVDC lines");
    }
    const std::vector<int> island = grid::islands(static_cast<int>(system.buses.name.size()),
                                                  system.branches.from_bus, system.branches.to_bus);
    for (std::size_t b = 0; b < island.size(); ++b) {
        const bool has = std::any_of(system.machines.bus.begin(), system.machines.bus.end(),
                                     [&](int bus) { return island[at(bus)] == island[b]; });
        if (!has) {
            throw Error(Exit::usage, fmt::format("option security: the island of bus '{}' has no "
                                                 "row in machines.csv",
                                                 system.buses.name[b]));
        }
    }
}

} // namespace

std::string SecurityTally::words() const {
    return fmt::format("{} line-hours above a limit ({:.0f} MWh), {} station-hours below their "
                       "ratio ({:.0f} MWh), {} ratings broken after single outages ({:.0f} MWh)",
                       line_hours, line_mwh, station_hours, station_mwh, outage_ratings,
                       outage_mwh);
}

SecurityRows::SecurityRows(const Comm& comm, const model::Context& context,
                           const partition::Owners& owners, const GridFactors& grid,
                           const RunOptions& options)
    : comm_(comm), context_(context), owners_(owners), grid_(grid), options_(options),
      plain_(security::plain_outages(security::contingencies(context.system))) {
    require_machines(context.system);
    strength_.emplace(comm, context.system, std::span<const security::TrialMachine>());
    limits_.emplace(context.system, *strength_);
    outage_rows_.emplace(comm, grid.network, grid.factors, context.system, plain_);
}

SecurityState SecurityRows::look(const grid::Schedule& whole,
                                 std::span<const double> injection_mw) const {
    SecurityState found;
    found.state = security::operating_state(context_.system, whole, 0);
    found.units_on = whole.thermal_units_on;
    found.limits = security::export_limits(context_.system, *strength_, found.state);
    check_outages(injection_mw, found);
    return found;
}

void SecurityRows::check_outages(std::span<const double> injection_mw, SecurityState& found) const {
    if (options_.security != "all" || plain_.list.empty()) {
        return;
    }
    security::OutageOptions options;
    options.tolerance_mw = tolerance_mw;
    options.max_per_hour = static_cast<std::size_t>(options_.limits_per_hour);
    options.by_branch = true;
    const std::size_t injections = at(context_.channels.buses) * context_.span.size();
    found.outages =
        security::check_outages(comm_, grid_.network, owners_.bus, context_.system, plain_,
                                context_.span, injection_mw.first(injections), {}, options);
}

SecurityState SecurityRows::look_at_average(std::span<const double> channel,
                                            SecurityState planned) const {
    const grid::System& system = context_.system;
    const std::size_t hours = context_.span.size();
    security::OperatingState& state = planned.state;
    const auto copy = [&](int number, std::span<double> row) {
        const auto from = channel.subspan(at(number) * hours, hours);
        std::copy(from.begin(), from.end(), row.begin());
    };
    for (std::size_t k = 0; k < system.hvdc.bus.size(); ++k) {
        copy(context_.channels.hvdc_power(static_cast<int>(k)), state.hvdc_mw.row(k));
    }
    // Sites of a bus weigh alike: the first one stands for all.
    std::vector<char> seen(system.buses.name.size(), 0);
    for (std::size_t r = 0; r < system.renewables.bus.size(); ++r) {
        const int bus = system.renewables.bus[r];
        const auto row = state.renewable_mw.row(r);
        std::fill(row.begin(), row.end(), 0.0);
        if (seen[at(bus)] == 0) {
            copy(context_.channels.renewable(bus), row);
        }
        seen[at(bus)] = 1;
    }
    for (std::size_t g = 0; g < system.thermal.name.size(); ++g) {
        copy(context_.channels.running(static_cast<int>(g)), planned.units_on.row(g));
    }
    set_units(planned);
    planned.limits = security::export_limits(system, *strength_, state);
    // Injections are whole here: one rank brings them.
    std::vector<double> injection = model::bus_injections_mw(context_.channels, hours, channel);
    if (!comm_.root()) {
        std::fill(injection.begin(), injection.end(), 0.0);
    }
    check_outages(injection, planned);
    return planned;
}

/// Machines of thermal plants go with their units, fractions included.
void SecurityRows::set_units(SecurityState& found) const {
    const auto clusters = limits_->clusters();
    for (std::size_t m = 0; m < clusters.size(); ++m) {
        if (clusters[m].cluster < 0) {
            continue;
        }
        const auto on = found.units_on.row(at(clusters[m].cluster));
        const double most = context_.system.machines.units[m];
        std::transform(
            on.begin(), on.end(), found.state.connected.row(m).begin(),
            [&](double units) { return std::min(units * clusters[m].machines_a_unit, most); });
    }
}

SecurityTally SecurityRows::tally(const SecurityState& at_point) const {
    SecurityTally tally;
    for (const double margin_mw : at_point.limits.margin_mw.values) {
        tally.line_hours += margin_mw < -tolerance_mw ? 1 : 0;
        tally.line_mwh += margin_mw < -tolerance_mw ? -margin_mw : 0.0;
    }
    for (const double excess_mw : at_point.limits.station_excess_mw.values) {
        tally.station_hours += excess_mw > tolerance_mw ? 1 : 0;
        tally.station_mwh += excess_mw > tolerance_mw ? excess_mw : 0.0;
    }
    if (at_point.outages) {
        for (const security::OutageViolation& v : at_point.outages->worst_first) {
            if (at_point.outages->by_contingency[at(v.contingency)].parts == 1) {
                ++tally.outage_ratings;
                tally.outage_mwh += v.excess_mw();
            }
        }
    }
    return tally;
}

/// SE-14 over powers of lines, renewables of stations and units that run.
lp::Pattern SecurityRows::coupling_pattern(const security::LimitPattern& from) const {
    lp::Pattern pattern;
    pattern.tag = from.line < 0 ? "SE-16" : "SE-15";
    pattern.name = from.name;
    const auto add = [&](int channel, double weight) {
        if (weight != 0.0) {
            pattern.channel.push_back(channel);
            pattern.weight.push_back(weight);
        }
    };
    for (std::size_t k = 0; k < from.line_weight.size(); ++k) {
        add(context_.channels.hvdc_power(static_cast<int>(k)), from.line_weight[k]);
    }
    for (std::size_t s = 0; s < from.station_weight.size(); ++s) {
        add(context_.channels.renewable(strength_->stations()[s]), from.station_weight[s]);
    }
    for (std::size_t g = 0; g < from.running.size(); ++g) {
        add(context_.channels.running(static_cast<int>(g)), -from.running[g]);
    }
    return pattern;
}

int SecurityRows::pattern_of_limit(std::size_t number, lp::Coupling& coupling) {
    if (number < limit_pattern_.size()) {
        return limit_pattern_[number];
    }
    limit_pattern_.push_back(static_cast<int>(coupling.patterns.size()));
    coupling.patterns.push_back(coupling_pattern(limits_->patterns()[number]));
    return limit_pattern_.back();
}

lp::Coupling SecurityRows::for_dispatch(SecurityState at_point,
                                        const lp::Coupling& coupling) const {
    const grid::System& system = context_.system;
    lp::Coupling own = coupling;
    for (const Row& row : rows_) {
        if (!row.outage) {
            own.rows[row.coupling_row].upper = lp::infinity;
        }
    }
    for (std::size_t r = 0; r < system.renewables.bus.size(); ++r) {
        const auto output = at_point.state.renewable_mw.row(r);
        for (std::size_t t = 0; t < output.size(); ++t) {
            output[t] = system.renewables.capacity_mw[r] *
                        grid::profile_value(system, system.renewables.profile[r],
                                            context_.hour_of_year(static_cast<int>(t)), 1.0);
        }
    }
    at_point.limits = security::export_limits(system, *strength_, at_point.state);
    security::LinearLimits limits(system, *strength_);
    limits.look(at_point.state, at_point.limits, at_point.units_on, tolerance_mw);
    const auto first = static_cast<int>(own.patterns.size());
    for (const security::LimitPattern& pattern : limits.patterns()) {
        own.patterns.push_back(coupling_pattern(pattern));
    }
    for (const security::LimitRow& row : limits.rows()) {
        own.rows.push_back({first + static_cast<int>(row.pattern), row.hour, row.hour + 1,
                            -lp::infinity, row.upper_mw, options_.security_cny_per_mwh});
    }
    return own;
}

int SecurityRows::pattern_of_outage(std::size_t number, lp::Coupling& coupling) {
    if (number < outage_pattern_.size()) {
        return outage_pattern_[number];
    }
    const security::OutagePattern& from = outage_rows_->patterns()[number];
    const grid::Names& names = context_.system.branches.name;
    lp::Pattern pattern;
    pattern.tag = "N1-8";
    pattern.name =
        fmt::format("branch {} without {}", names[at(from.branch)], names[at(from.lost)]);
    model::add_injections(context_.channels, from.factor, pattern);
    outage_pattern_.push_back(static_cast<int>(coupling.patterns.size()));
    coupling.patterns.push_back(std::move(pattern));
    return outage_pattern_.back();
}

std::size_t SecurityRows::enter(const SecurityState& at_point, lp::Coupling& coupling,
                                bool inside) {
    const std::size_t before = rows_.size();
    const double breach_cny = options_.security_cny_per_mwh;
    limits_->look(at_point.state, at_point.limits, at_point.units_on, tolerance_mw, inside);
    for (std::size_t p = 0; p < limits_->patterns().size(); ++p) {
        (void)pattern_of_limit(p, coupling);
    }
    for (const Row& row : rows_) {
        if (!row.outage) {
            coupling.rows[row.coupling_row].upper = limits_->rows()[row.row].upper_mw;
        }
    }
    for (; limit_rows_ < limits_->rows().size(); ++limit_rows_) {
        const security::LimitRow& row = limits_->rows()[limit_rows_];
        rows_.push_back({coupling.rows.size(), false, limit_rows_});
        coupling.rows.push_back({limit_pattern_[row.pattern], row.hour, row.hour + 1, -lp::infinity,
                                 row.upper_mw, breach_cny});
    }
    if (at_point.outages) {
        outage_rows_->look(*at_point.outages, context_.span, most_numbers / context_.span.size());
        for (std::size_t p = 0; p < outage_rows_->patterns().size(); ++p) {
            (void)pattern_of_outage(p, coupling);
        }
        for (; outage_rows_entered_ < outage_rows_->rows().size(); ++outage_rows_entered_) {
            const security::OutageRow& row = outage_rows_->rows()[outage_rows_entered_];
            rows_.push_back({coupling.rows.size(), true, outage_rows_entered_});
            coupling.rows.push_back({outage_pattern_[row.pattern], row.hour, row.hour + 1,
                                     row.lower_mw, row.upper_mw, breach_cny});
        }
    }
    return rows_.size() - before;
}

} // namespace longyang::run
