#pragma once

#include "caseio/imports/made_case.hpp"
#include "caseio/imports/matpower/network.hpp"
#include "caseio/imports/matpower/text.hpp"

namespace longyang::caseio::imports::matpower {

/// What the user may choose.
struct Choices {
    bool dc_lines = true; ///< false: leave mpc.dcline out, as MATPOWER does unless told otherwise
    int chords = 10;      ///< of a polynomial cost
    int year = 2030;
};

/// Turns a network without faults into a case:
///
/// - buses keep their number as name; isolated ones (type 4, or without a branch in service) are
///   left out with all that stands there;
/// - branches `branch_<row>`, those out of service left out; ratio 0 becomes 1;
/// - demand `load_<bus>`; negative active demand becomes a plant `import_<bus>` that gives it;
/// - shunts `shunt_<bus>`; a DC line `dcline_<row>` of dc_links, with two compensators
///   `dcline_<row>_from` and `_to` that hold the voltages;
/// - generators `gen_<row>`, one row of thermal and one of machines each; without active power a
///   condenser (machines only); with nothing but negative power a load; out of service an outage
///   of the whole year;
/// - costs become heat curves of a fuel `cost` (one of the file's currency is one CNY), start-up
///   costs start tiers;
/// - the file's dispatch goes to dispatch.csv, the reference bus to its slack_share.
[[nodiscard]] MadeCase convert(const Text& text, const Network& network, const Choices& choices);

} // namespace longyang::caseio::imports::matpower
