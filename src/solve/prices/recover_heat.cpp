#include "solve/prices/recover_heat.hpp"

#include "kernels/units.hpp"
#include "solve/prices/keep_heat.hpp"
#include "solve/prices/places.hpp"
#include "solve/prices/unit_cost.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace longyang::solve::prices::recovery {
namespace {

constexpr int tries = 10;
/// Of the mean value of heat: the first change of price, and by how much each is smaller.
constexpr double first_step = 0.4, shrink = 0.75;
constexpr double enough_mwh = 1e-6;

bool starts_in(const lp::UnitGroup& group, const std::vector<char>& on, std::size_t t) {
    return on[t] != 0 && (t > 0 ? on[t - 1] == 0 : group.initial_on == 0);
}

double heat_of(const lp::UnitGroup& group, const HeatPlan& plan, std::size_t t) {
    return plan.on[t] == 0 ? 0.0 : group.heat.mwh(plan.p_mw[t], starts_in(group, plan.on, t));
}

/// What comes into the store in an hour beyond what the other units take.
double left_mwh(const HeatRoom& room, std::size_t t) {
    return room.store->inflow(t) - room.store->drain(t) - room.others_mwh[t];
}

/// Where heat ran out (1 since the store was last full) and where it ran over (-1 since it was last
/// empty), with the plan as it is.
std::vector<double> pressure(const lp::UnitGroup& group, const HeatRoom& room,
                             const HeatPlan& plan) {
    const lp::Store& store = *room.store;
    const std::size_t hours = plan.on.size();
    std::vector<double> sign(hours, 0.0);
    double energy = store.energy_initial_mwh;
    std::size_t full = 0;  // hours up to the last in which it was full
    std::size_t empty = 0; // likewise
    for (std::size_t t = 0; t < hours; ++t) {
        energy = store.kept_per_h * energy + left_mwh(room, t) -
                 heat_of(group, plan, t) / store.efficiency_discharge;
        const double least = t + 1 == hours ? store.energy_end_min_mwh : store.energy_min(t);
        if (energy < least - enough_mwh) {
            std::fill(sign.begin() + static_cast<std::ptrdiff_t>(full),
                      sign.begin() + static_cast<std::ptrdiff_t>(t + 1), 1.0);
            energy = least;
            empty = t + 1;
        } else if (energy > store.energy_max(t) + enough_mwh) {
            std::fill(sign.begin() + static_cast<std::ptrdiff_t>(empty),
                      sign.begin() + static_cast<std::ptrdiff_t>(t + 1), -1.0);
            energy = store.energy_max(t);
            full = t + 1;
        }
    }
    return sign;
}

/// Shortens runs and lowers outputs to what heat there is.
HeatPlan fitted(const lp::UnitGroup& group, const HeatRoom& room, HeatPlan plan, bool as_planned) {
    const std::size_t hours = plan.on.size();
    lp::Store store = *room.store;
    store.by_hour.drain_mw.resize(hours, 0.0);
    for (std::size_t t = 0; t < hours; ++t) {
        store.by_hour.drain_mw[t] += room.others_mwh[t];
    }
    const std::vector<lp::UnitGroup> groups{group};
    lp::UnitsPlan units{1, plan.on, plan.p_mw, plan.up_mw, plan.down_mw};
    (void)keep_heat(store, groups, units, as_planned);
    plan = {std::move(units.on), std::move(units.p_mw), std::move(units.up_mw),
            std::move(units.down_mw)};
    // What the store must hold at the end of an hour for least outputs after it.
    std::vector<double> needed(hours, 0.0);
    double later = store.energy_end_min_mwh;
    std::vector<double> least(hours, 0.0);
    add_heat(groups, {1, plan.on, {}, {}, {}}, false, least);
    for (std::size_t t = hours; t-- > 0;) {
        needed[t] = later;
        later = std::max(
            (later - store.inflow(t) + store.drain(t) + least[t] / store.efficiency_discharge) /
                store.kept_per_h,
            t > 0 ? store.energy_min(t - 1) : 0.0);
    }
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t < hours; ++t) {
        energy = store.kept_per_h * energy + store.inflow(t) - store.drain(t);
        if (plan.on[t] != 0) {
            const double most = store.efficiency_discharge * (energy - needed[t]);
            const double heat = std::max(least[t], std::min(heat_of(group, plan, t), most));
            const bool started = starts_in(group, plan.on, t);
            const double per_mw = std::max(group.heat.mw_per_mw, 1e-9);
            plan.p_mw[t] = std::clamp((heat - group.heat.mwh(0.0, started)) / per_mw,
                                      group.p_min_mw[t], std::max(plan.p_mw[t], group.p_min_mw[t]));
            energy -= heat_of(group, plan, t) / store.efficiency_discharge;
        }
        energy = std::min(energy, store.energy_max(t));
    }
    return plan;
}

/// Earned at the prices, heat being free, less costs.
double worth_cny(const lp::UnitGroup& group, const HeatPlan& plan, std::span<const double> price) {
    const std::size_t hours = plan.on.size();
    const std::vector<int> injection{group.injection};
    double cny = 0.0;
    for (std::size_t t = 0; t < hours; ++t) {
        if (plan.on[t] == 0) {
            cny += group.available[t] != 0
                       ? std::max(0.0, price_at(price, group.reserve.non_spinning, hours, t)) *
                             group.non_spinning_max_mw
                       : 0.0;
            continue;
        }
        cny += price_at(price, injection, hours, t) * plan.p_mw[t] +
               price_at(price, group.reserve.up, hours, t) * plan.up_mw[t] +
               price_at(price, group.reserve.down, hours, t) * plan.down_mw[t] -
               running_cost(group, plan.p_mw[t]);
        if (group.running >= 0) {
            cny += price[static_cast<std::size_t>(group.running) * hours + t];
        }
        if (starts_in(group, plan.on, t) && !group.tier_cny.empty()) {
            cny -= group.tier_cny.back();
        }
    }
    return cny;
}

HeatPlan plan_of(const UnitPlan& found) {
    HeatPlan plan{found.state, found.p_mw, found.up_mw, found.down_mw};
    for (char& on : plan.on) {
        on = on == kernels::unit_on ? 1 : 0;
    }
    return plan;
}

} // namespace

HeatPlan plan_with_heat(const lp::UnitGroup& group, const HeatRoom& room, UnitSolver& solver,
                        std::span<double> price, std::size_t heat_row) {
    const std::size_t hours = room.value_cny.size();
    const std::span<double> heat_price = price.subspan(heat_row * hours, hours);
    std::copy(room.value_cny.begin(), room.value_cny.end(), heat_price.begin());
    double step = first_step * std::accumulate(heat_price.begin(), heat_price.end(), 0.0) /
                  static_cast<double>(std::max<std::size_t>(hours, 1));
    std::vector<double> given(price.size());
    HeatPlan best;
    double best_cny = -std::numeric_limits<double>::infinity();
    for (int k = 0; k < tries; ++k) {
        std::fill(given.begin(), given.end(), 0.0);
        (void)solver.solve(price, given);
        const HeatPlan plan = plan_of(solver.plan());
        for (const bool as_planned : {true, false}) {
            HeatPlan trial = fitted(group, room, plan, as_planned);
            const double cny = worth_cny(group, trial, price);
            if (cny > best_cny) {
                best_cny = cny;
                best = std::move(trial);
            }
        }
        const std::vector<double> sign = pressure(group, room, plan);
        for (std::size_t t = 0; t < hours; ++t) {
            heat_price[t] = std::max(0.0, heat_price[t] + step * sign[t]);
        }
        step *= shrink;
    }
    return best;
}

} // namespace longyang::solve::prices::recovery
