// AC power flow of many hours after the loss of every branch, of meshed networks of several sizes,
// with and without reactive limits. The counter "pairs" is outages x hours solved a second, "left"
// those that have no solution or none within the steps. Sizes: buses/hours.
#include "kernels/ac_outages.hpp"
#include "kernels/tests/ac_networks.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace {

using namespace longyang::kernels;

/// Hours that are solved intact, and outages of all branches of a network that none of them splits.
struct Hours {
    std::size_t hours;
    test::AcTestNetwork network;
    std::vector<double> p, q, v_set, q_min, q_max, rating, v_min, v_max;
    std::vector<std::int32_t> outage;
    std::vector<std::uint8_t> solved;
    test::AcTestAnswers base;

    Hours(std::size_t buses, std::size_t count, bool limits)
        : hours(count), network(test::meshed_network(buses, 1)), p(buses * hours), q(p.size()),
          v_set(buses, 1.0), rating(network.branches.size(), 2.0), v_min(buses, 0.95),
          v_max(buses, 1.05), outage(network.branches.size()), base(network, hours) {
        std::mt19937_64 generator(2);
        std::uniform_real_distribution<double> each(0.05, 0.1);
        for (std::size_t i = 0; i < buses; ++i) {
            for (std::size_t t = 0; t < hours; ++t) {
                const double x = each(generator) * (0.7 + 0.3 * static_cast<double>(t % 24) / 23.0);
                p[i * hours + t] = network.kind[i] == AcBus::regulated ? 2.5 * x : -x;
                q[i * hours + t] = -0.3 * x;
            }
        }
        if (limits) {
            q_min.assign(buses, -0.05);
            q_max.assign(buses, 0.1);
        }
        std::iota(outage.begin(), outage.end(), 0);
        solve_ac_hours(network.network(), in(), {}, base.spans());
        for (const AcStatus status : base.status) {
            solved.push_back(status == AcStatus::solved ? 1 : 0);
        }
    }
    [[nodiscard]] AcHours in() const { return {hours, p, q, v_set, q_min, q_max, {}, {}}; }
};

void run(benchmark::State& state, bool limits) {
    Hours h(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)),
            limits);
    const AcNetwork network = h.network.network();
    std::size_t left = 0;
    for ([[maybe_unused]] auto _ : state) {
        const AcOutageAnswers answers =
            solve_ac_outages(network, h.in(), {h.base.v, h.base.angle, h.solved},
                             {h.network.branches, h.rating, {}, h.v_min, h.v_max, h.outage}, {});
        left = answers.left.size();
    }
    state.counters["pairs"] = benchmark::Counter(static_cast<double>(h.outage.size() * h.hours),
                                                 benchmark::Counter::kIsIterationInvariantRate);
    state.counters["left"] = static_cast<double>(left);
}

void ac_outages(benchmark::State& state) {
    run(state, false);
}
void ac_outages_limits(benchmark::State& state) {
    run(state, true);
}

BENCHMARK(ac_outages)
    ->Unit(benchmark::kMillisecond)
    ->Args({30, 168})
    ->Args({120, 168})
    ->Args({300, 72})
    ->Args({120, 2016})
    ->Args({120, 8760});
BENCHMARK(ac_outages_limits)->Unit(benchmark::kMillisecond)->Args({120, 168});

} // namespace
