// AC power flow of many hours on meshed networks of several sizes: with factors shared by bins of
// hours, with a Newton of each hour's own, and with reactive limits. The counter "hours" is hours
// a second. Sizes: buses/hours. The peers are in tests/bench/run acflow.
#include "kernels/ac_flow.hpp"
#include "kernels/tests/ac_networks.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <random>
#include <vector>

namespace {

using namespace longyang::kernels;

/// Reactive limits that the machines can keep. Over the long chords of a large network more is
/// lost: with the limits of the small ones most hours of 1200 buses have no solution that any stage
/// finds, and each takes all its steps (0.3 s).
double least_q(std::size_t buses) {
    return buses < 1000 ? -0.05 : -0.2;
}
double most_q(std::size_t buses) {
    return buses < 1000 ? 0.1 : 0.3;
}

struct Year {
    std::size_t hours;
    test::AcTestNetwork network;
    std::vector<double> p, q, v_set, q_min, q_max;

    Year(std::size_t buses, std::size_t count)
        : hours(count), network(test::meshed_network(buses, 1)), p(buses * hours), q(p.size()),
          v_set(buses, 1.0), q_min(buses, least_q(buses)), q_max(buses, most_q(buses)) {
        std::mt19937_64 generator(2);
        std::uniform_real_distribution<double> each(0.05, 0.1);
        for (std::size_t i = 0; i < buses; ++i) {
            for (std::size_t t = 0; t < hours; ++t) {
                const double x = each(generator) * (0.7 + 0.3 * static_cast<double>(t % 24) / 23.0);
                p[i * hours + t] = network.kind[i] == AcBus::regulated ? 2.5 * x : -x;
                q[i * hours + t] = -0.3 * x;
            }
        }
    }
};

void run(benchmark::State& state, const AcSettings& settings, bool limits) {
    const auto hours = static_cast<std::size_t>(state.range(1));
    Year year(static_cast<std::size_t>(state.range(0)), hours);
    const AcNetwork network = year.network.network();
    AcHours in{hours, year.p, year.q, year.v_set, {}, {}, {}, {}};
    if (limits) {
        in.q_min_pu = year.q_min;
        in.q_max_pu = year.q_max;
    }
    test::AcTestAnswers answers(year.network, hours);
    AcSummary summary;
    for ([[maybe_unused]] auto _ : state) {
        summary = solve_ac_hours(network, in, settings, answers.spans());
        benchmark::DoNotOptimize(answers.v.data());
    }
    state.counters["hours"] = benchmark::Counter(static_cast<double>(hours),
                                                 benchmark::Counter::kIsIterationInvariantRate);
    state.counters["shared"] = static_cast<double>(summary.by_shared_factor);
    state.counters["left"] = static_cast<double>(summary.not_converged + summary.limits_open);
}

void ac_shared_factors(benchmark::State& state) {
    run(state, {}, false);
}
void ac_own_newton(benchmark::State& state) {
    AcSettings settings;
    settings.chord_steps = 0;
    run(state, settings, false);
}
void ac_reactive_limits(benchmark::State& state) {
    run(state, {}, true);
}

void sizes(benchmark::internal::Benchmark* b) {
    b->Unit(benchmark::kMillisecond)
        ->Args({30, 2016})
        ->Args({120, 2016})
        ->Args({300, 2016})
        ->Args({1200, 512})
        ->Args({120, 70080});
}

BENCHMARK(ac_shared_factors)->Apply(sizes);
BENCHMARK(ac_own_newton)->Apply(sizes);
BENCHMARK(ac_reactive_limits)->Apply(sizes);

} // namespace
