#include "security/frequency.hpp"

#include "base/error.hpp"
#include "grid/islands.hpp"
#include "kernels/frequency.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// The machines of one island as the kernel takes them.
struct Area {
    std::vector<std::size_t> row;           ///< machine rows
    std::vector<double> connected, unit_mw; ///< empty where the state's tables are the area's
    std::vector<double> energy_mws, gain_mw, fast_gain_mw, reheat_s;
    std::vector<double> damping_mw;
};

Area take_area(const grid::System& system, std::span<const MachineRow> machines,
               const OperatingState& state, std::span<const int> island, int number) {
    Area area;
    area.damping_mw.assign(state.hours(), 0.0);
    const bool whole = std::all_of(machines.begin(), machines.end(), [&](const MachineRow& m) {
        return island[at(m.bus)] == number;
    });
    for (std::size_t m = 0; m < machines.size(); ++m) {
        const MachineRow& machine = machines[m];
        if (island[at(machine.bus)] != number) {
            continue;
        }
        area.row.push_back(m);
        if (!whole) {
            const auto n = state.connected.row(m);
            const auto mw = state.unit_mw.row(m);
            area.connected.insert(area.connected.end(), n.begin(), n.end());
            area.unit_mw.insert(area.unit_mw.end(), mw.begin(), mw.end());
        }
        area.energy_mws.push_back(machine.energy_mws);
        area.gain_mw.push_back(machine.gain_mw);
        area.fast_gain_mw.push_back(machine.fast_gain_mw);
        area.reheat_s.push_back(machine.reheat_s);
    }
    const double damping = system.info.security.load_damping_pu;
    for (std::size_t b = 0; b < island.size(); ++b) {
        const auto load = state.load_mw.row(b);
        for (std::size_t t = 0; island[b] == number && t < load.size(); ++t) {
            area.damping_mw[t] += damping * load[t];
        }
    }
    return area;
}

void evaluate_area(const Area& area, const OperatingState& state, double frequency_hz,
                   std::size_t first, Frequency& result) {
    const std::size_t hours = result.hours;
    const bool whole = area.connected.empty();
    const std::size_t numbers = area.row.size() * hours;
    std::vector<kernels::FrequencyResponse> per_mw(hours);
    std::vector<kernels::FrequencyResponse> after(hours);
    std::vector<std::int64_t> lost(hours);
    std::vector<double> lost_mw(hours);
    kernels::frequency_responses(
        {area.row.size(), hours,
         std::span(whole ? state.connected.values : area.connected).first(numbers),
         std::span(whole ? state.unit_mw.values : area.unit_mw).first(numbers), area.energy_mws,
         area.gain_mw, area.fast_gain_mw, area.reheat_s, area.damping_mw, frequency_hz},
        {std::span(result.energy_mws).subspan(first, hours), per_mw, lost, lost_mw, after});
    for (std::size_t t = 0; t < hours; ++t) {
        result.per_mw[first + t] = {per_mw[t].rocof_hz_per_s, per_mw[t].extreme_hz,
                                    per_mw[t].settled_hz};
        LargestLoss& loss = result.loss[first + t];
        if (lost[t] >= 0) {
            loss.machine = static_cast<std::int64_t>(area.row[static_cast<std::size_t>(lost[t])]);
            loss.mw = lost_mw[t];
            loss.rocof_hz_per_s = lost_mw[t] * after[t].rocof_hz_per_s;
            loss.extreme_hz = lost_mw[t] * after[t].extreme_hz;
            loss.settled_hz = lost_mw[t] * after[t].settled_hz;
        }
    }
}

} // namespace

Frequency frequency(const grid::System& system, std::span<const MachineRow> machines,
                    const OperatingState& state) {
    const std::size_t hours = state.hours();
    if (state.connected.items != machines.size() || state.unit_mw.items != machines.size() ||
        state.load_mw.items != system.buses.kv.size()) {
        throw Error(Exit::defect, fmt::format("frequency: {} machine rows and {} buses, expected "
                                              "{} and {}",
                                              state.connected.items, state.load_mw.items,
                                              machines.size(), system.buses.kv.size()));
    }
    const std::vector<int> island = grid::islands(static_cast<int>(system.buses.kv.size()),
                                                  system.branches.from_bus, system.branches.to_bus);
    Frequency result;
    result.hours = hours;
    const auto any = [machines](double MachineRow::*figure) {
        return std::any_of(machines.begin(), machines.end(),
                           [figure](const MachineRow& m) { return m.*figure > 0.0; });
    };
    result.inertia = any(&MachineRow::energy_mws);
    result.governors = any(&MachineRow::gain_mw);
    for (const int bus : system.hvdc.bus) {
        result.island_of_line.push_back(island[at(bus)]);
    }
    const int islands = island.empty() ? 0 : *std::max_element(island.begin(), island.end()) + 1;
    result.energy_mws.resize(at(islands) * hours);
    result.per_mw.resize(at(islands) * hours);
    result.loss.resize(at(islands) * hours);
    for (int number = 0; number < islands; ++number) {
        evaluate_area(take_area(system, machines, state, island, number), state,
                      system.info.security.frequency_hz, at(number) * hours, result);
    }
    return result;
}

} // namespace longyang::security
