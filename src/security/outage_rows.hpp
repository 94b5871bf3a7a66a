#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"
#include "security/contingencies.hpp"
#include "security/outage_check.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace longyang::security {

/// The flow of a branch after the loss of another one as a sum over injections (N1-8).
struct OutagePattern {
    int branch = 0, lost = 0;   ///< rows of branches.csv
    std::vector<double> factor; ///< per bus, to 2^-27
    double offset_mw = 0.0;     ///< flow without injections, by phase shifters
};

/// lower <= sum of factor x injection <= upper in an hour.
struct OutageRow {
    std::size_t pattern = 0;
    int hour = 0; ///< of the span
    double lower_mw = 0.0, upper_mw = 0.0;
};

/// The single outages of a list after which no scheme acts: those whose limits are linear in
/// injections.
[[nodiscard]] Contingencies plain_outages(const Contingencies& all);

/// Factors of a branch after the loss of another, which does not split the network: Phi_l + L_lk
/// Phi_k from rows of the PTDF (N1-1).
[[nodiscard]] OutagePattern outage_pattern(const powerflow::Network& network, int branch, int lost,
                                           std::span<const double> branch_row,
                                           std::span<const double> lost_row,
                                           double branch_offset_mw, double lost_offset_mw);

/// Rows for ratings that plain outages broke; the same on all ranks. A row once there stays.
class OutageRows {
public:
    /// All are read as long as the object lives. plain: from plain_outages.
    OutageRows(const Comm& comm, const powerflow::Network& network,
               const powerflow::ShiftFactors& factors, const grid::System& system,
               const Contingencies& plain);

    /// Rows for the violations of a check of `plain` that have none; patterns are made for the
    /// pairs of branches with the largest excess first, `most_patterns` in all. Collective.
    void look(const OutageCheck& check, grid::Span span, std::size_t most_patterns);

    [[nodiscard]] std::span<const OutagePattern> patterns() const { return patterns_; }
    [[nodiscard]] std::span<const OutageRow> rows() const { return rows_; }

private:
    void make_patterns(std::span<const std::pair<int, int>> pairs);

    const Comm& comm_;
    const powerflow::Network& network_;
    const powerflow::ShiftFactors& factors_;
    const grid::System& system_;
    const Contingencies& plain_;
    std::map<std::pair<int, int>, std::size_t> pattern_of_; ///< branch, lost
    std::set<std::pair<std::size_t, int>> known_;           ///< pattern, hour
    std::vector<OutagePattern> patterns_;
    std::vector<OutageRow> rows_;
};

} // namespace longyang::security
