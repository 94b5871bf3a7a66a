#include "caseio/check_case.hpp"
#include "linalg/petsc_scope.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/improve_schedule.hpp"

#include <gmock/gmock.h>

#include <numeric>

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
    int asked = 0;
    Improvement improvement;
    improvement.coupling = &coupling;
    improvement.blocks = blocks;
    improvement.row_price = row_price;
    improvement.watch = &watch;
    improvement.rounds = 3;
    improvement.stop = [&] { return ++asked > 1; };
    improvement.enough = [](double) { return false; };
    Journal journal(comm);
    improve_schedule(comm, improvement, journal, schedule);

    EXPECT_NEAR(schedule.cost_cny, 480.0 + 960.0, 1e-6);
    const double cost_cny =
        total(schedule.plans[0]) + 5.0 * total(schedule.plans[1]) + 20.0 * total(schedule.plans[2]);
    EXPECT_NEAR(cost_cny, schedule.cost_cny, 1e-6);
    EXPECT_LE(total(schedule.plans[0]) - total(schedule.plans[2]), 240.0 + 1e-6);
    EXPECT_LE(schedule.largest_breach, 1e-6);
}

} // namespace
} // namespace longyang::run
