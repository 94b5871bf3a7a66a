// Against another way to the same flows: angles of the full matrix by dense elimination.
#include "base/comm.hpp"
#include "grid/islands.hpp"
#include "networks.hpp"
#include "powerflow/flows.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace longyang::powerflow {
namespace {

/// Solves a x = b by Gaussian elimination with row exchanges. a: n x n, row-major.
std::vector<double> solve_dense(std::vector<double> a, std::vector<double> b) {
    const std::size_t n = b.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i) {
            pivot = std::abs(a[i * n + k]) > std::abs(a[pivot * n + k]) ? i : pivot;
        }
        for (std::size_t j = 0; j < n; ++j) {
            std::swap(a[k * n + j], a[pivot * n + j]);
        }
        std::swap(b[k], b[pivot]);
        for (std::size_t i = k + 1; i < n; ++i) {
            const double factor = a[i * n + k] / a[k * n + k];
            for (std::size_t j = k; j < n; ++j) {
                a[i * n + j] -= factor * a[k * n + j];
            }
            b[i] -= factor * b[k];
        }
    }
    for (std::size_t k = n; k-- > 0;) {
        for (std::size_t j = k + 1; j < n; ++j) {
            b[k] -= a[k * n + j] * b[j];
        }
        b[k] /= a[k * n + k];
    }
    return b;
}

/// Flows from the tables: the last bus of every island has angle 0 (its row says so).
std::vector<double> dense_flows(const grid::System& system, const std::vector<double>& injection) {
    const grid::Branches& br = system.branches;
    const std::size_t n = system.buses.kv.size();
    const double base = system.info.base_mva;
    const auto island = grid::islands(static_cast<int>(n), br.from_bus, br.to_bus);
    std::vector<double> a(n * n, 0.0);
    std::vector<double> b = injection;
    const auto mw_per_rad = [&](std::size_t l) {
        return base / (br.x_pu[l] * (br.tap_pu[l] == 0.0 ? 1.0 : br.tap_pu[l]));
    };
    const auto shift = [&](std::size_t l) { return br.shift_deg[l] / 180.0 * std::numbers::pi; };
    for (std::size_t l = 0; l < br.x_pu.size(); ++l) {
        const auto i = at(br.from_bus[l]);
        const auto j = at(br.to_bus[l]);
        a[i * n + i] += mw_per_rad(l);
        a[j * n + j] += mw_per_rad(l);
        a[i * n + j] -= mw_per_rad(l);
        a[j * n + i] -= mw_per_rad(l);
        b[i] += mw_per_rad(l) * shift(l);
        b[j] -= mw_per_rad(l) * shift(l);
    }
    std::vector<std::size_t> last(n, n);
    for (std::size_t bus = 0; bus < n; ++bus) {
        last[at(island[bus])] = bus;
    }
    for (const std::size_t bus : last) {
        if (bus < n) {
            for (std::size_t j = 0; j < n; ++j) {
                a[bus * n + j] = j == bus ? 1.0 : 0.0;
            }
            b[bus] = 0.0;
        }
    }
    const std::vector<double> angle = solve_dense(a, b);
    std::vector<double> flow;
    for (std::size_t l = 0; l < br.x_pu.size(); ++l) {
        flow.push_back(mw_per_rad(l) *
                       (angle[at(br.from_bus[l])] - angle[at(br.to_bus[l])] - shift(l)));
    }
    return flow;
}

/// Two islands of random trees with chords, double circuits, taps and some phase shifters.
grid::System random_network(int count, std::mt19937& random) {
    std::uniform_real_distribution<double> reactance(0.005, 0.2);
    std::uniform_real_distribution<double> tap(0.9, 1.1);
    std::uniform_real_distribution<double> shift(-10.0, 10.0);
    grid::System system = buses(count);
    const int second = count * 4 / 5; // first bus of the second island
    const auto any = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high - 1)(random);
    };
    const auto add = [&](int from, int to) {
        const int kind = any(0, 10);
        add_branch(system, from, to, reactance(random), kind < 3 ? tap(random) : 0.0,
                   kind == 0 ? shift(random) : 0.0);
    };
    for (int bus = 1; bus < count; ++bus) {
        if (bus != second) {
            add(any(bus < second ? 0 : second, bus), bus);
        }
    }
    for (int k = 0; k < count / 2; ++k) {
        const bool first = any(0, 5) < 4;
        const int from = first ? any(0, second) : any(second, count);
        const int to = first ? any(0, second) : any(second, count);
        if (from != to) {
            add(from, to);
        }
    }
    add(system.branches.to_bus[0], system.branches.from_bus[0]); // the other way round
    return system;
}

class RandomNetwork : public testing::TestWithParam<int> {};

TEST_P(RandomNetwork, FlowsAreThoseOfTheAngles) {
    const Comm comm(MPI_COMM_WORLD);
    const int count = GetParam();
    std::mt19937 random(static_cast<unsigned>(count)); // the same on all ranks
    const grid::System system = random_network(count, random);
    const Network network = make_network(system);
    constexpr std::size_t hours = 3;
    std::normal_distribution<double> power(0.0, 100.0);
    std::vector<double> injection(at(count) * hours);
    for (std::size_t t = 0; t < hours; ++t) { // balanced on both islands
        for (const auto& [begin, end] :
             {std::pair{0, count * 4 / 5}, std::pair{count * 4 / 5, count}}) {
            double sum_mw = 0.0;
            for (int bus = begin + 1; bus < end; ++bus) {
                injection[at(bus) * hours + t] = power(random);
                sum_mw += injection[at(bus) * hours + t];
            }
            injection[at(begin) * hours + t] = -sum_mw;
        }
    }
    const std::vector<int> owner = deal_out(comm, count);
    std::vector<double> slack(at(count), 0.0);
    slack[at(count / 3)] = 1.0;
    slack[at(count / 2)] = 3.0;
    slack[at(count - 1)] = 2.0;
    for (const auto& weight : {std::vector<double>{}, slack}) {
        const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), weight);
        const auto flow =
            whole(comm, network, own,
                  branch_flows(comm, network, own, hours, own_part(comm, owner, injection)), hours);
        for (std::size_t t = 0; t < hours; ++t) {
            std::vector<double> of_hour;
            for (std::size_t bus = 0; bus < at(count); ++bus) {
                of_hour.push_back(injection[bus * hours + t]);
            }
            const std::vector<double> expected = dense_flows(system, of_hour);
            double largest = 1.0;
            for (const double mw : expected) {
                largest = std::max(largest, std::abs(mw));
            }
            for (std::size_t l = 0; l < expected.size(); ++l) {
                ASSERT_NEAR(flow[l * hours + t], expected[l], 1e-10 * largest) << l << ' ' << t;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Buses, RandomNetwork, testing::Values(50, 83, 120, 200));

} // namespace
} // namespace longyang::powerflow
