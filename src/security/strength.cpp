#include "security/strength.hpp"

#include "base/error.hpp"
#include "grid/converters.hpp"
#include "kernels/strength.hpp"
#include "linalg/symmetric_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

std::size_t at(std::int64_t i) {
    return static_cast<std::size_t>(i);
}

/// SE-1: reactances alone; charging, loads, ratios of transformers and converters are left out.
linalg::Triplets susceptances(const grid::System& system, std::span<const MachineRow> machines) {
    linalg::Triplets entries;
    const grid::Branches& t = system.branches;
    for (std::size_t l = 0; l < t.x_pu.size(); ++l) {
        const double b = 1.0 / t.x_pu[l];
        entries.add(t.from_bus[l], t.from_bus[l], b);
        entries.add(t.to_bus[l], t.to_bus[l], b);
        entries.add(t.from_bus[l], t.to_bus[l], -b);
        entries.add(t.to_bus[l], t.from_bus[l], -b);
    }
    for (const MachineRow& m : machines) {
        entries.add(m.bus, m.bus, m.units * m.susceptance_pu);
    }
    return entries;
}

void require_rows(const char* what, const grid::HourTable& table, std::size_t rows,
                  std::size_t hours) {
    if (table.items != rows || table.hours != hours) {
        throw Error(Exit::defect, fmt::format("strength: {} has {} x {} numbers, expected {} x {}",
                                              what, table.items, table.hours, rows, hours));
    }
}

} // namespace

StrengthModel::StrengthModel(const Comm& comm, const grid::System& system,
                             std::span<const TrialMachine> trials)
    : base_mva_(system.info.base_mva), machines_(machine_rows(system, trials)),
      line_bus_(system.hvdc.bus) {
    for (std::size_t k = 0; k < line_bus_.size(); ++k) {
        line_commutated_.push_back(grid::converter(system, k).line_commutated);
    }
    choose_nodes(system);
    invert(comm, system);
    find_near(system);
    ask();
}

void StrengthModel::choose_nodes(const grid::System& system) {
    const std::size_t buses = system.buses.kv.size();
    std::vector<bool> has_renewables(buses, false);
    std::vector<bool> has_machines(buses, false);
    for (const int bus : system.renewables.bus) {
        has_renewables[at(bus)] = true;
    }
    for (const MachineRow& m : machines_) {
        has_machines[at(m.bus)] = true;
    }
    std::vector<bool> kept(buses, false);
    for (const int bus : line_bus_) {
        kept[at(bus)] = true;
    }
    node_of_bus_.assign(buses, -1);
    std::vector<int> station_of_bus(buses, -1);
    std::vector<int> place_of_bus(buses, -1);
    for (std::size_t b = 0; b < buses; ++b) {
        if (!kept[b] && !has_renewables[b] && !has_machines[b]) {
            continue;
        }
        node_of_bus_[b] = static_cast<int>(node_bus_.size());
        node_bus_.push_back(static_cast<int>(b));
        if (has_renewables[b]) {
            station_of_bus[b] = static_cast<int>(stations_.size());
            stations_.push_back(static_cast<int>(b));
        }
        if (has_machines[b]) {
            place_of_bus[b] = static_cast<int>(machine_node_.size());
            machine_node_.push_back(node_of_bus_[b]);
        }
    }
    for (const int bus : system.renewables.bus) {
        renewable_station_.push_back(station_of_bus[at(bus)]);
    }
    for (const MachineRow& m : machines_) {
        machine_place_.push_back(place_of_bus[at(m.bus)]);
    }
}

void StrengthModel::invert(const Comm& comm, const grid::System& system) {
    // Room for one unit more at every node (what it would bring is asked for later).
    std::vector<double> most(machine_node_.size(), 0.0);
    reference_pu_.assign(machine_node_.size(), 0.0);
    for (std::size_t m = 0; m < machines_.size(); ++m) {
        const std::size_t place = at(machine_place_[m]);
        reference_pu_[place] += machines_[m].units * machines_[m].susceptance_pu;
        most[place] = std::max(most[place], machines_[m].susceptance_pu);
    }
    linalg::Triplets entries;
    linalg::Triplets rhs;
    const auto buses = static_cast<int>(system.buses.kv.size());
    if (comm.root()) {
        entries = susceptances(system, machines_);
        for (std::size_t k = 0; k < machine_node_.size(); ++k) {
            reference_pu_[k] += most[k];
            entries.add(node_bus_[at(machine_node_[k])], node_bus_[at(machine_node_[k])], most[k]);
        }
        for (std::size_t n = 0; n < node_bus_.size(); ++n) {
            rhs.add(node_bus_[n], static_cast<int>(n), 1.0);
        }
    }
    const linalg::SymmetricSolver solver(comm, comm.root() ? buses : 0, entries);
    const std::vector<int> owner(node_bus_.size(), 0);
    const linalg::Solutions solved = solver.solve(rhs, owner);
    z_pu_.assign(node_bus_.size() * node_bus_.size(), 0.0);
    for (std::size_t c = 0; c < solved.column.size(); ++c) {
        for (std::size_t n = 0; n < node_bus_.size(); ++n) {
            z_pu_[at(solved.column[c]) * node_bus_.size() + n] =
                solved.value[c * at(buses) + at(node_bus_[n])];
        }
    }
    sum_in_order(comm, z_pu_);
    if (!comm.root()) {
        for (std::size_t k = 0; k < machine_node_.size(); ++k) {
            reference_pu_[k] += most[k];
        }
    }
}

void StrengthModel::find_near(const grid::System& system) {
    const double least = system.info.security.near_coupling;
    const std::size_t n = node_bus_.size();
    for (std::size_t k = 0; k < line_bus_.size(); ++k) {
        const std::size_t i = at(node_of_bus_[at(line_bus_[k])]);
        for (std::size_t s = 0; s < stations_.size(); ++s) {
            const std::size_t j = at(node_of_bus_[at(stations_[s])]);
            if (z_pu_[i * n + j] >= least * std::sqrt(z_pu_[i * n + i] * z_pu_[j * n + j])) {
                near_.push_back({static_cast<int>(k), static_cast<int>(s)});
            }
        }
    }
}

/// Groups of infeeds: the line-commutated lines, and all stations.
void StrengthModel::ask() {
    const auto lines = static_cast<std::int64_t>(line_bus_.size());
    const auto stations = static_cast<std::int64_t>(stations_.size());
    for (const int bus : line_bus_) {
        target_.push_back(node_of_bus_[at(bus)]);
    }
    for (const int bus : stations_) {
        target_.push_back(node_of_bus_[at(bus)]);
    }
    infeed_target_.resize(target_.size());
    std::iota(infeed_target_.begin(), infeed_target_.end(), std::int64_t{0});
    sum_target_ = infeed_target_;
    group_first_ = {0};
    for (std::int64_t k = 0; k < lines; ++k) {
        if (line_commutated_[at(k)]) {
            group_infeed_.push_back(k);
        }
        sum_group_.push_back(0);
    }
    group_first_.push_back(static_cast<std::int64_t>(group_infeed_.size()));
    for (std::int64_t s = 0; s < stations; ++s) {
        group_infeed_.push_back(lines + s);
        sum_group_.push_back(1);
    }
    group_first_.push_back(static_cast<std::int64_t>(group_infeed_.size()));
    for (const NearStation& n : near_) {
        weight_of_.push_back(lines + n.station);
        weight_at_.push_back(n.line);
    }
}

std::vector<double> StrengthModel::connected_pu(const OperatingState& state) const {
    const std::size_t hours = state.hours();
    std::vector<double> connected(machine_node_.size() * hours, 0.0);
    for (std::size_t m = 0; m < machines_.size(); ++m) {
        const auto n = state.connected.row(m);
        double* const node = connected.data() + at(machine_place_[m]) * hours;
        const double b = machines_[m].susceptance_pu;
        for (std::size_t t = 0; t < hours; ++t) {
            node[t] += n[t] * b;
        }
    }
    // Sums in another order than the reference's may lie a rounding above it.
    for (std::size_t k = 0; k < machine_node_.size(); ++k) {
        for (std::size_t t = 0; t < hours; ++t) {
            double& value = connected[k * hours + t];
            if (value > reference_pu_[k] && value < reference_pu_[k] * (1.0 + 1e-12)) {
                value = reference_pu_[k];
            }
        }
    }
    return connected;
}

grid::HourTable StrengthModel::infeeds_mw(const OperatingState& state) const {
    const std::size_t lines = line_bus_.size();
    const std::size_t hours = state.hours();
    grid::HourTable infeed(lines + stations_.size(), hours);
    for (std::size_t k = 0; k < lines; ++k) {
        const auto p = state.hvdc_mw.row(k);
        std::transform(p.begin(), p.end(), infeed.row(k).begin(),
                       [](double mw) { return std::abs(mw); });
    }
    for (std::size_t r = 0; r < renewable_station_.size(); ++r) {
        const auto p = state.renewable_mw.row(r);
        const auto out = infeed.row(lines + at(renewable_station_[r]));
        std::transform(p.begin(), p.end(), out.begin(), out.begin(), std::plus<>());
    }
    return infeed;
}

/// SE-2, one update after the other.
std::vector<double> StrengthModel::impedances(const OperatingState& state, std::size_t hour) const {
    const OperatingState one = repeat_hour(state, hour, 1);
    const std::vector<double> connected = connected_pu(one);
    const std::size_t n = node_bus_.size();
    std::vector<double> z = z_pu_;
    std::vector<double> column(n);
    for (std::size_t k = 0; k < machine_node_.size(); ++k) {
        const double change = connected[k] - reference_pu_[k];
        if (change == 0.0) {
            continue;
        }
        const std::size_t m = at(machine_node_[k]);
        std::copy_n(z.begin() + static_cast<std::ptrdiff_t>(m * n), n, column.begin());
        const double f = change / (1.0 + change * column[m]);
        for (std::size_t i = 0; i < n; ++i) {
            const double step = f * column[i];
            for (std::size_t j = 0; j < n; ++j) {
                z[i * n + j] -= step * column[j];
            }
        }
    }
    return z;
}

StrengthAround StrengthModel::around(std::span<const double> z_pu, int bus) const {
    const auto n = node_bus_.size();
    const auto z = z_pu.subspan(at(node_of_bus_[at(bus)]) * n, n);
    const double own = z[at(node_of_bus_[at(bus)])];
    const auto weight = [&](int other) { return z[at(node_of_bus_[at(other)])] / own; };
    StrengthAround found;
    found.mva = base_mva_ / own;
    for (const int other : line_bus_) {
        found.line_weight.push_back(weight(other));
    }
    for (const int other : stations_) {
        found.station_weight.push_back(weight(other));
    }
    for (const MachineRow& m : machines_) {
        const double w = weight(m.bus);
        found.mva_per_machine.push_back(base_mva_ * m.susceptance_pu * w * w);
    }
    return found;
}

StrengthAround StrengthModel::around_line(std::span<const double> z_pu, std::size_t line) const {
    return around(z_pu, line_bus_[line]);
}

StrengthAround StrengthModel::around_station(std::span<const double> z_pu,
                                             std::size_t station) const {
    return around(z_pu, stations_[station]);
}

Strength StrengthModel::evaluate(const OperatingState& state) const {
    const std::size_t hours = state.hours();
    const std::size_t lines = line_bus_.size();
    require_rows("connected", state.connected, machines_.size(), hours);
    require_rows("renewable_mw", state.renewable_mw, renewable_station_.size(), hours);
    require_rows("hvdc_mw", state.hvdc_mw, lines, hours);
    const std::vector<double> connected = connected_pu(state);
    const grid::HourTable infeed = infeeds_mw(state);
    grid::HourTable z(target_.size(), hours);
    grid::HourTable sum(sum_target_.size(), hours);
    Strength result;
    result.near_weight = grid::HourTable(near_.size(), hours);
    kernels::short_circuit_strength(
        {node_bus_.size(), hours, z_pu_, machine_node_, reference_pu_, connected},
        {target_, infeed_target_, infeed.values, group_first_, group_infeed_, sum_target_,
         sum_group_, weight_of_, weight_at_},
        {z.values, sum.values, result.near_weight.values});
    // SE-1: S_ac = S_b / Z_ii.
    std::transform(z.values.begin(), z.values.end(), z.values.begin(),
                   [&](double z_pu) { return base_mva_ / z_pu; });
    const auto rows = [hours](const grid::HourTable& from, std::size_t first, std::size_t count) {
        grid::HourTable part(count, hours);
        std::copy_n(from.values.begin() + static_cast<std::ptrdiff_t>(first * hours), count * hours,
                    part.values.begin());
        return part;
    };
    result.line_mva = rows(z, 0, lines);
    result.station_mva = rows(z, lines, stations_.size());
    result.multi_infeed_mw = rows(sum, 0, lines);
    result.station_infeed_mw = rows(sum, lines, stations_.size());
    result.renewable_mw = rows(infeed, lines, stations_.size());
    return result;
}

} // namespace longyang::security
