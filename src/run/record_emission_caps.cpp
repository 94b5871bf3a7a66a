#include "run/record_emission_caps.hpp"

#include "grid/carbon_capture.hpp"
#include "grid/emission_caps.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::run {
namespace {

/// CO2 that counts (TH-20) by region and hour, of this rank's plants, t.
grid::HourTable counted_t(const grid::System& system, const grid::Schedule& schedule,
                          std::size_t hours) {
    grid::HourTable table(system.regions.name.size(), hours);
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        const int plant = static_cast<int>(i);
        const int region = grid::capped_region(system, plant);
        if (region < 0) {
            continue;
        }
        const grid::EmissionLine line = grid::emission_line(system, plant);
        const auto capture = grid::carbon_capture(system, plant);
        const auto sum = table.row(static_cast<std::size_t>(region));
        for (std::size_t t = 0; t < hours; ++t) {
            const double captured = schedule.thermal_captured_t.row(i)[t];
            const double gross_mw =
                schedule.thermal_p_mw.row(i)[t] + (capture ? capture->mwh_per_t * captured : 0.0);
            sum[t] += line.counted_t(schedule.thermal_units_on.row(i)[t], gross_mw) - captured;
        }
    }
    return table;
}

/// Dual of a cap's row over a period; 0 where there is none.
double price_of(const lp::Coupling& coupling, std::span<const double> dual, const std::string& name,
                const grid::Period& period) {
    for (std::size_t r = 0; r < std::min(dual.size(), coupling.rows.size()); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        if (pattern.tag == "PT-4" && pattern.name == name && row.begin == period.begin &&
            row.end == period.end) {
            return dual[r];
        }
    }
    return 0.0;
}

} // namespace

std::vector<results::EmissionCapResult> record_emission_caps(const Comm& comm,
                                                             const model::Context& context,
                                                             const grid::Schedule& schedule,
                                                             const lp::Coupling& coupling,
                                                             std::span<const double> row_dual) {
    const grid::System& system = context.system;
    std::vector<results::EmissionCapResult> all;
    if (system.emission_caps.region.empty()) {
        return all;
    }
    grid::HourTable counted = counted_t(system, schedule, context.span.size());
    sum_in_order(comm, counted.values);
    const std::vector<grid::CapPeriod> periods = grid::cap_periods(system, context.span);
    std::vector<double> excess = schedule.emission_excess_t;
    excess.resize(periods.size(), 0.0);
    sum_in_order(comm, excess);
    for (std::size_t k = 0; k < periods.size(); ++k) {
        const grid::CapPeriod& of = periods[k];
        results::EmissionCapResult result{of.cap, of.period.begin, of.period.end, of.cap_t};
        for (std::size_t region = 0; region < counted.items; ++region) {
            if (grid::covers(system, of.cap, static_cast<int>(region))) {
                const auto row = counted.row(region);
                for (int t = of.period.begin; t < of.period.end; ++t) {
                    result.counted_t += row[static_cast<std::size_t>(t)];
                }
            }
        }
        result.excess_t = excess[k];
        const std::string& name = system.emission_caps.name[static_cast<std::size_t>(of.cap)];
        result.price_cny_per_t = price_of(coupling, row_dual, "emission cap " + name, of.period);
        all.push_back(result);
    }
    return all;
}

} // namespace longyang::run
