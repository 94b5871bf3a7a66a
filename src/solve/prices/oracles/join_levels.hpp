#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/level_oracle.hpp"

#include <span>
#include <vector>

namespace longyang::solve::prices {

/// A line's powers by block, MW, and what each block costs in all.
struct LevelWay {
    std::vector<double> power_mw, cny;
};

/// PE-53  Of two ways that limits of the line allow, one within its contract and one beyond it in
/// some periods, the cheapest that follows either up to a block of each period and the other one
/// from there on, within the contract as far as the first is. Never dearer than the first.
[[nodiscard]] std::vector<double> join_levels(const lp::LevelLine& line,
                                              const OwnContract& contract, const LevelWay& within,
                                              const LevelWay& beyond);

} // namespace longyang::solve::prices
