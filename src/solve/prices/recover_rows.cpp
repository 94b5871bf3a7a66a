#include "solve/prices/recover_rows.hpp"

#include "kernels/rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::solve::prices::recovery {
namespace {

/// Per channel the dearest relief: any amount at a cost (as PriceEngine has it from its oracles).
std::vector<double> most_prices(std::span<const lp::OracleData> blocks, std::size_t channels) {
    std::vector<double> most(channels, 0.0);
    for (const lp::OracleData& block : blocks) {
        const auto* amount = std::get_if<lp::HourlyAmount>(&block);
        if (amount == nullptr || amount->cny_per_unit.empty()) {
            continue;
        }
        const double dearest =
            *std::max_element(amount->cny_per_unit.begin(), amount->cny_per_unit.end());
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

/// Integral from 0 to u of min(max(0, v), most).
double integral_up_to(double u, double most) {
    if (!(u > 0.0)) {
        return 0.0;
    }
    return u <= most ? 0.5 * u * u : most * (u - 0.5 * most);
}

} // namespace

/// Its asking price where its sum is larger by shift / cny_per_unit.
double FollowingPrices::Row::price_at(double shift) const {
    const double rising = from_lower - shift;
    const double falling = from_upper - shift;
    const double alone = rising > 0.0 ? rising : (falling < 0.0 ? falling : 0.0);
    return std::min(high_cny, std::max(low_cny, alone));
}

/// Its derivative by `shift` is - price_at(shift).
double FollowingPrices::Row::integral(double shift) const {
    return integral_up_to(from_lower - shift, high_cny) +
           integral_up_to(shift - from_upper, -low_cny);
}

/// Of its asking prices between two shifts.
double FollowingPrices::Row::mean_price(double from, double to) const {
    const double way = to - from;
    return std::abs(way) > 1e-6 ? (integral(from) - integral(to)) / way : price_at(from);
}

double FollowingPrices::Row::breach_by(double more) const {
    return breach_cny * (std::max(0.0, sum + more - upper) - std::max(0.0, sum - upper));
}

void FollowingPrices::Row::note(double foretold) {
    if (cny_per_unit == 0.0) {
        from_lower = from_upper = asking;
        return;
    }
    from_lower = asking + (lower - foretold) * cny_per_unit;
    from_upper = asking + (upper - foretold) * cny_per_unit;
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
    std::vector<std::vector<Row>> of_hour(hours());
    for (std::size_t r = 0; r < coupling_.rows.size(); ++r) {
        if (handled[r] != 0) {
            continue;
        }
        const lp::CouplingRow& given = coupling_.rows[r];
        Row row;
        row.number = r;
        row.pattern = static_cast<std::size_t>(given.pattern);
        row.lower = given.lower;
        row.upper = given.upper;
        row.begin = given.begin;
        row.end = given.end;
        const lp::Pattern& pattern = coupling_.patterns[row.pattern];
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
        row.low_cny = std::isfinite(row.upper) ? -limit : 0.0;
        row.high_cny = std::isfinite(row.lower) ? limit : 0.0;
        const bool fixed =
            std::all_of(pattern.channel.begin(), pattern.channel.end(),
                        [&](int channel) { return whole[static_cast<std::size_t>(channel)] != 0; });
        row.breach_cny = fixed && !given.must_hold() ? given.breach_cny : 0.0;
        if (row.end == row.begin + 1) {
            of_hour[static_cast<std::size_t>(row.begin)].push_back(row);
        } else {
            long_.push_back(row);
        }
    }
    first_.assign(1, 0);
    for (const std::vector<Row>& in_hour : of_hour) {
        rows_.insert(rows_.end(), in_hour.begin(), in_hour.end());
        first_.push_back(static_cast<std::int64_t>(rows_.size()));
    }
    foretold_.assign(rows_.size(), 0.0);
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
    pattern_.clear();
    for (const Row& row : rows_) {
        pattern_.push_back(static_cast<std::int64_t>(row.pattern));
    }
    const kernels::HourRows hour_rows{first_, pattern_};
    metric_first_.resize(hours() + 1);
    kernels::place_metric(hour_rows, metric_first_);
    metric_.resize(static_cast<std::size_t>(metric_first_.back()));
    kernels::hour_metric(hour_rows, count, patterns, effect, movers.units, metric_first_, metric_);
    for (std::size_t t = 0; t < hours(); ++t) {
        const auto n = static_cast<std::size_t>(first_[t + 1] - first_[t]);
        for (std::size_t i = 0; i < n; ++i) {
            const auto h = static_cast<double>(
                metric_[static_cast<std::size_t>(metric_first_[t]) + i * n + i]);
            rows_[static_cast<std::size_t>(first_[t]) + i].cny_per_unit =
                h > 0.0 ? scale_ / h : 0.0;
        }
    }
    for (Row& row : long_) {
        double h = 0.0;
        for (std::size_t m = 0; m < count; ++m) {
            const double a = effect[m * patterns + row.pattern];
            const double* units = movers.units.data() + m * hours();
            h += a * a * std::accumulate(units + row.begin, units + row.end, 0.0);
        }
        row.cny_per_unit = h > 0.0 ? scale_ / h : 0.0;
    }
}

void FollowingPrices::begin(std::span<const double> row_price, std::span<const double> channel) {
    row_price_.assign(row_price.begin(), row_price.end());
    for (std::vector<Row>* list : {&rows_, &long_}) {
        for (Row& row : *list) {
            row.price = row.asking = row_price_[row.number];
        }
    }
    set_sums(channel);
}

void FollowingPrices::set_limits(std::span<const lp::CouplingRow> rows) {
    for (Row& row : rows_) {
        row.lower = rows[row.number].lower;
        row.upper = rows[row.number].upper;
    }
}

void FollowingPrices::set_sums(std::span<const double> channel) {
    const auto sum_of = [&](const Row& row) {
        const lp::Pattern& pattern = coupling_.patterns[row.pattern];
        double sum = 0.0;
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            const double* given =
                channel.data() + static_cast<std::size_t>(pattern.channel[k]) * hours();
            sum += pattern.weight[k] * std::accumulate(given + row.begin, given + row.end, 0.0);
        }
        return sum;
    };
    for (std::vector<Row>* list : {&rows_, &long_}) {
        for (Row& row : *list) {
            row.sum = sum_of(row);
        }
    }
    constexpr int sweeps = 20;
    for (std::size_t t = 0; t < hours(); ++t) {
        foretell(t);
        follow(t, sweeps);
    }
    follow_long_rows();
}

void FollowingPrices::move(double share) {
    for (std::vector<Row>* list : {&rows_, &long_}) {
        for (Row& row : *list) {
            row.price += share * (row.asking - row.price);
            row_price_[row.number] = row.price;
        }
    }
    for (std::size_t t = 0; t < hours(); ++t) {
        foretell(t);
        follow(t, 5);
    }
    follow_long_rows();
}

std::vector<double> FollowingPrices::between(double share) const {
    std::vector<double> price = row_price_;
    for (const std::vector<Row>* list : {&rows_, &long_}) {
        for (const Row& row : *list) {
            price[row.number] = std::lerp(row.price, row.asking, share);
        }
    }
    return price;
}

/// foretold = sum + H (asking - price) / scale
void FollowingPrices::foretell(std::size_t hour) {
    const auto n = static_cast<std::size_t>(first_[hour + 1] - first_[hour]);
    Row* row = rows_.data() + first_[hour];
    double* foretold = foretold_.data() + first_[hour];
    const float* h = metric_.data() + metric_first_[hour];
    for (std::size_t i = 0; i < n; ++i) {
        foretold[i] = row[i].sum;
    }
    for (std::size_t i = 0; i < n; ++i) {
        const double step = (row[i].asking - row[i].price) / scale_;
        for (std::size_t j = 0; step != 0.0 && j < n; ++j) {
            foretold[j] += step * static_cast<double>(h[i * n + j]);
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        row[i].note(foretold[i]);
    }
}

Effect FollowingPrices::effect_of(
    const std::array<std::vector<std::pair<int, double>>, kinds>& channels) const {
    Effect effect{std::vector<Amounts>(coupling_.patterns.size(), Amounts{}),
                  std::vector<char>(coupling_.patterns.size(), 0)};
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        for (const auto& [channel, share] : channels[kind]) {
            for (const auto& [p, weight] :
                 patterns_of_channel_[static_cast<std::size_t>(channel)]) {
                effect.on[p][kind] += share * weight;
                effect.any[p] = 1;
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
            if (effect.any[static_cast<std::size_t>(pattern_[r])] == 0) {
                continue;
            }
            const Row& row = rows_[r];
            const Amounts& a = effect.on[row.pattern];
            double shift_from = 0.0;
            double shift_to = 0.0;
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                shift_from += a[kind] * from[kind * hours() + t];
                shift_to += a[kind] * to[kind * hours() + t];
            }
            double mean =
                row.mean_price(shift_from * row.cny_per_unit, shift_to * row.cny_per_unit);
            if (row.breach_cny > 0.0 && std::abs(shift_to - shift_from) > 1e-6) {
                mean -=
                    (row.breach_by(shift_to) - row.breach_by(shift_from)) / (shift_to - shift_from);
            }
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                price[kind * hours() + t] += a[kind] * mean;
            }
        }
    }
    long_prices(effect, price);
}

void FollowingPrices::long_prices(const Effect& effect, std::span<double> price) const {
    for (const Row& row : long_) {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const double cny = effect.on[row.pattern][kind] * row.asking;
            for (int t = row.begin; cny != 0.0 && t < row.end; ++t) {
                price[kind * hours() + static_cast<std::size_t>(t)] += cny;
            }
        }
    }
}

bool FollowingPrices::breaks_fixed(const Effect& effect) const {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
        return row.breach_cny > 0.0 && row.sum > row.upper && effect.on[row.pattern][energy] > 0.0;
    });
}

// PE-52  minus the integral of the price over the way
double FollowingPrices::cost_of_more(const Effect& effect, std::size_t hour, double more) const {
    double cost_cny = 0.0;
    for (auto r = static_cast<std::size_t>(first_[hour]);
         r < static_cast<std::size_t>(first_[hour + 1]); ++r) {
        if (effect.any[static_cast<std::size_t>(pattern_[r])] == 0) {
            continue;
        }
        const Row& row = rows_[r];
        const double a = effect.on[row.pattern][energy];
        const double shift = a * more * row.cny_per_unit;
        cost_cny += row.cny_per_unit > 0.0
                        ? (row.integral(shift) - row.integral(0.0)) / row.cny_per_unit
                        : -a * more * row.asking;
        cost_cny += row.breach_cny > 0.0 ? row.breach_by(a * more) : 0.0;
    }
    for (const Row& row : long_) {
        if (static_cast<int>(hour) >= row.begin && static_cast<int>(hour) < row.end) {
            cost_cny -= effect.on[row.pattern][energy] * more * row.asking;
        }
    }
    return cost_cny;
}

void FollowingPrices::add(const Effect& effect, std::size_t hour, const Amounts& more) {
    const auto added = [&](const Row& row) {
        const Amounts& a = effect.on[row.pattern];
        return std::inner_product(a.begin(), a.end(), more.begin(), 0.0);
    };
    for (auto r = static_cast<std::size_t>(first_[hour]);
         r < static_cast<std::size_t>(first_[hour + 1]); ++r) {
        if (effect.any[static_cast<std::size_t>(pattern_[r])] != 0) {
            Row& row = rows_[r];
            const double sum = added(row);
            row.sum += sum;
            foretold_[r] += sum;
        }
    }
    for (Row& row : long_) {
        if (static_cast<int>(hour) >= row.begin && static_cast<int>(hour) < row.end) {
            row.sum += added(row);
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
            const auto pattern = static_cast<std::size_t>(pattern_[r]);
            const double sum = of_pattern[pattern].empty() ? 0.0 : sum_at(pattern, t);
            if (sum != 0.0) {
                changes.push_back({static_cast<int>(t), false, r, sum});
            }
        }
        for (std::size_t r = 0; r < long_.size(); ++r) {
            const Row& row = long_[r];
            const bool holds = static_cast<int>(t) >= row.begin && static_cast<int>(t) < row.end;
            const double sum =
                !holds || of_pattern[row.pattern].empty() ? 0.0 : sum_at(row.pattern, t);
            if (sum != 0.0) {
                changes.push_back({static_cast<int>(t), true, r, sum});
            }
        }
    }
}

double FollowingPrices::earned_at(std::span<const Change> changes, double share) const {
    double cny = 0.0;
    for (const Change& change : changes) {
        const Row& row = change.is_long ? long_[change.row] : rows_[change.row];
        const double price =
            change.is_long ? row.asking : row.price_at(share * change.sum * row.cny_per_unit);
        cny += change.sum * price;
    }
    return cny;
}

void FollowingPrices::add(std::span<const Change> changes, double share) {
    for (const Change& change : changes) {
        Row& row = change.is_long ? long_[change.row] : rows_[change.row];
        row.sum += share * change.sum;
        if (!change.is_long) {
            foretold_[change.row] += share * change.sum;
            row.note(foretold_[change.row]);
        }
    }
}

// PE-50, by Gauss-Seidel sweeps from the asking prices at hand.
void FollowingPrices::follow(std::size_t hour, int sweeps) {
    const auto n = static_cast<std::size_t>(first_[hour + 1] - first_[hour]);
    Row* row = rows_.data() + first_[hour];
    double* foretold = foretold_.data() + first_[hour];
    const float* h = metric_.data() + metric_first_[hour];
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        double largest = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            if (row[i].cny_per_unit == 0.0) {
                continue;
            }
            row[i].note(foretold[i]);
            const double step = row[i].price_at(0.0) - row[i].asking;
            if (step == 0.0) {
                continue;
            }
            row[i].asking += step;
            const double share = step / scale_;
            const float* own = h + i * n;
            for (std::size_t j = 0; j < n; ++j) {
                foretold[j] += share * static_cast<double>(own[j]);
            }
            largest = std::max(largest, std::abs(step));
        }
        if (largest < 1e-5 * scale_) {
            break;
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        row[i].note(foretold[i]);
    }
}

// PE-5, each alone: the price that its own response asks for.
void FollowingPrices::follow_long_rows() {
    for (Row& row : long_) {
        if (row.cny_per_unit > 0.0) {
            row.asking = row.price;
            row.note(row.sum);
            row.asking = row.price_at(0.0);
        }
    }
}

FollowingPrices::Breach FollowingPrices::breach() const {
    Breach found;
    for (const std::vector<Row>* list : {&rows_, &long_}) {
        for (const Row& row : *list) {
            const double below = std::max(0.0, row.lower - row.sum);
            const double above = std::max(0.0, row.sum - row.upper);
            found.rows_cny += (below + above) * std::abs(row.price);
            found.relief_cny +=
                below > 0.0 && std::isfinite(row.high_cny) ? below * row.high_cny : 0.0;
            if (row.lower == row.upper && list == &rows_) {
                found.balance_mw += (below + above) / coupling_.hours;
            }
        }
    }
    return found;
}

} // namespace longyang::solve::prices::recovery
