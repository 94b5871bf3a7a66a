#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/voltage_check.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace longyang::security {

/// A section's flow held for the voltage of a bus.
struct VoltagePattern {
    int section = 0, bus = 0;
    int direction = 1; ///< +1: its forward flow is limited

    bool operator==(const VoltagePattern&) const = default;
    bool operator<(const VoltagePattern& other) const {
        return std::tie(section, bus, direction) <
               std::tie(other.section, other.bus, other.direction);
    }
};
/// direction x flow <= limit in an hour.
struct VoltageRow {
    std::size_t pattern = 0;
    int hour = 0;
    double limit_mw = 0.0;
};

/// As "section x for the voltage of y", with ", backward".
[[nodiscard]] std::string name_of(const grid::System& system, const VoltagePattern& pattern);
/// The pattern that has a name: its section is -1 where none has.
[[nodiscard]] VoltagePattern voltage_pattern_of_name(const grid::System& system,
                                                     std::string_view name);

/// Rows for what checks of voltages found (AC-11); the same on all ranks. A row once there stays
/// and moves with every look.
class VoltageRows {
public:
    /// Rows of hours with findings are laid at their limits; rows that the schedule breaks in an
    /// hour without one are laid at its flow, which does no harm, and where `at_schedule`, so are
    /// all that it breaks without a finding of their own.
    void look(std::span<const VoltageFinding> findings, const grid::HourTable& section_mw,
              bool at_schedule);

    [[nodiscard]] std::span<const VoltagePattern> patterns() const { return patterns_; }
    [[nodiscard]] std::span<const VoltageRow> rows() const { return rows_; }

private:
    std::map<VoltagePattern, std::size_t> pattern_of_;
    std::map<std::pair<std::size_t, int>, std::size_t> row_of_; ///< pattern, hour
    std::vector<VoltagePattern> patterns_;
    std::vector<VoltageRow> rows_;
};

} // namespace longyang::security
