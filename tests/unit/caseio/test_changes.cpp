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

/// The case with more files and other contents of some.
CaseFiles with_files(const std::vector<CaseFile>& other) {
    CaseFiles files = two_regions();
    for (const CaseFile& file : other) {
        std::erase_if(files.files, [&](const CaseFile& f) { return f.name == file.name; });
        files.files.push_back(file);
    }
    return files;
}

grid::System sound(const CaseFiles& files, const std::vector<std::string>& set,
                   const std::vector<std::string>& without) {
    const LoadedCase loaded = parse_case(files, changes_of(set, without));
    EXPECT_EQ(words(all_faults(loaded)), "");
    return loaded.system;
}

// Rows that are limits alone: without one all passes, at capacity 0 nothing.
TEST(Changes, CapacityZeroClosesALimit) {
    const CaseFiles files = with_files(
        {{"connections.csv", "name,bus,export_max_mw,import_max_mw\nbase,xining,80,20\n"},
         {"storages.csv",
          "name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh,connection\n"
          "cell,xining,battery,100,100,400,base\n"},
         {"sections.csv", "name,limit_forward_mw,limit_backward_mw\ns,300,200\n"},
         {"section_branches.csv", "section,branch,sign\ns,a,1\n"}});
    for (const char* value : {"0", "*0"}) {
        const grid::System closed = sound(files,
                                          {std::string("connections.capacity=") + value,
                                           std::string("sections.capacity=") + value},
                                          {});
        EXPECT_EQ(closed.connections.export_max_mw, grid::Numbers{0});
        EXPECT_EQ(closed.connections.import_max_mw, grid::Numbers{0});
        EXPECT_EQ(closed.storages.connection, grid::Integers{0});
        EXPECT_EQ(closed.sections.limit_forward_mw, grid::Numbers{0});
        EXPECT_EQ(closed.sections.limit_backward_mw, grid::Numbers{0});
    }
}

TEST(Changes, AWordMeansAllTablesInWhichItStands) {
    const std::string thermal =
        "name,bus,fuel,technology,units,p_min_mw,p_max_mw,must_run_units,variable_om_cny_per_mwh\n"
        "old,xining,coal,coal,4,100,300,3,5\nheat,lanzhou,coal,geothermal,2,100,300,1,5\n";
    std::string shape = "flat\n";
    for (int h = 0; h < 8760; ++h) {
        shape += "1\n";
    }
    const CaseFiles files =
        with_files({{"case.toml", "name = \"x\"\nyear = 2030\nprofiles = [\"shape.csv\"]\n"},
                    {"shape.csv", shape},
                    {"thermal.csv", thermal},
                    {"renewables.csv", "name,bus,technology,capacity_mw,profile\n"
                                       "wells,xining,geothermal,40,flat\n"
                                       "wind,xining,wind,60,flat\n"}});
    const LoadedCase without = parse_case(files, changes_of({}, {"geothermal"}));
    EXPECT_EQ(words(all_faults(without)), "");
    EXPECT_EQ(without.system.thermal.name, grid::Names{"old"});
    EXPECT_EQ(without.system.renewables.name, grid::Names{"wind"});
    EXPECT_EQ(without.changes[0].rows, 2U);
    const grid::System half = sound(files, {"geothermal.capacity=*0.5"}, {});
    EXPECT_EQ(half.thermal.units, (grid::Integers{4, 1}));
    EXPECT_EQ(half.renewables.capacity_mw, (grid::Numbers{20, 60}));
    // Only of tables that have the column.
    EXPECT_EQ(sound(files, {"geothermal.units=3"}, {}).thermal.units, (grid::Integers{4, 3}));
}

/// A power block with its heat store; another heat store is a plant by itself.
CaseFiles two_towers() {
    return with_files(
        {{"fuels.csv", "name,price_cny_per_gj,co2_t_per_gj\ncoal,30,0.095\nheat,0,0\n"},
         {"thermal.csv", "name,bus,fuel,technology,units,p_min_mw,p_max_mw\n"
                         "old,xining,coal,coal,4,100,300\ntower,lanzhou,heat,csp,2,20,100\n"},
         {"heat_curves.csv", "plant,p_mw,heat_gj_per_h\nold,100,1000\nold,300,2700\n"
                             "tower,20,180\ntower,100,900\n"},
         {"outages.csv", "plant,from_hour,to_hour,units\nold,0,24,1\n"},
         {"machines.csv", "name,bus,s_mva\n"},
         {"storages.csv", "name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh\n"
                          "tank,lanzhou,csp,0,500,5000\nsun,lanzhou,csp,0,50,600\n"},
         {"power_blocks.csv", "plant,store,start_heat_mwh\ntower,tank,20\n"}});
}

// The word stands in both tables, the store goes with its plant: neither scales it twice.
TEST(Changes, AHeatStoreGrowsOnceWithItsPlant) {
    const CaseFiles files = two_towers();
    const grid::System twice = sound(files, {"csp.capacity=*2"}, {});
    EXPECT_EQ(twice.thermal.units, (grid::Integers{4, 4}));
    EXPECT_EQ(twice.storages.energy_max_mwh, (grid::Numbers{10000, 1200}));
    const grid::System without = sound(files, {}, {"csp"});
    EXPECT_EQ(without.thermal.name, grid::Names{"old"});
    EXPECT_TRUE(without.storages.line.empty());
    EXPECT_TRUE(without.power_blocks.line.empty());
    // All rows of the second table gone with those of the first.
    const grid::System one = sound(files, {}, {"sun", "csp"});
    EXPECT_TRUE(one.storages.line.empty());
}

// Water that reached a reservoir that is left out leaves the system.
TEST(Changes, AReservoirLetsThoseAboveStay) {
    const CaseFiles files = with_files(
        {{"reservoirs.csv", "name,downstream,travel_h,storage_max_hm3,inflow_m3_per_s\n"
                            "upper,middle,2,20,100\nmiddle,lower,3,10,\nlower,,,10,\n"},
         {"hydro.csv", "name,bus,reservoir,p_max_mw,flow_max_m3_per_s,mw_per_m3_per_s\n"
                       "h_upper,xining,upper,190,190,1\nh_middle,xining,middle,40,100,0.4\n"
                       "h_lower,xining,lower,40,100,0.4\n"}});
    const grid::System system = sound(files, {}, {"reservoirs[name=middle]"});
    EXPECT_EQ(system.reservoirs.name, (grid::Names{"upper", "lower"}));
    EXPECT_EQ(system.reservoirs.downstream, (grid::Integers{-1, -1}));
    EXPECT_EQ(system.reservoirs.travel_h, (grid::Integers{2, 0}));
    EXPECT_EQ(system.hydro.name, (grid::Names{"h_upper", "h_lower"}));
}

TEST(Changes, ASectionGoesWithItsLastBranch) {
    const CaseFiles files = with_files(
        {{"branches.csv", "name,from_bus,to_bus,x_pu,rating_mw\na,xining,lanzhou,0.01,500\n"
                          "b,xining,lanzhou,0.01,500\nc,xining,lanzhou,0.01,500\n"},
         {"sections.csv", "name,limit_forward_mw,limit_backward_mw\npair,300,300\none,90,90\n"},
         {"section_branches.csv", "section,branch,sign\npair,a,1\npair,b,1\none,c,1\n"},
         {"contracts.csv", "name,kind,of,period,energy_gwh\nof_pair,section,pair,year,30\n"
                           "of_one,section,one,year,3\n"}});
    const grid::System without_one = sound(files, {}, {"c"});
    EXPECT_EQ(without_one.sections.name, grid::Names{"pair"});
    EXPECT_EQ(without_one.contracts.name, grid::Names{"of_pair"});
    EXPECT_EQ(sound(files, {}, {"a"}).sections.name, (grid::Names{"pair", "one"}));
    const grid::System without_pair = sound(files, {}, {"branches[name=a|b]"});
    EXPECT_EQ(without_pair.sections.name, grid::Names{"one"});
    EXPECT_EQ(without_pair.contracts.name, grid::Names{"of_one"});
}

TEST(Changes, ASectionsContractGrowsWithIt) {
    const CaseFiles files =
        with_files({{"sections.csv", "name,limit_forward_mw,limit_backward_mw\ns,500,400\n"},
                    {"section_branches.csv", "section,branch\ns,a\n"},
                    {"contracts.csv", "name,kind,of,period,energy_gwh\nc,hvdc,qingyu,year,3000\n"
                                      "over,section,s,year,4000\n"}});
    EXPECT_EQ(sound(files, {"sections.capacity=*0.5"}, {}).contracts.energy_gwh,
              (grid::Numbers{3000, 2000}));
    EXPECT_EQ(sound(files, {"sections.capacity=0"}, {}).contracts.energy_gwh,
              (grid::Numbers{3000, 0}));
}

// What is no backup any more is not called either.
TEST(Changes, CallsGoWithTheRowThatSaysBackup) {
    const CaseFiles files =
        with_files({{"service.csv", "plant,from_hour,backup\nold,0,yes\nheat,100,no\n"},
                    {"backup_calls.csv", "plant,from_hour,to_hour\nold,50,90\nold,700,900\n"}});
    EXPECT_EQ(sound(files, {}, {"service"}).backup_calls.plant, grid::Integers{});
    EXPECT_EQ(sound(files, {}, {"service[plant=old]"}).backup_calls.plant, grid::Integers{});
    EXPECT_EQ(sound(files, {}, {"service[plant=heat]"}).backup_calls.plant, (grid::Integers{0, 0}));
    EXPECT_EQ(sound(files, {}, {"backup_calls"}).service.plant, (grid::Names{"old", "heat"}));
}

TEST(Changes, UnitsOnBeforeTheRunFollowTheUnits) {
    const CaseFiles files =
        with_files({{"thermal.csv", "name,bus,fuel,technology,units,p_min_mw,p_max_mw,"
                                    "initial_units_on,initial_h,initial_p_mw\n"
                                    "old,xining,coal,coal,4,100,300,3,24,175\n"
                                    "heat,lanzhou,coal,coal_chp,2,100,300,,,\n"}});
    const auto on = [&](const char* factor) {
        const grid::System system = sound(files, {std::string("thermal.capacity=*") + factor}, {});
        EXPECT_EQ(system.thermal.initial_p_mw[0], 175.0);
        return system.thermal.initial_units_on;
    };
    EXPECT_EQ(on("0.5"), (grid::Integers{2, -1}));
    EXPECT_EQ(on("0.35"), (grid::Integers{1, -1})); // the one there is, not two
    EXPECT_EQ(on("3"), (grid::Integers{9, -1}));
}

// A factor behind a column means what is in force, `capacity` what is written.
TEST(Changes, AFactorScalesTheDefaultOfItsColumn) {
    const double standard = sound(two_regions(), {}, {}).loads.value_of_lost_load_cny_per_mwh[0];
    ASSERT_GT(standard, 0.0);
    EXPECT_EQ(sound(two_regions(), {"loads.value_of_lost_load_cny_per_mwh=*2"}, {})
                  .loads.value_of_lost_load_cny_per_mwh,
              grid::Numbers{2 * standard});
    // But for a figure that follows from others.
    EXPECT_EQ(sound(two_regions(), {"hvdc.filter_mvar=*2"}, {}).hvdc.filter_mvar,
              grid::Numbers{-1});
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
