#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Internal to solve/prices: tables of an oracle's channels by hour, hours contiguous.
namespace longyang::solve::prices {

/// Sum of prices over places in an hour.
inline double price_at(std::span<const double> prices, const std::vector<int>& places,
                       std::size_t hours, std::size_t t) {
    double price = 0.0;
    for (const int place : places) {
        price += prices[static_cast<std::size_t>(place) * hours + t];
    }
    return price;
}

/// Adds an amount at every place of an hour.
inline void give_at(std::span<double> given, const std::vector<int>& places, std::size_t hours,
                    std::size_t t, double amount) {
    for (const int place : places) {
        given[static_cast<std::size_t>(place) * hours + t] += amount;
    }
}

} // namespace longyang::solve::prices
