#include "solve/prices/oracles/energy_search.hpp"

#include "kernels/levels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::solve::prices {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Steps of the periods' prices in a call.
constexpr int searches = 6;
/// By how much of the size of all sums a plan may lie above the ceiling, for rounding.
constexpr double rounding = 1e-9;

/// What a MWh costs over all levels of a block at most, CNY/MWh, within what steps of prices are
/// made for.
double typical_of(const CountedLevels& levels, std::span<const double> cost) {
    double most = 1.0;
    for (std::size_t b = 0; b < levels.low.size(); ++b) {
        const std::size_t first = levels.first(b);
        const std::size_t last = levels.first(b + 1) - 1;
        if (last > first && levels.energy[b] > 0) {
            const double mwh = (levels.power_mw(b, last) - levels.power_mw(b, first)) *
                               levels.unit_h * static_cast<double>(levels.energy[b]);
            most = std::max(most, std::abs(cost[last] - cost[first]) / mwh);
        }
    }
    return std::min(most, 1000.0);
}

} // namespace

EnergySearch::EnergySearch(const lp::LevelLine& line, const OwnContract& contract)
    : levels_(line, contract), free_(line), periods_(line, contract) {}

/// What a unit of energy earns in a block.
double EnergySearch::unit_price(std::size_t block) const {
    const int period = periods_.period_of(block);
    return period < 0 ? 0.0
                      : periods_.price[static_cast<std::size_t>(period)] * levels_.unit_h *
                            levels_.step[0];
}

/// The least that the end of a period costs where units of energy have their price.
double EnergySearch::least_end_cost(std::size_t block) const {
    const auto first = static_cast<std::size_t>(levels_.end_first[block]);
    const auto end = static_cast<std::size_t>(levels_.end_first[block + 1]);
    double least = infinity;
    for (std::size_t k = first; k < end; ++k) {
        least = std::min(least,
                         levels_.end_cost[k] + unit_price(block) * static_cast<double>(k - first));
    }
    return end == first ? 0.0 : least;
}

/// Of all that is added up, at the present prices: costs of levels, ends of periods, energy.
double EnergySearch::size_of(std::span<const double> cost) const {
    double sum = 0.0;
    for (std::size_t b = 0; b < levels_.low.size(); ++b) {
        double largest = 0.0;
        for (std::size_t k = levels_.first(b); k < levels_.first(b + 1); ++k) {
            largest = std::max(largest, std::abs(cost[k]));
        }
        double end = 0.0;
        for (auto k = levels_.end_first[b]; k < levels_.end_first[b + 1]; ++k) {
            const double cny = levels_.end_cost[static_cast<std::size_t>(k)];
            end = std::isfinite(cny) ? std::max(end, cny) : end;
        }
        const auto most = static_cast<double>(
            levels_.energy[b] * (levels_.first_level[b + 1] - levels_.first_level[b] - 1));
        sum += largest + end + std::abs(unit_price(b)) * most;
    }
    return sum;
}

double EnergySearch::cost_of(std::span<const std::int64_t> level,
                             std::span<const double> cost) const {
    double sum = 0.0;
    std::int64_t energy = 0;
    for (std::size_t b = 0; b < level.size(); ++b) {
        sum += cost[levels_.first(b) + static_cast<std::size_t>(level[b])];
        energy += levels_.energy[b] * level[b];
        if (levels_.end_first[b + 1] > levels_.end_first[b]) {
            sum += levels_.end_cost[static_cast<std::size_t>(levels_.end_first[b] + energy)];
            energy = 0;
        }
    }
    return sum;
}

/// Costs of levels less what their energy earns.
std::vector<double> EnergySearch::charged(std::span<const double> cost) const {
    std::vector<double> less(cost.begin(), cost.end());
    for (std::size_t b = 0; b < levels_.low.size(); ++b) {
        const double each = unit_price(b) * static_cast<double>(levels_.energy[b]);
        for (std::size_t k = levels_.first(b); k < levels_.first(b + 1); ++k) {
            less[k] -= each * static_cast<double>(k - levels_.first(b));
        }
    }
    return less;
}

/// Moves the prices to the best ones of a few steps; the cost of the cheapest plan that was met.
double EnergySearch::find_prices(std::span<const double> cost) {
    double ceiling = known_.empty() ? infinity : cost_of(known_, cost);
    double best_value = -infinity;
    std::vector<double> best_price = periods_.price;
    std::vector<std::int64_t> level(levels_.low.size());
    for (int k = 0;; ++k) {
        double value = free_.best(charged(cost), level);
        if (value == infinity) {
            break; // there is no plan at all
        }
        for (std::size_t b = 0; b < level.size(); ++b) {
            value += least_end_cost(b);
        }
        ceiling = std::min(ceiling, cost_of(level, cost));
        if (value > best_value) {
            best_value = value;
            best_price = periods_.price;
        }
        if (k == searches) {
            break;
        }
        std::vector<double> power_mw;
        for (std::size_t b = 0; b < level.size(); ++b) {
            power_mw.push_back(
                levels_.power_mw(b, levels_.first(b) + static_cast<std::size_t>(level[b])));
        }
        periods_.move(periods_.energy_mwh(power_mw), typical_of(levels_, cost));
    }
    periods_.price = std::move(best_price);
    return ceiling;
}

// PE-83
std::vector<double> EnergySearch::rests(std::span<const double> cost) const {
    const auto counts = static_cast<std::size_t>(levels_.most_changes[0]) + 1;
    std::vector<double> rest(cost.size() * counts);
    kernels::level_rests(free_.levels().view(), charged(cost), rest);
    double ends = 0.0; // of periods that end behind a block
    for (std::size_t b = levels_.low.size(); b-- > 0;) {
        const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(counts * levels_.first(b));
        const auto end = rest.begin() + static_cast<std::ptrdiff_t>(counts * levels_.first(b + 1));
        std::for_each(begin, end, [&](double& cny) { cny += ends; });
        ends += least_end_cost(b);
    }
    return rest;
}

EnergySearch::Found EnergySearch::best(std::span<const double> cost) {
    const double ceiling = find_prices(cost) + rounding * size_of(cost);
    const std::vector<double> rest = rests(cost);
    std::vector<double> per_energy;
    for (std::size_t b = 0; b < levels_.low.size(); ++b) {
        const bool ended = levels_.end_first[b + 1] > levels_.end_first[b];
        per_energy.push_back(ended ? 0.0 : -unit_price(b));
    }
    Found found{infinity, std::vector<std::int64_t>(levels_.low.size())};
    const auto search = [&](const kernels::LevelBounds& bounds) {
        kernels::level_plans(levels_.view(), cost, std::span(&found.cost_cny, 1), found.level,
                             bounds);
    };
    search({rest, per_energy, std::span(&ceiling, 1)});
    if (found.cost_cny == infinity && ceiling < infinity) {
        search({}); // the known plan is one: sums have rounded it away
    }
    known_ = found.cost_cny < infinity ? found.level : std::vector<std::int64_t>{};
    return found;
}

} // namespace longyang::solve::prices
