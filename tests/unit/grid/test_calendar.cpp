#include "grid/calendar.hpp"

#include <gtest/gtest.h>

namespace {

using namespace longyang::grid;

TEST(Calendar, DatesBecomeHoursOfTheYearAndBack) {
    EXPECT_EQ(hour_of_date("2030-01-01", 2030), 0);
    EXPECT_EQ(hour_of_date("2030-07-15T06", 2030), 4344 + 14 * 24 + 6);
    EXPECT_EQ(hour_of_date("2030-12-31T23:00", 2030), 8759);
    EXPECT_EQ(date_of_hour(8759, 2030), "2030-12-31T23:00");
    EXPECT_EQ(date_of_hour(8760 + 25, 2030), "2031-01-02T01:00");
}

TEST(Calendar, WhatIsNoDateOfTheYearIsRefused) {
    for (const char* text : {"2031-01-01", "2030-13-01", "2030-02-29", "2030-04-31", "2030-1-1", "",
                             "2030-01-01T24", "2030-01-0x", "2030-01-01 06", "2030-00-10"}) {
        EXPECT_EQ(hour_of_date(text, 2030), -1) << text;
    }
}

TEST(Calendar, EveryHourLiesInItsMonth) {
    for (int month = 1; month <= 12; ++month) {
        const auto m = static_cast<std::size_t>(month);
        EXPECT_EQ(month_of_hour(month_begin_hour[m - 1]), month);
        EXPECT_EQ(month_of_hour(month_begin_hour[m] - 1), month);
    }
}

} // namespace
