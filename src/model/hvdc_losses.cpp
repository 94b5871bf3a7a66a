#include "grid/hvdc_lines.hpp"
#include "model/hvdc_line.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace longyang::model {
namespace {

/// HV-5: 9 equidistant points of the line's range, and 0; ascending, each once.
std::vector<double> chord_points_mw(double p_min_mw, double p_max_mw, double rated_mw) {
    constexpr int parts = 8;
    std::vector<double> points = {0.0};
    for (int j = 0; j <= parts; ++j) {
        points.push_back(p_min_mw + (p_max_mw - p_min_mw) * j / parts);
    }
    std::sort(points.begin(), points.end());
    const auto same = [&](double a, double b) { return b - a < 1e-9 * rated_mw; };
    points.erase(std::unique(points.begin(), points.end(), same), points.end());
    return points;
}

} // namespace

std::vector<LossChord> loss_chords(const grid::HvdcLines& lines, int line) {
    const auto i = static_cast<std::size_t>(line);
    const double rated_mw = grid::rated_mw(lines, i);
    const double loss_pu = lines.loss_rated_pu[i];
    if (loss_pu == 0.0 || rated_mw == 0.0) {
        return {LossChord{}};
    }
    const std::vector<double> points =
        chord_points_mw(lines.p_min_mw[i], lines.p_max_mw[i], rated_mw);
    std::vector<LossChord> chords;
    for (std::size_t k = 1; k < points.size(); ++k) {
        chords.push_back({1.0 - loss_pu * (points[k - 1] + points[k]) / rated_mw,
                          loss_pu * points[k - 1] * points[k] / rated_mw});
    }
    return chords;
}

double delivered_mw(std::span<const LossChord> chords, double power_mw) {
    double least = chords.front().slope * power_mw + chords.front().offset_mw;
    for (const LossChord& chord : chords.subspan(1)) {
        least = std::min(least, chord.slope * power_mw + chord.offset_mw);
    }
    return least;
}

/// HV-5: g <= every chord of p - loss(p); g earns the export's value.
void add_losses(const Context& context, int line, std::span<const HeldHours> held,
                lp::Block& block) {
    const grid::HvdcLines& table = context.system.hvdc;
    const double value_cny_per_mwh = table.export_value_cny_per_mwh[static_cast<std::size_t>(line)];
    if (value_cny_per_mwh == 0.0) {
        return;
    }
    const std::vector<LossChord> chords = loss_chords(table, line);
    const int delivered = block.family("hvdc_delivered");
    const int hv5 = block.family("HV-5");
    for (const HeldHours& at : held) {
        // Concave in p: least at one of the limits. Never more than p.
        const double least_mw =
            std::min(delivered_mw(chords, at.low_mw), delivered_mw(chords, at.high_mw));
        const int g = block.add_column(delivered, at.begin, least_mw, at.high_mw,
                                       -value_cny_per_mwh * at.hours());
        for (const LossChord& chord : chords) {
            block.add_row(hv5, at.begin, -lp::infinity, chord.offset_mw,
                          {{g, 1.0}, {at.power, -chord.slope}});
        }
    }
}

} // namespace longyang::model
