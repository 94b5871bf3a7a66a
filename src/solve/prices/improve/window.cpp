#include "solve/prices/improve/window.hpp"

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
/// So many times at most rows enter.
constexpr int most_rounds = 60;
/// What a row may be broken by before it enters.
constexpr double tolerance = 1e-6;
/// Room below this is none.
constexpr double smallest = 1e-9;
/// A waiting row with less room than this, MW or m3/s, is there from the start (PE-70).
constexpr double near = 100.0;
/// By what prices must say that a column stays, CNY per MW or MWh, for it to be held (PE-78).
constexpr double hold_cny = 30.0;
/// By what a held column must lower the cost to be released, CNY per unit (PE-78).
constexpr double release_cny = 0.01;
/// A solution that takes longer, s and s a column (fifty times what windows take), is given up:
/// HiGHS's interior points may go round in circles.
constexpr double longest_s = 10.0, longest_s_a_column = 2e-3;
/// Rows, than which a repair of fewer is short (PE-70).
constexpr std::size_t few = 50;

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

double value_of(std::span<const lp::Term> terms, std::span<const double> value) {
    double sum = 0.0;
    for (const lp::Term& term : terms) {
        sum += term.value * value[at(term.column)];
    }
    return sum;
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

/// Limits of a row as changes of its sum from what it is now. An equation keeps what it has.
struct Room {
    double low = 0.0, high = 0.0;
};
Room room_of(double low, double high, double now) {
    if (low == high) {
        return {};
    }
    Room room{std::min(low - now, 0.0), std::max(high - now, 0.0)};
    room.low = room.low > -smallest ? 0.0 : room.low;
    room.high = room.high < smallest ? 0.0 : room.high;
    return room;
}

/// One window in HiGHS, whose columns are changes of the schedule's values: 0 keeps all rows, by no
/// more than rounding.
class Solver {
public:
    Solver(const WindowProgramme& programme, const WindowSettings& settings);

    WindowSolution run();

private:
    void add_columns();
    void add_first_rows();
    void append_changes(const lp::SparseRows& from, std::size_t r, lp::SparseRows& to) const;
    [[nodiscard]] bool to_be_held(std::size_t j) const;
    bool solve(bool few_rows);
    bool run_by(const char* solver, const char* presolve);
    bool release();
    [[nodiscard]] lp::SparseRows broken_rows();
    [[nodiscard]] bool keeps_rows() const;
    [[nodiscard]] std::vector<double> channels_of(std::size_t hour) const;
    bool add_broken_limits();
    bool add_limit(const HourLimit& limit, std::size_t hour);

    const WindowProgramme& programme_;
    const WindowSettings& settings_;
    highs::Handle handle_;
    ChannelSums sums_;
    std::vector<char> held_;    ///< per column
    std::vector<Room> room_;    ///< per column, of those that are not held
    std::vector<char> entered_; ///< per waiting row
    std::vector<double> value_; ///< of columns; behind them, of slacks
    std::vector<double> dual_;
    double broken_before_ = 0.0; ///< by the schedule, of limits that were added
    WindowSolution found_;
};

Solver::Solver(const WindowProgramme& programme, const WindowSettings& settings)
    : programme_(programme), settings_(settings), sums_(programme), held_(programme.cost.size(), 0),
      room_(programme.cost.size()), entered_(programme.waiting.lower.size(), 0) {
    handle_.set("threads", 1);
    handle_.set("parallel", "off");
    handle_.set("primal_feasibility_tolerance", 1e-8);
    add_columns();
    add_first_rows();
}

// PE-78  held are columns at a limit that prices say they keep by far
bool Solver::to_be_held(std::size_t j) const {
    double scale = 0.0; // of what a unit gives
    for (auto k = static_cast<std::size_t>(programme_.give_start[j]);
         k < static_cast<std::size_t>(programme_.give_start[j + 1]); ++k) {
        scale = std::max(scale, std::abs(programme_.give_value[k]));
    }
    const double clear_cny = hold_cny * (scale > 0.0 ? scale : 1.0);
    return (room_[j].low == 0.0 && programme_.reduced[j] > clear_cny) ||
           (room_[j].high == 0.0 && programme_.reduced[j] < -clear_cny);
}

void Solver::add_columns() {
    std::vector<double> low(held_.size());
    std::vector<double> high(held_.size());
    for (std::size_t j = 0; j < held_.size(); ++j) {
        const double width = programme_.upper[j] - programme_.lower[j];
        room_[j] = width < smallest
                       ? Room{}
                       : room_of(programme_.lower[j], programme_.upper[j], programme_.now[j]);
        held_[j] = to_be_held(j) ? 1 : 0;
        low[j] = held_[j] != 0 ? 0.0 : room_[j].low;
        high[j] = held_[j] != 0 ? 0.0 : room_[j].high;
    }
    highs::check(Highs_addCols(handle_.raw(), highs::highs_size(held_.size()),
                               programme_.cost.data(), low.data(), high.data(), 0, nullptr, nullptr,
                               nullptr),
                 "columns of a window");
}

void Solver::append_changes(const lp::SparseRows& from, std::size_t r, lp::SparseRows& to) const {
    append_row(from, r, to);
    const Room room = room_of(from.lower[r], from.upper[r], activity(from, r, programme_.now));
    to.lower.back() = room.low;
    to.upper.back() = room.high;
}

/// What the schedule has near its limit is likely to get there.
void Solver::add_first_rows() {
    lp::SparseRows first;
    for (std::size_t r = 0; r < programme_.rows.lower.size(); ++r) {
        append_changes(programme_.rows, r, first);
    }
    const lp::SparseRows& waiting = programme_.waiting;
    for (std::size_t r = 0; r < entered_.size(); ++r) {
        const auto begin = waiting.column.begin() + static_cast<std::ptrdiff_t>(waiting.start[r]);
        const auto end = waiting.column.begin() + static_cast<std::ptrdiff_t>(waiting.start[r + 1]);
        const bool free = std::any_of(begin, end, [&](int j) { return held_[at(j)] == 0; });
        const double sum = activity(waiting, r, programme_.now);
        if (free && (sum <= waiting.lower[r] + near || sum >= waiting.upper[r] - near)) {
            entered_[r] = 1;
            append_changes(waiting, r, first);
        }
    }
    highs::add_rows(handle_, first);
}

bool Solver::run_by(const char* solver, const char* presolve) {
    handle_.set("solver", solver);
    handle_.set("presolve", presolve);
    handle_.set("time_limit", Highs_getRunTime(handle_.raw()) + longest_s +
                                  longest_s_a_column * static_cast<double>(held_.size()));
    return Highs_run(handle_.raw()) != kHighsStatusError &&
           Highs_getModelStatus(handle_.raw()) == kHighsModelStatusOptimal;
}

/// The first programme by interior points and crossover, a quarter of the time of the dual simplex
/// method (PE-70), which then goes on from that basis; after few rows without exact weights of
/// edges, which take longer to find than to go on with others.
bool Solver::solve(bool few_rows) {
    const bool first = found_.rounds++ == 0;
    handle_.set("simplex_dual_edge_weight_strategy", few_rows ? 1 : -1);
    if (!(first && run_by("ipm", "on")) && !run_by("simplex", "off") && !run_by("simplex", "on")) {
        return false;
    }
    found_.pivots += handle_.info_int("simplex_iteration_count");
    value_.resize(at(Highs_getNumCol(handle_.raw())));
    dual_.resize(value_.size());
    std::vector<double> row_value(at(Highs_getNumRow(handle_.raw())));
    std::vector<double> row_dual(row_value.size());
    highs::check(Highs_getSolution(handle_.raw(), value_.data(), dual_.data(), row_value.data(),
                                   row_dual.data()),
                 "a window's solution");
    for (std::size_t j = 0; j < held_.size(); ++j) {
        value_[j] =
            std::clamp(programme_.now[j] + value_[j], programme_.lower[j], programme_.upper[j]);
    }
    return true;
}

/// Held columns that would lower the cost.
bool Solver::release() {
    bool any = false;
    for (std::size_t j = 0; j < held_.size(); ++j) {
        if (held_[j] != 0 && ((dual_[j] < -release_cny && room_[j].high > 0.0) ||
                              (dual_[j] > release_cny && room_[j].low < 0.0))) {
            held_[j] = 0;
            any = true;
            highs::check(Highs_changeColBounds(handle_.raw(), highs::highs_size(j), room_[j].low,
                                               room_[j].high),
                         "a column of a window");
        }
    }
    return any;
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
            append_changes(waiting, r, broken);
        }
    }
    return broken;
}

/// Whether the rows that were there from the start are kept: where a programme scales badly, HiGHS
/// may call a solution optimal that is off by more than it was asked for.
bool Solver::keeps_rows() const {
    const lp::SparseRows& rows = programme_.rows;
    for (std::size_t r = 0; r < rows.lower.size(); ++r) {
        const double now = activity(rows, r, programme_.now);
        const double moved = activity(rows, r, value_) - now;
        const Room room = room_of(rows.lower[r], rows.upper[r], now);
        const double most = tolerance * (1.0 + std::abs(now));
        if (moved < room.low - most || moved > room.high + most) {
            return false;
        }
    }
    return true;
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
    const double now = sum.constant + value_of(sum.terms, programme_.now);
    broken_before_ += std::max({limit.lower - now, now - limit.upper, 0.0});
    lp::SparseRows row;
    append(row, limit.lower - now, limit.upper - now, sum.terms);
    highs::add_rows(handle_, row);
    const int number = Highs_getNumRow(handle_.raw()) - 1;
    for (const double value : {1.0, -1.0}) {
        highs::check(Highs_addCol(handle_.raw(), breach_cny, 0.0, lp::infinity, 1, &number, &value),
                     "a column");
    }
    return true;
}

bool Solver::add_broken_limits() {
    bool any = false;
    for (std::size_t t = 0; settings_.watch && t < at(programme_.hours); ++t) {
        for (const HourLimit& limit : settings_.watch(t, channels_of(t))) {
            any = add_limit(limit, t) || any;
        }
    }
    return any;
}

WindowSolution Solver::run() {
    const std::clock_t start = std::clock();
    bool solved = solve(false);
    bool settled = false;
    bool anew = false;
    while (solved && !settled && found_.rounds < most_rounds) {
        const lp::SparseRows broken = broken_rows();
        const bool released = release();
        if (!broken.lower.empty()) {
            highs::add_rows(handle_, broken);
        }
        // Limits of the network by what keeps the other rows.
        const bool as_it_was = broken.lower.empty() && !released;
        const bool limits = as_it_was && add_broken_limits();
        settled = as_it_was && !limits;
        if (settled && !keeps_rows()) {
            if (anew) {
                solved = false;
                break;
            }
            anew = true; // from no basis at all
            settled = false;
            highs::check(Highs_clearSolver(handle_.raw()), "a fresh start");
        }
        solved = settled || solve(!released && broken.lower.size() < few);
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
    if (broken_before_ > tolerance) {
        found_.gain_cny += breach_cny * (broken_before_ - missing);
    }
    if (missing <= broken_before_ + tolerance && found_.gain_cny > 0.0) {
        found_.value = std::move(value_);
    }
    return found_;
}

} // namespace

WindowProgramme::WindowProgramme(std::size_t channels_, std::size_t hours_,
                                 std::vector<double> price_)
    : channels(static_cast<int>(channels_)), hours(static_cast<int>(hours_)),
      constant(channels_ * hours_, 0.0), price(std::move(price_)) {}

int WindowProgramme::add_column(double low, double high, double cost_cny, double present) {
    high = std::max(low, high);
    widen(present, low, high);
    cost.push_back(cost_cny);
    lower.push_back(low);
    upper.push_back(high);
    now.push_back(std::clamp(present, low, high));
    reduced.push_back(cost_cny);
    give_start.push_back(static_cast<std::int64_t>(give_place.size()));
    return static_cast<int>(cost.size()) - 1;
}

void WindowProgramme::give(int channel, std::size_t hour, double value) {
    if (value != 0.0) {
        give_place.push_back(static_cast<int>(place(channel, hour)));
        give_value.push_back(value);
        ++give_start.back();
        reduced.back() -= value * (price.empty() ? unknown : price[place(channel, hour)]);
    }
}

void WindowProgramme::add_row(double low, double high, std::span<const lp::Term> terms,
                              double price_cny) {
    add(rows, low, high, terms);
    for (const lp::Term& term : terms) {
        reduced[at(term.column)] -= term.value * price_cny;
    }
}

void WindowProgramme::add_row_to_mend(double low, double high, std::vector<lp::Term> terms) {
    double kept_low = low;
    double kept_high = high;
    const double present = value_of(terms, now);
    widen(present, kept_low, kept_high);
    if (kept_low < low || kept_high > high) {
        const double broken_by = kept_low < low ? low - present : present - high;
        const int column = add_column(0.0, broken_by, breach_cny, broken_by);
        terms.push_back({column, kept_low < low ? 1.0 : -1.0});
    }
    add_row(low, high, terms, 0.0);
}

void WindowProgramme::add(lp::SparseRows& to, double low, double high,
                          std::span<const lp::Term> terms) const {
    widen(value_of(terms, now), low, high);
    append(to, low, high, terms);
}

double WindowProgramme::most_gain_cny() const {
    double cny = slack_cny;
    for (std::size_t j = 0; j < cost.size(); ++j) {
        const double limit = reduced[j] > 0.0 ? lower[j] : upper[j];
        if (std::isfinite(limit) && std::isfinite(reduced[j])) {
            cny += reduced[j] * (now[j] - limit);
        }
    }
    return cny;
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
    for (auto* list :
         {&p.cost, &p.lower, &p.upper, &p.now, &p.reduced, &p.give_value, &p.constant}) {
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
