// Best plans of single plants at given prices, as the price engine asks for them in each iteration:
// units of a thermal fleet, and stores. A plant is one work item, its hours follow one another, so
// a GPU needs thousands of plants before it is filled. Sizes: plants/hours.
#include "kernels/stores.hpp"
#include "kernels/units.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace {

namespace kernels = longyang::kernels;
using Numbers = std::vector<double>;

/// Prices of a day and a season, with noise, CNY/MWh.
Numbers prices(std::size_t hours, unsigned seed) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> noise(0.0, 30.0);
    Numbers price(hours);
    for (std::size_t t = 0; t < hours; ++t) {
        const auto hour = static_cast<double>(t);
        price[t] = 300.0 + 150.0 * std::sin(hour / 24.0 * 6.2832) +
                   60.0 * std::sin(hour / 8760.0 * 6.2832) + noise(generator);
    }
    return price;
}

/// Clusters of one group each: 600 MW units, 3 segments, 3 start tiers, up and down reserve.
struct Fleet {
    std::size_t hours;
    std::vector<kernels::UnitCluster> clusters;
    std::vector<kernels::UnitPast> groups;
    std::vector<char> duty, state;
    Numbers p_min, p_max, start, segment_mw, segment_cny, tier_cny, price;
    Numbers bound, cost, earned, p, up, down;
    std::vector<int> tier_off_h, channels{1, 2};

    Fleet(std::size_t count, std::size_t span) : hours(span), groups(count) {
        std::mt19937_64 generator(1);
        std::uniform_real_distribution<double> uniform(0.8, 1.2);
        for (std::size_t k = 0; k < count; ++k) {
            const auto i = static_cast<int>(k);
            kernels::UnitCluster c;
            c.group_begin = i;
            c.group_end = i + 1;
            c.segment_begin = c.tier_begin = 3 * i;
            c.segment_end = c.tier_end = 3 * i + 3;
            c.up_end = 1;
            c.down_begin = 1;
            c.down_end = 2;
            c.base_mw = 180.0;
            c.base_cny_per_h = 60000.0 * uniform(generator);
            c.ramp_up_mw_per_h = c.ramp_down_mw_per_h = 150.0 * uniform(generator);
            c.up_max_mw = c.down_max_mw = 60.0;
            c.min_up_h = c.min_down_h = 8;
            clusters.push_back(c);
            const double fuel = 250.0 * uniform(generator);
            for (int m = 0; m < 3; ++m) {
                segment_mw.push_back(140.0);
                segment_cny.push_back(fuel * (1.0 + 0.05 * m));
                tier_off_h.push_back(24 * m);
                tier_cny.push_back(3e5 * (1.0 + m));
            }
        }
        const std::size_t all = count * hours;
        duty.assign(all, kernels::unit_available);
        state.resize(all);
        p_min.assign(all, 180.0);
        p_max.assign(all, 600.0);
        start.assign(all, 240.0);
        price = prices(hours, 2);
        price.resize(3 * hours, 5.0);
        for (Numbers* of_groups : {&bound, &cost, &earned}) {
            of_groups->resize(count);
        }
        for (Numbers* of_hours : {&p, &up, &down}) {
            of_hours->resize(all);
        }
    }

    void plan() {
        kernels::best_unit_plans({hours, clusters, groups, duty, p_min, p_max, start, start,
                                  segment_mw, segment_cny, tier_off_h, tier_cny, channels},
                                 price, {bound, cost, earned, state, p, up, down});
    }
};

/// Batteries of a few hours that charge and draw in two lots an hour.
struct Batteries {
    std::size_t count, hours;
    Numbers start, kept, target, end_price, low, high, base, value, amount;
    Numbers worth, taken, content, bound, breach;

    Batteries(std::size_t stores, std::size_t span)
        : count(stores), hours(span), start(stores, 200.0), kept(stores, 0.999),
          target(stores, 200.0), end_price(stores, 500.0), low(stores * span, 0.0),
          high(stores * span, 400.0), base(stores * span, -100.0), amount(2 * stores * span, 100.0),
          worth(stores * span), taken(2 * stores * span), content(stores * span), bound(stores),
          breach(stores) {
        for (std::size_t s = 0; s < stores; ++s) {
            const Numbers price = prices(hours, static_cast<unsigned>(s));
            for (const double factor : {1.0 / 0.9, 0.9}) {
                for (const double p : price) {
                    value.push_back(factor * p);
                }
            }
        }
    }

    void plan() {
        kernels::plan_stores({count,
                              hours,
                              2,
                              start,
                              kept,
                              target,
                              end_price,
                              low,
                              high,
                              base,
                              {},
                              value,
                              amount,
                              {},
                              {}},
                             1e5, {worth, taken, content, bound, breach});
    }
};

template <class Plants>
void plan(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto hours = static_cast<std::size_t>(state.range(1));
    Plants plants(count, hours);
    for ([[maybe_unused]] auto _ : state) {
        plants.plan();
        benchmark::DoNotOptimize(plants.bound.data());
    }
    state.counters["plant_hours"] = benchmark::Counter(
        static_cast<double>(count * hours), benchmark::Counter::kIsIterationInvariantRate);
}

void unit_plans(benchmark::State& state) {
    plan<Fleet>(state);
}
void store_plans(benchmark::State& state) {
    plan<Batteries>(state);
}

void sizes(benchmark::internal::Benchmark* b) {
    b->Unit(benchmark::kMillisecond)->Args({150, 8760})->Args({8192, 168});
}

BENCHMARK(unit_plans)->Apply(sizes);
BENCHMARK(store_plans)->Apply(sizes);

} // namespace
