#include "solve/prices/dual_step.hpp"

#include "kernels/sections.hpp"
#include "solve/prices/bound.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// Channels and weights of a direction; ordered, so that all ranks list directions alike.
using Direction = std::pair<std::vector<int>, std::vector<double>>;

Direction direction_of(const Oracle& oracle, const Reach& reach) {
    std::vector<std::pair<int, double>> parts;
    for (std::size_t k = 0; k < reach.place.size(); ++k) {
        parts.emplace_back(oracle.channels[static_cast<std::size_t>(reach.place[k])],
                           reach.weight[k]);
    }
    std::sort(parts.begin(), parts.end());
    Direction direction;
    for (const auto& [channel, weight] : parts) {
        direction.first.push_back(channel);
        direction.second.push_back(weight);
    }
    return direction;
}

/// All directions of all ranks, each with a number.
std::map<Direction, std::size_t> gather_directions(const Comm& comm, std::span<const Oracle> own) {
    std::map<Direction, std::size_t> numbers;
    std::vector<double> flat;
    for (const Oracle& oracle : own) {
        for (const Reach& reach : oracle.reach) {
            numbers.emplace(direction_of(oracle, reach), 0);
        }
    }
    for (const auto& [direction, number] : numbers) {
        flat.push_back(static_cast<double>(direction.first.size()));
        flat.insert(flat.end(), direction.first.begin(), direction.first.end());
        flat.insert(flat.end(), direction.second.begin(), direction.second.end());
    }
    const std::vector<double> all = gather_to_all(comm, flat);
    numbers.clear();
    for (auto at = all.begin(); at != all.end();) {
        const auto size = static_cast<std::ptrdiff_t>(*at++);
        Direction direction;
        std::transform(at, at + size, std::back_inserter(direction.first),
                       [](double channel) { return static_cast<int>(channel); });
        direction.second.assign(at + size, at + 2 * size);
        at += 2 * size;
        numbers.emplace(std::move(direction), 0);
    }
    std::size_t next = 0;
    for (auto& [direction, number] : numbers) {
        number = next++;
    }
    return numbers;
}

} // namespace

std::vector<double> gather_to_all(const Comm& comm, const std::vector<double>& mine) {
    const std::vector<std::vector<std::byte>> parts =
        gather_bytes(comm, std::as_bytes(std::span(mine)));
    std::vector<std::byte> bytes;
    for (const std::vector<std::byte>& part : parts) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    broadcast_bytes(comm, bytes);
    std::vector<double> all(bytes.size() / sizeof(double));
    if (!all.empty()) {
        std::memcpy(all.data(), bytes.data(), bytes.size());
    }
    return all;
}

Movers gather_movers(const Comm& comm, std::span<const Oracle> own, std::size_t hours) {
    const std::map<Direction, std::size_t> numbers = gather_directions(comm, own);
    Movers movers;
    for (const auto& [direction, number] : numbers) {
        movers.channel.push_back(direction.first);
        movers.weight.push_back(direction.second);
    }
    movers.units.assign(numbers.size() * hours, 0.0);
    movers.lasting = {std::vector<double>(numbers.size(), 0.0),
                      std::vector<double>(numbers.size(), 0.0)};
    for (const Oracle& oracle : own) {
        for (const Reach& reach : oracle.reach) {
            const std::size_t number = numbers.at(direction_of(oracle, reach));
            double* units = movers.units.data() + number * hours;
            double sum = 0.0;
            for (std::size_t t = 0; t < hours; ++t) {
                const double far = to_grid(reach.units[t], unit_step);
                units[t] += far;
                sum += far;
            }
            movers.lasting.over_span[number] += reach.lasts < 1.0 ? 0.0 : sum;
            movers.lasting.over_month[number] += to_grid(reach.lasts * sum, 1.0); // exact in sums
        }
    }
    sum_in_order(comm, movers.units);
    sum_in_order(comm, movers.lasting.over_span);
    sum_in_order(comm, movers.lasting.over_month);
    return movers;
}

DualStep::DualStep(const lp::Coupling& coupling, std::vector<char> handled, Movers movers,
                   std::span<const int> own)
    : coupling_(coupling), handled_(std::move(handled)), own_(coupling.channels.size(), 0),
      movers_(std::move(movers)), factor_(static_cast<std::size_t>(coupling.hours), 1.0) {
    for (const int channel : own) {
        own_[static_cast<std::size_t>(channel)] = 1;
    }
    lay_out();
}

void DualStep::grow(const lp::Coupling& coupling) {
    coupling_ = coupling;
    lay_out();
}

void DualStep::set_prices(std::vector<double> price) {
    price_ = std::move(price);
    for (std::size_t r = 0; r < handled_.size(); ++r) {
        price_[r] = handled_[r] != 0 ? 0.0 : price_[r];
    }
}

void DualStep::set_box(std::size_t row, double low, double high) {
    price_low_[row] = low;
    price_high_[row] = high;
}

void DualStep::lay_out() {
    const std::size_t rows = coupling_.rows.size();
    handled_.resize(rows, 0);
    price_.resize(rows, 0.0);
    price_low_.resize(rows, -lp::infinity);
    price_high_.resize(rows, lp::infinity);
    last_.resize(rows, 0.0);
    lay_out_patterns();
    lay_out_hours();
    lay_out_rows();
    measure();
}

void DualStep::lay_out_patterns() {
    const std::size_t channels = coupling_.channels.size();
    pattern_first_.assign(1, 0);
    pattern_channel_.clear();
    grid_weight_.clear();
    std::vector<std::vector<std::pair<std::size_t, double>>> of_channel(channels);
    for (std::size_t p = 0; p < coupling_.patterns.size(); ++p) {
        const lp::Pattern& pattern = coupling_.patterns[p];
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            if (own_[static_cast<std::size_t>(pattern.channel[k])] == 0) {
                continue;
            }
            pattern_channel_.push_back(pattern.channel[k]);
            grid_weight_.push_back(to_grid(pattern.weight[k], weight_step));
            of_channel[static_cast<std::size_t>(pattern.channel[k])].emplace_back(
                p, pattern.weight[k]);
        }
        pattern_first_.push_back(static_cast<std::int64_t>(pattern_channel_.size()));
    }
    channel_first_.assign(1, 0);
    channel_pattern_.clear();
    weight_.clear();
    for (const auto& patterns : of_channel) {
        for (const auto& [pattern, weight] : patterns) {
            channel_pattern_.push_back(static_cast<std::int64_t>(pattern));
            weight_.push_back(weight);
        }
        channel_first_.push_back(static_cast<std::int64_t>(channel_pattern_.size()));
    }
    by_pattern_.assign(coupling_.patterns.size() * hours(), 0.0);
}

/// Hours in which rows have a pattern: those of a limit of the network are few.
void DualStep::lay_out_hours() {
    const std::size_t patterns = coupling_.patterns.size();
    std::vector<char> there(patterns * hours(), 0);
    for (const lp::CouplingRow& row : coupling_.rows) {
        const auto first = there.begin() + static_cast<std::ptrdiff_t>(
                                               static_cast<std::size_t>(row.pattern) * hours());
        std::fill(first + row.begin, first + row.end, 1);
    }
    hours_first_.assign(1, 0);
    hours_begin_.clear();
    hours_end_.clear();
    for (std::size_t p = 0; p < patterns; ++p) {
        for (std::size_t begin = 0; begin < hours(); begin += kernels::HourSpans::piece) {
            const std::size_t end = std::min(begin + kernels::HourSpans::piece, hours());
            for (std::size_t t = begin; t < end; ++t) {
                if (there[p * hours() + t] == 0) {
                    continue;
                }
                if (t == begin || there[p * hours() + t - 1] == 0) {
                    hours_begin_.push_back(static_cast<std::int32_t>(t));
                    hours_end_.push_back(0);
                }
                hours_end_.back() = static_cast<std::int32_t>(t + 1);
            }
            hours_first_.push_back(static_cast<std::int64_t>(hours_begin_.size()));
        }
    }
}

void DualStep::lay_out_rows() {
    std::vector<std::vector<std::size_t>> of_hour(hours());
    long_row_.clear();
    for (std::size_t r = 0; r < coupling_.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling_.rows[r];
        if (handled_[r] != 0) {
            continue;
        }
        if (row.end == row.begin + 1) {
            of_hour[static_cast<std::size_t>(row.begin)].push_back(r);
        } else {
            long_row_.push_back(r);
        }
    }
    hour_first_.assign(1, 0);
    hour_row_.clear();
    hour_pattern_.clear();
    lower_.clear();
    upper_.clear();
    for (const std::vector<std::size_t>& in_hour : of_hour) {
        for (const std::size_t r : in_hour) {
            hour_row_.push_back(r);
            hour_pattern_.push_back(coupling_.rows[r].pattern);
            lower_.push_back(coupling_.rows[r].lower);
            upper_.push_back(coupling_.rows[r].upper);
        }
        hour_first_.push_back(static_cast<std::int64_t>(hour_row_.size()));
    }
}

/// What a unit of each mover gives to each pattern.
std::vector<double> DualStep::effects() const {
    const std::size_t patterns = coupling_.patterns.size();
    const std::size_t movers = movers_.channel.size();
    std::vector<std::vector<std::pair<std::size_t, double>>> of_channel(coupling_.channels.size());
    for (std::size_t p = 0; p < patterns; ++p) {
        const lp::Pattern& pattern = coupling_.patterns[p];
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            of_channel[static_cast<std::size_t>(pattern.channel[k])].emplace_back(
                p, pattern.weight[k]);
        }
    }
    std::vector<double> effect(movers * patterns, 0.0);
    for (std::size_t m = 0; m < movers; ++m) {
        for (std::size_t k = 0; k < movers_.channel[m].size(); ++k) {
            const auto channel = static_cast<std::size_t>(movers_.channel[m][k]);
            for (const auto& [p, weight] : of_channel[channel]) {
                effect[m * patterns + p] += movers_.weight[m][k] * weight;
            }
        }
    }
    return effect;
}

/// Moves what the metric has of rows that were there before to their new places; gives how many
/// these are in each hour. Rows and patterns come behind the old ones, so that those are the first
/// of their hours.
std::vector<std::int64_t> DualStep::keep_metric(const kernels::HourRows& rows) {
    const std::vector<std::int64_t> old_place = std::move(metric_first_);
    const std::vector<float> old_metric = std::move(metric_);
    metric_first_.assign(hours() + 1, 0);
    kernels::place_metric(rows, metric_first_);
    metric_.assign(static_cast<std::size_t>(metric_first_.back()), 0.0F);
    std::vector<std::int64_t> known(hours(), 0);
    for (std::size_t t = 0; t < hours() && !measured_first_.empty(); ++t) {
        const auto before = measured_pattern_.begin() + measured_first_[t];
        const std::int64_t count = measured_first_[t + 1] - measured_first_[t];
        const std::int64_t now = hour_first_[t + 1] - hour_first_[t];
        if (count > now ||
            !std::equal(before, before + count, hour_pattern_.begin() + hour_first_[t])) {
            continue;
        }
        known[t] = count;
        for (std::int64_t i = 0; i < count; ++i) {
            std::copy_n(old_metric.begin() + old_place[t] + i * count, count,
                        metric_.begin() + metric_first_[t] + i * now);
        }
    }
    measured_first_ = hour_first_;
    measured_pattern_ = hour_pattern_;
    return known;
}

// PE-3
void DualStep::measure() {
    const std::size_t patterns = coupling_.patterns.size();
    const std::size_t movers = movers_.channel.size();
    const std::vector<double> effect = effects();
    const kernels::HourRows rows{hour_first_, hour_pattern_};
    const std::vector<std::int64_t> known = keep_metric(rows);
    kernels::hour_metric(rows, movers, patterns, effect, movers_.units, metric_first_, metric_,
                         known);

    levels_.set_metric(movers_.lasting, movers_.units, effect);
}

// price of channel i in hour t = sum over rows that cover it of y W_i
void DualStep::price_channels(std::span<double> channel_price) {
    std::fill(by_pattern_.begin(), by_pattern_.end(), 0.0);
    for (std::size_t r = 0; r < price_.size(); ++r) {
        if (price_[r] != 0.0) {
            const lp::CouplingRow& row = coupling_.rows[r];
            double* y = by_pattern_.data() + static_cast<std::size_t>(row.pattern) * hours();
            for (int t = row.begin; t < row.end; ++t) {
                y[t] += price_[r];
            }
        }
    }
    kernels::section_flows_of_rows(
        coupling_.patterns.size(), hours(), {channel_first_, channel_pattern_, weight_},
        {hours_first_, hours_begin_, hours_end_}, by_pattern_, channel_price);
}

void DualStep::add_up(const Comm& comm, std::span<const double> channel, std::span<double> sums) {
    // Of an hour sums are whole numbers of this step and below 2^53 of it; of many hours they need
    // not be, so two parts of each are added up over the ranks.
    constexpr double sum_step = unit_step * weight_step;
    constexpr std::int64_t part = std::int64_t{1} << 26;
    kernels::section_flows_in(coupling_.channels.size(), hours(),
                              {pattern_first_, pattern_channel_, grid_weight_},
                              {hours_first_, hours_begin_, hours_end_}, channel, by_pattern_);
    const std::size_t rows = coupling_.rows.size();
    std::vector<double> parts(sums.begin(), sums.end());
    for (std::size_t r = 0; r < rows; ++r) {
        const lp::CouplingRow& row = coupling_.rows[r];
        const double* f = by_pattern_.data() + static_cast<std::size_t>(row.pattern) * hours();
        if (row.end == row.begin + 1) {
            parts[r] = f[row.begin];
            continue;
        }
        std::int64_t steps = 0;
        for (int t = row.begin; t < row.end; ++t) {
            steps += std::llround(f[t] / sum_step);
        }
        const std::int64_t whole_parts = steps / part;
        parts[r] = static_cast<double>(whole_parts);
        parts.push_back(static_cast<double>(steps % part));
    }
    sum_in_order(comm, parts);
    std::copy_n(parts.begin(), sums.size(), sums.begin());
    std::size_t rest = sums.size();
    for (std::size_t r = 0; r < rows; ++r) {
        if (coupling_.rows[r].end > coupling_.rows[r].begin + 1) {
            const std::int64_t steps = static_cast<std::int64_t>(parts[r]) * part +
                                       static_cast<std::int64_t>(parts[rest++]);
            sums[r] = static_cast<double>(steps) * sum_step;
        }
    }
}

void DualStep::forget_metric() {
    metric_ = std::vector<float>(); // `= {}` would keep the memory
    measured_first_ = std::vector<std::int64_t>();
    measured_pattern_ = std::vector<std::int64_t>();
}

void DualStep::step(std::span<const double> row_sum, double scale, double level_scale) {
    if (metric_.empty()) {
        measure();
    }
    const auto of_hours = [&](std::span<const double> from) {
        std::vector<double> to(hour_row_.size());
        for (std::size_t k = 0; k < to.size(); ++k) {
            to[k] = from[hour_row_[k]];
        }
        return to;
    };
    std::vector<double> sum = of_hours(row_sum);
    const std::vector<double> low = of_hours(price_low_);
    const std::vector<double> high = of_hours(price_high_);
    std::vector<double> price = of_hours(price_);
    std::vector<double> last = of_hours(last_);
    kernels::StepSettings settings;
    settings.scale = scale;
    kernels::metric_step({hour_first_, hour_pattern_}, {lower_, upper_, low, high}, metric_first_,
                         metric_, settings, sum, price, factor_, last);
    for (std::size_t k = 0; k < hour_row_.size(); ++k) {
        price_[hour_row_[k]] = price[k];
        last_[hour_row_[k]] = last[k];
    }
    levels_.step(coupling_, hour_row_, long_row_, row_sum, level_scale,
                 {price_low_, price_high_, price_});
}

} // namespace longyang::solve::prices
