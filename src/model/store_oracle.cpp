#include "grid/cascades.hpp"
#include "grid/connections.hpp"
#include "grid/power_blocks.hpp"
#include "model/oracle_data.hpp"
#include "model/reserves.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace longyang::model {
namespace {

double largest(const std::vector<double>& values) {
    return values.empty() ? 0.0 : *std::max_element(values.begin(), values.end());
}

} // namespace

lp::Store store_data(const Context& context, int item) {
    const grid::Storages& table = context.system.storages;
    const auto i = static_cast<std::size_t>(item);
    lp::Store store;
    store.injection = context.channels.of_storage[i];
    if (const int heat = grid::heat_store_numbers(context.system)[i]; heat >= 0) {
        store.injection = context.channels.heat(heat); // TH-18
    } else {
        const ReserveChannels reserve = reserve_channels(context, table.bus[i]);
        store.reserve = {reserve.up, reserve.down, {}};
    }
    store.charge_max_mw = table.charge_max_mw[i];
    store.discharge_max_mw = table.discharge_max_mw[i];
    store.energy_max_mwh = table.energy_max_mwh[i];
    store.efficiency_charge = table.efficiency_charge[i];
    store.efficiency_discharge = table.efficiency_discharge[i];
    store.kept_per_h = 1.0 - table.loss_per_h[i];
    store.discharge_cny_per_mwh = table.variable_om_cny_per_mwh[i];
    store.energy_initial_mwh = table.energy_initial_mwh[i];
    store.energy_end_min_mwh = table.energy_initial_mwh[i];
    if (table.inflow_mw[i] > 0.0) {
        for (int t = 0; t < context.span.hours; ++t) {
            store.inflow_mw.push_back(table.inflow_mw[i] *
                                      grid::profile_value(context.system, table.inflow_profile[i],
                                                          context.hour_of_year(t), 1.0));
        }
    }
    if (const auto limits = grid::storage_limits(context.system, item, context.span)) { // ST-5
        store.by_hour.charge_max_mw = limits->charge_max_mw;
        store.by_hour.discharge_max_mw = limits->discharge_max_mw;
        store.charge_max_mw = largest(limits->charge_max_mw);
        store.discharge_max_mw = largest(limits->discharge_max_mw);
    }
    return store;
}

} // namespace longyang::model
