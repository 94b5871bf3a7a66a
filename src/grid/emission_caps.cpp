#include "grid/emission_caps.hpp"

#include "grid/deep_load.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace longyang::grid {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

/// Heat input of a unit at an output, GJ/h, by its curve.
double heat_gj_per_h(const System& system, int plant, double p_mw) {
    const HeatCurves& table = system.heat_curves;
    std::vector<std::pair<double, double>> curve;
    for (std::size_t k = 0; k < table.plant.size(); ++k) {
        if (table.plant[k] == plant) {
            curve.emplace_back(table.p_mw[k], table.heat_gj_per_h[k]);
        }
    }
    std::sort(curve.begin(), curve.end());
    if (curve.size() < 2) {
        return curve.empty() ? 0.0 : curve.front().second;
    }
    std::size_t k = 1;
    while (k + 1 < curve.size() && curve[k].first < p_mw) {
        ++k;
    }
    const auto& [low_mw, low_gj] = curve[k - 1];
    const auto& [high_mw, high_gj] = curve[k];
    return high_mw > low_mw ? low_gj + (high_gj - low_gj) * (p_mw - low_mw) / (high_mw - low_mw)
                            : low_gj;
}

} // namespace

// TH-20  e = e_0 + e_1 p through both ends of the range of output
EmissionLine emission_line(const System& system, int plant) {
    const double t_per_gj = system.fuels.co2_t_per_gj[at(system.thermal.fuel[at(plant)])];
    const double low_mw = least_output_mw(system, plant);
    const double high_mw = system.thermal.p_max_mw[at(plant)];
    double low_t = t_per_gj * heat_gj_per_h(system, plant, low_mw);
    for (const DeepTier& tier : deep_tiers(system, plant)) {
        low_t += tier.oil_co2_t_per_gj * tier.oil_gj_per_mwh * (tier.from_mw - tier.to_mw);
    }
    const double high_t = t_per_gj * heat_gj_per_h(system, plant, high_mw);
    EmissionLine line;
    line.t_per_mwh = high_mw > low_mw ? (high_t - low_t) / (high_mw - low_mw) : 0.0;
    line.base_t_per_h = low_t - line.t_per_mwh * low_mw;
    return line;
}

bool covers(const System& system, int cap, int region) {
    const int of = system.emission_caps.region[at(cap)];
    return of < 0 || of == region;
}

int capped_region(const System& system, int plant) {
    if (system.fuels.co2_t_per_gj[at(system.thermal.fuel[at(plant)])] <= 0.0) {
        return -1;
    }
    const int region = system.buses.region[at(system.thermal.bus[at(plant)])];
    for (std::size_t k = 0; k < system.emission_caps.region.size(); ++k) {
        if (covers(system, static_cast<int>(k), region)) {
            return region;
        }
    }
    return -1;
}

std::vector<CapPeriod> cap_periods(const System& system, Span span) {
    const EmissionCaps& table = system.emission_caps;
    std::vector<CapPeriod> all;
    for (std::size_t k = 0; k < table.region.size(); ++k) {
        for (const Period& period : periods_in(span, table.period[k])) {
            const double part = static_cast<double>(period.end - period.begin) / period.whole_h;
            all.push_back({static_cast<int>(k), period, part * table.cap_t[k]});
        }
    }
    return all;
}

} // namespace longyang::grid
