#include "verify/scope.hpp"

#include "grid/cascades.hpp"

#include <fmt/format.h>

namespace longyang::verify {

double Scope::profile(int row, int t, double empty) const {
    return grid::profile_value(system, row, hour_of_year(t), empty);
}

double Scope::load_mw(std::size_t load, int t) const {
    return system.loads.mean_mw[load] * profile(system.loads.profile[load], t, 1.0);
}

double Scope::available_mw(std::size_t renewable, int t) const {
    const grid::Renewables& table = system.renewables;
    return table.capacity_mw[renewable] * profile(table.profile[renewable], t, 1.0);
}

bool served(const Scope& scope, std::string_view table, std::string_view name, int t) {
    const grid::Service& service = scope.system.service;
    const int hour = scope.hour_of_year(t) % grid::hours_per_year;
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        if (service.table[k] == table && service.plant[k] == name) {
            return service.from_hour[k] <= hour && hour < service.to_hour[k];
        }
    }
    return true;
}

std::string name_of(const grid::Rows& table, std::size_t row) {
    return row < table.name.size() && !table.name[row].empty() ? table.name[row]
                                                               : fmt::format("row {}", row);
}

} // namespace longyang::verify
