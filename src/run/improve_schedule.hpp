#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "run/flow_watch.hpp"
#include "run/journal.hpp"
#include "solve/prices/dispatch/dispatch.hpp"
#include "solve/prices/improve/window.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace longyang::run {

/// What a schedule is improved with; all but `watch` is read on the root.
struct Improvement {
    const lp::Coupling* coupling = nullptr;
    std::span<const lp::OracleData> blocks;
    std::span<const double> row_price; ///< of the first rows of the coupling
    /// Of the system, of every block: windows have the plants of one; empty: it is one.
    std::vector<int> part;
    int parts = 1; ///< on all ranks
    /// What else is to hold; of it the root's alone.
    std::vector<solve::prices::Held> held;
    std::function<std::vector<solve::prices::HourLimit>(std::size_t hour)> limits;
    const FlowWatch* watch = nullptr;
    std::size_t limits_per_hour = 0;
    int rounds = 0;
    /// So many more at most where hours' rows are still broken behind these.
    int rounds_to_mend = 0;
    /// Per hour of the span: windows with none that counts are left alone; empty: none is.
    std::vector<char> hours;
    /// Asked on every rank by itself between windows, and told how long its longest one so far has
    /// taken, s.
    std::function<bool(double)> stop;
    /// Told on the root what the schedule and broken limits cost; true: good enough.
    std::function<bool(double)> enough;
};

/// Makes a schedule cheaper window by window (PE-70), the windows of a list dealt to the ranks in
/// turn, so that the answer is the same on any number of them. schedule: the root's. Collective.
void improve_schedule(const Comm& comm, const Improvement& improvement, Journal& journal,
                      solve::prices::Dispatch& schedule);

} // namespace longyang::run
