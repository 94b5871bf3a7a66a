#include "report/outages.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longyang::report {
namespace {

TEST(OutageSummary, NamesHoursContingenciesAndSplits) {
    grid::System system;
    system.info.year = 2030;
    system.branches.name = {"north", "south", "tail"};
    security::Contingencies all;
    all.list = {{"north", 0, -1}, {"south", 1, -1}, {"tail", 2, -1}, {"both", 0, 1}};
    security::OutageCheck check;
    check.by_hour = {{0.913, 456.4, 1, 0}, {1.207, -603.5, 0, 3}, {0.5, 250.0, 1, -1}};
    check.found_by_hour = {0, 2, 0};
    check.found = 2;
    check.by_contingency = {
        {1, 3.5, 1, 0, 0.0}, {0, 0.0, 1, 0, 0.0}, {0, 0.0, 2, 1, 81.6}, {1, 103.5, 3, 0, 640.2}};
    EXPECT_EQ(outage_summary(system, all, check, {24, 3}, 2),
              "N-1 (DC): 4 contingencies in 3 hours; 2 of them break ratings, in 1 hours, 2 times "
              "(all branches, hours and contingencies)\n"
              "\nWorst hours\n"
              "                    loading %  flow MW  branch  after the loss of  ratings broken\n"
              "  ----------------  ---------  -------  ------  -----------------  --------------\n"
              "  2030-01-02T01:00      120.7     -604   north               both               2\n"
              "  2030-01-02T00:00       91.3      456   south              north               0\n"
              "\nWorst contingencies\n"
              "         branch hours above rating  largest excess MW\n"
              "  -----  -------------------------  -----------------\n"
              "  both                           1                104\n"
              "  north                          1                  4\n"
              "\nContingencies that split the network: 2\n"
              "        parts  dead buses  largest imbalance MW\n"
              "  ----  -----  ----------  --------------------\n"
              "  both      3           0                   640\n"
              "  tail      2           1                    82\n");
}

TEST(OutageSummary, NothingBroken) {
    security::Contingencies all;
    security::OutageCheck check;
    check.by_hour.resize(1);
    check.found_by_hour = {0};
    const std::string text = outage_summary({}, all, check, {0, 1}, 5);
    EXPECT_NE(text.find("0 contingencies in 1 hours; 0 of them break ratings"), std::string::npos);
    EXPECT_EQ(text.find("Worst contingencies"), std::string::npos);
    EXPECT_EQ(text.find("split"), std::string::npos);
}

} // namespace
} // namespace longyang::report
