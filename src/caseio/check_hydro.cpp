#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::caseio {
namespace {

std::string at_hour(const grid::System& system, double value, int hour) {
    return fmt::format("{} in hour {} ({})", value, hour,
                       grid::date_of_hour(hour, system.info.year));
}

void check_reservoir(const grid::System& system, std::size_t r, std::vector<Fault>& faults) {
    const grid::Reservoirs& t = system.reservoirs;
    const auto add = [&](const char* column, std::string found, std::string expected) {
        faults.push_back(
            row_fault("reservoirs", t, r, column, std::move(found), std::move(expected)));
    };
    if (t.storage_min_hm3[r] > t.storage_max_hm3[r]) {
        add("storage_max_hm3", fmt::format("{}", t.storage_max_hm3[r]),
            fmt::format("at least storage_min_hm3 = {}", t.storage_min_hm3[r]));
        return; // the reference would be told to be outside as well
    }
    if (t.reference_profile[r] >= 0) {
        const double slack = rounding * t.storage_max_hm3[r];
        const auto row = system.profiles.row(t.reference_profile[r]);
        const auto outside = std::find_if(row.begin(), row.end(), [&](double storage) {
            return storage < t.storage_min_hm3[r] - slack || storage > t.storage_max_hm3[r] + slack;
        });
        if (outside != row.end()) {
            add("reference_profile",
                at_hour(system, *outside, static_cast<int>(outside - row.begin())),
                fmt::format("{} to {} (storage_min_hm3 to storage_max_hm3)", t.storage_min_hm3[r],
                            t.storage_max_hm3[r]));
        }
    }
    const int crossed =
        first_hour_above(system, t.storage_min_profile[r], t.storage_max_profile[r]);
    if (crossed >= 0) {
        add("storage_min_profile",
            at_hour(system, grid::profile_value(system, t.storage_min_profile[r], crossed, 0.0),
                    crossed),
            fmt::format("at most storage_max_profile = {}",
                        grid::profile_value(system, t.storage_max_profile[r], crossed, 1.0)));
    }
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const double least = t.release_min_m3_per_s[r] *
                             grid::profile_value(system, t.release_min_profile[r], h, 1.0);
        const double largest = t.release_max_m3_per_s[r] *
                               grid::profile_value(system, t.release_max_profile[r], h, 1.0);
        if (least > largest) {
            add("release_min_m3_per_s", at_hour(system, least, h) + " with its profile",
                fmt::format("at most release_max_m3_per_s{} = {}",
                            t.release_max_profile[r] < 0 ? "" : " with its profile", largest));
            break;
        }
    }
}

/// Each cycle of `downstream` once, at its lowest row.
void check_cycles(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Reservoirs& t = system.reservoirs;
    const std::size_t count = t.line.size();
    std::vector<std::size_t> visited_from(count, count); // the start of the walk that came by
    for (std::size_t start = 0; start < count; ++start) {
        std::size_t at = start;
        while (visited_from[at] == count) {
            visited_from[at] = start;
            if (t.downstream[at] < 0) {
                break;
            }
            at = static_cast<std::size_t>(t.downstream[at]);
        }
        if (visited_from[at] != start || t.downstream[at] < 0) {
            continue; // left the system, or ran into an earlier walk
        }
        std::size_t lowest = at;
        for (auto k = static_cast<std::size_t>(t.downstream[at]); k != at;
             k = static_cast<std::size_t>(t.downstream[k])) {
            lowest = std::min(lowest, k);
        }
        std::string way = t.name[lowest];
        for (auto k = static_cast<std::size_t>(t.downstream[lowest]); k != lowest;
             k = static_cast<std::size_t>(t.downstream[k])) {
            way += " -> " + t.name[k];
        }
        way += " -> " + t.name[lowest];
        faults.push_back(row_fault("reservoirs", t, lowest, "downstream",
                                   fmt::format("a cycle: {}", way),
                                   "water that leaves the system in the end"));
    }
}

void check_head_curves(const grid::System& system, std::vector<Fault>& faults) {
    const grid::HeadCurves& c = system.head_curves;
    const grid::HydroStations& t = system.hydro;
    const auto by_station = rows_by_item(c.station, t.line.size());
    for (std::size_t k = 0; k < by_station.size(); ++k) {
        const auto& rows = by_station[k];
        if (rows.empty()) {
            continue;
        }
        if (t.reservoir[k] >= 0) {
            const double least =
                system.reservoirs.storage_min_hm3[static_cast<std::size_t>(t.reservoir[k])];
            if (c.storage_from_hm3[rows.front()] > least * (1.0 + rounding)) {
                faults.push_back(row_fault(
                    "head_curves", c, rows.front(), "storage_from_hm3",
                    fmt::format("{} in the first segment of {}", c.storage_from_hm3[rows.front()],
                                in_quotes(t.name[k])),
                    fmt::format("at most the storage_min_hm3 = {} of its reservoir", least)));
            }
        }
        for (std::size_t m = 1; m < rows.size(); ++m) {
            const std::size_t a = rows[m - 1];
            const std::size_t b = rows[m];
            if (c.storage_from_hm3[b] <= c.storage_from_hm3[a]) {
                faults.push_back(
                    row_fault("head_curves", c, b, "storage_from_hm3",
                              fmt::format("{}", c.storage_from_hm3[b]),
                              fmt::format("more than {} in the segment before of {}",
                                          c.storage_from_hm3[a], in_quotes(t.name[k]))));
            }
            if (c.mw_per_m3_per_s[b] < c.mw_per_m3_per_s[a]) {
                faults.push_back(row_fault(
                    "head_curves", c, b, "mw_per_m3_per_s", fmt::format("{}", c.mw_per_m3_per_s[b]),
                    fmt::format("at least {} in the segment before of {}", c.mw_per_m3_per_s[a],
                                in_quotes(t.name[k]))));
            }
        }
    }
}

/// Whether water of a reservoir reaches another one; the walk ends where `downstream` is a cycle.
bool reaches(const grid::System& system, int from, int to) {
    const grid::Reservoirs& t = system.reservoirs;
    int at = from;
    for (std::size_t steps = 0; at >= 0 && steps <= t.line.size(); ++steps) {
        if (at == to) {
            return true;
        }
        at = t.downstream[static_cast<std::size_t>(at)];
    }
    return false;
}

/// A pump's two reservoirs.
void check_pump_ends(const grid::System& system, const std::vector<int>& cascade, std::size_t k,
                     std::vector<Fault>& faults) {
    const grid::Pumps& t = system.pumps;
    const int from = t.reservoir_from[k];
    const int to = t.reservoir_to[k];
    if (from < 0 || to < 0) {
        return; // told already
    }
    const auto name = [&](int reservoir) {
        return in_quotes(system.reservoirs.name[static_cast<std::size_t>(reservoir)]);
    };
    const auto add = [&](std::string found, std::string expected) {
        faults.push_back(
            row_fault("pumps", t, k, "reservoir_to", std::move(found), std::move(expected)));
    };
    if (from == to) {
        add(name(to) + ", as in reservoir_from", "another reservoir");
    } else if (cascade[static_cast<std::size_t>(from)] != cascade[static_cast<std::size_t>(to)]) {
        add(name(to), fmt::format("a reservoir of the cascade of {}", name(from)));
    } else if (reaches(system, from, to)) {
        add(name(to),
            fmt::format("a reservoir that water of {} does not flow to by itself", name(from)));
    }
}

/// The station whose reversible units a pump is.
void check_pump_station(const grid::System& system, std::size_t k, std::vector<Fault>& faults) {
    const grid::Pumps& t = system.pumps;
    const int station = t.station[k];
    if (station < 0) {
        return;
    }
    const auto s = static_cast<std::size_t>(station);
    const std::string name = in_quotes(system.hydro.name[s]);
    const auto add = [&](const char* column, std::string found, std::string expected) {
        faults.push_back(row_fault("pumps", t, k, column, std::move(found), std::move(expected)));
    };
    if (t.reservoir_to[k] >= 0 && system.hydro.reservoir[s] >= 0 &&
        system.hydro.reservoir[s] != t.reservoir_to[k]) {
        const auto at = static_cast<std::size_t>(system.hydro.reservoir[s]);
        add("station",
            fmt::format("{}, which draws from {}", name, in_quotes(system.reservoirs.name[at])),
            "a station that draws from reservoir_to");
    }
    if (t.bus[k] >= 0 && system.hydro.bus[s] >= 0 && t.bus[k] != system.hydro.bus[s]) {
        add("bus", in_quotes(system.buses.name[static_cast<std::size_t>(t.bus[k])]),
            fmt::format(
                "the bus of {}, {}", name,
                in_quotes(system.buses.name[static_cast<std::size_t>(system.hydro.bus[s])])));
    }
    if (!grid::is_storage_plant(system.hydro, s)) {
        add("station", fmt::format("{} with technology \"hydro\"", name),
            "a station with technology \"storage_plant\"");
    }
    if (std::find(t.station.begin(), t.station.begin() + static_cast<std::ptrdiff_t>(k), station) !=
        t.station.begin() + static_cast<std::ptrdiff_t>(k)) {
        add("station", name + " for the second time", "each station once");
    }
    const double gives = grid::best_mw_per_m3_per_s(system, s);
    if (t.mw_per_m3_per_s[k] <= gives) {
        add("mw_per_m3_per_s", fmt::format("{}", t.mw_per_m3_per_s[k]),
            fmt::format("more than {}, what {} gives for the same water", gives, name));
    }
}

} // namespace

std::vector<Fault> check_hydro(const grid::System& system) {
    std::vector<Fault> faults;
    for (std::size_t r = 0; r < system.reservoirs.line.size(); ++r) {
        check_reservoir(system, r, faults);
    }
    check_cycles(system, faults);
    check_head_curves(system, faults);
    const std::vector<int> cascade = grid::cascade_of_reservoir(system);
    for (std::size_t k = 0; k < system.pumps.line.size(); ++k) {
        check_pump_ends(system, cascade, k, faults);
        check_pump_station(system, k, faults);
    }
    return faults;
}

} // namespace longyang::caseio
