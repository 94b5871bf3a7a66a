#include "caseio/imports/cost_curves.hpp"

#include "caseio/imports/convex_curve.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::caseio::imports {
namespace {

/// What costs nothing more gets this.
constexpr double least_slope_per_mwh = 1e-3;
constexpr double largest_heat = 1e6; // of the case's column

double on_points(const std::vector<double>& value, double p_mw) {
    const std::size_t points = value.size() / 2;
    if (points < 2) {
        return points == 1 ? value[1] : 0.0;
    }
    std::size_t k = 1;
    while (k + 1 < points && p_mw > value[2 * k]) {
        ++k;
    }
    const double x0 = value[2 * k - 2];
    const double y0 = value[2 * k - 1];
    return y0 + (value[2 * k + 1] - y0) * (p_mw - x0) / (value[2 * k] - x0);
}

/// Outputs at which the curve gets its points.
std::vector<double> places(const CostFunction& cost, double p_min_mw, double p_max_mw, int chords) {
    std::vector<double> p = {p_min_mw};
    if (cost.model == 1) {
        for (std::size_t k = 0; k + 1 < cost.value.size(); k += 2) {
            if (cost.value[k] > p_min_mw && cost.value[k] < p_max_mw) {
                p.push_back(cost.value[k]);
            }
        }
    } else if (cost.value.size() > 2 && std::any_of(cost.value.begin(), cost.value.end() - 2,
                                                    [](double c) { return c != 0.0; })) {
        for (int k = 1; k < chords; ++k) {
            p.push_back(p_min_mw + (p_max_mw - p_min_mw) * k / chords);
        }
    }
    if (p_max_mw > p_min_mw) {
        p.push_back(p_max_mw);
    }
    return p;
}

CsvTable& fuels_of(Tables& tables) {
    return tables.table("fuels", {"name", "price_cny_per_gj", "co2_t_per_gj", "note"});
}

} // namespace

double cost_at(const CostFunction& cost, double p_mw) {
    if (!cost.given) {
        return 0.0;
    }
    if (cost.model == 1) {
        return on_points(cost.value, p_mw);
    }
    double sum = 0.0;
    for (const double coefficient : cost.value) {
        sum = sum * p_mw + coefficient;
    }
    return sum;
}

CostCurve cost_curve(const CostFunction& cost, double p_min_mw, double p_max_mw, int chords) {
    CostCurve curve;
    curve.p_mw = places(cost, p_min_mw, p_max_mw, chords);
    std::vector<double> given;
    for (const double p : curve.p_mw) {
        given.push_back(cost_at(cost, p));
    }
    curve.cost_per_h = convex_and_rising(curve.p_mw, given, least_slope_per_mwh);
    for (std::size_t k = 0; k < given.size(); ++k) {
        curve.bent_per_h = std::max(curve.bent_per_h, std::abs(curve.cost_per_h[k] - given[k]));
    }
    for (std::size_t k = 1; cost.model == 2 && k < given.size(); ++k) {
        const double middle = 0.5 * (curve.p_mw[k - 1] + curve.p_mw[k]);
        curve.between_per_h = std::max(
            curve.between_per_h, std::abs(0.5 * (given[k - 1] + given[k]) - cost_at(cost, middle)));
    }
    curve.moved_per_h = std::max(0.0, -curve.cost_per_h[0]);
    for (double& c : curve.cost_per_h) {
        c += curve.moved_per_h;
    }
    return curve;
}

void CostCurves::add(const std::string& plant, int units, const CostCurve& curve, Notes& notes) {
    if (curve.moved_per_h > 0.0) {
        notes.add("costs below 0: raised by a constant", plant);
    }
    if (curve.bent_per_h > 1e-9 * (1.0 + std::abs(curve.cost_per_h.back()))) {
        notes.add("cost curves that are not convex, or do not rise: bent to the convex curve "
                  "below, rising by 0.001 per MWh at least",
                  plant);
    }
    largest_chord_error_ = std::max(largest_chord_error_, curve.between_per_h);
    for (std::size_t k = 0; k < curve.p_mw.size(); ++k) {
        rows_.push_back({plant, curve.p_mw[k] / units, curve.cost_per_h[k] / units});
    }
}

void CostCurves::add_points(const std::string& plant, std::span<const double> p_mw,
                            std::span<const double> cost_per_h) {
    for (std::size_t k = 0; k < p_mw.size(); ++k) {
        rows_.push_back({plant, p_mw[k], cost_per_h[k]});
    }
}

void CostCurves::write_free_fuel(Tables& tables) {
    CsvTable& fuels = fuels_of(tables);
    if (fuels.rows.empty()) {
        fuels.rows.push_back({"free", "0", "0", "what its units give costs nothing"});
    }
}

void CostCurves::write(Tables& tables) const {
    double highest = 1.0;
    for (const Row& row : rows_) {
        highest = std::max(highest, row.cost_per_h);
    }
    const double price = highest > largest_heat ? 100.0 : 1.0;
    auto& curves = tables.table("heat_curves", {"plant", "p_mw", "heat_gj_per_h"});
    for (const Row& row : rows_) {
        curves.rows.push_back({row.plant, cell(row.p_mw), cell(row.cost_per_h / price)});
    }
    fuels_of(tables).rows.push_back(
        {"cost", cell(price), "0", "not a fuel: heat curves hold the file's cost of an hour"});
}

} // namespace longyang::caseio::imports
