#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// Security of a dispatch: what the loss of network elements does to it, hour by hour. Equations
/// N1-1 ... are those of docs/theory/contingencies.md.
namespace longyang::security {

/// Branches that are lost together.
struct Contingency {
    std::string name; ///< of its row in contingencies.csv, else of the branch
    int branch = 0;
    int second_branch = -1; ///< -1: `branch` alone
};

/// What a protection scheme does at once after a contingency (N1-7).
struct Action {
    enum class Kind { run_back, trip };
    enum class From { hvdc, thermal, hydro, renewables, storages };
    int contingency = 0;
    Kind kind = Kind::run_back;
    From from = From::hvdc; ///< table of what is changed
    int item = 0;           ///< row in it
    int bus = 0;
    double amount_mw = 0.0; ///< at most
    double arm_above_mw = 0.0;
};

struct Contingencies {
    std::vector<Contingency> list;
    std::vector<Action> actions; ///< of one contingency one after the other
};

/// The outage of each branch alone, in the order of the branches, then the pairs of
/// contingencies.csv in its order; with what contingency_actions.csv allows after them. Throws
/// Error (faulty case) where an action names nothing that is there.
[[nodiscard]] Contingencies contingencies(const grid::System& system);

/// Who takes up an imbalance in an hour of the year: capacity in MW of thermal plants, hydro
/// stations and storages (discharge) at each bus (N1-3), of those that are in service there.
[[nodiscard]] std::vector<double> capacity_shares(const grid::System& system, int hour_of_year);

/// Hours [begin, end) of a span in which the same capacity takes up imbalances (N1-3).
struct CapacitySpan {
    int begin = 0, end = 0;
    std::vector<double> mw; ///< see capacity_shares
};
/// They follow each other and make up the span; one, where no plant with capacity enters or leaves
/// service within it.
[[nodiscard]] std::vector<CapacitySpan> capacity_spans(const grid::System& system, grid::Span span);

/// The place of an hour's.
[[nodiscard]] int capacity_at(std::span<const CapacitySpan> spans, int hour);

/// The columns of such hours of a table with rows of `hours` columns each.
template <class Value>
[[nodiscard]] std::vector<Value> hours_of(std::span<const Value> table, std::size_t hours,
                                          const CapacitySpan& of) {
    std::vector<Value> part;
    for (std::size_t row = 0; row + hours <= table.size(); row += hours) {
        const auto own = table.subspan(row + static_cast<std::size_t>(of.begin),
                                       static_cast<std::size_t>(of.end - of.begin));
        part.insert(part.end(), own.begin(), own.end());
    }
    return part;
}

/// Power in MW, >= 0, of what each action changes, as scheduled: actions x hours. This rank's part;
/// rows of other ranks' components are zero, as in the schedule.
[[nodiscard]] grid::HourTable scheduled_power_mw(const Contingencies& all,
                                                 const grid::Schedule& schedule);

/// What each action puts in at its bus, MW: a run-back its size, a trip minus its size, 0 where the
/// lost branches did not carry enough to arm it (N1-7): actions x hours.
///
/// branch_mw  flows before of all branches (or of those of the list at least) x hours, whole
/// power_mw   actions x hours, whole, see scheduled_power_mw
[[nodiscard]] std::vector<double> action_mw(const Contingencies& all, std::size_t hours,
                                            std::span<const double> branch_mw,
                                            std::span<const double> power_mw);

/// The rating of a branch after an outage in an hour of the year, MW: `rating_emergency_mw` or
/// `rating_mw`, times `rating_profile` (N1-5). 0: none.
[[nodiscard]] double emergency_rating_mw(const grid::System& system, std::size_t branch,
                                         int hour_of_year);

} // namespace longyang::security
