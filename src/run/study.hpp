#pragma once

#include "base/error.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/limits.hpp"
#include "results/content.hpp"
#include "run/options.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// What stays the same from the case to the results.
struct Study {
    RunOptions options;
    std::vector<std::pair<std::string, std::string>> in_force; ///< options as text
    std::vector<std::string> words;                            ///< how the case was changed
    grid::System system;
    grid::Span span;
};

/// What an engine made of a study.
struct Outcome {
    results::Content content;                  ///< schedule, flows, prices, limits, certificate
    std::optional<powerflow::FlowCheck> flows; ///< of the schedule; nothing where there is none
    bool relaxed = false;                      ///< units and levels may be fractions
    Exit end = Exit::ok;
    std::string end_words; ///< why it ended early
};

} // namespace longyang::run
