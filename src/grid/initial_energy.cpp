#include "grid/initial_energy.hpp"

#include "grid/cascades.hpp"

namespace longyang::grid {

double initial_energy_mwh(const System& system, std::size_t flexible_load, int hour_of_year) {
    const FlexibleLoads& table = system.flexible_loads;
    return table.energy_initial_mwh[flexible_load] *
           profile_value(system, table.energy_initial_profile[flexible_load], hour_of_year, 1.0);
}

} // namespace longyang::grid
