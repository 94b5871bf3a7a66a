#pragma once

#include "caseio/imports/made_case.hpp"
#include "caseio/imports/rts_gmlc/series.hpp"
#include "caseio/imports/rts_gmlc/source.hpp"

#include <string>

namespace longyang::caseio::imports::rts_gmlc {

/// Turns data without faults into a case of the day-ahead year:
///
/// - areas become regions, buses and branches keep their names; one $ is one CNY;
/// - STEAM, CT, CC, NUCLEAR: rows of thermal of one unit with heat curve and start tiers;
/// - HYDRO, ROR, PV, RTPV, WIND: rows of renewables; where PMin MW has the same series as PMax MW
///   (hydro, RTPV) all of it is to be taken, and what is not costs;
/// - CSP: a power block with its heat store; STORAGE: pumped hydro; SYNC_COND: condensers;
/// - the DC line becomes a link that carries up to its MW Load either way;
/// - load of an area is shared out by its buses' MW Load;
/// - reserve products of a direction add up; those of several areas are shared out by load.
///
/// `agreement`: the data use agreement, kept in the case's README.
[[nodiscard]] MadeCase convert(const Source& source, const Series& series,
                               const std::string& agreement);

} // namespace longyang::caseio::imports::rts_gmlc
