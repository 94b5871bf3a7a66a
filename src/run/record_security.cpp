#include "run/record_security.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace longyang::run {
namespace {

/// Machines that are named.
constexpr std::size_t most_named = 3;

void record_outages(const SecurityRows& rows, const SecurityState& at, std::size_t branches,
                    results::Security& security) {
    if (!at.single_outages) {
        return;
    }
    for (const security::WorstOfBranch& worst : at.single_outages->by_branch) {
        security.branch_loading.push_back(worst.loading);
        security.branch_hour.push_back(worst.hour);
        security.branch_lost.push_back(worst.contingency < 0 ? -1
                                                             : rows.lost_branch(worst.contingency));
    }
    security.branch_value_cny_per_mw.assign(branches, 0.0);
}

void record_voltages(const SecurityState& at, results::Security& security) {
    if (!at.voltages) {
        return;
    }
    for (const security::VoltageFinding& finding : at.voltages->findings) {
        security.voltage_hours.push_back(
            {finding.hour, finding.bus,
             finding.solved ? finding.v_pu : std::numeric_limits<double>::quiet_NaN(),
             finding.buses_outside, finding.section, finding.flow_mw, finding.relief_mw});
    }
}

/// The largest values with their names.
std::string largest(const grid::Names& names, const std::vector<double>& values, const char* unit) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    std::string words;
    for (std::size_t k = 0; k < std::min(most_named, order.size()); ++k) {
        if (values[order[k]] > 0.0) {
            words += fmt::format("{}{} {:.4g} {}", words.empty() ? "" : ", ", names[order[k]],
                                 values[order[k]], unit);
        }
    }
    return words;
}

std::string hours_by_cause(const security::ExportLimits& limits) {
    std::array<long long, security::export_causes> hours{};
    for (const security::ExportCause cause : limits.cause) {
        ++hours[static_cast<std::size_t>(cause)];
    }
    std::string words;
    for (std::size_t c = 0; c < hours.size(); ++c) {
        if (hours[c] > 0) {
            words +=
                fmt::format("{}{} {}", words.empty() ? "" : ", ",
                            security::name_of(static_cast<security::ExportCause>(c)), hours[c]);
        }
    }
    return words;
}

/// What one more of each would save, by the prices of rows.
void record_values(const model::Context& context, const SecurityRows& rows,
                   std::span<const double> row_price, results::Content& content) {
    results::Security& security = content.security;
    security.machine_value_cny.assign(context.system.machines.line.size(), 0.0);
    content.security_price_cny_per_mwh =
        grid::HourTable(context.system.hvdc.name.size(), context.span.size());
    for (const SecurityRows::Row& row : rows.rows()) {
        const double price_cny =
            row.coupling_row < row_price.size() ? std::abs(row_price[row.coupling_row]) : 0.0;
        if (row.kind == SecurityKind::voltage) {
            continue;
        }
        if (row.kind != SecurityKind::limit) {
            const security::OutageRows& outages = rows.outages(row.kind);
            const security::OutageRow& of = outages.rows()[row.row];
            const int branch = outages.patterns()[of.pattern].flow.branch;
            if (!security.branch_value_cny_per_mw.empty()) {
                security.branch_value_cny_per_mw[static_cast<std::size_t>(branch)] += price_cny;
            }
            continue;
        }
        const security::LimitRow& of = rows.limits().rows()[row.row];
        const security::LimitPattern& pattern = rows.limits().patterns()[of.pattern];
        for (std::size_t m = 0; m < security.machine_value_cny.size(); ++m) {
            security.machine_value_cny[m] += price_cny * pattern.mw_per_machine[m];
        }
        if (pattern.line >= 0) {
            content.security_price_cny_per_mwh.row(static_cast<std::size_t>(
                pattern.line))[static_cast<std::size_t>(of.hour)] += price_cny;
        }
    }
}

} // namespace

void record_security(const model::Context& context, const SecurityRows& rows,
                     const SecurityState& at, std::span<const double> row_price,
                     results::Content& content) {
    const security::ExportLimits& limits = at.limits;
    content.security_limit_mw = limits.least_mw;
    content.security_margin_mw = limits.margin_mw;
    content.security_strength_mva = limits.line_mva;
    content.security_ratio = limits.ratio;
    content.security_multi_infeed_ratio = limits.multi_infeed_ratio;
    content.security_station_ratio = limits.station_ratio;
    content.security_voltage_pu = limits.voltage_pu;
    const std::size_t hours = limits.least_mw.hours;
    content.security_cause = grid::HourTable(limits.least_mw.items, hours);
    std::transform(limits.cause.begin(), limits.cause.end(), content.security_cause.values.begin(),
                   [](security::ExportCause cause) { return static_cast<double>(cause); });
    content.security_energy_mws = grid::HourTable(limits.least_mw.items, hours);
    for (std::size_t k = 0; k < limits.least_mw.items; ++k) {
        const auto island = static_cast<std::size_t>(limits.frequency.island_of_line[k]);
        std::copy_n(limits.frequency.energy_mws.begin() +
                        static_cast<std::ptrdiff_t>(island * hours),
                    hours, content.security_energy_mws.row(k).begin());
    }
    record_outages(rows, at, context.system.branches.line.size(), content.security);
    record_voltages(at, content.security);
    record_values(context, rows, row_price, content);
}

std::vector<std::string> security_words(const model::Context& context, const SecurityRows& rows,
                                        const SecurityState& at, const results::Content& content) {
    const grid::System& system = context.system;
    std::vector<std::string> lines;
    lines.push_back(fmt::format(
        "security: {} rows, {} of lines and stations, {} after single outages, {} after "
        "listed ones, {} of sections for voltages; left: {}",
        rows.rows().size(), rows.count(SecurityKind::limit),
        rows.count(SecurityKind::single_outage), rows.count(SecurityKind::listed_outage),
        rows.count(SecurityKind::voltage), rows.tally(at).words()));
    lines.push_back(fmt::format("line-hours by what limits them: {}", hours_by_cause(at.limits)));
    std::vector<double> line_value;
    for (std::size_t k = 0; k < system.hvdc.name.size(); ++k) {
        const auto price = content.security_price_cny_per_mwh.row(k);
        line_value.push_back(std::accumulate(price.begin(), price.end(), 0.0));
    }
    const std::vector<double>& machine = content.security.machine_value_cny;
    std::vector<double> of_condensers;
    std::vector<double> of_units;
    for (std::size_t m = 0; m < machine.size(); ++m) {
        (system.machines.plant_table[m].empty() ? of_condensers : of_units).push_back(machine[m]);
    }
    const auto names_of = [&](bool condensers) {
        grid::Names list;
        for (std::size_t m = 0; m < machine.size(); ++m) {
            if (system.machines.plant_table[m].empty() == condensers) {
                list.push_back(system.machines.name[m]);
            }
        }
        return list;
    };
    for (const auto& [what, words] :
         {std::pair("one MW more of a line's limit",
                    largest(system.hvdc.name, line_value, "CNY/MW")),
          std::pair("one condenser or grid-forming unit more",
                    largest(names_of(true), of_condensers, "CNY")),
          std::pair("one unit more connected all the time",
                    largest(names_of(false), of_units, "CNY")),
          std::pair(
              "one MW more of rating after an outage",
              largest(system.branches.name, content.security.branch_value_cny_per_mw, "CNY/MW"))}) {
        if (!words.empty()) {
            lines.push_back(fmt::format("saved over the span by {}: {}", what, words));
        }
    }
    return lines;
}

} // namespace longyang::run
