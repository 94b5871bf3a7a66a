#include "more_plants.hpp"

#include "lp/flat.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "small_system.hpp"

#include <algorithm>
#include <span>

namespace longyang::testing {
namespace {

int append(grid::Rows& rows, const std::string& kind) {
    const auto number = static_cast<int>(rows.line.size());
    rows.name.push_back(kind + std::to_string(number));
    rows.source.emplace_back();
    rows.quality.emplace_back();
    rows.note.emplace_back();
    rows.line.push_back(number + 2);
    return number;
}

/// Solves blocks under coupling rows and reads them back.
SpanSolution solve_blocks(const model::Context& context, std::span<const model::BlockId> ids,
                          std::span<const lp::Block> blocks, const lp::Coupling& coupling,
                          double gap) {
    const lp::FlatProgramme programme = lp::flatten(blocks, coupling);
    solve::highs::Engine engine(programme);
    solve::highs::Settings settings;
    settings.gap = gap;
    const bool whole =
        std::any_of(programme.integer.begin(), programme.integer.end(), [](char i) { return i; });
    solve::highs::Outcome outcome =
        whole ? engine.solve_integer(settings, {}) : engine.solve_relaxed(settings);
    if (whole && outcome.has_point) {
        // A binary of 1e-6 would let a line's power move a little: rounded, the rest is exact.
        outcome = engine.solve_fixed(settings, outcome.point.column);
    }
    SpanSolution solution;
    solution.status = outcome.status;
    solution.cost_cny = outcome.cost;
    solution.schedule = grid::empty_schedule(context.system, context.span);
    model::size_contract_rows(context, solution.schedule);
    if (!outcome.has_point) {
        return solution;
    }
    const std::span<const double> values(outcome.point.column);
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        model::read_block(context, ids[k], blocks[k],
                          values.subspan(static_cast<std::size_t>(programme.first_column[k]),
                                         static_cast<std::size_t>(blocks[k].columns())),
                          solution.schedule);
    }
    return solution;
}

} // namespace

int add_reservoir(grid::System& system, const ReservoirRow& row) {
    grid::Reservoirs& r = system.reservoirs;
    r.downstream.push_back(row.downstream);
    r.travel_h.push_back(row.travel_h);
    r.storage_min_hm3.push_back(row.storage_min_hm3);
    r.storage_max_hm3.push_back(row.storage_max_hm3);
    r.reference_profile.push_back(row.reference_profile);
    r.inflow_m3_per_s.push_back(row.inflow_m3_per_s);
    r.inflow_profile.push_back(-1);
    r.release_min_m3_per_s.push_back(row.release_min_m3_per_s);
    r.release_max_m3_per_s.push_back(row.release_max_m3_per_s);
    r.release_min_profile.push_back(row.release_min_profile);
    r.release_max_profile.push_back(row.release_max_profile);
    r.storage_min_profile.push_back(row.storage_min_profile);
    r.storage_max_profile.push_back(row.storage_max_profile);
    r.release_shortfall_cny_per_hm3.push_back(row.release_shortfall_cny_per_hm3);
    r.terminal_shortfall_cny_per_hm3.push_back(row.terminal_shortfall_cny_per_hm3);
    return append(r, "reservoir");
}

int add_ice_season(grid::System& system, int hours, int period_h, int first_h, int last_h,
                   double share) {
    std::vector<double> shares;
    for (int t = 0; t < hours; ++t) {
        shares.push_back(t % period_h >= first_h && t % period_h <= last_h ? share : 1.0);
    }
    return add_profile(system, shares);
}

int add_station(grid::System& system, const StationRow& row) {
    grid::HydroStations& h = system.hydro;
    h.bus.push_back(row.bus);
    h.reservoir.push_back(row.reservoir);
    h.p_max_mw.push_back(row.p_max_mw);
    h.flow_max_m3_per_s.push_back(row.flow_max_m3_per_s);
    h.mw_per_m3_per_s.push_back(row.mw_per_m3_per_s);
    h.variable_om_cny_per_mwh.push_back(row.variable_om_cny_per_mwh);
    return append(h, "station");
}

void add_head_segment(grid::System& system, int station, double storage_from_hm3,
                      double mw_per_m3_per_s) {
    append(system.head_curves, "");
    system.head_curves.station.push_back(station);
    system.head_curves.storage_from_hm3.push_back(storage_from_hm3);
    system.head_curves.mw_per_m3_per_s.push_back(mw_per_m3_per_s);
}

int add_pump(grid::System& system, const PumpRow& row) {
    grid::Pumps& p = system.pumps;
    p.bus.push_back(row.bus);
    p.technology.emplace_back("storage_plant");
    p.reservoir_from.push_back(row.reservoir_from);
    p.reservoir_to.push_back(row.reservoir_to);
    p.station.push_back(-1);
    p.p_max_mw.push_back(row.p_max_mw);
    p.mw_per_m3_per_s.push_back(row.mw_per_m3_per_s);
    p.variable_om_cny_per_mwh.push_back(row.variable_om_cny_per_mwh);
    return append(p, "pump");
}

int add_storage(grid::System& system, const StorageRow& row) {
    grid::Storages& s = system.storages;
    s.bus.push_back(row.bus);
    s.technology.emplace_back("battery");
    s.charge_max_mw.push_back(row.charge_max_mw);
    s.discharge_max_mw.push_back(row.discharge_max_mw);
    s.energy_max_mwh.push_back(row.energy_max_mwh);
    s.efficiency_charge.push_back(row.efficiency_charge);
    s.efficiency_discharge.push_back(row.efficiency_discharge);
    s.loss_per_h.push_back(row.loss_per_h);
    s.variable_om_cny_per_mwh.push_back(row.variable_om_cny_per_mwh);
    s.energy_initial_mwh.push_back(row.energy_initial_mwh);
    s.inflow_mw.push_back(row.inflow_mw);
    s.inflow_profile.push_back(-1);
    return append(s, "storage");
}

int add_flexible_load(grid::System& system, const FlexibleRow& row) {
    grid::FlexibleLoads& f = system.flexible_loads;
    f.bus.push_back(row.bus);
    f.kind.emplace_back("industry");
    f.draw_min_mw.push_back(row.draw_min_mw);
    f.draw_min_profile.push_back(row.draw_min_profile);
    f.draw_max_mw.push_back(row.draw_max_mw);
    f.draw_max_profile.push_back(row.draw_max_profile);
    f.give_max_mw.push_back(row.give_max_mw);
    f.give_max_profile.push_back(row.give_max_profile);
    f.demand_mw.push_back(row.demand_mw);
    f.demand_profile.push_back(row.demand_profile);
    f.efficiency_draw.push_back(row.efficiency_draw);
    f.efficiency_give.push_back(row.efficiency_give);
    f.loss_per_h.push_back(row.loss_per_h);
    f.energy_min_mwh.push_back(row.energy_min_mwh);
    f.energy_min_profile.push_back(row.energy_min_profile);
    f.energy_max_mwh.push_back(row.energy_max_mwh);
    f.energy_max_profile.push_back(row.energy_max_profile);
    f.late_h.push_back(row.late_h);
    f.energy_initial_mwh.push_back(row.energy_initial_mwh);
    f.energy_initial_profile.push_back(row.energy_initial_profile);
    f.give_cny_per_mwh.push_back(row.give_cny_per_mwh);
    f.unserved_max_pu.push_back(row.unserved_max_pu);
    f.unserved_cny_per_mwh.push_back(row.unserved_cny_per_mwh);
    f.budget_mwh.push_back(row.budget_mwh);
    f.budget_period.push_back(row.budget_period);
    f.own_load_mw.push_back(row.own_load_mw);
    f.own_load_profile.push_back(row.own_load_profile);
    f.own_generation_mw.push_back(row.own_generation_mw);
    f.own_generation_profile.push_back(row.own_generation_profile);
    f.exchange_max_mw.push_back(row.exchange_max_mw);
    f.tariff_cny_per_mwh.push_back(row.tariff_cny_per_mwh);
    f.tariff_profile.push_back(row.tariff_profile);
    f.holds_reserve.emplace_back(row.holds_reserve ? "yes" : "no");
    return append(f, "flexible");
}

int add_hvdc(grid::System& system, const HvdcRow& row) {
    grid::HvdcLines& h = system.hvdc;
    h.bus.push_back(row.bus);
    h.receiving.emplace_back();
    h.receiving_lat_deg.push_back(0);
    h.receiving_lon_deg.push_back(0);
    h.technology.emplace_back("lcc");
    h.p_min_mw.push_back(row.p_min_mw);
    h.p_max_mw.push_back(row.p_max_mw);
    h.level_step_mw.push_back(row.level_step_mw);
    h.block_h.push_back(row.block_h);
    h.ramp_mw_per_block.push_back(row.ramp_mw_per_block);
    h.max_changes_per_day.push_back(row.max_changes_per_day);
    h.loss_rated_pu.push_back(row.loss_rated_pu);
    h.export_value_cny_per_mwh.push_back(row.export_value_cny_per_mwh);
    h.p_max_profile.push_back(row.p_max_profile);
    h.demand_profile.push_back(row.demand_profile);
    h.demand_tolerance_pu.push_back(row.demand_tolerance_pu);
    h.demand_shortfall_cny_per_mwh.push_back(row.demand_shortfall_cny_per_mwh);
    return append(h, "line");
}

void add_dates(grid::System& system, int hours) {
    const auto add = [&](const char* table, const grid::Names& names, bool in_turn) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool leaves = in_turn && (i + static_cast<std::size_t>(hours)) % 2 == 0;
            add_service(system, table, names[i], leaves ? 0 : hours / 3,
                        leaves ? 2 * hours / 3 : grid::hours_per_year);
        }
    };
    add("hydro", system.hydro.name, true);
    add("storages", system.storages.name, true);
    add("pumps", system.pumps.name, false);
}

int add_contract(grid::System& system, const std::string& kind, const std::string& of,
                 const std::string& period, int month, double energy_gwh, double tolerance_pu) {
    grid::EnergyContracts& c = system.contracts;
    c.kind.push_back(kind);
    c.of.push_back(of);
    c.period.push_back(period);
    c.month.push_back(month);
    c.energy_gwh.push_back(energy_gwh);
    c.tolerance_pu.push_back(tolerance_pu);
    c.shortfall_cny_per_mwh.push_back(2000);
    return append(c, "contract");
}

int add_section(grid::System& system, double limit_mw) {
    system.sections.limit_forward_mw.push_back(limit_mw);
    system.sections.limit_backward_mw.push_back(limit_mw);
    return append(system.sections, "section");
}

SpanSolution solve_span(const grid::System& system, grid::Span span,
                        const std::function<void(lp::Coupling&, const model::Context&)>& more,
                        double gap) {
    const model::Context context(system, span);
    std::vector<lp::Block> blocks;
    model::build_blocks(context, partition::share_out(system, 1), 0, blocks);
    lp::Coupling coupling = model::make_coupling(context);
    if (more) {
        more(coupling, context);
    }
    return solve_blocks(context, model::list_blocks(system), blocks, coupling, gap);
}

SpanSolution solve_at_prices(const grid::System& system, grid::Span span, model::BlockId id,
                             const std::vector<double>& cny_per_mwh) {
    const model::Context context(system, span);
    std::vector<lp::Block> block(1);
    model::build_block(context, id, block[0]);
    for (const lp::Port& port : block[0].ports) {
        if (port.channel < context.channels.buses && port.column >= 0) {
            block[0].cost[static_cast<std::size_t>(port.column)] -=
                port.value * cny_per_mwh[static_cast<std::size_t>(port.hour)];
        }
    }
    lp::Coupling nothing = model::make_coupling(context);
    nothing.patterns.clear();
    nothing.rows.clear();
    return solve_blocks(context, std::span(&id, 1), block, nothing, 1e-9);
}

int columns_of(const lp::Block& block, const std::string& family) {
    return static_cast<int>(std::count_if(
        block.column_label.begin(), block.column_label.end(), [&](const lp::Label& label) {
            return block.families[static_cast<std::size_t>(label.family)] == family;
        }));
}

int rows_of(const lp::Block& block, const std::string& tag) {
    return static_cast<int>(
        std::count_if(block.row_label.begin(), block.row_label.end(), [&](const lp::Label& label) {
            return block.families[static_cast<std::size_t>(label.family)] == tag;
        }));
}

} // namespace longyang::testing
