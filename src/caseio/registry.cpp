#include "caseio/registry.hpp"

#include <utility>

namespace longyang::caseio {
namespace {

using grid::System;

constexpr double inf = std::numeric_limits<double>::infinity();

/// Makes the columns of one table: binds each to the vector it fills.
template <class T>
struct Columns {
    T System::*table;
    std::vector<Column> list;

    Columns& add(Column column) {
        list.push_back(std::move(column));
        return *this;
    }
    auto into_numbers(grid::Numbers T::*member) const {
        return [t = table, member](System& s, const Value& v) {
            ((s.*t).*member).push_back(v.number);
        };
    }
    auto into_integers(grid::Integers T::*member) const {
        return [t = table, member](System& s, const Value& v) {
            ((s.*t).*member).push_back(static_cast<int>(v.number));
        };
    }
    auto into_names(grid::Names T::*member) const {
        return
            [t = table, member](System& s, const Value& v) { ((s.*t).*member).push_back(v.text); };
    }

    using Fallback = std::optional<std::string>;

    Columns& number(const char* name, grid::Numbers T::*member, const char* unit, double low,
                    double high, Fallback fallback, const char* meaning) {
        return add({name,
                    Kind::number,
                    unit,
                    low,
                    high,
                    std::move(fallback),
                    {},
                    {},
                    meaning,
                    into_numbers(member)});
    }
    Columns& integer(const char* name, grid::Integers T::*member, const char* unit, double low,
                     double high, Fallback fallback, const char* meaning) {
        return add({name,
                    Kind::integer,
                    unit,
                    low,
                    high,
                    std::move(fallback),
                    {},
                    {},
                    meaning,
                    into_integers(member)});
    }
    Columns& text(const char* name, grid::Names T::*member, Fallback fallback,
                  const char* meaning) {
        return add({name,
                    Kind::text,
                    "-",
                    -inf,
                    inf,
                    std::move(fallback),
                    {},
                    {},
                    meaning,
                    into_names(member)});
    }
    Columns& choice(const char* name, grid::Names T::*member, std::vector<std::string> choices,
                    Fallback fallback, const char* meaning) {
        return add({name,
                    Kind::choice,
                    "-",
                    -inf,
                    inf,
                    std::move(fallback),
                    std::move(choices),
                    {},
                    meaning,
                    into_names(member)});
    }
    Columns& reference(const char* name, grid::Integers T::*member, const char* target,
                       Fallback fallback, const char* meaning) {
        return add({name,
                    Kind::reference,
                    "-",
                    -inf,
                    inf,
                    std::move(fallback),
                    {},
                    target,
                    meaning,
                    into_integers(member)});
    }
    Columns& profile(const char* name, grid::Integers T::*member, const char* unit, double low,
                     double high, Fallback fallback, const char* meaning) {
        return add({name,
                    Kind::profile,
                    unit,
                    low,
                    high,
                    std::move(fallback),
                    {},
                    {},
                    meaning,
                    into_integers(member)});
    }
};

template <class T>
Table make_table(const char* name, bool required, bool named, T System::*table, Columns<T> columns,
                 const char* meaning) {
    return {name,
            meaning,
            required,
            named,
            [table](System& s) -> grid::Rows& { return s.*table; },
            std::move(columns.list)};
}

constexpr std::nullopt_t must = std::nullopt; // the column is required

// One line a column reads better than wrapped ones.
// clang-format off
std::vector<Table> make_tables() {
    std::vector<Table> all;

    all.push_back(make_table("regions", true, true, &System::regions,
        Columns<grid::Regions>{&System::regions, {}}
            .text("name_zh", &grid::Regions::name_zh, "", "Chinese name"),
        "Provinces or control areas; reserves and balances are stated by region."));

    all.push_back(make_table("buses", true, true, &System::buses,
        Columns<grid::Buses>{&System::buses, {}}
            .text("name_zh", &grid::Buses::name_zh, "", "Chinese name")
            .reference("region", &grid::Buses::region, "regions", must, "region the bus lies in")
            .number("kv", &grid::Buses::kv, "kV", 0.1, 2000, must, "nominal voltage")
            .number("v_min_pu", &grid::Buses::v_min_pu, "pu", 0, 2, "0.95", "least voltage in normal operation")
            .number("v_max_pu", &grid::Buses::v_max_pu, "pu", 0, 2, "1.05", "largest voltage in normal operation")
            .number("lat_deg", &grid::Buses::lat_deg, "deg", -90, 90, "0", "latitude, for maps")
            .number("lon_deg", &grid::Buses::lon_deg, "deg", -180, 180, "0", "longitude, for maps"),
        "Nodes of the AC network."));

    all.push_back(make_table("branches", false, true, &System::branches,
        Columns<grid::Branches>{&System::branches, {}}
            .reference("from_bus", &grid::Branches::from_bus, "buses", must, "flow counts positive out of this bus")
            .reference("to_bus", &grid::Branches::to_bus, "buses", must, "flow counts positive into this bus")
            .choice("kind", &grid::Branches::kind, {"line", "transformer", "series_capacitor"}, "line", "line (one row a circuit), transformer or series_capacitor")
            .number("length_km", &grid::Branches::length_km, "km", 0, 5000, "0", "length, for information")
            .number("r_pu", &grid::Branches::r_pu, "pu", -100, 100, "0", "series resistance on base_mva; negative only where the row is part of an equivalent (transformer, series_capacitor)")
            .number("x_pu", &grid::Branches::x_pu, "pu", -100, 100, must, "series reactance on base_mva, at least 1e-06; negative only for a transformer (star of three windings) or series_capacitor")
            .number("b_pu", &grid::Branches::b_pu, "pu", -1000, 1000, "0", "total charging susceptance on base_mva; negative only for a transformer (magnetising current)")
            .number("rating_mw", &grid::Branches::rating_mw, "MW", 0, 1e6, must, "thermal rating in normal operation; 0 means no limit")
            .number("tap_pu", &grid::Branches::tap_pu, "pu", 0.5, 2, "1", "off-nominal turns ratio on the from side")
            .number("shift_deg", &grid::Branches::shift_deg, "deg", -180, 180, "0", "phase shift")
            .number("rating_emergency_mw", &grid::Branches::rating_emergency_mw, "MW", 0, 1e6, "0", "rating that holds after an outage, until the dispatch has been changed; 0 means rating_mw")
            .profile("rating_profile", &grid::Branches::rating_profile, "-", 0.01, 10, "", "re-rating by season or hour for the check of outages, share of both ratings; empty: 1"),
        "AC lines, one row a circuit, and transformers."));

    all.push_back(make_table("shunts", false, true, &System::shunts,
        Columns<grid::Shunts>{&System::shunts, {}}
            .reference("bus", &grid::Shunts::bus, "buses", must, "bus it is connected to")
            .choice("kind", &grid::Shunts::kind, {"fixed", "svc"}, "fixed", "fixed: reactor or capacitor, always connected; svc: gives what holds its bus at v_set_pu, within its limits")
            .number("g_mw", &grid::Shunts::g_mw, "MW", -1e5, 1e5, "0", "active power drawn at 1 pu; counts in power flows, not in the balances of a run")
            .number("b_mvar", &grid::Shunts::b_mvar, "Mvar", -1e5, 1e5, "0", "reactive power given at 1 pu: capacitor > 0, reactor < 0")
            .number("q_min_mvar", &grid::Shunts::q_min_mvar, "Mvar", -1e5, 1e5, "0", "svc: least reactive power given, on top of b_mvar")
            .number("q_max_mvar", &grid::Shunts::q_max_mvar, "Mvar", -1e5, 1e5, "0", "svc: largest reactive power given, on top of b_mvar")
            .number("v_set_pu", &grid::Shunts::v_set_pu, "pu", 0.5, 1.5, "1", "svc: voltage it holds"),
        "Shunt reactors, capacitors and static compensators."));

    all.push_back(make_table("machines", false, true, &System::machines,
        Columns<grid::Machines>{&System::machines, {}}
            .reference("bus", &grid::Machines::bus, "buses", must, "bus it is connected to; of a plant the plant's")
            .choice("kind", &grid::Machines::kind, {"generator", "condenser", "grid_forming"}, "generator", "synchronous generator, synchronous condenser, or grid-forming inverter")
            .choice("plant_table", &grid::Machines::plant_table, {"", "thermal", "hydro", "storages"}, "", "table of the plant whose running units say how many machines are connected; empty: always all")
            .text("plant", &grid::Machines::plant, "", "name of the row there; empty with plant_table")
            .integer("units", &grid::Machines::units, "-", 1, 1000, "1", "number of equal machines")
            .number("s_mva", &grid::Machines::s_mva, "MVA", 0.001, 1e5, must, "rating of one machine, base of its per-unit figures; all generators of a plant together at least half of its power, all machines at most 4 times")
            .number("x_subtransient_pu", &grid::Machines::x_subtransient_pu, "pu", 0.01, 5, "0.2", "subtransient reactance on s_mva, with the unit transformer where the bus lies behind it")
            .number("inertia_s", &grid::Machines::inertia_s, "s", 0, 50, "0", "inertia constant H on s_mva")
            .number("governor_gain_pu", &grid::Machines::governor_gain_pu, "pu", 0, 100, "0", "governor gain on s_mva, 1 / droop; 0: no governor")
            .number("governor_fast_share", &grid::Machines::governor_fast_share, "-", 0, 1, "1", "share of the gain that acts without the reheater's delay")
            .number("reheat_s", &grid::Machines::reheat_s, "s", 0, 60, "0", "time constant of the reheater")
            .number("q_min_mvar", &grid::Machines::q_min_mvar, "Mvar", -1e5, 1e5, "0", "least reactive power given by one machine, inductive < 0")
            .number("q_max_mvar", &grid::Machines::q_max_mvar, "Mvar", -1e5, 1e5, "0", "largest reactive power given by one machine")
            .number("v_set_pu", &grid::Machines::v_set_pu, "pu", 0, 1.5, "1", "voltage it holds at its bus within its reactive limits; 0: holds none")
            .number("loss_mw", &grid::Machines::loss_mw, "MW", 0, 1000, "0", "loss of one machine when connected, drawn from its bus")
            .integer("from_hour", &grid::Machines::from_hour, "h", 0, 8759, "0", "first hour of the year in which it is connected (a coal unit's generator that becomes a condenser); of machines without plant")
            .integer("to_hour", &grid::Machines::to_hour, "h", 1, 8760, "8760", "first hour of the year in which it is connected no longer"),
        "Synchronous machines, condensers and grid-forming inverters, `units` equal ones a row: what holds voltages, short-circuit power and inertia."));

    all.push_back(make_table("dispatch", false, false, &System::dispatch,
        Columns<grid::GivenDispatch>{&System::dispatch, {}}
            .choice("table", &grid::GivenDispatch::table, {"thermal", "renewables", "hydro", "storages", "hvdc", "dc_links", "loads", "machines"}, must, "table of the component")
            .text("name", &grid::GivenDispatch::item, must, "name of the row there")
            .number("p_mw", &grid::GivenDispatch::p_mw, "MW", -1e6, 1e6, "0", "power of the whole row: output of a plant (storage: discharge less charge), sending power of an HVDC line, power sent from from_bus of a DC link (from to_bus < 0), demand served of a load; at most 10 % beyond the row's limits where slack_share is 0")
            .number("q_mvar", &grid::GivenDispatch::q_mvar, "Mvar", -1e6, 1e6, "0", "reactive output of a plant or machine (start value where it holds the voltage); of hvdc and loads what they draw; DC links have unity power factor")
            .number("slack_share", &grid::GivenDispatch::slack_share, "-", 0, 1e6, "0", "weight with which it takes up what is missing in its island; all 0: by the machines that are connected (governor gain x rating)"),
        "A dispatch of one hour, read by `longyang flow` where no results file is given. Components without a row: loads draw their mean, all others give nothing."));

    all.push_back(make_table("sections", false, true, &System::sections,
        Columns<grid::Sections>{&System::sections, {}}
            .text("name_zh", &grid::Sections::name_zh, "", "Chinese name")
            .number("limit_forward_mw", &grid::Sections::limit_forward_mw, "MW", 0, 1e6, must, "limit of the signed sum of flows")
            .number("limit_backward_mw", &grid::Sections::limit_backward_mw, "MW", 0, 1e6, must, "limit in the opposite direction"),
        "Sections (flow gates) of the network."));

    all.push_back(make_table("section_branches", false, false, &System::section_branches,
        Columns<grid::SectionBranches>{&System::section_branches, {}}
            .reference("section", &grid::SectionBranches::section, "sections", must, "section")
            .reference("branch", &grid::SectionBranches::branch, "branches", must, "member branch")
            .number("sign", &grid::SectionBranches::sign, "-", -1, 1, "1", "+1 where the section's forward direction is from from_bus to to_bus, else -1"),
        "Which branches make up a section."));

    all.push_back(make_table("contingencies", false, true, &System::contingencies,
        Columns<grid::Contingencies>{&System::contingencies, {}}
            .reference("branch", &grid::Contingencies::branch, "branches", must, "branch that is lost")
            .reference("second_branch", &grid::Contingencies::second_branch, "branches", "", "branch that is lost together with it (both circuits of a tower line); empty: `branch` alone"),
        "Outages to be borne besides the loss of each single branch, which needs no row here; a row for a single branch gives its outage a name that actions can refer to."));

    all.push_back(make_table("contingency_actions", false, false, &System::contingency_actions,
        Columns<grid::ContingencyActions>{&System::contingency_actions, {}}
            .reference("contingency", &grid::ContingencyActions::contingency, "contingencies", must, "outage after which the scheme acts")
            .choice("kind", &grid::ContingencyActions::kind, {"run_back", "trip"}, must, "run_back: an HVDC line sends less; trip: generation is disconnected")
            .reference("hvdc", &grid::ContingencyActions::hvdc, "hvdc", "", "line that is run back; required for kind run_back")
            .choice("plant_table", &grid::ContingencyActions::plant_table, {"thermal", "hydro", "renewables", "storages", ""}, "", "table of the plant that is tripped; required for kind trip")
            .text("plant", &grid::ContingencyActions::plant, "", "name of the plant that is tripped, in plant_table")
            .number("amount_mw", &grid::ContingencyActions::amount_mw, "MW", 0, 1e5, must, "power that is taken away, as far as it is there in the hour")
            .number("arm_above_mw", &grid::ContingencyActions::arm_above_mw, "MW", 0, 1e6, "0", "the scheme acts where the lost branches carried at least this before, sum of sizes"),
        "Corrective actions that protection schemes take at once after an outage."));

    all.push_back(make_table("fuels", false, true, &System::fuels,
        Columns<grid::Fuels>{&System::fuels, {}}
            .number("price_cny_per_gj", &grid::Fuels::price_cny_per_gj, "CNY/GJ", 0, 400, must, "price at the plant; coal 20 to 40, gas 50 to 90: not CNY/t")
            .number("co2_t_per_gj", &grid::Fuels::co2_t_per_gj, "t/GJ", 0, 1, must, "CO2 emitted when burnt"),
        "Fuels by place of delivery."));

    all.push_back(make_table("thermal", false, true, &System::thermal,
        Columns<grid::Thermal>{&System::thermal, {}}
            .text("name_zh", &grid::Thermal::name_zh, "", "Chinese name")
            .reference("bus", &grid::Thermal::bus, "buses", must, "bus it feeds")
            .reference("fuel", &grid::Thermal::fuel, "fuels", must, "fuel it burns")
            .text("technology", &grid::Thermal::technology, must, "coal, coal_chp, gas_ccgt, gas_ocgt, biomass, geothermal, nuclear_chp, ...")
            .integer("units", &grid::Thermal::units, "-", 1, 1000, must, "number of identical units")
            .number("p_min_mw", &grid::Thermal::p_min_mw, "MW", 0, 1e4, must, "least net output of a running unit")
            .number("p_max_mw", &grid::Thermal::p_max_mw, "MW", 0.001, 1e4, must, "net capacity of a unit")
            .number("variable_om_cny_per_mwh", &grid::Thermal::variable_om_cny_per_mwh, "CNY/MWh", 0, 1e4, "0", "operation and maintenance by energy, without fuel")
            .integer("min_up_h", &grid::Thermal::min_up_h, "h", 1, 720, "1", "least time on")
            .integer("min_down_h", &grid::Thermal::min_down_h, "h", 1, 720, "1", "least time off")
            .number("ramp_up_mw_per_h", &grid::Thermal::ramp_up_mw_per_h, "MW/h", 0, 1e5, "100000", "largest rise of a running unit from hour to hour")
            .number("ramp_down_mw_per_h", &grid::Thermal::ramp_down_mw_per_h, "MW/h", 0, 1e5, "100000", "largest fall of a running unit from hour to hour")
            .number("start_ramp_mw", &grid::Thermal::start_ramp_mw, "MW", 0, 1e5, "100000", "largest output in the hour of a start; at least p_min_mw")
            .number("stop_ramp_mw", &grid::Thermal::stop_ramp_mw, "MW", 0, 1e5, "100000", "largest output in the last hour before a stop; at least p_min_mw")
            .number("spinning_up_mw", &grid::Thermal::spinning_up_mw, "MW", 0, 1e4, "0", "upward spinning reserve that a running unit can give")
            .number("spinning_down_mw", &grid::Thermal::spinning_down_mw, "MW", 0, 1e4, "0", "downward spinning reserve that a running unit can give")
            .number("non_spinning_mw", &grid::Thermal::non_spinning_mw, "MW", 0, 1e4, "0", "reserve that a unit at rest can give (fast start)")
            .integer("must_run_units", &grid::Thermal::must_run_units, "-", 0, 1000, "0", "units that have to run")
            .profile("must_run_profile", &grid::Thermal::must_run_profile, "-", 0, 1, "", "share of must_run_units by hour, rounded to whole units; empty: always all")
            .profile("p_min_profile", &grid::Thermal::p_min_profile, "-", 0, 1, "", "least output of a running unit by hour as share of p_max_mw (heat supply); empty: p_min_mw")
            .profile("p_max_profile", &grid::Thermal::p_max_profile, "-", 0, 1, "", "largest output of a running unit by hour as share of p_max_mw; empty: 1")
            .number("forced_outage_rate", &grid::Thermal::forced_outage_rate, "-", 0, 0.9, "0", "share of time a unit is on forced outage; used when outages are drawn ([run] outage_seed)")
            .number("repair_h", &grid::Thermal::repair_h, "h", 1, 8760, "48", "mean time to repair; used when outages are drawn")
            .integer("initial_units_on", &grid::Thermal::initial_units_on, "-", -1, 1000, "-1", "units on before the first hour of the run; -1: free (no start cost, times or ramps are carried in)")
            .integer("initial_h", &grid::Thermal::initial_h, "h", 1, 8760, "8760", "hours that units on, and units off, have been so before the first hour")
            .number("initial_p_mw", &grid::Thermal::initial_p_mw, "MW", 0, 1e4, "0", "output of each running unit before the first hour"),
        "Thermal clusters: identical units at one bus."));

    all.push_back(make_table("heat_curves", false, false, &System::heat_curves,
        Columns<grid::HeatCurves>{&System::heat_curves, {}}
            .reference("plant", &grid::HeatCurves::plant, "thermal", must, "thermal cluster")
            .number("p_mw", &grid::HeatCurves::p_mw, "MW", 0, 1e4, must, "net output of a unit")
            .number("heat_gj_per_h", &grid::HeatCurves::heat_gj_per_h, "GJ/h", 0, 1e6, must, "heat input of a unit at that output; of a fuel that emits CO2 at least 3.6 GJ/MWh"),
        "Heat input of a unit over its output, rising and convex: from p_min_mw (with `deep_load` its lowest tier; or below) to p_max_mw."));

    all.push_back(make_table("deep_load", false, false, &System::deep_load,
        Columns<grid::DeepLoad>{&System::deep_load, {}}
            .reference("plant", &grid::DeepLoad::plant, "thermal", must, "thermal cluster")
            .number("down_to_mw", &grid::DeepLoad::down_to_mw, "MW", 0, 1e4, must, "lower end of the tier, of one unit; its upper end is that of the tier above, p_min_mw of the first")
            .reference("oil", &grid::DeepLoad::oil, "fuels", "", "fuel that keeps the fire in this tier; empty: none is needed")
            .number("oil_gj_per_mwh", &grid::DeepLoad::oil_gj_per_mwh, "GJ/MWh", 0, 1000, "0", "heat of that fuel for each MWh less in this tier")
            .number("wear_cny_per_mwh", &grid::DeepLoad::wear_cny_per_mwh, "CNY/MWh", 0, 1e5, "0", "wear for each MWh less in this tier"),
        "Deep load reduction: tiers of a unit's output below its ordinary minimum p_min_mw, the deeper the dearer; start and stop ramps count from p_min_mw."));

    all.push_back(make_table("start_tiers", false, false, &System::start_tiers,
        Columns<grid::StartTiers>{&System::start_tiers, {}}
            .reference("plant", &grid::StartTiers::plant, "thermal", must, "thermal cluster")
            .integer("off_h", &grid::StartTiers::off_h, "h", 1, 8760, must, "hours off from which this cost holds; the first tier of a plant starts at its min_down_h or below")
            .number("cost_cny", &grid::StartTiers::cost_cny, "CNY", 0, 1e8, must, "cost of one start of one unit; not falling with off_h"),
        "Start cost by time off (hot, warm, cold)."));

    all.push_back(make_table("outages", false, false, &System::outages,
        Columns<grid::Outages>{&System::outages, {}}
            .reference("plant", &grid::Outages::plant, "thermal", must, "thermal cluster")
            .integer("from_hour", &grid::Outages::from_hour, "h", 0, 8759, must, "first hour of the year out of service")
            .integer("to_hour", &grid::Outages::to_hour, "h", 1, 8760, must, "first hour of the year back in service")
            .integer("units", &grid::Outages::units, "-", 1, 1000, must, "units out of service")
            .choice("kind", &grid::Outages::kind, {"planned", "forced"}, "planned", "planned maintenance or a given forced outage"),
        "Units out of service by time."));

    all.push_back(make_table("service", false, false, &System::service,
        Columns<grid::Service>{&System::service, {}}
            .choice("table", &grid::Service::table, {"thermal", "renewables", "hydro", "pumps", "storages", "hvdc", "dc_links", "flexible_loads", "branches"}, "thermal", "table of the plant, line or branch")
            .text("plant", &grid::Service::plant, must, "name of the row there; one row a plant at most")
            .integer("from_hour", &grid::Service::from_hour, "h", 0, 8759, "0", "first hour of the year in service (commissioning)")
            .integer("to_hour", &grid::Service::to_hour, "h", 1, 8760, "8760", "first hour of the year out of service (retirement, conversion)")
            .choice("backup", &grid::Service::backup, {"yes", "no"}, "no", "yes: emergency backup, off but in the spans of backup_calls; of thermal clusters"),
        "Commissioning and retirement within the year, of plants and branches, and emergency backup; what has no row is in service all year."));

    all.push_back(make_table("backup_calls", false, false, &System::backup_calls,
        Columns<grid::BackupCalls>{&System::backup_calls, {}}
            .reference("plant", &grid::BackupCalls::plant, "thermal", must, "thermal cluster with backup = yes")
            .integer("from_hour", &grid::BackupCalls::from_hour, "h", 0, 8759, must, "first hour of the year in which it may run")
            .integer("to_hour", &grid::BackupCalls::to_hour, "h", 1, 8760, must, "first hour of the year in which it may run no longer; calls last min_up_h or more"),
        "Spans in which emergency backup is called: it may run there, and nowhere else."));

    all.push_back(make_table("energy_limits", false, false, &System::energy_limits,
        Columns<grid::EnergyLimits>{&System::energy_limits, {}}
            .reference("plant", &grid::EnergyLimits::plant, "thermal", must, "thermal cluster; one row at most")
            .text("shared", &grid::EnergyLimits::shared, "", "name of a limit that several rows share, all with the same energy and period; empty: the plant's own")
            .number("energy_gwh", &grid::EnergyLimits::energy_gwh, "GWh", 0, 1e6, must, "largest energy in a period; a span that covers part of a period has its share by hours")
            .choice("period", &grid::EnergyLimits::period, {"month", "year"}, "year", "period over which the energy counts"),
        "Energy that thermal clusters may give in a month or year, as emergency backup has it."));

    all.push_back(make_table("heat_supply", false, false, &System::heat_supply,
        Columns<grid::HeatSupply>{&System::heat_supply, {}}
            .reference("plant", &grid::HeatSupply::plant, "thermal", must, "thermal cluster; one row at most")
            .choice("kind", &grid::HeatSupply::kind, {"extraction", "back_pressure"}, "extraction", "extraction: power between two lines that depend on heat; back_pressure: power tied to heat, no unit runs without")
            .number("heat_mw", &grid::HeatSupply::heat_mw, "MW", 0, 1e5, must, "heat demand of the cluster; this x heat_profile. Above 0 all through the heating season (back_pressure: 0 for min_down_h or more, above 0 for min_up_h or more)")
            .profile("heat_profile", &grid::HeatSupply::heat_profile, "-", 0, 100, "", "heat demand by hour; empty: 1")
            .number("unit_heat_max_mw", &grid::HeatSupply::unit_heat_max_mw, "MW", 0.1, 1e4, must, "largest heat output of a unit")
            .number("base_mw", &grid::HeatSupply::base_mw, "MW", 0, 1e4, "0", "least power of a unit that supplies heat, at heat 0")
            .number("mw_per_heat_mw", &grid::HeatSupply::mw_per_heat_mw, "MW/MW", 0, 10, must, "by which that least power (back_pressure: the power) grows with heat")
            .number("loss_mw_per_heat_mw", &grid::HeatSupply::loss_mw_per_heat_mw, "MW/MW", 0, 10, "0", "by which the largest power falls with heat (extraction)"),
        "Heat supply of CHP clusters: how many units have to run, and between which outputs."));

    all.push_back(make_table("power_blocks", false, false, &System::power_blocks,
        Columns<grid::PowerBlocks>{&System::power_blocks, {}}
            .reference("plant", &grid::PowerBlocks::plant, "thermal", must, "thermal cluster of technology csp; one row at most. Its heat curve is a straight line, its fuel costs and emits nothing, as heat from the store")
            .reference("store", &grid::PowerBlocks::store, "storages", must, "heat store it takes its heat from; several clusters may share one")
            .number("start_heat_mwh", &grid::PowerBlocks::start_heat_mwh, "MWh", 0, 1e5, must, "heat that the start of a unit takes, in its first hour on, besides what its output takes"),
        "Power blocks of CSP plants: clusters that run on heat of a row of storages, whose figures (discharge, energy, inflow) are then heat."));

    all.push_back(make_table("carbon_capture", false, false, &System::carbon_capture,
        Columns<grid::CarbonCaptures>{&System::carbon_capture, {}}
            .reference("plant", &grid::CarbonCaptures::plant, "thermal", must, "thermal cluster; one row at most. Its heat curve is a straight line (two points)")
            .number("share_max_pu", &grid::CarbonCaptures::share_max_pu, "1", 0, 1, must, "largest share of what a running unit emits that is captured; how much is chosen by the hour")
            .number("energy_mwh_per_t", &grid::CarbonCaptures::energy_mwh_per_t, "MWh/t", 0, 10, must, "power that a captured t takes from the unit's output")
            .number("cost_cny_per_t", &grid::CarbonCaptures::cost_cny_per_t, "CNY/t", 0, 1e5, must, "transport, storing and operation; the carbon price is saved"),
        "Carbon capture of thermal clusters. Output of thermal.csv is gross of it."));

    all.push_back(make_table("connections", false, true, &System::connections,
        Columns<grid::Connections>{&System::connections, {}}
            .text("name_zh", &grid::Connections::name_zh, "", "Chinese name")
            .reference("bus", &grid::Connections::bus, "buses", must, "bus it leads to")
            .number("export_max_mw", &grid::Connections::export_max_mw, "MW", 0, 1e6, must, "most that its members together give to the bus")
            .number("import_max_mw", &grid::Connections::import_max_mw, "MW", 0, 1e6, must, "most that its members together draw from the bus; 0: storages are charged by the base alone"),
        "Connections (collection lines) of bases; rows of renewables and storages say behind which they lie."));

    all.push_back(make_table("renewables", false, true, &System::renewables,
        Columns<grid::Renewables>{&System::renewables, {}}
            .text("name_zh", &grid::Renewables::name_zh, "", "Chinese name")
            .reference("bus", &grid::Renewables::bus, "buses", must, "bus it feeds")
            .text("technology", &grid::Renewables::technology, must, "wind, pv, run_of_river, geothermal, ...: small letters, digits and _; what is not wind or pv takes no part in renewable_pu of reserves")
            .number("capacity_mw", &grid::Renewables::capacity_mw, "MW", 0, 1e6, must, "installed capacity")
            .profile("profile", &grid::Renewables::profile, "-", 0, 1, must, "available output as share of capacity")
            .number("variable_om_cny_per_mwh", &grid::Renewables::variable_om_cny_per_mwh, "CNY/MWh", 0, 1e4, "0", "operation and maintenance by energy")
            .number("curtailment_cny_per_mwh", &grid::Renewables::curtailment_cny_per_mwh, "CNY/MWh", 0, 1e5, "0", "penalty on energy not taken")
            .reference("connection", &grid::Renewables::connection, "connections", "", "connection behind which it lies, at the same bus; empty: none that could limit it"),
        "Plants that follow a profile and can be curtailed."));

    all.push_back(make_table("reservoirs", false, true, &System::reservoirs,
        Columns<grid::Reservoirs>{&System::reservoirs, {}}
            .text("name_zh", &grid::Reservoirs::name_zh, "", "Chinese name")
            .text("river", &grid::Reservoirs::river, "", "river")
            .reference("downstream", &grid::Reservoirs::downstream, "reservoirs", "", "reservoir that its water reaches next; empty: leaves the system")
            .integer("travel_h", &grid::Reservoirs::travel_h, "h", 0, 240, "0", "hours its water takes to reach downstream")
            .number("storage_min_hm3", &grid::Reservoirs::storage_min_hm3, "hm3", 0, 1e6, "0", "least storage (dead level)")
            .number("storage_max_hm3", &grid::Reservoirs::storage_max_hm3, "hm3", 0, 1e6, must, "largest storage (normal level)")
            .profile("reference_profile", &grid::Reservoirs::reference_profile, "hm3", 0, 1e6, "", "reference storage at the start of each hour: a span starts on it and must end on or above it; the release it implies is the water on its way at the start; empty: storage_min_hm3, kept all year")
            .number("inflow_m3_per_s", &grid::Reservoirs::inflow_m3_per_s, "m3/s", 0, 1e5, "0", "natural local inflow is this times inflow_profile")
            .profile("inflow_profile", &grid::Reservoirs::inflow_profile, "-", 0, 1e4, "", "shape of the natural local inflow; empty: 1")
            .number("release_min_m3_per_s", &grid::Reservoirs::release_min_m3_per_s, "m3/s", 0, 1e5, "0", "least release (turbines and spill) is this times release_min_profile")
            .number("release_max_m3_per_s", &grid::Reservoirs::release_max_m3_per_s, "m3/s", 0, 1e5, "100000", "largest release (turbines and spill) is this times release_max_profile")
            .profile("release_min_profile", &grid::Reservoirs::release_min_profile, "-", 0, 1e4, "", "shape of the least release; empty: 1")
            .profile("release_max_profile", &grid::Reservoirs::release_max_profile, "-", 0, 1, "", "largest release by hour (ice season) as share of release_max_m3_per_s; empty: 1")
            .profile("storage_min_profile", &grid::Reservoirs::storage_min_profile, "-", 0, 1, "", "lower level limit by hour, as share of the range from storage_min_hm3 to storage_max_hm3; empty: 0")
            .profile("storage_max_profile", &grid::Reservoirs::storage_max_profile, "-", 0, 1, "", "upper level limit by hour (flood season), as share of the range; empty: 1")
            .number("release_shortfall_cny_per_hm3", &grid::Reservoirs::release_shortfall_cny_per_hm3, "CNY/hm3", 0, 1e9, "2000000", "price of release missing to the least release")
            .number("terminal_shortfall_cny_per_hm3", &grid::Reservoirs::terminal_shortfall_cny_per_hm3, "CNY/hm3", 0, 1e9, "2000000", "price of storage missing at the end of a span"),
        "Reservoirs and ponds of hydro stations, linked along rivers."));

    all.push_back(make_table("hydro", false, true, &System::hydro,
        Columns<grid::HydroStations>{&System::hydro, {}}
            .text("name_zh", &grid::HydroStations::name_zh, "", "Chinese name")
            .reference("bus", &grid::HydroStations::bus, "buses", must, "bus it feeds")
            .reference("reservoir", &grid::HydroStations::reservoir, "reservoirs", must, "reservoir it draws from")
            .choice("technology", &grid::HydroStations::technology, {"hydro", "storage_plant"}, "hydro", "storage_plant: reversible units of a storage plant on a river (their other half is a row of pumps), counted as storage, not as hydro")
            .number("p_max_mw", &grid::HydroStations::p_max_mw, "MW", 0, 1e5, must, "capacity")
            .number("flow_max_m3_per_s", &grid::HydroStations::flow_max_m3_per_s, "m3/s", 0, 1e5, must, "largest flow through the turbines")
            .number("mw_per_m3_per_s", &grid::HydroStations::mw_per_m3_per_s, "MW/(m3/s)", 0, 50, must, "output per flow; in force where head_curves has no row")
            .number("variable_om_cny_per_mwh", &grid::HydroStations::variable_om_cny_per_mwh, "CNY/MWh", 0, 1e4, "0", "operation, maintenance and water fee by energy"),
        "Hydro stations; several may share a reservoir."));

    all.push_back(make_table("head_curves", false, false, &System::head_curves,
        Columns<grid::HeadCurves>{&System::head_curves, {}}
            .reference("station", &grid::HeadCurves::station, "hydro", must, "hydro station")
            .number("storage_from_hm3", &grid::HeadCurves::storage_from_hm3, "hm3", 0, 1e6, must, "storage from which this segment holds, up to the next row's")
            .number("mw_per_m3_per_s", &grid::HeadCurves::mw_per_m3_per_s, "MW/(m3/s)", 0, 50, must, "output per flow in this segment; not falling with storage"),
        "Output per flow by segment of head, stated over the reservoir's storage."));

    all.push_back(make_table("pumps", false, true, &System::pumps,
        Columns<grid::Pumps>{&System::pumps, {}}
            .text("name_zh", &grid::Pumps::name_zh, "", "Chinese name")
            .reference("bus", &grid::Pumps::bus, "buses", must, "bus it is connected to")
            .choice("technology", &grid::Pumps::technology, {"storage_plant"}, "storage_plant", "kind of storage it counts as")
            .reference("reservoir_from", &grid::Pumps::reservoir_from, "reservoirs", must, "reservoir it takes water from (the lower one)")
            .reference("reservoir_to", &grid::Pumps::reservoir_to, "reservoirs", must, "reservoir of the same cascade it lifts water to, within the hour")
            .reference("station", &grid::Pumps::station, "hydro", "", "hydro station at reservoir_to whose reversible units it is; empty: pumps of their own")
            .number("p_max_mw", &grid::Pumps::p_max_mw, "MW", 0, 1e5, must, "largest power taken from the grid")
            .number("mw_per_m3_per_s", &grid::Pumps::mw_per_m3_per_s, "MW/(m3/s)", 0.001, 50, must, "power taken per flow lifted")
            .number("variable_om_cny_per_mwh", &grid::Pumps::variable_om_cny_per_mwh, "CNY/MWh", 0, 1e4, "0", "operation and maintenance by energy taken"),
        "Pumps, and reversible units as pumps, between two reservoirs of a cascade; as turbines reversible units are a row of `hydro`."));

    all.push_back(make_table("storages", false, true, &System::storages,
        Columns<grid::Storages>{&System::storages, {}}
            .text("name_zh", &grid::Storages::name_zh, "", "Chinese name")
            .reference("bus", &grid::Storages::bus, "buses", must, "bus it is connected to")
            .choice("technology", &grid::Storages::technology, {"battery", "pumped_hydro", "storage_plant", "compressed_air", "csp"}, must, "kind of storage; storage_plant: pumps and reversible units between reservoirs of a cascade")
            .number("charge_max_mw", &grid::Storages::charge_max_mw, "MW", 0, 1e5, must, "largest power taken from the grid")
            .number("discharge_max_mw", &grid::Storages::discharge_max_mw, "MW", 0, 1e5, must, "largest power given to the grid")
            .number("energy_max_mwh", &grid::Storages::energy_max_mwh, "MWh", 0, 1e8, must, "usable energy content")
            .number("efficiency_charge", &grid::Storages::efficiency_charge, "-", 0.01, 1, "1", "energy stored per energy taken")
            .number("efficiency_discharge", &grid::Storages::efficiency_discharge, "-", 0.01, 1, "1", "energy given per energy drawn from the store")
            .number("loss_per_h", &grid::Storages::loss_per_h, "1/h", 0, 0.5, "0", "share of the content lost every hour")
            .number("variable_om_cny_per_mwh", &grid::Storages::variable_om_cny_per_mwh, "CNY/MWh", 0, 1e5, "0", "cost by energy given (wear, maintenance)")
            .number("energy_initial_mwh", &grid::Storages::energy_initial_mwh, "MWh", 0, 1e8, "0", "content at the start of a span, and at least at its end")
            .number("inflow_mw", &grid::Storages::inflow_mw, "MW", 0, 1e5, "0", "energy collected from outside (solar field) is this times inflow_profile; it may be spilt")
            .profile("inflow_profile", &grid::Storages::inflow_profile, "-", 0, 10, "", "shape of the energy collected; empty: 1")
            .reference("connection", &grid::Storages::connection, "connections", "", "connection behind which it lies, at the same bus; empty: none that could limit it"),
        "Batteries, pumped hydro, storage plants, compressed air, and CSP as a plant with a heat store."));

    all.push_back(make_table("hvdc", false, true, &System::hvdc,
        Columns<grid::HvdcLines>{&System::hvdc, {}}
            .text("name_zh", &grid::HvdcLines::name_zh, "", "Chinese name")
            .reference("bus", &grid::HvdcLines::bus, "buses", must, "bus of the sending converter station")
            .text("receiving", &grid::HvdcLines::receiving, "", "receiving end, outside the system")
            .number("receiving_lat_deg", &grid::HvdcLines::receiving_lat_deg, "deg", -90, 90, "0", "its latitude, for maps; 0 with longitude 0: not told")
            .number("receiving_lon_deg", &grid::HvdcLines::receiving_lon_deg, "deg", -180, 180, "0", "its longitude, for maps")
            .choice("technology", &grid::HvdcLines::technology, {"lcc", "vsc", "back_to_back"}, "lcc", "line-commutated, voltage-source or back-to-back")
            .number("p_min_mw", &grid::HvdcLines::p_min_mw, "MW", -1e5, 1e5, "0", "least power at the sending end; negative where the line can import")
            .number("p_max_mw", &grid::HvdcLines::p_max_mw, "MW", 0, 1e5, must, "rating at the sending end")
            .number("level_step_mw", &grid::HvdcLines::level_step_mw, "MW", 0, 1e5, "0", "power is p_min_mw plus a whole number of these steps, which reach p_max_mw; 0: continuous")
            .integer("block_h", &grid::HvdcLines::block_h, "h", 1, 24, "1", "the power is held over blocks of so many hours, counted from midnight; a divisor of 24")
            .number("ramp_mw_per_block", &grid::HvdcLines::ramp_mw_per_block, "MW", 0, 1e5, "100000", "largest change from block to block")
            .integer("max_changes_per_day", &grid::HvdcLines::max_changes_per_day, "-", 0, 24, "0", "largest number of changes of power in a day; 0: no limit (engine prices: of lines with level_step_mw alone)")
            .number("loss_rated_pu", &grid::HvdcLines::loss_rated_pu, "-", 0, 0.5, "0", "loss at p_max_mw as share of p_max_mw; grows with the square of the power, in eight chords or more (HV-5)")
            .number("export_value_cny_per_mwh", &grid::HvdcLines::export_value_cny_per_mwh, "CNY/MWh", 0, 1e4, "0", "value of energy delivered at the receiving end")
            .profile("p_max_profile", &grid::HvdcLines::p_max_profile, "-", 0, 1, "", "availability by hour as share of p_max_mw; empty: 1")
            .profile("demand_profile", &grid::HvdcLines::demand_profile, "-", 0, 1, "", "power that the receiving end asks for by hour, at the sending end, as share of p_max_mw; empty: none")
            .number("demand_tolerance_pu", &grid::HvdcLines::demand_tolerance_pu, "-", 0, 1, "0", "share of it that may be missing at no price")
            .number("demand_shortfall_cny_per_mwh", &grid::HvdcLines::demand_shortfall_cny_per_mwh, "CNY/MWh", 0, 1e5, "500", "price of a MWh missing below that")
            .number("q_demand_mvar_per_mw", &grid::HvdcLines::q_demand_mvar_per_mw, "Mvar/MW", -1, 2, "-1", "reactive demand of the sending converter (tan phi); -1: 0.5 for lcc, 0 for vsc and back_to_back")
            .number("filter_mvar", &grid::HvdcLines::filter_mvar, "Mvar", -1, 1e5, "-1", "filters and capacitors installed at the sending converter, switched with its demand; -1: q_demand_mvar_per_mw x p_max_mw (where that is 0: the size of p_min_mw)")
            .number("block_pole_share", &grid::HvdcLines::block_pole_share, "-", 0, 1, "0.5", "largest block that the frequency has to bear, share of the power: 0.5 one pole of two, 1 the whole line")
            .number("trip_scheme_mw", &grid::HvdcLines::trip_scheme_mw, "MW", 0, 1e5, "0", "infeed that a scheme disconnects at once after that block")
            .number("escr_min", &grid::HvdcLines::escr_min, "-", -1, 100, "-1", "least effective short-circuit ratio at the sending converter (vsc: short-circuit ratio); -1: escr_min_lcc or scr_min_vsc of [security]"),
        "HVDC lines out of the system, seen from the sending end."));

    all.push_back(make_table("dc_links", false, true, &System::dc_links,
        Columns<grid::DcLinks>{&System::dc_links, {}}
            .text("name_zh", &grid::DcLinks::name_zh, "", "Chinese name")
            .reference("from_bus", &grid::DcLinks::from_bus, "buses", must, "bus of one converter station; power counts positive out of this bus")
            .reference("to_bus", &grid::DcLinks::to_bus, "buses", must, "bus of the other one")
            .number("p_max_mw", &grid::DcLinks::p_max_mw, "MW", 0, 1e5, must, "largest power sent from from_bus")
            .number("p_min_mw", &grid::DcLinks::p_min_mw, "MW", -1e5, 1e5, "0", "least power sent from from_bus; negative: so much may be sent from to_bus, -p_max_mw for a link that is as strong both ways")
            .number("loss_pu", &grid::DcLinks::loss_pu, "-", 0, 0.5, "0", "share of what is sent that is lost on the way, either way")
            .profile("p_max_profile", &grid::DcLinks::p_max_profile, "-", 0, 1, "", "availability by hour as share of p_max_mw and of p_min_mw; empty: 1"),
        "DC links between two buses of the system (embedded HVDC, VSC links, back-to-back stations), whose power is chosen by the hour; a line that leaves the system is a row of `hvdc`."));

    all.push_back(make_table("contracts", false, true, &System::contracts,
        Columns<grid::EnergyContracts>{&System::contracts, {}}
            .choice("kind", &grid::EnergyContracts::kind, {"hvdc", "section"}, "hvdc", "what carries the energy")
            .text("of", &grid::EnergyContracts::of, must, "name of the HVDC line or section")
            .choice("period", &grid::EnergyContracts::period, {"day", "month", "year"}, "month", "period over which the energy counts")
            .integer("month", &grid::EnergyContracts::month, "-", 0, 12, "0", "month that a month or day contract is for; 0: every month, every day, or the year")
            .number("energy_gwh", &grid::EnergyContracts::energy_gwh, "GWh", -1e6, 1e6, must, "energy at the sending end (forward through a section); a span that covers part of a period owes its share by hours")
            .number("tolerance_pu", &grid::EnergyContracts::tolerance_pu, "-", 0, 10, "0.02", "allowed deviation to both sides, share of the energy's size (0.05: 5 %); 1 or more only where the energy is at most 5 % of what could be carried")
            .number("shortfall_cny_per_mwh", &grid::EnergyContracts::shortfall_cny_per_mwh, "CNY/MWh", 0, 1e5, "2000", "price of energy missing to the lower end; the upper end is a hard limit"),
        "Energy that lines and sections have to carry in a day, month or year."));

    all.push_back(make_table("targets", false, true, &System::targets,
        Columns<grid::Targets>{&System::targets, {}}
            .choice("kind", &grid::Targets::kind, {"renewable", "non_hydro", "clean_generation"}, must, "renewable: quota of all renewable energy; non_hydro: quota without hydro; both as share of consumption or of a line's energy; clean_generation: share of the region's generation without emissions")
            .reference("region", &grid::Targets::region, "regions", must, "region that owes it, and whose plants meet it")
            .reference("hvdc", &grid::Targets::hvdc, "hvdc", "", "HVDC line from this region whose energy at the sending end the share is of; empty: the region's consumption or generation")
            .choice("period", &grid::Targets::period, {"month", "year"}, "year", "period over which energy counts; a span that covers part of a period owes the share of what the part consumes")
            .number("share", &grid::Targets::share, "-", 0, 1, must, "share owed; 0: owes nothing and may sell certificates")
            .number("bought_max_pu", &grid::Targets::bought_max_pu, "-", 0, 1, "0", "share of what is owed that certificates of other regions may cover")
            .choice("hard", &grid::Targets::hard, {"yes", "no"}, "no", "yes: no shortfall is allowed at any price")
            .number("shortfall_cny_per_mwh", &grid::Targets::shortfall_cny_per_mwh, "CNY/MWh", 0, 1e5, "1000", "price of energy missing"),
        "Renewable quotas and clean shares of regions and HVDC lines on a month or year, with certificates traded between regions."));

    all.push_back(make_table("emission_caps", false, true, &System::emission_caps,
        Columns<grid::EmissionCaps>{&System::emission_caps, {}}
            .reference("region", &grid::EmissionCaps::region, "regions", "", "region whose thermal plants it covers; empty: all regions")
            .choice("period", &grid::EmissionCaps::period, {"month", "year"}, "year", "period over which CO2 counts; a span that covers part of a period has its share by hours")
            .number("cap_t", &grid::EmissionCaps::cap_t, "t", 0, 1e12, must, "CO2 that may be emitted in a period, less what is captured")
            .choice("hard", &grid::EmissionCaps::hard, {"yes", "no"}, "no", "yes: no excess is allowed at any price")
            .number("excess_cny_per_t", &grid::EmissionCaps::excess_cny_per_t, "CNY/t", 0, 1e6, "1000", "price of CO2 beyond the cap, besides the carbon price"),
        "Caps on the CO2 of thermal plants of a region, or of all, in a month or year."));

    all.push_back(make_table("loads", false, true, &System::loads,
        Columns<grid::Loads>{&System::loads, {}}
            .text("name_zh", &grid::Loads::name_zh, "", "Chinese name")
            .reference("bus", &grid::Loads::bus, "buses", must, "bus it draws from")
            .number("mean_mw", &grid::Loads::mean_mw, "MW", 0, 1e6, must, "load is this times profile")
            .number("mean_mvar", &grid::Loads::mean_mvar, "Mvar", -1e6, 1e6, "0", "reactive demand is this times profile; inductive > 0")
            .profile("profile", &grid::Loads::profile, "-", 0, 100, "", "shape of the load; empty: 1")
            .number("value_of_lost_load_cny_per_mwh", &grid::Loads::value_of_lost_load_cny_per_mwh, "CNY/MWh", 1, 1e6, "20000", "price of load not served"),
        "Loads by bus; losses below the network are part of them."));

    all.push_back(make_table("flexible_loads", false, true, &System::flexible_loads,
        Columns<grid::FlexibleLoads>{&System::flexible_loads, {}}
            .text("name_zh", &grid::FlexibleLoads::name_zh, "", "Chinese name")
            .reference("bus", &grid::FlexibleLoads::bus, "buses", must, "bus it draws from")
            .choice("kind", &grid::FlexibleLoads::kind, {"industry", "aluminium", "interruptible", "data_centre", "ev_fleet", "heating", "electrolyser", "virtual_power_plant", "microgrid"}, must, "what it is, for sums and reports; the equations are the same for all")
            .number("draw_min_mw", &grid::FlexibleLoads::draw_min_mw, "MW", 0, 1e6, "0", "least power drawn from the bus")
            .profile("draw_min_profile", &grid::FlexibleLoads::draw_min_profile, "-", 0, 1000, "", "by hour, times draw_min_mw; empty: 1")
            .number("draw_max_mw", &grid::FlexibleLoads::draw_max_mw, "MW", 0, 1e6, "0", "largest power drawn from the bus")
            .profile("draw_max_profile", &grid::FlexibleLoads::draw_max_profile, "-", 0, 1000, "", "by hour, times draw_max_mw (vehicles plugged in); empty: 1")
            .number("give_max_mw", &grid::FlexibleLoads::give_max_mw, "MW", 0, 1e6, "0", "largest power given back to the bus: vehicle to grid, or draw of a row of loads that is left out")
            .profile("give_max_profile", &grid::FlexibleLoads::give_max_profile, "-", 0, 1000, "", "by hour, times give_max_mw; empty: 1")
            .number("demand_mw", &grid::FlexibleLoads::demand_mw, "MW", 0, 1e6, "0", "energy used out of the store: work, driving, heat, hydrogen delivered")
            .profile("demand_profile", &grid::FlexibleLoads::demand_profile, "-", 0, 1000, "", "by hour, times demand_mw; empty: 1")
            .number("efficiency_draw", &grid::FlexibleLoads::efficiency_draw, "-", 0.01, 10, "1", "energy stored per energy drawn; above 1 for heat pumps")
            .number("efficiency_give", &grid::FlexibleLoads::efficiency_give, "-", 0.01, 1, "1", "energy given per energy out of the store")
            .number("loss_per_h", &grid::FlexibleLoads::loss_per_h, "1/h", 0, 0.5, "0", "share of the content lost in an hour; 0 where demand may be owed")
            .number("energy_min_mwh", &grid::FlexibleLoads::energy_min_mwh, "MWh", -1e9, 1e9, "0", "least content at the end of an hour; below 0: so much demand may be owed")
            .profile("energy_min_profile", &grid::FlexibleLoads::energy_min_profile, "-", 0, 1000, "", "by hour, times energy_min_mwh (what vehicles need when they leave); empty: 1")
            .number("energy_max_mwh", &grid::FlexibleLoads::energy_max_mwh, "MWh", 0, 1e9, "0", "largest content: tank, heat store, batteries of vehicles, work done ahead")
            .profile("energy_max_profile", &grid::FlexibleLoads::energy_max_profile, "-", 0, 1000, "", "by hour, times energy_max_mwh; empty: 1")
            .integer("late_h", &grid::FlexibleLoads::late_h, "h", 0, 168, "0", "demand may be met so many hours after it arose: lowers the least content by the demand of the last late_h hours")
            .number("energy_initial_mwh", &grid::FlexibleLoads::energy_initial_mwh, "MWh", 0, 1e9, "0", "content at the start of a span, and the least at its end")
            .profile("energy_initial_profile", &grid::FlexibleLoads::energy_initial_profile, "-", 0, 1000, "", "at the start of each hour, times energy_initial_mwh: a span starts on it and must end on or above that of the hour behind it (vehicles charged overnight); empty: 1")
            .number("give_cny_per_mwh", &grid::FlexibleLoads::give_cny_per_mwh, "CNY/MWh", 0, 1e6, "0", "cost of energy given: wear of vehicles, compensation for interruption; not of what covers a microgrid's own load beyond its exchange")
            .number("unserved_max_pu", &grid::FlexibleLoads::unserved_max_pu, "-", 0, 1, "0", "share of the demand of an hour that may go unserved")
            .number("unserved_cny_per_mwh", &grid::FlexibleLoads::unserved_cny_per_mwh, "CNY/MWh", 0, 1e6, "20000", "price of demand not served, as it leaves the store")
            .number("budget_mwh", &grid::FlexibleLoads::budget_mwh, "MWh", 0, 1e9, "0", "energy that may be given in a period (interruption by contract), not carried over; 0: no budget. A span that covers part of a period has its share by hours")
            .choice("budget_period", &grid::FlexibleLoads::budget_period, {"day", "month", "year"}, "year", "period of budget_mwh")
            .number("own_load_mw", &grid::FlexibleLoads::own_load_mw, "MW", 0, 1e6, "0", "load of a microgrid behind its exchange with the bus")
            .profile("own_load_profile", &grid::FlexibleLoads::own_load_profile, "-", 0, 1000, "", "by hour, times own_load_mw; empty: 1")
            .number("own_generation_mw", &grid::FlexibleLoads::own_generation_mw, "MW", 0, 1e6, "0", "generation of a microgrid behind its exchange with the bus; what neither leaves nor is stored is curtailed")
            .profile("own_generation_profile", &grid::FlexibleLoads::own_generation_profile, "-", 0, 1000, "", "by hour, times own_generation_mw; empty: 1")
            .number("exchange_max_mw", &grid::FlexibleLoads::exchange_max_mw, "MW", 0, 1e6, "0", "largest exchange of a microgrid with the bus, both ways; 0: no limit")
            .choice("holds_reserve", &grid::FlexibleLoads::holds_reserve, {"yes", "no"}, "no", "whether it holds spinning reserve of its region")
            .number("tariff_cny_per_mwh", &grid::FlexibleLoads::tariff_cny_per_mwh, "CNY/MWh", 0, 1e6, "0", "tariff that the load answers in place of the system's prices: it draws where that is cheapest by it, whatever the system needs; only of rows that do nothing but draw. 0: none")
            .profile("tariff_profile", &grid::FlexibleLoads::tariff_profile, "-", 0, 1000, "", "by hour, times tariff_cny_per_mwh (valley, peak); empty: 1"),
        "Loads that choose their hours: interruptible and shiftable industry, data centres, vehicles, heat with a store, electrolysers, virtual power plants, microgrids. Besides what stands here the buses draw their loads."));

    all.push_back(make_table("reserves", false, true, &System::reserves,
        Columns<grid::Reserves>{&System::reserves, {}}
            .reference("region", &grid::Reserves::region, "regions", must, "region that holds the reserve")
            .choice("direction", &grid::Reserves::direction, {"up", "down"}, must, "more or less output")
            .choice("kind", &grid::Reserves::kind, {"spinning", "non_spinning"}, "spinning", "from running plants, or (up only) also from plants at rest that start fast")
            .number("load_pu", &grid::Reserves::load_pu, "-", 0, 1, "0", "share of the region's load")
            .number("renewable_pu", &grid::Reserves::renewable_pu, "-", 0, 1, "0", "share of the region's available wind and PV output")
            .number("fixed_mw", &grid::Reserves::fixed_mw, "MW", 0, 1e5, "0", "fixed part is this times fixed_profile")
            .profile("fixed_profile", &grid::Reserves::fixed_profile, "-", 0, 1000, "", "fixed part by hour, times fixed_mw; empty: 1")
            .number("shortfall_cny_per_mw", &grid::Reserves::shortfall_cny_per_mw, "CNY/MW", 0, 1e6, "5000", "price of reserve missing for an hour"),
        "Reserve requirements by region and hour; a non-spinning requirement counts what is held beyond the spinning ones."));

    all.push_back(make_table("reserve_sharing", false, false, &System::reserve_sharing,
        Columns<grid::ReserveSharing>{&System::reserve_sharing, {}}
            .reference("from_reserve", &grid::ReserveSharing::from_reserve, "reserves", must, "requirement whose region holds it")
            .reference("to_reserve", &grid::ReserveSharing::to_reserve, "reserves", must, "requirement it counts for; same direction and kind")
            .number("max_mw", &grid::ReserveSharing::max_mw, "MW", 0, 1e6, must, "largest amount"),
        "Reserve of one region that may count for another."));

    return all;
}

std::vector<Column> make_common_columns() {
    const auto none = [](grid::System&, const Value&) {};
    return {
        {"name", Kind::text, "-", -inf, inf, must, {}, {}, "unique name within the table; in tables whose rows have names", none},
        {"source", Kind::text, "-", -inf, inf, "", {}, {}, "where the row's figures come from", none},
        {"quality", Kind::choice, "-", -inf, inf, "", {"measured", "published", "estimated", ""}, {}, "measured, published or estimated", none},
        {"note", Kind::text, "-", -inf, inf, "", {}, {}, "anything a reader should know", none},
    };
}
// clang-format on

} // namespace

std::span<const Table> tables() {
    static const std::vector<Table> all = make_tables();
    return all;
}

std::span<const Column> common_columns() {
    static const std::vector<Column> all = make_common_columns();
    return all;
}

} // namespace longyang::caseio
