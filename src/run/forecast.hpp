#pragma once

#include "lp/flat.hpp"
#include "results/content.hpp"

namespace longyang::run {

/// Memory of the rank that solves and time of the whole run, before anything is solved. From runs
/// of northwest 2030, one day and three days, relaxed and integer (docs/decisions.md: forecast).
[[nodiscard]] results::Forecast forecast(const lp::Size& size, bool relaxed);

/// Largest memory that this process has used, MB.
[[nodiscard]] double memory_used_mb();

} // namespace longyang::run
