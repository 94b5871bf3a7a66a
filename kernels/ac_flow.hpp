#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// How a bus is held in an AC power flow.
enum class AcBus : std::uint8_t {
    load,      ///< active and reactive injection are given (PQ)
    regulated, ///< active injection and voltage magnitude are given (PV)
    slack      ///< voltage magnitude and angle (0) are given
};

/// The network of an AC power flow: bus admittance matrix Y by rows, per unit (AC-1). The graph is
/// symmetric: where bus i has an entry for bus k, k has one for i; the values may differ (phase
/// shifters). Every bus must be connected to a slack bus.
///
/// row_begin    buses + 1
/// column       of each entry; a row has at most one entry for a bus. The diagonal must be there
/// g_pu, b_pu   per entry: Y = g + jb
/// kind         buses
/// slack_share  buses, or empty: shares (>= 0, sum 1) by which the buses take up what the given
///              injections leave unbalanced (AC-6); allowed with one slack bus only. Empty: each
///              slack bus takes what it has to
struct AcNetwork {
    std::size_t buses = 0;
    std::span<const std::int32_t> row_begin, column;
    std::span<const double> g_pu, b_pu;
    std::span<const AcBus> kind;
    std::span<const double> slack_share;
};

/// Injections and set points of all hours; [bus][hour] is row-major, hours contiguous.
///
/// p_pu, q_pu      [bus][hour], into the network positive. At regulated and slack buses q_pu is
///                 what is there besides the machines that hold the voltage (loads, filters)
/// v_set_pu        [bus] or [bus][hour]; read at regulated and slack buses
/// q_min_pu, q_max_pu  [bus] or [bus][hour], or both empty: reactive limits of the machines that
///                 hold the voltage of regulated buses (AC-7). Infinite values are no limit.
///                 A slack bus has none
/// start_v_pu, start_angle_rad  [bus], or both empty: voltages from which the mean of the hours is
///                 solved (a case's own, say). Empty: set points, and angles from the first steps
struct AcHours {
    std::size_t hours = 0;
    std::span<const double> p_pu, q_pu;
    std::span<const double> v_set_pu;
    std::span<const double> q_min_pu, q_max_pu;
    std::span<const double> start_v_pu, start_angle_rad;
};

struct AcSettings {
    double tolerance_pu = 1e-10;  ///< largest mismatch of power at any bus
    double q_tolerance_pu = 1e-8; ///< by how much a reactive limit may be overstepped
    int bins = 0;                 ///< of like hours that share a factor; 0: by the number of hours
    int chord_steps = 16;         ///< most steps of an hour with the shared factor; 0: none
    int newton_steps = 25;        ///< most steps of an hour's own Newton
    int group_hours = 0;    ///< hours side by side on a host; 0: what suits the CPU and the network
    int register_bytes = 0; ///< of vector registers on a host, 16, 32 or 64; 0: what the CPU has
};

/// What became of an hour.
enum class AcStatus : std::uint8_t {
    solved,
    limits_open,  ///< powers balance, but a regulated bus keeps changing between its voltage and a
                  ///< reactive limit: `worst_bus` is one of them, at its limit
    not_converged ///< the largest mismatch that is left, `mismatch_pu`, is at `worst_bus`
};

/// Where the answers are put. Spans may be empty where an answer is not wanted.
///
/// v_pu, angle_rad  [bus][hour]
/// slack_pu         [hour]: what the slack adds to the given injections, all buses together (AC-6)
/// q_machine_pu     [held bus][hour]: reactive power of the machines at buses that are not `load`,
///                  in the order of the buses
/// status, worst_bus, mismatch_pu, steps  [hour]; worst_bus is -1 for a solved hour. An hour that
///                  is not solved keeps the voltages with the least mismatch that was found
struct AcAnswers {
    std::span<double> v_pu, angle_rad;
    std::span<double> slack_pu;
    std::span<double> q_machine_pu;
    std::span<AcStatus> status;
    std::span<std::int32_t> worst_bus;
    std::span<double> mismatch_pu;
    std::span<std::int32_t> steps;
};

/// In how many hours each stage brought the powers to balance, and how many it left: the first
/// three and `not_converged` are all hours.
struct AcSummary {
    std::size_t by_shared_factor = 0; ///< steps that begin with the factor of the hour's bin
    std::size_t by_own_newton = 0;
    std::size_t by_damped_newton = 0;
    std::size_t limits_open = 0; ///< of those that balance
    std::size_t not_converged = 0;
};

/// Solves the AC power flow of every hour (docs/theory/ac-power-flow.md): hours, 8 or 32
/// that follow each other together where there are at least 1024, are put into bins of like load;
/// the mean of each bin is solved by a full Newton, whose last factor (single precision) serves all
/// hours of the bin for steps with a residual in double precision, all of them or the first two or
/// three; then hours make factors of their own, with their own sides of reactive limits, while they
/// are worked on in groups (on a host). Hours that this does not solve get a Newton of their own,
/// and those left a damped one. No hour is dropped.
///
/// An hour's answer does not depend on the hours beside it within its bin, nor on the number of
/// threads; the bins depend on the hours given, so with other hours it agrees to the tolerance.
/// Throws std::invalid_argument where sizes do not fit, the graph is not symmetric, a diagonal is
/// missing, a bus is not connected to a slack bus, or slack shares are not what AcNetwork says.
AcSummary solve_ac_hours(const AcNetwork& network, const AcHours& hours, const AcSettings& settings,
                         const AcAnswers& answers);

} // namespace longyang::kernels
