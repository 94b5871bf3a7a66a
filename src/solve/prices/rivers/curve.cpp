#include "solve/prices/rivers/curve.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::solve::prices::river {
namespace {

void append(std::vector<Stretch>& stretches, const Stretch& next) {
    if (next.length_hm3 <= 0.0) {
        return;
    }
    if (!stretches.empty() && stretches.back().cny_per_hm3 >= next.cny_per_hm3) {
        // Equal slopes, but for what rounding makes of them.
        Stretch& last = stretches.back();
        const double length = last.length_hm3 + next.length_hm3;
        last.cny_per_hm3 =
            last.cny_per_hm3 + (next.cny_per_hm3 - last.cny_per_hm3) * (next.length_hm3 / length);
        last.length_hm3 = length;
        return;
    }
    stretches.push_back(next);
}

void list_places(const Curve& curve, int of, std::vector<HullSpace::Place>& places) {
    double at = curve.begin_hm3;
    double cny = curve.cny;
    std::size_t number = 0;
    for (const Stretch& stretch : curve.stretches) {
        places.push_back({at, cny, stretch.cny_per_hm3, of, number++});
        at += stretch.length_hm3;
        cny += stretch.length_hm3 * stretch.cny_per_hm3;
    }
    places.push_back({at, cny, 0.0, of, number});
}

bool is_above(const HullSpace::Place& a, const HullSpace::Place& b, const HullSpace::Place& c) {
    return (b.cny - a.cny) * (c.at_hm3 - a.at_hm3) >= (c.cny - a.cny) * (b.at_hm3 - a.at_hm3);
}

/// How far a curve is below the straight line that replaces it, where a stretch is left out.
double error_of(const std::vector<Stretch>& stretches, std::size_t k) {
    const double before = stretches[k].cny_per_hm3 - stretches[k - 1].cny_per_hm3;
    const double behind = stretches[k + 1].cny_per_hm3 - stretches[k].cny_per_hm3;
    const double both = before + behind;
    return both > 0.0 ? before * behind / both * stretches[k].length_hm3 : 0.0;
}

} // namespace

void add_change(const Curve& before, double change_hm3, double cny, std::span<const Stretch> added,
                Curve& after) {
    after.exists = true;
    after.begin_hm3 = before.begin_hm3 + change_hm3;
    after.end_hm3 = before.end_hm3 + change_hm3;
    after.cny = before.cny + cny;
    after.stretches.resize(before.stretches.size() + added.size());
    auto to = after.stretches.begin();
    auto from = before.stretches.begin();
    for (const Stretch& lot : added) {
        while (from != before.stretches.end() && from->cny_per_hm3 <= lot.cny_per_hm3) {
            *to++ = *from++;
        }
        *to++ = lot;
        after.end_hm3 += lot.length_hm3;
    }
    std::copy(from, before.stretches.end(), to);
}

bool cut(const Curve& from, double low_hm3, double high_hm3, Curve& part) {
    double low = std::max(low_hm3, from.begin_hm3);
    double high = std::min(high_hm3, from.end_hm3);
    if (low > high) {
        // They may miss each other by rounding.
        if (low - high > 1e-9 * (1.0 + std::abs(high)) || low_hm3 > high_hm3) {
            return false;
        }
        low = high = std::clamp(low, low_hm3, high_hm3);
    }
    part.exists = true;
    part.begin_hm3 = low;
    part.end_hm3 = high;
    part.cny = from.cny;
    part.stretches.clear();
    double at = from.begin_hm3;
    std::size_t k = 0;
    for (; k < from.stretches.size() && at + from.stretches[k].length_hm3 <= low; ++k) {
        at += from.stretches[k].length_hm3;
        part.cny += from.stretches[k].length_hm3 * from.stretches[k].cny_per_hm3;
    }
    if (k < from.stretches.size() && at < low) {
        part.cny += (low - at) * from.stretches[k].cny_per_hm3;
    }
    for (; k < from.stretches.size() && at < high; ++k) {
        const double end = at + from.stretches[k].length_hm3;
        append(part.stretches,
               {std::min(end, high) - std::max(at, low), from.stretches[k].cny_per_hm3});
        at = end;
    }
    return true;
}

void lower_to(const Curve& other, Curve& curve, HullSpace& space) {
    auto& places = space.places;
    auto& hull = space.hull;
    places.clear();
    list_places(curve, 0, places);
    const auto middle = static_cast<std::ptrdiff_t>(places.size());
    list_places(other, 1, places);
    std::inplace_merge(places.begin(), places.begin() + middle, places.end(),
                       [](const auto& a, const auto& b) {
                           return a.at_hm3 != b.at_hm3 ? a.at_hm3 < b.at_hm3 : a.cny < b.cny;
                       });
    hull.clear();
    for (HullSpace::Place place : places) {
        constexpr double same_hm3 = 1e-10;
        if (!hull.empty() && place.at_hm3 - hull.back().at_hm3 <= same_hm3) {
            if (place.cny >= hull.back().cny) {
                continue;
            }
            place.at_hm3 = hull.back().at_hm3;
            place.number = places.size() * (hull.size() + 1); // next to none
            hull.pop_back();
        }
        while (hull.size() > 1 && is_above(hull[hull.size() - 2], hull.back(), place)) {
            hull.pop_back();
        }
        hull.push_back(place);
    }
    curve.begin_hm3 = hull.front().at_hm3;
    curve.end_hm3 = hull.back().at_hm3;
    curve.cny = hull.front().cny;
    curve.stretches.clear();
    for (std::size_t k = 0; k + 1 < hull.size(); ++k) {
        const double length = hull[k + 1].at_hm3 - hull[k].at_hm3;
        const bool as_before =
            hull[k].of == hull[k + 1].of && hull[k].number + 1 == hull[k + 1].number;
        append(curve.stretches, {length, as_before ? hull[k].cny_per_hm3
                                                   : (hull[k + 1].cny - hull[k].cny) / length});
    }
}

void thin_out(Curve& curve, std::size_t most, std::vector<double>& errors_cny) {
    std::vector<Stretch>& all = curve.stretches;
    while (all.size() > most && all.size() > 3) {
        errors_cny.clear();
        for (std::size_t k = 1; k + 1 < all.size(); ++k) {
            errors_cny.push_back(error_of(all, k));
        }
        const std::size_t leave = std::min(all.size() - most, errors_cny.size());
        const auto nth = errors_cny.begin() + static_cast<std::ptrdiff_t>(leave - 1);
        std::nth_element(errors_cny.begin(), nth, errors_cny.end());
        const double limit = *nth;
        std::size_t kept = 1; // the first stays
        for (std::size_t k = 1; k < all.size(); ++k) {
            // Not two beside each other: the one before has been made longer.
            if (k + 1 < all.size() && error_of(all, k) <= limit) {
                Stretch& before = all[kept - 1];
                Stretch& behind = all[k + 1];
                const double length = all[k].length_hm3;
                const double both = behind.cny_per_hm3 - before.cny_per_hm3;
                const double share =
                    both > 0.0 ? (behind.cny_per_hm3 - all[k].cny_per_hm3) / both : 0.5;
                before.length_hm3 += share * length;
                behind.length_hm3 += (1.0 - share) * length;
                all[kept++] = behind;
                ++k;
                continue;
            }
            all[kept++] = all[k];
        }
        all.resize(kept);
    }
}

} // namespace longyang::solve::prices::river
