#include "solve/prices/heat/bound.hpp"

#include "solve/prices/heat/content.hpp"
#include "solve/prices/heat/curve.hpp"
#include "solve/prices/oracles/store_oracle.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace longyang::solve::prices {
namespace {

using heat::Cells;
using heat::Curve;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What a unit (or several) that is on may take from the content in an hour.
struct Use {
    double least_mwh = 0.0;
    double cny = 0.0; ///< cost less earnings there
    struct More {
        double mwh = 0.0, cny_per_mwh = 0.0;
    };
    std::vector<More> more; ///< costs of a MWh do not fall
    bool possible = false;
};

/// Backwards over the hours: the least cost from an hour on by what units do and what the store
/// holds.
class JointProgramme {
public:
    JointProgramme(const std::vector<lp::UnitGroup>& groups, const lp::Store& store,
                   std::span<const double> price, std::size_t hours, int cells)
        : groups_(groups), group_(groups.front()), store_(store), prices_{price, hours},
          hours_(hours), cell_count_(static_cast<std::size_t>(std::max(cells, 1))) {
        for (const lp::UnitGroup& group : groups) {
            units_ += static_cast<std::size_t>(group.units);
        }
    }

    [[nodiscard]] double single();
    [[nodiscard]] double team();

private:
    [[nodiscard]] double least_content(std::size_t t) const {
        const double least = store_.energy_min(t);
        return t + 1 == hours_ ? std::max(least, store_.energy_end_min_mwh) : least;
    }
    [[nodiscard]] double most_content(std::size_t t) const {
        return std::max(store_.energy_max(t), least_content(t));
    }
    void set_hour(std::size_t t);
    [[nodiscard]] Use use(std::size_t t, bool starts, double limit_mw, double number) const;
    void use_heat(const Curve& after, const Use& use, Curve& before);
    void raise(const Curve& by, Curve& curve);
    void to_content(Curve& curve) const;
    /// In the state before the span.
    [[nodiscard]] std::size_t hours_so_far() const {
        return static_cast<std::size_t>(std::max(group_.initial_h, 1));
    }
    [[nodiscard]] double start_cny() const {
        return group_.tier_cny.empty()
                   ? 0.0
                   : *std::min_element(group_.tier_cny.begin(), group_.tier_cny.end());
    }
    [[nodiscard]] double rest_cny(std::size_t t) const {
        return -group_.non_spinning_max_mw * prices_.reserve(group_.reserve.non_spinning, t);
    }
    void single_hour(std::size_t t);
    void team_hour(std::size_t t);
    [[nodiscard]] double allowance_cny() const;
    [[nodiscard]] double at_start(const Curve& curve) const {
        return curve.at(store_.energy_initial_mwh);
    }

    const std::vector<lp::UnitGroup>& groups_;
    const lp::UnitGroup& group_;
    const lp::Store& store_;
    recovery::GroupPrices prices_;
    std::size_t hours_, cell_count_, units_ = 0;
    // Of the hour at hand. Curves are by the content before heat is taken, inflow included.
    Cells cells_;
    double gained_mwh_ = 0.0;
    double begin_mwh_ = 0.0; ///< the least content
    // By state: single units off for 1, ... hours, then on for 1, ...; several by how many are on.
    std::vector<Curve> now_, next_, own_;
    std::size_t off_h_ = 1, on_h_ = 1;
    Curve taken_, other_, smaller_; ///< work space
};

void JointProgramme::set_hour(std::size_t t) {
    gained_mwh_ = store_.inflow(t) - store_.drain(t);
    const double from = t > 0 ? least_content(t - 1) : store_.energy_initial_mwh;
    const double to = t > 0 ? most_content(t - 1) : store_.energy_initial_mwh;
    const double width = std::max(std::max(store_.energy_max_mwh, to - from), 1e-6) /
                         static_cast<double>(cell_count_);
    const double begin = store_.kept_per_h * from + gained_mwh_;
    begin_mwh_ = begin;
    const double end = store_.kept_per_h * to + gained_mwh_;
    // Contents below those of the hour's start are on the way only.
    const double lowest = std::min(begin, least_content(t));
    std::vector<double> borders;
    for (double mwh = begin - width; mwh > lowest; mwh -= width) {
        borders.push_back(mwh);
    }
    std::reverse(borders.begin(), borders.end());
    const double step = width * store_.kept_per_h;
    for (std::size_t k = 0; begin + static_cast<double>(k) * step < end - heat::same_mwh; ++k) {
        borders.push_back(begin + static_cast<double>(k) * step);
    }
    borders.push_back(end);
    cells_.set(std::move(borders));
}

/// number: of units alike that are on. limit_mw: of one's output and upward reserve together; its
/// output may have less heat than that, behind its reserve none is asked for.
Use JointProgramme::use(std::size_t t, bool starts, double limit_mw, double number) const {
    Use use;
    const double least_mw = group_.p_min_mw[t];
    const double most_heat = store_.discharge_max(t) / number - group_.draw.amount(0.0, starts);
    const double most_mw = std::min(limit_mw, most_heat / group_.draw.per_mwh);
    if (most_mw < least_mw - 1e-9) {
        return use;
    }
    use.possible = true;
    use.least_mwh = number * group_.draw.amount(least_mw, starts) / store_.efficiency_discharge;
    const auto cny_at = [&](double p_mw) {
        return -recovery::on_cny(group_, prices_, t,
                                 {p_mw, std::min(group_.up_max_mw, limit_mw - p_mw),
                                  std::min(group_.down_max_mw, p_mw - least_mw)});
    };
    use.cny = number * cny_at(least_mw);
    std::vector<double> bends{most_mw};
    if (prices_.reserve(group_.reserve.up, t) > 0.0) {
        bends.push_back(limit_mw - group_.up_max_mw);
    }
    if (prices_.reserve(group_.reserve.down, t) > 0.0) {
        bends.push_back(least_mw + group_.down_max_mw);
    }
    double bend = group_.base_mw;
    for (const double length : group_.segment_mw) {
        bends.push_back(bend += length);
    }
    std::sort(bends.begin(), bends.end());
    double from = least_mw;
    for (const double to : bends) {
        if (to > from && to <= most_mw) {
            const double mwh =
                number * (to - from) * group_.draw.per_mwh / store_.efficiency_discharge;
            use.more.push_back({mwh, number * (cny_at(to) - cny_at(from)) / mwh});
            from = to;
        }
    }
    return use;
}

/// By content after it to by content before it; infinite where it is not possible.
void JointProgramme::use_heat(const Curve& after, const Use& use, Curve& before) {
    before.clear();
    if (!use.possible || after.empty()) {
        return;
    }
    before = after;
    before.move(use.least_mwh, use.cny);
    for (const Use::More& more : use.more) {
        cells_.take(before, more.mwh, more.cny_per_mwh, other_);
        std::swap(before, other_);
    }
}

void JointProgramme::raise(const Curve& by, Curve& curve) {
    cells_.lower(by, curve, smaller_);
    std::swap(curve, smaller_);
}

/// From the content before heat is taken to that at the end of the hour before, within its limits.
void JointProgramme::to_content(Curve& curve) const {
    const auto first =
        std::lower_bound(curve.mwh.begin(), curve.mwh.end(), begin_mwh_ - heat::same_mwh) -
        curve.mwh.begin();
    curve.mwh.erase(curve.mwh.begin(), curve.mwh.begin() + first);
    curve.cny.erase(curve.cny.begin(), curve.cny.begin() + first);
    for (double& mwh : curve.mwh) {
        mwh = (mwh - gained_mwh_) / store_.kept_per_h;
    }
}

double JointProgramme::allowance_cny() const {
    double turnover_cny = 0.0;
    double steepest_cny = 0.0;
    for (std::size_t t = 0; t < hours_; ++t) {
        const double cny = std::abs(prices_.at(group_.injection, t)) +
                           prices_.reserve(group_.reserve.up, t) +
                           prices_.reserve(group_.reserve.down, t);
        turnover_cny += static_cast<double>(units_) * group_.p_max_mw[t] * cny;
        steepest_cny = std::max(steepest_cny, cny);
    }
    steepest_cny *= store_.efficiency_discharge / group_.draw.per_mwh;
    return 1e-11 * turnover_cny +
           10.0 * heat::same_mwh * steepest_cny * static_cast<double>(hours_);
}

// now_[k - 1]: off for k hours, the last one for as many or more; behind them on for k hours.
void JointProgramme::single_hour(std::size_t t) {
    const bool able = group_.available[t] != 0;
    const bool may_rest = !able || group_.must_run[t] == 0;
    const Use rest{0.0, able ? rest_cny(t) : 0.0, {}, true};
    const auto on = [&](std::size_t k) { return off_h_ + std::min(k, on_h_) - 1; };
    for (Curve& curve : next_) {
        curve.clear();
    }
    if (may_rest) {
        for (std::size_t k = 1; k <= off_h_; ++k) {
            use_heat(now_[std::min(k + 1, off_h_) - 1], rest, taken_);
            raise(taken_, next_[k - 1]);
        }
        use_heat(now_[0], rest, taken_);
        raise(taken_, next_[on(on_h_)]);
        // An outage may cut short a run from before the span, and no other one (TH-2).
        const std::size_t since = hours_so_far() + t;
        if (!able && group_.initial_on > 0 && since < on_h_) {
            raise(taken_, next_[on(since)]);
        }
    }
    if (able) {
        const Use goes_on = use(t, false, group_.p_max_mw[t], 1.0);
        for (std::size_t k = std::min<std::size_t>(2, on_h_); k <= on_h_; ++k) {
            use_heat(now_[on(k)], goes_on, taken_);
            raise(taken_, next_[on(k - 1 > 0 ? k - 1 : 1)]);
            if (k == on_h_ && on_h_ > 1) {
                raise(taken_, next_[on(k)]);
            }
        }
        if (t == 0 && group_.initial_on < 0) { // free: on without a start
            use_heat(now_[on(on_h_)], goes_on, taken_);
            raise(taken_, next_[off_h_ - 1]);
        }
        Use start = use(t, true, std::min(group_.start_max_mw[t], group_.p_max_mw[t]), 1.0);
        start.cny += start_cny();
        use_heat(now_[on(1)], start, taken_);
        raise(taken_, next_[off_h_ - 1]);
    }
}

/// PE-79
double JointProgramme::single() {
    off_h_ = static_cast<std::size_t>(std::max(group_.min_down_h, 1));
    on_h_ = static_cast<std::size_t>(std::max(group_.min_up_h, 1));
    now_.assign(off_h_ + on_h_, {});
    for (Curve& curve : now_) {
        curve.add(least_content(hours_ - 1), 0.0);
    }
    next_ = now_;
    for (std::size_t t = hours_; t-- > 0;) {
        set_hour(t);
        single_hour(t);
        std::swap(now_, next_);
        std::for_each(now_.begin(), now_.end(), [&](Curve& curve) { to_content(curve); });
    }
    std::size_t state = off_h_ - 1;
    if (group_.initial_on == 0) {
        state = std::min(hours_so_far(), off_h_) - 1;
    } else if (group_.initial_on > 0) {
        state = off_h_ + std::min(hours_so_far(), on_h_) - 1;
    }
    return at_start(now_[state]) - allowance_cny();
}

// now_[n]: with n units on.
void JointProgramme::team_hour(std::size_t t) {
    std::size_t able = 0;
    std::size_t duty = 0;
    for (const lp::UnitGroup& group : groups_) {
        const auto units = static_cast<std::size_t>(group.units);
        able += group.available[t] != 0 ? units : 0;
        duty += group.available[t] != 0 && group.must_run[t] != 0 ? units : 0;
    }
    const double start_mwh = group_.draw.per_start / store_.efficiency_discharge;
    for (std::size_t n = 0; n <= units_; ++n) {
        own_[n].clear();
        if (n < duty || n > able) {
            continue;
        }
        Use hour{0.0, 0.0, {}, true};
        if (n > 0) {
            hour = use(t, false, group_.p_max_mw[t], static_cast<double>(n));
        }
        hour.cny += static_cast<double>(able - n) * rest_cny(t);
        use_heat(now_[n], hour, taken_);
        cells_.lower(taken_, {}, own_[n]);
    }
    // Units that start one by one, from below; units that stop.
    for (std::size_t n = units_ + 1; n-- > 0;) {
        next_[n] = own_[n];
        if (n < units_ && !next_[n + 1].empty()) {
            taken_ = next_[n + 1];
            taken_.move(start_mwh, start_cny());
            raise(taken_, next_[n]);
        }
    }
    for (std::size_t n = 1; n <= units_; ++n) {
        raise(own_[n - 1], own_[n]);
        raise(own_[n], next_[n]);
    }
    if (t == 0 && group_.initial_on < 0) { // free before: as many as are best
        next_[0] = own_[units_];
    }
}

/// PE-80
double JointProgramme::team() {
    now_.assign(units_ + 1, {});
    own_.assign(units_ + 1, {});
    for (Curve& curve : now_) {
        curve.add(least_content(hours_ - 1), 0.0);
    }
    next_ = now_;
    for (std::size_t t = hours_; t-- > 0;) {
        set_hour(t);
        team_hour(t);
        std::swap(now_, next_);
        std::for_each(now_.begin(), now_.end(), [&](Curve& curve) { to_content(curve); });
    }
    std::size_t on = 0;
    for (const lp::UnitGroup& group : groups_) {
        on += group.initial_on > 0 ? static_cast<std::size_t>(group.units) : 0;
    }
    return at_start(now_[on]) - allowance_cny();
}

/// A store with so much more heat that a plan which only rounding forbids is possible.
lp::Store a_little_more(lp::Store store) {
    const double mwh = 1e-6 * (1.0 + store.energy_max_mwh);
    store.energy_initial_mwh += mwh;
    store.discharge_max_mw += mwh;
    for (std::vector<double>* hours : {&store.inflow_mw, &store.by_hour.discharge_max_mw}) {
        for (double& hour_mw : *hours) {
            hour_mw += mwh;
        }
    }
    return store;
}

/// Channels of a block and its store as places in a table of their own: the whole one's channels,
/// by place.
std::vector<int> number_channels(std::vector<lp::UnitGroup>& groups, lp::Store& store) {
    std::vector<int> channels;
    const auto to_places = [&](auto&... lists) {
        const auto to_place = [&](std::vector<int>& list) {
            std::transform(list.begin(), list.end(), list.begin(),
                           [&](int channel) { return place_of(channels, channel); });
        };
        (to_place(lists), ...);
    };
    store.injection = place_of(channels, store.injection);
    to_places(store.reserve.up, store.reserve.down);
    for (lp::UnitGroup& group : groups) {
        group.injection = place_of(channels, group.injection);
        if (group.draw.channel >= 0) {
            group.draw.channel = place_of(channels, group.draw.channel);
        }
        group.running = group.running < 0 ? group.running : place_of(channels, group.running);
        to_places(group.reserve.up, group.reserve.down, group.reserve.non_spinning);
    }
    return channels;
}

} // namespace

int heat_cells(std::size_t hours) {
    constexpr std::size_t work = 200'000;
    return static_cast<int>(
        std::clamp<std::size_t>(work / std::max<std::size_t>(hours, 1), 48, 128));
}

double joint_heat_bound(const std::vector<lp::UnitGroup>& groups, const lp::Store& store,
                        std::span<const double> price, std::size_t hours, int cells) {
    const lp::UnitGroup& any = groups.front();
    if (!any.draw.from_store || any.draw.per_mwh <= 0.0 || any.capture.any()) {
        return -infinity;
    }
    JointProgramme programme(groups, store, price, hours, cells);
    return groups.size() == 1 && any.units == 1 ? programme.single() : programme.team();
}

void hold_from_before(std::vector<lp::UnitGroup>& groups) {
    for (lp::UnitGroup& group : groups) {
        const auto end = static_cast<std::size_t>(
            group.initial_on > 0 ? std::max(group.min_up_h - group.initial_h, 0) : 0);
        for (std::size_t t = 0; t < std::min(end, group.available.size()); ++t) {
            if (group.available[t] == 0) {
                break;
            }
            group.must_run[t] = 1;
        }
    }
}

bool has_joint_plan(std::vector<lp::UnitGroup> groups, lp::Store store, std::size_t hours,
                    bool with_end) {
    const std::vector<int> channels = number_channels(groups, store);
    store.energy_end_min_mwh = with_end ? store.energy_end_min_mwh : -infinity;
    const std::vector<double> none(channels.size() * hours, 0.0);
    return joint_heat_bound(groups, a_little_more(store), none, hours, 1) < infinity;
}

HeatPlantBound heat_plant_bound(std::vector<lp::UnitGroup> groups, lp::Store store,
                                std::span<const double> price, std::size_t hours) {
    const std::vector<int> channels = number_channels(groups, store);
    std::vector<double> own;
    own.reserve(channels.size() * hours);
    for (const int channel : channels) {
        const std::span<const double> row =
            price.subspan(static_cast<std::size_t>(channel) * hours, hours);
        own.insert(own.end(), row.begin(), row.end());
    }
    std::vector<double> given(own.size(), 0.0);
    HeatPlantBound bound;
    bound.joint_cny = joint_heat_bound(groups, store, own, hours, heat_cells(hours));
    if (!bound.has_plan()) {
        bound.joint_cny =
            joint_heat_bound(groups, a_little_more(store), own, hours, heat_cells(hours));
    }
    if (bound.joint_cny > -infinity) {
        // A store without reserve is exact when first asked (PE-12), so these are what the run has.
        bound.block_cny = UnitSolver({groups}, static_cast<int>(hours)).solve(own, given).bound;
        bound.store_cny = StoreSolver({store}, static_cast<int>(hours)).solve(own, given).bound;
    }
    return bound;
}

} // namespace longyang::solve::prices
