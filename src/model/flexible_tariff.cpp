#include "model/flexible_tariff.hpp"

#include "grid/cascades.hpp"
#include "grid/initial_energy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::model {
namespace {

/// Of an energy's size, what counts as nothing.
constexpr double nothing = 1e-12;
constexpr double rounding = 1e-9;

/// FL-1, FL-2 and FL-5 of a row that only draws, and what it has drawn so far.
struct Filling {
    double efficiency = 1.0, kept = 1.0; ///< of what is drawn; of the content, per hour
    std::vector<double> tariff_cny_per_mwh;
    std::vector<double> draw_mw, draw_max_mw;
    std::vector<double> energy_mwh, energy_min_mwh, energy_max_mwh;

    [[nodiscard]] bool meet(std::size_t t);
    [[nodiscard]] bool overfull() const;
};

Filling filling_of(const Context& context, std::size_t i) {
    const grid::FlexibleLoads& table = context.system.flexible_loads;
    const auto value = [&](const grid::Numbers& figure, const grid::Integers& profile, int hour) {
        return figure[i] * grid::profile_value(context.system, profile[i], hour, 1.0);
    };
    Filling filling;
    filling.efficiency = table.efficiency_draw[i];
    filling.kept = 1.0 - table.loss_per_h[i];
    double energy = grid::initial_energy_mwh(context.system, i, context.hour_of_year(0));
    for (int t = 0; t < context.span.hours; ++t) {
        const int hour = context.hour_of_year(t);
        const double least = value(table.draw_min_mw, table.draw_min_profile, hour);
        filling.tariff_cny_per_mwh.push_back(
            value(table.tariff_cny_per_mwh, table.tariff_profile, hour));
        filling.draw_mw.push_back(least);
        filling.draw_max_mw.push_back(
            std::max(least, value(table.draw_max_mw, table.draw_max_profile, hour)));
        energy = filling.kept * energy + filling.efficiency * least -
                 value(table.demand_mw, table.demand_profile, hour);
        filling.energy_mwh.push_back(energy);
        double owed = 0.0;
        for (int k = 0; k < std::min(table.late_h[i], t + 1); ++k) {
            owed += value(table.demand_mw, table.demand_profile, hour - k);
        }
        filling.energy_min_mwh.push_back(
            value(table.energy_min_mwh, table.energy_min_profile, hour) - owed);
        filling.energy_max_mwh.push_back(
            value(table.energy_max_mwh, table.energy_max_profile, hour));
    }
    if (!filling.energy_min_mwh.empty()) {
        const int behind = context.hour_of_year(context.span.hours);
        filling.energy_min_mwh.back() = std::max(
            filling.energy_min_mwh.back(), grid::initial_energy_mwh(context.system, i, behind));
    }
    return filling;
}

/// FL-7: what is missing to the least content at the end of an hour is drawn in the cheapest hours
/// up to it from which the store can carry it there; whether that was enough. Hours before have
/// been met.
bool Filling::meet(std::size_t t) {
    while (true) {
        const double missing = energy_min_mwh[t] - energy_mwh[t];
        const double small = nothing * (1.0 + std::abs(energy_min_mwh[t]) + draw_max_mw[t]);
        if (missing <= small) {
            return true;
        }
        double best_cny = std::numeric_limits<double>::infinity();
        double best_mwh = 0.0; // at the end of hour t
        std::size_t best = t;
        double left = 1.0;        // of a MWh at the end of hour s, at the end of hour t
        double reaches = missing; // of what lies in the store at the end of hour s
        for (std::size_t s = t + 1; s-- > 0;) {
            if (s < t) {
                left *= kept;
                reaches = std::min(reaches, left * (energy_max_mwh[s] - energy_mwh[s]));
            }
            if (reaches <= small) {
                break;
            }
            const double room = left * efficiency * (draw_max_mw[s] - draw_mw[s]);
            const double cny = tariff_cny_per_mwh[s] / (left * efficiency);
            if (room > small && cny < best_cny) {
                best = s;
                best_cny = cny;
                best_mwh = std::min(reaches, room);
            }
        }
        if (best_mwh <= 0.0) {
            return false;
        }
        double at_hour = best_mwh / std::pow(kept, static_cast<double>(t - best));
        draw_mw[best] = std::min(draw_mw[best] + at_hour / efficiency, draw_max_mw[best]);
        for (std::size_t s = best; s < energy_mwh.size(); ++s) {
            energy_mwh[s] += at_hour;
            at_hour *= kept;
        }
    }
}

/// Whether the least draw fills the store beyond a limit: what is drawn above it never does.
bool Filling::overfull() const {
    for (std::size_t t = 0; t < energy_mwh.size(); ++t) {
        if (energy_mwh[t] - energy_max_mwh[t] > rounding * (1.0 + std::abs(energy_max_mwh[t]))) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<double> tariff_draw_mw(const Context& context, std::size_t i) {
    if (context.system.flexible_loads.tariff_cny_per_mwh[i] <= 0.0) {
        return {};
    }
    Filling filling = filling_of(context, i);
    for (std::size_t t = 0; t < filling.draw_mw.size(); ++t) {
        if (!filling.meet(t)) {
            return {};
        }
    }
    return filling.overfull() ? std::vector<double>{} : filling.draw_mw;
}

} // namespace longyang::model
