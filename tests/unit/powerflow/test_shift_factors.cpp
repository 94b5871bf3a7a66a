#include "backends.hpp"
#include "base/comm.hpp"
#include "base/error.hpp"
#include "networks.hpp"
#include "powerflow/flows.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <numbers>
#include <string>
#include <vector>

namespace longyang::powerflow {
namespace {

/// Buses 0, 1, 2 with branches 0-1, 1-2, 0-2 of 0.1 pu; the last one may shift phases.
grid::System triangle(double shift_deg) {
    grid::System system = buses(3);
    add_branch(system, 0, 1, 0.1);
    add_branch(system, 1, 2, 0.1);
    add_branch(system, 0, 2, 0.1, 1.0, shift_deg);
    return system;
}

void expect_rows(const std::vector<double>& got, const std::vector<double>& expected) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_NEAR(got[i], expected[i], 1e-13) << i;
    }
}

// With 1 MW from bus 0 to bus 2 the short way takes two thirds.
TEST(ShiftFactors, TriangleWithOneSlackBus) {
    const Comm comm(MPI_COMM_WORLD);
    const Network network = make_network(triangle(0.0));
    const ShiftFactors own = shift_factors(comm, network, deal_out(comm, 3), all_branches(network),
                                           std::vector<double>{0.0, 0.0, 2.0});
    const GatheredRows rows = all_rows(comm, network, own);
    const double third = 1.0 / 3.0;
    expect_rows(rows.value, {third, -third, 0.0, third, 2 * third, 0.0, 2 * third, third, 0.0});
    expect_rows(rows.offset_mw, {0.0, 0.0, 0.0});
    EXPECT_LT(own.relative_residual, 1e-12);
}

// All buses take up a third each: every row's mean is 0. Rows 0-1: 1/3, -1/3, 0 less 0; 1-2: 1/3,
// 2/3, 0 less 1/3; 0-2: 2/3, 1/3, 0 less 1/3.
TEST(ShiftFactors, TriangleWithSlackOnAllBuses) {
    const Comm comm(MPI_COMM_WORLD);
    const Network network = make_network(triangle(0.0));
    const ShiftFactors own =
        shift_factors(comm, network, deal_out(comm, 3), all_branches(network), {});
    const double third = 1.0 / 3.0;
    expect_rows(all_rows(comm, network, own).value,
                {third, -third, 0.0, 0.0, third, -third, third, 0.0, -third});
}

// 90 MW from bus 0 to bus 2: 60 the short way, 30 the long way. A shift of 3 degrees in the short
// way drives g = S y phi / 3 = 1000 (3 pi / 180) / 3 = 50 pi / 9 MW around the long way.
TEST(Flows, TriangleWithPhaseShifter) {
    const Comm comm(MPI_COMM_WORLD);
    const std::vector<int> owner = deal_out(comm, 3);
    const double g = 50.0 * std::numbers::pi / 9.0;
    const Network network = make_network(triangle(3.0));
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), {});
    const auto part = own_part(comm, owner, {90.0, 0.0, 0.0, 0.0, -90.0, 0.0}); // hour 1: nothing
    const auto flow = whole(comm, network, own, branch_flows(comm, network, own, 2, part), 2);
    const std::vector<double> expected = {30.0 + g, g, 30.0 + g, g, 60.0 - g, -g};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(flow[i], expected[i], 1e-11) << i;
    }
}

// Imbalance is taken up by the slack: 90 MW at bus 0 and nothing taken out.
TEST(Flows, SlackTakesUpTheImbalance) {
    const Comm comm(MPI_COMM_WORLD);
    const std::vector<int> owner = deal_out(comm, 3);
    const Network network = make_network(triangle(0.0));
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network),
                                           std::vector<double>{0.0, 1.0, 2.0});
    const auto part = own_part(comm, owner, {90.0, 0.0, 0.0});
    const auto flow = whole(comm, network, own, branch_flows(comm, network, own, 1, part), 1);
    // 30 MW to bus 1 (20 direct, 10 round) and 60 MW to bus 2 (40 direct, 20 round).
    EXPECT_NEAR(flow[0], 20.0 + 20.0, 1e-11);
    EXPECT_NEAR(flow[1], 20.0 - 10.0, 1e-11);
    EXPECT_NEAR(flow[2], 40.0 + 10.0, 1e-11);
}

// Two islands, buses in mixed order: 0-3 and 1-4-2. Factors do not reach over, and each island has
// its own slack.
TEST(ShiftFactors, TwoIslands) {
    const Comm comm(MPI_COMM_WORLD);
    grid::System system = buses(5);
    add_branch(system, 3, 0, 0.2);
    add_branch(system, 1, 4, 0.1);
    add_branch(system, 4, 2, 0.3, 1.1);
    const Network network = make_network(system);
    EXPECT_EQ(network.island, (std::vector<int>{0, 1, 1, 0, 1}));
    const std::vector<double> slack = {1.0, 0.0, 1.0, 0.0, 0.0};
    const ShiftFactors own =
        shift_factors(comm, network, deal_out(comm, 5), all_branches(network), slack);
    expect_rows(all_rows(comm, network, own).value, {0.0, 0.0, 0.0, 1.0, 0.0,   // 3-0
                                                     0.0, 1.0, 0.0, 0.0, 0.0,   // 1-4
                                                     0.0, 1.0, 0.0, 0.0, 1.0}); // 4-2
}

TEST(ShiftFactors, EachRankHoldsTheBranchesThatLeaveItsBuses) {
    const Comm comm(MPI_COMM_WORLD);
    const std::vector<int> owner = deal_out(comm, 3);
    const Network network = make_network(triangle(0.0));
    const std::vector<int> wanted = {1, 2};
    const ShiftFactors own = shift_factors(comm, network, owner, wanted, {});
    std::vector<int> expected;
    for (const int branch : wanted) {
        if (branch_owners(network, owner)[at(branch)] == comm.rank()) {
            expected.push_back(branch);
        }
    }
    EXPECT_EQ(own.branch, expected);
    // A row that nobody holds is a defect on all ranks.
    EXPECT_THROW(static_cast<void>(gather_rows(comm, network, own, std::vector<int>{0})), Error);
    // In any order: the last row first.
    const GatheredRows rows = gather_rows(comm, network, own, std::vector<int>{2, 1});
    const double third = 1.0 / 3.0;
    expect_rows(rows.value, {third, 0.0, -third, 0.0, third, -third});
}

TEST(Network, SusceptanceCountsTheTap) {
    grid::System system = buses(2);
    add_branch(system, 0, 1, 0.25, 0.8, 90.0);
    add_branch(system, 0, 1, 0.25, 0.0, 0.0);
    const Network network = make_network(system);
    EXPECT_DOUBLE_EQ(network.susceptance_pu[0], 5.0);
    EXPECT_DOUBLE_EQ(network.susceptance_pu[1], 4.0);
    EXPECT_DOUBLE_EQ(network.shift_rad[0], std::numbers::pi / 2.0);
}

TEST(Network, ZeroReactanceIsAFaultyCase) {
    grid::System system = buses(2);
    add_branch(system, 0, 1, 0.0);
    system.branches.name = {"short"};
    try {
        static_cast<void>(make_network(system));
        FAIL() << "a branch without reactance was taken";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
        EXPECT_NE(std::string(e.what()).find("branch short"), std::string::npos) << e.what();
    }
}

TEST(Flows, WrongSizeOnOneRankIsADefectOnAll) {
    const Comm comm(MPI_COMM_WORLD);
    const Network network = make_network(triangle(0.0));
    const ShiftFactors own =
        shift_factors(comm, network, deal_out(comm, 3), all_branches(network), {});
    const std::vector<double> injection(comm.root() ? 4 : 3, 0.0);
    EXPECT_THROW(static_cast<void>(branch_flows(comm, network, own, 1, injection)), Error);
}

TEST(ShiftFactors, SlackWithoutWeightIsADefect) {
    const Comm comm(MPI_COMM_WORLD);
    const Network network = make_network(triangle(0.0));
    EXPECT_THROW(
        static_cast<void>(shift_factors(comm, network, deal_out(comm, 3), all_branches(network),
                                        std::vector<double>(3, 0.0))),
        Error);
}

} // namespace
} // namespace longyang::powerflow
