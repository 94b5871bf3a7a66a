#include "../results/example.hpp"
#include "base/comm.hpp"
#include "report/summary.hpp"
#include "report/text_table.hpp"
#include "results/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <sstream>

namespace longyang::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TextTable, AlignsColumnsAndCountsWideCharacters) {
    EXPECT_EQ(text_table({"", "MW"}, {{"coal", "12.5"}, {"青海", "7"}}), "          MW\n"
                                                                         "  ----  ----\n"
                                                                         "  coal  12.5\n"
                                                                         "  青海     7\n");
}

TEST(TextTable, CellsShowFourDigits) {
    EXPECT_EQ(cell(1234.56, 1234.56), "1235");
    EXPECT_EQ(cell(12.345, 99.0), "12.35");
    EXPECT_EQ(cell(0.12345, 0.5), "0.123");
    EXPECT_EQ(cell(0.0004, 1.0), "");
    EXPECT_EQ(cell(-3.0, 1000.0), "-3");
    EXPECT_EQ(cell(std::numeric_limits<double>::quiet_NaN(), 1.0), "-");
}

TEST(TextTable, NumbersThatReadAsZeroHaveNoSign) {
    EXPECT_EQ(number(-0.04, 1), "0.0");
    EXPECT_EQ(number(-0.06, 1), "-0.1");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity(), 1), "-");
}

class Summary : public testing::Test {
protected:
    [[nodiscard]] std::string text(const results::Content& content) const {
        const std::string path = "summary.h5";
        results::write_results(comm, path, system, owners, content);
        const std::string words = summary(results::read_results(path));
        std::remove(path.c_str());
        return words;
    }
    [[nodiscard]] results::Content content() const {
        return results::example::make_content(system, owners, 0, {0, 48});
    }
    /// The first line that begins with `name` behind the heading, blanks squeezed to one.
    static std::string row(const std::string& text, const std::string& under,
                           const std::string& name) {
        std::istringstream lines(text.substr(text.find(under)));
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string squeezed;
            for (std::string word; words >> word;) {
                squeezed += (squeezed.empty() ? "" : " ") + word;
            }
            if (squeezed.starts_with(name)) {
                return squeezed;
            }
        }
        return "";
    }

    const Comm comm{MPI_COMM_SELF};
    const grid::System system = results::example::make_system();
    const partition::Owners owners = results::example::make_owners(system, 1);
};

TEST_F(Summary, HeaderAndProof) {
    const std::string t = text(content());
    EXPECT_THAT(t, HasSubstr("example: One of everything\n2030-01-01T00:00 to 2030-01-03T00:00 "
                             "(48 hours), 1 rank, longyang 0.1.0 (abcdef012345)\ncomplete: "));
    EXPECT_THAT(t, HasSubstr("cost        1 million CNY\n"));
    EXPECT_THAT(t, HasSubstr("gap         0.4 %"));
    EXPECT_THAT(t, HasSubstr("12345 checks, no breach, largest deviation 3.0e-08"));
    EXPECT_EQ(row(t, "Cost by kind", "fuel"), "fuel 0.900 90.0");
}

TEST_F(Summary, ZeroHasNoSign) {
    results::Content c = content();
    c.certificate.gap = -1e-16;
    c.forecast = {200.0, 100.0, 200.0, 99.9};
    const std::string t = text(c);
    EXPECT_THAT(t, HasSubstr("gap         0 %\n"));
    EXPECT_EQ(row(t, "Forecast", "time s"), "time s 100.0 99.9 0 %");
    EXPECT_EQ(row(t, "Forecast", "memory MB"), "memory MB 200 200 0 %");
}

// Two days by hand. Coal in A: 200..223 MW, mean 211.5; hydro 250 MW; PV 0.9 x 1000 MW x the sum of
// the half-waves' hours of a day, 2 (sin 15 + ... + sin 75 deg) + 1 = 7.5958; a tenth of what is
// available is lost.
TEST_F(Summary, EnergyAndCurtailment) {
    const std::string t = text(content());
    EXPECT_EQ(row(t, "Energy, GWh", "coal"), "coal 10.15 10.63 20.78");
    EXPECT_EQ(row(t, "Energy, GWh", "hydro"), "hydro 12.00 12.00");
    EXPECT_EQ(row(t, "Energy, GWh", "pv"), "pv 13.67 13.67");
    EXPECT_EQ(row(t, "Energy, GWh", "battery charge"), "battery charge -0.12 -0.12");
    EXPECT_EQ(row(t, "Energy, GWh", "load shed"), "load shed 0.01 0.01");
    EXPECT_EQ(row(t, "Energy, GWh", "load"), "load -24.00 -43.20 -67.20");
    EXPECT_EQ(row(t, "Energy, GWh", "HVDC export"), "HVDC export -28.80 -28.80");
    EXPECT_EQ(row(t, "Energy, GWh", "csp"), ""); // zero
    EXPECT_EQ(row(t, "Curtailment", "pv"), "pv 1.519 10.0% 1.519 10.0%");
    EXPECT_EQ(row(t, "Curtailment", "wind"), "");
}

TEST_F(Summary, LinesSectionsShortfalls) {
    const std::string t = text(content());
    // 600 of 800 MW all the time.
    EXPECT_EQ(row(t, "HVDC lines", "export"), "export 800 28.80 27.36 600 36.0 75.0 6570");
    EXPECT_EQ(row(t, "Sections", "A-B"), "A-B 8.2 123 1500 2030-01-01T23:00");
    EXPECT_EQ(row(t, "Reserve shortfalls", "up_b"), "up_b 1 12.0 12.0");
    EXPECT_EQ(row(t, "Reserve shortfalls", "up_a"), "");
    EXPECT_THAT(t, HasSubstr("Energy contracts: 1 of 1 periods met"));
    EXPECT_THAT(t, HasSubstr("Network limits: 2 in the programme, 1 with a price"));
    EXPECT_EQ(row(t, "Network limits", "section"), "section A-B forward 1 12.5 0.01875");
    EXPECT_EQ(row(t, "Time by stage", "dispatch"), "dispatch 20.25 97.6");
    EXPECT_EQ(row(t, "Forecast", "time s"), "time s 30.0 21.0 -30 %");
}

// 12 of 48 hours 600 of 800 MW are taken in, of 630 at the other end: 21.6 GWh out and 7.2 in are
// 36 hours at the rating.
TEST_F(Summary, ALineThatGoesBothWays) {
    results::Content c = content();
    std::fill_n(c.schedule.hvdc_p_mw.row(0).begin(), 12, -600.0);
    std::fill_n(c.schedule.hvdc_delivered_mw.row(0).begin(), 12, -630.0);
    const std::string t = text(c);
    EXPECT_EQ(row(t, "HVDC lines", "export"), "export 800 21.60 20.52 7.20 -600 36.0 75.0 6570");
    EXPECT_THAT(t, HasSubstr("HVDC lines (hours count what is sent and what is taken in)\n"));
    EXPECT_EQ(row(t, "Energy, GWh", "HVDC export"), "HVDC export -14.40 -14.40");
}

TEST_F(Summary, PricesAndEmissions) {
    const std::string t = text(content());
    // B has one bus at 340..363 CNY/MWh and a constant load. CO2 of coal_b: 0.1 t/GJ x (1000 + 900
    // + 10 (p - 200)) with p of 210..233 MW: 190 + 21.5 t an hour; gas_b: 0.05 x (500 + 8 (p -
    // 50)), p of 220..243 MW: 25 + 0.4 x 181.5 t.
    EXPECT_EQ(row(t, "Regions", "B"), "B 351.5 340.0 363.0 900 7.0 14837");
}

TEST_F(Summary, TheBusWithMostOfTheLoadShedIsNamed) {
    results::Content c = content();
    const auto& bus = system.buses.name;
    EXPECT_THAT(text(c), HasSubstr("  load is shed at bus " + bus[2] + " alone\n"));
    c.schedule.load_shed_mw.row(1)[4] = 3.0;
    c.schedule.load_shed_mw.row(1)[5] = 6.5;
    EXPECT_THAT(text(c),
                HasSubstr("  load is shed at 2 buses, most of it at " + bus[1] + ": 9.5 MWh\n"));
    for (std::size_t i = 0; i < 3; ++i) {
        const auto row = c.schedule.load_shed_mw.row(i);
        std::fill(row.begin(), row.end(), 0.0);
    }
    EXPECT_THAT(text(c), Not(HasSubstr("load is shed")));
}

TEST_F(Summary, BreachesAndMissedContractsAreShown) {
    results::Content c = content();
    c.header.status = "faulty";
    c.certificate.breaches = 2;
    c.breaches = {"balance A", "minimum up time coal_a"};
    c.schedule.contract_energy_mwh = {28000.0};
    c.schedule.contract_short_mwh = {320.0};
    const std::string t = text(c);
    EXPECT_THAT(t, HasSubstr("2 BREACHES"));
    EXPECT_THAT(t, HasSubstr("    minimum up time coal_a\n"));
    EXPECT_THAT(t, HasSubstr("0 of 1 periods met"));
    EXPECT_EQ(row(t, "Energy contracts", "export_year"),
              "export_year 2030-01-01T00:00 48 28000.0 28320.0 320.0");
}

TEST_F(Summary, WhatWasNotReachedReadsAsDashes) {
    results::Content c = content();
    c.bus_price_cny_per_mwh = {};
    c.section_flow_mw = {};
    const std::string t = text(c);
    EXPECT_EQ(row(t, "Regions", "B"), "B - - - 900 7.0 14837");
    EXPECT_EQ(row(t, "Sections", "A-B"), "A-B - - - -");
    EXPECT_THAT(t, Not(HasSubstr("nan")));
}

TEST_F(Summary, IsAboutAHundredColumnsWide) {
    std::istringstream lines(text(content()));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(width_of(line), 104U) << line;
    }
}

} // namespace
} // namespace longyang::report
