#include "caseio/case_toml.hpp"

#include <gtest/gtest.h>

namespace longyang::caseio {
namespace {

TEST(CaseToml, TakesKeysOptionsAndDefaults) {
    const CaseToml toml = parse_case_toml("name = \"week\"\n"
                                          "year = 2030\n"
                                          "carbon_price_cny_per_t = 80\n"
                                          "profiles = [\"a.csv\", \"../shared/b.csv\"]\n"
                                          "[run]\n"
                                          "hours = 24\n"
                                          "from = 2030-01-15\n"
                                          "gap = 0.005\n"
                                          "relax = true\n"
                                          "output = \"x.h5\"\n");
    EXPECT_EQ(words(toml.faults), "");
    EXPECT_EQ(toml.info.name, "week");
    EXPECT_EQ(toml.info.year, 2030);
    EXPECT_EQ(toml.info.carbon_price_cny_per_t, 80.0);
    EXPECT_EQ(toml.info.base_mva, 100.0);
    EXPECT_EQ(toml.profile_files, (std::vector<std::string>{"a.csv", "../shared/b.csv"}));
    EXPECT_EQ(toml.filled_in,
              (std::vector<std::string>{"title", "time_zone", "licence", "base_mva"}));
    ASSERT_EQ(toml.run.size(), 5U);
    EXPECT_EQ(toml.run[0].key, "hours"); // in the file's order
    EXPECT_EQ(toml.run[0].value, "24");
    EXPECT_EQ(toml.run[0].line, 6);
    EXPECT_EQ(toml.run[1].value, "2030-01-15");
    EXPECT_EQ(toml.run[2].value, "0.005");
    EXPECT_EQ(toml.run[3].value, "true");
    EXPECT_EQ(toml.run[4].value, "x.h5");
}

TEST(CaseToml, LimitsOfSecurity) {
    const CaseToml toml = parse_case_toml("name = \"x\"\nyear = 2030\n[security]\n"
                                          "mrscr_min = 2\nrocof_max_hz_per_s = 0.4\n");
    EXPECT_EQ(words(toml.faults), "");
    EXPECT_EQ(toml.info.security.mrscr_min, 2.0);
    EXPECT_EQ(toml.info.security.rocof_max_hz_per_s, 0.4);
    // The others took their default, which is also that of the type.
    const grid::SecurityLimits standard;
    for (const SecurityKey& item : security_keys()) {
        if (item.key.name != "mrscr_min" && item.key.name != "rocof_max_hz_per_s") {
            EXPECT_EQ(toml.info.security.*item.member, standard.*item.member) << item.key.name;
        }
    }
    EXPECT_EQ(toml.security_filled_in.size(), security_keys().size() - 2);
}

TEST(CaseToml, FaultsInLimitsOfSecurity) {
    const auto words_of = [](const std::string& rest) {
        return words(parse_case_toml("name = \"x\"\nyear = 2030\n" + rest).faults);
    };
    EXPECT_NE(words_of("security = 3\n").find("expected a table [security] of limits"),
              std::string::npos);
    EXPECT_NE(words_of("[security]\nmrscr_mim = 2\n").find("mrscr_min"), std::string::npos);
    EXPECT_NE(words_of("[security]\nmrscr_min = -2\n").find("key security.mrscr_min"),
              std::string::npos);
}

TEST(CaseToml, ADateWithAnHour) {
    const CaseToml toml = parse_case_toml("name = \"x\"\nyear = 2030\n[run]\n"
                                          "from = 2030-01-15T06:00:00\n");
    ASSERT_EQ(toml.run.size(), 1U);
    EXPECT_EQ(toml.run[0].value, "2030-01-15T06");
}

TEST(CaseToml, TellsAllFaults) {
    const CaseToml toml = parse_case_toml("year = 2030.5\nbase_mva = \"100\"\nprofile = []\n"
                                          "[run]\nhours = [24]\n");
    EXPECT_EQ(words(toml.faults),
              "case.toml: key name: found nothing, expected a text that is not empty (short name "
              "of the case)\n"
              "case.toml:1: key year: found \"2030.5\", expected a whole number from 1900 to 2200\n"
              "case.toml:2: key base_mva: found \"100\", expected a number from 0.1 to 1000000 "
              "(MVA)\n"
              "case.toml:3: key profile: found an unknown key, expected one of name, title, year, "
              "time_zone, licence, base_mva, carbon_price_cny_per_t, profiles, base, set, "
              "without, security, run; did you mean \"profiles\"?\n"
              "case.toml:5: key run.hours: found a list, expected a text, number, date, true or "
              "false");
}

TEST(CaseToml, TextThatIsNoToml) {
    const CaseToml toml = parse_case_toml("name = \"x\"\nyear 2030\n");
    EXPECT_FALSE(toml.readable);
    ASSERT_EQ(toml.faults.size(), 1U);
    EXPECT_EQ(toml.faults[0].line, 2);
    EXPECT_TRUE(profile_files("profiles = 3").empty());
}

} // namespace
} // namespace longyang::caseio
