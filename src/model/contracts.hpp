#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "model/coupling.hpp"

#include <span>

/// Energy contracts of HVDC lines and sections (CT-1, CT-2 of docs/theory/hvdc.md). Their periods
/// are listed by contract_periods (coupling.hpp).
namespace longyang::model {

/// What is missing to contract `item`, all its periods in the span.
void build_contract(const Context& context, int item, lp::Block& block);
/// Writes what is missing in each period and, for an HVDC line, the energy carried, which it adds
/// up from the schedule's powers: lines are read before contracts. Needs size_contract_rows. A
/// section's energy is that of its flows, which are known later.
void read_contract(const Context& context, int item, const lp::Block& block,
                   std::span<const double> values, grid::Schedule& schedule);

/// Fills the schedule's rows of contracts and periods with their hours and limits, and zeros for
/// what is missing and carried. The same on all ranks.
void size_contract_rows(const Context& context, grid::Schedule& schedule);

/// The line or section of a contract: a row of `hvdc` or `sections`. Throws Error (defect) where
/// there is none.
[[nodiscard]] int contract_target(const grid::System& system, int contract);

/// CT-1: patterns and rows of all HVDC lines' contracts.
void add_hvdc_contracts(lp::Coupling& coupling, const Context& context);

/// Hours [begin, end) of a span.
struct HoursOfSpan {
    int begin = 0, end = 0;
};

/// CT-2: rows of a section's contracts, of the periods that lie in `hours`, those of one network
/// (SV-6). pattern: of its flow there; offset_mw: its flow without any injections (phase shifters,
/// DC-5), which the pattern does not hold.
void add_section_contracts(lp::Coupling& coupling, const Context& context, int section, int pattern,
                           double offset_mw, HoursOfSpan hours);

} // namespace longyang::model
