// FL-1 to FL-7 and the cost of flexible loads, by docs/theory/flexible-loads.md.
#include "grid/calendar.hpp"
#include "grid/initial_energy.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace longyang::verify {
namespace {

struct Load {
    const Scope& scope;
    std::size_t i;
    std::string name;

    [[nodiscard]] const grid::FlexibleLoads& table() const { return scope.system.flexible_loads; }
    [[nodiscard]] double value(const grid::Numbers& figure, const grid::Integers& profile,
                               int t) const {
        return figure[i] * scope.profile(profile[i], t, 1.0);
    }
    [[nodiscard]] double done(const grid::HourTable& what, int t) const {
        return what.row(i)[at(t)];
    }
    /// FL-5: on which a span that begins in hour t starts.
    [[nodiscard]] double initial_mwh(int t) const {
        return grid::initial_energy_mwh(scope.system, i, scope.hour_of_year(t));
    }
    [[nodiscard]] double energy_mwh(int t) const {
        return t < 0 ? initial_mwh(0) : done(scope.schedule.flexible_energy_mwh, t);
    }
    [[nodiscard]] double demand_mw(int t) const {
        return value(table().demand_mw, table().demand_profile, t);
    }
    [[nodiscard]] double own_mw(int t) const {
        return value(table().own_generation_mw, table().own_generation_profile, t) -
               value(table().own_load_mw, table().own_load_profile, t);
    }
    [[nodiscard]] bool has_budget() const { return table().budget_mwh[i] > 0.0; }
    [[nodiscard]] bool exchanges() const { return table().exchange_max_mw[i] > 0.0; }
};

/// FL-1, FL-5
void check_content(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    for (int t = 0; t < load.scope.hours(); ++t) {
        const double taken = table.efficiency_draw[load.i] * load.done(x.flexible_draw_mw, t);
        const double given = load.done(x.flexible_give_mw, t) / table.efficiency_give[load.i];
        const double unserved = load.done(x.flexible_unserved_mw, t);
        const double used = load.demand_mw(t);
        // What a microgrid's store does not give of its deficit is not part of `given`.
        const double served = load.exchanges() ? used : used - unserved;
        const double kept = (1.0 - table.loss_per_h[load.i]) * load.energy_mwh(t - 1);
        findings.equal({"FL-1 balance", load.name, t, "MWh"}, load.energy_mwh(t) - kept,
                       taken - given - served, std::max({taken, given, used}));
        double least = load.value(table.energy_min_mwh, table.energy_min_profile, t);
        for (int k = std::max(0, t - table.late_h[load.i] + 1); k <= t; ++k) {
            least -= load.demand_mw(k);
        }
        findings.at_least({"FL-5 least content", load.name, t, "MWh"}, load.energy_mwh(t), least,
                          used);
        findings.at_most({"FL-5 largest content", load.name, t, "MWh"}, load.energy_mwh(t),
                         load.value(table.energy_max_mwh, table.energy_max_profile, t), used);
        findings.at_most({"FL-4 energy for upward reserve", load.name, t, "MWh"},
                         load.done(x.flexible_up_mw, t) / table.efficiency_give[load.i],
                         load.energy_mwh(t) - least, std::max(taken, given));
        findings.at_most({"FL-4 room for downward reserve", load.name, t, "MWh"},
                         table.efficiency_draw[load.i] * load.done(x.flexible_down_mw, t),
                         load.value(table.energy_max_mwh, table.energy_max_profile, t) -
                             load.energy_mwh(t),
                         std::max(taken, given));
    }
    if (load.scope.hours() > 0) {
        findings.at_least({"FL-5 end of the span", load.name, -1, "MWh"},
                          load.energy_mwh(load.scope.hours() - 1),
                          load.initial_mwh(load.scope.hours()));
    }
}

/// FL-2, and FL-4 of the power behind reserve
void check_power(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    for (int t = 0; t < load.scope.hours(); ++t) {
        const double draw = load.done(x.flexible_draw_mw, t);
        const double give = load.done(x.flexible_give_mw, t);
        const double draw_min = load.value(table.draw_min_mw, table.draw_min_profile, t);
        const double draw_max =
            std::max(draw_min, load.value(table.draw_max_mw, table.draw_max_profile, t));
        const double give_max = load.value(table.give_max_mw, table.give_max_profile, t);
        const double scale = std::max(draw_max, give_max);
        findings.at_least({"FL-2 least draw", load.name, t, "MW"}, draw, draw_min, scale);
        findings.at_most({"FL-2 largest draw", load.name, t, "MW"}, draw, draw_max, scale);
        findings.at_most({"FL-2 largest give", load.name, t, "MW"}, give, give_max, scale);
        findings.at_most({"FL-4 upward reserve", load.name, t, "MW"},
                         give - draw + load.done(x.flexible_up_mw, t), give_max - draw_min, scale);
        findings.at_most({"FL-4 downward reserve", load.name, t, "MW"},
                         draw - give + load.done(x.flexible_down_mw, t), draw_max, scale);
        if (table.holds_reserve[load.i] != "yes") {
            findings.equal({"FL-4 reserve of a load that holds none", load.name, t, "MW"},
                           load.done(x.flexible_up_mw, t) + load.done(x.flexible_down_mw, t), 0.0,
                           scale);
        }
    }
}

/// FL-7: no MWh is drawn at a price by the tariff above what it would cost in another hour that the
/// store reaches from there, or not at all. Sums of hours are as good as the best where no such
/// pair is left, since contents are a chain.
void check_tariff(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    const int hours = load.scope.hours();
    const double kept = 1.0 - table.loss_per_h[load.i];
    std::vector<double> price;
    std::vector<double> below; // of the draw above its least, of its largest above it
    std::vector<double> above;
    std::vector<double> lower; // of the content above its least, of its largest above it
    std::vector<double> upper;
    double scale = 1.0;
    for (int t = 0; t < hours; ++t) {
        const double draw = load.done(x.flexible_draw_mw, t);
        price.push_back(load.value(table.tariff_cny_per_mwh, table.tariff_profile, t));
        below.push_back(draw - load.value(table.draw_min_mw, table.draw_min_profile, t));
        above.push_back(load.value(table.draw_max_mw, table.draw_max_profile, t) - draw);
        double least = load.value(table.energy_min_mwh, table.energy_min_profile, t);
        for (int k = std::max(0, t - table.late_h[load.i] + 1); k <= t; ++k) {
            least -= load.demand_mw(k);
        }
        least = t + 1 == hours ? std::max(least, load.initial_mwh(hours)) : least;
        const double most = load.value(table.energy_max_mwh, table.energy_max_profile, t);
        lower.push_back(load.energy_mwh(t) - least);
        upper.push_back(most - load.energy_mwh(t));
        scale = std::max({scale, draw + above.back(), std::abs(most), std::abs(least)});
    }
    const double some = 1e-6 * scale;
    for (int t = 0; t < hours; ++t) {
        if (below[at(t)] <= some) {
            continue;
        }
        double cheapest = price[at(t)];
        double lost = 1.0;
        int later = t;
        for (; later < hours && lower[at(later)] > some; ++later) {
            lost *= kept;
            if (later + 1 < hours && above[at(later + 1)] > some) {
                cheapest = std::min(cheapest, price[at(later + 1)] * lost);
            }
        }
        cheapest = later == hours ? std::min(cheapest, 0.0) : cheapest;
        lost = 1.0;
        for (int before = t - 1; before >= 0 && upper[at(before)] > some; --before) {
            lost *= kept;
            if (above[at(before)] > some) {
                cheapest = std::min(cheapest, price[at(before)] / lost);
            }
        }
        findings.at_most({"FL-7 dearest draw", load.name, t, "CNY/MWh"}, price[at(t)], cheapest);
    }
}

/// FL-3
void check_exchange(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    for (int t = 0; t < load.scope.hours(); ++t) {
        const double draw = load.done(x.flexible_draw_mw, t);
        const double give = load.done(x.flexible_give_mw, t);
        const double net = load.done(x.flexible_p_mw, t);
        const double spill = load.done(x.flexible_spill_mw, t);
        const double missing =
            load.exchanges() ? load.done(x.flexible_unserved_mw, t) * table.efficiency_give[load.i]
                             : 0.0;
        const double curtailed = load.has_budget() ? 0.0 : spill;
        const double own = load.own_mw(t);
        findings.equal({"FL-3 net power", load.name, t, "MW"}, net,
                       draw - give - own + curtailed - missing,
                       std::max({draw, give, std::abs(own)}));
        if (!load.has_budget()) {
            const double draw_min = load.value(table.draw_min_mw, table.draw_min_profile, t);
            const double leaves = table.exchange_max_mw[load.i] + draw_min;
            findings.at_most({"FL-3 curtailment", load.name, t, "MW"}, spill,
                             load.exchanges() ? std::max(0.0, own - leaves) : 0.0, std::abs(own));
        }
        if (load.exchanges()) {
            const double limit = table.exchange_max_mw[load.i];
            findings.at_most({"FL-3 exchange", load.name, t, "MW"}, std::abs(net), limit);
            findings.at_most({"FL-3 exchange with reserve", load.name, t, "MW"},
                             std::max(load.done(x.flexible_up_mw, t) - net,
                                      load.done(x.flexible_down_mw, t) + net),
                             limit);
        }
    }
}

/// FL-6: hour of the year behind the budget's period that an hour lies in, and the period's hours.
struct Period {
    int end = grid::hours_per_year, hours = grid::hours_per_year;
};

Period period_of(const std::string& kind, int hour_of_year) {
    if (kind == "day") {
        return {(hour_of_year / 24 + 1) * 24, 24};
    }
    if (kind == "month") {
        const auto month = at(grid::month_of_hour(hour_of_year));
        return {grid::month_begin_hour[month],
                grid::month_begin_hour[month] - grid::month_begin_hour[month - 1]};
    }
    return {};
}

/// FL-6
void check_budget(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    for (int begin = 0; begin < load.scope.hours();) {
        const Period period =
            period_of(table.budget_period[load.i], load.scope.hour_of_year(begin));
        const int end = std::min(load.scope.hours(), period.end - load.scope.schedule.span.begin);
        const double budget = table.budget_mwh[load.i] * (end - begin) / period.hours;
        double given = 0.0;
        for (int t = begin; t < end; ++t) {
            given += load.done(x.flexible_give_mw, t) / table.efficiency_give[load.i];
            findings.at_most({"FL-6 budget left", load.name, t, "MWh"}, load.energy_mwh(t),
                             budget - given, budget);
            findings.at_least({"FL-6 budget", load.name, t, "MWh"}, budget - given, 0.0, budget);
            findings.at_most({"FL-4 energy for upward reserve", load.name, t, "MWh"},
                             load.done(x.flexible_up_mw, t) / table.efficiency_give[load.i],
                             load.energy_mwh(t), budget);
            const bool emptied = t + 1 == end && end < load.scope.hours();
            findings.at_most({"FL-4 room for downward reserve", load.name, t, "MWh"},
                             table.efficiency_draw[load.i] * load.done(x.flexible_down_mw, t),
                             emptied ? 0.0 : budget - load.energy_mwh(t), budget);
        }
        if (end < load.scope.hours()) {
            findings.at_most({"FL-6 budget left behind its period", load.name, end - 1, "MWh"},
                             load.energy_mwh(end - 1), 0.0, budget);
        }
        begin = end;
    }
}

/// FL-6
double cost_of(const Load& load, Findings& findings) {
    const grid::FlexibleLoads& table = load.table();
    const grid::Schedule& x = load.scope.schedule;
    double cny = 0.0;
    for (int t = 0; t < load.scope.hours(); ++t) {
        const double unserved = load.done(x.flexible_unserved_mw, t);
        const double give = load.done(x.flexible_give_mw, t);
        // A microgrid's store answers for its load beyond the exchange, too.
        const double beyond =
            load.exchanges()
                ? std::max(0.0, -load.own_mw(t) - table.exchange_max_mw[load.i] +
                                    load.value(table.draw_min_mw, table.draw_min_profile, t))
                : 0.0;
        findings.at_most({"FL-6 unserved", load.name, t, "MW"}, unserved,
                         table.unserved_max_pu[load.i] *
                             (load.demand_mw(t) + beyond / table.efficiency_give[load.i]),
                         load.demand_mw(t));
        // What covers that load is no choice of the store's, and costs nothing.
        const double chosen =
            give - beyond + (load.exchanges() ? unserved * table.efficiency_give[load.i] : 0.0);
        cny +=
            table.give_cny_per_mwh[load.i] * chosen + table.unserved_cny_per_mwh[load.i] * unserved;
    }
    return cny;
}

} // namespace

void check_flexible_loads(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.flexible, i)) {
            continue;
        }
        const Load load{scope, i, name_of(scope.system.flexible_loads, i)};
        if (load.has_budget()) {
            check_budget(load, findings);
        } else {
            check_content(load, findings);
        }
        check_power(load, findings);
        if (scope.system.flexible_loads.tariff_cny_per_mwh[i] > 0.0) {
            check_tariff(load, findings);
        }
        check_exchange(load, findings);
        cost_cny[i] = cost_of(load, findings);
    }
}

} // namespace longyang::verify
