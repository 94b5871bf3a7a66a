#include "../solve/kernel_runtime.hpp"
#include "certify/rivers.hpp"
#include "random_examples.hpp"
#include "solve/prices/rivers/river_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace longyang::certify {
namespace {

struct Kinds {
    int most_reservoirs = 5;
    bool reserve = false, head = false, pumps = false;
};

Example random_river(Random& random, const Kinds& kinds) {
    Example e;
    e.hours = random.whole(12, kinds.head ? 18 : 72);
    const int count = random.whole(1, kinds.most_reservoirs);
    double flow = 0.0;
    for (int r = 0; r < count; ++r) {
        testing::ReservoirRow row;
        row.downstream = r + 1 < count ? (random.one_in(4) ? count - 1 : r + 1) : -1;
        row.travel_h = random.whole(0, 5);
        row.inflow_m3_per_s = random.number(10, 200);
        flow += row.inflow_m3_per_s;
        const double room = 0.0036 * flow * std::pow(10.0, random.number(0.5, 2.5));
        row.storage_min_hm3 = random.number(0, room);
        row.storage_max_hm3 = row.storage_min_hm3 + room;
        row.release_max_m3_per_s = 20.0 * flow;
        if (r % 2 == 1) {
            row.release_max_profile = testing::add_ice_season(e.system, e.hours, 12, 5, 9, 0.08);
        }
        row.release_min_m3_per_s = random.one_in(2) ? 0.0 : random.number(0, 0.5) * flow;
        row.release_shortfall_cny_per_hm3 = random.number(1e4, 1e5);
        row.terminal_shortfall_cny_per_hm3 = random.number(1e5, 1e6);
        row.reference_profile =
            testing::add_profile(e.system, {row.storage_min_hm3 + random.number(0.2, 0.8) * room});
        testing::add_reservoir(e.system, row);
        for (int s = random.one_in(6) ? random.whole(0, 2) : 1; s > 0; --s) {
            testing::StationRow station;
            station.reservoir = r;
            station.flow_max_m3_per_s = random.number(0.5, 3.0) * flow;
            station.mw_per_m3_per_s = random.number(0.1, 1.5);
            station.p_max_mw =
                random.number(0.7, 1.5) * station.flow_max_m3_per_s * station.mw_per_m3_per_s;
            station.variable_om_cny_per_mwh = random.number(0, 15);
            const int k = testing::add_station(e.system, station);
            for (int m = 0; kinds.head && m < 3; ++m) {
                testing::add_head_segment(e.system, k, row.storage_min_hm3 + m * room / 3.0,
                                          station.mw_per_m3_per_s * (0.9 + 0.1 * m));
            }
        }
    }
    if (kinds.pumps && count > 1) {
        testing::PumpRow pump;
        pump.reservoir_to = random.whole(0, count - 2);
        pump.reservoir_from = random.whole(pump.reservoir_to + 1, count - 1);
        pump.mw_per_m3_per_s = random.number(0.3, 1.5);
        pump.p_max_mw = pump.mw_per_m3_per_s * random.number(0.1, 1.0) * flow;
        pump.variable_om_cny_per_mwh = random.number(0, 10);
        testing::add_pump(e.system, pump);
    }
    if (e.hours % 3 == 0) { // SV-3
        testing::add_dates(e.system, e.hours);
    } else if (kinds.pumps && count > 1 && random.one_in(2)) {
        const int from = random.whole(1, e.hours / 2);
        testing::add_service(e.system, "pumps", e.system.pumps.name[0], from,
                             random.whole(from + 1, e.hours));
    }
    if (kinds.reserve) {
        e.add_reserves();
    }
    e.draw_prices(random, 250.0, 120.0);
    return e;
}

double bound_of(const Example& e, const lp::River& river, std::span<const double> value,
                std::span<const double> head) {
    const Prices prices = e.prices();
    const PricedRiver priced(river, prices, value, head);
    double bound = 0.0;
    std::vector<double> least;
    for (std::size_t r = 0; r < river.reservoirs.size(); ++r) {
        if (priced.has_heads(r)) {
            bound += priced.all_hours(r, {}, least);
            continue;
        }
        for (std::size_t t = 0; t < prices.hours; ++t) {
            bound += priced.bound(r, t);
        }
    }
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        for (std::size_t t = 0; t < prices.hours; ++t) {
            bound += priced.pump_bound(k, t);
        }
    }
    return bound;
}

/// At the oracle's values the bound is not below the oracle's, and not above HiGHS's best plan.
void check(const Example& e, Random& random) {
    const double best = e.by_highs({model::Kind::cascade, 0});
    ASSERT_TRUE(std::isfinite(best));
    const lp::River river = model::river_data(e.context(), 0);
    solve::prices::RiverSolver solver(river, e.hours);
    solve::prices::Answer answer;
    for (int call = 0; call < 10; ++call) {
        std::vector<double> given(e.price.size(), 0.0);
        answer = solver.solve(e.price, given);
    }
    double size = 1.0;
    for (const lp::RiverStation& station : river.stations) {
        size += e.turnover(station.p_max_mw);
    }
    const auto& plan = solver.plan();
    const double bound = bound_of(e, river, plan.value_cny_per_hm3, plan.head_price_cny_per_hm3);
    EXPECT_LE(bound, best + 1e-7 * size);
    EXPECT_GE(bound, answer.bound - 1e-9 * size);
    // Any other values give a bound too.
    std::vector<double> other = plan.value_cny_per_hm3;
    for (double& value : other) {
        value *= random.number(0.5, 1.5);
    }
    EXPECT_LE(bound_of(e, river, other, {}), best + 1e-7 * size);
}

void check_many(std::uint64_t seed, int count, const Kinds& kinds) {
    Random random(seed);
    for (int run = 0; run < count; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        check(random_river(random, kinds), random);
    }
}

TEST(CertifyRivers, BetweenOracleAndHighs) {
    check_many(31, 40, {});
}

TEST(CertifyRivers, WithReserve) {
    check_many(32, 25, {5, true, false});
}

TEST(CertifyRivers, WithHeadSegments) {
    check_many(33, 8, {3, false, true});
}

TEST(CertifyRivers, WithHeadSegmentsAndReserve) {
    check_many(34, 4, {2, true, true});
}

TEST(CertifyRivers, WithPumps) {
    check_many(35, 30, {5, true, false, true});
}

TEST(CertifyRivers, WithHeadSegmentsAndPumps) {
    check_many(36, 12, {2, false, true, true});
}

/// Inflow and flow in steps that meet again and again, so that bends of curves of different hours
/// come together but for rounding.
Example whole_amounts(Random& random) {
    Example e;
    e.hours = random.whole(12, 30);
    testing::ReservoirRow row;
    row.storage_max_hm3 = 40;
    row.inflow_m3_per_s = 50 * random.whole(2, 12);
    row.release_max_m3_per_s = 100000;
    row.reference_profile = testing::add_profile(e.system, {1.2 * random.whole(1, 10)});
    row.terminal_shortfall_cny_per_hm3 = 1e5;
    testing::add_reservoir(e.system, row);
    testing::StationRow station;
    station.flow_max_m3_per_s = 1000;
    station.mw_per_m3_per_s = 0.3;
    station.p_max_mw = 300;
    testing::add_station(e.system, station);
    testing::add_head_segment(e.system, 0, 0, 0.2);
    testing::add_head_segment(e.system, 0, 31, 0.3);
    e.draw_prices(random, 500.0, 50.0);
    return e;
}

TEST(CertifyRivers, BendsThatMeet) {
    Random random(37);
    for (int run = 0; run < 200; ++run) {
        SCOPED_TRACE(fmt::format("run {}", run));
        check(whole_amounts(random), random);
    }
}

// By hand: one station of 1 MW per m3/s and at most 100, prices 100 and 300, storage free between 0
// and 1.8 hm3 (500 m3/s for an hour), 100 m3/s come in; full at 1.8 hm3 before and to be so again.
TEST(CertifyRivers, ByHand) {
    Example e;
    e.hours = 2;
    testing::ReservoirRow row;
    row.storage_max_hm3 = 1.8;
    row.inflow_m3_per_s = 100;
    row.release_max_m3_per_s = 1000;
    row.reference_profile = testing::add_profile(e.system, {0.9});
    testing::add_reservoir(e.system, row);
    testing::StationRow station;
    station.flow_max_m3_per_s = 150;
    station.p_max_mw = 150;
    testing::add_station(e.system, station);
    e.price = {100, 300};
    const lp::River river = model::river_data(e.context(), 0);
    // 200 m3/s h for both hours: 50 at 100, 150 at 300.
    const double value = 100 / 0.0036;
    EXPECT_NEAR(bound_of(e, river, std::vector<double>{value, value}, {}), -50000.0, 1e-6);
    EXPECT_LT(bound_of(e, river, std::vector<double>{0.9 * value, value}, {}), -50000.0);
}

// By hand: 1 MW per m3/s and at most 100, 50 m3/s come into an empty reservoir, power earns 100,
// upward reserve 40. Water behind reserve, held or spilt, cannot be turned, so the best is 50 MW
// and no reserve; without the water 50 MW of reserve would go with it.
TEST(CertifyRivers, WaterBehindReserveByHand) {
    Example e;
    e.hours = 1;
    testing::ReservoirRow row;
    row.storage_max_hm3 = 1.8;
    row.inflow_m3_per_s = 50;
    row.release_max_m3_per_s = 1000;
    testing::add_reservoir(e.system, row);
    testing::StationRow station;
    station.flow_max_m3_per_s = 100;
    station.p_max_mw = 100;
    testing::add_station(e.system, station);
    testing::add_reserve(e.system, 0, "up", "spinning", 100, 1000);
    e.price.assign(static_cast<std::size_t>(model::Channels(e.system).count()), 40.0);
    e.price[0] = 100;
    const lp::River river = model::river_data(e.context(), 0);
    ASSERT_FALSE(river.stations[0].reserve.up.empty());
    const double value = 100 / 0.0036;
    EXPECT_NEAR(bound_of(e, river, std::vector<double>{value}, {}), -5000.0, 1e-6);
    EXPECT_NEAR(e.by_highs({model::Kind::cascade, 0}), -5000.0, 1e-6);
}

} // namespace
} // namespace longyang::certify
