#include "solve/prices/improve_programme.hpp"

#include "lp/bytes.hpp"
#include "solve/highs/handle.hpp"

#include <interfaces/highs_c_api.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

namespace longyang::solve::prices {
namespace {

/// By how much a schedule may break a limit and count as keeping it, relative to 1 + |limit|.
constexpr double rounding = 1e-7;
/// What a limit of the network that cannot be kept costs, CNY/MWh.
constexpr double breach_cny = 1e6;
/// So many times at most rows enter.
constexpr int most_rounds = 60;
/// What a row may be broken by before it enters.
constexpr double tolerance = 1e-6;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

/// Widens limits to a value that breaks them by more than rounding.
void widen(double present, double& low, double& high) {
    if (present < low - rounding * (1.0 + std::abs(low))) {
        low = present;
    }
    if (present > high + rounding * (1.0 + std::abs(high))) {
        high = present;
    }
}

double activity(const lp::SparseRows& rows, std::size_t r, std::span<const double> value) {
    double sum = 0.0;
    for (auto k = static_cast<std::size_t>(rows.start[r]);
         k < static_cast<std::size_t>(rows.start[r + 1]); ++k) {
        sum += rows.value[k] * value[at(rows.column[k])];
    }
    return sum;
}

void append(lp::SparseRows& to, double low, double high, std::span<const lp::Term> terms) {
    to.lower.push_back(low);
    to.upper.push_back(high);
    for (const lp::Term& term : terms) {
        to.column.push_back(term.column);
        to.value.push_back(term.value);
    }
    to.start.push_back(static_cast<std::int64_t>(to.column.size()));
}

void append_row(const lp::SparseRows& from, std::size_t r, lp::SparseRows& to) {
    const auto first = static_cast<std::ptrdiff_t>(from.start[r]);
    const auto last = static_cast<std::ptrdiff_t>(from.start[r + 1]);
    to.lower.push_back(from.lower[r]);
    to.upper.push_back(from.upper[r]);
    to.column.insert(to.column.end(), from.column.begin() + first, from.column.begin() + last);
    to.value.insert(to.value.end(), from.value.begin() + first, from.value.begin() + last);
    to.start.push_back(static_cast<std::int64_t>(to.column.size()));
}

/// One window in HiGHS.
class Solver {
public:
    Solver(const WindowProgramme& programme, const WindowSettings& settings);

    WindowSolution run();

private:
    bool solve();
    bool run_by(const char* solver, const char* presolve);
    [[nodiscard]] lp::SparseRows broken_rows();
    [[nodiscard]] std::vector<double> channels_of(std::size_t hour) const;
    bool add_broken_limits();
    bool add_limit(const HourLimit& limit, std::size_t hour);

    const WindowProgramme& programme_;
    const WindowSettings& settings_;
    highs::Handle handle_;
    ChannelSums sums_;
    std::vector<char> entered_; ///< per waiting row
    std::vector<double> value_;
    int slacks_ = 0; ///< columns behind those of the programme
    WindowSolution found_;
};

Solver::Solver(const WindowProgramme& programme, const WindowSettings& settings)
    : programme_(programme), settings_(settings), sums_(programme),
      entered_(programme.waiting.lower.size(), 0) {
    handle_.set("threads", 1);
    handle_.set("parallel", "off");
    handle_.set("primal_feasibility_tolerance", 1e-8);
    highs::check(Highs_addCols(handle_.raw(), highs::highs_size(programme.cost.size()),
                               programme.cost.data(), programme.lower.data(),
                               programme.upper.data(), 0, nullptr, nullptr, nullptr),
                 "columns of a window");
    lp::SparseRows first = programme.rows;
    // What the schedule has at its limit is likely to stay there.
    for (std::size_t r = 0; r < entered_.size(); ++r) {
        const double sum = activity(programme.waiting, r, programme.now);
        const double low = programme.waiting.lower[r];
        const double high = programme.waiting.upper[r];
        if (sum <= low + tolerance * (1.0 + std::abs(low)) ||
            sum >= high - tolerance * (1.0 + std::abs(high))) {
            entered_[r] = 1;
            append_row(programme.waiting, r, first);
        }
    }
    highs::add_rows(handle_, first);
}

bool Solver::run_by(const char* solver, const char* presolve) {
    handle_.set("solver", solver);
    handle_.set("presolve", presolve);
    return Highs_run(handle_.raw()) != kHighsStatusError &&
           Highs_getModelStatus(handle_.raw()) == kHighsModelStatusOptimal;
}

/// The first programme by interior points and crossover, half the time of the dual simplex method
/// (PE-70), which then goes on from that basis.
bool Solver::solve() {
    const bool first = found_.rounds++ == 0;
    if (!(first && run_by("ipm", "on")) && !run_by("simplex", "off")) {
        return false;
    }
    found_.pivots += handle_.info_int("simplex_iteration_count");
    value_.resize(at(Highs_getNumCol(handle_.raw())));
    std::vector<double> dual(value_.size());
    std::vector<double> row_value(at(Highs_getNumRow(handle_.raw())));
    std::vector<double> row_dual(row_value.size());
    highs::check(Highs_getSolution(handle_.raw(), value_.data(), dual.data(), row_value.data(),
                                   row_dual.data()),
                 "a window's solution");
    for (std::size_t j = 0; j < programme_.cost.size(); ++j) {
        value_[j] = std::clamp(value_[j], programme_.lower[j], programme_.upper[j]);
    }
    return true;
}

lp::SparseRows Solver::broken_rows() {
    lp::SparseRows broken;
    const lp::SparseRows& waiting = programme_.waiting;
    for (std::size_t r = 0; r < entered_.size(); ++r) {
        if (entered_[r] != 0) {
            continue;
        }
        const double sum = activity(waiting, r, value_);
        if (sum < waiting.lower[r] - tolerance || sum > waiting.upper[r] + tolerance) {
            entered_[r] = 1;
            append_row(waiting, r, broken);
        }
    }
    return broken;
}

std::vector<double> Solver::channels_of(std::size_t hour) const {
    const std::size_t hours = at(programme_.hours);
    std::vector<double> channel(at(programme_.channels));
    for (std::size_t c = 0; c < channel.size(); ++c) {
        channel[c] = programme_.constant[c * hours + hour];
    }
    for (std::size_t j = 0; j < programme_.cost.size(); ++j) {
        for (auto k = static_cast<std::size_t>(programme_.give_start[j]);
             value_[j] != 0.0 && k < static_cast<std::size_t>(programme_.give_start[j + 1]); ++k) {
            const std::size_t place = at(programme_.give_place[k]);
            if (place % hours == hour) {
                channel[place / hours] += programme_.give_value[k] * value_[j];
            }
        }
    }
    return channel;
}

/// As a row with what is missing and what is too much.
bool Solver::add_limit(const HourLimit& limit, std::size_t hour) {
    for (std::size_t k = 0; k < limit.channel.size(); ++k) {
        sums_.add(limit.channel[k], hour, limit.weight[k]);
    }
    const ChannelSums::Sum sum = sums_.take();
    if (sum.terms.empty()) {
        return false;
    }
    lp::SparseRows row;
    append(row, limit.lower - sum.constant, limit.upper - sum.constant, sum.terms);
    highs::add_rows(handle_, row);
    const int number = Highs_getNumRow(handle_.raw()) - 1;
    for (const double value : {1.0, -1.0}) {
        highs::check(Highs_addCol(handle_.raw(), breach_cny, 0.0, lp::infinity, 1, &number, &value),
                     "a column");
        ++slacks_;
    }
    return true;
}

bool Solver::add_broken_limits() {
    bool any = false;
    for (std::size_t t = 0; settings_.watch && t < at(programme_.hours); ++t) {
        for (const HourLimit& limit : settings_.watch(channels_of(t))) {
            any = add_limit(limit, t) || any;
        }
    }
    return any;
}

WindowSolution Solver::run() {
    const std::clock_t start = std::clock();
    bool solved = solve();
    bool settled = false;
    while (solved && !settled && found_.rounds < most_rounds) {
        const lp::SparseRows broken = broken_rows();
        if (!broken.lower.empty()) {
            highs::add_rows(handle_, broken);
        }
        // Limits of the network by what keeps the other rows.
        const bool limits = broken.lower.empty() && add_broken_limits();
        settled = broken.lower.empty() && !limits;
        solved = settled || solve();
    }
    found_.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    found_.rows = Highs_getNumRow(handle_.raw());
    if (!solved || !settled) {
        return found_;
    }
    const auto columns = static_cast<std::ptrdiff_t>(programme_.cost.size());
    const double missing = std::accumulate(value_.begin() + columns, value_.end(), 0.0);
    value_.resize(programme_.cost.size());
    found_.gain_cny = programme_.cost_of(programme_.now) - programme_.cost_of(value_);
    if (missing <= tolerance && found_.gain_cny > 0.0) {
        found_.value = std::move(value_);
    }
    return found_;
}

} // namespace

WindowProgramme::WindowProgramme(std::size_t channels_, std::size_t hours_)
    : channels(static_cast<int>(channels_)), hours(static_cast<int>(hours_)),
      constant(channels_ * hours_, 0.0) {}

int WindowProgramme::add_column(double low, double high, double cost_cny, double present) {
    high = std::max(low, high);
    widen(present, low, high);
    cost.push_back(cost_cny);
    lower.push_back(low);
    upper.push_back(high);
    now.push_back(std::clamp(present, low, high));
    give_start.push_back(static_cast<std::int64_t>(give_place.size()));
    return static_cast<int>(cost.size()) - 1;
}

void WindowProgramme::give(int channel, std::size_t hour, double value) {
    if (value != 0.0) {
        give_place.push_back(static_cast<int>(place(channel, hour)));
        give_value.push_back(value);
        ++give_start.back();
    }
}

void WindowProgramme::add(lp::SparseRows& to, double low, double high,
                          std::span<const lp::Term> terms) const {
    double sum = 0.0;
    for (const lp::Term& term : terms) {
        sum += term.value * now[at(term.column)];
    }
    widen(sum, low, high);
    append(to, low, high, terms);
}

double WindowProgramme::cost_of(std::span<const double> value) const {
    return std::inner_product(cost.begin(), cost.end(), value.begin(), 0.0);
}

ChannelSums::ChannelSums(const WindowProgramme& programme)
    : programme_(programme), start_(programme.constant.size() + 1, 0),
      giver_(programme.give_place.size()), scratch_(programme.cost.size(), 0.0) {
    for (const int place : programme.give_place) {
        ++start_[at(place) + 1];
    }
    std::partial_sum(start_.begin(), start_.end(), start_.begin());
    std::vector<std::size_t> next(start_.begin(), start_.end() - 1);
    for (std::size_t j = 0; j < programme.cost.size(); ++j) {
        for (auto k = static_cast<std::size_t>(programme.give_start[j]);
             k < static_cast<std::size_t>(programme.give_start[j + 1]); ++k) {
            giver_[next[at(programme.give_place[k])]++] = {static_cast<int>(j),
                                                           programme.give_value[k]};
        }
    }
}

void ChannelSums::add(int channel, std::size_t hour, double weight) {
    const std::size_t place = programme_.place(channel, hour);
    constant_ += weight * programme_.constant[place];
    for (std::size_t k = start_[place]; k < start_[place + 1]; ++k) {
        double& sum = scratch_[at(giver_[k].column)];
        if (sum == 0.0) {
            touched_.push_back(giver_[k].column);
        }
        sum += weight * giver_[k].value;
    }
}

ChannelSums::Sum ChannelSums::take() {
    Sum sum;
    sum.constant = constant_;
    constant_ = 0.0;
    std::sort(touched_.begin(), touched_.end());
    for (const int column : touched_) {
        if (scratch_[at(column)] != 0.0) {
            sum.terms.push_back({column, scratch_[at(column)]});
            scratch_[at(column)] = 0.0;
        }
    }
    touched_.clear();
    return sum;
}

WindowSolution solve_window(const WindowProgramme& programme, const WindowSettings& settings) {
    return Solver(programme, settings).run();
}

namespace {

template <typename Programme, typename Visit>
void each_list(Programme& p, const Visit& visit) {
    for (auto* list : {&p.cost, &p.lower, &p.upper, &p.now, &p.give_value, &p.constant}) {
        visit(*list);
    }
    for (auto* rows : {&p.rows, &p.waiting}) {
        visit(rows->lower);
        visit(rows->upper);
        visit(rows->start);
        visit(rows->column);
        visit(rows->value);
    }
    visit(p.give_start);
    visit(p.give_place);
}

} // namespace

std::vector<std::byte> to_bytes(std::span<const WindowProgramme> programmes) {
    std::vector<std::byte> message;
    lp::bytes::put(message, static_cast<std::uint64_t>(programmes.size()));
    for (const WindowProgramme& programme : programmes) {
        lp::bytes::put(message, programme.channels);
        lp::bytes::put(message, programme.hours);
        each_list(programme, [&](const auto& list) { lp::bytes::put_items(message, list); });
    }
    return message;
}

std::vector<WindowProgramme> programmes_from_bytes(std::span<const std::byte> bytes) {
    lp::bytes::Reader reader(bytes);
    std::uint64_t count = 0;
    reader.get(count);
    std::vector<WindowProgramme> programmes(static_cast<std::size_t>(count));
    for (WindowProgramme& programme : programmes) {
        reader.get(programme.channels);
        reader.get(programme.hours);
        each_list(programme, [&](auto& list) { reader.get_items(list); });
    }
    return programmes;
}

} // namespace longyang::solve::prices
