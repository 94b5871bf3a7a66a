#pragma once

#include "random.hpp"
#include "small_system.hpp"

#include <cstddef>
#include <vector>

/// A thermal plant of one unit with everything drawn, for tests of whoever plans it.
namespace longyang::testing {

inline std::vector<double> random_shares(Random& random, int hours, double low) {
    std::vector<double> shares;
    for (int t = 0; t < hours; ++t) {
        shares.push_back(random.one_in(4) ? random.number(low, 1.0) : 1.0);
    }
    return shares;
}

struct PlantKind {
    bool ramps = true;
    bool slow = false; ///< ramps over many hours, short minimum times, cheap starts
};

inline Plant random_plant(Random& random, const PlantKind& kind, grid::System& system, int hours) {
    Plant plant;
    const double p_min = random.number(50, 150);
    const double range = random.number(50, 300);
    double slope = random.number(150, 350);
    plant.curve = {{p_min, p_min * random.number(200, 400)}};
    const int segments = random.whole(1, 3);
    for (int m = 0; m < segments; ++m) {
        const auto [mw, cny] = plant.curve.back();
        const double width = range / segments;
        plant.curve.emplace_back(mw + width, cny + slope * width);
        slope += random.number(0, 60);
    }
    if (segments > 1 && random.one_in(3)) { // slopes may be below 0 then
        for (int tier = 1; tier < segments; ++tier) {
            plant.deep_cny_per_mwh.push_back((tier == 1 ? 0.0 : plant.deep_cny_per_mwh.back()) +
                                             random.number(0, 400));
        }
    }
    plant.min_up_h = random.one_in(3) ? 1 : random.whole(2, 9);
    plant.min_down_h = random.one_in(3) ? 1 : random.whole(2, 9);
    if (kind.ramps) {
        const auto ramp = [&] {
            if (kind.slow) {
                return range * random.number(0.02, 0.08);
            }
            return random.one_in(4) ? 1e5 : range * random.number(random.one_in(3) ? 0.05 : 0.3, 1);
        };
        plant.ramp_up_mw_per_h = ramp();
        plant.ramp_down_mw_per_h = ramp();
        plant.start_ramp_mw = random.one_in(3) ? 1e5 : p_min + range * random.number(0, 0.6);
        plant.stop_ramp_mw = random.one_in(3) ? 1e5 : p_min + range * random.number(0, 0.6);
    }
    plant.spinning_up_mw = random.one_in(4) ? 1e5 : range * random.number(0.05, 0.5);
    plant.spinning_down_mw = random.one_in(4) ? 1e5 : range * random.number(0.05, 0.5);
    plant.non_spinning_mw = random.one_in(2) ? 0.0 : p_min;
    if (random.one_in(3)) {
        plant.p_max_profile = add_profile(system, random_shares(random, hours, 0.6));
    }
    if (random.one_in(3)) {
        std::vector<double> shares = random_shares(random, hours, 0.6);
        for (double& share : shares) {
            share = share < 1.0 ? 0.6 * share : 0.0;
        }
        plant.p_min_profile = add_profile(system, shares);
    }
    if (kind.slow) {
        plant.min_up_h = random.whole(1, 2);
        plant.min_down_h = 1;
        plant.start_ramp_mw = p_min + range * random.number(0, 0.6);
    }
    const double start_cny = random.number(0, kind.slow ? 0.1 : 2) * p_min * 300;
    const int tiers = random.whole(0, 3);
    for (int j = 0; j < tiers; ++j) {
        plant.tiers.emplace_back(j == 0 ? plant.min_down_h
                                        : plant.tiers.back().first + random.whole(1, 8),
                                 start_cny * (1.0 + random.number(0.2, 1.0) * j));
    }
    if (random.one_in(4)) {
        std::vector<double> share(static_cast<std::size_t>(hours), 0.0);
        share[static_cast<std::size_t>(random.whole(0, hours - 1))] = 1.0;
        plant.must_run_units = 1;
        plant.must_run_profile = add_profile(system, share);
    }
    plant.initial_units_on = random.whole(-1, 1);
    plant.initial_h = random.whole(1, 12);
    plant.initial_p_mw = random.number(p_min, p_min + range);
    return plant;
}

/// A store that the plant takes its heat from, at times.
inline void random_heat(Random& random, grid::System& system, int plant) {
    if (random.one_in(4)) {
        HeatStore store;
        store.start_heat_mwh = random.number(0, 200);
        store.free_fuel = random.one_in(2);
        add_power_block(system, plant, store);
    }
}

/// Carbon capture: the plant's heat is then the line through the ends of its curve, without deep
/// load reduction. A t is worth about as much as its power at the plant's cost of output, so that
/// prices decide. Others of its fuel emit too.
inline void random_capture(Random& random, grid::System& system, int plant) {
    grid::HeatCurves& curve = system.heat_curves;
    std::vector<std::size_t> points;
    for (std::size_t k = 0; k < curve.plant.size(); ++k) {
        if (curve.plant[k] == plant) {
            points.push_back(k);
        }
    }
    const double heat = curve.heat_gj_per_h[points.back()];
    const double mwh = curve.p_mw[points.back()];
    for (std::size_t k = 1; k + 1 < points.size(); ++k) {
        curve.p_mw[points[k]] = mwh;
        curve.heat_gj_per_h[points[k]] = heat;
    }
    Capture capture;
    capture.co2_t_per_gj = 0.8 * mwh / heat; // 0.8 t/MWh at full output
    capture.share_max_pu = random.number(0.3, 1.0);
    capture.energy_mwh_per_t = random.number(0.05, 0.4);
    capture.cost_cny_per_t = random.number(0, 100);
    system.info.carbon_price_cny_per_t =
        capture.cost_cny_per_t + heat / mwh * capture.energy_mwh_per_t * random.number(0.5, 2.0);
    add_capture(system, plant, capture);
}

/// Service and heat supply of a plant, at times.
inline void random_duties(Random& random, grid::System& system, int plant, int hours) {
    if (random.one_in(6)) {
        const int from = random.whole(0, hours / 2);
        add_service(system, plant, from, random.whole(from + 1, hours), random.one_in(3));
        add_call(system, plant, 0, hours / 2);
    }
    if (random.one_in(6)) {
        std::vector<double> heat_mw(static_cast<std::size_t>(hours + 1), 0.0);
        const int end = random.whole(1, hours);
        for (int t = random.whole(0, end - 1); t < end; ++t) {
            heat_mw[static_cast<std::size_t>(t)] = random.number(10, 100);
        }
        add_heat(system, plant, random.one_in(3) ? "back_pressure" : "extraction",
                 add_profile(system, heat_mw));
    }
}

} // namespace longyang::testing
