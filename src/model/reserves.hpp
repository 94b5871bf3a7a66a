#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>
#include <vector>

/// Reserve requirements, what is missing to them, and sharing between regions (RE-0 to RE-4 of
/// docs/theory/reserves.md).
namespace longyang::model {

/// The channels to which the reserve of a plant of a region is given, one MW to each of a list.
/// An empty list: the region asks for no such reserve, so the plant holds none and has no column
/// for it.
struct ReserveChannels {
    /// Upward spinning reserve: the spinning requirement and the non-spinning one, which counts
    /// both (RE-1, RE-2).
    std::vector<int> up;
    std::vector<int> down;         ///< downward spinning reserve (RE-1)
    std::vector<int> non_spinning; ///< reserve of units at rest (RE-2)
};

/// Of a plant at a bus: those of the bus's region.
[[nodiscard]] ReserveChannels reserve_channels(const Context& context, int bus);

/// Gives `value` x column (MW of reserve) to every channel of a list in an hour.
void give_reserve(lp::Block& block, std::span<const int> channels, int hour, int column,
                  double value = 1.0);

/// Requirement of every row of `reserves` in every hour of a span, MW: load_pu x region's load +
/// renewable_pu x region's available wind and PV + fixed_mw x fixed_profile (RE-0), its own part
/// without the spinning one that a non-spinning requirement stands on. requirements x hours.
[[nodiscard]] grid::HourTable reserve_requirements_mw(const grid::System& system, grid::Span span);

/// The requirement of the region of row `requirement` that its upward spinning (or non-spinning)
/// reserve counts for too; -1 where there is none. A spinning up requirement's partner is the
/// region's non-spinning one and the other way round.
[[nodiscard]] int partner_requirement(const grid::System& system, int requirement);

/// What is missing to requirement `item` (RE-4).
void build_reserve(const Context& context, int item, lp::Block& block);
void read_reserve(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule);

/// What row `item` of `reserve_sharing` moves (RE-3).
void build_sharing(const Context& context, int item, lp::Block& block);
void read_sharing(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
