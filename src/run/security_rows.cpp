#include "run/security_rows.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"
#include "model/coupling.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "report/flow_tables.hpp"
#include "report/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

/// A limit broken by no more than this is kept.
constexpr double tolerance_mw = security::kept_mw;
/// Numbers that patterns times hours may take: the engine keeps a number for each.
constexpr std::size_t most_numbers = std::size_t{1} << 25U;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

} // namespace

std::string SecurityTally::words() const {
    std::string words =
        fmt::format("{} line-hours above a limit ({:.0f} MWh), {} station-hours below their ratio "
                    "({:.0f} MWh)",
                    line_hours, line_mwh, station_hours, station_mwh);
    const std::string of_which = report::of_worst_words(most_an_hour);
    if (scope.single_outages) {
        words += fmt::format(", {} ratings broken after single outages ({:.0f} MWh{})",
                             outage_ratings, outage_mwh, of_which);
    }
    if (scope.listed_outages) {
        words += fmt::format(", {} after listed ones ({:.0f} MWh{})", listed_ratings, listed_mwh,
                             of_which);
    }
    if (scope.voltages) {
        words += fmt::format(", {} hours with voltages outside their bands ({} bus-hours, {} hours "
                             "not solved), of which sections with less would mend {} ({:.0f} MWh)",
                             voltage_hours, voltage_bus_hours, unsolved_hours,
                             voltage_hours - voltage_hours_open, voltage_mwh);
    }
    const std::string of_slack = report::slack_words(slack);
    return words + (of_slack.empty() ? "" : "; ") + of_slack;
}

SecurityRows::SecurityRows(const Comm& comm, const model::Context& context,
                           const partition::Owners& owners, const GridFactors& grid,
                           const RunOptions& options)
    : comm_(comm), context_(context), owners_(owners), grid_(grid), options_(options) {
    const std::string lacking = security::why_no_strength(context.system);
    if (!lacking.empty()) {
        throw Error(Exit::usage, "option security: " + lacking);
    }
    strength_.emplace(context.system, std::span<const security::TrialMachine>());
    limits_.emplace(context.system, *strength_);
    const security::Contingencies all = security::contingencies(context.system);
    single_.list = security::plain_outages(all);
    listed_.list = security::listed_outages(all);
    for (Outages* outages : {&single_, &listed_}) {
        outages->rows.emplace(comm, grid.network(), grid.factors(), context.system, outages->list,
                              context.span);
    }
    scope_.single_outages = options.security == "n1" || options.security == "all";
    scope_.listed_outages = options.security == "all";
    const bool voltages = options.security == "all" || options.security == "ac";
    const std::vector<int> dark = powerflow::islands_without_voltage(context.system);
    if (options.security == "ac" && !dark.empty()) {
        throw Error(Exit::usage, fmt::format("option security: nothing holds a voltage on the "
                                             "island of bus '{}'",
                                             context.system.buses.name[at(dark.front())]));
    }
    scope_.voltages = voltages && dark.empty();
    if (scope_.voltages) {
        ac_network_ = powerflow::make_ac_network(context.system);
        sections_ = security::section_shifts(comm, grid.network(), grid.factors(), context.system,
                                             context.span);
    }
}

std::size_t SecurityRows::count(SecurityKind kind) const {
    return static_cast<std::size_t>(std::count_if(
        rows_.begin(), rows_.end(), [kind](const Row& row) { return row.kind == kind; }));
}

/// Without limits.
SecurityState SecurityRows::state_of(const grid::Schedule& whole) const {
    SecurityState found;
    found.state = security::operating_state(context_.system, whole, 0);
    found.units_on = whole.thermal_units_on;
    found.action_power_mw = security::scheduled_power_mw(listed_.list, whole);
    return found;
}

SecurityState SecurityRows::look(const grid::Schedule& whole) const {
    SecurityState found = state_of(whole);
    found.limits = security::export_limits(context_.system, *strength_, found.state);
    return found;
}

SecurityState SecurityRows::look_at_all(const grid::Schedule& whole,
                                        std::span<const double> injection_mw) const {
    SecurityState found = look(whole);
    check_outages(injection_mw, found);
    check_voltages(whole, injection_mw, found);
    return found;
}

security::OutageCheck SecurityRows::check(const Outages& outages,
                                          std::span<const double> injection_mw,
                                          std::span<const double> power_mw) const {
    security::OutageOptions options;
    options.tolerance_mw = tolerance_mw;
    options.max_per_hour = static_cast<std::size_t>(options_.limits_per_hour);
    options.by_branch = true;
    const std::size_t injections = at(context_.channels.buses) * context_.span.size();
    return security::check_outages(comm_, grid_.network(), owners_.bus, context_.system,
                                   outages.list, context_.span, injection_mw.first(injections),
                                   power_mw, options);
}

void SecurityRows::check_outages(std::span<const double> injection_mw, SecurityState& found) const {
    if (scope_.single_outages && !single_.list.list.empty()) {
        found.single_outages = check(single_, injection_mw, {});
    }
    if (scope_.listed_outages && !listed_.list.list.empty()) {
        std::vector<double> power_mw = found.action_power_mw.values;
        if (!comm_.root()) { // whole on every rank: one part counts
            std::fill(power_mw.begin(), power_mw.end(), 0.0);
        }
        found.listed_outages = check(listed_, injection_mw, power_mw);
    }
}

void SecurityRows::check_voltages(const grid::Schedule& whole, std::span<const double> injection_mw,
                                  SecurityState& found) const {
    if (!scope_.voltages) {
        return;
    }
    const std::size_t hours = context_.span.size();
    found.section_mw = grid::HourTable(sections_.size(), hours);
    for (std::size_t s = 0; s < sections_.size(); ++s) {
        const auto row = found.section_mw.row(s);
        std::fill(row.begin(), row.end(), comm_.root() ? sections_[s].offset_mw : 0.0);
        for (std::size_t b = 0; b < sections_[s].factor.size(); ++b) {
            for (std::size_t t = 0; t < hours; ++t) {
                row[t] += sections_[s].factor[b] * injection_mw[b * hours + t];
            }
        }
    }
    sum_in_order(comm_, found.section_mw.values);
    const powerflow::AcInjections injections = powerflow::ac_injections(context_.system, whole);
    found.voltages = security::check_voltages(comm_, context_.system, *ac_network_, injections);
    security::find_sections(comm_, context_.system, *ac_network_, injections, sections_,
                            found.section_mw, found.voltages->findings);
}

SecurityState SecurityRows::look_at_average(std::span<const double> channel,
                                            const grid::Schedule& planned) const {
    const grid::System& system = context_.system;
    const std::size_t hours = context_.span.size();
    SecurityState found = state_of(planned);
    security::OperatingState& state = found.state;
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
        copy(context_.channels.running(static_cast<int>(g)), found.units_on.row(g));
    }
    average_actions(channel, found);
    set_units(found);
    found.limits = security::export_limits(system, *strength_, state);
    // Injections are whole here: one rank brings them.
    std::vector<double> injection = model::bus_injections_mw(context_.channels, hours, channel);
    if (!comm_.root()) {
        std::fill(injection.begin(), injection.end(), 0.0);
    }
    check_outages(injection, found);
    return found;
}

/// Powers that schemes may take in an average: those of lines, what the weather allows renewables;
/// those of other plants stay as planned. A plan between feeding in and not does not say what there
/// will be to trip.
void SecurityRows::average_actions(std::span<const double> channel, SecurityState& found) const {
    using From = security::Action::From;
    const grid::System& system = context_.system;
    const std::size_t hours = context_.span.size();
    for (std::size_t a = 0; a < listed_.list.actions.size(); ++a) {
        const security::Action& action = listed_.list.actions[a];
        const auto power = found.action_power_mw.row(a);
        if (action.from == From::hvdc) {
            const auto line =
                channel.subspan(at(context_.channels.hvdc_power(action.item)) * hours, hours);
            std::transform(line.begin(), line.end(), power.begin(),
                           [](double mw) { return std::max(mw, 0.0); });
        } else if (action.from == From::renewables) {
            const grid::Renewables& t = system.renewables;
            for (std::size_t h = 0; h < hours; ++h) {
                power[h] = t.capacity_mw[at(action.item)] *
                           grid::profile_value(system, t.profile[at(action.item)],
                                               context_.hour_of_year(static_cast<int>(h)), 1.0);
            }
        }
    }
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
    tally.scope = scope_;
    tally.most_an_hour = static_cast<std::size_t>(options_.limits_per_hour);
    const auto add_outages = [](const std::optional<security::OutageCheck>& check,
                                long long& ratings, double& mwh) {
        if (check) {
            for (const security::OutageViolation& v : check->worst_first) {
                ++ratings;
                mwh += v.excess_mw();
            }
        }
    };
    add_outages(at_point.single_outages, tally.outage_ratings, tally.outage_mwh);
    add_outages(at_point.listed_outages, tally.listed_ratings, tally.listed_mwh);
    if (at_point.voltages) {
        tally.slack = at_point.voltages->slack;
        for (const security::VoltageFinding& finding : at_point.voltages->findings) {
            ++tally.voltage_hours;
            tally.voltage_bus_hours += finding.buses_outside;
            tally.unsolved_hours += finding.solved ? 0 : 1;
            tally.voltage_hours_open += finding.section < 0 ? 1 : 0;
            tally.voltage_mwh += finding.relief_mw;
        }
    }
    return tally;
}

std::vector<char> SecurityRows::broken_hours(const SecurityState& at_point) const {
    std::vector<char> broken(context_.span.size(), 0);
    const auto note = [&](const grid::HourTable& table, const auto& breaks) {
        for (std::size_t i = 0; i < table.values.size(); ++i) {
            if (breaks(table.values[i])) {
                broken[i % broken.size()] = 1;
            }
        }
    };
    note(at_point.limits.margin_mw, [](double mw) { return mw < -tolerance_mw; });
    note(at_point.limits.station_excess_mw, [](double mw) { return mw > tolerance_mw; });
    for (const auto* check : {&at_point.single_outages, &at_point.listed_outages}) {
        if (*check) {
            for (const security::OutageViolation& v : (*check)->worst_first) {
                broken[at(v.hour)] = 1;
            }
        }
    }
    if (at_point.voltages) {
        for (const security::VoltageFinding& finding : at_point.voltages->findings) {
            broken[at(finding.hour)] = 1;
        }
    }
    return broken;
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

/// N1-8, N1-9 over injections and powers of lines that are run back whole.
lp::Pattern SecurityRows::coupling_pattern(const Outages& outages,
                                           const security::OutagePattern& from) const {
    lp::Pattern pattern;
    pattern.tag = from.action.empty() ? "N1-8" : "N1-9";
    pattern.name = security::name_of(context_.system, outages.list, from.flow);
    model::add_injections(context_.channels, from.factor, pattern);
    for (std::size_t k = 0; k < from.action.size(); ++k) {
        if (from.flow.follows[k] != 0) {
            pattern.channel.push_back(
                context_.channels.hvdc_power(outages.list.actions[at(from.action[k])].item));
            pattern.weight.push_back(from.action_factor[k]);
        }
    }
    return pattern;
}

/// AC-11 over injections.
lp::Pattern SecurityRows::coupling_pattern(const security::VoltagePattern& from) const {
    lp::Pattern pattern;
    pattern.tag = "AC-11";
    pattern.name = security::name_of(context_.system, from);
    model::add_injections(context_.channels, sections_[at(from.section)].factor, pattern);
    return pattern;
}

std::vector<lp::CouplingRow> SecurityRows::laid_at(const SecurityState& at_point,
                                                   const lp::Coupling& coupling) const {
    std::vector<lp::CouplingRow> rows = coupling.rows;
    security::LinearLimits limits = *limits_;
    limits.look(at_point.state, at_point.limits, at_point.units_on, tolerance_mw);
    for (const Row& row : rows_) {
        if (row.kind == SecurityKind::limit) {
            rows[row.coupling_row].upper = limits.rows()[row.row].upper_mw;
        }
    }
    return rows;
}

lp::Coupling SecurityRows::for_dispatch(const SecurityState& at_point,
                                        const lp::Coupling& coupling) const {
    const grid::System& system = context_.system;
    lp::Coupling own = coupling;
    for (const Row& row : rows_) {
        if (row.kind == SecurityKind::limit) {
            own.rows[row.coupling_row].upper = lp::infinity;
        }
    }
    security::OperatingState most = at_point.state;
    for (std::size_t r = 0; r < system.renewables.bus.size(); ++r) {
        const auto output = most.renewable_mw.row(r);
        for (std::size_t t = 0; t < output.size(); ++t) {
            output[t] = system.renewables.capacity_mw[r] *
                        grid::profile_value(system, system.renewables.profile[r],
                                            context_.hour_of_year(static_cast<int>(t)), 1.0);
        }
    }
    security::LinearLimits limits(system, *strength_);
    limits.look(most, security::export_limits(system, *strength_, most), at_point.units_on,
                tolerance_mw);
    // Laid where the schedule is: what weather allows is far from what a station may feed in.
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

void SecurityRows::enter_outages(const security::OutageCheck& found, const grid::HourTable& hvdc_mw,
                                 SecurityKind kind, Outages& outages, lp::Coupling& coupling) {
    outages.rows->look(found, hvdc_mw, most_numbers / context_.span.size());
    for (std::size_t p = outages.pattern.size(); p < outages.rows->patterns().size(); ++p) {
        outages.pattern.push_back(static_cast<int>(coupling.patterns.size()));
        coupling.patterns.push_back(coupling_pattern(outages, outages.rows->patterns()[p]));
    }
    for (const Row& row : rows_) {
        if (row.kind == kind) {
            coupling.rows[row.coupling_row].lower = outages.rows->rows()[row.row].lower_mw;
            coupling.rows[row.coupling_row].upper = outages.rows->rows()[row.row].upper_mw;
        }
    }
    for (; outages.entered < outages.rows->rows().size(); ++outages.entered) {
        const security::OutageRow& row = outages.rows->rows()[outages.entered];
        rows_.push_back({coupling.rows.size(), kind, outages.entered});
        coupling.rows.push_back({outages.pattern[row.pattern], row.hour, row.hour + 1, row.lower_mw,
                                 row.upper_mw, options_.security_cny_per_mwh});
    }
}

void SecurityRows::enter_voltages(const SecurityState& at_point, bool final,
                                  lp::Coupling& coupling) {
    voltage_rows_.look(at_point.voltages->findings, at_point.section_mw, final);
    for (std::size_t p = voltage_pattern_.size(); p < voltage_rows_.patterns().size(); ++p) {
        voltage_pattern_.push_back(static_cast<int>(coupling.patterns.size()));
        coupling.patterns.push_back(coupling_pattern(voltage_rows_.patterns()[p]));
    }
    for (; voltages_entered_ < voltage_rows_.rows().size(); ++voltages_entered_) {
        const security::VoltageRow& row = voltage_rows_.rows()[voltages_entered_];
        rows_.push_back({coupling.rows.size(), SecurityKind::voltage, voltages_entered_});
        coupling.rows.push_back({voltage_pattern_[row.pattern], row.hour, row.hour + 1,
                                 -lp::infinity, lp::infinity, options_.security_cny_per_mwh});
    }
    for (const Row& row : rows_) {
        if (row.kind != SecurityKind::voltage) {
            continue;
        }
        const security::VoltageRow& from = voltage_rows_.rows()[row.row];
        const security::VoltagePattern& pattern = voltage_rows_.patterns()[from.pattern];
        const double offset_mw = sections_[at(pattern.section)].offset_mw;
        if (pattern.direction > 0) {
            coupling.rows[row.coupling_row].upper = from.limit_mw - offset_mw;
        } else {
            coupling.rows[row.coupling_row].lower = -from.limit_mw - offset_mw;
        }
    }
}

std::size_t SecurityRows::enter(const SecurityState& at_point, lp::Coupling& coupling, bool final) {
    const std::size_t before = rows_.size();
    limits_->look(at_point.state, at_point.limits, at_point.units_on, tolerance_mw, !final);
    for (std::size_t p = limit_pattern_.size(); p < limits_->patterns().size(); ++p) {
        limit_pattern_.push_back(static_cast<int>(coupling.patterns.size()));
        coupling.patterns.push_back(coupling_pattern(limits_->patterns()[p]));
    }
    for (const Row& row : rows_) {
        if (row.kind == SecurityKind::limit) {
            coupling.rows[row.coupling_row].upper = limits_->rows()[row.row].upper_mw;
        }
    }
    for (; limits_entered_ < limits_->rows().size(); ++limits_entered_) {
        const security::LimitRow& row = limits_->rows()[limits_entered_];
        rows_.push_back({coupling.rows.size(), SecurityKind::limit, limits_entered_});
        coupling.rows.push_back({limit_pattern_[row.pattern], row.hour, row.hour + 1, -lp::infinity,
                                 row.upper_mw, options_.security_cny_per_mwh});
    }
    if (at_point.single_outages) {
        enter_outages(*at_point.single_outages, at_point.state.hvdc_mw, SecurityKind::single_outage,
                      single_, coupling);
    }
    if (at_point.listed_outages) {
        enter_outages(*at_point.listed_outages, at_point.state.hvdc_mw, SecurityKind::listed_outage,
                      listed_, coupling);
    }
    if (at_point.voltages) {
        enter_voltages(at_point, final, coupling);
    }
    return rows_.size() - before;
}

} // namespace longyang::run
