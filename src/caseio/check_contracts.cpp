#include "caseio/carrying.hpp"
#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::caseio {
namespace {

struct Period {
    int begin = 0, end = 0; ///< hours of the year
};

/// The periods of a contract, by theory/hvdc.md.
std::vector<Period> periods_of(const std::string& period, int month) {
    if (period == "year") {
        return {{0, grid::hours_per_year}};
    }
    const auto first = static_cast<std::size_t>(month == 0 ? 0 : month - 1);
    const auto last = static_cast<std::size_t>(month == 0 ? 12 : month);
    std::vector<Period> periods;
    for (std::size_t m = first; m < last; ++m) {
        const int begin = grid::month_begin_hour[m];
        const int end = grid::month_begin_hour[m + 1];
        if (period == "month") {
            periods.push_back({begin, end});
            continue;
        }
        for (int day = begin; day < end; day += 24) {
            periods.push_back({day, day + 24});
        }
    }
    return periods;
}

double energy_mwh(const std::vector<double>& power_mw, const Period& period) {
    return std::accumulate(power_mw.begin() + period.begin, power_mw.begin() + period.end, 0.0);
}

/// SV-5: the share of a period's hours in which the line is in service.
double share_in_service(const grid::InService& served, const Period& period) {
    const int hours =
        std::min(period.end, served.to_hour) - std::max(period.begin, served.from_hour);
    return static_cast<double>(std::max(hours, 0)) / (period.end - period.begin);
}

/// A tolerance of 1 or more lets a line stand still: it is meant of energies of nearly nothing,
/// which it keeps near nothing; of any other a percentage is meant. Whether one was told.
bool tells_percent(const grid::System& system, std::size_t k, const PowerLimits& limits,
                   const Period& period, double energy, std::vector<Fault>& faults) {
    constexpr double nearly_nothing = 0.05; // of what could be carried
    const grid::EnergyContracts& t = system.contracts;
    const double carried = std::max(energy > 0.0 ? energy_mwh(limits.high_mw, period)
                                                 : -energy_mwh(limits.low_mw, period),
                                    0.0);
    if (!(t.tolerance_pu[k] >= 1.0) || !(std::abs(energy) > nearly_nothing * carried)) {
        return false;
    }
    faults.push_back(row_fault(
        "contracts", t, k, "tolerance_pu",
        fmt::format("{}, {:.6g} to {:.6g} GWh", t.tolerance_pu[k],
                    (energy - t.tolerance_pu[k] * std::abs(energy)) / 1000.0,
                    (energy + t.tolerance_pu[k] * std::abs(energy)) / 1000.0),
        fmt::format("a share below 1 (5 % are 0.05): {:.6g} GWh are more than {:.0f} % of the "
                    "{:.6g} that {} can carry in the {} from {}",
                    energy / 1000.0, 100.0 * nearly_nothing, carried / 1000.0, in_quotes(t.of[k]),
                    t.period[k],
                    grid::date_of_hour(period.begin, system.info.year).substr(0, 10))));
    return true;
}

/// Whether limits allow the energy in every period; the first period that they do not allow is
/// told.
void check_energy(const grid::System& system, std::size_t k, const PowerLimits& limits,
                  const grid::InService& served, std::vector<Fault>& faults) {
    const grid::EnergyContracts& t = system.contracts;
    for (const Period& period : periods_of(t.period[k], t.month[k])) {
        const double energy = 1000.0 * t.energy_gwh[k] * share_in_service(served, period);
        if (tells_percent(system, k, limits, period, energy, faults)) {
            return;
        }
        const double slack = t.tolerance_pu[k] * std::abs(energy);
        const double most = energy_mwh(limits.high_mw, period);
        const double least = energy_mwh(limits.low_mw, period);
        const double rounded = rounding * std::max(std::abs(most), std::abs(least));
        const bool too_much = energy - slack > most + rounded;
        const bool too_little = energy + slack < least - rounded;
        if (!too_much && !too_little) {
            continue;
        }
        faults.push_back(row_fault(
            "contracts", t, k, "energy_gwh", fmt::format("{}", t.energy_gwh[k]),
            fmt::format("{} {:.6g} GWh that {} can carry in the {} from {}, within the tolerance",
                        too_much ? "at most the" : "at least the",
                        (too_much ? most : least) / 1000.0, in_quotes(t.of[k]), t.period[k],
                        grid::date_of_hour(period.begin, system.info.year).substr(0, 10))));
        return;
    }
}

PowerLimits section_limits(const grid::System& system, std::size_t section) {
    const auto hours = static_cast<std::size_t>(grid::hours_per_year);
    return {std::vector<double>(hours, -system.sections.limit_backward_mw[section]),
            std::vector<double>(hours, system.sections.limit_forward_mw[section])};
}

} // namespace

std::vector<Fault> check_contracts(const grid::System& system) {
    const grid::EnergyContracts& t = system.contracts;
    std::vector<Fault> faults;
    for (std::size_t k = 0; k < t.line.size(); ++k) {
        const bool hvdc = t.kind[k] == "hvdc";
        const grid::Names& carriers = hvdc ? system.hvdc.name : system.sections.name;
        const auto carrier = std::find(carriers.begin(), carriers.end(), t.of[k]);
        const bool month_of_year = t.period[k] == "year" && t.month[k] != 0;
        if (month_of_year) {
            faults.push_back(row_fault("contracts", t, k, "month", fmt::format("{}", t.month[k]),
                                       "0 or an empty cell, since period is year"));
        }
        if (carrier == carriers.end()) {
            faults.push_back(row_fault("contracts", t, k, "of", in_quotes(t.of[k]),
                                       fmt::format("the name of a row in {}.csv, since kind is {}",
                                                   hvdc ? "hvdc" : "sections", t.kind[k]),
                                       nearest_name(t.of[k], carriers)));
            continue;
        }
        const auto item = static_cast<std::size_t>(carrier - carriers.begin());
        const bool crossed = hvdc && system.hvdc.p_min_mw[item] > system.hvdc.p_max_mw[item];
        if (!month_of_year && !crossed) { // check_hvdc tells of crossed limits
            check_energy(system, k, hvdc ? hvdc_limits(system, item) : section_limits(system, item),
                         hvdc ? grid::in_service(system, "hvdc", item) : grid::InService{}, faults);
        }
    }
    return faults;
}

} // namespace longyang::caseio
