#pragma once

#include "base/comm.hpp"
#include "powerflow/ac_network.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace longyang::powerflow {

/// One hour of an AC power flow, per bus, per unit.
struct AcHour {
    std::span<const double> p_pu, q_pu; ///< into the network, without what holds voltages
    /// Reactive limits of what holds the voltage; read where reactive limits are kept.
    std::span<const double> q_min_pu, q_max_pu;
    /// 1 where something that holds a voltage is connected in this hour; slack buses always hold.
    std::span<const unsigned char> holds;
};

struct AcReferenceSettings {
    double tolerance_pu = 1e-10; ///< largest mismatch of power at any bus
    double q_tolerance_pu = 1e-8;
    bool reactive_limits = true; ///< AC-7; not at slack buses
    int max_steps = 50;          ///< of Newton's method in one round
    int max_rounds = 50;         ///< of changes between holding and limit
};

struct AcReferenceAnswer {
    std::vector<double> v_pu, angle_rad;
    std::vector<double> q_held_pu;     ///< per bus: what holds the voltage gives; 0 elsewhere
    std::vector<signed char> at_limit; ///< per bus: +1 at q_max, -1 at q_min, 0 holds or is a load
    double slack_pu = 0.0;      ///< added to the given injections, all islands together (AC-6)
    bool converged = false;     ///< powers balance
    bool limits_settled = true; ///< false: a bus kept changing; it was left at its limit
    int steps = 0, rounds = 0;
    double mismatch_pu = 0.0; ///< largest one
    int worst_bus = -1;       ///< where it is; a bus that kept changing where limits did not settle
    std::string reason;       ///< why Newton's method stopped
};

/// Solves one hour by a full Newton in polar form over the communicator: buses are shared out by
/// contiguous parts, PETSc SNES does the steps. Written to be read and trusted, not to be fast: the
/// batched kernel (kernels/ac_flow.hpp) is compared with it, and networks too large for one rank
/// are solved by it. Every rank gets the whole answer. With reactive limits a bus beyond one goes
/// to it, and back when its voltage is on the wrong side of its set point; one that went back six
/// times stays. Collective; the arguments are the same on all ranks.
[[nodiscard]] AcReferenceAnswer solve_ac_hour(const Comm& comm, const AcNetwork& network,
                                              const AcHour& hour,
                                              const AcReferenceSettings& settings);

} // namespace longyang::powerflow
