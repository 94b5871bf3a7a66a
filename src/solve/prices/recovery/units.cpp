#include "solve/prices/recovery/units.hpp"

#include "kernels/units.hpp"
#include "solve/prices/heat/content.hpp"
#include "solve/prices/recovery/heat_team.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::solve::prices::recovery {
namespace {

/// What a unit that is on gives to the channel that it draws on, below 0 (TH-17, TH-20).
double drawn(const lp::UnitGroup& group, double p_mw, double captured_t, bool started) {
    return group.draw.channel < 0 ? 0.0 : captured_t - group.draw.amount(p_mw, started);
}

/// A unit that costs nothing while it gives nothing is on, so that the dispatch may use it.
constexpr double on_cny_per_h = 0.01;

/// What an hour is worth in which a unit has to stay as it is: more than any start.
constexpr double held_cny_per_h = 1e9;

/// What a team's output earns is told at so many points a unit.
constexpr std::size_t points_a_unit = 2;

/// Rests in service, where it holds all of its non-spinning reserve.
double held_at_rest_mw(const lp::UnitGroup& group, std::size_t t) {
    return group.available[t] != 0 && !group.reserve.non_spinning.empty()
               ? group.non_spinning_max_mw
               : 0.0;
}

/// So many units of the group, whose channels are the kinds.
lp::UnitGroup alone(lp::UnitGroup group, int units = 1) {
    group.units = units;
    group.injection = static_cast<int>(energy);
    group.running = static_cast<int>(running);
    group.draw.channel = group.draw.channel < 0 ? -1 : static_cast<int>(draw);
    const auto place = [](std::vector<int>& channels, Kind kind) {
        if (!channels.empty()) {
            channels = {static_cast<int>(kind)};
        }
    };
    place(group.reserve.up, up);
    place(group.reserve.down, down);
    place(group.reserve.non_spinning, at_rest);
    return group;
}

} // namespace

SingleUnits::SingleUnits(std::size_t hours)
    : hours_(hours), now_(kinds * hours, 0.0), on_(kinds * hours, 0.0), off_(kinds * hours, 0.0),
      price_(kinds * hours, 0.0), given_(kinds * hours, 0.0) {}

std::vector<UnitPlace> SingleUnits::list(std::span<const lp::OracleData> blocks) {
    std::vector<UnitPlace> places;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&blocks[b]);
        std::size_t unit = 0;
        for (std::size_t g = 0; groups != nullptr && g < groups->size(); ++g) {
            const lp::UnitGroup& group = (*groups)[g];
            const UnitPlace first{b, unit, &group};
            for (int k = 0; k < (first.team() ? 1 : group.units); ++k) {
                places.push_back({b, unit + static_cast<std::size_t>(k), &group});
            }
            unit += static_cast<std::size_t>(group.units);
        }
    }
    return places;
}

Effect SingleUnits::effect(const FollowingPrices& rows, const lp::UnitGroup& group) {
    std::array<std::vector<std::pair<int, double>>, kinds> channels;
    channels[energy].emplace_back(group.injection, 1.0);
    if (group.running >= 0) {
        channels[running].emplace_back(group.running, 1.0);
    }
    if (group.draw.channel >= 0) {
        channels[draw].emplace_back(group.draw.channel, 1.0);
    }
    const auto list = [&](const std::vector<int>& from, Kind kind) {
        for (const int channel : from) {
            channels[kind].emplace_back(channel, 1.0);
        }
    };
    list(group.reserve.up, up);
    list(group.reserve.down, down);
    list(group.reserve.non_spinning, at_rest);
    return rows.effect_of(channels);
}

/// What the unit gives now, and how far away from it being on and being off are. A unit that is off
/// is thought on at half of its range.
void SingleUnits::set_way(const UnitPlace& place, const lp::UnitsPlan& plan) {
    const lp::UnitGroup& group = *place.group;
    const std::size_t first = place.unit * hours_;
    for (std::size_t t = 0; t < hours_; ++t) {
        const std::size_t at = first + t;
        const double rest_mw = held_at_rest_mw(group, t);
        const bool is_on = plan.on[at] != 0;
        const bool starts = is_on && starts_in(group, plan.on.data() + first, t);
        Amounts on{plan.p_mw[at] - group.capture.mwh_per_t * plan.captured(at),
                   plan.up_mw[at],
                   plan.down_mw[at],
                   0.0,
                   1.0,
                   drawn(group, plan.p_mw[at], plan.captured(at), starts)};
        const Amounts off{0.0, 0.0, 0.0, rest_mw, 0.0, 0.0};
        const Amounts now = is_on ? on : off;
        if (!is_on) {
            on[energy] = 0.5 * (group.p_min_mw[t] + group.p_max_mw[t]);
            on[up] = std::min(group.up_max_mw, group.p_max_mw[t] - on[energy]);
            on[down] = std::min(group.down_max_mw, on[energy] - group.p_min_mw[t]);
            on[draw] = drawn(group, on[energy], 0.0, false);
        }
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            now_[kind * hours_ + t] = now[kind];
            on_[kind * hours_ + t] = on[kind] - now[kind];
            off_[kind * hours_ + t] = off[kind] - now[kind];
        }
    }
}

UnitSolver& SingleUnits::solver_of(const UnitPlace& place) {
    const auto found = solvers_.find(place.block);
    if (found != solvers_.end()) {
        // Groups of a block differ in nothing else.
        found->second.replace_group(0, *place.group);
        return found->second;
    }
    return solvers_
        .emplace(place.block, UnitSolver({{alone(*place.group)}}, static_cast<int>(hours_)))
        .first->second;
}

/// At the prices at hand; with the heat of a store, where it takes any.
HeatPlan SingleUnits::best_plan(const UnitPlace& place, const HeatRoom* room) {
    if (room != nullptr) {
        return plan_with_heat(alone(*place.group), *room, price_);
    }
    UnitSolver& solver = solver_of(place);
    std::fill(given_.begin(), given_.end(), 0.0);
    (void)solver.solve(price_, given_);
    const UnitPlan& found = solver.plan();
    HeatPlan plan{found.state, found.p_mw, found.up_mw, found.down_mw};
    for (char& on : plan.on) {
        on = on == kernels::unit_on ? 1 : 0;
    }
    return plan;
}

long SingleUnits::plan_anew(const UnitPlace& place, const Effect& effect, FollowingPrices& rows,
                            lp::UnitsPlan& plan, const HeatRoom* room, std::span<const char> free) {
    set_way(place, plan);
    rows.mean_prices(effect, off_, on_, price_);
    for (std::size_t t = 0; t < hours_; ++t) {
        price_[running * hours_ + t] += on_cny_per_h;
    }
    const std::size_t first = place.unit * hours_;
    for (std::size_t t = 0; t < free.size(); ++t) {
        if (free[t] == 0) {
            price_[running * hours_ + t] +=
                plan.on[first + t] != 0 ? held_cny_per_h : -held_cny_per_h;
        }
    }
    const HeatPlan found = best_plan(place, room);
    long changed = 0;
    for (std::size_t t = 0; t < hours_; ++t) {
        const char is_on = found.on[t];
        // The hours before are the new plan's by now.
        const bool starts = is_on != 0 && starts_in(*place.group, plan.on.data() + first, t);
        const lp::UnitCapture& capture = place.group->capture;
        const double captured_t = is_on != 0
                                      ? capture.best_t(price_[energy * hours_ + t],
                                                       price_[draw * hours_ + t], found.p_mw[t])
                                      : 0.0;
        const Amounts next{found.p_mw[t] - capture.mwh_per_t * captured_t,
                           found.up_mw[t],
                           found.down_mw[t],
                           is_on != 0 ? 0.0 : held_at_rest_mw(*place.group, t),
                           is_on != 0 ? 1.0 : 0.0,
                           is_on != 0 ? drawn(*place.group, found.p_mw[t], captured_t, starts)
                                      : 0.0};
        Amounts more{};
        double most = 0.0;
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            more[kind] = next[kind] - now_[kind * hours_ + t];
            most = std::max(most, std::abs(more[kind]));
        }
        changed += is_on != plan.on[first + t] ? 1 : 0;
        plan.on[first + t] = is_on;
        if (most > 1e-9) {
            plan.p_mw[first + t] = found.p_mw[t];
            if (capture.any()) {
                plan.captured_t[first + t] = captured_t;
            }
            plan.up_mw[first + t] = next[up];
            plan.down_mw[first + t] = next[down];
            rows.add(effect, t, more);
            rows.follow(t, 3);
        }
    }
    rows.follow_long_rows();
    return changed;
}

Amounts SingleUnits::team_gives(const UnitPlace& place, const lp::UnitsPlan& plan,
                                std::size_t t) const {
    const lp::UnitGroup& group = *place.group;
    Amounts given{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(group.units); ++k) {
        const std::size_t first = (place.unit + k) * hours_;
        const std::size_t at = first + t;
        if (plan.on[at] == 0) {
            given[at_rest] += held_at_rest_mw(group, t);
            continue;
        }
        given[energy] += plan.p_mw[at];
        given[up] += plan.up_mw[at];
        given[down] += plan.down_mw[at];
        given[running] += 1.0;
        given[draw] += drawn(group, plan.p_mw[at], plan.captured(at),
                             starts_in(group, plan.on.data() + first, t));
    }
    return given;
}

long SingleUnits::plan_team_anew(const UnitPlace& place, const Effect& effect,
                                 FollowingPrices& rows, lp::UnitsPlan& plan, const HeatRoom& room) {
    const lp::UnitGroup& group = *place.group;
    const double most_mw = group.p_max_mw.largest();
    OutputWorth worth;
    worth.points = 1 + points_a_unit * static_cast<std::size_t>(group.units);
    worth.step_mw = std::max(most_mw, 1e-9) / static_cast<double>(points_a_unit);
    std::vector<Amounts> before;
    for (std::size_t t = 0; t < hours_; ++t) {
        before.push_back(team_gives(place, plan, t));
        for (std::size_t k = 0; k < worth.points; ++k) {
            const double p_mw = static_cast<double>(k) * worth.step_mw;
            worth.cny.push_back(-rows.cost_of_more(effect, t, p_mw - before[t][energy]));
        }
    }
    // Reserve and what else units give at the prices as they are.
    std::fill(off_.begin(), off_.end(), 0.0);
    rows.mean_prices(effect, off_, off_, price_);
    std::fill_n(price_.begin(), hours_, 0.0);
    const lp::UnitsPlan found = plan_team(alone(group, group.units), room, worth, price_);
    long changed = 0;
    const auto units = static_cast<std::size_t>(group.units);
    for (std::size_t at = 0, to = place.unit * hours_; at < units * hours_; ++at, ++to) {
        changed += found.on[at] != plan.on[to] ? 1 : 0;
        plan.on[to] = found.on[at];
        plan.p_mw[to] = found.p_mw[at];
        plan.up_mw[to] = found.up_mw[at];
        plan.down_mw[to] = found.down_mw[at];
    }
    for (std::size_t t = 0; t < hours_; ++t) {
        Amounts more = team_gives(place, plan, t);
        std::transform(more.begin(), more.end(), before[t].begin(), more.begin(),
                       [](double now, double was) { return now - was; });
        rows.add(effect, t, more);
        rows.follow(t, 3);
    }
    rows.follow_long_rows();
    return changed;
}

} // namespace longyang::solve::prices::recovery
