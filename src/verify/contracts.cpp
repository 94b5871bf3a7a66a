// CT-1, CT-2 and the price of missing energy, by docs/theory/hvdc.md.
#include "grid/calendar.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::verify {
namespace {

/// A contract's period as far as it lies in the span, hours [begin, end).
struct Period {
    int begin = 0, end = 0;
    int length_h = 0; ///< of the whole period
    int served_h = 0; ///< of [begin, end), those in which the line is in service
};

/// Whether a branch enters or leaves with an hour.
bool network_changes(const Scope& scope, int t) {
    const grid::Service& service = scope.system.service;
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.table[k] == "branches" &&
            served(scope, "branches", service.plant[k], t) !=
                served(scope, "branches", service.plant[k], t - 1)) {
            return true;
        }
    }
    return false;
}

/// The periods of a contract, by time. Years follow each other where the span passes the year's
/// end.
std::vector<Period> periods_of(const Scope& scope, std::size_t c) {
    const grid::EnergyContracts& table = scope.system.contracts;
    std::vector<Period> periods;
    int running = -1; // number of the period that the hour before belongs to
    for (int t = 0; t < scope.hours(); ++t) {
        const int year = scope.hour_of_year(t) / grid::hours_per_year;
        const int hour = scope.hour_of_year(t) % grid::hours_per_year;
        const int month = grid::month_of_hour(hour);
        if (table.period[c] != "year" && table.month[c] != 0 && table.month[c] != month) {
            running = -1;
            continue;
        }
        int number = year;
        int length_h = grid::hours_per_year;
        if (table.period[c] == "day") {
            number = year * 365 + hour / 24;
            length_h = 24;
        } else if (table.period[c] == "month") {
            number = year * 12 + month;
            length_h = grid::month_begin_hour[at(month)] - grid::month_begin_hour[at(month - 1)];
        }
        // SV-6: a section's period is cut where a branch enters or leaves.
        const bool cut = t > 0 && table.kind[c] == "section" && network_changes(scope, t);
        if (number != running || cut) {
            periods.push_back({t, t, length_h});
            running = number;
        }
        periods.back().end = t + 1;
        periods.back().served_h += served(scope, table.kind[c], table.of[c], t) ? 1 : 0;
    }
    return periods;
}

/// Energy that the contract's line or section carries in a period.
double energy_mwh(const Scope& scope, std::size_t c, const Period& period,
                  std::span<const double> section_mw) {
    const bool hvdc = scope.system.contracts.kind[c] == "hvdc";
    const grid::Names& names = hvdc ? scope.system.hvdc.name : scope.system.sections.name;
    const auto row = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), scope.system.contracts.of[c]) - names.begin());
    const auto power_mw =
        hvdc ? scope.schedule.hvdc_p_mw.row(row)
             : section_mw.subspan(row * scope.schedule.span.size(), scope.schedule.span.size());
    return std::accumulate(power_mw.begin() + period.begin, power_mw.begin() + period.end, 0.0);
}

/// The schedule's row of a contract's period; behind the last where there is none.
std::size_t row_of(const grid::Schedule& schedule, std::size_t c, const Period& period) {
    std::size_t k = 0;
    while (k < schedule.contract_of_period.size() &&
           (schedule.contract_of_period[k] != static_cast<int>(c) ||
            schedule.contract_begin[k] != period.begin || schedule.contract_end[k] != period.end)) {
        ++k;
    }
    return k;
}

} // namespace

void check_contracts(const Scope& scope, std::span<const double> section_mw, Findings& findings,
                     std::span<double> cost_cny) {
    const grid::EnergyContracts& table = scope.system.contracts;
    const grid::Schedule& schedule = scope.schedule;
    for (std::size_t c = 0; c < cost_cny.size(); ++c) {
        if (!scope.mine(scope.owners.contract, c)) {
            continue;
        }
        const std::string name = name_of(table, c);
        const char* rule = table.kind[c] == "hvdc" ? "CT-1 energy" : "CT-2 energy";
        for (const Period& period : periods_of(scope, c)) {
            const double share = static_cast<double>(period.served_h) / period.length_h;
            const double owed_mwh = 1000.0 * table.energy_gwh[c] * share;
            const double margin_mwh = std::abs(owed_mwh) * table.tolerance_pu[c];
            const double carried_mwh = energy_mwh(scope, c, period, section_mw);
            const std::size_t k = row_of(schedule, c, period);
            if (k == schedule.contract_of_period.size()) {
                findings.equal({"CT period in the schedule", name, period.begin, "-"}, 0.0, 1.0);
                continue;
            }
            const double short_mwh = schedule.contract_short_mwh[k];
            findings.at_least({"CT nothing negative missing", name, period.begin, "MWh"}, short_mwh,
                              0.0, std::abs(owed_mwh));
            const Place energy{rule, name, period.begin, "MWh"};
            findings.at_least(energy, carried_mwh + short_mwh, owed_mwh - margin_mwh);
            findings.at_most(energy, carried_mwh + short_mwh, owed_mwh + margin_mwh);
            const Place told{"CT figures of the period", name, period.begin, "MWh"};
            findings.equal(told, schedule.contract_energy_mwh[k], carried_mwh);
            findings.equal(told, schedule.contract_low_mwh[k], owed_mwh - margin_mwh);
            findings.equal(told, schedule.contract_high_mwh[k], owed_mwh + margin_mwh);
            cost_cny[c] += table.shortfall_cny_per_mwh[c] * short_mwh;
        }
    }
}

} // namespace longyang::verify
