// Short-circuit strength of many hours: ours, and a dense factorisation of every hour by OpenBLAS,
// in the same run on the same numbers. Rates are in the counter "hours_per_s". Sizes: nodes/hours.
#include "kernels/strength.hpp"

#include <benchmark/benchmark.h>
#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace {

/// A tree of branches with some chords, as transmission networks are: 1.4 lines a node, as in the
/// northwest. Machines at all nodes; a tenth of them change from hour to hour.
struct Problem {
    std::size_t nodes, hours;
    std::vector<int> from, to, machine_node;
    std::vector<double> line_pu, machine_pu, connected, infeed;
    std::vector<std::int64_t> node, group_first, sum_group;

    Problem(std::size_t nodes_, std::size_t hours_)
        : nodes(nodes_), hours(hours_), machine_pu(nodes, 1.0), connected(nodes * hours),
          infeed(nodes * hours, 100.0) {
        std::mt19937_64 generator(1);
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        const auto add = [&](std::size_t a, std::size_t b) {
            from.push_back(static_cast<int>(a));
            to.push_back(static_cast<int>(b));
            line_pu.push_back(50.0 + 200.0 * uniform(generator));
        };
        for (std::size_t i = 0; i < nodes; ++i) {
            if (i > 0) {
                const double back =
                    1.0 + std::min<double>(static_cast<double>(i), 8.0) * uniform(generator);
                add(i, i - std::min(i, static_cast<std::size_t>(back)));
            }
            if (i > 2 && i % 5 < 2) {
                add(i, i - 3);
            }
            node.push_back(static_cast<std::int64_t>(i));
            machine_node.push_back(static_cast<int>(i));
            double units = 5.0;
            for (std::size_t h = 0; h < hours; ++h) {
                units = uniform(generator) < 0.1 ? std::floor(10.0 * uniform(generator)) : units;
                connected[i * hours + h] = units;
            }
        }
        group_first = {0, static_cast<std::int64_t>(nodes)};
        sum_group.assign(nodes, 0);
    }

    /// L of L L^T = lines + machines of an hour, in the lower triangle, row by row.
    [[nodiscard]] std::vector<double> factor(std::size_t hour) const {
        std::vector<double> l(nodes * nodes, 0.0);
        for (std::size_t k = 0; k < from.size(); ++k) {
            const auto a = static_cast<std::size_t>(from[k]);
            const auto b = static_cast<std::size_t>(to[k]);
            l[a * nodes + a] += line_pu[k];
            l[b * nodes + b] += line_pu[k];
            l[a * nodes + b] -= line_pu[k];
            l[b * nodes + a] -= line_pu[k];
        }
        const int n = static_cast<int>(nodes);
        for (int k = 0; k < n; ++k) {
            const auto i = static_cast<std::size_t>(k);
            double* const row = l.data() + i * nodes;
            cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, k, l.data(), n, row,
                        1);
            row[k] =
                std::sqrt(row[k] + connected[i * hours + hour] - cblas_ddot(k, row, 1, row, 1));
        }
        return l;
    }
};

Problem make_problem(const benchmark::State& state) {
    return {static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1))};
}

void report_rate(benchmark::State& state, std::size_t hours) {
    state.counters["hours_per_s"] = benchmark::Counter(
        static_cast<double>(hours), benchmark::Counter::kIsIterationInvariantRate);
}

void strength_sparse(benchmark::State& state) {
    const Problem p = make_problem(state);
    std::vector<double> own(p.nodes * p.hours);
    std::vector<double> sum(p.nodes * p.hours);
    for ([[maybe_unused]] auto _ : state) {
        longyang::kernels::short_circuit_strength(
            {p.nodes, p.hours, p.from, p.to, p.line_pu, p.machine_node, p.machine_pu, p.connected},
            {p.node, p.node, p.infeed, p.group_first, p.node, p.node, p.sum_group, {}, {}},
            {own, sum, {}});
        benchmark::DoNotOptimize(own.data());
    }
    report_rate(state, p.hours);
}

/// A factorisation an hour and L^-1, whose columns hold the diagonal of the inverse; no weights.
void strength_dense(benchmark::State& state) {
    const Problem p = make_problem(state);
    const int n = static_cast<int>(p.nodes);
    const std::size_t hours = std::min<std::size_t>(p.hours, 64);
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t h = 0; h < hours; ++h) {
            const std::vector<double> l = p.factor(h);
            std::vector<double> inverse(p.nodes * p.nodes, 0.0);
            for (std::size_t i = 0; i < p.nodes; ++i) {
                inverse[i * p.nodes + i] = 1.0;
            }
            cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, n, n, 1.0,
                        l.data(), n, inverse.data(), n);
            benchmark::DoNotOptimize(inverse.data());
        }
    }
    report_rate(state, hours);
}

BENCHMARK(strength_sparse)->Args({112, 8760})->Unit(benchmark::kMillisecond);
BENCHMARK(strength_dense)->Args({112, 64})->Unit(benchmark::kMillisecond);

} // namespace
