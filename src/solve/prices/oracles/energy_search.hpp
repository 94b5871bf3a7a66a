#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/level_search.hpp"
#include "solve/prices/oracles/line_levels.hpp"
#include "solve/prices/oracles/own_contract.hpp"
#include "solve/prices/oracles/period_prices.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// The cheapest levels of a line at any cost, the energy of its contract's periods counted (PE-7).
/// Prices of the periods and a plan that is known, both kept from call to call, leave out energies
/// from which no plan is as cheap (PE-83); what is found does not depend on them.
class EnergySearch {
public:
    EnergySearch(const lp::LevelLine& line, const OwnContract& contract);

    struct Found {
        double cost_cny = 0.0; ///< what is missing in periods included; infinite: there is no plan
        std::vector<std::int64_t> level; ///< per block
    };
    /// cost: of each level of each block, one block's behind the other's.
    [[nodiscard]] Found best(std::span<const double> cost);

private:
    [[nodiscard]] double size_of(std::span<const double> cost) const;
    [[nodiscard]] double cost_of(std::span<const std::int64_t> level,
                                 std::span<const double> cost) const;
    [[nodiscard]] double unit_price(std::size_t block) const;
    [[nodiscard]] double least_end_cost(std::size_t block) const;
    [[nodiscard]] std::vector<double> charged(std::span<const double> cost) const;
    [[nodiscard]] double find_prices(std::span<const double> cost);
    [[nodiscard]] std::vector<double> rests(std::span<const double> cost) const;

    CountedLevels levels_;
    LevelSearch free_; ///< energy left out of account
    PeriodPrices periods_;
    std::vector<std::int64_t> known_; ///< per block, of the plan found last; empty: none
};

} // namespace longyang::solve::prices
