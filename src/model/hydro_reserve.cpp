#include "grid/tables.hpp"
#include "model/hydro_plan.hpp"

#include <vector>

namespace longyang::model::hydro {
namespace {

/// HY-8: p + r+ <= min(p_max, eta Q) of the segment in force, p - r- >= 0. Without reserve the
/// flow's bound says the first and the sign of the flow the second.
void add_capacity(const Station& station, int hour, int hy8, lp::Block& block,
                  std::vector<lp::Term>& terms) {
    const InReach& reach = station.in_reach[static_cast<std::size_t>(hour)];
    const auto output = [&] {
        terms.clear();
        for_each_flow(station, hour, [&](int column, double mw_per_m3_per_s) {
            terms.push_back({column, mw_per_m3_per_s});
        });
    };
    if (station.up.exist()) {
        output();
        terms.push_back({station.up.at(hour), 1.0});
        double limit_mw = 0.0;
        if (reach.count() == 1) {
            limit_mw = station.output_limit_mw(station.only_segment(hour), hour);
        } else {
            for (int m = reach.first; m < reach.last; ++m) {
                terms.push_back({reach.choice_column + m - reach.first,
                                 -station.output_limit_mw(station.segment(m), hour)});
            }
        }
        block.add_row(hy8, hour, -lp::infinity, limit_mw, terms);
        give_reserve(block, station.reserve.up, hour, station.up.at(hour));
    }
    if (station.down.exist()) {
        output();
        terms.push_back({station.down.at(hour), -1.0});
        block.add_row(hy8, hour, 0.0, lp::infinity, terms);
        give_reserve(block, station.reserve.down, hour, station.down.at(hour));
    }
}

/// HY-8: an hour of all upward reserve at a reservoir finds its water above the level limit, or in
/// what is spilt: nu sum r+ / eta - x - nu s <= - least storage.
void add_water(const Plan& plan, const Reservoir& reservoir, int hour, int hy8, lp::Block& block,
               std::vector<lp::Term>& terms) {
    constexpr double hm3 = grid::hm3_per_m3s_h;
    terms.clear();
    for (const std::size_t k : reservoir.stations) {
        const Station& station = plan.stations[k];
        if (station.up.exist()) {
            terms.push_back({station.up.at(hour), hm3 / station.least_mw_per_m3_per_s});
        }
    }
    if (terms.empty()) {
        return;
    }
    terms.push_back({reservoir.storage.at(hour), -1.0});
    terms.push_back({reservoir.spill.at(hour), -hm3});
    block.add_row(hy8, hour, -lp::infinity, -reservoir.low_hm3[static_cast<std::size_t>(hour)],
                  terms);
}

} // namespace

void add_reserve(const Context& context, const Plan& plan, lp::Block& block) {
    const int hy8 = block.family("HY-8");
    std::vector<lp::Term> terms;
    for (int t = 0; t < context.span.hours; ++t) {
        for (const Station& station : plan.stations) {
            add_capacity(station, t, hy8, block, terms);
        }
        for (const Reservoir& reservoir : plan.reservoirs) {
            add_water(plan, reservoir, t, hy8, block, terms);
        }
    }
}

} // namespace longyang::model::hydro
