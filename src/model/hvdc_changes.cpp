#include "model/hvdc_line.hpp"

#include <algorithm>
#include <vector>

namespace longyang::model {
namespace {

/// Largest change that the limits of HV-1 leave room for.
double room_mw(const HeldHours& before, const HeldHours& at) {
    return std::max(at.high_mw - before.low_mw, before.high_mw - at.low_mw);
}

/// HV-4 for the blocks of one day: a change above or below needs k = 1, and the day has few of
/// them.
void limit_day(std::span<const HeldHours> held, std::span<const std::size_t> changing, int most,
               double ramp_mw, lp::Block& block) {
    const int change = block.family("hvdc_change");
    const int hv4 = block.family("HV-4");
    std::vector<lp::Term> day;
    for (const std::size_t b : changing) {
        const HeldHours& before = held[b - 1];
        const HeldHours& at = held[b];
        const double largest_mw = std::min(ramp_mw, room_mw(before, at));
        const int k = block.add_column(change, at.begin, 0.0, 1.0, 0.0, true);
        block.add_row(hv4, at.begin, -lp::infinity, 0.0,
                      {{at.power, 1.0}, {before.power, -1.0}, {k, -largest_mw}});
        block.add_row(hv4, at.begin, 0.0, lp::infinity,
                      {{at.power, 1.0}, {before.power, -1.0}, {k, largest_mw}});
        day.push_back({k, 1.0});
    }
    block.add_row(hv4, held[changing.front()].begin, -lp::infinity, most, day);
}

} // namespace

double forced_change_mw(const HeldHours& before, const HeldHours& at) {
    return std::max({0.0, before.low_mw - at.high_mw, at.low_mw - before.high_mw});
}

/// HV-3: |p_b - p_{b-1}| <= ramp, or what HV-1 forces. HV-4: few changes in a day.
void add_changes(const Context& context, int line, std::span<const HeldHours> held,
                 lp::Block& block) {
    const grid::HvdcLines& table = context.system.hvdc;
    const auto i = static_cast<std::size_t>(line);
    const double ramp_mw = table.ramp_mw_per_block[i];
    const int hv3 = block.family("HV-3");
    for (std::size_t b = 1; b < held.size(); ++b) {
        const double allowed_mw = std::max(ramp_mw, forced_change_mw(held[b - 1], held[b]));
        if (allowed_mw < room_mw(held[b - 1], held[b])) {
            block.add_row(hv3, held[b].begin, -allowed_mw, allowed_mw,
                          {{held[b].power, 1.0}, {held[b - 1].power, -1.0}});
        }
    }

    const int most = table.max_changes_per_day[i];
    if (most == 0) {
        return;
    }
    std::vector<std::size_t> changing;
    for (std::size_t b = 1; b < held.size(); ++b) {
        if (forced_change_mw(held[b - 1], held[b]) == 0.0) {
            changing.push_back(b);
        }
        const bool day_ends = b + 1 == held.size() || held[b + 1].day != held[b].day;
        if (day_ends && changing.size() > static_cast<std::size_t>(most)) {
            limit_day(held, changing, most, ramp_mw, block);
        }
        if (day_ends) {
            changing.clear();
        }
    }
}

} // namespace longyang::model
