#include "solve/prices/improve/plants.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::solve::prices {
namespace {

/// 1 m3/s over one hour, in hm3 (nu). Storages of the programme are in m3/s h.
constexpr double hm3 = lp::hm3_per_m3s_h;
/// Storages within so much of a border of two head segments lie on it.
constexpr double border_hm3 = 1e-6;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

} // namespace

RiverWindow::RiverWindow(const lp::River& river, const lp::RiverPlan& plan, const Window& window,
                         std::size_t hours, const Held& held, WindowProgramme& programme)
    : river_(river), window_(window), hours_(hours), stations_(river.stations.size()),
      reservoirs_(river.reservoirs.size()) {
    lay_out();
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        add_station(k, plan, held, programme);
    }
    for (std::size_t k = 0; k < river_.pumps.size(); ++k) {
        add_pump(k, plan, held, programme);
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        add_storages(r, plan, programme);
        add_releases(r, plan, programme);
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        add_balances(r, plan, programme);
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            add_limits(r, t, plan, programme);
        }
    }
}

void RiverWindow::lay_out() {
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        const lp::RiverStation& data = river_.stations[k];
        reservoirs_[at(data.reservoir)].stations.push_back(k);
        stations_[k].least_mw_per_m3_per_s = *std::min_element(data.segment_mw_per_m3_per_s.begin(),
                                                               data.segment_mw_per_m3_per_s.end());
    }
    for (Reservoir& own : reservoirs_) {
        own.end = window_.end;
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        const lp::RiverReservoir& data = river_.reservoirs[r];
        if (data.downstream >= 0) {
            Reservoir& below = reservoirs_[at(data.downstream)];
            below.from.push_back(r);
            below.end = std::max(
                below.end, std::min({window_.end + at(data.travel_h), window_.free_end, hours_}));
        }
    }
}

double RiverWindow::storage_before(std::size_t r, std::size_t t, const lp::RiverPlan& plan) const {
    return t > 0 ? plan.storage_hm3[r * hours_ + t - 1] : river_.reservoirs[r].storage_initial_hm3;
}

/// HY-7: the segment in force in an hour; on a border that of the flow's output.
std::size_t RiverWindow::segment(std::size_t k, std::size_t t, const lp::RiverPlan& plan) const {
    const lp::RiverStation& data = river_.stations[k];
    std::size_t first = 0;
    std::size_t last = data.segment_from_hm3.size() - 1;
    if (!data.first_segment.empty()) {
        first = at(data.first_segment[t]);
        last = at(data.last_segment[t]);
    }
    const double storage = storage_before(at(data.reservoir), t, plan);
    const double flow = plan.flow_m3_per_s[k * hours_ + t];
    const double mw = plan.p_mw[k * hours_ + t];
    std::size_t found = first;
    while (found < last && data.segment_from_hm3[found + 1] <= storage) {
        ++found;
    }
    const auto misfit = [&](std::size_t m) {
        return std::abs(mw - data.segment_mw_per_m3_per_s[m] * flow);
    };
    if (found > first && storage - data.segment_from_hm3[found] < border_hm3 &&
        misfit(found - 1) < misfit(found)) {
        return found - 1;
    }
    if (found < last && data.segment_from_hm3[found + 1] - storage < border_hm3 &&
        misfit(found + 1) < misfit(found)) {
        return found + 1;
    }
    return found;
}

void RiverWindow::add_station(std::size_t k, const lp::RiverPlan& plan, const Held& held,
                              WindowProgramme& programme) {
    const lp::RiverStation& data = river_.stations[k];
    Station& station = stations_[k];
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        const std::size_t hour = t - window_.begin;
        const std::size_t place = k * hours_ + t;
        const double eta = data.segment_mw_per_m3_per_s[segment(k, t, plan)];
        const double most_mw = std::min(data.p_max(t), eta * data.flow_max(t));
        station.mw_per_m3_per_s.push_back(eta);
        station.most_mw.push_back(most_mw);
        const double least_mw = held.station_mw.empty() ? 0.0 : held.station_mw[place]; // PE-86
        station.flow.push_back(
            programme.add_column(eta > 0.0 ? least_mw / eta : 0.0, eta > 0.0 ? most_mw / eta : 0.0,
                                 data.cny_per_mwh * eta, plan.flow_m3_per_s[place]));
        programme.give(data.injection, hour, eta);
        for (const int channel : data.reserve.up) {
            programme.give(channel, hour, -eta);
            programme.give_constant(channel, hour, most_mw);
        }
        for (const int channel : data.reserve.down) {
            programme.give(channel, hour, eta);
        }
        if (data.reserve.up.empty()) {
            continue;
        }
        // HY-8: p + r+ = largest output less what water does not allow
        const double less_mw =
            std::max(most_mw - eta * plan.flow_m3_per_s[place] - plan.up_mw[place], 0.0);
        station.less_up.push_back(programme.add_column(0.0, most_mw, 0.0, less_mw));
        for (const int channel : data.reserve.up) {
            programme.give(channel, hour, -1.0);
        }
    }
}

// HY-9
void RiverWindow::add_pump(std::size_t k, const lp::RiverPlan& plan, const Held& held,
                           WindowProgramme& programme) {
    const lp::RiverPump& data = river_.pumps[k];
    Pump pump{at(data.from), at(data.to), {}};
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        const double least_mw = held.pump_mw.empty() ? 0.0 : held.pump_mw[k * hours_ + t]; // PE-86
        pump.flow.push_back(programme.add_column(
            least_mw > 0.0 ? least_mw / data.mw_per_m3_per_s : 0.0, data.flow_max(t),
            data.cny_per_mwh * data.mw_per_m3_per_s, plan.pump_m3_per_s[k * hours_ + t]));
        for (const lp::RiverPump::Draw& draw : data.draws) {
            programme.give(draw.channel, t - window_.begin, -draw.mw_per_m3_per_s);
        }
    }
    pumps_.push_back(std::move(pump));
}

/// What pumps bring to a reservoir in an hour less what they take, m3/s.
double RiverWindow::lifted(std::size_t r, std::size_t t, const lp::RiverPlan& plan) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < pumps_.size(); ++k) {
        const double flow = plan.pump_m3_per_s[k * hours_ + t];
        sum += pumps_[k].to == r ? flow : 0.0;
        sum -= pumps_[k].from == r ? flow : 0.0;
    }
    return sum;
}

// PE-73  storages within the levels and within head segments as they are; the last one stays
void RiverWindow::add_storages(std::size_t r, const lp::RiverPlan& plan,
                               WindowProgramme& programme) {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    Reservoir& own = reservoirs_[r];
    for (std::size_t t = window_.begin; t < own.end; ++t) {
        double low = data.storage_min_hm3[t];
        double high = data.storage_max_hm3[t];
        double behind_reserve = 0.0;
        for (const std::size_t k : own.stations) {
            const lp::RiverStation& station = river_.stations[k];
            if (t + 1 < hours_ && station.segment_from_hm3.size() > 1) {
                const std::size_t m = segment(k, t + 1, plan);
                low = m > 0 ? std::max(low, station.segment_from_hm3[m]) : low;
                high = m + 1 < station.segment_from_hm3.size()
                           ? std::min(high, station.segment_from_hm3[m + 1])
                           : high;
            }
            if (!station.reserve.up.empty() && stations_[k].least_mw_per_m3_per_s > 0.0) {
                behind_reserve += plan.up_mw[k * hours_ + t] / stations_[k].least_mw_per_m3_per_s;
            }
        }
        if (t >= window_.end) {
            low = std::max(low, data.storage_min_hm3[t] +
                                    hm3 * (behind_reserve - plan.spill_m3_per_s[r * hours_ + t]));
        }
        const double present = plan.storage_hm3[r * hours_ + t];
        if (t + 1 == own.end && own.end < hours_) {
            low = high = present;
        }
        own.storage.push_back(programme.add_column(low / hm3, high / hm3, 0.0, present / hm3));
    }
    if (own.end == hours_) {
        const double could_miss = std::max(data.storage_end_hm3 - data.storage_min_hm3.back(), 0.0);
        own.end_short = programme.add_column(
            0.0, could_miss / hm3, hm3 * data.end_short_cny_per_hm3, plan.end_short_hm3[r] / hm3);
        const std::vector<lp::Term> terms{{own.storage.back(), 1.0}, {own.end_short, 1.0}};
        programme.add_row(data.storage_end_hm3 / hm3, lp::infinity, terms, unknown);
    }
}

void RiverWindow::add_releases(std::size_t r, const lp::RiverPlan& plan,
                               WindowProgramme& programme) {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    Reservoir& own = reservoirs_[r];
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        const std::size_t place = r * hours_ + t;
        own.spill.push_back(programme.add_column(0.0, data.release_max_m3_per_s[t], 0.0,
                                                 plan.spill_m3_per_s[place]));
        own.short_.push_back(data.release_min_m3_per_s[t] > 0.0
                                 ? programme.add_column(0.0, data.release_min_m3_per_s[t],
                                                        hm3 * data.release_short_cny_per_hm3,
                                                        plan.release_short_m3_per_s[place])
                                 : -1);
    }
}

void RiverWindow::append_release(std::size_t r, std::size_t t, double factor,
                                 std::vector<lp::Term>& terms) const {
    const std::size_t hour = t - window_.begin;
    terms.push_back({reservoirs_[r].spill[hour], factor});
    for (const std::size_t k : reservoirs_[r].stations) {
        terms.push_back({stations_[k].flow[hour], factor});
    }
}

// PE-73  water balance (HY-1), behind the window's end with releases as they are
void RiverWindow::add_balances(std::size_t r, const lp::RiverPlan& plan,
                               WindowProgramme& programme) const {
    const Reservoir& own = reservoirs_[r];
    std::vector<lp::Term> terms;
    for (std::size_t t = window_.begin; t < own.end; ++t) {
        const std::size_t hour = t - window_.begin;
        double known = river_.reservoirs[r].arriving_m3_per_s[t];
        terms.assign({{own.storage[hour], 1.0}});
        if (hour > 0) {
            terms.push_back({own.storage[hour - 1], -1.0});
        } else {
            known += storage_before(r, t, plan) / hm3;
        }
        if (t < window_.end) {
            append_release(r, t, 1.0, terms);
            for (const Pump& pump : pumps_) {
                if (pump.from == r || pump.to == r) {
                    terms.push_back({pump.flow[hour], pump.from == r ? 1.0 : -1.0});
                }
            }
        } else {
            known += lifted(r, t, plan) - plan.release_m3_per_s[r * hours_ + t];
        }
        for (const std::size_t from : own.from) {
            const auto travel = at(river_.reservoirs[from].travel_h);
            if (t < travel) {
                continue;
            }
            const std::size_t left = t - travel;
            if (left >= window_.begin && left < window_.end) {
                append_release(from, left, -1.0, terms);
            } else {
                known += plan.release_m3_per_s[from * hours_ + left];
            }
        }
        programme.add_row(known, known, terms,
                          plan.value_cny_per_hm3.empty()
                              ? unknown
                              : -hm3 * plan.value_cny_per_hm3[r * hours_ + t]);
    }
}

/// Of releases in an hour.
void RiverWindow::add_limits(std::size_t r, std::size_t t, const lp::RiverPlan& plan,
                             WindowProgramme& programme) const {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    const Reservoir& own = reservoirs_[r];
    const std::size_t hour = t - window_.begin;
    std::vector<lp::Term> terms;
    append_release(r, t, 1.0, terms);
    if (!own.stations.empty()) {
        programme.add_waiting(-lp::infinity, data.release_max_m3_per_s[t], terms); // HY-4
    }
    const std::size_t arrival = t + at(data.travel_h);
    if (data.downstream >= 0 && arrival < hours_ &&
        arrival >= reservoirs_[at(data.downstream)].end) {
        const double present = plan.release_m3_per_s[r * hours_ + t];
        programme.add_row(present, present, terms, unknown);
    }
    if (own.short_[hour] >= 0) { // HY-3
        terms.push_back({own.short_[hour], 1.0});
        programme.add_waiting(data.release_min_m3_per_s[t], lp::infinity, terms);
    }
    add_reserve_water(r, t, programme);
}

// HY-8: upward reserve finds its water above the least storage, or in what is spilt
void RiverWindow::add_reserve_water(std::size_t r, std::size_t t,
                                    WindowProgramme& programme) const {
    const Reservoir& own = reservoirs_[r];
    const std::size_t hour = t - window_.begin;
    std::vector<lp::Term> terms;
    double limit = -river_.reservoirs[r].storage_min_hm3[t] / hm3;
    for (const std::size_t k : own.stations) {
        const Station& station = stations_[k];
        if (station.less_up.empty() || station.least_mw_per_m3_per_s <= 0.0) {
            continue;
        }
        const double per_mw = 1.0 / station.least_mw_per_m3_per_s;
        terms.push_back({station.flow[hour], -per_mw * station.mw_per_m3_per_s[hour]});
        terms.push_back({station.less_up[hour], -per_mw});
        limit -= per_mw * station.most_mw[hour];
        if (own.stations.size() > 1) { // what is taken from reserve may not exceed it
            const std::vector<lp::Term> held{{station.flow[hour], station.mw_per_m3_per_s[hour]},
                                             {station.less_up[hour], 1.0}};
            programme.add_waiting(-lp::infinity, station.most_mw[hour], held);
        }
    }
    if (!terms.empty()) {
        terms.push_back({own.storage[hour], -1.0});
        terms.push_back({own.spill[hour], -1.0});
        programme.add_waiting(-lp::infinity, limit, terms);
    }
}

void RiverWindow::read(std::span<const double> value, lp::RiverPlan& plan) const {
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            const std::size_t hour = t - window_.begin;
            const double flow = value[at(stations_[k].flow[hour])];
            plan.flow_m3_per_s[k * hours_ + t] = flow;
            plan.p_mw[k * hours_ + t] = stations_[k].mw_per_m3_per_s[hour] * flow;
        }
    }
    for (std::size_t k = 0; k < pumps_.size(); ++k) {
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            plan.pump_m3_per_s[k * hours_ + t] = std::clamp(
                value[at(pumps_[k].flow[t - window_.begin])], 0.0, river_.pumps[k].flow_max(t));
        }
    }
    // Downstream order: what reaches a reservoir is known.
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        read_reservoir(r, value, plan);
    }
}

void RiverWindow::read_reservoir(std::size_t r, std::span<const double> value,
                                 lp::RiverPlan& plan) const {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    const Reservoir& own = reservoirs_[r];
    double storage = storage_before(r, window_.begin, plan);
    for (std::size_t t = window_.begin; t < own.end; ++t) {
        const std::size_t place = r * hours_ + t;
        double coming = data.arriving_m3_per_s[t] + lifted(r, t, plan);
        for (const std::size_t from : own.from) {
            const auto travel = at(river_.reservoirs[from].travel_h);
            coming += t >= travel ? plan.release_m3_per_s[from * hours_ + t - travel] : 0.0;
        }
        if (t < window_.end) {
            const double spill = value[at(own.spill[t - window_.begin])];
            double release = spill;
            for (const std::size_t k : own.stations) {
                release += plan.flow_m3_per_s[k * hours_ + t];
            }
            plan.spill_m3_per_s[place] = spill;
            plan.release_m3_per_s[place] = release;
            plan.release_short_m3_per_s[place] =
                std::max(data.release_min_m3_per_s[t] - release, 0.0);
        }
        storage += hm3 * (coming - plan.release_m3_per_s[place]);
        plan.storage_hm3[place] = storage;
        if (t < window_.end) {
            read_reserve(r, t, value, plan);
        }
    }
    if (own.end_short >= 0) {
        plan.end_short_hm3[r] = std::max(data.storage_end_hm3 - storage, 0.0);
    }
}

/// What the programme has counted on, then more where water is left.
void RiverWindow::read_reserve(std::size_t r, std::size_t t, std::span<const double> value,
                               lp::RiverPlan& plan) const {
    const Reservoir& own = reservoirs_[r];
    const std::size_t hour = t - window_.begin;
    const std::size_t place = r * hours_ + t;
    double left =
        std::max((plan.storage_hm3[place] - river_.reservoirs[r].storage_min_hm3[t]) / hm3 +
                     plan.spill_m3_per_s[place],
                 0.0);
    for (const bool counted_on : {true, false}) {
        for (const std::size_t k : own.stations) {
            const Station& station = stations_[k];
            const std::size_t own_place = k * hours_ + t;
            if (!river_.stations[k].reserve.down.empty()) {
                plan.down_mw[own_place] = plan.p_mw[own_place];
            }
            if (station.less_up.empty() || station.least_mw_per_m3_per_s <= 0.0) {
                continue;
            }
            const double most = station.most_mw[hour] - plan.p_mw[own_place];
            const double has = counted_on ? 0.0 : plan.up_mw[own_place];
            const double wanted = counted_on ? most - value[at(station.less_up[hour])] : most - has;
            const double more =
                std::clamp(wanted, 0.0, std::max(left * station.least_mw_per_m3_per_s, 0.0));
            plan.up_mw[own_place] = has + more;
            left -= more / station.least_mw_per_m3_per_s;
        }
    }
}

double RiverWindow::cost(const lp::RiverPlan& plan) const {
    double cny = 0.0;
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            cny += river_.stations[k].cny_per_mwh * plan.p_mw[k * hours_ + t];
        }
    }
    for (std::size_t k = 0; k < pumps_.size(); ++k) {
        const lp::RiverPump& data = river_.pumps[k];
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            cny += data.cny_per_mwh * data.mw_per_m3_per_s * plan.pump_m3_per_s[k * hours_ + t];
        }
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        const lp::RiverReservoir& data = river_.reservoirs[r];
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            cny +=
                hm3 * data.release_short_cny_per_hm3 * plan.release_short_m3_per_s[r * hours_ + t];
        }
        cny += data.end_short_cny_per_hm3 * plan.end_short_hm3[r];
    }
    return cny;
}

} // namespace longyang::solve::prices
