#pragma once

#include "grid/tables.hpp"

/// Small systems with everything that a case can hold, made by a seed.
namespace longyang::testing {

/// One to four buses in one or two regions, joined by rated branches (a ring from three buses on,
/// with a section across it at times); clusters of up to three thermal units with ramps, minimum
/// times, start tiers, reserves, outages, must-run, profiles and a past; storages, rivers (travel
/// time, several stations, head segments), lines with levels or without, their contracts and what
/// their receiving ends ask for, wind
/// and PV, a connection that one of them shares with a storage, flexible loads, power blocks on a
/// heat store, carbon capture, reserves of all kinds and their sharing; plants of every kind, and
/// branches, with hours out of service. Load may be shed, reserve
/// may be missing and contracts may fall short at a price, so that most have a schedule, though not
/// all. `hours`: of which profiles and loads are drawn.
[[nodiscard]] grid::System random_system(unsigned seed, int hours);

/// Adds quotas with certificates traded between regions, a clean-share contract of a line, a share
/// of generation (all at a price), an energy limit that several clusters share, and at times caps
/// on emissions.
void add_random_policy(unsigned seed, grid::System& system);

/// Adds DC links between buses, or from a bus of an island of its own: one way or both, at times
/// with a loss, with less than all there, or with a least power.
void add_random_links(unsigned seed, int hours, grid::System& system);

/// Adds pumps between reservoirs of one river, some with hours out of service or of no power.
void add_random_pumps(unsigned seed, int hours, grid::System& system);

} // namespace longyang::testing
