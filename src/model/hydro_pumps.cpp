#include "model/hydro_plan.hpp"

namespace longyang::model::hydro {

/// HY-9: a pump takes e u from its bus. What it takes at most stands in the flow's bound, the water
/// that it moves in HY-1.
void add_pumps(const Context& context, const Plan& plan, lp::Block& block) {
    for (const Pump& pump : plan.pumps) {
        for (const lp::RiverPump::Draw& draw : pump.draws) {
            for (int t = 0; t < context.span.hours; ++t) {
                block.add_port(draw.channel, t, pump.flow.at(t), -draw.mw_per_m3_per_s);
            }
        }
    }
}

} // namespace longyang::model::hydro
