// Import of MATPOWER case files: their text, their faults, and the case that is made of them.
#include "caseio/check_case.hpp"
#include "caseio/imports/cost_curves.hpp"
#include "caseio/imports/matpower/convert.hpp"
#include "caseio/imports/matpower/network.hpp"
#include "caseio/imports/matpower/text.hpp"
#include "caseio/read_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace longyang::caseio::imports::matpower {
namespace {

/// Four buses and an isolated one; two units at bus 1, a condenser at 3, a priced load at 4; a
/// phase shifter, a line out of service, a DC line; costs of both kinds.
const char* const example = R"(function mpc = small
%SMALL  hand-made
%{
 a block of words
%}
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [ % comment
	1	3	0	0	0	0	1	1	5	220	1	1.1	0.9;
	2	1	80, 30	1.5	-20	1	1	0	220	1	1.1	0.9 % no semicolon
	3	2	-40	10	0	0 ...
		2	1	0	110	1	1.1	0.9;
	4	1	10	0	0	0	2	1	0	0	1	1.1	0.9
	9	4	7	7	0	0	1	1	0	220	1	1.1	0.9
];
mpc.gen = [
	1	60	5	50	-50	1.02	100	1	100	20;
	1	10	0	Inf	-Inf	1.03	100	0	50	0;
	3	0	8	30	-10	1.01	100	1	0	0;
	4	-5	-1	0	-4	1	100	1	0	-20;
	9	3	0	9	-9	1	100	1	9	0;
];
mpc.branch = [
	1	2	0.01	0.1	0.02	100	0	130	0	0	1	-360	360;
	2	3	0	0.2	0	0	0	0	0.98	-3.5	1	-30	30;
	3	4	0	-0.05	0	90	0	0	0	0	1	0	0;
	2	4	0.1	0.1	0	0	0	0	0	0	0	0	0;
	1	9	0.1	0.1	0	0	0	0	0	0	1	0	0;
];
mpc.dcline = [
	2	3	1	12	11	2	3	1	1	0	20	-6	7	-8	9	1	0;
];
mpc.gencost = [
	2	100	0	3	0.1	10	50;
	1	0	5	3	0	0	25	300	50	500;
	2	0	0	0	0	0	0;
	2	0	0	2	30	0	0;
	2	0	0	2	0	0	0;
];
mpc.bus_name = {'one, the first'; "two"; 'th''ree'; 'four'; 'nine'};
mpc.extra.deep = 3;
)";

Text cut(const std::string& bytes, const char* file = "small.m") {
    return cut_text(file, bytes);
}

/// The example with one place changed.
std::string changed(const std::string& from, const std::string& to) {
    std::string bytes = example;
    bytes.replace(bytes.find("mpc.extra.deep = 3;\n"), 20, "");
    const std::size_t place = bytes.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return bytes.replace(place, from.size(), to);
}

std::string plain() {
    return changed("0.02\t100", "0.02\t100");
}

std::string faults_of(const std::string& bytes) {
    const Text text = cut(bytes);
    return words(text.faults.empty() ? read_network(text).faults : text.faults);
}

LoadedCase made_of(const std::string& bytes, const Choices& choices = {},
                   const char* file = "small.m") {
    const Text text = cut(bytes, file);
    EXPECT_EQ(words(text.faults), "");
    const Network network = read_network(text);
    EXPECT_EQ(words(network.faults), "");
    return parse_case(convert(text, network, choices).files);
}

int row_named(const grid::Rows& rows, const std::string& name) {
    const auto found = std::find(rows.name.begin(), rows.name.end(), name);
    return found == rows.name.end() ? -1 : static_cast<int>(found - rows.name.begin());
}

std::size_t place_of(const grid::Rows& rows, const std::string& name) {
    const int row = row_named(rows, name);
    EXPECT_GE(row, 0) << name;
    return static_cast<std::size_t>(std::max(row, 0));
}

TEST(MatpowerText, TakesTheFileApart) {
    const Text text = cut(plain());
    EXPECT_EQ(words(text.faults), "");
    EXPECT_EQ(text.function, "small");
    const Field* bus = text.find("bus");
    ASSERT_NE(bus, nullptr);
    ASSERT_EQ(bus->rows.size(), 5U);
    EXPECT_EQ(bus->rows[1].cell.size(), 13U);
    EXPECT_EQ(bus->rows[2].cell.size(), 13U); // over two lines
    EXPECT_EQ(bus->rows[2].line, 11);
    EXPECT_EQ(bus->rows[3].line, 13);
    EXPECT_EQ(text.find("bus_name")->texts[0], "one, the first");
    EXPECT_EQ(text.find("bus_name")->texts[2], "th'ree");
    EXPECT_EQ(text.header.front(), "%SMALL  hand-made");
}

TEST(MatpowerText, FaultsHaveFileLineFoundAndExpected) {
    EXPECT_EQ(faults_of(example),
              "small.m:41: found \"mpc.extra.deep = 3;\", expected mpc.<name> = a number, 'text', "
              "[matrix] or {texts}; a file that computes its tables has to be saved by MATPOWER's "
              "savecase first");
    EXPECT_EQ(faults_of(changed("0.2\t0\t0\t0\t0\t0.98", "0.2x\t0\t0\t0\t0\t0.98")),
              "small.m:25: found \"0.2x\", expected a number");
    EXPECT_EQ(faults_of(changed("function mpc = small", "function [bus, gen] = small")),
              "small.m:1: found \"function [bus, gen] = small\", expected function mpc = <name>, "
              "format version 2");
    EXPECT_EQ(faults_of("function mpc = a\nmpc.bus = [\n1 2\n"),
              "small.m:4: found the end of the file, expected the closing ] of mpc.bus");
    EXPECT_EQ(faults_of("function mpc = a\n%{ \nmpc.version = '2';"),
              "small.m:3: found the end of the file, expected the closing %} of a comment");
    EXPECT_EQ(faults_of(changed("%{\n", "%{ \n\t%} \n%{\n")),
              faults_of(changed("%{\n", "%{\n%}\n%{\n")));
}

TEST(MatpowerText, AByteOrderMarkIsFine) {
    EXPECT_EQ(cut("\xEF\xBB\xBF" + plain()).function, "small");
}

TEST(MatpowerNetwork, FaultsNameTheColumn) {
    EXPECT_EQ(faults_of(changed("mpc.version = '2';", "mpc.version = '1';")),
              "small.m:6: found no mpc.version = '2', expected a case of format version 2");
    EXPECT_EQ(faults_of(changed("\t9\t4\t7", "\t4\t4\t7")),
              "small.m:14: column BUS_I of mpc.bus: found 4 for the second time, expected a number "
              "that no other bus has\n"
              "small.m:21: column GEN_BUS of mpc.gen: found 9, expected the number of a bus in "
              "mpc.bus\n"
              "small.m:28: column T_BUS of mpc.branch: found 9, expected the number of a bus in "
              "mpc.bus");
    EXPECT_EQ(
        faults_of(changed("0.01\t0.1\t0.02", "NaN\t0.1\t0.02")),
        "small.m:24: column BR_R of mpc.branch: found nan, expected a number from -1000000000 "
        "to 1000000000");
    EXPECT_EQ(faults_of(changed("0.01\t0.1\t0.02", "0.01\t0\t0.02")),
              "small.m:24: column BR_X of mpc.branch: found 0, expected a reactance other than 0");
    EXPECT_EQ(faults_of(changed("\t3\t0\t8\t30", "\t7\t0\t8\t30")),
              "small.m:19: column GEN_BUS of mpc.gen: found 7, expected the number of a bus in "
              "mpc.bus");
    EXPECT_EQ(faults_of(changed("1\t100\t20;", "1\t100;")),
              "small.m:17: column PMIN of mpc.gen: found 9 cells in the row, expected 10 and more");
    EXPECT_EQ(faults_of(changed("2\t0\t0\t2\t0\t0\t0;\n", "")),
              "small.m:34: found 4 rows of mpc.gencost, expected 5 (or 10, with reactive costs), "
              "as mpc.gen has rows");
    EXPECT_EQ(faults_of(changed("\t1\t3\t0\t0\t0\t0\t1", "\t1\t2\t0\t0\t0\t0\t1")),
              "small.m:9: column BUS_TYPE of mpc.bus: found no bus of type 3, expected a reference "
              "bus");
}

TEST(MatpowerConvert, MakesACaseWithoutFaults) {
    const LoadedCase loaded = made_of(plain());
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(words(all_faults(made_of(plain(), {}, "a \"small\" \\ file.m"))), "");
    const grid::System& s = loaded.system;
    EXPECT_EQ(s.buses.name, (grid::Names{"1", "2", "3", "4"}));
    EXPECT_EQ(s.regions.name, (grid::Names{"area_1", "area_2"}));
    EXPECT_EQ(s.buses.kv[3], 1.0);
    EXPECT_EQ(s.branches.name, (grid::Names{"branch_1", "branch_2", "branch_3"}));
    // The last one joins buses of 110 kV and of none stated, which count as different.
    EXPECT_EQ(s.branches.kind, (grid::Names{"line", "transformer", "transformer"}));
    EXPECT_EQ(s.branches.tap_pu, (grid::Numbers{1, 0.98, 1}));
    EXPECT_EQ(s.branches.shift_deg[1], -3.5);
    EXPECT_EQ(s.branches.rating_emergency_mw[0], 130.0);
}

TEST(MatpowerConvert, DemandShuntsAndDcLines) {
    const grid::System s = made_of(plain()).system;
    EXPECT_EQ(s.loads.mean_mw[place_of(s.loads, "load_2")], 80.0);
    EXPECT_EQ(s.loads.mean_mvar[place_of(s.loads, "load_2")], 30.0);
    EXPECT_EQ(s.loads.mean_mw[place_of(s.loads, "load_3")], 0.0);
    EXPECT_EQ(s.loads.mean_mvar[place_of(s.loads, "load_3")], 10.0);
    EXPECT_EQ(s.renewables.capacity_mw[place_of(s.renewables, "import_3")], 40.0);
    const std::size_t shunt = place_of(s.shunts, "shunt_2");
    EXPECT_EQ(s.shunts.g_mw[shunt], 1.5);
    EXPECT_EQ(s.shunts.b_mvar[shunt], -20.0);
    const std::size_t to = place_of(s.shunts, "dcline_1_to");
    EXPECT_EQ(s.shunts.kind[to], "svc");
    EXPECT_EQ(s.shunts.q_min_mvar[to], -8.0);
    const std::size_t link = place_of(s.dc_links, "dcline_1");
    EXPECT_EQ(s.buses.name[static_cast<std::size_t>(s.dc_links.from_bus[link])], "2");
    EXPECT_EQ(s.buses.name[static_cast<std::size_t>(s.dc_links.to_bus[link])], "3");
    EXPECT_EQ(s.dc_links.p_max_mw[link], 20.0);
    EXPECT_EQ(s.dc_links.p_min_mw[link], 0.0);
    EXPECT_EQ(s.dc_links.loss_pu[link], 0.0);
    EXPECT_EQ(s.loads.mean_mw[place_of(s.loads, "dcline_1_loss")], 1.0);

    Choices without;
    without.dc_lines = false;
    EXPECT_TRUE(made_of(plain(), without).system.dc_links.name.empty());
    EXPECT_TRUE(made_of(plain(), without).system.shunts.name.size() + 2 == s.shunts.name.size());
}

TEST(MatpowerConvert, GeneratorsBecomePlantsMachinesAndLoads) {
    const grid::System s = made_of(plain()).system;
    EXPECT_EQ(s.thermal.name, (grid::Names{"gen_1", "gen_2"}));
    EXPECT_EQ(s.outages.plant, grid::Integers{1}); // gen_2 is out of service
    EXPECT_EQ(s.machines.kind[place_of(s.machines, "gen_3")], "condenser");
    // The DC line's end holds its own voltage at bus 3: the last one counts.
    EXPECT_EQ(s.machines.v_set_pu[place_of(s.machines, "gen_3")], 1.0);
    EXPECT_EQ(s.machines.v_set_pu[place_of(s.machines, "gen_1")], 1.02);
    EXPECT_EQ(s.machines.q_max_mvar[place_of(s.machines, "gen_2")], 1e5);
    const std::size_t priced = place_of(s.loads, "gen_4");
    EXPECT_EQ(s.loads.mean_mw[priced], 20.0);
    EXPECT_EQ(s.loads.mean_mvar[priced], 4.0);
    EXPECT_EQ(s.loads.value_of_lost_load_cny_per_mwh[priced], 30.0);
    EXPECT_EQ(s.start_tiers.cost_cny, grid::Numbers{100.0});
}

TEST(MatpowerConvert, TheDispatchIsKept) {
    const grid::GivenDispatch d = made_of(plain()).system.dispatch;
    EXPECT_EQ(d.table, (grid::Names{"renewables", "thermal", "machines", "loads", "dc_links"}));
    EXPECT_EQ(d.item, (grid::Names{"import_3", "gen_1", "gen_3", "gen_4", "dcline_1"}));
    EXPECT_EQ(d.p_mw, (grid::Numbers{40, 60, 0, 5, 12}));
    EXPECT_EQ(d.q_mvar, (grid::Numbers{0, 5, 8, 1, 0}));
    EXPECT_EQ(d.slack_share, (grid::Numbers{0, 1, 0, 0, 0}));
}

TEST(MatpowerConvert, ReferenceBusesThatShareAnIslandAreTold) {
    const auto notes = [](const std::string& bytes) {
        const Text text = cut(bytes);
        std::string all;
        for (const std::string& note : convert(text, read_network(text), {}).notes) {
            all += note + "\n";
        }
        return all;
    };
    EXPECT_EQ(notes(plain()).find("reference buses share"), std::string::npos);
    EXPECT_NE(
        notes(changed("\t3\t2\t-40", "\t3\t3\t-40")).find("reference buses share what is missing"),
        std::string::npos);
}

TEST(MatpowerCosts, PolynomialsBecomeChordsAndPointsStay) {
    const CostCurve square = cost_curve({true, 2, {0.1, 10, 50}}, 20, 100, 10);
    ASSERT_EQ(square.p_mw.size(), 11U);
    for (std::size_t k = 0; k < square.p_mw.size(); ++k) {
        const double p = square.p_mw[k];
        EXPECT_NEAR(square.cost_per_h[k], 0.1 * p * p + 10 * p + 50, 1e-9);
    }
    EXPECT_NEAR(square.between_per_h, 0.1 * 4 * 4, 1e-9); // half a chord's width, squared
    EXPECT_EQ(square.bent_per_h, 0.0);

    const CostCurve points = cost_curve({true, 1, {0, 0, 25, 300, 50, 650}}, 10, 60, 10);
    EXPECT_EQ(points.p_mw, (std::vector<double>{10, 25, 50, 60}));
    EXPECT_EQ(points.cost_per_h, (std::vector<double>{120, 300, 650, 790}));
}

// A fuel's price ends at 400.
TEST(MatpowerCosts, AreScaledWhereTheyAreBeyondTheFormat) {
    const LoadedCase loaded = made_of(changed("0.1\t10\t50", "1000\t10\t50"));
    EXPECT_EQ(words(all_faults(loaded)), "");
    EXPECT_EQ(loaded.system.fuels.price_cny_per_gj, grid::Numbers{100.0});
}

TEST(MatpowerCosts, WhatAHeatCurveCannotHoldIsBentAndTold) {
    // Slopes 12 and 8: the chord from end to end has 10.
    const CostCurve hollow = cost_curve({true, 1, {0, 0, 25, 300, 50, 500}}, 0, 50, 10);
    EXPECT_EQ(hollow.cost_per_h, (std::vector<double>{0, 250, 500}));
    EXPECT_EQ(hollow.bent_per_h, 50.0);
    const CostCurve falling = cost_curve({true, 2, {-5, -10}}, 0, 10, 10);
    EXPECT_EQ(falling.moved_per_h, 10.0);
    EXPECT_NEAR(falling.cost_per_h[1], 0.01, 1e-12);
}

} // namespace
} // namespace longyang::caseio::imports::matpower
