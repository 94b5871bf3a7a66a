#include "model/cascade.hpp"

#include "base/error.hpp"
#include "model/hydro_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::model {
namespace {

/// The plan with its columns' places, as build_cascade numbers them.
hydro::Plan numbered_plan(const Context& context, int item) {
    hydro::Plan plan = hydro::make_plan(context, item);
    lp::Block columns_alone;
    hydro::add_columns(context, plan, columns_alone);
    return plan;
}

} // namespace

void build_cascade(const Context& context, int item, lp::Block& block) {
    hydro::Plan plan = hydro::make_plan(context, item);
    hydro::add_columns(context, plan, block);
    hydro::add_balance(context, plan, block);
    hydro::add_release(context, plan, block);
    hydro::add_power(context, plan, block);
    hydro::add_reserve(context, plan, block);
    hydro::add_pumps(context, plan, block);
}

void read_cascade(const Context& context, int item, const lp::Block& /*block*/,
                  std::span<const double> values, grid::Schedule& schedule) {
    const hydro::Plan plan = numbered_plan(context, item);
    const auto hours = context.span.size();
    const auto copy = [&](const hydro::HourColumns& columns, std::span<double> row) {
        if (columns.exist()) {
            std::copy_n(values.begin() + columns.first, hours, row.begin());
        }
    };
    for (const hydro::Reservoir& reservoir : plan.reservoirs) {
        const auto r = static_cast<std::size_t>(reservoir.row);
        copy(reservoir.storage, schedule.reservoir_storage_hm3.row(r));
        copy(reservoir.spill, schedule.reservoir_spill_m3_per_s.row(r));
        copy(reservoir.release_short, schedule.reservoir_release_short_m3_per_s.row(r));
        schedule.reservoir_terminal_short_hm3[r] =
            reservoir.terminal_short < 0
                ? 0.0
                : values[static_cast<std::size_t>(reservoir.terminal_short)];
    }
    for (const hydro::Pump& pump : plan.pumps) {
        const auto k = static_cast<std::size_t>(pump.row);
        copy(pump.flow, schedule.pump_flow_m3_per_s.row(k));
        for (std::size_t t = 0; t < hours; ++t) {
            schedule.pump_p_mw.row(k)[t] =
                pump.mw_per_m3_per_s * schedule.pump_flow_m3_per_s.row(k)[t];
        }
    }
    for (const hydro::Station& station : plan.stations) {
        const auto k = static_cast<std::size_t>(station.row);
        copy(station.flow, schedule.hydro_flow_m3_per_s.row(k));
        copy(station.up, schedule.hydro_up_mw.row(k));
        copy(station.down, schedule.hydro_down_mw.row(k));
        const auto power = schedule.hydro_p_mw.row(k);
        for (std::size_t t = 0; t < hours; ++t) {
            power[t] = 0.0;
            hydro::for_each_flow(station, static_cast<int>(t), [&](int column, double efficiency) {
                power[t] += efficiency * values[static_cast<std::size_t>(column)];
            });
        }
    }
}

std::string cascade_part(const Context& context, int item, int column) {
    const hydro::Plan plan = numbered_plan(context, item);
    const auto behind =
        std::upper_bound(plan.parts.begin(), plan.parts.end(), column,
                         [](int c, const hydro::Part& part) { return c < part.first; });
    if (behind == plan.parts.begin()) {
        throw Error(Exit::defect, fmt::format("cascade {} has no column {}", item, column));
    }
    const hydro::Part& part = *(behind - 1);
    if (part.of == hydro::Part::Of::pump) {
        const auto row = static_cast<std::size_t>(plan.pumps[part.place].row);
        return fmt::format("pump {}", context.system.pumps.name[row]);
    }
    if (part.of == hydro::Part::Of::station) {
        const auto row = static_cast<std::size_t>(plan.stations[part.place].row);
        return fmt::format("station {}", context.system.hydro.name[row]);
    }
    const auto row = static_cast<std::size_t>(plan.reservoirs[part.place].row);
    return fmt::format("reservoir {}", context.system.reservoirs.name[row]);
}

} // namespace longyang::model
