#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The power system as plain tables, one struct of arrays a kind of component. Columns of a table
/// have the same length; the column's name carries its unit. References between tables are row
/// numbers (`int`, -1 where an optional reference is absent). Time series are rows of `Profiles`.
/// No behaviour: checks live in caseio, equations in model. What each column means, its range and
/// its default stand once, in caseio/registry.cpp, and are printed by `longyang check --explain`.
namespace longyang::grid {

using Numbers = std::vector<double>;
using Integers = std::vector<int>;
using Names = std::vector<std::string>;

/// Columns that every table has; `name` is empty in tables whose rows have no name of their own.
struct Rows {
    Names name;
    Names source;  ///< where the row's figures come from
    Names quality; ///< measured | published | estimated
    Names note;
    Integers line; ///< line of the row in its file, for messages
};

struct Regions : Rows {
    Names name_zh;
};

struct Buses : Rows {
    Names name_zh;
    Integers region;
    Numbers kv;
    Numbers v_min_pu, v_max_pu; ///< band of the voltage in normal operation
    Numbers lat_deg, lon_deg;
};

/// AC lines (one row a circuit) and transformers; per unit on the system's base.
struct Branches : Rows {
    Integers from_bus, to_bus;
    Names kind; ///< line | transformer | series_capacitor
    Numbers length_km;
    Numbers r_pu, x_pu, b_pu;
    Numbers rating_mw;
    Numbers tap_pu;
    Numbers shift_deg;
    Numbers rating_emergency_mw; ///< after an outage; 0: rating_mw
    Integers rating_profile;     ///< of both ratings, share by hour
};

/// Shunts at buses: reactors and capacitors (fixed), and static compensators that hold a voltage
/// (svc).
struct Shunts : Rows {
    Integers bus;
    Names kind;                     ///< fixed | svc
    Numbers g_mw, b_mvar;           ///< at 1 pu; power drawn, reactive power given (capacitive > 0)
    Numbers q_min_mvar, q_max_mvar; ///< of an svc, on top of b_mvar; inductive < 0
    Numbers v_set_pu;               ///< of an svc
};

/// Synchronous machines, condensers and grid-forming inverters: `units` equal ones at one bus. All
/// figures are of one machine, on its own rating.
struct Machines : Rows {
    Integers bus;
    Names kind;        ///< generator | condenser | grid_forming
    Names plant_table; ///< thermal | hydro | storages; empty: always connected
    Names plant;       ///< name of the row there
    Integers units;
    Numbers s_mva;
    Numbers x_subtransient_pu;
    Numbers inertia_s;
    Numbers governor_gain_pu;    ///< 1 / droop
    Numbers governor_fast_share; ///< of the gain, without the reheater's delay
    Numbers reheat_s;
    Numbers q_min_mvar, q_max_mvar;
    Numbers v_set_pu;            ///< 0: does not hold the voltage
    Numbers loss_mw;             ///< when connected
    Integers from_hour, to_hour; ///< connected in these hours of the year alone, [from, to)
};

/// A given dispatch of one hour, for `longyang flow`.
struct GivenDispatch : Rows {
    Names table; ///< thermal | renewables | hydro | storages | hvdc | dc_links | loads | machines
    Names item;  ///< name of the row there
    Numbers p_mw, q_mvar;
    Numbers slack_share;
};

/// Sections (flow gates): a signed sum of branch flows with a limit in each direction.
struct Sections : Rows {
    Names name_zh;
    Numbers limit_forward_mw, limit_backward_mw;
};

struct SectionBranches : Rows {
    Integers section, branch;
    Numbers sign; ///< +1: the branch counts from its from-bus to its to-bus
};

/// Outages that the network has to bear besides the loss of each branch alone.
struct Contingencies : Rows {
    Integers branch, second_branch; ///< -1: `branch` alone
};

/// What protection schemes do after a contingency.
struct ContingencyActions : Rows {
    Integers contingency;
    Names kind;        ///< run_back | trip
    Integers hvdc;     ///< of a run-back
    Names plant_table; ///< of a trip: thermal | hydro | renewables | storages
    Names plant;       ///< of a trip, name of its row
    Numbers amount_mw; ///< at most
    Numbers arm_above_mw;
};

struct Fuels : Rows {
    Numbers price_cny_per_gj;
    Numbers co2_t_per_gj;
};

/// Thermal clusters: `units` identical units at one bus. Powers are per unit, net of own use.
struct Thermal : Rows {
    Names name_zh;
    Integers bus, fuel;
    Names technology;
    Integers units;
    Numbers p_min_mw, p_max_mw;
    Numbers variable_om_cny_per_mwh;
    Integers min_up_h, min_down_h;
    Numbers ramp_up_mw_per_h, ramp_down_mw_per_h;
    Numbers start_ramp_mw, stop_ramp_mw;
    Numbers spinning_up_mw, spinning_down_mw, non_spinning_mw;
    Integers must_run_units;
    Integers must_run_profile; ///< 0..1 of must_run_units, rounded to whole units
    Integers p_min_profile;    ///< least output of a running unit, share of p_max_mw (heat supply)
    Integers p_max_profile;    ///< largest output of a running unit, share of p_max_mw
    Numbers forced_outage_rate;
    Numbers repair_h;
    Integers initial_units_on; ///< -1: free
    Integers initial_h;        ///< hours in that state so far
    Numbers initial_p_mw;      ///< output of each running unit before the first hour
};

/// Points of a cluster's heat input over output, per unit; convex, from the least output to
/// p_max_mw.
struct HeatCurves : Rows {
    Integers plant;
    Numbers p_mw, heat_gj_per_h;
};

/// Tiers of deep load reduction of a unit below p_min_mw, each down to an output.
struct DeepLoad : Rows {
    Integers plant;
    Numbers down_to_mw;
    Integers oil;           ///< fuel that keeps the fire; -1: none is needed
    Numbers oil_gj_per_mwh; ///< for each MWh less
    Numbers wear_cny_per_mwh;
};

/// When a plant or branch is in service: from commissioning to retirement; emergency backup only
/// when called. What has no row always is.
struct Service : Rows {
    Names table; ///< thermal | renewables | hydro | pumps | storages | hvdc | dc_links |
                 ///< flexible_loads | branches
    Names plant; ///< name of the row there
    Integers from_hour, to_hour; ///< hours of the year, [from, to)
    Names backup;                ///< yes | no; of thermal clusters
};

/// Energy that a cluster, or several that share the limit, may give in a month or year.
struct EnergyLimits : Rows {
    Integers plant;
    Names shared; ///< name of a limit that rows share; empty: of the plant alone
    Numbers energy_gwh;
    Names period; ///< month | year
};

/// Spans in which emergency backup is called.
struct BackupCalls : Rows {
    Integers plant;
    Integers from_hour, to_hour; ///< hours of the year, [from, to)
};

/// Heat that a cluster supplies, and how it ties a unit's power (docs/theory/thermal.md).
struct HeatSupply : Rows {
    Integers plant;
    Names kind;      ///< extraction | back_pressure
    Numbers heat_mw; ///< demand of the whole cluster = this x heat_profile
    Integers heat_profile;
    Numbers unit_heat_max_mw;
    Numbers base_mw, mw_per_heat_mw; ///< least output of a unit: base + this x its heat
    Numbers loss_mw_per_heat_mw;     ///< taken off the largest output
};

/// Power blocks of CSP plants: clusters whose heat comes from a row of `storages` in place of a
/// fuel.
struct PowerBlocks : Rows {
    Integers plant, store;
    Numbers start_heat_mwh; ///< of one unit
};

/// Carbon capture of clusters: a share of what a unit emits, for power of its own and at a cost.
struct CarbonCaptures : Rows {
    Integers plant;
    Numbers share_max_pu, energy_mwh_per_t, cost_cny_per_t;
};

/// Start cost of one unit after it was off for at least `off_h` hours.
struct StartTiers : Rows {
    Integers plant;
    Integers off_h;
    Numbers cost_cny;
};

struct Outages : Rows {
    Integers plant;
    Integers from_hour, to_hour; ///< hours of the year, [from, to)
    Integers units;
    Names kind; ///< planned | forced
};

/// Wind, PV, run-of-river and other plants that follow a profile and can be curtailed.
struct Renewables : Rows {
    Names name_zh;
    Integers bus;
    Names technology; ///< wind | pv | run_of_river | geothermal | ...
    Numbers capacity_mw;
    Integers profile; ///< available output, share of capacity
    Numbers variable_om_cny_per_mwh;
    Numbers curtailment_cny_per_mwh;
    Integers connection; ///< -1 (or column left empty): at its bus without a limit of its own
};

/// Connections of bases to their buses: what wind, PV and storages behind one feed in, or draw,
/// together is within its limits (docs/theory/network.md).
struct Connections : Rows {
    Names name_zh;
    Integers bus;
    Numbers export_max_mw, import_max_mw;
};

/// Reservoirs (and ponds of run-of-river stations). Water leaves through stations or as spill and
/// reaches `downstream` after `travel_h`.
struct Reservoirs : Rows {
    Names name_zh;
    Names river;
    Integers downstream; ///< -1: leaves the system
    Integers travel_h;
    Numbers storage_min_hm3, storage_max_hm3;
    Integers reference_profile; ///< reference storage at the start of each hour, hm3
    Numbers inflow_m3_per_s;    ///< natural local inflow = this x inflow_profile
    Integers inflow_profile;
    Numbers release_min_m3_per_s, release_max_m3_per_s;
    Integers release_min_profile;                      ///< factor of the least release
    Integers release_max_profile;                      ///< share of the largest release
    Integers storage_min_profile, storage_max_profile; ///< level limits as shares of the range
    Numbers release_shortfall_cny_per_hm3, terminal_shortfall_cny_per_hm3;
};

struct HydroStations : Rows {
    Names name_zh;
    Integers bus, reservoir;
    Names technology; ///< hydro | storage_plant: units that pump too, see Pumps
    Numbers p_max_mw;
    Numbers flow_max_m3_per_s;
    Numbers mw_per_m3_per_s;
    Numbers variable_om_cny_per_mwh;
};

/// Output per flow of a station in a segment of its reservoir's storage (head).
struct HeadCurves : Rows {
    Integers station;
    Numbers storage_from_hm3;
    Numbers mw_per_m3_per_s;
};

/// Pumps and reversible units that lift water from one reservoir of a cascade to another.
struct Pumps : Rows {
    Names name_zh;
    Integers bus;
    Names technology;
    Integers reservoir_from, reservoir_to;
    Integers station; ///< hydro station whose units run as pumps; -1: pumps of their own
    Numbers p_max_mw;
    Numbers mw_per_m3_per_s; ///< power taken per flow lifted
    Numbers variable_om_cny_per_mwh;
};

/// Batteries, pumped hydro, storage plants, compressed air, CSP with its thermal store.
struct Storages : Rows {
    Names name_zh;
    Integers bus;
    Names technology;
    Numbers charge_max_mw,
        discharge_max_mw; ///< of heat where power blocks take it, as what follows
    Numbers energy_max_mwh;
    Numbers efficiency_charge, efficiency_discharge;
    Numbers loss_per_h;
    Numbers variable_om_cny_per_mwh; ///< on discharge
    Numbers energy_initial_mwh;      ///< also the least energy at the end of a span
    Numbers inflow_mw; ///< heat collected (CSP), = this x inflow_profile; may be spilt
    Integers inflow_profile;
    Integers connection; ///< as of Renewables
};

/// HVDC lines, seen from the sending end; p > 0 leaves the system at `bus`.
struct HvdcLines : Rows {
    Names name_zh;
    Integers bus;
    Names receiving;
    Numbers receiving_lat_deg, receiving_lon_deg; ///< 0, 0: not told
    Names technology;                             ///< lcc | vsc | back_to_back
    Numbers p_min_mw, p_max_mw;
    Numbers level_step_mw; ///< 0: continuous
    Integers block_h;      ///< a level is held over whole blocks of this many hours
    Numbers ramp_mw_per_block;
    Integers max_changes_per_day; ///< 0: no limit
    Numbers loss_rated_pu;        ///< loss at p_max_mw, share of p_max_mw; quadratic in p
    Numbers export_value_cny_per_mwh;
    Integers p_max_profile;
    Integers demand_profile;     ///< power that the receiving end asks for, share of p_max_mw; -1,
                                 ///< or column left empty: it asks for none
    Numbers demand_tolerance_pu; ///< of it, that may be missing at no price
    Numbers demand_shortfall_cny_per_mwh;
    Numbers q_demand_mvar_per_mw; ///< of the rectifier, tan(phi); < 0: by technology
    Numbers filter_mvar;          ///< installed there; < 0: q_demand_mvar_per_mw x p_max_mw
    Numbers block_pole_share;     ///< largest block that frequency has to bear, share of p
    Numbers trip_scheme_mw;       ///< infeed that a scheme removes after that block
    Numbers escr_min;             ///< least effective short-circuit ratio; < 0: by technology
};

/// DC links between two buses of the system, controllable both ways (docs/theory/network.md).
struct DcLinks : Rows {
    Names name_zh;
    Integers from_bus, to_bus;
    Numbers p_max_mw, p_min_mw; ///< of what is sent from from_bus; below 0: from to_bus
    Numbers loss_pu;            ///< of what is sent, either way
    Integers p_max_profile;     ///< availability, of both limits
};

/// Energy that an HVDC line (sending end) or a section (forward) has to carry in a period.
struct EnergyContracts : Rows {
    Names kind; ///< hvdc | section
    Names of;
    Names period;   ///< day | month | year
    Integers month; ///< 1..12 for period = month, else 0 (every day, or the year)
    Numbers energy_gwh;
    Numbers tolerance_pu;
    Numbers shortfall_cny_per_mwh;
};

/// Policy targets: shares of renewable or clean energy that a region, or an HVDC line, owes in a
/// month or year (docs/theory/targets.md).
struct Targets : Rows {
    Names kind; ///< renewable | non_hydro | clean_generation
    Integers region;
    Integers hvdc; ///< -1: the share is of the region's consumption (or generation)
    Names period;  ///< month | year
    Numbers share;
    Numbers bought_max_pu; ///< of what is owed, by certificates of other regions
    Names hard;            ///< yes | no
    Numbers shortfall_cny_per_mwh;
};

/// Caps on the CO2 of a region's thermal plants, or of all, in a month or year
/// (docs/theory/targets.md, PT-4).
struct EmissionCaps : Rows {
    Integers region; ///< -1: all regions
    Names period;    ///< month | year
    Numbers cap_t;   ///< of a whole period
    Names hard;      ///< yes | no
    Numbers excess_cny_per_t;
};

struct Loads : Rows {
    Names name_zh;
    Integers bus;
    Numbers mean_mw;   ///< load = this x profile
    Numbers mean_mvar; ///< reactive demand = this x profile, inductive > 0
    Integers profile;
    Numbers value_of_lost_load_cny_per_mwh;
};

/// Loads that choose their hours: a store that is charged by what is drawn and emptied by what is
/// used (docs/theory/flexible-loads.md). Every figure with a profile is the figure times it.
struct FlexibleLoads : Rows {
    Names name_zh;
    Integers bus;
    Names kind;
    Numbers draw_min_mw, draw_max_mw, give_max_mw; ///< from and to the bus
    Integers draw_min_profile, draw_max_profile, give_max_profile;
    Numbers demand_mw; ///< energy used by the hour, as it leaves the store
    Integers demand_profile;
    Numbers efficiency_draw, efficiency_give;
    Numbers loss_per_h;
    Numbers energy_min_mwh, energy_max_mwh; ///< content; below 0: demand that is still owed
    Integers energy_min_profile, energy_max_profile;
    Integers late_h;                 ///< demand may be met so many hours late
    Numbers energy_initial_mwh;      ///< also the least content at the end of a span
    Integers energy_initial_profile; ///< by the hour that a span begins in, or that follows it
    Numbers give_cny_per_mwh;
    Numbers unserved_max_pu; ///< share of the demand that may go unserved
    Numbers unserved_cny_per_mwh;
    Numbers budget_mwh; ///< that may be given in a period; 0: no budget
    Names budget_period;
    Numbers own_load_mw, own_generation_mw; ///< of a microgrid, behind its exchange limit
    Integers own_load_profile, own_generation_profile;
    Numbers exchange_max_mw;    ///< 0: no limit
    Names holds_reserve;        ///< yes | no
    Numbers tariff_cny_per_mwh; ///< that it answers in place of the system's prices; 0: none
    Integers tariff_profile;
};

/// Reserve requirements of a region: load_pu x load + renewable_pu x available output + fixed_mw x
/// fixed_profile.
struct Reserves : Rows {
    Integers region;
    Names direction; ///< up | down
    Names kind;      ///< spinning | non_spinning
    Numbers load_pu, renewable_pu, fixed_mw;
    Integers fixed_profile;
    Numbers shortfall_cny_per_mw;
};

/// Reserve held in one region that may count for another.
struct ReserveSharing : Rows {
    Integers from_reserve, to_reserve;
    Numbers max_mw;
};

/// Hourly series, row-major: value of profile k in hour h at values[k * hours + h].
struct Profiles {
    Names name;
    Names file;
    std::size_t hours = 8760;
    Numbers values;

    [[nodiscard]] std::span<const double> row(int profile) const {
        return std::span(values).subspan(static_cast<std::size_t>(profile) * hours, hours);
    }
};

/// Limits that security checks hold an hour against. What each means, its range and its default
/// stand in caseio/case_toml.cpp, table [security] of case.toml.
struct SecurityLimits {
    double frequency_hz = 50.0;
    double escr_min_lcc = 2.5, scr_min_vsc = 1.5;
    double miscr_min = 2.5;
    double mrscr_min = 1.5;
    double near_coupling = 0.4;
    double rocof_max_hz_per_s = 0.5;
    double frequency_extreme_max_hz = 0.8;
    double frequency_settled_max_hz = 0.2;
    double load_damping_pu = 1.0;
    double overvoltage_max_pu = 1.3;
    double overvoltage_station_max_pu = 1.3;
};

struct CaseInfo {
    std::string name;
    std::string title;
    int year = 2030;
    std::string time_zone;
    std::string licence;
    std::string folder; ///< as given on the command line
    std::string hash;   ///< of all files of the case
    double base_mva = 100.0;
    double carbon_price_cny_per_t = 0.0;
    SecurityLimits security;
};

struct System {
    CaseInfo info;
    Regions regions;
    Buses buses;
    Branches branches;
    Shunts shunts;
    Machines machines;
    GivenDispatch dispatch;
    Sections sections;
    SectionBranches section_branches;
    Contingencies contingencies;
    ContingencyActions contingency_actions;
    Fuels fuels;
    Thermal thermal;
    HeatCurves heat_curves;
    DeepLoad deep_load;
    StartTiers start_tiers;
    Service service;
    BackupCalls backup_calls;
    EnergyLimits energy_limits;
    HeatSupply heat_supply;
    PowerBlocks power_blocks;
    CarbonCaptures carbon_capture;
    Outages outages;
    Connections connections;
    Renewables renewables;
    Reservoirs reservoirs;
    HydroStations hydro;
    HeadCurves head_curves;
    Pumps pumps;
    Storages storages;
    HvdcLines hvdc;
    DcLinks dc_links;
    EnergyContracts contracts;
    Targets targets;
    EmissionCaps emission_caps;
    Loads loads;
    FlexibleLoads flexible_loads;
    Reserves reserves;
    ReserveSharing reserve_sharing;
    Profiles profiles;
};

/// Number of hours in a modelled year; leap days are left out.
inline constexpr int hours_per_year = 8760;

/// 1 m3/s over one hour, in hm3.
inline constexpr double hm3_per_m3s_h = 0.0036;

} // namespace longyang::grid
