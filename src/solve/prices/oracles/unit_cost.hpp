#pragma once

#include "lp/oracle_data.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::solve::prices {

/// Whether a unit starts in an hour; on: its row by hour. One that is free before the span does not
/// start in hour 0 (TH-17).
inline bool starts_in(const lp::UnitGroup& group, const char* on, std::size_t t) {
    return on[t] != 0 && (t > 0 ? on[t - 1] == 0 : group.initial_on == 0);
}

/// CNY an hour of one running unit of a group at p_mw, by the segments of its cost curve.
/// captured_t: of CO2.
inline double running_cost(const lp::UnitGroup& group, double p_mw, double captured_t = 0.0) {
    double cost = group.base_cny_per_h + group.capture.cny_per_t * captured_t;
    double rest_mw = p_mw - group.base_mw;
    const std::size_t segments = group.segment_mw.size();
    for (std::size_t s = 0; s < segments && rest_mw > 0.0; ++s) {
        const double mw = s + 1 < segments ? std::min(rest_mw, group.segment_mw[s]) : rest_mw;
        cost += mw * group.segment_cny_per_mwh[s];
        rest_mw -= mw;
    }
    return cost;
}

} // namespace longyang::solve::prices
