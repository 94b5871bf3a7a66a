#include "small_system.hpp"

#include "lp/coupling.hpp"
#include "lp/flat.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace longyang::testing {
namespace {

/// The columns that every table has.
int append(grid::Rows& rows, const std::string& name) {
    rows.name.push_back(name);
    rows.source.emplace_back();
    rows.quality.emplace_back();
    rows.note.emplace_back();
    rows.line.push_back(static_cast<int>(rows.line.size()) + 2);
    return static_cast<int>(rows.line.size()) - 1;
}

int append_numbered(grid::Rows& rows, const std::string& kind) {
    return append(rows, fmt::format("{}{}", kind, rows.line.size()));
}

} // namespace

grid::System one_bus() {
    grid::System system;
    add_bus(system, add_region(system));
    return system;
}

int add_region(grid::System& system) {
    system.regions.name_zh.emplace_back();
    return append_numbered(system.regions, "r");
}

int add_bus(grid::System& system, int region) {
    grid::Buses& b = system.buses;
    b.name_zh.emplace_back();
    b.region.push_back(region);
    b.kv.push_back(750);
    b.lat_deg.push_back(0);
    b.lon_deg.push_back(0);
    return append_numbered(b, "b");
}

int add_branch(grid::System& system, int from_bus, int to_bus) {
    grid::Branches& b = system.branches;
    b.from_bus.push_back(from_bus);
    b.to_bus.push_back(to_bus);
    b.kind.emplace_back("line");
    b.length_km.push_back(0);
    b.r_pu.push_back(0);
    b.x_pu.push_back(0.1);
    b.b_pu.push_back(0);
    b.rating_mw.push_back(0);
    b.tap_pu.push_back(1);
    b.shift_deg.push_back(0);
    return append_numbered(b, "l");
}

int add_profile(grid::System& system, const std::vector<double>& first_hours) {
    grid::Profiles& p = system.profiles;
    std::vector<double> values = first_hours;
    values.resize(p.hours, first_hours.back());
    p.name.push_back(fmt::format("p{}", p.name.size()));
    p.file.emplace_back();
    p.values.insert(p.values.end(), values.begin(), values.end());
    return static_cast<int>(p.name.size()) - 1;
}

int add_plant(grid::System& system, const Plant& plant) {
    if (system.fuels.price_cny_per_gj.empty()) {
        append_numbered(system.fuels, "fuel");
        system.fuels.price_cny_per_gj.push_back(1);
        system.fuels.co2_t_per_gj.push_back(0);
    }
    grid::Thermal& t = system.thermal;
    const int item = append(t, plant.name);
    t.name_zh.emplace_back();
    t.bus.push_back(plant.bus);
    t.fuel.push_back(0);
    t.technology.emplace_back("coal");
    t.units.push_back(plant.units);
    const std::size_t deep = plant.deep_cny_per_mwh.size();
    t.p_min_mw.push_back(plant.curve[deep].first);
    t.p_max_mw.push_back(plant.curve.back().first);
    t.variable_om_cny_per_mwh.push_back(plant.variable_om_cny_per_mwh);
    t.min_up_h.push_back(plant.min_up_h);
    t.min_down_h.push_back(plant.min_down_h);
    t.ramp_up_mw_per_h.push_back(plant.ramp_up_mw_per_h);
    t.ramp_down_mw_per_h.push_back(plant.ramp_down_mw_per_h);
    t.start_ramp_mw.push_back(plant.start_ramp_mw);
    t.stop_ramp_mw.push_back(plant.stop_ramp_mw);
    t.spinning_up_mw.push_back(plant.spinning_up_mw);
    t.spinning_down_mw.push_back(plant.spinning_down_mw);
    t.non_spinning_mw.push_back(plant.non_spinning_mw);
    t.must_run_units.push_back(plant.must_run_units);
    t.must_run_profile.push_back(plant.must_run_profile);
    t.p_min_profile.push_back(plant.p_min_profile);
    t.p_max_profile.push_back(plant.p_max_profile);
    t.forced_outage_rate.push_back(plant.forced_outage_rate);
    t.repair_h.push_back(plant.repair_h);
    t.initial_units_on.push_back(plant.initial_units_on);
    t.initial_h.push_back(plant.initial_h);
    t.initial_p_mw.push_back(plant.initial_p_mw);
    for (const auto& [p_mw, cny_per_h] : plant.curve) {
        append(system.heat_curves, "");
        system.heat_curves.plant.push_back(item);
        system.heat_curves.p_mw.push_back(p_mw);
        system.heat_curves.heat_gj_per_h.push_back(cny_per_h);
    }
    for (std::size_t k = 0; k < deep; ++k) {
        append(system.deep_load, "");
        system.deep_load.plant.push_back(item);
        system.deep_load.down_to_mw.push_back(plant.curve[deep - 1 - k].first);
        system.deep_load.oil.push_back(-1);
        system.deep_load.oil_gj_per_mwh.push_back(0.0);
        system.deep_load.wear_cny_per_mwh.push_back(plant.deep_cny_per_mwh[k]);
    }
    for (const auto& [off_h, cny] : plant.tiers) {
        append(system.start_tiers, "");
        system.start_tiers.plant.push_back(item);
        system.start_tiers.off_h.push_back(off_h);
        system.start_tiers.cost_cny.push_back(cny);
    }
    return item;
}

void add_service(grid::System& system, int plant, int from_hour, int to_hour, bool backup) {
    add_service(system, "thermal", system.thermal.name[static_cast<std::size_t>(plant)], from_hour,
                to_hour, backup);
}

void add_service(grid::System& system, const std::string& table, const std::string& plant,
                 int from_hour, int to_hour, bool backup) {
    append(system.service, "");
    system.service.table.push_back(table);
    system.service.plant.push_back(plant);
    system.service.from_hour.push_back(from_hour);
    system.service.to_hour.push_back(to_hour);
    system.service.backup.emplace_back(backup ? "yes" : "no");
}

void add_call(grid::System& system, int plant, int from_hour, int to_hour) {
    append(system.backup_calls, "");
    system.backup_calls.plant.push_back(plant);
    system.backup_calls.from_hour.push_back(from_hour);
    system.backup_calls.to_hour.push_back(to_hour);
}

void add_heat(grid::System& system, int plant, const std::string& kind, int profile) {
    grid::HeatSupply& h = system.heat_supply;
    append(h, "");
    h.plant.push_back(plant);
    h.kind.push_back(kind);
    h.heat_mw.push_back(1.0);
    h.heat_profile.push_back(profile);
    h.unit_heat_max_mw.push_back(100.0);
    h.base_mw.push_back(80.0);
    h.mw_per_heat_mw.push_back(0.5);
    h.loss_mw_per_heat_mw.push_back(0.2);
}

int add_power_block(grid::System& system, int plant, const HeatStore& store) {
    grid::Storages& s = system.storages;
    s.bus.push_back(system.thermal.bus[static_cast<std::size_t>(plant)]);
    s.technology.emplace_back("csp");
    s.charge_max_mw.push_back(0);
    s.discharge_max_mw.push_back(store.discharge_max_mw);
    s.energy_max_mwh.push_back(store.energy_max_mwh);
    s.efficiency_charge.push_back(1);
    s.efficiency_discharge.push_back(1);
    s.loss_per_h.push_back(store.loss_per_h);
    s.variable_om_cny_per_mwh.push_back(0);
    s.energy_initial_mwh.push_back(store.energy_initial_mwh);
    s.inflow_mw.push_back(store.inflow_mw);
    s.inflow_profile.push_back(store.inflow_profile);
    const int item = append_numbered(s, "heat");
    append(system.power_blocks, "");
    system.power_blocks.plant.push_back(plant);
    system.power_blocks.store.push_back(item);
    system.power_blocks.start_heat_mwh.push_back(store.start_heat_mwh);
    if (store.free_fuel) {
        append(system.fuels, "solar_heat");
        system.fuels.price_cny_per_gj.push_back(0);
        system.fuels.co2_t_per_gj.push_back(0);
        system.thermal.fuel[static_cast<std::size_t>(plant)] =
            static_cast<int>(system.fuels.price_cny_per_gj.size()) - 1;
    }
    return item;
}

void add_capture(grid::System& system, int plant, const Capture& capture) {
    append(system.carbon_capture, "");
    system.carbon_capture.plant.push_back(plant);
    system.carbon_capture.share_max_pu.push_back(capture.share_max_pu);
    system.carbon_capture.energy_mwh_per_t.push_back(capture.energy_mwh_per_t);
    system.carbon_capture.cost_cny_per_t.push_back(capture.cost_cny_per_t);
    const auto fuel =
        static_cast<std::size_t>(system.thermal.fuel[static_cast<std::size_t>(plant)]);
    system.fuels.co2_t_per_gj[fuel] = capture.co2_t_per_gj;
}

int add_emission_cap(grid::System& system, int region, double cap_t, double excess_cny_per_t) {
    grid::EmissionCaps& c = system.emission_caps;
    c.region.push_back(region);
    c.period.emplace_back("year");
    c.cap_t.push_back(cap_t);
    c.hard.emplace_back("no");
    c.excess_cny_per_t.push_back(excess_cny_per_t);
    return append_numbered(c, "cap");
}

int add_connection(grid::System& system, int bus, double export_max_mw, double import_max_mw) {
    grid::Connections& c = system.connections;
    c.name_zh.emplace_back();
    c.bus.push_back(bus);
    c.export_max_mw.push_back(export_max_mw);
    c.import_max_mw.push_back(import_max_mw);
    return append_numbered(c, "connection");
}

void put_behind(grid::Integers& column, int row, int connection) {
    const auto place = static_cast<std::size_t>(row);
    column.resize(std::max(column.size(), place + 1), -1);
    column[place] = connection;
}

void add_outage(grid::System& system, int plant, int from_hour, int to_hour, int units) {
    grid::Outages& o = system.outages;
    append(o, "");
    o.plant.push_back(plant);
    o.from_hour.push_back(from_hour);
    o.to_hour.push_back(to_hour);
    o.units.push_back(units);
    o.kind.emplace_back("planned");
}

int add_flexible(grid::System& system, int bus, double mw, double cny_per_mwh, int profile,
                 const std::string& technology) {
    grid::Renewables& r = system.renewables;
    r.name_zh.emplace_back();
    r.bus.push_back(bus);
    r.technology.push_back(technology);
    r.capacity_mw.push_back(mw);
    r.profile.push_back(profile);
    r.variable_om_cny_per_mwh.push_back(cny_per_mwh);
    r.curtailment_cny_per_mwh.push_back(0);
    return append_numbered(r, "flexible");
}

int add_load(grid::System& system, int bus, const std::vector<double>& mw) {
    grid::Loads& l = system.loads;
    l.name_zh.emplace_back();
    l.bus.push_back(bus);
    l.mean_mw.push_back(1);
    l.profile.push_back(add_profile(system, mw));
    l.value_of_lost_load_cny_per_mwh.push_back(20000);
    return append_numbered(l, "load");
}

int add_reserve(grid::System& system, int region, const std::string& direction,
                const std::string& kind, double fixed_mw, double shortfall_cny_per_mw) {
    grid::Reserves& r = system.reserves;
    r.region.push_back(region);
    r.direction.push_back(direction);
    r.kind.push_back(kind);
    r.load_pu.push_back(0);
    r.renewable_pu.push_back(0);
    r.fixed_mw.push_back(fixed_mw);
    r.fixed_profile.push_back(-1);
    r.shortfall_cny_per_mw.push_back(shortfall_cny_per_mw);
    return append_numbered(r, "reserve");
}

void add_sharing(grid::System& system, int from, int to, double max_mw) {
    grid::ReserveSharing& s = system.reserve_sharing;
    append(s, "");
    s.from_reserve.push_back(from);
    s.to_reserve.push_back(to);
    s.max_mw.push_back(max_mw);
}

int add_dc_link(grid::System& system, const DcLinkRow& row) {
    grid::DcLinks& t = system.dc_links;
    t.from_bus.push_back(row.from_bus);
    t.to_bus.push_back(row.to_bus);
    t.p_max_mw.push_back(row.p_max_mw);
    t.p_min_mw.push_back(row.p_min_mw);
    t.loss_pu.push_back(row.loss_pu);
    t.p_max_profile.push_back(row.p_max_profile);
    return append_numbered(t, "link");
}

Solution solve_span(const grid::System& system, int hours) {
    const model::Context context(system, {0, hours});
    std::vector<lp::Block> blocks;
    model::build_blocks(context, partition::share_out(system, 1), 0, blocks);
    const lp::Coupling coupling = model::make_coupling(context);
    const lp::FlatProgramme programme = lp::flatten(blocks, coupling);

    solve::highs::Engine engine(programme);
    solve::highs::Settings settings;
    settings.gap = 1e-9;
    const solve::highs::Outcome whole = engine.solve_integer(settings, {});
    Solution solution;
    solution.status = whole.status;
    if (!whole.has_point) {
        return solution;
    }
    solution.cost_cny = whole.cost;
    solution.schedule = grid::empty_schedule(system, context.span);
    const std::vector<model::BlockId> ids = model::list_blocks(system);
    const std::span<const double> values(whole.point.column);
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        model::read_block(context, ids[k], blocks[k],
                          values.subspan(static_cast<std::size_t>(programme.first_column[k]),
                                         static_cast<std::size_t>(blocks[k].columns())),
                          solution.schedule);
    }
    const solve::highs::Outcome fixed = engine.solve_fixed(settings, whole.point.column);
    if (fixed.has_point) {
        const auto first = static_cast<std::size_t>(programme.first_row.back());
        solution.price =
            lp::channel_prices(coupling, std::span(fixed.point.row_dual).subspan(first));
    }
    return solution;
}

std::vector<double> row_of(const grid::HourTable& table, int item) {
    std::vector<double> values;
    for (const double value : table.row(static_cast<std::size_t>(item))) {
        // + 0.0 turns -0 into 0.
        values.push_back(std::round(value * 1e6) / 1e6 + 0.0);
    }
    return values;
}

} // namespace longyang::testing
