#include "security/overvoltage.hpp"

#include "grid/converters.hpp"
#include "kernels/overvoltage.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace longyang::security {
namespace {

/// SE-11: a station's rise is the converter's times Z_sk / Z_kk.
grid::HourTable limits_pu(const grid::SecurityLimits& limits, const StrengthModel& model,
                          const Strength& strength) {
    grid::HourTable limit(strength.lines, strength.mva.hours);
    std::fill(limit.values.begin(), limit.values.end(), limits.overvoltage_max_pu);
    for (std::size_t n = 0; n < model.near().size(); ++n) {
        const auto weight = strength.near_weight.row(n);
        const auto row = limit.row(static_cast<std::size_t>(model.near()[n].line));
        for (std::size_t t = 0; t < row.size(); ++t) {
            if (weight[t] > 0.0) {
                row[t] =
                    std::min(row[t], 1.0 + (limits.overvoltage_station_max_pu - 1.0) / weight[t]);
            }
        }
    }
    return limit;
}

} // namespace

Overvoltage overvoltage(const grid::System& system, const StrengthModel& model,
                        const Strength& strength, const OperatingState& state) {
    const std::size_t lines = strength.lines;
    const std::size_t hours = strength.mva.hours;
    std::vector<double> demand;
    std::vector<double> filters;
    for (std::size_t k = 0; k < lines; ++k) {
        const grid::Converter converter = grid::converter(system, k);
        demand.push_back(converter.q_demand_mvar_per_mw);
        filters.push_back(converter.filter_mvar);
    }
    Overvoltage result{grid::HourTable(lines, hours),
                       limits_pu(system.info.security, model, strength),
                       grid::HourTable(lines, hours)};
    kernels::overvoltages({lines, hours, std::span(strength.mva.values).first(lines * hours),
                           state.hvdc_mw.values, result.limit_pu.values, demand, filters},
                          result.voltage_pu.values, result.power_mw.values);
    return result;
}

} // namespace longyang::security
