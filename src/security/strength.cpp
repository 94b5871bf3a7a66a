#include "security/strength.hpp"

#include "base/error.hpp"
#include "grid/converters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::security {
namespace {

/// An island without a connected machine has more (the kernel's least_island_pu); no other comes
/// near it.
constexpr double most_impedance_pu = 0.1 / kernels::least_island_pu;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

std::size_t at(std::int64_t i) {
    return static_cast<std::size_t>(i);
}

void require_rows(const char* what, const grid::HourTable& table, std::size_t rows,
                  std::size_t hours) {
    if (table.items != rows || table.hours != hours) {
        throw Error(Exit::defect, fmt::format("strength: {} has {} x {} numbers, expected {} x {}",
                                              what, table.items, table.hours, rows, hours));
    }
}

} // namespace

// SE-1  reactances alone; charging, loads, ratios of transformers and converters are left out
StrengthModel::StrengthModel(const grid::System& system, std::span<const TrialMachine> trials)
    : base_mva_(system.info.base_mva), machines_(machine_rows(system, trials)),
      line_bus_(system.hvdc.bus), buses_(system.buses.kv.size()),
      from_bus_(system.branches.from_bus), to_bus_(system.branches.to_bus) {
    for (std::size_t k = 0; k < line_bus_.size(); ++k) {
        line_commutated_.push_back(grid::converter(system, k).line_commutated);
    }
    for (const double x : system.branches.x_pu) {
        branch_pu_.push_back(1.0 / x);
    }
    for (const MachineRow& m : machines_) {
        machine_bus_.push_back(m.bus);
        machine_pu_.push_back(m.susceptance_pu);
    }
    find_stations(system);
    find_near(system);
    ask();
}

void StrengthModel::find_stations(const grid::System& system) {
    std::vector<int> station_of_bus(buses_, -1);
    for (const int bus : system.renewables.bus) {
        station_of_bus[at(bus)] = 0;
    }
    for (std::size_t b = 0; b < buses_; ++b) {
        if (station_of_bus[b] == 0) {
            station_of_bus[b] = static_cast<int>(stations_.size());
            stations_.push_back(static_cast<int>(b));
        }
    }
    for (const int bus : system.renewables.bus) {
        renewable_station_.push_back(station_of_bus[at(bus)]);
    }
}

void StrengthModel::find_near(const grid::System& system) {
    // All machines, and one more of the largest at each bus. Trials have no units and do not count:
    // what one of them brings is told beside the limits of the case.
    std::vector<double> connected;
    std::vector<int> largest(buses_, -1);
    for (std::size_t m = 0; m < machines_.size(); ++m) {
        connected.push_back(machines_[m].units);
        if (machines_[m].units <= 0.0) {
            continue;
        }
        int& most = largest[at(machine_bus_[m])];
        most = most < 0 || machine_pu_[m] > machine_pu_[at(most)] ? static_cast<int>(m) : most;
    }
    for (const int m : largest) {
        if (m >= 0) {
            connected[at(m)] += 1.0;
        }
    }
    const std::vector<double> z = impedances(connected);
    for (std::size_t b = 0; b < buses_; ++b) {
        const double own = z[b * buses_ + b];
        if (!(own > 0.0 && own < most_impedance_pu)) {
            throw Error(Exit::numerical,
                        fmt::format("short-circuit strength: the island of bus {} has no machine "
                                    "(machines.csv), or its reactances cancel",
                                    system.buses.name[b]));
        }
    }
    const double least = system.info.security.near_coupling;
    for (std::size_t k = 0; k < line_bus_.size(); ++k) {
        const std::size_t i = at(line_bus_[k]);
        for (std::size_t s = 0; s < stations_.size(); ++s) {
            const std::size_t j = at(stations_[s]);
            if (z[i * buses_ + j] >= least * std::sqrt(z[i * buses_ + i] * z[j * buses_ + j])) {
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
        target_.push_back(bus);
    }
    for (const int bus : stations_) {
        target_.push_back(bus);
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

kernels::MachineNetwork StrengthModel::network(std::span<const double> connected,
                                               std::size_t hours) const {
    return {buses_, hours, from_bus_, to_bus_, branch_pu_, machine_bus_, machine_pu_, connected};
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

std::vector<double> StrengthModel::impedances(const OperatingState& state, std::size_t hour) const {
    std::vector<double> connected;
    for (std::size_t m = 0; m < machines_.size(); ++m) {
        connected.push_back(state.connected.row(m)[hour]);
    }
    return impedances(connected);
}

std::vector<double> StrengthModel::impedances(std::span<const double> connected) const {
    std::vector<std::int64_t> bus(buses_);
    std::iota(bus.begin(), bus.end(), std::int64_t{0});
    std::vector<std::int64_t> of;
    std::vector<std::int64_t> by;
    for (const std::int64_t i : bus) {
        of.insert(of.end(), buses_, i);
        by.insert(by.end(), bus.begin(), bus.end());
    }
    std::vector<double> own(buses_);
    std::vector<double> z(buses_ * buses_);
    kernels::short_circuit_strength(network(connected, 1), {bus, {}, {}, {}, {}, {}, {}, of, by},
                                    {own, {}, z});
    for (std::size_t e = 0; e < z.size(); ++e) {
        z[e] *= own[e % buses_];
    }
    return z;
}

StrengthAround StrengthModel::around(std::span<const double> z_pu, int bus) const {
    const auto z = z_pu.subspan(at(bus) * buses_, buses_);
    const double own = z[at(bus)];
    StrengthAround found;
    found.mva = base_mva_ / own;
    for (const int other : line_bus_) {
        found.line_weight.push_back(z[at(other)] / own);
    }
    for (const int other : stations_) {
        found.station_weight.push_back(z[at(other)] / own);
    }
    for (const MachineRow& m : machines_) {
        const double w = z[at(m.bus)] / own;
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
    Strength result;
    result.lines = lines;
    result.infeed_mw = infeeds_mw(state);
    result.mva = grid::HourTable(target_.size(), hours);
    result.weighed_mw = grid::HourTable(sum_target_.size(), hours);
    result.near_weight = grid::HourTable(near_.size(), hours);
    kernels::short_circuit_strength(
        network(state.connected.values, hours),
        {target_, infeed_target_, result.infeed_mw.values, group_first_, group_infeed_, sum_target_,
         sum_group_, weight_of_, weight_at_},
        {result.mva.values, result.weighed_mw.values, result.near_weight.values});
    // SE-1: S_ac = S_b / Z_ii; none where no machine of the island is connected.
    std::transform(result.mva.values.begin(), result.mva.values.end(), result.mva.values.begin(),
                   [&](double z_pu) { return z_pu < most_impedance_pu ? base_mva_ / z_pu : 0.0; });
    return result;
}

} // namespace longyang::security
