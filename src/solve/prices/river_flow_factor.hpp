#pragma once

// Internal to solve/prices: the matrix of a cascade's water balances.

#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// The water balances of all reservoirs and hours, factorised (PE-28). Hours of a reservoir are
/// counted by when water from it reaches the mouth, so that a release arrives within its hour,
/// whose balances are a tree; hours follow one another through what is stored.
class FlowFactor {
public:
    FlowFactor(const lp::River& river, std::size_t hours);
    /// The matrix, reservoirs x hours: its diagonal; less that, what binds a balance to the next
    /// hour's (`stored`) and to the one where its release arrives (`released`).
    void factorise(std::span<const double> diagonal, std::span<const double> stored,
                   std::span<const double> released);
    /// reservoirs x hours both.
    void solve(std::span<const double> right, std::span<double> left);

private:
    [[nodiscard]] std::ptrdiff_t hour(std::size_t step, std::size_t r) const {
        return static_cast<std::ptrdiff_t>(step) - shift_[r];
    }
    [[nodiscard]] bool within(std::ptrdiff_t t) const {
        return t >= 0 && t < static_cast<std::ptrdiff_t>(hours_);
    }

    std::size_t count_, hours_, steps_ = 0;
    std::vector<int> downstream_;
    std::vector<std::ptrdiff_t> shift_; ///< of a reservoir's hours
    std::vector<double> inverse_;       ///< steps x reservoirs x reservoirs
    std::vector<double> stored_;        ///< steps x reservoirs, to the next step
    std::vector<double> part_;          ///< steps x reservoirs
};

} // namespace longyang::solve::prices::river
