// Prices of earlier runs where an hour was not theirs.
#include "run/known_prices.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace longyang::run {
namespace {

struct File {
    results::Stored stored;
    results::RowPrices rows;
};

/// Hours [begin, begin + hours) with a balance whose price is that of its hour of the year times
/// `factor`, and a contract over all of them at `contract_cny`.
File file_of(int begin, int hours, double factor, double contract_cny) {
    File file;
    file.stored.span = {begin, hours};
    file.rows.tag = {"NW-1", "CT-2"};
    file.rows.what = {"grid", "east"};
    for (int t = 0; t < hours; ++t) {
        file.rows.pattern.push_back(0);
        file.rows.begin.push_back(t);
        file.rows.end.push_back(t + 1);
        file.rows.price_cny.push_back(factor * (begin + t));
    }
    file.rows.pattern.push_back(1);
    file.rows.begin.push_back(0);
    file.rows.end.push_back(hours);
    file.rows.price_cny.push_back(contract_cny);
    return file;
}

/// Days 2 and 3 of the year with a limit at noon of day 2, and day 360.
KnownPrices two_runs() {
    KnownPrices known;
    File winter = file_of(48, 48, 1.0, 10.0);
    results::StoredLimit limit;
    limit.kind = "branch";
    limit.name = "a-b";
    limit.hour = 12;
    winter.stored.limits.push_back(limit);
    known.add(winter.stored, winter.rows);
    const File december = file_of(360 * 24, 24, 2.0, 40.0);
    known.add(december.stored, december.rows);
    return known;
}

TEST(KnownPrices, KnownHoursAreThemselvesAndOthersLikeTheNearestDay) {
    const KnownPrices known = two_runs();
    EXPECT_EQ(known.like(48), 48);
    EXPECT_EQ(known.like(95), 95);
    EXPECT_EQ(known.like(10 * 24 + 7), 3 * 24 + 7);
    EXPECT_EQ(known.like(24 + 5), 48 + 5);
    EXPECT_EQ(known.like(200 * 24), 360 * 24); // 160 days ahead, 197 behind
    EXPECT_EQ(known.like(5), 48 + 5);          // two days on, five back over the year's end
    EXPECT_EQ(known.like(363 * 24), 360 * 24);
    // As far from day 2 as from day 6: the earlier.
    KnownPrices even;
    const File day2 = file_of(48, 24, 1.0, 0.0);
    const File day6 = file_of(6 * 24, 24, 1.0, 0.0);
    even.add(day6.stored, day6.rows);
    even.add(day2.stored, day2.rows);
    EXPECT_EQ(even.like(4 * 24 + 1), 48 + 1);
    EXPECT_EQ(KnownPrices().like(0), -1);
}

TEST(KnownPrices, RowsOfAnHourHaveThePriceOfTheHourItIsLike) {
    const KnownPrices known = two_runs();
    EXPECT_EQ(known.price("NW-1", "grid", 50, 51), 50.0);
    EXPECT_EQ(known.price("NW-1", "grid", 240, 241), 72.0);
    EXPECT_EQ(known.price("NW-1", "grid", 8661, 8662), 2.0 * 8661.0);
    EXPECT_TRUE(std::isnan(known.price("NW-1", "another", 50, 51)));
    EXPECT_TRUE(std::isnan(known.price("NW-2", "grid", 50, 51)));
    EXPECT_TRUE(std::isnan(KnownPrices().price("NW-1", "grid", 50, 51)));
}

TEST(KnownPrices, RowsOverHoursHaveThePriceOfWhatTheyShareHoursWith) {
    const KnownPrices known = two_runs();
    EXPECT_EQ(known.price("CT-2", "east", 48, 96), 10.0);
    EXPECT_EQ(known.price("CT-2", "east", 0, 744), 10.0);
    // 48 hours at 10 and 24 at 40.
    EXPECT_DOUBLE_EQ(known.price("CT-2", "east", 0, 8760), 20.0);
    EXPECT_EQ(known.price("CT-2", "east", 744, 1416), 10.0);
    EXPECT_EQ(known.price("CT-2", "east", 7300, 8000), 40.0);
}

TEST(KnownPrices, LimitsAreThoseOfTheHourItIsLike) {
    const KnownPrices known = two_runs();
    const std::vector<std::pair<std::string, std::string>> limit{{"branch", "a-b"}};
    EXPECT_EQ(known.limits_in(60), limit);
    EXPECT_TRUE(known.limits_in(61).empty());
    EXPECT_EQ(known.limits_in(36), limit);    // noon of the day before
    EXPECT_TRUE(known.limits_in(84).empty()); // noon of day 3, which is known itself
    EXPECT_TRUE(KnownPrices().limits_in(60).empty());
}

TEST(KnownPrices, OfTwoRunsOfTheSameHoursTheLaterCounts) {
    KnownPrices known = two_runs();
    const File again = file_of(48, 24, 3.0, 70.0);
    known.add(again.stored, again.rows);
    EXPECT_EQ(known.price("CT-2", "east", 72, 96), 10.0); // of the two days before
    EXPECT_EQ(known.price("NW-1", "grid", 50, 51), 150.0);
    EXPECT_EQ(known.price("NW-1", "grid", 80, 81), 80.0);
    EXPECT_EQ(known.price("CT-2", "east", 48, 72), 70.0);
    EXPECT_TRUE(known.limits_in(60).empty());
    const File both = file_of(48, 48, 1.0, 20.0);
    known.add(both.stored, both.rows);
    EXPECT_EQ(known.price("CT-2", "east", 0, 744), 20.0); // nothing is left of them
    EXPECT_EQ(known.price("NW-1", "grid", 50, 51), 50.0);
}

} // namespace
} // namespace longyang::run
