#include "solve/prices/oracles/hourly_oracle.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// An amount whose channels are places in its oracle's list.
struct Amount {
    lp::HourlyAmount data;
    std::size_t hours = 0;
    lp::AmountPlan plan;

    [[nodiscard]] double cost(std::size_t t) const { return data.cny_per_unit[t]; }
    [[nodiscard]] std::size_t at(int place, std::size_t t) const {
        return static_cast<std::size_t>(place) * hours + t;
    }

    Answer solve(std::span<const double> prices, std::span<double> given);
};

// PE-6  x = high where cost - sum of weight x price - [price of downward reserve]^+ < 0, else low
Answer Amount::solve(std::span<const double> prices, std::span<double> given) {
    Answer answer{data.constant_cny, data.constant_cny};
    for (std::size_t t = 0; t < hours; ++t) {
        const double cost_cny = cost(t);
        double reduced = cost_cny;
        for (std::size_t k = 0; k < data.channel.size(); ++k) {
            reduced -= data.weight[k] * prices[at(data.channel[k], t)];
        }
        double down_price = 0.0;
        for (const int place : data.down) {
            down_price += prices[at(place, t)];
        }
        const double reserve = std::max(0.0, down_price);
        const double x = reduced - reserve < 0.0 ? data.high[t] : data.low[t];
        plan.amount[t] = x;
        if (!data.down.empty()) {
            plan.down[t] = down_price > 0.0 ? x : 0.0;
        }
        answer.bound += (reduced - reserve) * x;
        answer.cost_cny += cost_cny * x;
        for (std::size_t k = 0; k < data.channel.size(); ++k) {
            given[at(data.channel[k], t)] += data.weight[k] * x;
        }
        if (down_price > 0.0) {
            for (const int place : data.down) {
                given[at(place, t)] += x;
            }
        }
        if (!data.constant.empty()) {
            const std::size_t here = at(data.channel[0], t);
            given[here] += data.constant[t];
            answer.bound -= prices[here] * data.constant[t];
        }
    }
    return answer;
}

/// What it may give without limit: all its weights positive, and a cost.
std::vector<Relief> relief_of(const Amount& amount) {
    const lp::HourlyAmount& data = amount.data;
    const double dearest = data.cny_per_unit.largest();
    std::vector<Relief> relief;
    if (dearest > 0.0 && std::all_of(data.weight.begin(), data.weight.end(),
                                     [](double weight) { return weight > 0.0; })) {
        for (std::size_t k = 0; k < data.channel.size(); ++k) {
            relief.push_back({data.channel[k], dearest / data.weight[k]});
        }
    }
    return relief;
}

} // namespace

Oracle hourly_oracle(lp::HourlyAmount amount, int hours) {
    Oracle oracle;
    for (int& channel : amount.channel) {
        channel = place_of(oracle.channels, channel);
    }
    for (int& channel : amount.down) {
        channel = place_of(oracle.channels, channel);
    }
    const auto own = std::make_shared<Amount>();
    own->data = std::move(amount);
    own->hours = static_cast<std::size_t>(hours);
    own->plan.amount.assign(own->hours, 0.0);
    own->plan.down.assign(own->data.down.empty() ? 0 : own->hours, 0.0);
    std::vector<double> units(own->hours);
    for (std::size_t t = 0; t < own->hours; ++t) {
        units[t] = own->data.high[t] - own->data.low[t];
    }
    if (!own->data.channel.empty()) {
        oracle.relief = relief_of(*own);
        oracle.reach.push_back(
            {own->data.channel, own->data.weight, units, oracle.relief.empty() ? 1.0 : 0.0});
    }
    if (!own->data.down.empty()) {
        oracle.reach.push_back(
            {own->data.down, std::vector<double>(own->data.down.size(), 1.0), units});
    }
    oracle.solve = [own](std::span<const double> prices, std::span<double> given) {
        return own->solve(prices, given);
    };
    oracle.plan = [own](std::size_t) -> lp::BlockPlan { return own->plan; };
    return oracle;
}

} // namespace longyang::solve::prices
