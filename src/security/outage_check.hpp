#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/network.hpp"
#include "security/contingencies.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::security {

/// The highest loading of an hour, of the intact network and after all contingencies.
struct WorstHour {
    double loading = 0.0; ///< |flow| over the rating after an outage
    double flow_mw = 0.0;
    int branch = -1;      ///< row in System::branches; -1: no branch has a rating
    int contingency = -1; ///< place in Contingencies::list; -1: the intact network
};

/// A rating that a contingency breaks (N1-5).
struct OutageViolation {
    int contingency = 0;
    int branch = 0;
    int hour = 0;
    double flow_mw = 0.0;
    double limit_mw = 0.0; ///< with the flow's sign

    /// How far beyond the rating, > 0.
    [[nodiscard]] double excess_mw() const {
        return flow_mw > limit_mw ? flow_mw - limit_mw : limit_mw - flow_mw;
    }
};

/// What one contingency does over all hours.
struct ContingencyFinding {
    long long found = 0;    ///< pairs of branch and hour whose rating it breaks
    double excess_mw = 0.0; ///< the largest of them
    int parts = 1;          ///< into which it splits its island
    /// In parts without anything that could balance them (N1-3); the most of any hour.
    int dead_buses = 0;
    double imbalance_mw = 0.0; ///< the largest that a part has to take up in any hour
};

/// The worst of one branch over all hours.
struct WorstOfBranch {
    double loading = 0.0; ///< 0 where it has no rating
    double flow_mw = 0.0; ///< of that loading; the largest flow where it has no rating
    int hour = 0;
    int contingency = -1;
};

struct OutageCheck {
    std::vector<WorstHour> by_hour;
    std::vector<OutageViolation> worst_first; ///< at most `max_per_hour` of an hour
    long long found = 0;                      ///< all triples of contingency, branch and hour
    std::vector<long long> found_by_hour;
    std::vector<ContingencyFinding> by_contingency;
    std::vector<WorstOfBranch> by_branch; ///< empty unless asked for
    std::vector<double> action_mw;        ///< actions x hours, see security::action_mw
    long long triples = 0;                ///< contingencies x branches x hours that were decided
};

struct OutageOptions {
    double tolerance_mw = 1e-3;    ///< an excess up to this is none
    std::size_t max_per_hour = 10; ///< violations kept of an hour, its worst; 0: all
    bool actions = true;           ///< corrective actions are taken
    bool by_branch = false;
    std::size_t factor_bytes = std::size_t{1} << 28U; ///< most memory for factors at a time
};

/// All contingencies in every hour, exactly (N1-1 to N1-7). Every rank looks at the branches whose
/// from bus it owns; the answer is the same on every rank. Factors stand in memory for as many
/// branches at a time as `factor_bytes` allows; nothing grows with contingencies x branches x
/// hours. Hours with other capacity (capacity_spans) have factors of their own. Collective.
///
/// owner_of_bus    rank of each bus
/// span            the hours
/// injection_mw    buses x hours, this rank's part (see powerflow::branch_flows), balanced on every
///                 island
/// power_mw        actions x hours, this rank's part, from scheduled_power_mw
///
/// Throws Error (defect) where a size does not fit, (numerical) where a flow is not a number or an
/// outage leaves a singular network.
[[nodiscard]] OutageCheck check_outages(const Comm& comm, const powerflow::Network& network,
                                        std::span<const int> owner_of_bus,
                                        const grid::System& system, const Contingencies& all,
                                        grid::Span span, std::span<const double> injection_mw,
                                        std::span<const double> power_mw,
                                        const OutageOptions& options);

} // namespace longyang::security
