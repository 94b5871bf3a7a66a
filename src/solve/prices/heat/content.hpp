#pragma once

// Internal to solve/prices: a heat store and its units' earnings, as the programmes over units and
// store see them (PE-59, PE-76).

#include "solve/prices/oracles/unit_cost.hpp"
#include "solve/prices/places.hpp"
#include "solve/prices/recovery/heat.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// What a way that cannot be gone is worth.
inline constexpr double never = -std::numeric_limits<double>::infinity();

/// The rows' prices by hour, as a unit's group has its channels.
struct GroupPrices {
    std::span<const double> price;
    std::size_t hours;

    [[nodiscard]] double at(int channel, std::size_t t) const {
        return price[static_cast<std::size_t>(channel) * hours + t];
    }
    /// Of reserve, which is held where that pays.
    [[nodiscard]] double reserve(const std::vector<int>& channels, std::size_t t) const {
        return std::max(0.0, price_at(price, channels, hours, t));
    }
};

/// What one unit that is on holds beside an output.
inline double up_beside_mw(const lp::UnitGroup& group, std::size_t t, double p_mw) {
    return std::min(group.up_max_mw, group.p_max_mw[t] - p_mw);
}
inline double down_beside_mw(const lp::UnitGroup& group, std::size_t t, double p_mw) {
    return std::min(group.down_max_mw, p_mw - group.p_min_mw[t]);
}

/// Earned by one unit in an hour at rest.
inline double at_rest_cny(const lp::UnitGroup& group, const GroupPrices& prices, std::size_t t) {
    return group.available[t] == 0
               ? 0.0
               : group.non_spinning_max_mw * prices.reserve(group.reserve.non_spinning, t);
}

/// Earned by one unit in an hour that is on, heat being free, less costs but for starts.
inline double on_cny(const lp::UnitGroup& group, const GroupPrices& prices, std::size_t t,
                     const std::array<double, 3>& p_up_down_mw) {
    const auto& [p_mw, up_mw, down_mw] = p_up_down_mw;
    double cny = prices.at(group.injection, t) * p_mw - running_cost(group, p_mw);
    cny += prices.reserve(group.reserve.up, t) * up_mw;
    cny += prices.reserve(group.reserve.down, t) * down_mw;
    return group.running >= 0 ? cny + prices.at(group.running, t) : cny;
}

/// A start after a long rest.
inline double cold_start_cny(const lp::UnitGroup& group) {
    return group.tier_cny.empty() ? 0.0 : group.tier_cny.back();
}

/// The content of a store in even steps. Worths are told at the steps and lie on straight lines
/// between them; heat that is not there is paid for, what is too much is spilt.
class HeatContent {
public:
    /// steps: how many, within limits.
    HeatContent(const HeatRoom& room, double steps, double least_steps, double most_steps)
        : store_(*room.store), others_mwh_(room.others_mwh),
          levels_(1 +
                  static_cast<std::size_t>(std::clamp(std::ceil(steps), least_steps, most_steps))),
          step_mwh_(std::max(store_.energy_max_mwh, 1e-9) / static_cast<double>(levels_ - 1)) {}

    [[nodiscard]] std::size_t levels() const { return levels_; }
    [[nodiscard]] double mwh(std::size_t level) const {
        return static_cast<double>(level) * step_mwh_;
    }
    /// What others leave of the store's largest discharge.
    [[nodiscard]] double most_mwh(std::size_t t) const {
        return store_.discharge_max(t) - others_mwh_[t];
    }
    [[nodiscard]] double least_mwh(std::size_t t) const {
        const double least = store_.energy_min(t);
        return t + 1 == others_mwh_.size() ? std::max(least, store_.energy_end_min_mwh) : least;
    }
    /// Content at the hour's end, of what there was and what is taken; before limits.
    [[nodiscard]] double ends_with(std::size_t t, double energy_mwh, double heat_mwh) const {
        return store_.kept_per_h * energy_mwh + store_.inflow(t) - store_.drain(t) -
               (others_mwh_[t] + heat_mwh) / store_.efficiency_discharge;
    }
    /// Within the hour's limits.
    [[nodiscard]] double kept(std::size_t t, double energy_mwh) const {
        const double least = least_mwh(t);
        return std::clamp(energy_mwh, least, std::max(least, store_.energy_max(t)));
    }
    /// Worth of a content, of those at the levels and at as many more below 0 as `debts`.
    [[nodiscard]] double at(const double* worth_cny, double energy_mwh,
                            std::size_t debts = 0) const {
        const std::size_t levels = levels_ + debts;
        const double place = std::clamp(energy_mwh / step_mwh_ + static_cast<double>(debts), 0.0,
                                        static_cast<double>(levels - 1));
        const std::size_t below = std::min(static_cast<std::size_t>(place), levels - 2);
        const double share = place - static_cast<double>(below);
        return share <= 0.0 ? worth_cny[below]
                            : (1.0 - share) * worth_cny[below] + share * worth_cny[below + 1];
    }
    /// Worth from the end of an hour on.
    [[nodiscard]] double from_end(std::size_t t, const double* worth_cny, double energy_mwh) const {
        const double missing = std::max(0.0, least_mwh(t) - energy_mwh);
        return at(worth_cny, kept(t, energy_mwh)) - missing_cny_per_mwh * missing;
    }
    /// Of the content, for so much heat.
    [[nodiscard]] double energy_for(double heat_mwh) const {
        return heat_mwh / store_.efficiency_discharge;
    }
    /// Levels below 0 that so much heat may reach, which the hour's inflow can make up for.
    [[nodiscard]] std::size_t debts_of(double heat_mwh) const {
        return static_cast<std::size_t>(std::ceil(energy_for(heat_mwh) / step_mwh_));
    }

private:
    /// What heat costs that is not there.
    static constexpr double missing_cny_per_mwh = 1e6;

    const lp::Store& store_;
    std::span<const double> others_mwh_;
    std::size_t levels_;
    double step_mwh_;
};

} // namespace longyang::solve::prices::recovery
