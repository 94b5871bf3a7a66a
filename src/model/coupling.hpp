#pragma once

#include "lp/coupling.hpp"
#include "model/blocks.hpp"

#include <span>
#include <string>

namespace longyang::model {

/// Channels and the coupling rows that are always there: balance of every island and hour (NW-1),
/// reserve requirements (RE-1, RE-2), energy contracts of HVDC lines (CT-1), policy targets (PT-1
/// to PT-3), caps on emissions (PT-4) and energy limits (TH-16) over the part of each period that
/// lies in the span, heat of power blocks (TH-18), limits of connections (NW-4). Limits of branches
/// and sections are left out: they enter when they bind.
[[nodiscard]] lp::Coupling make_coupling(const Context& context);

/// Adds injections at all buses to a pattern, each times its bus's factor (those of 0 are left
/// out).
void add_injections(const Channels& channels, std::span<const double> factor, lp::Pattern& pattern);

/// Adds the pattern of a weighted sum of branch flows (one PTDF row, or a section's signed sum of
/// them) and gives its number. ptdf: per bus. tag NW-2 (branch) or NW-3 (section).
int add_flow_pattern(lp::Coupling& coupling, const Context& context, const std::string& tag,
                     const std::string& name, std::span<const double> ptdf);

/// Part of a contract's period that lies in a span.
struct ContractPeriod {
    int contract = 0;
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double low_mwh = 0.0, high_mwh = 0.0;
};
/// All of them, by contract, then by time. A span that covers part of a period owes its share by
/// hours.
[[nodiscard]] std::vector<ContractPeriod> contract_periods(const grid::System& system,
                                                           grid::Span span);

} // namespace longyang::model
