#pragma once

#include "grid/tables.hpp"

#include <vector>

/// Which rank owns what. The same on all ranks.
namespace longyang::partition {

/// The owning rank of each row of the grid's tables. By share_out (deal_plants deals some anew),
/// plants, loads and lines belong to the owner of their bus, branches and DC links to that of their
/// from bus,
/// reserve requirements to that of their region's first bus, sharing rows to that of the
/// requirement they count for. A cascade is never cut: all its reservoirs and stations belong to
/// the owner of its first station's bus (rank 0 where it has none). A contract belongs to its
/// line's owner, a section's to rank 0, as targets and emission caps do.
struct Owners {
    std::vector<int> bus, branch, thermal, renewable, reservoir, hydro, pump, storage, hvdc,
        dc_link, load, flexible, reserve, sharing, contract, target, emission_cap;
    int ranks = 1;
    int cut_branches = 0; ///< branches whose ends have different owners
};

/// By whole regions, heaviest first, where there are as many, or by the graph alone.
enum class Cut { regions, graph };

/// Shares out buses over `ranks`: whole regions by weight where ranks <= regions, else METIS on the
/// graph of buses and branches, each bus weighted by its plants. Deterministic: ranks calling it
/// with the same system get the same answer. Every rank owns at least one bus where ranks <= buses.
/// Throws Error (usage) where ranks > buses.
[[nodiscard]] Owners share_out(const grid::System& system, int ranks, Cut cut = Cut::regions);

/// Deals thermal clusters, storages, flexible loads, lines with their contracts and cascades anew,
/// wherever they stand: by what their oracles take (engine by prices), the largest first, each to
/// the rank with the least so far. For engines that bring plants together by prices alone.
void deal_plants(const grid::System& system, Owners& owners);

} // namespace longyang::partition
