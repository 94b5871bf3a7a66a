#include "model/hydro_plan.hpp"

#include <vector>

namespace longyang::model::hydro {

/// HY-3: release + m >= least release. HY-4: release <= largest release; without stations the
/// spill's bound says it.
void add_release(const Context& context, const Plan& plan, lp::Block& block) {
    const int hy3 = block.family("HY-3");
    const int hy4 = block.family("HY-4");
    std::vector<lp::Term> terms;
    for (const Reservoir& reservoir : plan.reservoirs) {
        for (int t = 0; t < context.span.hours; ++t) {
            const auto hour = static_cast<std::size_t>(t);
            terms.assign({{reservoir.spill.at(t), 1.0}});
            for (const std::size_t k : reservoir.stations) {
                terms.push_back({plan.stations[k].flow.at(t), 1.0});
            }
            if (!reservoir.stations.empty()) {
                block.add_row(hy4, t, -lp::infinity, reservoir.release_max_m3_per_s[hour], terms);
            }
            const double least = reservoir.release_min_m3_per_s[hour];
            if (least > 0.0) {
                terms.push_back({reservoir.release_short.at(t), 1.0});
                block.add_row(hy3, t, least, lp::infinity, terms);
            }
        }
    }
}

} // namespace longyang::model::hydro
