#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace longyang::bench {

/// What both kernels and the peer are given: an AC network and its hours (kernels/ac_flow.hpp).
struct AcProblem {
    std::size_t buses = 0, hours = 0;
    std::vector<std::int64_t> peer_hours; ///< those that the peer solves, one after the other
    std::vector<std::int32_t> row_begin, column;
    std::vector<double> g, b;
    std::vector<std::uint8_t> kind; ///< 0 load, 1 regulated, 2 slack
    std::vector<double> v_set, q_min, q_max, start_v, start_angle;
    std::vector<double> p, q;           ///< [bus][hour]
    std::vector<double> peer_p, peer_q; ///< [peer hour][bus], the same
};

/// The peer's hours by the straight way: each a full Newton in double precision from the hour
/// before, polar form, factorised by KLU, whose ordering and pivots are made once (klu_refactor).
/// Reactive limits do not count. Gives the number of hours solved; voltages are [peer hour][bus]
/// [real, imaginary].
std::size_t klu_newton(const AcProblem& problem, double tolerance, std::vector<double>& voltages);

} // namespace longyang::bench
