#include "powerflow/ac_network.hpp"

#include "base/error.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

namespace longyang::powerflow {
namespace {

using kernels::AcBus;
using Complex = std::complex<double>;
/// Rows of Y while they are put together.
using SparseRows = std::vector<std::map<std::int32_t, Complex>>;

std::size_t at(int row) {
    return static_cast<std::size_t>(row);
}

/// AC-1: both ends of a branch.
void add_branch(const kernels::AcBranch& b, SparseRows& rows) {
    rows[at(b.from)][b.from] += Complex(b.g_from_from, b.b_from_from);
    rows[at(b.from)][b.to] += Complex(b.g_from_to, b.b_from_to);
    rows[at(b.to)][b.from] += Complex(b.g_to_from, b.b_to_from);
    rows[at(b.to)][b.to] += Complex(b.g_to_to, b.b_to_to);
}

void fill_admittances(const grid::System& system, AcNetwork& network) {
    SparseRows rows(at(network.buses));
    for (int bus = 0; bus < network.buses; ++bus) {
        rows[at(bus)][bus] = 0.0;
    }
    for (std::size_t l = 0; l < system.branches.x_pu.size(); ++l) {
        add_branch(ac_branch(system, l), rows);
    }
    const grid::Shunts& shunts = system.shunts;
    for (std::size_t k = 0; k < shunts.bus.size(); ++k) {
        rows[at(shunts.bus[k])][shunts.bus[k]] +=
            Complex(shunts.g_mw[k], shunts.b_mvar[k]) / network.base_mva;
    }
    network.row_begin.push_back(0);
    for (const auto& row : rows) {
        for (const auto& [column, value] : row) {
            network.column.push_back(column);
            network.g_pu.push_back(value.real());
            network.b_pu.push_back(value.imag());
        }
        network.row_begin.push_back(static_cast<std::int32_t>(network.column.size()));
    }
}

/// The voltage at which machines and compensators hold each bus; 0: none does.
std::vector<double> set_points(const grid::System& system) {
    std::vector<double> set(system.buses.kv.size(), 0.0);
    const grid::Machines& machines = system.machines;
    for (std::size_t m = 0; m < machines.bus.size(); ++m) {
        if (machines.v_set_pu[m] != 0.0) {
            set[at(machines.bus[m])] = machines.v_set_pu[m];
        }
    }
    const grid::Shunts& shunts = system.shunts;
    for (std::size_t k = 0; k < shunts.bus.size(); ++k) {
        if (shunts.kind[k] == "svc") {
            set[at(shunts.bus[k])] = shunts.v_set_pu[k];
        }
    }
    return set;
}

std::vector<double> sums_by_island(const std::vector<int>& island,
                                   const std::vector<double>& value) {
    std::vector<double> sum(
        island.empty() ? 0 : at(1 + *std::max_element(island.begin(), island.end())), 0.0);
    for (std::size_t b = 0; b < island.size(); ++b) {
        sum[at(island[b])] += value[b];
    }
    return sum;
}

/// What the machines at each bus can take up: by governors where an island has any, else by rating.
/// connected: per row, how many; empty: all.
std::vector<double> machine_weights(const grid::System& system, const std::vector<int>& island,
                                    std::span<const double> connected) {
    const grid::Machines& t = system.machines;
    std::vector<double> by_gain(system.buses.kv.size(), 0.0);
    std::vector<double> by_rating = by_gain;
    for (std::size_t m = 0; m < t.bus.size(); ++m) {
        if (t.kind[m] == "condenser") {
            continue;
        }
        const double rating = t.s_mva[m] * (connected.empty() ? t.units[m] : connected[m]);
        by_rating[at(t.bus[m])] += rating;
        by_gain[at(t.bus[m])] += t.governor_gain_pu[m] * rating;
    }
    const std::vector<double> gain = sums_by_island(island, by_gain);
    for (std::size_t b = 0; b < by_gain.size(); ++b) {
        by_gain[b] = gain[at(island[b])] > 0.0 ? by_gain[b] : by_rating[b];
    }
    return by_gain;
}

/// Shares of every island that add up to 1.
std::vector<double> shares(const grid::System& system, const AcNetwork& network,
                           std::span<const double> slack_weight,
                           std::span<const double> connected) {
    std::vector<double> weight(slack_weight.begin(), slack_weight.end());
    weight.resize(at(network.buses), 0.0);
    const std::vector<double> given = sums_by_island(network.island, weight);
    const std::vector<double> machines = machine_weights(system, network.island, connected);
    for (std::size_t b = 0; b < weight.size(); ++b) {
        weight[b] = given[at(network.island[b])] > 0.0 ? weight[b] : machines[b];
    }
    const std::vector<double> by_machines = sums_by_island(network.island, weight);
    for (std::size_t b = 0; b < weight.size(); ++b) { // compensators only: they take it alike
        const bool none = by_machines[at(network.island[b])] <= 0.0;
        weight[b] = none && network.kind[b] == AcBus::regulated ? 1.0 : weight[b];
    }
    const std::vector<double> sum = sums_by_island(network.island, weight);
    for (std::size_t b = 0; b < weight.size(); ++b) {
        weight[b] /= sum[at(network.island[b])];
    }
    return weight;
}

/// One slack bus on every island: the regulated one with the largest share.
void choose_slack(AcNetwork& network) {
    std::map<int, std::size_t> best;
    for (std::size_t b = 0; b < network.kind.size(); ++b) {
        if (network.kind[b] == AcBus::load) {
            continue;
        }
        const auto [place, first] = best.emplace(network.island[b], b);
        if (!first && network.slack_share[b] > network.slack_share[place->second]) {
            place->second = b;
        }
    }
    for (const auto& [island, bus] : best) {
        network.kind[bus] = AcBus::slack;
    }
}

} // namespace

kernels::AcBranch ac_branch(const grid::System& system, std::size_t branch) {
    const grid::Branches& t = system.branches;
    const Complex impedance(t.r_pu[branch], t.x_pu[branch]);
    if (std::abs(impedance) == 0.0) {
        throw Error(
            Exit::faulty_case,
            fmt::format("branch {}: no impedance; expected x_pu other than 0", t.name[branch]));
    }
    const Complex series = 1.0 / impedance;
    const Complex own = series + Complex(0.0, t.b_pu[branch] / 2.0);
    const double ratio = t.tap_pu[branch] == 0.0 ? 1.0 : t.tap_pu[branch];
    const Complex tap = std::polar(ratio, t.shift_deg[branch] * std::numbers::pi / 180.0);
    const Complex from_from = own / (ratio * ratio);
    const Complex from_to = -series / std::conj(tap);
    const Complex to_from = -series / tap;
    return {t.from_bus[branch], t.to_bus[branch], from_from.real(), from_from.imag(),
            from_to.real(),     from_to.imag(),   to_from.real(),   to_from.imag(),
            own.real(),         own.imag()};
}

void take_out_branch(const kernels::AcBranch& b, AcNetwork& network) {
    const auto subtract = [&network](int row, int column, double g, double susceptance) {
        for (auto e = network.row_begin[at(row)]; e < network.row_begin[at(row) + 1]; ++e) {
            if (network.column[at(e)] == column) {
                network.g_pu[at(e)] -= g;
                network.b_pu[at(e)] -= susceptance;
            }
        }
    };
    subtract(b.from, b.from, b.g_from_from, b.b_from_from);
    subtract(b.from, b.to, b.g_from_to, b.b_from_to);
    subtract(b.to, b.from, b.g_to_from, b.b_to_from);
    subtract(b.to, b.to, b.g_to_to, b.b_to_to);
}

std::vector<int> islands_without_voltage(const grid::System& system) {
    const auto buses = static_cast<int>(system.buses.kv.size());
    const std::vector<int> island =
        grid::islands(buses, system.branches.from_bus, system.branches.to_bus);
    const std::vector<double> held = sums_by_island(island, set_points(system));
    std::vector<int> first;
    for (std::size_t i = 0; i < held.size(); ++i) {
        if (held[i] == 0.0) {
            first.push_back(static_cast<int>(
                std::find(island.begin(), island.end(), static_cast<int>(i)) - island.begin()));
        }
    }
    return first;
}

AcNetwork make_ac_network(const grid::System& system, std::span<const double> slack_weight,
                          std::span<const double> connected) {
    const std::vector<int> dead = islands_without_voltage(system);
    if (!dead.empty()) {
        throw Error(Exit::faulty_case,
                    fmt::format("AC power flow: nothing holds the voltage on the island of bus {}; "
                                "expected a row of machines.csv or an svc there",
                                system.buses.name[at(dead.front())]));
    }
    AcNetwork network;
    network.buses = static_cast<int>(system.buses.kv.size());
    network.base_mva = system.info.base_mva;
    network.island = grid::islands(network.buses, system.branches.from_bus, system.branches.to_bus);
    fill_admittances(system, network);
    network.v_set_pu = set_points(system);
    for (double& set : network.v_set_pu) {
        network.kind.push_back(set == 0.0 ? AcBus::load : AcBus::regulated);
        set = set == 0.0 ? 1.0 : set;
    }
    network.slack_share = shares(system, network, slack_weight, connected);
    choose_slack(network);
    return network;
}

} // namespace longyang::powerflow
