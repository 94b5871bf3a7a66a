#include "powerflow/ac_reference.hpp"

#include "linalg/newton_solver.hpp"
#include "powerflow/ac_equations.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::powerflow {
namespace {

using kernels::AcBus;

constexpr int most_returns = 6;

/// What changes from round to round.
struct Round {
    std::vector<double> x;           ///< see AcState
    std::vector<double> q_pu;        ///< given, with what stands at a limit
    std::vector<unsigned char> held; ///< the magnitude is held
    std::vector<signed char> at_limit;
    std::vector<int> returns; ///< from a limit to holding
    int open_bus = -1;        ///< one that was left at its limit for changing too often
};

Round first_round(const AcNetwork& network, const AcHour& hour) {
    const std::size_t buses = network.kind.size();
    Round round;
    round.x.assign(2 * buses, 0.0);
    round.q_pu.assign(hour.q_pu.begin(), hour.q_pu.end());
    round.at_limit.assign(buses, 0);
    round.returns.assign(buses, 0);
    for (std::size_t b = 0; b < buses; ++b) {
        const bool held = network.kind[b] == AcBus::slack ||
                          (network.kind[b] == AcBus::regulated && hour.holds[b] != 0);
        round.held.push_back(held ? 1 : 0);
        round.x[2 * b + 1] = held ? network.v_set_pu[b] : 1.0;
    }
    return round;
}

/// One Newton of all buses with the given sides.
linalg::NewtonOutcome solve_round(const Comm& comm, const AcNetwork& network, const AcHour& hour,
                                  const Round& round, const std::vector<int>& slack_of,
                                  const AcReferenceSettings& settings) {
    const AcGiven given{hour.p_pu, round.q_pu, network.v_set_pu, round.held};
    const Share own = share_of(comm, network.kind.size());
    linalg::Equations equations;
    equations.own_rows = static_cast<int>(2 * (own.end - own.begin));
    equations.residual = [&](std::span<const double> x, std::span<double> f) {
        ac_residual(network, given, slack_of, x, own.begin, own.end, f);
    };
    equations.jacobian = [&](std::span<const double> x) {
        return ac_jacobian(network, given, slack_of, x, own.begin, own.end);
    };
    return linalg::solve_newton(comm, equations, round.x,
                                {settings.tolerance_pu, settings.max_steps});
}

/// AC-7: buses beyond a limit go to it, those at a limit whose voltage has passed the set point
/// hold it again. How many changed.
int change_sides(const AcNetwork& network, const AcHour& hour, const AcReferenceSettings& settings,
                 Round& round) {
    int changes = 0;
    round.open_bus = -1;
    for (std::size_t b = 0; b < network.kind.size(); ++b) {
        if (network.kind[b] != AcBus::regulated || hour.holds[b] == 0) {
            continue;
        }
        if (round.held[b] != 0) {
            const double q = ac_power(network, round.x, b).q_pu - hour.q_pu[b];
            const int side = q > hour.q_max_pu[b] + settings.q_tolerance_pu   ? 1
                             : q < hour.q_min_pu[b] - settings.q_tolerance_pu ? -1
                                                                              : 0;
            if (side != 0) {
                round.held[b] = 0;
                round.at_limit[b] = static_cast<signed char>(side);
                round.q_pu[b] = hour.q_pu[b] + (side > 0 ? hour.q_max_pu[b] : hour.q_min_pu[b]);
                ++changes;
            }
        } else if (round.at_limit[b] * (AcState::magnitude(round.x, b) - network.v_set_pu[b]) >
                   settings.q_tolerance_pu) {
            if (round.returns[b] == most_returns) {
                round.open_bus = static_cast<int>(b);
                continue;
            }
            ++round.returns[b];
            round.held[b] = 1;
            round.at_limit[b] = 0;
            round.x[2 * b + 1] = network.v_set_pu[b];
            ++changes;
        }
    }
    return changes;
}

void fill_answer(const AcNetwork& network, const AcHour& hour, const Round& round,
                 const std::vector<int>& slack_of, AcReferenceAnswer& answer) {
    for (std::size_t b = 0; b < network.kind.size(); ++b) {
        answer.v_pu.push_back(AcState::magnitude(round.x, b));
        answer.angle_rad.push_back(AcState::angle(network, round.x, b));
        const AcPower power = ac_power(network, round.x, b);
        const bool machine = round.held[b] != 0 || round.at_limit[b] != 0;
        answer.q_held_pu.push_back(machine ? power.q_pu - hour.q_pu[b] : 0.0);
        answer.slack_pu += network.kind[b] == AcBus::slack ? round.x[2 * b] : 0.0;
        const double lacking = round.x[2 * static_cast<std::size_t>(slack_of[b])];
        const double p_off = power.p_pu - hour.p_pu[b] - network.slack_share[b] * lacking;
        const double q_off = round.held[b] != 0 ? 0.0 : power.q_pu - round.q_pu[b];
        const double off = std::max(std::abs(p_off), std::abs(q_off));
        if (!(off <= answer.mismatch_pu)) { // also where it is not a number
            answer.mismatch_pu = off;
            answer.worst_bus = static_cast<int>(b);
        }
    }
    answer.at_limit = round.at_limit;
    if (answer.converged) {
        answer.worst_bus = answer.limits_settled ? -1 : round.open_bus;
    }
}

} // namespace

AcReferenceAnswer solve_ac_hour(const Comm& comm, const AcNetwork& network, const AcHour& hour,
                                const AcReferenceSettings& settings) {
    const std::vector<int> slack_of = slack_of_buses(network);
    Round round = first_round(network, hour);
    AcReferenceAnswer answer;
    int changes = 1;
    while (changes > 0 && answer.rounds < settings.max_rounds) {
        linalg::NewtonOutcome outcome = solve_round(comm, network, hour, round, slack_of, settings);
        ++answer.rounds;
        answer.steps += outcome.steps;
        answer.converged = outcome.converged;
        answer.reason = outcome.reason;
        round.x = std::move(outcome.x);
        changes = answer.converged && settings.reactive_limits
                      ? change_sides(network, hour, settings, round)
                      : 0;
    }
    answer.limits_settled = changes == 0 && round.open_bus < 0;
    fill_answer(network, hour, round, slack_of, answer);
    return answer;
}

} // namespace longyang::powerflow
