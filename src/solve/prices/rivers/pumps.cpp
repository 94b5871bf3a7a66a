// Pumps of a cascade under prices (PE-14).

#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace longyang::solve::prices {

using river::hm3;

/// What it costs to lift water, by the price of the power.
void RiverSolver::Parts::set_pumps(std::span<const double> prices) {
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        const lp::RiverPump& pump = river.pumps[k];
        for (std::size_t t = 0; t < hours; ++t) {
            double cny = pump.mw_per_m3_per_s * pump.cny_per_mwh;
            for (const lp::RiverPump::Draw& draw : pump.draws) {
                cny += draw.mw_per_m3_per_s *
                       prices[static_cast<std::size_t>(draw.channel) * hours + t];
            }
            lift_cny_per_hm3[k * hours + t] = cny / hm3;
        }
    }
    water->set_pumps(lift_cny_per_hm3);
}

/// PE-14: what pumps add to the bound. A pump buys water at the value of its one reservoir and
/// sells it at that of the other. Where this does not pay, reservoirs with head segments, which
/// keep their balances, are asked for more and offered less, by as much as it falls short.
double RiverSolver::Parts::pump_bound() {
    double bound = 0.0;
    std::vector<std::size_t> sold(pools.size(), 0);
    std::vector<std::size_t> bought(pools.size());
    for (std::size_t r = 0; r < pools.size(); ++r) {
        bought[r] = pools[r].offers.parts;
    }
    for (const lp::RiverPump& pump : river.pumps) {
        --bought[static_cast<std::size_t>(pump.to)]; // offers of pumps are the last ones
    }
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        const lp::RiverPump& pump = river.pumps[k];
        const auto from = static_cast<std::size_t>(pump.from);
        const auto to = static_cast<std::size_t>(pump.to);
        const auto value_from = row(plan.value_cny_per_hm3, from);
        const auto value_to = row(plan.value_cny_per_hm3, to);
        const bool both = pools[from].heads && pools[to].heads;
        river::Offers& of_from = pools[from].lifted;
        river::Offers& of_to = pools[to].offers;
        const std::size_t first_from = sold[from]++ * hours;
        const std::size_t first_to = bought[to]++ * hours;
        for (std::size_t t = 0; t < hours; ++t) {
            const double room_hm3 = hm3 * pump.flow_max(t);
            const double lacks = lift_cny_per_hm3[k * hours + t] + value_from[t] - value_to[t];
            const double part = std::max(0.0, both ? 0.5 * lacks : lacks);
            of_from.amount_hm3[first_from + t] = room_hm3;
            of_from.cny_per_hm3[first_from + t] = value_from[t] - part;
            of_to.amount_hm3[first_to + t] = room_hm3;
            of_to.cny_per_hm3[first_to + t] = value_to[t] + part;
            bound += std::min(0.0, lacks) * room_hm3;
        }
    }
    return bound;
}

/// Adds what pumps take; gives their cost.
double RiverSolver::Parts::read_pumps(std::span<double> given) const {
    double cost_cny = 0.0;
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        const lp::RiverPump& pump = river.pumps[k];
        for (std::size_t t = 0; t < hours; ++t) {
            const double flow = plan.pump_m3_per_s[k * hours + t];
            for (const lp::RiverPump::Draw& draw : pump.draws) {
                given[static_cast<std::size_t>(draw.channel) * hours + t] -=
                    draw.mw_per_m3_per_s * flow;
            }
            cost_cny += pump.cny_per_mwh * pump.mw_per_m3_per_s * flow;
        }
    }
    return cost_cny;
}

} // namespace longyang::solve::prices
