#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <optional>
#include <vector>

/// Connections of bases (docs/theory/network.md, NW-4): what lies behind them.
namespace longyang::grid {

/// The connection behind which a row of `renewables` or `storages` lies; -1: none. column: its
/// table's, which may have been left empty.
[[nodiscard]] inline int connection_of(const Integers& column, std::size_t row) {
    return row < column.size() ? column[row] : -1;
}

/// Rows behind a connection, in the order of their tables.
struct ConnectionMembers {
    Integers renewables, storages;
};
/// One entry a connection.
[[nodiscard]] std::vector<ConnectionMembers> connection_members(const System& system);

/// ST-5. What a storage can charge and discharge by hour of the span at the most, MW: no more than
/// its connection lets through when all others behind it help. Nothing where that is no limit.
struct StorageLimits {
    Numbers charge_max_mw, discharge_max_mw;
};
[[nodiscard]] std::optional<StorageLimits> storage_limits(const System& system, int storage,
                                                          Span span);

} // namespace longyang::grid
