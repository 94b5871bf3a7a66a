#include "grid/tables.hpp"
#include "model/hydro_plan.hpp"

#include <vector>

namespace longyang::model::hydro {
namespace {

/// Everything that leaves a reservoir in an hour, times `factor`.
void append_release(const Plan& plan, const Reservoir& reservoir, int hour, double factor,
                    std::vector<lp::Term>& terms) {
    terms.push_back({reservoir.spill.at(hour), factor});
    for (const std::size_t k : reservoir.stations) {
        terms.push_back({plan.stations[k].flow.at(hour), factor});
    }
}

} // namespace

/// HY-1: x_t - x_{t-1} + nu (release_t + lifted from_t - lifted to_t - sum of upstream release_{t -
/// travel}) = nu (natural inflow + what left upstream before the span). HY-2 stands in the columns'
/// bounds. HY-5: x_{T-1} + e >= reference at the span's end.
void add_balance(const Context& context, const Plan& plan, lp::Block& block) {
    constexpr double hm3 = grid::hm3_per_m3s_h;
    const int hy1 = block.family("HY-1");
    const int hy5 = block.family("HY-5");
    const int last = context.span.hours - 1;
    std::vector<lp::Term> terms;
    for (const Reservoir& reservoir : plan.reservoirs) {
        for (int t = 0; t <= last; ++t) {
            terms.assign({{reservoir.storage.at(t), 1.0}});
            double known_hm3 = hm3 * reservoir.arriving_m3_per_s[static_cast<std::size_t>(t)];
            if (t > 0) {
                terms.push_back({reservoir.storage.at(t - 1), -1.0});
            } else {
                known_hm3 += reservoir.initial_hm3;
            }
            append_release(plan, reservoir, t, hm3, terms);
            for (const Inflow& inflow : reservoir.inflows) {
                if (t >= inflow.travel_h) {
                    append_release(plan, plan.reservoirs[inflow.from], t - inflow.travel_h, -hm3,
                                   terms);
                }
            }
            for (const std::size_t k : reservoir.lifted_from) {
                terms.push_back({plan.pumps[k].flow.at(t), hm3});
            }
            for (const std::size_t k : reservoir.lifted_to) {
                terms.push_back({plan.pumps[k].flow.at(t), -hm3});
            }
            block.add_row(hy1, t, known_hm3, known_hm3, terms);
        }
        if (reservoir.terminal_short >= 0) {
            block.add_row(hy5, last, reservoir.terminal_hm3, lp::infinity,
                          {{reservoir.storage.at(last), 1.0}, {reservoir.terminal_short, 1.0}});
        }
    }
}

} // namespace longyang::model::hydro
