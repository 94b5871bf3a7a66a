#pragma once

#include "caseio/changes.hpp"
#include "caseio/table_text.hpp"

#include <vector>

namespace longyang::caseio {

/// Changes the tables; rows that refer to one that is left out go with it. What is wrong with a
/// change is told as a fault in its file.
[[nodiscard]] std::vector<AppliedChange> apply_changes(std::vector<TableText>& texts,
                                                       grid::CaseInfo& info,
                                                       const std::vector<Change>& changes,
                                                       std::vector<Fault>& faults);

} // namespace longyang::caseio
