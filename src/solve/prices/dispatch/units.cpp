#include "solve/prices/dispatch/units.hpp"

#include "base/error.hpp"
#include "solve/prices/oracles/unit_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::solve::prices {
namespace {

/// Hours off of a unit that was free before the span: cold (TH-9).
constexpr int long_off_h = 1'000'000;

} // namespace

UnitsWalk::UnitsWalk(const std::vector<lp::UnitGroup>& groups, std::size_t hours,
                     HourProgramme& programme)
    : groups_(groups), first_(groups.front()), hours_(hours) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
        group_.insert(group_.end(), static_cast<std::size_t>(groups[g].units), g);
    }
    limits_.resize(group_.size());
    double range_mw = std::min(first_.ramp_up_mw_per_h, first_.ramp_down_mw_per_h);
    for (std::size_t t = 0; t < hours; ++t) {
        range_mw = std::min(range_mw, first_.p_max_mw[t] - first_.p_min_mw[t]);
        highest_mw_ = std::max(highest_mw_, first_.p_max_mw[t]);
    }
    const bool has_up = first_.up_max_mw > 0.0;
    const bool has_down = first_.down_max_mw > 0.0;
    wide_reserve_ = has_up && has_down && first_.up_max_mw + first_.down_max_mw > range_mw;
    const std::size_t segments = std::max<std::size_t>(first_.segment_mw.size(), 1);
    for (std::size_t s = 0; s < segments; ++s) {
        for (std::size_t zone = 0; zone < zones; ++zone) {
            const bool grow = (zone & grows) != 0;
            const bool fall = (zone & falls) != 0;
            if ((grow && !has_down) || (fall && !has_up) || (grow && fall && !wide_reserve_)) {
                column_.push_back(-1);
                continue;
            }
            std::vector<Give> gives{{first_.injection, 1.0}};
            if (first_.draw.channel >= 0) {
                gives.push_back({first_.draw.channel, -first_.draw.per_mwh});
            }
            if (grow) {
                for (const int channel : first_.reserve.down) {
                    gives.push_back({channel, 1.0});
                }
            }
            if (fall) {
                for (const int channel : first_.reserve.up) {
                    gives.push_back({channel, -1.0});
                }
            }
            column_.push_back(programme.add_column(std::move(gives)));
        }
    }
    add_capture(programme);
    width_.resize(column_.size());
    share_.resize(column_.size());
}

/// TH-19 over all units of the cluster: a column, and a row over it and their outputs.
void UnitsWalk::add_capture(HourProgramme& programme) {
    if (!first_.capture.any()) {
        return;
    }
    std::vector<Give> gives{{first_.injection, -first_.capture.mwh_per_t}};
    if (first_.draw.channel >= 0) {
        gives.push_back({first_.draw.channel, 1.0});
    }
    captured_ = programme.add_column(std::move(gives));
    std::vector<int> columns{captured_};
    std::vector<double> values{1.0};
    for (const int column : column_) {
        if (column >= 0) {
            columns.push_back(column);
            values.push_back(-first_.capture.t_per_mwh);
        }
    }
    capture_row_ = programme.add_row(columns, values);
}

double UnitsWalk::dearest_cny_per_mwh() const {
    return first_.segment_cny_per_mwh.empty() ? 0.0 : first_.segment_cny_per_mwh.back();
}

void UnitsWalk::begin(const lp::UnitsPlan& target) {
    const std::size_t units = group_.size();
    if (static_cast<std::size_t>(target.units) != units || target.on.size() != units * hours_ ||
        target.p_mw.size() != units * hours_) {
        throw Error(Exit::defect, "a target of units that does not fit their cluster");
    }
    target_ = &target;
    plan_.units = target.units;
    plan_.on = target.on;
    for (std::vector<double>* table : {&plan_.p_mw, &plan_.up_mw, &plan_.down_mw}) {
        table->assign(units * hours_, 0.0);
    }
    plan_.captured_t.assign(first_.capture.any() ? units * hours_ : 0, 0.0);
    off_h_.resize(units);
    for (std::size_t u = 0; u < units; ++u) {
        const lp::UnitGroup& group = groups_[group_[u]];
        off_h_[u] =
            group.initial_on == 0 ? group.initial_h : (group.initial_on < 0 ? long_off_h : 0);
    }
}

bool UnitsWalk::started(std::size_t unit, std::size_t t) const {
    return t > 0 ? !on(unit, t - 1) : groups_[group_[unit]].initial_on == 0;
}

/// Whether the output of the hour before binds.
bool UnitsWalk::has_past(std::size_t unit, std::size_t t) const {
    return t > 0 ? on(unit, t - 1) : groups_[group_[unit]].initial_on == 1;
}

/// Largest output in an hour, with the limits of starts and stops.
double UnitsWalk::top(std::size_t unit, std::size_t t) const {
    double mw = first_.p_max_mw[t];
    if (started(unit, t)) {
        mw = std::min(mw, first_.start_max_mw[t]);
    }
    if (t + 1 < hours_ && !on(unit, t + 1)) {
        mw = std::min(mw, first_.stop_max_mw[t]);
    }
    return mw;
}

// PE-41  p_t from which all hours of the run can be kept: p_t >= floor_{t+k} - k R_up,
//        p_t <= top_{t+k} + k R_down
UnitsWalk::Limits UnitsWalk::ahead(std::size_t unit, std::size_t t) const {
    Limits found;
    found.low = found.floor = first_.p_min_mw[t];
    found.high = found.cap = top(unit, t);
    double up_mw = 0.0;
    double down_mw = 0.0;
    for (std::size_t k = t + 1; k < hours_ && on(unit, k); ++k) {
        up_mw += first_.ramp_up_mw_per_h;
        down_mw += first_.ramp_down_mw_per_h;
        if (up_mw > highest_mw_ && down_mw > highest_mw_) {
            break;
        }
        found.low = std::max(found.low, first_.p_min_mw[k] - up_mw);
        found.high = std::min(found.high, top(unit, k) + down_mw);
    }
    return found;
}

// PE-42  tube: p_t from which the planned outputs of the next hours can be reached, as far as the
//        limits allow
void UnitsWalk::stay_near_plan(std::size_t unit, std::size_t t, Limits& limits) const {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    double up_mw = 0.0;
    double down_mw = 0.0;
    for (std::size_t k = t + 1; k < hours_ && on(unit, k); ++k) {
        up_mw += first_.ramp_up_mw_per_h;
        down_mw += first_.ramp_down_mw_per_h;
        if (up_mw > highest_mw_ && down_mw > highest_mw_) {
            break;
        }
        const double planned = target_->p_mw[unit * hours_ + k];
        low = std::max(low, planned - up_mw);
        high = std::min(high, planned + down_mw);
    }
    if (low > high) {
        return;
    }
    const double least = std::clamp(low, limits.low, limits.high);
    limits.high = std::clamp(high, least, limits.high);
    limits.low = least;
}

UnitsWalk::Limits UnitsWalk::limits(std::size_t unit, std::size_t t, bool loose) const {
    Limits found = ahead(unit, t);
    if (has_past(unit, t)) {
        const double before =
            t > 0 ? plan_.p_mw[unit * hours_ + t - 1] : groups_[group_[unit]].initial_p_mw;
        const double most = before + first_.ramp_up_mw_per_h;
        const double least = before - first_.ramp_down_mw_per_h;
        found.cap = std::min(found.cap, most);
        found.floor = std::max(found.floor, least);
        found.low = std::max(found.low, least);
        found.high = std::min(found.high, most);
    }
    const double slip = 1e-6 * (1.0 + std::abs(found.low));
    if (found.low > found.high + slip) {
        throw Error(Exit::infeasible,
                    fmt::format("a thermal unit (channel {}) cannot keep its ramps in hour {} of "
                                "the span: {:.6g} to {:.6g} MW",
                                first_.injection, t, found.low, found.high));
    }
    found.high = std::max(found.low, found.high);
    if (!loose) {
        stay_near_plan(unit, t, found);
    }
    return found;
}

/// Calls visit(place, width) for the parts between a unit's limits.
template <class Visit>
void UnitsWalk::visit_parts(const Limits& limits, const Visit& visit) const {
    const bool has_up = first_.up_max_mw > 0.0;
    const bool has_down = first_.down_max_mw > 0.0;
    const double falls_at = has_up ? limits.cap - first_.up_max_mw : limits.high;
    double grows_to = has_down ? limits.floor + first_.down_max_mw : limits.low;
    if (!wide_reserve_) {
        grows_to = std::min(grows_to, falls_at);
    }
    const std::size_t segments = std::max<std::size_t>(first_.segment_mw.size(), 1);
    double from = limits.low;
    double end = first_.base_mw;
    for (std::size_t s = 0; s < segments && from < limits.high; ++s) {
        end = s + 1 < segments ? end + first_.segment_mw[s] : limits.high;
        while (from < std::min(end, limits.high)) {
            double to = std::min(end, limits.high);
            std::size_t zone = 0;
            if (has_down && from < grows_to) {
                zone |= grows;
                to = std::min(to, grows_to);
            }
            if (has_up && from >= falls_at) {
                zone |= falls;
            } else if (has_up) {
                to = std::min(to, falls_at);
            }
            visit(s * zones + zone, to - from);
            from = to;
        }
    }
}

// PE-43  the least outputs of all units, and parts of their ways added up
void UnitsWalk::prepare(std::size_t t, bool loose, HourProgramme& programme) {
    std::fill(width_.begin(), width_.end(), 0.0);
    double p_mw = 0.0;
    double up_mw = 0.0;
    double down_mw = 0.0;
    double rest_mw = 0.0;
    double running = 0.0;
    double drawn = 0.0;
    double least_t = 0.0;
    double most_t = 0.0;
    for (std::size_t u = 0; u < group_.size(); ++u) {
        if (!on(u, t)) {
            rest_mw += groups_[group_[u]].available[t] != 0 ? first_.non_spinning_max_mw : 0.0;
            continue;
        }
        running += 1.0;
        limits_[u] = limits(u, t, loose);
        const Limits& own = limits_[u];
        p_mw += own.low;
        drawn += first_.draw.amount(own.low, started(u, t));
        least_t += first_.capture.most_t(own.low);
        most_t += first_.capture.most_t(own.high);
        up_mw += std::clamp(own.cap - own.low, 0.0, first_.up_max_mw);
        double down = std::clamp(own.low - own.floor, 0.0, first_.down_max_mw);
        down_mw += down;
        visit_parts(own, [&](std::size_t place, double width) { width_[place] += width; });
    }
    programme.give(first_.injection, p_mw);
    if (first_.running >= 0) {
        programme.give(first_.running, running);
    }
    if (first_.draw.channel >= 0) {
        programme.give(first_.draw.channel, -drawn);
    }
    if (captured_ >= 0) {
        programme.set(captured_, 0.0, most_t, first_.capture.cny_per_t);
        programme.set_row(capture_row_, -lp::infinity, least_t);
    }
    for (const int channel : first_.reserve.up) {
        programme.give(channel, up_mw);
    }
    for (const int channel : first_.reserve.down) {
        programme.give(channel, down_mw);
    }
    for (const int channel : first_.reserve.non_spinning) {
        programme.give(channel, rest_mw);
    }
    for (std::size_t k = 0; k < column_.size(); ++k) {
        if (column_[k] >= 0) {
            const double cny =
                first_.segment_cny_per_mwh.empty() ? 0.0 : first_.segment_cny_per_mwh[k / zones];
            programme.set(column_[k], 0.0, width_[k], cny);
        }
    }
}

/// TH-9: the coldest tier's, or a warmer one's within its hours.
double UnitsWalk::start_cost(std::size_t unit) const {
    const std::vector<int>& off_h = first_.tier_off_h;
    if (off_h.empty()) {
        return 0.0;
    }
    double cost = first_.tier_cny.back();
    for (std::size_t j = 0; j + 1 < off_h.size(); ++j) {
        if (off_h[j] <= off_h_[unit] && off_h_[unit] < off_h[j + 1]) {
            cost = std::min(cost, first_.tier_cny[j]);
        }
    }
    return cost;
}

double UnitsWalk::settle(std::size_t t, const HourProgramme& programme) {
    for (std::size_t k = 0; k < column_.size(); ++k) {
        share_[k] = column_[k] >= 0 && width_[k] > 0.0
                        ? std::clamp(programme.value(column_[k]) / width_[k], 0.0, 1.0)
                        : 0.0;
    }
    double cost_cny = 0.0;
    for (std::size_t u = 0; u < group_.size(); ++u) {
        if (!on(u, t)) {
            ++off_h_[u];
            continue;
        }
        const Limits& own = limits_[u];
        double p_mw = own.low;
        visit_parts(own, [&](std::size_t place, double width) { p_mw += share_[place] * width; });
        p_mw = std::min(p_mw, own.high);
        const std::size_t at = u * hours_ + t;
        plan_.p_mw[at] = p_mw;
        plan_.up_mw[at] = std::clamp(own.cap - p_mw, 0.0, first_.up_max_mw);
        plan_.down_mw[at] = std::clamp(p_mw - own.floor, 0.0, first_.down_max_mw);
        cost_cny += running_cost(first_, p_mw);
        if (started(u, t)) {
            cost_cny += start_cost(u);
        }
        off_h_[u] = 0;
    }
    return cost_cny + share_out_capture(t, programme);
}

/// Units capture the same share of what each may; gives its cost.
double UnitsWalk::share_out_capture(std::size_t t, const HourProgramme& programme) {
    if (captured_ < 0) {
        return 0.0;
    }
    double most_t = 0.0;
    for (std::size_t u = 0; u < group_.size(); ++u) {
        most_t += on(u, t) ? first_.capture.most_t(plan_.p_mw[u * hours_ + t]) : 0.0;
    }
    const double captured_t = std::clamp(programme.value(captured_), 0.0, most_t);
    for (std::size_t u = 0; u < group_.size() && most_t > 0.0; ++u) {
        const std::size_t at = u * hours_ + t;
        plan_.captured_t[at] =
            on(u, t) ? first_.capture.most_t(plan_.p_mw[at]) * (captured_t / most_t) : 0.0;
    }
    return first_.capture.cny_per_t * captured_t;
}

} // namespace longyang::solve::prices
