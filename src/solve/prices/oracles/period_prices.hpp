#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/own_contract.hpp"

#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Prices of the energy of a contract's periods (PE-9), each searched by itself: steps that grow
/// while the sign of its slope stays and halve when it turns.
class PeriodPrices {
public:
    PeriodPrices() = default; ///< of no contract
    PeriodPrices(const lp::LevelLine& line, const OwnContract& contract);

    std::vector<double> price; ///< per period, CNY/MWh

    /// What the rows of the periods are worth (PE-81), CNY.
    [[nodiscard]] double value_cny() const;
    /// The period in which a block lies; -1: none.
    [[nodiscard]] int period_of(std::size_t block) const { return period_of_[block]; }
    /// What a MW held over each block earns, CNY.
    [[nodiscard]] std::vector<double> earned_cny_per_mw() const;
    /// By period, of powers by block.
    [[nodiscard]] std::vector<double> energy_mwh(std::span<const double> power_mw) const;
    /// A step of each price by what a plan at the present ones carries. typical: of prices,
    /// CNY/MWh.
    void move(std::span<const double> carried_mwh, double typical);

private:
    std::vector<int> hours_;     ///< per block
    std::vector<int> period_of_; ///< per block
    std::vector<PeriodSteps> steps_;
    std::vector<double> most_; ///< price of the shortfall
    std::vector<double> step_;
    std::vector<int> sign_;
};

} // namespace longyang::solve::prices
