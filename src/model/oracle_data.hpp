#pragma once

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"

#include <optional>
#include <vector>

/// Compact data of blocks for special oracles: the same problem as build_block's columns and rows
/// (docs/theory/price-engine.md).
namespace longyang::model {

/// What a block is to a special oracle; std::monostate where it has no such form.
[[nodiscard]] lp::OracleData oracle_data(const Context& context, BlockId id);

/// One kind each, in the file of its name. `item`: row of the kind's table, number of the cascade.
[[nodiscard]] std::vector<lp::UnitGroup> unit_groups(const Context& context, int item);
[[nodiscard]] lp::Store store_data(const Context& context, int item);
/// A row of `flexible_loads` as a store: FL-1 to FL-6 less what is not to be chosen.
[[nodiscard]] lp::Store flexible_store(const Context& context, int item);
/// What the store of a flexible load does in a schedule; without values of energy.
[[nodiscard]] lp::StorePlan flexible_plan(const Context& context, int item,
                                          const grid::Schedule& schedule);
[[nodiscard]] lp::River river_data(const Context& context, int item);
/// Rows of the tables `reservoirs`, `hydro` and `pumps` that a cascade's reservoirs, stations and
/// pumps are, in the order of river_data.
struct RiverRows {
    std::vector<int> reservoir, station, pump;
};
[[nodiscard]] RiverRows river_rows(const Context& context, int item);
/// Nothing where the line has no levels held over blocks that the form could state.
[[nodiscard]] std::optional<lp::LevelLine> line_data(const Context& context, int item);
[[nodiscard]] lp::HourlyAmount hourly_data(const Context& context, BlockId id);

/// Writes what a block with compact data does into the schedule's rows of its plant, as read_block
/// does with columns' values. A line must be written before its contract. Throws Error (defect)
/// where the plan is not of the block's kind.
void write_plan(const Context& context, BlockId id, const lp::OracleData& data,
                const lp::BlockPlan& plan, grid::Schedule& schedule);

} // namespace longyang::model
