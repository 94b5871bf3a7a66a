#include "model/contracts.hpp"

#include "base/error.hpp"
#include "grid/calendar.hpp"
#include "grid/service.hpp"
#include "model/hvdc_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace longyang::model {
namespace {

/// Hours of the year [begin, end), counted on into the next year.
struct Hours {
    int begin = 0, end = 0;
};

/// The day, month or year around an hour.
Hours period_around(const std::string& period, int hour_of_year) {
    const int year_begin = hour_of_year / grid::hours_per_year * grid::hours_per_year;
    if (period == "day") {
        const int begin = hour_of_year / 24 * 24;
        return {begin, begin + 24};
    }
    if (period == "month") {
        const auto month = static_cast<std::size_t>(grid::month_of_hour(hour_of_year - year_begin));
        return {year_begin + grid::month_begin_hour[month - 1],
                year_begin + grid::month_begin_hour[month]};
    }
    return {year_begin, year_begin + grid::hours_per_year};
}

/// SV-5: the hours [first, last) of a span in which a contract's line is in service; a section
/// always is.
int served_hours(const grid::System& system, std::size_t contract, int first, int last) {
    grid::InService served;
    if (system.contracts.kind[contract] == "hvdc") {
        const int line = contract_target(system, static_cast<int>(contract));
        served = grid::in_service(system, "hvdc", static_cast<std::size_t>(line));
    }
    int hours = 0;
    for (int hour = first; hour < last; ++hour) {
        hours += served.at(hour) ? 1 : 0;
    }
    return hours;
}

/// networks: of the span; of a contract of a section (SV-6).
void append_periods(const grid::System& system, grid::Span span, std::size_t c,
                    std::span<const grid::NetworkSpan> networks,
                    std::vector<ContractPeriod>& periods) {
    const grid::EnergyContracts& table = system.contracts;
    for (int t = 0; t < span.hours;) {
        const int hour = span.begin + t;
        const Hours whole = period_around(table.period[c], hour);
        int end = std::min(whole.end - span.begin, span.hours);
        if (table.kind[c] == "section") {
            const auto network =
                std::find_if(networks.begin(), networks.end(),
                             [t](const grid::NetworkSpan& part) { return t < part.end; });
            end = std::min(end, network->end);
        }
        const int month = grid::month_of_hour(hour % grid::hours_per_year);
        if (table.month[c] == 0 || table.period[c] == "year" || table.month[c] == month) {
            const double share =
                static_cast<double>(served_hours(system, c, hour, span.begin + end)) /
                static_cast<double>(whole.end - whole.begin);
            const double energy_mwh = 1000.0 * table.energy_gwh[c];
            const double deviation_mwh = table.tolerance_pu[c] * std::abs(energy_mwh);
            periods.push_back({static_cast<int>(c), t, end, share * (energy_mwh - deviation_mwh),
                               share * (energy_mwh + deviation_mwh)});
        }
        t = end;
    }
}

/// Of one contract, by time.
std::vector<ContractPeriod> periods_of(const Context& context, int contract) {
    const auto c = static_cast<std::size_t>(contract);
    std::vector<grid::NetworkSpan> networks;
    if (context.system.contracts.kind[c] == "section") {
        networks = grid::network_spans(context.system, context.span);
    }
    std::vector<ContractPeriod> periods;
    append_periods(context.system, context.span, c, networks, periods);
    return periods;
}

/// Least energy that the line or section of a contract carries in a period whatever happens, MWh.
double least_energy_mwh(const Context& context, const ContractPeriod& period) {
    const grid::System& system = context.system;
    const int target = contract_target(system, period.contract);
    if (system.contracts.kind[static_cast<std::size_t>(period.contract)] == "section") {
        return -system.sections.limit_backward_mw[static_cast<std::size_t>(target)] *
               (period.end - period.begin);
    }
    double energy_mwh = 0.0;
    for (const HeldHours& held : held_hours(context, target)) {
        const int hours = std::min(held.end, period.end) - std::max(held.begin, period.begin);
        energy_mwh += held.low_mw * std::max(hours, 0);
    }
    return energy_mwh;
}

/// Rows of one contract over a pattern; `offset_mw` is carried besides the pattern in every hour.
void add_rows(lp::Coupling& coupling, const Context& context, int contract, int pattern,
              double offset_mw, HoursOfSpan within) {
    for (const ContractPeriod& period : periods_of(context, contract)) {
        if (period.begin >= within.begin && period.begin < within.end) {
            const double besides_mwh = offset_mw * (period.end - period.begin);
            coupling.rows.push_back({pattern, period.begin, period.end,
                                     period.low_mwh - besides_mwh, period.high_mwh - besides_mwh});
        }
    }
}

std::string contract_name(const grid::System& system, std::size_t contract) {
    return "contract " + system.contracts.name[contract];
}

} // namespace

int contract_target(const grid::System& system, int contract) {
    const auto c = static_cast<std::size_t>(contract);
    const grid::Names& names =
        system.contracts.kind[c] == "section" ? system.sections.name : system.hvdc.name;
    const auto found = std::find(names.begin(), names.end(), system.contracts.of[c]);
    if (found == names.end()) {
        throw Error(Exit::defect,
                    fmt::format("contract {} names no {}: {}", system.contracts.name[c],
                                system.contracts.kind[c], system.contracts.of[c]));
    }
    return static_cast<int>(found - names.begin());
}

std::vector<ContractPeriod> contract_periods(const grid::System& system, grid::Span span) {
    const std::vector<grid::NetworkSpan> networks = grid::network_spans(system, span);
    std::vector<ContractPeriod> periods;
    for (std::size_t c = 0; c < system.contracts.of.size(); ++c) {
        append_periods(system, span, c, networks, periods);
    }
    return periods;
}

void build_contract(const Context& context, int item, lp::Block& block) {
    const double price =
        context.system.contracts.shortfall_cny_per_mwh[static_cast<std::size_t>(item)];
    const int family = block.family("contract_short");
    for (const ContractPeriod& period : periods_of(context, item)) {
        const double most_mwh = std::max(0.0, period.low_mwh - least_energy_mwh(context, period));
        const int missing = block.add_column(family, period.begin, 0.0, most_mwh, price);
        block.add_port(context.channels.contract_short(item), period.begin, missing, 1.0);
    }
}

void read_contract(const Context& context, int item, const lp::Block& /*block*/,
                   std::span<const double> values, grid::Schedule& schedule) {
    const grid::System& system = context.system;
    const bool of_line = system.contracts.kind[static_cast<std::size_t>(item)] == "hvdc";
    std::size_t column = 0; // one a period, in the order of the schedule's rows
    for (std::size_t k = 0; k < schedule.contract_of_period.size(); ++k) {
        if (schedule.contract_of_period[k] != item) {
            continue;
        }
        schedule.contract_short_mwh[k] = values[column++];
        if (of_line) {
            const auto line = static_cast<std::size_t>(contract_target(system, item));
            const auto power = schedule.hvdc_p_mw.row(line);
            schedule.contract_energy_mwh[k] =
                std::accumulate(power.begin() + schedule.contract_begin[k],
                                power.begin() + schedule.contract_end[k], 0.0);
        }
    }
}

void size_contract_rows(const Context& context, grid::Schedule& schedule) {
    schedule.contract_of_period.clear();
    schedule.contract_begin.clear();
    schedule.contract_end.clear();
    schedule.contract_low_mwh.clear();
    schedule.contract_high_mwh.clear();
    for (const ContractPeriod& period : contract_periods(context.system, context.span)) {
        schedule.contract_of_period.push_back(period.contract);
        schedule.contract_begin.push_back(period.begin);
        schedule.contract_end.push_back(period.end);
        schedule.contract_low_mwh.push_back(period.low_mwh);
        schedule.contract_high_mwh.push_back(period.high_mwh);
    }
    schedule.contract_short_mwh.assign(schedule.contract_of_period.size(), 0.0);
    schedule.contract_energy_mwh.assign(schedule.contract_of_period.size(), 0.0);
}

/// CT-1: low <= sum of the line's power + missing <= high.
void add_hvdc_contracts(lp::Coupling& coupling, const Context& context) {
    const grid::System& system = context.system;
    for (std::size_t c = 0; c < system.contracts.of.size(); ++c) {
        if (system.contracts.kind[c] != "hvdc") {
            continue;
        }
        const int contract = static_cast<int>(c);
        const int line = contract_target(system, contract);
        const int pattern = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(
            {"CT-1",
             contract_name(system, c),
             {context.channels.hvdc_power(line), context.channels.contract_short(contract)},
             {1.0, 1.0}});
        add_rows(coupling, context, contract, pattern, 0.0, {0, context.span.hours});
    }
}

/// CT-2: low <= sum of the section's flow + missing <= high.
void add_section_contracts(lp::Coupling& coupling, const Context& context, int section, int pattern,
                           double offset_mw, HoursOfSpan hours) {
    const grid::System& system = context.system;
    for (std::size_t c = 0; c < system.contracts.of.size(); ++c) {
        const int contract = static_cast<int>(c);
        if (system.contracts.kind[c] != "section" || contract_target(system, contract) != section) {
            continue;
        }
        lp::Pattern flow = coupling.patterns[static_cast<std::size_t>(pattern)];
        flow.tag = "CT-2";
        flow.name = contract_name(system, c);
        flow.channel.push_back(context.channels.contract_short(contract));
        flow.weight.push_back(1.0);
        const int number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(std::move(flow));
        add_rows(coupling, context, contract, number, offset_mw, hours);
    }
}

} // namespace longyang::model
