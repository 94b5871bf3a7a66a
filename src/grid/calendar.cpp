#include "grid/calendar.hpp"

#include <fmt/format.h>

#include <charconv>

namespace longyang::grid {
namespace {

/// Reads `digits` digits at `at`; -1 where something else stands there.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() < at + digits) {
        return -1;
    }
    const char* first = text.data() + at;
    int value = 0;
    const auto [end, error] = std::from_chars(first, first + digits, value);
    return error == std::errc() && end == first + digits && *first != '-' ? value : -1;
}

} // namespace

int hour_of_date(std::string_view text, int year) {
    const bool with_hour = text.size() == 13 || (text.size() == 16 && text.substr(13) == ":00");
    if ((text.size() != 10 && !with_hour) || text[4] != '-' || text[7] != '-' ||
        (with_hour && text[10] != 'T')) {
        return -1;
    }
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    const int hour = with_hour ? number_at(text, 11, 2) : 0;
    if (number_at(text, 0, 4) != year || month < 1 || month > 12 || day < 1 || hour < 0 ||
        hour > 23) {
        return -1;
    }
    const auto m = static_cast<std::size_t>(month - 1);
    const int result = month_begin_hour[m] + 24 * (day - 1) + hour;
    return result < month_begin_hour[m + 1] ? result : -1;
}

std::string date_of_hour(int hour_of_year, int year) {
    year += hour_of_year / month_begin_hour[12];
    hour_of_year %= month_begin_hour[12];
    const int month = month_of_hour(hour_of_year);
    const int within = hour_of_year - month_begin_hour[static_cast<std::size_t>(month - 1)];
    return fmt::format("{:04}-{:02}-{:02}T{:02}:00", year, month, within / 24 + 1, within % 24);
}

} // namespace longyang::grid
