#include "model/flexible_load.hpp"

#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/initial_energy.hpp"
#include "model/flexible_tariff.hpp"
#include "model/oracle_data.hpp"
#include "model/read_columns.hpp"
#include "model/reserves.hpp"
#include "model/store_block.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace longyang::model {
namespace {

constexpr StoreFamilies families = {"flexible_draw",
                                    "flexible_give",
                                    "flexible_energy",
                                    "flexible_spill",
                                    "flexible_unserved",
                                    "flexible_up",
                                    "flexible_down",
                                    "FL-1",
                                    "FL-4",
                                    "FL-4"};

/// FL-2, FL-3: what an hour of a row leaves to choose, MW.
struct Hour {
    double draw_min = 0.0;      ///< drawn in any case
    double base = 0.0;          ///< given to the bus with nothing chosen
    double absorbed_max = 0.0;  ///< own generation beyond the exchange that the store can take
    double curtailed_min = 0.0; ///< and what it cannot
    double deficit = 0.0;       ///< own load beyond the exchange, which the store has to give
    double charge_max = 0.0, discharge_max = 0.0;
};

/// answer: what the row draws by its tariff (FL-7), by hour of the span; empty: it has none.
Hour hour_of(const Context& context, std::size_t i, std::size_t t,
             const std::vector<double>& answer) {
    const grid::System& system = context.system;
    const grid::FlexibleLoads& table = system.flexible_loads;
    const int hour_of_year = context.hour_of_year(static_cast<int>(t));
    const auto value = [&](const grid::Numbers& figure, const grid::Integers& profile) {
        return figure[i] * grid::profile_value(system, profile[i], hour_of_year, 1.0);
    };
    const double exchange_max = table.exchange_max_mw[i] > 0.0
                                    ? table.exchange_max_mw[i]
                                    : std::numeric_limits<double>::infinity();
    Hour hour;
    double draw_max = value(table.draw_max_mw, table.draw_max_profile);
    hour.draw_min = value(table.draw_min_mw, table.draw_min_profile);
    if (!answer.empty()) {
        hour.draw_min = draw_max = answer[t];
    }
    const double room = std::max(0.0, draw_max - hour.draw_min);
    const double give_max = value(table.give_max_mw, table.give_max_profile);
    const double net = value(table.own_generation_mw, table.own_generation_profile) -
                       value(table.own_load_mw, table.own_load_profile) - hour.draw_min;
    const double excess = std::max(0.0, net - exchange_max);
    hour.deficit = std::max(0.0, -exchange_max - net);
    hour.base = std::clamp(net, -exchange_max, exchange_max);
    hour.absorbed_max = std::min(excess, room);
    hour.curtailed_min = excess - hour.absorbed_max;
    hour.charge_max = std::min(room - hour.absorbed_max, exchange_max + hour.base);
    hour.discharge_max = std::min(std::max(0.0, give_max - hour.deficit), exchange_max - hour.base);
    return hour;
}

/// FL-6: number of the budget's period that an hour of the year lies in, and its hours.
struct Period {
    int number = 0, hours = grid::hours_per_year;
};

Period period_of(const std::string& kind, int hour_of_year) {
    constexpr int hours_a_day = 24;
    if (kind == "day") {
        return {hour_of_year / hours_a_day, hours_a_day};
    }
    if (kind == "month") {
        const int month = grid::month_of_hour(hour_of_year % grid::hours_per_year);
        const auto m = static_cast<std::size_t>(month);
        return {month, grid::month_begin_hour[m] - grid::month_begin_hour[m - 1]};
    }
    return {};
}

/// FL-6: a budget is a store that is filled when its period begins and holds no more than that.
/// What is left in the last hour of a period before another one is inflow of that hour that is not
/// taken, and none of it stays.
void add_budget(const Context& context, std::size_t i, lp::Store& store) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const std::size_t hours = context.span.size();
    const auto period = [&](std::size_t t) {
        return period_of(table.budget_period[i], context.hour_of_year(static_cast<int>(t)));
    };
    store.inflow_mw.assign(hours, 0.0);
    store.by_hour.energy_max_mwh.assign(hours, 0.0);
    std::size_t begin = 0;
    for (std::size_t t = 0; t < hours; ++t) {
        if (t + 1 < hours && period(t + 1).number == period(t).number) {
            continue;
        }
        const double share = static_cast<double>(t + 1 - begin) / period(t).hours;
        store.inflow_mw[begin] = table.budget_mwh[i] * share;
        std::fill(store.by_hour.energy_max_mwh.begin() + static_cast<std::ptrdiff_t>(begin),
                  store.by_hour.energy_max_mwh.begin() + static_cast<std::ptrdiff_t>(t + 1),
                  store.inflow_mw[begin]);
        if (t + 1 < hours) {
            const double left_at_most = store.by_hour.energy_max_mwh[t];
            store.inflow_mw[t] += left_at_most;
            store.by_hour.drain_mw[t] += left_at_most;
            store.by_hour.energy_max_mwh[t] = 0.0;
        }
        begin = t + 1;
    }
    store.energy_initial_mwh = store.energy_end_min_mwh = 0.0;
}

double largest(const std::vector<double>& values) {
    return values.empty() ? 0.0 : *std::max_element(values.begin(), values.end());
}

/// One hour of the store's limits and of what leaves it, from the row's tables.
void add_hour(const Context& context, std::size_t i, std::size_t t,
              const std::vector<double>& answer, lp::Store& store) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const int of_year = context.hour_of_year(static_cast<int>(t));
    const auto value = [&](const grid::Numbers& figure, const grid::Integers& profile, int hour) {
        return figure[i] * grid::profile_value(context.system, profile[i], hour, 1.0);
    };
    const Hour hour = hour_of(context, i, t, answer);
    lp::Store::ByHour& by_hour = store.by_hour;
    by_hour.charge_max_mw.push_back(hour.charge_max);
    by_hour.discharge_max_mw.push_back(hour.discharge_max);
    by_hour.base_mw.push_back(hour.base);
    const double used = value(table.demand_mw, table.demand_profile, of_year) +
                        hour.deficit / store.efficiency_discharge;
    by_hour.drain_mw.push_back(used - store.efficiency_charge * hour.draw_min);
    if (table.unserved_max_pu[i] > 0.0) {
        by_hour.unserved_max_mw.push_back(table.unserved_max_pu[i] * used);
    }
    if (table.exchange_max_mw[i] > 0.0) {
        store.inflow_mw.push_back(store.efficiency_charge * hour.absorbed_max);
    }
    by_hour.energy_max_mwh.push_back(
        value(table.energy_max_mwh, table.energy_max_profile, of_year));
    // FL-5: what arose in the last hours may still be owed.
    double least = value(table.energy_min_mwh, table.energy_min_profile, of_year);
    const int owed_hours = std::min(table.late_h[i], static_cast<int>(t) + 1);
    for (int k = 0; k < owed_hours; ++k) {
        least -= value(table.demand_mw, table.demand_profile, of_year - k);
    }
    by_hour.energy_min_mwh.push_back(least);
}

} // namespace

lp::Store flexible_store(const Context& context, int item) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const auto i = static_cast<std::size_t>(item);
    lp::Store store;
    store.injection = context.channels.injection(table.bus[i]);
    if (table.holds_reserve[i] == "yes") {
        const ReserveChannels reserve = reserve_channels(context, table.bus[i]);
        store.reserve = {reserve.up, reserve.down, {}};
    }
    store.efficiency_charge = table.efficiency_draw[i];
    store.efficiency_discharge = table.efficiency_give[i];
    store.kept_per_h = 1.0 - table.loss_per_h[i];
    store.discharge_cny_per_mwh = table.give_cny_per_mwh[i];
    store.unserved_cny_per_mwh = table.unserved_cny_per_mwh[i];
    store.energy_initial_mwh = grid::initial_energy_mwh(context.system, i, context.hour_of_year(0));
    store.energy_end_min_mwh =
        grid::initial_energy_mwh(context.system, i, context.hour_of_year(context.span.hours));
    const std::vector<double> answer = tariff_draw_mw(context, i);
    for (std::size_t t = 0; t < context.span.size(); ++t) {
        add_hour(context, i, t, answer, store);
    }
    if (table.budget_mwh[i] > 0.0) {
        add_budget(context, i, store);
    }
    store.charge_max_mw = largest(store.by_hour.charge_max_mw);
    store.discharge_max_mw = largest(store.by_hour.discharge_max_mw);
    store.energy_max_mwh = largest(store.by_hour.energy_max_mwh);
    return store;
}

void build_flexible_load(const Context& context, int item, lp::Block& block) {
    build_store(flexible_store(context, item), families, context.span.hours, block);
}

void read_flexible_load(const Context& context, int item, const lp::Block& block,
                        std::span<const double> values, grid::Schedule& schedule) {
    lp::StorePlan plan;
    for (auto* table : {&plan.charge_mw, &plan.discharge_mw, &plan.spill_mw, &plan.up_mw,
                        &plan.down_mw, &plan.unserved_mw, &plan.energy_mwh}) {
        table->assign(context.span.size(), 0.0);
    }
    read_columns(block, values,
                 {{"flexible_draw", plan.charge_mw},
                  {"flexible_give", plan.discharge_mw},
                  {"flexible_energy", plan.energy_mwh},
                  {"flexible_spill", plan.spill_mw},
                  {"flexible_unserved", plan.unserved_mw},
                  {"flexible_up", plan.up_mw},
                  {"flexible_down", plan.down_mw}});
    write_flexible_load(context, item, plan, schedule);
}

void write_flexible_load(const Context& context, int item, const lp::StorePlan& plan,
                         grid::Schedule& schedule) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const auto i = static_cast<std::size_t>(item);
    const bool exchanges = table.exchange_max_mw[i] > 0.0;
    const std::vector<double> answer = tariff_draw_mw(context, i);
    for (std::size_t t = 0; t < context.span.size(); ++t) {
        const Hour hour = hour_of(context, i, t, answer);
        const double spill = plan.spill_mw.empty() ? 0.0 : plan.spill_mw[t];
        const double unserved = plan.unserved_mw.empty() ? 0.0 : plan.unserved_mw[t];
        // Of own generation beyond the exchange, what the store did not take.
        const double lost =
            exchanges ? std::min(spill / table.efficiency_draw[i], hour.absorbed_max) : 0.0;
        const double absorbed = exchanges ? hour.absorbed_max - lost : 0.0;
        // A deficit that is not served is not given either.
        const double missing = exchanges ? unserved * table.efficiency_give[i] : 0.0;
        schedule.flexible_p_mw.row(i)[t] = plan.charge_mw[t] - plan.discharge_mw[t] - hour.base;
        schedule.flexible_draw_mw.row(i)[t] = hour.draw_min + absorbed + plan.charge_mw[t];
        schedule.flexible_give_mw.row(i)[t] =
            std::max(0.0, plan.discharge_mw[t] + hour.deficit - missing);
        schedule.flexible_energy_mwh.row(i)[t] = plan.energy_mwh[t];
        schedule.flexible_unserved_mw.row(i)[t] = unserved;
        schedule.flexible_spill_mw.row(i)[t] = exchanges ? hour.curtailed_min + lost : spill;
        schedule.flexible_up_mw.row(i)[t] = plan.up_mw.empty() ? 0.0 : plan.up_mw[t];
        schedule.flexible_down_mw.row(i)[t] = plan.down_mw.empty() ? 0.0 : plan.down_mw[t];
    }
}

lp::StorePlan flexible_plan(const Context& context, int item, const grid::Schedule& schedule) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const auto i = static_cast<std::size_t>(item);
    const bool exchanges = table.exchange_max_mw[i] > 0.0;
    const auto copy = [&](const grid::HourTable& of) {
        const auto row = of.row(i);
        return std::vector<double>(row.begin(), row.end());
    };
    lp::StorePlan plan;
    plan.charge_mw = copy(schedule.flexible_draw_mw);
    plan.discharge_mw = copy(schedule.flexible_give_mw);
    plan.spill_mw = copy(schedule.flexible_spill_mw);
    plan.energy_mwh = copy(schedule.flexible_energy_mwh);
    plan.unserved_mw = copy(schedule.flexible_unserved_mw);
    plan.up_mw = copy(schedule.flexible_up_mw);
    plan.down_mw = copy(schedule.flexible_down_mw);
    const std::vector<double> answer = tariff_draw_mw(context, i);
    for (std::size_t t = 0; t < context.span.size(); ++t) {
        const Hour hour = hour_of(context, i, t, answer);
        plan.charge_mw[t] -= hour.draw_min;
        if (exchanges) {
            const double lost = plan.spill_mw[t] - hour.curtailed_min;
            plan.charge_mw[t] -= hour.absorbed_max - lost;
            plan.spill_mw[t] = lost * table.efficiency_draw[i];
            plan.discharge_mw[t] -= hour.deficit - plan.unserved_mw[t] * table.efficiency_give[i];
        }
    }
    return plan;
}

} // namespace longyang::model
