#include "grid/schedule.hpp"

#include "grid/emission_caps.hpp"
#include "grid/targets.hpp"

namespace longyang::grid {

Schedule empty_schedule(const System& system, Span span) {
    Schedule s;
    s.span = span;
    const auto table = [&](const Rows& rows) { return HourTable(rows.line.size(), span.size()); };
    s.thermal_units_on = s.thermal_starts = s.thermal_stops = s.thermal_p_mw =
        table(system.thermal);
    s.thermal_captured_t = table(system.thermal);
    s.thermal_up_mw = s.thermal_down_mw = s.thermal_non_spinning_mw = table(system.thermal);
    s.renewable_p_mw = s.renewable_down_mw = table(system.renewables);
    s.hydro_p_mw = s.hydro_flow_m3_per_s = table(system.hydro);
    s.pump_p_mw = s.pump_flow_m3_per_s = table(system.pumps);
    s.hydro_up_mw = s.hydro_down_mw = table(system.hydro);
    s.reservoir_spill_m3_per_s = s.reservoir_storage_hm3 = s.reservoir_release_short_m3_per_s =
        table(system.reservoirs);
    s.reservoir_terminal_short_hm3.assign(system.reservoirs.line.size(), 0.0);
    s.storage_charge_mw = s.storage_discharge_mw = s.storage_energy_mwh = s.storage_spill_mw =
        table(system.storages);
    s.storage_up_mw = s.storage_down_mw = table(system.storages);
    s.hvdc_p_mw = s.hvdc_delivered_mw = table(system.hvdc);
    s.dc_link_forward_mw = s.dc_link_backward_mw = table(system.dc_links);
    s.load_shed_mw = table(system.loads);
    s.flexible_p_mw = s.flexible_draw_mw = s.flexible_give_mw = s.flexible_energy_mwh =
        table(system.flexible_loads);
    s.flexible_unserved_mw = s.flexible_spill_mw = table(system.flexible_loads);
    s.flexible_up_mw = s.flexible_down_mw = table(system.flexible_loads);
    s.reserve_short_mw = table(system.reserves);
    s.reserve_shared_mw = table(system.reserve_sharing);
    s.target_short_mwh.assign(target_periods(system, span).size(), 0.0);
    s.emission_excess_t.assign(cap_periods(system, span).size(), 0.0);
    return s;
}

} // namespace longyang::grid
