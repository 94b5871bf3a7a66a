#include "certify/rivers.hpp"

#include "grid/cascades.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double hm3 = grid::hm3_per_m3s_h;

double value_at(const auto& curve, double at_hm3) {
    auto right = std::lower_bound(curve.begin(), curve.end(), at_hm3,
                                  [](const auto& point, double at) { return point.at_hm3 < at; });
    if (right == curve.begin() || right == curve.end()) {
        return right == curve.end() ? curve.back().cny : curve.front().cny;
    }
    const auto left = right - 1;
    return left->cny +
           (right->cny - left->cny) * (at_hm3 - left->at_hm3) / (right->at_hm3 - left->at_hm3);
}

/// The part of a curve between two places; nothing where it does not get there.
template <typename Curve>
Curve part_of(const Curve& curve, double low_hm3, double high_hm3) {
    const double near = 1e-9 * (1.0 + std::abs(high_hm3));
    const double low = std::max(low_hm3, curve.front().at_hm3);
    const double high = std::min(high_hm3, curve.back().at_hm3);
    Curve part;
    if (low_hm3 > high_hm3 || low > high + near) {
        return part;
    }
    if (low >= high) {
        const double at = std::clamp(low, low_hm3, high_hm3);
        part.push_back({at, value_at(curve, at)});
        return part;
    }
    part.push_back({low, value_at(curve, low)});
    for (const auto& point : curve) {
        if (point.at_hm3 > low && point.at_hm3 < high) {
            part.push_back(point);
        }
    }
    part.push_back({high, value_at(curve, high)});
    return part;
}

/// The greatest convex function below both.
template <typename Curve>
Curve hull_of(const Curve& a, const Curve& b) {
    Curve all(a.size() + b.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), all.begin(),
               [](const auto& p, const auto& q) {
                   return p.at_hm3 != q.at_hm3 ? p.at_hm3 < q.at_hm3 : p.cny < q.cny;
               });
    constexpr double same_hm3 = 1e-10;
    Curve hull;
    for (auto point : all) {
        if (!hull.empty() && point.at_hm3 - hull.back().at_hm3 <= same_hm3) {
            if (point.cny >= hull.back().cny) {
                continue;
            }
            point.at_hm3 = hull.back().at_hm3;
            hull.pop_back();
        }
        while (hull.size() > 1) {
            const auto& p = hull[hull.size() - 2];
            const auto& q = hull.back();
            if ((q.cny - p.cny) * (point.at_hm3 - p.at_hm3) <
                (point.cny - p.cny) * (q.at_hm3 - p.at_hm3)) {
                break;
            }
            hull.pop_back();
        }
        hull.push_back(point);
    }
    return hull;
}

} // namespace

PricedRiver::PricedRiver(const lp::River& river, const Prices& prices,
                         std::span<const double> value_cny_per_hm3,
                         std::span<const double> head_cny_per_hm3)
    : river_(river), prices_(prices), value_(value_cny_per_hm3), head_(head_cny_per_hm3),
      stations_(river.reservoirs.size()), zones_(river.reservoirs.size(), {-infinity}),
      charges_(river.reservoirs.size(), 0.0) {
    for (std::size_t k = 0; k < river.stations.size(); ++k) {
        const auto r = static_cast<std::size_t>(river.stations[k].reservoir);
        stations_[r].push_back(k);
        const std::vector<double>& from = river.stations[k].segment_from_hm3;
        for (std::size_t m = 1; m < from.size(); ++m) {
            zones_[r].push_back(from[m]);
        }
    }
    for (std::vector<double>& zones : zones_) {
        std::sort(zones.begin(), zones.end());
        zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
    }
    for (std::size_t r = 0; r < river.reservoirs.size(); ++r) {
        const int below = river.reservoirs[r].downstream;
        if (below >= 0 && has_heads(static_cast<std::size_t>(below))) {
            charges_[r] = has_heads(r) ? 0.5 : 1.0;
        }
    }
}

/// Beyond the span water is worth nothing.
double PricedRiver::worth(std::size_t reservoir, std::size_t hour) const {
    return hour < prices_.hours ? value_[reservoir * prices_.hours + hour] : 0.0;
}

/// Of storage at the end of an hour: what it is worth now less what it is worth in the next hour.
double PricedRiver::storage_price(std::size_t reservoir, std::size_t hour) const {
    return worth(reservoir, hour) - worth(reservoir, hour + 1);
}

/// Of water that is released: what it is worth here less what it is worth below.
double PricedRiver::more(std::size_t reservoir, std::size_t hour) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    double cny = worth(reservoir, hour);
    if (own.downstream >= 0) {
        cny -= worth(static_cast<std::size_t>(own.downstream),
                     hour + static_cast<std::size_t>(own.travel_h));
    }
    return cny;
}

/// What water is charged below beyond its value there, by what it counts here and what is saved of
/// a shortfall.
double PricedRiver::charge(std::size_t reservoir, std::size_t hour, double counts_cny,
                           double short_cny) const {
    const auto travel = static_cast<std::size_t>(river_.reservoirs[reservoir].travel_h);
    return hour + travel < prices_.hours
               ? charges_[reservoir] * std::max(0.0, more(reservoir, hour) - counts_cny - short_cny)
               : 0.0;
}

/// What nothing can be done about: inflow, and the storage before the span.
double PricedRiver::known(std::size_t reservoir, std::size_t hour) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const double before = hour == 0 ? own.storage_initial_hm3 : 0.0;
    return -worth(reservoir, hour) * (hm3 * own.arriving_m3_per_s[hour] + before);
}

double PricedRiver::value(std::size_t reservoir, std::size_t hour, const ReservoirHour& does,
                          std::span<const StationHour> stations) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    double cny = known(reservoir, hour) + storage_price(reservoir, hour) * does.storage_hm3 +
                 own.end_short_cny_per_hm3 * does.end_short_hm3 +
                 own.release_short_cny_per_hm3 * hm3 * does.release_short_m3_per_s;
    double release = does.spill_m3_per_s;
    for (std::size_t place = 0; place < stations.size(); ++place) {
        const std::size_t k = stations_[reservoir][place];
        const lp::RiverStation& station = river_.stations[k];
        const StationHour& at = stations[place];
        release += at.flow_m3_per_s;
        cny += (station.cny_per_mwh - prices_.at(station.injection, hour)) * at.p_mw;
        for (const int channel : station.reserve.up) {
            cny -= prices_.at(channel, hour) * at.up_mw;
        }
        for (const int channel : station.reserve.down) {
            cny -= prices_.at(channel, hour) * at.down_mw;
        }
    }
    return cny + hm3 * more(reservoir, hour) * release;
}

/// What lifting costs and the water loses in value, CNY per hm3; below 0 it pays.
double PricedRiver::pump_lacks(std::size_t pump, std::size_t hour) const {
    const lp::RiverPump& own = river_.pumps[pump];
    double cny = own.mw_per_m3_per_s * own.cny_per_mwh;
    for (const lp::RiverPump::Draw& draw : own.draws) {
        cny += draw.mw_per_m3_per_s * prices_.at(draw.channel, hour);
    }
    return cny / hm3 + worth(static_cast<std::size_t>(own.from), hour) -
           worth(static_cast<std::size_t>(own.to), hour);
}

double PricedRiver::pump_value(std::size_t pump, std::size_t hour, double flow_m3_per_s) const {
    return hm3 * flow_m3_per_s * pump_lacks(pump, hour);
}

double PricedRiver::pump_charge(std::size_t pump, std::size_t hour, std::size_t reservoir) const {
    const auto from = static_cast<std::size_t>(river_.pumps[pump].from);
    const auto to = static_cast<std::size_t>(river_.pumps[pump].to);
    if (!has_heads(reservoir) || (reservoir != from && reservoir != to)) {
        return 0.0;
    }
    const double lacks = std::max(0.0, pump_lacks(pump, hour));
    return has_heads(from) && has_heads(to) ? 0.5 * lacks : lacks;
}

double PricedRiver::pump_bound(std::size_t pump, std::size_t hour) const {
    return hm3 * river_.pumps[pump].flow_max(hour) *
           std::min(0.0,
                    pump_lacks(pump, hour) -
                        pump_charge(pump, hour, static_cast<std::size_t>(river_.pumps[pump].from)) -
                        pump_charge(pump, hour, static_cast<std::size_t>(river_.pumps[pump].to)));
}

double PricedRiver::storage_bound(std::size_t reservoir, std::size_t hour,
                                  double behind_cny) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const double low = own.storage_min_hm3[hour];
    const double high = own.storage_max_hm3[hour];
    const double price = storage_price(reservoir, hour) - behind_cny;
    double least = infinity;
    for (const double storage : {low, high, std::clamp(own.storage_end_hm3, low, high)}) {
        const double missing =
            hour + 1 == prices_.hours ? std::max(0.0, own.storage_end_hm3 - storage) : 0.0;
        least = std::min(least, price * storage + own.end_short_cny_per_hm3 * missing);
    }
    return least + behind_cny * low;
}

std::size_t PricedRiver::zone_of(std::size_t reservoir, double storage_hm3) const {
    const std::vector<double>& zones = zones_[reservoir];
    return static_cast<std::size_t>(std::upper_bound(zones.begin(), zones.end(), storage_hm3) -
                                    zones.begin()) -
           1;
}

/// The largest release in parts, dearest first, then spill; the one in whose midst the least
/// release ends is cut there.
PricedRiver::Hour PricedRiver::hour_in_zone(std::size_t reservoir, std::size_t hour,
                                            std::size_t zone, double short_share,
                                            double behind_cny) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    struct Way {
        double flow_hm3, earns_cny, counts_cny;
    };
    std::vector<Way> ways;
    Hour result;
    for (const std::size_t k : stations_[reservoir]) {
        const lp::RiverStation& station = river_.stations[k];
        std::size_t m = 0;
        while (m + 1 < station.segment_from_hm3.size() &&
               station.segment_from_hm3[m + 1] <= zones_[reservoir][zone]) {
            ++m;
        }
        if (!station.first_segment.empty()) {
            m = std::clamp(m, static_cast<std::size_t>(station.first_segment[hour]),
                           static_cast<std::size_t>(station.last_segment[hour]));
        }
        double up_cny = prices_.of_reserve(station.reserve.up, hour);
        if (up_cny > 0.0 && behind_cny > 0.0) { // each MW pays for an hour's water
            up_cny = std::max(0.0, up_cny - hm3 * behind_cny / station.segment_mw_per_m3_per_s[m]);
        }
        // Output takes the place of upward reserve and can hold downward reserve (HY-8).
        const double output_cny = prices_.at(station.injection, hour) - station.cny_per_mwh -
                                  up_cny + prices_.of_reserve(station.reserve.down, hour);
        const double per_flow = station.segment_mw_per_m3_per_s[m];
        const double most_mw = std::min(station.p_max(hour), per_flow * station.flow_max(hour));
        const double most_flow = per_flow > 0.0 ? most_mw / per_flow : station.flow_max(hour);
        result.idle_cny -= up_cny * most_mw;
        ways.push_back({hm3 * most_flow, std::max(behind_cny, output_cny * per_flow / hm3),
                        head_.empty() ? 0.0 : head_[k * prices_.hours + hour]});
    }
    std::sort(ways.begin(), ways.end(),
              [](const Way& a, const Way& b) { return a.earns_cny > b.earns_cny; });
    const double most = hm3 * own.release_max_m3_per_s[hour];
    const double least = hm3 * own.release_min_m3_per_s[hour];
    ways.push_back({most, behind_cny, 0.0});
    result.idle_cny += short_share * own.release_short_cny_per_hm3 * least;
    double released = 0.0;
    const auto add = [&](double to, const Way& way, double short_cny) {
        if (to > released) {
            result.parts.push_back({to - released, way.earns_cny + short_share * short_cny,
                                    charge(reservoir, hour, way.counts_cny, short_cny)});
            released = to;
        }
    };
    for (const Way& way : ways) {
        const double to = std::min(most, released + way.flow_hm3);
        add(std::min(to, least), way, own.release_short_cny_per_hm3);
        add(to, way, 0.0);
    }
    return result;
}

double PricedRiver::charged(std::size_t reservoir, std::size_t hour, double before_hm3,
                            double release_m3_per_s) const {
    double left = hm3 * release_m3_per_s;
    double cny = 0.0;
    for (const Part& part : hour_in_zone(reservoir, hour, zone_of(reservoir, before_hm3)).parts) {
        const double amount = std::min(left, part.amount_hm3);
        cny += amount * part.charge_cny;
        left -= amount;
    }
    return cny;
}

// PE-87: the water behind upward reserve has a price of its own in every hour. The bound is concave
// in it, in straight pieces, so that it is largest where it bends.
double PricedRiver::bound(std::size_t reservoir, std::size_t hour) const {
    double most = bound_at(reservoir, hour, 0.0);
    if (!has_heads(reservoir)) {
        for (const double behind_cny : bends_behind(reservoir, hour)) {
            most = std::max(most, bound_at(reservoir, hour, behind_cny));
        }
    }
    return most;
}

/// Prices at which a station's reserve is no longer worth its water, storage as good full as empty,
/// or a release as good as none, or as spill.
std::vector<double> PricedRiver::bends_behind(std::size_t reservoir, std::size_t hour) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    std::vector<double> bends;
    double dearest = 0.0; // from here on no reserve is
    const auto add_release = [&](double earns_cny, double counts_cny) {
        for (const double short_cny : {0.0, own.release_short_cny_per_hm3}) {
            bends.push_back(more(reservoir, hour) - earns_cny - short_cny -
                            charge(reservoir, hour, counts_cny, short_cny));
        }
    };
    for (const std::size_t k : stations_[reservoir]) {
        const lp::RiverStation& station = river_.stations[k];
        const double up_cny = prices_.of_reserve(station.reserve.up, hour);
        if (!station.serves(hour) || up_cny <= 0.0) {
            continue;
        }
        const double per_flow = station.segment_mw_per_m3_per_s.front();
        const double worthless = up_cny * per_flow / hm3;
        const double earns = (prices_.at(station.injection, hour) - station.cny_per_mwh - up_cny +
                              prices_.of_reserve(station.reserve.down, hour)) *
                             per_flow / hm3;
        dearest = std::max(dearest, worthless);
        bends.push_back(worthless);
        bends.push_back(earns + worthless);
        add_release(earns, head_.empty() ? 0.0 : head_[k * prices_.hours + hour]);
    }
    if (dearest <= 0.0) {
        return {};
    }
    add_release(0.0, 0.0);
    bends.push_back(storage_price(reservoir, hour));
    bends.push_back(storage_price(reservoir, hour) - own.end_short_cny_per_hm3);
    std::erase_if(bends, [&](double at) { return at <= 0.0 || at > dearest; });
    return bends;
}

double PricedRiver::bound_at(std::size_t reservoir, std::size_t hour, double behind_cny) const {
    double least = infinity;
    for (std::size_t zone = 0; zone < zones_[reservoir].size(); ++zone) {
        const Hour own = hour_in_zone(reservoir, hour, zone, 1.0, behind_cny);
        double cny = own.idle_cny;
        for (const Part& part : own.parts) {
            cny += part.amount_hm3 *
                   std::min(0.0, more(reservoir, hour) - part.earns_cny - part.charge_cny);
        }
        least = std::min(least, cny);
    }
    return known(reservoir, hour) + storage_bound(reservoir, hour, behind_cny) + least;
}

/// What can be had from each reservoir above, the cheapest first.
void PricedRiver::add_arrivals(std::size_t reservoir, std::size_t hour,
                               std::vector<Step>& steps) const {
    struct Way {
        double cny, most_hm3;
        bool least;
    };
    for (std::size_t u = 0; u < river_.reservoirs.size(); ++u) {
        const lp::RiverReservoir& above = river_.reservoirs[u];
        const auto travel = static_cast<std::size_t>(above.travel_h);
        if (above.downstream != static_cast<int>(reservoir) || hour < travel) {
            continue;
        }
        const std::size_t then = hour - travel;
        const double short_cny = above.release_short_cny_per_hm3;
        double left = hm3 * above.release_max_m3_per_s[then];
        std::vector<Way> ways = {{charge(u, then, 0.0, 0.0), left, false},
                                 {charge(u, then, 0.0, short_cny), left, true}};
        for (const std::size_t k : stations_[u]) {
            const double counts = head_.empty() ? 0.0 : head_[k * prices_.hours + then];
            const double most = hm3 * river_.stations[k].flow_max(then);
            ways.push_back({charge(u, then, counts, 0.0), most, false});
            ways.push_back({charge(u, then, counts, short_cny), most, true});
        }
        std::sort(ways.begin(), ways.end(),
                  [](const Way& a, const Way& b) { return a.cny < b.cny; });
        double least_left = hm3 * above.release_min_m3_per_s[then];
        for (const Way& way : ways) {
            const double amount = std::min({left, way.most_hm3, way.least ? least_left : left});
            left -= amount;
            least_left -= way.least ? amount : 0.0;
            if (amount > 0.0) {
                steps.push_back({amount, worth(reservoir, hour) + way.cny});
            }
        }
    }
}

/// The least cost by the storage after an hour that began in a zone.
PricedRiver::Curve PricedRiver::after(std::size_t reservoir, std::size_t hour, std::size_t zone,
                                      const Curve& before, double short_share) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const double below = worth(reservoir, hour) - more(reservoir, hour);
    const Hour now = hour_in_zone(reservoir, hour, zone, short_share);
    std::vector<Step> added;
    double at = before.front().at_hm3 + hm3 * own.arriving_m3_per_s[hour];
    double cny = before.front().cny + now.idle_cny;
    for (const Part& part : now.parts) { // all released, then held back
        const double gives = part.earns_cny + part.charge_cny + below;
        at -= part.amount_hm3;
        cny -= part.amount_hm3 * gives;
        added.push_back({part.amount_hm3, gives});
    }
    add_arrivals(reservoir, hour, added);
    for (std::size_t k = 0; k < river_.pumps.size(); ++k) {
        const lp::RiverPump& pump = river_.pumps[k];
        const double most = hm3 * pump.flow_max(hour);
        if (most <= 0.0) { // out of service
            continue;
        }
        const double charge = pump_charge(k, hour, reservoir);
        if (pump.to == static_cast<int>(reservoir)) {
            added.push_back({most, worth(reservoir, hour) + charge});
        } else if (pump.from == static_cast<int>(reservoir)) { // all given, then held back
            const double gives = worth(reservoir, hour) - charge;
            at -= most;
            cny -= most * gives;
            added.push_back({most, gives});
        }
    }
    const auto flatter = [](const Step& a, const Step& b) { return a.cny_per_hm3 < b.cny_per_hm3; };
    std::sort(added.begin(), added.end(), flatter);
    std::vector<Step> own_steps;
    for (std::size_t k = 0; k + 1 < before.size(); ++k) {
        const double length = before[k + 1].at_hm3 - before[k].at_hm3;
        if (length > 0.0) { // else two places that rounding makes one
            own_steps.push_back({length, (before[k + 1].cny - before[k].cny) / length});
        }
    }
    // Of a very short piece rounding leaves any slope; in order of slopes all is below the curve.
    if (!std::is_sorted(own_steps.begin(), own_steps.end(), flatter)) {
        std::sort(own_steps.begin(), own_steps.end(), flatter);
    }
    std::vector<Step> steps(added.size() + own_steps.size());
    std::merge(own_steps.begin(), own_steps.end(), added.begin(), added.end(), steps.begin(),
               flatter);
    Curve curve = {{at, cny}};
    for (const Step& step : steps) {
        at += step.length_hm3;
        cny += step.length_hm3 * step.cny_per_hm3;
        curve.push_back({at, cny});
    }
    return curve;
}

/// By the zone of the storage after an hour; where it can be reached from several zones, the
/// greatest convex function below what each of them leads to.
std::vector<PricedRiver::Curve> PricedRiver::next(std::size_t reservoir, std::size_t hour,
                                                  const std::vector<Curve>& before,
                                                  const Case& given) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const std::vector<double>& zones = zones_[reservoir];
    const double most = given.most_hm3.empty()
                            ? own.storage_max_hm3[hour]
                            : std::min(own.storage_max_hm3[hour], given.most_hm3[hour]);
    std::vector<Curve> result(zones.size());
    for (std::size_t from = 0; from < zones.size(); ++from) {
        if (before[from].empty()) {
            continue;
        }
        const Curve all = after(reservoir, hour, from, before[from], given.short_share);
        for (std::size_t to = 0; to < zones.size(); ++to) {
            const double low = std::max(own.storage_min_hm3[hour], zones[to]);
            const double high = to + 1 < zones.size() ? std::min(most, zones[to + 1]) : most;
            const Curve part = part_of(all, low, high);
            if (!part.empty()) {
                result[to] = result[to].empty() ? part : hull_of(result[to], part);
            }
        }
    }
    return result;
}

/// What water a reservoir can hold at most at the hours' ends, where nothing is missing to its
/// least release: that of all above it, each counted when it would be there, less what these cannot
/// send. Empty where pumps move water besides.
std::vector<double> PricedRiver::most_storages(std::size_t reservoir) const {
    struct Above {
        const lp::RiverReservoir* own;
        std::size_t travel_h;
    };
    std::vector<Above> all;
    for (std::size_t u = 0; u < river_.reservoirs.size(); ++u) {
        std::size_t travel_h = 0;
        int at = static_cast<int>(u);
        while (at >= 0 && at != static_cast<int>(reservoir)) {
            const lp::RiverReservoir& own = river_.reservoirs[static_cast<std::size_t>(at)];
            travel_h += static_cast<std::size_t>(own.travel_h);
            at = own.downstream;
        }
        if (at < 0) {
            continue;
        }
        all.push_back({&river_.reservoirs[u], travel_h});
        for (const lp::RiverPump& pump : river_.pumps) {
            if (pump.from == static_cast<int>(u) || pump.to == static_cast<int>(u)) {
                return {};
            }
        }
    }
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    double water = 0.0;
    for (const Above& one : all) {
        water += one.own->storage_initial_hm3;
    }
    std::vector<double> most;
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        double room = 0.0;
        double stays = 0.0;
        for (const Above& one : all) {
            const bool there = t >= one.travel_h;
            const std::size_t then = there ? t - one.travel_h : 0;
            const double begun = one.own->storage_initial_hm3;
            water += there ? hm3 * one.own->arriving_m3_per_s[then] : 0.0;
            room += there ? one.own->storage_max_hm3[then] : begun;
            if (one.own != &own) {
                stays += there ? one.own->storage_min_hm3[then] : begun;
            }
        }
        if (own.release_short_cny_per_hm3 > 0.0) {
            water -= hm3 * std::min(own.release_min_m3_per_s[t], own.release_max_m3_per_s[t]);
        }
        water = std::min(water, room);
        most.push_back(water - stays);
    }
    return most;
}

double PricedRiver::all_hours(std::size_t reservoir, std::span<const double> at_hm3,
                              std::vector<double>& least_cny) const {
    const double plain = programme(reservoir, at_hm3, {}, least_cny);
    std::vector<double> most = most_storages(reservoir);
    const bool no_plan = least_cny.empty() && !at_hm3.empty();
    if (no_plan || most.empty()) {
        return plain;
    }
    // PE-84: either little is missing to the least release, or at half of its price there is the
    // other half to pay for.
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    double asked = 0.0;
    for (std::size_t t = 0; t < prices_.hours && own.release_short_cny_per_hm3 > 0.0; ++t) {
        asked += hm3 * std::min(own.release_min_m3_per_s[t], own.release_max_m3_per_s[t]);
    }
    constexpr double passed_share = 0.005;
    const double passed = passed_share * asked;
    for (double& storage : most) {
        storage += passed + 1e-9 * (1.0 + storage + asked);
    }
    std::vector<double> within_least;
    const double within = programme(reservoir, at_hm3, {most, 1.0}, within_least);
    double bound = within;
    if (passed > 0.0) {
        std::vector<double> none;
        bound = std::min(within, programme(reservoir, {}, {{}, 0.5}, none) +
                                     0.5 * own.release_short_cny_per_hm3 * passed);
    }
    if (!(bound > plain)) {
        return plain;
    }
    least_cny = std::move(within_least);
    return bound;
}

double PricedRiver::programme(std::size_t reservoir, std::span<const double> at_hm3,
                              const Case& given, std::vector<double>& least_cny) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    std::vector<Curve> now(zones_[reservoir].size());
    now[zone_of(reservoir, own.storage_initial_hm3)] = {{own.storage_initial_hm3, 0.0}};
    least_cny.clear();
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        now = next(reservoir, t, now, given);
        double here = infinity;
        for (std::size_t zone = 0; zone < now.size() && t < at_hm3.size(); ++zone) {
            const Curve& curve = now[zone];
            const double near = 1e-6 * (1.0 + std::abs(at_hm3[t]));
            if (!curve.empty() && at_hm3[t] >= curve.front().at_hm3 - near &&
                at_hm3[t] <= curve.back().at_hm3 + near) {
                here = std::min(here, value_at(curve, at_hm3[t]));
            }
        }
        if (t < at_hm3.size()) {
            least_cny.push_back(here);
        }
    }
    double least = infinity;
    for (const Curve& curve : now) {
        const auto offer = [&](double at, double cny) {
            const double missing = std::max(0.0, own.storage_end_hm3 - at);
            least =
                std::min(least, cny + (missing > 0.0 ? own.end_short_cny_per_hm3 * missing : 0.0));
        };
        for (const Point& point : curve) {
            offer(point.at_hm3, point.cny);
        }
        if (!curve.empty() && own.storage_end_hm3 > curve.front().at_hm3 &&
            own.storage_end_hm3 < curve.back().at_hm3) {
            offer(own.storage_end_hm3, value_at(curve, own.storage_end_hm3));
        }
    }
    if (std::isfinite(least)) {
        return least;
    }
    least_cny.clear();
    least = 0.0;
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        least += bound(reservoir, t);
    }
    return least;
}

} // namespace longyang::certify
