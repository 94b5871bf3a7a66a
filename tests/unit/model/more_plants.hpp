#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "solve/highs/engine.hpp"

#include <functional>
#include <string>
#include <vector>

/// Rows of water, stores, lines and contracts for systems made in code (small_system.hpp), and the
/// solution of any span of them.
namespace longyang::testing {

struct ReservoirRow {
    int downstream = -1, travel_h = 0;
    double storage_min_hm3 = 0, storage_max_hm3 = 36;
    int reference_profile = -1;
    double inflow_m3_per_s = 0;
    double release_min_m3_per_s = 0, release_max_m3_per_s = 100000;
    int release_min_profile = -1, release_max_profile = -1;
    int storage_min_profile = -1, storage_max_profile = -1;
    double release_shortfall_cny_per_hm3 = 1e6, terminal_shortfall_cny_per_hm3 = 1e8;
};
int add_reservoir(grid::System& system, const ReservoirRow& row);

/// A profile for release_max_profile: `share` in hours first_h to last_h of each period_h, else 1.
int add_ice_season(grid::System& system, int hours, int period_h, int first_h, int last_h,
                   double share);

struct StationRow {
    int bus = 0, reservoir = 0;
    double p_max_mw = 10000, flow_max_m3_per_s = 10000, mw_per_m3_per_s = 1;
    double variable_om_cny_per_mwh = 0;
};
int add_station(grid::System& system, const StationRow& row);
void add_head_segment(grid::System& system, int station, double storage_from_hm3,
                      double mw_per_m3_per_s);

struct PumpRow {
    int bus = 0, reservoir_from = 0, reservoir_to = 0;
    double p_max_mw = 10000, mw_per_m3_per_s = 1;
    double variable_om_cny_per_mwh = 0;
};
int add_pump(grid::System& system, const PumpRow& row);

struct StorageRow {
    int bus = 0;
    double charge_max_mw = 1000, discharge_max_mw = 1000, energy_max_mwh = 1000;
    double efficiency_charge = 1, efficiency_discharge = 1, loss_per_h = 0;
    double variable_om_cny_per_mwh = 0, energy_initial_mwh = 0, inflow_mw = 0;
};
int add_storage(grid::System& system, const StorageRow& row);

/// Profiles of -1: 1 in every hour.
struct FlexibleRow {
    int bus = 0;
    double draw_min_mw = 0, draw_max_mw = 0, give_max_mw = 0;
    int draw_min_profile = -1, draw_max_profile = -1, give_max_profile = -1;
    double demand_mw = 0;
    int demand_profile = -1;
    double efficiency_draw = 1, efficiency_give = 1, loss_per_h = 0;
    double energy_min_mwh = 0, energy_max_mwh = 0;
    int energy_min_profile = -1, energy_max_profile = -1, late_h = 0;
    double energy_initial_mwh = 0;
    int energy_initial_profile = -1;
    double give_cny_per_mwh = 0;
    double unserved_max_pu = 0, unserved_cny_per_mwh = 20000;
    double budget_mwh = 0;
    std::string budget_period = "year";
    double own_load_mw = 0, own_generation_mw = 0;
    int own_load_profile = -1, own_generation_profile = -1;
    double exchange_max_mw = 0;
    bool holds_reserve = false;
    double tariff_cny_per_mwh = 0;
    int tariff_profile = -1;
};
int add_flexible_load(grid::System& system, const FlexibleRow& row);

struct HvdcRow {
    int bus = 0;
    double p_min_mw = 0, p_max_mw = 1000, level_step_mw = 0;
    int block_h = 1;
    double ramp_mw_per_block = 100000;
    int max_changes_per_day = 0;
    double loss_rated_pu = 0, export_value_cny_per_mwh = 0;
    int p_max_profile = -1;
    int demand_profile = -1;
    double demand_tolerance_pu = 0, demand_shortfall_cny_per_mwh = 0;
};
int add_hvdc(grid::System& system, const HvdcRow& row);

/// Stations and storages, in turn, leave after two thirds of the hours or enter after one third;
/// pumps enter.
void add_dates(grid::System& system, int hours);

/// `of`: the name of a line ("line0", ...) or section ("section0", ...).
int add_contract(grid::System& system, const std::string& kind, const std::string& of,
                 const std::string& period, int month, double energy_gwh, double tolerance_pu);
int add_section(grid::System& system, double limit_mw);

struct SpanSolution {
    solve::highs::Status status = solve::highs::Status::failed;
    double cost_cny = 0.0;
    grid::Schedule schedule;
};
/// The whole programme of a span, integers proven to a relative gap. `more` may add coupling rows.
[[nodiscard]] SpanSolution
solve_span(const grid::System& system, grid::Span span,
           const std::function<void(lp::Coupling&, const model::Context&)>& more = {},
           double gap = 1e-9);

/// One block alone, which sells what it gives to a bus at a price by hour.
[[nodiscard]] SpanSolution solve_at_prices(const grid::System& system, grid::Span span,
                                           model::BlockId id,
                                           const std::vector<double>& cny_per_mwh);

/// How many columns (rows) of a family a block has.
[[nodiscard]] int columns_of(const lp::Block& block, const std::string& family);
[[nodiscard]] int rows_of(const lp::Block& block, const std::string& tag);

} // namespace longyang::testing
