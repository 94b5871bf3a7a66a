#pragma once

#include "caseio/imports/egret/convert.hpp"
#include "caseio/imports/made_case.hpp"

#include <string>

namespace longyang::caseio::imports::egret {

/// Reads the model data `file` and writes the case folder `folder`, as write_case does. On this
/// rank alone. Throws Error: (file) where the file cannot be read or the folder not be written;
/// (faulty_case) with all faults of the file.
[[nodiscard]] Imported import_case(const std::string& file, const std::string& folder,
                                   const Choices& choices);

} // namespace longyang::caseio::imports::egret
