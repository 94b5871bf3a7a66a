#pragma once

#include "kernels/ac_outages.hpp"

#include <complex>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace longyang::kernels::test {

using Complex = std::complex<double>;

/// An AC network that owns its arrays, built branch by branch.
class AcTestNetwork {
public:
    explicit AcTestNetwork(std::size_t count) : buses(count), kind(count, AcBus::load) {
        for (std::size_t i = 0; i < count; ++i) {
            rows_[{i, i}] = 0.0;
        }
    }

    /// A branch with series impedance r + jx, charging b, and a transformer at its from bus.
    void add_branch(std::size_t from, std::size_t to, double r, double x, double b = 0.0,
                    double tap = 1.0, double shift_rad = 0.0) {
        const Complex series = 1.0 / Complex(r, x);
        const Complex own = series + Complex(0.0, b / 2.0);
        const Complex ratio = std::polar(tap, shift_rad);
        rows_[{from, from}] += own / (tap * tap);
        rows_[{from, to}] -= series / std::conj(ratio);
        rows_[{to, from}] -= series / ratio;
        rows_[{to, to}] += own;
        const Complex near = own / (tap * tap);
        const Complex across = -series / std::conj(ratio);
        const Complex back = -series / ratio;
        branches.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(to),
                            near.real(), near.imag(), across.real(), across.imag(), back.real(),
                            back.imag(), own.real(), own.imag()});
    }
    void add_shunt(std::size_t bus, double g, double b) { rows_[{bus, bus}] += Complex(g, b); }

    /// The arrays as the kernel takes them; they live as long as this.
    [[nodiscard]] AcNetwork network() {
        row_begin_.assign(buses + 1, 0);
        column_.clear();
        g_.clear();
        b_.clear();
        for (const auto& [at, y] : rows_) {
            ++row_begin_[at.first + 1];
            column_.push_back(static_cast<std::int32_t>(at.second));
            g_.push_back(y.real());
            b_.push_back(y.imag());
        }
        for (std::size_t i = 0; i < buses; ++i) {
            row_begin_[i + 1] += row_begin_[i];
        }
        return {buses, row_begin_, column_, g_, b_, kind, share};
    }

    /// Power into the network at every bus, V conj(Y V), by a plain loop.
    [[nodiscard]] std::vector<Complex> powers(const std::vector<Complex>& v) const {
        std::vector<Complex> current(buses);
        for (const auto& [at, y] : rows_) {
            current[at.first] += y * v[at.second];
        }
        for (std::size_t i = 0; i < buses; ++i) {
            current[i] = v[i] * std::conj(current[i]);
        }
        return current;
    }

    std::size_t buses;
    std::vector<AcBus> kind;
    std::vector<double> share;
    std::vector<AcBranch> branches; ///< in the order in which they were added

private:
    std::map<std::pair<std::size_t, std::size_t>, Complex> rows_;
    std::vector<std::int32_t> row_begin_, column_;
    std::vector<double> g_, b_;
};

/// A ring with chords, lines and transformers with taps and shifts; bus 0 is the slack, every
/// fourth bus is regulated.
inline AcTestNetwork meshed_network(std::size_t buses, unsigned seed) {
    std::mt19937_64 generator(seed);
    const auto between = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(generator);
    };
    AcTestNetwork network(buses);
    const auto add = [&](std::size_t from, std::size_t to) {
        const double x = between(0.02, 0.1);
        const bool transformer = between(0.0, 1.0) < 0.3;
        network.add_branch(
            from, to, x * between(0.05, 0.3), x, transformer ? 0.0 : between(0.0, 0.05),
            transformer ? between(0.95, 1.05) : 1.0, transformer ? between(-0.05, 0.05) : 0.0);
    };
    for (std::size_t i = 0; i < buses; ++i) {
        add(i, (i + 1) % buses);
    }
    for (std::size_t i = 0; i < buses / 2; ++i) {
        const auto from = std::uniform_int_distribution<std::size_t>(0, buses - 1)(generator);
        const auto to = std::uniform_int_distribution<std::size_t>(0, buses - 1)(generator);
        if (from != to) {
            add(from, to);
        }
    }
    network.kind[0] = AcBus::slack;
    for (std::size_t i = 3; i < buses; i += 4) {
        network.kind[i] = AcBus::regulated;
        network.add_shunt(i - 1, 0.01, 0.05);
    }
    return network;
}

/// Answers of all hours, and the memory they lie in.
struct AcTestAnswers {
    AcTestAnswers(const AcTestNetwork& network, std::size_t count) : hours(count) {
        std::size_t held = 0;
        for (const AcBus kind : network.kind) {
            held += kind != AcBus::load ? 1 : 0;
        }
        v.resize(network.buses * count);
        angle.resize(v.size());
        slack.resize(count);
        q_machine.resize(held * count);
        status.resize(count);
        worst_bus.resize(count);
        mismatch.resize(count);
        steps.resize(count);
    }
    [[nodiscard]] AcAnswers spans() {
        return {v, angle, slack, q_machine, status, worst_bus, mismatch, steps};
    }
    [[nodiscard]] std::vector<Complex> voltages(std::size_t hour) const {
        std::vector<Complex> out;
        for (std::size_t i = 0; i < v.size() / hours; ++i) {
            out.push_back(std::polar(v[i * hours + hour], angle[i * hours + hour]));
        }
        return out;
    }

    std::size_t hours;
    std::vector<double> v, angle, slack, q_machine;
    std::vector<AcStatus> status;
    std::vector<std::int32_t> worst_bus;
    std::vector<double> mismatch;
    std::vector<std::int32_t> steps;
};

/// Solves one hour by a full Newton on a dense matrix with partial pivoting, from a flat start,
/// with fixed kinds of buses. Gives no voltages where it does not converge.
std::vector<Complex> dense_newton(const AcTestNetwork& network, const std::vector<double>& p,
                                  const std::vector<double>& q, const std::vector<double>& v_set);

} // namespace longyang::kernels::test
