#include "solve/prices/improve/plants.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::solve::prices {
namespace {

double entry(const std::vector<double>& table, std::size_t t) {
    return table.empty() ? 0.0 : table[t];
}

} // namespace

StoreWindow::StoreWindow(const lp::Store& store, const lp::StorePlan& plan, const Window& window,
                         std::size_t hours, const Held& held, WindowProgramme& programme)
    : store_(store), window_(window), hours_(hours), at_(window.hours()) {
    for (std::size_t k = 0; k < at_.size(); ++k) {
        add_power(k, plan, programme);
        add_balance(k, plan, programme);
        add_reserve(k, plan, programme);
        hold(k, entry(held.store_mw, window.begin + k), programme);
    }
}

// PE-72  power; upward reserve D - d + c and downward reserve C - c + d, before energy limits them
void StoreWindow::add_power(std::size_t k, const lp::StorePlan& plan, WindowProgramme& programme) {
    const std::size_t t = window_.begin + k;
    const auto add = [&](double energy, double most_mw, double cny, double present) {
        const int column = programme.add_column(0.0, most_mw, cny, present);
        programme.give(store_.injection, k, energy);
        for (const int channel : store_.reserve.up) {
            programme.give(channel, k, -energy);
        }
        for (const int channel : store_.reserve.down) {
            programme.give(channel, k, energy);
        }
        return column;
    };
    at_[k].charge = add(-1.0, store_.charge_max(t), 0.0, plan.charge_mw[t]);
    at_[k].discharge =
        add(1.0, store_.discharge_max(t), store_.discharge_cny_per_mwh, plan.discharge_mw[t]);
    programme.give_constant(store_.injection, k, store_.base(t));
    for (const int channel : store_.reserve.up) {
        programme.give_constant(channel, k, store_.discharge_max(t));
    }
    for (const int channel : store_.reserve.down) {
        programme.give_constant(channel, k, store_.charge_max(t));
    }
}

// PE-72  balance of energy (ST-1, FL-1); what is held at the window's end stays
void StoreWindow::add_balance(std::size_t k, const lp::StorePlan& plan,
                              WindowProgramme& programme) {
    const std::size_t t = window_.begin + k;
    const lp::Store& s = store_;
    Hour& hour = at_[k];
    double low = s.energy_min(t);
    double high = s.energy_max(t);
    if (t + 1 == hours_) {
        low = std::max(low, s.energy_end_min_mwh);
    } else if (t + 1 == window_.end) {
        low = high = plan.energy_mwh[t];
    }
    hour.energy = programme.add_column(low, high, 0.0, plan.energy_mwh[t]);
    std::vector<lp::Term> terms{{hour.energy, 1.0},
                                {hour.charge, -s.efficiency_charge},
                                {hour.discharge, 1.0 / s.efficiency_discharge}};
    double known = s.inflow(t) - s.drain(t);
    if (k > 0) {
        terms.push_back({at_[k - 1].energy, -s.kept_per_h});
    } else {
        known += s.kept_per_h * (t > 0 ? plan.energy_mwh[t - 1] : s.energy_initial_mwh);
    }
    if (s.inflow(t) > 0.0) {
        hour.spill = programme.add_column(0.0, s.inflow(t), 0.0, entry(plan.spill_mw, t));
        terms.push_back({hour.spill, 1.0});
    }
    if (s.unserved_max(t) > 0.0) {
        hour.unserved = programme.add_column(0.0, s.unserved_max(t), s.unserved_cny_per_mwh,
                                             entry(plan.unserved_mw, t));
        terms.push_back({hour.unserved, -1.0});
    }
    programme.add_row(known, known, terms,
                      plan.value_cny_per_mwh.empty() ? unknown : -plan.value_cny_per_mwh[t]);
}

// PE-72  r+ <= eta_d (x - least), r- <= (most - x) / eta_c (ST-4, FL-4)
void StoreWindow::add_reserve(std::size_t k, const lp::StorePlan& plan,
                              WindowProgramme& programme) {
    const std::size_t t = window_.begin + k;
    const lp::Store& s = store_;
    Hour& hour = at_[k];
    const double net_mw = plan.discharge_mw[t] - plan.charge_mw[t];
    const auto add = [&](double sign, double room_mw, double held_mw, double per_mwh,
                         double limit_mw, const std::vector<int>& channels) {
        const int less = programme.add_column(0.0, s.charge_max(t) + s.discharge_max(t), 0.0,
                                              std::max(room_mw + sign * net_mw - held_mw, 0.0));
        for (const int channel : channels) {
            programme.give(channel, k, -1.0);
        }
        const std::vector<lp::Term> terms{{hour.charge, -sign},
                                          {hour.discharge, sign},
                                          {less, -1.0},
                                          {hour.energy, sign * per_mwh}};
        programme.add_waiting(-lp::infinity, limit_mw - room_mw, terms);
    };
    if (!s.reserve.up.empty()) {
        add(-1.0, s.discharge_max(t), entry(plan.up_mw, t), s.efficiency_discharge,
            -s.efficiency_discharge * s.energy_min(t), s.reserve.up);
    }
    if (!s.reserve.down.empty()) {
        add(1.0, s.charge_max(t), entry(plan.down_mw, t), 1.0 / s.efficiency_charge,
            s.energy_max(t) / s.efficiency_charge, s.reserve.down);
    }
}

// PE-86
void StoreWindow::hold(std::size_t k, double store_mw, WindowProgramme& programme) const {
    if (store_mw == 0.0) {
        return;
    }
    const double sign = store_mw > 0.0 ? 1.0 : -1.0;
    const std::vector<lp::Term> terms{{at_[k].discharge, sign}, {at_[k].charge, -sign}};
    programme.add_waiting(std::abs(store_mw), lp::infinity, terms);
}

void StoreWindow::read(std::span<const double> value, lp::StorePlan& plan) const {
    const lp::Store& s = store_;
    const auto of = [&](int column) {
        return column >= 0 ? value[static_cast<std::size_t>(column)] : 0.0;
    };
    double energy = window_.begin > 0 ? plan.energy_mwh[window_.begin - 1] : s.energy_initial_mwh;
    for (std::vector<double>* table :
         {&plan.up_mw, &plan.down_mw, &plan.spill_mw, &plan.unserved_mw}) {
        table->resize(hours_, 0.0);
    }
    for (std::size_t k = 0; k < at_.size(); ++k) {
        const std::size_t t = window_.begin + k;
        const double charge = of(at_[k].charge);
        const double discharge = of(at_[k].discharge);
        energy = s.kept_per_h * energy + s.inflow(t) - s.drain(t) + s.efficiency_charge * charge -
                 discharge / s.efficiency_discharge - of(at_[k].spill) + of(at_[k].unserved);
        plan.charge_mw[t] = charge;
        plan.discharge_mw[t] = discharge;
        plan.spill_mw[t] = of(at_[k].spill);
        plan.unserved_mw[t] = of(at_[k].unserved);
        plan.energy_mwh[t] = energy;
        if (!s.reserve.up.empty()) {
            plan.up_mw[t] =
                std::max(0.0, std::min(s.discharge_max(t) - discharge + charge,
                                       s.efficiency_discharge * (energy - s.energy_min(t))));
        }
        if (!s.reserve.down.empty()) {
            plan.down_mw[t] =
                std::max(0.0, std::min(s.charge_max(t) - charge + discharge,
                                       (s.energy_max(t) - energy) / s.efficiency_charge));
        }
    }
}

double StoreWindow::cost(const lp::StorePlan& plan) const {
    double cny = 0.0;
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        cny += store_.discharge_cny_per_mwh * plan.discharge_mw[t] +
               store_.unserved_cny_per_mwh * entry(plan.unserved_mw, t);
    }
    return cny;
}

AmountWindow::AmountWindow(const lp::HourlyAmount& amount, const lp::AmountPlan& plan,
                           const Window& window, const HourRows& hour_rows,
                           WindowProgramme& programme)
    : amount_(amount), window_(window), column_(window.hours(), -1) {
    for (std::size_t t = window.begin; t < window.end; ++t) {
        if (!hour_rows.hold(amount, t)) {
            continue;
        }
        const std::size_t k = t - window.begin;
        const double cny = amount.cny_per_unit[t];
        column_[k] = programme.add_column(amount.low[t], amount.high[t], cny, plan.amount[t]);
        for (std::size_t c = 0; c < amount.channel.size(); ++c) {
            programme.give(amount.channel[c], k, amount.weight[c]);
        }
        for (const int channel : amount.down) {
            programme.give(channel, k, 1.0);
        }
        if (!amount.constant.empty()) {
            programme.give_constant(amount.channel[0], k, amount.constant[t]);
        }
    }
}

void AmountWindow::read(std::span<const double> value, lp::AmountPlan& plan) const {
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        const int column = column_[t - window_.begin];
        if (column < 0) {
            continue;
        }
        plan.amount[t] = value[static_cast<std::size_t>(column)];
        if (!plan.down.empty()) {
            plan.down[t] = plan.amount[t];
        }
    }
}

double AmountWindow::cost(const lp::AmountPlan& plan) const {
    double cny = 0.0;
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        cny += plan.amount[t] * (amount_.cny_per_unit[t]);
    }
    return cny;
}

} // namespace longyang::solve::prices
