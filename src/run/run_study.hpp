#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "run/options.hpp"

#include <string>
#include <vector>

namespace longyang::run {

struct Request {
    std::string case_folder;
    std::vector<GivenOption> given; ///< on the command line
    std::string command_line;       ///< for the record
};

/// Runs a case from reading to writing its results file: one stage
/// after the other. Collective. Throws Error; returns ok, limit (partial results were written),
/// checkpoint (the same after a signal) or numerical (results were written, but the checker found
/// breaches).
[[nodiscard]] Exit run_study(const Comm& comm, const Request& request);

} // namespace longyang::run
