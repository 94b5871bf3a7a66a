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
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace longyang::security {

/// Which flow a row is about.
struct OutageFlow {
    int branch = 0;      ///< row of branches.csv
    int contingency = 0; ///< place in Contingencies::list
    /// Per action of the contingency, in their order: a run-back that takes a line's power whole,
    /// so that what it brings goes with that power (N1-9).
    std::vector<char> follows;
    /// Place in the span's capacity_spans, whose plants take up imbalances; 0 where the outage
    /// leaves none (it splits nothing, and no scheme acts).
    int capacity = 0;

    bool operator==(const OutageFlow&) const = default;
    bool operator<(const OutageFlow& other) const {
        return std::tie(branch, contingency, follows, capacity) <
               std::tie(other.branch, other.contingency, other.follows, other.capacity);
    }
};

/// The flow of a branch after an outage as a sum over injections (N1-8) and powers of lines that
/// are run back whole (N1-9).
struct OutagePattern {
    OutageFlow flow;
    std::vector<double> factor; ///< per bus, to 2^-27
    double offset_mw = 0.0;     ///< flow without injections, by phase shifters
    std::vector<int> action;    ///< places in Contingencies::actions
    /// Per action: MW of flow by 1 MW that it puts in at its bus, to 2^-27.
    std::vector<double> action_factor;
};

/// lower <= sum of factor x injection (+ action_factor x power of a line) <= upper in an hour.
struct OutageRow {
    std::size_t pattern = 0;
    int hour = 0; ///< of the span
    double lower_mw = 0.0, upper_mw = 0.0;
};

/// The single outages of a list after which no scheme acts.
[[nodiscard]] Contingencies plain_outages(const Contingencies& all);
/// The others: pairs of branches, and outages that set off a scheme, with their actions.
[[nodiscard]] Contingencies listed_outages(const Contingencies& all);

/// Places of a contingency's actions.
[[nodiscard]] std::vector<int> actions_of(const Contingencies& all, int contingency);

/// As "branch x without y", "branch x without y and z", with ", line blocked" for each line that is
/// run back whole.
[[nodiscard]] std::string name_of(const grid::System& system, const Contingencies& all,
                                  const OutageFlow& flow);
/// The flow that has a name, of the first capacity; nothing where none has.
[[nodiscard]] std::optional<OutageFlow>
flow_of_name(const grid::System& system, const Contingencies& all, std::string_view name);

/// Patterns of flows after outages in a span, which may split the network (N1-3). Collective; all
/// arguments but `own` are the same on all ranks.
[[nodiscard]] std::vector<OutagePattern>
outage_patterns(const Comm& comm, const powerflow::Network& network,
                const powerflow::ShiftFactors& own, const grid::System& system,
                const Contingencies& all, grid::Span span, std::span<const OutageFlow> wanted);

/// What the flow after an outage has beside the pattern's sum in hour `hour` of a schedule: phase
/// shifters, and what schemes do there less what the sum has of it (N1-9).
///
/// action_mw  actions x hours, from security::action_mw
/// hvdc_mw    of the schedule, lines x hours
[[nodiscard]] double beside_pattern_mw(const OutagePattern& pattern, const Contingencies& all,
                                       std::span<const double> action_mw,
                                       const grid::HourTable& hvdc_mw, std::size_t hour);

/// Rows for ratings that outages of a list broke; the same on all ranks. A row once there stays;
/// where schemes act its limits are those at the schedule that was looked at last.
class OutageRows {
public:
    /// All are read as long as the object lives.
    OutageRows(const Comm& comm, const powerflow::Network& network,
               const powerflow::ShiftFactors& factors, const grid::System& system,
               const Contingencies& all, grid::Span span);

    /// Rows for the violations of a check of the list that have none; patterns are made for the
    /// flows with the largest excess first, `most_patterns` in all. hvdc_mw: of what was checked,
    /// lines x hours, whole. Collective.
    void look(const OutageCheck& check, const grid::HourTable& hvdc_mw, std::size_t most_patterns);

    [[nodiscard]] std::span<const OutagePattern> patterns() const { return patterns_; }
    [[nodiscard]] std::span<const OutageRow> rows() const { return rows_; }

private:
    [[nodiscard]] OutageFlow flow_of(const OutageViolation& v, const OutageCheck& check,
                                     const grid::HourTable& hvdc_mw) const;
    [[nodiscard]] bool has_row(const OutageViolation& v) const;
    void make_patterns(const OutageCheck& check, const grid::HourTable& hvdc_mw,
                       std::size_t most_patterns);
    void lay(const OutageCheck& check, const grid::HourTable& hvdc_mw, OutageRow& row) const;

    const Comm& comm_;
    const powerflow::Network& network_;
    const powerflow::ShiftFactors& factors_;
    const grid::System& system_;
    const Contingencies& all_;
    grid::Span span_;
    std::vector<CapacitySpan> capacities_;
    std::vector<std::vector<int>> actions_; ///< per contingency
    std::map<OutageFlow, std::size_t> pattern_of_;
    std::map<std::tuple<int, int, int>, std::size_t> row_of_; ///< branch, contingency, hour
    std::vector<OutagePattern> patterns_;
    std::vector<OutageRow> rows_;
};

} // namespace longyang::security
