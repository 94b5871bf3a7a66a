#include "base/error.hpp"
#include "lp/flat.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace longyang::lp {
namespace {

/// Minimise 2 x + 3 y + 4 with x + y = 80 (coupling), x - y <= 20 (own), x in [0, 60], y in [0,
/// 90]. Optimum x = 50, y = 30: 100 + 90 + 4 = 194. Duals: x + y: l, x - y: m <= 0 with 2 = l + m,
/// 3 = l - m, so l = 2.5, m = -0.5; dual value 2.5 x 80 - 0.5 x 20 + 4 = 194.
struct Small {
    std::vector<Block> blocks;
    Coupling coupling;
    FlatProgramme flat;
    Point best{{50.0, 30.0}, {-0.5, 2.5}, {0.0, 0.0}};

    explicit Small(double highest_y = 90.0) {
        Block block;
        block.name = "plants";
        block.fixed_cost = 4.0;
        const int x = block.add_column(block.family("x"), 0, 0.0, 60.0, 2.0, true);
        const int y = block.add_column(block.family("y"), 0, 0.0, highest_y, 3.0);
        block.add_row(block.family("DIFF"), 0, -infinity, 20.0, {{x, 1.0}, {y, -1.0}});
        block.add_port(0, 0, x, 1.0);
        block.add_port(0, 0, y, 1.0);
        block.add_port(0, 0, -1, -80.0);
        blocks.push_back(block);
        coupling.hours = 1;
        coupling.channels = {"injection"};
        coupling.patterns = {{"NW-1", "balance", {0}, {1.0}}};
        coupling.rows = {{0, 0, 1, 0.0, 0.0}};
        flat = flatten(blocks, coupling);
    }
    [[nodiscard]] Optimality check(const Point& point, bool integer_too = false) const {
        return check_optimality(flat, point, blocks, coupling, integer_too);
    }
};

TEST(Optimality, TheOptimumPasses) {
    const Small small;
    const Optimality found = small.check(small.best, true);
    EXPECT_DOUBLE_EQ(found.primal_cost, 194.0);
    EXPECT_DOUBLE_EQ(found.dual_bound, 194.0);
    EXPECT_EQ(found.primal_infeasibility, 0.0);
    EXPECT_EQ(found.dual_infeasibility, 0.0);
    EXPECT_EQ(found.integrality, 0.0);
    EXPECT_DOUBLE_EQ(found.relative_gap, 0.0);
    EXPECT_EQ(found.worst_row, "");
}

TEST(Optimality, ACouplingRowThatIsNotKept) {
    const Small small;
    Point point = small.best;
    point.column[1] = 38.1; // 8.1 too much of 80
    const Optimality found = small.check(point);
    EXPECT_NEAR(found.primal_infeasibility, 8.1 / 81.0, 1e-12);
    EXPECT_EQ(found.worst_row, "NW-1.balance.0");
    EXPECT_NEAR(found.primal_cost, 194.0 + 3.0 * 8.1, 1e-9);
}

TEST(Optimality, AnOwnRowThatIsNotKept) {
    const Small small;
    Point point = small.best;
    point.column = {55.0, 25.0}; // difference 30, 10 above 20
    const Optimality found = small.check(point);
    EXPECT_NEAR(found.primal_infeasibility, 10.0 / 21.0, 1e-12);
    EXPECT_EQ(found.worst_row, "plants.DIFF.0");
}

TEST(Optimality, AColumnOutsideItsBounds) {
    const Small small;
    Point point = small.best;
    point.column = {-3.0, 83.0};
    const Optimality found = small.check(point);
    EXPECT_NEAR(found.primal_infeasibility, 3.0, 1e-12);
    EXPECT_EQ(found.worst_row, "plants.x.0");
    point.column = {std::nan(""), 30.0};
    EXPECT_EQ(small.check(point).primal_infeasibility, infinity);
}

TEST(Optimality, AFeasiblePointThatIsNotBest) {
    const Small small;
    Point point = small.best;
    point.column = {30.0, 50.0}; // 60 + 150 + 4
    const Optimality found = small.check(point);
    EXPECT_EQ(found.primal_infeasibility, 0.0);
    EXPECT_DOUBLE_EQ(found.primal_cost, 214.0);
    EXPECT_DOUBLE_EQ(found.relative_gap, 20.0 / 214.0);
}

TEST(Optimality, IntegerColumnsOnlyWhenAsked) {
    const Small small;
    Point point = small.best;
    point.column = {49.75, 30.25};
    EXPECT_DOUBLE_EQ(small.check(point, true).integrality, 0.25);
    EXPECT_EQ(small.check(point, false).integrality, 0.0);
}

TEST(Optimality, OtherDualsGiveALowerBoundByHand) {
    const Small small;
    Point point = small.best;
    // Reduced costs 2 - 1 - 0 = 1 and 3 - 1 = 2, both columns at 0: 80 + 4.
    point.row_dual = {0.0, 1.0};
    EXPECT_DOUBLE_EQ(small.check(point).dual_bound, 84.0);
    // Reduced costs -2 and -1, columns at 60 and 90: 4 x 80 - 120 - 90 + 4.
    point.row_dual = {0.0, 4.0};
    EXPECT_DOUBLE_EQ(small.check(point).dual_bound, 114.0);
    EXPECT_EQ(small.check(point).dual_infeasibility, 0.0);
}

TEST(Optimality, ADualThatPointsToAnInfiniteSideCountsAsZero) {
    const Small small;
    Point point = small.best;
    point.row_dual = {0.5, 1.0}; // x - y has no lower limit
    const Optimality found = small.check(point);
    EXPECT_DOUBLE_EQ(found.dual_bound, 84.0);
    EXPECT_DOUBLE_EQ(found.dual_infeasibility, 0.5);
}

TEST(Optimality, AnInfiniteColumnIsHeldByTheRows) {
    const Small small(infinity);
    // y has no upper bound of its own, but x + y = 80 with x >= 0 gives y <= 80.
    Point point = small.best;
    point.row_dual = {0.0, 4.0};
    const Optimality found = small.check(point);
    EXPECT_DOUBLE_EQ(found.dual_infeasibility, 1.0);
    EXPECT_NEAR(found.dual_bound, 4.0 * 80.0 - 120.0 - 80.0 + 4.0, 1e-6);
    EXPECT_LE(found.dual_bound, 124.0);
    // Noise of a solver hardly moves the bound.
    point.row_dual = {-0.5, 2.5 + 1e-9};
    EXPECT_NEAR(small.check(point).dual_bound, 194.0, 1e-6);
}

TEST(Optimality, AColumnThatNothingHoldsHasNoBound) {
    Block block;
    block.name = "free";
    block.add_column(block.family("x"), 0, 0.0, infinity, -1e-9);
    const std::vector<Block> blocks{block};
    const Coupling coupling;
    const FlatProgramme flat = flatten(blocks, coupling);
    const Optimality found = check_optimality(flat, {{0.0}, {}, {}}, blocks, coupling, false);
    EXPECT_EQ(found.dual_bound, -infinity);
}

TEST(Optimality, BoundsAreImpliedAlongAChain) {
    // Reservoirs one below the other: s_k = s_(k-1) + 1 - level_k with levels in [0, 5]: s_k <= k +
    // 1, none of them bounded by itself.
    Block block;
    block.name = "cascade";
    const int spill = block.family("spill");
    const int level = block.family("level");
    int above = -1;
    double sum = 0.0;
    for (int k = 0; k < 4; ++k) {
        const int s = block.add_column(spill, k, 0.0, infinity, -1.0);
        const int v = block.add_column(level, k, 0.0, 5.0, 0.0);
        if (above < 0) {
            block.add_row(spill, k, 1.0, 1.0, {{s, 1.0}, {v, 1.0}});
        } else {
            block.add_row(spill, k, 1.0, 1.0, {{s, 1.0}, {v, 1.0}, {above, -1.0}});
        }
        above = s;
        sum += k + 1.0;
    }
    const std::vector<Block> blocks{block};
    const Coupling coupling;
    const FlatProgramme flat = flatten(blocks, coupling);
    Point point{std::vector<double>(8, 0.0), std::vector<double>(4, 0.0), {}};
    const double bound = check_optimality(flat, point, blocks, coupling, false).dual_bound;
    EXPECT_NEAR(bound, -sum, 1e-6);
    EXPECT_LE(bound, -sum);
}

TEST(Optimality, WithoutDualsThereIsNoBound) {
    const Small small;
    const Optimality found = small.check({{50.0, 30.0}, {}, {}});
    EXPECT_EQ(found.dual_bound, -infinity);
    EXPECT_DOUBLE_EQ(found.primal_cost, 194.0);
    EXPECT_THROW(static_cast<void>(small.check({{50.0}, {}, {}})), Error);
    EXPECT_THROW(static_cast<void>(small.check({{50.0, 30.0}, {1.0}, {}})), Error);
}

TEST(Optimality, RandomDualsNeverGiveMoreThanAFeasiblePointCosts) {
    std::mt19937 random(3);
    const auto real = [&] { return std::uniform_real_distribution<double>(-1.0, 1.0)(random); };
    int finite = 0;
    for (int trial = 0; trial < 300; ++trial) {
        // Rows are made around a point that keeps them all.
        Block block;
        block.name = "random";
        const int family = block.family("x");
        std::vector<double> inside;
        for (int j = 0; j < 8; ++j) {
            inside.push_back(3.0 * real());
            block.add_column(family, j, j % 3 == 0 ? -infinity : inside.back() - std::abs(real()),
                             j % 4 == 1 ? infinity : inside.back() + std::abs(real()), real());
        }
        for (int r = 0; r < 6; ++r) {
            std::vector<Term> terms;
            double sum = 0.0;
            for (int j = 0; j < 8; ++j) {
                if (real() > 0.0) {
                    terms.push_back({j, real()});
                    sum += terms.back().value * inside[static_cast<std::size_t>(j)];
                }
            }
            const double above = r == 0 ? 0.0 : std::abs(real());
            block.add_row(family, r, r % 3 == 2 ? -infinity : sum - (r == 0 ? 0.0 : 0.3),
                          r % 3 == 1 ? infinity : sum + above, terms);
        }
        const std::vector<Block> blocks{block};
        const Coupling coupling;
        const FlatProgramme flat = flatten(blocks, coupling);
        Point point{inside, {}, {}};
        for (int r = 0; r < 6; ++r) {
            point.row_dual.push_back(real());
        }
        const Optimality found = check_optimality(flat, point, blocks, coupling, false);
        EXPECT_LE(found.primal_infeasibility, 1e-12);
        EXPECT_LE(found.dual_bound, found.primal_cost + 1e-9) << "trial " << trial;
        finite += std::isfinite(found.dual_bound) ? 1 : 0;
    }
    EXPECT_GT(finite, 20); // else the test says nothing
}

} // namespace
} // namespace longyang::lp
