#include "solve/prices/rivers/lots.hpp"

#include "solve/prices/places.hpp"

#include <algorithm>

namespace longyang::solve::prices::river {
namespace {

/// A part of a release and what an hour of it earns.
struct Piece {
    double flow_m3_per_s, cny_per_m3_per_s;
    double counted_cny_per_hm3 = 0.0; ///< as what it counts where water is asked for (PE-34)
};

double mw_per_flow(const lp::RiverStation& station, int segment) {
    return station.segment_mw_per_m3_per_s[static_cast<std::size_t>(segment)];
}

/// PE-21: the least concave curve above what all segments in reach earn by flow; appends its rising
/// pieces and gives what is earned without flow.
double append_segments(const lp::RiverStation& station, const StationPrice& price, std::size_t t,
                       int first, int last, double worth, std::vector<Piece>& pieces) {
    const auto at_rest = [&](int m) {
        return price.up * output_limit_mw(station, t, m) -
               worth * station.segment_from_hm3[static_cast<std::size_t>(m)];
    };
    double earned = at_rest(first);
    for (int m = first + 1; m <= last; ++m) {
        earned = std::max(earned, at_rest(m));
    }
    const double without_flow = earned;
    double flow = 0.0;
    for (;;) {
        double best_rise = 0.0;
        double to_flow = 0.0;
        for (int m = first; m <= last; ++m) {
            const double end = flow_limit_m3_per_s(station, t, m);
            const double at_end = at_rest(m) + price.output * output_limit_mw(station, t, m);
            if (end > flow && at_end - earned > best_rise * (end - flow)) {
                best_rise = (at_end - earned) / (end - flow);
                to_flow = end;
            }
        }
        if (best_rise <= 0.0) {
            return without_flow;
        }
        pieces.push_back({to_flow - flow, best_rise, 0.0});
        earned += best_rise * (to_flow - flow);
        flow = to_flow;
    }
}

/// Appends what a station's flow earns in an hour in a segment (-1: in any), no less than spill;
/// gives what it earns without flow.
double append_station(const lp::RiverStation& station, const StationPrice& price, std::size_t t,
                      int segment, double worth, double spill_cny, std::vector<Piece>& pieces) {
    const bool one = station.first_segment.empty();
    const int first = segment >= 0 ? segment : (one ? 0 : station.first_segment[t]);
    const int last = segment >= 0 ? segment : (one ? 0 : station.last_segment[t]);
    if (!station.serves(t)) {
        // As a station whose output is worth nothing; lots keep their amounts all the same.
        pieces.push_back({station.flow_max_m3_per_s, spill_cny, 0.0});
        return first < last ? -worth * station.segment_from_hm3[static_cast<std::size_t>(first)]
                            : 0.0;
    }
    if (first < last) {
        return append_segments(station, price, t, first, last, worth, pieces);
    }
    // Where it earns less it is as good as spill; lots keep their amounts all the same.
    pieces.push_back({flow_limit_m3_per_s(station, t, first),
                      std::max(spill_cny, price.output * mw_per_flow(station, first)), 0.0});
    return price.up > 0.0 ? price.up * output_limit_mw(station, t, first) : 0.0;
}

} // namespace

double flow_limit_m3_per_s(const lp::RiverStation& station, std::size_t hour, int segment) {
    const double mw = mw_per_flow(station, segment);
    const double most = station.flow_max(hour);
    return mw * most > station.p_max(hour) ? station.p_max(hour) / mw : most;
}

double output_limit_mw(const lp::RiverStation& station, std::size_t hour, int segment) {
    return std::min(station.p_max(hour), mw_per_flow(station, segment) * station.flow_max(hour));
}

int segment_in_force(const lp::RiverStation& station, std::size_t hour, double before_hm3) {
    if (station.first_segment.empty()) {
        return 0;
    }
    int m = station.first_segment[hour];
    while (m < station.last_segment[hour] &&
           station.segment_from_hm3[static_cast<std::size_t>(m) + 1] <= before_hm3) {
        ++m;
    }
    return m;
}

StationPrice station_price(const lp::RiverStation& station, std::span<const double> prices,
                           std::size_t hours, std::size_t t, double behind_cny_per_hm3) {
    StationPrice price;
    price.up = std::max(0.0, price_at(prices, station.reserve.up, hours, t));
    if (price.up > 0.0 && behind_cny_per_hm3 > 0.0) {
        price.up = std::max(0.0, price.up - behind_cny_per_hm3 * hm3 / mw_per_flow(station, 0));
    }
    price.output = prices[static_cast<std::size_t>(station.injection) * hours + t] -
                   station.cny_per_mwh - price.up +
                   std::max(0.0, price_at(prices, station.reserve.down, hours, t));
    return price;
}

std::size_t count_lots(const lp::River& river, std::size_t reservoir,
                       std::span<const std::size_t> stations) {
    std::size_t count = 1; // spill
    for (const std::size_t k : stations) {
        count += river.stations[k].segment_mw_per_m3_per_s.size();
    }
    const auto& least = river.reservoirs[reservoir].release_min_m3_per_s;
    // The least release cuts one of them in two.
    return count +
           (std::any_of(least.begin(), least.end(), [](double q) { return q > 0.0; }) ? 1U : 0U);
}

void set_lots(const lp::River& river, std::size_t reservoir, std::span<const std::size_t> stations,
              std::span<const double> prices, std::size_t hours, const Storage& storage,
              const Asks& asks, Lots& lots, double short_share) {
    const lp::RiverReservoir& own = river.reservoirs[reservoir];
    const double short_cny = own.release_short_cny_per_hm3;
    lots.constant_cny = 0.0;
    lots.value_cny_per_hm3.resize(lots.count * hours);
    lots.amount_hm3.resize(lots.count * hours);
    lots.largest_cny.resize(hours);
    lots.hold_cny_per_hm3.assign(hours, 0.0);
    std::vector<Piece> pieces;
    for (std::size_t t = 0; t < hours; ++t) {
        pieces.clear();
        const double most = own.release_max_m3_per_s[t];
        const double behind =
            storage.behind_cny_per_hm3.empty() ? 0.0 : storage.behind_cny_per_hm3[t];
        const double spill_cny = hm3 * behind;
        double largest_cny = behind * own.storage_min_hm3[t];
        lots.hold_cny_per_hm3[t] -= behind;
        for (std::size_t place = 0; place < stations.size(); ++place) {
            const lp::RiverStation& station = river.stations[stations[place]];
            const std::size_t first = pieces.size();
            const std::size_t at = place * hours + t;
            const double worth =
                storage.worth_cny_per_hm3.empty() ? 0.0 : storage.worth_cny_per_hm3[at];
            if (worth > 0.0) {
                lots.hold_cny_per_hm3[t - 1] -= worth;
            }
            largest_cny -= append_station(station, station_price(station, prices, hours, t, behind),
                                          t, storage.segment.empty() ? -1 : storage.segment[at],
                                          worth, spill_cny, pieces);
            const double counted =
                asks.earns_cny_per_hm3.empty() ? 0.0 : asks.earns_cny_per_hm3[at];
            for (std::size_t k = first; k < pieces.size(); ++k) {
                pieces[k].counted_cny_per_hm3 = counted;
            }
        }
        if (stations.size() > 1) {
            std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
                return a.cny_per_m3_per_s > b.cny_per_m3_per_s;
            });
        }
        const double least = std::min(own.release_min_m3_per_s[t], most);
        largest_cny += short_share * short_cny * hm3 * (own.release_min_m3_per_s[t] - least);
        double released = 0.0;
        std::size_t lot = 0;
        const auto add = [&](std::size_t as, double to, const Piece& piece, double missing_cny) {
            const double surcharge = asks.surcharge(t, piece.counted_cny_per_hm3, missing_cny);
            const double cny = piece.cny_per_m3_per_s / hm3 + surcharge;
            const double amount = hm3 * (to - released);
            lots.value_cny_per_hm3[as * hours + t] = cny + short_share * missing_cny;
            lots.amount_hm3[as * hours + t] = amount;
            largest_cny -= cny * amount;
            released = to;
        };
        const auto add_piece = [&](double to, const Piece& piece, bool spill) {
            if (released < least && least < to) {
                add(lot++, least, piece, short_cny);
            }
            if (released < to) {
                add(spill ? lots.count - 1 : lot++, to, piece, to <= least ? short_cny : 0.0);
            }
        };
        for (const Piece& piece : pieces) {
            add_piece(std::min(released + piece.flow_m3_per_s, most), piece, false);
        }
        const bool spills = released < most;
        add_piece(most, {most, spill_cny, 0.0}, true);
        for (; lot < lots.count - (spills ? 1 : 0); ++lot) {
            lots.value_cny_per_hm3[lot * hours + t] = 0.0;
            lots.amount_hm3[lot * hours + t] = 0.0;
        }
        lots.largest_cny[t] = largest_cny;
        lots.constant_cny += largest_cny;
    }
}

} // namespace longyang::solve::prices::river
