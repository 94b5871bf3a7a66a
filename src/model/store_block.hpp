#pragma once

#include "lp/block.hpp"
#include "lp/oracle_data.hpp"

/// Columns and rows of what the compact form `lp::Store` states: storage plants (ST-1 to ST-4) and
/// flexible loads (FL-1 to FL-6).
namespace longyang::model {

/// Families of the columns, and tags of the rows.
struct StoreFamilies {
    const char *charge, *discharge, *energy, *spill, *unserved, *up, *down;
    const char *balance, *reserve_power, *reserve_energy;
};

/// Builds the block of `hours` hours; its name and order are the caller's. Throws Error
/// (infeasible) where the span's last hour cannot hold what the store has to end with.
void build_store(const lp::Store& store, const StoreFamilies& families, int hours,
                 lp::Block& block);

} // namespace longyang::model
