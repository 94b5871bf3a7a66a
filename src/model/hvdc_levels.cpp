#include "grid/cascades.hpp"
#include "grid/hvdc_lines.hpp"
#include "model/hvdc_line.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::model {

// HV-1
std::vector<HeldHours> held_hours(const Context& context, int line) {
    const grid::HvdcLines& table = context.system.hvdc;
    const auto i = static_cast<std::size_t>(line);
    const int length = table.block_h[i];
    std::vector<HeldHours> held;
    for (int t = 0; t < context.span.hours;) {
        const int hour = context.hour_of_year(t);
        HeldHours at;
        at.begin = t;
        // Blocks count from midnight, and so from the year's start: a day is a whole number of
        // them.
        at.end = std::min(t + length - hour % length, context.span.hours);
        at.day = hour / 24;
        double available = 1.0;
        for (int h = at.begin; h < at.end; ++h) {
            available =
                std::min(available, grid::profile_value(context.system, table.p_max_profile[i],
                                                        context.hour_of_year(h), 1.0));
        }
        const grid::HvdcRange range = grid::hvdc_range(table, i, available);
        at.low_mw = range.low_mw;
        at.high_mw = range.high_mw;
        held.push_back(at);
        t = at.end;
    }
    return held;
}

/// HV-2: p = low + step x i, with i whole and p within HV-1.
void add_levels(const Context& context, int line, std::span<HeldHours> held, lp::Block& block) {
    const grid::HvdcLines& table = context.system.hvdc;
    const auto i = static_cast<std::size_t>(line);
    const int injection = context.channels.injection(table.bus[i]);
    const int line_power = context.channels.hvdc_power(line);
    const double step_mw = table.level_step_mw[i];
    const int power = block.family("hvdc_power");
    const int level = block.family("hvdc_level");
    const int hv2 = block.family("HV-2");
    for (HeldHours& at : held) {
        at.power = block.add_column(power, at.begin, at.low_mw, at.high_mw, 0.0);
        for (int t = at.begin; t < at.end; ++t) {
            block.add_port(injection, t, at.power, -1.0);
            block.add_port(line_power, t, at.power, 1.0);
        }
        if (step_mw > 0.0) {
            // A limit that is a level but for rounding counts as one.
            const double steps = std::floor((at.high_mw - at.low_mw) / step_mw + 1e-9);
            const int n = block.add_column(level, at.begin, 0.0, steps, 0.0, true);
            block.add_row(hv2, at.begin, at.low_mw, at.low_mw, {{at.power, 1.0}, {n, -step_mw}});
        }
    }
}

} // namespace longyang::model
