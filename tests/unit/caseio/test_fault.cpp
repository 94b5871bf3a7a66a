#include "caseio/fault.hpp"
#include "caseio/number.hpp"

#include <gtest/gtest.h>

namespace longyang::caseio {
namespace {

TEST(Fault, InWords) {
    EXPECT_EQ(words(Fault{"thermal.csv", 12, "p_max_mw", in_quotes("abc"),
                          number_words(false, 0.1, 1e4, "MW"), ""}),
              "thermal.csv:12: column p_max_mw: found \"abc\", expected a number from 0.1 to 10000 "
              "(MW)");
    EXPECT_EQ(words(Fault{"loads.csv", 3, "bus", in_quotes("xinning"), "a bus", "xining"}),
              "loads.csv:3: column bus: found \"xinning\", expected a bus; did you mean "
              "\"xining\"?");
    EXPECT_EQ(words(Fault{"case.toml", 0, "name", "nothing", "", ""}),
              "case.toml: key name: found nothing");
}

TEST(Fault, ManyOfAKindAreCut) {
    std::vector<Fault> faults;
    for (int line = 30; line > 1; --line) {
        faults.push_back({"loads.csv", line, "bus", "\"x\"", "a bus", ""});
    }
    faults.push_back({"buses.csv", 2, "kv", "\"y\"", "a number", ""});
    const std::string text = words(faults, 3);
    EXPECT_EQ(text, "buses.csv:2: column kv: found \"y\", expected a number\n"
                    "loads.csv:2: column bus: found \"x\", expected a bus\n"
                    "loads.csv:3: column bus: found \"x\", expected a bus\n"
                    "loads.csv:4: column bus: found \"x\", expected a bus\n"
                    "loads.csv: column bus: ... and 26 more");
    EXPECT_EQ(words(std::span<const Fault>()), "");
}

TEST(Fault, NearestName) {
    const std::vector<std::string> valid = {"xining", "lanzhou", "delingha"};
    EXPECT_EQ(nearest_name("xinning", valid), "xining");
    EXPECT_EQ(nearest_name("Lanzhou", valid), "lanzhou");
    EXPECT_EQ(nearest_name("delinha", valid), "delingha");
    EXPECT_EQ(nearest_name("urumqi", valid), "");
    EXPECT_EQ(nearest_name("", valid), "");
    // Without its unit.
    EXPECT_EQ(
        nearest_name("carbon_price", std::vector<std::string>{"name", "carbon_price_cny_per_t"}),
        "carbon_price_cny_per_t");
    EXPECT_EQ(nearest_name("mean", std::vector<std::string>{"bus", "mean_mw"}), "mean_mw");
    EXPECT_EQ(nearest_name("me", std::vector<std::string>{"bus", "me_and_others"}), "");
}

TEST(Fault, LongCellsAreCutBetweenLetters) {
    EXPECT_EQ(in_quotes("西宁"), "\"西宁\"");
    std::string text;
    for (int k = 0; k < 30; ++k) {
        text += "西"; // three bytes
    }
    EXPECT_EQ(in_quotes("x" + text).size(), 2U + 3U + 58U);
}

TEST(Number, OnlyFiniteNumbersInRange) {
    EXPECT_EQ(number_within("1.5", false, 0, 2), 1.5);
    EXPECT_EQ(number_within("-2e-3", false, -1, 1), -0.002);
    EXPECT_EQ(number_within("3.0", true, 0, 5), 3.0);
    EXPECT_FALSE(number_within("3.5", true, 0, 5));
    for (const char* text : {"", "abc", "1,5", "1.5 MW", "nan", "inf", "1e999", "2.1", "0x1"}) {
        EXPECT_FALSE(number_within(text, false, 0, 2)) << text;
    }
}

} // namespace
} // namespace longyang::caseio
