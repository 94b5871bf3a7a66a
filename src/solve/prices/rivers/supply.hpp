#pragma once

// Internal to solve/prices: what water there can be in a reservoir.

#include "lp/oracle_data.hpp"

#include <cstddef>
#include <vector>

namespace longyang::solve::prices::river {

/// The most that a reservoir can hold, whatever those above it send (PE-84).
struct Supply {
    /// Per hour, hm3, where nothing is missing to its least release; empty: not known.
    std::vector<double> most_hm3;
    /// Of a shortfall of the least release, hm3: how much is let pass, and what more of it costs at
    /// half of its price, CNY. Both 0 where no release is asked for.
    double passed_hm3 = 0.0, passed_cny = 0.0;
};

[[nodiscard]] Supply supply_of(const lp::River& river, std::size_t reservoir, std::size_t hours);

} // namespace longyang::solve::prices::river
