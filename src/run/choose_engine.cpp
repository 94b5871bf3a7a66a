#include "run/choose_engine.hpp"

#include <cstddef>

namespace longyang::run {
namespace {

/// Above so many plant-hours, six hours of the northwest, or so many hours HiGHS may look for whole
/// units for minutes (measured in docs/decisions.md).
constexpr long long programme_plant_h = 3000;
constexpr int programme_h = 48;
/// A day of the northwest, seconds to half a minute (measured in docs/decisions.md and
/// solve/highs/engine.cpp).
constexpr long long relaxed_plant_h = 12000;

} // namespace

long long plant_hours(const grid::System& system, const grid::Span& span) {
    std::size_t plants = 0;
    for (const auto* names :
         {&system.thermal.name, &system.renewables.name, &system.hydro.name, &system.storages.name,
          &system.flexible_loads.name, &system.hvdc.name, &system.dc_links.name}) {
        plants += names->size();
    }
    return static_cast<long long>(plants) * static_cast<long long>(span.hours);
}

bool soon_relaxed(const grid::System& system, const grid::Span& span) {
    return plant_hours(system, span) <= relaxed_plant_h;
}

std::string chosen_engine(const RunOptions& options, const grid::System& system,
                          const grid::Span& span) {
    if (options.engine != "choose") {
        return options.engine;
    }
    if (options.relax || !options.write_mps.empty()) {
        return "highs";
    }
    const bool large = plant_hours(system, span) > programme_plant_h || span.hours > programme_h;
    return large || options.security != "off" || !options.warm.empty() ? "prices" : "highs";
}

} // namespace longyang::run
