#include "caseio/read_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace longyang::caseio {
namespace {

/// One bus with what a test adds.
CaseFiles one_bus() {
    return {"here",
            {{"case.toml", "name = \"x\"\nyear = 2030\n"},
             {"regions.csv", "name\nqinghai\n"},
             {"buses.csv", "name,region,kv,source,quality,note\n"
                           "xining,qinghai,750,a map,published,\n"}}};
}

std::string profile_rows(const char* header, const char* row) {
    std::string text = std::string(header) + "\n";
    for (int h = 0; h < 8760; ++h) {
        text += std::string(row) + "\n";
    }
    return text;
}

TEST(ReadCase, FillsTables) {
    const LoadedCase loaded = parse_case(one_bus());
    EXPECT_EQ(words(loaded.faults), "");
    const grid::Buses& buses = loaded.system.buses;
    EXPECT_EQ(buses.name, grid::Names{"xining"});
    EXPECT_EQ(buses.region, grid::Integers{0});
    EXPECT_EQ(buses.kv, grid::Numbers{750.0});
    EXPECT_EQ(buses.lat_deg, grid::Numbers{0.0});
    EXPECT_EQ(buses.source, grid::Names{"a map"});
    EXPECT_EQ(buses.quality, grid::Names{"published"});
    EXPECT_EQ(buses.note, grid::Names{""});
    EXPECT_EQ(buses.line, grid::Integers{2});
    EXPECT_EQ(loaded.system.regions.source, grid::Names{""});
    EXPECT_TRUE(loaded.system.loads.line.empty());
    EXPECT_EQ(loaded.system.info.folder, "here");
}

TEST(ReadCase, ColumnsComeInAnyOrderAndEmptyRowsAreLeftOut) {
    CaseFiles files = one_bus();
    files.files.push_back({"fuels.csv", "co2_t_per_gj,name,price_cny_per_gj\r\n"
                                        ",,\r\n0.095,coal,30\r\n\r\n0.056,gas,75\r\n"});
    const LoadedCase loaded = parse_case(files);
    EXPECT_EQ(words(loaded.faults), "");
    EXPECT_EQ(loaded.system.fuels.name, (grid::Names{"coal", "gas"}));
    EXPECT_EQ(loaded.system.fuels.price_cny_per_gj, (grid::Numbers{30, 75}));
    EXPECT_EQ(loaded.system.fuels.co2_t_per_gj, (grid::Numbers{0.095, 0.056}));
    EXPECT_EQ(loaded.system.fuels.line, (grid::Integers{3, 5}));
}

TEST(ReadCase, TellsDefaults) {
    CaseFiles files = one_bus();
    files.files.push_back({"loads.csv", "name,bus,mean_mw,value_of_lost_load_cny_per_mwh\n"
                                        "a,xining,1,\nb,xining,2,30000\n"});
    const LoadedCase loaded = parse_case(files);
    EXPECT_EQ(words(loaded.faults), "");
    EXPECT_EQ(loaded.system.loads.value_of_lost_load_cny_per_mwh, (grid::Numbers{20000, 30000}));
    EXPECT_EQ(loaded.system.loads.profile, (grid::Integers{-1, -1}));
    const auto filled = [&](const char* table, const char* column) {
        const auto found = std::find_if(
            loaded.defaults.begin(), loaded.defaults.end(),
            [&](const FilledDefault& d) { return d.table == table && d.column == column; });
        return found == loaded.defaults.end() ? FilledDefault{} : *found;
    };
    EXPECT_EQ(filled("loads", "value_of_lost_load_cny_per_mwh").rows, 1U);
    EXPECT_EQ(filled("loads", "value_of_lost_load_cny_per_mwh").value, "20000");
    EXPECT_EQ(filled("loads", "profile").rows, 2U);
    EXPECT_EQ(filled("buses", "lat_deg").rows, 1U);
    EXPECT_EQ(filled("case.toml", "base_mva").value, "100");
    EXPECT_EQ(filled("buses", "kv").rows, 0U);
    EXPECT_EQ(filled("buses", "name_zh").rows, 0U); // an empty text is not worth telling
}

TEST(ReadCase, ReadsProfiles) {
    CaseFiles files = one_bus();
    files.files[0].bytes += "profiles = [\"p/wind.csv\", \"p/load.csv\"]\n";
    files.files.push_back({"p/wind.csv", profile_rows("time,w1,w2", "2030-01-01,0.25,0.5")});
    files.files.push_back({"p/load.csv", profile_rows("l1", "1.5")});
    files.files.push_back({"renewables.csv", "name,bus,technology,capacity_mw,profile\n"
                                             "w,xining,wind,100,w2\n"});
    files.files.push_back({"loads.csv", "name,bus,mean_mw,profile\nl,xining,1,l1\n"});
    const LoadedCase loaded = parse_case(files);
    EXPECT_EQ(words(loaded.faults), "");
    EXPECT_EQ(loaded.system.profiles.name, (grid::Names{"w1", "w2", "l1"}));
    EXPECT_EQ(loaded.system.profiles.file, (grid::Names{"p/wind.csv", "p/wind.csv", "p/load.csv"}));
    EXPECT_EQ(loaded.system.renewables.profile, grid::Integers{1});
    EXPECT_EQ(loaded.system.loads.profile, grid::Integers{2});
    EXPECT_EQ(loaded.system.profiles.row(1)[0], 0.5);
    EXPECT_EQ(loaded.system.profiles.row(1)[8759], 0.5);
    EXPECT_EQ(loaded.system.profiles.row(2)[8759], 1.5);
}

TEST(ReadCase, BrokenCellsKeepTheTablesShape) {
    CaseFiles files = one_bus();
    files.files.push_back(
        {"thermal.csv", "name,bus,fuel,technology,units,p_min_mw\ng,nowhere,none,,x,y\n"});
    const LoadedCase loaded = parse_case(files);
    const grid::Thermal& t = loaded.system.thermal;
    EXPECT_EQ(t.bus, grid::Integers{-1});
    EXPECT_EQ(t.units, grid::Integers{1000});
    ASSERT_EQ(t.p_min_mw.size(), 1U);
    EXPECT_TRUE(std::isnan(t.p_min_mw[0]));
    ASSERT_EQ(t.p_max_mw.size(), 1U); // the column is missing
    EXPECT_TRUE(std::isnan(t.p_max_mw[0]));
    EXPECT_EQ(loaded.faults.size(), 6U) << words(loaded.faults);
}

TEST(ReadCase, ManyBadValuesOfAProfileAreOneFault) {
    CaseFiles files = one_bus();
    files.files[0].bytes += "profiles = [\"wind.csv\"]\n";
    files.files.push_back({"wind.csv", profile_rows("w", "x")});
    EXPECT_EQ(words(parse_case(files).faults),
              "wind.csv:2: column w: found \"x\" (and 8759 more rows like it), expected a number");
}

} // namespace
} // namespace longyang::caseio
