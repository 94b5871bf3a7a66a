#pragma once

#include "lp/block.hpp"
#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A limit of the network in one hour, found while the hours are walked:
/// lower <= sum of weight x channel <= upper.
struct HourLimit {
    std::vector<int> channel;
    std::vector<double> weight;
    double lower = -lp::infinity, upper = lp::infinity;
};

/// Given the hour and what is injected into each channel of the coupling, says which limits are
/// violated (none: empty).
using HourWatch = std::function<std::vector<HourLimit>(int hour, std::span<const double> channel)>;

struct DispatchSettings {
    /// What a storage asks for a MWh (at the bus) beside its plan, and a station likewise: PE-44.
    double storage_premium_cny_per_mwh = 100.0;
    double river_premium_cny_per_mwh = 100.0;
    /// What stands for a limit of the network that cannot be kept, per unit of the row.
    double breach_cny_per_unit = 1e6;
    /// PE-39: of what dear amounts gave. Units take up only a part of what is asked, so all of it
    /// would take twice the passes; four times as much keeps units on that nobody needs.
    double asked_of_relief = 2.0;
    /// Rounds of limits in an hour.
    int most_rounds = 10;
    HourWatch watch = {}; ///< may be empty
    /// channels x hours: what blocks without compact data give; empty: nothing.
    std::span<const double> besides = {};
};

/// A feasible schedule.
struct Dispatch {
    /// One per block, complete and exactly consistent (energy and water balances). Of a block
    /// without compact data: its target.
    std::vector<lp::BlockPlan> plans;
    double cost_cny = 0.0;         ///< of all blocks with compact data, by the model's costs
    std::vector<double> block_cny; ///< per block
    std::vector<double> hour_cny;  ///< per hour, as far as costs belong to one
    /// What rows that may be broken at a price cost besides, all hours.
    double breach_cny = 0.0;
    /// Per row of the coupling, from the hourly programmes; 0 of rows over several hours.
    std::vector<double> row_dual;
    /// Of all coupling rows that have to hold, relative to the row's size; the row, -1: one that
    /// `watch` named; its (first) hour.
    double largest_breach = 0.0;
    int breach_row = -1, breach_hour = -1;
    int broken_hours = 0; ///< hours in which a row was broken by more than rounding
    /// PE-39, channels x hours: what is to be asked of units. `asked_of_relief` times what dear
    /// amounts gave (lost load, missing reserve; calls of interruptible loads beyond the plan),
    /// those that cost a multiple of the dearest unit, and what broken rows missed.
    std::vector<double> relief;
    double relief_cny = 0.0; ///< what that costs in the schedule: amounts and breaches as they are
    // Where the time goes.
    long programmes = 0; ///< hourly programmes solved
    long pivots = 0;
    int columns = 0, rows = 0; ///< of the last one
    int loose_hours = 0;       ///< hours in which a plan's look ahead was dropped to keep rows
};

/// Walks the hours (equations PE-40 to PE-49): integers as planned, everything else by a small
/// linear programme an hour, so that all rows of the hour hold.
class Dispatcher {
public:
    /// Both are read as long as the object lives. Throws Error (defect) where a row over several
    /// hours has no amount to relieve it and could not hold whatever the hours do.
    Dispatcher(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks);
    ~Dispatcher();
    Dispatcher(Dispatcher&&) noexcept;
    Dispatcher& operator=(Dispatcher&&) noexcept;
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// targets: one per block. Of units `on` is kept and output looked at ahead; of lines the power
    /// is kept; storages and rivers stay near energy and water as planned; amounts are free.
    /// row_price: per row of the coupling, from the dual. Throws Error (defect) where plans do not
    /// fit the blocks, Error (infeasible) where a unit cannot keep its ramps whatever it does in
    /// the hours that it is on.
    [[nodiscard]] Dispatch run(std::span<const lp::BlockPlan> targets,
                               std::span<const double> row_price,
                               const DispatchSettings& settings = {});

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace longyang::solve::prices
