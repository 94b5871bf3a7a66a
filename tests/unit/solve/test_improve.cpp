// Windows of improvement: each is the optimum of its whole decisions, and schedules stay valid.
#include "../model/more_plants.hpp"
#include "../model/small_system.hpp"
#include "dispatched_systems.hpp"
#include "grid/expand_units.hpp"
#include "kernel_runtime.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/improve/improver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace longyang::solve::prices {
namespace {

/// Improves a schedule by windows of `length` hours; gives by how much its cost falls. row_price:
/// by which columns are held; empty: none is. With parts, block k is of part k % parts.
double improve(const Programme& programme, std::size_t length, int rounds,
               std::span<const double> row_price, Dispatch& schedule, int parts = 1,
               const Kept& kept = {}) {
    std::vector<int> part;
    for (std::size_t k = 0; parts > 1 && k < programme.data.size(); ++k) {
        part.push_back(static_cast<int>(k) % parts);
    }
    Improver improver(programme.coupling, programme.data, row_price, schedule, part, kept);
    const auto hours = static_cast<std::size_t>(programme.coupling.hours);
    const double before_cny = schedule.cost_cny;
    for (int round = 0; round < rounds; ++round) {
        for (int list = 0; list < 2 * parts; ++list) {
            const std::vector<Window> all =
                windows_of(hours, length, static_cast<std::size_t>(round) * length / 2, list / 2);
            std::vector<Window> windows; // every second one
            for (std::size_t k = static_cast<std::size_t>(list) % 2; k < all.size(); k += 2) {
                windows.push_back(all[k]);
            }
            improver.begin(windows);
            for (std::size_t k = 0; k < windows.size(); ++k) {
                const bool kept_all = schedule.broken_hours == 0;
                const WindowSolution found = solve_window(improver.programme(k), {});
                const double gain_cny = improver.take(k, found.value);
                EXPECT_TRUE(!kept_all || gain_cny >= found.gain_cny - 1e-6 * std::abs(before_cny));
            }
        }
        improver.judge();
    }
    return before_cny - schedule.cost_cny;
}

/// A line without levels as it changes least, as far from a best plan as any.
void hold_still(const Programme& programme, std::vector<lp::BlockPlan>& plans) {
    for (std::size_t k = 0; k < plans.size(); ++k) {
        const auto* line = std::get_if<lp::LevelLine>(&programme.data[k]);
        if (line != nullptr && line->step_mw == 0.0) {
            auto& plan = std::get<lp::LinePlan>(plans[k]);
            for (std::size_t b = 0; b < line->blocks(); ++b) {
                std::fill(plan.power_mw.begin() + line->block_begin[b],
                          plan.power_mw.begin() + line->block_begin[b + 1],
                          std::clamp(0.0, line->low_mw[b], line->high_mw[b]));
            }
        }
    }
}

/// With one window over the whole span the schedule is HiGHS's optimum of the same whole decisions.
void expect_optimal(const Kind& kind, unsigned first, unsigned last) {
    int solved = 0;
    for (unsigned seed = first; seed <= last; ++seed) {
        const std::string which = "seed " + std::to_string(seed);
        const grid::System system = grid::expand_units(random_system(seed, kind), 0);
        const Programme programme(system, {static_cast<int>(seed % 3), 9});
        const Optimum optimum = programme.complete() ? solve_whole(programme) : Optimum{};
        if (!optimum.found) {
            continue;
        }
        ++solved;
        std::vector<lp::BlockPlan> targets;
        for (std::size_t k = 0; k < programme.ids.size(); ++k) {
            targets.push_back(plan_of(programme, k, optimum.schedule));
        }
        hold_still(programme, targets);
        Dispatcher dispatcher(programme.coupling, programme.data);
        const Dispatch dispatched = dispatcher.run(targets, optimum.row_price);
        // Whatever columns are held by prices that are far off.
        for (const double price : {0.0, 700.0}) {
            Dispatch schedule = dispatched;
            const std::vector<double> row_price(programme.coupling.rows.size(), price);
            (void)improve(programme, 24, 1, price > 0.0 ? row_price : std::vector<double>{},
                          schedule);
            expect_valid(programme, schedule, which);
            EXPECT_NEAR(schedule.cost_cny, optimum.cost_cny,
                        1e-6 * (std::abs(optimum.cost_cny) + 300.0 * 700.0 * 9.0))
                << which << " at " << price;
        }
    }
    EXPECT_GE(solved, static_cast<int>(last - first));
}

TEST(Improve, OneWindowOfUnitsAndBatteriesIsTheOptimumOfTheirCommitment) {
    Kind kind;
    kind.rivers = false;
    kind.inflow = false;
    expect_optimal(kind, 1, 5);
}

TEST(Improve, OneWindowWithFlexibleLoadsIsTheOptimum) {
    Kind kind;
    kind.rivers = false;
    kind.flexible = true;
    expect_optimal(kind, 1, 2);
}

TEST(Improve, OneWindowWithLinesWithoutLevelsIsTheOptimum) {
    Kind kind;
    kind.rivers = false;
    kind.lines = true;
    expect_optimal(kind, 1, 12);
}

TEST(Improve, OneWindowWithRiversIsTheOptimum) {
    Kind kind;
    kind.head = false; // whose segments are whole decisions, too
    expect_optimal(kind, 201, 212);
}

// PE-90  Two plants of 100 and 120 MW at 10 and 30 CNY/MWh give 0 and 90 MW to a balance of 80 MW
// or more. At 25 CNY/MWh the first one could earn 100 x 15, the second one save 90 x 5, and 10 MW
// more than asked are worth 250. A third one, whose row has no price that is known, does not count.
TEST(Improve, WhatAWindowCouldGainByHand) {
    lp::Coupling coupling;
    coupling.hours = 1;
    coupling.channels = {"power"};
    coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    coupling.rows = {{0, 0, 1, 80.0, lp::infinity}};
    std::vector<lp::OracleData> blocks;
    Dispatch schedule;
    for (const auto& [most_mw, cny, mw] : {std::tuple(100.0, 10.0, 0.0), {120.0, 30.0, 90.0}}) {
        lp::HourlyAmount amount;
        amount.low = lp::Hourly(1, 0.0);
        amount.high = lp::Hourly(1, most_mw);
        amount.cny_per_unit = lp::Hourly(1, cny);
        amount.channel = {0};
        amount.weight = {1.0};
        blocks.emplace_back(amount);
        schedule.plans.emplace_back(lp::AmountPlan{{mw}, {}});
        schedule.block_cny.push_back(cny * mw);
        schedule.cost_cny += cny * mw;
    }
    const std::vector<double> row_price{25.0};
    Improver improver(coupling, blocks, row_price, schedule);
    improver.begin({{0, 1, 0, 1}});
    EXPECT_DOUBLE_EQ(improver.most_gain_cny(0), 100.0 * 15.0 + 90.0 * 5.0 + 10.0 * 25.0);

    WindowProgramme programme = improver.programme(0);
    EXPECT_DOUBLE_EQ(programme.most_gain_cny(), 2200.0);
    (void)programme.add_column(0.0, 50.0, -7.0, 0.0);
    programme.reduced.back() = unknown;
    EXPECT_DOUBLE_EQ(programme.most_gain_cny(), 2200.0);
    const WindowSolution found = solve_window(programme, {});
    EXPECT_DOUBLE_EQ(found.gain_cny, 2700.0 - 800.0 + 7.0 * 50.0);
}

// Two plants share 100 MW: 0 to 100 MW at 10 CNY/MWh, now 0, and 0 to 120 MW at 30, now 100. Prices
// that say by far that the first stays at nothing hold it there until the programme's own say
// otherwise: 100 MW move, each 20 CNY cheaper.
TEST(Improve, ColumnsHeldByWrongPricesAreReleased) {
    WindowProgramme programme(1, 1, {-1000.0});
    for (const auto& [high_mw, cny, now_mw] :
         {std::tuple(100.0, 10.0, 0.0), {120.0, 30.0, 100.0}}) {
        (void)programme.add_column(0.0, high_mw, cny, now_mw);
        programme.give(0, 0, 1.0);
    }
    EXPECT_DOUBLE_EQ(programme.reduced[0], 1010.0);
    programme.add_row(100.0, 100.0, std::vector<lp::Term>{{0, 1.0}, {1, 1.0}}, 0.0);
    const WindowSolution found = solve_window(programme, {});
    ASSERT_EQ(found.value.size(), 2U);
    EXPECT_NEAR(found.value[0], 100.0, 1e-9);
    EXPECT_NEAR(found.value[1], 0.0, 1e-9);
    EXPECT_NEAR(found.gain_cny, 2000.0, 1e-6);
    EXPECT_EQ(found.rounds, 2);
}

// Beside the two plants two others, which cannot give less, give 1e-6 MW more than their sum says,
// less than what counts as broken. That is no reason to leave the first two as they are, and it
// stays.
TEST(Improve, WhatAScheduleBreaksByRoundingStaysAndStopsNothing) {
    WindowProgramme programme(1, 1, {});
    for (const auto& [low_mw, high_mw, cny, now_mw] : {std::tuple(0.0, 100.0, 10.0, 0.0),
                                                       {0.0, 120.0, 30.0, 100.0},
                                                       {60.0, 60.0, 0.0, 60.0},
                                                       {40.000001, 50.0, 5.0, 40.000001}}) {
        (void)programme.add_column(low_mw, high_mw, cny, now_mw);
    }
    programme.add_row(100.0, 100.0, std::vector<lp::Term>{{0, 1.0}, {1, 1.0}}, unknown);
    programme.add_row(100.0, 100.0, std::vector<lp::Term>{{2, 1.0}, {3, 1.0}}, unknown);
    const WindowSolution found = solve_window(programme, {});
    ASSERT_EQ(found.value.size(), 4U);
    EXPECT_NEAR(found.gain_cny, 2000.0, 1e-6);
    EXPECT_DOUBLE_EQ(found.value[3], 40.000001);
}

// Of 100 MW that are asked for 80 are given, by the dearer one of two plants. Each MW that is
// missing counts 1e6 CNY, and what is mended is not broken again for a lower cost.
TEST(Improve, ARowThatIsBrokenIsMendedAsFarAsItGoes) {
    for (const double most_mw : {100.0, 15.0}) {
        WindowProgramme programme(1, 1, {});
        (void)programme.add_column(0.0, most_mw, 10.0, 0.0);
        (void)programme.add_column(0.0, 80.0, 30.0, 80.0);
        programme.add_row_to_mend(100.0, 100.0, {{0, 1.0}, {1, 1.0}});
        const WindowSolution found = solve_window(programme, {});
        ASSERT_EQ(found.value.size(), 3U);
        EXPECT_NEAR(found.value[0], most_mw, 1e-9);
        EXPECT_NEAR(found.value[1], std::min(80.0, 100.0 - most_mw), 1e-9);
        EXPECT_NEAR(found.value[2], std::max(0.0, 20.0 - most_mw), 1e-9);
        EXPECT_NEAR(found.gain_cny,
                    1e6 * std::min(20.0, most_mw) - 10.0 * most_mw + 30.0 * (80.0 - found.value[1]),
                    1e-3);
    }
}

// A limit of the network of 50 MW, through which the schedule sends 60: it is kept afterwards, at
// 20 CNY for each MW that comes from elsewhere.
TEST(Improve, ALimitThatIsBrokenIsMended) {
    WindowProgramme programme(2, 1, {});
    (void)programme.add_column(0.0, 100.0, 10.0, 60.0);
    programme.give(0, 0, 1.0);
    (void)programme.add_column(0.0, 100.0, 30.0, 40.0);
    programme.give(1, 0, 1.0);
    programme.add_row(100.0, 100.0, std::vector<lp::Term>{{0, 1.0}, {1, 1.0}}, unknown);
    WindowSettings settings;
    settings.watch = [](std::size_t /*hour*/, std::span<const double> channel) {
        std::vector<HourLimit> broken;
        if (channel[0] > 50.0 + 1e-9) {
            broken.push_back({{0}, {1.0}, -lp::infinity, 50.0});
        }
        return broken;
    };
    const WindowSolution found = solve_window(programme, settings);
    ASSERT_EQ(found.value.size(), 2U);
    EXPECT_NEAR(found.value[0], 50.0, 1e-6);
    EXPECT_NEAR(found.gain_cny, 1e6 * 10.0 - 200.0, 1e-3);
}

/// A plant of 250 MW that may shed its 100 MW of load, and a line that takes up to 300 MW, a power
/// for two hours at a time.
grid::System line_that_takes_too_much() {
    grid::System system = testing::one_bus();
    testing::Plant plant;
    plant.name = "coal";
    plant.units = 1;
    plant.curve = {{50, 20000}, {250, 80000}};
    testing::add_plant(system, plant);
    testing::HvdcRow line;
    line.p_max_mw = 300;
    line.block_h = 2;
    line.export_value_cny_per_mwh = 400;
    testing::add_hvdc(system, line);
    testing::add_load(system, 0, std::vector<double>(6, 100.0));
    return system;
}

TEST(Improve, AScheduleWhoseLineTakesTooMuchIsMended) {
    const grid::System system = grid::expand_units(line_that_takes_too_much(), 0);
    const Programme programme(system, {0, 6});
    ASSERT_TRUE(programme.complete());
    const Optimum optimum = solve_whole(programme);
    ASSERT_TRUE(optimum.found);
    std::vector<lp::BlockPlan> targets;
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        targets.push_back(plan_of(programme, k, optimum.schedule));
        if (auto* line = std::get_if<lp::LinePlan>(&targets.back())) {
            line->power_mw.assign(6, 300.0);
        }
    }
    Dispatch schedule =
        Dispatcher(programme.coupling, programme.data).run(targets, optimum.row_price);
    EXPECT_EQ(schedule.broken_hours, 6);
    std::vector<Held> held(programme.ids.size());
    for (std::size_t k = 0; k < held.size(); ++k) {
        held[k].whole = programme.ids[k].kind == model::Kind::hvdc;
    }
    Dispatch with_line = schedule; // which stays as it is
    (void)improve(programme, 24, 1, {}, with_line, 1, Kept{held, {}});
    EXPECT_EQ(with_line.broken_hours, 6);
    (void)improve(programme, 24, 1, {}, schedule);
    EXPECT_EQ(schedule.broken_hours, 0);
    EXPECT_EQ(schedule.breach_row, -1);
    expect_valid(programme, schedule, "mended");
    EXPECT_NEAR(schedule.cost_cny, optimum.cost_cny, 1.0);
}

TEST(Improve, WindowsOfALongSpanStayValidAndNeverCostMore) {
    int improved = 0;
    for (unsigned seed = 101; seed <= 112; ++seed) {
        Kind kind;
        kind.hours = 200;
        kind.flexible = seed % 3 == 0;
        (void)dispatch_of_any_plans(
            seed, kind, 170,
            [&](const Programme& programme, const auto& row_price, Dispatch schedule) {
                const std::string which = "seed " + std::to_string(seed);
                const double gain_cny =
                    improve(programme, seed % 2 == 0 ? 24 : 7, 2, row_price, schedule);
                expect_valid(programme, schedule, which);
                EXPECT_GE(gain_cny, 0.0) << which;
                improved += gain_cny > 0.0 ? 1 : 0;
            });
    }
    EXPECT_GE(improved, 8);
}

TEST(Improve, WindowsOfPartsStayValidAndGainLessThanThoseOfAll) {
    double of_parts_cny = 0.0;
    double of_all_cny = 0.0;
    for (unsigned seed = 101; seed <= 112; ++seed) {
        Kind kind;
        kind.hours = 100;
        kind.flexible = seed % 3 == 0;
        (void)dispatch_of_any_plans(
            seed, kind, 80,
            [&](const Programme& programme, const auto& row_price, const Dispatch& dispatched) {
                Dispatch schedule = dispatched;
                expect_valid(programme, schedule, "before seed " + std::to_string(seed));
                const double gain_cny = improve(programme, 24, 1, row_price, schedule, 3);
                expect_valid(programme, schedule, "seed " + std::to_string(seed));
                EXPECT_GE(gain_cny, 0.0);
                of_parts_cny += gain_cny;
                schedule = dispatched;
                of_all_cny += improve(programme, 24, 1, row_price, schedule);
                expect_valid(programme, schedule, "all seed " + std::to_string(seed));
            });
    }
    EXPECT_GT(of_parts_cny, 0.1 * of_all_cny);
    EXPECT_LT(of_parts_cny, of_all_cny);
}

/// PE-86: seven tenths of what stations and storages give or take.
std::vector<Held> most_of(const Programme& programme, const Dispatch& schedule) {
    std::vector<Held> held(programme.data.size());
    for (std::size_t k = 0; k < held.size(); ++k) {
        if (const auto* store = std::get_if<lp::StorePlan>(&schedule.plans[k])) {
            for (std::size_t t = 0; t < store->charge_mw.size(); ++t) {
                held[k].store_mw.push_back(0.7 * (store->discharge_mw[t] - store->charge_mw[t]));
            }
        } else if (const auto* river = std::get_if<lp::RiverPlan>(&schedule.plans[k])) {
            for (const double p_mw : river->p_mw) {
                held[k].station_mw.push_back(0.7 * p_mw);
            }
        }
    }
    return held;
}

void expect_held(std::span<const Held> held, const Dispatch& schedule, const std::string& which) {
    for (std::size_t k = 0; k < held.size(); ++k) {
        for (std::size_t t = 0; t < held[k].store_mw.size(); ++t) {
            const auto& plan = std::get<lp::StorePlan>(schedule.plans[k]);
            const double net_mw = plan.discharge_mw[t] - plan.charge_mw[t];
            const double least_mw = held[k].store_mw[t];
            EXPECT_GE(least_mw < 0.0 ? -net_mw : net_mw,
                      (least_mw != 0.0 ? std::abs(least_mw) : net_mw) - 1e-5)
                << which << " hour " << t;
        }
        for (std::size_t place = 0; place < held[k].station_mw.size(); ++place) {
            EXPECT_GE(std::get<lp::RiverPlan>(schedule.plans[k]).p_mw[place],
                      held[k].station_mw[place] - 1e-5)
                << which;
        }
    }
}

TEST(Improve, WhatIsHeldStaysAndTheRestImproves) {
    int improved = 0;
    int dearer = 0;
    for (unsigned seed = 101; seed <= 110; ++seed) {
        Kind kind;
        kind.hours = 60;
        (void)dispatch_of_any_plans(
            seed, kind, 50,
            [&](const Programme& programme, const auto& row_price, const Dispatch& dispatched) {
                const std::string which = "seed " + std::to_string(seed);
                const std::vector<Held> held = most_of(programme, dispatched);
                Dispatch schedule = dispatched;
                const double gain_cny =
                    improve(programme, 24, 2, row_price, schedule, 1, Kept{held, {}});
                expect_valid(programme, schedule, which);
                expect_held(held, schedule, which);
                improved += gain_cny > 0.0 ? 1 : 0;
                Dispatch free = dispatched;
                dearer += improve(programme, 24, 2, row_price, free) > gain_cny ? 1 : 0;
            });
    }
    EXPECT_GE(improved, 7);
    EXPECT_GE(dearer, 7);
}

// 100 MW by a plant at 30 CNY/MWh and one at 10, of which a limit of the second hour leaves 40 MW;
// in the third it is broken already, 60 of 50.
TEST(Improve, ALimitBesidesIsKept) {
    constexpr std::size_t hours = 3;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"bus", "cheap"};
    coupling.patterns = {{"T-1", "balance", {0}, {1.0}}};
    coupling.rows = {{0, 0, 1, 100.0, 100.0}, {0, 1, 2, 100.0, 100.0}, {0, 2, 3, 100.0, 100.0}};
    const auto amount = [](double cny, std::vector<int> channels) {
        lp::HourlyAmount one;
        one.low = lp::Hourly(hours, 0.0);
        one.high = lp::Hourly(hours, 200.0);
        one.cny_per_unit = lp::Hourly(hours, cny);
        one.weight.assign(channels.size(), 1.0);
        one.channel = std::move(channels);
        return one;
    };
    const std::vector<lp::OracleData> blocks{amount(30.0, {0}), amount(10.0, {0, 1})};
    Dispatch schedule;
    schedule.plans = {lp::AmountPlan{{100.0, 100.0, 40.0}, {}},
                      lp::AmountPlan{{0.0, 0.0, 60.0}, {}}};
    schedule.block_cny = {240.0 * 30.0, 60.0 * 10.0};
    schedule.cost_cny = 240.0 * 30.0 + 60.0 * 10.0;
    Kept kept;
    kept.limits = [](std::size_t hour) {
        std::vector<HourLimit> limits;
        if (hour > 0) {
            limits.push_back({{1}, {2.0}, -lp::infinity, hour == 1 ? 80.0 : 100.0});
        }
        return limits;
    };
    Improver improver(coupling, blocks, {}, schedule, {}, kept);
    improver.begin({{0, hours, 0, hours}});
    (void)improver.take(0, solve_window(improver.programme(0), {}).value);
    const std::vector<double>& cheap = std::get<lp::AmountPlan>(schedule.plans[1]).amount;
    EXPECT_NEAR(cheap[0], 100.0, 1e-6);
    EXPECT_NEAR(cheap[1], 40.0, 1e-6);
    EXPECT_NEAR(cheap[2], 50.0, 1e-6);
}

// Power at 300 CNY/MWh, and at 300.5 power that counts for a contract of 50 MWh over the first two
// hours and 20 in the last, a period of its own; what is missing costs 10. A window of the last two
// hours takes back what is missing in the first one, too: a row over both is all that asks for it.
TEST(Improve, APeriodOfOneHourLeavesWhatIsMissingInTheOthersToTheirWindows) {
    constexpr std::size_t hours = 3;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"bus", "contract"};
    coupling.patterns = {{"T-1", "balance", {0}, {1.0}}, {"T-2", "contract", {1}, {1.0}}};
    coupling.rows = {{0, 0, 1, 100.0, 100.0},
                     {0, 1, 2, 100.0, 100.0},
                     {0, 2, 3, 100.0, 100.0},
                     {1, 0, 2, 50.0, lp::infinity},
                     {1, 2, 3, 20.0, lp::infinity}};
    const auto amount = [](double cny, std::vector<int> channels) {
        lp::HourlyAmount one;
        one.low = lp::Hourly(hours, 0.0);
        one.high = lp::Hourly(hours, 200.0);
        one.cny_per_unit = {cny};
        one.weight.assign(channels.size(), 1.0);
        one.channel = std::move(channels);
        return one;
    };
    const std::vector<lp::OracleData> blocks{amount(300.0, {0}), amount(300.5, {0, 1}),
                                             amount(10.0, {1})};
    Dispatch schedule;
    schedule.plans = {lp::AmountPlan{{100.0, 100.0, 80.0}, {}},
                      lp::AmountPlan{{0.0, 0.0, 20.0}, {}}, lp::AmountPlan{{40.0, 10.0, 0.0}, {}}};
    schedule.block_cny = {280.0 * 300.0, 20.0 * 300.5, 50.0 * 10.0};
    schedule.cost_cny = 280.0 * 300.0 + 20.0 * 300.5 + 50.0 * 10.0;

    Improver improver(coupling, blocks, {}, schedule);
    improver.begin({{1, hours, 0, hours}});
    const double gain_cny = improver.take(0, solve_window(improver.programme(0), {}).value);
    improver.judge();
    EXPECT_NEAR(gain_cny, 50.0 * (10.0 - 0.5), 1e-6);
    EXPECT_NEAR(schedule.cost_cny, 300.0 * 300.0 + 70.0 * 0.5, 1e-6);
    const std::vector<double>& missing = std::get<lp::AmountPlan>(schedule.plans[2]).amount;
    EXPECT_NEAR(missing[0] + missing[1], 0.0, 1e-9);
    EXPECT_NEAR(schedule.largest_breach, 0.0, 1e-9);
}

TEST(Improve, AWindowLeavesPlantsOfOtherPartsAsTheyAre) {
    bool moved = false;
    (void)dispatch_of_any_plans(
        103, Kind{}, 9,
        [&](const Programme& programme, const auto& row_price, const Dispatch& dispatched) {
            const auto hours = static_cast<std::size_t>(programme.coupling.hours);
            const auto given = [&](std::size_t k, const Dispatch& of) {
                std::vector<double> channel(programme.coupling.channels.size() * hours, 0.0);
                give_plan(programme.data[k], of.plans[k], hours, channel);
                return channel;
            };
            const std::size_t last = programme.data.size() - 1;
            std::vector<int> part(programme.data.size(), 0);
            std::fill(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(last) / 2, 1);
            Dispatch schedule = dispatched;
            Improver improver(programme.coupling, programme.data, row_price, schedule, part);
            improver.begin({{0, hours, 1, hours}});
            (void)improver.take(0, solve_window(improver.programme(0), {}).value);
            improver.judge();
            for (std::size_t k = 0; k <= last; ++k) {
                if (part[k] == 0) {
                    EXPECT_EQ(schedule.block_cny[k], dispatched.block_cny[k]) << k;
                    EXPECT_EQ(given(k, schedule), given(k, dispatched)) << k;
                } else {
                    moved = moved || schedule.block_cny[k] != dispatched.block_cny[k];
                }
            }
        });
    EXPECT_TRUE(moved);
}

} // namespace
} // namespace longyang::solve::prices
