#include "certify/amounts.hpp"

#include <algorithm>

namespace longyang::certify {

double amount_value(const lp::HourlyAmount& data, const Prices& prices, std::size_t hour,
                    double amount, double down) {
    double value = data.cny_per_unit[hour] * amount;
    for (std::size_t k = 0; k < data.channel.size(); ++k) {
        value -= prices.at(data.channel[k], hour) * data.weight[k] * amount;
    }
    if (!data.constant.empty()) {
        value -= prices.at(data.channel[0], hour) * data.constant[hour];
    }
    for (const int channel : data.down) {
        value -= prices.at(channel, hour) * down;
    }
    return value;
}

// RN-2: downward reserve is at most the amount, so what is best lies at one of its ends with all of
// it or none.
double amount_bound(const lp::HourlyAmount& data, const Prices& prices, std::size_t hour) {
    double least = amount_value(data, prices, hour, data.low[hour], 0.0);
    for (const double amount : {data.low[hour], data.high[hour]}) {
        least = std::min({least, amount_value(data, prices, hour, amount, 0.0),
                          amount_value(data, prices, hour, amount, amount)});
    }
    return least;
}

} // namespace longyang::certify
