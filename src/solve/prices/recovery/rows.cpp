#include "solve/prices/recovery/rows.hpp"

#include "kernels/rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::solve::prices::recovery {
namespace {

/// Sweeps over an hour's rows end where no price changes by more than this share of the scale.
constexpr double accurate = 1e-5;

/// Per channel the dearest relief: any amount at a cost (as PriceEngine has it from its oracles).
std::vector<double> most_prices(std::span<const lp::OracleData> blocks, std::size_t channels) {
    std::vector<double> most(channels, 0.0);
    for (const lp::OracleData& block : blocks) {
        const auto* amount = std::get_if<lp::HourlyAmount>(&block);
        if (amount == nullptr || amount->cny_per_unit.empty()) {
            continue;
        }
        const double dearest = amount->cny_per_unit.largest();
        const bool gives = std::all_of(amount->weight.begin(), amount->weight.end(),
                                       [](double weight) { return weight > 0.0; });
        for (std::size_t k = 0; gives && k < amount->channel.size(); ++k) {
            double& here = most[static_cast<std::size_t>(amount->channel[k])];
            here = std::max(here, dearest / amount->weight[k]);
        }
    }
    return most;
}

/// Per channel, not 0 where only whole decisions give to it: levels of lines, units that run.
std::vector<char> whole_channels(std::span<const lp::OracleData> blocks, std::size_t channels) {
    std::vector<char> whole(channels, 0);
    for (const lp::OracleData& block : blocks) {
        if (const auto* line = std::get_if<lp::LevelLine>(&block);
            line != nullptr && line->step_mw > 0.0) {
            whole[static_cast<std::size_t>(line->power)] = 1;
        } else if (const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&block)) {
            for (const lp::UnitGroup& group : *groups) {
                if (group.running >= 0) {
                    whole[static_cast<std::size_t>(group.running)] = 1;
                }
            }
        }
    }
    return whole;
}

} // namespace

void FollowingPrices::Rows::append(const Rows& from, std::size_t row) {
    const auto copy = [row](auto& to, const auto& own) { to.push_back(own[row]); };
    copy(number, from.number);
    copy(pattern, from.pattern);
    copy(begin, from.begin);
    copy(end, from.end);
    copy(lower, from.lower);
    copy(upper, from.upper);
    copy(low_cny, from.low_cny);
    copy(high_cny, from.high_cny);
    copy(breach_cny, from.breach_cny);
    for (std::vector<double>* list :
         {&price, &asking, &sum, &foretold, &cny_per_unit, &from_lower, &from_upper}) {
        list->push_back(0.0);
    }
}

void FollowingPrices::Rows::note(std::size_t row) {
    const double by = cny_per_unit[row];
    const double here = asking[row];
    from_lower[row] = by == 0.0 ? here : here + (lower[row] - foretold[row]) * by;
    from_upper[row] = by == 0.0 ? here : here + (upper[row] - foretold[row]) * by;
}

double FollowingPrices::Rows::breach_by(std::size_t row, double more) const {
    return breach_cny[row] *
           (std::max(0.0, sum[row] + more - upper[row]) - std::max(0.0, sum[row] - upper[row]));
}

FollowingPrices::FollowingPrices(const lp::Coupling& coupling, const std::vector<char>& handled,
                                 std::span<const lp::OracleData> blocks, const Movers& movers,
                                 double scale)
    : coupling_(coupling), scale_(scale), row_price_(coupling.rows.size(), 0.0),
      patterns_of_channel_(coupling.channels.size()) {
    for (std::size_t p = 0; p < coupling.patterns.size(); ++p) {
        const lp::Pattern& pattern = coupling.patterns[p];
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            patterns_of_channel_[static_cast<std::size_t>(pattern.channel[k])].emplace_back(
                p, pattern.weight[k]);
        }
    }
    lay_out(handled, blocks);
    measure(movers);
}

void FollowingPrices::lay_out(const std::vector<char>& handled,
                              std::span<const lp::OracleData> blocks) {
    const std::vector<double> most_price = most_prices(blocks, coupling_.channels.size());
    const std::vector<char> whole = whole_channels(blocks, coupling_.channels.size());
    for (const lp::Pattern& pattern : coupling_.patterns) {
        const bool fixed =
            std::all_of(pattern.channel.begin(), pattern.channel.end(),
                        [&](int channel) { return whole[static_cast<std::size_t>(channel)] != 0; });
        fixed_.push_back(fixed ? 1 : 0);
    }
    std::vector<std::vector<std::size_t>> of_hour(hours());
    Rows all;
    for (std::size_t r = 0; r < coupling_.rows.size(); ++r) {
        if (handled[r] != 0) {
            continue;
        }
        const lp::CouplingRow& given = coupling_.rows[r];
        const auto pattern_number = static_cast<std::size_t>(given.pattern);
        const lp::Pattern& pattern = coupling_.patterns[pattern_number];
        double most = 0.0;
        bool alike = true;
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            most = std::max(most, most_price[static_cast<std::size_t>(pattern.channel[k])]);
            // A line's share in what is owed does not help a row over a month or year.
            const bool takes = given.end > given.begin + 1 && pattern.weight[k] < 0.0;
            alike = alike && (takes || pattern.weight[k] == 1.0);
        }
        const double relief = alike && most > 0.0 && !lp::is_band(given) ? most : lp::infinity;
        const double limit = given.must_hold() ? relief : given.breach_cny;
        const bool fixed = fixed_[pattern_number] != 0 && !given.must_hold();
        all.number.push_back(r);
        all.pattern.push_back(given.pattern);
        all.begin.push_back(given.begin);
        all.end.push_back(given.end);
        all.lower.push_back(given.lower);
        all.upper.push_back(given.upper);
        all.low_cny.push_back(std::isfinite(given.upper) ? -limit : 0.0);
        all.high_cny.push_back(std::isfinite(given.lower) ? limit : 0.0);
        all.breach_cny.push_back(fixed ? given.breach_cny : 0.0);
        const std::size_t place = all.size() - 1;
        if (given.end == given.begin + 1) {
            of_hour[static_cast<std::size_t>(given.begin)].push_back(place);
        } else {
            long_.append(all, place);
        }
    }
    first_.assign(1, 0);
    for (const std::vector<std::size_t>& in_hour : of_hour) {
        for (const std::size_t place : in_hour) {
            rows_.append(all, place);
        }
        first_.push_back(static_cast<std::int64_t>(rows_.size()));
    }
}

// PE-3, for rows of single hours and for those of several, as DualStep has it.
void FollowingPrices::measure(const Movers& movers) {
    const std::size_t patterns = coupling_.patterns.size();
    const std::size_t count = movers.channel.size();
    std::vector<double> effect(count * patterns, 0.0);
    for (std::size_t m = 0; m < count; ++m) {
        for (std::size_t k = 0; k < movers.channel[m].size(); ++k) {
            for (const auto& [p, weight] :
                 patterns_of_channel_[static_cast<std::size_t>(movers.channel[m][k])]) {
                effect[m * patterns + p] += movers.weight[m][k] * weight;
            }
        }
    }
    const std::vector<std::int64_t> pattern(rows_.pattern.begin(), rows_.pattern.end());
    const kernels::HourRows hour_rows{first_, pattern};
    metric_first_.resize(hours() + 1);
    kernels::place_metric(hour_rows, metric_first_);
    metric_.resize(static_cast<std::size_t>(metric_first_.back()));
    kernels::hour_metric(hour_rows, count, patterns, effect, movers.units, metric_first_, metric_);
    for (std::size_t t = 0; t < hours(); ++t) {
        const auto n = static_cast<std::size_t>(first_[t + 1] - first_[t]);
        for (std::size_t i = 0; i < n; ++i) {
            const auto h = static_cast<double>(
                metric_[static_cast<std::size_t>(metric_first_[t]) + i * n + i]);
            rows_.cny_per_unit[static_cast<std::size_t>(first_[t]) + i] =
                h > 0.0 ? scale_ / h : 0.0;
        }
    }
    for (std::size_t r = 0; r < long_.size(); ++r) {
        double h = 0.0;
        for (std::size_t m = 0; m < count; ++m) {
            const double a = effect[m * patterns + long_.pattern_of(r)];
            const double* units = movers.units.data() + m * hours();
            h += a * a * std::accumulate(units + long_.begin[r], units + long_.end[r], 0.0);
        }
        long_.cny_per_unit[r] = h > 0.0 ? scale_ / h : 0.0;
    }
}

void FollowingPrices::begin(std::span<const double> row_price, std::span<const double> channel) {
    row_price_.assign(row_price.begin(), row_price.end());
    for (Rows* list : {&rows_, &long_}) {
        for (std::size_t r = 0; r < list->size(); ++r) {
            list->price[r] = list->asking[r] = row_price_[list->number[r]];
        }
    }
    set_sums(channel);
}

void FollowingPrices::set_limits(std::span<const lp::CouplingRow> rows) {
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        rows_.lower[r] = rows[rows_.number[r]].lower;
        rows_.upper[r] = rows[rows_.number[r]].upper;
    }
}

void FollowingPrices::set_sums(std::span<const double> channel) {
    for (Rows* list : {&rows_, &long_}) {
        for (std::size_t r = 0; r < list->size(); ++r) {
            const lp::Pattern& pattern = coupling_.patterns[list->pattern_of(r)];
            double sum = 0.0;
            for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
                const double* given =
                    channel.data() + static_cast<std::size_t>(pattern.channel[k]) * hours();
                sum += pattern.weight[k] *
                       std::accumulate(given + list->begin[r], given + list->end[r], 0.0);
            }
            list->sum[r] = sum;
        }
    }
    constexpr int sweeps = 20;
    for (std::size_t t = 0; t < hours(); ++t) {
        foretell(t);
        follow(t, sweeps, 0.0);
    }
    follow_long_rows();
}

void FollowingPrices::move(double share) {
    for (Rows* list : {&rows_, &long_}) {
        for (std::size_t r = 0; r < list->size(); ++r) {
            list->price[r] += share * (list->asking[r] - list->price[r]);
            row_price_[list->number[r]] = list->price[r];
        }
    }
    for (std::size_t t = 0; t < hours(); ++t) {
        foretell(t);
        follow(t, 5, 0.0);
    }
    follow_long_rows();
}

std::vector<double> FollowingPrices::between(double share) const {
    std::vector<double> price = row_price_;
    for (const Rows* list : {&rows_, &long_}) {
        for (std::size_t r = 0; r < list->size(); ++r) {
            price[list->number[r]] = std::lerp(list->price[r], list->asking[r], share);
        }
    }
    return price;
}

/// foretold = sum + H (asking - price) / scale
void FollowingPrices::foretell(std::size_t hour) {
    const auto first = static_cast<std::size_t>(first_[hour]);
    const std::size_t n = static_cast<std::size_t>(first_[hour + 1]) - first;
    double* foretold = rows_.foretold.data() + first;
    const float* h = metric_.data() + metric_first_[hour];
    std::copy_n(rows_.sum.data() + first, n, foretold);
    for (std::size_t i = 0; i < n; ++i) {
        const double step = (rows_.asking[first + i] - rows_.price[first + i]) / scale_;
        for (std::size_t j = 0; step != 0.0 && j < n; ++j) {
            foretold[j] += step * static_cast<double>(h[i * n + j]);
        }
    }
}

Effect FollowingPrices::effect_of(
    const std::array<std::vector<std::pair<int, double>>, kinds>& channels) const {
    Effect effect{std::vector<Amounts>(coupling_.patterns.size(), Amounts{}),
                  std::vector<char>(coupling_.patterns.size(), Effect::nothing)};
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        for (const auto& [channel, share] : channels[kind]) {
            for (const auto& [p, weight] :
                 patterns_of_channel_[static_cast<std::size_t>(channel)]) {
                effect.on[p][kind] += share * weight;
                const auto own = static_cast<char>(kind + 1);
                char& which = effect.which[p];
                which = which == Effect::nothing || which == own ? own : Effect::several;
            }
        }
    }
    return effect;
}

// PE-51  mean of the row's price over the way = what its integral changes by / how far it goes
void FollowingPrices::mean_prices(const Effect& effect, std::span<const double> from,
                                  std::span<const double> to, std::span<double> price) const {
    std::fill(price.begin(), price.end(), 0.0);
    for (std::size_t t = 0; t < hours(); ++t) {
        for (auto r = static_cast<std::size_t>(first_[t]);
             r < static_cast<std::size_t>(first_[t + 1]); ++r) {
            const std::size_t pattern = rows_.pattern_of(r);
            const char which = effect.which[pattern];
            if (which == Effect::nothing) {
                continue;
            }
            const double sum_from = effect.sum(pattern, from, t, hours());
            const double sum_to = effect.sum(pattern, to, t, hours());
            const double shift_from = sum_from * rows_.cny_per_unit[r];
            const double shift_to = sum_to * rows_.cny_per_unit[r];
            const bool rests = rows_.from_lower[r] <= std::min(shift_from, shift_to) &&
                               rows_.from_upper[r] >= std::max(shift_from, shift_to);
            if (rests && fixed_[pattern] == 0) {
                continue; // its price is 0 all the way
            }
            double mean = rows_.answering(r).mean_price(shift_from, shift_to);
            if (rows_.breach_cny[r] > 0.0 && std::abs(sum_to - sum_from) > 1e-6) {
                mean -= (rows_.breach_by(r, sum_to) - rows_.breach_by(r, sum_from)) /
                        (sum_to - sum_from);
            }
            const Amounts& a = effect.on[pattern];
            if (which != Effect::several) {
                const auto kind = static_cast<std::size_t>(which) - 1;
                price[kind * hours() + t] += a[kind] * mean;
                continue;
            }
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                price[kind * hours() + t] += a[kind] * mean;
            }
        }
    }
    long_prices(effect, price);
}

void FollowingPrices::long_prices(const Effect& effect, std::span<double> price) const {
    for (std::size_t r = 0; r < long_.size(); ++r) {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const double cny = effect.on[long_.pattern_of(r)][kind] * long_.asking[r];
            for (int t = long_.begin[r]; cny != 0.0 && t < long_.end[r]; ++t) {
                price[kind * hours() + static_cast<std::size_t>(t)] += cny;
            }
        }
    }
}

bool FollowingPrices::breaks_fixed(const Effect& effect) const {
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        if (rows_.breach_cny[r] > 0.0 && rows_.sum[r] > rows_.upper[r] &&
            effect.on[rows_.pattern_of(r)][energy] > 0.0) {
            return true;
        }
    }
    return false;
}

// PE-52  minus the integral of the price over the way
double FollowingPrices::cost_of_more(const Effect& effect, std::size_t hour, double more) const {
    double cost_cny = 0.0;
    for (auto r = static_cast<std::size_t>(first_[hour]);
         r < static_cast<std::size_t>(first_[hour + 1]); ++r) {
        if (effect.which[rows_.pattern_of(r)] == Effect::nothing) {
            continue;
        }
        const double a = effect.on[rows_.pattern_of(r)][energy];
        const double by = rows_.cny_per_unit[r];
        const Answering row = rows_.answering(r);
        cost_cny += by > 0.0 ? (row.integral(a * more * by) - row.integral(0.0)) / by
                             : -a * more * rows_.asking[r];
        cost_cny += rows_.breach_cny[r] > 0.0 ? rows_.breach_by(r, a * more) : 0.0;
    }
    for (std::size_t r = 0; r < long_.size(); ++r) {
        if (static_cast<int>(hour) >= long_.begin[r] && static_cast<int>(hour) < long_.end[r]) {
            cost_cny -= effect.on[long_.pattern_of(r)][energy] * more * long_.asking[r];
        }
    }
    return cost_cny;
}

void FollowingPrices::add(const Effect& effect, std::size_t hour, const Amounts& more) {
    const auto added = [&](std::size_t pattern) {
        const Amounts& a = effect.on[pattern];
        return std::inner_product(a.begin(), a.end(), more.begin(), 0.0);
    };
    for (auto r = static_cast<std::size_t>(first_[hour]);
         r < static_cast<std::size_t>(first_[hour + 1]); ++r) {
        if (effect.which[rows_.pattern_of(r)] != Effect::nothing) {
            const double sum = added(rows_.pattern_of(r));
            rows_.sum[r] += sum;
            rows_.foretold[r] += sum;
        }
    }
    for (std::size_t r = 0; r < long_.size(); ++r) {
        if (static_cast<int>(hour) >= long_.begin[r] && static_cast<int>(hour) < long_.end[r]) {
            long_.sum[r] += added(long_.pattern_of(r));
        }
    }
}

void FollowingPrices::changes_of(std::span<const int> channel, std::span<const double> change,
                                 std::vector<Change>& changes) const {
    changes.clear();
    std::vector<std::vector<std::pair<std::size_t, double>>> of_pattern(coupling_.patterns.size());
    for (std::size_t k = 0; k < channel.size(); ++k) {
        for (const auto& [p, weight] : patterns_of_channel_[static_cast<std::size_t>(channel[k])]) {
            of_pattern[p].emplace_back(k, weight);
        }
    }
    const auto sum_at = [&](std::size_t pattern, std::size_t t) {
        double sum = 0.0;
        for (const auto& [k, weight] : of_pattern[pattern]) {
            sum += weight * change[k * hours() + t];
        }
        return sum;
    };
    for (std::size_t t = 0; t < hours(); ++t) {
        for (auto r = static_cast<std::size_t>(first_[t]);
             r < static_cast<std::size_t>(first_[t + 1]); ++r) {
            const std::size_t pattern = rows_.pattern_of(r);
            const double sum = of_pattern[pattern].empty() ? 0.0 : sum_at(pattern, t);
            if (sum != 0.0) {
                changes.push_back({static_cast<int>(t), false, r, sum});
            }
        }
        for (std::size_t r = 0; r < long_.size(); ++r) {
            const bool holds =
                static_cast<int>(t) >= long_.begin[r] && static_cast<int>(t) < long_.end[r];
            const std::size_t pattern = long_.pattern_of(r);
            const double sum = !holds || of_pattern[pattern].empty() ? 0.0 : sum_at(pattern, t);
            if (sum != 0.0) {
                changes.push_back({static_cast<int>(t), true, r, sum});
            }
        }
    }
}

double FollowingPrices::earned_at(std::span<const Change> changes, double share) const {
    double cny = 0.0;
    for (const Change& change : changes) {
        const double price =
            change.is_long ? long_.asking[change.row]
                           : rows_.answering(change.row)
                                 .price_at(share * change.sum * rows_.cny_per_unit[change.row]);
        cny += change.sum * price;
    }
    return cny;
}

void FollowingPrices::add(std::span<const Change> changes, double share) {
    for (const Change& change : changes) {
        Rows& list = change.is_long ? long_ : rows_;
        list.sum[change.row] += share * change.sum;
        list.foretold[change.row] += share * change.sum;
        if (!change.is_long) {
            list.note(change.row);
        }
    }
}

void FollowingPrices::follow(std::size_t hour, int sweeps) {
    follow(hour, sweeps, accurate * scale_);
}

// PE-50, by Gauss-Seidel sweeps from the asking prices at hand. What takes the time is to read the
// metric of a row that moves (4 n B), which for long spans comes from memory.
void FollowingPrices::follow(std::size_t hour, int sweeps, double least_cny) {
    const auto first = static_cast<std::size_t>(first_[hour]);
    const std::size_t n = static_cast<std::size_t>(first_[hour + 1]) - first;
    double* foretold = rows_.foretold.data() + first;
    double* asking = rows_.asking.data() + first;
    const double* lower = rows_.lower.data() + first;
    const double* upper = rows_.upper.data() + first;
    const double* low_cny = rows_.low_cny.data() + first;
    const double* high_cny = rows_.high_cny.data() + first;
    const double* by = rows_.cny_per_unit.data() + first;
    const float* h = metric_.data() + metric_first_[hour];
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        double largest = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            if (by[i] == 0.0) {
                continue;
            }
            const Answering row{asking[i] + (lower[i] - foretold[i]) * by[i],
                                asking[i] + (upper[i] - foretold[i]) * by[i], low_cny[i],
                                high_cny[i]};
            const double step = row.price_at(0.0) - asking[i];
            if (std::abs(step) <= least_cny) {
                continue;
            }
            asking[i] += step;
            const double share = step / scale_;
            const float* own = h + i * n;
            for (std::size_t j = 0; j < n; ++j) {
                foretold[j] += share * static_cast<double>(own[j]);
            }
            largest = std::max(largest, std::abs(step));
        }
        if (largest < accurate * scale_) {
            break;
        }
    }
    for (std::size_t r = first; r < first + n; ++r) {
        rows_.note(r);
    }
}

// PE-5, each alone: the price that its own response asks for.
void FollowingPrices::follow_long_rows() {
    for (std::size_t r = 0; r < long_.size(); ++r) {
        if (long_.cny_per_unit[r] > 0.0) {
            long_.asking[r] = long_.price[r];
            long_.foretold[r] = long_.sum[r];
            long_.note(r);
            long_.asking[r] = long_.answering(r).price_at(0.0);
        }
    }
}

FollowingPrices::Breach FollowingPrices::breach() const {
    Breach found;
    for (const Rows* list : {&rows_, &long_}) {
        for (std::size_t r = 0; r < list->size(); ++r) {
            const double below = std::max(0.0, list->lower[r] - list->sum[r]);
            const double above = std::max(0.0, list->sum[r] - list->upper[r]);
            found.rows_cny += (below + above) * std::abs(list->price[r]);
            found.relief_cny +=
                below > 0.0 && std::isfinite(list->high_cny[r]) ? below * list->high_cny[r] : 0.0;
            if (list->lower[r] == list->upper[r] && list == &rows_) {
                found.balance_mw += (below + above) / coupling_.hours;
            }
        }
    }
    return found;
}

} // namespace longyang::solve::prices::recovery
