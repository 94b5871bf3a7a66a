#include "grid/cascades.hpp"
#include "grid/connections.hpp"
#include "grid/power_blocks.hpp"
#include "grid/service.hpp"
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

/// SV-4: out of service no power, no reserve and no inflow, and what the initial content loses is
/// made up: x_t = (1 - loss) x_{t-1} + loss E_0.
void leave_service(const Context& context, const grid::InService& served, lp::Store& store) {
    const std::size_t hours = context.span.size();
    lp::Store::ByHour& by_hour = store.by_hour;
    if (by_hour.charge_max_mw.empty()) {
        by_hour.charge_max_mw.assign(hours, store.charge_max_mw);
        by_hour.discharge_max_mw.assign(hours, store.discharge_max_mw);
    }
    const double made_up_mwh = (1.0 - store.kept_per_h) * store.energy_initial_mwh;
    double left_mwh = store.energy_initial_mwh; // of it, at the end of a span out of service
    by_hour.drain_mw.assign(hours, 0.0);
    for (std::size_t t = 0; t < hours; ++t) {
        if (served.at(context.hour_of_year(static_cast<int>(t)))) {
            left_mwh = store.energy_initial_mwh;
            continue;
        }
        by_hour.charge_max_mw[t] = by_hour.discharge_max_mw[t] = 0.0;
        by_hour.drain_mw[t] = -made_up_mwh;
        left_mwh = store.kept_per_h * left_mwh + made_up_mwh;
        if (!store.inflow_mw.empty()) {
            store.inflow_mw[t] = 0.0;
        }
    }
    // But for rounding these are one.
    store.energy_end_min_mwh = std::min(store.energy_end_min_mwh, left_mwh);
    store.charge_max_mw = largest(by_hour.charge_max_mw);
    store.discharge_max_mw = largest(by_hour.discharge_max_mw);
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
    if (const grid::InService served = grid::in_service(context.system, "storages", i);
        !served.always()) {
        leave_service(context, served, store);
    }
    return store;
}

} // namespace longyang::model
