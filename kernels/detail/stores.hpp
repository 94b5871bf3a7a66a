#pragma once

// Internal to kernels/: best plans of stores (kernels/stores.hpp) on arrays that lie where they
// run.

#include "kernels/detail/stores_queue.hpp"

#include <Kokkos_Core.hpp>

#include <cstddef>

namespace longyang::kernels::detail {

KOKKOS_INLINE_FUNCTION double clamped(double x, double low, double high) {
    return x < low ? low : (x > high ? high : x);
}

/// The stores' data; as `Stores`, pointers in place of spans, null for what is left out.
struct StoreData {
    std::ptrdiff_t hours, lots;
    const double *start, *kept, *end_target, *end_price, *low, *high, *base, *hold;
    const double *lot_value, *lot_amount, *lot_centre, *lot_curvature;
    static constexpr double none = 1e300; ///< stands for infinity

    /// Steps that a store's queue may hold: one a lot, two where it rises over a width, and where
    /// it is cut off within a width.
    [[nodiscard]] KOKKOS_INLINE_FUNCTION std::ptrdiff_t steps() const {
        return hours * (lot_curvature != nullptr ? 2 * lots + 2 : lots) + 4;
    }
};

/// One store's share of the data.
struct OneStore {
    const StoreData& all;
    std::ptrdiff_t store;
    double kept, end_target, end_price;

    KOKKOS_INLINE_FUNCTION OneStore(const StoreData& data, std::ptrdiff_t i)
        : all(data), store(i), kept(data.kept[i]), end_target(data.end_target[i]),
          end_price(data.end_price[i]) {}

    [[nodiscard]] KOKKOS_INLINE_FUNCTION std::ptrdiff_t at(std::ptrdiff_t t) const {
        return store * all.hours + t;
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION std::ptrdiff_t lot_at(std::ptrdiff_t k,
                                                               std::ptrdiff_t t) const {
        return (store * all.lots + k) * all.hours + t;
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION bool end_is_hard() const {
        return end_price >= StoreData::none;
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double low(std::ptrdiff_t t) const {
        const double limit = all.low[at(t)];
        return t + 1 == all.hours && end_is_hard() && end_target > limit ? end_target : limit;
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double high(std::ptrdiff_t t) const {
        return all.high[at(t)];
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double hold(std::ptrdiff_t t) const {
        return all.hold != nullptr ? all.hold[at(t)] : 0.0;
    }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double curvature(std::ptrdiff_t k) const {
        return all.lot_curvature != nullptr ? all.lot_curvature[store * all.lots + k] : 0.0;
    }
    /// Least and largest amount of a lot that is best where a unit is worth between `from` and
    /// `to`.
    KOKKOS_INLINE_FUNCTION void best_amount(std::ptrdiff_t k, std::ptrdiff_t t, double from,
                                            double to, double& least, double& largest) const {
        const std::ptrdiff_t lot = lot_at(k, t);
        const double amount = all.lot_amount[lot];
        const double value = all.lot_value[lot];
        const double curvature_k = curvature(k);
        if (curvature_k > 0.0) {
            const double centre = all.lot_centre[lot];
            least = clamped(centre + (from - value) / curvature_k, 0.0, amount);
            largest = clamped(centre + (to - value) / curvature_k, 0.0, amount);
        } else {
            least = from > value ? amount : 0.0;
            largest = to >= value ? amount : 0.0;
        }
    }
};

/// Two values closer than this count as equal.
KOKKOS_INLINE_FUNCTION double tie(double value) {
    return 1e-9 * (1.0 + (value < 0.0 ? -value : value));
}

/// The curve of the content over its value, hour by hour forward. Steps are kept in values and
/// amounts of a fixed scale, so that losses and holding cost move the curve without touching it:
/// value = stretch x at + shift, amount = jump x scale.
class ValueCurve {
public:
    KOKKOS_INLINE_FUNCTION ValueCurve(Step* memory, double start)
        : queue_(memory), least_(start), most_(start) {}

    /// From the end of an hour to the next one's lots.
    KOKKOS_INLINE_FUNCTION void add_hour(const OneStore& store, std::ptrdiff_t t) {
        lose(store.kept);
        const double base = store.all.base[store.at(t)];
        least_ += base;
        most_ += base;
        for (std::ptrdiff_t k = 0; k < store.all.lots; ++k) {
            add_lot(store, k, t);
        }
        shift_ += store.hold(t);
    }

    /// Cuts off what lies below `low`; gives the value at which it was cut: what is worth less is
    /// at the limit. `missing`: by how much even the most falls short.
    KOKKOS_INLINE_FUNCTION double cut_low(double low, double& missing) {
        missing = 0.0;
        if (least_ >= low) {
            return -StoreData::none;
        }
        double need = (low - least_) / scale_;
        double slope = 0.0;
        double at = queue_.empty() ? -StoreData::none : queue_.least().at;
        least_ = low;
        while (!queue_.empty()) {
            Step& step = queue_.least();
            const double rise = slope * (step.at - at);
            if (slope > 0.0 && rise >= need) {
                at += need / slope;
                queue_.push({at, 0.0, slope});
                return value(at);
            }
            need -= slope > 0.0 ? rise : 0.0;
            at = step.at;
            slope += step.slope;
            if (step.jump >= need) {
                step.jump -= need;
                step.slope = slope;
                return value(at);
            }
            need -= step.jump;
            queue_.pop_least();
        }
        missing = need * scale_;
        most_ = low;
        return value(at);
    }

    /// The same for what lies above `high`; `missing`: by how much even the least is too much.
    KOKKOS_INLINE_FUNCTION double cut_high(double high, double& missing) {
        missing = 0.0;
        if (most_ <= high) {
            return StoreData::none;
        }
        double need = (most_ - high) / scale_;
        double slope = 0.0; // just above `at`
        double at = queue_.empty() ? StoreData::none : queue_.largest().at;
        most_ = high;
        while (!queue_.empty()) {
            Step& step = queue_.largest();
            const double fall = slope * (at - step.at);
            if (slope > 0.0 && fall >= need) {
                at -= need / slope;
                queue_.push({at, 0.0, -slope});
                return value(at);
            }
            need -= slope > 0.0 ? fall : 0.0;
            at = step.at;
            slope -= step.slope;
            if (step.jump >= need) {
                step.jump -= need;
                step.slope = -slope;
                return value(at);
            }
            need -= step.jump;
            queue_.pop_largest();
        }
        missing = need * scale_;
        least_ = high;
        return value(at);
    }

    [[nodiscard]] KOKKOS_INLINE_FUNCTION double least() const { return least_; }
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double most() const { return most_; }

private:
    [[nodiscard]] KOKKOS_INLINE_FUNCTION double value(double at) const {
        return at <= -StoreData::none || at >= StoreData::none ? at : stretch_ * at + shift_;
    }

    KOKKOS_INLINE_FUNCTION void lose(double kept) {
        if (kept == 1.0) {
            return;
        }
        least_ *= kept;
        most_ *= kept;
        scale_ *= kept;
        stretch_ /= kept;
        shift_ /= kept;
        if (scale_ < 1e-3) { // before digits are lost to the shift
            queue_.change([this](Step& step) {
                step.at = stretch_ * step.at + shift_;
                step.jump *= scale_;
                step.slope *= scale_ / stretch_;
                return step.at > -1e100 && step.at < 1e100; // else next to nothing is left of it
            });
            scale_ = stretch_ = 1.0;
            shift_ = 0.0;
        }
    }

    KOKKOS_INLINE_FUNCTION void add_lot(const OneStore& store, std::ptrdiff_t k, std::ptrdiff_t t) {
        const std::ptrdiff_t lot = store.lot_at(k, t);
        const double amount = store.all.lot_amount[lot];
        if (amount <= 0.0) {
            return;
        }
        most_ += amount;
        const double value = store.all.lot_value[lot];
        const double curvature = store.curvature(k);
        if (curvature > 0.0) {
            const double from = value - curvature * store.all.lot_centre[lot];
            const double begin = (from - shift_) / stretch_;
            const double width = curvature * amount / stretch_;
            const double slope = amount / scale_ / width;
            queue_.push({begin, 0.0, slope});
            queue_.push({begin + width, 0.0, -slope});
        } else {
            queue_.push({(value - shift_) / stretch_, amount / scale_, 0.0});
        }
    }

    StepQueue queue_;
    double least_, most_; ///< content at the lowest and at the highest value
    double scale_ = 1.0, stretch_ = 1.0, shift_ = 0.0;
};

/// Contents from which the rest of the hours can be planned: at all, and at best.
struct Reach {
    double low, high, best_low, best_high;
};

/// Plans one store after the other; `item` is the store.
struct PlanStores {
    StoreData data;
    double breach_price;
    Step* queues;   ///< stores x steps()
    double* cuts;   ///< stores x hours x 2
    Reach* reaches; ///< stores x hours
    double *value, *taken, *content, *breach;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const OneStore store(data, item);
        double* cut = cuts + item * data.hours * 2;
        Reach* reach = reaches + item * data.hours;
        const double end_value = find_cuts(store, cut);
        find_values(store, cut, end_value, reach);
        take_lots(store, reach);
    }

private:
    /// Forward; gives the value of the content at the end.
    KOKKOS_INLINE_FUNCTION double find_cuts(const OneStore& store, double* cut) const {
        ValueCurve curve(queues + store.store * data.steps(), data.start[store.store]);
        double broken = 0.0;
        for (std::ptrdiff_t t = 0; t < data.hours; ++t) {
            curve.add_hour(store, t);
            const double low = store.low(t);
            const double high = store.high(t);
            double missing = 0.0;
            double too_much = 0.0;
            cut[2 * t] = curve.cut_low(low, missing);
            cut[2 * t + 1] = curve.cut_high(high, too_much);
            const double rounding = 1e-9 * (1.0 + high - low);
            if (missing > rounding) {
                cut[2 * t] = breach_price;
                cut[2 * t + 1] = StoreData::none;
            }
            if (too_much > rounding) {
                cut[2 * t + 1] = -breach_price;
                cut[2 * t] = -StoreData::none;
            }
            broken += (missing > rounding ? missing : 0.0) + (too_much > rounding ? too_much : 0.0);
        }
        breach[store.store] = broken;
        return end_value(store, curve);
    }

    KOKKOS_INLINE_FUNCTION static double end_value(const OneStore& store, ValueCurve& curve) {
        if (store.end_price <= 0.0 || store.end_is_hard() || curve.least() >= store.end_target) {
            return 0.0;
        }
        if (curve.most() <= store.end_target) {
            return store.end_price;
        }
        double missing = 0.0;
        return clamped(curve.cut_low(store.end_target, missing), 0.0, store.end_price);
    }

    /// Contents at the end that go with the value there.
    KOKKOS_INLINE_FUNCTION static void best_end(const OneStore& store, double end_value,
                                                double& low, double& high) {
        low = -StoreData::none;
        high = StoreData::none;
        if (store.end_price <= 0.0 || store.end_is_hard()) {
            return;
        }
        if (end_value < store.end_price - tie(store.end_price)) {
            low = store.end_target;
        }
        if (end_value > tie(0.0)) {
            high = store.end_target;
        }
    }

    /// Backward.
    KOKKOS_INLINE_FUNCTION void find_values(const OneStore& store, const double* cut,
                                            double end_value, Reach* reach) const {
        double worth = end_value;
        Reach to{-StoreData::none, StoreData::none, 0.0, 0.0};
        best_end(store, end_value, to.best_low, to.best_high);
        for (std::ptrdiff_t t = data.hours - 1; t >= 0; --t) {
            const double low = store.low(t);
            const double high = store.high(t);
            to.low = clamped(to.low, low, high);
            to.high = clamped(to.high, low, high);
            // A value that was clamped stands for a content at its limit.
            if (worth < cut[2 * t] - tie(worth)) {
                to.best_low = to.best_high = low;
            } else if (worth > cut[2 * t + 1] + tie(worth)) {
                to.best_low = to.best_high = high;
            }
            to.best_low = clamped(to.best_low, to.low, to.high);
            to.best_high = clamped(to.best_high, to.low, to.high);
            reach[t] = to;
            worth = worth < cut[2 * t] ? cut[2 * t] : worth;
            worth = worth > cut[2 * t + 1] ? cut[2 * t + 1] : worth;
            worth -= store.hold(t);
            value[store.at(t)] = worth;
            double all = 0.0;
            double least = 0.0;
            double most = 0.0;
            add_up(store, t, worth, all, least, most);
            const double base = data.base[store.at(t)];
            to.low = (to.low - base - all) / store.kept;
            to.high = (to.high - base) / store.kept;
            to.best_low = (to.best_low - base - most) / store.kept;
            to.best_high = (to.best_high - base - least) / store.kept;
            worth *= store.kept;
        }
    }

    /// Forward again: the lots that reach the best contents.
    KOKKOS_INLINE_FUNCTION void take_lots(const OneStore& store, const Reach* reach) const {
        double x = data.start[store.store];
        for (std::ptrdiff_t t = 0; t < data.hours; ++t) {
            const double from = store.kept * x + data.base[store.at(t)];
            const double worth = value[store.at(t)];
            double all = 0.0;
            double least = 0.0;
            double most = 0.0;
            add_up(store, t, worth, all, least, most);
            const Reach& to = reach[t];
            double low = from + least > to.best_low ? from + least : to.best_low;
            double high = from + most < to.best_high ? from + most : to.best_high;
            if (low > high) { // by rounding, or where limits are broken
                low = high = clamped(from + least > to.best_high ? from + least : from + most,
                                     to.low, to.high);
            }
            const double take = clamped(clamped(x, low, high) - from, 0.0, all);
            fill(store, t, worth, take - least);
            x = from + take;
            content[store.at(t)] = x;
        }
    }

    KOKKOS_INLINE_FUNCTION static void add_up(const OneStore& store, std::ptrdiff_t t, double worth,
                                              double& all, double& least, double& most) {
        const double equal = tie(worth);
        for (std::ptrdiff_t k = 0; k < store.all.lots; ++k) {
            double from = 0.0;
            double to = 0.0;
            store.best_amount(k, t, worth - equal, worth + equal, from, to);
            all += store.all.lot_amount[store.lot_at(k, t)];
            least += from;
            most += to;
        }
    }

    /// Takes every lot's least best amount and `more` than that (or less): first from lots whose
    /// value is that of the content, in their order, then from any.
    KOKKOS_INLINE_FUNCTION void fill(const OneStore& store, std::ptrdiff_t t, double worth,
                                     double more) const {
        const double equal = tie(worth);
        for (std::ptrdiff_t k = 0; k < data.lots; ++k) {
            double from = 0.0;
            double to = 0.0;
            store.best_amount(k, t, worth - equal, worth + equal, from, to);
            const double add = clamped(more, 0.0, to - from);
            taken[store.lot_at(k, t)] = from + add;
            more -= add;
        }
        for (std::ptrdiff_t k = 0; more > 0.0 && k < data.lots; ++k) {
            const std::ptrdiff_t lot = store.lot_at(k, t);
            const double room = data.lot_amount[lot] - taken[lot];
            const double add = more < room ? more : room;
            taken[lot] += add;
            more -= add;
        }
        for (std::ptrdiff_t k = data.lots - 1; more < 0.0 && k >= 0; --k) {
            const std::ptrdiff_t lot = store.lot_at(k, t);
            const double less = -more < taken[lot] ? -more : taken[lot];
            taken[lot] -= less;
            more += less;
        }
    }
};

/// Weak duality at the values `value`.
struct BoundStores {
    StoreData data;
    const double* value;
    double* bound;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const OneStore store(data, item);
        double sum = -store.kept * value[store.at(0)] * data.start[item];
        for (std::ptrdiff_t t = 0; t < data.hours; ++t) {
            const double worth = value[store.at(t)];
            sum -= worth * data.base[store.at(t)];
            for (std::ptrdiff_t k = 0; k < data.lots; ++k) {
                const std::ptrdiff_t lot = store.lot_at(k, t);
                const double gain = worth - data.lot_value[lot];
                sum -= gain > 0.0 ? gain * data.lot_amount[lot] : 0.0;
            }
            const bool last = t + 1 == data.hours;
            const double cost =
                store.hold(t) + worth - (last ? 0.0 : store.kept * value[store.at(t + 1)]);
            sum +=
                last ? end_cost(store, cost) : cost * (cost > 0.0 ? store.low(t) : store.high(t));
        }
        bound[item] = sum;
    }

    /// Least of cost x + end_price max(0, end_target - x) over the last hour's limits.
    KOKKOS_INLINE_FUNCTION double end_cost(const OneStore& store, double cost) const {
        const std::ptrdiff_t last = data.hours - 1;
        const double low = store.low(last);
        const double high = store.high(last);
        const auto at = [&](double x) {
            const bool priced = !store.end_is_hard() && store.end_price > 0.0;
            return cost * x + (priced && x < store.end_target
                                   ? store.end_price * (store.end_target - x)
                                   : 0.0);
        };
        double least = at(low) < at(high) ? at(low) : at(high);
        if (store.end_target > low && store.end_target < high && at(store.end_target) < least) {
            least = at(store.end_target);
        }
        return least;
    }
};

} // namespace longyang::kernels::detail
