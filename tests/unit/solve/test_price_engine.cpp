// The engine by prices against HiGHS on the same programme: its bound is never above, and not far
// below.
#include "../model/small_system.hpp"
#include "against_highs.hpp"
#include "base/comm.hpp"
#include "case_programme.hpp"
#include "caseio/check_case.hpp"
#include "kernel_runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "price_duals.hpp"
#include "programmes.hpp"
#include "random_system.hpp"
#include "solve/prices/bound.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/oracles/general_oracle.hpp"
#include "solve/prices/oracles/hourly_oracle.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace longyang::solve::prices {
namespace {

bool by_the_hour(model::Kind kind) {
    return kind == model::Kind::renewable || kind == model::Kind::load ||
           kind == model::Kind::reserve || kind == model::Kind::sharing ||
           kind == model::Kind::contract || kind == model::Kind::dc_forward ||
           kind == model::Kind::dc_backward;
}
bool always(model::Kind /*kind*/) {
    return true;
}

Comm alone() {
    return Comm(MPI_COMM_SELF);
}

std::vector<Oracle> general_oracles(const highs::Programme& programme) {
    std::vector<Oracle> oracles;
    for (const lp::Block& block : programme.blocks) {
        oracles.push_back(general_oracle(block, programme.coupling.hours, false));
    }
    return oracles;
}

TEST(Bound, RowsGiveTheSideThatTheirPricePointsTo) {
    lp::Coupling coupling;
    coupling.rows = {{0, 0, 1, 5.0, 7.0}, {0, 0, 1, 5.0, 7.0}, {0, 0, 1, 5.0, lp::infinity}};
    EXPECT_EQ(value_of_rows(coupling, std::vector<double>{2.0, -3.0, 0.0}), 10.0 - 21.0);
    EXPECT_EQ(value_of_rows(coupling, std::vector<double>{0.0, 0.0, -1.0}), -lp::infinity);
    EXPECT_EQ(to_grid(0.3, 0.25), 0.25);
    for (const double value :
         {-1e19, -5e12 - 0.3, -0.375, 0.0, 0.125, 0.375, 3.9e15, 7e15, 1e300}) {
        EXPECT_EQ(to_grid(value, 0.25), std::nearbyint(value / 0.25) * 0.25) << value;
    }
    EXPECT_EQ(down_to_grid(-0.3, 0.25), -0.5);
}

TEST(PriceEngine, TwoPlantsByHand) {
    const highs::Programme programme = highs::two_plants();
    PriceEngine engine(alone(), programme.coupling, general_oracles(programme), {0, 0});
    const Found found = engine.run({});
    EXPECT_LE(found.bound, 1805.0);
    EXPECT_GT(found.bound, 1805.0 * 0.999);
    EXPECT_NEAR(found.row_price[0], 30.0, 0.5);
    EXPECT_NEAR(found.row_price[1], 10.0, 0.5);
    // At the very prices the dual value is the optimum, but for the grid of the blocks' bounds.
    EXPECT_NEAR(engine.bound_at({30.0, 10.0}), 1805.0, 3.0 * bound_step);
    // At others it is what each plant makes of them: 1600 - 500 + 600 - 500 + 5, dear at rest.
    EXPECT_NEAR(engine.bound_at({20.0, 15.0}), 1600 - 500 + 600 - 250 + 5, 3.0 * bound_step);
    // What it has given back is made anew, and steps go on.
    const double before = engine.bound_at({20.0, 15.0});
    engine.rest();
    EXPECT_EQ(engine.bound_at({20.0, 15.0}), before);
    engine.rest();
    EXPECT_NEAR(engine.run({}).bound, 1805.0, 1.0);
}

TEST(PriceEngine, GoesOnWhereAnEarlierRunWasStopped) {
    const highs::Programme programme = highs::two_plants();
    const auto engine = [&] {
        return PriceEngine(alone(), programme.coupling, general_oracles(programme), {0, 0});
    };
    int asked = 0;
    Settings settings{.most_iterations = 100};
    settings.stop = [&] { return ++asked == 40; };
    const Found stopped = engine().run(settings);
    EXPECT_EQ(stopped.iterations, 40);
    ASSERT_EQ(stopped.newest_price.size(), 2U);
    PriceEngine next = engine();
    next.start_from(stopped.newest_price);
    const Found found = next.run({.most_iterations = 100, .first_iteration = 40, .warm = true});
    EXPECT_EQ(found.iterations, 60);
    EXPECT_TRUE(found.newest_price.empty());
    EXPECT_LE(found.bound, 1805.0);
    EXPECT_GT(found.bound, 1805.0 * 0.999);
}

TEST(PriceEngine, ARowThatComesLaterFindsThePricesOfTheOthers) {
    highs::Programme programme = highs::two_plants();
    PriceEngine engine(alone(), programme.coupling, general_oracles(programme), {0, 0});
    const double before = engine.run({}).bound;
    // The cheap plant has 60 MWh: 600 + 60 x 30 + 5.
    programme.coupling.rows.push_back({1, 0, 2, -lp::infinity, 60.0});
    engine.grow(programme.coupling);
    const Found first = engine.run({.most_iterations = 1});
    EXPECT_NEAR(first.bound, before, 1e-6 * before);
    const Found found = engine.run({});
    EXPECT_LE(found.bound, 2405.0);
    EXPECT_GT(found.bound, 2405.0 * 0.999);
    EXPECT_NEAR(found.row_price[2], -20.0, 0.5);
}

TEST(HourlyOracle, ByHand) {
    // Wind of 0 to 10 and 4 at 3 CNY/MWh in two hours, with downward reserve; constants as of a
    // load.
    lp::HourlyAmount amount;
    amount.low = {0.0, 0.0};
    amount.high = {10.0, 4.0};
    amount.cny_per_unit = {3.0};
    amount.constant_cny = 7.0;
    amount.channel = {5};
    amount.weight = {1.0};
    amount.constant = {-1.0, -2.0};
    amount.down = {8, 9};
    const Oracle oracle = hourly_oracle(amount, 2);
    EXPECT_EQ(oracle.channels, (std::vector<int>{5, 8, 9}));
    std::vector<double> given(6, 100.0);
    // Energy 2 and 2; reserve 0 and 3 - 1.
    const Answer answer = oracle.solve(std::vector<double>{2, 2, 0, 3, 0, -1}, given);
    EXPECT_DOUBLE_EQ(answer.cost_cny, 7.0 + 3.0 * 4.0);
    // Hour 1 gives 4 at 3 - 2 - 2 each; the constants take 1 at 2 and 2 at 2.
    EXPECT_DOUBLE_EQ(answer.bound, 7.0 - 4.0 + 2.0 + 4.0);
    EXPECT_EQ(given, (std::vector<double>{99, 102, 100, 104, 100, 104}));
}

/// The bounds of a programme without integers and of the true one must not exceed what HiGHS
/// finds. Gives how far the worse of the two lies below the relaxed optimum, as a share of it.
double shortfall(const grid::System& system, grid::Span span, const std::string& which) {
    const Comm comm = alone();
    const testing::CaseProgramme programme = testing::case_programme(comm, system, span);
    const auto bound = [&](const auto& special) {
        OracleSet set = testing::price_blocks(comm, system, span, programme, false, special);
        PriceEngine engine(comm, programme.coupling, std::move(set.oracles),
                           std::move(set.handled));
        return engine.run({}).bound;
    };
    const double size = std::abs(programme.relaxed_cny) + 1.0;
    const double relaxed = bound(by_the_hour);
    EXPECT_LE(relaxed, programme.relaxed_cny + 1e-7 * size) << which;
    const double whole = bound(always);
    EXPECT_LE(whole, testing::integer_cny(programme, 1e-6, 60.0) + 1e-7 * size) << which;
    return (programme.relaxed_cny - std::min(relaxed, whole)) / size;
}

TEST(PriceEngine, TeachingCases) {
    const std::filesystem::path folder = LONGYANG_SOURCE_DIR "/cases/teaching";
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.is_directory() || entry.path().filename() == "infeasible") {
            continue;
        }
        ++cases;
        const grid::System system = caseio::load_case(alone(), entry.path().string()).system;
        const std::string which = entry.path().filename().string();
        EXPECT_LT(shortfall(system, {0, 24}, which), 0.003) << which;
    }
    EXPECT_GE(cases, 14);
}

// A share of `against_highs random 1 212` (docs/theory/price-engine.md, "Against HiGHS").
// The second day of a line's contract has one hour in the span and no tolerance: an equation of one
// hour as a balance is, but the line takes care of it, so it has no price to begin with.
TEST(PriceEngine, APeriodOfOneHourHasNoPriceBesideItsLine) {
    grid::System system =
        caseio::load_case(alone(), LONGYANG_SOURCE_DIR "/cases/teaching/hvdc_levels").system;
    system.contracts.energy_gwh = {9.1};
    system.contracts.tolerance_pu = {0.0};
    EXPECT_LT(shortfall(system, {0, 25}, "hvdc_levels"), 0.005);
}

TEST(PriceEngine, RandomSystemsAgainstHiGHS) {
    constexpr int hours = 12;
    testing::Effort effort;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = 1.0; // bounds and costs count, however far HiGHS comes
    int held = 0;
    int both = 0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const testing::Comparison found = testing::compare_with_highs(
            alone(), testing::random_system(seed, hours), {0, hours}, effort);
        for (const std::string& fault : found.faults) {
            ADD_FAILURE() << "seed " << seed << ": " << fault;
        }
        held += found.held ? 1 : 0;
        both += found.has_schedule ? 1 : 0;
    }
    EXPECT_EQ(held, 12);
    EXPECT_GE(both, 8);
}

// PE-39: units at their least output give 2 MW more than there is load in one hour. By prices that
// is worth no unit's stop, so it has to be asked for ever more loudly.
TEST(PriceEngine, ALittleTooMuchIsNotLeft) {
    testing::Effort effort;
    effort.clusters_too = false;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = 1.0;
    const testing::Comparison found =
        testing::compare_with_highs(alone(), testing::random_system(153, 12), {0, 12}, effort);
    EXPECT_THAT(found.faults, ::testing::IsEmpty());
    EXPECT_TRUE(found.held);
}

/// No fault beside HiGHS, and a schedule that its model holds.
void expect_agreement(unsigned seed, const grid::System& system, int hours,
                      const testing::Effort& effort) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const testing::Comparison found =
        testing::compare_with_highs(alone(), system, {0, hours}, effort);
    EXPECT_THAT(found.faults, ::testing::IsEmpty());
    EXPECT_TRUE(found.held);
}

// PT-1 to PT-3 and TH-16 on systems with everything else in them.
TEST(PriceEngine, AgreesWithHighsOnRandomSystemsWithPolicyTargets) {
    testing::Effort effort;
    effort.clusters_too = false;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = 1.0;
    for (unsigned seed = 1; seed <= 6; ++seed) {
        grid::System system = testing::random_system(seed, 8);
        testing::add_random_policy(seed, system);
        expect_agreement(seed, system, 8, effort);
    }
}

TEST(PriceEngine, AgreesWithHighsOnRandomSystemsWithPumps) {
    testing::Effort effort;
    effort.clusters_too = false;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = 1.0;
    int pumps = 0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        grid::System system = testing::random_system(seed, 12);
        testing::add_random_pumps(seed, 12, system);
        if (system.pumps.line.empty()) {
            continue;
        }
        pumps += static_cast<int>(system.pumps.line.size());
        expect_agreement(seed, system, 12, effort);
    }
    EXPECT_GE(pumps, 8);
}

// NW-5: links in one island and between two, beside everything else.
TEST(PriceEngine, AgreesWithHighsOnRandomSystemsWithDcLinks) {
    testing::Effort effort;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = 1.0;
    for (unsigned seed = 1; seed <= 6; ++seed) {
        grid::System system = testing::random_system(seed, 8);
        testing::add_random_links(seed, 8, system);
        expect_agreement(seed, system, 8, effort);
    }
}

/// Two units of 100 to 200 MW with ramps of 20 MW/h, first needed together.
grid::System slow_pair() {
    grid::System system = testing::one_bus();
    testing::Plant plant;
    plant.units = 2;
    plant.ramp_up_mw_per_h = plant.ramp_down_mw_per_h = 20;
    plant.start_ramp_mw = plant.stop_ramp_mw = 100;
    plant.initial_units_on = 1;
    plant.initial_p_mw = 190;
    plant.initial_h = 10;
    testing::add_plant(system, plant);
    testing::add_load(system, 0, {190, 300, 340, 340});
    return system;
}

// The doubtful case: a cluster's ramps hold for the sum of its units, so that one may climb with
// the other's room. Its integer optimum lies below that of the units, and the bound, which is one
// of units, above it.
TEST(PriceEngine, TheBoundOfUnitsLiesAboveTheOptimumOfTheirClusterAndBelowTheirOwn) {
    const grid::System system = slow_pair();
    const grid::Span span{0, 4};
    const testing::CaseProgramme cluster = testing::case_programme(alone(), system, span);
    const double cluster_cny = testing::integer_cny(cluster, 1e-9, 60.0);
    const testing::Comparison found = testing::compare_with_highs(alone(), system, span, {});
    EXPECT_THAT(found.faults, ::testing::IsEmpty());
    EXPECT_NEAR(cluster_cny, 304000.0, 1.0);
    EXPECT_NEAR(found.highs_cost_cny, 700000.0, 1.0); // 20 MWh are shed
    EXPECT_GT(found.units.bound_cny, cluster_cny);
    EXPECT_GT(found.clusters.bound_cny, cluster_cny);
}

// Where HiGHS's duals are the same from both sides, prices of the relaxed programme are these.
TEST(PriceEngine, BusPricesAreHiGHSDualsWhereTheyAreUnique) {
    const std::filesystem::path folder = LONGYANG_SOURCE_DIR "/cases/teaching";
    constexpr int few = 400;
    constexpr int more = 2000; // hours in which the link has just room settle last
    for (const auto& [name, iterations] :
         {std::pair("two_bus_congestion", few), std::pair("section_limit", few),
          std::pair("storage_arbitrage", few), std::pair("cascade", few),
          std::pair("three_bus_loop", few), std::pair("reserve_sharing", few),
          std::pair("dc_link", more)}) {
        const grid::System system = caseio::load_case(alone(), (folder / name).string()).system;
        const testing::PriceDuals duals =
            testing::compare_price_duals(alone(), system, {0, 24}, iterations, 1e-4);
        EXPECT_GE(duals.unique.size(), 48U) << name;
        for (const testing::PricePair& pair : duals.unique) {
            EXPECT_NEAR(pair.engine, pair.highs, 1.0)
                << name << ", bus " << pair.bus << ", hour " << pair.hour;
        }
    }
}

class Petsc : public ::testing::Environment {
public:
    void SetUp() override { scope_ = std::make_unique<linalg::PetscScope>(world()); }
    void TearDown() override { scope_.reset(); }

private:
    std::unique_ptr<linalg::PetscScope> scope_;
};
::testing::Environment* const petsc = ::testing::AddGlobalTestEnvironment(new Petsc);

} // namespace
} // namespace longyang::solve::prices
