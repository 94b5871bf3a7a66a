// Flows of all branches and hours: ours, a plain loop, and OpenBLAS where it was found, in the same
// run on the same numbers. Rates are in the counter "flops". Sizes: rows/buses/hours.
#include "kernels/flows.hpp"
#include "kernels/runtime.hpp"

#include <benchmark/benchmark.h>

#ifdef LONGYANG_OPENBLAS
#include <cblas.h>
#endif

#include <cstddef>
#include <cstdio>
#include <random>
#include <vector>

namespace {

struct Problem {
    std::size_t rows, buses, hours;
    std::vector<double> ptdf, injection, flow;
};

std::vector<double> random_numbers(std::size_t n, unsigned seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    std::vector<double> values(n);
    for (double& value : values) {
        value = uniform(generator);
    }
    return values;
}

Problem make_problem(const benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0));
    const auto buses = static_cast<std::size_t>(state.range(1));
    const auto hours = static_cast<std::size_t>(state.range(2));
    return {rows,
            buses,
            hours,
            random_numbers(rows * buses, 1),
            random_numbers(buses * hours, 2),
            std::vector<double>(rows * hours)};
}

void report_rate(benchmark::State& state, const Problem& p) {
    state.counters["flops"] =
        benchmark::Counter(2.0 * static_cast<double>(p.rows * p.buses * p.hours),
                           benchmark::Counter::kIsIterationInvariantRate);
}

void ours(benchmark::State& state) {
    Problem p = make_problem(state);
    for ([[maybe_unused]] auto _ : state) {
        longyang::kernels::branch_flows(p.rows, p.buses, p.hours, p.ptdf, p.injection, {}, p.flow);
        benchmark::DoNotOptimize(p.flow.data());
    }
    report_rate(state, p);
}

void plain_loop(benchmark::State& state) {
    Problem p = make_problem(state);
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t l = 0; l < p.rows; ++l) {
            double* out = p.flow.data() + l * p.hours;
            for (std::size_t t = 0; t < p.hours; ++t) {
                out[t] = 0.0;
            }
            for (std::size_t b = 0; b < p.buses; ++b) {
                const double factor = p.ptdf[l * p.buses + b];
                const double* in = p.injection.data() + b * p.hours;
                for (std::size_t t = 0; t < p.hours; ++t) {
                    out[t] += factor * in[t];
                }
            }
        }
        benchmark::DoNotOptimize(p.flow.data());
    }
    report_rate(state, p);
}

#ifdef LONGYANG_OPENBLAS
void openblas_dgemm(benchmark::State& state) {
    Problem p = make_problem(state);
    const auto rows = static_cast<int>(p.rows);
    const auto buses = static_cast<int>(p.buses);
    const auto hours = static_cast<int>(p.hours);
    for ([[maybe_unused]] auto _ : state) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, hours, buses, 1.0,
                    p.ptdf.data(), buses, p.injection.data(), hours, 0.0, p.flow.data(), hours);
        benchmark::DoNotOptimize(p.flow.data());
    }
    report_rate(state, p);
}
#endif

void sizes(benchmark::internal::Benchmark* b) {
    b->Unit(benchmark::kMillisecond)
        ->Args({186, 118, 8760})
        ->Args({250, 150, 8760})
        ->Args({250, 150, 168})
        ->Args({1000, 700, 2016});
}

BENCHMARK(ours)->Apply(sizes);
#ifdef LONGYANG_OPENBLAS
BENCHMARK(openblas_dgemm)->Apply(sizes);
#endif
BENCHMARK(plain_loop)->Apply(sizes);

} // namespace

int main(int argc, char** argv) {
    const longyang::kernels::Runtime runtime;
    benchmark::Initialize(&argc, argv);
    std::printf("ours: %s\n", longyang::kernels::describe_backend().c_str());
#ifdef LONGYANG_OPENBLAS
    // As many threads as our own backend uses: the comparison is core against core. Beside a GPU,
    // whose concurrency is not one of cores, one.
    const longyang::kernels::Backend own = longyang::kernels::backend();
    openblas_set_num_threads(own.on_host ? own.concurrency : 1);
    std::printf("peer: %s, core %s\n", openblas_get_config(), openblas_get_corename());
#endif
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
