#include "base/error.hpp"
#include "grid/clean_spans.hpp"
#include "grid/outages.hpp"

#include <gtest/gtest.h>

namespace longyang::grid {
namespace {

/// Two regions; in the first a coal cluster of 5 units, 2 of which must run while the profile is 1,
/// and a biomass cluster; in the second coal.
System two_regions() {
    System s;
    s.info.year = 2030;
    s.regions.name = {"qinghai", "gansu"};
    s.buses.region = {0, 1};
    s.fuels.co2_t_per_gj = {0.095, 0.0};
    s.thermal.name = {"coal", "biomass", "far"};
    s.thermal.bus = {0, 0, 1};
    s.thermal.fuel = {0, 1, 0};
    s.thermal.units = {5, 3, 4};
    s.thermal.min_up_h = {1, 1, 1};
    s.thermal.min_down_h = {1, 1, 1};
    s.thermal.must_run_units = {2, 0, 0};
    s.thermal.must_run_profile = {0, -1, -1};
    s.profiles.name = {"heating"};
    s.profiles.values.assign(8760, 0.0);
    std::fill_n(s.profiles.values.begin(), 36, 1.0); // the first day and a half
    return s;
}

TEST(CleanSpans, HoldsOffAllButWhatMustRun) {
    System s = two_regions();
    s.outages.plant = {0};
    s.outages.from_hour = {40};
    s.outages.to_hour = {60};
    s.outages.units = {4};
    const CleanSpan span = parse_clean_span(s, "qinghai:2030-01-01T12/2d");
    EXPECT_EQ(span.from_hour, 12);
    EXPECT_EQ(span.to_hour, 60);
    const HeldOff held = hold_clean(s, span, {});
    EXPECT_EQ(held.hours, 48);
    EXPECT_EQ(held.clusters, 1);
    EXPECT_EQ(held.units, 5);
    const std::vector<int> coal = available_units(s, 0, {0, 72});
    EXPECT_EQ(coal[11], 5);
    EXPECT_EQ(coal[12], 2); // must run
    EXPECT_EQ(coal[35], 2);
    EXPECT_EQ(coal[36], 0);
    EXPECT_EQ(coal[40], 0); // 4 out already, 1 held off
    EXPECT_EQ(coal[59], 0);
    EXPECT_EQ(coal[60], 5);
    EXPECT_EQ(available_units(s, 1, {12, 1})[0], 3); // burns nothing that emits CO2
    EXPECT_EQ(available_units(s, 2, {12, 1})[0], 4); // elsewhere
    hold_clean(s, parse_clean_span(s, "all:2030-01-01T12/2d"), {});
    EXPECT_EQ(available_units(s, 2, {12, 1})[0], 0);
    // A second span over the same hours holds off nothing more.
    EXPECT_EQ(hold_clean(s, span, {}).units, 0);
}

TEST(CleanSpans, TellsWhatIsInTheHoursOfTheRun) {
    const auto held = [](Span run) {
        System s = two_regions();
        const HeldOff of_run = hold_clean(s, parse_clean_span(s, "qinghai:2030-01-01T12/2d"), run);
        EXPECT_EQ(available_units(s, 0, {12, 1})[0], 2); // whatever the run
        return of_run;
    };
    EXPECT_EQ(held({0, 12}).hours, 0);
    EXPECT_EQ(held({0, 12}).clusters, 0);
    EXPECT_EQ(held({60, 24}).units, 0);
    EXPECT_EQ(held({0, 24}).hours, 12);
    EXPECT_EQ(held({0, 24}).units, 3); // 2 must run
    EXPECT_EQ(held({30, 10}).units, 5);
}

TEST(CleanSpans, SeveralInOneText) {
    const System s = two_regions();
    EXPECT_EQ(parse_clean_spans(s, "qinghai:2030-01-01/7d; gansu:2030-02-01/36h").size(), 2U);
    EXPECT_TRUE(parse_clean_spans(s, "").empty());
}

TEST(CleanSpans, WordsOfWhatDoesNotFit) {
    const System s = two_regions();
    const auto told = [&](const char* text) -> std::string {
        try {
            (void)parse_clean_span(s, text);
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), Exit::usage);
            return e.what();
        }
        return "nothing";
    };
    EXPECT_EQ(told("qinghai"), "option all_clean: found \"qinghai\", expected REGION:DATE/LENGTH "
                               "such as qinghai:2030-05-20/7d");
    EXPECT_EQ(told("tibet:2030-05-20/7d"),
              "option all_clean: found \"tibet\", expected a region (qinghai, gansu) or all");
    EXPECT_EQ(
        told("qinghai:2031-05-20/7d"),
        "option all_clean: found \"2031-05-20\", expected a date of 2030 such as 2030-05-20 or "
        "2030-05-20T06");
    for (const char* length : {"7", "0d", "7w", "d", "9000h"}) {
        EXPECT_NE(
            told((std::string("qinghai:2030-05-20/") + length).c_str()).find("a length in days"),
            std::string::npos)
            << length;
    }
}

} // namespace
} // namespace longyang::grid
