#pragma once

#include "grid/tables.hpp"

#include <span>

namespace longyang::grid {

/// SV-6. Takes branches out of a system, with the rows that refer to them: members of sections and
/// contingencies, these with their actions. Sections stay, be it without any branch. Row numbers of
/// what is behind change.
/// out: per branch, not 0 for those that go; empty: none does.
void leave_out_branches(System& system, std::span<const char> out);

} // namespace longyang::grid
