// Outages of a year: ours, a plain loop over all pairs, and the core's own rates (OpenBLAS's dgemm
// in bench_flows.cpp, a triad that streams from memory) in the same run. The counter "pairs" is
// branches x outages x hours decided a second, "bytes" the triad's rate.
// Sizes: branches/outages/hours. Factors fall off as those of a network do: of the northwest's 1 %
// are above 0.1 and 10 % above 0.01.
#include "kernels/outages.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace {

namespace kernels = longyang::kernels;

struct Outages {
    std::size_t rows, outages, hours;
    std::vector<double> flow, factor, rating;
    std::vector<std::int64_t> first, source;

    explicit Outages(const benchmark::State& state)
        : rows(static_cast<std::size_t>(state.range(0))),
          outages(static_cast<std::size_t>(state.range(1))),
          hours(static_cast<std::size_t>(state.range(2))), flow(rows * hours),
          factor(rows * outages), rating(rows, 3000.0), first(outages + 1), source(outages) {
        std::mt19937_64 generator(1);
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        std::normal_distribution<double> normal;
        for (std::size_t row = 0; row < rows; ++row) {
            const double mean = 800.0 * normal(generator);
            for (std::size_t t = 0; t < hours; ++t) {
                flow[row * hours + t] = mean + 300.0 * normal(generator);
            }
        }
        for (double& f : factor) {
            f = std::pow(10.0, -1.0 - 2.5 * std::abs(normal(generator)) + uniform(generator)) *
                (uniform(generator) < 0.5 ? -1.0 : 1.0);
            f = std::abs(f) > 1.0 ? 1.0 : f;
        }
        std::iota(first.begin(), first.end(), 0);
        for (std::size_t o = 0; o < outages; ++o) {
            source[o] = static_cast<std::int64_t>(o % rows);
        }
    }

    [[nodiscard]] kernels::OutageFlows input() const {
        return {rows, hours, flow, flow, first, source, factor};
    }

    void report(benchmark::State& state) const {
        state.counters["pairs"] = benchmark::Counter(static_cast<double>(rows * outages * hours),
                                                     benchmark::Counter::kIsIterationInvariantRate);
    }
};

void worst_outages(benchmark::State& state) {
    const Outages o(state);
    std::vector<double> worst(o.rows * o.hours);
    std::vector<std::int32_t> which(o.rows * o.hours);
    for ([[maybe_unused]] auto _ : state) {
        kernels::worst_outages(o.input(), worst, which);
        benchmark::DoNotOptimize(worst.data());
    }
    o.report(state);
}

void check_outages(benchmark::State& state) {
    const Outages o(state);
    for ([[maybe_unused]] auto _ : state) {
        auto found = kernels::check_outages(o.input(), {o.rating, {}}, {0.0, 10});
        benchmark::DoNotOptimize(found);
    }
    o.report(state);
}

void all_pairs(benchmark::State& state) {
    const Outages o(state);
    std::vector<double> worst(o.rows * o.hours);
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t row = 0; row < o.rows; ++row) {
            double* most = worst.data() + row * o.hours;
            const double* before = o.flow.data() + row * o.hours;
            for (std::size_t t = 0; t < o.hours; ++t) {
                most[t] = std::abs(before[t]);
            }
            for (std::size_t k = 0; k < o.outages; ++k) {
                const double factor = o.factor[row * o.outages + k];
                const double* lost =
                    o.flow.data() + static_cast<std::size_t>(o.source[k]) * o.hours;
                for (std::size_t t = 0; t < o.hours; ++t) {
                    const double size = std::abs(before[t] + factor * lost[t]);
                    most[t] = size > most[t] ? size : most[t];
                }
            }
        }
        benchmark::DoNotOptimize(worst.data());
    }
    o.report(state);
}

void triad(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    std::vector<double> a(n);
    const std::vector<double> b(n, 1.0);
    const std::vector<double> c(n, 2.0);
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t i = 0; i < n; ++i) {
            a[i] = b[i] + 3.0 * c[i];
        }
        benchmark::DoNotOptimize(a.data());
        benchmark::ClobberMemory();
    }
    state.counters["bytes"] = benchmark::Counter(24.0 * static_cast<double>(n),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

void sizes(benchmark::internal::Benchmark* b) {
    b->Unit(benchmark::kMillisecond)->Args({373, 520, 8760})->Args({1991, 1991, 168});
}

BENCHMARK(worst_outages)->Apply(sizes);
BENCHMARK(check_outages)->Apply(sizes);
BENCHMARK(all_pairs)->Apply(sizes);
BENCHMARK(triad)->Unit(benchmark::kMillisecond)->Arg(20000000);

} // namespace
