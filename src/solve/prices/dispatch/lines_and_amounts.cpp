#include "solve/prices/dispatch/lines_and_amounts.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <utility>

namespace longyang::solve::prices {

void LineWalk::begin(const lp::LinePlan& target) {
    if (target.power_mw.size() != hours_) {
        throw Error(Exit::defect, "a target of a line that does not fit it");
    }
    plan_.power_mw = target.power_mw;
    plan_.delivered_mw.assign(hours_, 0.0);
    for (std::size_t t = 0; t < hours_ && !line_.chord_slope.empty(); ++t) {
        double least = line_.chord_slope[0] * plan_.power_mw[t] + line_.chord_offset_mw[0];
        for (std::size_t k = 1; k < line_.chord_slope.size(); ++k) {
            least = std::min(least,
                             line_.chord_slope[k] * plan_.power_mw[t] + line_.chord_offset_mw[k]);
        }
        plan_.delivered_mw[t] = least;
    }
}

void LineWalk::prepare(std::size_t t, bool /*loose*/, HourProgramme& programme) const {
    programme.give(line_.injection, -plan_.power_mw[t]);
    programme.give(line_.power, plan_.power_mw[t]);
}

double LineWalk::settle(std::size_t t, const HourProgramme& /*programme*/) const {
    return line_.missing_cny(t, plan_.power_mw[t]) -
           line_.delivered_cny_per_mwh * plan_.delivered_mw[t];
}

AmountWalk::AmountWalk(const lp::HourlyAmount& amount, std::size_t hours, const HourRows& hour_rows,
                       HourProgramme& programme)
    : amount_(amount), hours_(hours), hour_rows_(hour_rows) {
    std::vector<Give> gives;
    for (std::size_t k = 0; k < amount.channel.size(); ++k) {
        gives.push_back({amount.channel[k], amount.weight[k]});
    }
    for (const int channel : amount.down) {
        gives.push_back({channel, 1.0});
    }
    column_ = programme.add_column(std::move(gives));
}

void AmountWalk::begin() {
    plan_.amount = amount_.low.all();
    plan_.down.assign(amount_.down.empty() ? 0 : hours_, 0.0);
}

void AmountWalk::prepare(std::size_t t, bool /*loose*/, HourProgramme& programme) const {
    if (!amount_.constant.empty()) {
        programme.give(amount_.channel[0], amount_.constant[t]);
    }
    programme.set(column_, amount_.low[t], by_the_hour(t) ? amount_.high[t] : amount_.low[t],
                  cost(t));
}

double AmountWalk::settle(std::size_t t, const HourProgramme& programme) {
    plan_.amount[t] = programme.value(column_);
    if (!plan_.down.empty()) {
        plan_.down[t] = plan_.amount[t];
    }
    return cost(t) * plan_.amount[t];
}

} // namespace longyang::solve::prices
