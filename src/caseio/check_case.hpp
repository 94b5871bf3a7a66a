#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "caseio/fault.hpp"
#include "caseio/read_case.hpp"
#include "grid/tables.hpp"

#include <string>
#include <vector>

namespace longyang::caseio {

/// Faults of meaning: what each cell may hold, but the case as a whole may not. NaN and references
/// of -1 (cells that could not be read) lead to no further faults. What is checked is listed by
/// topic in checks.hpp.
///
/// changed  it is another case with `set` or `without`: then load that no capacity can serve is no
///          fault but what is asked about, and is shed at its price, and there may be no load at
///          all
[[nodiscard]] std::vector<Fault> check_case(const grid::System& system, bool changed = false);

/// Faults of form, and those of meaning in rows that have none of form.
[[nodiscard]] std::vector<Fault> all_faults(const LoadedCase& loaded);

/// faulty_case; usage where a fault is one of the command line's changes.
[[nodiscard]] Exit exit_of(const std::vector<Fault>& faults);

/// Reads a case on the root, shares it, and parses and checks it on every rank. Throws Error (file)
/// or (faulty_case; usage where one is a change of the command line) with all faults in words, on
/// every rank. Collective.
[[nodiscard]] LoadedCase load_case(const Comm& comm, const std::string& folder,
                                   const std::vector<Change>& changes = {});

} // namespace longyang::caseio
