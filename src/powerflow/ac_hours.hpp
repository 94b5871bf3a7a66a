#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"
#include "kernels/ac_flow.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::powerflow {

struct AcHoursSettings {
    double tolerance_pu = 1e-10;
    bool reactive_limits = true; ///< AC-7
};

/// The AC power flow of all hours, the same on every rank; [bus][hour] is row-major.
struct AcHoursAnswer {
    std::size_t buses = 0, hours = 0;
    std::vector<double> v_pu, angle_rad;
    std::vector<double> slack_pu;          ///< per hour, all islands together
    std::vector<kernels::AcStatus> status; ///< per hour
    std::vector<int> worst_bus;            ///< per hour; -1 where it is solved
    std::vector<double> mismatch_pu;       ///< per hour
    /// Of all ranks' hours; what each stage solved counts once for every island.
    kernels::AcSummary summary;
};

/// Solves every hour by the batched kernel, island by island, each with its own slack and shares
/// (AC-6); the hours are shared out over the ranks. Collective; the arguments are the same on all
/// ranks.
[[nodiscard]] AcHoursAnswer solve_ac_hours(const Comm& comm, const AcNetwork& network,
                                           const AcInjections& injections,
                                           const AcHoursSettings& settings);

/// Voltages of all buses in one hour.
struct HourVoltages {
    std::vector<double> v_pu, angle_rad;
};
[[nodiscard]] HourVoltages voltages_of(const AcHoursAnswer& answer, std::size_t hour);

/// Reactive power that voltages put into the network at a bus, per unit (AC-2).
[[nodiscard]] double reactive_power_pu(const AcNetwork& network, std::size_t bus,
                                       const HourVoltages& voltages);

/// What slack buses give beyond the reactive limits of what holds their voltage, which are not held
/// (AC-7).
struct SlackBeyond {
    /// In which one does, of those that are solved: hours, or hours after an outage.
    long long cases = 0;
    double most_mvar = 0.0;

    /// A case in which the most that one gives beyond them is `pu`; less than 1e-6 is none.
    void take(double pu, double base_mva);
};
/// The most that a slack bus gives beyond its limits in a solved hour, per unit; 0 or less: none.
[[nodiscard]] double slack_beyond_pu(const AcNetwork& network, const AcInjections& injections,
                                     const AcHoursAnswer& answer, std::size_t hour);
[[nodiscard]] SlackBeyond slack_beyond(const AcNetwork& network, const AcInjections& injections,
                                       const AcHoursAnswer& answer, double base_mva);

/// Apparent power of a branch, MVA, into it at its from and its to end.
struct AcBranchFlow {
    double from_mw = 0.0, from_mvar = 0.0, to_mw = 0.0, to_mvar = 0.0;
    [[nodiscard]] double largest_mva() const;
};
/// By AC-1 from the voltages of all buses (per unit, rad).
[[nodiscard]] AcBranchFlow ac_branch_flow(const grid::System& system, std::size_t branch,
                                          std::span<const double> v_pu,
                                          std::span<const double> angle_rad);

} // namespace longyang::powerflow
