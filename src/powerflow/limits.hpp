#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::powerflow {

/// A limit of a branch or section that is not kept in an hour (DC-8).
struct LimitViolation {
    enum class Kind { branch, section };
    Kind kind = Kind::branch;
    int item = 0; ///< row in System::branches or System::sections
    int hour = 0;
    int side = 1; ///< +1: the upper limit (from -> to, forward); -1: the lower one
    double flow_mw = 0.0;
    double limit_mw = 0.0; ///< of that side, with its sign

    /// How far beyond the limit, > 0.
    [[nodiscard]] double excess_mw() const { return side * (flow_mw - limit_mw); }
};

/// What counts as a violation and how many are wanted.
struct Search {
    double tolerance_mw = 0.0;    ///< an excess up to this is none; >= 0
    std::size_t max_per_hour = 0; ///< the worst of each hour; 0: all
};

/// Flows of all hours and the limits they do not keep.
struct FlowCheck {
    std::vector<double> branch_mw;          ///< rows of this rank's factors x hours
    std::vector<double> section_mw;         ///< all sections x hours, whole on every rank
    std::vector<LimitViolation> violations; ///< worst first, of all ranks, the same on every rank
    long long found = 0;                    ///< all of them, also those beyond max_per_hour
};

/// Flows by branch_flows (DC-6), section flows (DC-7: every rank adds its branches' parts, summed
/// in rank order) and the violated limits of both (DC-8). A branch with rating 0 has no limit;
/// branches that no rank holds a row for are not monitored. Collective.
///
/// factors       this rank's rows; all members of sections must be held by some rank
/// hours         the same on all ranks
/// injection_mw  buses x hours, this rank's part, see branch_flows
///
/// Throws Error (defect) where a size does not fit or a section's member is held by no rank,
/// (numerical) where a flow is not a number.
[[nodiscard]] FlowCheck check_flows(const Comm& comm, const Network& network,
                                    const ShiftFactors& factors, const grid::System& system,
                                    std::size_t hours, std::span<const double> injection_mw,
                                    Search search);

/// A section's flow as a pattern over injections: flow = offset + sum of value x injection (DC-7).
struct SectionPattern {
    std::vector<double> value; ///< per bus
    double offset_mw = 0.0;
};
/// The signed sum of the rows of a section's members, gathered from their owners. Collective;
/// `section` is the same on all ranks. Throws Error (defect) where a member is held by no rank.
[[nodiscard]] SectionPattern section_pattern(const Comm& comm, const Network& network,
                                             const ShiftFactors& own, const grid::System& system,
                                             int section);

} // namespace longyang::powerflow
