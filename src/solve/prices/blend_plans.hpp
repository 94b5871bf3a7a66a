#pragma once

#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>

namespace longyang::solve::prices {

/// average += share (newest - average), 0 <= share <= 1, in all tables of quantities: stores,
/// rivers, lines, amounts, and output and reserves of units. Whether a unit is on is taken from the
/// newest. Values of energy and water are averaged too: they go with prices, which are averaged by
/// the steps. All limits of a block that are linear hold for the average as for its parts (water
/// and energy balance; of a least release, release + what is short of it); what is short may be
/// more than the average of releases asks for, and storage may charge and discharge in one hour.
/// A table that the average has not is taken from the newest, and an average without a plan is the
/// newest. Throws Error (defect) where the two are plans of different kinds or sizes.
void blend_plan(lp::BlockPlan& average, const lp::BlockPlan& newest, double share);

/// The same with a share of its own in every hour; values of energy and water by `of_values`.
void blend_plan(lp::BlockPlan& average, const lp::BlockPlan& newest, std::span<const double> share,
                double of_values);

/// Adds what a block gives in a plan to `channel` (channels x hours, hours contiguous), with the
/// constants that it gives whatever it does. A block without compact data or without a plan adds
/// nothing.
void give_plan(const lp::OracleData& block, const lp::BlockPlan& plan, std::size_t hours,
               std::span<double> channel);

/// Sum of a row over what is given to channels (channels x hours).
[[nodiscard]] double sum_of_row(const lp::Coupling& coupling, const lp::CouplingRow& row,
                                std::span<const double> channel);

/// By how much a sum breaks its limits, as a share of the larger one (of 1 where it is smaller).
[[nodiscard]] double broken_share(double sum, double lower, double upper);

} // namespace longyang::solve::prices
