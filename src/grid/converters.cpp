#include "grid/converters.hpp"

#include "grid/hvdc_lines.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::grid {
namespace {

/// The column's value where it is there and not negative.
double or_default(const Numbers& column, std::size_t row, double fallback) {
    return row < column.size() && column[row] >= 0.0 ? column[row] : fallback;
}

} // namespace

double Converter::filters_on_mvar(double p_mw) const {
    return std::min(filter_mvar, q_demand_mvar_per_mw * std::abs(p_mw));
}

Converter converter(const System& system, std::size_t line) {
    const HvdcLines& t = system.hvdc;
    const SecurityLimits& limits = system.info.security;
    Converter c;
    c.line_commutated = t.technology[line] != "vsc";
    c.q_demand_mvar_per_mw =
        or_default(t.q_demand_mvar_per_mw, line, t.technology[line] == "lcc" ? 0.5 : 0.0);
    c.filter_mvar = or_default(t.filter_mvar, line, c.q_demand_mvar_per_mw * rated_mw(t, line));
    c.block_pole_share = or_default(t.block_pole_share, line, 0.5);
    c.trip_scheme_mw = or_default(t.trip_scheme_mw, line, 0.0);
    c.scr_min =
        or_default(t.escr_min, line, c.line_commutated ? limits.escr_min_lcc : limits.scr_min_vsc);
    return c;
}

} // namespace longyang::grid
