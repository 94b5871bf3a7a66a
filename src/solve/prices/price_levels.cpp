#include "solve/prices/price_levels.hpp"

#include "kernels/rows.hpp"
#include "lp/block.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace longyang::solve::prices {
namespace {

/// Hours of the shortest span in which levels are looked for: within a day the steps of its hours
/// do as well, and levels only disturb them.
constexpr int shortest_span = 48;
/// Of the span's hours, in how many at least a limit must have a price for it to have a level.
constexpr double least_share = 0.9;
/// What is added to the metric's diagonal, as levels of limits that lie behind each other hardly
/// differ.
constexpr double ridge = 0.01;

/// Where the price of a row of one hour may go.
enum class Side { none, up, down, both };

Side side_of(const lp::CouplingRow& row, double price) {
    if (row.lower == row.upper) {
        return Side::both;
    }
    return price > 0.0 ? Side::up : (price < 0.0 ? Side::down : Side::none);
}

bool has_levels(const lp::Coupling& coupling) {
    return coupling.hours >= shortest_span;
}

} // namespace

void PriceLevels::set_metric(Lasting lasting, std::span<const double> units,
                             std::vector<double> effect) {
    lasting_ = std::move(lasting);
    effect_ = std::move(effect);
    const std::size_t movers = lasting_.over_span.size();
    patterns_ = movers > 0 ? effect_.size() / movers : 0;
    all_.clear();
    for (std::size_t m = 0; m < movers; ++m) {
        const std::size_t hours = units.size() / movers;
        const auto own = units.subspan(m * hours, hours);
        all_.push_back(std::accumulate(own.begin(), own.end(), 0.0));
    }
}

/// Of balances and limits that have a price most of the time, then of rows over several hours.
std::vector<PriceLevels::Level> PriceLevels::list_levels(const lp::Coupling& coupling,
                                                         std::span<const std::size_t> hour_rows,
                                                         std::span<const std::size_t> long_rows,
                                                         std::span<const double> row_sum,
                                                         std::span<const double> price) {
    const auto hours = static_cast<std::size_t>(coupling.hours);
    std::vector<std::size_t> count(coupling.patterns.size(), 0);
    std::vector<double> slope(coupling.patterns.size(), 0.0);
    const bool looks = has_levels(coupling);
    for (const std::size_t r : hour_rows) {
        const lp::CouplingRow& row = coupling.rows[r];
        const Side side = side_of(row, price[r]);
        if (looks && side != Side::none) {
            const auto p = static_cast<std::size_t>(row.pattern);
            slope[p] += (side == Side::down ? row.upper : row.lower) - row_sum[r];
            ++count[p];
        }
    }
    std::vector<Level> levels;
    for (std::size_t p = 0; p < count.size(); ++p) {
        if (looks && static_cast<double>(count[p]) >= least_share * static_cast<double>(hours)) {
            levels.push_back({p, 0, hours, slope[p], -1});
        }
    }
    for (const std::size_t r : long_rows) {
        const lp::CouplingRow& row = coupling.rows[r];
        levels.push_back({static_cast<std::size_t>(row.pattern),
                          static_cast<std::size_t>(row.begin), static_cast<std::size_t>(row.end),
                          0.0, static_cast<std::ptrdiff_t>(r)});
    }
    return levels;
}

double PriceLevels::moved(const Level& one, const Level& other,
                          std::span<const double> units) const {
    double sum = 0.0;
    for (std::size_t m = 0; m < units.size(); ++m) {
        sum += units[m] * effect_[m * patterns_ + one.pattern] *
               effect_[m * patterns_ + other.pattern];
    }
    return sum;
}

double PriceLevels::share_of(const Level& level, double hours) {
    return static_cast<double>(level.end - level.begin) / hours;
}

std::vector<float> PriceLevels::metric_of(std::span<const Level> levels, double hours) const {
    const std::size_t n = levels.size();
    std::vector<float> metric(n * n, 0.0F);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const std::size_t begin = std::max(levels[i].begin, levels[j].begin);
            const std::size_t end = std::min(levels[i].end, levels[j].end);
            if (begin >= end) {
                continue;
            }
            const double share = static_cast<double>(end - begin) / hours;
            double h = share * moved(levels[i], levels[j],
                                     i == j && share < least_share ? lasting_.over_month
                                                                   : lasting_.over_span);
            if (i == j) {
                // What only moves from hour to hour, where nothing else does.
                h = (1.0 + ridge) * (h > 0.0 ? h : share * moved(levels[i], levels[i], all_));
            }
            metric[i * n + j] = metric[j * n + i] = static_cast<float>(h);
        }
    }
    return metric;
}

void PriceLevels::step(const lp::Coupling& coupling, std::span<const std::size_t> hour_rows,
                       std::span<const std::size_t> long_rows, std::span<const double> row_sum,
                       double scale, const RowPrices& prices) {
    const std::vector<Level> levels =
        list_levels(coupling, hour_rows, long_rows, row_sum, prices.price);
    std::vector<double> price, lower, upper, low, high, sum, last;
    for (const Level& level : levels) {
        const bool hourly = level.row < 0;
        const auto r = static_cast<std::size_t>(std::max<std::ptrdiff_t>(level.row, 0));
        // A level's change is the price of an equation, whose sum falls short by the slope.
        price.push_back(hourly ? 0.0 : prices.price[r]);
        lower.push_back(hourly ? 0.0 : coupling.rows[r].lower);
        upper.push_back(hourly ? 0.0 : coupling.rows[r].upper);
        low.push_back(hourly ? -lp::infinity : prices.low[r]);
        high.push_back(hourly ? lp::infinity : prices.high[r]);
        sum.push_back(hourly ? -level.slope : row_sum[r]);
        const auto before = last_.find({level.pattern, level.begin});
        last.push_back(before == last_.end() ? 0.0 : before->second);
    }
    kernels::StepSettings settings;
    settings.scale = scale;
    std::vector<std::int64_t> first{0}, place{0}, number(levels.size());
    std::iota(number.begin(), number.end(), 0);
    std::vector<float> metric;
    if (has_levels(coupling)) {
        settings.sweeps = 200;
        settings.factor_min = 0.1;
        metric = metric_of(levels, coupling.hours);
        first.push_back(static_cast<std::int64_t>(levels.size()));
        place.push_back(static_cast<std::int64_t>(metric.size()));
    } else {
        for (const Level& level : levels) {
            metric.push_back(
                static_cast<float>(share_of(level, coupling.hours) * moved(level, level, all_)));
            first.push_back(static_cast<std::int64_t>(metric.size()));
            place.push_back(static_cast<std::int64_t>(metric.size()));
        }
    }
    factor_.resize(first.size() - 1, 1.0);
    kernels::metric_step({first, number}, {lower, upper, low, high}, place, metric, settings, sum,
                         price, factor_, last);

    last_.clear();
    std::vector<double> shift(coupling.patterns.size(), 0.0);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        last_[{levels[k].pattern, levels[k].begin}] = last[k];
        if (levels[k].row < 0) {
            shift[levels[k].pattern] = price[k];
        } else {
            prices.price[static_cast<std::size_t>(levels[k].row)] = price[k];
        }
    }
    for (const std::size_t r : hour_rows) {
        const lp::CouplingRow& row = coupling.rows[r];
        const Side side = side_of(row, prices.price[r]);
        const double by = shift[static_cast<std::size_t>(row.pattern)];
        if (side == Side::none || by == 0.0) {
            continue;
        }
        double shifted = prices.price[r] + by; // a limit's price keeps its side
        shifted = side == Side::up ? std::max(shifted, 0.0) : shifted;
        shifted = side == Side::down ? std::min(shifted, 0.0) : shifted;
        prices.price[r] = std::clamp(shifted, prices.low[r], prices.high[r]);
    }
}

} // namespace longyang::solve::prices
