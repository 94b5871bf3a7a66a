#include "solve/prices/dispatch/long_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// So far inside its limits, as a share of their distance, a row is steered.
constexpr double margin = 0.01;
/// Over so many hours a row that is behind is to come back, fewer near its end.
constexpr double most_back_h = 24.0;
/// So many premiums are the most that its price moves: little where more is wanted, which relief
/// can give at its price, so that no load is shed for it; more where it would exceed a limit.
constexpr double most_premiums = 1.0, most_premiums_down = 5.0;
/// Of what later hours are planned to add, the share that they could leave out.
constexpr double relied_on = 0.1;

} // namespace

LongRows::LongRows(const lp::Coupling& coupling, std::span<const double> row_price)
    : coupling_(coupling) {
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (row.end - row.begin > 1) {
            Row own;
            own.pattern = row.pattern;
            own.begin = row.begin;
            own.end = row.end;
            own.lower = row.lower;
            own.upper = row.upper;
            own.price_cny = row_price[r];
            rows_.push_back(std::move(own));
        }
    }
}

double LongRows::sum_in_hour(const Row& row, std::span<const double> channel, std::size_t stride,
                             std::size_t t) const {
    const lp::Pattern& pattern = coupling_.patterns[static_cast<std::size_t>(row.pattern)];
    double sum = 0.0;
    for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
        sum +=
            pattern.weight[k] * channel[static_cast<std::size_t>(pattern.channel[k]) * stride + t];
    }
    return sum;
}

// PE-38  planned sums of hours, moved alike so that their total lies within the row's limits
void LongRows::begin(std::span<const double> planned, double premium_cny) {
    premium_cny_ = premium_cny;
    const auto hours = static_cast<std::size_t>(coupling_.hours);
    for (Row& row : rows_) {
        row.planned.clear();
        row.behind = 0.0;
        for (int t = row.begin; t < row.end; ++t) {
            row.planned.push_back(sum_in_hour(row, planned, hours, static_cast<std::size_t>(t)));
            row.largest = std::max(row.largest, std::abs(row.planned.back()));
        }
        const double total = std::accumulate(row.planned.begin(), row.planned.end(), 0.0);
        const double inside = std::isfinite(row.lower) && std::isfinite(row.upper)
                                  ? margin * (row.upper - row.lower)
                                  : 0.0;
        const double wanted = std::clamp(total, row.lower + inside, row.upper - inside);
        for (double& amount : row.planned) {
            amount += (wanted - total) / static_cast<double>(row.planned.size());
        }
        row.room = row.upper - wanted;
        row.spare = std::isfinite(row.lower) ? wanted - row.lower : row.room;
        row.later.assign(row.planned.size(), 0.0);
        for (std::size_t k = row.planned.size(); k-- > 1;) {
            row.later[k - 1] = row.later[k] + std::max(row.planned[k], 0.0);
        }
    }
}

/// Whether a row with one limit has a price and is planned to be at its limit: then room that is
/// left is worth as much as room that is missing.
bool LongRows::binds(const Row& row) {
    const bool from_below = std::isfinite(row.lower);
    const double limit = from_below ? row.lower : row.upper;
    return (from_below ? row.price_cny > 0.0 : row.price_cny < 0.0) &&
           row.spare <= margin * std::abs(limit);
}

/// A row with one limit has that much to spare before its price moves, unless it binds.
double LongRows::counted_behind(const Row& row) {
    if ((std::isfinite(row.lower) && std::isfinite(row.upper)) || binds(row)) {
        return row.behind;
    }
    return std::isfinite(row.lower) ? std::max(0.0, row.behind - row.spare)
                                    : std::min(0.0, row.behind + row.spare);
}

void LongRows::add_prices(std::size_t t, std::span<double> channel_cny) const {
    const int hour = static_cast<int>(t);
    for (const Row& row : rows_) {
        if (hour < row.begin || hour >= row.end) {
            continue;
        }
        const double left_h = std::min(most_back_h, static_cast<double>(row.end - hour));
        const double hours_behind = counted_behind(row) / row.largest * (most_back_h / left_h);
        double cny = row.price_cny +
                     premium_cny_ * std::clamp(hours_behind, -most_premiums_down, most_premiums);
        if (!std::isfinite(row.upper)) {
            cny = std::max(cny, 0.0); // no more than enough has a price
        } else if (!std::isfinite(row.lower)) {
            cny = std::min(cny, 0.0);
        }
        const lp::Pattern& pattern = coupling_.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            channel_cny[static_cast<std::size_t>(pattern.channel[k])] += cny * pattern.weight[k];
        }
    }
}

// PE-38  sum up to this hour <= planned up to this hour + upper limit - planned in all + what later
//        hours can leave out
std::vector<HourLimit> LongRows::limits(std::size_t t) const {
    const int hour = static_cast<int>(t);
    std::vector<HourLimit> limits;
    for (const Row& row : rows_) {
        if (hour < row.begin || hour >= row.end || !std::isfinite(row.room)) {
            continue;
        }
        const lp::Pattern& pattern = coupling_.patterns[static_cast<std::size_t>(row.pattern)];
        HourLimit limit;
        limit.channel = pattern.channel;
        limit.weight = pattern.weight;
        limit.upper = row.planned[t - static_cast<std::size_t>(row.begin)] + row.behind + row.room +
                      relied_on * row.later[t - static_cast<std::size_t>(row.begin)];
        limits.push_back(std::move(limit));
    }
    return limits;
}

void LongRows::settle(std::size_t t, std::span<const double> channel) {
    const int hour = static_cast<int>(t);
    for (Row& row : rows_) {
        if (hour >= row.begin && hour < row.end) {
            row.behind += row.planned[t - static_cast<std::size_t>(row.begin)] -
                          sum_in_hour(row, channel, 1, 0);
        }
    }
}

} // namespace longyang::solve::prices
