#pragma once

#include "base/comm.hpp"
#include "lp/block.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// A solution's cost by what it is paid for.
class CostParts {
public:
    CostParts();
    /// Throws Error (defect) for a family with a cost that belongs to no part.
    void add(const lp::Block& block, std::span<const double> columns);
    /// Name and CNY of every part, summed over the ranks. Collective.
    [[nodiscard]] std::vector<std::pair<std::string, double>> whole(const Comm& comm) const;

private:
    std::vector<double> cny_;
};

} // namespace longyang::run
