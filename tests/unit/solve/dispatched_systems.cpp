#include "dispatched_systems.hpp"

#include "../model/more_plants.hpp"
#include "../model/random_flexible.hpp"
#include "../model/small_system.hpp"
#include "base/comm.hpp"
#include "base/error.hpp"
#include "grid/expand_units.hpp"
#include "lp/flat.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/hydro_plan.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "solve/highs/engine.hpp"
#include "solve/prices/oracles/level_oracle.hpp"
#include "solve/prices/oracles/store_oracle.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"
#include "solve/prices/rivers/river_oracle.hpp"
#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace longyang::solve::prices {
namespace {

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    bool toss() { return whole(0, 1) == 1; }
    /// Hourly shares in steps of 1/20.
    std::vector<double> shares(int low, int high, int hours) {
        std::vector<double> values;
        for (int t = 0; t < hours; ++t) {
            values.push_back(0.05 * whole(low, high));
        }
        return values;
    }

private:
    std::mt19937 random_;
};

void add_river(grid::System& system, Dice& dice, const Kind& kind) {
    const int first = static_cast<int>(system.reservoirs.line.size());
    for (int k = 0; k < dice.whole(1, 3); ++k) {
        testing::ReservoirRow row;
        row.downstream = k == 0 ? -1 : first + dice.whole(0, k - 1);
        row.travel_h = dice.whole(0, 3);
        row.storage_min_hm3 = 2;
        row.storage_max_hm3 = 12;
        row.inflow_m3_per_s = dice.whole(50, 600);
        std::vector<double> reference = {6};
        for (int t = 1; t < kind.hours + 2; ++t) {
            reference.push_back(
                std::clamp(reference.back() + 0.01 * dice.whole(-10, 10), 3.0, 10.0));
        }
        row.reference_profile = testing::add_profile(system, reference);
        row.release_min_m3_per_s = dice.toss() ? dice.whole(0, 400) : 0;
        row.release_max_m3_per_s = dice.whole(2500, 5000);
        if (k % 2 == 1) {
            row.release_max_profile = testing::add_ice_season(system, kind.hours, 8, 2, 4, 0.4);
        }
        row.terminal_shortfall_cny_per_hm3 = dice.whole(100000, 2000000);
        const int reservoir = testing::add_reservoir(system, row);
        for (int s = dice.whole(0, 2); s > 0; --s) {
            testing::StationRow station;
            station.reservoir = reservoir;
            station.p_max_mw = dice.whole(100, 900);
            station.flow_max_m3_per_s = dice.whole(100, 900);
            station.mw_per_m3_per_s = 0.25 * dice.whole(2, 6);
            station.variable_om_cny_per_mwh = dice.whole(0, 20);
            const int number = testing::add_station(system, station);
            if (kind.head && dice.toss()) {
                testing::add_head_segment(system, number, 2, station.mw_per_m3_per_s);
                testing::add_head_segment(system, number, 5.5, 1.1 * station.mw_per_m3_per_s);
                testing::add_head_segment(system, number, 6.5, 1.2 * station.mw_per_m3_per_s);
            }
        }
    }
}

void add_plants(grid::System& system, Dice& dice, const Kind& kind) {
    for (int k = dice.whole(1, 3); k > 0; --k) {
        testing::Plant plant;
        plant.name = "plant" + std::to_string(k);
        const double p_max = 50.0 * dice.whole(3, 8);
        const double p_min = 0.1 * dice.whole(2, 5) * p_max;
        const double cny = dice.whole(200, 400);
        const double middle = 0.5 * (p_min + p_max);
        const double heat = p_min * cny * 1.1;
        plant.curve = {{p_min, heat},
                       {middle, heat + (middle - p_min) * cny},
                       {p_max, heat + (middle - p_min) * cny + (p_max - middle) * 1.1 * cny}};
        plant.units = dice.whole(1, 4);
        plant.min_up_h = dice.whole(1, 4);
        plant.min_down_h = dice.whole(1, 4);
        plant.ramp_up_mw_per_h = 0.1 * dice.whole(2, 12) * p_max;
        plant.ramp_down_mw_per_h = 0.1 * dice.whole(2, 12) * p_max;
        plant.start_ramp_mw = p_min + 0.1 * dice.whole(0, 5) * (p_max - p_min);
        plant.stop_ramp_mw = p_min + 0.1 * dice.whole(0, 5) * (p_max - p_min);
        plant.spinning_up_mw = 0.1 * dice.whole(0, 9) * p_max;
        plant.spinning_down_mw = 0.1 * dice.whole(0, 9) * p_max;
        plant.non_spinning_mw = dice.toss() ? p_min : 0.0;
        plant.tiers = {{1, 1000.0 * dice.whole(0, 20)}, {3, 1000.0 * dice.whole(20, 60)}};
        if (dice.toss()) {
            plant.initial_units_on = dice.whole(0, plant.units);
            plant.initial_p_mw = plant.initial_units_on > 0 ? p_min : 0.0;
            plant.initial_h = dice.whole(1, 6);
        }
        if (dice.toss()) {
            plant.p_max_profile = testing::add_profile(system, dice.shares(14, 20, kind.hours));
        }
        const int number = testing::add_plant(system, plant);
        if (dice.toss()) {
            const int from = dice.whole(0, kind.hours - 2);
            testing::add_outage(system, number, from, from + dice.whole(1, 5), 1);
        }
    }
}

/// A line without levels: what it carries is owed, asked for, lost on the way and worth something.
void add_free_line(grid::System& system, Dice& dice, const Kind& kind) {
    testing::HvdcRow row;
    row.p_max_mw = dice.whole(100, 400);
    row.p_min_mw = dice.toss() ? -row.p_max_mw : 0;
    row.block_h = dice.whole(1, 3);
    row.ramp_mw_per_block = dice.whole(30, 400);
    row.loss_rated_pu = 0.01 * dice.whole(0, 8);
    row.export_value_cny_per_mwh = dice.whole(0, 500);
    if (dice.toss()) {
        row.demand_profile = testing::add_profile(system, dice.shares(0, 20, kind.hours));
        row.demand_tolerance_pu = 0.1 * dice.whole(0, 2);
        row.demand_shortfall_cny_per_mwh = dice.whole(50, 500);
    }
    const int line = testing::add_hvdc(system, row);
    if (dice.toss()) {
        testing::add_contract(system, "hvdc", "line" + std::to_string(line), "day", 0,
                              24e-3 * 0.2 * row.p_max_mw, kind.contract_tolerance);
    }
}

} // namespace

grid::System random_system(unsigned seed, const Kind& kind) {
    Dice dice(seed);
    grid::System system = testing::one_bus();
    add_plants(system, dice, kind);
    if (kind.rivers) {
        add_river(system, dice, kind);
        add_river(system, dice, kind);
    }
    for (int k = dice.whole(1, 3); k > 0; --k) {
        testing::StorageRow row;
        row.charge_max_mw = !kind.inflow || dice.toss() ? dice.whole(50, 300) : 0;
        row.discharge_max_mw = dice.whole(50, 300);
        row.energy_max_mwh = dice.whole(100, 900);
        row.efficiency_charge = 0.01 * dice.whole(70, 100);
        row.efficiency_discharge = 0.01 * dice.whole(40, 100);
        row.variable_om_cny_per_mwh = dice.whole(0, 30);
        row.energy_initial_mwh = 0.01 * dice.whole(0, 90) * row.energy_max_mwh;
        if (row.charge_max_mw > 0) {
            row.loss_per_h = 0.001 * dice.whole(0, 10);
        } else {
            row.inflow_mw = dice.whole(20, 200);
        }
        testing::add_storage(system, row);
    }
    if (dice.toss()) {
        testing::HvdcRow row;
        row.p_max_mw = dice.whole(100, 300);
        row.level_step_mw = 50;
        row.block_h = 2;
        row.ramp_mw_per_block = dice.whole(50, 200);
        row.max_changes_per_day = dice.whole(0, 2);
        row.loss_rated_pu = 0.05;
        row.export_value_cny_per_mwh = dice.whole(0, 400);
        const int line = testing::add_hvdc(system, row);
        testing::add_contract(system, "hvdc", "line" + std::to_string(line), "day", 0,
                              24e-3 * 0.5 * row.p_max_mw, kind.contract_tolerance);
    }
    for (int k = 0; kind.lines && k < 2; ++k) {
        add_free_line(system, dice, kind);
    }
    testing::Random random(seed);
    for (int k = 0; kind.flexible && k < 3; ++k) {
        testing::add_flexible_load(
            system, testing::random_flexible(system, random, kind.hours, random.one_in(2)));
    }
    testing::add_flexible(system, 0, dice.whole(100, 600), dice.whole(0, 10),
                          testing::add_profile(system, dice.shares(0, 20, kind.hours)), "wind");
    system.renewables.curtailment_cny_per_mwh[0] = dice.whole(0, 50);
    testing::add_flexible(system, 0, 1500, 600); // so that lines can be fed
    std::vector<double> load;
    for (int t = 0; t < kind.hours; ++t) {
        load.push_back(dice.whole(kind.least_load_mw, kind.least_load_mw + 1300));
    }
    testing::add_load(system, 0, load);
    testing::add_reserve(system, 0, "up", "spinning", dice.whole(0, 200), 5000);
    testing::add_reserve(system, 0, "down", "spinning", dice.whole(0, 200), 3000);
    if (dice.toss()) {
        testing::add_reserve(system, 0, "up", "non_spinning", dice.whole(0, 200), 2000);
    }
    return system;
}

Programme::Programme(const grid::System& system, grid::Span span)
    : context(system, span), coupling(model::make_coupling(context)),
      ids(model::list_blocks(system)) {
    for (const model::BlockId& id : ids) {
        data.push_back(model::oracle_data(context, id));
    }
}

bool Programme::complete() const {
    return std::none_of(data.begin(), data.end(), [](const lp::OracleData& d) {
        return std::holds_alternative<std::monostate>(d);
    });
}

namespace {

std::vector<double> row_of(const grid::HourTable& table, std::size_t item) {
    const auto row = table.row(item);
    return {row.begin(), row.end()};
}

void append(const std::vector<double>& from, std::vector<double>& to) {
    to.insert(to.end(), from.begin(), from.end());
}

} // namespace

lp::BlockPlan plan_of(const Programme& programme, std::size_t k, const grid::Schedule& schedule) {
    const model::BlockId id = programme.ids[k];
    const auto item = static_cast<std::size_t>(id.item);
    switch (id.kind) {
    case model::Kind::thermal: {
        lp::UnitsPlan plan;
        plan.units = 1;
        for (const double on : row_of(schedule.thermal_units_on, item)) {
            plan.on.push_back(on > 0.5 ? 1 : 0);
        }
        plan.p_mw = row_of(schedule.thermal_p_mw, item);
        plan.up_mw = row_of(schedule.thermal_up_mw, item);
        plan.down_mw = row_of(schedule.thermal_down_mw, item);
        return plan;
    }
    case model::Kind::storage: {
        lp::StorePlan plan;
        plan.charge_mw = row_of(schedule.storage_charge_mw, item);
        plan.discharge_mw = row_of(schedule.storage_discharge_mw, item);
        plan.spill_mw = row_of(schedule.storage_spill_mw, item);
        plan.energy_mwh = row_of(schedule.storage_energy_mwh, item);
        plan.up_mw = row_of(schedule.storage_up_mw, item);
        plan.down_mw = row_of(schedule.storage_down_mw, item);
        return plan;
    }
    case model::Kind::flexible:
        return model::flexible_plan(programme.context, id.item, schedule);
    case model::Kind::cascade: {
        const model::hydro::Plan rows = model::hydro::make_plan(programme.context, id.item);
        lp::RiverPlan plan;
        for (const model::hydro::Reservoir& reservoir : rows.reservoirs) {
            const auto r = static_cast<std::size_t>(reservoir.row);
            append(row_of(schedule.reservoir_storage_hm3, r), plan.storage_hm3);
            std::vector<double> release = row_of(schedule.reservoir_spill_m3_per_s, r);
            append(release, plan.spill_m3_per_s);
            for (const std::size_t s : reservoir.stations) {
                const std::vector<double> flow = row_of(
                    schedule.hydro_flow_m3_per_s, static_cast<std::size_t>(rows.stations[s].row));
                for (std::size_t t = 0; t < flow.size(); ++t) {
                    release[t] += flow[t];
                }
            }
            append(release, plan.release_m3_per_s);
            plan.end_short_hm3.push_back(schedule.reservoir_terminal_short_hm3[r]);
        }
        for (const model::hydro::Station& station : rows.stations) {
            const auto s = static_cast<std::size_t>(station.row);
            append(row_of(schedule.hydro_flow_m3_per_s, s), plan.flow_m3_per_s);
            append(row_of(schedule.hydro_p_mw, s), plan.p_mw);
            append(row_of(schedule.hydro_up_mw, s), plan.up_mw);
            append(row_of(schedule.hydro_down_mw, s), plan.down_mw);
        }
        return plan;
    }
    case model::Kind::hvdc: {
        lp::LinePlan plan;
        plan.power_mw = row_of(schedule.hvdc_p_mw, item);
        return plan;
    }
    default:
        return {};
    }
}

namespace {

/// What the checker says of a dispatch.
verify::Report check(const Programme& programme, const Dispatch& dispatch) {
    grid::Schedule schedule =
        grid::empty_schedule(programme.context.system, programme.context.span);
    model::size_contract_rows(programme.context, schedule);
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        model::write_plan(programme.context, programme.ids[k], programme.data[k], dispatch.plans[k],
                          schedule);
    }
    verify::Settings settings;
    settings.tolerance = 1e-6;
    return verify::check_schedule(world(), programme.context.system,
                                  partition::share_out(programme.context.system, 1), schedule,
                                  verify::Flows{}, settings);
}

} // namespace

void expect_valid(const Programme& programme, const Dispatch& dispatch, const std::string& which) {
    const verify::Report report = check(programme, dispatch);
    EXPECT_EQ(report.found, 0) << which;
    for (const verify::Breach& breach : report.breaches) {
        ADD_FAILURE() << which << ": " << breach.rule << " of " << breach.item << " in hour "
                      << breach.hour << ": " << breach.found << " against " << breach.limit << " "
                      << breach.unit;
    }
    // Of several units in a cluster the checker cannot tell which one was off how long (TH-9).
    const bool single = std::all_of(programme.context.system.thermal.units.begin(),
                                    programme.context.system.thermal.units.end(),
                                    [](int units) { return units == 1; });
    const double size = std::abs(dispatch.cost_cny) + 1e4;
    EXPECT_GE(dispatch.cost_cny, report.cost_cny - 1e-7 * size) << which;
    EXPECT_LE(dispatch.cost_cny, report.cost_cny + (single ? 1e-7 : 1e-4) * size) << which;
    EXPECT_EQ(dispatch.broken_hours, 0) << which;
    EXPECT_LT(dispatch.largest_breach, 1e-6) << which;
}

Optimum solve_whole(const Programme& programme) {
    std::vector<lp::Block> blocks(programme.ids.size());
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        model::build_block(programme.context, programme.ids[k], blocks[k]);
    }
    const lp::FlatProgramme flat = lp::flatten(blocks, programme.coupling);
    highs::Engine engine(flat);
    highs::Settings settings;
    settings.gap = 1e-6;
    settings.time_limit_s = 300.0;
    const highs::Outcome whole = engine.solve_integer(settings, {});
    Optimum optimum;
    if (whole.status != highs::Status::optimal) {
        return optimum;
    }
    const highs::Outcome fixed = engine.solve_fixed(settings, whole.point.column);
    optimum.found = fixed.has_point;
    optimum.cost_cny = fixed.cost;
    optimum.schedule = grid::empty_schedule(programme.context.system, programme.context.span);
    model::size_contract_rows(programme.context, optimum.schedule);
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        const auto first = static_cast<std::size_t>(flat.first_column[k]);
        const auto behind = static_cast<std::size_t>(flat.first_column[k + 1]);
        model::read_block(programme.context, programme.ids[k], blocks[k],
                          std::span(fixed.point.column).subspan(first, behind - first),
                          optimum.schedule);
    }
    const auto rows = static_cast<std::ptrdiff_t>(programme.coupling.rows.size());
    optimum.row_price.assign(fixed.point.row_dual.end() - rows, fixed.point.row_dual.end());
    return optimum;
}

namespace {

/// Of an oracle's one block.
lp::BlockPlan plan_at(const Oracle& oracle, std::span<const double> price, int hours) {
    std::vector<double> own_price;
    for (const int channel : oracle.channels) {
        const auto first = price.begin() + static_cast<std::ptrdiff_t>(channel) * hours;
        own_price.insert(own_price.end(), first, first + hours);
    }
    std::vector<double> own_given(own_price.size());
    (void)oracle.solve(own_price, own_given);
    return oracle.plan(0);
}

/// Best plans of each block alone at prices that are not those of the whole.
std::vector<lp::BlockPlan> plans_at(const Programme& programme, std::span<const double> price) {
    std::vector<lp::BlockPlan> plans;
    const int hours = programme.coupling.hours;
    std::vector<double> given(price.size());
    for (const lp::OracleData& data : programme.data) {
        if (const auto* units = std::get_if<std::vector<lp::UnitGroup>>(&data)) {
            UnitSolver solver({*units}, hours);
            (void)solver.solve(price, given);
            plans.emplace_back(solver.cluster_plan(0));
        } else if (const auto* store = std::get_if<lp::Store>(&data)) {
            plans.push_back(plan_at(store_oracle({*store}, hours), price, hours));
        } else if (const auto* river = std::get_if<lp::River>(&data)) {
            RiverSolver solver(*river, hours);
            (void)solver.solve(price, given);
            plans.emplace_back(static_cast<const lp::RiverPlan&>(solver.plan()));
        } else if (const auto* line = std::get_if<lp::LevelLine>(&data)) {
            plans.push_back(plan_at(level_oracle(*line, {}, hours), price, hours));
        } else {
            plans.emplace_back();
        }
    }
    return plans;
}

/// Prices by the hour, those of reserve not negative.
std::vector<double> random_prices(const Programme& programme, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> share(0.0, 1.0);
    const auto hours = static_cast<std::size_t>(programme.coupling.hours);
    const auto buses = static_cast<std::size_t>(programme.context.channels.buses);
    std::vector<double> price(programme.coupling.channels.size() * hours, 0.0);
    double level = 300.0;
    for (std::size_t t = 0; t < hours; ++t) {
        level = std::clamp(level + 200.0 * (share(random) - 0.5), -50.0, 700.0);
        for (std::size_t bus = 0; bus < buses; ++bus) {
            price[bus * hours + t] = level;
        }
    }
    return price;
}

} // namespace

bool dispatch_of_any_plans(unsigned seed, Kind kind, int hours, const DispatchVisit& visit) {
    kind.least_load_mw = 2500;     // whatever runs
    kind.contract_tolerance = 1.0; // whatever levels
    grid::System system = random_system(seed, kind);
    if (seed % 2 == 0) {
        system = grid::expand_units(system, 0);
    }
    const Programme programme(system, {0, hours});
    if (!programme.complete()) {
        return false;
    }
    std::vector<lp::BlockPlan> targets;
    try {
        targets = plans_at(programme, random_prices(programme, seed));
    } catch (const Error&) {
        return false; // outages and must-run that no unit can keep
    }
    Dispatcher dispatcher(programme.coupling, programme.data);
    const std::vector<double> row_price(programme.coupling.rows.size(), 300.0);
    visit(programme, row_price, dispatcher.run(targets, row_price));
    return true;
}

} // namespace longyang::solve::prices
