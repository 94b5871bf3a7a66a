#include "solve/prices/oracles/line_levels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace longyang::solve::prices {

LineLevels::LineLevels(const lp::LevelLine& line) {
    const std::size_t blocks = line.blocks();
    first_block = {0, static_cast<std::int64_t>(blocks)};
    step = {line.step_mw};
    most_changes = {line.max_changes_per_day};
    first_level = {0};
    for (std::size_t b = 0; b < blocks; ++b) {
        // A limit that is a level but for rounding counts as one.
        const double steps = std::floor((line.high_mw[b] - line.low_mw[b]) / line.step_mw + 1e-9);
        first_level.push_back(first_level.back() + static_cast<std::int64_t>(steps) + 1);
        day_begins.push_back(b > 0 && line.day_of_block[b] != line.day_of_block[b - 1] ? 1 : 0);
    }
    low = line.low_mw;
    change_max = line.change_max_mw;
    counted = line.counted;
    energy.assign(blocks, 0);
    end_first.assign(blocks + 1, 0);
}

CountedLevels::CountedLevels(const lp::LevelLine& line, const OwnContract& contract)
    : LineLevels(line) {
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        unit_h = std::gcd(unit_h, line.hours(b));
    }
    end_first.assign(1, 0);
    auto period = contract.periods.begin();
    double energy_mwh = 0.0; // of the lowest levels so far in the period
    std::int64_t most = 0;   // units above it
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        const bool inside =
            period != contract.periods.end() && line.block_begin[b] >= period->begin;
        if (inside) {
            energy[b] = line.hours(b) / unit_h;
            energy_mwh += line.hours(b) * line.low_mw[b];
            most += energy[b] * (first_level[b + 1] - first_level[b] - 1);
        }
        if (inside && line.block_begin[b + 1] == period->end) {
            for (std::int64_t e = 0; e <= most; ++e) {
                const double carried_mwh =
                    energy_mwh + static_cast<double>(e) * unit_h * line.step_mw;
                const double missing_mwh = std::max(0.0, period->low_mwh - carried_mwh);
                // The same tolerance as a solver's, so that no plan is lost to rounding.
                const double tolerance_mwh = 1e-6 * (1.0 + std::abs(period->high_mwh));
                const bool allowed = carried_mwh <= period->high_mwh + tolerance_mwh &&
                                     missing_mwh <= period->short_max_mwh + tolerance_mwh;
                end_cost.push_back(allowed ? missing_mwh * period->short_cny_per_mwh
                                           : std::numeric_limits<double>::infinity());
            }
            ++period;
            energy_mwh = 0.0;
            most = 0;
        }
        end_first.push_back(static_cast<std::int64_t>(end_cost.size()));
    }
}

std::int64_t states_with_energy(const lp::LevelLine& line, const OwnContract& contract) {
    const LineLevels levels(line);
    std::int64_t states = 0;
    std::int64_t energies = 1;
    auto period = contract.periods.begin();
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        const std::int64_t count = levels.first_level[b + 1] - levels.first_level[b];
        if (period != contract.periods.end() && line.block_begin[b] >= period->begin) {
            energies += line.hours(b) * (count - 1);
        }
        states += energies * count * (line.max_changes_per_day + 1);
        if (period != contract.periods.end() && line.block_begin[b + 1] == period->end) {
            energies = 1;
            ++period;
        }
    }
    return states;
}

} // namespace longyang::solve::prices
