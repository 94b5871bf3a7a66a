// Limits as linear rows: tangents against evaluations anew, and factors after outages against the
// check of all outages.
#include "base/comm.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"
#include "security/export_limits.hpp"
#include "security/linear_limits.hpp"
#include "security/outage_rows.hpp"
#include "security/station_limits.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace longyang::security {
namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

// Three buses in a ring of branches of 0.01, 0.02 and 0.02 pu: a line-commutated line and wind at
// A, another line at B, coal at B (6 units) and C (4 units), a condenser at A.
struct Ring {
    grid::System system;
    std::size_t hours = 1;
    OperatingState state;
    grid::HourTable units;

    Ring() {
        system.buses.name = {"a", "b", "c"};
        system.buses.kv = {750, 750, 750};
        system.branches.name = {"ab", "bc", "ca"};
        system.branches.from_bus = {0, 1, 2};
        system.branches.to_bus = {1, 2, 0};
        system.branches.x_pu = {0.01, 0.02, 0.02};
        system.branches.tap_pu = {0, 0, 0};
        system.branches.shift_deg = {0, 0, 0};
        system.thermal.name = {"coal_b", "coal_c"};
        system.thermal.bus = {1, 2};
        system.thermal.units = {6, 4};
        system.thermal.p_max_mw = {600, 600};
        system.renewables.name = {"wind"};
        system.renewables.bus = {0};
        add_machine(1, "thermal", "coal_b", 6);
        add_machine(2, "thermal", "coal_c", 4);
        add_machine(0, "", "", 1);
        add_line(0);
        add_line(1);
    }
    void add_machine(int bus, const char* table, const char* plant, int units_) {
        grid::Machines& t = system.machines;
        t.line.push_back(static_cast<int>(t.line.size()) + 2);
        t.name.emplace_back("machine");
        t.bus.push_back(bus);
        t.plant_table.emplace_back(table);
        t.plant.emplace_back(plant);
        t.units.push_back(units_);
        t.s_mva.push_back(1000);
        t.x_subtransient_pu.push_back(0.25);
        t.inertia_s.push_back(5);
        t.governor_gain_pu.push_back(20);
        t.governor_fast_share.push_back(0.3);
        t.reheat_s.push_back(8);
    }
    void add_line(int bus) {
        grid::HvdcLines& t = system.hvdc;
        t.line.push_back(static_cast<int>(t.line.size()) + 2);
        t.name.push_back("line" + std::to_string(t.line.size()));
        t.bus.push_back(bus);
        t.technology.emplace_back("lcc");
        t.p_max_mw.push_back(9000);
        t.p_max_profile.push_back(-1);
        t.q_demand_mvar_per_mw.push_back(-1);
        t.filter_mvar.push_back(-1);
        t.block_pole_share.push_back(0.5);
        t.trip_scheme_mw.push_back(0);
        t.escr_min.push_back(-1);
    }
    /// Units that run and powers, by the hour.
    void set(const std::vector<std::vector<double>>& rows) {
        const auto table = [&](std::size_t first, std::size_t count) {
            grid::HourTable t(count, hours);
            for (std::size_t k = 0; k < count; ++k) {
                for (std::size_t h = 0; h < hours; ++h) {
                    t.row(k)[h] = rows[h][first + k];
                }
            }
            return t;
        };
        hours = rows.size();
        units = table(0, 2);
        state.connected = grid::HourTable(3, hours);
        std::copy(units.values.begin(), units.values.end(), state.connected.values.begin());
        std::fill(state.connected.row(2).begin(), state.connected.row(2).end(), 1.0);
        state.unit_mw = grid::HourTable(3, hours);
        state.hvdc_mw = table(2, 2);
        state.renewable_mw = table(4, 1);
        state.plan_mw = grid::HourTable(2, hours);
        std::fill(state.plan_mw.values.begin(), state.plan_mw.values.end(), 9000.0);
        state.load_mw = grid::HourTable(3, hours);
    }
};

/// What a row says is left of its limit is what the limits say, exactly, where it was laid.
TEST(LinearLimits, RowsAreExactWhereTheyAreLaid) {
    Ring e;
    e.set({{2, 1, 4000, 3000, 9000}, {6, 4, 7000, 6000, 3000}});
    const StrengthModel model(e.system, {});
    LinearLimits rows(e.system, model);
    const ExportLimits limits = export_limits(e.system, model, e.state);
    rows.look(e.state, limits, e.units, 1.0);
    ASSERT_GE(rows.rows().size(), 6U);
    bool station = false;
    for (const LimitRow& row : rows.rows()) {
        const LimitPattern& p = rows.patterns()[row.pattern];
        const auto hour = index(row.hour);
        const double over_mw = rows.sum(p, e.state, e.units, hour) - row.upper_mw;
        station = station || p.line < 0;
        if (p.line >= 0) {
            const double limit_mw = limits.of(p.cause).row(index(p.line))[hour];
            EXPECT_NEAR(row.excess_mw, e.state.hvdc_mw.row(index(p.line))[hour] - limit_mw, 1e-9);
            EXPECT_NEAR(over_mw, row.excess_mw + 0.003 * limit_mw, 2e-6) << p.name;
        } else {
            EXPECT_GT(over_mw, row.excess_mw);
        }
    }
    EXPECT_TRUE(station);
}

/// SE-16 by the hour's own impedances: exact at any output, and safe where machines are more.
TEST(StationLimits, AreExactForAnyOutputAndKeptWithMoreMachines) {
    Ring e;
    e.system.renewables.name = {"wind", "sun"};
    e.system.renewables.bus = {0, 2};
    e.system.renewables.capacity_mw = {20000, 8000};
    e.system.renewables.profile = {-1, -1};
    e.set({{2, 1, 0, 0, 3000}, {5, 3, 0, 0, 9000}});
    e.state.renewable_mw = grid::HourTable(2, 2);
    e.state.renewable_mw.values = {3000, 9000, 1000, 2500};
    const StrengthModel model(e.system, {});
    for (const std::size_t hour : {0UL, 1UL}) {
        const auto found = station_limits(e.system, model, e.state, hour, 0);
        ASSERT_EQ(found.size(), 2U);
        for (const StationLimit& limit : found) {
            for (const double share : {0.3, 1.0, 2.0}) {
                Ring other = e;
                for (double& mw : other.state.renewable_mw.values) {
                    mw *= share;
                }
                const auto sum = [&](const Ring& at) {
                    return limit.weight[0] * at.state.renewable_mw.row(0)[hour] +
                           limit.weight[1] * at.state.renewable_mw.row(1)[hour];
                };
                const auto excess = [&](const Ring& at) {
                    return export_limits(at.system, model, at.state)
                        .station_excess_mw.row(index(limit.station))[hour];
                };
                EXPECT_NEAR(sum(other) - limit.most_mw, excess(other), 1e-7);
                // Right at the limit: one unit more anywhere leaves room.
                const double to_limit = limit.most_mw / sum(other);
                for (double& mw : other.state.renewable_mw.values) {
                    mw *= to_limit;
                }
                for (const std::size_t machine : {0UL, 1UL, 2UL}) {
                    Ring more = other;
                    more.state.connected.row(machine)[hour] += 1.0;
                    EXPECT_LT(excess(more), 0.0) << machine;
                }
            }
        }
    }
    e.system.renewables.capacity_mw = {20, 8}; // no weather can break anything
    EXPECT_TRUE(station_limits(e.system, model, e.state, 0, 0).empty());
}

/// SE-14: short-circuit power is concave in machines, so a tangent lies above it.
TEST(LinearLimits, WhatAUnitAddsIsTheSlopeAndAnUpperBound) {
    Ring e;
    e.set({{3, 2, 4000, 3000, 2000}});
    const StrengthModel model(e.system, {});
    const auto z = model.impedances(e.state, 0);
    const StrengthAround here = model.around_line(z, 0);
    EXPECT_NEAR(here.mva, model.evaluate(e.state).mva.row(0)[0], 1e-8 * here.mva);
    for (const double step : {1e-4, 1.0, 3.0, -1.0, -2.0}) {
        Ring other = e;
        other.state.connected.row(0)[0] += step;
        const double mva = model.evaluate(other.state).mva.row(0)[0];
        const double tangent = here.mva + step * here.mva_per_machine[0];
        EXPECT_LE(mva, tangent + 1e-8 * here.mva) << step;
        if (std::abs(step) < 1e-3) {
            EXPECT_NEAR((mva - here.mva) / step, here.mva_per_machine[0],
                        1e-3 * here.mva_per_machine[0]);
        }
    }
}

/// Powers of lines and wind are lowered until all rows hold, units being what they are; looked at
/// anew, the limits hold.
TEST(LinearLimits, WhatKeepsTheRowsKeepsTheLimits) {
    std::mt19937 random(7);
    const auto number = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    Ring e;
    std::vector<std::vector<double>> given;
    for (int h = 0; h < 40; ++h) {
        given.push_back({std::floor(number(0, 6.9)), std::floor(number(0, 4.9)), number(0, 9000),
                         number(0, 9000), number(0, 9000)});
    }
    e.set(given);
    const StrengthModel model(e.system, {});
    LinearLimits rows(e.system, model);
    for (int round = 0; round < 3; ++round) {
        rows.look(e.state, export_limits(e.system, model, e.state), e.units, 1.0);
        for (const LimitRow& row : rows.rows()) {
            const LimitPattern& p = rows.patterns()[row.pattern];
            const auto hour = index(row.hour);
            const double over_mw = rows.sum(p, e.state, e.units, hour) - row.upper_mw;
            double& mw = p.line >= 0 ? e.state.hvdc_mw.row(index(p.line))[hour]
                                     : e.state.renewable_mw.row(0)[hour];
            mw = over_mw > 0.0 ? std::max(0.0, mw - over_mw) : mw;
        }
    }
    const ExportLimits limits = export_limits(e.system, model, e.state);
    for (std::size_t i = 0; i < limits.margin_mw.values.size(); ++i) {
        // With no power at all nothing more can be done.
        EXPECT_TRUE(limits.margin_mw.values[i] > -1.0 || e.state.hvdc_mw.values[i] == 0.0) << i;
    }
    for (const double excess_mw : limits.station_excess_mw.values) {
        EXPECT_LT(excess_mw, 1.0);
    }
}

TEST(OutageRows, FactorsAreThoseOfTheNetworkWithoutTheBranch) {
    const Comm comm(MPI_COMM_WORLD);
    const Ring e;
    const powerflow::Network whole = powerflow::make_network(e.system);
    const std::vector<int> owner(3, 0);
    const auto rows_of = [&](const powerflow::Network& network, const std::vector<int>& wanted) {
        const powerflow::ShiftFactors own =
            powerflow::shift_factors(comm, network, owner, powerflow::all_branches(network), {});
        return powerflow::gather_rows(comm, network, own, wanted);
    };
    const Contingencies all = contingencies(e.system);
    const OutageFlow wanted{0, 1, {}, 0};
    const OutagePattern found =
        outage_patterns(
            comm, whole,
            powerflow::shift_factors(comm, whole, owner, powerflow::all_branches(whole), {}),
            e.system, all, {0, 1}, std::span(&wanted, 1))
            .front();
    grid::System without = e.system;
    without.branches.name = {"ab", "ca"};
    without.branches.from_bus = {0, 2};
    without.branches.to_bus = {1, 0};
    without.branches.x_pu = {0.01, 0.02};
    without.branches.tap_pu = without.branches.shift_deg = {0, 0};
    const powerflow::GatheredRows alone = rows_of(powerflow::make_network(without), {0});
    // Factors of two buses differ by what a transfer between them does.
    for (std::size_t b = 1; b < 3; ++b) {
        EXPECT_NEAR(found.factor[b] - found.factor[0], alone.value[b] - alone.value[0], 2e-8) << b;
    }
}

} // namespace
} // namespace longyang::security
