#include "caseio/check_case.hpp"
#include "linalg/petsc_scope.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/improve_schedule.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace longyang::run {
namespace {

lp::HourlyAmount amount(int channel, std::size_t hours, double high, double cny) {
    lp::HourlyAmount data;
    data.low = lp::Hourly(hours, 0.0);
    data.high = lp::Hourly(hours, high);
    data.cny_per_unit = lp::Hourly(hours, cny);
    data.channel = {channel};
    data.weight = {1.0};
    return data;
}

double total(const lp::BlockPlan& plan) {
    const std::vector<double>& amounts = std::get<lp::AmountPlan>(plan).amount;
    return std::accumulate(amounts.begin(), amounts.end(), 0.0);
}

/// How many rounds are asked for, and how many more may mend what is broken.
struct Asked {
    int rounds = 3, to_mend = 0;
};

/// Until `stop` or `enough` says so.
void improve_until(
    const lp::Coupling& coupling, const std::vector<lp::OracleData>& blocks,
    const std::vector<int>& part, const std::function<bool(double)>& stop,
    solve::prices::Dispatch& schedule,
    const std::function<bool(double)>& enough = [](double) { return false; },
    const Asked& asked = {}) {
    const Comm comm = world();
    const linalg::PetscScope petsc(comm);
    // A network of one bus has no limits to look at.
    const grid::System system =
        caseio::load_case(comm, LONGYANG_SOURCE_DIR "/cases/teaching/emission_cap").system;
    const model::Context context(system, {0, coupling.hours});
    const partition::Owners owners = partition::share_out(system, 1);
    const GridFactors grid = factorise(comm, system, owners, context.span);
    const FlowWatch watch(comm, context, grid, 1e-3);
    const std::vector<double> row_price(coupling.rows.size(), 1.0);
    Improvement improvement;
    improvement.coupling = &coupling;
    improvement.blocks = blocks;
    improvement.row_price = row_price;
    improvement.part = part;
    improvement.parts = part.empty() ? 1 : 1 + *std::max_element(part.begin(), part.end());
    improvement.watch = &watch;
    improvement.rounds = asked.rounds;
    improvement.rounds_to_mend = asked.to_mend;
    improvement.stop = stop;
    improvement.enough = enough;
    Journal journal(comm);
    improve_schedule(comm, improvement, journal, schedule);
}

/// Stopped behind so many windows, of which every list has one: it asks before a list and before
/// each of its windows.
void improve(const lp::Coupling& coupling, const std::vector<lp::OracleData>& blocks,
             const std::vector<int>& part, int windows, solve::prices::Dispatch& schedule) {
    int asked = 0;
    improve_until(
        coupling, blocks, part, [&](double) { return asked++ >= 2 * windows; }, schedule);
}

/// 10 MW in each of 48 hours, from a dirty plant at 1 CNY/MWh or a clean one at 5. The dirty one
/// may give 240 MWh in all; each MWh more is excess at 20 CNY, which the schedule pays for 240. A
/// run that is stopped behind the first of two windows has half of the gain: 240 MWh from the clean
/// plant at 960 CNY more, and no excess, 4800 less. What it says that it costs is what its plans
/// cost.
TEST(ImproveSchedule, StoppedBetweenWindowsItIsWhole) {
    constexpr std::size_t hours = 48;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"dirty", "clean", "excess"};
    coupling.patterns = {{"NW-1", "balance", {0, 1}, {1.0, 1.0}},
                         {"TH-20", "cap", {0, 2}, {1.0, -1.0}}};
    for (int t = 0; t < coupling.hours; ++t) {
        coupling.rows.push_back({0, t, t + 1, 10.0, 10.0});
    }
    coupling.rows.push_back({1, 0, coupling.hours, -lp::infinity, 240.0});
    const std::vector<lp::OracleData> blocks{
        amount(0, hours, 10.0, 1.0), amount(1, hours, 10.0, 5.0), amount(2, hours, 1000.0, 20.0)};
    solve::prices::Dispatch schedule;
    lp::AmountPlan dirty{std::vector<double>(hours, 10.0), {}};
    lp::AmountPlan none{std::vector<double>(hours, 0.0), {}};
    lp::AmountPlan excess = none;
    excess.amount[0] = 240.0;
    schedule.plans = {dirty, none, excess};
    schedule.block_cny = {480.0, 0.0, 4800.0};
    schedule.cost_cny = 5280.0;

    improve(coupling, blocks, {}, 1, schedule);

    EXPECT_NEAR(schedule.cost_cny, 480.0 + 960.0, 1e-6);
    const double cost_cny =
        total(schedule.plans[0]) + 5.0 * total(schedule.plans[1]) + 20.0 * total(schedule.plans[2]);
    EXPECT_NEAR(cost_cny, schedule.cost_cny, 1e-6);
    EXPECT_LE(total(schedule.plans[0]) - total(schedule.plans[2]), 240.0 + 1e-6);
    EXPECT_LE(schedule.largest_breach, 1e-6);
}

/// Two regions with 10 MW in each of 48 hours, each with a plant at 1 CNY/MWh and the one at 5 that
/// the schedule takes. Every part has two windows, the first part's come first.
TEST(ImproveSchedule, PartsOfASystemFollowEachOther) {
    constexpr std::size_t hours = 48;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"west", "east"};
    coupling.patterns = {{"NW-1", "balance west", {0}, {1.0}},
                         {"NW-1", "balance east", {1}, {1.0}}};
    std::vector<lp::OracleData> blocks;
    solve::prices::Dispatch dear;
    for (const int region : {0, 1}) {
        for (int t = 0; t < coupling.hours; ++t) {
            coupling.rows.push_back({region, t, t + 1, 10.0, 10.0});
        }
        for (const double cny : {1.0, 5.0}) {
            blocks.emplace_back(amount(region, hours, 10.0, cny));
            const double mw = cny > 1.0 ? 10.0 : 0.0;
            dear.plans.emplace_back(lp::AmountPlan{std::vector<double>(hours, mw), {}});
            dear.block_cny.push_back(cny * mw * static_cast<double>(hours));
            dear.cost_cny += dear.block_cny.back();
        }
    }
    const std::vector<int> part{0, 0, 1, 1};
    for (const auto& [windows, cost_cny] :
         {std::pair(1, 4800.0 - 960.0), {2, 4800.0 - 1920.0}, {100, 960.0}}) {
        solve::prices::Dispatch schedule = dear;
        improve(coupling, blocks, part, windows, schedule);
        EXPECT_NEAR(schedule.cost_cny, cost_cny, 1e-6) << windows;
        EXPECT_NEAR(total(schedule.plans[3]), windows > 2 ? 0.0 : 480.0, 1e-6) << windows;
    }
    // Who knows how long a window takes does not begin one that would be late.
    improve_until(
        coupling, blocks, part, [](double window_s) { return window_s > 0.0; }, dear);
    EXPECT_NEAR(dear.cost_cny, 4800.0 - 960.0, 1e-6);
}

/// Five days with 10 MW in every hour, of which a plant at 5 CNY/MWh gives 2, 9, 4, 8 and 3 MW
/// where one at 1 CNY/MWh could. The second and the fourth day gain most and leave each other
/// alone; the gap is reached behind them.
TEST(ImproveSchedule, DaysThatGainMostComeFirstUntilItIsEnough) {
    constexpr std::size_t hours = 120;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"power"};
    coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    for (int t = 0; t < coupling.hours; ++t) {
        coupling.rows.push_back({0, t, t + 1, 10.0, 10.0});
    }
    const std::vector<lp::OracleData> blocks{amount(0, hours, 10.0, 1.0),
                                             amount(0, hours, 10.0, 5.0)};
    const std::vector<double> dear_mw{2.0, 9.0, 4.0, 8.0, 3.0};
    lp::AmountPlan cheap{std::vector<double>(hours, 0.0), {}};
    lp::AmountPlan dear = cheap;
    for (std::size_t t = 0; t < hours; ++t) {
        dear.amount[t] = dear_mw[t / 24];
        cheap.amount[t] = 10.0 - dear_mw[t / 24];
    }
    solve::prices::Dispatch schedule;
    schedule.plans = {cheap, dear};
    schedule.block_cny = {total(schedule.plans[0]), 5.0 * total(schedule.plans[1])};
    schedule.cost_cny = schedule.block_cny[0] + schedule.block_cny[1];

    improve_until(
        coupling, blocks, {}, [](double) { return false; }, schedule,
        [](double cost_cny) { return cost_cny < 2100.0; });

    EXPECT_NEAR(schedule.cost_cny, 1200.0 + 4.0 * 24.0 * (2.0 + 4.0 + 3.0), 1e-6);
    const std::vector<double>& left = std::get<lp::AmountPlan>(schedule.plans[1]).amount;
    for (std::size_t day = 0; day < dear_mw.size(); ++day) {
        EXPECT_NEAR(left[24 * day], day % 2 == 1 ? 0.0 : dear_mw[day], 1e-6) << day;
    }
}

/// A plant of 10 MW and a store behind 5 MW of load in every hour but the first of the second day,
/// which wants 12. No window of a day can bring energy over its own border, so it stays broken
/// behind the first round; the next one has windows from noon to noon.
TEST(ImproveSchedule, WhatIsBrokenAtAWindowsBorderIsMendedByTheNextRound) {
    constexpr std::size_t hours = 48;
    lp::Coupling coupling;
    coupling.hours = static_cast<int>(hours);
    coupling.channels = {"power"};
    coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
    for (int t = 0; t < coupling.hours; ++t) {
        coupling.rows.push_back({0, t, t + 1, t == 24 ? 12.0 : 5.0, lp::infinity});
    }
    lp::Store store;
    store.charge_max_mw = store.discharge_max_mw = 10.0;
    store.energy_max_mwh = 100.0;
    const std::vector<lp::OracleData> blocks{amount(0, hours, 10.0, 1.0), store};
    lp::AmountPlan plant{std::vector<double>(hours, 5.0), {}};
    plant.amount[24] = 10.0;
    const std::vector<double> none(hours, 0.0);
    lp::StorePlan idle;
    for (auto* table : {&idle.charge_mw, &idle.discharge_mw, &idle.spill_mw, &idle.up_mw,
                        &idle.down_mw, &idle.energy_mwh, &idle.value_cny_per_mwh}) {
        *table = none;
    }
    solve::prices::Dispatch broken;
    broken.plans = {plant, idle};
    broken.block_cny = {total(broken.plans[0]), 0.0};
    broken.cost_cny = broken.block_cny[0];
    broken.broken_hours = 1;
    for (const int to_mend : {0, 3}) {
        solve::prices::Dispatch schedule = broken;
        improve_until(
            coupling, blocks, {}, [](double) { return false; }, schedule,
            [](double) { return false; }, {1, to_mend});
        EXPECT_EQ(schedule.broken_hours, to_mend > 0 ? 0 : 1);
        const auto& of_store = std::get<lp::StorePlan>(schedule.plans[1]);
        EXPECT_NEAR(std::get<lp::AmountPlan>(schedule.plans[0]).amount[24] +
                        of_store.discharge_mw[24] - of_store.charge_mw[24],
                    to_mend > 0 ? 12.0 : 10.0, 1e-6);
    }
}

} // namespace
} // namespace longyang::run
