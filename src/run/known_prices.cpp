#include "run/known_prices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::run {
namespace {

constexpr int hours_per_day = 24;
constexpr int days_per_year = grid::hours_per_year / hours_per_day;

} // namespace

void KnownPrices::add(const results::Stored& stored, const results::RowPrices& rows) {
    const int first = stored.span.begin;
    const int end_of_span = first + stored.span.hours;
    for (int t = first; t < end_of_span; ++t) {
        limits_[t].clear();
    }
    for (auto& [key, family] : families_) {
        std::erase_if(family.of_hour, [&](const auto& hour) {
            return hour.first >= first && hour.first < end_of_span;
        });
        std::erase_if(family.longer, [&](const Long& row) {
            return row.begin >= first && row.end <= end_of_span;
        });
    }
    for (const results::StoredLimit& limit : stored.limits) {
        limits_[first + limit.hour].emplace_back(limit.kind, limit.name);
    }
    for (std::size_t r = 0; r < rows.pattern.size(); ++r) {
        const auto p = static_cast<std::size_t>(rows.pattern[r]);
        Family& family = families_[{rows.tag[p], rows.what[p]}];
        const int begin = first + rows.begin[r];
        const int end = first + rows.end[r];
        if (end == begin + 1) {
            family.of_hour[begin] = rows.price_cny[r];
        } else {
            family.longer.push_back({begin, end, rows.price_cny[r]});
        }
    }
    for (int hour = 0; hour < grid::hours_per_year; ++hour) {
        like_[static_cast<std::size_t>(hour)] = nearest(hour);
    }
}

int KnownPrices::nearest(int hour) const {
    for (int days = 0; 2 * days <= days_per_year; ++days) {
        for (const int step : {-days, days}) {
            const int there =
                (hour + step * hours_per_day + grid::hours_per_year) % grid::hours_per_year;
            if (limits_.contains(there)) {
                return there;
            }
        }
    }
    return -1;
}

std::vector<std::pair<std::string, std::string>> KnownPrices::limits_in(int hour) const {
    const auto found = limits_.find(like(hour));
    return found == limits_.end() ? std::vector<std::pair<std::string, std::string>>{}
                                  : found->second;
}

double KnownPrices::price(const std::string& tag, const std::string& what, int begin,
                          int end) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const auto found = families_.find({tag, what});
    if (found == families_.end()) {
        return none;
    }
    if (end > begin + 1) {
        return found->second.longer.empty() ? none : long_price(found->second.longer, begin, end);
    }
    const auto hour = found->second.of_hour.find(like(begin));
    return hour == found->second.of_hour.end() ? none : hour->second;
}

double KnownPrices::long_price(const std::vector<Long>& rows, int begin, int end) {
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const Long& row) {
        return row.begin == begin && row.end == end;
    });
    if (same != rows.end()) {
        return same->price_cny;
    }
    double hours = 0.0;
    double sum_cny = 0.0;
    for (const Long& row : rows) {
        const double common = std::max(0, std::min(end, row.end) - std::max(begin, row.begin));
        hours += common;
        sum_cny += common * row.price_cny;
    }
    if (hours > 0.0) {
        return sum_cny / hours;
    }
    return std::min_element(rows.begin(), rows.end(),
                            [&](const Long& a, const Long& b) {
                                const auto apart = [&](const Long& row) {
                                    return std::abs(row.begin + row.end - begin - end);
                                };
                                return apart(a) < apart(b);
                            })
        ->price_cny;
}

} // namespace longyang::run
