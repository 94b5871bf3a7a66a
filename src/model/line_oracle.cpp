#include "grid/hvdc_demand.hpp"
#include "model/hvdc_line.hpp"
#include "model/oracle_data.hpp"

#include <algorithm>
#include <vector>

namespace longyang::model {

std::optional<lp::LevelLine> line_data(const Context& context, int item) {
    const grid::HvdcLines& table = context.system.hvdc;
    const auto i = static_cast<std::size_t>(item);
    lp::LevelLine line;
    line.step_mw = table.level_step_mw[i];
    line.max_changes_per_day = table.max_changes_per_day[i];
    if (line.step_mw == 0.0 && line.max_changes_per_day > 0) {
        return std::nullopt;
    }
    line.injection = context.channels.injection(table.bus[i]);
    line.power = context.channels.hvdc_power(item);
    const std::vector<HeldHours> held = held_hours(context, item);
    for (std::size_t b = 0; b < held.size(); ++b) {
        const double forced_mw = b == 0 ? 0.0 : forced_change_mw(held[b - 1], held[b]);
        line.block_begin.push_back(held[b].begin);
        line.low_mw.push_back(held[b].low_mw);
        line.high_mw.push_back(held[b].high_mw);
        line.change_max_mw.push_back(std::max(table.ramp_mw_per_block[i], forced_mw));
        line.counted.push_back(b > 0 && forced_mw == 0.0 ? 1 : 0);
        line.day_of_block.push_back(held[b].day);
    }
    line.block_begin.push_back(context.span.hours);
    line.delivered_cny_per_mwh = table.export_value_cny_per_mwh[i];
    for (const LossChord& chord : loss_chords(table, item)) {
        line.chord_slope.push_back(chord.slope);
        line.chord_offset_mw.push_back(chord.offset_mw);
    }
    line.demanded_mw = grid::demanded_mw(context.system, item, context.span);
    if (!line.demanded_mw.empty()) {
        line.missing_cny_per_mwh = table.demand_shortfall_cny_per_mwh[i];
    }
    return line;
}

} // namespace longyang::model
