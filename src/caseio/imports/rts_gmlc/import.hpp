#pragma once

#include "caseio/imports/made_case.hpp"

#include <string>

namespace longyang::caseio::imports::rts_gmlc {

/// Reads the data in `source` and writes the case folder `folder`, as write_case does. On this rank
/// alone. Throws Error: (file) where data cannot be read or the folder not be written;
/// (faulty_case) with all faults of the data.
[[nodiscard]] Imported import_case(const std::string& source, const std::string& folder);

} // namespace longyang::caseio::imports::rts_gmlc
