#include "powerflow/ac_equations.hpp"

#include <cmath>

namespace longyang::powerflow {
namespace {

using kernels::AcBus;

std::size_t at(int row) {
    return static_cast<std::size_t>(row);
}

/// |V_i| |V_k| times admittance, in phase with V_i and across it: what entry (i, k) of Y adds to
/// P_i and Q_i.
struct Term {
    double p = 0.0, q = 0.0;
};
Term term(const AcNetwork& network, std::span<const double> x, std::size_t bus, std::size_t entry) {
    const auto other = static_cast<std::size_t>(network.column[entry]);
    const double angle = AcState::angle(network, x, bus) - AcState::angle(network, x, other);
    const double v = AcState::magnitude(x, bus) * AcState::magnitude(x, other);
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const double g = network.g_pu[entry];
    const double b = network.b_pu[entry];
    return {v * (g * c + b * s), v * (g * s - b * c)};
}

std::size_t row_begin(const AcNetwork& network, std::size_t bus) {
    return static_cast<std::size_t>(network.row_begin[bus]);
}

} // namespace

AcPower ac_power(const AcNetwork& network, std::span<const double> x, std::size_t bus) {
    AcPower power;
    for (std::size_t e = row_begin(network, bus); e < row_begin(network, bus + 1); ++e) {
        const Term t = term(network, x, bus, e);
        power.p_pu += t.p;
        power.q_pu += t.q;
    }
    return power;
}

std::vector<int> slack_of_buses(const AcNetwork& network) {
    std::vector<int> of_island(network.kind.size(), -1);
    for (std::size_t b = 0; b < network.kind.size(); ++b) {
        if (network.kind[b] == AcBus::slack) {
            of_island[at(network.island[b])] = static_cast<int>(b);
        }
    }
    std::vector<int> of_bus;
    for (const int island : network.island) {
        of_bus.push_back(of_island[at(island)]);
    }
    return of_bus;
}

void ac_residual(const AcNetwork& network, const AcGiven& given, std::span<const int> slack_of,
                 std::span<const double> x, std::size_t begin, std::size_t end,
                 std::span<double> f) {
    for (std::size_t i = begin; i < end; ++i) {
        const AcPower power = ac_power(network, x, i);
        const double lacking = x[2 * at(slack_of[i])];
        f[2 * (i - begin)] =
            power.p_pu - given.p_pu[i] - network.slack_share[i] * lacking; // AC-3, AC-6
        f[2 * (i - begin) + 1] = given.held[i] != 0 ? AcState::magnitude(x, i) - given.v_set_pu[i]
                                                    : power.q_pu - given.q_pu[i];
    }
}

linalg::Triplets ac_jacobian(const AcNetwork& network, const AcGiven& given,
                             std::span<const int> slack_of, std::span<const double> x,
                             std::size_t begin, std::size_t end) {
    linalg::Triplets derivatives;
    for (std::size_t i = begin; i < end; ++i) {
        const AcPower power = ac_power(network, x, i);
        const int p_row = static_cast<int>(2 * i);
        const int q_row = p_row + 1;
        const bool held = given.held[i] != 0;
        for (std::size_t e = row_begin(network, i); e < row_begin(network, i + 1); ++e) {
            const auto k = static_cast<std::size_t>(network.column[e]);
            const Term t = term(network, x, i, e);
            const double own = k == i ? 1.0 : 0.0;
            // The diagonal's own term does not move with its angle.
            const double p_by_angle = t.q - own * power.q_pu;
            const double q_by_angle = -t.p + own * power.p_pu;
            const double by_magnitude = 1.0 / AcState::magnitude(x, k);
            const int angle = static_cast<int>(2 * k);
            if (network.kind[k] != AcBus::slack) {
                derivatives.add(p_row, angle, p_by_angle);
                derivatives.add(q_row, angle, held ? 0.0 : q_by_angle);
            }
            derivatives.add(p_row, angle + 1, (t.p + own * power.p_pu) * by_magnitude);
            derivatives.add(q_row, angle + 1, held ? own : (t.q + own * power.q_pu) * by_magnitude);
        }
        derivatives.add(p_row, 2 * slack_of[i], -network.slack_share[i]);
    }
    return derivatives;
}

} // namespace longyang::powerflow
