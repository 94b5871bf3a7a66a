#include "base/error.hpp"
#include "grid/emission_caps.hpp"
#include "model/contracts.hpp"
#include "model/flexible_load.hpp"
#include "model/hydro_plan.hpp"
#include "model/oracle_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace longyang::model {
namespace {

void copy_row(const std::vector<double>& table, std::size_t item, std::span<double> row) {
    if (!table.empty()) {
        std::copy_n(table.begin() + static_cast<std::ptrdiff_t>(item * row.size()), row.size(),
                    row.begin());
    }
}

/// Units of a cluster added up; a unit that is free before the span neither starts nor stops in
/// hour 0.
void write_units(int item, const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan,
                 grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    const std::size_t hours = schedule.span.size();
    const auto on = schedule.thermal_units_on.row(i);
    const auto starts = schedule.thermal_starts.row(i);
    const auto stops = schedule.thermal_stops.row(i);
    const auto p = schedule.thermal_p_mw.row(i);
    const auto up = schedule.thermal_up_mw.row(i);
    const auto down = schedule.thermal_down_mw.row(i);
    const auto non_spinning = schedule.thermal_non_spinning_mw.row(i);
    const auto captured = schedule.thermal_captured_t.row(i);
    std::size_t unit = 0;
    for (const lp::UnitGroup& group : groups) {
        for (int k = 0; k < group.units; ++k, ++unit) {
            int before = group.initial_on;
            for (std::size_t t = 0; t < hours; ++t) {
                const std::size_t at = unit * hours + t;
                const int now = plan.on[at] != 0 ? 1 : 0;
                on[t] += now;
                starts[t] += before == 0 && now == 1 ? 1.0 : 0.0;
                stops[t] += before == 1 && now == 0 ? 1.0 : 0.0;
                p[t] += plan.p_mw[at] - group.capture.mwh_per_t * plan.captured(at);
                captured[t] += plan.captured(at);
                up[t] += plan.up_mw[at];
                down[t] += plan.down_mw[at];
                if (now == 0 && group.available[t] != 0) {
                    non_spinning[t] += group.non_spinning_max_mw;
                }
                before = now;
            }
        }
    }
}

void write_store(int item, const lp::StorePlan& plan, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    copy_row(plan.charge_mw, 0, schedule.storage_charge_mw.row(i));
    copy_row(plan.discharge_mw, 0, schedule.storage_discharge_mw.row(i));
    copy_row(plan.spill_mw, 0, schedule.storage_spill_mw.row(i));
    copy_row(plan.energy_mwh, 0, schedule.storage_energy_mwh.row(i));
    copy_row(plan.up_mw, 0, schedule.storage_up_mw.row(i));
    copy_row(plan.down_mw, 0, schedule.storage_down_mw.row(i));
}

void write_river(const Context& context, int item, const lp::RiverPlan& plan,
                 grid::Schedule& schedule) {
    const hydro::Plan rows = hydro::make_plan(context, item);
    for (std::size_t r = 0; r < rows.reservoirs.size(); ++r) {
        const auto i = static_cast<std::size_t>(rows.reservoirs[r].row);
        copy_row(plan.storage_hm3, r, schedule.reservoir_storage_hm3.row(i));
        copy_row(plan.spill_m3_per_s, r, schedule.reservoir_spill_m3_per_s.row(i));
        copy_row(plan.release_short_m3_per_s, r, schedule.reservoir_release_short_m3_per_s.row(i));
        schedule.reservoir_terminal_short_hm3[i] = plan.end_short_hm3[r];
    }
    for (std::size_t k = 0; k < rows.stations.size(); ++k) {
        const auto i = static_cast<std::size_t>(rows.stations[k].row);
        copy_row(plan.flow_m3_per_s, k, schedule.hydro_flow_m3_per_s.row(i));
        copy_row(plan.p_mw, k, schedule.hydro_p_mw.row(i));
        copy_row(plan.up_mw, k, schedule.hydro_up_mw.row(i));
        copy_row(plan.down_mw, k, schedule.hydro_down_mw.row(i));
    }
    for (std::size_t k = 0; k < rows.pumps.size(); ++k) {
        const auto i = static_cast<std::size_t>(rows.pumps[k].row);
        copy_row(plan.pump_m3_per_s, k, schedule.pump_flow_m3_per_s.row(i));
        for (std::size_t t = 0; t < context.span.size(); ++t) {
            schedule.pump_p_mw.row(i)[t] =
                rows.pumps[k].mw_per_m3_per_s * schedule.pump_flow_m3_per_s.row(i)[t];
        }
    }
}

void write_contract(const Context& context, int item, const lp::AmountPlan& plan,
                    grid::Schedule& schedule) {
    const bool of_line = context.system.contracts.kind[static_cast<std::size_t>(item)] == "hvdc";
    for (std::size_t k = 0; k < schedule.contract_of_period.size(); ++k) {
        if (schedule.contract_of_period[k] != item) {
            continue;
        }
        schedule.contract_short_mwh[k] =
            plan.amount[static_cast<std::size_t>(schedule.contract_begin[k])];
        if (of_line) {
            const auto power = schedule.hvdc_p_mw.row(
                static_cast<std::size_t>(contract_target(context.system, item)));
            schedule.contract_energy_mwh[k] =
                std::accumulate(power.begin() + schedule.contract_begin[k],
                                power.begin() + schedule.contract_end[k], 0.0);
        }
    }
}

void write_target(const Context& context, int item, const lp::AmountPlan& plan,
                  grid::Schedule& schedule) {
    const std::vector<grid::TargetPeriod> periods =
        grid::target_periods(context.system, context.span);
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].target == item) {
            schedule.target_short_mwh[k] =
                plan.amount[static_cast<std::size_t>(periods[k].period.begin)];
        }
    }
}

void write_emission_cap(const Context& context, int item, const lp::AmountPlan& plan,
                        grid::Schedule& schedule) {
    const std::vector<grid::CapPeriod> periods = grid::cap_periods(context.system, context.span);
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].cap == item) {
            schedule.emission_excess_t[k] =
                plan.amount[static_cast<std::size_t>(periods[k].period.begin)];
        }
    }
}

void write_amount(const Context& context, BlockId id, const lp::AmountPlan& plan,
                  grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(id.item);
    switch (id.kind) {
    case Kind::renewable:
        copy_row(plan.amount, 0, schedule.renewable_p_mw.row(i));
        copy_row(plan.down, 0, schedule.renewable_down_mw.row(i));
        break;
    case Kind::dc_forward:
        copy_row(plan.amount, 0, schedule.dc_link_forward_mw.row(i));
        break;
    case Kind::dc_backward:
        copy_row(plan.amount, 0, schedule.dc_link_backward_mw.row(i));
        break;
    case Kind::load:
        copy_row(plan.amount, 0, schedule.load_shed_mw.row(i));
        break;
    case Kind::reserve:
        copy_row(plan.amount, 0, schedule.reserve_short_mw.row(i));
        break;
    case Kind::sharing:
        copy_row(plan.amount, 0, schedule.reserve_shared_mw.row(i));
        break;
    case Kind::contract:
        write_contract(context, id.item, plan, schedule);
        break;
    case Kind::target:
        write_target(context, id.item, plan, schedule);
        break;
    case Kind::emission_cap:
        write_emission_cap(context, id.item, plan, schedule);
        break;
    default:
        throw Error(Exit::defect, fmt::format("{} has a plan of amounts by the hour",
                                              block_name(context.system, id)));
    }
}

} // namespace

void write_plan(const Context& context, BlockId id, const lp::OracleData& data,
                const lp::BlockPlan& plan, grid::Schedule& schedule) {
    if (const auto* units = std::get_if<lp::UnitsPlan>(&plan)) {
        write_units(id.item, std::get<std::vector<lp::UnitGroup>>(data), *units, schedule);
    } else if (const auto* store = std::get_if<lp::StorePlan>(&plan)) {
        if (id.kind == Kind::flexible) {
            write_flexible_load(context, id.item, *store, schedule);
        } else {
            write_store(id.item, *store, schedule);
        }
    } else if (const auto* river = std::get_if<lp::RiverPlan>(&plan)) {
        write_river(context, id.item, *river, schedule);
    } else if (const auto* line = std::get_if<lp::LinePlan>(&plan)) {
        const auto i = static_cast<std::size_t>(id.item);
        copy_row(line->power_mw, 0, schedule.hvdc_p_mw.row(i));
        copy_row(line->delivered_mw, 0, schedule.hvdc_delivered_mw.row(i));
    } else if (const auto* amount = std::get_if<lp::AmountPlan>(&plan)) {
        write_amount(context, id, *amount, schedule);
    } else {
        throw Error(Exit::defect, fmt::format("{} has no plan", block_name(context.system, id)));
    }
}

} // namespace longyang::model
