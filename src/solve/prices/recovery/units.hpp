#pragma once

// Internal to solve/prices: single thermal units at prices that follow them.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"
#include "solve/prices/recovery/heat.hpp"
#include "solve/prices/recovery/rows.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// A unit of a block, or all units of a group that take heat from a store.
struct UnitPlace {
    std::size_t block = 0;
    std::size_t unit = 0; ///< in the block's plan; the first one of a team
    const lp::UnitGroup* group = nullptr;

    /// Units that are planned together (PE-76).
    [[nodiscard]] bool team() const { return group->draw.from_store && group->units > 1; }
};

/// Plans units anew, one at a time; those of a team together.
class SingleUnits {
public:
    explicit SingleUnits(std::size_t hours);

    /// Lists the units and teams of all blocks.
    [[nodiscard]] static std::vector<UnitPlace> list(std::span<const lp::OracleData> blocks);
    /// What a unit of the group does to patterns.
    [[nodiscard]] static Effect effect(const FollowingPrices& rows, const lp::UnitGroup& group);

    /// The unit's best plan, by its exact programme, at mean prices on the way from being off to
    /// being on (PE-51); writes it and lets prices follow. Gives the hours in which it changed.
    /// room: the store of its heat (PE-59); null: it takes none.
    /// free: per hour, where it may change between on and off; empty: everywhere.
    long plan_anew(const UnitPlace& place, const Effect& effect, FollowingPrices& rows,
                   lp::UnitsPlan& plan, const HeatRoom* room, std::span<const char> free);
    /// The same for all units of a team (PE-76); what they earn follows the prices as output grows
    /// from nothing.
    long plan_team_anew(const UnitPlace& place, const Effect& effect, FollowingPrices& rows,
                        lp::UnitsPlan& plan, const HeatRoom& room);

private:
    [[nodiscard]] UnitSolver& solver_of(const UnitPlace& place);
    [[nodiscard]] HeatPlan best_plan(const UnitPlace& place, const HeatRoom* room);
    void set_way(const UnitPlace& place, const lp::UnitsPlan& plan);
    /// What units from the place's on give in an hour.
    [[nodiscard]] Amounts team_gives(const UnitPlace& place, const lp::UnitsPlan& plan,
                                     std::size_t t) const;

    std::size_t hours_;
    std::map<std::size_t, UnitSolver> solvers_; ///< one a block, of one unit
    std::vector<double> now_, on_, off_;        ///< kinds x hours; on and off relative to now
    std::vector<double> price_, given_;
};

} // namespace longyang::solve::prices::recovery
