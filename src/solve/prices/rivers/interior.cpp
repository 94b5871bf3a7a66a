#include "solve/prices/rivers/interior.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::solve::prices::river {
namespace {

/// Boxes with less room are not there.
constexpr double least_room_hm3 = 1e-7;

} // namespace

Boxes::Boxes(std::size_t count) {
    for (auto* table : {&at, &room, &low_dual, &high_dual, &cost}) {
        table->assign(count, 0.0);
    }
}

InteriorPoint::InteriorPoint(const lp::River& river, std::size_t hours,
                             std::span<const std::size_t> lots)
    : river_(&river), count_(river.reservoirs.size()), hours_(hours), first_lot_(count_ + 1, 0),
      base_(count_ * hours), low_(count_ * hours), end_cost_(count_, 0.0), storage_(count_ * hours),
      lots_(hours *
            [&] {
                std::size_t sum = 0;
                for (const std::size_t k : lots) {
                    sum += k;
                }
                return sum;
            }()),
      end_(count_), pumps_(river.pumps.size() * hours), value_(count_ * hours) {
    for (const lp::RiverPump& pump : river.pumps) {
        for (std::size_t t = 0; t < hours; ++t) {
            pumps_.room[lifts_.size() * hours + t] = hm3 * pump.flow_max(t);
        }
        lifts_.push_back({static_cast<std::size_t>(pump.from), static_cast<std::size_t>(pump.to)});
    }
    for (std::size_t r = 0; r < count_; ++r) {
        const lp::RiverReservoir& own = river.reservoirs[r];
        first_lot_[r + 1] = first_lot_[r] + lots[r];
        downstream_.push_back(own.downstream);
        travel_.push_back(static_cast<std::size_t>(own.travel_h));
        start_.push_back(own.storage_initial_hm3);
        for (std::size_t t = 0; t < hours; ++t) {
            base_[r * hours + t] += hm3 * (own.arriving_m3_per_s[t] - own.release_max_m3_per_s[t]);
            low_[r * hours + t] = own.storage_min_hm3[t];
            storage_.room[r * hours + t] =
                std::max(0.0, own.storage_max_hm3[t] - own.storage_min_hm3[t]);
        }
        if (own.downstream >= 0) {
            for (std::size_t t = travel_[r]; t < hours; ++t) {
                base_[static_cast<std::size_t>(own.downstream) * hours + t] +=
                    hm3 * own.release_max_m3_per_s[t - travel_[r]];
            }
        }
        // HY-5: what is missing at the end counts as held, so that the target is a limit; where
        // even all is too little, every unit is missed.
        const std::size_t last = r * hours + hours - 1;
        const double high = own.storage_max_hm3[hours - 1];
        if (own.end_short_cny_per_hm3 <= 0.0 || own.storage_end_hm3 <= low_[last]) {
            continue;
        }
        if (own.storage_end_hm3 >= high) {
            end_cost_[r] = -std::min(own.end_short_cny_per_hm3, 1e9);
            continue;
        }
        end_.room[r] = own.storage_end_hm3 - low_[last];
        end_.cost[r] = std::min(own.end_short_cny_per_hm3, 1e9);
        low_[last] = own.storage_end_hm3;
        storage_.room[last] = high - own.storage_end_hm3;
    }
    for (double& room : storage_.room) {
        room = room < least_room_hm3 ? 0.0 : room;
    }
}

void InteriorPoint::set_pumps(std::span<const double> cny_per_hm3) {
    std::copy(cny_per_hm3.begin(), cny_per_hm3.end(), pumps_.cost.begin());
}

void InteriorPoint::lift(std::span<const double> moved_hm3, std::span<double> to) const {
    for (std::size_t k = 0; k < lifts_.size(); ++k) {
        for (std::size_t t = 0; t < hours_; ++t) {
            const double moved = moved_hm3[k * hours_ + t];
            to[lifts_[k].from * hours_ + t] -= moved;
            to[lifts_[k].to * hours_ + t] += moved;
        }
    }
}

void InteriorPoint::set_lots(std::size_t r, const Lots& lots) {
    constexpr double alike = 0.8; // amounts go along with their room
    std::vector<char> moved(hours_, 0);
    std::vector<double> held(hours_, 0.0);
    for (std::size_t k = 0; k < lots.count; ++k) {
        const std::size_t first = (first_lot_[r] + k) * hours_;
        for (std::size_t t = 0; t < hours_; ++t) {
            const double amount = lots.amount_hm3[k * hours_ + t] < least_room_hm3
                                      ? 0.0
                                      : lots.amount_hm3[k * hours_ + t];
            const double before = lots_.room[first + t];
            held[t] += lots_.at[first + t];
            if (amount > alike * before && before > alike * amount) {
                lots_.at[first + t] *= amount / before;
            } else if (std::abs(amount - before) > 1e-9) {
                moved[t] = 1;
            }
            lots_.cost[first + t] = lots.value_cny_per_hm3[k * hours_ + t];
            lots_.room[first + t] = amount;
        }
    }
    for (std::size_t t = 0; t < hours_; ++t) {
        storage_.cost[r * hours_ + t] = lots.hold_cny_per_hm3[t];
        if (begun_ && moved[t] != 0) {
            hold_back(r, t, held[t]);
        }
    }
    storage_.cost[r * hours_ + hours_ - 1] += end_cost_[r];
}

/// Lots of an hour that make up an amount: mostly those that earn least, a little of all, so that
/// none is at its end.
void InteriorPoint::hold_back(std::size_t r, std::size_t t, double amount_hm3) {
    constexpr double of_all = 0.02;
    double all = 0.0;
    for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
        all += lots_.room[k * hours_ + t];
    }
    const double amount = std::clamp(amount_hm3, 0.001 * all, 0.999 * all);
    double left = amount;
    for (std::size_t k = first_lot_[r + 1]; k-- > first_lot_[r];) {
        const double room = lots_.room[k * hours_ + t];
        const double own = std::min(left, room);
        left -= own;
        lots_.at[k * hours_ + t] =
            (1.0 - of_all) * own + (all > 0.0 ? of_all * amount / all : 0.0) * room;
    }
}

void InteriorPoint::held_back(std::size_t r, std::span<double> amount_hm3) const {
    std::fill(amount_hm3.begin(), amount_hm3.end(), 0.0);
    for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
        for (std::size_t t = 0; t < hours_; ++t) {
            amount_hm3[t] += lots_.at[k * hours_ + t];
        }
    }
}

double InteriorPoint::storage_hm3(std::size_t r, std::size_t t) const {
    const std::size_t at = r * hours_ + t;
    return low_[at] + storage_.at[at] - (t + 1 == hours_ ? end_.at[r] : 0.0);
}

/// Storages stay as they are at the start as far as limits allow; releases are what that takes.
void InteriorPoint::begin() {
    constexpr double margin = 0.1;
    std::vector<double> held(hours_);
    std::vector<double> base = base_;
    std::transform(pumps_.room.begin(), pumps_.room.end(), pumps_.at.begin(),
                   [](double room) { return margin * room; });
    lift(pumps_.at, base);
    for (std::size_t r = 0; r < count_; ++r) {
        double before = start_[r];
        end_.at[r] = 0.1 * end_.room[r];
        for (std::size_t t = 0; t < hours_; ++t) {
            const std::size_t at = r * hours_ + t;
            const double room = storage_.room[at];
            storage_.at[at] =
                std::clamp(start_[r] - low_[at], margin * room, (1.0 - margin) * room);
            const double now = low_[at] + storage_.at[at];
            hold_back(r, t, now - before - base[at]);
            before = now;
        }
        held_back(r, held);
        if (downstream_[r] >= 0) {
            double* below = base.data() + static_cast<std::size_t>(downstream_[r]) * hours_;
            for (std::size_t t = travel_[r]; t < hours_; ++t) {
                below[t] -= held[t - travel_[r]];
            }
        }
    }
    guess_values();
    begun_ = true;
}

/// Water is worth what lots earn on average on the way to the mouth.
void InteriorPoint::guess_values() {
    std::vector<double> mean(count_, 0.0);
    for (std::size_t r = count_; r-- > 0;) {
        double sum = 0.0;
        for (std::size_t t = 0; t < hours_; ++t) {
            double best = 0.0; // the lot before spill
            for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
                const std::size_t i = k * hours_ + t;
                if (lots_.cost[i] > 0.0 && lots_.room[i] > 0.0) {
                    best = lots_.cost[i];
                }
            }
            sum += best;
        }
        mean[r] = sum / static_cast<double>(hours_) +
                  (downstream_[r] >= 0 ? mean[static_cast<std::size_t>(downstream_[r])] : 0.0);
        std::fill_n(value_.begin() + static_cast<std::ptrdiff_t>(r * hours_), hours_, mean[r]);
    }
}

/// What a unit more in each box is worth by the values of water.
void InteriorPoint::find_worth(std::span<const double> value) {
    for (std::size_t r = 0; r < count_; ++r) {
        const double* own = value.data() + r * hours_;
        const double* below =
            downstream_[r] < 0 ? nullptr
                               : value.data() + static_cast<std::size_t>(downstream_[r]) * hours_;
        for (std::size_t t = 0; t < hours_; ++t) {
            worth_stored_[r * hours_ + t] = (t + 1 < hours_ ? own[t + 1] : 0.0) - own[t];
            worth_held_[r * hours_ + t] =
                own[t] -
                (below != nullptr && t + travel_[r] < hours_ ? below[t + travel_[r]] : 0.0);
        }
        worth_end_[r] = own[hours_ - 1];
    }
    for (std::size_t k = 0; k < lifts_.size(); ++k) {
        const double* from = value.data() + lifts_[k].from * hours_;
        const double* to = value.data() + lifts_[k].to * hours_;
        for (std::size_t t = 0; t < hours_; ++t) {
            worth_lifted_[k * hours_ + t] = to[t] - from[t];
        }
    }
}

/// What comes in and is not stored.
void InteriorPoint::find_residual() {
    std::vector<double> held(hours_);
    std::copy(base_.begin(), base_.end(), residual_.begin());
    lift(pumps_.at, residual_);
    for (std::size_t r = 0; r < count_; ++r) {
        held_back(r, held);
        double* own = residual_.data() + r * hours_;
        double before = start_[r];
        for (std::size_t t = 0; t < hours_; ++t) {
            const double now = low_[r * hours_ + t] + storage_.at[r * hours_ + t];
            own[t] += held[t] + before - now;
            before = now;
        }
        own[hours_ - 1] += end_.at[r];
        if (downstream_[r] >= 0) {
            double* below = residual_.data() + static_cast<std::size_t>(downstream_[r]) * hours_;
            for (std::size_t t = travel_[r]; t < hours_; ++t) {
                below[t] -= held[t - travel_[r]];
            }
        }
    }
}

/// Duals at the start.
void InteriorPoint::find_duals() {
    double sum = 0.0;
    find_worth(value_);
    for_ranges([&](const Range& range) {
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            const double room = range.boxes.room[i];
            if (room > 0.0) {
                const double at = range.boxes.at[i];
                sum += std::abs(range.boxes.cost[i] - range.worth[k]) * at * (room - at) / room;
            }
        }
    });
    for (const double one : residual_) {
        sum += std::abs(one) * typical_cost_;
    }
    product_ = 2.0 * sum / std::max(1.0, boxes_in_use_);
    for_ranges([&](const Range& range) {
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            Boxes& own = range.boxes;
            if (own.room[i] > 0.0) {
                const double reduced = own.cost[i] - range.worth[k];
                const double slack = 20.0 * product_ / own.room[i];
                own.at[i] = std::clamp(own.at[i], product_ / (std::max(0.0, reduced) + slack),
                                       own.room[i] - product_ / (std::max(0.0, -reduced) + slack));
                set_duals(own, i, reduced, product_);
            }
        }
    });
}

/// PE-29: after a change of costs. Where a box's reduced cost has not changed much, its larger dual
/// follows it; else it is as at the start, a little away from its ends, so that it can move.
void InteriorPoint::follow_costs() {
    constexpr double much = 0.5;
    constexpr double away = 0.02;
    find_worth(value_);
    for_ranges([&](const Range& range) {
        Boxes& own = range.boxes;
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            if (own.room[i] <= 0.0) {
                continue;
            }
            const double reduced = own.cost[i] - range.worth[k];
            double& low = own.low_dual[i];
            double& high = own.high_dual[i];
            const double change = reduced - (low - high);
            if (std::abs(change) > much * std::max(low, high)) {
                own.at[i] = std::clamp(own.at[i], away * own.room[i], (1.0 - away) * own.room[i]);
                set_duals(own, i, reduced, product_);
            } else if (low >= high) {
                low += change;
            } else {
                high -= change;
            }
        }
    });
}

double InteriorPoint::find_gap() {
    double sum = 0.0;
    for_ranges([&](const Range& range) {
        const Boxes& own = range.boxes;
        for (std::size_t i = range.first; i < range.first + range.count; ++i) {
            sum += own.at[i] * own.low_dual[i] + (own.room[i] - own.at[i]) * own.high_dual[i];
        }
    });
    return sum;
}

/// What water could earn at most by the lots, next to nothing at least; and what a unit costs.
double InteriorPoint::find_scale() {
    double sum = 0.0;
    double costs = 1e-9;
    double count = 1.0;
    for (std::size_t i = 0; i < lots_.at.size(); ++i) {
        const double cost = std::max(0.0, lots_.cost[i]);
        sum += cost * (lots_.room[i] - lots_.at[i]);
        costs += cost;
        count += cost > 0.0 ? 1.0 : 0.0;
    }
    typical_cost_ = costs / count;
    boxes_in_use_ = 1.0;
    for (const Boxes* boxes : {&storage_, &lots_, &end_, &pumps_}) {
        boxes_in_use_ +=
            2.0 * static_cast<double>(std::count_if(boxes->room.begin(), boxes->room.end(),
                                                    [](double room) { return room > 0.0; }));
    }
    return std::max(1.0, sum);
}

void InteriorPoint::make_room_for_steps() {
    for (Boxes* boxes : {&storage_, &lots_, &end_, &pumps_}) {
        for (auto* table : boxes->of_steps()) {
            table->assign(boxes->at.size(), 0.0);
        }
    }
    for (auto* table :
         {&residual_, &diagonal_, &released_, &right_, &left_, &worth_stored_, &worth_held_}) {
        table->assign(count_ * hours_, 0.0);
    }
    worth_end_.assign(count_, 0.0);
    worth_lifted_.assign(lifts_.size() * hours_, 0.0);
    moved_.assign(hours_, 0.0);
    factor_.emplace(*river_, hours_);
}

void InteriorPoint::give_room_back() {
    for (Boxes* boxes : {&storage_, &lots_, &end_, &pumps_}) {
        for (auto* table : boxes->of_steps()) {
            *table = std::vector<double>(); // `= {}` would keep the memory
        }
    }
    for (auto* table : {&residual_, &diagonal_, &released_, &right_, &left_, &worth_stored_,
                        &worth_held_, &worth_end_, &worth_lifted_, &moved_}) {
        *table = std::vector<double>();
    }
    factor_.reset();
}

int InteriorPoint::improve(int most_steps, double gap_share) {
    make_room_for_steps();
    const int steps = take_steps(most_steps, gap_share);
    give_room_back();
    return steps;
}

int InteriorPoint::take_steps(int most_steps, double gap_share) {
    /// A gap of so many times the first one, or what water could earn at most, never comes back.
    constexpr double lost = 100.0;
    if (!begun_) {
        begin();
    }
    const double scale_cny = find_scale();
    const double wanted_cny = gap_share * scale_cny;
    const auto start_duals = [&] {
        find_residual();
        find_duals();
        find_residual();
        first_gap_ = find_gap();
    };
    if (!with_duals_) {
        start_duals();
        with_duals_ = true;
    } else {
        follow_costs();
        find_residual();
    }
    int steps = 0;
    double gap = find_gap();
    for (; steps < most_steps; ++steps) {
        double missing = 0.0;
        for (const double one : residual_) {
            missing += std::abs(one);
        }
        if (gap + missing * typical_cost_ <= wanted_cny) {
            break;
        }
        step(gap, missing * typical_cost_);
        gap = find_gap();
        // All over again: by rounding, where a step was for balances alone and products were next
        // to nothing.
        if (!(gap >= 0.0 && gap < lost * std::max(scale_cny, first_gap_))) {
            begin();
            start_duals();
            gap = find_gap();
        }
        product_ = std::max(gap, 0.1 * wanted_cny) / boxes_in_use_;
    }
    return steps;
}

} // namespace longyang::solve::prices::river
