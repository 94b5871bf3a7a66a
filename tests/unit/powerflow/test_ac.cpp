// AC power flow: network and injections of a grid, the plain Newton, and the batched kernel beside
// it.
#include "ac_systems.hpp"
#include "base/comm.hpp"
#include "base/error.hpp"
#include "grid/given_dispatch.hpp"
#include "powerflow/ac_equations.hpp"
#include "powerflow/ac_hours.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "powerflow/ac_reference.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

namespace longyang::powerflow {
namespace {

using kernels::AcBus;

Comm world_comm() {
    return Comm(MPI_COMM_WORLD);
}

/// Hours of random injections; where `gaps`, machines come and go.
AcInjections random_injections(const AcNetwork& network, std::size_t hours, bool gaps,
                               unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> part(-1.0, 1.0);
    AcInjections in;
    in.buses = network.kind.size();
    in.hours = hours;
    in.p_pu.resize(in.buses * hours);
    in.q_pu = in.q_min_pu = in.q_max_pu = in.p_pu;
    in.holds.assign(in.p_pu.size(), 0);
    for (std::size_t k = 0; k < in.p_pu.size(); ++k) {
        in.p_pu[k] = 0.25 * part(random);
        in.q_pu[k] = 0.1 * part(random);
        const std::size_t bus = k / hours;
        if (network.kind[bus] != AcBus::load && (!gaps || part(random) > -0.6)) {
            in.holds[k] = 1;
            in.q_min_pu[k] = -0.2 - 0.1 * part(random);
            in.q_max_pu[k] = 0.2 + 0.15 * part(random);
        }
    }
    return in;
}

AcReferenceAnswer reference(const AcNetwork& network, const AcInjections& in, std::size_t hour,
                            bool limits) {
    const auto p = hour_of(in, in.p_pu, hour);
    const auto q = hour_of(in, in.q_pu, hour);
    const auto low = hour_of(in, in.q_min_pu, hour);
    const auto high = hour_of(in, in.q_max_pu, hour);
    std::vector<unsigned char> holds;
    for (std::size_t b = 0; b < in.buses; ++b) {
        holds.push_back(in.holds[b * in.hours + hour]);
    }
    AcReferenceSettings settings;
    settings.reactive_limits = limits;
    return solve_ac_hour(world_comm(), network, {p, q, low, high, holds}, settings);
}

/// Power that the voltages put into a bus, from the branches and shunts of the tables.
std::complex<double> power_into(const grid::System& system, const std::vector<double>& v,
                                const std::vector<double>& angle, std::size_t bus) {
    std::complex<double> sum;
    for (std::size_t l = 0; l < system.branches.x_pu.size(); ++l) {
        const AcBranchFlow flow = ac_branch_flow(system, l, v, angle);
        if (system.branches.from_bus[l] == static_cast<int>(bus)) {
            sum += std::complex<double>(flow.from_mw, flow.from_mvar);
        }
        if (system.branches.to_bus[l] == static_cast<int>(bus)) {
            sum += std::complex<double>(flow.to_mw, flow.to_mvar);
        }
    }
    for (std::size_t k = 0; k < system.shunts.bus.size(); ++k) {
        if (system.shunts.bus[k] == static_cast<int>(bus)) {
            sum += v[bus] * v[bus] *
                   std::complex<double>(system.shunts.g_mw[k], -system.shunts.b_mvar[k]);
        }
    }
    return sum / system.info.base_mva;
}

/// Slack at 1 pu, a line of x = 0.1 pu, a load at its end.
grid::System two_buses() {
    grid::System system = ac_buses(2);
    add_ac_branch(system, 0, 1, 0.0, 0.1, 0.0);
    add_machine(system, 0, 1.0, -100.0, 100.0);
    return system;
}

TEST(AcNetwork, ATransformerStandsAtItsFromBus) {
    grid::System system = ac_buses(2);
    add_ac_branch(system, 0, 1, 0.0, 0.1, 0.04, 1.25, 90.0);
    add_machine(system, 1, 1.02, 0.0, 0.0);
    add_shunt(system, 1, 5.0, 20.0);
    const AcNetwork network = make_ac_network(system);
    // y = -10j; the ratio 1.25 at 90 degrees turns -y into -10 / 1.25 and back.
    EXPECT_EQ(network.row_begin, (std::vector<std::int32_t>{0, 2, 4}));
    EXPECT_NEAR(network.b_pu[0], (-10.0 + 0.02) / 1.5625, 1e-12);
    EXPECT_NEAR(network.g_pu[1], -8.0, 1e-12); // -y / conj(a) = 10j / (-1.25j)
    EXPECT_NEAR(network.g_pu[2], 8.0, 1e-12);
    EXPECT_NEAR(network.b_pu[1], 0.0, 1e-12);
    EXPECT_NEAR(network.g_pu[3], 0.05, 1e-12);
    EXPECT_NEAR(network.b_pu[3], -10.0 + 0.02 + 0.2, 1e-12);
    EXPECT_EQ(network.kind, (std::vector<AcBus>{AcBus::load, AcBus::slack}));
    EXPECT_EQ(network.v_set_pu, (std::vector<double>{1.0, 1.02}));
}

TEST(AcNetwork, SharesComeFromTheDispatchThenFromMachines) {
    grid::System system = ac_buses(3);
    add_ac_branch(system, 0, 1, 0.0, 0.1, 0.0);
    add_ac_branch(system, 1, 2, 0.0, 0.1, 0.0);
    add_machine(system, 0, 1.0, 0.0, 0.0, 100.0);
    add_machine(system, 2, 1.0, 0.0, 0.0, 300.0);
    const AcNetwork by_rating = make_ac_network(system);
    EXPECT_EQ(by_rating.slack_share, (std::vector<double>{0.25, 0.0, 0.75}));
    EXPECT_EQ(by_rating.kind[2], AcBus::slack);
    EXPECT_EQ(by_rating.kind[0], AcBus::regulated);
    const AcNetwork given = make_ac_network(system, std::vector<double>{3.0, 1.0, 0.0});
    EXPECT_EQ(given.slack_share, (std::vector<double>{0.75, 0.25, 0.0}));
    EXPECT_EQ(given.kind[0], AcBus::slack);
    system.machines.governor_gain_pu = {20.0, 0.0};
    EXPECT_EQ(make_ac_network(system).slack_share, (std::vector<double>{1.0, 0.0, 0.0}));
    // The only machine with a governor stands still.
    EXPECT_EQ(make_ac_network(system, {}, std::vector<double>{0.0, 1.0}).slack_share,
              (std::vector<double>{0.0, 0.0, 1.0}));
}

TEST(AcNetwork, AnIslandWithoutGovernorsSharesByRating) {
    grid::System system = ac_buses(5);
    add_ac_branch(system, 0, 1, 0.0, 0.1, 0.0);
    add_ac_branch(system, 2, 3, 0.0, 0.1, 0.0);
    add_ac_branch(system, 3, 4, 0.0, 0.1, 0.0);
    add_machine(system, 0, 1.0, 0.0, 0.0, 100.0);
    add_machine(system, 1, 1.0, 0.0, 0.0, 100.0);
    add_machine(system, 2, 1.0, 0.0, 0.0, 100.0);
    add_machine(system, 4, 1.0, 0.0, 0.0, 300.0);
    system.machines.governor_gain_pu = {20.0, 0.0, 0.0, 0.0};
    EXPECT_EQ(make_ac_network(system).slack_share,
              (std::vector<double>{1.0, 0.0, 0.25, 0.0, 0.75}));
}

TEST(AcNetwork, AnIslandWithoutVoltageIsTold) {
    grid::System system = ac_buses(4);
    add_ac_branch(system, 0, 1, 0.0, 0.1, 0.0);
    add_ac_branch(system, 2, 3, 0.0, 0.1, 0.0);
    add_machine(system, 0, 1.0, 0.0, 0.0);
    EXPECT_EQ(islands_without_voltage(system), std::vector<int>{2});
    try {
        static_cast<void>(make_ac_network(system));
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
        EXPECT_NE(std::string(e.what()).find("island of bus b2"), std::string::npos);
    }
}

TEST(AcEquations, DerivativesAreThoseOfTheResidual) {
    const grid::System system = random_ac_system(8, 3);
    const AcNetwork network = make_ac_network(system);
    const AcInjections in = random_injections(network, 1, false, 5);
    std::vector<unsigned char> held;
    std::vector<double> x;
    for (std::size_t b = 0; b < in.buses; ++b) {
        held.push_back(network.kind[b] == AcBus::load ? 0 : 1);
        x.push_back(0.1 * std::sin(static_cast<double>(b)));
        x.push_back(1.0 + 0.05 * std::cos(static_cast<double>(b)));
    }
    const AcGiven given{in.p_pu, in.q_pu, network.v_set_pu, held};
    const std::vector<int> slack = slack_of_buses(network);
    const std::size_t n = x.size();
    std::vector<double> matrix(n * n, 0.0);
    const linalg::Triplets entries = ac_jacobian(network, given, slack, x, 0, in.buses);
    for (std::size_t e = 0; e < entries.row.size(); ++e) {
        matrix[at(entries.row[e]) * n + at(entries.column[e])] += entries.value[e];
    }
    constexpr double step = 1e-6;
    std::vector<double> plus(n);
    std::vector<double> minus(n);
    for (std::size_t k = 0; k < n; ++k) {
        std::vector<double> moved = x;
        moved[k] = x[k] + step;
        ac_residual(network, given, slack, moved, 0, in.buses, plus);
        moved[k] = x[k] - step;
        ac_residual(network, given, slack, moved, 0, in.buses, minus);
        for (std::size_t i = 0; i < n; ++i) {
            EXPECT_NEAR(matrix[i * n + k], (plus[i] - minus[i]) / (2 * step), 1e-6)
                << i << " by " << k;
        }
    }
}

TEST(AcReference, TwoBusesByHand) {
    // V^4 + (2 Q X - 1) V^2 + X^2 (P^2 + Q^2) = 0, sin(angle) = -P X / V.
    const double p = 2.0;
    const double q = 0.5;
    const double x = 0.1;
    const double half = (1.0 - 2.0 * q * x) / 2.0;
    const double v = std::sqrt(half + std::sqrt(half * half - x * x * (p * p + q * q)));
    const AcNetwork network = make_ac_network(two_buses());
    const std::vector<double> zero(2, 0.0);
    const std::vector<unsigned char> holds = {1, 0};
    const auto answer = solve_ac_hour(
        world_comm(), network,
        {std::vector<double>{0.0, -p}, std::vector<double>{0.0, -q}, zero, zero, holds}, {});
    ASSERT_TRUE(answer.converged);
    EXPECT_NEAR(answer.v_pu[1], v, 1e-10); // the mismatch is below 1e-10
    EXPECT_NEAR(answer.angle_rad[1], -std::asin(p * x / v), 1e-10);
    EXPECT_NEAR(answer.slack_pu, p, 1e-9); // no losses
    // The slack gives what the load draws and what the line takes: X I^2.
    EXPECT_NEAR(answer.q_held_pu[0], q + x * (p * p + q * q) / (v * v), 1e-9);
}

TEST(AcReference, BeyondCollapseItSaysWhere) {
    const AcNetwork network = make_ac_network(two_buses());
    const std::vector<double> zero(2, 0.0);
    const std::vector<unsigned char> holds = {1, 0};
    // At unity power factor the line carries 1 / (2 X) = 5 pu at most.
    for (const double p : {4.9, 5.1}) {
        const auto answer = solve_ac_hour(
            world_comm(), network,
            {std::vector<double>{0.0, -p}, std::vector<double>(2, 0.0), zero, zero, holds}, {});
        EXPECT_EQ(answer.converged, p < 5.0);
        EXPECT_EQ(answer.worst_bus < 0, p < 5.0);
        EXPECT_EQ(answer.mismatch_pu < 1e-9, p < 5.0);
    }
}

TEST(AcReference, AMachineAtItsLimitLetsTheVoltageGo) {
    grid::System system = two_buses();
    add_machine(system, 1, 1.0, -10.0, 10.0);
    const AcNetwork network = make_ac_network(system, std::vector<double>{1.0, 0.0});
    const std::vector<unsigned char> holds = {1, 1};
    const std::vector<double> low = {-1.0, -0.1};
    const std::vector<double> high = {1.0, 0.1};
    // The line takes X P^2 / 2 at either end at 1 pu, 0.2 at P = 2: more than 0.1.
    const std::vector<double> p = {0.0, -2.0};
    const std::vector<double> q = {0.0, 0.0};
    const auto limited = solve_ac_hour(world_comm(), network, {p, q, low, high, holds}, {});
    ASSERT_TRUE(limited.converged && limited.limits_settled);
    EXPECT_EQ(limited.at_limit[1], 1);
    EXPECT_LT(limited.v_pu[1], 1.0);
    EXPECT_NEAR(limited.q_held_pu[1], 0.1, 1e-9);
    AcReferenceSettings free;
    free.reactive_limits = false;
    const auto held = solve_ac_hour(world_comm(), network, {p, q, low, high, holds}, free);
    EXPECT_EQ(held.v_pu[1], 1.0);
    EXPECT_NEAR(held.q_held_pu[1], 10.0 * (1.0 - std::cos(std::asin(0.2))), 1e-9);
}

TEST(AcReference, AMachineWithoutRoomStaysAtItsLimit) {
    grid::System system = two_buses();
    add_machine(system, 1, 1.0, 30.0, 30.0);
    const AcNetwork network = make_ac_network(system, std::vector<double>{1.0, 0.0});
    AcInjections in;
    in.buses = 2;
    in.hours = 1;
    in.p_pu = in.q_pu = {0.0, 0.0};
    in.q_min_pu = {-1.0, 0.3};
    in.q_max_pu = {1.0, 0.3};
    in.holds = {1, 1};
    const auto plain = reference(network, in, 0, true);
    EXPECT_TRUE(plain.converged && plain.limits_settled);
    // v (v - 1) / 0.1 = 0.3, above the set point.
    const double v = 0.5 + std::sqrt(0.25 + 0.03);
    EXPECT_NEAR(plain.v_pu[1], v, 1e-9);
    const AcHoursAnswer answer = solve_ac_hours(world_comm(), network, in, {});
    EXPECT_EQ(answer.status[0], kernels::AcStatus::solved);
    EXPECT_NEAR(answer.v_pu[1], v, 1e-9);
}

TEST(AcReference, WhatIsLackingIsTakenUpByShares) {
    const grid::System system = random_ac_system(12, 7);
    const AcNetwork network = make_ac_network(system);
    const AcInjections in = random_injections(network, 1, false, 8);
    const auto answer = reference(network, in, 0, false);
    ASSERT_TRUE(answer.converged);
    for (std::size_t b = 0; b < in.buses; ++b) {
        const auto power = power_into(system, answer.v_pu, answer.angle_rad, b);
        EXPECT_NEAR(power.real(), in.p_pu[b] + network.slack_share[b] * answer.slack_pu, 1e-9);
        EXPECT_NEAR(power.imag(), in.q_pu[b] + answer.q_held_pu[b], 1e-9);
    }
}

TEST(AcHours, TheKernelAgreesWithThePlainNewton) {
    for (const bool limits : {false, true}) {
        // Factorised over several ranks, small networks take their time.
        const unsigned networks = world_comm().size() == 1 ? 6 : 2;
        for (unsigned seed = 1; seed <= networks; ++seed) {
            const grid::System system = random_ac_system(20, seed);
            const AcNetwork network = make_ac_network(system);
            const AcInjections in = random_injections(network, 5, seed % 2 == 0, seed + 100);
            AcHoursSettings settings;
            settings.reactive_limits = limits;
            const AcHoursAnswer answer = solve_ac_hours(world_comm(), network, in, settings);
            for (std::size_t h = 0; h < in.hours; ++h) {
                const auto plain = reference(network, in, h, limits);
                ASSERT_TRUE(plain.converged) << seed << " " << h;
                ASSERT_EQ(answer.status[h], kernels::AcStatus::solved) << seed << " " << h;
                const HourVoltages v = voltages_of(answer, h);
                for (std::size_t b = 0; b < in.buses; ++b) {
                    EXPECT_NEAR(v.v_pu[b], plain.v_pu[b], 1e-8) << seed << " " << h << " " << b;
                    EXPECT_NEAR(v.angle_rad[b], plain.angle_rad[b], 1e-8);
                }
                EXPECT_NEAR(answer.slack_pu[h], plain.slack_pu, 1e-8);
            }
        }
    }
}

TEST(AcHours, EveryIslandHasItsOwnSlackAndShares) {
    grid::System system = ac_buses(7);
    for (const auto& [from, to] : {std::pair{0, 2}, {2, 4}, {4, 0}, {1, 3}, {3, 5}, {5, 6}}) {
        add_ac_branch(system, from, to, 0.01, 0.1, 0.02);
    }
    for (const int bus : {0, 4, 1, 5}) {
        add_machine(system, bus, 1.0 + 0.005 * bus, -40.0, 50.0, 100.0 + 50.0 * bus);
    }
    const AcNetwork network = make_ac_network(system);
    AcInjections in = random_injections(network, 4, false, 9);
    in.p_pu[6 * in.hours + 2] = -9.0; // no solution in hour 2, on the second island
    const AcHoursAnswer answer = solve_ac_hours(world_comm(), network, in, {});
    EXPECT_EQ(answer.summary.not_converged, 1U);
    EXPECT_EQ(answer.status[2], kernels::AcStatus::not_converged);
    EXPECT_EQ(answer.worst_bus[2] % 2 == 1 || answer.worst_bus[2] == 6, true);
    for (const std::size_t h : {0U, 1U, 3U}) {
        ASSERT_EQ(answer.status[h], kernels::AcStatus::solved);
        EXPECT_LT(answer.mismatch_pu[h], 1e-10);
        const auto plain = reference(network, in, h, true);
        ASSERT_TRUE(plain.converged);
        const HourVoltages v = voltages_of(answer, h);
        for (std::size_t b = 0; b < in.buses; ++b) {
            EXPECT_NEAR(v.v_pu[b], plain.v_pu[b], 1e-8) << h << " " << b;
            EXPECT_NEAR(v.angle_rad[b], plain.angle_rad[b], 1e-8) << h << " " << b;
        }
        EXPECT_NEAR(answer.slack_pu[h], plain.slack_pu, 1e-8);
    }
}

/// A thermal plant and a storage at bus 0, wind at bus 1, a load and an HVDC line at bus 2.
grid::System dispatched_system() {
    grid::System s = ac_buses(3);
    add_ac_branch(s, 0, 1, 0.0, 0.1, 0.0);
    add_ac_branch(s, 1, 2, 0.0, 0.1, 0.0);
    name_row(s.thermal, "coal");
    s.thermal.bus = {0};
    s.thermal.units = {4};
    name_row(s.renewables, "wind");
    s.renewables.bus = {1};
    name_row(s.storages, "battery");
    s.storages.bus = {0};
    s.storages.charge_max_mw = s.storages.discharge_max_mw = {50.0};
    name_row(s.hvdc, "line");
    s.hvdc.bus = {2};
    s.hvdc.technology = {"lcc"};
    s.hvdc.p_max_mw = {100.0};
    add_ac_load(s, 2, 80.0, 20.0);
    add_machine(s, 0, 1.0, -30.0, 60.0);
    s.machines.plant_table[0] = "thermal";
    s.machines.plant[0] = "coal";
    s.machines.units[0] = 4;
    s.machines.loss_mw[0] = 0.5;
    return s;
}

TEST(AcInjections, AreThoseOfTheSchedule) {
    grid::System s = dispatched_system();
    s.hvdc.filter_mvar = {30.0};
    grid::Schedule schedule = grid::empty_schedule(s, {0, 2});
    schedule.thermal_units_on.row(0)[0] = 3.0;
    schedule.thermal_p_mw.row(0)[0] = 150.0;
    schedule.storage_charge_mw.row(0)[0] = 20.0;
    schedule.renewable_p_mw.row(0)[0] = 40.0;
    schedule.load_shed_mw.row(0)[0] = 8.0;
    schedule.hvdc_p_mw.row(0)[0] = 100.0;
    const AcInjections in = ac_injections(s, schedule);
    EXPECT_NEAR(in.p_pu[0], 1.5 - 0.2 - 3 * 0.005, 1e-12);
    EXPECT_NEAR(in.machine_loss_pu[0], 3 * 0.005, 1e-12);
    EXPECT_NEAR(in.p_pu[2], 0.4, 1e-12);
    EXPECT_NEAR(in.p_pu[4], -0.72 - 1.0, 1e-12);
    // 18 Mvar of the load served; the converter draws 50, of which filters give 30.
    EXPECT_NEAR(in.q_pu[4], -0.18 - 0.2, 1e-12);
    EXPECT_NEAR(in.q_max_pu[0], 3 * 0.6, 1e-12);
    EXPECT_NEAR(in.q_min_pu[0], -3 * 0.3, 1e-12);
    EXPECT_EQ(in.holds[0], 1);
    // In the second hour no unit runs: nothing holds the voltage, the load draws all.
    EXPECT_EQ(in.holds[1], 0);
    EXPECT_EQ(in.q_max_pu[1], 0.0);
    EXPECT_NEAR(in.q_pu[5], -0.2, 1e-12);
}

TEST(AcInjections, AGivenDispatchStatesReactivePowerToo) {
    grid::System s = dispatched_system();
    const auto add = [&](const char* table, const char* name, double p, double q, double share) {
        name_row(s.dispatch, "");
        s.dispatch.table.emplace_back(table);
        s.dispatch.item.emplace_back(name);
        s.dispatch.p_mw.push_back(p);
        s.dispatch.q_mvar.push_back(q);
        s.dispatch.slack_share.push_back(share);
    };
    add("thermal", "coal", 100.0, 33.0, 1.0); // its machines hold the voltage: 33 is an answer
    add("renewables", "wind", 30.0, -5.0, 0.0);
    add("storages", "battery", -10.0, 2.0, 0.0);
    add("hvdc", "line", 60.0, 12.0, 0.0);
    const grid::DispatchedHour hour = grid::dispatched_hour(s);
    const AcInjections in = ac_injections(s, hour);
    EXPECT_NEAR(in.p_pu[0], 1.0 - 0.1 - 4 * 0.005, 1e-12);
    EXPECT_NEAR(in.q_pu[0], 0.02, 1e-12);
    EXPECT_NEAR(in.p_pu[1], 0.3, 1e-12);
    EXPECT_NEAR(in.q_pu[1], -0.05, 1e-12);
    EXPECT_NEAR(in.p_pu[2], -0.8 - 0.6, 1e-12); // the load draws its mean
    EXPECT_NEAR(in.q_pu[2], -0.2 - 0.12, 1e-12);
    EXPECT_EQ(hour.slack_weight, (std::vector<double>{1.0, 0.0, 0.0}));
    add("loads", "d0", 40.0, 3.0, 0.0);
    const AcInjections less = ac_injections(s, grid::dispatched_hour(s));
    EXPECT_NEAR(less.p_pu[2], -0.4 - 0.6, 1e-12);
    EXPECT_NEAR(less.q_pu[2], -0.03 - 0.12, 1e-12);
}

} // namespace
} // namespace longyang::powerflow
