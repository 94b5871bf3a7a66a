#pragma once

#include "caseio/imports/json_place.hpp"
#include "caseio/imports/made_case.hpp"

#include <string>

/// Model data of Egret (JSON with "elements" and "system"), as Prescient writes it too.
namespace longyang::caseio::imports::egret {

/// What the user may choose.
struct Choices {
    int chords = 2; ///< of a polynomial cost, as many as Egret takes
    int year = 2030;
};

/// Turns model data into a case whose first hours are those of the file:
///
/// - one region `system`; buses, branches, interfaces (sections) and contingencies keep their
///   names; what is out of service is left out, as Egret does;
/// - loads keep their names; with a price one row for each price, whose value of lost load it is;
/// - thermal generators are single units with the state before the span; costs become heat curves
///   of a fuel `cost` (one of the file's currency is one CNY), start-up costs start tiers;
/// - other generators are renewables, with a least output must-run rows of thermal without cost;
/// - reserve_requirement is a spinning requirement by hour; storages keep their names.
///
/// What does not fit is told in `faults`; the case is of no use then.
[[nodiscard]] MadeCase convert(const std::string& file, const nlohmann::json& root,
                               const Choices& choices, JsonFaults& faults);

} // namespace longyang::caseio::imports::egret
