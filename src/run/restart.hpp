#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "results/read.hpp"
#include "run/grid_factors.hpp"
#include "run/options.hpp"
#include "run/programme.hpp"
#include "run/study.hpp"

#include <string>
#include <vector>

namespace longyang::run {

/// Throws Error (usage) where results are not of this case and span.
void require_same_run(const results::Stored& stored, const grid::System& system, grid::Span span);

/// Takes the network limits that an earlier run of the same case and span had found into the
/// programme, and gives the values of its columns (on the root; empty where the file holds no
/// schedule). Collective. Throws Error: file where it cannot be read, usage where it is of another
/// case or span.
[[nodiscard]] std::vector<double> restart_from(const Comm& comm, const std::string& path,
                                               const grid::System& system, grid::Span span,
                                               const GridFactors& grid, Programme& programme);

/// Whether the file that a run goes on from is its own output too and stays: it holds a schedule of
/// whole units, and the run got to none. Collective.
[[nodiscard]] bool keeps_older(const Comm& comm, const RunOptions& options, const Outcome& outcome);

} // namespace longyang::run
