// Import of RTS-GMLC: its tables and series, their faults, and the case that is made of them.
#include "caseio/check_case.hpp"
#include "caseio/imports/rts_gmlc/convert.hpp"
#include "caseio/imports/rts_gmlc/source_table.hpp"
#include "caseio/read_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

constexpr std::size_t hours = 8760;

Generator unit(const std::string& uid, const std::string& type) {
    Generator g;
    g.uid = uid;
    g.unit_type = type;
    g.category = "Coal";
    g.fuel = "Coal";
    g.p_max_mw = 100.0;
    g.p_min_mw = 40.0;
    g.min_down_h = 4.0;
    g.min_up_h = 2.2;
    g.ramp_mw_per_min = 2.0;
    g.hot_h = 3.0;
    g.warm_h = 9.5;
    g.cold_h = 12.0;
    g.hot_mmbtu = 100.0;
    g.warm_mmbtu = 200.0;
    g.cold_mmbtu = 300.0;
    g.repair_h = 50.0;
    g.price_per_mmbtu = 2.0;
    g.point_mw = {40.0, 70.0, 100.0};
    g.rate = {10000.0, 8000.0, 9000.0};
    g.base_mva = 120.0;
    return g;
}

/// Two buses in two areas, a unit with fuel, hydro that has to be taken, a reserve product that
/// both areas may hold.
struct Data {
    Source source;
    Series series;

    Data() {
        source.buses = {{101, "Abel", "Ref", 138.0, 50.0, 5.0, 0.0, 0.0, "1", 33.0, -113.0},
                        {201, "Bacon", "PQ", 138.0, 25.0, 5.0, 0.0, -100.0, "2", 33.0, -113.0}};
        source.branches = {{"A1", 0, 1, 0.01, 0.1, 0.02, 100.0, 120.0, 0.0, 10.0}};
        Generator hydro = unit("201_HYDRO_1", "HYDRO");
        hydro.bus = 1;
        hydro.role = Role::by_series;
        hydro.p_min_mw = 0.0;
        source.generators = {unit("101_STEAM_1", "STEAM"), hydro};
        source.products = {{"Reg_Up", true, 5.0, {"1", "2"}, {"Coal"}},
                           {"Spin_Up_R1", true, 10.0, {"1"}, {"Coal"}}};
        series.year = 2020;
        add("MW Load", "1", 40.0);
        add("MW Load", "2", 20.0);
        add("PMax MW", "201_HYDRO_1", 30.0);
        add("PMin MW", "201_HYDRO_1", 30.0);
        add("Requirement", "Reg_Up", 9.0);
        add("Requirement", "Spin_Up_R1", 5.0);
    }

    void add(const std::string& parameter, const std::string& object, double value) {
        series.values[{parameter, object}] = Hours(hours, value);
    }

    [[nodiscard]] LoadedCase made() const { return parse_case(convert(source, series, "").files); }
    [[nodiscard]] std::string notes() const {
        std::string all;
        for (const std::string& note : convert(source, series, "").notes) {
            all += note + '\n';
        }
        return all;
    }
};

TEST(RtsGmlcTable, FaultsNameFileLineAndColumn) {
    std::vector<Fault> faults;
    SourceTable t("gen.csv", "GEN UID,PMax MW\na,x\nb,NA\nc,7\n", faults);
    EXPECT_EQ(t.number(0, "PMax MW", {0.0, 10.0, "MW"}), 0.0);
    EXPECT_EQ(t.number_or(1, "PMax MW", 3.0), 3.0);
    EXPECT_EQ(t.number(2, "PMax MW"), 7.0);
    EXPECT_EQ(t.number_or(2, "VOM", 4.0), 4.0);
    EXPECT_EQ(t.text(2, "PMin MW"), "");
    EXPECT_EQ(t.text(1, "PMin MW"), "");
    EXPECT_EQ(words(faults), "gen.csv:1: column PMin MW: found no such column, expected a column "
                             "of this name; did you mean \"PMax MW\"?\n"
                             "gen.csv:2: column PMax MW: found \"x\", expected a number from 0 to "
                             "10 (MW)");
}

TEST(RtsGmlcTable, ARowOfOtherLengthIsAFault) {
    std::vector<Fault> faults;
    const SourceTable t("gen.csv", "a,b\n1,2\n3\n", faults);
    EXPECT_EQ(t.rows(), 0U);
    EXPECT_EQ(words(faults), "gen.csv:3: found 1 cells, expected 2, as in the header");
}

TEST(RtsGmlc, TheCaseHasNoFaults) {
    const LoadedCase made = Data().made();
    EXPECT_EQ(words(all_faults(made)), "");
    EXPECT_EQ(made.system.info.year, 2020);
}

TEST(RtsGmlc, HeatIsTheAverageRateThenTheIncrementalOnes) {
    const grid::System system = Data().made().system;
    const double gj_per_mmbtu = 1.05505585262;
    const grid::HeatCurves& curve = system.heat_curves;
    ASSERT_EQ(curve.p_mw, (std::vector<double>{40.0, 70.0, 100.0}));
    const std::vector<double> mmbtu = {400.0, 640.0, 910.0};
    for (std::size_t k = 0; k < mmbtu.size(); ++k) {
        EXPECT_NEAR(curve.heat_gj_per_h[k], mmbtu[k] * gj_per_mmbtu, 1e-9);
    }
    EXPECT_NEAR(system.fuels.price_cny_per_gj[0] * gj_per_mmbtu, 2.0, 1e-12);
}

TEST(RtsGmlc, StartsGetDearerWithTheTimeOff) {
    const grid::StartTiers tiers = Data().made().system.start_tiers;
    EXPECT_EQ(tiers.off_h, (std::vector<int>{1, 10, 12}));
    EXPECT_EQ(tiers.cost_cny, (std::vector<double>{200.0, 400.0, 600.0}));
}

TEST(RtsGmlc, AStateReachedWithinTheLeastTimeOffIsTheFirst) {
    Data data;
    data.source.generators[0].min_down_h = 10.0;
    data.source.generators[0].start_cost = 7.0;
    data.source.generators[0].stop_cost = 11.0;
    const grid::StartTiers tiers = data.made().system.start_tiers;
    EXPECT_EQ(tiers.off_h, (std::vector<int>{1, 12}));
    EXPECT_EQ(tiers.cost_cny, (std::vector<double>{418.0, 618.0}));
    EXPECT_NE(data.notes().find("costs of a stop, counted with the start"), std::string::npos);
}

TEST(RtsGmlc, MinimumTimesAreWholeHoursAndReserveIsRampTimesTime) {
    const grid::System system = Data().made().system;
    EXPECT_EQ(system.thermal.min_up_h[0], 3);
    EXPECT_EQ(system.thermal.min_down_h[0], 4);
    EXPECT_EQ(system.thermal.spinning_up_mw[0], 20.0); // 2 MW/min for 10 minutes
    EXPECT_EQ(system.thermal.spinning_down_mw[0], 0.0);
}

TEST(RtsGmlc, WhatHasToBeTakenCostsIfItIsNot) {
    Data data;
    EXPECT_EQ(data.made().system.renewables.curtailment_cny_per_mwh[0], 1000.0);
    data.series.values.erase({"PMin MW", "201_HYDRO_1"});
    EXPECT_EQ(data.made().system.renewables.curtailment_cny_per_mwh[0], 0.0);
}

TEST(RtsGmlc, ReservesOfSeveralAreasAreSharedOutByLoad) {
    const grid::System system = Data().made().system;
    ASSERT_EQ(system.reserves.name, (grid::Names{"area_1_up", "area_2_up"}));
    EXPECT_NEAR(system.reserves.fixed_mw[0], 11.0, 1e-12); // 5 + 9 x 50 / 75
    EXPECT_NEAR(system.reserves.fixed_mw[1], 3.0, 1e-12);
    EXPECT_EQ(system.reserve_sharing.max_mw.size(), 2U);
    EXPECT_NEAR(system.reserve_sharing.max_mw[0], 6.0, 1e-12);
}

TEST(RtsGmlc, ADcLineIsALinkBothWays) {
    Data data;
    data.source.dc_lines = {{"DC1", 0, 1, 80.0}};
    const grid::System system = data.made().system;
    EXPECT_EQ(system.dc_links.name, grid::Names{"DC1"});
    EXPECT_EQ(system.dc_links.p_max_mw, grid::Numbers{80.0});
    EXPECT_EQ(system.dc_links.p_min_mw, grid::Numbers{-80.0});
}

TEST(RtsGmlc, WhatIsLeftOutIsNoted) {
    EXPECT_NE(Data().notes().find("one $ is one CNY"), std::string::npos);
}

} // namespace
} // namespace longyang::caseio::imports::rts_gmlc
