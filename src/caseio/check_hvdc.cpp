#include "caseio/carrying.hpp"
#include "caseio/checks.hpp"
#include "grid/cascades.hpp"
#include "grid/hvdc_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::caseio {

PowerLimits hvdc_limits(const grid::System& system, std::size_t line) {
    const grid::HvdcLines& t = system.hvdc;
    const auto hours = static_cast<std::size_t>(grid::hours_per_year);
    const double step = t.level_step_mw[line];
    const int block = std::max(t.block_h[line], 1);
    PowerLimits limits{std::vector<double>(hours), std::vector<double>(hours)};
    for (int begin = 0; begin < grid::hours_per_year; begin += block) {
        const int end = std::min(begin + block, grid::hours_per_year);
        double share = 1.0;
        for (int h = begin; h < end; ++h) {
            share = std::min(share, grid::profile_value(system, t.p_max_profile[line], h, 1.0));
        }
        const grid::HvdcRange range = grid::hvdc_range(t, line, share);
        const double low = range.low_mw;
        double high = range.high_mw;
        if (step > 0.0) {
            high = low + step * std::floor((high - low) / step * (1.0 + rounding));
        }
        for (int h = begin; h < end; ++h) {
            limits.low_mw[static_cast<std::size_t>(h)] = low;
            limits.high_mw[static_cast<std::size_t>(h)] = high;
        }
    }
    return limits;
}

namespace {

/// Figures that -1 leaves to the technology are either that or not negative.
void check_converter(const grid::System& system, std::size_t i, std::vector<Fault>& faults) {
    const grid::HvdcLines& t = system.hvdc;
    const auto check = [&](const char* name, const grid::Numbers& column) {
        if (i < column.size() && column[i] < 0.0 && column[i] != -1.0) {
            faults.push_back(row_fault("hvdc", t, i, name, fmt::format("{}", column[i]),
                                       "-1 (by technology) or 0 and more"));
        }
    };
    check("q_demand_mvar_per_mw", t.q_demand_mvar_per_mw);
    check("filter_mvar", t.filter_mvar);
    check("escr_min", t.escr_min);
}

} // namespace

std::vector<Fault> check_hvdc(const grid::System& system) {
    const grid::HvdcLines& t = system.hvdc;
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.p_min_mw[i] > t.p_max_mw[i]) {
            faults.push_back(row_fault("hvdc", t, i, "p_min_mw", fmt::format("{}", t.p_min_mw[i]),
                                       fmt::format("at most p_max_mw = {}", t.p_max_mw[i])));
        }
        if (t.block_h[i] < 1 || 24 % t.block_h[i] != 0) {
            faults.push_back(row_fault("hvdc", t, i, "block_h", fmt::format("{}", t.block_h[i]),
                                       "a divisor of 24: 1, 2, 3, 4, 6, 8, 12 or 24"));
        }
        check_converter(system, i, faults);
    }
    return faults;
}

} // namespace longyang::caseio
