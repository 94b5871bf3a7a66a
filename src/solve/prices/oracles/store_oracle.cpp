#include "solve/prices/oracles/store_oracle.hpp"

#include "base/error.hpp"
#include "kernels/stores.hpp"
#include "solve/prices/bound.hpp"
#include "solve/prices/places.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// The lots of an hour (kernels/stores.hpp), in MWh of stored energy: discharge held back, inflow
/// kept, charge, drain not served (a fourth lot where some store may leave any).
enum Lot : std::size_t { held_back = 0, kept_inflow = 1, charged = 2, left_unserved = 3 };

bool may_leave_unserved(const lp::Store& store) {
    return !store.by_hour.unserved_max_mw.empty();
}

} // namespace

struct StoreSolver::Parts {
    std::vector<lp::Store> stores;
    std::size_t hours;
    std::size_t lots;
    StorePlan plan;

    /// What the kernel reads and writes, for one call: a year of many stores is large. Tables are
    /// as the kernel wants them.
    struct Tables {
        std::vector<double> low, high, base, hold, lot_value, lot_amount, lot_centre, lot_curvature;
        std::vector<double> taken;
    };
    std::vector<double> start, kept, end_target, end_price;
    std::vector<double> bound, breach;
    /// Per store and hour, 1 to 0: how much of the price of reserve is laid on the power that it
    /// needs; the rest is laid on the energy behind it.
    std::vector<double> up_on_power, down_on_power;
    int calls = 0;

    Parts(std::vector<lp::Store> stores_, int hours_);

    [[nodiscard]] std::size_t lot(std::size_t i, std::size_t k, std::size_t t) const {
        return (i * lots + k) * hours + t;
    }
    void make_plan();
    [[nodiscard]] Tables limits() const;
    void set_curvature(double width_cny_per_mwh, Tables& tables) const;
    [[nodiscard]] double set_values(std::size_t i, std::span<const double> prices,
                                    Tables& tables) const;
    [[nodiscard]] double read_plan(std::size_t i, std::span<const double> prices,
                                   std::span<const double> taken, std::span<double> given);
    void hold_reserve(std::size_t i, std::size_t t, double up_price, double down_price,
                      double step);
};

StoreSolver::Parts::Parts(std::vector<lp::Store> stores_, int hours_)
    : stores(std::move(stores_)), hours(static_cast<std::size_t>(hours_)),
      lots(std::any_of(stores.begin(), stores.end(), may_leave_unserved) ? 4 : 3) {
    const std::size_t count = stores.size();
    up_on_power.assign(count * hours, 1.0);
    down_on_power.assign(count * hours, 1.0);
    bound.assign(count, 0.0);
    breach.assign(count, 0.0);
    for (const lp::Store& store : stores) {
        start.push_back(store.energy_initial_mwh);
        kept.push_back(store.kept_per_h);
        end_target.push_back(store.energy_end_min_mwh);
        end_price.push_back(std::numeric_limits<double>::infinity());
    }
}

/// All zero where there is none.
void StoreSolver::Parts::make_plan() {
    for (auto* table : {&plan.charge_mw, &plan.discharge_mw, &plan.spill_mw, &plan.unserved_mw,
                        &plan.energy_mwh, &plan.up_mw, &plan.down_mw, &plan.value_cny_per_mwh}) {
        table->resize(stores.size() * hours);
    }
}

/// Tables with what no price changes.
StoreSolver::Parts::Tables StoreSolver::Parts::limits() const {
    Tables tables;
    for (auto* table : {&tables.low, &tables.high, &tables.base, &tables.hold}) {
        table->resize(stores.size() * hours);
    }
    for (auto* table : {&tables.lot_value, &tables.lot_amount, &tables.taken}) {
        table->resize(stores.size() * lots * hours);
    }
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const lp::Store& store = stores[i];
        for (std::size_t t = 0; t < hours; ++t) {
            const double most_drawn_mwh = store.discharge_max(t) / store.efficiency_discharge;
            tables.low[i * hours + t] = store.energy_min(t);
            tables.high[i * hours + t] = store.energy_max(t);
            tables.base[i * hours + t] = -most_drawn_mwh - store.drain(t);
            tables.lot_amount[lot(i, held_back, t)] = most_drawn_mwh;
            tables.lot_amount[lot(i, kept_inflow, t)] = store.inflow(t);
            tables.lot_amount[lot(i, charged, t)] = store.efficiency_charge * store.charge_max(t);
            if (may_leave_unserved(store)) {
                tables.lot_amount[lot(i, left_unserved, t)] = store.unserved_max(t);
                tables.lot_value[lot(i, left_unserved, t)] = store.unserved_cny_per_mwh;
            }
        }
    }
    return tables;
}

void StoreSolver::Parts::set_curvature(double width_cny_per_mwh, Tables& tables) const {
    if (width_cny_per_mwh <= 0.0) {
        return;
    }
    tables.lot_centre.resize(tables.lot_value.size());
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const lp::Store& store = stores[i];
        const auto over = [](double width, double amount) {
            return amount > 0.0 ? width / amount : 0.0;
        };
        tables.lot_curvature.push_back(over(width_cny_per_mwh * store.efficiency_discharge,
                                            store.discharge_max_mw / store.efficiency_discharge));
        tables.lot_curvature.push_back(0.0);
        tables.lot_curvature.push_back(over(width_cny_per_mwh / store.efficiency_charge,
                                            store.efficiency_charge * store.charge_max_mw));
        tables.lot_curvature.resize((i + 1) * lots, 0.0);
        for (std::size_t t = 0; t < hours; ++t) {
            const std::size_t at = i * hours + t;
            tables.lot_centre[lot(i, held_back, t)] =
                (store.discharge_max(t) - plan.discharge_mw[at]) / store.efficiency_discharge;
            tables.lot_centre[lot(i, charged, t)] = store.efficiency_charge * plan.charge_mw[at];
        }
    }
}

/// PE-10, PE-11: what a lot costs. Gives the part of the cost that does not depend on the plan.
double StoreSolver::Parts::set_values(std::size_t i, std::span<const double> prices,
                                      Tables& tables) const {
    const lp::Store& store = stores[i];
    const std::vector<int> injection{store.injection};
    double constant_cny = 0.0;
    for (std::size_t t = 0; t < hours; ++t) {
        const std::size_t at = i * hours + t;
        double price = price_at(prices, injection, hours, t);
        double held = 0.0;
        constant_cny -= price * store.base(t);
        const double up_price = std::max(0.0, price_at(prices, store.reserve.up, hours, t));
        if (up_price > 0.0) {
            const double on_power = up_on_power[at] * up_price;
            const double on_energy = up_price - on_power;
            price -= on_power;
            held -= on_energy * store.efficiency_discharge;
            constant_cny += on_energy * store.efficiency_discharge * store.energy_min(t) -
                            on_power * store.discharge_max(t);
        }
        const double down_price = std::max(0.0, price_at(prices, store.reserve.down, hours, t));
        if (down_price > 0.0) {
            const double on_power = down_on_power[at] * down_price;
            const double on_room = (down_price - on_power) / store.efficiency_charge;
            price += on_power;
            held += on_room;
            constant_cny -= on_power * store.charge_max(t) + on_room * store.energy_max(t);
        }
        const double earned = price - store.discharge_cny_per_mwh;
        constant_cny -= earned * store.discharge_max(t);
        tables.hold[at] = held;
        tables.lot_value[lot(i, held_back, t)] = earned * store.efficiency_discharge;
        tables.lot_value[lot(i, charged, t)] = price / store.efficiency_charge;
    }
    return constant_cny;
}

/// ST-3 and ST-4 give the reserve of the plan; PE-13 moves the shares where they show which of the
/// two is short.
void StoreSolver::Parts::hold_reserve(std::size_t i, std::size_t t, double up_price,
                                      double down_price, double step) {
    const lp::Store& store = stores[i];
    const std::size_t at = i * hours + t;
    const double output_mw = plan.discharge_mw[at] - plan.charge_mw[at];
    const double energy_mwh =
        std::clamp(plan.energy_mwh[at], store.energy_min(t), store.energy_max(t));
    const double range_mw = store.discharge_max_mw + store.charge_max_mw;
    const auto hold_least = [&](double power_mw, double behind_mw, double& on_power) {
        on_power = std::clamp(on_power - step * (power_mw - behind_mw) / range_mw, 0.0, 1.0);
        return std::max(0.0, std::min(power_mw, behind_mw));
    };
    plan.up_mw[at] = plan.down_mw[at] = 0.0;
    if (up_price > 0.0 && range_mw > 0.0) {
        plan.up_mw[at] = hold_least(store.discharge_max(t) - output_mw,
                                    store.efficiency_discharge * (energy_mwh - store.energy_min(t)),
                                    up_on_power[at]);
    }
    if (down_price > 0.0 && range_mw > 0.0) {
        plan.down_mw[at] = hold_least(store.charge_max(t) + output_mw,
                                      (store.energy_max(t) - energy_mwh) / store.efficiency_charge,
                                      down_on_power[at]);
    }
}

/// From lots to the plant's own terms; gives the plan's cost.
double StoreSolver::Parts::read_plan(std::size_t i, std::span<const double> prices,
                                     std::span<const double> taken, std::span<double> given) {
    const lp::Store& store = stores[i];
    const std::vector<int> injection{store.injection};
    const double step = 0.5 / std::sqrt(static_cast<double>(calls));
    const bool on_grid = stores.size() > 1;
    const auto give = [&](const std::vector<int>& places, std::size_t t, double amount_mw) {
        give_at(given, places, hours, t, on_grid ? to_grid(amount_mw, unit_step) : amount_mw);
    };
    double cost_cny = 0.0;
    for (std::size_t t = 0; t < hours; ++t) {
        const std::size_t at = i * hours + t;
        const double drawn_mw =
            store.discharge_max(t) - taken[lot(i, held_back, t)] * store.efficiency_discharge;
        plan.discharge_mw[at] = std::clamp(drawn_mw, 0.0, store.discharge_max(t));
        plan.charge_mw[at] = std::clamp(taken[lot(i, charged, t)] / store.efficiency_charge, 0.0,
                                        store.charge_max(t));
        plan.spill_mw[at] = std::max(0.0, store.inflow(t) - taken[lot(i, kept_inflow, t)]);
        if (may_leave_unserved(store)) {
            plan.unserved_mw[at] = taken[lot(i, left_unserved, t)];
            cost_cny += store.unserved_cny_per_mwh * plan.unserved_mw[at];
        }
        hold_reserve(i, t, price_at(prices, store.reserve.up, hours, t),
                     price_at(prices, store.reserve.down, hours, t), step);
        give(injection, t, store.base(t) + plan.discharge_mw[at] - plan.charge_mw[at]);
        give(store.reserve.up, t, plan.up_mw[at]);
        give(store.reserve.down, t, plan.down_mw[at]);
        cost_cny += store.discharge_cny_per_mwh * plan.discharge_mw[at];
    }
    return cost_cny;
}

StoreSolver::StoreSolver(std::vector<lp::Store> stores, int hours)
    : parts_(std::make_unique<Parts>(std::move(stores), hours)) {}
StoreSolver::~StoreSolver() = default;
StoreSolver::StoreSolver(StoreSolver&&) noexcept = default;
StoreSolver& StoreSolver::operator=(StoreSolver&&) noexcept = default;

const StorePlan& StoreSolver::plan() const {
    return parts_->plan;
}

void StoreSolver::forget_plan() {
    parts_->plan = StorePlan();
}

std::function<void()> StoreSolver::keep() {
    return [&p = *parts_, up = parts_->up_on_power, down = parts_->down_on_power,
            calls = parts_->calls] {
        p.up_on_power = up;
        p.down_on_power = down;
        p.calls = calls;
    };
}

Answer StoreSolver::solve(std::span<const double> prices, std::span<double> given,
                          double width_cny_per_mwh) {
    Parts& p = *parts_;
    ++p.calls;
    p.make_plan();
    Parts::Tables tables = p.limits();
    p.set_curvature(width_cny_per_mwh, tables);
    std::vector<double> constant_cny;
    for (std::size_t i = 0; i < p.stores.size(); ++i) {
        constant_cny.push_back(p.set_values(i, prices, tables));
    }
    // A store that cannot keep its limits is told of, so any price of a breach will do.
    constexpr double breach_cny_per_mwh = 1e6;
    kernels::plan_stores(
        {p.stores.size(), p.hours, p.lots, p.start, p.kept, p.end_target, p.end_price, tables.low,
         tables.high, tables.base, tables.hold, tables.lot_value, tables.lot_amount,
         tables.lot_centre, tables.lot_curvature},
        breach_cny_per_mwh,
        {p.plan.value_cny_per_mwh, tables.taken, p.plan.energy_mwh, p.bound, p.breach});
    // Several stores add up on a grid: the same whichever are together (bound.hpp).
    const bool on_grid = p.stores.size() > 1;
    Answer answer;
    for (std::size_t i = 0; i < p.stores.size(); ++i) {
        if (p.breach[i] > 0.0) {
            throw NoPlan(i, lp::words_of_missing_energy(p.breach[i]));
        }
        const double bound_cny = constant_cny[i] + p.bound[i];
        const double cost_cny = p.read_plan(i, prices, tables.taken, given);
        answer.bound += on_grid ? down_to_grid(bound_cny, bound_step) : bound_cny;
        answer.cost_cny += on_grid ? to_grid(cost_cny, bound_step) : cost_cny;
    }
    return answer;
}

Oracle store_oracle(std::vector<lp::Store> stores, int hours) {
    Oracle oracle;
    oracle.offers.emplace(); // they make nothing
    const auto to_places = [&](std::vector<int>& channels) {
        for (int& channel : channels) {
            channel = place_of(oracle.channels, channel);
        }
    };
    const auto add_reach = [&](const std::vector<int>& places, const std::vector<double>& units) {
        if (!places.empty()) {
            oracle.reach.push_back({places, std::vector<double>(places.size(), 1.0), units, 0.0});
        }
    };
    for (lp::Store& store : stores) {
        store.injection = place_of(oracle.channels, store.injection);
        to_places(store.reserve.up);
        to_places(store.reserve.down);
        std::vector<double> range_mw;
        for (std::size_t t = 0; t < static_cast<std::size_t>(hours); ++t) {
            range_mw.push_back(store.charge_max(t) + store.discharge_max(t));
        }
        add_reach({store.injection}, range_mw);
        add_reach(store.reserve.up, range_mw);
        add_reach(store.reserve.down, range_mw);
    }
    // std::function asks for something that can be copied.
    const auto solver = std::make_shared<StoreSolver>(std::move(stores), hours);
    oracle.solve = [solver](std::span<const double> prices, std::span<double> given) {
        return solver->solve(prices, given);
    };
    const auto size = static_cast<std::size_t>(hours);
    oracle.plan = [solver, size](std::size_t k) -> lp::BlockPlan {
        const StorePlan& all = solver->plan();
        const auto row = [&](const std::vector<double>& table) {
            const auto first = table.begin() + static_cast<std::ptrdiff_t>(k * size);
            return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(size));
        };
        return lp::StorePlan{row(all.charge_mw),  row(all.discharge_mw),     row(all.spill_mw),
                             row(all.up_mw),      row(all.down_mw),          row(all.unserved_mw),
                             row(all.energy_mwh), row(all.value_cny_per_mwh)};
    };
    oracle.forget_plan = [solver] { solver->forget_plan(); };
    oracle.keep = [solver] { return solver->keep(); };
    return oracle;
}

} // namespace longyang::solve::prices
