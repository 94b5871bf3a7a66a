#pragma once

#include "base/comm.hpp"
#include "model/blocks.hpp"
#include "powerflow/limits.hpp"
#include "results/content.hpp"
#include "run/grid_factors.hpp"
#include "run/journal.hpp"
#include "run/programme.hpp"
#include "run/run_study.hpp"
#include "verify/verify.hpp"

#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// What the results file holds of a solution: schedule, flows, prices, limits, costs. Zeros where
/// there is no solution (null). Collective.
[[nodiscard]] results::Content record(const Comm& comm, const model::Context& context,
                                      const Programme& programme,
                                      const Programme::Solution* solution, const GridFactors& grid,
                                      const powerflow::FlowCheck* flows);

/// The checker's findings.
void record_report(const verify::Report& report, results::Content& content);

/// How the run ended, with what it was asked and what it took. Collective.
void record_end(const Comm& comm, const Request& request,
                const std::vector<std::pair<std::string, std::string>>& options, Exit end,
                const std::string& end_words, bool relaxed, const Journal& journal,
                results::Content& content);

} // namespace longyang::run
