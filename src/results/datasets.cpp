#include "results/datasets.hpp"

#include "base/error.hpp"
#include "results/hour_parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace longyang::results {
namespace {

using grid::Schedule;
using grid::System;
using partition::Owners;

std::vector<Group> make_groups() {
    return {
        {"thermal", "Thermal clusters.",
         [](const System& s) -> const grid::Rows& { return s.thermal; }},
        {"renewables", "Wind, PV and other plants that follow a profile.",
         [](const System& s) -> const grid::Rows& { return s.renewables; }},
        {"hydro", "Hydro stations.", [](const System& s) -> const grid::Rows& { return s.hydro; }},
        {"pumps", "Pumps and reversible units of cascades.",
         [](const System& s) -> const grid::Rows& { return s.pumps; }},
        {"reservoirs", "Reservoirs.",
         [](const System& s) -> const grid::Rows& { return s.reservoirs; }},
        {"storages", "Batteries, pumped hydro, CSP and other storage plants.",
         [](const System& s) -> const grid::Rows& { return s.storages; }},
        {"connections", "Connections (collection lines) of bases.",
         [](const System& s) -> const grid::Rows& { return s.connections; }},
        {"hvdc", "HVDC lines.", [](const System& s) -> const grid::Rows& { return s.hvdc; }},
        {"dc_links", "DC links between two buses of the system.",
         [](const System& s) -> const grid::Rows& { return s.dc_links; }},
        {"loads", "Loads.", [](const System& s) -> const grid::Rows& { return s.loads; }},
        {"flexible_loads", "Loads that choose their hours.",
         [](const System& s) -> const grid::Rows& { return s.flexible_loads; }},
        {"reserves", "Reserve requirements.",
         [](const System& s) -> const grid::Rows& { return s.reserves; }},
        {"reserve_sharing",
         "Reserve of one region that counts for another; named \"from > to\" by the requirements.",
         [](const System& s) -> const grid::Rows& { return s.reserve_sharing; }},
        {"contracts", "Energy contracts, one entry a contract and period of it in the span."},
        {"targets", "Policy targets, one entry a target and period of it in the span."},
        {"emission_caps", "Caps on emissions, one entry a cap and period of it in the span."},
        {"branches", "AC lines and transformers.",
         [](const System& s) -> const grid::Rows& { return s.branches; }},
        {"sections", "Sections (flow gates).",
         [](const System& s) -> const grid::Rows& { return s.sections; }},
        {"buses", "Nodes of the AC network.",
         [](const System& s) -> const grid::Rows& { return s.buses; }},
        {"balances", "Sums over the plants, loads and lines of each region (province)."},
        {"limits", "Limits of branches and sections that entered the programme."},
        {"row_prices", "Prices of coupling rows at which the bound was met (engine prices; else "
                       "empty), for `longyang certify`: a row asks for lower <= sum over its hours "
                       "and its pattern's channels of weight x channel <= upper."},
        {"security",
         "What HVDC lines could export by the units that run (docs/theory/export-limits.md), "
         "of runs with `--security`; else NaN or empty. Sizes: an importing line is held to "
         "the same limits.",
         [](const System& s) -> const grid::Rows& { return s.hvdc; }},
        {"certificate", "How good the schedule is, and who says so."},
        {"stages", "Time by stage of the run."},
        {"forecast", "Memory and time as they were forecast before the run, and as measured."},
        {"breaches", "What the separate checker found wrong, largest first; none in a good file."},
        {"restart", "What a run with `--restart` goes on from, besides limits and prices of rows."},
    };
}

// One entry a dataset reads better than wrapped ones.
// clang-format off
std::vector<Dataset> make_datasets() {
    std::vector<Dataset> all;

    // Items x hours, of the schedule and of the rest of the content.
    const auto planned = [&](const char* group, const char* name, const char* unit, grid::HourTable Schedule::*member, std::vector<int> Owners::*owner, const char* meaning) {
        all.push_back({group, name, {"name", "hour"}, Type::number, unit, meaning, member, nullptr, owner});
    };
    const auto found = [&](const char* group, const char* name, const char* unit, grid::HourTable Content::*member, std::vector<int> Owners::*owner, const char* meaning) {
        all.push_back({group, name, {"name", "hour"}, Type::number, unit, meaning, nullptr, member, owner});
    };
    // Everything else.
    const auto other = [&](const char* group, const char* name, std::vector<std::string> dims, Type type, const char* unit, const char* meaning) {
        all.push_back({group, name, std::move(dims), type, unit, meaning});
    };
    const auto derived = [&](const char* group, const char* name, const char* unit, const char* meaning) {
        other(group, name, {"name", "hour"}, Type::number, unit, meaning);
    };

    planned("thermal", "units_on", "1", &Schedule::thermal_units_on, &Owners::thermal, "units on");
    planned("thermal", "starts", "1", &Schedule::thermal_starts, &Owners::thermal, "units started at the hour's beginning");
    planned("thermal", "stops", "1", &Schedule::thermal_stops, &Owners::thermal, "units stopped at the hour's beginning");
    planned("thermal", "p_mw", "MW", &Schedule::thermal_p_mw, &Owners::thermal, "net output of the whole cluster, less what carbon capture takes");
    planned("thermal", "captured_t", "t", &Schedule::thermal_captured_t, &Owners::thermal, "CO2 captured and stored (TH-19)");
    planned("thermal", "up_mw", "MW", &Schedule::thermal_up_mw, &Owners::thermal, "upward spinning reserve held");
    planned("thermal", "down_mw", "MW", &Schedule::thermal_down_mw, &Owners::thermal, "downward spinning reserve held");
    planned("thermal", "non_spinning_mw", "MW", &Schedule::thermal_non_spinning_mw, &Owners::thermal, "reserve held by units at rest");
    derived("thermal", "heat_gj", "GJ", "heat input by the heat curve where running units share the output equally, without starts");
    derived("thermal", "co2_t", "t", "CO2 emitted from that heat and from the oil of deep load reduction, less what is captured");
    derived("thermal", "deep_reduction_mw", "MW", "how far running units are below p_min_mw, summed");
    derived("thermal", "units_required", "1", "units that have to run: must-run and heat supply, as far as available");
    derived("thermal", "heat_supply_mw", "MW", "heat that the running units supply, of heat_supply");
    derived("thermal", "store_heat_mw", "MW", "heat that power blocks take from their stores, with that of starts (TH-17)");

    planned("renewables", "p_mw", "MW", &Schedule::renewable_p_mw, &Owners::renewable, "output");
    planned("renewables", "down_mw", "MW", &Schedule::renewable_down_mw, &Owners::renewable, "downward reserve held");
    derived("renewables", "available_mw", "MW", "output that weather allows; what is above p_mw was curtailed");

    planned("hydro", "p_mw", "MW", &Schedule::hydro_p_mw, &Owners::hydro, "output");
    planned("hydro", "flow_m3_per_s", "m3/s", &Schedule::hydro_flow_m3_per_s, &Owners::hydro, "flow through the turbines");
    planned("hydro", "up_mw", "MW", &Schedule::hydro_up_mw, &Owners::hydro, "upward spinning reserve held");
    planned("hydro", "down_mw", "MW", &Schedule::hydro_down_mw, &Owners::hydro, "downward spinning reserve held");

    planned("pumps", "p_mw", "MW", &Schedule::pump_p_mw, &Owners::pump, "power taken from the grid");
    planned("pumps", "flow_m3_per_s", "m3/s", &Schedule::pump_flow_m3_per_s, &Owners::pump, "water lifted from reservoir_from to reservoir_to");

    planned("reservoirs", "spill_m3_per_s", "m3/s", &Schedule::reservoir_spill_m3_per_s, &Owners::reservoir, "release past the turbines");
    planned("reservoirs", "storage_hm3", "hm3", &Schedule::reservoir_storage_hm3, &Owners::reservoir, "storage at the end of the hour");
    found("hydro", "head_price_cny_per_hm3", "CNY/hm3", &Content::hydro_head_price_cny_per_hm3, &Owners::hydro, "what water counts that turns a station above a reservoir with head segments, 0 elsewhere; NaN without engine prices");

    found("reservoirs", "value_cny_per_hm3", "CNY/hm3", &Content::reservoir_value_cny_per_hm3, &Owners::reservoir, "value of water at the end of the hour; NaN without engine prices");
    planned("reservoirs", "release_short_m3_per_s", "m3/s", &Schedule::reservoir_release_short_m3_per_s, &Owners::reservoir, "release missing to the least release");
    other("reservoirs", "terminal_short_hm3", {"name"}, Type::number, "hm3", "storage missing to the reference at the end of the span");

    planned("storages", "charge_mw", "MW", &Schedule::storage_charge_mw, &Owners::storage, "power taken from the grid");
    planned("storages", "discharge_mw", "MW", &Schedule::storage_discharge_mw, &Owners::storage, "power given to the grid; of a heat store, heat given to power blocks");
    planned("storages", "energy_mwh", "MWh", &Schedule::storage_energy_mwh, &Owners::storage, "energy content at the end of the hour");
    planned("storages", "spill_mw", "MW", &Schedule::storage_spill_mw, &Owners::storage, "inflow (heat collected) not taken");
    found("storages", "value_cny_per_mwh", "CNY/MWh", &Content::storage_value_cny_per_mwh, &Owners::storage, "value of energy at the end of the hour; NaN without engine prices");
    planned("storages", "up_mw", "MW", &Schedule::storage_up_mw, &Owners::storage, "upward spinning reserve held");
    planned("storages", "down_mw", "MW", &Schedule::storage_down_mw, &Owners::storage, "downward spinning reserve held");

    derived("connections", "p_mw", "MW", "what wind, PV and storages behind it give to the bus together, below 0 what they draw");
    found("connections", "price_cny_per_mwh", "CNY/MWh", &Content::connection_price_cny_per_mwh, nullptr, "by how much a MWh of its members is worth less than at the bus, since the export limit holds it back; below 0 at the import limit");

    planned("hvdc", "p_mw", "MW", &Schedule::hvdc_p_mw, &Owners::hvdc, "power at the sending end, positive out of the system");
    planned("hvdc", "delivered_mw", "MW", &Schedule::hvdc_delivered_mw, &Owners::hvdc, "power at the receiving end");

    derived("hvdc", "missing_mw", "MW", "power missing to what the receiving end asks for, less its tolerance (HV-6)");

    planned("dc_links", "forward_mw", "MW", &Schedule::dc_link_forward_mw, &Owners::dc_link, "power sent from from_bus, at the sending end");
    planned("dc_links", "backward_mw", "MW", &Schedule::dc_link_backward_mw, &Owners::dc_link, "power sent from to_bus, at the sending end");
    derived("dc_links", "from_mw", "MW", "power given to from_bus, below 0 where the link takes it");
    derived("dc_links", "to_mw", "MW", "power given to to_bus; the sum of both is less than 0 by the link's loss");

    derived("loads", "load_mw", "MW", "load, with what was shed");
    planned("loads", "shed_mw", "MW", &Schedule::load_shed_mw, &Owners::load, "load not served");

    planned("flexible_loads", "p_mw", "MW", &Schedule::flexible_p_mw, &Owners::flexible, "net power from the bus, below 0 where it gives");
    planned("flexible_loads", "draw_mw", "MW", &Schedule::flexible_draw_mw, &Owners::flexible, "power drawn into the store");
    planned("flexible_loads", "give_mw", "MW", &Schedule::flexible_give_mw, &Owners::flexible, "power given out of the store");
    planned("flexible_loads", "energy_mwh", "MWh", &Schedule::flexible_energy_mwh, &Owners::flexible, "content of the store at the end of the hour, below 0 where demand is owed");
    planned("flexible_loads", "unserved_mw", "MW", &Schedule::flexible_unserved_mw, &Owners::flexible, "demand not served, as it leaves the store");
    planned("flexible_loads", "spill_mw", "MW", &Schedule::flexible_spill_mw, &Owners::flexible, "own generation curtailed by the exchange limit, or budget that expired");
    planned("flexible_loads", "up_mw", "MW", &Schedule::flexible_up_mw, &Owners::flexible, "upward spinning reserve held");
    planned("flexible_loads", "down_mw", "MW", &Schedule::flexible_down_mw, &Owners::flexible, "downward spinning reserve held");
    other("flexible_loads", "energy_start_mwh", {"name"}, Type::number, "MWh", "content of the store at the start of the span");
    derived("flexible_loads", "own_load_mw", "MW", "load of a microgrid behind its exchange with the bus");
    derived("flexible_loads", "tariff_cny_per_mwh", "CNY/MWh", "tariff that the load answers in place of the system's prices (FL-7); 0: none");
    found("flexible_loads", "value_cny_per_mwh", "CNY/MWh", &Content::flexible_value_cny_per_mwh, &Owners::flexible, "value of energy in the store at the end of the hour; NaN without engine prices");

    planned("reserves", "short_mw", "MW", &Schedule::reserve_short_mw, &Owners::reserve, "reserve missing to the requirement");
    found("reserves", "requirement_mw", "MW", &Content::reserve_requirement_mw, nullptr, "requirement");
    found("reserves", "price_cny_per_mw", "CNY/MW", &Content::reserve_price_cny_per_mw, nullptr, "cost of one MW more of requirement for the hour");
    planned("reserve_sharing", "shared_mw", "MW", &Schedule::reserve_shared_mw, &Owners::sharing, "reserve lent by the first requirement's region to the second");

    other("contracts", "contract", {"period"}, Type::text, "1", "name of the contract");
    other("contracts", "begin", {"period"}, Type::integer, "h", "first hour of the span that belongs to the period");
    other("contracts", "end", {"period"}, Type::integer, "h", "hour behind the last one");
    other("contracts", "low_mwh", {"period"}, Type::number, "MWh", "least energy owed");
    other("contracts", "high_mwh", {"period"}, Type::number, "MWh", "largest energy allowed");
    other("contracts", "energy_mwh", {"period"}, Type::number, "MWh", "energy carried");
    other("contracts", "short_mwh", {"period"}, Type::number, "MWh", "energy missing to the least");

    other("contracts", "price_cny_per_mwh", {"period"}, Type::number, "CNY/MWh", "engine highs: price of the contract's row, positive at its lower end; engine prices: price at which the line itself keeps its contract, part of the bound, 0 where the contract has rows with prices, or is kept exactly");

    other("targets", "target", {"period"}, Type::text, "1", "name of the target");
    other("targets", "begin", {"period"}, Type::integer, "h", "first hour of the span that belongs to the period");
    other("targets", "end", {"period"}, Type::integer, "h", "hour behind the last one");
    other("targets", "owed_mwh", {"period"}, Type::number, "MWh", "share of the consumption, the line's energy or the generation");
    other("targets", "own_mwh", {"period"}, Type::number, "MWh", "energy of the region's plants that meets the kind, whatever target it goes to");
    other("targets", "short_mwh", {"period"}, Type::number, "MWh", "energy missing");
    other("targets", "bought_mwh", {"period"}, Type::number, "MWh", "certificates bought from other regions");
    other("targets", "sold_mwh", {"period"}, Type::number, "MWh", "certificates sold to other regions; with the first target of a region and kind");
    other("targets", "price_cny_per_mwh", {"period"}, Type::number, "CNY/MWh", "what a MWh more that counts in the region saves: price of its row and of the certificate; 0 where the target does not bind");
    other("targets", "certificate_cny_per_mwh", {"period"}, Type::number, "CNY/MWh", "price of a certificate: dual of the balance of all regions");

    other("emission_caps", "cap", {"period"}, Type::text, "1", "name of the cap");
    other("emission_caps", "begin", {"period"}, Type::integer, "h", "first hour of the span that belongs to the period");
    other("emission_caps", "end", {"period"}, Type::integer, "h", "hour behind the last one");
    other("emission_caps", "cap_t", {"period"}, Type::number, "t", "CO2 that the cap allows in these hours");
    other("emission_caps", "counted_t", {"period"}, Type::number, "t", "CO2 that counts: by the straight line of TH-20, less what is captured");
    other("emission_caps", "excess_t", {"period"}, Type::number, "t", "CO2 beyond the cap");
    other("emission_caps", "price_cny_per_t", {"period"}, Type::number, "CNY/t", "what a t more of the cap saves, besides the carbon price; 0 where the cap does not bind");

    found("branches", "flow_mw", "MW", &Content::branch_flow_mw, &Owners::branch, "flow, positive from from_bus to to_bus");
    found("sections", "flow_mw", "MW", &Content::section_flow_mw, nullptr, "flow, positive forward");
    found("buses", "injection_mw", "MW", &Content::bus_injection_mw, &Owners::bus, "plants less load and HVDC export, with what DC links take and bring, into the network");
    found("buses", "price_cny_per_mwh", "CNY/MWh", &Content::bus_price_cny_per_mwh, nullptr, "cost of one MWh more drawn from the bus");

    const std::vector<std::string> by_region = {"region", "hour"};
    const std::vector<std::string> by_technology = {"region", "technology", "hour"};
    const std::vector<std::string> by_storage = {"region", "storage_technology", "hour"};
    other("balances", "generation_mw", by_technology, Type::number, "MW", "output of thermal, hydro and renewable plants");
    other("balances", "curtailed_mw", by_technology, Type::number, "MW", "available output of renewable plants not taken");
    other("balances", "charge_mw", by_storage, Type::number, "MW", "power that storages took");
    other("balances", "discharge_mw", by_storage, Type::number, "MW", "power that storages gave");
    other("balances", "load_mw", by_region, Type::number, "MW", "load, with what was shed");
    other("balances", "flexible_mw", by_region, Type::number, "MW", "net power from the buses of flexible loads");
    other("balances", "shed_mw", by_region, Type::number, "MW", "load not served");
    other("balances", "hvdc_export_mw", by_region, Type::number, "MW", "HVDC lines at their sending end");
    other("balances", "ac_export_mw", by_region, Type::number, "MW", "generation + discharge - charge - (load - shed) - flexible loads - HVDC export - losses of DC links: net flow to other regions, by branches and by DC links");
    other("balances", "dc_loss_mw", by_region, Type::number, "MW", "losses of DC links, in the region that sends");
    other("balances", "co2_t", by_region, Type::number, "t", "CO2 of thermal plants");
    other("balances", "price_cny_per_mwh", by_region, Type::number, "CNY/MWh", "mean price of the region's buses weighted by their load; plain mean where it has none");

    other("limits", "kind", {"limit"}, Type::text, "1", "branch or section");
    other("limits", "item", {"limit"}, Type::text, "1", "name of the branch or section");
    other("limits", "row", {"limit"}, Type::integer, "1", "its row in the case's table, from 0");
    other("limits", "at", {"limit"}, Type::integer, "h", "hour of the span, from 0");
    other("limits", "side", {"limit"}, Type::integer, "1", "+1 forward, -1 backward");
    other("limits", "limit_mw", {"limit"}, Type::number, "MW", "limit of the flow");
    other("limits", "price_cny_per_mwh", {"limit"}, Type::number, "CNY/MWh", "cost saved by one MW more of the limit");

    other("row_prices", "tag", {"pattern"}, Type::text, "1", "constraint family, as NW-1");
    other("row_prices", "what", {"pattern"}, Type::text, "1", "what the rows of the pattern stand for, as \"branch guanting_lanzhou_east_1\"");
    other("row_prices", "of_pattern", {"row"}, Type::integer, "1", "pattern of the row");
    other("row_prices", "begin", {"row"}, Type::integer, "h", "first hour of the span that the row is over");
    other("row_prices", "end", {"row"}, Type::integer, "h", "hour behind the last one");
    other("row_prices", "lower", {"row"}, Type::number, "MW", "least sum, in MWh where it is over several hours");
    other("row_prices", "upper", {"row"}, Type::number, "MW", "largest sum");
    other("row_prices", "price", {"row"}, Type::number, "CNY/MWh", "cost of one unit more of the limit that binds; positive at the lower one, negative at the upper one");

    other("row_prices", "breach_cny", {"row"}, Type::number, "CNY/MWh", "at which the row may be broken; infinite: it has to hold");
    other("row_prices", "term_pattern", {"term"}, Type::integer, "1", "pattern, of those of security: SE-15 and SE-16, whose weights follow from the schedule that was looked at, N1-8, N1-9 and AC-11");
    other("row_prices", "term_channel", {"term"}, Type::text, "1", "channel, as \"hvdc_power:tianzhong\"");
    other("row_prices", "term_weight", {"term"}, Type::number, "1", "weight");

    found("security", "limit_mw", "MW", &Content::security_limit_mw, nullptr, "least limit");
    found("security", "cause", "1", &Content::security_cause, nullptr, "its cause: 0 plan, 1 short_circuit_ratio, 2 multi_infeed, 4 rocof, 5 extreme_frequency, 6 settled_frequency, 7 overvoltage");
    found("security", "margin_mw", "MW", &Content::security_margin_mw, nullptr, "limit less the size of the power; negative: broken");
    found("security", "price_cny_per_mwh", "CNY/MWh", &Content::security_price_cny_per_mwh, nullptr, "cost saved by one MW more of the line's limits of security");
    found("security", "strength_mva", "MVA", &Content::security_strength_mva, nullptr, "short-circuit power at the converter");
    found("security", "ratio", "1", &Content::security_ratio, nullptr, "effective short-circuit ratio (vsc: plain)");
    found("security", "multi_infeed_ratio", "1", &Content::security_multi_infeed_ratio, nullptr, "ratio with the line-commutated lines around; infinite for vsc");
    found("security", "station_ratio", "1", &Content::security_station_ratio, nullptr, "least ratio of renewable stations near the line");
    found("security", "voltage_pu", "1", &Content::security_voltage_pu, nullptr, "voltage at the converter after its block");
    found("security", "energy_mws", "MWs", &Content::security_energy_mws, nullptr, "energy in the rotors of the line's synchronous area");
    other("security", "round_line_hours", {"round"}, Type::number, "h", "of the schedule of each round: hours of lines above an export limit, summed");
    other("security", "round_line_mwh", {"round"}, Type::number, "MWh", "energy above it");
    other("security", "round_station_hours", {"round"}, Type::number, "h", "hours of renewable stations below mrscr_min, summed");
    other("security", "round_station_mwh", {"round"}, Type::number, "MWh", "infeed beyond it, as it weighs at the station");
    other("security", "round_outage_ratings", {"round"}, Type::number, "1", "ratings broken after single outages: branch, hour and outage, of the limits_per_hour worst of each hour");
    other("security", "round_outage_mwh", {"round"}, Type::number, "MWh", "flow beyond these");
    other("security", "round_listed_ratings", {"round"}, Type::number, "1", "the same after outages of contingencies.csv of two branches or with a scheme, of the limits_per_hour worst of each hour");
    other("security", "round_listed_mwh", {"round"}, Type::number, "MWh", "flow beyond these");
    other("security", "round_voltage_hours", {"round"}, Type::number, "h", "hours in which a voltage of the AC power flow lies outside its band, or that are not solved");
    other("security", "round_voltage_bus_hours", {"round"}, Type::number, "h", "hours of buses outside their bands, summed, of those that are solved");
    other("security", "round_voltage_mwh", {"round"}, Type::number, "MWh", "energy by which sections would have to carry less for them (AC-10)");
    other("security", "round_slack_hours", {"round"}, Type::number, "h", "hours in which a slack bus of the AC power flow lies outside the reactive limits of its machines, of those that are solved (AC-7)");
    other("security", "round_slack_mvar", {"round"}, Type::number, "Mvar", "largest that one gives or takes beyond them");
    other("security", "round_cost_cny", {"round"}, Type::number, "CNY", "cost of the schedule");
    other("security", "machine_value_cny", {"machine"}, Type::number, "CNY", "saved over the span by one machine more of the row of machines.csv, connected throughout, by prices of rows and what it adds to their limits");
    other("security", "outside_hour", {"outside"}, Type::integer, "h", "hour of the span in which a voltage lies outside its band by the AC power flow, or that is not solved");
    other("security", "outside_bus", {"outside"}, Type::text, "1", "the bus farthest outside; of an hour that is not solved, that with the largest mismatch");
    other("security", "outside_pu", {"outside"}, Type::number, "1", "its voltage; NaN where the hour is not solved");
    other("security", "outside_buses", {"outside"}, Type::integer, "1", "buses outside");
    other("security", "outside_section", {"outside"}, Type::text, "1", "section that would have to carry less (AC-10); empty: none helps");
    other("security", "outside_flow_mw", {"outside"}, Type::number, "MW", "size of its flow");
    other("security", "outside_relief_mw", {"outside"}, Type::number, "MW", "by which it would have to be less");
    found("thermal", "running_value_cny", "CNY", &Content::thermal_running_value_cny, nullptr, "saved by one unit more that runs in the hour, by what it adds to limits of security; NaN without");
    other("branches", "outage_loading", {"name"}, Type::number, "1", "highest loading after a single outage; NaN where not looked at");
    other("branches", "outage_lost", {"name"}, Type::text, "1", "branch that is lost then");
    other("branches", "outage_hour", {"name"}, Type::integer, "h", "hour of the span; -1: none");
    other("branches", "outage_value_cny_per_mw", {"name"}, Type::number, "CNY/MW", "saved over the span by one MW more of rating after outages; NaN where not looked at");

    other("certificate", "cost_cny", {}, Type::number, "CNY", "cost of the schedule");
    other("certificate", "bound_cny", {}, Type::number, "CNY", "no schedule of the same programme costs less");
    other("certificate", "broken_limits_cny", {}, Type::number, "CNY", "limits of security that the schedule breaks, at their price; no part of the cost");
    other("certificate", "gap", {}, Type::number, "1", "(c - bound) / |c|, c = cost + broken limits");
    other("certificate", "bound_source", {}, Type::text, "1", "how the bound was got");
    other("certificate", "primal_infeasibility", {}, Type::number, "1", "largest breach of a row or bound of the programme, by the independent check of optimality; with engine prices of a row, by the plans");
    other("certificate", "dual_infeasibility", {}, Type::number, "1", "largest breach of a reduced cost's sign, by the independent check of optimality; NaN with engine prices, which has none");
    other("certificate", "integrality", {}, Type::number, "1", "largest distance of a whole-number column from a whole number");
    other("certificate", "checked_cost_cny", {}, Type::number, "CNY", "cost of the schedule by the separate checker, from the case's tables, with the output of a cluster shared equally by its units; cost_cny of engine prices counts what each unit gives and may be more");
    other("certificate", "worst_deviation", {}, Type::number, "1", "largest relative deviation that the separate checker saw, breach or not");
    other("certificate", "checks", {}, Type::number, "1", "comparisons that the separate checker made");
    other("certificate", "breaches", {}, Type::number, "1", "breaches that the separate checker found");
    other("certificate", "cost_part_cny", {"part"}, Type::number, "CNY", "cost by kind");

    other("certificate", "bound_part_cny", {"bound_part"}, Type::number, "CNY", "bound by kind of block and of the priced rows (heat stores that count with their power blocks, PE-79: under thermal); empty where the engine does not tell");

    other("stages", "seconds", {"stage"}, Type::number, "s", "time of the stage, all its passes together");
    other("forecast", "memory_mb", {}, Type::number, "MB", "memory of the rank that solves, forecast");
    other("forecast", "seconds", {}, Type::number, "s", "time of the run, forecast");
    other("forecast", "memory_used_mb", {}, Type::number, "MB", "memory of the rank that solves, measured");
    other("forecast", "seconds_used", {}, Type::number, "s", "time of the run, measured");
    other("breaches", "words", {"breach"}, Type::text, "1", "rule, item, hour, found and limit");
    other("restart", "columns", {"column"}, Type::number, "1", "columns of the programme, in its own order and units (engine highs; empty where there is no schedule)");
    other("restart", "iterations", {}, Type::number, "1", "of prices, behind which the run goes on (engine prices)");
    return all;
}

std::vector<Attribute> make_attributes() {
    return {
        {"kind", "text", "\"longyang results\""},
        {"format_version", "integer", "version of this format; a reader refuses a newer one"},
        {"program_version", "text", "version of the program"},
        {"git_hash", "text", "commit that the program was built from"},
        {"command_line", "text", "as given"},
        {"status", "text", "complete, relaxed (numbers of units may be fractions), stopped (partial results) or faulty (breaches were found)"},
        {"status_words", "text", "the same in a sentence"},
        {"ranks", "integer", "MPI ranks"},
        {"started", "text", "begin of the run, ISO 8601, UTC"},
        {"ended", "text", "end of the run, ISO 8601, UTC"},
        {"case_name", "text", "name of the case"},
        {"case_title", "text", "its title"},
        {"case_folder", "text", "its folder as given on the command line"},
        {"case_hash", "text", "hash of all its files"},
        {"case_licence", "text", "its licence"},
        {"case_time_zone", "text", "its time zone; all hours are local"},
        {"case_year", "integer", "modelled year; 29 February is left out"},
        {"case_base_mva", "number", "base of per-unit figures, MVA"},
        {"case_carbon_price_cny_per_t", "number", "carbon price, CNY/t"},
        {"span_start", "text", "first hour of the span, ISO 8601, local"},
        {"span_begin_hour", "integer", "the same as hour of the year, from 0"},
        {"span_hours", "integer", "hours of the span"},
    };
}
// clang-format on

std::string_view words_of(Type type) {
    switch (type) {
    case Type::number:
        return "float64";
    case Type::integer:
        return "int32";
    case Type::text:
        return "text";
    }
    return "";
}

std::string shape_of(const Dataset& d) {
    return d.dims.empty() ? "scalar" : fmt::format("({})", fmt::join(d.dims, ", "));
}

} // namespace

std::span<const Group> groups() {
    static const std::vector<Group> all = make_groups();
    return all;
}

std::span<const Dataset> datasets() {
    static const std::vector<Dataset> all = make_datasets();
    return all;
}

std::span<const Attribute> attributes() {
    static const std::vector<Attribute> all = make_attributes();
    return all;
}

const Dataset& dataset(const std::string& path) {
    const auto all = datasets();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Dataset& d) { return d.path() == path; });
    if (found == all.end()) {
        throw Error(Exit::defect, fmt::format("results files have no dataset '{}'", path));
    }
    return *found;
}

std::string describe_format() {
    std::string text = fmt::format(
        R"(# Results file

One HDF5 file a run, format version {}. It is written under a name of its own beside OUT.h5, OUT.h5.HOST-PROCESS.part, and gets its own name once it is complete and closed,
so a file under its own name is never half a file. It is laid out as HDF5 1.10 does it, so that bytes that change later are noticed but in texts and single numbers. Every group opens with xarray (`engine="h5netcdf"`), or with
`longyang.open` ([Python reader](../user/python.md)). This page is printed from the registry in src/results/datasets.cpp.

- Every dataset has the attributes `units` ("1" where it has none) and `long_name`, and HDF5 dimension scales as netCDF-4 has them.
- `name` is a scale with the names of a group's items, in the order of the case's table. `hour` counts hours from the span's start
  (`units` = "hours since 2030-01-15T00:00:00", local time, decoded by xarray); an hour is named by its beginning.
  In a leap year `hour` jumps over 29 February, which modelled years leave out.
- Other scales: `region`, `technology` and `storage_technology` with names; `part` kinds of cost; `stage` stages of the run; `period`,
  `limit`, `breach` and `column` count from 0.
- Hourly datasets are float64, compressed (shuffle, deflate), with a checksum a chunk, in chunks of at most {} items x {} hours, so that one hour of all items
  and one item over all hours both read fast. A dataset that the run did not reach holds NaN.
- A result holds for the whole hour: powers are means over it, contents those at its end.

## Root attributes

| attribute | type | meaning |
|---|---|---|
)",
        format_version, chunk_items, chunk_hours);
    for (const Attribute& a : attributes()) {
        text += fmt::format("| `{}` | {} | {} |\n", a.name, a.type, a.meaning);
    }
    text += "| `option_<name>` | text | each option of the run as it was in force |\n"
            "| `library_<name>` | text | version of each library used |\n";
    for (const Group& group : groups()) {
        text += fmt::format("\n## /{}\n\n{}\n\n| dataset | shape | type | unit | meaning |\n"
                            "|---|---|---|---|---|\n",
                            group.name, group.meaning);
        for (const Dataset& d : datasets()) {
            if (d.group == group.name) {
                text += fmt::format("| `{}` | {} | {} | {} | {} |\n", d.name, shape_of(d),
                                    words_of(d.type), d.unit == "1" ? "-" : d.unit, d.meaning);
            }
        }
    }
    text += R"(
## /system/&lt;table&gt;

The case's tables, so that the file explains itself: one group a table, one dataset a column, in the order of the rows. Tables, columns and
units are those of the case format ([case.md](case.md)). The scale is `name` where rows have names, else `row` from 0. References stand as
the name of the row they point to, profiles as the profile's name ("" where there is none). The hourly profiles themselves are not stored.
)";
    return text;
}

} // namespace longyang::results
