#include "security/station_limits.hpp"

#include "grid/cascades.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace longyang::security {

// SE-16
std::vector<StationLimit> station_limits(const grid::System& system, const StrengthModel& model,
                                         const OperatingState& state, std::size_t hour,
                                         int hour_of_year) {
    const auto stations = model.stations();
    std::vector<double> most(stations.size(), 0.0); // MW that the weather allows
    const grid::Renewables& t = system.renewables;
    for (std::size_t r = 0; r < t.bus.size(); ++r) {
        const auto at = std::lower_bound(stations.begin(), stations.end(), t.bus[r]);
        most[static_cast<std::size_t>(at - stations.begin())] +=
            t.capacity_mw[r] * grid::profile_value(system, t.profile[r], hour_of_year, 1.0);
    }
    const std::vector<double> z_pu = model.impedances(state, hour);
    std::vector<StationLimit> found;
    for (std::size_t s = 0; s < stations.size(); ++s) {
        StrengthAround around = model.around_station(z_pu, s);
        const double most_mw = around.mva / system.info.security.mrscr_min;
        if (std::inner_product(most.begin(), most.end(), around.station_weight.begin(), 0.0) >
            most_mw) {
            found.push_back({static_cast<int>(s), std::move(around.station_weight), most_mw});
        }
    }
    return found;
}

} // namespace longyang::security
