#pragma once

#include "certify/heat_plants.hpp"
#include "certify/line_contracts.hpp"
#include "certify/prices.hpp"
#include "certify/rows.hpp"
#include "grid/schedule.hpp"
#include "model/blocks.hpp"
#include "verify/verify.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace longyang::certify {

/// Inner prices as stored; tables may be empty (then they count as zeros).
struct InnerPrices {
    grid::HourTable storage_cny_per_mwh;   ///< storages x hours
    grid::HourTable flexible_cny_per_mwh;  ///< flexible loads x hours
    grid::HourTable reservoir_cny_per_hm3; ///< reservoirs x hours
    grid::HourTable head_cny_per_hm3;      ///< hydro stations x hours
};

/// A part of the bound, and of the gap where there is a schedule.
struct Part {
    double bound_cny = 0.0;
    double cost_cny = 0.0;
    double gap_cny = 0.0;               ///< all of it
    std::array<double, 12> month_cny{}; ///< of the gap: what can be dated
};

/// Works out block by block what the programme's blocks give to the bound at given prices, and what
/// a schedule's plants leave of it.
class Blocks {
public:
    /// All references outlive it. joint: plants that count together, whose heat has no price; their
    /// bounds stand under the power block. schedule and costs: null where there is no schedule.
    Blocks(const model::Context& context, const PricedRows& rows, const Prices& prices,
           const InnerPrices& inner, std::span<const JointBound> joint,
           const grid::Schedule* schedule, const verify::Costs* costs);

    /// The k-th block of the programme. Adds to `given` (channels x hours) what the schedule's
    /// plants of the block give. Throws Error (infeasible) where the block has no plan.
    [[nodiscard]] Part evaluate(std::size_t block, std::vector<double>& given) const;
    /// The rows' parts by family, those of contracts that lines keep as "hvdc": prices times
    /// limits, and what `given` of the whole programme leaves.
    [[nodiscard]] std::map<std::string, Part> rows(const std::vector<double>& given) const;
    [[nodiscard]] const std::vector<model::BlockId>& ids() const { return ids_; }
    /// Whether a line takes care of a contract itself.
    [[nodiscard]] bool keeps_contract(std::size_t block) const;
    /// Under which name a block's part is added up.
    [[nodiscard]] std::string kind(std::size_t block) const;

private:
    /// The joint bound that a block is part of; null: none.
    [[nodiscard]] const JointBound* joint_of(model::BlockId id) const;
    [[nodiscard]] double cost_of(model::BlockId id) const;

    const model::Context& context_;
    const PricedRows& rows_;
    const Prices& prices_;
    const InnerPrices& inner_;
    std::span<const JointBound> joint_;
    const grid::Schedule* schedule_;
    const verify::Costs* costs_;
    std::vector<model::BlockId> ids_;
    LineContracts contracts_;
    std::vector<int> cascade_; ///< of each reservoir
};

} // namespace longyang::certify
