#include "run/flow_stages.hpp"

#include "grid/calendar.hpp"
#include "powerflow/ac_reference.hpp"
#include "powerflow/limits.hpp"
#include "report/ac_outages.hpp"
#include "report/explained_hour.hpp"
#include "report/export_limits.hpp"
#include "report/flow_tables.hpp"
#include "report/outages.hpp"
#include "run/flow_files.hpp"
#include "security/ac_outage_check.hpp"
#include "security/explained_hour.hpp"
#include "security/export_limits.hpp"
#include "security/outage_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <numeric>

namespace longyang::run {
namespace {

using kernels::AcStatus;
using report::AcHourFinding;
using report::HourLoading;

std::size_t at(int row) {
    return static_cast<std::size_t>(row);
}

/// Whether a loading is the higher one, of those that differ by 1e-9 or less the one of the first
/// branch: last bits differ with the number of ranks.
bool is_higher(const HourLoading& next, const HourLoading& highest) {
    constexpr double tie = 1e-9;
    if (next.branch < 0 || highest.branch < 0) {
        return next.branch >= 0;
    }
    const double ahead = next.loading() - highest.loading();
    return ahead > tie || (ahead >= -tie && next.branch < highest.branch);
}

/// The highest loading of each hour among the branches whose rows this rank holds, then of all.
std::vector<HourLoading> highest_loadings(const FlowContext& c,
                                          const std::vector<double>& branch_mw) {
    const std::size_t hours = c.schedule.span.size();
    std::vector<HourLoading> mine(hours);
    for (std::size_t h = 0; h < hours; ++h) {
        mine[h].hour = static_cast<int>(h);
    }
    for (std::size_t r = 0; r < c.grid.factors().branch.size(); ++r) {
        const int branch = c.grid.factors().branch[r];
        const double rating = c.system.branches.rating_mw[at(branch)];
        for (std::size_t h = 0; h < hours && rating > 0.0; ++h) {
            const HourLoading one{static_cast<int>(h), branch, std::abs(branch_mw[r * hours + h]),
                                  rating};
            mine[h] = is_higher(one, mine[h]) ? one : mine[h];
        }
    }
    std::vector<HourLoading> all(hours);
    for (const auto& part : gather_bytes(c.comm, std::as_bytes(std::span(mine)))) {
        std::vector<HourLoading> of_rank(hours);
        std::memcpy(of_rank.data(), part.data(), part.size());
        for (std::size_t h = 0; h < hours; ++h) {
            all[h].hour = of_rank[h].hour;
            all[h] = is_higher(of_rank[h], all[h]) ? of_rank[h] : all[h];
        }
    }
    return all;
}

AcHourFinding look_at_hour(const FlowContext& c, const powerflow::AcHoursAnswer& answer,
                           std::size_t hour) {
    // A machine that holds its bus at the end of the band is not outside by its last bits.
    constexpr double voltage_tolerance_pu = 1e-6;
    constexpr double tie_pu = 1e-9;
    const grid::System& system = c.system;
    const powerflow::HourVoltages v = powerflow::voltages_of(answer, hour);
    AcHourFinding found;
    found.hour = static_cast<int>(hour);
    found.status = answer.status[hour];
    found.worst_bus = answer.worst_bus[hour];
    found.mismatch_pu = answer.mismatch_pu[hour];
    found.slack_mw = answer.slack_pu[hour] * system.info.base_mva;
    found.low_margin_pu = found.high_margin_pu = std::numeric_limits<double>::infinity();
    for (std::size_t b = 0; b < answer.buses; ++b) {
        const double low = v.v_pu[b] - system.buses.v_min_pu[b];
        const double high = system.buses.v_max_pu[b] - v.v_pu[b];
        found.buses_outside += std::min(low, high) < -voltage_tolerance_pu ? 1 : 0;
        if (low < found.low_margin_pu - tie_pu) {
            found.low_margin_pu = low;
            found.low_bus = static_cast<int>(b);
            found.low_pu = v.v_pu[b];
        }
        if (high < found.high_margin_pu - tie_pu) {
            found.high_margin_pu = high;
            found.high_bus = static_cast<int>(b);
            found.high_pu = v.v_pu[b];
        }
    }
    found.loading.hour = found.hour;
    for (std::size_t l = 0; l < system.branches.rating_mw.size(); ++l) {
        const double rating = system.branches.rating_mw[l];
        if (rating > 0.0) {
            const HourLoading one{
                found.hour, static_cast<int>(l),
                powerflow::ac_branch_flow(system, l, v.v_pu, v.angle_rad).largest_mva(), rating};
            found.loading = is_higher(one, found.loading) ? one : found.loading;
        }
    }
    return found;
}

/// The hours to solve a second time: those that were not solved, then those with the lowest and
/// highest voltages for their band (in whole 1e-9 pu, so that any number of ranks chooses alike).
std::vector<std::size_t> hours_to_check(const std::vector<AcHourFinding>& hours,
                                        std::size_t count) {
    std::vector<std::size_t> order(hours.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t h) {
        return hours[h].status == AcStatus::not_converged
                   ? -std::numeric_limits<double>::infinity()
                   : std::round(std::min(hours[h].low_margin_pu, hours[h].high_margin_pu) * 1e9);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    order.resize(std::min(count, order.size()));
    return order;
}

report::AcComparison compare(const FlowContext& c, const powerflow::AcHoursAnswer& answer,
                             std::size_t hour) {
    const powerflow::AcInjections& in = c.injections;
    const auto column = [&](const std::vector<double>& table) {
        return powerflow::hour_of(in, table, hour);
    };
    const std::vector<double> p = column(in.p_pu);
    const std::vector<double> q = column(in.q_pu);
    const std::vector<double> q_min = column(in.q_min_pu);
    const std::vector<double> q_max = column(in.q_max_pu);
    std::vector<unsigned char> holds(in.buses);
    for (std::size_t b = 0; b < in.buses; ++b) {
        holds[b] = in.holds[b * in.hours + hour];
    }
    powerflow::AcReferenceSettings settings;
    settings.reactive_limits = !c.options.ignore_reactive_limits;
    const auto reference =
        powerflow::solve_ac_hour(c.comm, *c.ac_network, {p, q, q_min, q_max, holds}, settings);
    report::AcComparison result{
        static_cast<int>(hour), reference.converged, reference.steps, reference.rounds, 0.0, 0.0,
        reference.mismatch_pu};
    const powerflow::HourVoltages v = powerflow::voltages_of(answer, hour);
    for (std::size_t b = 0; b < in.buses; ++b) {
        result.largest_v_pu =
            std::max(result.largest_v_pu, std::abs(v.v_pu[b] - reference.v_pu[b]));
        result.largest_angle_deg =
            std::max(result.largest_angle_deg,
                     std::abs(v.angle_rad[b] - reference.angle_rad[b]) * 180.0 / std::numbers::pi);
    }
    return result;
}

/// The hours of the span that option `explain_hour` names, told in full.
std::string explained_hours(const FlowContext& c) {
    std::string words;
    std::vector<security::ExplainedHour> explained;
    for (const std::string& date : c.options.explain_hour) {
        const int hour = grid::hour_of_date(date, c.system.info.year) - c.schedule.span.begin;
        explained.push_back(
            security::explain_hour(c.system, c.schedule, static_cast<std::size_t>(hour)));
        words += report::explained_hour(c.system, c.schedule.span, explained.back());
    }
    write_explained_hours(c, explained);
    return words;
}

} // namespace

FlowFinding dc_flow_stage(FlowContext& c) {
    const powerflow::FlowCheck check = powerflow::check_flows(
        c.comm, c.grid.network(), c.grid.factors(), c.system, c.schedule.span.size(),
        c.dc_injection_mw,
        {c.options.flow_tolerance_mw, static_cast<std::size_t>(c.options.limits_per_hour)});
    write_dc_flows(c, check.branch_mw);
    report::DcFlowFinding finding{check.found, c.imbalance_mw,
                                  highest_loadings(c, check.branch_mw)};
    return {report::dc_flow_summary(c.system, c.schedule.span, finding,
                                    static_cast<std::size_t>(c.options.rows)),
            Exit::ok};
}

FlowFinding outage_stage(FlowContext& c) {
    const security::Contingencies all = security::contingencies(c.system);
    if (all.list.empty()) {
        return {};
    }
    grid::HourTable power = security::scheduled_power_mw(all, c.schedule);
    if (!c.comm.root()) { // the schedule is whole on every rank: one part counts
        std::fill(power.values.begin(), power.values.end(), 0.0);
    }
    security::OutageOptions options;
    options.tolerance_mw = c.options.flow_tolerance_mw;
    options.max_per_hour = static_cast<std::size_t>(c.options.limits_per_hour);
    const security::OutageCheck check =
        security::check_outages(c.comm, c.grid.network(), c.owners.bus, c.system, all,
                                c.schedule.span, c.dc_injection_mw, power.values, options);
    return {report::outage_summary(c.system, all, check, c.schedule.span,
                                   static_cast<std::size_t>(c.options.rows)),
            Exit::ok};
}

FlowFinding ac_flow_stage(FlowContext& c) {
    if (!c.ac_network) {
        return {"AC power flow: left out, since on some island no row of machines.csv and no svc "
                "holds a voltage\n",
                Exit::ok};
    }
    powerflow::AcHoursSettings settings;
    settings.reactive_limits = !c.options.ignore_reactive_limits;
    const powerflow::AcHoursAnswer answer =
        powerflow::solve_ac_hours(c.comm, *c.ac_network, c.injections, settings);
    write_ac_flows(c, answer);
    report::AcFlowFinding finding;
    finding.summary = answer.summary;
    if (settings.reactive_limits) {
        finding.slack =
            powerflow::slack_beyond(*c.ac_network, c.injections, answer, c.system.info.base_mva);
    }
    for (std::size_t h = 0; h < answer.hours; ++h) {
        finding.hours.push_back(look_at_hour(c, answer, h));
    }
    for (const std::size_t h :
         hours_to_check(finding.hours, static_cast<std::size_t>(c.options.ac_checked))) {
        finding.compared.push_back(compare(c, answer, h));
    }
    const bool open = answer.summary.not_converged + answer.summary.limits_open > 0;
    if (c.options.ac_n1) {
        c.ac_answer = answer;
    }
    return {report::ac_flow_summary(c.system, c.schedule.span, finding,
                                    static_cast<std::size_t>(c.options.rows)),
            open ? Exit::numerical : Exit::ok};
}

FlowFinding ac_outage_stage(FlowContext& c) {
    if (!c.options.ac_n1 || !c.ac_answer) {
        return {};
    }
    const security::Contingencies all = security::contingencies(c.system);
    const grid::HourTable power = security::scheduled_power_mw(all, c.schedule);
    security::AcOutageOptions options;
    options.reactive_limits = !c.options.ignore_reactive_limits;
    const security::AcOutageCheck check =
        security::check_ac_outages(c.comm, c.system, all, c.schedule.span, *c.ac_network,
                                   c.injections, *c.ac_answer, power.values, options);
    write_ac_outages(c, check);
    return {report::ac_outage_summary(c.system, check, c.schedule.span,
                                      static_cast<std::size_t>(c.options.rows)),
            Exit::ok};
}

FlowFinding security_stage(FlowContext& c) {
    if (c.system.hvdc.bus.empty() || c.system.machines.bus.empty()) {
        return {};
    }
    const std::string lacking = security::why_no_export_limits(c.system);
    if (!lacking.empty()) {
        return {fmt::format("Export limits: left out, since {}\n", lacking), Exit::ok};
    }
    const security::StrengthModel model(c.system, {});
    const security::OperatingState state = security::operating_state(c.system, c.schedule, 0);
    const security::ExportLimits limits = security::export_limits(c.system, model, state);
    write_export_limits(c, state, limits);
    std::vector<report::ExportGainOfHour> gains;
    for (const std::size_t hour : report::tightest_hours(limits, 1)) {
        gains.push_back({hour, security::export_gains(c.system, model, state, hour)});
    }
    return {report::export_summary(c.system, c.schedule.span, state, limits, gains,
                                   static_cast<std::size_t>(c.options.rows)) +
                explained_hours(c),
            Exit::ok};
}

} // namespace longyang::run
