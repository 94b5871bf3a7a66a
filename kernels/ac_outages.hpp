#pragma once

#include "kernels/ac_flow.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::kernels {

/// A branch as a pair of ends, per unit: power into it at its from end is
/// V_from conj(y_from_from V_from + y_from_to V_to), and likewise at its to end (AC-1).
struct AcBranch {
    std::int32_t from = 0, to = 0; ///< buses
    double g_from_from = 0.0, b_from_from = 0.0, g_from_to = 0.0, b_from_to = 0.0;
    double g_to_from = 0.0, b_to_from = 0.0, g_to_to = 0.0, b_to_to = 0.0;
};

/// What is looked at after every outage.
///
/// branch         those of the network; all of them are in its admittances
/// rating_pu      branches: apparent power at either end; infinite: none
/// rating_factor  [branch][hour], or empty: all 1
/// v_min_pu, v_max_pu  buses: band of the voltage
/// outage         branches whose loss, one at a time, is solved. None may split the network
struct AcOutageCase {
    std::span<const AcBranch> branch;
    std::span<const double> rating_pu, rating_factor;
    std::span<const double> v_min_pu, v_max_pu;
    std::span<const std::int32_t> outage;
};

/// The intact network's solved hours, from which every outage starts.
///
/// v_pu, angle_rad  [bus][hour]
/// solved           [hour]: 0 where the hour is left out
struct AcBaseState {
    std::span<const double> v_pu, angle_rad;
    std::span<const std::uint8_t> solved;
};

/// A worst one, and where it is; place -1: there is none.
struct AcWorst {
    double value = 0.0;
    std::int32_t place = -1;  ///< branch or bus
    std::int32_t outage = -1; ///< number in AcOutageCase::outage
    std::int32_t hour = -1;

    friend bool operator==(const AcWorst&, const AcWorst&) = default;
};

/// The worst of an hour, an outage, a branch or a bus.
///
/// loading  apparent power over the rating of that hour, the larger end's
/// low      voltage less the lower end of its band, pu: the least; negative outside
/// high     upper end of the band less the voltage, pu: the least
/// overloads  pairs (with what is counted by: an hour's of outage and branch) above the rating and
///            above what the intact network has (N1-5)
/// outside  the same of voltages outside their band and farther out than before
struct AcWorsts {
    AcWorst loading, low, high;
    std::int64_t overloads = 0, outside = 0;
    std::int64_t not_solved = 0, limits_open = 0; ///< by hour and by outage
};

/// An outage in an hour that is not solved.
struct AcOutageLeft {
    std::int32_t outage = 0, hour = 0;
    std::int32_t bus = 0;     ///< where the largest mismatch is
    double mismatch_pu = 0.0; ///< the least largest one that was found

    friend bool operator==(const AcOutageLeft&, const AcOutageLeft&) = default;
};

/// What all outages did. by_branch has loadings alone, by_bus voltages alone.
struct AcOutageAnswers {
    std::vector<AcWorsts> by_hour, by_outage, by_branch, by_bus;
    std::vector<AcOutageLeft> left; ///< by outage and hour
    /// Pairs of outage and hour by what solved them.
    std::int64_t by_first_steps = 0, by_own_newton = 0, by_damped_newton = 0;
    /// Solved pairs in which a slack bus gives or takes more than its reactive limits, which it is
    /// not held to (AC-7), and the most beyond them. Nothing where there are no limits.
    std::int64_t slack_beyond = 0;
    double slack_pu = 0.0;
};

/// Of AcOutageCase and AcBaseState; as AcSettings.
struct AcOutageSettings {
    double tolerance_pu = 1e-10;
    double q_tolerance_pu = 1e-8;
    double tolerance_rating = 1e-6;   ///< an excess over a rating by this part of it is none
    double tolerance_v_pu = 1e-6;     ///< a voltage outside its band by this is none
    double tolerance_slack_pu = 1e-6; ///< a slack bus beyond its reactive limits by this is not
    int first_steps = 5;              ///< most steps while a group still holds all its hours
    int newton_steps = 25;
    int damped_steps = 60;
    int group_hours = 0;
    int register_bytes = 0;
};

/// AC power flow of every hour after every outage (docs/theory/ac-power-flow.md, AC-9), by Newton
/// from the hour's own voltages and sides of reactive limits, a group of hours side by side and all
/// outages of a group one after the other; kept is only what AcOutageAnswers holds. Who takes up
/// the change of losses, and limits, are those of `network` and `hours`, whose start voltages are
/// not read.
///
/// On a GPU an outage and hour (or up to 16 outages of an hour) are a thread's. The answer does not
/// depend on the number of threads. Throws std::invalid_argument as solve_ac_hours does, and where
/// a branch or an outage lies outside, or an outage's admittances are not in the network.
[[nodiscard]] AcOutageAnswers solve_ac_outages(const AcNetwork& network, const AcHours& hours,
                                               const AcBaseState& base, const AcOutageCase& outages,
                                               const AcOutageSettings& settings);

} // namespace longyang::kernels
