#pragma once

#include "base/comm.hpp"
#include "model/blocks.hpp"
#include "powerflow/limits.hpp"
#include "results/content.hpp"
#include "run/grid_factors.hpp"
#include "run/journal.hpp"
#include "run/limit_rows.hpp"
#include "run/run_study.hpp"
#include "run/study.hpp"
#include "verify/verify.hpp"

#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// What an engine found, in the terms of the case.
struct Answer {
    grid::Schedule schedule;              ///< this rank's rows
    std::vector<double> own_injection_mw; ///< of this rank's plants, buses x hours
    std::vector<std::pair<std::string, double>> cost_parts_cny; ///< whole
    std::vector<double> columns;    ///< from which a restart goes on; on the root, may be empty
    std::vector<double> row_dual;   ///< of the first rows of the coupling, whole; may be empty
    double broken_limits_cny = 0.0; ///< rows that may be broken at a price, whole
};

/// What the results file holds of an answer: schedule, flows, prices, limits, costs. Tables without
/// a shape and no figures where there is none (null). Collective.
[[nodiscard]] results::Content record(const Comm& comm, const model::Context& context,
                                      const lp::Coupling& coupling,
                                      const std::vector<Limit>& limits, const Answer* answer,
                                      const GridFactors& grid, const powerflow::FlowCheck* flows);

/// The checker's findings.
void record_report(const verify::Report& report, results::Content& content);

/// How the run ended, with what it was asked and what it took. Collective.
void record_end(const Comm& comm, const Request& request,
                const std::vector<std::pair<std::string, std::string>>& options, Outcome& outcome,
                const Journal& journal);

} // namespace longyang::run
