// What an hour of a cascade owes to the hours behind it: storages from which their limits and the
// end of the span can be met, and the way back to the plan (PE-46, PE-47).

#include "solve/prices/dispatch/rivers.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace longyang::solve::prices {
namespace {

/// 1 m3/s over one hour, in hm3 (nu).
constexpr double hm3 = lp::hm3_per_m3s_h;
/// Of what later hours could hold back of their plan, the share that an hour relies on, and for how
/// many hours of a full release at most.
constexpr double relied_on = 0.1;
constexpr double most_ahead_h = 48.0;
/// Share of a full release by which an hour steers back to the plan, at most.
constexpr double most_back = 0.2;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

} // namespace

double RiverWalk::planned_arrival(std::size_t r, std::size_t t) const {
    double sum = river_.reservoirs[r].arriving_m3_per_s[t] + lifted(r, t, *target_);
    for (const std::size_t from : reservoirs_[r].from) {
        const auto travel = at(river_.reservoirs[from].travel_h);
        if (t >= travel) {
            sum += target_->release_m3_per_s[from * hours_ + t - travel];
        }
    }
    return sum;
}

// PE-46  limits of storage from which later limits can be kept: natural inflow alone must reach a
//        rising least storage, the largest release a falling largest one
void RiverWalk::look_ahead(std::size_t r) {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    Reservoir& own = reservoirs_[r];
    own.low_hm3 = data.storage_min_hm3;
    own.high_hm3 = data.storage_max_hm3;
    own.payback_hm3.assign(hours_, 0.0);
    own.catch_up_hm3.assign(hours_, 0.0);
    for (std::size_t t = hours_ - 1; t > 0; --t) {
        own.low_hm3[t - 1] =
            std::min(std::max(own.low_hm3[t - 1], own.low_hm3[t] - hm3 * data.arriving_m3_per_s[t]),
                     own.high_hm3[t - 1]);
        own.high_hm3[t - 1] = std::max(
            std::min(own.high_hm3[t - 1], own.high_hm3[t] + hm3 * (data.release_max_m3_per_s[t] -
                                                                   planned_arrival(r, t))),
            own.low_hm3[t - 1]);
        const double least = std::min(data.release_min_m3_per_s[t], data.release_max_m3_per_s[t]);
        own.payback_hm3[t - 1] =
            own.payback_hm3[t] +
            hm3 * std::max(target_->release_m3_per_s[r * hours_ + t] - least, 0.0);
        // What leaves too late does not pass through all reservoirs below.
        const bool in_time = t + at(own.to_mouth_h) < hours_;
        const double most = std::min(own.size_m3_per_s, data.release_max_m3_per_s[t]);
        own.catch_up_hm3[t - 1] =
            own.catch_up_hm3[t] +
            (in_time ? hm3 * std::max(most - target_->release_m3_per_s[r * hours_ + t], 0.0) : 0.0);
    }
    const double short_hm3 = target_->end_short_hm3.empty() ? 0.0 : target_->end_short_hm3[r];
    own.end_hm3 =
        target_->storage_hm3[r * hours_ + hours_ - 1] - (data.storage_end_hm3 - short_hm3);
}

// PE-47  storage from which the end of the span can be met, when later hours hold back a share of
//        what they would release by plan, and water comes as planned, less what was sent ahead
double RiverWalk::least_storage(std::size_t r, std::size_t t) const {
    const Reservoir& own = reservoirs_[r];
    const double payback =
        std::min(relied_on * own.payback_hm3[t], hm3 * most_ahead_h * own.size_m3_per_s);
    double coming = 0.0; // beyond the plan, after this hour
    for (const std::size_t from : own.from) {
        const auto travel = at(river_.reservoirs[from].travel_h);
        // What left above up to the hour before and is still on its way.
        for (std::size_t tau = t > travel ? t - travel + 1 : (travel > 0 ? 0 : t);
             tau < t && tau + travel < hours_; ++tau) {
            if (tau + travel > t) {
                coming += hm3 * (plan_.release_m3_per_s[from * hours_ + tau] -
                                 target_->release_m3_per_s[from * hours_ + tau]);
            }
        }
        if (t + travel < hours_) {
            coming -= std::max(reservoirs_[from].ahead_hm3, 0.0);
        }
    }
    const double planned = target_->storage_hm3[r * hours_ + t] - own.end_hm3;
    return std::clamp(planned - payback - coming, own.low_hm3[t], own.high_hm3[t]);
}

/// What the reservoir below can always pass on of a release, m3/s.
double RiverWalk::room_below(std::size_t r, std::size_t t) const {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    const std::size_t arrival = t + at(data.travel_h);
    if (data.downstream < 0 || arrival >= hours_) {
        return std::numeric_limits<double>::infinity();
    }
    const auto below = at(data.downstream);
    double room = river_.reservoirs[below].release_max_m3_per_s[arrival] -
                  river_.reservoirs[below].arriving_m3_per_s[arrival];
    for (const std::size_t other : reservoirs_[below].from) {
        const auto travel = at(river_.reservoirs[other].travel_h);
        if (other != r && arrival >= travel) {
            const std::size_t place = other * hours_ + arrival - travel;
            room -= arrival - travel < t ? plan_.release_m3_per_s[place]
                                         : target_->release_m3_per_s[place];
        }
    }
    return std::max(room, 0.0);
}

// PE-47  what must go to a reservoir below, so that later hours can make up for what is missing to
//        the plan
double RiverWalk::least_release(std::size_t r, std::size_t t) const {
    const lp::RiverReservoir& data = river_.reservoirs[r];
    if (data.downstream < 0 || t + at(data.travel_h) >= hours_) {
        return data.release_min_m3_per_s[t];
    }
    const Reservoir& own = reservoirs_[r];
    const double later = relied_on * own.catch_up_hm3[t];
    return std::max(data.release_min_m3_per_s[t],
                    target_->release_m3_per_s[r * hours_ + t] - (own.ahead_hm3 + later) / hm3);
}

/// The release that steers back to the plan.
double RiverWalk::target_release(std::size_t r, std::size_t t) const {
    const double most = most_back * reservoirs_[r].size_m3_per_s;
    return std::max(0.0, target_->release_m3_per_s[r * hours_ + t] -
                             std::clamp(0.5 * reservoirs_[r].ahead_hm3 / hm3, -most, most));
}

} // namespace longyang::solve::prices
