#include "certify/heat_plants.hpp"

#include "certify/stores.hpp"
#include "certify/units.hpp"
#include "model/oracle_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Contents this close, MWh, are one, and what a limit is missed by counts as kept.
constexpr double same_mwh = 1e-9;

struct Point {
    double mwh = 0.0, cny = 0.0;
};

/// Least cost so far of holding at least so much at an hour's end: straight between points, which
/// rise in content; costs do not fall. None: nothing can be held.
using Curve = std::vector<Point>;

double at(const Point& left, const Point& right, double mwh) {
    const double length = right.mwh - left.mwh;
    return length <= 0.0 ? std::min(left.cny, right.cny)
                         : left.cny + (right.cny - left.cny) * (mwh - left.mwh) / length;
}

/// Values of a curve at places that rise; infinity beyond it.
class Reader {
public:
    explicit Reader(const Curve& curve) : curve_(curve) {}
    double read(double mwh) {
        if (curve_.empty() || mwh > curve_.back().mwh + same_mwh ||
            mwh < curve_.front().mwh - same_mwh) {
            return infinity;
        }
        while (next_ < curve_.size() && curve_[next_].mwh < mwh) {
            ++next_;
        }
        if (next_ == 0 || next_ == curve_.size()) {
            return next_ == 0 ? curve_.front().cny : curve_.back().cny;
        }
        return at(curve_[next_ - 1], curve_[next_], mwh);
    }

private:
    const Curve& curve_;
    std::size_t next_ = 0;
};

/// What a unit may do in an hour: take at least `least_mwh`, at a cost, and more in stretches whose
/// costs a MWh do not fall.
struct HeatUse {
    double least_mwh = infinity; ///< infinity: it may not
    double cny = 0.0;
    std::vector<std::pair<double, double>> more; ///< MWh, CNY/MWh
};

/// Borders of cells, MWh.
using Cells = std::vector<double>;

/// Bends of a curve, as if it stood so much further up.
struct Bends {
    const Curve& curve;
    double moved_mwh = 0.0;
};

/// Places of both curves' bends and of borders in order, those between `from` and `to` with these.
std::vector<double> places_of(const Bends& a, const Bends& b, const Cells& cells, double from,
                              double to) {
    std::vector<double> places;
    places.reserve(a.curve.size() + b.curve.size() + cells.size() + 2);
    places.push_back(from);
    std::size_t in_a = 0;
    std::size_t in_b = 0;
    std::size_t in_cells = 0;
    const auto next_of = [&](const Bends& bends, std::size_t& next) {
        while (next < bends.curve.size() &&
               bends.curve[next].mwh + bends.moved_mwh <= places.back() + same_mwh) {
            ++next;
        }
        return next < bends.curve.size() ? bends.curve[next].mwh + bends.moved_mwh : infinity;
    };
    while (true) {
        while (in_cells < cells.size() && cells[in_cells] <= places.back() + same_mwh) {
            ++in_cells;
        }
        const double next = std::min({next_of(a, in_a), next_of(b, in_b),
                                      in_cells < cells.size() ? cells[in_cells] : infinity});
        if (next >= to - same_mwh) {
            break;
        }
        places.push_back(next);
    }
    if (to > from) {
        places.push_back(to);
    }
    return places;
}

/// The greatest curve below that is convex within each cell. What is beyond a border is another
/// cell's: each has a point on it.
Curve convex_in_cells(const Curve& curve, const Cells& cells) {
    Curve kept;
    kept.reserve(curve.size() + cells.size());
    std::size_t first = 0; // of the cell
    const auto add = [&](const Point& point) {
        while (kept.size() >= first + 2 &&
               at(kept[kept.size() - 2], point, kept.back().mwh) <= kept.back().cny) {
            kept.pop_back();
        }
        kept.push_back(point);
    };
    auto border = cells.begin();
    for (const Point& point : curve) {
        for (; border != cells.end() && *border <= point.mwh + same_mwh; ++border) {
            if (!kept.empty() && *border < point.mwh - same_mwh) {
                if (*border > kept.back().mwh + same_mwh) {
                    add({*border, at(kept.back(), point, *border)});
                }
                first = kept.size() - 1;
            } else if (*border >= point.mwh - same_mwh) {
                break;
            }
        }
        add(point);
        if (border != cells.end() && *border <= point.mwh + same_mwh) {
            first = kept.size() - 1;
            ++border;
        }
    }
    return kept;
}

/// The lower of two in each place. Between the places looked at it bends the other way, so within
/// cells nothing is lost that convex_in_cells would keep.
Curve lower_of(const Curve& a, const Curve& b, const Cells& cells) {
    if (a.empty() || b.empty()) {
        return a.empty() ? b : a;
    }
    Reader of_a(a);
    Reader of_b(b);
    Curve lower;
    for (const double place : places_of({a}, {b}, cells, std::min(a.front().mwh, b.front().mwh),
                                        std::max(a.back().mwh, b.back().mwh))) {
        lower.push_back({place, std::min(of_a.read(place), of_b.read(place))});
    }
    return convex_in_cells(lower, cells);
}

/// Up to `most_mwh` taken at a price: the least over what was there, place by place.
Curve taken(const Curve& before, double most_mwh, double cny_per_mwh, const Cells& cells) {
    Reader here(before);
    Reader beyond(before);
    // Points of the curve in the stretch that can be taken, of rising cost.
    std::vector<Point> waiting;
    std::size_t first = 0;
    waiting.reserve(before.size());
    std::size_t entered = 0;
    Curve after;
    after.reserve(2 * before.size() + cells.size());
    for (const double place :
         places_of({before}, {before, -most_mwh}, cells, before.front().mwh, before.back().mwh)) {
        for (; entered < before.size() && before[entered].mwh <= place + most_mwh; ++entered) {
            const Point in{before[entered].mwh,
                           before[entered].cny + cny_per_mwh * before[entered].mwh};
            while (waiting.size() > first && waiting.back().cny >= in.cny) {
                waiting.pop_back();
            }
            waiting.push_back(in);
        }
        while (first < waiting.size() && waiting[first].mwh < place) {
            ++first;
        }
        double least =
            std::min(here.read(place), beyond.read(place + most_mwh) + cny_per_mwh * most_mwh);
        if (first < waiting.size()) {
            least = std::min(least, waiting[first].cny - cny_per_mwh * place);
        }
        after.push_back({place, least});
    }
    return convex_in_cells(after, cells);
}

/// With so much less in store, at a cost; what would be below `least_mwh` is left out.
Curve moved(const Curve& before, double mwh, double cny, double least_mwh) {
    Curve after;
    for (const Point& point : before) {
        const Point to{point.mwh - mwh, point.cny + cny};
        if (to.mwh > least_mwh && after.size() == 1 && after.front().mwh < least_mwh) {
            after.front() = {least_mwh, at(after.front(), to, least_mwh)};
        }
        if (to.mwh <= least_mwh) {
            after.clear();
        }
        after.push_back(to);
    }
    if (after.back().mwh < least_mwh) {
        const double last_cny = after.back().cny;
        const bool kept = after.back().mwh >= least_mwh - same_mwh;
        after.clear();
        if (kept) {
            after.push_back({least_mwh, last_cny});
        }
    }
    return after;
}

class Plant {
public:
    Plant(const std::vector<lp::UnitGroup>& groups, const lp::Store& store, const Prices& prices,
          int cells)
        : groups_(groups), g_(groups.front()), store_(store), prices_(prices), cells_(cells) {
        for (const lp::UnitGroup& group : groups) {
            units_ += static_cast<std::size_t>(group.units);
        }
    }

    [[nodiscard]] double single();
    [[nodiscard]] double several();

private:
    [[nodiscard]] HeatUse use(std::size_t t, bool starts, double limit_mw, double units) const;
    [[nodiscard]] double rest_cny(std::size_t t) const;
    [[nodiscard]] Curve with_inflow(const Curve& before, std::size_t t, const Cells& cells) const;
    [[nodiscard]] Curve used(const Curve& before, const HeatUse& use, std::size_t t,
                             const Cells& cells) const;
    [[nodiscard]] Cells cells_of(std::size_t t) const;
    [[nodiscard]] double least_content(std::size_t t) const {
        return t + 1 == prices_.hours ? std::max(store_.energy_min(t), store_.energy_end_min_mwh)
                                      : store_.energy_min(t);
    }
    [[nodiscard]] double cheapest_start() const {
        return g_.tier_cny.empty() ? 0.0
                                   : *std::min_element(g_.tier_cny.begin(), g_.tier_cny.end());
    }
    void rest_hour(std::size_t t, const Cells& cells);
    void on_hour(std::size_t t, const Cells& cells);
    void several_hour(std::size_t t, const Cells& cells, std::vector<Curve>& by_number) const;
    [[nodiscard]] double rounding_cny() const;

    const std::vector<lp::UnitGroup>& groups_;
    const lp::UnitGroup& g_;
    const lp::Store& store_;
    const Prices& prices_;
    int cells_;
    std::size_t units_ = 0;
    /// Of a single unit by hours off and on, from 1; the last ones: as many or more.
    std::vector<Curve> off_, on_, next_off_, next_on_;
};

Cells Plant::cells_of(std::size_t t) const {
    const double from = least_content(t);
    const double to = std::max(store_.energy_max(t), from);
    const double width = std::max(store_.energy_max_mwh, 1e-6) / cells_;
    Cells cells;
    for (double mwh = from; mwh < to - same_mwh; mwh += width) {
        cells.push_back(mwh);
    }
    cells.push_back(to);
    // Of what is there before any is taken.
    const double most = to + std::max(0.0, store_.inflow(t) - store_.drain(t));
    for (double mwh = to + width; mwh < most; mwh += width) {
        cells.push_back(mwh);
    }
    return cells;
}

double Plant::rest_cny(std::size_t t) const {
    return -prices_.of_reserve(g_.reserve.non_spinning, t) * g_.non_spinning_max_mw;
}

/// units: so many alike. limit_mw: capacity of one, for output and upward reserve; only output
/// takes heat.
HeatUse Plant::use(std::size_t t, bool starts, double limit_mw, double units) const {
    HeatUse use;
    const double least_mw = g_.p_min_mw[t];
    const double most_mw =
        std::min(limit_mw,
                 (store_.discharge_max(t) / units - g_.draw.amount(0.0, starts)) / g_.draw.per_mwh);
    if (most_mw < least_mw - 1e-9) {
        return use;
    }
    const double energy_cny = prices_.at(g_.injection, t);
    const double up_cny = prices_.of_reserve(g_.reserve.up, t);
    const double down_cny = prices_.of_reserve(g_.reserve.down, t);
    // Ends of stretches: of the cost curve, of what reserve has room for.
    std::vector<double> ends{most_mw};
    if (up_cny > 0.0) {
        ends.push_back(limit_mw - g_.up_max_mw);
    }
    if (down_cny > 0.0) {
        ends.push_back(least_mw + g_.down_max_mw);
    }
    double end = g_.base_mw;
    for (const double segment_mw : g_.segment_mw) {
        ends.push_back(end += segment_mw);
    }
    std::sort(ends.begin(), ends.end());
    const auto value = [&](double p_mw) {
        double cny = g_.base_cny_per_h - energy_cny * p_mw;
        double from = g_.base_mw;
        for (std::size_t m = 0; m < g_.segment_mw.size(); ++m) {
            const double to = m + 1 == g_.segment_mw.size() ? infinity : from + g_.segment_mw[m];
            cny += g_.segment_cny_per_mwh[m] * (std::clamp(p_mw, from, to) - from);
            from = to;
        }
        cny -= up_cny * std::min(g_.up_max_mw, limit_mw - p_mw);
        cny -= down_cny * std::min(g_.down_max_mw, p_mw - least_mw);
        return g_.running < 0 ? cny : cny - prices_.at(g_.running, t);
    };
    const double mwh_per_mw = units * g_.draw.per_mwh / store_.efficiency_discharge;
    use.least_mwh = units * g_.draw.amount(least_mw, starts) / store_.efficiency_discharge;
    use.cny = units * value(least_mw);
    double from = least_mw;
    for (const double to : ends) {
        if (to > from && to <= most_mw) {
            const double mwh = mwh_per_mw * (to - from);
            use.more.emplace_back(mwh, units * (value(to) - value(from)) / mwh);
            from = to;
        }
    }
    return use;
}

/// Content before anything is taken in hour t; less than the least is no hold at all.
Curve Plant::with_inflow(const Curve& before, std::size_t t, const Cells& cells) const {
    Curve after;
    const double more = store_.inflow(t) - store_.drain(t);
    for (const Point& point : before) {
        after.push_back({store_.kept_per_h * point.mwh + more, point.cny});
    }
    // Any of it can be spilt.
    if (!after.empty() && after.front().mwh > cells.front()) {
        after.insert(after.begin(), {cells.front(), after.front().cny});
    }
    return after;
}

/// What is left at the hour's end, within its limits.
Curve Plant::used(const Curve& before, const HeatUse& use, std::size_t t,
                  const Cells& cells) const {
    if (before.empty() || !(use.least_mwh < infinity)) {
        return {};
    }
    const double least = cells.front();
    Curve curve = before;
    // Where some is taken anyway, any of what is left can be spilt too.
    if (curve.front().mwh - use.least_mwh > least) {
        curve.insert(curve.begin(), {least + use.least_mwh, curve.front().cny});
    }
    curve = moved(curve, use.least_mwh, use.cny, least);
    for (const auto& [mwh, cny_per_mwh] : use.more) {
        if (!curve.empty()) {
            curve = taken(curve, mwh, cny_per_mwh, cells);
        }
    }
    const double most = std::max(store_.energy_max(t), least);
    Curve kept;
    for (const Point& point : curve) {
        if (point.mwh <= most) {
            kept.push_back(point);
        } else {
            if (kept.back().mwh < most) {
                kept.push_back({most, at(kept.back(), point, most)});
            }
            break;
        }
    }
    return convex_in_cells(kept, cells);
}

/// Hour t at rest: of a unit that was off, and of one that stops.
void Plant::rest_hour(std::size_t t, const Cells& cells) {
    const bool able = g_.available[t] != 0;
    if (able && g_.must_run[t] != 0) {
        return;
    }
    const HeatUse rest{0.0, able ? rest_cny(t) : 0.0, {}};
    const auto longest = [](const std::vector<Curve>& all) { return all.size() - 1; };
    for (std::size_t k = 1; k < off_.size(); ++k) {
        Curve& to = next_off_[std::min(k + 1, longest(off_))];
        to = lower_of(to, used(off_[k], rest, t, cells), cells);
    }
    // An outage may cut short a run from before the span, and no other one (TH-2).
    const std::size_t since = static_cast<std::size_t>(std::max(g_.initial_h, 1)) + t;
    const bool cut = !able && g_.initial_on == 1 && since < longest(on_);
    for (std::size_t k = cut ? since : longest(on_); k < on_.size(); ++k) {
        next_off_[1] = lower_of(next_off_[1], used(on_[k], rest, t, cells), cells);
    }
}

/// Hour t on: of a unit that was on, and of one that starts.
void Plant::on_hour(std::size_t t, const Cells& cells) {
    if (g_.available[t] == 0) {
        return;
    }
    const HeatUse goes_on = use(t, false, g_.p_max_mw[t], 1.0);
    for (std::size_t k = 1; k < on_.size(); ++k) {
        Curve& to = next_on_[std::min(k + 1, on_.size() - 1)];
        to = lower_of(to, used(on_[k], goes_on, t, cells), cells);
    }
    HeatUse start = use(t, true, std::min(g_.start_max_mw[t], g_.p_max_mw[t]), 1.0);
    start.cny += cheapest_start();
    next_on_[1] = lower_of(next_on_[1], used(off_.back(), start, t, cells), cells);
    if (t == 0 && g_.initial_on < 0) { // free before the span: on without a start
        next_on_.back() = lower_of(next_on_.back(), used(off_.back(), goes_on, t, cells), cells);
    }
}

/// PE-79
double Plant::single() {
    off_.assign(static_cast<std::size_t>(std::max(g_.min_down_h, 1)) + 1, {});
    on_.assign(static_cast<std::size_t>(std::max(g_.min_up_h, 1)) + 1, {});
    const auto so_far = static_cast<std::size_t>(std::max(g_.initial_h, 1));
    std::vector<Curve>& begun = g_.initial_on == 1 ? on_ : off_;
    begun[g_.initial_on < 0 ? begun.size() - 1 : std::min(so_far, begun.size() - 1)] = {
        {store_.energy_initial_mwh, 0.0}};
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        const Cells cells = cells_of(t);
        for (std::vector<Curve>* all : {&off_, &on_}) {
            for (Curve& curve : *all) {
                curve = with_inflow(curve, t, cells);
            }
        }
        next_off_.assign(off_.size(), {});
        next_on_.assign(on_.size(), {});
        rest_hour(t, cells);
        on_hour(t, cells);
        std::swap(off_, next_off_);
        std::swap(on_, next_on_);
    }
    double least = infinity;
    for (const std::vector<Curve>* all : {&off_, &on_}) {
        for (const Curve& curve : *all) {
            least = std::min(least, curve.empty() ? infinity : curve.front().cny);
        }
    }
    return least - rounding_cny();
}

/// by_number: curves by how many units are on.
void Plant::several_hour(std::size_t t, const Cells& cells, std::vector<Curve>& by_number) const {
    std::size_t able = 0;
    std::size_t duty = 0;
    for (const lp::UnitGroup& group : groups_) {
        const auto units = static_cast<std::size_t>(group.units);
        able += group.available[t] != 0 ? units : 0;
        duty += group.available[t] != 0 && group.must_run[t] != 0 ? units : 0;
    }
    for (Curve& curve : by_number) {
        curve = with_inflow(curve, t, cells);
    }
    const bool is_free = t == 0 && g_.initial_on < 0;
    for (std::size_t n = units_; n-- > 0;) { // stops
        by_number[n] = lower_of(by_number[n], by_number[n + 1], cells);
    }
    const double start_mwh = g_.draw.per_start / store_.efficiency_discharge;
    for (std::size_t n = 1; n <= units_; ++n) { // starts, one by one
        if (!by_number[n - 1].empty()) {
            const Curve one_more =
                is_free ? by_number[n - 1]
                        : moved(by_number[n - 1], start_mwh, cheapest_start(), cells.front());
            by_number[n] = lower_of(by_number[n], one_more, cells);
        }
    }
    for (std::size_t n = 0; n <= units_; ++n) {
        if (n < duty || n > able) {
            by_number[n].clear();
            continue;
        }
        HeatUse hour{0.0, 0.0, {}};
        if (n > 0) {
            hour = use(t, false, g_.p_max_mw[t], static_cast<double>(n));
        }
        hour.cny += static_cast<double>(able - n) * rest_cny(t);
        by_number[n] = used(by_number[n], hour, t, cells);
    }
}

/// PE-80
double Plant::several() {
    std::vector<Curve> by_number(units_ + 1);
    std::size_t on = 0;
    for (const lp::UnitGroup& group : groups_) {
        on += group.initial_on == 1 ? static_cast<std::size_t>(group.units) : 0;
    }
    by_number[on] = {{store_.energy_initial_mwh, 0.0}};
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        several_hour(t, cells_of(t), by_number);
    }
    double least = infinity;
    for (const Curve& curve : by_number) {
        least = std::min(least, curve.empty() ? infinity : curve.front().cny);
    }
    return least - rounding_cny();
}

/// What sums of the hours' amounts, and contents that count as one, may come to.
double Plant::rounding_cny() const {
    double turnover_cny = 0.0;
    double dearest_cny = 0.0;
    for (std::size_t t = 0; t < prices_.hours; ++t) {
        const double cny = std::abs(prices_.at(g_.injection, t)) +
                           prices_.of_reserve(g_.reserve.up, t) +
                           prices_.of_reserve(g_.reserve.down, t);
        turnover_cny += static_cast<double>(units_) * g_.p_max_mw[t] * cny;
        dearest_cny = std::max(dearest_cny, cny);
    }
    dearest_cny *= store_.efficiency_discharge / g_.draw.per_mwh; // of heat
    return 1e-11 * turnover_cny +
           10.0 * same_mwh * dearest_cny * static_cast<double>(prices_.hours);
}

/// Whether a channel stands in a row TH-18 and in no other.
bool only_heat(const lp::Coupling& coupling, int channel) {
    return std::all_of(
        coupling.patterns.begin(), coupling.patterns.end(), [&](const lp::Pattern& pattern) {
            return pattern.tag == "TH-18" ||
                   std::count(pattern.channel.begin(), pattern.channel.end(), channel) == 0;
        });
}

} // namespace

double heat_plant_bound(const std::vector<lp::UnitGroup>& groups, const lp::Store& store,
                        const Prices& prices, int cells) {
    const lp::UnitGroup& any = groups.front();
    if (!any.draw.from_store || !(any.draw.per_mwh > 0.0) || any.capture.any()) {
        return -infinity;
    }
    Plant plant(groups, store, prices, cells);
    return groups.size() == 1 && any.units == 1 ? plant.single() : plant.several();
}

std::vector<JointBound> joint_bounds(const Comm& comm, const model::Context& context,
                                     const PricedRows& rows, const Prices& prices,
                                     const grid::HourTable& storage_cny_per_mwh, int cells) {
    std::vector<JointBound> joint;
    for (const grid::HeatPlant& plant : grid::heat_plants(context.system)) {
        joint.push_back({plant, -infinity, -infinity});
    }
    const auto count = static_cast<std::size_t>(comm.size());
    std::vector<double> cny(2 * joint.size(), 0.0);
    agree(comm, [&] {
        for (auto k = static_cast<std::size_t>(comm.rank()); k < joint.size(); k += count) {
            const auto [cluster, store_row] = joint[k].plant;
            const std::vector<lp::UnitGroup> groups = model::unit_groups(context, cluster);
            const lp::Store store = model::store_data(context, store_row);
            if (!only_heat(rows.coupling, store.injection)) {
                continue;
            }
            const double found = heat_plant_bound(groups, store, prices, cells);
            if (!std::isfinite(found)) {
                continue; // the blocks tell why
            }
            cny[2 * k] = found;
            const PricedStore priced{
                store, prices,
                storage_cny_per_mwh.values.empty()
                    ? std::span<const double>()
                    : storage_cny_per_mwh.row(static_cast<std::size_t>(store_row))};
            double& apart = cny[2 * k + 1];
            for (std::size_t t = 0; t < prices.hours; ++t) {
                apart += priced.bound(t);
            }
            for (const lp::UnitGroup& group : groups) {
                apart += group.units * unit_bound(group, prices);
            }
        }
    });
    sum_in_order(comm, cny);
    for (std::size_t k = 0; k < joint.size(); ++k) {
        joint[k].cny = cny[2 * k];
        joint[k].apart_cny = cny[2 * k + 1];
    }
    std::erase_if(joint, [](const JointBound& bound) { return bound.cny <= bound.apart_cny; });
    return joint;
}

void leave_out_heat(const model::Context& context, std::span<const JointBound> joint,
                    PricedRows& rows) {
    std::vector<char> left_out(rows.coupling.channels.size(), 0);
    for (const JointBound& bound : joint) {
        const lp::Store store = model::store_data(context, bound.plant.store);
        left_out[static_cast<std::size_t>(store.injection)] = 1;
    }
    for (std::size_t r = 0; r < rows.price.size(); ++r) {
        const lp::CouplingRow& row = rows.coupling.rows[r];
        const lp::Pattern& pattern = rows.coupling.patterns[static_cast<std::size_t>(row.pattern)];
        if (pattern.tag == "TH-18" &&
            left_out[static_cast<std::size_t>(pattern.channel.front())] != 0) {
            rows.price[r] = 0.0;
        }
    }
}

} // namespace longyang::certify
