#pragma once

#include "grid/schedule.hpp"
#include "results/content.hpp"
#include "results/read.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// What earlier runs by prices know of hours of the year: prices of rows and limits of the network.
/// An hour that none of them had is like the known one at the same time of day whose day is nearest
/// (of two the earlier; the year is a circle).
class KnownPrices {
public:
    /// Of two runs that had the same hours the one that is added later counts.
    void add(const results::Stored& stored, const results::RowPrices& rows);

    /// Hour of the year that `hour` is like, itself where it is known; -1: none is.
    [[nodiscard]] int like(int hour) const { return like_[static_cast<std::size_t>(hour)]; }
    /// Limits known in the hour that `hour` is like: kind, "branch" or "section", and name.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> limits_in(int hour) const;
    /// Price of a row of a family (as "NW-2") and name over hours [begin, end) of the year, CNY per
    /// unit; NaN where no run had one like it. Of a row over several hours: that of the same hours,
    /// else the mean of those that it has hours in common with, weighted by these, else that of the
    /// nearest middle.
    [[nodiscard]] double price(const std::string& tag, const std::string& what, int begin,
                               int end) const;

private:
    struct Long {
        int begin = 0, end = 0;
        double price_cny = 0.0;
    };
    struct Family {
        std::map<int, double> of_hour; ///< CNY per unit, by hour of the year
        std::vector<Long> longer;
    };
    [[nodiscard]] int nearest(int hour) const;
    [[nodiscard]] static double long_price(const std::vector<Long>& rows, int begin, int end);

    std::map<int, std::vector<std::pair<std::string, std::string>>> limits_; ///< of known hours
    std::map<std::pair<std::string, std::string>, Family> families_;
    std::vector<int> like_ = std::vector<int>(grid::hours_per_year, -1); ///< per hour of the year
};

} // namespace longyang::run
