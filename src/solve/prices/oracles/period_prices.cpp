#include "solve/prices/oracles/period_prices.hpp"

#include <algorithm>

namespace longyang::solve::prices {

PeriodPrices::PeriodPrices(const lp::LevelLine& line, const OwnContract& contract)
    : price(contract.periods.size(), 0.0), period_of_(line.blocks(), -1), step_(price.size(), 0.0),
      sign_(price.size(), 0) {
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        hours_.push_back(line.hours(b));
    }
    for (std::size_t k = 0; k < contract.periods.size(); ++k) {
        const OwnContract::Period& period = contract.periods[k];
        steps_.emplace_back(line, period);
        most_.push_back(period.short_cny_per_mwh);
        for (std::size_t b = 0; b < line.blocks(); ++b) {
            if (line.block_begin[b] >= period.begin && line.block_begin[b + 1] <= period.end) {
                period_of_[b] = static_cast<int>(k);
            }
        }
    }
}

double PeriodPrices::value_cny() const {
    double cny = 0.0;
    for (std::size_t k = 0; k < price.size(); ++k) {
        cny += steps_[k].cny(price[k]);
    }
    return cny;
}

std::vector<double> PeriodPrices::earned_cny_per_mw() const {
    std::vector<double> earned(period_of_.size(), 0.0);
    for (std::size_t b = 0; b < earned.size(); ++b) {
        if (period_of_[b] >= 0) {
            earned[b] = price[static_cast<std::size_t>(period_of_[b])] * hours_[b];
        }
    }
    return earned;
}

std::vector<double> PeriodPrices::energy_mwh(std::span<const double> power_mw) const {
    std::vector<double> mwh(price.size(), 0.0);
    for (std::size_t b = 0; b < period_of_.size(); ++b) {
        if (period_of_[b] >= 0) {
            mwh[static_cast<std::size_t>(period_of_[b])] += hours_[b] * power_mw[b];
        }
    }
    return mwh;
}

void PeriodPrices::move(std::span<const double> carried_mwh, double typical) {
    for (std::size_t k = 0; k < price.size(); ++k) {
        const double mwh = carried_mwh[k];
        double& y = price[k];
        const bool wants_low = y > 0.0 || (y == 0.0 && mwh < steps_[k].low_mwh);
        const bool wants_high = y < 0.0 || (y == 0.0 && mwh > steps_[k].high_mwh);
        const double slope = wants_low    ? steps_[k].mwh(y) - mwh
                             : wants_high ? steps_[k].high_mwh - mwh
                                          : 0.0;
        const int sign = slope > 0.0 ? 1 : slope < 0.0 ? -1 : 0;
        double& step = step_[k];
        if (step == 0.0) {
            step = 0.25 * typical;
        } else if (sign * sign_[k] > 0) {
            step *= 1.5;
        } else if (sign * sign_[k] < 0) {
            step *= 0.5;
        }
        step = std::max(step, 1e-4 * typical);
        sign_[k] = sign;
        const double next = y + sign * step;
        // Not through 0 at once, where the slope changes; above the charge nothing is gained.
        y = std::min(y * next < 0.0 ? 0.0 : next, most_[k]);
    }
}

} // namespace longyang::solve::prices
