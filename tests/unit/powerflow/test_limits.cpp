#include "base/comm.hpp"
#include "base/error.hpp"
#include "networks.hpp"
#include "powerflow/limits.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <limits>
#include <vector>

namespace longyang::powerflow {
namespace {

using Kind = LimitViolation::Kind;

/// Triangle 0-1, 1-2, 0-2 of 0.1 pu: limits of 25 MW, none, 50 MW. Section 0 cuts bus 2 off
/// (forward into it), section 1 is branch 0-1 alone, counted from 1 to 0.
grid::System triangle() {
    grid::System system = buses(3);
    add_branch(system, 0, 1, 0.1, 0.0, 0.0, 25.0);
    add_branch(system, 1, 2, 0.1, 0.0, 0.0, 0.0);
    add_branch(system, 0, 2, 0.1, 0.0, 0.0, 50.0);
    system.sections.limit_forward_mw = {80.0, 1000.0};
    system.sections.limit_backward_mw = {100.0, 31.0};
    system.section_branches.section = {0, 1, 0};
    system.section_branches.branch = {2, 0, 1};
    system.section_branches.sign = {1.0, -1.0, 1.0};
    return system;
}

/// Hours: 90 MW from bus 0 to 2 (flows 30, 30, 60); 180 MW from 2 to 0 (-60, -60, -120); nothing.
const std::vector<double> injection = {90.0, -180.0, 0.0, 0.0, 0.0, 0.0, -90.0, 180.0, 0.0};

FlowCheck check(const Comm& comm, const grid::System& system, Search search) {
    const Network network = make_network(system);
    const std::vector<int> owner = deal_out(comm, 3);
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), {});
    return check_flows(comm, network, own, system, 3, own_part(comm, owner, injection), search);
}

void expect_violation(const LimitViolation& v, Kind kind, int item, int hour, int side,
                      double flow_mw, double limit_mw) {
    EXPECT_EQ(v.kind, kind);
    EXPECT_EQ(v.item, item);
    EXPECT_EQ(v.hour, hour);
    EXPECT_EQ(v.side, side);
    EXPECT_NEAR(v.flow_mw, flow_mw, 1e-11);
    EXPECT_DOUBLE_EQ(v.limit_mw, limit_mw);
}

TEST(Limits, WorstFirstOnAllRanks) {
    const Comm comm(MPI_COMM_WORLD);
    const FlowCheck got = check(comm, triangle(), {1e-3, 0});
    const std::vector<double> section_mw = {90.0, -180.0, 0.0, -30.0, 60.0, 0.0};
    ASSERT_EQ(got.section_mw.size(), section_mw.size());
    for (std::size_t i = 0; i < section_mw.size(); ++i) {
        EXPECT_NEAR(got.section_mw[i], section_mw[i], 1e-11) << i;
    }
    EXPECT_EQ(got.found, 6);
    ASSERT_EQ(got.violations.size(), 6U);
    // Excesses 80, 70, 35, 10, 10, 5: branches before sections where they are equal.
    expect_violation(got.violations[0], Kind::section, 0, 1, -1, -180.0, -100.0);
    expect_violation(got.violations[1], Kind::branch, 2, 1, -1, -120.0, -50.0);
    expect_violation(got.violations[2], Kind::branch, 0, 1, -1, -60.0, -25.0);
    expect_violation(got.violations[3], Kind::branch, 2, 0, 1, 60.0, 50.0);
    expect_violation(got.violations[4], Kind::section, 0, 0, 1, 90.0, 80.0);
    expect_violation(got.violations[5], Kind::branch, 0, 0, 1, 30.0, 25.0);
    EXPECT_NEAR(got.violations[1].excess_mw(), 70.0, 1e-11);
}

TEST(Limits, AtMostSoManyOfAnHour) {
    const Comm comm(MPI_COMM_WORLD);
    const FlowCheck got = check(comm, triangle(), {1e-3, 2});
    EXPECT_EQ(got.found, 6);
    ASSERT_EQ(got.violations.size(), 4U);
    expect_violation(got.violations[0], Kind::section, 0, 1, -1, -180.0, -100.0);
    expect_violation(got.violations[1], Kind::branch, 2, 1, -1, -120.0, -50.0);
    expect_violation(got.violations[2], Kind::branch, 2, 0, 1, 60.0, 50.0);
    expect_violation(got.violations[3], Kind::section, 0, 0, 1, 90.0, 80.0);
}

TEST(Limits, ToleranceIsNoViolation) {
    const Comm comm(MPI_COMM_WORLD);
    EXPECT_EQ(check(comm, triangle(), {10.001, 0}).found, 3);
}

TEST(Limits, PatternOfASectionGivesItsFlow) {
    const Comm comm(MPI_COMM_WORLD);
    grid::System system = triangle();
    system.branches.shift_deg = {0.0, 4.0, -3.0};
    const Network network = make_network(system);
    const std::vector<int> owner = deal_out(comm, 3);
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), {});
    const FlowCheck flows =
        check_flows(comm, network, own, system, 3, own_part(comm, owner, injection), {});
    for (int s = 0; s < 2; ++s) {
        const SectionPattern pattern = section_pattern(comm, network, own, system, s);
        ASSERT_EQ(pattern.value.size(), 3U);
        for (std::size_t t = 0; t < 3; ++t) {
            double flow = pattern.offset_mw;
            for (std::size_t bus = 0; bus < 3; ++bus) {
                flow += pattern.value[bus] * injection[bus * 3 + t];
            }
            EXPECT_NEAR(flows.section_mw[at(s) * 3 + t], flow, 1e-11) << s << ' ' << t;
        }
    }
    // Bus 2 takes what flows into it, wherever the slack is: +1 from others to it, with shares.
    const SectionPattern into = section_pattern(comm, network, own, system, 0);
    EXPECT_NEAR(into.value[0] - into.value[2], 1.0, 1e-12);
    EXPECT_NEAR(into.value[1] - into.value[2], 1.0, 1e-12);
    EXPECT_NEAR(into.offset_mw, 0.0, 1e-10); // shifters cannot move power into a bus
}

TEST(Limits, MemberWithoutARowIsADefect) {
    const Comm comm(MPI_COMM_WORLD);
    const grid::System system = triangle();
    const Network network = make_network(system);
    const std::vector<int> owner = deal_out(comm, 3);
    const ShiftFactors own =
        shift_factors(comm, network, owner, std::vector<int>{0, 1}, {}); // without branch 2
    EXPECT_THROW(static_cast<void>(check_flows(comm, network, own, system, 3,
                                               own_part(comm, owner, injection), {})),
                 Error);
    EXPECT_THROW(static_cast<void>(section_pattern(comm, network, own, system, 0)), Error);
}

TEST(Limits, FlowThatIsNotANumberIsANumericalFailure) {
    const Comm comm(MPI_COMM_WORLD);
    const grid::System system = triangle();
    const Network network = make_network(system);
    const std::vector<int> owner = deal_out(comm, 3);
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), {});
    std::vector<double> bad = injection;
    bad[3] = std::numeric_limits<double>::quiet_NaN();
    try {
        static_cast<void>(
            check_flows(comm, network, own, system, 3, own_part(comm, owner, bad), {}));
        FAIL() << "a flow that is not a number passed";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::numerical);
    }
}

TEST(Limits, NetworkWithoutBranchesHasNoViolations) {
    const Comm comm(MPI_COMM_WORLD);
    const grid::System system = buses(3);
    const FlowCheck got = check(comm, system, {});
    EXPECT_TRUE(got.branch_mw.empty());
    EXPECT_TRUE(got.section_mw.empty());
    EXPECT_TRUE(got.violations.empty());
}

} // namespace
} // namespace longyang::powerflow
