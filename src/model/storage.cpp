#include "model/storage.hpp"

#include "grid/cascades.hpp"
#include "model/read_columns.hpp"
#include "model/reserves.hpp"

#include <vector>

namespace longyang::model {
namespace {

constexpr int none = -1;

/// Columns of one hour; `none` where the plant has no such decision.
struct Hour {
    int charge = none, discharge = none, energy = none, spill = none;
    int up = none, down = none;
};

struct Storage {
    double charge_max_mw, discharge_max_mw, energy_max_mwh, energy_initial_mwh;
    double efficiency_charge, efficiency_discharge, kept_per_h;
};

Storage read_row(const grid::Storages& table, std::size_t i) {
    return {table.charge_max_mw[i],      table.discharge_max_mw[i],  table.energy_max_mwh[i],
            table.energy_initial_mwh[i], table.efficiency_charge[i], table.efficiency_discharge[i],
            1.0 - table.loss_per_h[i]};
}

/// ST-1: x_t = (1 - loss) x_{t-1} + eta_c c_t - d_t / eta_d + inflow_t - s_t, all within their
/// bounds.
/// ST-2, a bound: the span ends with the energy it started with, or more.
void add_balance(const Context& context, int item, const Storage& plant, lp::Block& block,
                 std::vector<Hour>& hours) {
    const grid::Storages& table = context.system.storages;
    const auto i = static_cast<std::size_t>(item);
    const int bus = context.channels.injection(table.bus[i]);
    const int charge = block.family("storage_charge");
    const int discharge = block.family("storage_discharge");
    const int energy = block.family("storage_energy");
    const int spill = block.family("storage_spill");
    const int st1 = block.family("ST-1");
    std::vector<lp::Term> terms;
    for (int t = 0; t < context.span.hours; ++t) {
        Hour& at = hours[static_cast<std::size_t>(t)];
        const double inflow_mw =
            table.inflow_mw[i] * grid::profile_value(context.system, table.inflow_profile[i],
                                                     context.hour_of_year(t), 1.0);
        if (plant.charge_max_mw > 0.0) {
            at.charge = block.add_column(charge, t, 0.0, plant.charge_max_mw, 0.0);
            block.add_port(bus, t, at.charge, -1.0);
        }
        at.discharge = block.add_column(discharge, t, 0.0, plant.discharge_max_mw,
                                        table.variable_om_cny_per_mwh[i]);
        block.add_port(bus, t, at.discharge, 1.0);
        const bool last = t + 1 == context.span.hours;
        at.energy = block.add_column(energy, t, last ? plant.energy_initial_mwh : 0.0,
                                     plant.energy_max_mwh, 0.0);
        if (inflow_mw > 0.0) {
            at.spill = block.add_column(spill, t, 0.0, inflow_mw, 0.0);
        }

        terms.assign({{at.energy, 1.0}, {at.discharge, 1.0 / plant.efficiency_discharge}});
        double known_mwh = inflow_mw;
        if (at.charge != none) {
            terms.push_back({at.charge, -plant.efficiency_charge});
        }
        if (at.spill != none) {
            terms.push_back({at.spill, 1.0});
        }
        if (t > 0) {
            terms.push_back({hours[static_cast<std::size_t>(t - 1)].energy, -plant.kept_per_h});
        } else {
            known_mwh += plant.kept_per_h * plant.energy_initial_mwh;
        }
        block.add_row(st1, t, known_mwh, known_mwh, terms);
    }
}

/// ST-3: power and reserve together stay within the converters' or machines' limits.
void add_reserve_power(const Storage& plant, const ReserveChannels& reserve, lp::Block& block,
                       std::vector<Hour>& hours) {
    const int up = block.family("storage_up");
    const int down = block.family("storage_down");
    const int st3 = block.family("ST-3");
    std::vector<lp::Term> terms;
    const double most_mw = plant.charge_max_mw + plant.discharge_max_mw;
    for (std::size_t h = 0; h < hours.size(); ++h) {
        Hour& at = hours[h];
        const int t = static_cast<int>(h);
        // d - c, and c - d, with what is held on top.
        const auto add_limit = [&](double sign, int held, double limit_mw) {
            terms.assign({{at.discharge, sign}, {held, 1.0}});
            if (at.charge != none) {
                terms.push_back({at.charge, -sign});
            }
            block.add_row(st3, t, -lp::infinity, limit_mw, terms);
        };
        if (!reserve.up.empty()) {
            at.up = block.add_column(up, t, 0.0, most_mw, 0.0);
            give_reserve(block, reserve.up, t, at.up);
            add_limit(1.0, at.up, plant.discharge_max_mw);
        }
        if (!reserve.down.empty()) {
            at.down = block.add_column(down, t, 0.0, most_mw, 0.0);
            give_reserve(block, reserve.down, t, at.down);
            add_limit(-1.0, at.down, plant.charge_max_mw);
        }
    }
}

/// ST-4: the store has the energy, or the room, for one hour of what is held.
void add_reserve_energy(const Storage& plant, lp::Block& block, const std::vector<Hour>& hours) {
    const int st4 = block.family("ST-4");
    for (std::size_t h = 0; h < hours.size(); ++h) {
        const Hour& at = hours[h];
        const int t = static_cast<int>(h);
        if (at.up != none) {
            block.add_row(st4, t, -lp::infinity, 0.0,
                          {{at.up, 1.0 / plant.efficiency_discharge}, {at.energy, -1.0}});
        }
        if (at.down != none) {
            block.add_row(st4, t, -lp::infinity, plant.energy_max_mwh,
                          {{at.down, plant.efficiency_charge}, {at.energy, 1.0}});
        }
    }
}

} // namespace

void build_storage(const Context& context, int item, lp::Block& block) {
    const grid::Storages& table = context.system.storages;
    const auto i = static_cast<std::size_t>(item);
    const Storage plant = read_row(table, i);
    std::vector<Hour> hours(context.span.size());
    add_balance(context, item, plant, block, hours);
    add_reserve_power(plant, reserve_channels(context, table.bus[i]), block, hours);
    add_reserve_energy(plant, block, hours);
}

void read_storage(const Context& /*context*/, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    read_columns(block, values,
                 {{"storage_charge", schedule.storage_charge_mw.row(i)},
                  {"storage_discharge", schedule.storage_discharge_mw.row(i)},
                  {"storage_energy", schedule.storage_energy_mwh.row(i)},
                  {"storage_spill", schedule.storage_spill_mw.row(i)},
                  {"storage_up", schedule.storage_up_mw.row(i)},
                  {"storage_down", schedule.storage_down_mw.row(i)}});
}

} // namespace longyang::model
