#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"

#include <span>
#include <string>
#include <vector>

/// The separate checker: walks a schedule plant by plant and bus by bus with equations of its own,
/// written from docs/theory, without looking at lp or model.
namespace longyang::verify {

/// One rule that a schedule breaks.
struct Breach {
    std::string rule; ///< the equation's tag and its name: "TH-2 minimum time on", "NW-1 balance"
    std::string item; ///< name of the plant, bus, branch, ...
    int hour = -1;    ///< of the span; -1: the whole span
    double found = 0.0;
    double limit = 0.0;
    double relative = 0.0; ///< |found - limit| / max(1, |limit|, scale of the quantity)
    std::string unit;
};

struct Settings {
    double tolerance = 1e-5; ///< relative; a breach is larger
    bool whole_units = true; ///< units, levels and head segments are whole (not in a relaxed run)
    int most = 1000;         ///< breaches kept, the largest ones
    double flow_tolerance_mw =
        0.0; ///< a flow beyond its limit by no more is no breach of NW-2, NW-3
};

/// Cost of a schedule by row of the case's tables, CNY.
struct Costs {
    std::vector<double> thermal, renewables, reservoirs, hydro, pumps, storages, hvdc, loads,
        flexible_loads, reserves, contracts, targets, emission_caps;
};

struct Report {
    std::vector<Breach> breaches; ///< largest first, of all ranks, on every rank
    long long found = 0;          ///< all of them
    double worst = 0.0;           ///< largest relative deviation seen, breach or not
    long long checks = 0;         ///< comparisons made
    double cost_cny = 0.0;        ///< of the schedule, worked out from the tables alone
    Costs costs;                  ///< the same by row, whole on every rank
    double charged_while_discharging_mwh = 0.0; ///< by storages, in the same hour; no breach
};

/// Flows of all monitored branches, as rows of this rank.
struct Flows {
    std::vector<int> branch;            ///< rows this rank holds, ascending
    std::span<const double> branch_mw;  ///< rows x hours
    std::span<const double> section_mw; ///< all sections x hours, the same on all ranks
};

/// Checks what this rank owns and joins the findings. Collective. The report is the same on every
/// rank, and its cost does not depend on the number of ranks.
///
/// A bus is checked against its branches' flows, and a loop of branches against DC-1, where all of
/// them are monitored. Throws Error (defect) where a table of the schedule or the flows has the
/// wrong shape.
[[nodiscard]] Report check_schedule(const Comm& comm, const grid::System& system,
                                    const partition::Owners& owners, const grid::Schedule& schedule,
                                    const Flows& flows, const Settings& settings);

} // namespace longyang::verify
