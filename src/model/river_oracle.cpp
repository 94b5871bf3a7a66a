#include "model/hydro_plan.hpp"
#include "model/oracle_data.hpp"

#include <cstddef>

namespace longyang::model {
namespace {

lp::RiverReservoir reservoir_data(const Context& context, const hydro::Reservoir& reservoir) {
    const grid::Reservoirs& table = context.system.reservoirs;
    const auto r = static_cast<std::size_t>(reservoir.row);
    lp::RiverReservoir data;
    data.storage_min_hm3 = reservoir.low_hm3;
    data.storage_max_hm3 = reservoir.high_hm3;
    data.arriving_m3_per_s = reservoir.arriving_m3_per_s;
    data.release_min_m3_per_s = reservoir.release_min_m3_per_s;
    data.release_max_m3_per_s = reservoir.release_max_m3_per_s;
    data.storage_initial_hm3 = reservoir.initial_hm3;
    data.storage_end_hm3 = reservoir.terminal_hm3;
    data.release_short_cny_per_hm3 = table.release_shortfall_cny_per_hm3[r];
    data.end_short_cny_per_hm3 = table.terminal_shortfall_cny_per_hm3[r];
    return data;
}

lp::RiverStation station_data(const Context& context, const hydro::Station& station) {
    const grid::HydroStations& table = context.system.hydro;
    const auto k = static_cast<std::size_t>(station.row);
    lp::RiverStation data;
    data.reservoir = static_cast<int>(station.reservoir);
    data.injection = context.channels.of_hydro[k];
    data.reserve = {station.reserve.up, station.reserve.down, {}};
    if (station.least_mw_per_m3_per_s <= 0.0) {
        data.reserve.up.clear(); // HY-8
    }
    data.p_max_mw = station.p_max_mw;
    data.flow_max_m3_per_s = station.flow_max_m3_per_s;
    data.cny_per_mwh = table.variable_om_cny_per_mwh[k];
    data.in_service = station.in_service;
    for (const hydro::Segment& segment : station.curve) {
        data.segment_from_hm3.push_back(segment.from_hm3);
        data.segment_mw_per_m3_per_s.push_back(segment.mw_per_m3_per_s);
    }
    if (station.curve.size() > 1) {
        for (const hydro::InReach& reach : station.in_reach) {
            data.first_segment.push_back(reach.first);
            data.last_segment.push_back(reach.last - 1);
        }
    }
    return data;
}

lp::RiverPump pump_data(const Context& context, const hydro::Pump& pump) {
    const grid::Pumps& table = context.system.pumps;
    const auto k = static_cast<std::size_t>(pump.row);
    lp::RiverPump data;
    data.from = static_cast<int>(pump.from);
    data.to = static_cast<int>(pump.to);
    data.draws = pump.draws;
    data.flow_max_m3_per_s = pump.flow_max_m3_per_s;
    data.mw_per_m3_per_s = pump.mw_per_m3_per_s;
    data.cny_per_mwh = table.variable_om_cny_per_mwh[k];
    data.in_service = pump.in_service;
    return data;
}

} // namespace

RiverRows river_rows(const Context& context, int item) {
    const hydro::Plan plan = hydro::make_plan(context, item);
    RiverRows rows;
    for (const hydro::Reservoir& reservoir : plan.reservoirs) {
        rows.reservoir.push_back(reservoir.row);
    }
    for (const hydro::Station& station : plan.stations) {
        rows.station.push_back(station.row);
    }
    for (const hydro::Pump& pump : plan.pumps) {
        rows.pump.push_back(pump.row);
    }
    return rows;
}

lp::River river_data(const Context& context, int item) {
    const hydro::Plan plan = hydro::make_plan(context, item);
    hydro::require_plan(context, plan);
    lp::River river;
    for (const hydro::Reservoir& reservoir : plan.reservoirs) {
        river.reservoirs.push_back(reservoir_data(context, reservoir));
    }
    for (std::size_t r = 0; r < plan.reservoirs.size(); ++r) {
        for (const hydro::Inflow& inflow : plan.reservoirs[r].inflows) {
            river.reservoirs[inflow.from].downstream = static_cast<int>(r);
            river.reservoirs[inflow.from].travel_h = inflow.travel_h;
        }
    }
    for (const hydro::Station& station : plan.stations) {
        river.stations.push_back(station_data(context, station));
    }
    for (const hydro::Pump& pump : plan.pumps) {
        river.pumps.push_back(pump_data(context, pump));
    }
    return river;
}

} // namespace longyang::model
