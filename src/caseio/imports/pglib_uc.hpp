#pragma once

#include "caseio/imports/json_place.hpp"
#include "caseio/imports/made_case.hpp"

#include <string>

/// Unit commitment instances in the JSON format of pglib-uc (IEEE PES power grid library).
namespace longyang::caseio::imports::pglib_uc {

/// Turns an instance's bytes into a case of one bus:
///
/// - a thermal generator becomes a row of thermal of its name with one unit, its costs a heat curve
///   of a fuel `cost` (one of the file's currency is one CNY), its start-up costs start tiers;
/// - the demand becomes a load, less what renewable generators must give; what they may give beyond
///   that becomes renewables; the reserves one requirement by hour;
/// - [run] has the file's hours.
///
/// What does not fit the format is told in `faults`, and then nothing is made. `file` is its name
/// without folder.
[[nodiscard]] MadeCase convert(const std::string& file, const std::string& bytes,
                               JsonFaults& faults);

/// Reads the instance `file` and writes the case folder `folder`, as write_case does. On this rank
/// alone. Throws Error: (file) where the file cannot be read or the folder not be written;
/// (faulty_case) with all faults of the file.
[[nodiscard]] Imported import_case(const std::string& file, const std::string& folder);

} // namespace longyang::caseio::imports::pglib_uc
