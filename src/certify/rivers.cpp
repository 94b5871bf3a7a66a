#include "certify/rivers.hpp"

#include "grid/cascades.hpp"

#include <algorithm>
#include <limits>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double hm3 = grid::hm3_per_m3s_h;

bool has_choice(const lp::RiverStation& station, std::size_t hour) {
    return !station.first_segment.empty() &&
           station.first_segment[hour] < station.last_segment[hour];
}

} // namespace

PricedRiver::PricedRiver(const lp::River& river, const Prices& prices,
                         std::span<const double> value_cny_per_hm3,
                         std::span<const double> head_cny_per_hm3)
    : river_(river), prices_(prices), value_(value_cny_per_hm3), head_(head_cny_per_hm3),
      stations_(river.reservoirs.size()) {
    for (std::size_t k = 0; k < river.stations.size(); ++k) {
        stations_[static_cast<std::size_t>(river.stations[k].reservoir)].push_back(k);
    }
}

/// Beyond the span water is worth nothing.
double PricedRiver::worth(std::size_t reservoir, std::size_t hour) const {
    return hour < prices_.hours ? value_[reservoir * prices_.hours + hour] : 0.0;
}

double PricedRiver::head_price(std::size_t station, std::size_t hour) const {
    return hour > 0 && hour < prices_.hours && !head_.empty() &&
                   has_choice(river_.stations[station], hour)
               ? std::max(0.0, head_[station * prices_.hours + hour])
               : 0.0;
}

/// Of storage at the end of an hour: what it is worth now less what it is worth in the next hour,
/// for its water and its head.
double PricedRiver::storage_price(std::size_t reservoir, std::size_t hour) const {
    double cny = worth(reservoir, hour) - worth(reservoir, hour + 1);
    for (const std::size_t k : stations_[reservoir]) {
        cny -= head_price(k, hour + 1);
    }
    return cny;
}

/// Of releasing 1 m3/s: the water lost here less what it is worth below.
double PricedRiver::release_price(std::size_t reservoir, std::size_t hour) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    double cny = worth(reservoir, hour);
    if (own.downstream >= 0) {
        cny -= worth(static_cast<std::size_t>(own.downstream),
                     hour + static_cast<std::size_t>(own.travel_h));
    }
    return hm3 * cny;
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
        cny += (station.cny_per_mwh - prices_.at(station.injection, hour)) * at.p_mw +
               head_price(k, hour) * at.segment_from_hm3;
        for (const int channel : station.reserve.up) {
            cny -= prices_.at(channel, hour) * at.up_mw;
        }
        for (const int channel : station.reserve.down) {
            cny -= prices_.at(channel, hour) * at.down_mw;
        }
    }
    return cny + release_price(reservoir, hour) * release;
}

double PricedRiver::storage_bound(std::size_t reservoir, std::size_t hour) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const double low = own.storage_min_hm3[hour];
    const double high = own.storage_max_hm3[hour];
    const double price = storage_price(reservoir, hour);
    double least = infinity;
    for (const double storage : {low, high, std::clamp(own.storage_end_hm3, low, high)}) {
        const double missing =
            hour + 1 == prices_.hours ? std::max(0.0, own.storage_end_hm3 - storage) : 0.0;
        least = std::min(least, price * storage + own.end_short_cny_per_hm3 * missing);
    }
    return least;
}

/// Lots, dearest first, and then spill: what is left of an hour is convex in the release, with
/// bends where a lot ends and at the least release.
double PricedRiver::with_lots(std::size_t reservoir, std::size_t hour,
                              std::vector<Lot> lots) const {
    const lp::RiverReservoir& own = river_.reservoirs[reservoir];
    const double most = own.release_max_m3_per_s;
    std::sort(lots.begin(), lots.end(),
              [](const Lot& a, const Lot& b) { return a.cny_per_m3_per_s > b.cny_per_m3_per_s; });
    lots.push_back({most, 0.0}); // spill
    const double price = release_price(reservoir, hour);
    const auto value = [&](double release) {
        double cny = price * release + own.release_short_cny_per_hm3 * hm3 *
                                           std::max(0.0, own.release_min_m3_per_s[hour] - release);
        for (const Lot& lot : lots) {
            const double flow = std::min(release, lot.flow_m3_per_s);
            cny -= lot.cny_per_m3_per_s * flow;
            release -= flow;
        }
        return cny;
    };
    double least = std::min(
        {value(0.0), value(std::clamp(own.release_min_m3_per_s[hour], 0.0, most)), value(most)});
    double release = 0.0;
    for (const Lot& lot : lots) {
        release = std::min(most, release + lot.flow_m3_per_s);
        least = std::min(least, value(release));
    }
    return least;
}

/// The least over the head segments of the stations from `place` on (HY-7); `lots` holds those of
/// the stations before.
double PricedRiver::choose(std::size_t reservoir, std::size_t hour, std::size_t place,
                           std::vector<Lot>& lots) const {
    if (place == stations_[reservoir].size()) {
        return with_lots(reservoir, hour, lots);
    }
    const std::size_t k = stations_[reservoir][place];
    const lp::RiverStation& station = river_.stations[k];
    const double up_cny = prices_.of_reserve(station.reserve.up, hour);
    // Output takes the place of upward reserve and can hold downward reserve (HY-8).
    const double output_cny = prices_.at(station.injection, hour) - station.cny_per_mwh - up_cny +
                              prices_.of_reserve(station.reserve.down, hour);
    const auto first =
        static_cast<std::size_t>(station.first_segment.empty() ? 0 : station.first_segment[hour]);
    const auto last =
        static_cast<std::size_t>(station.first_segment.empty() ? 0 : station.last_segment[hour]);
    double least = infinity;
    for (std::size_t m = first; m <= last; ++m) {
        const double per_flow = station.segment_mw_per_m3_per_s[m];
        const double most_mw = std::min(station.p_max_mw, per_flow * station.flow_max_m3_per_s);
        const double most_flow = per_flow > 0.0 ? most_mw / per_flow : station.flow_max_m3_per_s;
        const double head_cny = head_price(k, hour) * station.segment_from_hm3[m];
        const bool pays = output_cny * per_flow > 0.0;
        if (pays) {
            lots.push_back({most_flow, output_cny * per_flow});
        }
        least =
            std::min(least, head_cny - up_cny * most_mw + choose(reservoir, hour, place + 1, lots));
        if (pays) {
            lots.pop_back();
        }
    }
    return least;
}

double PricedRiver::bound(std::size_t reservoir, std::size_t hour) const {
    std::vector<Lot> lots;
    return known(reservoir, hour) + storage_bound(reservoir, hour) +
           choose(reservoir, hour, 0, lots);
}

} // namespace longyang::certify
