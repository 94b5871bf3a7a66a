#include "run/heat_bounds.hpp"

#include "grid/calendar.hpp"
#include "grid/power_blocks.hpp"
#include "model/oracle_data.hpp"
#include "solve/prices/bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace longyang::run {
namespace {

namespace prices = solve::prices;

/// Whether a channel stands in a row of heat (TH-18) and in no other, so that its price is of no
/// account to a plant as a whole.
bool is_heat_alone(const lp::Coupling& coupling, int channel) {
    return std::all_of(coupling.patterns.begin(), coupling.patterns.end(),
                       [&](const lp::Pattern& pattern) {
                           return pattern.tag == "TH-18" ||
                                  std::find(pattern.channel.begin(), pattern.channel.end(),
                                            channel) == pattern.channel.end();
                       });
}

/// A plant's parts as the engine has them.
struct Parts {
    std::vector<lp::UnitGroup> groups;
    lp::Store store;

    Parts(const model::Context& context, const grid::HeatPlant& plant)
        : groups(model::unit_groups(context, plant.cluster)),
          store(model::store_data(context, plant.store)) {
        prices::hold_from_before(groups);
    }
    [[nodiscard]] bool has_plan(std::size_t hours, bool with_end) const {
        return prices::has_joint_plan(groups, store, hours, with_end);
    }
    /// Of hours from the first one on, the most for which there is a plan; there is none for all.
    [[nodiscard]] std::size_t most_hours(std::size_t hours) const {
        std::size_t possible = 0;
        while (hours - possible > 1) {
            const std::size_t middle = possible + (hours - possible) / 2;
            (has_plan(middle, false) ? possible : hours) = middle;
        }
        return possible;
    }
};

/// The hour that cannot be planned any more, and what is asked there.
std::string words_of_hour(const model::Context& context, const Parts& parts, std::size_t t) {
    const lp::UnitGroup& unit = parts.groups.front();
    int able = 0;
    int duty = 0;
    for (const lp::UnitGroup& group : parts.groups) {
        able += group.available[t] != 0 ? group.units : 0;
        duty += group.available[t] != 0 && group.must_run[t] != 0 ? group.units : 0;
    }
    return fmt::format(
        "to the end of the hour {}, in which {} of {} units in service must go on running (minimum "
        "time on, TH-2) and take {:.6g} MWh of heat each at least (TH-17), while the store gets "
        "{:.6g} MWh and gives {:.6g} at most (TH-18)",
        grid::date_of_hour(context.hour_of_year(static_cast<int>(t)), context.system.info.year),
        duty, able, unit.draw.amount(unit.p_min_mw[t], false), parts.store.inflow(t),
        parts.store.discharge_max(t));
}

} // namespace

std::string why_no_heat_plan(const Comm& comm, const model::Context& context) {
    const std::vector<grid::HeatPlant> plants = grid::heat_plants(context.system);
    const std::size_t hours = context.span.size();
    const auto ranks = static_cast<std::size_t>(comm.size());
    std::size_t first = plants.size();
    agree(comm, [&] {
        for (auto k = static_cast<std::size_t>(comm.rank()); k < first; k += ranks) {
            first = Parts(context, plants[k]).has_plan(hours, true) ? first : k;
        }
    });
    first = static_cast<std::size_t>(-max(comm, -static_cast<double>(first)));
    if (first == plants.size()) {
        return {};
    }
    const Parts parts(context, plants[first]);
    const bool by_end = parts.has_plan(hours, false);
    return fmt::format(
        "thermal:{} and its heat store {} have no plan together {}",
        context.system.thermal.name[static_cast<std::size_t>(plants[first].cluster)],
        context.system.storages.name[static_cast<std::size_t>(plants[first].store)],
        by_end ? fmt::format("that leaves {:.6g} MWh of heat at the end of the span (ST-2)",
                             parts.store.energy_end_min_mwh)
               : words_of_hour(context, parts, parts.most_hours(hours)));
}

std::vector<prices::HeatPlantBound> better_together(const Comm& comm, const model::Context& context,
                                                    const lp::Coupling& coupling,
                                                    std::span<const double> row_price) {
    const std::vector<grid::HeatPlant> plants = grid::heat_plants(context.system);
    if (plants.empty()) {
        return {};
    }
    const std::vector<double> channel_price = lp::channel_prices(coupling, row_price);
    const auto ranks = static_cast<std::size_t>(comm.size());
    std::vector<double> found(3 * plants.size(), 0.0);
    agree(comm, [&] {
        for (auto k = static_cast<std::size_t>(comm.rank()); k < plants.size(); k += ranks) {
            const lp::Store store = model::store_data(context, plants[k].store);
            if (!is_heat_alone(coupling, store.injection)) {
                continue;
            }
            const prices::HeatPlantBound bound =
                prices::heat_plant_bound(model::unit_groups(context, plants[k].cluster), store,
                                         channel_price, context.span.size());
            if (bound.gain_cny() > 0.0 && bound.has_plan()) { // else only rounding forbids it
                const auto at = found.begin() + static_cast<std::ptrdiff_t>(3 * k);
                at[0] = bound.block_cny;
                at[1] = bound.store_cny;
                at[2] = bound.joint_cny;
            }
        }
    });
    sum_in_order(comm, found);
    std::vector<prices::HeatPlantBound> better;
    for (std::size_t k = 0; k < plants.size(); ++k) {
        better.push_back({found[3 * k], found[3 * k + 1], found[3 * k + 2]});
    }
    return better;
}

} // namespace longyang::run
