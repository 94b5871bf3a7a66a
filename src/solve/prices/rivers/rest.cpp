// The bound of a cascade with head segments once prices stay about where they are (PE-36): values
// of water that go with the segments of one plan, and values between those of several.

#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

using river::Pool;

/// Of the way from the better values of water to the others; the first that is better yet counts.
constexpr double shares_of_way[] = {0.5, 0.25, 0.125};

} // namespace

/// The plan's segments, and what storage is worth there for the head, are what the bound goes by.
void RiverSolver::Parts::take_segments() {
    for (std::size_t r = 0; r < pools.size(); ++r) {
        Pool& pool = pools[r];
        if (!pool.heads) {
            continue;
        }
        pool.segment.clear();
        for (const std::size_t k : pool.stations) {
            const auto planned = plan.segment.begin() + static_cast<std::ptrdiff_t>(k * hours);
            pool.segment.insert(pool.segment.end(), planned,
                                planned + static_cast<std::ptrdiff_t>(hours));
        }
        if (pool.supply.most_hm3.empty()) {
            pool.supply = river::supply_of(river, r, hours);
        }
    }
}

/// Values of water where the plan's segments are in force and a unit held earns what it is worth
/// for the head of the plan.
std::vector<double> RiverSolver::Parts::values_at_segments(std::span<const double> prices) {
    river::InteriorPoint firm = *water;
    std::vector<double> worth;
    for (std::size_t r = 0; r < pools.size(); ++r) {
        Pool& pool = pools[r];
        if (!pool.heads) {
            continue;
        }
        worth.assign(pool.stations.size() * hours, 0.0);
        for (std::size_t place = 0; place < pool.stations.size(); ++place) {
            for (std::size_t t = 1; t < hours; ++t) {
                worth[place * hours + t] = head_worth(pool.stations[place], t, prices);
            }
        }
        river::set_lots(river, r, pool.stations, prices, hours, {pool.segment, worth, {}}, {},
                        pool.lots);
        firm.set_lots(r, pool.lots);
    }
    (void)firm.improve(most_steps_at_rest, settings.gap_share);
    const auto values = firm.value_cny_per_hm3();
    return {values.begin(), values.end()};
}

/// PE-36: the best bound of some values of water and of such between them and the best ones before;
/// the plan tells those that it belongs to.
double RiverSolver::Parts::bound_at_rest(std::span<const double> prices) {
    take_segments();
    std::vector<double> values = values_at_segments(prices);
    double bound_cny = bound_at(values, prices);
    if (rest_value.empty()) {
        rest_value = std::move(values);
        rest_bound_cny = bound_cny;
        return bound_cny;
    }
    const bool better = bound_cny > rest_bound_cny;
    const std::vector<double>& from = better ? values : rest_value;
    const std::vector<double>& towards = better ? rest_value : values;
    std::vector<double> best = from;
    double best_cny = std::max(bound_cny, rest_bound_cny);
    std::vector<double> told = values; // what the bound that is given belongs to
    std::vector<double> between(values.size());
    for (const double share : shares_of_way) {
        for (std::size_t i = 0; i < between.size(); ++i) {
            between[i] = from[i] + share * (towards[i] - from[i]);
        }
        const double between_cny = bound_at(between, prices);
        if (between_cny > bound_cny) {
            bound_cny = between_cny;
            told = between;
        }
        if (between_cny > best_cny) {
            best_cny = between_cny;
            best = std::move(between);
            break;
        }
    }
    std::copy(told.begin(), told.end(), plan.value_cny_per_hm3.begin());
    rest_value = std::move(best);
    rest_bound_cny = best_cny;
    return bound_cny;
}

} // namespace longyang::solve::prices
