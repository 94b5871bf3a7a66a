#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <vector>

/// Policy targets (docs/theory/targets.md): which plants count, who owes how much, and when. Energy
/// limits of thermal plants (TH-16) are periods of the same kind.
namespace longyang::grid {

/// What a plant's energy counts as.
enum class Source {
    none,      ///< nothing: a storage that only moves energy
    non_hydro, ///< wind, PV, CSP, biomass, geothermal
    hydro,     ///< stations and run of river
    clean,     ///< neither renewable nor with emissions
    other,
};

[[nodiscard]] Source source_of_thermal(const System& system, int row);
[[nodiscard]] Source source_of_renewable(const System& system, int row);
/// CSP: a store that is charged by its own inflow alone and whose heat no power block takes; all
/// others only move energy.
[[nodiscard]] Source source_of_storage(const System& system, int row);

/// Whether energy of a source meets a target of a kind.
[[nodiscard]] bool meets(const std::string& kind, Source source);

/// Region whose plants meet a target: its own, or that of its line's sending end.
[[nodiscard]] int region_of_target(const System& system, int target);

/// Part of a month or year that lies in a span, hours [begin, end) of the span, and the hours of
/// the whole.
struct Period {
    int begin = 0, end = 0, whole_h = 0;

    bool operator==(const Period&) const = default;
};
/// period: month | year
[[nodiscard]] std::vector<Period> periods_in(Span span, const std::string& period);

/// A target in one of its periods.
struct TargetPeriod {
    int target = 0;
    Period period;
};
/// All of them, by target, then by time.
[[nodiscard]] std::vector<TargetPeriod> target_periods(const System& system, Span span);

/// PT-0. Energy that loads and flexible loads of a region ask for in a period, MWh, shed or not.
[[nodiscard]] double consumption_mwh(const System& system, int region, Span span, Period period);

/// Limits of thermal energy: rows of `energy_limits` that share one, by the order of their first.
struct EnergyLimit {
    std::string name;
    std::vector<int> plants;
    double energy_mwh = 0.0; ///< in a whole period
    std::string period;
};
[[nodiscard]] std::vector<EnergyLimit> energy_limits(const System& system);

} // namespace longyang::grid
