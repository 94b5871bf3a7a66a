#include "grid/targets.hpp"

#include "grid/calendar.hpp"
#include "grid/cascades.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::grid {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

} // namespace

Source source_of_thermal(const System& system, int row) {
    const std::string& technology = system.thermal.technology[at(row)];
    if (technology == "biomass" || technology == "geothermal" || technology == "csp") {
        return Source::non_hydro;
    }
    const int fuel = system.thermal.fuel[at(row)];
    return system.fuels.co2_t_per_gj[at(fuel)] == 0.0 ? Source::clean : Source::other;
}

Source source_of_renewable(const System& system, int row) {
    return system.renewables.technology[at(row)] == "run_of_river" ? Source::hydro
                                                                   : Source::non_hydro;
}

Source source_of_storage(const System& system, int row) {
    const bool own_heat =
        system.storages.inflow_mw[at(row)] > 0.0 && system.storages.charge_max_mw[at(row)] == 0.0;
    const std::vector<int>& blocks = system.power_blocks.store;
    const bool of_blocks = std::find(blocks.begin(), blocks.end(), row) != blocks.end();
    return own_heat && !of_blocks ? Source::non_hydro : Source::none;
}

bool meets(const std::string& kind, Source source) {
    switch (source) {
    case Source::non_hydro:
        return true;
    case Source::hydro:
        return kind != "non_hydro";
    case Source::clean:
        return kind == "clean_generation";
    case Source::none:
    case Source::other:
        break;
    }
    return false;
}

int region_of_target(const System& system, int target) {
    const int line = system.targets.hvdc[at(target)];
    return line < 0 ? system.targets.region[at(target)]
                    : system.buses.region[at(system.hvdc.bus[at(line)])];
}

std::vector<Period> periods_in(Span span, const std::string& period) {
    std::vector<Period> periods;
    for (int t = 0; t < span.hours;) {
        const int hour = (span.begin + t) % hours_per_year;
        int begin = 0;
        int end = hours_per_year;
        if (period == "month") {
            const std::size_t month = at(month_of_hour(hour));
            begin = month_begin_hour[month - 1];
            end = month_begin_hour[month];
        }
        const int last = std::min(t + end - hour, span.hours);
        periods.push_back({t, last, end - begin});
        t = last;
    }
    return periods;
}

std::vector<TargetPeriod> target_periods(const System& system, Span span) {
    std::vector<TargetPeriod> all;
    for (std::size_t k = 0; k < system.targets.kind.size(); ++k) {
        for (const Period& period : periods_in(span, system.targets.period[k])) {
            all.push_back({static_cast<int>(k), period});
        }
    }
    return all;
}

// PT-0  loads, and what flexible loads draw for their demand
double consumption_mwh(const System& system, int region, Span span, Period period) {
    const auto of_region = [&](int bus) { return system.buses.region[at(bus)] == region; };
    const Loads& loads = system.loads;
    const FlexibleLoads& flexible = system.flexible_loads;
    double mwh = 0.0;
    for (int t = period.begin; t < period.end; ++t) {
        const int hour = span.begin + t;
        for (std::size_t i = 0; i < loads.bus.size(); ++i) {
            if (of_region(loads.bus[i])) {
                mwh += loads.mean_mw[i] * profile_value(system, loads.profile[i], hour, 1.0);
            }
        }
        for (std::size_t i = 0; i < flexible.bus.size(); ++i) {
            if (of_region(flexible.bus[i])) {
                mwh += flexible.demand_mw[i] / flexible.efficiency_draw[i] *
                           profile_value(system, flexible.demand_profile[i], hour, 1.0) +
                       flexible.own_load_mw[i] *
                           profile_value(system, flexible.own_load_profile[i], hour, 1.0);
            }
        }
    }
    return mwh;
}

std::vector<EnergyLimit> energy_limits(const System& system) {
    const EnergyLimits& table = system.energy_limits;
    std::vector<EnergyLimit> limits;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        const std::string& name =
            table.shared[k].empty() ? system.thermal.name[at(table.plant[k])] : table.shared[k];
        auto found = std::find_if(limits.begin(), limits.end(),
                                  [&](const EnergyLimit& limit) { return limit.name == name; });
        if (found == limits.end()) {
            found = limits.insert(found, {name, {}, 1000.0 * table.energy_gwh[k], table.period[k]});
        }
        found->plants.push_back(table.plant[k]);
    }
    return limits;
}

} // namespace longyang::grid
