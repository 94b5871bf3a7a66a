#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"

#include <cstddef>
#include <span>

/// From rows by owner to hours by rank. HDF5 compresses whole chunks: where a chunk's rows lie on
/// several ranks it would pass them around for every dataset, so they are passed around once here,
/// and each rank then writes chunks of its own (docs/decisions.md).
namespace longyang::results {

/// Extent of a chunk of hourly datasets.
inline constexpr std::size_t chunk_items = 32;
inline constexpr std::size_t chunk_hours = 744;

/// Hours of the span that `rank` of `ranks` writes: whole chunks, some ranks may have none.
[[nodiscard]] Share hours_of_rank(std::size_t hours, int rank, int ranks);

/// All rows of `table` over this rank's hours; row i comes from rank owner[i]. Collective.
[[nodiscard]] grid::HourTable to_hours(const Comm& comm, const grid::HourTable& table,
                                       std::span<const int> owner);
/// The same of a table that is whole on every rank; no communication.
[[nodiscard]] grid::HourTable to_hours(const Comm& comm, const grid::HourTable& table);

} // namespace longyang::results
