#pragma once

#include "results/read.hpp"

#include <string>
#include <vector>

namespace longyang::report {

struct Comparison {
    bool identical = true;
    /// One line a difference: what, how many values, where and by how much most. Lines that begin
    /// with "note: " do not count as differences.
    std::vector<std::string> lines;
};

/// Compares two results: every dataset, and what of the header says what was computed (case, span,
/// status, options). Rows of a table belong together by their names, which are told where only one
/// has them; what has no names, by place. Numbers differ where |a - b| > atol + rtol max(|a|, |b|);
/// NaN equals NaN.
/// Left out: when, where to and on how many ranks and threads it was computed, times by stage, the
/// forecast, what a restart goes on from. Another program version, commit or library is a note, and
/// so is another order of names. Throws Error (usage) for tolerances that are no numbers of 0 or
/// more, (file) where a file cannot be read.
[[nodiscard]] Comparison compare_results(const results::Stored& a, const results::Stored& b,
                                         double rtol = 1e-6, double atol = 1e-6);

} // namespace longyang::report
