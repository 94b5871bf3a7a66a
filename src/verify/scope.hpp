#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "verify/verify.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::verify {

/// What every check reads. Hours t are those of the span; -1 is the hour before it.
struct Scope {
    const grid::System& system;
    const partition::Owners& owners;
    const grid::Schedule& schedule;
    const Settings& settings;
    int rank = 0;

    [[nodiscard]] int hours() const { return schedule.span.hours; }
    [[nodiscard]] int hour_of_year(int t) const { return schedule.span.begin + t; }
    /// Value of a profile in an hour of the span; `empty` where there is none.
    [[nodiscard]] double profile(int row, int t, double empty) const;
    /// Load before shedding, MW.
    [[nodiscard]] double load_mw(std::size_t load, int t) const;
    /// Available output of a renewable plant, MW.
    [[nodiscard]] double available_mw(std::size_t renewable, int t) const;

    [[nodiscard]] bool mine(const std::vector<int>& owner, std::size_t item) const {
        return owner[item] == rank;
    }
};

/// Index of a row number that is known not to be negative.
inline std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// SV-1: whether a row of a table, by its name, is in service in an hour of the span.
[[nodiscard]] bool served(const Scope& scope, std::string_view table, std::string_view name, int t);

/// Whether power blocks take the heat of a row of storages.
[[nodiscard]] bool gives_heat(const grid::System& system, std::size_t storage);

/// The name of a table's row, its number where the table's rows have none.
[[nodiscard]] std::string name_of(const grid::Rows& table, std::size_t row);

} // namespace longyang::verify
