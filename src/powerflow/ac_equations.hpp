#pragma once

#include "linalg/symmetric_solver.hpp"
#include "powerflow/ac_network.hpp"

#include <span>
#include <vector>

/// The equations of an AC power flow in polar form, written out plainly: the twin of the batched
/// kernel, and what PETSc solves.
namespace longyang::powerflow {

/// What is given in one hour, per bus.
struct AcGiven {
    std::span<const double> p_pu, q_pu;  ///< into the network, without what holds the voltage
    std::span<const double> v_set_pu;    ///< read where `held`
    std::span<const unsigned char> held; ///< 1: the magnitude is given, 0: q_pu is
};

/// Unknowns of bus i: x[2i] its angle in rad (at a slack bus, whose angle is 0: what its island
/// lacks, lambda of AC-6), x[2i+1] its voltage magnitude.
struct AcState {
    static double angle(const AcNetwork& network, std::span<const double> x, std::size_t bus) {
        return network.kind[bus] == kernels::AcBus::slack ? 0.0 : x[2 * bus];
    }
    static double magnitude(std::span<const double> x, std::size_t bus) { return x[2 * bus + 1]; }
};

/// Power into the network at a bus (AC-2).
struct AcPower {
    double p_pu = 0.0, q_pu = 0.0;
};
[[nodiscard]] AcPower ac_power(const AcNetwork& network, std::span<const double> x,
                               std::size_t bus);

/// Residuals of buses `begin` to `end` (AC-3, AC-6): at 2 (i - begin) the active power that is
/// surplus, behind it the reactive one, or the magnitude less its set point.
void ac_residual(const AcNetwork& network, const AcGiven& given, std::span<const int> slack_of,
                 std::span<const double> x, std::size_t begin, std::size_t end,
                 std::span<double> f);

/// Their derivatives (AC-3), rows and columns by the numbers of all unknowns.
[[nodiscard]] linalg::Triplets ac_jacobian(const AcNetwork& network, const AcGiven& given,
                                           std::span<const int> slack_of, std::span<const double> x,
                                           std::size_t begin, std::size_t end);

/// The slack bus of every bus's island.
[[nodiscard]] std::vector<int> slack_of_buses(const AcNetwork& network);

} // namespace longyang::powerflow
