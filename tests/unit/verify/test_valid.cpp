#include "base/comm.hpp"
#include "base/error.hpp"
#include "hand_made.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace longyang::verify {
namespace {

std::string words(const Report& report) {
    std::string text;
    for (const Breach& b : report.breaches) {
        text += b.rule + ", " + b.item + ", hour " + std::to_string(b.hour) + ": " +
                std::to_string(b.found) + " against " + std::to_string(b.limit) + ' ' + b.unit +
                '\n';
    }
    return text;
}

TEST(Verify, ValidScheduleHasNoBreachAndItsHandWorkedCost) {
    const Comm comm(MPI_COMM_WORLD);
    const Report report = check(comm, hand_made(), {});
    EXPECT_EQ(report.found, 0) << words(report);
    EXPECT_TRUE(report.breaches.empty());
    EXPECT_LT(report.worst, 1e-12);
    EXPECT_NEAR(report.cost_cny, hand_made_cost_cny, 1e-6);
    EXPECT_EQ(report.charged_while_discharging_mwh, 0.0);
    EXPECT_GT(report.checks, 500);
}

// The same figures on every rank, bit by bit.
TEST(Verify, ReportIsTheSameOnEveryRank) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.schedule.thermal_p_mw.row(0)[2] += 30.0;
    made.schedule.hydro_p_mw.row(1)[3] += 20.0;
    const Report report = check(comm, made, {});
    EXPECT_EQ(broadcast(comm, report.cost_cny), report.cost_cny);
    EXPECT_EQ(broadcast(comm, report.worst), report.worst);
    EXPECT_EQ(broadcast(comm, report.found), report.found);
    EXPECT_EQ(broadcast(comm, static_cast<long long>(report.breaches.size())),
              static_cast<long long>(report.breaches.size()));
    for (std::size_t k = 1; k < report.breaches.size(); ++k) {
        EXPECT_GE(report.breaches[k - 1].relative, report.breaches[k].relative);
    }
    // 30 MW more at 10 GJ/MWh x 25 + 10, and 20 MW x 2 of hydro.
    EXPECT_NEAR(report.cost_cny, hand_made_cost_cny + 30.0 * 260.0 + 40.0, 1e-6);
}

// Both runs of a pump in one hour are no breach but are counted.
TEST(Verify, ChargingWhileDischargingIsReported) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.schedule.storage_charge_mw.row(0)[2] = 10.0;   // stores 8
    made.schedule.storage_discharge_mw.row(0)[2] = 6.4; // takes 8
    const Report report = check(comm, made, {});
    EXPECT_DOUBLE_EQ(report.charged_while_discharging_mwh, 6.4);
}

TEST(Verify, ToleranceIsRelative) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.schedule.renewable_down_mw.row(0)[1] = 90.0005; // of 90 MW: 5.6e-6
    made.schedule.thermal_down_mw.row(0)[1] = 0.0;       // so that no requirement is missed below
    Report report = check(comm, made, {});
    EXPECT_EQ(report.found, 0) << words(report);
    EXPECT_NEAR(report.worst, 0.0005 / 90.0, 1e-9);
    Settings strict;
    strict.tolerance = 1e-6;
    report = check(comm, made, strict);
    ASSERT_EQ(report.found, 1) << words(report);
    EXPECT_EQ(report.breaches[0].rule, "RN-2 downward reserve");
    EXPECT_NEAR(report.breaches[0].relative, 0.0005 / 90.0, 1e-9);
}

// A run may be told to let flows pass that are a little beyond their limits.
TEST(Verify, FlowsWithinTheirToleranceAreNoBreach) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.branches.rating_mw[2] = 1.0;
    made.system.sections.limit_forward_mw[0] = 1.0;
    const Report all = check(comm, made, {});
    double most_mw = 0.0;
    for (const Breach& breach : all.breaches) {
        EXPECT_TRUE(breach.rule.starts_with("NW-2") || breach.rule.starts_with("NW-3"))
            << words(all);
        most_mw = std::max(most_mw, std::abs(breach.found - breach.limit));
    }
    ASSERT_GT(all.found, 0);
    Settings settings;
    settings.flow_tolerance_mw = most_mw + 1e-6;
    EXPECT_EQ(check(comm, made, settings).found, 0);
    settings.flow_tolerance_mw = most_mw - 0.01;
    const Report beyond = check(comm, made, settings);
    ASSERT_GT(beyond.found, 0);
    EXPECT_LT(beyond.found, all.found);
    EXPECT_DOUBLE_EQ(std::abs(beyond.breaches[0].limit), 1.0); // the limit itself is told
}

TEST(Verify, KeepsTheWorstOnly) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    for (int t = 0; t < hours; ++t) {
        made.schedule.renewable_down_mw.row(1)[static_cast<std::size_t>(t)] = 6.0 + t; // of 5 MW
    }
    Settings few;
    few.most = 2;
    const Report report = check(comm, made, few);
    EXPECT_EQ(report.found, 6);
    ASSERT_EQ(report.breaches.size(), 2U);
    EXPECT_EQ(report.breaches[0].hour, 5); // 11 MW of 5
    EXPECT_EQ(report.breaches[1].hour, 4);
    EXPECT_DOUBLE_EQ(report.breaches[0].relative, 6.0 / 5.0);
}

// Units, levels and head segments may be parts in a relaxed run, other rules hold.
TEST(Verify, RelaxedScheduleNeedNotBeWhole) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    Settings relaxed;
    relaxed.whole_units = false;
    EXPECT_EQ(check(comm, made, relaxed).found, 0);
    // 1.5 units from hour 1 to 3: half a start, half a stop.
    for (const std::size_t t : {1U, 2U, 3U}) {
        made.schedule.thermal_units_on.row(0)[t] = 1.5;
    }
    made.schedule.thermal_starts.row(0)[1] = 0.5;
    made.schedule.thermal_stops.row(0)[4] = 0.5;
    made.schedule.thermal_up_mw.row(0)[2] = 0.0; // 450 MW of 1.5 x 300
    made.schedule.thermal_up_mw.row(0)[3] = 0.0; // 400 MW, p' = 250 > 300 - 75
    const Report whole = check(comm, made, {});
    bool found = false;
    for (const Breach& b : whole.breaches) {
        found = found || (b.rule == "whole units on" && b.item == "coal" && b.hour == 2);
    }
    EXPECT_TRUE(found) << words(whole);
    for (const Breach& b : check(comm, made, relaxed).breaches) {
        EXPECT_EQ(b.rule.find("whole"), std::string::npos) << b.rule;
    }
}

// A unit that was off for 8 hours or more starts cold: with the stop 8 h before the span, hour 1 is
// the ninth.
TEST(Verify, StartCostByTimeOff) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.system.thermal.initial_h[0] = 8;
    Report report = check(comm, made, {});
    EXPECT_EQ(report.found, 0) << words(report);
    EXPECT_NEAR(report.cost_cny, hand_made_cost_cny + 20000.0, 1e-6);
    made.system.thermal.initial_h[0] = 6; // off for 7 h in hour 1: still hot
    report = check(comm, made, {});
    EXPECT_NEAR(report.cost_cny, hand_made_cost_cny, 1e-6);
}

TEST(Verify, WrongShapeIsADefectOnAllRanks) {
    const Comm comm(MPI_COMM_WORLD);
    HandMade made = hand_made();
    made.section_mw.pop_back();
    EXPECT_THROW(static_cast<void>(check(comm, made, {})), Error);
}

} // namespace
} // namespace longyang::verify
