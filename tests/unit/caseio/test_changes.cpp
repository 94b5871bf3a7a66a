#include "../own_folder.hpp"
#include "caseio/check_case.hpp"
#include "caseio/read_case.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace longyang::caseio {
namespace {

/// Two buses in two regions with plants that refer to each other.
CaseFiles two_regions() {
    return {"here",
            {{"case.toml", "name = \"x\"\nyear = 2030\ncarbon_price_cny_per_t = 50\n"},
             {"regions.csv", "name\nqinghai\ngansu\n"},
             {"buses.csv", "name,region,kv\nxining,qinghai,750\nlanzhou,gansu,750\n"},
             {"branches.csv", "name,from_bus,to_bus,x_pu,rating_mw\na,xining,lanzhou,0.01,500\n"},
             {"fuels.csv", "name,price_cny_per_gj,co2_t_per_gj\ncoal,30,0.095\n"},
             {"thermal.csv", "name,bus,fuel,technology,units,p_min_mw,p_max_mw,must_run_units\n"
                             "old,xining,coal,coal,4,100,300,3\n"
                             "heat,lanzhou,coal,coal_chp,2,100,300,1\n"},
             {"heat_curves.csv", "plant,p_mw,heat_gj_per_h\nold,100,1000\nold,300,2700\n"
                                 "heat,100,1000\nheat,300,2700\n"},
             {"outages.csv", "plant,from_hour,to_hour,units\nold,0,24,1\nold,48,72,2\n"},
             {"machines.csv", "name,bus,plant_table,plant,units,s_mva\n"
                              "m_old,xining,thermal,old,4,350\nm_cell,xining,storages,cell,1,100\n"
                              "turning,lanzhou,,,1,300\n"},
             {"storages.csv", "name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh\n"
                              "cell,xining,battery,100,100,400\n"
                              "sun,lanzhou,csp,0,50,600\n"},
             {"hvdc.csv", "name,bus,p_min_mw,p_max_mw\nqingyu,xining,80,800\n"},
             {"contracts.csv", "name,of,period,energy_gwh\nc,qingyu,year,3000\n"},
             {"loads.csv", "name,bus,mean_mw\nload,lanzhou,600\n"}}};
}

LoadedCase changed(const std::vector<std::string>& set, const std::vector<std::string>& without) {
    return parse_case(two_regions(), changes_of(set, without));
}

std::string told(const std::vector<std::string>& set, const std::vector<std::string>& without) {
    return words(all_faults(changed(set, without)));
}

TEST(Changes, HeatAndFiltersGrowWithWhatTheyBelongTo) {
    CaseFiles files = two_regions();
    files.files.push_back({"heat_supply.csv",
                           "plant,kind,unit_heat_max_mw,base_mw,mw_per_heat_mw,"
                           "loss_mw_per_heat_mw,heat_mw\nold,extraction,100,80,0.2,0.1,370\n"});
    for (CaseFile& file : files.files) {
        if (file.name == "hvdc.csv") {
            file.bytes = "name,bus,p_min_mw,p_max_mw,filter_mvar\na,xining,80,800,300\n"
                         "b,xining,80,800,-1\nc,xining,80,800,\n";
        }
    }
    std::erase_if(files.files, [](const CaseFile& file) { return file.name == "contracts.csv"; });
    // 0.9 of four units are four.
    const LoadedCase loaded =
        parse_case(files, changes_of({"old.capacity=*0.9", "hvdc.capacity=*1.5"}, {}));
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(loaded.system.thermal.units[0], 4);
    EXPECT_EQ(loaded.system.heat_supply.heat_mw, grid::Numbers{370});
    EXPECT_EQ(loaded.system.hvdc.filter_mvar, (grid::Numbers{450, -1, -1}));
    EXPECT_EQ(words(loaded.changes[0]),
              "set old.capacity=*0.9: 1 rows, 1200 MW in whole units (1200 MW before, * 1)");
    const LoadedCase fewer = parse_case(files, changes_of({"old.capacity=*0.5"}, {}));
    EXPECT_EQ(fewer.system.heat_supply.heat_mw, grid::Numbers{185});
    EXPECT_EQ(words(fewer.changes[0]),
              "set old.capacity=*0.5: 1 rows, 600 MW in whole units (1200 MW before, * 0.5)");
}

TEST(Changes, PatternsHoldAnyLettersAtAStar) {
    EXPECT_TRUE(fits("coal_chp", "coal*"));
    EXPECT_TRUE(fits("coal_chp", "*_chp"));
    EXPECT_TRUE(fits("coal_chp", "c*_*p"));
    EXPECT_TRUE(fits("", "*"));
    EXPECT_FALSE(fits("coal_chp", "coal"));
    EXPECT_FALSE(fits("coal", "coal_*"));
}

TEST(Changes, SetValuesAndFactors) {
    const LoadedCase loaded =
        changed({"loads.mean_mw=*1.1", "thermal[technology=coal_chp|gas].p_max_mw=350",
                 "heat_curves[p_mw=300, plant=heat].p_mw=350", "thermal.variable_om_cny_per_mwh=7",
                 "case.carbon_price_cny_per_t=*2"},
                {});
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_DOUBLE_EQ(loaded.system.loads.mean_mw[0], 660.0);
    EXPECT_EQ(loaded.system.thermal.p_max_mw, (grid::Numbers{300, 350}));
    EXPECT_EQ(loaded.system.heat_curves.p_mw, (grid::Numbers{100, 300, 100, 350}));
    // A column that the file does not have.
    EXPECT_EQ(loaded.system.thermal.variable_om_cny_per_mwh, (grid::Numbers{7, 7}));
    EXPECT_DOUBLE_EQ(loaded.system.info.carbon_price_cny_per_t, 100.0);
    EXPECT_EQ(loaded.changes.size(), 5U);
    EXPECT_EQ(loaded.changes[1].rows, 1U);
}

TEST(Changes, WhatIsLeftOutTakesWhatRefersToItAlong) {
    const grid::System system =
        changed({}, {"thermal[region=qinghai]", "qingyu", "batteries"}).system;
    EXPECT_EQ(system.thermal.name, grid::Names{"heat"});
    EXPECT_EQ(system.thermal.fuel, grid::Integers{0});
    EXPECT_EQ(system.heat_curves.plant, (grid::Integers{0, 0}));
    EXPECT_TRUE(system.outages.line.empty());
    EXPECT_EQ(system.machines.name, grid::Names{"turning"});
    EXPECT_EQ(system.storages.name, grid::Names{"sun"});
    EXPECT_TRUE(system.hvdc.line.empty());
    EXPECT_TRUE(system.contracts.line.empty());
}

// What lies behind a connection stays, without it; with the bus both go.
TEST(Changes, ConnectionsLetTheirMembersGo) {
    CaseFiles files = two_regions();
    for (CaseFile& file : files.files) {
        if (file.name == "storages.csv") {
            file.bytes =
                "name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh,connection\n"
                "cell,xining,battery,100,100,400,base\n"
                "sun,lanzhou,csp,0,50,600,\n";
        }
    }
    files.files.push_back(
        {"connections.csv", "name,bus,export_max_mw,import_max_mw\nbase,xining,80,20\n"});
    const auto of = [&](const std::vector<std::string>& set,
                        const std::vector<std::string>& without) {
        const LoadedCase loaded = parse_case(files, changes_of(set, without));
        EXPECT_EQ(words(all_faults(loaded)), "");
        return loaded.system;
    };
    EXPECT_EQ(of({}, {}).storages.connection, (grid::Integers{0, -1}));
    const grid::System without = of({}, {"connections"});
    EXPECT_TRUE(without.connections.bus.empty());
    EXPECT_EQ(without.storages.connection, (grid::Integers{-1, -1}));
    EXPECT_EQ(of({"base.capacity=*2"}, {}).connections.export_max_mw, grid::Numbers{160});
}

TEST(Changes, CapacityIsEveryFigureThatGrowsWithTheSize) {
    const LoadedCase loaded = changed({"coal.capacity=*0.5", "cell.capacity=*0.5",
                                       "hvdc.capacity=*2", "csp.capacity=0", "loads.mean_mw=100"},
                                      {});
    EXPECT_EQ(words(all_faults(loaded)), "");
    const grid::System& system = loaded.system;
    EXPECT_EQ(system.thermal.units, (grid::Integers{2, 1}));
    EXPECT_EQ(system.thermal.must_run_units, (grid::Integers{1, 0}));
    EXPECT_EQ(system.outages.units, grid::Integers{1}); // half a unit of the other is none
    EXPECT_EQ(system.machines.units, (grid::Integers{2, 1, 1}));
    EXPECT_EQ(system.machines.s_mva, (grid::Numbers{350, 50, 300}));
    EXPECT_EQ(system.storages.energy_max_mwh, grid::Numbers{200});
    EXPECT_EQ(system.hvdc.p_max_mw, grid::Numbers{1600});
    EXPECT_EQ(system.contracts.energy_gwh, grid::Numbers{6000});
}

TEST(Changes, FaultsNameTheOption) {
    EXPECT_EQ(
        told({"stroages.capacity=0"}, {}),
        "--set: found \"stroages\", expected a table, a class such as coal, batteries or csp, "
        "or the name of a row; did you mean \"storages\"?");
    EXPECT_EQ(told({}, {"batery"}),
              "--without: found \"batery\", expected a table, a class such as coal, batteries or "
              "csp, or the name of a row; did you mean \"battery\"?");
    EXPECT_EQ(
        told({"loads.mean_mww=3"}, {}),
        "--set: found \"mean_mww\", expected a column of loads.csv, or capacity; did you mean "
        "\"mean_mw\"?");
    EXPECT_EQ(told({"storages.name=x"}, {}),
              "--set: found \"name\", expected another column of storages.csv, or capacity: names, "
              "sources, qualities and notes stay as they are");
    EXPECT_EQ(told({"storages.region=x"}, {}),
              "--set: found \"region\", expected a column of storages.csv, or capacity");
    EXPECT_EQ(told({}, {"thermal[region=qinghay]"}),
              "--without: found \"thermal[region=qinghay]\", expected at least one row of "
              "thermal.csv that it means; did you mean \"qinghai\"?");
    EXPECT_EQ(told({"case.carbon_price_cny_per_t=-1"}, {}),
              "--set: found \"case.carbon_price_cny_per_t=-1\", expected a number from 0 to 10000 "
              "(CNY/t)");
    EXPECT_EQ(told({"loads.mean_mw=many"}, {}),
              "loads.csv:2: column mean_mw: found \"many\" (in a row changed by: set "
              "loads.mean_mw=many), expected a number from 0 to 1000000 (MW)");
    EXPECT_EQ(told({"old.must_run_units=5"}, {}),
              "thermal.csv:2: column must_run_units: found 5 (in a row changed by: set "
              "old.must_run_units=5), expected at most units = 4");
    EXPECT_EQ(told({"loads.mean_mw"}, {}),
              "--set: found \"loads.mean_mw\", expected subject.column=value or "
              "subject.column=*factor");
}

TEST(Changes, TheHashTellsThemApart) {
    const std::string plain = changed({}, {}).system.info.hash;
    EXPECT_NE(plain, changed({}, {"csp"}).system.info.hash);
    EXPECT_EQ(changed({"loads.mean_mw=*2; loads.mean_mvar=3"}, {}).system.info.hash,
              changed({"loads.mean_mw=*2", "loads.mean_mvar=3"}, {}).system.info.hash);
}

/// A case in a folder below `root`.
void write_case(const std::filesystem::path& folder,
                const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, bytes] : files) {
        std::filesystem::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << bytes;
    }
}

TEST(Changes, ACaseVariesAnother) {
    const OwnFolder folder;
    const std::filesystem::path& root = folder.path;
    std::string shape = "flat\n";
    for (int h = 0; h < 8760; ++h) {
        shape += "1\n";
    }
    std::vector<std::pair<std::string, std::string>> base;
    for (const CaseFile& file : two_regions().files) {
        base.emplace_back(file.name, file.bytes);
    }
    base[0].second = "name = \"base\"\nyear = 2030\nprofiles = [\"profiles/load.csv\"]\n"
                     "set = [\"loads.mean_mw=*2\"]\n[run]\ngap = 0.01\nhours = 48\n";
    base.emplace_back("profiles/load.csv", shape);
    write_case(root / "base", base);
    write_case(root / "variant",
               {{"case.toml", "name = \"variant\"\nbase = \"../base\"\n"
                              "set = [\"loads.mean_mw=*0.25\"]\nwithout = [\"csp\"]\n"
                              "[run]\ngap = 0.02\n"},
                {"fuels.csv", "name,price_cny_per_gj,co2_t_per_gj\ncoal,40,0.095\n"}});

    const LoadedCase loaded = parse_case(read_files((root / "variant").string()));
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(loaded.system.info.name, "variant");
    EXPECT_EQ(loaded.system.info.year, 2030);
    EXPECT_DOUBLE_EQ(loaded.system.loads.mean_mw[0], 300.0); // the base's change first
    EXPECT_EQ(loaded.system.storages.name, grid::Names{"cell"});
    EXPECT_EQ(loaded.system.fuels.price_cny_per_gj, grid::Numbers{40});
    EXPECT_EQ(loaded.system.profiles.name, grid::Names{"flat"});
    ASSERT_EQ(loaded.run.size(), 2U);
    for (const RunSetting& setting : loaded.run) {
        EXPECT_EQ(setting.value, setting.key == "gap" ? "0.02" : "48");
        EXPECT_EQ(setting.file, setting.key == "gap" ? "case.toml" : "../base/case.toml");
    }
    // A fault in the base's file names that file.
    write_case(root / "variant",
               {{"case.toml", "name = \"variant\"\nbase = \"../base\"\n"
                              "set = [\"old.units=2\", \"loads.mean_mw=100\"]\n"}});
    EXPECT_EQ(words(all_faults(parse_case(read_files((root / "variant").string())))),
              "../base/thermal.csv:2: column must_run_units: found 3 (in a row changed by: set "
              "old.units=2), expected at most units = 2");
    // A profile file of the same path replaces the base's.
    write_case(root / "variant", {{"case.toml", "name = \"variant\"\nbase = \"../base\"\n"
                                                "profiles = [\"profiles/load.csv\"]\n"},
                                  {"profiles/load.csv", "peak\n" + shape.substr(5)}});
    EXPECT_EQ(parse_case(read_files((root / "variant").string())).system.profiles.name,
              grid::Names{"peak"});
    write_case(root / "variant", {{"case.toml", "name = \"variant\"\nbase = \"../nowhere\"\n"}});
    EXPECT_THROW((void)read_files((root / "variant").string()), std::exception);
    write_case(root / "variant", {{"case.toml", "name = \"variant\"\nbase = \".\"\n"}});
    try {
        (void)read_files((root / "variant").string());
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
        EXPECT_NE(std::string(e.what()).find(
                      "found \".\", expected a folder that it does not vary already"),
                  std::string::npos);
    }
}

} // namespace
} // namespace longyang::caseio
