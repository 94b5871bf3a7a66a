#include "model/store_block.hpp"

#include "base/error.hpp"
#include "model/reserves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace longyang::model {
namespace {

constexpr int none = -1;

/// Columns of one hour; `none` where the plant has no such decision.
struct Hour {
    int charge = none, discharge = none, energy = none, spill = none, unserved = none;
    int up = none, down = none;
};

/// ST-2: what the store holds at least when the span ends. Throws where that is more than the
/// largest content there, which may change by the hour (FL-5).
double least_at_end_mwh(const lp::Store& store, std::size_t last, const std::string& name) {
    constexpr double rounding = 1e-9;
    const double least_mwh = std::max(store.energy_min(last), store.energy_end_min_mwh);
    const double most_mwh = store.energy_max(last);
    if (least_mwh - most_mwh > rounding * (1.0 + std::abs(most_mwh))) {
        throw Error(Exit::infeasible,
                    fmt::format("{}: {}", name, lp::words_of_missing_energy(least_mwh - most_mwh)));
    }
    return std::min(least_mwh, most_mwh);
}

/// ST-1: x_t = (1 - loss) x_{t-1} + eta_c c_t - d_t / eta_d + inflow_t - s_t, all within their
/// bounds; FL-1 with a drain, and what is not served of it.
/// ST-2, a bound: the span ends with the energy it started with, or more.
void add_balance(const lp::Store& store, const StoreFamilies& families, lp::Block& block,
                 std::vector<Hour>& hours) {
    const int charge = block.family(families.charge);
    const int discharge = block.family(families.discharge);
    const int energy = block.family(families.energy);
    const int spill = block.family(families.spill);
    const int balance = block.family(families.balance);
    std::vector<lp::Term> terms;
    for (std::size_t h = 0; h < hours.size(); ++h) {
        const int t = static_cast<int>(h);
        Hour& at = hours[h];
        const double inflow_mw = store.inflow(h);
        if (store.charge_max_mw > 0.0) {
            at.charge = block.add_column(charge, t, 0.0, store.charge_max(h), 0.0);
            block.add_port(store.injection, t, at.charge, -1.0);
        }
        at.discharge = block.add_column(discharge, t, 0.0, store.discharge_max(h),
                                        store.discharge_cny_per_mwh);
        block.add_port(store.injection, t, at.discharge, 1.0);
        const bool last = h + 1 == hours.size();
        at.energy = block.add_column(
            energy, t, last ? least_at_end_mwh(store, h, block.name) : store.energy_min(h),
            store.energy_max(h), 0.0);
        if (inflow_mw > 0.0) {
            at.spill = block.add_column(spill, t, 0.0, inflow_mw, 0.0);
        }
        if (store.unserved_max(h) > 0.0) {
            at.unserved = block.add_column(block.family(families.unserved), t, 0.0,
                                           store.unserved_max(h), store.unserved_cny_per_mwh);
        }
        if (store.base(h) != 0.0) {
            block.add_port(store.injection, t, none, store.base(h));
        }

        terms.assign({{at.energy, 1.0}, {at.discharge, 1.0 / store.efficiency_discharge}});
        double known_mwh = inflow_mw - store.drain(h);
        if (at.charge != none) {
            terms.push_back({at.charge, -store.efficiency_charge});
        }
        if (at.spill != none) {
            terms.push_back({at.spill, 1.0});
        }
        if (at.unserved != none) {
            terms.push_back({at.unserved, -1.0});
        }
        if (h > 0) {
            terms.push_back({hours[h - 1].energy, -store.kept_per_h});
        } else {
            known_mwh += store.kept_per_h * store.energy_initial_mwh;
        }
        block.add_row(balance, t, known_mwh, known_mwh, terms);
    }
}

/// ST-3, FL-4: power and reserve together stay within the converters' or machines' limits.
void add_reserve_power(const lp::Store& store, const StoreFamilies& families, lp::Block& block,
                       std::vector<Hour>& hours) {
    const int up = block.family(families.up);
    const int down = block.family(families.down);
    const int row = block.family(families.reserve_power);
    std::vector<lp::Term> terms;
    for (std::size_t h = 0; h < hours.size(); ++h) {
        Hour& at = hours[h];
        const int t = static_cast<int>(h);
        const double most_mw = store.charge_max(h) + store.discharge_max(h);
        // d - c, and c - d, with what is held on top.
        const auto add_limit = [&](double sign, int held, double limit_mw) {
            terms.assign({{at.discharge, sign}, {held, 1.0}});
            if (at.charge != none) {
                terms.push_back({at.charge, -sign});
            }
            block.add_row(row, t, -lp::infinity, limit_mw, terms);
        };
        if (!store.reserve.up.empty()) {
            at.up = block.add_column(up, t, 0.0, most_mw, 0.0);
            give_reserve(block, store.reserve.up, t, at.up);
            add_limit(1.0, at.up, store.discharge_max(h));
        }
        if (!store.reserve.down.empty()) {
            at.down = block.add_column(down, t, 0.0, most_mw, 0.0);
            give_reserve(block, store.reserve.down, t, at.down);
            add_limit(-1.0, at.down, store.charge_max(h));
        }
    }
}

/// ST-4, FL-4: the store has the energy, or the room, for one hour of what is held.
void add_reserve_energy(const lp::Store& store, const StoreFamilies& families, lp::Block& block,
                        const std::vector<Hour>& hours) {
    const int row = block.family(families.reserve_energy);
    for (std::size_t h = 0; h < hours.size(); ++h) {
        const Hour& at = hours[h];
        const int t = static_cast<int>(h);
        if (at.up != none) {
            const double least_mwh = store.energy_min(h);
            block.add_row(row, t, -lp::infinity, least_mwh == 0.0 ? 0.0 : -least_mwh,
                          {{at.up, 1.0 / store.efficiency_discharge}, {at.energy, -1.0}});
        }
        if (at.down != none) {
            block.add_row(row, t, -lp::infinity, store.energy_max(h),
                          {{at.down, store.efficiency_charge}, {at.energy, 1.0}});
        }
    }
}

} // namespace

void build_store(const lp::Store& store, const StoreFamilies& families, int hours,
                 lp::Block& block) {
    std::vector<Hour> columns(static_cast<std::size_t>(hours));
    add_balance(store, families, block, columns);
    add_reserve_power(store, families, block, columns);
    add_reserve_energy(store, families, block, columns);
}

} // namespace longyang::model
