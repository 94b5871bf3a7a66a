#include "model/hydro_plan.hpp"

#include "base/error.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::model::hydro {
namespace {

/// Level limits at the end of every hour (HY-2): the range, narrowed by the profiles, widened to
/// the reference.
void set_limits(const Context& context, Reservoir& reservoir) {
    const grid::System& system = context.system;
    const grid::Reservoirs& table = system.reservoirs;
    const auto r = static_cast<std::size_t>(reservoir.row);
    const double least = table.storage_min_hm3[r];
    const double range = table.storage_max_hm3[r] - least;
    for (int t = 0; t < context.span.hours; ++t) {
        const int hour = context.hour_of_year(t);
        const double low =
            least + range * grid::profile_value(system, table.storage_min_profile[r], hour, 0.0);
        const double high =
            least + range * grid::profile_value(system, table.storage_max_profile[r], hour, 1.0);
        const double reference = grid::reference_storage_hm3(system, reservoir.row, hour + 1);
        reservoir.low_hm3.push_back(std::min(low, reference));
        reservoir.high_hm3.push_back(std::max(high, reference));
        reservoir.release_min_m3_per_s.push_back(
            table.release_min_m3_per_s[r] *
            grid::profile_value(system, table.release_min_profile[r], hour, 1.0));
        reservoir.release_max_m3_per_s.push_back(
            table.release_max_m3_per_s[r] *
            grid::profile_value(system, table.release_max_profile[r], hour, 1.0));
        reservoir.arriving_m3_per_s.push_back(
            grid::natural_inflow_m3_per_s(system, reservoir.row, hour));
    }
}

std::vector<Reservoir> make_reservoirs(const Context& context, int cascade) {
    const grid::System& system = context.system;
    const std::vector<int> cascade_of = grid::cascade_of_reservoir(system);
    std::vector<std::size_t> place(cascade_of.size(), 0);
    std::vector<Reservoir> reservoirs;
    for (const int row : grid::downstream_order(system)) {
        const auto r = static_cast<std::size_t>(row);
        if (cascade_of[r] != cascade) {
            continue;
        }
        Reservoir reservoir;
        reservoir.row = row;
        reservoir.initial_hm3 = grid::reference_storage_hm3(system, row, context.span.begin);
        reservoir.terminal_hm3 =
            grid::reference_storage_hm3(system, row, context.hour_of_year(context.span.hours));
        set_limits(context, reservoir);
        place[r] = reservoirs.size();
        reservoirs.push_back(std::move(reservoir));
    }
    for (std::size_t k = 0; k < reservoirs.size(); ++k) {
        const auto r = static_cast<std::size_t>(reservoirs[k].row);
        const int below = system.reservoirs.downstream[r];
        if (below >= 0) {
            reservoirs[place[static_cast<std::size_t>(below)]].inflows.push_back(
                {k, system.reservoirs.travel_h[r]});
        }
    }
    return reservoirs;
}

/// Adds the water that is on its way when the span starts to what arrives.
void add_water_on_its_way(const Context& context, std::vector<Reservoir>& reservoirs) {
    int longest = 0;
    for (const Reservoir& reservoir : reservoirs) {
        for (const Inflow& inflow : reservoir.inflows) {
            longest = std::max(longest, inflow.travel_h);
        }
    }
    if (longest == 0) {
        return;
    }
    const grid::HourTable before =
        grid::reference_release_m3_per_s(context.system, context.span.begin - longest, longest);
    for (Reservoir& reservoir : reservoirs) {
        for (const Inflow& inflow : reservoir.inflows) {
            const auto last = before.row(static_cast<std::size_t>(reservoirs[inflow.from].row))
                                  .last(static_cast<std::size_t>(inflow.travel_h));
            const std::size_t arriving = std::min(last.size(), context.span.size());
            for (std::size_t t = 0; t < arriving; ++t) {
                reservoir.arriving_m3_per_s[t] += last[t];
            }
        }
    }
}

/// The curve of a station: its rows of `head_curves` by storage, the first one from the least
/// storage, the last one to the largest; without rows, one segment.
std::vector<Segment> read_curve(const grid::System& system, int station,
                                const Reservoir& reservoir) {
    const double least =
        std::min(reservoir.initial_hm3,
                 *std::min_element(reservoir.low_hm3.begin(), reservoir.low_hm3.end()));
    const double largest =
        std::max(reservoir.initial_hm3,
                 *std::max_element(reservoir.high_hm3.begin(), reservoir.high_hm3.end()));
    const grid::HeadCurves& table = system.head_curves;
    std::vector<Segment> curve;
    for (std::size_t k = 0; k < table.station.size(); ++k) {
        if (table.station[k] == station) {
            curve.push_back({table.storage_from_hm3[k], 0.0, table.mw_per_m3_per_s[k]});
        }
    }
    if (curve.empty()) {
        curve.push_back(
            {0.0, 0.0, system.hydro.mw_per_m3_per_s[static_cast<std::size_t>(station)]});
    }
    std::sort(curve.begin(), curve.end(),
              [](const Segment& a, const Segment& b) { return a.from_hm3 < b.from_hm3; });
    for (std::size_t m = 0; m + 1 < curve.size(); ++m) {
        curve[m].to_hm3 = curve[m + 1].from_hm3;
    }
    curve.front().from_hm3 = std::min(least, curve.front().to_hm3);
    curve.back().to_hm3 = std::max(largest, curve.back().from_hm3);
    return curve;
}

/// The last segment that starts at or below a storage.
int segment_at(const std::vector<Segment>& curve, double storage_hm3) {
    // Storages are sums of rounded numbers: what is a border but for that counts as one.
    const double slack = 1e-9 * std::max(1.0, std::abs(storage_hm3));
    std::size_t m = 0;
    while (m + 1 < curve.size() && curve[m + 1].from_hm3 <= storage_hm3 + slack) {
        ++m;
    }
    return static_cast<int>(m);
}

/// SV-3, by hour of the span; empty where the plant always is in service.
std::vector<char> served_hours(const Context& context, const char* table, std::size_t row) {
    const grid::InService served = grid::in_service(context.system, table, row);
    std::vector<char> hours;
    for (int t = 0; t < context.span.hours && !served.always(); ++t) {
        hours.push_back(served.at(context.hour_of_year(t)) ? 1 : 0);
    }
    return hours;
}

void add_stations(const Context& context, Plan& plan) {
    const grid::HydroStations& table = context.system.hydro;
    for (std::size_t place = 0; place < plan.reservoirs.size(); ++place) {
        Reservoir& reservoir = plan.reservoirs[place];
        for (std::size_t k = 0; k < table.reservoir.size(); ++k) {
            if (table.reservoir[k] != reservoir.row) {
                continue;
            }
            Station station;
            station.row = static_cast<int>(k);
            station.reservoir = place;
            station.p_max_mw = table.p_max_mw[k];
            station.flow_max_m3_per_s = table.flow_max_m3_per_s[k];
            station.curve = read_curve(context.system, station.row, reservoir);
            station.least_mw_per_m3_per_s =
                std::min_element(station.curve.begin(), station.curve.end(),
                                 [](const Segment& a, const Segment& b) {
                                     return a.mw_per_m3_per_s < b.mw_per_m3_per_s;
                                 })
                    ->mw_per_m3_per_s;
            station.reserve = reserve_channels(context, table.bus[k]);
            station.in_reach.resize(context.span.size());
            station.in_service = served_hours(context, "hydro", k);
            reservoir.stations.push_back(plan.stations.size());
            plan.stations.push_back(std::move(station));
        }
    }
}

/// HY-9: where stations count for targets or limits (PT-0), what a pump's units will give back of
/// the water is taken from what the station gives, so that water that goes around counts nothing.
std::vector<lp::RiverPump::Draw> pump_draws(const Context& context, std::size_t row) {
    const grid::Pumps& table = context.system.pumps;
    const int injection = context.channels.injection(table.bus[row]);
    const double all = table.mw_per_m3_per_s[row];
    const int station = table.station[row];
    const int counted =
        station < 0 ? injection : context.channels.of_hydro[static_cast<std::size_t>(station)];
    if (counted == injection) {
        return {{injection, all}};
    }
    const double back = grid::returned_mw_per_m3_per_s(context.system, row);
    return {{injection, all - back}, {counted, back}};
}

void add_pumps(const Context& context, Plan& plan) {
    const grid::Pumps& table = context.system.pumps;
    const auto place_of = [&](int reservoir) {
        const auto found = std::find_if(plan.reservoirs.begin(), plan.reservoirs.end(),
                                        [&](const Reservoir& own) { return own.row == reservoir; });
        return static_cast<std::size_t>(found - plan.reservoirs.begin());
    };
    for (std::size_t k = 0; k < table.reservoir_from.size(); ++k) {
        Pump pump;
        pump.row = static_cast<int>(k);
        pump.from = place_of(table.reservoir_from[k]);
        pump.to = place_of(table.reservoir_to[k]);
        if (pump.from == plan.reservoirs.size() || pump.to == plan.reservoirs.size()) {
            continue; // of another cascade
        }
        pump.mw_per_m3_per_s = table.mw_per_m3_per_s[k];
        pump.flow_max_m3_per_s = table.p_max_mw[k] / pump.mw_per_m3_per_s;
        pump.draws = pump_draws(context, k);
        pump.in_service = served_hours(context, "pumps", k);
        plan.reservoirs[pump.from].lifted_from.push_back(plan.pumps.size());
        plan.reservoirs[pump.to].lifted_to.push_back(plan.pumps.size());
        plan.pumps.push_back(pump);
    }
}

/// What pumps lift at most.
double lifted_m3_per_s(const Plan& plan, const std::vector<std::size_t>& pumps) {
    double flow = 0.0;
    for (const std::size_t k : pumps) {
        flow += plan.pumps[k].flow_max_m3_per_s;
    }
    return flow;
}

/// HY-7: which segments can be in force in which hour.
void find_segments_in_reach(Plan& plan, int hours) {
    const bool any_curve = std::any_of(plan.stations.begin(), plan.stations.end(),
                                       [](const Station& s) { return s.curve.size() > 1; });
    if (!any_curve) {
        return; // one segment everywhere, as InReach is born
    }
    const std::vector<Reach> reach = storage_reach(plan, hours);
    for (Station& station : plan.stations) {
        const Reach& storage = reach[station.reservoir];
        for (std::size_t t = 0; t < station.in_reach.size(); ++t) {
            InReach& at = station.in_reach[t];
            at.first = segment_at(station.curve, storage.low_hm3[t]);
            at.last = std::max(at.first, segment_at(station.curve, storage.high_hm3[t])) + 1;
        }
    }
}

void add_reservoir_columns(const Context& context, Reservoir& reservoir, lp::Block& block) {
    const grid::Reservoirs& table = context.system.reservoirs;
    const auto r = static_cast<std::size_t>(reservoir.row);
    const int hours = context.span.hours;
    const auto add_hours = [&](const char* family_name, auto&& low, auto&& high, double cost) {
        const int family = block.family(family_name);
        const HourColumns columns{block.columns()};
        for (int t = 0; t < hours; ++t) {
            const auto h = static_cast<std::size_t>(t);
            block.add_column(family, t, low(h), high(h), cost);
        }
        return columns;
    };
    const auto zero = [](std::size_t) { return 0.0; };

    reservoir.storage = add_hours(
        "reservoir_storage", [&](std::size_t h) { return reservoir.low_hm3[h]; },
        [&](std::size_t h) { return reservoir.high_hm3[h]; }, 0.0);
    reservoir.spill = add_hours(
        "reservoir_spill", zero, [&](std::size_t h) { return reservoir.release_max_m3_per_s[h]; },
        0.0);
    if (table.release_min_m3_per_s[r] > 0.0) {
        reservoir.release_short = add_hours(
            "reservoir_release_short", zero,
            [&](std::size_t h) { return reservoir.release_min_m3_per_s[h]; },
            table.release_shortfall_cny_per_hm3[r] * grid::hm3_per_m3s_h);
    }
    const double could_miss_hm3 = reservoir.terminal_hm3 - reservoir.low_hm3.back();
    if (could_miss_hm3 > 0.0) {
        reservoir.terminal_short =
            block.add_column(block.family("reservoir_terminal_short"), hours - 1, 0.0,
                             could_miss_hm3, table.terminal_shortfall_cny_per_hm3[r]);
    }
}

void add_station_columns(const Context& context, Station& station, lp::Block& block) {
    const auto k = static_cast<std::size_t>(station.row);
    const double cost_cny_per_mwh = context.system.hydro.variable_om_cny_per_mwh[k];
    const int hours = context.span.hours;

    const int flow = block.family("hydro_flow");
    station.flow.first = block.columns();
    for (int t = 0; t < hours; ++t) {
        if (station.in_reach[static_cast<std::size_t>(t)].count() == 1) {
            const Segment& segment = station.only_segment(t);
            block.add_column(flow, t, 0.0, station.flow_limit_m3_per_s(segment, t),
                             cost_cny_per_mwh * segment.mw_per_m3_per_s);
        } else {
            block.add_column(flow, t, 0.0, station.serves(t) ? station.flow_max_m3_per_s : 0.0,
                             0.0);
        }
    }
    const int segment_flow = block.family("hydro_segment_flow");
    const int choice = block.family("hydro_segment");
    for (int t = 0; t < hours; ++t) {
        InReach& reach = station.in_reach[static_cast<std::size_t>(t)];
        if (reach.count() == 1) {
            continue;
        }
        reach.flow_column = block.columns();
        for (int m = reach.first; m < reach.last; ++m) {
            const Segment& segment = station.segment(m);
            block.add_column(segment_flow, t, 0.0, station.flow_limit_m3_per_s(segment, t),
                             cost_cny_per_mwh * segment.mw_per_m3_per_s);
        }
        reach.choice_column = block.columns();
        for (int m = reach.first; m < reach.last; ++m) {
            block.add_column(choice, t, 0.0, 1.0, 0.0, true);
        }
    }

    const auto add_held = [&](const char* family_name) {
        const int family = block.family(family_name);
        const HourColumns columns{block.columns()};
        for (int t = 0; t < hours; ++t) {
            block.add_column(family, t, 0.0, station.serves(t) ? station.p_max_mw : 0.0, 0.0);
        }
        return columns;
    };
    if (!station.reserve.up.empty() && station.least_mw_per_m3_per_s > 0.0) {
        station.up = add_held("hydro_up");
    }
    if (!station.reserve.down.empty()) {
        station.down = add_held("hydro_down");
    }
}

void add_pump_columns(const Context& context, Pump& pump, lp::Block& block) {
    const double cost_cny_per_mwh =
        context.system.pumps.variable_om_cny_per_mwh[static_cast<std::size_t>(pump.row)];
    const int family = block.family("hydro_pump");
    pump.flow.first = block.columns();
    for (int t = 0; t < context.span.hours; ++t) {
        const bool serves =
            pump.in_service.empty() || pump.in_service[static_cast<std::size_t>(t)] != 0;
        block.add_column(family, t, 0.0, serves ? pump.flow_max_m3_per_s : 0.0,
                         cost_cny_per_mwh * pump.mw_per_m3_per_s);
    }
}

} // namespace

double Station::flow_limit_m3_per_s(const Segment& segment, int hour) const {
    if (!serves(hour)) {
        return 0.0;
    }
    return segment.mw_per_m3_per_s * flow_max_m3_per_s > p_max_mw
               ? p_max_mw / segment.mw_per_m3_per_s
               : flow_max_m3_per_s;
}

std::vector<Reach> storage_reach(const Plan& plan, int hours) {
    constexpr double hm3 = grid::hm3_per_m3s_h;
    const auto count = static_cast<std::size_t>(hours);
    std::vector<Reach> reach;
    std::vector<std::vector<double>> least_release(plan.reservoirs.size());
    std::vector<std::vector<double>> most_release(plan.reservoirs.size());
    for (std::size_t k = 0; k < plan.reservoirs.size(); ++k) {
        const Reservoir& reservoir = plan.reservoirs[k];
        const double lifted_from = lifted_m3_per_s(plan, reservoir.lifted_from);
        const double lifted_to = lifted_m3_per_s(plan, reservoir.lifted_to);
        Reach at;
        double low = reservoir.initial_hm3;
        double high = reservoir.initial_hm3;
        for (std::size_t t = 0; t < count; ++t) {
            at.low_hm3.push_back(low);
            at.high_hm3.push_back(high);
            double least_in = reservoir.arriving_m3_per_s[t] - lifted_from;
            double most_in = reservoir.arriving_m3_per_s[t] + lifted_to;
            for (const Inflow& inflow : reservoir.inflows) {
                const auto travel = static_cast<std::size_t>(inflow.travel_h);
                if (t >= travel) {
                    least_in += least_release[inflow.from][t - travel];
                    most_in += most_release[inflow.from][t - travel];
                }
            }
            const double release_max = reservoir.release_max_m3_per_s[t];
            least_release[k].push_back(
                std::max(0.0, (low - reservoir.high_hm3[t]) / hm3 + least_in));
            most_release[k].push_back(
                std::clamp((high - reservoir.low_hm3[t]) / hm3 + most_in, 0.0, release_max));
            low = std::max(reservoir.low_hm3[t], low + hm3 * (least_in - release_max));
            high = std::min(reservoir.high_hm3[t], high + hm3 * most_in);
        }
        at.low_hm3.push_back(low);
        at.high_hm3.push_back(high);
        reach.push_back(std::move(at));
    }
    return reach;
}

void require_plan(const Context& context, const Plan& plan) {
    constexpr double slack_hm3 = 1e-6;
    const std::vector<Reach> reach = storage_reach(plan, context.span.hours);
    for (std::size_t k = 0; k < plan.reservoirs.size(); ++k) {
        const Reservoir& reservoir = plan.reservoirs[k];
        for (int t = 0; t < context.span.hours; ++t) {
            const auto hour = static_cast<std::size_t>(t);
            const double least_hm3 = reach[k].low_hm3[hour + 1];
            const double most_hm3 = reach[k].high_hm3[hour + 1];
            const bool floods = least_hm3 > reservoir.high_hm3[hour] + slack_hm3;
            if (!floods && most_hm3 >= reservoir.low_hm3[hour] - slack_hm3) {
                continue;
            }
            const auto row = static_cast<std::size_t>(reservoir.row);
            throw Error(
                Exit::infeasible,
                fmt::format("there is no schedule: reservoir {} holds {} {:.6g} hm3 at the end of "
                            "{}, {} than HY-2 allows, {:.6g} hm3",
                            context.system.reservoirs.name[row], floods ? "at least" : "at most",
                            floods ? least_hm3 : most_hm3,
                            grid::date_of_hour(context.hour_of_year(t), context.system.info.year),
                            floods ? "more" : "less",
                            floods ? reservoir.high_hm3[hour] : reservoir.low_hm3[hour]));
        }
    }
}

Plan make_plan(const Context& context, int cascade) {
    Plan plan;
    plan.reservoirs = make_reservoirs(context, cascade);
    add_water_on_its_way(context, plan.reservoirs);
    add_stations(context, plan);
    add_pumps(context, plan);
    find_segments_in_reach(plan, context.span.hours);
    return plan;
}

void add_columns(const Context& context, Plan& plan, lp::Block& block) {
    for (std::size_t k = 0; k < plan.reservoirs.size(); ++k) {
        plan.parts.push_back({block.columns(), Part::Of::reservoir, k});
        add_reservoir_columns(context, plan.reservoirs[k], block);
    }
    for (std::size_t k = 0; k < plan.stations.size(); ++k) {
        plan.parts.push_back({block.columns(), Part::Of::station, k});
        add_station_columns(context, plan.stations[k], block);
    }
    for (std::size_t k = 0; k < plan.pumps.size(); ++k) {
        plan.parts.push_back({block.columns(), Part::Of::pump, k});
        add_pump_columns(context, plan.pumps[k], block);
    }
}

} // namespace longyang::model::hydro
