#pragma once

#include "caseio/imports/cost_curves.hpp"
#include "caseio/imports/egret/convert.hpp"
#include "caseio/imports/egret/series.hpp"
#include "caseio/imports/json_place.hpp"
#include "caseio/imports/made_case.hpp"
#include "caseio/imports/span_profiles.hpp"

#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>

namespace longyang::caseio::imports::egret {

/// A case in the making.
struct Making {
    Making(std::size_t hours_of_file, const Choices& given)
        : hours(hours_of_file), choices(given), profiles(hours_of_file) {}

    std::size_t hours; ///< of the file's span
    const Choices& choices;
    Tables tables;
    Notes notes;
    SpanProfiles profiles;
    CostCurves curves;
    std::set<std::string> buses;
    /// By how much the cost of a run lies above Egret's total cost of the same schedule: a run
    /// counts what load not served and energy curtailed would have been worth, Egret less for what
    /// was served and taken.
    double above_egret = 0.0;
};

/// Whether an element is in service; notes one that is not, as it is left out.
[[nodiscard]] bool in_service(const JsonPlace& element, const std::string& name, Notes& notes);

/// The bus that the member `key` names; a fault where there is none of that name.
[[nodiscard]] std::string bus_of(const JsonPlace& element, const std::string& key,
                                 const Making& making);

/// Notes members of an element (or of the system) that nothing here reads.
void note_others(const JsonPlace& element, const std::string& kind,
                 std::initializer_list<const char*> read, Notes& notes);

/// Rows of thermal and renewables of the file's generators.
void write_generators(const JsonPlace& elements, Making& making);

} // namespace longyang::caseio::imports::egret
