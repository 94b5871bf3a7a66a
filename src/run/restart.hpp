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

/// Why the file that a run goes on from, its own output too, stays as it is; empty: it does not. It
/// stays where it holds a schedule of whole units and the run, stopped, got to none or to a dearer
/// one of the same task. Collective.
[[nodiscard]] std::string why_older_stays(const Comm& comm, const Study& study,
                                          const Outcome& outcome);

/// Whether results of some run stand there that hold a schedule. Collective.
[[nodiscard]] bool holds_schedule(const Comm& comm, const std::string& path);

} // namespace longyang::run
