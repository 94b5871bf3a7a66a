#include "ac_networks.hpp"

#include "dense_solve.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::kernels::test {
namespace {

/// Unknown angles and magnitudes: bus and whether it is a magnitude.
std::vector<std::pair<std::size_t, bool>> unknowns_of(const AcTestNetwork& network) {
    std::vector<std::pair<std::size_t, bool>> unknowns;
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (network.kind[i] != AcBus::slack) {
            unknowns.emplace_back(i, false);
        }
        if (network.kind[i] == AcBus::load) {
            unknowns.emplace_back(i, true);
        }
    }
    return unknowns;
}

} // namespace

std::vector<Complex> dense_newton(const AcTestNetwork& network, const std::vector<double>& p,
                                  const std::vector<double>& q, const std::vector<double>& v_set) {
    const auto unknowns = unknowns_of(network);
    const std::size_t n = unknowns.size();
    std::vector<Complex> v(network.buses);
    for (std::size_t i = 0; i < network.buses; ++i) {
        v[i] = network.kind[i] == AcBus::load ? 1.0 : v_set[i];
    }
    const auto mismatch = [&](const std::vector<Complex>& at) {
        const std::vector<Complex> s = network.powers(at);
        std::vector<double> f;
        f.reserve(n);
        for (const auto& [bus, magnitude] : unknowns) {
            f.push_back(magnitude ? q[bus] - s[bus].imag() : p[bus] - s[bus].real());
        }
        return f;
    };
    for (int step = 0; step < 30; ++step) {
        const std::vector<double> f = mismatch(v);
        const double worst = std::abs(*std::max_element(
            f.begin(), f.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
        if (worst < 1e-12) {
            return v;
        }
        // Derivatives by complex differences of the voltages: dV = jV dangle, or V dmagnitude/|V|.
        std::vector<double> a(n * n);
        for (std::size_t c = 0; c < n; ++c) {
            const auto [bus, magnitude] = unknowns[c];
            const double h = 1e-6;
            std::vector<Complex> up = v;
            std::vector<Complex> down = v;
            up[bus] *= magnitude ? Complex(1.0 + h) : std::polar(1.0, h);
            down[bus] *= magnitude ? Complex(1.0 - h) : std::polar(1.0, -h);
            const std::vector<double> fu = mismatch(up);
            const std::vector<double> fd = mismatch(down);
            for (std::size_t r = 0; r < n; ++r) {
                a[r * n + c] = (fd[r] - fu[r]) / (2.0 * h);
            }
        }
        const std::vector<double> x = solve_dense(a, f);
        for (std::size_t c = 0; c < n; ++c) {
            const auto [bus, magnitude] = unknowns[c];
            v[bus] *= magnitude ? Complex(1.0 + x[c]) : std::polar(1.0, x[c]);
        }
    }
    return {};
}

} // namespace longyang::kernels::test
