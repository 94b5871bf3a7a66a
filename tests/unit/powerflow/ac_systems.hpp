#pragma once

#include "grid/tables.hpp"
#include "networks.hpp"

#include <fmt/format.h>

#include <random>
#include <string>

/// Systems for the tests of the AC power flow.
namespace longyang::powerflow {

inline void name_row(grid::Rows& rows, std::string name) {
    rows.line.push_back(static_cast<int>(rows.line.size()) + 2);
    rows.name.push_back(std::move(name));
}

/// Buses of 100 MVA base, named b0, b1, ...
inline grid::System ac_buses(int count) {
    grid::System system = buses(count);
    for (int b = 0; b < count; ++b) {
        name_row(system.buses, fmt::format("b{}", b));
    }
    return system;
}

inline void add_ac_branch(grid::System& system, int from, int to, double r_pu, double x_pu,
                          double b_pu, double tap_pu = 1.0, double shift_deg = 0.0) {
    add_branch(system, from, to, x_pu, tap_pu, shift_deg);
    system.branches.r_pu.push_back(r_pu);
    system.branches.b_pu.push_back(b_pu);
    name_row(system.branches, fmt::format("l{}", system.branches.line.size()));
}

inline void add_machine(grid::System& system, int bus, double v_set_pu, double q_min_mvar,
                        double q_max_mvar, double s_mva = 100.0) {
    grid::Machines& t = system.machines;
    name_row(t, fmt::format("m{}", t.line.size()));
    t.bus.push_back(bus);
    t.kind.emplace_back("generator");
    t.plant_table.emplace_back();
    t.plant.emplace_back();
    t.units.push_back(1);
    t.s_mva.push_back(s_mva);
    t.governor_gain_pu.push_back(0.0);
    t.q_min_mvar.push_back(q_min_mvar);
    t.q_max_mvar.push_back(q_max_mvar);
    t.v_set_pu.push_back(v_set_pu);
    t.loss_mw.push_back(0.0);
}

inline void add_shunt(grid::System& system, int bus, double g_mw, double b_mvar) {
    grid::Shunts& t = system.shunts;
    name_row(t, fmt::format("s{}", t.line.size()));
    t.bus.push_back(bus);
    t.kind.emplace_back("fixed");
    t.g_mw.push_back(g_mw);
    t.b_mvar.push_back(b_mvar);
    t.q_min_mvar.push_back(0.0);
    t.q_max_mvar.push_back(0.0);
    t.v_set_pu.push_back(1.0);
}

inline void add_ac_load(grid::System& system, int bus, double mw, double mvar) {
    grid::Loads& t = system.loads;
    name_row(t, fmt::format("d{}", t.line.size()));
    t.bus.push_back(bus);
    t.mean_mw.push_back(mw);
    t.mean_mvar.push_back(mvar);
    t.profile.push_back(-1);
}

/// A connected network with loops, taps, phase shifters, charging, shunts and machines at every
/// third bus.
inline grid::System random_ac_system(int count, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> part(0.0, 1.0);
    grid::System system = ac_buses(count);
    const auto join = [&](int from, int to) {
        const bool transformer = part(random) < 0.3;
        const double x = 0.02 + 0.1 * part(random);
        add_ac_branch(system, from, to, 0.2 * x * part(random), x,
                      transformer ? 0.0 : 0.1 * part(random),
                      transformer ? 0.95 + 0.1 * part(random) : 1.0,
                      transformer && part(random) < 0.5 ? -4.0 + 8.0 * part(random) : 0.0);
    };
    for (int b = 1; b < count; ++b) {
        join(static_cast<int>(part(random) * b), b);
    }
    for (int k = 0; k < count / 2; ++k) {
        const int from = static_cast<int>(part(random) * count);
        const int to = static_cast<int>(part(random) * count);
        if (from != to) {
            join(from, to);
        }
    }
    for (int b = 0; b < count; ++b) {
        if (b % 3 == 0) {
            add_machine(system, b, 1.0 + 0.05 * part(random), -20.0, 15.0 + 20.0 * part(random),
                        100.0 + 100.0 * part(random));
        }
        if (part(random) < 0.2) {
            add_shunt(system, b, 2.0 * part(random), -10.0 + 30.0 * part(random));
        }
    }
    return system;
}

} // namespace longyang::powerflow
