#include "run/hold_machines.hpp"

#include "grid/connected_machines.hpp"
#include "model/hydro_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>

namespace longyang::run {
namespace {

namespace prices = solve::prices;

using From = grid::MachinePlant::From;

/// Rows of machines.csv and their plants.
class Machines {
public:
    explicit Machines(const grid::System& system)
        : units_(system.machines.units.begin(), system.machines.units.end()),
          plants_(grid::plants_of_machines(system)) {}

    /// Of all rows of a plant the power that keeps the most; 0 for a plant without machines.
    [[nodiscard]] double stay_mw(From from, int row, double p_mw) const {
        double most = 0.0;
        for (std::size_t m = 0; m < plants_.size(); ++m) {
            if (plants_[m].from == from && plants_[m].row == row) {
                const double mw = grid::least_to_stay_mw(plants_[m], units_[m], p_mw);
                most = std::abs(mw) > std::abs(most) ? mw : most;
            }
        }
        return most;
    }

private:
    std::vector<double> units_;
    std::vector<grid::MachinePlant> plants_;
};

prices::Held of_store(const Machines& machines, int row, const lp::StorePlan& plan) {
    prices::Held held;
    for (std::size_t t = 0; t < plan.energy_mwh.size(); ++t) {
        held.store_mw.push_back(
            machines.stay_mw(From::storages, row, plan.discharge_mw[t] - plan.charge_mw[t]));
    }
    return held;
}

/// Of a reversible unit's two powers the larger one counts.
prices::Held of_river(const Machines& machines, const model::Context& context, int cascade,
                      const lp::RiverPlan& plan) {
    const model::hydro::Plan rows = model::hydro::make_plan(context, cascade);
    const std::size_t hours = context.span.size();
    prices::Held held;
    held.station_mw.assign(rows.stations.size() * hours, 0.0);
    held.pump_mw.assign(rows.pumps.size() * hours, 0.0);
    for (std::size_t k = 0; k < rows.stations.size(); ++k) {
        const int row = rows.stations[k].row;
        const auto pump =
            std::find_if(rows.pumps.begin(), rows.pumps.end(), [&](const model::hydro::Pump& own) {
                return context.system.pumps.station[static_cast<std::size_t>(own.row)] == row;
            });
        const auto place = static_cast<std::size_t>(pump - rows.pumps.begin()) * hours;
        for (std::size_t t = 0; t < hours; ++t) {
            const double p_mw = plan.p_mw[k * hours + t];
            const double pumped_mw = pump == rows.pumps.end()
                                         ? 0.0
                                         : pump->mw_per_m3_per_s * plan.pump_m3_per_s[place + t];
            const double stay_mw = machines.stay_mw(From::hydro, row, std::max(p_mw, pumped_mw));
            (p_mw < pumped_mw ? held.pump_mw[place + t] : held.station_mw[k * hours + t]) = stay_mw;
        }
    }
    return held;
}

} // namespace

// PE-86
std::vector<prices::Held> hold_machines(const model::Context& context,
                                        std::span<const model::BlockId> ids,
                                        std::span<const lp::BlockPlan> plans) {
    const Machines machines(context.system);
    std::vector<prices::Held> held(ids.size());
    for (std::size_t k = 0; k < ids.size(); ++k) {
        switch (ids[k].kind) {
        case model::Kind::storage:
            held[k] = of_store(machines, ids[k].item, std::get<lp::StorePlan>(plans[k]));
            break;
        case model::Kind::cascade:
            held[k] = of_river(machines, context, ids[k].item, std::get<lp::RiverPlan>(plans[k]));
            break;
        case model::Kind::hvdc:
            held[k].whole = true;
            break;
        default:
            break;
        }
    }
    return held;
}

} // namespace longyang::run
