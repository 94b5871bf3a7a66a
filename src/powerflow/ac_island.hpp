#pragma once

#include "base/comm.hpp"
#include "kernels/ac_flow.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::powerflow {

/// An island as a network of its own; its buses are those of the whole named in `bus`.
struct AcIsland {
    std::vector<std::size_t> bus;
    std::vector<std::int32_t> row_begin{0}, column;
    std::vector<double> g_pu, b_pu, v_set_pu, slack_share;
    std::vector<kernels::AcBus> kind;

    /// Entries towards buses of other islands (zeros that a lost branch left) are dropped.
    AcIsland(const AcNetwork& network, int number);

    [[nodiscard]] kernels::AcNetwork network() const {
        return {bus.size(), row_begin, column, g_pu, b_pu, kind, slack_share};
    }
    /// Columns `own` of its rows of a table by bus and hour.
    [[nodiscard]] std::vector<double> part_of(const std::vector<double>& table, std::size_t hours,
                                              Share own) const;
    /// Puts such a part back into the whole table.
    void place(std::span<const double> part, std::size_t hours, Share own,
               std::vector<double>& table) const;
};

/// Reactive limits of an island's buses in a rank's hours.
struct AcIslandLimits {
    std::vector<double> low, high;
};
/// Those of the machines, or none (`keep` false); both 0 where nothing is connected. Empty where
/// every bus that can hold its voltage does so in all hours, without limits.
[[nodiscard]] AcIslandLimits reactive_limits(const AcIsland& island, const AcInjections& injections,
                                             Share own, bool keep);

} // namespace longyang::powerflow
