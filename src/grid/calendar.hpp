#pragma once

#include <array>
#include <string>
#include <string_view>

namespace longyang::grid {

/// First hour of each month of a year of 365 days, and 8760 behind the last.
inline constexpr std::array<int, 13> month_begin_hour = {0,    744,  1416, 2160, 2880, 3624, 4344,
                                                         5088, 5832, 6552, 7296, 8016, 8760};

/// Month 1..12 of an hour of the year 0..8759.
[[nodiscard]] constexpr int month_of_hour(int hour_of_year) {
    int month = 1;
    while (month < 12 && hour_of_year >= month_begin_hour[static_cast<std::size_t>(month)]) {
        ++month;
    }
    return month;
}

/// Hour of the year of a date "2030-01-15" or time "2030-01-15T06" in `year`; -1 where the text is
/// no such date, names another year, or 29 February, which modelled years leave out.
[[nodiscard]] int hour_of_date(std::string_view text, int year);

/// "2030-01-15T06:00" for an hour of the year, counted on into the next year.
[[nodiscard]] std::string date_of_hour(int hour_of_year, int year);

} // namespace longyang::grid
