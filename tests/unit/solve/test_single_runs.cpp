// Which hours a single unit may be on and off (PE-89), against its rules written down hour by hour.
#include "solve/prices/improve/single_runs.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace longyang::solve::prices {
namespace {

lp::UnitGroup unit(int initial_on, int initial_h, std::size_t hours) {
    lp::UnitGroup group;
    group.available.assign(hours, 1);
    group.must_run.assign(hours, 0);
    group.min_up_h = 3;
    group.min_down_h = 2;
    group.initial_on = initial_on;
    group.initial_h = initial_h;
    return group;
}

/// TH-2 to TH-4 for one unit, by starts and stops.
bool keeps_rules(const lp::UnitGroup& group, const std::vector<char>& on) {
    const int hours = static_cast<int>(on.size());
    const int before = group.initial_on < 0 ? on[0] : group.initial_on;
    const auto is_on = [&](int t) { return t < 0 ? before : on[static_cast<std::size_t>(t)]; };
    // Starts and stops before the span: the one into the state at its begin.
    const auto starts = [&](int t) {
        return t < 0 ? group.initial_on == 1 && t == -group.initial_h : is_on(t) > is_on(t - 1);
    };
    const auto stops = [&](int t) {
        return t < 0 ? group.initial_on == 0 && t == -group.initial_h : is_on(t) < is_on(t - 1);
    };
    for (int t = 0; t < hours; ++t) {
        const auto at = static_cast<std::size_t>(t);
        if ((on[at] != 0 && group.available[at] == 0) || (on[at] == 0 && group.must_run[at] != 0) ||
            (t == 0 && stops(0) && !group.initial_stop)) {
            return false;
        }
        int started = 0;
        int stopped = 0;
        for (int k = t - group.min_up_h + 1; k <= t; ++k) {
            started += starts(k) ? 1 : 0;
        }
        for (int k = t - group.min_down_h + 1; k <= t; ++k) {
            stopped += stops(k) ? 1 : 0;
        }
        if (started > is_on(t) || stopped > 1 - is_on(t)) {
            return false;
        }
    }
    return true;
}

TEST(SingleRuns, MayRunAsItsRulesSay) {
    constexpr std::size_t hours = 9;
    int allowed = 0;
    for (const int initial_on : {-1, 0, 1}) {
        for (const int initial_h : {1, 2, 3, 20}) {
            for (const bool initial_stop : {true, false}) {
                lp::UnitGroup group = unit(initial_on, initial_h, hours);
                group.initial_stop = initial_stop;
                group.available[7] = initial_h == 2 ? 0 : 1;
                group.must_run[5] = initial_h == 3 ? 1 : 0;
                for (unsigned bits = 0; bits < (1U << hours); ++bits) {
                    std::vector<char> on(hours);
                    for (std::size_t t = 0; t < hours; ++t) {
                        on[t] = static_cast<char>((bits >> t) & 1U);
                    }
                    const bool expected = keeps_rules(group, on);
                    allowed += expected ? 1 : 0;
                    ASSERT_EQ(may_run_so(group, on), expected)
                        << initial_on << " " << initial_h << " " << initial_stop << " " << bits;
                }
            }
        }
    }
    EXPECT_GT(allowed, 500);
}

/// A unit of 100 MW that runs for 20 and could rest. A run that is told to stop tries nothing, even
/// where the schedule breaks rows.
TEST(SingleRuns, StopsWhereItIsToldTo) {
    constexpr std::size_t hours = 9;
    lp::UnitGroup group = unit(-1, 0, hours);
    group.units = 1;
    group.injection = 0;
    group.p_min_mw = lp::Hourly(hours, 20.0);
    group.p_max_mw = group.start_max_mw = group.stop_max_mw = lp::Hourly(hours, 100.0);
    group.base_mw = 20.0;
    group.base_cny_per_h = 6000.0;
    group.segment_mw = {80.0};
    group.segment_cny_per_mwh = {300.0};
    group.ramp_up_mw_per_h = group.ramp_down_mw_per_h = 100.0;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"power"};
    coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    for (int t = 0; t < coupling.hours; ++t) {
        coupling.rows.push_back({0, t, t + 1, 0.0, 20.0});
    }
    const std::vector<lp::OracleData> blocks{std::vector{group}};
    const std::vector<double> none(hours, 0.0);
    const std::vector<double> row_price(coupling.rows.size(), 0.0);
    Dispatcher dispatcher(coupling, blocks);
    for (const bool stopped : {true, false}) {
        Dispatch best = dispatcher.run(
            std::vector<lp::BlockPlan>{lp::UnitsPlan{1, std::vector<char>(hours, 1),
                                                     std::vector<double>(hours, 20.0), none, none}},
            row_price);
        best.broken_hours = 1;
        SingleRunSettings settings;
        settings.enough = [](double) { return false; };
        settings.stop = [&] { return stopped; };
        const long dispatches = try_single_runs(dispatcher, blocks, row_price, settings, best);
        EXPECT_EQ(dispatches == 0, stopped);
        EXPECT_DOUBLE_EQ(best.cost_cny, stopped ? 9.0 * 6000.0 : 0.0);
    }
}

} // namespace
} // namespace longyang::solve::prices
