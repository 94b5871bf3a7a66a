#include "grid/hvdc_demand.hpp"

#include "grid/cascades.hpp"

#include <cstddef>

namespace longyang::grid {

// HV-6  (1 - tolerance) x p_max x profile
Numbers demanded_mw(const System& system, int line, Span span) {
    const HvdcLines& table = system.hvdc;
    const auto i = static_cast<std::size_t>(line);
    Numbers demanded;
    if (i >= table.demand_profile.size() || table.demand_profile[i] < 0) {
        return demanded;
    }
    const double least_mw = (1.0 - table.demand_tolerance_pu[i]) * table.p_max_mw[i];
    demanded.reserve(span.size());
    for (int t = 0; t < span.hours; ++t) {
        demanded.push_back(least_mw *
                           profile_value(system, table.demand_profile[i], span.begin + t, 1.0));
    }
    return demanded;
}

} // namespace longyang::grid
