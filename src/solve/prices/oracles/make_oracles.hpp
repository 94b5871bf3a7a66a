#pragma once

#include "base/comm.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/level_oracle.hpp"
#include "solve/prices/oracles/oracle.hpp"

#include <span>
#include <vector>

namespace longyang::solve::prices {

struct OracleSet {
    std::vector<Oracle> oracles;
    std::vector<char> handled; ///< per row of the coupling, the same on all ranks: see PriceEngine
};

/// Oracles for a rank's own blocks: special ones side by side with those of their kind, the general
/// one for a block without compact data. A line takes over its contract where the contract's amount
/// is on the same rank.
///
/// data      of each own block
/// blocks    the same blocks as columns and rows; read where a block's data are none
/// integer   whether the general oracle keeps integrality (the special ones always do)
/// Collective.
[[nodiscard]] OracleSet make_oracles(const Comm& comm, const lp::Coupling& coupling,
                                     std::vector<lp::OracleData> data,
                                     std::span<const lp::Block> blocks, bool integer,
                                     const LevelSettings& level_settings = {});

} // namespace longyang::solve::prices
