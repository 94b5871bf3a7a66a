#include "run/programme_search.hpp"

#include <gtest/gtest.h>

namespace longyang::run {
namespace {

Programme::Solution of_cost(double cost) {
    Programme::Solution solution;
    solution.has_point = true;
    solution.cost = cost;
    return solution;
}

powerflow::FlowCheck broken(std::size_t limits) {
    powerflow::FlowCheck flows;
    flows.violations.resize(limits);
    return flows;
}

ProgrammeSearch with_best(double cost, bool relaxed, std::size_t limits) {
    ProgrammeSearch search;
    search.best = of_cost(cost);
    search.relaxed = relaxed;
    search.flows = broken(limits);
    return search;
}

TEST(ProgrammeSearch, AnythingIsBetterThanNothingOrARelaxedSolution) {
    EXPECT_TRUE(ProgrammeSearch{}.is_beaten_by(of_cost(5.0), true, broken(3)));
    // A relaxed one costs less because it does not know of the limits yet.
    EXPECT_TRUE(with_best(5.0, true, 2).is_beaten_by(of_cost(6.0), true, broken(0)));
    EXPECT_TRUE(with_best(5.0, true, 0).is_beaten_by(of_cost(6.0), false, broken(1)));
    EXPECT_FALSE(with_best(5.0, false, 1).is_beaten_by(of_cost(4.0), true, broken(0)));
}

TEST(ProgrammeSearch, AScheduleThatKeepsLimitsStaysWhenTheSearchIsStoppedBetweenThem) {
    const ProgrammeSearch keeps = with_best(5.0, false, 0);
    EXPECT_FALSE(keeps.is_beaten_by(of_cost(4.0), false, broken(1)));
    EXPECT_TRUE(keeps.is_beaten_by(of_cost(4.0), false, broken(0)));
    EXPECT_FALSE(keeps.is_beaten_by(of_cost(5.1), false, broken(0)));
    EXPECT_TRUE(keeps.is_beaten_by(of_cost(5.0), false, broken(0))); // now with prices
    const ProgrammeSearch breaks = with_best(5.0, false, 2);
    EXPECT_TRUE(breaks.is_beaten_by(of_cost(6.0), false, broken(0)));
    EXPECT_TRUE(breaks.is_beaten_by(of_cost(6.0), false, broken(1)));
}

} // namespace
} // namespace longyang::run
