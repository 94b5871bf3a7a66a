#pragma once

#include "caseio/imports/json_place.hpp"
#include "caseio/imports/made_case.hpp"

#include <string>

/// Instances of UnitCommitment.jl (JSON, format versions 0.3 and 0.4, unpacked).
namespace longyang::caseio::imports::unitcommitment_jl {

/// Turns an instance into a case whose first hours are its own:
///
/// - one region `system`; buses, lines and contingencies keep their names, x_pu is 1 / susceptance;
/// - loads `load_<bus>`; price-sensitive ones a row for each price, whose value of lost load it is;
/// - thermal generators are single units with the state before the span; costs become heat curves
///   of a fuel `cost` (1 $ is one CNY), start-up costs start tiers;
/// - profiled generators are renewables, with a least output must-run rows of thermal;
/// - a spinning reserve is a requirement by hour, held by those that are eligible.
///
/// What does not fit is told in `faults`; the case is of no use then.
[[nodiscard]] MadeCase convert(const std::string& file, const nlohmann::json& root,
                               JsonFaults& faults);

/// Reads the instance `file` and writes the case folder `folder`, as write_case does. On this rank
/// alone. Throws Error: (file) where the file cannot be read or the folder not be written;
/// (faulty_case) with all faults of the file.
[[nodiscard]] Imported import_case(const std::string& file, const std::string& folder);

} // namespace longyang::caseio::imports::unitcommitment_jl
