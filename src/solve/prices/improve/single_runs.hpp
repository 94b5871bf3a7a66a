#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <functional>
#include <span>

namespace longyang::solve::prices {

/// Whether a single unit may be on and off like that (TH-2 to TH-4). on: per hour.
[[nodiscard]] bool may_run_so(const lp::UnitGroup& group, std::span<const char> on);

struct SingleRunSettings {
    DispatchSettings dispatch;
    /// Whether a schedule of that cost that keeps all rows is good enough.
    std::function<bool(double cost_cny)> enough;
    /// Whether to stop, whatever there is; may be empty.
    std::function<bool()> stop = {};
    /// Of all dispatches together: what days try in full is some tens of trials of a year.
    long most_hours = 1'000'000;
};

/// Tries runs of single units that are left out, begin or end earlier or later (PE-89), each by a
/// dispatch of the whole span, and keeps what makes `best` cheaper, until nothing does. Gives the
/// number of dispatches. row_price: as for Dispatcher::run.
long try_single_runs(Dispatcher& dispatcher, std::span<const lp::OracleData> blocks,
                     std::span<const double> row_price, const SingleRunSettings& settings,
                     Dispatch& best);

} // namespace longyang::solve::prices
