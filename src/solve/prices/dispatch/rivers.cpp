#include "solve/prices/dispatch/rivers.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace longyang::solve::prices {
namespace {

/// 1 m3/s over one hour, in hm3 (nu).
constexpr double hm3 = lp::hm3_per_m3s_h;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

} // namespace

RiverWalk::RiverWalk(const lp::River& river, std::size_t hours, HourProgramme& programme)
    : river_(river), hours_(hours), stations_(river.stations.size()),
      reservoirs_(river.reservoirs.size()) {
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        const lp::RiverStation& data = river.stations[k];
        stations_[k].reservoir = at(data.reservoir);
        stations_[k].least_mw_per_m3_per_s = *std::min_element(data.segment_mw_per_m3_per_s.begin(),
                                                               data.segment_mw_per_m3_per_s.end());
        reservoirs_[at(data.reservoir)].stations.push_back(k);
        reservoirs_[at(data.reservoir)].size_m3_per_s += data.flow_max_m3_per_s;
        std::vector<Give> gives{{data.injection, 1.0}};
        for (const int channel : data.reserve.up) {
            gives.push_back({channel, -1.0});
        }
        for (const int channel : data.reserve.down) {
            gives.push_back({channel, 1.0});
        }
        for (int* column : {&stations_[k].leaving, &stations_[k].below, &stations_[k].above}) {
            *column = programme.add_column(gives);
        }
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        const lp::RiverReservoir& data = river.reservoirs[r];
        if (data.downstream >= 0) {
            Reservoir& below = reservoirs_[at(data.downstream)];
            below.from.push_back(r);
            if (data.travel_h == 0) {
                below.rows = reservoirs_[r].rows = true;
            }
        }
        if (reservoirs_[r].stations.size() > 1) {
            reservoirs_[r].rows = true;
        }
    }
    for (std::size_t r = reservoirs_.size(); r-- > 0;) {
        const lp::RiverReservoir& data = river.reservoirs[r];
        if (data.downstream >= 0) {
            reservoirs_[r].to_mouth_h = data.travel_h + reservoirs_[at(data.downstream)].to_mouth_h;
        }
    }
    add_pumps(programme);
    for (Reservoir& own : reservoirs_) {
        if (own.rows) {
            add_rows(own, programme);
        }
    }
}

/// Columns of pumps; their reservoirs' releases of an hour depend on each other.
void RiverWalk::add_pumps(HourProgramme& programme) {
    for (std::size_t k = 0; k < river_.pumps.size(); ++k) {
        const lp::RiverPump& data = river_.pumps[k];
        Pump pump;
        pump.from = at(data.from);
        pump.to = at(data.to);
        std::vector<Give> gives;
        for (const lp::RiverPump::Draw& draw : data.draws) {
            gives.push_back({draw.channel, -draw.mw_per_m3_per_s / data.mw_per_m3_per_s});
        }
        pump.below = programme.add_column(gives);
        pump.above = programme.add_column(gives);
        reservoirs_[pump.from].lifted_from.push_back(k);
        reservoirs_[pump.to].lifted_to.push_back(k);
        reservoirs_[pump.from].rows = reservoirs_[pump.to].rows = true;
        int r = data.to;
        for (; r >= 0 && r != data.from; r = river_.reservoirs[at(r)].downstream) {
            pump.way_back.push_back(at(r));
        }
        for (int below = r < 0 ? data.from : -1; below >= 0;
             below = river_.reservoirs[at(below)].downstream) {
            pump.way_on.push_back(at(below));
        }
        pumps_.push_back(std::move(pump));
    }
}

void RiverWalk::add_rows(Reservoir& own, HourProgramme& programme) {
    own.planned_spill = programme.add_column({});
    own.spill = programme.add_column({});
    own.shortage = programme.add_column({});
    std::vector<int> column{own.planned_spill, own.spill};
    for (const std::size_t k : own.stations) {
        column.insert(column.end(), {stations_[k].below, stations_[k].above});
    }
    std::vector<double> ones(column.size(), 1.0);
    own.largest_row = programme.add_row(column, ones);
    column.push_back(own.shortage);
    ones.push_back(1.0);
    own.least_row = programme.add_row(column, ones);
    column.pop_back();
    ones.pop_back();
    for (const std::size_t from : own.from) {
        if (river_.reservoirs[from].travel_h == 0) {
            column.insert(column.end(), {reservoirs_[from].planned_spill, reservoirs_[from].spill});
            for (const std::size_t k : reservoirs_[from].stations) {
                column.insert(column.end(), {stations_[k].below, stations_[k].above});
            }
        }
    }
    ones.resize(column.size(), -1.0);
    const auto add_lifted = [&](const std::vector<std::size_t>& pumps, double sign) {
        for (const std::size_t k : pumps) {
            column.insert(column.end(), {pumps_[k].below, pumps_[k].above});
            ones.resize(column.size(), sign / river_.pumps[k].mw_per_m3_per_s);
        }
    };
    add_lifted(own.lifted_from, 1.0);
    add_lifted(own.lifted_to, -1.0);
    own.water_row = programme.add_row(column, ones);
}

void RiverWalk::begin(const lp::RiverPlan& target, std::span<const double> cny_per_mwh,
                      double premium_cny_per_mwh) {
    const std::size_t by_reservoir = reservoirs_.size() * hours_;
    if (target.storage_hm3.size() != by_reservoir ||
        target.release_m3_per_s.size() != by_reservoir ||
        target.spill_m3_per_s.size() != by_reservoir ||
        target.flow_m3_per_s.size() != stations_.size() * hours_ ||
        target.pump_m3_per_s.size() != pumps_.size() * hours_ ||
        (!target.value_cny_per_hm3.empty() && target.value_cny_per_hm3.size() != by_reservoir)) {
        throw Error(Exit::defect, "a target of a cascade that does not fit it");
    }
    target_ = &target;
    price_ = cny_per_mwh;
    premium_cny_ = premium_cny_per_mwh;
    breach_hm3_ = 0.0;
    for (std::vector<double>* table : {&plan_.storage_hm3, &plan_.release_m3_per_s,
                                       &plan_.spill_m3_per_s, &plan_.release_short_m3_per_s}) {
        table->assign(by_reservoir, 0.0);
    }
    for (std::vector<double>* table :
         {&plan_.flow_m3_per_s, &plan_.p_mw, &plan_.up_mw, &plan_.down_mw}) {
        table->assign(stations_.size() * hours_, 0.0);
    }
    plan_.pump_m3_per_s.assign(pumps_.size() * hours_, 0.0);
    plan_.end_short_hm3.assign(reservoirs_.size(), 0.0);
    plan_.value_cny_per_hm3 = target.value_cny_per_hm3;
    for (Station& station : stations_) {
        station.head_mw_per_m3_per_s = 0.0;
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        reservoirs_[r].storage_hm3 = river_.reservoirs[r].storage_initial_hm3;
        reservoirs_[r].ahead_hm3 = 0.0;
        look_ahead(r);
    }
}

/// Water that reaches a reservoir in an hour and is known by then: natural, and sent from above
/// with a travel time.
double RiverWalk::arrived(std::size_t r, std::size_t t) const {
    double sum = river_.reservoirs[r].arriving_m3_per_s[t];
    for (const std::size_t from : reservoirs_[r].from) {
        const auto travel = at(river_.reservoirs[from].travel_h);
        if (travel > 0 && t >= travel) {
            sum += plan_.release_m3_per_s[from * hours_ + t - travel];
        }
    }
    return sum;
}

/// What pumps of a plan bring to a reservoir less what they take, m3/s.
double RiverWalk::lifted(std::size_t r, std::size_t t, const lp::RiverPlan& plan) const {
    double sum = 0.0;
    for (const std::size_t k : reservoirs_[r].lifted_to) {
        sum += plan.pump_m3_per_s[k * hours_ + t];
    }
    for (const std::size_t k : reservoirs_[r].lifted_from) {
        sum -= plan.pump_m3_per_s[k * hours_ + t];
    }
    return sum;
}

/// A station's part of the release: its plan's, and its share of what steers back.
double RiverWalk::planned_flow(std::size_t k, std::size_t t, double target) const {
    const std::size_t r = stations_[k].reservoir;
    const double share = river_.stations[k].flow_max_m3_per_s / reservoirs_[r].size_m3_per_s;
    return std::max(0.0, target_->flow_m3_per_s[k * hours_ + t] +
                             share * (target - target_->release_m3_per_s[r * hours_ + t]));
}

/// Of a unit released now, less what it is worth below, CNY/hm3.
double RiverWalk::water_value(std::size_t r, std::size_t t) const {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    const std::vector<double>& value = target_->value_cny_per_hm3;
    const std::size_t arrival = t + at(data.travel_h);
    const double below = data.downstream >= 0 && arrival < hours_
                             ? value[at(data.downstream) * hours_ + arrival]
                             : 0.0;
    return value[r * hours_ + t] - below;
}

/// HY-7: the segment of the storage at the start of the hour.
void RiverWalk::choose_head(Station& station, const lp::RiverStation& data, std::size_t t) const {
    int first = 0;
    int last = static_cast<int>(data.segment_from_hm3.size()) - 1;
    if (!data.first_segment.empty()) {
        first = data.first_segment[t];
        last = data.last_segment[t];
    }
    int segment = first;
    while (segment < last &&
           data.segment_from_hm3[at(segment + 1)] <= reservoirs_[station.reservoir].storage_hm3) {
        ++segment;
    }
    station.mw_per_m3_per_s = data.segment_mw_per_m3_per_s[at(segment)];
    station.most_mw = std::min(data.p_max(t), station.mw_per_m3_per_s * data.flow_max(t));
    station.most_now_mw = station.most_mw;
}

/// leaving, planned, most: flow of water that leaves anyway, up to the plan, at most.
void RiverWalk::set_station(std::size_t k, std::size_t t, double leaving, double planned,
                            double most, HourProgramme& programme) const {
    const Station& station = stations_[k];
    const lp::RiverStation& data = river_.stations[k];
    const double eta = station.mw_per_m3_per_s;
    const double most_mw = std::clamp(eta * most, 0.0, station.most_now_mw);
    const double leaving_mw = std::clamp(eta * leaving, 0.0, most_mw);
    const double planned_mw = std::clamp(eta * planned, leaving_mw, most_mw);
    double cny = data.cny_per_mwh;
    if (target_->value_cny_per_hm3.empty()) {
        // PE-10: the price of power with what its reserve earns
        cny += price_[at(data.injection) * hours_ + t];
        for (const int channel : data.reserve.up) {
            cny -= price_[at(channel) * hours_ + t];
        }
        for (const int channel : data.reserve.down) {
            cny += price_[at(channel) * hours_ + t];
        }
    } else if (eta > 0.0) {
        // Dearer by the premium where an hour of full release has been sent ahead of the plan.
        const Reservoir& own = reservoirs_[station.reservoir];
        cny += hm3 * water_value(station.reservoir, t) / eta +
               premium_cny_ * own.ahead_hm3 / (hm3 * std::max(own.size_m3_per_s, 1e-9));
    }
    programme.set(station.leaving, 0.0, leaving_mw, data.cny_per_mwh);
    programme.set(station.below, 0.0, planned_mw - leaving_mw, cny - premium_cny_);
    programme.set(station.above, 0.0, most_mw - planned_mw, cny + premium_cny_);
}

/// The flow that would leave the least storage, m3/s.
double RiverWalk::water_above(std::size_t r, std::size_t t) const {
    const Reservoir& own = reservoirs_[r];
    const double above = own.storage_hm3 - river_.reservoirs[r].storage_min_hm3[t];
    return std::max(own.coming_m3_per_s + above / hm3, 0.0);
}

// PE-48  HY-8 without columns: with W the flow that would leave the least storage,
//        r+ = min(capacity, eta W) - p for the part W of a station
void RiverWalk::give_reserve(std::size_t r, std::size_t t, HourProgramme& programme) const {
    const Reservoir& own = reservoirs_[r];
    const double water = std::max(
        own.coming_m3_per_s + (own.storage_hm3 - river_.reservoirs[r].storage_min_hm3[t]) / hm3,
        0.0);
    for (const std::size_t k : own.stations) {
        const lp::RiverStation& data = river_.stations[k];
        const double most = std::min(stations_[k].most_mw, stations_[k].least_mw_per_m3_per_s *
                                                               stations_[k].share * water);
        for (const int channel : data.reserve.up) {
            programme.give(channel, most);
        }
    }
}

/// Where several stations share scarce water, none takes more than its part, so that what one holds
/// in reserve is not what another turns. Parts are as the plan turns it.
void RiverWalk::share_water(std::size_t r, std::size_t t, double target) {
    const Reservoir& own = reservoirs_[r];
    double water = water_above(r, t);
    for (const std::size_t from : own.from) {
        if (river_.reservoirs[from].travel_h == 0) {
            water += target_->release_m3_per_s[from * hours_ + t];
        }
    }
    double wanted = 0.0;
    double planned = 0.0;
    bool reserve = false;
    for (const std::size_t k : own.stations) {
        reserve = reserve || !river_.stations[k].reserve.up.empty();
        wanted += stations_[k].most_mw / std::max(stations_[k].least_mw_per_m3_per_s, 1e-9);
        stations_[k].share =
            planned_flow(k, t, target) + 0.01 * river_.stations[k].flow_max_m3_per_s;
        planned += stations_[k].share;
    }
    for (const std::size_t k : own.stations) {
        Station& station = stations_[k];
        station.share /= planned;
        if (reserve && wanted > water) {
            station.most_now_mw =
                std::min(station.most_mw, station.mw_per_m3_per_s * station.share * water);
        }
    }
}

/// One station at most, and no other release of the hour matters.
void RiverWalk::prepare_free(std::size_t r, std::size_t t, double most, double least, double target,
                             HourProgramme& programme) {
    Reservoir& own = reservoirs_[r];
    const lp::RiverReservoir& data = river_.reservoirs[r];
    const double must = own.coming_m3_per_s + (own.storage_hm3 - own.high_hm3[t]) / hm3;
    const double spilt = target_->spill_m3_per_s[r * hours_ + t];
    const double size = std::max(own.size_m3_per_s, 1.0);
    double leaving = std::max({must, least, 0.0});
    if (spilt > 1e-6 * size || own.stations.empty()) {
        leaving = std::max(leaving, target);
    }
    most = std::max(std::min(most, data.release_max_m3_per_s[t]), 0.0);
    own.leaving_m3_per_s =
        std::min(leaving, std::max(most, std::min(must, data.release_max_m3_per_s[t])));
    for (const std::size_t k : own.stations) {
        set_station(k, t, own.leaving_m3_per_s, planned_flow(k, t, target), most, programme);
    }
}

void RiverWalk::prepare_rows(std::size_t r, std::size_t t, double low_hm3, double least,
                             double target, HourProgramme& programme) {
    Reservoir& own = reservoirs_[r];
    const lp::RiverReservoir& data = river_.reservoirs[r];
    for (const std::size_t k : own.stations) {
        Station& station = stations_[k];
        const double eta = station.mw_per_m3_per_s;
        const double flow = eta > 0.0 ? station.most_now_mw / eta : 0.0;
        set_station(k, t, 0.0, planned_flow(k, t, target), flow, programme);
        if (station.head_mw_per_m3_per_s != eta) {
            station.head_mw_per_m3_per_s = eta;
            const double flow_per_mw = eta > 0.0 ? 1.0 / eta : 0.0;
            for (const int column : {station.below, station.above}) {
                programme.change(own.water_row, column, flow_per_mw);
                programme.change(own.largest_row, column, flow_per_mw);
                programme.change(own.least_row, column, flow_per_mw);
                if (data.downstream >= 0 && data.travel_h == 0) {
                    programme.change(reservoirs_[at(data.downstream)].water_row, column,
                                     -flow_per_mw);
                }
            }
        }
    }
    const double value =
        target_->value_cny_per_hm3.empty() ? 0.0 : std::max(hm3 * water_value(r, t), 0.0);
    // By the premium of a MW per m3/s.
    const double spilt = std::clamp(target_->spill_m3_per_s[r * hours_ + t], 0.0, target);
    programme.set(own.planned_spill, 0.0, spilt, value - premium_cny_);
    programme.set(own.spill, 0.0, data.release_max_m3_per_s[t], value + 1e-3);
    least = std::clamp(least, 0.0, data.release_max_m3_per_s[t]);
    programme.set(own.shortage, 0.0, least, hm3 * data.release_short_cny_per_hm3);
    programme.set_row(own.largest_row, 0.0, data.release_max_m3_per_s[t]);
    programme.set_row(own.least_row, least, lp::infinity);
    // What looks ahead gives way where it cannot be kept; the limits of the hour do not.
    const auto release_to = [&](double storage_hm3) {
        return own.coming_m3_per_s + (own.storage_hm3 - storage_hm3) / hm3;
    };
    programme.set_row(
        own.water_row,
        std::min(release_to(own.high_hm3[t]),
                 std::max(release_to(data.storage_max_hm3[t]), data.release_max_m3_per_s[t])),
        std::max(release_to(low_hm3), std::min(release_to(data.storage_min_hm3[t]), 0.0)));
}

// PE-15  a pump's bids: what the water is worth above less what it is worth below; no more than
//        leaves the lower reservoir's stations their water
void RiverWalk::set_pump(std::size_t k, std::size_t t, HourProgramme& programme) const {
    const lp::RiverPump& data = river_.pumps[k];
    const Pump& pump = pumps_[k];
    const std::vector<double>& value = target_->value_cny_per_hm3;
    double cny = data.cny_per_mwh;
    if (value.empty()) {
        for (const lp::RiverPump::Draw& draw : data.draws) {
            cny -=
                price_[at(draw.channel) * hours_ + t] * draw.mw_per_m3_per_s / data.mw_per_m3_per_s;
        }
    } else {
        cny += hm3 * (value[pump.from * hours_ + t] - value[pump.to * hours_ + t]) /
               data.mw_per_m3_per_s;
    }
    double left = water_above(pump.from, t);
    for (const std::size_t s : reservoirs_[pump.from].stations) {
        if (!river_.stations[s].reserve.up.empty()) {
            left -= stations_[s].most_mw / std::max(stations_[s].least_mw_per_m3_per_s, 1e-9);
        }
    }
    const double most = std::clamp(left, 0.0, data.flow_max(t));
    const double planned = std::clamp(target_->pump_m3_per_s[k * hours_ + t], 0.0, most);
    programme.set(pump.below, 0.0, data.mw_per_m3_per_s * planned, cny - premium_cny_);
    programme.set(pump.above, 0.0, data.mw_per_m3_per_s * (most - planned), cny + premium_cny_);
}

double RiverWalk::settle_pump(std::size_t k, std::size_t t, const HourProgramme& programme) {
    const lp::RiverPump& data = river_.pumps[k];
    const double mw = programme.value(pumps_[k].below) + programme.value(pumps_[k].above);
    const double flow = mw / data.mw_per_m3_per_s;
    plan_.pump_m3_per_s[k * hours_ + t] = flow;
    // Reservoirs on the way release what was lifted beyond the plan, so that it comes back.
    const double ahead = hm3 * (flow - target_->pump_m3_per_s[k * hours_ + t]);
    for (const std::size_t r : pumps_[k].way_back) {
        reservoirs_[r].ahead_hm3 -= ahead;
    }
    for (const std::size_t r : pumps_[k].way_on) {
        reservoirs_[r].ahead_hm3 += ahead;
    }
    return data.cny_per_mwh * mw;
}

void RiverWalk::prepare(std::size_t t, bool /*loose*/, HourProgramme& programme) {
    for (std::size_t k = 0; k < stations_.size(); ++k) {
        choose_head(stations_[k], river_.stations[k], t);
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        Reservoir& own = reservoirs_[r];
        own.coming_m3_per_s = arrived(r, t);
        const double low = least_storage(r, t);
        const double target = target_release(r, t);
        const double least = least_release(r, t);
        if (own.stations.size() > 1) {
            share_water(r, t, target);
        }
        if (own.rows) {
            prepare_rows(r, t, low, least, target, programme);
        } else {
            const double most =
                std::min(own.coming_m3_per_s + (own.storage_hm3 - low) / hm3, room_below(r, t));
            prepare_free(r, t, most, least, target, programme);
        }
        give_reserve(r, t, programme);
    }
    for (std::size_t k = 0; k < pumps_.size(); ++k) {
        set_pump(k, t, programme);
    }
}

/// Each station first from its part of the water, as the programme counted, then from what is left.
void RiverWalk::settle_reserve(std::size_t r, std::size_t t) {
    const Reservoir& own = reservoirs_[r];
    const double above = own.storage_hm3 - river_.reservoirs[r].storage_min_hm3[t];
    double left = std::max(above / hm3 + plan_.spill_m3_per_s[r * hours_ + t], 0.0);
    double all = left;
    for (const std::size_t k : own.stations) {
        all += plan_.flow_m3_per_s[k * hours_ + t];
        if (!river_.stations[k].reserve.down.empty()) {
            plan_.down_mw[k * hours_ + t] = plan_.p_mw[k * hours_ + t];
        }
    }
    for (const bool own_part : {true, false}) {
        for (const std::size_t k : own.stations) {
            const Station& station = stations_[k];
            const std::size_t place = k * hours_ + t;
            const double least = station.least_mw_per_m3_per_s;
            if (river_.stations[k].reserve.up.empty() || least <= 0.0) {
                continue;
            }
            double water = left;
            if (own_part) {
                water = std::clamp(station.share * all - plan_.flow_m3_per_s[place], 0.0, left);
            }
            const double more = std::clamp(station.most_mw - plan_.p_mw[place] - plan_.up_mw[place],
                                           0.0, least * water);
            plan_.up_mw[place] += more;
            left = std::max(left - more / least, 0.0);
        }
    }
}

double RiverWalk::settle_reservoir(std::size_t r, std::size_t t, const HourProgramme& programme) {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    Reservoir& own = reservoirs_[r];
    const std::size_t place = r * hours_ + t;
    double cost_cny = 0.0;
    double flow = 0.0;
    for (const std::size_t k : own.stations) {
        const Station& station = stations_[k];
        const double mw = programme.value(station.leaving) + programme.value(station.below) +
                          programme.value(station.above);
        const double eta = station.mw_per_m3_per_s;
        plan_.p_mw[k * hours_ + t] = eta > 0.0 ? mw : 0.0;
        plan_.flow_m3_per_s[k * hours_ + t] = eta > 0.0 ? mw / eta : 0.0;
        flow += plan_.flow_m3_per_s[k * hours_ + t];
        cost_cny += river_.stations[k].cny_per_mwh * plan_.p_mw[k * hours_ + t];
    }
    double coming = own.coming_m3_per_s + lifted(r, t, plan_);
    for (const std::size_t from : own.from) {
        if (river_.reservoirs[from].travel_h == 0) {
            coming += plan_.release_m3_per_s[from * hours_ + t];
        }
    }
    // Spill: what the programme found, what leaves anyway, and no less than the largest storage
    // asks for, no more than there is.
    double spill = own.rows ? programme.value(own.planned_spill) + programme.value(own.spill)
                            : std::max(own.leaving_m3_per_s - flow, 0.0);
    const double before = own.storage_hm3 + hm3 * coming;
    spill = std::max(spill, (before - data.storage_max_hm3[t]) / hm3 - flow);
    spill = std::min({spill, (before - data.storage_min_hm3[t]) / hm3 - flow,
                      data.release_max_m3_per_s[t] - flow});
    spill = std::max(spill, 0.0);
    const double release = flow + spill;
    own.storage_hm3 = before - hm3 * release;
    breach_hm3_ += std::max({data.storage_min_hm3[t] - own.storage_hm3,
                             own.storage_hm3 - data.storage_max_hm3[t], 0.0});
    own.ahead_hm3 += hm3 * (release - target_->release_m3_per_s[place]);
    plan_.spill_m3_per_s[place] = spill;
    plan_.release_m3_per_s[place] = release;
    plan_.storage_hm3[place] = own.storage_hm3;
    const double shortage = std::max(data.release_min_m3_per_s[t] - release, 0.0);
    plan_.release_short_m3_per_s[place] = shortage;
    cost_cny += hm3 * data.release_short_cny_per_hm3 * shortage;
    if (t + 1 == hours_) {
        plan_.end_short_hm3[r] = std::max(data.storage_end_hm3 - own.storage_hm3, 0.0);
        cost_cny += data.end_short_cny_per_hm3 * plan_.end_short_hm3[r];
    }
    settle_reserve(r, t);
    return cost_cny;
}

double RiverWalk::settle(std::size_t t, const HourProgramme& programme) {
    double cost_cny = 0.0;
    for (std::size_t k = 0; k < pumps_.size(); ++k) {
        cost_cny += settle_pump(k, t, programme);
    }
    for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
        cost_cny += settle_reservoir(r, t, programme);
    }
    return cost_cny;
}

} // namespace longyang::solve::prices
