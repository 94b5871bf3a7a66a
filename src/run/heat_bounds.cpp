#include "run/heat_bounds.hpp"

#include "grid/power_blocks.hpp"
#include "model/oracle_data.hpp"
#include "solve/prices/bound.hpp"

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

} // namespace

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
            if (bound.gain_cny() > 0.0) {
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
