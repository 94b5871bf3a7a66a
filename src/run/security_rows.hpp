#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/options.hpp"
#include "security/export_limits.hpp"
#include "security/linear_limits.hpp"
#include "security/operating_state.hpp"
#include "security/outage_check.hpp"
#include "security/outage_rows.hpp"
#include "security/section_shifts.hpp"
#include "security/voltage_check.hpp"
#include "security/voltage_rows.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace longyang::run {

/// Which rows of security: tangents of lines' and stations' limits (SE-14), flows after single
/// outages without a scheme and after those of contingencies.csv with two branches or a scheme
/// (N1-8, N1-9), flows of sections for voltages (AC-11).
enum class SecurityKind { limit, single_outage, listed_outage, voltage };

/// Which limits of security an option asks for.
struct SecurityScope {
    bool single_outages = false, listed_outages = false;
    bool voltages = false;
};

/// What a schedule, or an average of plans, does to the limits of security.
struct SecurityState {
    security::OperatingState state;
    grid::HourTable units_on; ///< thermal clusters x hours
    security::ExportLimits limits;
    /// Not there where they were not looked at.
    std::optional<security::OutageCheck> single_outages, listed_outages;
    grid::HourTable action_power_mw; ///< of the listed outages' actions, as scheduled; whole
    std::optional<security::VoltageCheck> voltages;
    grid::HourTable section_mw; ///< sections x hours, where voltages were looked at
};

/// What is broken, added up.
struct SecurityTally {
    std::size_t most_an_hour =
        0; ///< ratings after outages are the worst so many of an hour; 0: all
    long long line_hours = 0, station_hours = 0, outage_ratings = 0, listed_ratings = 0;
    long long voltage_hours = 0, voltage_bus_hours = 0, unsolved_hours = 0;
    long long voltage_hours_open = 0; ///< that no section helps
    powerflow::SlackBeyond slack;
    double line_mwh = 0.0, station_mwh = 0.0, outage_mwh = 0.0, listed_mwh = 0.0, voltage_mwh = 0.0;
    SecurityScope scope; ///< what was looked at

    [[nodiscard]] double mwh() const {
        return line_mwh + station_mwh + outage_mwh + listed_mwh + voltage_mwh;
    }
    [[nodiscard]] std::string words() const;
};

/// Limits of security that have entered a programme, as coupling rows behind all others (SE-14,
/// N1-8, N1-9, AC-11). The same on all ranks.
class SecurityRows {
public:
    /// All are read as long as the object lives; the context has the channels of security.
    /// Collective. Throws Error (usage) where an island has no machines or, with security ac,
    /// nothing that holds a voltage.
    SecurityRows(const Comm& comm, const model::Context& context, const partition::Owners& owners,
                 const GridFactors& grid, const RunOptions& options);

    /// Looks at what lines and stations do in a schedule that is whole on every rank. Collective.
    [[nodiscard]] SecurityState look(const grid::Schedule& whole) const;
    /// The same with all that the option asks for: outages and voltages. injection_mw: buses x
    /// hours, this rank's part. Collective.
    [[nodiscard]] SecurityState look_at_all(const grid::Schedule& whole,
                                            std::span<const double> injection_mw) const;
    /// Lines, stations and outages where lines, renewables and units are averages, all else as
    /// planned: channels x hours, whole. Collective.
    [[nodiscard]] SecurityState look_at_average(std::span<const double> channel,
                                                const grid::Schedule& planned) const;
    [[nodiscard]] SecurityTally tally(const SecurityState& at_point) const;
    /// Per hour of the span, whether it breaks something that counts in the tally.
    [[nodiscard]] std::vector<char> broken_hours(const SecurityState& at_point) const;

    /// Rows for what is broken; rows that are of a schedule are laid anew, those of lines and
    /// stations a little inside the limits or, where `final`, at them. Gives how many there are
    /// more. Collective.
    std::size_t enter(const SecurityState& at_point, lp::Coupling& coupling, bool final = false);

    /// All rows of the coupling, those of lines and stations laid at a schedule that is looked at.
    [[nodiscard]] std::vector<lp::CouplingRow> laid_at(const SecurityState& at_point,
                                                       const lp::Coupling& coupling) const;

    /// A coupling for a dispatch that starts from a schedule: rows of lines and stations are those
    /// of that schedule's units, stations' also where all that weather allows would break them.
    [[nodiscard]] lp::Coupling for_dispatch(const SecurityState& at_point,
                                            const lp::Coupling& coupling) const;

    struct Row {
        std::size_t coupling_row = 0;
        SecurityKind kind = SecurityKind::limit;
        std::size_t row = 0; ///< of limits().rows(), outages(kind).rows() or voltages().rows()
    };
    [[nodiscard]] std::span<const Row> rows() const { return rows_; }
    /// The branch that a contingency of SecurityState::single_outages takes.
    [[nodiscard]] int lost_branch(int contingency) const {
        return single_.list.list[static_cast<std::size_t>(contingency)].branch;
    }
    [[nodiscard]] const security::LinearLimits& limits() const { return *limits_; }
    [[nodiscard]] const security::OutageRows& outages(SecurityKind kind) const {
        return kind == SecurityKind::single_outage ? *single_.rows : *listed_.rows;
    }
    [[nodiscard]] const security::VoltageRows& voltages() const { return voltage_rows_; }
    [[nodiscard]] const security::StrengthModel& strength() const { return *strength_; }
    [[nodiscard]] const SecurityScope& scope() const { return scope_; }
    /// How many rows of a kind there are.
    [[nodiscard]] std::size_t count(SecurityKind kind) const;

private:
    [[nodiscard]] SecurityState state_of(const grid::Schedule& whole) const;
    /// Outages that are looked at together.
    struct Outages {
        security::Contingencies list;
        std::optional<security::OutageRows> rows;
        std::vector<int> pattern; ///< in the coupling, of each of the rows' patterns
        std::size_t entered = 0;
    };
    void check_outages(std::span<const double> injection_mw, SecurityState& found) const;
    [[nodiscard]] security::OutageCheck check(const Outages& outages,
                                              std::span<const double> injection_mw,
                                              std::span<const double> power_mw) const;
    void check_voltages(const grid::Schedule& whole, std::span<const double> injection_mw,
                        SecurityState& found) const;
    void average_actions(std::span<const double> channel, SecurityState& found) const;
    void set_units(SecurityState& found) const;
    [[nodiscard]] lp::Pattern coupling_pattern(const security::LimitPattern& from) const;
    [[nodiscard]] lp::Pattern coupling_pattern(const Outages& outages,
                                               const security::OutagePattern& from) const;
    [[nodiscard]] lp::Pattern coupling_pattern(const security::VoltagePattern& from) const;
    void enter_outages(const security::OutageCheck& found, const grid::HourTable& hvdc_mw,
                       SecurityKind kind, Outages& outages, lp::Coupling& coupling);
    void enter_voltages(const SecurityState& at_point, bool final, lp::Coupling& coupling);

    const Comm& comm_;
    const model::Context& context_;
    const partition::Owners& owners_;
    const GridFactors& grid_;
    const RunOptions& options_;
    SecurityScope scope_;
    std::optional<security::StrengthModel> strength_;
    std::optional<security::LinearLimits> limits_;
    Outages single_, listed_;
    std::vector<security::SectionShift> sections_;   ///< empty without voltages
    std::optional<powerflow::AcNetwork> ac_network_; ///< nothing without voltages
    security::VoltageRows voltage_rows_;
    std::vector<int> limit_pattern_, voltage_pattern_; ///< in the coupling
    std::size_t limits_entered_ = 0, voltages_entered_ = 0;
    std::vector<Row> rows_;
};

} // namespace longyang::run
