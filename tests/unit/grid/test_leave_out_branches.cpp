#include "grid/leave_out_branches.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

using namespace longyang::grid;

/// Five branches "l0" ... with all columns told apart by the row, two sections, three contingencies
/// and an action after each.
System small_system() {
    System s;
    for (int l = 0; l < 5; ++l) {
        Branches& t = s.branches;
        t.name.push_back("l" + std::to_string(l));
        t.source.push_back("source " + std::to_string(l));
        t.quality.emplace_back("estimated");
        t.note.push_back("note " + std::to_string(l));
        t.line.push_back(l + 2);
        t.from_bus.push_back(l);
        t.to_bus.push_back(l + 1);
        t.kind.push_back(l == 3 ? "transformer" : "line");
        for (Numbers* column : {&t.length_km, &t.r_pu, &t.x_pu, &t.b_pu, &t.rating_mw, &t.tap_pu,
                                &t.shift_deg, &t.rating_emergency_mw}) {
            column->push_back(1.0 + l);
        }
        t.rating_profile.push_back(l - 1);
    }
    s.sections.name = {"both", "alone"};
    s.section_branches.section = {0, 0, 1};
    s.section_branches.branch = {1, 4, 1};
    s.section_branches.sign = {1.0, -1.0, 1.0};
    s.contingencies.name = {"pair with l1", "pair", "l4"};
    s.contingencies.branch = {0, 3, 4};
    s.contingencies.second_branch = {1, 2, -1};
    ContingencyActions& actions = s.contingency_actions;
    actions.contingency = {0, 1, 2, 0};
    actions.kind = {"trip", "run_back", "trip", "run_back"};
    actions.hvdc = {-1, 0, -1, 1};
    actions.plant_table = {"thermal", "", "hydro", ""};
    actions.plant = {"a", "", "b", ""};
    actions.amount_mw = {1.0, 2.0, 3.0, 4.0};
    actions.arm_above_mw = {10.0, 20.0, 30.0, 40.0};
    return s;
}

TEST(LeaveOutBranches, WhatRefersToThemGoesAndTheRestIsRenumbered) {
    System s = small_system();
    leave_out_branches(s, std::vector<char>{0, 1, 0, 0, 0});
    const Branches& t = s.branches;
    EXPECT_EQ(t.name, (Names{"l0", "l2", "l3", "l4"}));
    EXPECT_EQ(t.source, (Names{"source 0", "source 2", "source 3", "source 4"}));
    EXPECT_EQ(t.note, (Names{"note 0", "note 2", "note 3", "note 4"}));
    EXPECT_EQ(t.quality.size(), 4U);
    EXPECT_EQ(t.line, (Integers{2, 4, 5, 6}));
    EXPECT_EQ(t.from_bus, (Integers{0, 2, 3, 4}));
    EXPECT_EQ(t.to_bus, (Integers{1, 3, 4, 5}));
    EXPECT_EQ(t.kind, (Names{"line", "line", "transformer", "line"}));
    for (const Numbers* column : {&t.length_km, &t.r_pu, &t.x_pu, &t.b_pu, &t.rating_mw, &t.tap_pu,
                                  &t.shift_deg, &t.rating_emergency_mw}) {
        EXPECT_EQ(*column, (Numbers{1.0, 3.0, 4.0, 5.0}));
    }
    EXPECT_EQ(t.rating_profile, (Integers{-1, 1, 2, 3}));
    EXPECT_EQ(s.sections.name, (Names{"both", "alone"})); // one without branches
    EXPECT_EQ(s.section_branches.section, (Integers{0}));
    EXPECT_EQ(s.section_branches.branch, (Integers{3}));
    EXPECT_EQ(s.section_branches.sign, (Numbers{-1.0}));
    EXPECT_EQ(s.contingencies.name, (Names{"pair", "l4"}));
    EXPECT_EQ(s.contingencies.branch, (Integers{2, 3}));
    EXPECT_EQ(s.contingencies.second_branch, (Integers{1, -1}));
    EXPECT_EQ(s.contingency_actions.contingency, (Integers{0, 1}));
    EXPECT_EQ(s.contingency_actions.kind, (Names{"run_back", "trip"}));
    EXPECT_EQ(s.contingency_actions.hvdc, (Integers{0, -1}));
    EXPECT_EQ(s.contingency_actions.plant_table, (Names{"", "hydro"}));
    EXPECT_EQ(s.contingency_actions.plant, (Names{"", "b"}));
    EXPECT_EQ(s.contingency_actions.amount_mw, (Numbers{2.0, 3.0}));
    EXPECT_EQ(s.contingency_actions.arm_above_mw, (Numbers{20.0, 30.0}));
}

TEST(LeaveOutBranches, NoneGoesWhereNoneIsOut) {
    System s = small_system();
    leave_out_branches(s, {});
    EXPECT_EQ(s.branches.name.size(), 5U);
    EXPECT_EQ(s.contingencies.branch, (Integers{0, 3, 4}));
}

} // namespace
