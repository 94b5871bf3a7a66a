#pragma once

#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dual_step.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

struct RecoverySettings {
    /// Change of price that moves everything over its whole range (PE-50): how steeply the cost of
    /// a breach of rows rises. Measured: 8 times the case's typical price.
    double scale_cny_per_unit = 2700.0;
    /// Share of the way from prices to those that follow the residual at which continuous blocks
    /// are asked.
    double asking_share = 0.1;
    /// Share of that way that prices go in `blend`.
    double price_step = 0.05;
    std::uint64_t seed = 1; ///< of the order of units; the same seed gives the same result
};

/// From good prices and plans averaged over iterations to whole commitments of every single unit
/// and whole levels of lines, which together nearly keep the coupling rows (equations PE-50 to
/// PE-55). Holds all blocks of a programme, on one rank.
class Recovery {
public:
    /// blocks: of the whole programme, in order; coupling and blocks are read as long as the object
    /// lives. movers: of all ranks (PriceEngine::movers).
    Recovery(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks,
             const Movers& movers, const RecoverySettings& settings = {});
    ~Recovery();
    Recovery(Recovery&&) noexcept;
    Recovery& operator=(Recovery&&) noexcept;
    Recovery(const Recovery&) = delete;
    Recovery& operator=(const Recovery&) = delete;

    /// plans: one per block; stores, rivers, lines' power and amounts averaged over iterations, of
    /// units the last whole plan. A contract that its line takes over may have none.
    /// row_price: per row of the coupling.
    /// besides: channels x hours, what blocks without compact data give; empty: nothing.
    void begin(std::vector<lp::BlockPlan> plans, std::vector<double> row_price,
               std::span<const double> besides = {});
    /// Limits of rows that move with the schedule: all rows of the coupling, with other limits.
    void set_limits(std::span<const lp::CouplingRow> rows);
    /// Lines and units once, one at a time, each by its exact programme at prices that follow the
    /// rows' residuals as it goes. Lines first, in their order; units in random order; lines again
    /// where units leave a row broken that the dispatch cannot mend.
    void sweep();
    /// Units alone, once; on or off as they are in hours that `free` (per hour) does not mark
    /// (PE-88).
    void sweep_units(std::span<const char> free);
    /// Per row of the coupling: prices at which continuous blocks are to be asked next.
    [[nodiscard]] std::span<const double> asking_prices() const;
    /// Stores, rivers and lines without levels go towards answers at asking_prices, one per block,
    /// as far as prices that follow allow, amounts a step; then prices go a small step. Answers of
    /// units and of lines with levels are not read.
    void blend(std::span<const lp::BlockPlan> answers);

    /// PE-39: plans as if so much less were given to the channels (channels x hours), besides what
    /// was asked before: a dispatch that had to use dear relief there asks the units for more.
    void ask_more(std::span<const double> channel);

    [[nodiscard]] std::span<const double> row_price() const;
    /// One per block: whole units and levels; stores, rivers and amounts as planned. The amount of
    /// a contract that its line takes over is what the line's levels leave short.
    [[nodiscard]] std::span<const lp::BlockPlan> targets() const;

    struct Residual {
        double balance_mw = 0.0; ///< mean over hours of the sum over balances of |what is missing|
        double rows_cny = 0.0;   ///< breaches of all rows at the prices, summed
        double relief_cny = 0.0; ///< breaches of rows below, at the price of relief where there is
                                 ///< one, summed
        long changed_hours = 0;  ///< of units and lines in the last sweep
    };
    [[nodiscard]] Residual residual() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace longyang::solve::prices
