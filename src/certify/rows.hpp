#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "results/content.hpp"

#include <span>
#include <string>
#include <vector>

namespace longyang::certify {

/// The coupling rows of a results file, put together anew from the case: limits are the case's,
/// only which limits of the network entered, and the prices, are the file's.
struct PricedRows {
    lp::Coupling coupling;
    std::vector<double> price;       ///< per row, CNY per unit
    std::vector<char> of_line;       ///< per row: not 0 where a line keeps it at a price of its own
    std::vector<std::string> faults; ///< where rows of the file are not those of the case, in words
    /// Rows of security whose limits follow from a schedule: the bound is of the programme with
    /// them. Weights and limits of those of lines and stations (SE-15, SE-16) are the file's; of
    /// those for voltages (AC-11) the limits are, of those with schemes (N1-9) neither is.
    long long of_schedule = 0;
};

/// The schedule of the file, at which rows with schemes are laid.
struct StoredSchedule {
    const grid::Schedule& schedule;
    const grid::HourTable& branch_mw; ///< flows, branches x hours
};

/// Factorises the network for the shift factors of the limits. Collective; the same on all ranks,
/// which bring the same `stored`. schedule: null where the file has none; the limits of rows with
/// schemes (N1-9) are then the file's. security_cny_per_mwh: at which the run was to break rows of
/// security; a context without security has none of them.
[[nodiscard]] PricedRows priced_rows(const Comm& comm, const model::Context& context,
                                     const results::RowPrices& stored,
                                     const StoredSchedule* schedule, double security_cny_per_mwh);

/// Price of every channel in every hour, channels x hours: the sum over the rows that cover it.
[[nodiscard]] std::vector<double> prices_of_channels(const PricedRows& rows);

/// What a row adds to the dual value (PE-2): its price times the limit that it pulls at.
[[nodiscard]] double value_of_row(const lp::CouplingRow& row, double price);

/// Sum over a row's hours and channels of what is given; given: channels x hours.
[[nodiscard]] double sum_of_row(const lp::Coupling& coupling, const lp::CouplingRow& row,
                                std::span<const double> given);

} // namespace longyang::certify
