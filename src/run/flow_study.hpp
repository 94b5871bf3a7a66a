#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "run/run_study.hpp"

namespace longyang::run {

/// Looks at a given dispatch, without any optimiser: the schedule of a results file, or the case's
/// own dispatch.csv. Runs one flow stage after the other and prints the worst hours of each.
/// Collective. Throws Error; returns ok, or numerical where an hour's power flow was not solved.
[[nodiscard]] Exit flow_study(const Comm& comm, const Request& request);

} // namespace longyang::run
