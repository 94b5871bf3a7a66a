#pragma once

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/oracle.hpp"
#include "solve/prices/oracles/own_contract.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

struct LevelSettings {
    /// Up to so many states of the dynamic programme, energy is one of its dimensions and a
    /// contract is met exactly; beyond, its periods have prices of their own that are kept from
    /// call to call.
    std::int64_t most_states = 4'000'000;
    /// Changes of those prices in a call.
    int searches = 3;
};

/// Day plan of an HVDC line (equations PE-7 to PE-9), with its contract if it has one: then its
/// bound and cost hold the contract's shortfall, and the contract's rows and block must be left to
/// it. Exact for levels without a contract, or with one within most_states, and for continuous
/// lines without one.
[[nodiscard]] Oracle level_oracle(lp::LevelLine line, std::optional<OwnContract> contract,
                                  int hours, const LevelSettings& settings = {});

/// The whole levels of a line that are cheapest at any cost by block and level, the value of what
/// is delivered and its contract included. Where the contract is too large for the dynamic
/// programme, each of its periods has the lowest price that makes levels carry its energy, found by
/// halving (PE-53); a period that cannot carry it, or only above the price of the shortfall, is
/// left short.
class LevelPlanner {
public:
    /// Throws Error (defect) where the line has no levels.
    LevelPlanner(lp::LevelLine line, std::optional<OwnContract> contract, int hours,
                 const LevelSettings& settings = {});
    ~LevelPlanner();
    LevelPlanner(LevelPlanner&&) noexcept;
    LevelPlanner& operator=(LevelPlanner&&) noexcept;
    LevelPlanner(const LevelPlanner&) = delete;
    LevelPlanner& operator=(const LevelPlanner&) = delete;

    /// Blocks of the line, and the power of a block's levels from its lowest one.
    [[nodiscard]] std::size_t blocks() const;
    [[nodiscard]] std::size_t levels(std::size_t block) const;
    [[nodiscard]] double power_mw(std::size_t block, std::size_t level) const;
    /// cny: of each level of each block, one block's behind the other's. Throws Error (infeasible)
    /// where no plan keeps the limits.
    [[nodiscard]] lp::LinePlan best(std::span<const double> cny);
    /// What is missing to the contract's periods in a plan, MWh; empty: no contract.
    [[nodiscard]] std::vector<double> missing_mwh(const lp::LinePlan& plan) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace longyang::solve::prices
