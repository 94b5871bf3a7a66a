#include "solve/prices/dispatch/hour.hpp"

#include "base/error.hpp"
#include "solve/highs/handle.hpp"

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// A row that is not in force: no sum comes near it, and the dual simplex method still finds both
/// of its sides finite.
constexpr double wide = 1e7;
/// What a row may be broken by, as a share of its size, and count as kept.
constexpr double rounding = 1e-7;
/// Rows that were not in force for so many hours go where there are more than so many of them.
constexpr int idle_h = 24;
constexpr int most_idle = 16;

/// How HiGHS solves an hour, in the order of trying: dual simplex without scaling (MW throughout),
/// with it, primal, interior points; numbers as HiGHS has them.
struct Method {
    const char* solver;
    int strategy, scaling;
};
constexpr std::array<Method, 4> methods = {
    {{"simplex", 1, 0}, {"simplex", 1, 2}, {"simplex", 4, 2}, {"ipm", 1, 2}}};

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

} // namespace

HourProgramme::HourProgramme(const lp::Coupling& coupling, double breach_cny_per_unit)
    : coupling_(coupling), breach_cny_(breach_cny_per_unit), simplex_(coupling.channels.size()),
      of_hour_(at(coupling.hours)), sum_of_pattern_(coupling.patterns.size(), -1),
      constant_(coupling.channels.size(), 0.0), channel_(coupling.channels.size(), 0.0) {
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (row.end - row.begin == 1) {
            of_hour_[at(row.begin)].push_back(r);
        }
    }
}

int HourProgramme::add_column(std::vector<Give> gives) {
    gives_.push_back(std::move(gives));
    return columns() - 1;
}

int HourProgramme::add_row(std::span<const int> column, std::span<const double> value) {
    own_rows_.emplace_back();
    for (std::size_t k = 0; k < column.size(); ++k) {
        own_rows_.back().push_back({column[k], value[k]});
    }
    return static_cast<int>(own_rows_.size()) - 1;
}

/// What is missing below and above: a row is sum + missing - surplus.
void HourProgramme::add_row(std::vector<BoxedSimplex::Entry> weights) {
    const int row = simplex_.add_row(std::move(weights));
    slack_.push_back(static_cast<int>(column_cost_.size()));
    for (const double value : {1.0, -1.0}) {
        simplex_.change(row, simplex_.add_column({}), value);
        column_lower_.push_back(0.0);
        column_upper_.push_back(wide);
        column_cost_.push_back(breach_cny_);
    }
    row_lower_.push_back(-wide);
    row_upper_.push_back(wide);
}

int HourProgramme::append(SumRow sum) {
    sum.row = rows();
    std::vector<BoxedSimplex::Entry> weights;
    weights.reserve(sum.channel.size());
    for (std::size_t k = 0; k < sum.channel.size(); ++k) {
        weights.push_back({sum.channel[k], sum.weight[k]});
    }
    add_row(std::move(weights));
    sums_.push_back(std::move(sum));
    return static_cast<int>(sums_.size()) - 1;
}

void HourProgramme::build() {
    column_lower_.assign(gives_.size(), 0.0);
    column_upper_.assign(gives_.size(), 0.0);
    column_cost_.assign(gives_.size(), 0.0);
    for (const std::vector<Give>& gives : gives_) {
        std::vector<BoxedSimplex::Entry> entries;
        entries.reserve(gives.size());
        for (const Give& give : gives) {
            entries.push_back({give.channel, give.value});
        }
        (void)simplex_.add_column(std::move(entries));
    }
    for (std::size_t r = 0; r < own_rows_.size(); ++r) {
        add_row({});
        for (const Entry& entry : own_rows_[r]) {
            simplex_.change(static_cast<int>(r), entry.column, entry.value);
        }
    }
}

/// Takes rows out that were not in force for a day, where there are many.
void HourProgramme::forget(int hour) {
    const auto idle = [&](const SumRow& sum) { return hour - sum.last_hour > idle_h; };
    if (std::count_if(sums_.begin(), sums_.end(), idle) <= most_idle) {
        return;
    }
    const std::size_t all_rows = row_lower_.size();
    const std::size_t all_columns = column_cost_.size();
    std::vector<int> row_gone(all_rows, 0);
    std::vector<int> column_gone(all_columns, 0);
    for (const SumRow& sum : sums_) {
        if (idle(sum)) {
            const std::size_t slack = at(slack_[at(sum.row)]);
            row_gone[at(sum.row)] = column_gone[slack] = column_gone[slack + 1] = 1;
        }
    }
    const auto keep = [](auto& list, const std::vector<int>& gone) {
        std::size_t kept = 0;
        for (std::size_t k = 0; k < list.size(); ++k) {
            if (gone[k] == 0) {
                list[kept++] = list[k];
            }
        }
        list.resize(kept);
    };
    std::vector<int> new_row(all_rows);
    std::vector<int> new_column(all_columns);
    std::transform_exclusive_scan(row_gone.begin(), row_gone.end(), new_row.begin(), 0,
                                  std::plus<>(), [](int gone) { return 1 - gone; });
    std::transform_exclusive_scan(column_gone.begin(), column_gone.end(), new_column.begin(), 0,
                                  std::plus<>(), [](int gone) { return 1 - gone; });
    keep(row_lower_, row_gone);
    keep(row_upper_, row_gone);
    keep(slack_, row_gone);
    keep(column_lower_, column_gone);
    keep(column_upper_, column_gone);
    keep(column_cost_, column_gone);
    for (int& slack : slack_) {
        slack = new_column[at(slack)];
    }
    sums_.erase(std::remove_if(sums_.begin(), sums_.end(), idle), sums_.end());
    std::fill(sum_of_pattern_.begin(), sum_of_pattern_.end(), -1);
    for (std::size_t k = 0; k < sums_.size(); ++k) {
        sums_[k].row = new_row[at(sums_[k].row)];
        if (sums_[k].pattern >= 0) {
            sum_of_pattern_[at(sums_[k].pattern)] = static_cast<int>(k);
        }
    }
    simplex_.take_out(row_gone, column_gone);
}

void HourProgramme::put_in_force(SumRow& sum, double lower, double upper, int coupling_row,
                                 double breach_cny) {
    sum.breach_cny = sum.in_force ? std::max(sum.breach_cny, breach_cny) : breach_cny;
    sum.lower = sum.in_force ? std::max(sum.lower, lower) : lower;
    sum.upper = sum.in_force ? std::min(sum.upper, upper) : upper;
    sum.coupling_row = sum.in_force && coupling_row < 0 ? sum.coupling_row : coupling_row;
    sum.in_force = true;
    sum.last_hour = hour_;
}

void HourProgramme::begin(int hour, std::span<const double> besides_cny) {
    const bool again = hour == hour_;
    hour_ = hour;
    besides_cny_ = besides_cny;
    std::fill(constant_.begin(), constant_.end(), 0.0);
    if (again) {
        return; // with the limits that were found
    }
    // Rows that had a price in the hour before are likely to have one again.
    std::vector<char> priced(coupling_.patterns.size(), 0);
    for (SumRow& sum : sums_) {
        if (sum.pattern >= 0 && sum.in_force && row_dual_[at(sum.row)] != 0.0) {
            priced[at(sum.pattern)] = 1;
        }
        sum.in_force = false;
    }
    forget(hour);
    waiting_.clear();
    for (const std::size_t r : of_hour_[at(hour)]) {
        const lp::CouplingRow& row = coupling_.rows[r];
        if (row.must_hold() || priced[at(row.pattern)] != 0) {
            put_in_force(r);
        } else {
            waiting_.push_back(r);
        }
    }
}

/// PE-40, rows that may be broken: what keeps a row is the best with it, too.
bool HourProgramme::add_broken() {
    if (waiting_.empty()) {
        return false;
    }
    (void)channel();
    const auto broken = [&](std::size_t r) {
        const lp::CouplingRow& row = coupling_.rows[r];
        const lp::Pattern& pattern = coupling_.patterns[at(row.pattern)];
        double sum = 0.0;
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            sum += pattern.weight[k] * channel_[at(pattern.channel[k])];
        }
        return std::max(row.lower - sum, sum - row.upper) > rounding * (1.0 + std::abs(sum));
    };
    const auto rest = std::stable_partition(waiting_.begin(), waiting_.end(), broken);
    const bool any = rest != waiting_.begin();
    std::for_each(waiting_.begin(), rest, [&](std::size_t r) { put_in_force(r); });
    waiting_.erase(waiting_.begin(), rest);
    return any;
}

void HourProgramme::put_in_force(std::size_t coupling_row) {
    const lp::CouplingRow& row = coupling_.rows[coupling_row];
    int& place = sum_of_pattern_[at(row.pattern)];
    if (place < 0) {
        SumRow sum;
        sum.channel = coupling_.patterns[at(row.pattern)].channel;
        sum.weight = coupling_.patterns[at(row.pattern)].weight;
        sum.pattern = row.pattern;
        place = append(std::move(sum));
    }
    put_in_force(sums_[at(place)], row.lower, row.upper, static_cast<int>(coupling_row),
                 row.breach_cny);
}

void HourProgramme::set(int column, double low, double high, double cost_cny) {
    if (!besides_cny_.empty()) {
        for (const Give& give : gives_[at(column)]) {
            cost_cny -= give.value * besides_cny_[at(give.channel)];
        }
    }
    column_lower_[at(column)] = low;
    column_upper_[at(column)] = std::max(low, high);
    column_cost_[at(column)] = cost_cny;
}

void HourProgramme::set_row(int row, double low, double high) {
    row_lower_[at(row)] = std::max(low, -wide);
    row_upper_[at(row)] = std::min(high, wide);
}

void HourProgramme::change(int row, int column, double value) {
    simplex_.change(row, column, value);
}

double HourProgramme::sum_of_constants(const SumRow& sum) const {
    double constant = 0.0;
    for (std::size_t k = 0; k < sum.channel.size(); ++k) {
        constant += sum.weight[k] * constant_[at(sum.channel[k])];
    }
    return constant;
}

void HourProgramme::put_rows_in_force() {
    for (const SumRow& sum : sums_) {
        const std::size_t slack = at(slack_[at(sum.row)]);
        column_cost_[slack] = column_cost_[slack + 1] = std::min(sum.breach_cny, breach_cny_);
        if (sum.in_force) {
            const double constant = sum_of_constants(sum);
            set_row(sum.row, sum.lower - constant, sum.upper - constant);
        } else {
            set_row(sum.row, -wide, wide);
        }
    }
}

/// Where rounding defeats the simplex method at hand: by HiGHS, from nothing.
void HourProgramme::solve_by_highs() {
    std::vector<int> start{0};
    std::vector<int> row;
    std::vector<double> value;
    for (std::size_t j = 0; j < simplex_.columns(); ++j) {
        for (const BoxedSimplex::Entry& entry : simplex_.column(j)) {
            row.push_back(entry.at);
            value.push_back(entry.value);
        }
        start.push_back(static_cast<int>(row.size()));
    }
    highs::Handle handle;
    handle.set("presolve", "off");
    handle.set("parallel", "off");
    handle.set("threads", 1);
    highs::check(Highs_passLp(handle.raw(), static_cast<int>(column_cost_.size()), rows(),
                              static_cast<int>(row.size()), kHighsMatrixFormatColwise,
                              kHighsObjSenseMinimize, 0.0, column_cost_.data(),
                              column_lower_.data(), column_upper_.data(), row_lower_.data(),
                              row_upper_.data(), start.data(), row.data(), value.data()),
                 "an hour");
    const auto solved = [&](const Method& method) {
        handle.set("solver", method.solver);
        handle.set("simplex_strategy", method.strategy);
        handle.set("simplex_scale_strategy", method.scaling);
        highs::check(Highs_clearSolver(handle.raw()), "another start");
        return Highs_run(handle.raw()) != kHighsStatusError &&
               Highs_getModelStatus(handle.raw()) == kHighsModelStatusOptimal;
    };
    if (std::none_of(methods.begin(), methods.end(), solved)) {
        throw Error(Exit::numerical,
                    fmt::format("HiGHS ended hour {} of the dispatch with: {}", hour_,
                                highs::status_words(Highs_getModelStatus(handle.raw()))));
    }
    pivots_by_highs_ += handle.info_int("simplex_iteration_count");
    std::vector<double> reduced_cost(column_cost_.size());
    std::vector<double> sum(row_lower_.size());
    highs::check(Highs_getSolution(handle.raw(), value_.data(), reduced_cost.data(), sum.data(),
                                   row_dual_.data()),
                 "an hour's solution");
}

void HourProgramme::solve() {
    put_rows_in_force();
    value_.resize(column_cost_.size());
    row_dual_.resize(row_lower_.size());
    if (simplex_.solve({column_cost_, column_lower_, column_upper_, row_lower_, row_upper_})) {
        std::copy(simplex_.value().begin(), simplex_.value().end(), value_.begin());
        std::copy(simplex_.row_dual().begin(), simplex_.row_dual().end(), row_dual_.begin());
    } else {
        solve_by_highs();
    }
    ++programmes_;
    for (std::size_t j = 0; j < gives_.size(); ++j) {
        value_[j] = std::clamp(value_[j], column_lower_[j], column_upper_[j]);
    }
}

const std::vector<double>& HourProgramme::channel() {
    channel_ = constant_;
    for (std::size_t j = 0; j < gives_.size(); ++j) {
        if (value_[j] != 0.0) {
            for (const Give& give : gives_[j]) {
                channel_[at(give.channel)] += give.value * value_[j];
            }
        }
    }
    return channel_;
}

bool HourProgramme::add_limits(const std::vector<HourLimit>& limits) {
    bool is_new = false;
    for (const HourLimit& limit : limits) {
        const auto same = [&](const SumRow& sum) {
            return sum.channel == limit.channel && sum.weight == limit.weight;
        };
        const auto found = std::find_if(sums_.begin(), sums_.end(), same);
        int place = static_cast<int>(found - sums_.begin());
        if (found == sums_.end()) {
            SumRow sum;
            sum.channel = limit.channel;
            sum.weight = limit.weight;
            place = append(std::move(sum));
        }
        SumRow& sum = sums_[at(place)];
        if (sum.in_force && sum.lower >= limit.lower && sum.upper <= limit.upper) {
            continue;
        }
        put_in_force(sum, limit.lower, limit.upper, -1, lp::infinity);
        is_new = true;
    }
    return is_new;
}

HourProgramme::Breach HourProgramme::breach() const {
    Breach worst;
    for (std::size_t r = 0; r < row_lower_.size(); ++r) {
        const auto slack = at(slack_[r]);
        const double missing = value_[slack] + value_[slack + 1];
        double size = 1.0;
        for (const double side : {row_lower_[r], row_upper_[r]}) {
            size = std::max(size, std::abs(side) < wide ? std::abs(side) : 0.0);
        }
        if (missing > std::max(rounding * size, worst.relative * size)) {
            const auto sum = std::find_if(sums_.begin(), sums_.end(), [&](const SumRow& s) {
                return s.row == static_cast<int>(r);
            });
            if (sum != sums_.end() && may_break(*sum)) {
                continue;
            }
            worst.relative = missing / size;
            worst.row = sum == sums_.end() ? -1 : sum->coupling_row;
        }
    }
    return worst;
}

double HourProgramme::slack_cny() const {
    double cny = 0.0;
    for (std::size_t j = gives_.size(); j < value_.size(); ++j) {
        cny += column_cost_[j] * std::max(value_[j], 0.0);
    }
    return cny - breach_cny();
}

double HourProgramme::breach_cny() const {
    double cny = 0.0;
    for (const SumRow& sum : sums_) {
        if (may_break(sum)) {
            const std::size_t slack = at(slack_[at(sum.row)]);
            cny += column_cost_[slack] *
                   (std::max(value_[slack], 0.0) + std::max(value_[slack + 1], 0.0));
        }
    }
    return cny;
}

void HourProgramme::add_missing(std::span<double> channel, std::size_t stride) const {
    for (const SumRow& sum : sums_) {
        const auto slack = at(slack_[at(sum.row)]);
        const double missing = value_[slack] - value_[slack + 1];
        if (missing == 0.0 || sum.channel.empty() || may_break(sum)) {
            continue;
        }
        const auto most =
            std::max_element(sum.weight.begin(), sum.weight.end(),
                             [](double a, double b) { return std::abs(a) < std::abs(b); });
        const int place = sum.channel[static_cast<std::size_t>(most - sum.weight.begin())];
        channel[at(place) * stride] += missing / *most;
    }
}

void HourProgramme::read_duals(std::span<double> row_dual) const {
    for (const SumRow& sum : sums_) {
        if (sum.in_force && sum.coupling_row >= 0) {
            row_dual[at(sum.coupling_row)] = row_dual_[at(sum.row)];
        }
    }
}

} // namespace longyang::solve::prices
