#include "solve/prices/dispatch/stores.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace longyang::solve::prices {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Of what charging could add beyond the plan, the share that the end of the span relies on.
constexpr double relied_on = 0.1;
/// Share of the largest power by which an hour steers back to the plan, at most.
constexpr double most_back = 0.2;
/// Least cost of a MWh of heat, so that none is drawn that no unit takes.
constexpr double least_heat_cny = 1e-3;

} // namespace

StoreWalk::StoreWalk(const lp::Store& store, std::size_t hours, HourProgramme& programme)
    : store_(store), hours_(hours) {
    const double round_trip = store.efficiency_charge * store.efficiency_discharge;
    const auto add = [&](double energy, double up, double down) {
        std::vector<Give> gives{{store.injection, energy}};
        for (const int channel : store.reserve.up) {
            gives.push_back({channel, up});
        }
        for (const int channel : store.reserve.down) {
            gives.push_back({channel, down});
        }
        return programme.add_column(std::move(gives));
    };
    for (const std::size_t beyond : {0U, 1U}) {
        // PE-45  slopes of reserve: upward by charge 1, then round trip; downward by discharge
        //        1 / round trip, then 1
        if (store.charge_max_mw > 0.0) {
            charge_.column[beyond] = add(-1.0, 1.0, -1.0);
            if (!store.reserve.up.empty() && round_trip < 1.0) {
                charge_.column[2 + beyond] = add(-1.0, round_trip, -1.0);
            }
        }
        if (store.discharge_max_mw > 0.0) {
            discharge_.column[2 + beyond] = add(1.0, -1.0, 1.0);
            if (!store.reserve.down.empty() && round_trip < 1.0) {
                discharge_.column[beyond] = add(1.0, -1.0, 1.0 / round_trip);
            }
        }
    }
    for (std::size_t t = 0; t < hours && spill_ < 0 && !store.reserve.down.empty(); ++t) {
        if (store.inflow(t) > 0.0) {
            std::vector<Give> gives;
            for (const int channel : store.reserve.down) {
                gives.push_back({channel, 1.0 / store.efficiency_charge});
            }
            spill_ = programme.add_column(std::move(gives));
        }
    }
}

// PE-44  least energy at an hour's end from which the end of the span can be met, when every hour
//        after it adds its plan and a share of what charging could add beyond, and gives what it
//        has to
std::vector<double> StoreWalk::least_energy() const {
    std::vector<double> least(hours_);
    double energy =
        hours_ > 0 ? std::max(store_.energy_end_min_mwh, store_.energy_min(hours_ - 1)) : 0.0;
    for (std::size_t t = hours_; t-- > 0;) {
        least[t] = energy;
        const double fixed = store_.inflow(t) - store_.drain(t) + unserved(t);
        const double most = store_.efficiency_charge * store_.charge_max(t) + fixed;
        // Spilt beyond what the hour brings is what was left of before.
        const double spilt =
            std::min(target_->spill_mw[t], std::max(0.0, store_.inflow(t) - store_.drain(t)));
        const double planned = std::min(
            most, store_.efficiency_charge * target_->charge_mw[t] -
                      target_->discharge_mw[t] / store_.efficiency_discharge + fixed - spilt);
        const double has_to_give = given_mw_.empty() ? 0.0 : given_mw_[t];
        const double added = std::min(planned + relied_on * (most - planned),
                                      most - has_to_give / store_.efficiency_discharge);
        energy = (energy - added) / store_.kept_per_h;
        if (t > 0) {
            energy = std::clamp(energy, store_.energy_min(t - 1), store_.energy_max(t - 1));
        }
    }
    return least;
}

// PE-44  largest energy at an hour's end from which what the store has to give off later (a limit
//        that falls, a drain below 0) can be met, when every hour after it discharges by plan
std::vector<double> StoreWalk::most_energy() const {
    std::vector<double> most(hours_);
    double energy = infinity;
    for (std::size_t t = hours_; t-- > 0;) {
        most[t] = std::min(energy, store_.energy_max(t));
        const double given = std::max(0.0, target_->discharge_mw[t] / store_.efficiency_discharge -
                                               store_.efficiency_charge * target_->charge_mw[t]);
        energy = (most[t] + store_.drain(t) - unserved(t) + given) / store_.kept_per_h;
    }
    return most;
}

// PE-44  what a store would hold beyond the plan's energy had nothing been spilt: as good as on
// plan
std::vector<double> StoreWalk::spilt_by_plan() const {
    std::vector<double> held(hours_);
    double energy = 0.0;
    for (std::size_t t = 0; t < hours_; ++t) {
        energy = std::clamp(store_.kept_per_h * energy + target_->spill_mw[t], 0.0,
                            std::max(0.0, store_.energy_max(t) - target_->energy_mwh[t]));
        held[t] = energy;
    }
    return held;
}

/// Energy at an hour's begin beyond the plan; below 0: missing.
double StoreWalk::beyond_plan(std::size_t t) const {
    if (t == 0) {
        return energy_mwh_ - store_.energy_initial_mwh;
    }
    const double beyond = energy_mwh_ - target_->energy_mwh[t - 1];
    return beyond - std::clamp(beyond, 0.0, spilt_[t - 1]);
}

void StoreWalk::begin(const lp::StorePlan& target, std::span<const double> cny_per_mwh,
                      double premium_cny_per_mwh, std::vector<double> given_mw) {
    if (target.energy_mwh.size() != hours_ || target.charge_mw.size() != hours_ ||
        target.discharge_mw.size() != hours_ || target.spill_mw.size() != hours_ ||
        (!target.value_cny_per_mwh.empty() && target.value_cny_per_mwh.size() != hours_)) {
        throw Error(Exit::defect, "a target of a storage that does not fit it");
    }
    target_ = &target;
    price_ = cny_per_mwh;
    premium_cny_ = premium_cny_per_mwh;
    given_mw_ = std::move(given_mw);
    least_ = least_energy();
    most_ = most_energy();
    spilt_ = spilt_by_plan();
    energy_mwh_ = store_.energy_initial_mwh;
    for (std::vector<double>* table :
         {&plan_.charge_mw, &plan_.discharge_mw, &plan_.spill_mw, &plan_.unserved_mw, &plan_.up_mw,
          &plan_.down_mw, &plan_.energy_mwh}) {
        table->assign(hours_, 0.0);
    }
    plan_.value_cny_per_mwh = target.value_cny_per_mwh;
}

/// Columns of one way: kind 0 up to bend_mw and kind 1 beyond it, cheaper by the premium up to
/// planned_mw and dearer by it beyond. least_mw must be taken.
void StoreWalk::set_way(const Way& way, double most_mw, double bend_mw, double planned_mw,
                        double least_mw, double cost_cny, HourProgramme& programme) const {
    if (way.column[0] < 0) {
        bend_mw = 0.0;
    } else if (way.column[2] < 0) {
        bend_mw = most_mw;
    }
    for (std::size_t k = 0; k < 4; ++k) {
        if (way.column[k] < 0) {
            continue;
        }
        const bool beyond = k % 2 == 1;
        double from = k < 2 ? 0.0 : bend_mw;
        double to = k < 2 ? std::min(bend_mw, most_mw) : most_mw;
        from = beyond ? std::max(from, planned_mw) : from;
        to = beyond ? to : std::min(to, planned_mw);
        const double width = std::max(to - from, 0.0);
        double cny = cost_cny + (beyond ? premium_cny_ : -premium_cny_);
        if (!given_mw_.empty()) {
            cny = std::max(cny, least_heat_cny); // nobody has to take what is given
        }
        programme.set(way.column[k], std::clamp(least_mw - from, 0.0, width), width, cny);
    }
}

/// PE-10: of power, with what reserve earns.
double StoreWalk::price(std::size_t t) const {
    double sum = price_[static_cast<std::size_t>(store_.injection) * hours_ + t];
    for (const int channel : store_.reserve.up) {
        sum -= price_[static_cast<std::size_t>(channel) * hours_ + t];
    }
    for (const int channel : store_.reserve.down) {
        sum += price_[static_cast<std::size_t>(channel) * hours_ + t];
    }
    return sum;
}

void StoreWalk::prepare(std::size_t t, bool /*loose*/, HourProgramme& programme) {
    const lp::Store& s = store_;
    const double most_power = s.charge_max(t);
    const double most_given = s.discharge_max(t);
    // With nothing charged or discharged, without and with inflow.
    const double kept = s.kept_per_h * energy_mwh_ - s.drain(t) + unserved(t);
    const double rest = kept + s.inflow(t);
    // In dear hours too: what is missing later is as dear.
    const double least = least_[t];
    const double most_charge = std::clamp((most_[t] - kept) / s.efficiency_charge, 0.0, most_power);
    const double least_charge = std::clamp((least - rest) / s.efficiency_charge, 0.0, most_charge);
    double most_discharge = std::clamp(s.efficiency_discharge * (rest - least), 0.0, most_given);
    if (!given_mw_.empty()) {
        // What has to be given is there, whatever the plan would rather keep.
        most_discharge = std::max(most_discharge, std::min(given_mw_[t], most_given));
    }
    const double least_discharge =
        std::clamp(s.efficiency_discharge * (kept - most_[t]), 0.0, most_discharge);
    if (s.base(t) != 0.0) {
        programme.give(s.injection, s.base(t));
    }

    // Back to the plan: what the storage holds beyond it is given in the next hours.
    const double beyond_mwh = beyond_plan(t);
    const double most_back_mw = most_back * std::max(s.charge_max_mw, s.discharge_max_mw);
    const double planned_mw = target_->discharge_mw[t] - target_->charge_mw[t] +
                              std::clamp(0.5 * beyond_mwh, -most_back_mw, most_back_mw);
    const double price_cny = price(t);
    double discharge_cny = s.discharge_cny_per_mwh + price_cny;
    double charge_cny = -price_cny;
    double spilt_cny = s.efficiency_discharge * price_cny;
    if (!target_->value_cny_per_mwh.empty()) {
        // PE-44: dearer by the premium where an hour of full power has been given ahead of the
        // plan.
        const double value_cny =
            target_->value_cny_per_mwh[t] -
            premium_cny_ * beyond_mwh / std::max({s.charge_max_mw, s.discharge_max_mw, 1e-9});
        discharge_cny = s.discharge_cny_per_mwh + value_cny / s.efficiency_discharge;
        charge_cny = -value_cny * s.efficiency_charge;
        spilt_cny = value_cny;
    }

    // PE-45  r+ <= min(D - d + c, eta_d x), r- <= min(C - c + d, (X - x) / eta_c)
    const double round_trip = s.efficiency_charge * s.efficiency_discharge;
    const double high = s.energy_max(t);
    const double behind_up_mw = s.efficiency_discharge * (std::min(rest, high) - s.energy_min(t));
    const double behind_down_mw = (high - rest) / s.efficiency_charge;
    const double loss = 1.0 - round_trip;
    const double charge_bend_mw =
        behind_up_mw <= most_given ? 0.0
                                   : (loss > 0.0 ? (behind_up_mw - most_given) / loss : infinity);
    // What inflow would bring beyond the limit is spilt where the room is wanted.
    const double room_mw = std::max(behind_down_mw, 0.0);
    const double discharge_bend_mw =
        room_mw >= most_power || loss <= 0.0 ? 0.0 : (most_power - room_mw) * round_trip / loss;
    if (spill_ >= 0) {
        programme.set(spill_, 0.0, std::clamp(rest - high, 0.0, s.inflow(t)),
                      std::max(spilt_cny, 0.0));
    }
    for (const int channel : s.reserve.up) {
        programme.give(channel, std::min(most_given, behind_up_mw));
    }
    for (const int channel : s.reserve.down) {
        programme.give(channel, std::min(most_power, behind_down_mw));
    }
    set_way(charge_, most_charge, charge_bend_mw, std::clamp(-planned_mw, 0.0, most_charge),
            least_charge, charge_cny, programme);
    set_way(discharge_, most_discharge, discharge_bend_mw,
            std::clamp(planned_mw, 0.0, most_discharge), least_discharge, discharge_cny, programme);
}

double StoreWalk::taken(const Way& way, const HourProgramme& programme) {
    double sum = 0.0;
    for (const int column : way.column) {
        sum += column >= 0 ? programme.value(column) : 0.0;
    }
    return sum;
}

double StoreWalk::discharged(const HourProgramme& programme) const {
    return taken(discharge_, programme);
}

double StoreWalk::settle(std::size_t t, const HourProgramme& programme) {
    const lp::Store& s = store_;
    const double charge = std::min(taken(charge_, programme), s.charge_max(t));
    const double discharge = std::min(discharged(programme), s.discharge_max(t));
    double energy = s.kept_per_h * energy_mwh_ + s.inflow(t) - s.drain(t) + unserved(t) +
                    s.efficiency_charge * charge - discharge / s.efficiency_discharge;
    double spill = std::clamp(energy - s.energy_max(t), 0.0, s.inflow(t));
    if (spill_ >= 0) {
        spill = std::max(spill, std::min(programme.value(spill_), energy - least_[t]));
    }
    energy -= spill;
    // What charging could not bring in time.
    const double missing =
        std::clamp(s.energy_min(t) - energy, 0.0, std::max(s.unserved_max(t) - unserved(t), 0.0));
    energy += missing;
    plan_.unserved_mw[t] = unserved(t) + missing;
    plan_.charge_mw[t] = charge;
    plan_.discharge_mw[t] = discharge;
    plan_.spill_mw[t] = spill;
    plan_.energy_mwh[t] = energy_mwh_ = energy;
    if (!s.reserve.up.empty()) {
        plan_.up_mw[t] =
            std::max(0.0, std::min(s.discharge_max(t) - discharge + charge,
                                   s.efficiency_discharge * (energy - s.energy_min(t))));
    }
    if (!s.reserve.down.empty()) {
        plan_.down_mw[t] =
            std::max(0.0, std::min(s.charge_max(t) - charge + discharge,
                                   (s.energy_max(t) - energy) / s.efficiency_charge));
    }
    return s.discharge_cny_per_mwh * discharge + s.unserved_cny_per_mwh * plan_.unserved_mw[t];
}

} // namespace longyang::solve::prices
