// AC power flow after single outages against a plain walk through all of them, each on a grid that
// is built without the branch and what is dead, and solved anew by PETSc.
#include "base/comm.hpp"
#include "powerflow/ac_hours.hpp"
#include "powerflow/ac_reference.hpp"
#include "security/ac_outage_check.hpp"
#include "tests/unit/powerflow/ac_systems.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace longyang::security {
namespace {

using kernels::AcWorsts;
using powerflow::at;

Comm world_comm() {
    return Comm(MPI_COMM_WORLD);
}

/// A random grid with bridges, hours of injections, and a run-back after the loss of one branch.
struct Example {
    grid::System system;
    grid::Span span{0, 3};
    Contingencies all;
    powerflow::AcInjections injections;
    powerflow::AcNetwork network;
    std::vector<double> power;

    /// leaves: every second plant does before the last hour.
    Example(int buses, unsigned seed, bool leaves = false)
        : system(powerflow::random_ac_system(buses, seed)) {
        std::mt19937 random(seed + 1);
        std::uniform_real_distribution<double> part(-1.0, 1.0);
        system.buses.v_min_pu.assign(at(buses), 0.98);
        system.buses.v_max_pu.assign(at(buses), 1.03);
        for (int b = 0; b < buses; b += 6) { // half of the machines have a plant
            system.thermal.bus.push_back(b);
            system.thermal.units.push_back(2);
            system.thermal.p_max_mw.push_back(50.0 + 30.0 * part(random));
        }
        for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
            system.thermal.name.push_back("plant" + std::to_string(k));
            if (leaves && k % 2 == 1) {
                system.service.table.emplace_back("thermal");
                system.service.plant.push_back(system.thermal.name[k]);
                system.service.from_hour.push_back(0);
                system.service.to_hour.push_back(2);
            }
        }
        for (double& rating : system.branches.rating_mw) {
            rating = part(random) < -0.8 ? 0.0 : 25.0 + 20.0 * part(random);
        }
        network = powerflow::make_ac_network(system);
        set_injections(random);
        for (std::size_t l = 0; l < system.branches.x_pu.size(); ++l) {
            all.list.push_back({system.branches.name[l], static_cast<int>(l), -1});
        }
        all.actions.push_back({static_cast<int>(all.list.size()) - 1, Action::Kind::run_back,
                               Action::From::hvdc, 0, 1, 12.0, 2.0});
        power = {10.0, 20.0, 0.5};
    }

    void set_injections(std::mt19937& random) {
        std::uniform_real_distribution<double> part(-1.0, 1.0);
        powerflow::AcInjections& in = injections;
        in.buses = network.kind.size();
        in.hours = span.size();
        in.p_pu.resize(in.buses * in.hours);
        in.q_pu = in.q_min_pu = in.q_max_pu = in.p_pu;
        in.holds.assign(in.p_pu.size(), 0);
        for (std::size_t k = 0; k < in.p_pu.size(); ++k) {
            in.p_pu[k] = 0.2 * part(random);
            in.q_pu[k] = 0.08 * part(random);
            if (network.kind[k / in.hours] != kernels::AcBus::load && part(random) > -0.8) {
                in.holds[k] = 1;
                in.q_min_pu[k] = -0.2 - 0.1 * part(random);
                in.q_max_pu[k] = 0.2 + 0.15 * part(random);
            }
        }
    }

    [[nodiscard]] AcOutageCheck check(const powerflow::AcHoursAnswer& intact) const {
        return check_ac_outages(world_comm(), system, all, span, network, injections, intact, power,
                                {});
    }
};

/// The rest of a grid after an outage in an hour, by plain loops.
struct Rest {
    std::vector<double> v, angle; ///< of all buses; v = 0: dead
    bool solved = false;

    Rest(const Example& e, int lost, std::size_t hour, const powerflow::AcHoursAnswer& intact)
        : v(e.injections.buses, 0.0), angle(v), part(v.size(), -1) {
        const auto from = at(e.system.branches.from_bus[at(lost)]);
        const auto to = at(e.system.branches.to_bus[at(lost)]);
        for (std::size_t b = 0, count = 0; b < part.size(); ++b) {
            if (part[b] < 0) {
                spread(e, lost, b, static_cast<int>(count++));
            }
        }
        p = powerflow::hour_of(e.injections, e.injections.p_pu, hour);
        const auto before = powerflow::voltages_of(intact, hour);
        const auto flow =
            powerflow::ac_branch_flow(e.system, at(lost), before.v_pu, before.angle_rad);
        if (part[from] != part[to]) {
            take_up(e, hour, part[from], flow.from_mw / 100.0);
            take_up(e, hour, part[to], flow.to_mw / 100.0);
        }
        for (const Action& a : e.all.actions) {
            if (a.contingency == lost && std::abs(flow.from_mw) >= a.arm_above_mw) {
                const double pu = std::min(a.amount_mw, e.power[hour]) / 100.0;
                p[at(a.bus)] += pu;
                take_up(e, hour, part[at(a.bus)], pu);
            }
        }
        solve(e, lost, hour, part[from] != part[to]);
    }

private:
    std::vector<int> part;
    std::vector<double> p;

    void spread(const Example& e, int lost, std::size_t bus, int number) {
        part[bus] = number;
        for (std::size_t l = 0; l < e.system.branches.x_pu.size(); ++l) {
            const auto i = at(e.system.branches.from_bus[l]);
            const auto k = at(e.system.branches.to_bus[l]);
            if (static_cast<int>(l) != lost && (i == bus || k == bus)) {
                const std::size_t other = i == bus ? k : i;
                if (part[other] < 0) {
                    spread(e, lost, other, number);
                }
            }
        }
    }
    [[nodiscard]] double capacity(const Example& e, std::size_t hour, int number) const {
        const std::vector<double> mw = capacity_shares(e.system, static_cast<int>(hour));
        double sum = 0.0;
        for (std::size_t b = 0; b < mw.size(); ++b) {
            sum += part[b] == number ? mw[b] : 0.0;
        }
        return sum;
    }
    void take_up(const Example& e, std::size_t hour, int number, double surplus) {
        const std::vector<double> mw = capacity_shares(e.system, static_cast<int>(hour));
        const double sum = capacity(e, hour, number);
        for (std::size_t b = 0; b < mw.size() && sum > 0.0; ++b) {
            p[b] -= part[b] == number ? surplus * mw[b] / sum : 0.0;
        }
    }
    /// A grid of the live buses alone.
    void solve(const Example& e, int lost, std::size_t hour, bool split) {
        std::vector<int> place(part.size(), -1);
        std::vector<std::size_t> live;
        for (std::size_t b = 0; b < part.size(); ++b) {
            bool held = false;
            for (std::size_t k = 0; k < part.size(); ++k) {
                held = held || (part[k] == part[b] && e.network.kind[k] != kernels::AcBus::load);
            }
            if (held && (!split || capacity(e, hour, part[b]) > 0.0)) {
                place[b] = static_cast<int>(live.size());
                live.push_back(b);
            }
        }
        grid::System rest = powerflow::ac_buses(static_cast<int>(live.size()));
        const grid::Branches& t = e.system.branches;
        for (std::size_t l = 0; l < t.x_pu.size(); ++l) {
            if (static_cast<int>(l) != lost && place[at(t.from_bus[l])] >= 0) {
                powerflow::add_ac_branch(rest, place[at(t.from_bus[l])], place[at(t.to_bus[l])],
                                         t.r_pu[l], t.x_pu[l], t.b_pu[l], t.tap_pu[l],
                                         t.shift_deg[l]);
            }
        }
        const grid::Machines& m = e.system.machines;
        for (std::size_t k = 0; k < m.bus.size(); ++k) {
            if (place[at(m.bus[k])] >= 0) {
                powerflow::add_machine(rest, place[at(m.bus[k])], m.v_set_pu[k], m.q_min_mvar[k],
                                       m.q_max_mvar[k], m.s_mva[k]);
            }
        }
        const grid::Shunts& s = e.system.shunts;
        for (std::size_t k = 0; k < s.bus.size(); ++k) {
            if (place[at(s.bus[k])] >= 0) {
                powerflow::add_shunt(rest, place[at(s.bus[k])], s.g_mw[k], s.b_mvar[k]);
            }
        }
        solve_rest(e, hour, rest, live);
    }
    void solve_rest(const Example& e, std::size_t hour, const grid::System& rest,
                    const std::vector<std::size_t>& live) {
        const powerflow::AcInjections& in = e.injections;
        std::vector<double> of_p;
        std::vector<double> of_q;
        std::vector<double> low;
        std::vector<double> high;
        std::vector<unsigned char> holds;
        for (const std::size_t b : live) {
            of_p.push_back(p[b]);
            of_q.push_back(in.q_pu[b * in.hours + hour]);
            low.push_back(in.q_min_pu[b * in.hours + hour]);
            high.push_back(in.q_max_pu[b * in.hours + hour]);
            holds.push_back(in.holds[b * in.hours + hour]);
        }
        const auto answer =
            powerflow::solve_ac_hour(Comm(MPI_COMM_SELF), powerflow::make_ac_network(rest),
                                     {of_p, of_q, low, high, holds}, {});
        solved = answer.converged && answer.limits_settled;
        for (std::size_t r = 0; r < live.size(); ++r) {
            v[live[r]] = answer.v_pu[r];
            angle[live[r]] = answer.angle_rad[r];
        }
    }
};

/// Worst ones of the same walk.
struct Walk {
    std::vector<AcWorsts> by_hour, by_outage, by_branch, by_bus;
    int dead = 0, outages = 0;

    Walk(const Example& e, const powerflow::AcHoursAnswer& intact) {
        AcWorsts none;
        none.low.value = none.high.value = std::numeric_limits<double>::infinity();
        by_hour.assign(e.span.size(), none);
        by_outage.assign(e.all.list.size(), none);
        by_branch = by_outage;
        by_bus.assign(e.injections.buses, none);
        for (std::size_t t = 0; t < e.span.size(); ++t) {
            const auto before = powerflow::voltages_of(intact, t);
            for (std::size_t o = 0; o < e.all.list.size(); ++o) {
                const Rest rest(e, static_cast<int>(o), t, intact);
                EXPECT_TRUE(rest.solved) << o << ' ' << t;
                look_at_branches(e, o, t, rest, before);
                look_at_buses(e, o, t, rest, before);
            }
        }
    }

private:
    void look_at_branches(const Example& e, std::size_t o, std::size_t t, const Rest& rest,
                          const powerflow::HourVoltages& before) {
        for (std::size_t l = 0; l < by_branch.size(); ++l) {
            const double rating = e.system.branches.rating_mw[l];
            if (l == o || rating == 0.0 || rest.v[at(e.system.branches.from_bus[l])] == 0.0) {
                continue;
            }
            const double value =
                powerflow::ac_branch_flow(e.system, l, rest.v, rest.angle).largest_mva() / rating;
            const double was = powerflow::ac_branch_flow(e.system, l, before.v_pu, before.angle_rad)
                                   .largest_mva() /
                               rating;
            for (AcWorsts* w : {&by_hour[t], &by_outage[o], &by_branch[l]}) {
                w->loading.value = std::max(w->loading.value, value);
                w->overloads += value > (1.0 + 1e-6) * std::max(1.0, was) ? 1 : 0;
            }
        }
    }
    void look_at_buses(const Example& e, std::size_t o, std::size_t t, const Rest& rest,
                       const powerflow::HourVoltages& before) {
        for (std::size_t b = 0; b < by_bus.size(); ++b) {
            if (rest.v[b] == 0.0) {
                ++dead;
                continue;
            }
            const double low = e.system.buses.v_min_pu[b];
            const double high = e.system.buses.v_max_pu[b];
            const bool outside = rest.v[b] < std::min(low, before.v_pu[b]) - 1e-6 ||
                                 rest.v[b] > std::max(high, before.v_pu[b]) + 1e-6;
            for (AcWorsts* w : {&by_hour[t], &by_outage[o], &by_bus[b]}) {
                w->low.value = std::min(w->low.value, rest.v[b] - low);
                w->high.value = std::min(w->high.value, high - rest.v[b]);
                w->outside += outside ? 1 : 0;
            }
        }
    }
};

void expect_alike(const std::vector<AcWorsts>& found, const std::vector<AcWorsts>& twin,
                  bool voltages) {
    ASSERT_EQ(found.size(), twin.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i].loading.value, twin[i].loading.value, 1e-6) << i;
        EXPECT_EQ(found[i].overloads, twin[i].overloads) << i;
        EXPECT_EQ(found[i].not_solved, 0) << i;
        if (voltages) {
            EXPECT_NEAR(found[i].low.value, twin[i].low.value, 1e-6) << i;
            EXPECT_NEAR(found[i].high.value, twin[i].high.value, 1e-6) << i;
            EXPECT_EQ(found[i].outside, twin[i].outside) << i;
        }
    }
}

TEST(AcOutageCheck, IsThatOfGridsBuiltWithoutTheBranch) {
    int splits = 0;
    int dead = 0;
    for (const auto& [seed, leaves] :
         {std::pair{1U, false}, {2U, false}, {3U, false}, {1U, true}}) {
        const Example e(14, seed, leaves);
        ASSERT_EQ(capacity_spans(e.system, e.span).size(), leaves ? 2U : 1U);
        const auto intact = powerflow::solve_ac_hours(world_comm(), e.network, e.injections, {});
        ASSERT_EQ(intact.summary.not_converged + intact.summary.limits_open, 0U);
        const AcOutageCheck found = e.check(intact);
        const Walk twin(e, intact);
        EXPECT_TRUE(found.found.left.empty());
        EXPECT_EQ(found.hours_left_out, 0);
        expect_alike(found.found.by_hour, twin.by_hour, true);
        expect_alike(found.found.by_outage, twin.by_outage, true);
        expect_alike(found.found.by_branch, twin.by_branch, false);
        expect_alike(found.found.by_bus, twin.by_bus, true);
        splits += static_cast<int>(found.apart.size()) - 1; // one has a run-back
        dead += twin.dead;
    }
    EXPECT_GT(splits, 3);
    EXPECT_GT(dead, 0);
}

TEST(AcOutageCheck, LeavesOutHoursThatAreNotSolved) {
    Example e(14, 1);
    e.injections.p_pu[5 * e.injections.hours + 1] = -90.0;
    const auto intact = powerflow::solve_ac_hours(world_comm(), e.network, e.injections, {});
    const AcOutageCheck found = e.check(intact);
    EXPECT_EQ(found.hours_left_out, 1);
    EXPECT_EQ(found.found.by_hour[1].low.place, -1);
    EXPECT_GE(found.found.by_hour[0].low.place, 0);
    for (const kernels::AcOutageLeft& left : found.found.left) {
        EXPECT_NE(left.hour, 1);
    }
}

} // namespace
} // namespace longyang::security
