// Whole levels at any cost by block and level, with contracts inside, against trying all.
#include "../model/random.hpp"
#include "kernel_runtime.hpp"
#include "lp/block.hpp"
#include "solve/prices/oracles/level_oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

struct SmallLine {
    lp::LevelLine line;
    OwnContract contract;
    std::vector<double> cny; ///< of levels
};

/// Four blocks of three hours and up to four levels; a contract over the first two and one over the
/// others.
SmallLine random_line(testing::Random& dice) {
    SmallLine small;
    lp::LevelLine& line = small.line;
    line.power = 1;
    line.block_begin = {0, 3, 6, 9, 12};
    line.step_mw = 10.0;
    for (int b = 0; b < 4; ++b) {
        line.low_mw.push_back(10.0 * dice.whole(0, 1));
        line.high_mw.push_back(line.low_mw.back() + 10.0 * dice.whole(1, 3));
        line.change_max_mw.push_back(10.0 * dice.whole(1, 3));
        line.counted.push_back(1);
        line.day_of_block.push_back(0);
    }
    line.max_changes_per_day = dice.whole(0, 3);
    line.chord_slope = {0.95};
    line.chord_offset_mw = {0.0};
    line.delivered_cny_per_mwh = dice.whole(0, 100);
    for (const int begin : {0, 6}) {
        OwnContract::Period period;
        period.begin = begin;
        period.end = begin + 6;
        period.low_mwh = 30.0 * dice.whole(2, 8);
        period.high_mwh = period.low_mwh + 30.0 * dice.whole(1, 3);
        period.short_cny_per_mwh = dice.whole(300, 600);
        period.short_max_mwh = 1e6;
        small.contract.periods.push_back(period);
    }
    for (std::size_t b = 0; b < 4; ++b) {
        // Quadratic in the power around some place, as recovery has it.
        const double middle_mw = dice.whole(0, 50);
        const double curvature = 0.1 * dice.whole(0, 40);
        const double slope = dice.whole(-300, 600);
        for (double p = line.low_mw[b]; p <= line.high_mw[b] + 1e-9; p += 10.0) {
            small.cny.push_back(slope * p + curvature * (p - middle_mw) * (p - middle_mw));
        }
    }
    return small;
}

/// What a plan costs; infinity where it breaks a limit.
double cost_of(const SmallLine& small, const std::array<double, 4>& power_mw) {
    const lp::LevelLine& line = small.line;
    double cny = 0.0;
    std::size_t first = 0;
    int changes = 0;
    for (std::size_t b = 0; b < 4; ++b) {
        const auto level =
            static_cast<std::size_t>(std::lround((power_mw[b] - line.low_mw[b]) / 10));
        cny += small.cny[first + level] - 3.0 * line.delivered_cny_per_mwh * 0.95 * power_mw[b];
        first += static_cast<std::size_t>(std::lround((line.high_mw[b] - line.low_mw[b]) / 10)) + 1;
        if (b > 0) {
            const double change = std::abs(power_mw[b] - power_mw[b - 1]);
            changes += change > 1e-9 ? 1 : 0;
            if (change > line.change_max_mw[b] + 1e-9) {
                return lp::infinity;
            }
        }
    }
    if (line.max_changes_per_day > 0 && changes > line.max_changes_per_day) {
        return lp::infinity;
    }
    for (std::size_t k = 0; k < 2; ++k) {
        const OwnContract::Period& period = small.contract.periods[k];
        const double mwh = 3.0 * (power_mw[2 * k] + power_mw[2 * k + 1]);
        if (mwh > period.high_mwh + 1e-6) {
            return lp::infinity;
        }
        cny += period.short_cny_per_mwh * std::max(0.0, period.low_mwh - mwh);
    }
    return cny;
}

std::pair<double, double> best_by_trying(const SmallLine& small) {
    double best = lp::infinity;
    double best_kept = lp::infinity; // with nothing missing
    const auto levels = [&](std::size_t b) {
        return static_cast<int>(std::lround((small.line.high_mw[b] - small.line.low_mw[b]) / 10)) +
               1;
    };
    const auto power = [&](std::size_t b, int level) {
        return small.line.low_mw[b] + 10.0 * level;
    };
    for (int i = 0; i < levels(0); ++i) {
        for (int j = 0; j < levels(1); ++j) {
            for (int k = 0; k < levels(2); ++k) {
                for (int l = 0; l < levels(3); ++l) {
                    const std::array<double, 4> p{power(0, i), power(1, j), power(2, k),
                                                  power(3, l)};
                    const double cny = cost_of(small, p);
                    best = std::min(best, cny);
                    if (3.0 * (p[0] + p[1]) >= small.contract.periods[0].low_mwh &&
                        3.0 * (p[2] + p[3]) >= small.contract.periods[1].low_mwh) {
                        best_kept = std::min(best_kept, cny);
                    }
                }
            }
        }
    }
    return {best, best_kept};
}

std::array<double, 4> by_block(const lp::LinePlan& plan) {
    return {plan.power_mw[0], plan.power_mw[3], plan.power_mw[6], plan.power_mw[9]};
}

TEST(LevelPlanner, AnyCostsOfLevelsWithContractsAgainstTryingAll) {
    testing::Random dice(3);
    int feasible = 0;
    for (int k = 0; k < 300; ++k) {
        const SmallLine small = random_line(dice);
        const auto [best_cny, kept_cny] = best_by_trying(small);
        LevelPlanner planner(small.line, small.contract, 12);
        if (best_cny == lp::infinity) {
            EXPECT_ANY_THROW((void)planner.best(small.cny)) << k;
            continue;
        }
        ++feasible;
        const lp::LinePlan plan = planner.best(small.cny);
        ASSERT_NEAR(cost_of(small, by_block(plan)), best_cny, 1e-6) << k;
        EXPECT_NEAR(plan.delivered_mw[4], 0.95 * plan.power_mw[4], 1e-9);
    }
    EXPECT_GT(feasible, 150);
}

// What is kept from call to call (PE-83) changes nothing: costs as near and as far as they may be.
TEST(LevelPlanner, AgainAndAgainAtOtherCosts) {
    testing::Random dice(8);
    int feasible = 0;
    for (int k = 0; k < 100; ++k) {
        SmallLine small = random_line(dice);
        LevelPlanner planner(small.line, small.contract, 12);
        for (std::size_t call = 0; call < 6; ++call) {
            // From one call to the next: nearly the same, far away, next to nothing, nothing.
            const double most = std::array{1.0, 5000.0, 1e-6, 0.0, 300.0, 1e-4}[call];
            for (double& cny : small.cny) {
                cny = (call < 2 ? cny : 0.0) + (most > 0.0 ? dice.number(-most, most) : 0.0);
            }
            const double best_cny = best_by_trying(small).first;
            if (best_cny == lp::infinity) {
                EXPECT_ANY_THROW((void)planner.best(small.cny)) << k;
                continue;
            }
            ++feasible;
            ASSERT_NEAR(cost_of(small, by_block(planner.best(small.cny))), best_cny, 1e-6)
                << "line " << k << ", call " << call;
        }
    }
    EXPECT_GT(feasible, 300);
}

// PE-53: without energy in the programme prices of the periods carry the contracts.
TEST(LevelPlanner, PricesOfPeriodsCarryContractsWhereTheProgrammeIsTooLarge) {
    testing::Random dice(4);
    LevelSettings settings;
    settings.most_states = 0;
    int met = 0;
    int could = 0;
    double more_cny = 0.0;
    double size_cny = 0.0;
    for (int k = 0; k < 300; ++k) {
        SmallLine small = random_line(dice);
        for (OwnContract::Period& period : small.contract.periods) {
            period.short_cny_per_mwh = 5000.0;
        }
        const auto [best_cny, kept_cny] = best_by_trying(small);
        if (kept_cny == lp::infinity) {
            continue;
        }
        ++could;
        LevelPlanner planner(small.line, small.contract, 12, settings);
        for (int call = 0; call < 2; ++call) { // the second begins where the first ended
            const lp::LinePlan plan = planner.best(small.cny);
            const std::vector<double> missing_mwh = planner.missing_mwh(plan);
            const double cny = cost_of(small, by_block(plan));
            ASSERT_LT(cny, lp::infinity) << k << " carries more than a contract allows";
            if (missing_mwh[0] + missing_mwh[1] > 1e-6) {
                continue; // a jump of the energy over its limits
            }
            met += 1;
            EXPECT_GE(cny, best_cny - 1e-6);
            more_cny += cny - kept_cny;
            size_cny += std::abs(kept_cny);
        }
    }
    EXPECT_GT(could, 60);
    EXPECT_GT(met, 1.6 * could);
    EXPECT_LT(more_cny, 0.01 * size_cny);
}

/// What levels and deliveries of a plan cost.
double way_cny(const SmallLine& small, const lp::LinePlan& plan) {
    const lp::LevelLine& line = small.line;
    double cny = 0.0;
    std::size_t first = 0;
    for (std::size_t b = 0; b < line.low_mw.size(); ++b) {
        const double mw = plan.power_mw[static_cast<std::size_t>(line.block_begin[b])];
        cny += small.cny[first + static_cast<std::size_t>(std::lround((mw - line.low_mw[b]) / 10))];
        first += static_cast<std::size_t>(std::lround((line.high_mw[b] - line.low_mw[b]) / 10)) + 1;
    }
    return cny;
}

/// Days of four blocks of six hours, each day as the others, one contract over all of them.
SmallLine like_days(int days) {
    SmallLine small;
    lp::LevelLine& line = small.line;
    line.power = 1;
    line.block_begin = {0};
    line.step_mw = 10.0;
    line.max_changes_per_day = 2;
    line.chord_slope = {0.95};
    line.chord_offset_mw = {0.0};
    for (int b = 0; b < 4 * days; ++b) {
        line.block_begin.push_back(6 * (b + 1));
        line.low_mw.push_back(10.0);
        line.high_mw.push_back(60.0);
        line.change_max_mw.push_back(30.0);
        line.counted.push_back(1);
        line.day_of_block.push_back(b / 4);
        const std::array<double, 4> price = {60.0, 20.0, -10.0, 90.0};
        for (double p = 10.0; p <= 60.0; p += 10.0) {
            small.cny.push_back(6.0 * price[static_cast<std::size_t>(b % 4)] * p + 0.1 * p * p);
        }
    }
    OwnContract::Period period;
    period.end = 24 * days;
    period.low_mwh = 24.0 * days * 37.3;
    period.high_mwh = 24.0 * days * 45.0;
    period.short_cny_per_mwh = 5000.0;
    period.short_max_mwh = 1e6;
    small.contract.periods = {period};
    return small;
}

// PE-53: at one price all days change together; a day of which the plan turns from one way to the
// other carries what is asked and no more.
TEST(LevelPlanner, CarriesNoMoreThanAskedWhereDaysAreAlike) {
    constexpr int days = 12;
    const SmallLine small = like_days(days);
    LevelSettings by_prices;
    by_prices.most_states = 0;
    LevelPlanner exact(small.line, small.contract, 24 * days);
    LevelPlanner priced(small.line, small.contract, 24 * days, by_prices);
    const auto carried_mwh = [](const lp::LinePlan& plan) {
        return std::accumulate(plan.power_mw.begin(), plan.power_mw.end(), 0.0);
    };
    const lp::LinePlan best = exact.best(small.cny);
    const lp::LinePlan found = priced.best(small.cny);
    const double low_mwh = small.contract.periods[0].low_mwh;
    EXPECT_GE(carried_mwh(found), low_mwh);
    EXPECT_LT(carried_mwh(found), low_mwh + 6.0 * 30.0); // a block's largest change
    EXPECT_NEAR(way_cny(small, found), way_cny(small, best), 2e-3 * way_cny(small, best));
}

} // namespace
} // namespace longyang::solve::prices
