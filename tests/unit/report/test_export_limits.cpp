#include "report/export_limits.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace longyang::report {
namespace {

constexpr double none = std::numeric_limits<double>::infinity();

grid::HourTable table(std::size_t rows, std::size_t hours, std::vector<double> values) {
    grid::HourTable t(rows, hours);
    t.values = std::move(values);
    return t;
}

/// Two lines in two hours.
struct Example {
    grid::System system;
    security::OperatingState state;
    security::ExportLimits limits;

    Example() {
        system.info.year = 2030;
        system.buses.name = {"hill", "coast"};
        system.machines.name = {"coal", "condenser"};
        system.machines.line = {2, 3};
        system.machines.plant_table = {"thermal", ""};
        system.machines.plant = {"power station", ""};
        system.machines.units = {4, 2};
        system.thermal.line = {2};
        system.thermal.name = {"power station"};
        system.thermal.units = {4};
        state.connected = table(2, 2, {3, 3, 1, 1});
        system.hvdc.name = {"east", "south"};
        system.hvdc.p_max_mw = {4000, 1000};
        state.hvdc_mw = table(2, 2, {4000, 3000, 500, 800});
        for (grid::HourTable& by_cause : limits.by_cause_mw) {
            by_cause = table(2, 2, {none, none, none, none});
        }
        limits.least_mw = table(2, 2, {3500, 4000, 1000, 700});
        limits.margin_mw = table(2, 2, {-500, 1000, 500, -100});
        limits.cause = {security::ExportCause::multi_infeed, security::ExportCause::plan,
                        security::ExportCause::plan, security::ExportCause::rocof};
        limits.line_mva = table(2, 2, {12000, 16000, 5000, 4000});
        limits.ratio = table(2, 2, {2.5, 4.8, 10.0, 5.0});
        limits.multi_infeed_ratio = table(2, 2, {2.9, 4.9, none, none});
        limits.station_ratio = table(2, 2, {1.21, 1.6, none, none});
        limits.near_excess_mw = table(2, 2, {800, 0.5, -none, -none});
        limits.weakest_station = {1, 1, -1, -1};
        limits.voltage_pu = table(2, 2, {1.281, 1.2, 1.01, 1.02});
        limits.frequency.hours = 2;
        limits.frequency.inertia = limits.frequency.governors = true;
        limits.frequency.energy_mws = {50000, 60000};
        limits.frequency.loss = {{0, 660, 0.33, 0.21, 0.11}, {-1, 0, 0, 0, 0}};
    }
};

TEST(ExportSummary, NamesLinesHoursCausesAndGains) {
    const Example e;
    ExportGainOfHour gain;
    gain.hour = 0;
    gain.gain.base_mw = {3500, 1000};
    gain.gain.cause = {security::ExportCause::multi_infeed, security::ExportCause::plan};
    gain.gain.gain_mw = table(2, 2, {40, 0, 120, 0});
    gain.gain.strength_gain_mva = table(2, 2, {100, 5, 300, 6});
    EXPECT_EQ(
        export_summary(e.system, {24, 2}, e.state, e.limits, {gain}, 2),
        "Export limits: 2 lines in 2 hours; 2 times the schedule lies more than 1 MW above a "
        "line's "
        "limit\n"
        "\nHours by what limits each line; what the schedule sends and the limits allow, as "
        "full-load "
        "hours\n"
        "         plan  short_circuit_ratio  multi_infeed  rocof  extreme_frequency  "
        "settled_frequency  overvoltage  stations weak h  above limit h  least margin MW  sent h  "
        "possible h\n"
        "  -----  ----  -------------------  ------------  -----  -----------------  "
        "-----------------  -----------  ---------------  -------------  ---------------  ------  "
        "----------\n"
        "  east      1                    0             1      0                  0  "
        "                0            0                1              1             -500       2  "
        "         2\n"
        "  south     1                    0             0      1                  0  "
        "                0            0                0              1             -100       1  "
        "         2\n"
        "\nLeast margins\n"
        "                     line    MW  limit MW            by  S MVA  ratio  multi-infeed  "
        "stations  weakest  voltage pu\n"
        "  ----------------  -----  ----  --------  ------------  -----  -----  ------------  "
        "--------  -------  ----------\n"
        "  2030-01-02T00:00   east  4000      3500  multi_infeed  12000   2.50          2.90  "
        "    1.21    coast       1.281\n"
        "  2030-01-02T01:00  south   800       700         rocof   4000   5.00             -  "
        "       -        -       1.020\n"
        "\nLoss of the largest machine, lowest frequencies\n"
        "                    machine   MW  energy GW s   Hz/s  lowest Hz below  settled Hz below\n"
        "  ----------------  -------  ---  -----------  -----  ---------------  ----------------\n"
        "  2030-01-02T00:00     coal  660         50.0  0.330            0.210             0.110\n"
        "\nOne more machine of a row, 2030-01-02T00:00\n"
        "             line  limit MW            by  more MW  more MVA\n"
        "  ---------  ----  --------  ------------  -------  --------\n"
        "  condenser  east      3500  multi_infeed      120       300\n"
        "  coal       east      3500  multi_infeed       40       100\n");
}

/// Rows of which all machines run that are in service have no other one.
TEST(ExportSummary, OneMoreMachineOnlyWhereThereIsOne) {
    Example e;
    ExportGainOfHour gain;
    gain.hour = 1;
    gain.gain.base_mw = {3500, 1000};
    gain.gain.cause = {security::ExportCause::multi_infeed, security::ExportCause::plan};
    gain.gain.gain_mw = table(2, 2, {40, 0, 120, 0});
    gain.gain.strength_gain_mva = table(2, 2, {100, 5, 300, 6});
    const auto words = [&] {
        return export_summary(e.system, {24, 2}, e.state, e.limits, {gain}, 9);
    };
    EXPECT_NE(words().find("condenser  east"), std::string::npos);
    EXPECT_NE(words().find("coal       east"), std::string::npos);
    e.system.outages.plant = {0};
    e.system.outages.from_hour = {25};
    e.system.outages.to_hour = {26};
    e.system.outages.units = {1};
    EXPECT_NE(words().find("condenser  east"), std::string::npos);
    EXPECT_EQ(words().find("coal       east"), std::string::npos);
    e.state.connected.row(1)[1] = 2;
    EXPECT_EQ(words().find("One more machine"), std::string::npos);
}

TEST(ExportSummary, SaysNothingOfFrequencyThatTheCaseDoesNot) {
    Example e;
    const auto words = [&] { return export_summary(e.system, {24, 2}, e.state, e.limits, {}, 9); };
    e.limits.frequency.governors = false;
    EXPECT_NE(words().find("0.330                -                 -\n"), std::string::npos)
        << words();
    e.limits.frequency.inertia = false;
    EXPECT_EQ(words().find("Loss of the largest machine"), std::string::npos);
    e.limits.frequency.governors = true;
    EXPECT_NE(words().find("    -                -             0.110\n"), std::string::npos)
        << words();
}

TEST(ExportSummary, HoursByTheirLeastMargin) {
    const Example e;
    EXPECT_EQ(tightest_hours(e.limits, 5), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(tightest_hours(e.limits, 1), (std::vector<std::size_t>{0}));
}

} // namespace
} // namespace longyang::report
