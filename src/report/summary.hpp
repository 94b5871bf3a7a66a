#pragma once

#include "results/read.hpp"

#include <string>

namespace longyang::report {

/// A run in the terminal: what it cost and how far that can be from the best, energy, curtailment,
/// export, loading, emissions, prices, shortfalls, limits and times. Plain text, about 100 columns
/// wide where the case has up to six regions; rows and tables of zeros are left out, "-" stands
/// where the run did not get to a figure.
[[nodiscard]] std::string summary(const results::Stored& stored);

} // namespace longyang::report
