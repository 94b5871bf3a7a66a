#include "results/columns.hpp"

#include <utility>

namespace longyang::results {
namespace {

using grid::Integers;
using grid::Names;
using grid::Numbers;

/// One table being listed.
struct Lister {
    const grid::System& system;
    SystemTable table;

    Lister& add(const char* name, const Numbers& values) {
        table.columns.push_back({name, &values});
        return *this;
    }
    Lister& add(const char* name, const Integers& values) {
        table.columns.push_back({name, &values});
        return *this;
    }
    Lister& add(const char* name, const Names& values) {
        table.columns.push_back({name, values});
        return *this;
    }
    /// A reference or profile, by name; -1: "".
    Lister& names_of(const char* name, const Integers& rows, const Names& target) {
        Names values;
        for (const int row : rows) {
            values.push_back(row >= 0 ? target[static_cast<std::size_t>(row)] : std::string());
        }
        table.columns.push_back({name, std::move(values)});
        return *this;
    }
    Lister& profile(const char* name, const Integers& rows) {
        return names_of(name, rows, system.profiles.name);
    }
    SystemTable done() {
        add("source", table.rows->source);
        add("quality", table.rows->quality);
        add("note", table.rows->note);
        return std::move(table);
    }
};

} // namespace

// One line a column.
// clang-format off
std::vector<SystemTable> system_tables(const grid::System& system) {
    std::vector<SystemTable> all;
    const auto list = [&](const char* name, const grid::Rows& rows, bool named) {
        return Lister{system, {name, &rows, named, {}}};
    };
    const grid::System& s = system;

    all.push_back(list("regions", s.regions, true)
        .add("name_zh", s.regions.name_zh)
        .done());

    all.push_back(list("buses", s.buses, true)
        .add("name_zh", s.buses.name_zh)
        .names_of("region", s.buses.region, s.regions.name)
        .add("kv", s.buses.kv)
        .add("v_min_pu", s.buses.v_min_pu)
        .add("v_max_pu", s.buses.v_max_pu)
        .add("lat_deg", s.buses.lat_deg)
        .add("lon_deg", s.buses.lon_deg)
        .done());

    all.push_back(list("branches", s.branches, true)
        .names_of("from_bus", s.branches.from_bus, s.buses.name)
        .names_of("to_bus", s.branches.to_bus, s.buses.name)
        .add("kind", s.branches.kind)
        .add("length_km", s.branches.length_km)
        .add("r_pu", s.branches.r_pu)
        .add("x_pu", s.branches.x_pu)
        .add("b_pu", s.branches.b_pu)
        .add("rating_mw", s.branches.rating_mw)
        .add("tap_pu", s.branches.tap_pu)
        .add("shift_deg", s.branches.shift_deg)
        .add("rating_emergency_mw", s.branches.rating_emergency_mw)
        .profile("rating_profile", s.branches.rating_profile)
        .done());

    all.push_back(list("shunts", s.shunts, true)
        .names_of("bus", s.shunts.bus, s.buses.name)
        .add("kind", s.shunts.kind)
        .add("g_mw", s.shunts.g_mw)
        .add("b_mvar", s.shunts.b_mvar)
        .add("q_min_mvar", s.shunts.q_min_mvar)
        .add("q_max_mvar", s.shunts.q_max_mvar)
        .add("v_set_pu", s.shunts.v_set_pu)
        .done());

    all.push_back(list("machines", s.machines, true)
        .names_of("bus", s.machines.bus, s.buses.name)
        .add("kind", s.machines.kind)
        .add("plant_table", s.machines.plant_table)
        .add("plant", s.machines.plant)
        .add("units", s.machines.units)
        .add("s_mva", s.machines.s_mva)
        .add("x_subtransient_pu", s.machines.x_subtransient_pu)
        .add("inertia_s", s.machines.inertia_s)
        .add("governor_gain_pu", s.machines.governor_gain_pu)
        .add("governor_fast_share", s.machines.governor_fast_share)
        .add("reheat_s", s.machines.reheat_s)
        .add("q_min_mvar", s.machines.q_min_mvar)
        .add("q_max_mvar", s.machines.q_max_mvar)
        .add("v_set_pu", s.machines.v_set_pu)
        .add("loss_mw", s.machines.loss_mw)
        .add("from_hour", s.machines.from_hour)
        .add("to_hour", s.machines.to_hour)
        .done());

    all.push_back(list("dispatch", s.dispatch, false)
        .add("table", s.dispatch.table)
        .add("name", s.dispatch.item)
        .add("p_mw", s.dispatch.p_mw)
        .add("q_mvar", s.dispatch.q_mvar)
        .add("slack_share", s.dispatch.slack_share)
        .done());

    all.push_back(list("sections", s.sections, true)
        .add("name_zh", s.sections.name_zh)
        .add("limit_forward_mw", s.sections.limit_forward_mw)
        .add("limit_backward_mw", s.sections.limit_backward_mw)
        .done());

    all.push_back(list("section_branches", s.section_branches, false)
        .names_of("section", s.section_branches.section, s.sections.name)
        .names_of("branch", s.section_branches.branch, s.branches.name)
        .add("sign", s.section_branches.sign)
        .done());

    all.push_back(list("contingencies", s.contingencies, true)
        .names_of("branch", s.contingencies.branch, s.branches.name)
        .names_of("second_branch", s.contingencies.second_branch, s.branches.name)
        .done());

    all.push_back(list("contingency_actions", s.contingency_actions, false)
        .names_of("contingency", s.contingency_actions.contingency, s.contingencies.name)
        .add("kind", s.contingency_actions.kind)
        .names_of("hvdc", s.contingency_actions.hvdc, s.hvdc.name)
        .add("plant_table", s.contingency_actions.plant_table)
        .add("plant", s.contingency_actions.plant)
        .add("amount_mw", s.contingency_actions.amount_mw)
        .add("arm_above_mw", s.contingency_actions.arm_above_mw)
        .done());

    all.push_back(list("fuels", s.fuels, true)
        .add("price_cny_per_gj", s.fuels.price_cny_per_gj)
        .add("co2_t_per_gj", s.fuels.co2_t_per_gj)
        .done());

    all.push_back(list("thermal", s.thermal, true)
        .add("name_zh", s.thermal.name_zh)
        .names_of("bus", s.thermal.bus, s.buses.name)
        .names_of("fuel", s.thermal.fuel, s.fuels.name)
        .add("technology", s.thermal.technology)
        .add("units", s.thermal.units)
        .add("p_min_mw", s.thermal.p_min_mw)
        .add("p_max_mw", s.thermal.p_max_mw)
        .add("variable_om_cny_per_mwh", s.thermal.variable_om_cny_per_mwh)
        .add("min_up_h", s.thermal.min_up_h)
        .add("min_down_h", s.thermal.min_down_h)
        .add("ramp_up_mw_per_h", s.thermal.ramp_up_mw_per_h)
        .add("ramp_down_mw_per_h", s.thermal.ramp_down_mw_per_h)
        .add("start_ramp_mw", s.thermal.start_ramp_mw)
        .add("stop_ramp_mw", s.thermal.stop_ramp_mw)
        .add("spinning_up_mw", s.thermal.spinning_up_mw)
        .add("spinning_down_mw", s.thermal.spinning_down_mw)
        .add("non_spinning_mw", s.thermal.non_spinning_mw)
        .add("must_run_units", s.thermal.must_run_units)
        .profile("must_run_profile", s.thermal.must_run_profile)
        .profile("p_min_profile", s.thermal.p_min_profile)
        .profile("p_max_profile", s.thermal.p_max_profile)
        .add("forced_outage_rate", s.thermal.forced_outage_rate)
        .add("repair_h", s.thermal.repair_h)
        .add("initial_units_on", s.thermal.initial_units_on)
        .add("initial_h", s.thermal.initial_h)
        .add("initial_p_mw", s.thermal.initial_p_mw)
        .done());

    all.push_back(list("heat_curves", s.heat_curves, false)
        .names_of("plant", s.heat_curves.plant, s.thermal.name)
        .add("p_mw", s.heat_curves.p_mw)
        .add("heat_gj_per_h", s.heat_curves.heat_gj_per_h)
        .done());

    all.push_back(list("deep_load", s.deep_load, false)
        .names_of("plant", s.deep_load.plant, s.thermal.name)
        .add("down_to_mw", s.deep_load.down_to_mw)
        .names_of("oil", s.deep_load.oil, s.fuels.name)
        .add("oil_gj_per_mwh", s.deep_load.oil_gj_per_mwh)
        .add("wear_cny_per_mwh", s.deep_load.wear_cny_per_mwh)
        .done());

    all.push_back(list("start_tiers", s.start_tiers, false)
        .names_of("plant", s.start_tiers.plant, s.thermal.name)
        .add("off_h", s.start_tiers.off_h)
        .add("cost_cny", s.start_tiers.cost_cny)
        .done());

    all.push_back(list("outages", s.outages, false)
        .names_of("plant", s.outages.plant, s.thermal.name)
        .add("from_hour", s.outages.from_hour)
        .add("to_hour", s.outages.to_hour)
        .add("units", s.outages.units)
        .add("kind", s.outages.kind)
        .done());

    all.push_back(list("service", s.service, false)
        .add("table", s.service.table)
        .add("plant", s.service.plant)
        .add("from_hour", s.service.from_hour)
        .add("to_hour", s.service.to_hour)
        .add("backup", s.service.backup)
        .done());

    all.push_back(list("backup_calls", s.backup_calls, false)
        .names_of("plant", s.backup_calls.plant, s.thermal.name)
        .add("from_hour", s.backup_calls.from_hour)
        .add("to_hour", s.backup_calls.to_hour)
        .done());

    all.push_back(list("energy_limits", s.energy_limits, false)
        .names_of("plant", s.energy_limits.plant, s.thermal.name)
        .add("shared", s.energy_limits.shared)
        .add("energy_gwh", s.energy_limits.energy_gwh)
        .add("period", s.energy_limits.period)
        .done());

    all.push_back(list("heat_supply", s.heat_supply, false)
        .names_of("plant", s.heat_supply.plant, s.thermal.name)
        .add("kind", s.heat_supply.kind)
        .add("heat_mw", s.heat_supply.heat_mw)
        .profile("heat_profile", s.heat_supply.heat_profile)
        .add("unit_heat_max_mw", s.heat_supply.unit_heat_max_mw)
        .add("base_mw", s.heat_supply.base_mw)
        .add("mw_per_heat_mw", s.heat_supply.mw_per_heat_mw)
        .add("loss_mw_per_heat_mw", s.heat_supply.loss_mw_per_heat_mw)
        .done());

    all.push_back(list("power_blocks", s.power_blocks, false)
        .names_of("plant", s.power_blocks.plant, s.thermal.name)
        .names_of("store", s.power_blocks.store, s.storages.name)
        .add("start_heat_mwh", s.power_blocks.start_heat_mwh)
        .done());

    all.push_back(list("carbon_capture", s.carbon_capture, false)
        .names_of("plant", s.carbon_capture.plant, s.thermal.name)
        .add("share_max_pu", s.carbon_capture.share_max_pu)
        .add("energy_mwh_per_t", s.carbon_capture.energy_mwh_per_t)
        .add("cost_cny_per_t", s.carbon_capture.cost_cny_per_t)
        .done());

    all.push_back(list("connections", s.connections, true)
        .add("name_zh", s.connections.name_zh)
        .names_of("bus", s.connections.bus, s.buses.name)
        .add("export_max_mw", s.connections.export_max_mw)
        .add("import_max_mw", s.connections.import_max_mw)
        .done());

    all.push_back(list("renewables", s.renewables, true)
        .add("name_zh", s.renewables.name_zh)
        .names_of("bus", s.renewables.bus, s.buses.name)
        .add("technology", s.renewables.technology)
        .add("capacity_mw", s.renewables.capacity_mw)
        .profile("profile", s.renewables.profile)
        .add("variable_om_cny_per_mwh", s.renewables.variable_om_cny_per_mwh)
        .add("curtailment_cny_per_mwh", s.renewables.curtailment_cny_per_mwh)
        .names_of("connection", s.renewables.connection, s.connections.name)
        .done());

    all.push_back(list("reservoirs", s.reservoirs, true)
        .add("name_zh", s.reservoirs.name_zh)
        .add("river", s.reservoirs.river)
        .names_of("downstream", s.reservoirs.downstream, s.reservoirs.name)
        .add("travel_h", s.reservoirs.travel_h)
        .add("storage_min_hm3", s.reservoirs.storage_min_hm3)
        .add("storage_max_hm3", s.reservoirs.storage_max_hm3)
        .profile("reference_profile", s.reservoirs.reference_profile)
        .add("inflow_m3_per_s", s.reservoirs.inflow_m3_per_s)
        .profile("inflow_profile", s.reservoirs.inflow_profile)
        .add("release_min_m3_per_s", s.reservoirs.release_min_m3_per_s)
        .add("release_max_m3_per_s", s.reservoirs.release_max_m3_per_s)
        .profile("release_min_profile", s.reservoirs.release_min_profile)
        .profile("release_max_profile", s.reservoirs.release_max_profile)
        .profile("storage_min_profile", s.reservoirs.storage_min_profile)
        .profile("storage_max_profile", s.reservoirs.storage_max_profile)
        .add("release_shortfall_cny_per_hm3", s.reservoirs.release_shortfall_cny_per_hm3)
        .add("terminal_shortfall_cny_per_hm3", s.reservoirs.terminal_shortfall_cny_per_hm3)
        .done());

    all.push_back(list("hydro", s.hydro, true)
        .add("name_zh", s.hydro.name_zh)
        .names_of("bus", s.hydro.bus, s.buses.name)
        .names_of("reservoir", s.hydro.reservoir, s.reservoirs.name)
        .add("technology", s.hydro.technology)
        .add("p_max_mw", s.hydro.p_max_mw)
        .add("flow_max_m3_per_s", s.hydro.flow_max_m3_per_s)
        .add("mw_per_m3_per_s", s.hydro.mw_per_m3_per_s)
        .add("variable_om_cny_per_mwh", s.hydro.variable_om_cny_per_mwh)
        .done());

    all.push_back(list("head_curves", s.head_curves, false)
        .names_of("station", s.head_curves.station, s.hydro.name)
        .add("storage_from_hm3", s.head_curves.storage_from_hm3)
        .add("mw_per_m3_per_s", s.head_curves.mw_per_m3_per_s)
        .done());

    all.push_back(list("pumps", s.pumps, true)
        .add("name_zh", s.pumps.name_zh)
        .names_of("bus", s.pumps.bus, s.buses.name)
        .add("technology", s.pumps.technology)
        .names_of("reservoir_from", s.pumps.reservoir_from, s.reservoirs.name)
        .names_of("reservoir_to", s.pumps.reservoir_to, s.reservoirs.name)
        .names_of("station", s.pumps.station, s.hydro.name)
        .add("p_max_mw", s.pumps.p_max_mw)
        .add("mw_per_m3_per_s", s.pumps.mw_per_m3_per_s)
        .add("variable_om_cny_per_mwh", s.pumps.variable_om_cny_per_mwh)
        .done());

    all.push_back(list("storages", s.storages, true)
        .add("name_zh", s.storages.name_zh)
        .names_of("bus", s.storages.bus, s.buses.name)
        .add("technology", s.storages.technology)
        .add("charge_max_mw", s.storages.charge_max_mw)
        .add("discharge_max_mw", s.storages.discharge_max_mw)
        .add("energy_max_mwh", s.storages.energy_max_mwh)
        .add("efficiency_charge", s.storages.efficiency_charge)
        .add("efficiency_discharge", s.storages.efficiency_discharge)
        .add("loss_per_h", s.storages.loss_per_h)
        .add("variable_om_cny_per_mwh", s.storages.variable_om_cny_per_mwh)
        .add("energy_initial_mwh", s.storages.energy_initial_mwh)
        .add("inflow_mw", s.storages.inflow_mw)
        .profile("inflow_profile", s.storages.inflow_profile)
        .names_of("connection", s.storages.connection, s.connections.name)
        .done());

    all.push_back(list("hvdc", s.hvdc, true)
        .add("name_zh", s.hvdc.name_zh)
        .names_of("bus", s.hvdc.bus, s.buses.name)
        .add("receiving", s.hvdc.receiving)
        .add("receiving_lat_deg", s.hvdc.receiving_lat_deg)
        .add("receiving_lon_deg", s.hvdc.receiving_lon_deg)
        .add("technology", s.hvdc.technology)
        .add("p_min_mw", s.hvdc.p_min_mw)
        .add("p_max_mw", s.hvdc.p_max_mw)
        .add("level_step_mw", s.hvdc.level_step_mw)
        .add("block_h", s.hvdc.block_h)
        .add("ramp_mw_per_block", s.hvdc.ramp_mw_per_block)
        .add("max_changes_per_day", s.hvdc.max_changes_per_day)
        .add("loss_rated_pu", s.hvdc.loss_rated_pu)
        .add("export_value_cny_per_mwh", s.hvdc.export_value_cny_per_mwh)
        .profile("p_max_profile", s.hvdc.p_max_profile)
        .profile("demand_profile", s.hvdc.demand_profile)
        .add("demand_tolerance_pu", s.hvdc.demand_tolerance_pu)
        .add("demand_shortfall_cny_per_mwh", s.hvdc.demand_shortfall_cny_per_mwh)
        .add("q_demand_mvar_per_mw", s.hvdc.q_demand_mvar_per_mw)
        .add("filter_mvar", s.hvdc.filter_mvar)
        .add("block_pole_share", s.hvdc.block_pole_share)
        .add("trip_scheme_mw", s.hvdc.trip_scheme_mw)
        .add("escr_min", s.hvdc.escr_min)
        .done());

    all.push_back(list("dc_links", s.dc_links, true)
        .add("name_zh", s.dc_links.name_zh)
        .names_of("from_bus", s.dc_links.from_bus, s.buses.name)
        .names_of("to_bus", s.dc_links.to_bus, s.buses.name)
        .add("p_max_mw", s.dc_links.p_max_mw)
        .add("p_min_mw", s.dc_links.p_min_mw)
        .add("loss_pu", s.dc_links.loss_pu)
        .profile("p_max_profile", s.dc_links.p_max_profile)
        .done());

    all.push_back(list("contracts", s.contracts, true)
        .add("kind", s.contracts.kind)
        .add("of", s.contracts.of)
        .add("period", s.contracts.period)
        .add("month", s.contracts.month)
        .add("energy_gwh", s.contracts.energy_gwh)
        .add("tolerance_pu", s.contracts.tolerance_pu)
        .add("shortfall_cny_per_mwh", s.contracts.shortfall_cny_per_mwh)
        .done());

    all.push_back(list("targets", s.targets, true)
        .add("kind", s.targets.kind)
        .names_of("region", s.targets.region, s.regions.name)
        .names_of("hvdc", s.targets.hvdc, s.hvdc.name)
        .add("period", s.targets.period)
        .add("share", s.targets.share)
        .add("bought_max_pu", s.targets.bought_max_pu)
        .add("hard", s.targets.hard)
        .add("shortfall_cny_per_mwh", s.targets.shortfall_cny_per_mwh)
        .done());

    all.push_back(list("emission_caps", s.emission_caps, true)
        .names_of("region", s.emission_caps.region, s.regions.name)
        .add("period", s.emission_caps.period)
        .add("cap_t", s.emission_caps.cap_t)
        .add("hard", s.emission_caps.hard)
        .add("excess_cny_per_t", s.emission_caps.excess_cny_per_t)
        .done());

    all.push_back(list("loads", s.loads, true)
        .add("name_zh", s.loads.name_zh)
        .names_of("bus", s.loads.bus, s.buses.name)
        .add("mean_mw", s.loads.mean_mw)
        .add("mean_mvar", s.loads.mean_mvar)
        .profile("profile", s.loads.profile)
        .add("value_of_lost_load_cny_per_mwh", s.loads.value_of_lost_load_cny_per_mwh)
        .done());

    const grid::FlexibleLoads& flexible = s.flexible_loads;
    all.push_back(list("flexible_loads", flexible, true)
        .add("name_zh", flexible.name_zh)
        .names_of("bus", flexible.bus, s.buses.name)
        .add("kind", flexible.kind)
        .add("draw_min_mw", flexible.draw_min_mw)
        .profile("draw_min_profile", flexible.draw_min_profile)
        .add("draw_max_mw", flexible.draw_max_mw)
        .profile("draw_max_profile", flexible.draw_max_profile)
        .add("give_max_mw", flexible.give_max_mw)
        .profile("give_max_profile", flexible.give_max_profile)
        .add("demand_mw", flexible.demand_mw)
        .profile("demand_profile", flexible.demand_profile)
        .add("efficiency_draw", flexible.efficiency_draw)
        .add("efficiency_give", flexible.efficiency_give)
        .add("loss_per_h", flexible.loss_per_h)
        .add("energy_min_mwh", flexible.energy_min_mwh)
        .profile("energy_min_profile", flexible.energy_min_profile)
        .add("energy_max_mwh", flexible.energy_max_mwh)
        .profile("energy_max_profile", flexible.energy_max_profile)
        .add("late_h", flexible.late_h)
        .add("energy_initial_mwh", flexible.energy_initial_mwh)
        .profile("energy_initial_profile", flexible.energy_initial_profile)
        .add("give_cny_per_mwh", flexible.give_cny_per_mwh)
        .add("unserved_max_pu", flexible.unserved_max_pu)
        .add("unserved_cny_per_mwh", flexible.unserved_cny_per_mwh)
        .add("budget_mwh", flexible.budget_mwh)
        .add("budget_period", flexible.budget_period)
        .add("own_load_mw", flexible.own_load_mw)
        .profile("own_load_profile", flexible.own_load_profile)
        .add("own_generation_mw", flexible.own_generation_mw)
        .profile("own_generation_profile", flexible.own_generation_profile)
        .add("exchange_max_mw", flexible.exchange_max_mw)
        .add("holds_reserve", flexible.holds_reserve)
        .add("tariff_cny_per_mwh", flexible.tariff_cny_per_mwh)
        .profile("tariff_profile", flexible.tariff_profile)
        .done());

    all.push_back(list("reserves", s.reserves, true)
        .names_of("region", s.reserves.region, s.regions.name)
        .add("direction", s.reserves.direction)
        .add("kind", s.reserves.kind)
        .add("load_pu", s.reserves.load_pu)
        .add("renewable_pu", s.reserves.renewable_pu)
        .add("fixed_mw", s.reserves.fixed_mw)
        .profile("fixed_profile", s.reserves.fixed_profile)
        .add("shortfall_cny_per_mw", s.reserves.shortfall_cny_per_mw)
        .done());

    all.push_back(list("reserve_sharing", s.reserve_sharing, false)
        .names_of("from_reserve", s.reserve_sharing.from_reserve, s.reserves.name)
        .names_of("to_reserve", s.reserve_sharing.to_reserve, s.reserves.name)
        .add("max_mw", s.reserve_sharing.max_mw)
        .done());

    return all;
}
// clang-format on

} // namespace longyang::results
