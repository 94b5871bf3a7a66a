#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace longyang::certify {

/// Prices of channels: channels x hours, hours contiguous, CNY per unit of the channel.
struct Prices {
    std::span<const double> value;
    std::size_t hours = 0;

    [[nodiscard]] double at(int channel, std::size_t hour) const {
        return value[static_cast<std::size_t>(channel) * hours + hour];
    }
    /// What a unit of reserve earns that counts in all of `channels`. Nobody has to hold reserve,
    /// so it is not below 0.
    [[nodiscard]] double of_reserve(const std::vector<int>& channels, std::size_t hour) const {
        double sum = 0.0;
        for (const int channel : channels) {
            sum += at(channel, hour);
        }
        return std::max(0.0, sum);
    }
};

} // namespace longyang::certify
