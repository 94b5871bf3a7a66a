#include "solve/prices/rivers/interior.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace longyang::solve::prices::river {
namespace {

/// The change of a box's duals that goes with the change of its amount.
struct DualChange {
    double low, high;
};
DualChange dual_change(const Boxes& own, std::size_t i) {
    return {own.per_at[i] * (own.low_aim[i] - own.low_dual[i] * own.change[i]) - own.low_dual[i],
            own.per_left[i] * (own.high_aim[i] + own.high_dual[i] * own.change[i]) -
                own.high_dual[i]};
}

/// How far a step may go: all but a few numbers stay within their limits.
class StepLength {
public:
    /// A number above 0 changes.
    void add(double number, double change) {
        if (change < -number) {
            ++count_[std::min(count_.size() - 1, place(-change / number))];
        }
    }
    [[nodiscard]] double of(double few) const {
        double sum = 0.0;
        std::size_t k = count_.size();
        while (k > 0 && sum + count_[k - 1] <= few) {
            sum += count_[--k];
        }
        const std::size_t doublings = k / 4;
        const auto quarters = static_cast<double>(k % 4);
        return std::exp2(-static_cast<double>(doublings)) / (1.0 + 0.25 * quarters);
    }

private:
    /// Four places from every power of two to the next, by the first bits of a number from 1 on.
    static std::size_t place(double number) {
        constexpr std::uint64_t one = std::uint64_t{1023} << 2;
        return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(number) >> 50) - one);
    }

    std::array<double, 80> count_{};
};

} // namespace

void set_duals(Boxes& own, std::size_t i, double reduced, double product) {
    const double at = own.at[i];
    const double left = own.room[i] - at;
    const double best = ((product - at * reduced) * at + product * left) / (at * at + left * left);
    // Neither product next to nothing, unless that would make the other one large.
    const double least_high = std::min(0.1 * product / left, 1000.0 * product / at);
    const double least_low = std::min(0.1 * product / at, 1000.0 * product / left);
    own.high_dual[i] = std::max({best, least_high, least_low - reduced});
    own.low_dual[i] = own.high_dual[i] + reduced;
}

/// PE-28: the step's equations for the values of water.
void InteriorPoint::set_up(bool with_matrix) {
    // Storages far from their limits would move by any amount at a breath of value.
    constexpr double least_stiffness = 1e-4;
    for_ranges([&](const Range& range) {
        Boxes& own = range.boxes;
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            if (own.room[i] <= 0.0) {
                own.give[i] = own.change[i] = 0.0;
                continue;
            }
            if (with_matrix) {
                own.per_at[i] = 1.0 / own.at[i];
                own.per_left[i] = 1.0 / (own.room[i] - own.at[i]);
                own.give[i] = 1.0 / (own.low_dual[i] * own.per_at[i] +
                                     own.high_dual[i] * own.per_left[i] + least_stiffness);
            }
            own.change[i] =
                own.give[i] * (own.cost[i] - range.worth[k] - own.low_aim[i] * own.per_at[i] +
                               own.high_aim[i] * own.per_left[i]);
        }
    });
    for (std::size_t i = 0; i < right_.size(); ++i) {
        right_[i] = -residual_[i];
    }
    if (with_matrix) {
        std::fill(diagonal_.begin(), diagonal_.end(), 1e-12);
        std::fill(released_.begin(), released_.end(), 0.0);
    }
    lift(pumps_.change, right_);
    for (std::size_t r = 0; r < count_; ++r) {
        add_right(r);
        if (with_matrix) {
            add_gives(r);
        }
    }
    if (with_matrix) {
        for (std::size_t k = 0; k < lifts_.size(); ++k) {
            for (std::size_t t = 0; t < hours_; ++t) {
                diagonal_[lifts_[k].from * hours_ + t] += pumps_.give[k * hours_ + t];
                diagonal_[lifts_[k].to * hours_ + t] += pumps_.give[k * hours_ + t];
            }
        }
        factor_->factorise({diagonal_, storage_.give, released_, pumps_.give});
    }
}

/// What a reservoir's boxes move by themselves, on the balances' right side.
void InteriorPoint::add_right(std::size_t r) {
    double* right = right_.data() + r * hours_;
    const double* stored = storage_.change.data() + r * hours_;
    std::fill(moved_.begin(), moved_.end(), 0.0);
    for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
        for (std::size_t t = 0; t < hours_; ++t) {
            moved_[t] += lots_.change[k * hours_ + t];
        }
    }
    for (std::size_t t = 0; t < hours_; ++t) {
        right[t] += moved_[t] - stored[t] + (t > 0 ? stored[t - 1] : 0.0);
    }
    right[hours_ - 1] += end_.change[r];
    if (downstream_[r] >= 0) {
        double* below = right_.data() + static_cast<std::size_t>(downstream_[r]) * hours_;
        for (std::size_t t = travel_[r]; t < hours_; ++t) {
            below[t] -= moved_[t - travel_[r]];
        }
    }
}

/// How far a reservoir's boxes give way to its values of water, in the matrix.
void InteriorPoint::add_gives(std::size_t r) {
    double* diagonal = diagonal_.data() + r * hours_;
    double* released = released_.data() + r * hours_;
    const double* stored = storage_.give.data() + r * hours_;
    for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
        for (std::size_t t = 0; t < hours_; ++t) {
            released[t] += lots_.give[k * hours_ + t];
        }
    }
    for (std::size_t t = 0; t < hours_; ++t) {
        diagonal[t] += stored[t] + (t > 0 ? stored[t - 1] : 0.0) + released[t];
    }
    diagonal[hours_ - 1] += end_.give[r];
    if (downstream_[r] >= 0) {
        double* below = diagonal_.data() + static_cast<std::size_t>(downstream_[r]) * hours_;
        for (std::size_t t = travel_[r]; t < hours_; ++t) {
            below[t] += released[t - travel_[r]];
        }
    }
}

/// The step at hand: values of water, and what boxes do at them.
void InteriorPoint::find_change() {
    factor_->solve(right_, left_);
    find_worth(left_);
    for_ranges([&](const Range& range) {
        Boxes& own = range.boxes;
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            own.change[i] = own.give[i] * range.worth[k] - own.change[i];
        }
    });
}

/// How far a step may go in amounts and duals, and what is left of all products there.
InteriorPoint::Lengths InteriorPoint::find_lengths(double few) {
    StepLength amounts;
    StepLength duals;
    for_ranges([&](const Range& range) {
        const Boxes& own = range.boxes;
        for (std::size_t i = range.first; i < range.first + range.count; ++i) {
            if (own.room[i] > 0.0) {
                const DualChange change = dual_change(own, i);
                amounts.add(own.at[i], own.change[i]);
                amounts.add(own.room[i] - own.at[i], -own.change[i]);
                duals.add(own.low_dual[i], change.low);
                duals.add(own.high_dual[i], change.high);
            }
        }
    });
    Lengths lengths{amounts.of(few * boxes_in_use_), duals.of(few * boxes_in_use_), 0.0};
    for_ranges([&](const Range& range) {
        const Boxes& own = range.boxes;
        for (std::size_t i = range.first; i < range.first + range.count; ++i) {
            if (own.room[i] > 0.0) {
                const DualChange change = dual_change(own, i);
                const double at = own.at[i] + lengths.amounts * own.change[i];
                lengths.gap_after +=
                    std::max(0.0, at) *
                        std::max(0.0, own.low_dual[i] + lengths.duals * change.low) +
                    std::max(0.0, own.room[i] - at) *
                        std::max(0.0, own.high_dual[i] + lengths.duals * change.high);
            }
        }
    });
    return lengths;
}

/// The few that would leave their limits go most of the way to them, with duals as at the start.
void InteriorPoint::take_step(const Lengths& lengths, double product) {
    constexpr double keeps = 0.1;
    for_ranges([&](const Range& range) {
        Boxes& own = range.boxes;
        for (std::size_t k = 0; k < range.count; ++k) {
            const std::size_t i = range.first + k;
            if (own.room[i] <= 0.0) {
                continue;
            }
            const DualChange change = dual_change(own, i);
            const double reduced =
                own.low_dual[i] - own.high_dual[i] - lengths.duals * range.worth[k];
            const double at = own.at[i] + lengths.amounts * own.change[i];
            const double low = own.low_dual[i] + lengths.duals * change.low;
            const double high = own.high_dual[i] + lengths.duals * change.high;
            const double least = keeps * own.at[i];
            const double most = own.room[i] - keeps * (own.room[i] - own.at[i]);
            own.at[i] = std::clamp(at, least, most);
            if (at < least || at > most || low < keeps * own.low_dual[i] ||
                high < keeps * own.high_dual[i]) {
                set_duals(own, i, reduced, product);
            } else {
                own.low_dual[i] = low;
                own.high_dual[i] = high;
            }
        }
    });
    for (std::size_t i = 0; i < value_.size(); ++i) {
        value_[i] += lengths.duals * left_[i];
    }
    find_residual();
}

/// PE-29 (Mehrotra 1992): first towards products of 0, which tells how far this is too bold and
/// what is left of products that way; then the step itself.
void InteriorPoint::step(double gap, double missing_cny) {
    // Numbers that stop short of where the step takes them leave balances open.
    const double few = missing_cny < 0.1 * gap ? 2e-4 : 0.0;
    for (Boxes* boxes : {&storage_, &lots_, &end_, &pumps_}) {
        std::fill(boxes->low_aim.begin(), boxes->low_aim.end(), 0.0);
        std::fill(boxes->high_aim.begin(), boxes->high_aim.end(), 0.0);
    }
    find_worth(value_);
    set_up(true);
    find_change();
    const Lengths bold = find_lengths(few);
    const double share = std::min(1.0, bold.gap_after / gap);
    const double aim = share * share * share * gap / boxes_in_use_;
    const double second = bold.amounts * bold.duals;
    for_ranges([&](const Range& range) {
        Boxes& own = range.boxes;
        for (std::size_t i = range.first; i < range.first + range.count; ++i) {
            if (own.room[i] > 0.0) {
                const DualChange change = dual_change(own, i);
                own.low_aim[i] = aim - second * own.change[i] * change.low;
                own.high_aim[i] = aim + second * own.change[i] * change.high;
            }
        }
    });
    find_worth(value_);
    set_up(false);
    find_change();
    const Lengths lengths = find_lengths(few);
    take_step(lengths, std::max(aim, 0.1 * gap / boxes_in_use_));
}

} // namespace longyang::solve::prices::river
