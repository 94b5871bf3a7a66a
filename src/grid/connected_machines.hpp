#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <vector>

namespace longyang::grid {

/// The plant whose running units say how many machines of a row are connected.
struct MachinePlant {
    enum class From { always, thermal, hydro, storages };
    From from = From::always;
    int row = -1;
    int pump = -1;        ///< row of `pumps` where a station's units are reversible
    double unit_mw = 0.0; ///< hydro and storages: power of one unit
};

/// One item a row of machines.csv. Throws Error (faulty case) where a plant is not there.
[[nodiscard]] std::vector<MachinePlant> plants_of_machines(const System& system);

/// The least power, of the same sign, with which as many machines of a row stay connected as with
/// this one; 0 where it needs none. Hydro stations and storages.
[[nodiscard]] double least_to_stay_mw(const MachinePlant& plant, double units, double p_mw);

/// Machines connected in each hour, rows of machines.csv x hours: of thermal plants the units that
/// run (in proportion where the plant's rows have fewer or more machines than the cluster has
/// units; those of several rows are dealt out in the order of the rows), of hydro stations and
/// storages as many as their power needs (also when pumping), all others always. Rows of plants
/// that this rank does not own are zero, as in the schedule; rows without a plant are whole on
/// every rank.
[[nodiscard]] HourTable connected_machines(const System& system, const Schedule& schedule);

/// Machines that can be connected in each hour, rows of machines.csv x hours: of thermal plants in
/// proportion to the units that are in service and not on outage, of hydro stations and storages
/// all in service, of others those that stand.
[[nodiscard]] HourTable available_machines(const System& system, Span span);

} // namespace longyang::grid
