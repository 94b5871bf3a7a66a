#include "solve/prices/oracles/own_contract.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// The amount that gives to a channel alone, one unit each; null where there is none.
const lp::HourlyAmount* amount_of(std::span<const lp::HourlyAmount> amounts, int channel) {
    const auto found =
        std::find_if(amounts.begin(), amounts.end(), [&](const lp::HourlyAmount& amount) {
            return amount.channel == std::vector<int>{channel} && amount.weight[0] == 1.0;
        });
    return found == amounts.end() ? nullptr : &*found;
}

/// Whether a period consists of whole blocks.
bool fits_blocks(const lp::LevelLine& line, int begin, int end) {
    return std::binary_search(line.block_begin.begin(), line.block_begin.end(), begin) &&
           std::binary_search(line.block_begin.begin(), line.block_begin.end(), end);
}

/// Rows that hold a line's power and what is missing to it, by pattern.
std::vector<std::vector<OwnContract::Period>>
periods_of_patterns(const lp::Coupling& coupling, const lp::LevelLine& line,
                    std::span<const lp::HourlyAmount> amounts) {
    std::vector<const lp::HourlyAmount*> amount_of_pattern(coupling.patterns.size(), nullptr);
    for (std::size_t p = 0; p < coupling.patterns.size(); ++p) {
        const lp::Pattern& pattern = coupling.patterns[p];
        if (pattern.channel.size() == 2 && pattern.channel[0] == line.power &&
            pattern.weight == std::vector<double>{1.0, 1.0}) {
            amount_of_pattern[p] = amount_of(amounts, pattern.channel[1]);
        }
    }
    std::vector<std::vector<OwnContract::Period>> of_pattern(coupling.patterns.size());
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const auto p = static_cast<std::size_t>(row.pattern);
        if (const lp::HourlyAmount* amount = amount_of_pattern[p]) {
            const auto& cny = amount->cny_per_unit;
            const auto hour = static_cast<std::size_t>(row.begin);
            of_pattern[p].push_back({r, row.begin, row.end, row.lower, row.upper, cny[hour],
                                     amount->high[hour],
                                     static_cast<std::size_t>(amount - amounts.data())});
        }
    }
    return of_pattern;
}

} // namespace

PeriodSteps::PeriodSteps(const lp::LevelLine& line, const OwnContract::Period& period)
    : low_mwh(period.low_mwh), high_mwh(period.high_mwh), below_mwh(period.low_mwh),
      most_cny_per_mwh(std::numeric_limits<double>::infinity()) {
    if (line.step_mw == 0.0) {
        return;
    }
    int unit_h = 0;
    double least_mwh = 0.0; // of the lowest levels
    for (std::size_t b = 0; b < line.blocks(); ++b) {
        if (line.block_begin[b] >= period.begin && line.block_begin[b + 1] <= period.end) {
            unit_h = std::gcd(unit_h, line.hours(b));
            least_mwh += line.hours(b) * line.low_mw[b];
        }
    }
    constexpr double rounding = 1e-9;
    const double step_mwh = unit_h * line.step_mw;
    const double low_steps = std::ceil((period.low_mwh - least_mwh) / step_mwh - rounding);
    const double high_steps = std::floor((period.high_mwh - least_mwh) / step_mwh + rounding);
    if (low_steps > high_steps || high_steps < 0.0) {
        return; // no whole number of steps will do
    }
    low_mwh = least_mwh + std::max(low_steps, 0.0) * step_mwh;
    high_mwh = least_mwh + high_steps * step_mwh;
    if (low_steps > 0.0) {
        below_mwh = low_mwh - step_mwh;
        const double missing_mwh = std::max(0.0, period.low_mwh - below_mwh);
        missing_cny = missing_mwh * period.short_cny_per_mwh;
        most_cny_per_mwh = missing_cny / step_mwh;
    }
}

std::vector<std::size_t> OwnContract::amounts() const {
    std::vector<std::size_t> all;
    for (const Period& period : periods) {
        all.push_back(period.amount);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::optional<OwnContract> own_contract(const lp::Coupling& coupling, const lp::LevelLine& line,
                                        std::span<const lp::HourlyAmount> amounts) {
    const auto of_pattern = periods_of_patterns(coupling, line, amounts);
    OwnContract contract;
    for (const std::vector<OwnContract::Period>& periods : of_pattern) {
        std::vector<OwnContract::Period> both = contract.periods;
        both.insert(both.end(), periods.begin(), periods.end());
        std::sort(both.begin(), both.end(),
                  [](const auto& a, const auto& b) { return a.begin < b.begin; });
        const bool apart =
            std::adjacent_find(both.begin(), both.end(), [](const auto& a, const auto& b) {
                return a.end > b.begin;
            }) == both.end();
        const bool fit = std::all_of(periods.begin(), periods.end(), [&](const auto& period) {
            return fits_blocks(line, period.begin, period.end);
        });
        if (apart && fit) {
            contract.periods = std::move(both);
        }
    }
    return contract.periods.empty() ? std::nullopt : std::optional(std::move(contract));
}

std::vector<OwnContract::Period> further_periods(const lp::Coupling& coupling,
                                                 const lp::LevelLine& line,
                                                 std::span<const lp::HourlyAmount> amounts,
                                                 const std::optional<OwnContract>& own) {
    std::vector<OwnContract::Period> further;
    for (const auto& periods : periods_of_patterns(coupling, line, amounts)) {
        std::copy_if(periods.begin(), periods.end(), std::back_inserter(further),
                     [&](const OwnContract::Period& period) {
                         return !own || std::none_of(own->periods.begin(), own->periods.end(),
                                                     [&](const OwnContract::Period& kept) {
                                                         return kept.row == period.row;
                                                     });
                     });
    }
    return further;
}

} // namespace longyang::solve::prices
