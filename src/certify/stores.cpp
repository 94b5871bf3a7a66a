#include "certify/stores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// a y + b x = c, with y the power to the grid and x the energy.
struct Line {
    double a = 0.0, b = 0.0, c = 0.0;
};

} // namespace

double PricedStore::worth(std::size_t hour) const {
    return hour < value_cny_per_mwh.size() ? value_cny_per_mwh[hour] : 0.0;
}

double PricedStore::value(std::size_t hour, const StoreHour& does) const {
    const double w = worth(hour);
    const double energy_price = w - store.kept_per_h * worth(hour + 1);
    const double power_mw = does.discharge_mw - does.charge_mw;
    double cny = store.discharge_cny_per_mwh * does.discharge_mw -
                 prices.at(store.injection, hour) * (store.base(hour) + power_mw);
    // w x (content - inflow - charge + discharge + spill + drain - unserved)
    cny += energy_price * does.energy_mwh -
           w * (store.inflow(hour) + store.efficiency_charge * does.charge_mw -
                does.discharge_mw / store.efficiency_discharge - does.spill_mw - store.drain(hour));
    cny += (store.unserved_cny_per_mwh - w) * does.unserved_mw;
    if (hour == 0) {
        cny -= w * store.kept_per_h * store.energy_initial_mwh;
    }
    for (const int channel : store.reserve.up) {
        cny -= prices.at(channel, hour) * does.up_mw;
    }
    for (const int channel : store.reserve.down) {
        cny -= prices.at(channel, hour) * does.down_mw;
    }
    return cny;
}

// The best reserve at power y and energy x is the smaller of what power and energy allow (ST-3,
// ST-4), so the hour's value is convex in straight pieces over the box of y and x. Its least value
// is where two of the lines meet along which it bends or ends.
double PricedStore::bound(std::size_t hour) const {
    const double most_charge = store.charge_max(hour);
    const double most_discharge = store.discharge_max(hour);
    const double most_energy = store.energy_max(hour);
    const double floor_energy = store.energy_min(hour); // behind it, reserve has nothing
    const bool last = hour + 1 == prices.hours;
    const double least_energy =
        last ? std::min(std::max(store.energy_end_min_mwh, floor_energy), most_energy)
             : floor_energy;
    const double per_discharge = store.efficiency_discharge;
    const double per_charge = store.efficiency_charge;
    const bool up = prices.of_reserve(store.reserve.up, hour) > 0.0;
    const bool down = prices.of_reserve(store.reserve.down, hour) > 0.0;

    const std::array<Line, 8> lines{
        {{1.0, 0.0, -most_charge},
         {1.0, 0.0, most_discharge},
         {1.0, 0.0, 0.0},
         {1.0, 0.0, most_discharge - most_charge},
         {0.0, 1.0, least_energy},
         {0.0, 1.0, most_energy},
         {1.0, per_discharge, most_discharge + per_discharge * floor_energy},
         {per_charge, 1.0, most_energy - per_charge * most_charge}}};
    const double w = worth(hour);
    const bool both_ways = store.discharge_cny_per_mwh + w / per_discharge - w * per_charge < 0.0;
    StoreHour does;
    does.spill_mw = w < 0.0 ? store.inflow(hour) : 0.0;
    does.unserved_mw = w > store.unserved_cny_per_mwh ? store.unserved_max(hour) : 0.0;
    double least = infinity;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t j = i + 1; j < lines.size(); ++j) {
            const double across = lines[i].a * lines[j].b - lines[j].a * lines[i].b;
            if (std::abs(across) < 1e-12) {
                continue;
            }
            const double y = (lines[i].c * lines[j].b - lines[j].c * lines[i].b) / across;
            const double x = (lines[i].a * lines[j].c - lines[j].a * lines[i].c) / across;
            const double slack = 1e-9 * (1.0 + most_energy - floor_energy);
            if (y < -most_charge - slack || y > most_discharge + slack ||
                x < least_energy - slack || x > most_energy + slack) {
                continue;
            }
            // Where going round in a circle pays, as much as power allows.
            does.charge_mw =
                both_ways ? std::min(most_charge, most_discharge - y) : std::max(0.0, -y);
            does.discharge_mw = does.charge_mw + y;
            does.energy_mwh = x;
            does.up_mw =
                up ? std::min(most_discharge - y, per_discharge * (x - floor_energy)) : 0.0;
            does.down_mw = down ? std::min(most_charge + y, (most_energy - x) / per_charge) : 0.0;
            least = std::min(least, value(hour, does));
        }
    }
    return least;
}

} // namespace longyang::certify
