#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "model/blocks.hpp"
#include "solve/highs/engine.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

/// Systems of a few buses made in code, and their solution by HiGHS, for the model's tests.
namespace longyang::testing {

/// One region "r0" with one bus "b0".
[[nodiscard]] grid::System one_bus();
/// Each adds a row and gives its number.
int add_region(grid::System& system);
int add_bus(grid::System& system, int region);
int add_branch(grid::System& system, int from_bus, int to_bus);
/// Values of the first hours; the last one holds for the rest of the year.
int add_profile(grid::System& system, const std::vector<double>& first_hours);

/// A cluster whose fuel costs 1 CNY/GJ, so that heat is cost. The defaults are a unit that nothing
/// holds back: 100 to 200 MW, 30,000 CNY/h at 100 MW and 200 CNY/MWh above it.
struct Plant {
    std::string name = "coal";
    int bus = 0;
    int units = 1;
    std::vector<std::pair<double, double>> curve = {{100, 30000}, {200, 50000}}; ///< MW, CNY/h
    double variable_om_cny_per_mwh = 0.0;
    int min_up_h = 1, min_down_h = 1;
    double ramp_up_mw_per_h = 100000, ramp_down_mw_per_h = 100000;
    double start_ramp_mw = 100000, stop_ramp_mw = 100000;
    double spinning_up_mw = 0, spinning_down_mw = 0, non_spinning_mw = 0;
    int must_run_units = 0;
    int must_run_profile = -1, p_min_profile = -1, p_max_profile = -1;
    double forced_outage_rate = 0.0, repair_h = 48.0;
    int initial_units_on = -1, initial_h = 8760;
    double initial_p_mw = 0.0;
    std::vector<std::pair<int, double>> tiers = {}; ///< hours off, CNY
    /// Deep load reduction: the curve's points below are tiers' ends; the one above the last is
    /// p_min_mw. CNY/MWh by tier, from there down.
    std::vector<double> deep_cny_per_mwh = {};
};
int add_plant(grid::System& system, const Plant& plant);
/// Service from hour to hour; backup with its calls.
void add_service(grid::System& system, int plant, int from_hour, int to_hour, bool backup = false);
/// The same of a plant of any table; `apply_service` is the caller's.
void add_service(grid::System& system, const std::string& table, const std::string& plant,
                 int from_hour, int to_hour, bool backup = false);
void add_call(grid::System& system, int plant, int from_hour, int to_hour);
/// Heat of 1 MW x profile: units of 100 MW of heat, least power 80 + 0.5 h, largest less 0.2 h.
void add_heat(grid::System& system, int plant, const std::string& kind, int profile);
/// Makes a plant a power block with a store of its own; gives the store's row. Its heat is that of
/// the plant's curve, GJ/h, which costs nothing with `free_fuel`.
struct HeatStore {
    double discharge_max_mw = 1000, energy_max_mwh = 1000, energy_initial_mwh = 0;
    double inflow_mw = 0;
    int inflow_profile = -1;
    double loss_per_h = 0, start_heat_mwh = 0;
    bool free_fuel = true;
};
int add_power_block(grid::System& system, int plant, const HeatStore& store);
/// Carbon capture of a plant, whose fuel (and that of all others) emits `co2_t_per_gj`.
struct Capture {
    double share_max_pu = 0.9, energy_mwh_per_t = 0.25, cost_cny_per_t = 40;
    double co2_t_per_gj = 0.004;
};
void add_capture(grid::System& system, int plant, const Capture& capture);
/// A cap on emissions by the year; region -1: of all.
int add_emission_cap(grid::System& system, int region, double cap_t, double excess_cny_per_t);
/// A connection to a bus; members are put behind it by their table's column.
int add_connection(grid::System& system, int bus, double export_max_mw, double import_max_mw);
void put_behind(grid::Integers& column, int row, int connection);
void add_outage(grid::System& system, int plant, int from_hour, int to_hour, int units);

/// Output from 0 to `mw` (times the profile) at `cny_per_mwh`: a row of `renewables`.
int add_flexible(grid::System& system, int bus, double mw, double cny_per_mwh, int profile = -1,
                 const std::string& technology = "other");
/// Load by hour at 20,000 CNY/MWh of lost load.
int add_load(grid::System& system, int bus, const std::vector<double>& mw);
int add_reserve(grid::System& system, int region, const std::string& direction,
                const std::string& kind, double fixed_mw, double shortfall_cny_per_mw);
void add_sharing(grid::System& system, int from, int to, double max_mw);
/// A DC link; gives its row.
struct DcLinkRow {
    int from_bus = 0, to_bus = 1;
    double p_max_mw = 100, p_min_mw = 0;
    double loss_pu = 0;
    int p_max_profile = -1;
};
int add_dc_link(grid::System& system, const DcLinkRow& row);

struct Solution {
    solve::highs::Status status = solve::highs::Status::failed;
    double cost_cny = std::numeric_limits<double>::quiet_NaN();
    grid::Schedule schedule;
    std::vector<double> price; ///< channels x hours, of the programme with integers fixed
};
/// The whole programme of the first `hours` hours, integers proven to a gap of 1e-9.
[[nodiscard]] Solution solve_span(const grid::System& system, int hours);

/// A row of an hourly table as a vector, rounded to 1e-6 for comparisons by eye.
[[nodiscard]] std::vector<double> row_of(const grid::HourTable& table, int item);

} // namespace longyang::testing
