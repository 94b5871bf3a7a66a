#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "solve/prices/oracles/make_oracles.hpp"

#include <functional>
#include <vector>

/// A span of a system as blocks and coupling rows, solved by HiGHS, for tests of the engine by
/// prices and for its benchmark.
namespace longyang::testing {

struct CaseProgramme {
    std::vector<model::BlockId> ids;
    std::vector<lp::Block> blocks; ///< all of them, in order
    lp::Coupling coupling;    ///< with the limits of the network that bind the relaxed schedule
    double relaxed_cny = 0.0; ///< optimal cost without integrality
    double relaxed_s = 0.0;   ///< HiGHS's time for it, all rounds of limits
};

/// Throws Error (infeasible) where there is no schedule.
[[nodiscard]] CaseProgramme case_programme(const Comm& comm, const grid::System& system,
                                           grid::Span span);

/// Oracles of this rank's blocks (dealt out by number, contracts with their lines): special ones
/// for the kinds that `special` names, otherwise the general one.
[[nodiscard]] solve::prices::OracleSet
price_blocks(const Comm& comm, const grid::System& system, grid::Span span,
             const CaseProgramme& programme, bool integer,
             const std::function<bool(model::Kind)>& special);

/// HiGHS's best cost with integrality, to a relative gap.
[[nodiscard]] double integer_cny(const CaseProgramme& programme, double gap, double time_limit_s);

} // namespace longyang::testing
