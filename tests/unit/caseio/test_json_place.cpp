#include "caseio/imports/json_place.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longyang::caseio::imports {
namespace {

TEST(JsonPlace, ReadsWhatIsThere) {
    JsonFaults faults{"a.json", {}};
    const auto document = cut_json(
        R"({"b": {"x": 1.5, "on": 1, "off": false, "name": "n"}, "a": [3, 4], "n": null})", faults);
    const JsonPlace root(document, faults);
    EXPECT_EQ(root.at("b").number("x"), 1.5);
    EXPECT_EQ(root.at("b").number_or("y", 7.0), 7.0);
    EXPECT_TRUE(root.at("b").at("on").flag());
    EXPECT_FALSE(root.at("b").at("off").flag());
    EXPECT_EQ(root.at("b").at("name").text(), "n");
    EXPECT_EQ(root.at("a").numbers(2), (std::vector{3.0, 4.0}));
    EXPECT_EQ(root.at("a").items()[1].whole(0, 9), 4);
    EXPECT_FALSE(root.has("n"));
    EXPECT_EQ(root.members().size(), 3U);
    EXPECT_EQ(root.members()[1].second.at("x").path(), "b.x");
    EXPECT_TRUE(faults.faults.empty());
}

TEST(JsonPlace, TellsWhatIsNotByItsPath) {
    JsonFaults faults{"a.json", {}};
    const auto document =
        cut_json(R"({"g": {"G1": {"p": "high", "up": 2.5, "r": -1, "c": [1, 2]}}})", faults);
    const JsonPlace one = JsonPlace(document, faults).at("g").at("G1");
    EXPECT_EQ(one.number("p", {0.0, 10.0, "MW"}), 0.0);
    EXPECT_EQ(one.at("up").whole(0, 24), 0);
    EXPECT_EQ(one.number("r", {0.0, 10.0, "MW"}), 0.0);
    EXPECT_EQ(one.at("c").numbers(3), (std::vector{0.0, 0.0, 0.0}));
    EXPECT_EQ(one.at("start").at("lag").number(), 0.0); // told once
    EXPECT_TRUE(one.at("c").text().empty());
    EXPECT_EQ(words(faults.faults),
              "a.json: key g.G1.p: found \"high\", expected a number from 0 to 10 (MW)\n"
              "a.json: key g.G1.up: found 2.5, expected a whole number from 0 to 24\n"
              "a.json: key g.G1.r: found -1, expected a number from 0 to 10 (MW)\n"
              "a.json: key g.G1.c: found 2 numbers, expected 3\n"
              "a.json: key g.G1.start: found nothing, expected this member\n"
              "a.json: key g.G1.c: found an array, expected a text");
}

TEST(JsonPlace, TellsTheLineOfWhatIsNoJson) {
    JsonFaults faults{"a.json", {}};
    EXPECT_TRUE(cut_json("{\n  \"a\": 1,\n  \"b\": }\n", faults).is_null());
    ASSERT_EQ(faults.faults.size(), 1U);
    EXPECT_EQ(faults.faults[0].line, 3);
    EXPECT_EQ(faults.faults[0].expected, "JSON");
}

} // namespace
} // namespace longyang::caseio::imports
