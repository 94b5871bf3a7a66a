#pragma once

#include "base/comm.hpp"

#include <spdlog/spdlog.h>

namespace longyang {

/// Plain dated lines from the root only; `verbosity` 0 = warnings, 1 = stages, 2 = details.
void start_log(const Comm& comm, int verbosity);

} // namespace longyang
