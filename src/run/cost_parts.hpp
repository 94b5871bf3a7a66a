#pragma once

#include "base/comm.hpp"
#include "lp/block.hpp"
#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longyang::run {

/// A solution's cost by what it is paid for.
class CostParts {
public:
    CostParts();
    /// Throws Error (defect) for a family with a cost that belongs to no part.
    void add(const lp::Block& block, std::span<const double> columns);
    /// The same of a block with compact data, whose plan costs cny in all. `kind_word`: of the
    /// block's kind, as "thermal".
    void add(std::string_view kind_word, const lp::OracleData& data, const lp::BlockPlan& plan,
             double cny);
    /// Name and CNY of every part, summed over the ranks. Collective.
    [[nodiscard]] std::vector<std::pair<std::string, double>> whole(const Comm& comm) const;

private:
    std::vector<double> cny_;
};

} // namespace longyang::run
