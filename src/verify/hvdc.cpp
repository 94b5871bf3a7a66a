// HV-1 to HV-5 and the value of exports, by docs/theory/hvdc.md.
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::verify {
namespace {

/// A block's part in the span, hours [begin, end), with its limits of HV-1.
struct Block {
    int begin = 0, end = 0;
    double low_mw = 0.0, high_mw = 0.0;
};

struct Line {
    const Scope& scope;
    std::size_t i;
    std::string name;

    [[nodiscard]] const grid::HvdcLines& table() const { return scope.system.hvdc; }
    [[nodiscard]] double p_mw(int t) const { return scope.schedule.hvdc_p_mw.row(i)[at(t)]; }
    [[nodiscard]] double scale_mw() const {
        return std::max(table().p_max_mw[i], std::abs(table().p_min_mw[i]));
    }
};

std::vector<Block> blocks_of(const Line& line) {
    const int block_h = line.table().block_h[line.i];
    const double p_min = line.table().p_min_mw[line.i];
    std::vector<Block> blocks;
    for (int t = 0; t < line.scope.hours(); ++t) {
        if (t == 0 || line.scope.hour_of_year(t) % block_h == 0) {
            blocks.push_back({t, t, 0.0, 1.0});
        }
        Block& block = blocks.back();
        block.end = t + 1;
        block.high_mw =
            std::min(block.high_mw, line.scope.profile(line.table().p_max_profile[line.i], t, 1.0));
    }
    for (Block& block : blocks) {
        const double availability = block.high_mw;
        block.high_mw = line.table().p_max_mw[line.i] * availability;
        block.low_mw = p_min < 0.0 ? p_min * availability : std::min(p_min, block.high_mw);
    }
    return blocks;
}

/// HV-1, HV-2, and that a power is held over its block
void check_levels(const Line& line, const std::vector<Block>& blocks, Findings& findings) {
    const double step_mw = line.table().level_step_mw[line.i];
    for (const Block& block : blocks) {
        const double p_mw = line.p_mw(block.begin);
        for (int t = block.begin; t < block.end; ++t) {
            findings.equal({"HV power held over the block", line.name, t, "MW"}, line.p_mw(t), p_mw,
                           line.scale_mw());
            const Place limits{"HV-1 limits", line.name, t, "MW"};
            findings.at_least(limits, line.p_mw(t), block.low_mw, line.scale_mw());
            findings.at_most(limits, line.p_mw(t), block.high_mw, line.scale_mw());
        }
        if (step_mw > 0.0) {
            // A step that fits but for rounding counts as fitting.
            const double most = std::floor((block.high_mw - block.low_mw) / step_mw + 1e-9);
            const double steps = std::clamp(std::round((p_mw - block.low_mw) / step_mw), 0.0, most);
            const Place level{"HV-2 levels", line.name, block.begin, "MW"};
            if (line.scope.settings.whole_units) {
                findings.equal(level, p_mw, block.low_mw + step_mw * steps, line.scale_mw());
            } else {
                findings.at_most(level, p_mw, block.low_mw + step_mw * most, line.scale_mw());
            }
        }
    }
}

/// HV-3, HV-4
void check_changes(const Line& line, const std::vector<Block>& blocks, Findings& findings) {
    const double ramp_mw = line.table().ramp_mw_per_block[line.i];
    const int most = line.table().max_changes_per_day[line.i];
    const bool whole = line.scope.settings.whole_units;
    const auto day_of = [&](const Block& block) {
        return line.scope.hour_of_year(block.begin) / 24;
    };
    double changes = 0.0; // of the day; in a relaxed run parts of changes
    for (std::size_t b = 1; b < blocks.size(); ++b) {
        const Block& now = blocks[b];
        const Block& before = blocks[b - 1];
        if (day_of(now) != day_of(before)) {
            changes = 0.0;
        }
        const double allowed_mw =
            std::max({ramp_mw, before.low_mw - now.high_mw, now.low_mw - before.high_mw});
        const double change_mw = std::abs(line.p_mw(now.begin) - line.p_mw(before.begin));
        findings.at_most({"HV-3 ramp", line.name, now.begin, "MW"}, change_mw, allowed_mw,
                         line.scale_mw());
        const bool forced = now.high_mw < before.low_mw || before.high_mw < now.low_mw;
        if (most == 0 || forced) {
            continue;
        }
        const double largest_mw = std::min(
            allowed_mw, std::max(now.high_mw - before.low_mw, before.high_mw - now.low_mw));
        const double nothing_mw = line.scope.settings.tolerance * std::max(1.0, line.scale_mw());
        if (change_mw > nothing_mw) {
            changes += whole || largest_mw <= 0.0 ? 1.0 : change_mw / largest_mw;
        }
        findings.at_most({"HV-4 changes in a day", line.name, now.begin, "-"}, changes, most);
    }
}

/// HV-5: the least of the chords of the parabola.
double delivered_mw(const Line& line, double p_mw) {
    const double p_min = line.table().p_min_mw[line.i];
    const double p_max = line.table().p_max_mw[line.i];
    const double rated = p_max > 0.0 ? p_max : std::abs(p_min);
    if (rated == 0.0) {
        return p_mw;
    }
    std::vector<double> points{0.0};
    for (int j = 0; j <= 8; ++j) {
        points.push_back(p_min + j / 8.0 * (p_max - p_min));
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end(),
                             [&](double a, double b) { return b - a < 1e-9 * rated; }),
                 points.end());
    const double loss = line.table().loss_rated_pu[line.i];
    double least = p_mw;
    for (std::size_t j = 0; j + 1 < points.size(); ++j) {
        const double a = points[j];
        const double b = points[j + 1];
        const double chord = (1.0 - loss * (a + b) / rated) * p_mw + loss * a * b / rated;
        least = j == 0 ? chord : std::min(least, chord);
    }
    return least;
}

/// HV-6: what is below the demanded power less its tolerance, at its price.
double missing_cny(const Line& line, int t) {
    const grid::HvdcLines& table = line.table();
    if (line.i >= table.demand_profile.size() || table.demand_profile[line.i] < 0) {
        return 0.0;
    }
    const double demanded_mw =
        table.p_max_mw[line.i] * line.scope.profile(table.demand_profile[line.i], t, 1.0);
    const double least_mw = demanded_mw - table.demand_tolerance_pu[line.i] * demanded_mw;
    return table.demand_shortfall_cny_per_mwh[line.i] * std::max(0.0, least_mw - line.p_mw(t));
}

} // namespace

void check_hvdc(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    for (std::size_t i = 0; i < cost_cny.size(); ++i) {
        if (!scope.mine(scope.owners.hvdc, i)) {
            continue;
        }
        const Line line{scope, i, name_of(scope.system.hvdc, i)};
        const std::vector<Block> blocks = blocks_of(line);
        check_levels(line, blocks, findings);
        check_changes(line, blocks, findings);
        for (int t = 0; t < scope.hours(); ++t) {
            const double expected_mw = delivered_mw(line, line.p_mw(t));
            findings.equal({"HV-5 delivered", line.name, t, "MW"},
                           scope.schedule.hvdc_delivered_mw.row(i)[at(t)], expected_mw,
                           line.scale_mw());
            cost_cny[i] -= line.table().export_value_cny_per_mwh[i] * expected_mw;
            cost_cny[i] += missing_cny(line, t);
        }
    }
}

} // namespace longyang::verify
