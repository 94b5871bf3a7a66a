#include "certify/units.hpp"

#include "certify/convex.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <list>
#include <numeric>
#include <utility>
#include <vector>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Two runs this close, CNY, count as one.
constexpr double same_cny = 1e-6;
/// By which intervals may miss each other, MW, where ramps have added up.
constexpr double rounding_mw = 1e-7;

/// Hours in which a run began, for a unit whose past is free: it may stop at any time.
constexpr int long_ago = -1'000'000;

/// A unit that is on: the least cost so far by the output of the hour.
struct Run {
    int start = 0; ///< first hour on
    Convex cost;
};

class Unit {
public:
    Unit(const lp::UnitGroup& group, const Prices& prices)
        : g_(group), prices_(prices), hours_(static_cast<int>(prices.hours)),
          cold_h_(
              std::max(group.tier_off_h.empty() ? 0 : group.tier_off_h.back(), group.min_down_h)) {}

    [[nodiscard]] double bound();

private:
    [[nodiscard]] static std::size_t at(int hour) { return static_cast<std::size_t>(hour); }
    /// PE-61. From the hour before (null: none) to hour t, with at most `most_mw` of output and
    /// upward reserve; false where that is not possible.
    bool go_on(const Convex* before, double start_cny, int t, double most_mw, Convex& after);
    void set_side(const std::vector<Piece>& from, double room_mw, double reserve_cny,
                  double reserve_mw, std::vector<Piece>& to) const;
    bool add_up(int t, double up_knee, double down_knee, double flat_cny, Convex& after);
    [[nodiscard]] double draw_price(int t) const;
    [[nodiscard]] double capture_gain(int t) const;
    [[nodiscard]] double output_slope(std::size_t segment, int t) const;
    [[nodiscard]] double least_start_cny(int t) const;
    [[nodiscard]] double tier_cny(int off_h) const;
    [[nodiscard]] bool may_stop(const Run& run, int before_hour) const;
    void stop_runs(int t);
    void start_run(int t);
    void continue_runs(int t);
    void drop_runs(int t);
    void rest(int t);
    void begin();
    void begin_free();
    void hour_in_service(int t);
    [[nodiscard]] double end();

    const lp::UnitGroup& g_;
    const Prices& prices_;
    int hours_;
    int cold_h_;          ///< off so long, a start is cold
    std::list<Run> runs_; ///< by start
    /// Least cost of a stop at the beginning of each hour, less what rest earns up to there.
    std::vector<double> stop_cny_;
    double rest_cny_ = 0.0;          ///< of hours at rest up to now: minus earnings of reserve
    double cold_cny_ = infinity;     ///< least of stops so long ago that the start is cold
    int rest_from_ = 0;              ///< earliest stop after which no hour since had to be on
    double never_on_cny_ = infinity; ///< off since before the span
    double turnover_cny_ = 0.0;
    // Work space.
    Convex next_;
    std::vector<Piece> up_, down_;
    std::vector<Piece> down_sides_, own_;
    Slopes sum_;
};

double length_of(const std::vector<Piece>& pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), 0.0,
                           [](double sum, const Piece& piece) { return sum + piece.length; });
}

/// TH-17, TH-20: price of what is drawn, 0 where nothing is.
double Unit::draw_price(int t) const {
    return g_.draw.channel < 0 ? 0.0 : prices_.at(g_.draw.channel, at(t));
}

/// TH-19: what a captured t of CO2 gains, where it does.
double Unit::capture_gain(int t) const {
    return std::max(0.0,
                    g_.capture.earned_cny_per_t(prices_.at(g_.injection, at(t)), draw_price(t)));
}

double Unit::output_slope(std::size_t segment, int t) const {
    return g_.segment_cny_per_mwh[segment] - prices_.at(g_.injection, at(t)) +
           g_.draw.per_mwh * draw_price(t) - g_.capture.t_per_mwh * capture_gain(t);
}

/// Takes over the pieces that fit into `room_mw`, and a stretch of reserve among them where slopes
/// are in order.
void Unit::set_side(const std::vector<Piece>& from, double room_mw, double reserve_cny,
                    double reserve_mw, std::vector<Piece>& to) const {
    to.clear();
    bool reserve = reserve_cny > 0.0 && reserve_mw > 0.0;
    for (const Piece& piece : from) {
        if (reserve && piece.slope >= reserve_cny) {
            to.push_back({reserve_mw, reserve_cny});
            reserve = false;
        }
        const double length = std::min(piece.length, room_mw);
        if (length <= 0.0) {
            break;
        }
        to.push_back({length, piece.slope});
        room_mw -= length;
    }
    if (reserve) {
        to.push_back({reserve_mw, reserve_cny});
    }
}

bool Unit::go_on(const Convex* before, double start_cny, int t, double most_mw, Convex& after) {
    static const std::vector<Piece> none;
    const double up_cny = prices_.of_reserve(g_.reserve.up, at(t));
    const double down_cny = prices_.of_reserve(g_.reserve.down, at(t));
    const double least_mw = g_.p_min_mw[at(t)];
    // Up to which output and reserve nothing is to be paid for the way there, and beyond.
    double up_knee = most_mw;
    double down_knee = least_mw;
    double cny = start_cny;
    if (before != nullptr) {
        cny = before->least;
        up_knee = std::min(up_knee, before->at + g_.ramp_up_mw_per_h);
        down_knee = std::max(down_knee, before->at - g_.ramp_down_mw_per_h);
    }
    set_side(before != nullptr ? before->right : none, most_mw - up_knee, up_cny, g_.up_max_mw,
             up_);
    set_side(before != nullptr ? before->left : none, down_knee - least_mw, down_cny,
             g_.down_max_mw, down_);
    if (up_cny > 0.0) {
        up_knee -= g_.up_max_mw;
        cny -= up_cny * g_.up_max_mw;
    }
    if (down_cny > 0.0) {
        down_knee += g_.down_max_mw;
        cny -= down_cny * g_.down_max_mw;
    }
    return add_up(t, up_knee, down_knee, cny, after);
}

/// The sum of the hour's own cost, of what is flat up to `up_knee` and then goes on as up_, and of
/// what comes down as down_ and is flat from `down_knee`; false where they meet nowhere.
bool Unit::add_up(int t, double up_knee, double down_knee, double flat_cny, Convex& after) {
    const double from = down_knee - length_of(down_);
    double to = up_knee + length_of(up_);
    if (from > to + rounding_mw) {
        return false;
    }
    to = std::max(from, to);

    up_.insert(up_.begin(), {std::max(0.0, up_knee - from), 0.0});
    Walk up(up_);
    down_sides_.clear();
    double cny = flat_cny;
    for (std::size_t k = down_.size(); k-- > 0;) {
        down_sides_.push_back({down_[k].length, -down_[k].slope});
        cny += down_[k].length * down_[k].slope;
    }
    Walk down(down_sides_);
    own_.clear();
    for (std::size_t m = 0; m < g_.segment_mw.size(); ++m) {
        const bool last = m + 1 == g_.segment_mw.size();
        own_.push_back({last ? infinity : g_.segment_mw[m], output_slope(m, t)});
    }
    Walk own(own_);

    sum_.begin = from;
    sum_.value = cny + g_.base_cny_per_h - prices_.at(g_.injection, at(t)) * g_.base_mw -
                 (g_.running < 0 ? 0.0 : prices_.at(g_.running, at(t))) +
                 g_.draw.amount(g_.base_mw, false) * draw_price(t) -
                 g_.capture.most_t(g_.base_mw) * capture_gain(t) +
                 up.go(std::max(0.0, from - up_knee)) + own.go(from - g_.base_mw);
    sum_.pieces.clear();
    for (double place = from; place < to;) {
        const double length = std::min({to - place, up.to_bend(), down.to_bend(), own.to_bend()});
        sum_.pieces.push_back({length, own.slope() + up.slope() + down.slope()});
        for (Walk* walk : {&up, &down, &own}) {
            walk->go(length);
        }
        place = length < to - place ? place + length : to;
    }
    set(sum_, after);
    return true;
}

double Unit::tier_cny(int off_h) const {
    if (g_.tier_cny.empty()) {
        return 0.0;
    }
    double cny = g_.tier_cny.back(); // the coldest is always allowed
    for (std::size_t j = 0; j + 1 < g_.tier_cny.size(); ++j) {
        if (off_h >= g_.tier_off_h[j] && off_h < g_.tier_off_h[j + 1]) {
            cny = std::min(cny, g_.tier_cny[j]);
        }
    }
    return cny;
}

/// PE-62
double Unit::least_start_cny(int t) const {
    double least = cold_cny_ + tier_cny(cold_h_);
    for (int s = std::max(rest_from_, t - cold_h_ + 1); s <= t - g_.min_down_h; ++s) {
        least = std::min(least, stop_cny_[at(s)] + tier_cny(t - s));
    }
    if (g_.initial_on == 0 && t + g_.initial_h >= g_.min_down_h) {
        least = std::min(least, never_on_cny_ + tier_cny(t + g_.initial_h));
    } else if (g_.initial_on < 0 && t > 0) {
        least = std::min(least, never_on_cny_ + (g_.tier_cny.empty() ? 0.0 : g_.tier_cny.back()));
    }
    return least + rest_cny_;
}

/// A unit that an outage stops is not held any more from before the span.
bool Unit::may_stop(const Run& run, int before_hour) const {
    return before_hour - run.start >= g_.min_up_h ||
           (run.start < 0 && before_hour < hours_ && g_.available[at(before_hour)] == 0);
}

/// Stops at the beginning of hour t + 1: hour t is the last one on.
void Unit::stop_runs(int t) {
    double least = infinity;
    const double most_mw = std::min(g_.p_max_mw[at(t)], g_.stop_max_mw[at(t)]);
    for (const Run& run : runs_) {
        if (may_stop(run, t + 1) && go_on(&run.cost, 0.0, t, most_mw, next_)) {
            least = std::min(least, next_.least);
        }
    }
    stop_cny_[at(t + 1)] = least;
}

void Unit::continue_runs(int t) {
    for (auto run = runs_.begin(); run != runs_.end();) {
        if (go_on(&run->cost, 0.0, t, g_.p_max_mw[at(t)], next_)) {
            std::swap(run->cost, next_);
            ++run;
        } else {
            run = runs_.erase(run);
        }
    }
}

/// A start in hour t; one that stops right behind it, where it may.
void Unit::start_run(int t) {
    const double cny = least_start_cny(t) + g_.draw.per_start * draw_price(t);
    if (!(cny < infinity)) {
        return;
    }
    const double most_mw = std::min(g_.start_max_mw[at(t)], g_.p_max_mw[at(t)]);
    if (g_.min_up_h <= 1 &&
        go_on(nullptr, cny, t, std::min(most_mw, g_.stop_max_mw[at(t)]), next_)) {
        stop_cny_[at(t + 1)] = std::min(stop_cny_[at(t + 1)], next_.least);
    }
    Run run{t, {}};
    if (go_on(nullptr, cny, t, most_mw, run.cost)) {
        runs_.push_back(std::move(run));
    }
}

/// PE-63. An older run has no more to keep than a younger one (it may stop as soon or sooner), so
/// the younger one is dropped where it is nowhere below. Where both may stop, the older one too.
void Unit::drop_runs(int t) {
    const auto replaces = [](Run& kept, const Run& other) {
        if (other.cost.least < kept.cost.least - same_cny) {
            return false;
        }
        const double room = least_difference(other.cost, kept.cost);
        kept.cost.least += room >= -same_cny ? std::min(0.0, room) : 0.0;
        return room >= -same_cny;
    };
    for (auto younger = runs_.begin(); younger != runs_.end();) {
        const bool free = may_stop(*younger, t + 2);
        bool dropped = false;
        for (auto older = runs_.begin(); older != younger && !dropped;) {
            dropped = replaces(*older, *younger);
            older = !dropped && free && replaces(*younger, *older) ? runs_.erase(older)
                                                                   : std::next(older);
        }
        younger = dropped ? runs_.erase(younger) : std::next(younger);
    }
}

/// Hour t at rest, where it may be; what had to be on leaves all stops before it behind.
void Unit::rest(int t) {
    if (g_.must_run[at(t)] != 0) {
        rest_from_ = t + 1;
        cold_cny_ = infinity;
        never_on_cny_ = infinity;
    } else if (g_.available[at(t)] != 0) {
        const double earned =
            prices_.of_reserve(g_.reserve.non_spinning, at(t)) * g_.non_spinning_max_mw;
        rest_cny_ -= earned;
        turnover_cny_ += earned;
    }
}

/// The state before hour 0.
void Unit::begin() {
    stop_cny_.assign(at(hours_ + 1), infinity);
    if (g_.initial_on != 1) {
        never_on_cny_ = 0.0;
        return;
    }
    Run run{-g_.initial_h, {}};
    run.cost.at = g_.initial_p_mw;
    if (g_.initial_stop && may_stop(run, 0)) {
        stop_cny_[0] = 0.0;
    }
    runs_.push_back(std::move(run));
}

double Unit::end() {
    double least = never_on_cny_ + rest_cny_;
    for (int s = rest_from_; s <= hours_; ++s) {
        least = std::min(least, stop_cny_[at(s)] + rest_cny_);
    }
    for (const Run& run : runs_) {
        least = std::min(least, run.cost.least);
    }
    return least;
}

void Unit::hour_in_service(int t) {
    if (t + 1 < hours_) {
        stop_runs(t);
    }
    continue_runs(t);
    if (t == 0 && g_.initial_on < 0) {
        begin_free();
    }
    start_run(t);
    drop_runs(t);
}

/// On in hour 0, without a past.
void Unit::begin_free() {
    const double last_mw = std::min(g_.p_max_mw[0], g_.stop_max_mw[0]);
    if (hours_ > 1 && go_on(nullptr, 0.0, 0, last_mw, next_)) {
        stop_cny_[1] = next_.least;
    }
    Run run{long_ago, {}};
    if (go_on(nullptr, 0.0, 0, g_.p_max_mw[0], run.cost)) {
        runs_.push_back(std::move(run));
    }
}

double Unit::bound() {
    begin();
    for (int t = 0; t < hours_; ++t) {
        turnover_cny_ += g_.p_max_mw[at(t)] * (std::abs(prices_.at(g_.injection, at(t))) +
                                               prices_.of_reserve(g_.reserve.up, at(t)) +
                                               prices_.of_reserve(g_.reserve.down, at(t))) +
                         g_.draw.amount(g_.p_max_mw[at(t)], true) * std::abs(draw_price(t)) +
                         g_.capture.most_t(g_.p_max_mw[at(t)]) * capture_gain(t);
        if (t - cold_h_ >= rest_from_) {
            cold_cny_ = std::min(cold_cny_, stop_cny_[at(t - cold_h_)]);
        }
        if (g_.available[at(t)] != 0) {
            hour_in_service(t);
        } else {
            runs_.clear();
        }
        rest(t);
        stop_cny_[at(t + 1)] -= rest_cny_; // rest counts from there on
    }
    return end() - 1e-13 * turnover_cny_;
}

} // namespace

double unit_bound(const lp::UnitGroup& group, const Prices& prices) {
    return Unit(group, prices).bound();
}

} // namespace longyang::certify
