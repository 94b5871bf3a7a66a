#pragma once

// Internal to solve/prices: how far continuous plants go towards their answers.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/recovery/rows.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::recovery {

/// Moves storages, rivers and lines one at a time, each as far towards its answer as asking prices
/// that follow allow (PE-55).
class Moves {
public:
    /// channels: of the programme.
    Moves(std::size_t channels, std::size_t hours);

    /// plan goes towards answer as far as that costs less than it earns, over each stretch of hours
    /// between two at whose ends both hold the same energy; what it gives then is added to the
    /// rows, whose asking prices follow. Values of energy and water go by the share of_values.
    void move(const lp::OracleData& data, const lp::BlockPlan& answer, double of_values,
              FollowingPrices& rows, lp::BlockPlan& plan);

private:
    void find_change(const lp::OracleData& data, const lp::BlockPlan& from,
                     const lp::BlockPlan& to);
    void add_plan(const lp::OracleData& data, const lp::BlockPlan& plan, double sign);
    [[nodiscard]] std::span<const FollowingPrices::Change> changes(std::size_t begin,
                                                                   std::size_t end) const;
    [[nodiscard]] double best_share(std::size_t begin, std::size_t end,
                                    const FollowingPrices& rows) const;

    std::size_t hours_;
    std::vector<double> given_;    ///< channels x hours, 0 between calls
    std::vector<int> channel_;     ///< of the plant
    std::vector<double> change_;   ///< its channels x hours
    std::vector<double> cost_cny_; ///< per hour, of the change
    std::vector<double> share_of_hour_;
    std::vector<FollowingPrices::Change> changes_;
};

} // namespace longyang::solve::prices::recovery
