#include "solve/prices/hour_rows.hpp"

#include <algorithm>

namespace longyang::solve::prices {

HourRows::HourRows(const lp::Coupling& coupling)
    : hours_(static_cast<std::size_t>(coupling.hours)),
      stands_(coupling.channels.size() * hours_, 0) {
    for (const lp::CouplingRow& row : coupling.rows) {
        if (row.end - row.begin == 1) {
            for (const int channel :
                 coupling.patterns[static_cast<std::size_t>(row.pattern)].channel) {
                stands_[static_cast<std::size_t>(channel) * hours_ +
                        static_cast<std::size_t>(row.begin)] = 1;
            }
        }
    }
}

bool HourRows::hold(const lp::HourlyAmount& amount, std::size_t hour) const {
    const auto stands = [&](int channel) {
        return stands_[static_cast<std::size_t>(channel) * hours_ + hour] != 0;
    };
    return std::any_of(amount.channel.begin(), amount.channel.end(), stands) ||
           std::any_of(amount.down.begin(), amount.down.end(), stands);
}

} // namespace longyang::solve::prices
