#pragma once

namespace longyang::caseio {

enum class Rounding { none, nearest, down, up };

/// What `capacity` stands for: figures that grow with a row's size, and those of the rows that
/// refer to it (named by the column that does).
struct SizeColumn {
    const char* table;
    const char* column;
    Rounding rounding = Rounding::none;
    const char* of_table = ""; ///< figure of another table, where `by` names a row of this one
    const char* by = "";
};
inline constexpr SizeColumn size_columns[] = {
    {"thermal", "units", Rounding::nearest},
    {"thermal", "must_run_units", Rounding::down},
    {"thermal", "initial_units_on", Rounding::up}, // at most units; with its output and hours
    {"outages", "units", Rounding::down, "thermal", "plant"},
    {"heat_supply", "heat_mw", Rounding::none, "thermal", "plant"},
    {"renewables", "capacity_mw"},
    {"hydro", "p_max_mw"},
    {"hydro", "flow_max_m3_per_s"},
    {"pumps", "p_max_mw"},
    {"storages", "charge_max_mw"},
    {"storages", "discharge_max_mw"},
    {"storages", "energy_max_mwh"},
    {"storages", "energy_initial_mwh"},
    {"storages", "inflow_mw"},
    {"hvdc", "p_min_mw"},
    {"hvdc", "p_max_mw"},
    {"hvdc", "level_step_mw"},
    {"hvdc", "ramp_mw_per_block"},
    {"hvdc", "trip_scheme_mw"},
    {"hvdc", "filter_mvar"},
    {"dc_links", "p_max_mw"},
    {"dc_links", "p_min_mw"},
    {"contracts", "energy_gwh", Rounding::none, "hvdc", "of"},
    {"contracts", "energy_gwh", Rounding::none, "sections", "of"},
    {"contracts", "energy_gwh"},
    {"loads", "mean_mw"},
    {"loads", "mean_mvar"},
    {"flexible_loads", "draw_min_mw"},
    {"flexible_loads", "draw_max_mw"},
    {"flexible_loads", "give_max_mw"},
    {"flexible_loads", "demand_mw"},
    {"flexible_loads", "energy_min_mwh"},
    {"flexible_loads", "energy_max_mwh"},
    {"flexible_loads", "energy_initial_mwh"},
    {"flexible_loads", "budget_mwh"},
    {"flexible_loads", "own_load_mw"},
    {"flexible_loads", "own_generation_mw"},
    {"flexible_loads", "exchange_max_mw"},
    {"connections", "export_max_mw"},
    {"connections", "import_max_mw"},
    {"branches", "rating_mw"},
    {"branches", "rating_emergency_mw"},
    {"sections", "limit_forward_mw"},
    {"sections", "limit_backward_mw"},
    {"reserves", "load_pu"},
    {"reserves", "renewable_pu"},
    {"reserves", "fixed_mw"},
    {"machines", "units", Rounding::nearest},
    {"machines", "units", Rounding::nearest, "thermal", "plant"},
    {"machines", "s_mva", Rounding::none, "hydro", "plant"},
    {"machines", "s_mva", Rounding::none, "storages", "plant"},
};

} // namespace longyang::caseio
