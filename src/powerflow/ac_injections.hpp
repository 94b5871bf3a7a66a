#pragma once

#include "grid/given_dispatch.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <vector>

namespace longyang::powerflow {

/// What a dispatch puts into the AC network; [bus][hour] row-major, hours contiguous, per unit on
/// base_mva, into the network positive.
struct AcInjections {
    std::size_t buses = 0, hours = 0;
    std::vector<double> p_pu;
    std::vector<double> machine_loss_pu; ///< of connected machines, contained in p_pu
    std::vector<double> q_pu;            ///< without what holds voltages
    /// Reactive limits of what holds the voltage: connected machines and svc; 0 where none is.
    std::vector<double> q_min_pu, q_max_pu;
    std::vector<unsigned char> holds; ///< 1 where something connected holds the voltage
};

/// Injections of a schedule, hour by hour (AC-8):
/// - active: plants, discharge less charge, less HVDC's sending power, what DC links take and
/// bring,
///   less load served, less the losses of connected machines;
/// - reactive: load served at its power factor (mean_mvar by mean_mw; a load without active power
///   draws mean_mvar x profile), converters less the filters that are on (grid::Converter);
///   renewables and storages without a machine, and DC links, at unity power factor.
/// Shunts are part of the network. The schedule is whole on this rank.
[[nodiscard]] AcInjections ac_injections(const grid::System& system,
                                         const grid::Schedule& schedule);

/// Injections of a case's own dispatch: as above, with the reactive power that rows state in place
/// of what would follow from the tables.
[[nodiscard]] AcInjections ac_injections(const grid::System& system,
                                         const grid::DispatchedHour& dispatched);

/// One bus-by-bus column of hour `hour`.
[[nodiscard]] std::vector<double> hour_of(const AcInjections& injections,
                                          const std::vector<double>& table, std::size_t hour);

} // namespace longyang::powerflow
