// The check of contingencies against a plain walk through all of them, each on a network that is
// built without the lost branches and solved anew by dense elimination.
#include "base/comm.hpp"
#include "base/error.hpp"
#include "caseio/check_case.hpp"
#include "partition/partition.hpp"
#include "plain_dispatch.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"
#include "security/contingencies.hpp"
#include "security/outage_check.hpp"
#include "security/outage_rows.hpp"
#include "tests/unit/powerflow/backends.hpp"
#include "tests/unit/powerflow/dense.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace longyang::security {
namespace {

using powerflow::at;
using powerflow::deal_out;
using powerflow::own_part;
using powerflow::Resolved;

/// A system, hours of injections and of powers of actions, as the check gets them.
struct Example {
    grid::System system;
    Contingencies all;
    grid::Span span;
    std::vector<double> injection, power;

    [[nodiscard]] OutageCheck check(const Comm& comm, const OutageOptions& options) const {
        const powerflow::Network network = powerflow::make_network(system);
        const std::vector<int> owner = deal_out(comm, network.buses);
        std::vector<double> power_of_rank = power;
        if (!comm.root()) {
            std::fill(power_of_rank.begin(), power_of_rank.end(), 0.0);
        }
        return check_outages(comm, network, owner, system, all, span,
                             own_part(comm, owner, injection), power_of_rank, options);
    }

    [[nodiscard]] std::vector<double> injection_of(std::size_t hour) const {
        std::vector<double> of_hour;
        for (std::size_t i = hour; i < injection.size(); i += span.size()) {
            of_hour.push_back(injection[i]);
        }
        return of_hour;
    }

    /// Flows after a contingency in an hour, actions taken.
    [[nodiscard]] Resolved resolve(std::size_t contingency, std::size_t hour,
                                   bool with_actions) const {
        std::vector<double> of_hour = injection_of(hour);
        const Contingency& lost = all.list[contingency];
        const std::vector<double> before = powerflow::dense_flows(system, of_hour);
        double lost_mw = std::abs(before[at(lost.branch)]);
        lost_mw += lost.second_branch < 0 ? 0.0 : std::abs(before[at(lost.second_branch)]);
        for (std::size_t a = 0; with_actions && a < all.actions.size(); ++a) {
            const Action& action = all.actions[a];
            if (action.contingency == static_cast<int>(contingency) &&
                lost_mw >= action.arm_above_mw) {
                const double mw = std::min(action.amount_mw, power[a * span.size() + hour]);
                of_hour[at(action.bus)] += action.kind == Action::Kind::run_back ? mw : -mw;
            }
        }
        return {system, lost.branch, lost.second_branch, of_hour,
                capacity_shares(system, span.begin + static_cast<int>(hour))};
    }
};

/// All contingencies in some hours, walked through one by one.
struct Walk {
    std::vector<double> loading; ///< worst of each hour
    std::vector<long long> found_by_contingency, found_by_hour;
    std::vector<double> excess;

    Walk(const Example& e, const std::vector<std::size_t>& hours, const OutageOptions& options)
        : loading(e.span.size(), 0.0), found_by_contingency(e.all.list.size(), 0),
          found_by_hour(e.span.size(), 0), excess(e.all.list.size(), 0.0) {
        for (const std::size_t t : hours) {
            const std::vector<double> before = powerflow::dense_flows(e.system, e.injection_of(t));
            for (std::size_t l = 0; l < before.size(); ++l) {
                const double mw = rating(e, l, t);
                loading[t] = std::max(loading[t], mw > 0.0 ? std::abs(before[l]) / mw : 0.0);
            }
            for (std::size_t c = 0; c < e.all.list.size(); ++c) {
                take(e, c, t, before, options);
            }
        }
    }

    static double rating(const Example& e, std::size_t branch, std::size_t hour) {
        return emergency_rating_mw(e.system, branch, e.span.begin + static_cast<int>(hour));
    }

    void take(const Example& e, std::size_t c, std::size_t t, const std::vector<double>& before,
              const OutageOptions& options) {
        const Resolved after = e.resolve(c, t, options.actions);
        for (std::size_t l = 0; l < before.size(); ++l) {
            const double mw = rating(e, l, t);
            const double size = std::abs(after.flow_mw[l]);
            if (after.dead[l] || mw == 0.0) {
                continue;
            }
            loading[t] = std::max(loading[t], size / mw);
            if (size > std::max(mw, std::abs(before[l])) + options.tolerance_mw) {
                ++found_by_contingency[c];
                ++found_by_hour[t];
                excess[c] = std::max(excess[c], size - mw);
            }
        }
    }
};

/// A random network with thermal plants here and there (so that parts can be dead), ratings that
/// are broken now and then, one of them by season, pairs and actions. dates: of the plants one
/// third is there in the year's last two hours alone, and one in all but the year's last.
Example random_example(int count, bool dates) {
    Example e;
    e.span = {8757, 5}; // over the year's end
    std::mt19937 random(static_cast<unsigned>(count));
    const auto any = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    std::normal_distribution<double> power(0.0, 100.0);
    grid::System& s = e.system;
    s = powerflow::random_network(count, random);
    const auto branches = static_cast<int>(s.branches.x_pu.size());
    for (int bus = 0; bus < count; ++bus) {
        if (bus == 0 || bus == count - 1 || any(3) == 0) {
            s.thermal.bus.push_back(bus);
            s.thermal.name.push_back("plant" + std::to_string(bus));
            s.thermal.units.push_back(1 + any(3));
            s.thermal.p_max_mw.push_back(100.0);
        }
    }
    for (std::size_t k = 0; k < s.thermal.name.size() && dates; ++k) {
        if (k % 3 > 0) {
            s.service.table.emplace_back("thermal");
            s.service.plant.push_back(s.thermal.name[k]);
            s.service.from_hour.push_back(k % 3 == 1 ? grid::hours_per_year - 2 : 0);
            s.service.to_hour.push_back(grid::hours_per_year - (k % 3 == 1 ? 0 : 1));
        }
    }
    s.hvdc.bus = {count / 2};
    s.profiles.name = {"season"};
    for (int h = 0; h < grid::hours_per_year; ++h) {
        s.profiles.values.push_back(h < 4000 ? 0.8 : 1.3);
    }
    for (int l = 0; l < branches; ++l) {
        s.branches.name.push_back("b" + std::to_string(l));
        s.branches.rating_mw[at(l)] = l % 7 == 0 ? 0.0 : 120.0 + any(300);
        s.branches.rating_emergency_mw.push_back(l % 3 == 0 ? 1.2 * s.branches.rating_mw[at(l)]
                                                            : 0.0);
        s.branches.rating_profile.push_back(l % 2 - 1);
    }
    for (int k = 0; k < branches; ++k) {
        const int first = any(branches);
        const int second = k % 4 == 0 ? -1 : any(branches);
        if (first != second) {
            s.contingencies.name.push_back("c" + std::to_string(k));
            s.contingencies.branch.push_back(first);
            s.contingencies.second_branch.push_back(second);
        }
    }
    for (std::size_t k = 0; k < s.contingencies.name.size(); k += 2) {
        grid::ContingencyActions& t = s.contingency_actions;
        t.contingency.push_back(static_cast<int>(k));
        t.kind.emplace_back(k % 4 == 0 ? "run_back" : "trip");
        t.hvdc.push_back(k % 4 == 0 ? 0 : -1);
        t.plant_table.emplace_back(k % 4 == 0 ? "" : "thermal");
        t.plant.push_back(k % 4 == 0 ? "" : s.thermal.name[k % s.thermal.name.size()]);
        t.amount_mw.push_back(150.0);
        t.arm_above_mw.push_back(k % 3 == 0 ? 80.0 : 0.0);
    }
    e.all = contingencies(s);
    const auto island = grid::islands(count, s.branches.from_bus, s.branches.to_bus);
    e.injection.resize(at(count) * e.span.size());
    for (std::size_t t = 0; t < e.span.size(); ++t) {
        double sum[2] = {};
        for (int bus = 1; bus < count - 1; ++bus) {
            e.injection[at(bus) * e.span.size() + t] = power(random);
            sum[island[at(bus)]] += e.injection[at(bus) * e.span.size() + t];
        }
        e.injection[t] = -sum[0];
        e.injection[at(count - 1) * e.span.size() + t] = -sum[1];
    }
    for (std::size_t i = 0; i < e.all.actions.size() * e.span.size(); ++i) {
        e.power.push_back(std::abs(2.0 * power(random)));
    }
    return e;
}

void expect_walk(const Example& e, const OutageCheck& found, const Walk& walk) {
    long long sum = 0;
    for (std::size_t t = 0; t < e.span.size(); ++t) {
        EXPECT_NEAR(found.by_hour[t].loading, walk.loading[t], 1e-9);
        EXPECT_EQ(found.found_by_hour[t], walk.found_by_hour[t]);
        sum += walk.found_by_hour[t];
    }
    EXPECT_EQ(found.found, sum);
    for (std::size_t c = 0; c < e.all.list.size(); ++c) {
        EXPECT_EQ(found.by_contingency[c].found, walk.found_by_contingency[c]) << c;
        EXPECT_NEAR(found.by_contingency[c].excess_mw, walk.excess[c], 1e-7) << c;
    }
}

class RandomSystem : public testing::TestWithParam<std::tuple<int, bool>> {
protected:
    static Example example() {
        return random_example(std::get<0>(GetParam()), std::get<1>(GetParam()));
    }
};

TEST_P(RandomSystem, IsWhatAWalkFinds) {
    const Comm comm(MPI_COMM_WORLD);
    const Example e = example();
    ASSERT_EQ(capacity_spans(e.system, e.span).size(), std::get<1>(GetParam()) ? 4U : 1U);
    std::vector<std::size_t> hours(e.span.size());
    for (std::size_t t = 0; t < hours.size(); ++t) {
        hours[t] = t;
    }
    for (const bool actions : {true, false}) {
        OutageOptions options;
        options.actions = actions;
        options.max_per_hour = 0;
        const Walk walk(e, hours, options);
        const OutageCheck found = e.check(comm, options);
        ASSERT_GT(found.found, 10); // the example breaks something
        expect_walk(e, found, walk);
        ASSERT_EQ(found.worst_first.size(), static_cast<std::size_t>(found.found));
        for (const OutageViolation& v : found.worst_first) {
            const Resolved after = e.resolve(at(v.contingency), at(v.hour), actions);
            ASSERT_NEAR(v.flow_mw, after.flow_mw[at(v.branch)], 1e-7);
            ASSERT_NEAR(std::abs(v.limit_mw), Walk::rating(e, at(v.branch), at(v.hour)), 1e-9);
        }
        // A few rows at a time, and a short list: the same numbers.
        options.factor_bytes = 1;
        options.max_per_hour = 2;
        options.by_branch = true;
        const OutageCheck piecewise = e.check(comm, options);
        expect_walk(e, piecewise, walk);
        EXPECT_LE(piecewise.worst_first.size(), 2 * e.span.size());
        double highest = 0.0;
        for (const WorstOfBranch& b : piecewise.by_branch) {
            highest = std::max(highest, b.loading);
        }
        EXPECT_NEAR(highest, *std::max_element(walk.loading.begin(), walk.loading.end()), 1e-9);
    }
}

INSTANTIATE_TEST_SUITE_P(Buses, RandomSystem,
                         testing::Combine(testing::Values(12, 30), testing::Bool()));

/// Buses 0, 1, 2 in a triangle of equal branches and bus 3 behind 2. Plants at 0 and 1; an HVDC
/// line sends 90 MW from bus 3.
Example triangle_with_tail() {
    Example e;
    e.span = {0, 1};
    e.system = powerflow::buses(4);
    const std::vector<std::vector<int>> ends = {{0, 1}, {1, 2}, {0, 2}, {2, 3}};
    for (const auto& end : ends) {
        powerflow::add_branch(e.system, end[0], end[1], 0.1, 0.0, 0.0, 80.0);
    }
    e.system.branches.name = {"a", "b", "c", "d"};
    e.system.thermal.bus = {0, 1};
    e.system.thermal.units = {1, 2};
    e.system.thermal.p_max_mw = {200.0, 100.0};
    e.system.hvdc.bus = {3};
    e.injection = {90.0, 0.0, 0.0, -90.0};
    e.all = contingencies(e.system);
    return e;
}

TEST(OutageCheckOf, TriangleByHand) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = triangle_with_tail();
    const OutageCheck found = e.check(comm, {});
    // Without a, b or c 90 MW go one way; d, with 90 MW, is above its rating already and stays so.
    EXPECT_EQ(found.found, 4); // a: c; b: c; c: a and b
    // Several have it; which of their last bits is told is the first one's (N1-6).
    EXPECT_NEAR(found.by_hour[0].loading, 90.0 / 80.0, 1e-9);
    ASSERT_EQ(found.by_contingency.size(), 4U);
    EXPECT_EQ(found.by_contingency[2].found, 2);
    EXPECT_NEAR(found.by_contingency[2].excess_mw, 10.0, 1e-9);
    // Without d bus 3 is dead, and buses 0 and 1 have 90 MW too many.
    EXPECT_EQ(found.by_contingency[3].found, 0);
    EXPECT_EQ(found.by_contingency[3].parts, 2);
    EXPECT_EQ(found.by_contingency[3].dead_buses, 1);
    EXPECT_NEAR(found.by_contingency[3].imbalance_mw, 90.0, 1e-9);
}

// Plants that are not in service in an hour take up nothing in it, whatever they do before and
// behind.
TEST(OutageCheckOf, OnlyPlantsInServiceTakeUpAnImbalance) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = triangle_with_tail();
    e.system.thermal.name = {"near", "later"};
    e.system.hydro.name = {"gone"};
    e.system.hydro.bus = {1};
    e.system.hydro.p_max_mw = {50.0};
    e.system.storages.name = {"store"};
    e.system.storages.bus = {2};
    e.system.storages.discharge_max_mw = {30.0};
    e.system.service.table = {"thermal", "hydro", "storages"};
    e.system.service.plant = {"later", "gone", "store"};
    e.system.service.from_hour = {10, 0, 5};
    e.system.service.to_hour = {8760, 3, 8};
    using Shares = std::vector<double>;
    EXPECT_EQ(capacity_shares(e.system, 2), (Shares{200.0, 50.0, 0.0, 0.0}));
    EXPECT_EQ(capacity_shares(e.system, 3), (Shares{200.0, 0.0, 0.0, 0.0}));
    EXPECT_EQ(capacity_shares(e.system, 5), (Shares{200.0, 0.0, 30.0, 0.0}));
    const std::vector<CapacitySpan> spans = capacity_spans(e.system, {8758, 20});
    const std::vector<int> ends = {2, 5, 7, 10, 12, 20};
    const std::vector<Shares> shares = {{200.0, 200.0, 0.0, 0.0}, {200.0, 50.0, 0.0, 0.0},
                                        {200.0, 0.0, 0.0, 0.0},   {200.0, 0.0, 30.0, 0.0},
                                        {200.0, 0.0, 0.0, 0.0},   {200.0, 200.0, 0.0, 0.0}};
    ASSERT_EQ(spans.size(), ends.size());
    for (std::size_t k = 0; k < spans.size(); ++k) {
        EXPECT_EQ(spans[k].begin, k == 0 ? 0 : ends[k - 1]);
        EXPECT_EQ(spans[k].end, ends[k]);
        EXPECT_EQ(spans[k].mw, shares[k]);
    }

    // Bus 1 sends 90 MW, 30 of them over a. Without d they are left over: bus 0 alone takes them
    // up, 60 over a; later half of them, and a carries 30 MW as before.
    e.system.branches.rating_mw = {25.0, 80.0, 80.0, 80.0};
    e.injection = {0.0, 90.0, 0.0, -90.0};
    e.span = {3, 1};
    const OutageCheck now = e.check(comm, {});
    EXPECT_EQ(now.by_contingency[3].found, 1);
    EXPECT_NEAR(now.by_contingency[3].excess_mw, 60.0 - 25.0, 1e-9);
    e.span = {10, 1};
    const OutageCheck later = e.check(comm, {});
    EXPECT_EQ(later.by_contingency[3].found, 0);
    // Both in one span: the hour before the plant enters at bus 1, and the one in which it does.
    e.span = {9, 2};
    e.injection = {0.0, 0.0, 90.0, 90.0, 0.0, 0.0, -90.0, -90.0};
    OutageOptions options;
    options.by_branch = true;
    const OutageCheck both = e.check(comm, options);
    EXPECT_EQ(both.by_contingency[3].found, 1);
    EXPECT_NEAR(both.by_contingency[3].excess_mw, 60.0 - 25.0, 1e-9);
    EXPECT_EQ(both.found_by_hour[0], both.found_by_hour[1] + 1);
    EXPECT_EQ(both.triples, 2 * now.triples);
    EXPECT_EQ(both.by_branch[0].hour, 0);
    EXPECT_EQ(both.by_hour[0].loading, now.by_hour[0].loading);
    EXPECT_EQ(both.by_hour[1].loading, later.by_hour[0].loading);
}

/// What differs in its last bits only, as with another number of ranks, is told of the first hour.
TEST(OutageCheckOf, OfEqualFlowsOfABranchTheFirstIsTold) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = triangle_with_tail();
    e.span = {0, 3};
    const double more = 90.0 * (1.0 + 1e-14);
    e.injection = {80.0, 90.0, more, 0, 0, 0, 0, 0, 0, -80.0, -90.0, -more};
    e.all = contingencies(e.system);
    OutageOptions options;
    options.by_branch = true;
    const OutageCheck found = e.check(comm, options);
    ASSERT_EQ(found.by_branch.size(), 4U);
    for (std::size_t l = 0; l < 2; ++l) {
        EXPECT_EQ(found.by_branch[l].hour, 1) << l;
        EXPECT_EQ(found.by_branch[l].contingency, 2) << l;
    }
}

TEST(OutageCheckOf, RunBackByHand) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = triangle_with_tail();
    e.system.contingencies.name = {"c and run-back"};
    e.system.contingencies.branch = {2};
    e.system.contingencies.second_branch = {-1};
    grid::ContingencyActions& t = e.system.contingency_actions;
    t.contingency = {0};
    t.kind = {"run_back"};
    t.hvdc = {0};
    t.plant_table = {""};
    t.plant = {""};
    t.amount_mw = {30.0};
    t.arm_above_mw = {50.0};
    e.all = contingencies(e.system);
    EXPECT_EQ(e.all.list.size(), 4U);
    EXPECT_EQ(e.all.list[2].name, "c and run-back");
    e.power = {90.0};
    // 30 MW less from bus 3; buses 0 and 1 give 15 less each. Without c: 75 on a, 60 on b.
    EXPECT_EQ(e.check(comm, {}).by_contingency[2].found, 0);
    e.power = {20.0}; // only that much is there: 80 on a and 70 on b
    EXPECT_EQ(e.check(comm, {}).by_contingency[2].found, 0);
    e.power = {10.0}; // 85 and 80
    EXPECT_EQ(e.check(comm, {}).by_contingency[2].found, 1);
    e.power = {90.0};
    e.all.actions[0].arm_above_mw = 61.0; // c carries 60
    EXPECT_EQ(e.check(comm, {}).by_contingency[2].found, 2);
}

TEST(OutageCheckOf, FaultsAreTold) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = triangle_with_tail();
    e.power = {1.0};
    EXPECT_THROW((void)e.check(comm, {}), Error);
    e.power = {};
    e.injection[0] = std::numeric_limits<double>::quiet_NaN();
    try {
        (void)e.check(comm, {});
        FAIL() << "a flow that is not a number passed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::numerical);
    }
    e.system.contingencies.name = {"x"};
    e.system.contingencies.branch = {0};
    e.system.contingencies.second_branch = {-1};
    e.system.contingency_actions.contingency = {0};
    e.system.contingency_actions.kind = {"run_back"};
    e.system.contingency_actions.hvdc = {-1};
    e.system.contingency_actions.amount_mw = {1.0};
    e.system.contingency_actions.arm_above_mw = {0.0};
    EXPECT_THROW((void)contingencies(e.system), Error);
}

/// Rows of a check and what each has beyond its limits at the schedule.
struct RowsOf {
    powerflow::Network network;
    powerflow::ShiftFactors factors;
    OutageRows rows;

    RowsOf(const Comm& comm, const Example& e)
        : network(powerflow::make_network(e.system)),
          factors(powerflow::shift_factors(comm, network, deal_out(comm, network.buses),
                                           powerflow::all_branches(network), {})),
          rows(comm, network, factors, e.system, e.all, e.span) {}

    [[nodiscard]] double sum_mw(const Example& e, const OutageRow& row,
                                const grid::HourTable& hvdc_mw) const {
        const OutagePattern& pattern = rows.patterns()[row.pattern];
        const std::vector<double> injection = e.injection_of(at(row.hour));
        double sum = 0.0;
        for (std::size_t b = 0; b < injection.size(); ++b) {
            sum += pattern.factor[b] * injection[b];
        }
        for (std::size_t k = 0; k < pattern.action.size(); ++k) {
            if (pattern.flow.follows[k] != 0) {
                sum += pattern.action_factor[k] *
                       hvdc_mw.row(at(e.all.actions[at(pattern.action[k])].item))[at(row.hour)];
            }
        }
        return sum;
    }
    [[nodiscard]] double excess_mw(const Example& e, const OutageRow& row,
                                   const grid::HourTable& hvdc_mw) const {
        const double sum = sum_mw(e, row, hvdc_mw);
        return std::max(sum - row.upper_mw, row.lower_mw - sum);
    }
};

/// Every row is broken by just as much as the check says, with pairs, splits and schemes; names
/// lead back to flows.
TEST_P(RandomSystem, RowsAreExactWhereTheyAreLaid) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = example();
    e.system.hvdc.name = {"line"};
    grid::HourTable hvdc_mw(1, e.span.size());
    for (std::size_t t = 0; t < e.span.size(); ++t) {
        hvdc_mw.row(0)[t] = t % 2 == 0 ? 120.0 : 400.0; // run back whole, by 150 MW
    }
    for (std::size_t a = 0; a < e.all.actions.size(); ++a) {
        for (std::size_t t = 0; t < e.span.size(); ++t) {
            if (e.all.actions[a].kind == Action::Kind::run_back) {
                e.power[a * e.span.size() + t] = hvdc_mw.row(0)[t];
            }
        }
    }
    OutageOptions options;
    options.max_per_hour = 0;
    const OutageCheck found = e.check(comm, options);
    RowsOf made(comm, e);
    made.rows.look(found, hvdc_mw, 100000);
    ASSERT_EQ(made.rows.rows().size(), found.worst_first.size());
    int with_two = 0;
    int with_scheme = 0;
    int following = 0;
    int splitting = 0;
    int later = 0;
    for (std::size_t r = 0; r < made.rows.rows().size(); ++r) {
        const OutageRow& row = made.rows.rows()[r];
        const OutageFlow& flow = made.rows.patterns()[row.pattern].flow;
        const OutageViolation& v = found.worst_first[r];
        ASSERT_EQ(flow.branch, v.branch);
        ASSERT_EQ(flow.contingency, v.contingency);
        EXPECT_NEAR(made.excess_mw(e, row, hvdc_mw), v.excess_mw(), 2e-5);
        OutageFlow by_name = *flow_of_name(e.system, e.all, name_of(e.system, e.all, flow));
        EXPECT_EQ(by_name.capacity, 0);
        by_name.capacity = flow.capacity;
        EXPECT_EQ(by_name, flow);
        later += flow.capacity > 0 ? 1 : 0;
        with_two += e.all.list[at(flow.contingency)].second_branch >= 0 ? 1 : 0;
        with_scheme += flow.follows.empty() ? 0 : 1;
        following += std::count(flow.follows.begin(), flow.follows.end(), 1) > 0 ? 1 : 0;
        splitting += found.by_contingency[at(flow.contingency)].parts > 1 ? 1 : 0;
    }
    if (std::get<0>(GetParam()) == 30) { // the smaller example breaks less
        EXPECT_GT(std::min({with_two, with_scheme, following, splitting}), 0);
    }
    EXPECT_EQ(later > 0, std::get<1>(GetParam()));
}

/// Buses 0, 1, 2: two circuits of 0.1 pu from 0 to 1, one of 0.1 pu from 0 to 2 and one from 1
/// to 2. Plants of 200 MW at 0 and 1; 100 MW put in at 0, a line sends 80 MW from 1, 20 MW of load
/// at 2. Without the two circuits 0 - 2 carries what is put in at 0, 100 MW, whose rating is 60 MW.
/// A scheme that takes d MW from the line at 1 has the plants give d / 2 less each: 100 - d / 2 are
/// left.
Example double_circuit(double amount_mw, double arm_above_mw) {
    Example e;
    e.span = {0, 1};
    e.system = powerflow::buses(3);
    const std::vector<std::vector<int>> ends = {{0, 1}, {0, 1}, {0, 2}, {1, 2}};
    for (const auto& end : ends) {
        powerflow::add_branch(e.system, end[0], end[1], 0.1, 0.0, 0.0, 0.0);
    }
    e.system.branches.rating_mw[2] = 60.0;
    e.system.branches.name = {"a1", "a2", "c", "b"};
    e.system.thermal.name = {"west", "east"};
    e.system.thermal.bus = {0, 1};
    e.system.thermal.units = {1, 1};
    e.system.thermal.p_max_mw = {200.0, 200.0};
    e.system.hvdc.name = {"line"};
    e.system.hvdc.bus = {1};
    e.system.contingencies.name = {"a1 and a2"};
    e.system.contingencies.branch = {0};
    e.system.contingencies.second_branch = {1};
    grid::ContingencyActions& t = e.system.contingency_actions;
    t.contingency = {0};
    t.kind = {"run_back"};
    t.hvdc = {0};
    t.plant_table = {""};
    t.plant = {""};
    t.amount_mw = {amount_mw};
    t.arm_above_mw = {arm_above_mw};
    e.all = listed_outages(contingencies(e.system));
    e.injection = {100.0, -80.0, -20.0};
    e.power = {80.0};
    return e;
}

TEST(OutageRowsOf, PairWithARunBackByHand) {
    const Comm comm(MPI_COMM_WORLD);
    const Example e = double_circuit(50.0, 10.0);
    grid::HourTable hvdc_mw(1, 1);
    hvdc_mw.values = {80.0};
    ASSERT_EQ(e.all.list.size(), 1U); // single outages are in the other list
    const OutageCheck found = e.check(comm, {});
    ASSERT_EQ(found.worst_first.size(), 1U);
    EXPECT_NEAR(found.worst_first[0].excess_mw(), 15.0, 1e-9);
    RowsOf made(comm, e);
    made.rows.look(found, hvdc_mw, 10);
    ASSERT_EQ(made.rows.rows().size(), 1U);
    const OutagePattern& pattern = made.rows.patterns()[0];
    EXPECT_EQ(name_of(e.system, e.all, pattern.flow), "branch c without a1 and a2");
    // Radial: a MW from 0 to 2 goes over c, one from 1 to 2 does not.
    EXPECT_NEAR(pattern.factor[0] - pattern.factor[2], 1.0, 2e-8);
    EXPECT_NEAR(pattern.factor[1] - pattern.factor[2], 0.0, 2e-8);
    EXPECT_NEAR(pattern.action_factor[0], -0.5, 1e-8);
    EXPECT_NEAR(made.sum_mw(e, made.rows.rows()[0], hvdc_mw), 100.0, 1e-5);
    EXPECT_NEAR(made.rows.rows()[0].upper_mw, 60.0 + 25.0, 1e-5);
    EXPECT_NEAR(made.rows.rows()[0].lower_mw, -60.0 + 25.0, 1e-5);
}

/// A run-back of up to 100 MW takes the line's 80 MW whole: 100 - 40 is the rating. With a rating
/// of 50 MW the row goes with the line: 20 MW less on it, made by the plant at 0, leave 80 - 30.
TEST(OutageRowsOf, RunBackOfAWholeLineGoesWithIt) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = double_circuit(100.0, 10.0);
    grid::HourTable hvdc_mw(1, 1);
    hvdc_mw.values = {80.0};
    EXPECT_EQ(e.check(comm, {}).found, 0);
    e.system.branches.rating_mw[2] = 50.0;
    const OutageCheck found = e.check(comm, {});
    RowsOf made(comm, e);
    made.rows.look(found, hvdc_mw, 10);
    ASSERT_EQ(made.rows.rows().size(), 1U);
    const OutageRow row = made.rows.rows()[0];
    EXPECT_EQ(name_of(e.system, e.all, made.rows.patterns()[0].flow),
              "branch c without a1 and a2, line blocked");
    EXPECT_NEAR(row.upper_mw, 50.0, 1e-5);
    EXPECT_NEAR(made.excess_mw(e, row, hvdc_mw), 10.0, 1e-5);
    e.injection = {80.0, -60.0, -20.0};
    e.power = {60.0};
    hvdc_mw.values = {60.0};
    EXPECT_NEAR(made.excess_mw(e, row, hvdc_mw), 0.0, 1e-5);
    EXPECT_EQ(e.check(comm, {}).found, 0);
}

/// Not armed: the rating alone. Armed at the next look: the row moves.
TEST(OutageRowsOf, RowsWithSchemesAreLaidAnew) {
    const Comm comm(MPI_COMM_WORLD);
    Example e = double_circuit(50.0, 1000.0);
    grid::HourTable hvdc_mw(1, 1);
    hvdc_mw.values = {80.0};
    RowsOf made(comm, e);
    made.rows.look(e.check(comm, {}), hvdc_mw, 10);
    ASSERT_EQ(made.rows.rows().size(), 1U);
    EXPECT_NEAR(made.rows.rows()[0].upper_mw, 60.0, 1e-5);
    e.all.actions[0].arm_above_mw = 10.0;
    RowsOf again(comm, e);
    again.rows.look(e.check(comm, {}), hvdc_mw, 10);
    EXPECT_NEAR(again.rows.rows()[0].upper_mw, 85.0, 1e-5);
    // The line at 30 MW: only so much is taken, and c carries 50 - 15 without the circuits.
    e.injection = {50.0, -30.0, -20.0};
    e.power = {30.0};
    hvdc_mw.values = {30.0};
    again.rows.look(e.check(comm, {}), hvdc_mw, 10);
    ASSERT_EQ(again.rows.rows().size(), 1U);
    EXPECT_NEAR(again.rows.rows()[0].upper_mw, 75.0, 1e-5);
    EXPECT_NEAR(again.excess_mw(e, again.rows.rows()[0], hvdc_mw), 35.0 - 60.0, 1e-5);
}

// The real case: a day in July. All contingencies of two of its hours are walked through; in all
// hours the branch that is worst is solved anew.
TEST(Northwest, IsWhatANetworkBuiltAnewSays) {
    const Comm comm(MPI_COMM_WORLD);
    Example e;
    e.system =
        caseio::load_case(comm, std::string(LONGYANG_SOURCE_DIR) + "/cases/northwest/2030").system;
    e.span = {4700, 24};
    e.all = contingencies(e.system);
    const grid::Schedule schedule = plain_dispatch(e.system, e.span);
    e.injection = injections_mw(e.system, schedule);
    e.power = scheduled_power_mw(e.all, schedule).values;
    const OutageCheck found = e.check(comm, {});
    for (std::size_t t = 0; t < e.span.size(); ++t) {
        const WorstHour& worst = found.by_hour[t];
        if (worst.contingency >= 0) {
            const Resolved after = e.resolve(at(worst.contingency), t, true);
            EXPECT_NEAR(worst.flow_mw, after.flow_mw[at(worst.branch)], 1e-8) << t;
        }
    }
    const std::vector<std::size_t> hours = {3, 13};
    const Walk walk(e, hours, {});
    for (const std::size_t t : hours) {
        EXPECT_NEAR(found.by_hour[t].loading, walk.loading[t], 1e-11);
        EXPECT_EQ(found.found_by_hour[t], walk.found_by_hour[t]);
    }
    EXPECT_GT(walk.found_by_hour[3] + walk.found_by_hour[13], 0);
}

} // namespace
} // namespace longyang::security
