#include "run/programme_search.hpp"

namespace longyang::run {

bool ProgrammeSearch::is_beaten_by(const Programme::Solution& solution, bool of_relaxed,
                                   const powerflow::FlowCheck& of_flows) const {
    constexpr double rounding = 1e-9; // of the cost: an equal one that comes later has prices
    if (!best || relaxed) {
        return true;
    }
    const bool keeps = of_flows.violations.empty();
    if (of_relaxed || keeps != flows->violations.empty()) {
        return !of_relaxed && keeps;
    }
    return !keeps || solution.cost <= best->cost + rounding * std::max(std::abs(best->cost), 1.0);
}

} // namespace longyang::run
