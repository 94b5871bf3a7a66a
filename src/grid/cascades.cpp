#include "grid/cascades.hpp"

#include "grid/islands.hpp"

#include <algorithm>

namespace longyang::grid {
namespace {

int wrapped(int hour_of_year) {
    const int hour = hour_of_year % hours_per_year;
    return hour < 0 ? hour + hours_per_year : hour;
}

/// Longest time that water takes from any reservoir to any other, h.
int longest_way_h(const Reservoirs& table, const std::vector<int>& order) {
    std::vector<int> way(table.downstream.size(), 0); // longest one that ends here
    int longest = 0;
    for (const int reservoir : order) {
        const auto r = static_cast<std::size_t>(reservoir);
        longest = std::max(longest, way[r]);
        if (table.downstream[r] >= 0) {
            int& below = way[static_cast<std::size_t>(table.downstream[r])];
            below = std::max(below, way[r] + table.travel_h[r]);
        }
    }
    return longest;
}

} // namespace

std::vector<int> cascade_of_reservoir(const System& system) {
    std::vector<int> from;
    std::vector<int> to;
    const std::vector<int>& downstream = system.reservoirs.downstream;
    for (std::size_t r = 0; r < downstream.size(); ++r) {
        if (downstream[r] >= 0) {
            from.push_back(static_cast<int>(r));
            to.push_back(downstream[r]);
        }
    }
    return islands(static_cast<int>(downstream.size()), from, to);
}

std::vector<int> downstream_order(const System& system) {
    const std::vector<int>& downstream = system.reservoirs.downstream;
    std::vector<int> waiting(downstream.size(), 0);
    for (const int below : downstream) {
        if (below >= 0) {
            ++waiting[static_cast<std::size_t>(below)];
        }
    }
    std::vector<int> order;
    for (std::size_t r = 0; r < downstream.size(); ++r) {
        if (waiting[r] == 0) {
            order.push_back(static_cast<int>(r));
        }
    }
    for (std::size_t k = 0; k < order.size(); ++k) {
        const int below = downstream[static_cast<std::size_t>(order[k])];
        if (below >= 0 && --waiting[static_cast<std::size_t>(below)] == 0) {
            order.push_back(below);
        }
    }
    return order;
}

std::vector<std::vector<int>> upstream_of_reservoir(const System& system) {
    const std::vector<int>& downstream = system.reservoirs.downstream;
    std::vector<std::vector<int>> upstream(downstream.size());
    for (std::size_t r = 0; r < downstream.size(); ++r) {
        if (downstream[r] >= 0) {
            upstream[static_cast<std::size_t>(downstream[r])].push_back(static_cast<int>(r));
        }
    }
    return upstream;
}

bool is_storage_plant(const HydroStations& stations, std::size_t row) {
    return row < stations.technology.size() && stations.technology[row] == "storage_plant";
}

double best_mw_per_m3_per_s(const System& system, std::size_t station) {
    const HeadCurves& curves = system.head_curves;
    double best = 0.0;
    bool by_head = false;
    for (std::size_t k = 0; k < curves.station.size(); ++k) {
        if (curves.station[k] == static_cast<int>(station)) {
            best = std::max(best, curves.mw_per_m3_per_s[k]);
            by_head = true;
        }
    }
    return by_head ? best : system.hydro.mw_per_m3_per_s[station];
}

double returned_mw_per_m3_per_s(const System& system, std::size_t pump) {
    const int station = system.pumps.station[pump];
    return station < 0 ? 0.0 : best_mw_per_m3_per_s(system, static_cast<std::size_t>(station));
}

double profile_value(const System& system, int profile, int hour_of_year, double empty) {
    return profile < 0
               ? empty
               : system.profiles.row(profile)[static_cast<std::size_t>(wrapped(hour_of_year))];
}

double reference_storage_hm3(const System& system, int reservoir, int hour_of_year) {
    const auto r = static_cast<std::size_t>(reservoir);
    return profile_value(system, system.reservoirs.reference_profile[r], hour_of_year,
                         system.reservoirs.storage_min_hm3[r]);
}

double natural_inflow_m3_per_s(const System& system, int reservoir, int hour_of_year) {
    const auto r = static_cast<std::size_t>(reservoir);
    return system.reservoirs.inflow_m3_per_s[r] *
           profile_value(system, system.reservoirs.inflow_profile[r], hour_of_year, 1.0);
}

HourTable reference_release_m3_per_s(const System& system, int first_hour, int hours) {
    const Reservoirs& table = system.reservoirs;
    const std::size_t count = table.downstream.size();
    HourTable release(count, static_cast<std::size_t>(hours));
    if (count == 0 || hours == 0) {
        return release;
    }
    const std::vector<int> order = downstream_order(system);
    const std::vector<std::vector<int>> upstream = upstream_of_reservoir(system);
    // Water that reached a reservoir before the first hour left one further up earlier: start early
    // enough for the longest way.
    const int lead = longest_way_h(table, order);
    HourTable early(count, static_cast<std::size_t>(lead + hours));
    for (const int reservoir : order) {
        const auto r = static_cast<std::size_t>(reservoir);
        const auto row = early.row(r);
        for (int t = 0; t < lead + hours; ++t) {
            const int hour = first_hour - lead + t;
            double arriving = natural_inflow_m3_per_s(system, reservoir, hour);
            for (const int above : upstream[r]) {
                const auto up = static_cast<std::size_t>(above);
                const int left = std::max(t - table.travel_h[up], 0);
                arriving += early.row(up)[static_cast<std::size_t>(left)];
            }
            const double kept = (reference_storage_hm3(system, reservoir, hour + 1) -
                                 reference_storage_hm3(system, reservoir, hour)) /
                                hm3_per_m3s_h;
            row[static_cast<std::size_t>(t)] = std::max(arriving - kept, 0.0);
        }
    }
    for (std::size_t r = 0; r < count; ++r) {
        std::copy_n(early.row(r).begin() + lead, hours, release.row(r).begin());
    }
    return release;
}

} // namespace longyang::grid
