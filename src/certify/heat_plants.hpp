#pragma once

#include "base/comm.hpp"
#include "certify/prices.hpp"
#include "certify/rows.hpp"
#include "grid/power_blocks.hpp"
#include "grid/schedule.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"

#include <span>
#include <vector>

namespace longyang::certify {

/// PE-79, PE-80  The least cost less earnings of a power block together with its heat store over
/// the span, heat having no price: a number that is not above it, CNY, by a dynamic programme over
/// what the units do and what the store holds. The price of the channel of heat is not looked at.
///
/// groups  of one cluster, drawing from the store
/// cells   parts of the store's content in which costs are made convex; more: nearer to the least
///
/// Infinite where no plan keeps the limits, -infinite where it does not know the plant's kind
/// (capture, no heat by output).
[[nodiscard]] double heat_plant_bound(const std::vector<lp::UnitGroup>& groups,
                                      const lp::Store& store, const Prices& prices, int cells);

/// A plant whose joint bound is the better one.
struct JointBound {
    grid::HeatPlant plant;
    double cny = 0.0;       ///< joint
    double apart_cny = 0.0; ///< of block and store at the price of heat
};

/// The plants for which heat_plant_bound is above what block and store give apart. Collective; the
/// same on all ranks.
///
/// storage_cny_per_mwh  values of energy, storages x hours; may be empty
[[nodiscard]] std::vector<JointBound> joint_bounds(const Comm& comm, const model::Context& context,
                                                   const PricedRows& rows, const Prices& prices,
                                                   const grid::HourTable& storage_cny_per_mwh,
                                                   int cells);

/// Rows TH-18 of these plants get the price 0: their joint bounds hold at any price of heat.
void leave_out_heat(const model::Context& context, std::span<const JointBound> joint,
                    PricedRows& rows);

} // namespace longyang::certify
