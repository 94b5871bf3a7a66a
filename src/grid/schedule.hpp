#pragma once

#include "grid/tables.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// A year's (or a span's) schedule in the grid's own terms, free of any solver.
namespace longyang::grid {

/// The hours that a run covers: `begin` is the hour of the year of the first one.
struct Span {
    int begin = 0;
    int hours = hours_per_year;
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(hours); }
};

/// Items x hours, row-major, hours contiguous.
struct HourTable {
    std::size_t items = 0;
    std::size_t hours = 0;
    std::vector<double> values;

    HourTable() = default;
    HourTable(std::size_t items_, std::size_t hours_)
        : items(items_), hours(hours_), values(items_ * hours_, 0.0) {}
    [[nodiscard]] std::span<double> row(std::size_t i) {
        return std::span(values).subspan(i * hours, hours);
    }
    [[nodiscard]] std::span<const double> row(std::size_t i) const {
        return std::span(values).subspan(i * hours, hours);
    }
};

/// Decisions of every component; one row per row of the table in `System`, in its order.
/// A rank that does not own a component holds zeros in its row, so that sums over ranks are whole.
struct Schedule {
    Span span;

    HourTable thermal_units_on, thermal_starts, thermal_stops;
    HourTable thermal_p_mw;       ///< of the whole cluster, less what capture takes
    HourTable thermal_captured_t; ///< CO2
    HourTable renewable_p_mw;
    HourTable hydro_p_mw, hydro_flow_m3_per_s;
    HourTable pump_p_mw, pump_flow_m3_per_s; ///< power taken, water lifted
    HourTable reservoir_spill_m3_per_s;
    HourTable reservoir_storage_hm3;            ///< at the end of the hour
    HourTable reservoir_release_short_m3_per_s; ///< below the minimum release
    std::vector<double> reservoir_terminal_short_hm3;
    HourTable storage_charge_mw, storage_discharge_mw, storage_energy_mwh, storage_spill_mw;
    HourTable hvdc_p_mw, hvdc_delivered_mw;
    HourTable dc_link_forward_mw, dc_link_backward_mw; ///< sent from from_bus, from to_bus
    HourTable load_shed_mw;
    /// Of flexible loads: net power from the bus, what is drawn into and given out of the store,
    /// its content, demand not served (as it leaves the store), own generation curtailed or budget
    /// that expires.
    HourTable flexible_p_mw, flexible_draw_mw, flexible_give_mw, flexible_energy_mwh;
    HourTable flexible_unserved_mw, flexible_spill_mw;
    HourTable reserve_short_mw;             ///< per requirement
    HourTable reserve_shared_mw;            ///< per sharing row
    std::vector<double> contract_short_mwh; ///< per contract and period, see contract_period_*
    std::vector<int> contract_of_period;    ///< row in System::contracts
    std::vector<int> contract_begin, contract_end; ///< hours of the span, [begin, end)
    std::vector<double> contract_low_mwh, contract_high_mwh;
    std::vector<double> contract_energy_mwh;
    std::vector<double> target_short_mwh;  ///< per target and period, as target_periods lists them
    std::vector<double> emission_excess_t; ///< per cap and period, as cap_periods lists them

    /// Reserve held, one row a plant: up spinning, down spinning, non-spinning up.
    HourTable thermal_up_mw, thermal_down_mw, thermal_non_spinning_mw;
    HourTable hydro_up_mw, hydro_down_mw;
    HourTable storage_up_mw, storage_down_mw;
    HourTable flexible_up_mw, flexible_down_mw;
    HourTable renewable_down_mw;
};

/// The tables that say what runs and what goes into the network or out of it: all that flows and
/// limits of security are made from.
inline constexpr std::array<HourTable Schedule::*, 12> power_tables = {
    &Schedule::thermal_units_on,     &Schedule::thermal_p_mw, &Schedule::renewable_p_mw,
    &Schedule::hydro_p_mw,           &Schedule::pump_p_mw,    &Schedule::storage_charge_mw,
    &Schedule::storage_discharge_mw, &Schedule::hvdc_p_mw,    &Schedule::dc_link_forward_mw,
    &Schedule::dc_link_backward_mw,  &Schedule::load_shed_mw, &Schedule::flexible_p_mw};

/// A schedule of zeros with the right shapes (contract periods are left empty).
[[nodiscard]] Schedule empty_schedule(const System& system, Span span);

} // namespace longyang::grid
