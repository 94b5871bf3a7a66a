#pragma once

#include "base/comm.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/journal.hpp"
#include "run/stop.hpp"
#include "run/study.hpp"

#include <optional>
#include <string>

namespace longyang::run {

/// The span as one programme, solved by HiGHS: relaxed, then with whole units and levels; limits of
/// the network enter as they are violated. Collective. Throws Error (infeasible, numerical).
[[nodiscard]] Outcome solve_by_programme(const Comm& comm, const Study& study,
                                         const model::Context& context,
                                         const partition::Owners& owners, const GridFactors& grid,
                                         const Deadline& deadline, Journal& journal);

/// Why the span has no schedule, not even one with fractions of units, in words; nothing where it
/// has one, or where that is not told in time. Collective.
[[nodiscard]] std::optional<std::string>
why_no_schedule(const Comm& comm, const Study& study, const model::Context& context,
                const partition::Owners& owners, const GridFactors& grid, const Deadline& deadline,
                Journal& journal);

} // namespace longyang::run
