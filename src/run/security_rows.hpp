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

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace longyang::run {

/// What a schedule, or an average of plans, does to the limits of security.
struct SecurityState {
    security::OperatingState state;
    grid::HourTable units_on; ///< thermal clusters x hours
    security::ExportLimits limits;
    std::optional<security::OutageCheck> outages; ///< single ones without a scheme
};

/// What is broken, added up.
struct SecurityTally {
    long long line_hours = 0, station_hours = 0, outage_ratings = 0;
    double line_mwh = 0.0, station_mwh = 0.0, outage_mwh = 0.0;

    [[nodiscard]] double mwh() const { return line_mwh + station_mwh + outage_mwh; }
    [[nodiscard]] std::string words() const;
};

/// Limits of security that have entered a programme, as coupling rows behind all others (SE-14,
/// N1-8). The same on all ranks.
class SecurityRows {
public:
    /// All are read as long as the object lives; the context has the channels of security.
    /// Collective. Throws Error (usage) where the case has no HVDC lines or an island no machines.
    SecurityRows(const Comm& comm, const model::Context& context, const partition::Owners& owners,
                 const GridFactors& grid, const RunOptions& options);

    /// Looks at a schedule that is whole on every rank. units_on: clusters x hours, whole; may be
    /// fractions. injection_mw: buses x hours, this rank's part. Collective.
    [[nodiscard]] SecurityState look(const grid::Schedule& whole,
                                     std::span<const double> injection_mw) const;
    /// The same where lines, renewables and units are averages, all else as planned: channels x
    /// hours, whole. Collective.
    [[nodiscard]] SecurityState look_at_average(std::span<const double> channel,
                                                SecurityState planned) const;
    [[nodiscard]] SecurityTally tally(const SecurityState& at_point) const;

    /// Rows for what is broken; rows of lines and stations are laid anew, a little inside the
    /// limits or not. Gives how many there are more. Collective.
    std::size_t enter(const SecurityState& at_point, lp::Coupling& coupling, bool inside = true);

    /// A coupling for a dispatch that starts from a schedule: rows of lines and stations are those
    /// of that schedule's units, stations' also where all that weather allows would break them.
    [[nodiscard]] lp::Coupling for_dispatch(SecurityState at_point,
                                            const lp::Coupling& coupling) const;

    struct Row {
        std::size_t coupling_row = 0;
        bool outage = false;
        std::size_t row = 0; ///< of limits().rows() or outages().rows()
    };
    [[nodiscard]] std::span<const Row> rows() const { return rows_; }
    /// The branch that a contingency of SecurityState::outages takes.
    [[nodiscard]] int lost_branch(int contingency) const {
        return plain_.list[static_cast<std::size_t>(contingency)].branch;
    }
    [[nodiscard]] const security::LinearLimits& limits() const { return *limits_; }
    [[nodiscard]] const security::OutageRows& outages() const { return *outage_rows_; }
    [[nodiscard]] const security::StrengthModel& strength() const { return *strength_; }

private:
    void check_outages(std::span<const double> injection_mw, SecurityState& found) const;
    void set_units(SecurityState& found) const;
    [[nodiscard]] lp::Pattern coupling_pattern(const security::LimitPattern& from) const;
    [[nodiscard]] int pattern_of_limit(std::size_t number, lp::Coupling& coupling);
    [[nodiscard]] int pattern_of_outage(std::size_t number, lp::Coupling& coupling);

    const Comm& comm_;
    const model::Context& context_;
    const partition::Owners& owners_;
    const GridFactors& grid_;
    const RunOptions& options_;
    security::Contingencies plain_;
    std::optional<security::StrengthModel> strength_;
    std::optional<security::LinearLimits> limits_;
    std::optional<security::OutageRows> outage_rows_;
    std::vector<int> limit_pattern_, outage_pattern_; ///< in the coupling
    std::vector<Row> rows_;
    std::size_t limit_rows_ = 0, outage_rows_entered_ = 0;
};

} // namespace longyang::run
