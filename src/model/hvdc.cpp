#include "model/hvdc.hpp"

#include "model/hvdc_line.hpp"

#include <algorithm>
#include <vector>

namespace longyang::model {

void build_hvdc(const Context& context, int item, lp::Block& block) {
    std::vector<HeldHours> held = held_hours(context, item);
    add_levels(context, item, held, block);
    add_changes(context, item, held, block);
    add_losses(context, item, held, block);
    add_demand(context, item, held, block);
}

void read_hvdc(const Context& context, int item, const lp::Block& block,
               std::span<const double> values, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    const std::vector<HeldHours> held = held_hours(context, item);
    const std::vector<LossChord> chords = loss_chords(context.system.hvdc, item);
    const auto power = schedule.hvdc_p_mw.row(i);
    const auto delivered = schedule.hvdc_delivered_mw.row(i);
    for (std::size_t j = 0; j < values.size(); ++j) {
        const lp::Label label = block.column_label[j];
        if (block.families[static_cast<std::size_t>(label.family)] != "hvdc_power") {
            continue;
        }
        const auto at =
            std::lower_bound(held.begin(), held.end(), label.hour,
                             [](const HeldHours& h, int hour) { return h.begin < hour; });
        for (int t = at->begin; t < at->end; ++t) {
            power[static_cast<std::size_t>(t)] = values[j];
            delivered[static_cast<std::size_t>(t)] = delivered_mw(chords, values[j]);
        }
    }
}

} // namespace longyang::model
