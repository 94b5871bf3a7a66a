#include "solve/prices/rivers/heads.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace longyang::solve::prices::river {
namespace {

/// Stretches of a curve that are kept (PE-35).
constexpr std::size_t most_stretches = 40;
constexpr std::size_t many_stretches = 60;
/// Hours whose curves are kept at a time.
constexpr std::size_t block_hours = 128;

void add_in_order(std::vector<Stretch>& stretches, const Stretch& next) {
    auto at = stretches.end();
    while (at != stretches.begin() && (at - 1)->cny_per_hm3 > next.cny_per_hm3) {
        --at;
    }
    stretches.insert(at, next);
}

} // namespace

HeadProgramme::HeadProgramme(const lp::River& river, std::size_t reservoir,
                             std::vector<std::size_t> stations, std::size_t hours)
    : river_(river), own_(river.reservoirs[reservoir]), stations_(std::move(stations)),
      hours_(hours), from_{-std::numeric_limits<double>::infinity()} {
    for (const std::size_t k : stations_) {
        const auto& from = river.stations[k].segment_from_hm3;
        from_.insert(from_.end(), from.begin() + (from.empty() ? 0 : 1), from.end());
    }
    std::sort(from_.begin(), from_.end());
    from_.erase(std::unique(from_.begin(), from_.end()), from_.end());
    const auto& least = own_.release_min_m3_per_s;
    const bool cuts = std::any_of(least.begin(), least.end(), [](double q) { return q > 0.0; });
    for (const double from : from_) {
        auto& segment = segment_.emplace_back();
        for (const std::size_t k : stations_) {
            const lp::RiverStation& station = river.stations[k];
            int of_zone = 0;
            while (static_cast<std::size_t>(of_zone) + 1 < station.segment_from_hm3.size() &&
                   station.segment_from_hm3[static_cast<std::size_t>(of_zone) + 1] <= from) {
                ++of_zone;
            }
            for (std::size_t t = 0; t < hours; ++t) {
                segment.push_back(
                    station.first_segment.empty()
                        ? 0
                        : std::clamp(of_zone, station.first_segment[t], station.last_segment[t]));
            }
        }
        lots_.emplace_back(stations_.size() + (cuts ? 2 : 1));
    }
    now_.resize(from_.size());
    next_.resize(from_.size());
    kept_.resize((hours + block_hours - 1) / block_hours, now_);
    block_.resize(std::min(hours, block_hours), now_);
}

void HeadProgramme::set_prices(std::span<const double> prices, const Asks& asks,
                               double short_share) {
    const auto own = static_cast<std::size_t>(&own_ - river_.reservoirs.data());
    for (std::size_t zone = 0; zone < from_.size(); ++zone) {
        set_lots(river_, own, stations_, prices, hours_, {segment_[zone], {}, {}}, asks,
                 lots_[zone], short_share);
    }
}

void HeadProgramme::forget_prices() {
    for (Lots& lots : lots_) {
        lots.clear();
    }
}

std::size_t HeadProgramme::zone_of(double storage_hm3) const {
    std::size_t zone = 0;
    while (zone + 1 < from_.size() && from_[zone + 1] <= storage_hm3) {
        ++zone;
    }
    return zone;
}

/// What an hour does to the storage where it begins in a zone, and at what cost.
void HeadProgramme::gather(const HeadWater& water, std::size_t zone, std::size_t t) {
    const Lots& lots = lots_[zone];
    const auto travel = static_cast<std::size_t>(own_.travel_h);
    const double below = !water.below_cny_per_hm3.empty() && t + travel < hours_
                             ? water.below_cny_per_hm3[t + travel]
                             : 0.0;
    const double largest_hm3 = hm3 * own_.release_max_m3_per_s[t];
    change_hm3_ = water.comes_hm3[t] - largest_hm3;
    cny_ = lots.largest_cny[t] - largest_hm3 * below;
    added_.clear();
    for (std::size_t k = lots.count; k-- > 0;) { // those that earn least first
        const double amount = lots.amount_hm3[k * hours_ + t];
        if (amount > 0.0) {
            add_in_order(added_, {amount, lots.value_cny_per_hm3[k * hours_ + t] + below});
        }
    }
    const auto add_offers = [&](const Offers* offers, bool given) {
        for (std::size_t k = 0; offers != nullptr && k < offers->parts; ++k) {
            const std::size_t at = k * hours_ + t;
            if (offers->amount_hm3[at] > 0.0) {
                add_in_order(added_, {offers->amount_hm3[at], offers->cny_per_hm3[at]});
                // All is given away, then held back.
                change_hm3_ -= given ? offers->amount_hm3[at] : 0.0;
                cny_ -= given ? offers->amount_hm3[at] * offers->cny_per_hm3[at] : 0.0;
            }
        }
    };
    add_offers(water.offers, false);
    add_offers(water.lifted, true);
}

void HeadProgramme::begin(Zones& zones) const {
    for (Curve& curve : zones) {
        curve.exists = false;
    }
    Curve& first = zones[zone_of(own_.storage_initial_hm3)];
    first.exists = true;
    first.begin_hm3 = first.end_hm3 = own_.storage_initial_hm3;
    first.cny = 0.0;
    first.stretches.clear();
}

void HeadProgramme::advance(const HeadWater& water, std::size_t t, const Zones& before,
                            Zones& after) {
    for (Curve& curve : after) {
        curve.exists = false;
    }
    const double highest = water.most_hm3.empty()
                               ? own_.storage_max_hm3[t]
                               : std::min(own_.storage_max_hm3[t], water.most_hm3[t]);
    for (std::size_t zone = 0; zone < from_.size(); ++zone) {
        if (!before[zone].exists) {
            continue;
        }
        gather(water, zone, t);
        add_change(before[zone], change_hm3_, cny_, added_, moved_);
        for (std::size_t to = 0; to < from_.size(); ++to) {
            const double low = std::max(from_[to], own_.storage_min_hm3[t]);
            const double high = to + 1 < from_.size() ? std::min(from_[to + 1], highest) : highest;
            if (!cut(moved_, low, high, part_)) {
                continue;
            }
            if (after[to].exists) {
                lower_to(part_, after[to], hull_);
            } else {
                std::swap(part_, after[to]);
            }
        }
    }
    for (Curve& curve : after) {
        if (curve.exists && curve.stretches.size() > many_stretches) {
            thin_out(curve, most_stretches, errors_);
        }
    }
}

/// The least cost with what is missing at the end (HY-5), and where.
std::optional<double> HeadProgramme::least_end(const Zones& zones, double& storage_hm3) const {
    std::optional<double> least;
    const auto offer = [&](double at_hm3, double cny) {
        const double missing = std::max(0.0, own_.storage_end_hm3 - at_hm3);
        const double all = cny + (missing > 0.0 ? own_.end_short_cny_per_hm3 * missing : 0.0);
        if (std::isfinite(all) && (!least || all < *least)) {
            least = all;
            storage_hm3 = at_hm3;
        }
    };
    for (const Curve& curve : zones) {
        if (!curve.exists) {
            continue;
        }
        double at = curve.begin_hm3;
        double cny = curve.cny;
        offer(at, cny);
        for (const Stretch& stretch : curve.stretches) {
            const double length = own_.storage_end_hm3 - at;
            if (length > 0.0 && length < stretch.length_hm3) {
                offer(own_.storage_end_hm3, cny + length * stretch.cny_per_hm3);
            }
            at += stretch.length_hm3;
            cny += stretch.length_hm3 * stretch.cny_per_hm3;
            offer(at, cny);
        }
    }
    return least;
}

std::optional<double> HeadProgramme::bound(const HeadWater& water) {
    begin(now_);
    double size_cny = 0.0;
    for (std::size_t t = 0; t < hours_; ++t) {
        advance(water, t, now_, next_);
        std::swap(now_, next_);
        size_cny = std::max(size_cny, std::abs(cny_));
    }
    double storage_hm3 = 0.0;
    const auto least = least_end(now_, storage_hm3);
    // What rounding may have added.
    return least ? std::optional(*least - 1e-13 * static_cast<double>(hours_) *
                                              (std::abs(*least) + size_cny))
                 : std::nullopt;
}

/// From the storage at an hour's end to the best one at its start.
bool HeadProgramme::step_back(const HeadWater& water, std::size_t t, const Zones& before,
                              double& storage_hm3) {
    double best_cny = std::numeric_limits<double>::infinity();
    double best_hm3 = storage_hm3;
    for (std::size_t zone = 0; zone < from_.size(); ++zone) {
        if (!before[zone].exists) {
            continue;
        }
        gather(water, zone, t);
        const Curve& curve = before[zone];
        double left = storage_hm3 - change_hm3_ - curve.begin_hm3;
        if (left < -1e-9 * (1.0 + std::abs(storage_hm3))) {
            continue;
        }
        double cny = curve.cny + cny_;
        double from_hm3 = curve.begin_hm3;
        auto lot = added_.begin();
        auto stretch = curve.stretches.begin();
        while (left > 0.0 && (lot != added_.end() || stretch != curve.stretches.end())) {
            const bool of_hour = lot != added_.end() && (stretch == curve.stretches.end() ||
                                                         lot->cny_per_hm3 < stretch->cny_per_hm3);
            const Stretch& next = of_hour ? *lot++ : *stretch++;
            const double length = std::min(left, next.length_hm3);
            left -= length;
            cny += length * next.cny_per_hm3;
            from_hm3 += of_hour ? 0.0 : length;
        }
        if (left <= 1e-9 * (1.0 + std::abs(storage_hm3)) && cny < best_cny) {
            best_cny = cny;
            best_hm3 = from_hm3;
        }
    }
    storage_hm3 = best_hm3;
    return std::isfinite(best_cny);
}

bool HeadProgramme::choose(const HeadWater& water, std::span<double> storage_hm3) {
    begin(now_);
    for (std::size_t t = 0; t < hours_; ++t) {
        if (t % block_hours == 0) {
            kept_[t / block_hours] = now_;
        }
        advance(water, t, now_, next_);
        std::swap(now_, next_);
    }
    double at_hm3 = 0.0;
    if (!least_end(now_, at_hm3)) {
        return false;
    }
    for (std::size_t b = kept_.size(); b-- > 0;) {
        const std::size_t first = b * block_hours;
        const std::size_t last = std::min(hours_, first + block_hours);
        block_[0] = kept_[b];
        for (std::size_t t = first; t + 1 < last; ++t) {
            advance(water, t, block_[t - first], block_[t - first + 1]);
        }
        for (std::size_t t = last; t-- > first;) {
            storage_hm3[t] = at_hm3;
            if (!step_back(water, t, block_[t - first], at_hm3)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace longyang::solve::prices::river
