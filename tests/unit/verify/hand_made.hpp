#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "verify/verify.hpp"

#include <initializer_list>
#include <string>
#include <vector>

/// A small system with every kind of plant and a schedule for it that keeps all rules, both worked
/// out by hand: six hours from 20:00 on 1 January, so that midnight lies before hour 4.
namespace longyang::verify {

constexpr int begin_hour = 20;
constexpr int hours = 6;

/// The whole schedule and all flows, as one rank would hold them.
struct HandMade {
    grid::System system;
    grid::Schedule schedule;
    std::vector<double> branch_mw, section_mw; ///< all branches, sections x hours
    int unmonitored = -1;                      ///< a branch whose flows no rank holds
};

/// A profile that is `rest` all year but in the span. Gives its number.
int add_profile(grid::System& system, std::initializer_list<double> in_span, double rest);

/// See hand_made.cpp for the numbers and how they come about.
[[nodiscard]] HandMade hand_made();

/// What the schedule costs, added up in hand_made.cpp.
constexpr double hand_made_cost_cny = 828376.0;

/// Deals the system out over the ranks and checks it, each rank holding its own rows only.
[[nodiscard]] Report check(const Comm& comm, const HandMade& whole, const Settings& settings);

} // namespace longyang::verify
