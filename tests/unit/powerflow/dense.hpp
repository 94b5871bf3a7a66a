#pragma once

#include "grid/islands.hpp"
#include "grid/tables.hpp"
#include "kernels/tests/dense_solve.hpp"
#include "networks.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

/// Flows by dense elimination, which shares nothing with the code under test, and random networks.
namespace longyang::powerflow {

using kernels::test::solve_dense;

/// Flows from the tables: the last bus of every island has angle 0 (its row says so).
inline std::vector<double> dense_flows(const grid::System& system,
                                       const std::vector<double>& injection) {
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
inline grid::System random_network(int count, std::mt19937& random) {
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

/// What an outage leaves, solved anew: flows of all branches; 0 for the lost ones and dead parts.
/// Every part's imbalance is taken up by shares; a part without shares is dead.
struct Resolved {
    std::vector<double> flow_mw;
    std::vector<bool> dead; ///< per branch

    Resolved(const grid::System& system, int branch, int second_branch,
             std::vector<double> injection, const std::vector<double>& share) {
        grid::System left = system;
        std::vector<std::size_t> place;
        left.branches = {};
        const grid::Branches& all = system.branches;
        for (std::size_t l = 0; l < all.x_pu.size(); ++l) {
            if (static_cast<int>(l) != branch && static_cast<int>(l) != second_branch) {
                add_branch(left, all.from_bus[l], all.to_bus[l], all.x_pu[l], all.tap_pu[l],
                           all.shift_deg[l]);
                place.push_back(l);
            }
        }
        const auto count = static_cast<int>(injection.size());
        const auto island = grid::islands(count, left.branches.from_bus, left.branches.to_bus);
        std::vector<double> sum(injection.size(), 0.0);
        std::vector<double> shares(injection.size(), 0.0);
        for (std::size_t bus = 0; bus < injection.size(); ++bus) {
            sum[at(island[bus])] += injection[bus];
            shares[at(island[bus])] += share[bus];
        }
        for (std::size_t bus = 0; bus < injection.size(); ++bus) {
            const auto i = at(island[bus]);
            injection[bus] =
                shares[i] > 0.0 ? injection[bus] - sum[i] * share[bus] / shares[i] : 0.0;
        }
        const std::vector<double> flow = dense_flows(left, injection);
        flow_mw.assign(all.x_pu.size(), 0.0);
        dead.assign(all.x_pu.size(), true);
        for (std::size_t l = 0; l < place.size(); ++l) {
            flow_mw[place[l]] = flow[l];
            dead[place[l]] = shares[at(island[at(left.branches.from_bus[l])])] == 0.0;
        }
    }
};

} // namespace longyang::powerflow
