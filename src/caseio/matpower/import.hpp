#pragma once

#include "caseio/fault.hpp"
#include "caseio/matpower/convert.hpp"

#include <string>
#include <vector>

namespace longyang::caseio::matpower {

/// What an import did.
struct Imported {
    std::vector<std::string> notes; ///< what has no counterpart, one line a kind
    std::vector<Fault> faults;      ///< that the made case still has; it was written
};

/// Reads the MATPOWER case `file` and writes the case folder `folder` (made where there is none;
/// an import that lies there is overwritten). On this rank alone.
/// Throws Error: (file) where the file cannot be read, the folder cannot be written, or holds a
/// case that was not imported or CSV files that are not of this import; (faulty_case) with all
/// faults of the file.
[[nodiscard]] Imported import_case(const std::string& file, const std::string& folder,
                                   const Choices& choices);

} // namespace longyang::caseio::matpower
