// Voltages of a line that sags by hand: the section that is found, and how much less it has to
// carry.
#include "base/comm.hpp"
#include "powerflow/ac_network.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"
#include "security/section_shifts.hpp"
#include "security/voltage_check.hpp"
#include "security/voltage_rows.hpp"
#include "tests/unit/powerflow/ac_systems.hpp"
#include "tests/unit/powerflow/backends.hpp"
#include "tests/unit/powerflow/dense.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <string>
#include <vector>

namespace longyang::security {
namespace {

/// Bus 0 holds 1 pu. A line of 0.1 pu without losses goes to bus 1, one of 0.001 pu to bus 2; each
/// is a section. Plants of 1000 MW at 0, 1 and 2. What bus 1 draws, P per unit without reactive
/// power, leaves |V| there with V^4 - V^2 + (0.1 P)^2 = 0: 0.8944 pu at 400 MW, 0.95 pu at 296.64
/// MW, no solution above 500 MW.
struct Sag {
    grid::System system;
    powerflow::Network network;
    powerflow::AcNetwork ac;
    powerflow::AcInjections in;
    std::vector<SectionShift> sections;
    grid::HourTable section_mw;

    /// drawn_mw: at bus 1, by the hour; bus 2 draws 100 MW. backward: the first section's branch
    /// counts against its direction.
    Sag(const Comm& comm, const std::vector<double>& drawn_mw, bool backward = false)
        : section_mw(2, drawn_mw.size()) {
        system = powerflow::ac_buses(3);
        system.buses.name = {"mine", "town", "village"};
        system.buses.v_min_pu = {0.95, 0.95, 0.95};
        system.buses.v_max_pu = {1.05, 1.05, 1.05};
        powerflow::add_ac_branch(system, 0, 1, 0.0, 0.1, 0.0);
        powerflow::add_ac_branch(system, 0, 2, 0.0, 0.001, 0.0);
        powerflow::add_machine(system, 0, 1.0, -10000.0, 10000.0);
        system.thermal.bus = {0, 1, 2};
        system.thermal.units = {1, 1, 1};
        system.thermal.p_max_mw = {1000.0, 1000.0, 1000.0};
        system.sections.name = {"to_town", "to_village"};
        system.section_branches.section = {0, 1};
        system.section_branches.branch = {0, 1};
        system.section_branches.sign = {backward ? -1.0 : 1.0, 1.0};
        network = powerflow::make_network(system);
        ac = powerflow::make_ac_network(system);
        const powerflow::ShiftFactors own = powerflow::shift_factors(
            comm, network, powerflow::deal_out(comm, 3), powerflow::all_branches(network), {});
        sections =
            section_shifts(comm, network, own, system, {0, static_cast<int>(drawn_mw.size())});
        const std::size_t hours = drawn_mw.size();
        in.buses = 3;
        in.hours = hours;
        in.p_pu.assign(3 * hours, 0.0);
        in.q_pu = in.q_min_pu = in.q_max_pu = in.machine_loss_pu = in.p_pu;
        in.holds.assign(3 * hours, 0);
        for (std::size_t t = 0; t < hours; ++t) {
            in.p_pu[t] = (drawn_mw[t] + 100.0) / 100.0;
            in.p_pu[hours + t] = -drawn_mw[t] / 100.0;
            in.p_pu[2 * hours + t] = -1.0;
            in.q_min_pu[t] = -100.0;
            in.q_max_pu[t] = 100.0;
            in.holds[t] = 1;
            section_mw.row(0)[t] = backward ? -drawn_mw[t] : drawn_mw[t];
            section_mw.row(1)[t] = 100.0;
        }
    }
    [[nodiscard]] std::vector<VoltageFinding> find(const Comm& comm) const {
        std::vector<VoltageFinding> findings = check_voltages(comm, system, ac, in).findings;
        find_sections(comm, system, ac, in, sections, section_mw, findings);
        return findings;
    }
};

double voltage(double drawn_mw) {
    const double a = 0.1 * drawn_mw / 100.0;
    return std::sqrt((1.0 + std::sqrt(1.0 - 4.0 * a * a)) / 2.0);
}

/// The shift of a section changes its flow by 1 MW and balances; what it takes lies in equal parts
/// at 0 and 2, all of it at 1.
TEST(VoltageCheck, ShiftOfASectionByHand) {
    const Comm comm(MPI_COMM_WORLD);
    const Sag sag(comm, {400.0});
    for (const std::size_t s : {std::size_t{0}, std::size_t{1}}) {
        const SectionShift& section = sag.sections[s];
        double sum = 0.0;
        double flow = 0.0;
        for (std::size_t b = 0; b < 3; ++b) {
            sum += section.shift_at(0)[b];
            flow += section.shift_at(0)[b] * section.factor[b];
        }
        EXPECT_NEAR(sum, 0.0, 1e-9);
        EXPECT_NEAR(flow, 1.0, 1e-9);
    }
    // Factors of the first section are a, a - 1, a: the mean is a - 1/3, spread 2/9 + 4/9.
    EXPECT_NEAR(sag.sections[0].shift_at(0)[0], 0.5, 1e-7);
    EXPECT_NEAR(sag.sections[0].shift_at(0)[1], -1.0, 1e-7);
    EXPECT_NEAR(sag.sections[0].shift_at(0)[2], 0.5, 1e-7);
}

/// Without the plant at 2 what 1 takes comes from 0 alone.
TEST(VoltageCheck, ShiftOfASectionIsByThePlantsOfTheHour) {
    const Comm comm(MPI_COMM_WORLD);
    Sag sag(comm, {400.0});
    sag.system.thermal.name = {"a", "b", "c"};
    sag.system.service.table = {"thermal"};
    sag.system.service.plant = {"c"};
    sag.system.service.from_hour = {0};
    sag.system.service.to_hour = {1};
    const powerflow::ShiftFactors own = powerflow::shift_factors(
        comm, sag.network, powerflow::deal_out(comm, 3), powerflow::all_branches(sag.network), {});
    const SectionShift section = section_shifts(comm, sag.network, own, sag.system, {0, 3}).front();
    const std::vector<std::vector<double>> by_hour = {
        {0.5, -1.0, 0.5}, {1.0, -1.0, 0.0}, {1.0, -1.0, 0.0}};
    for (int t = 0; t < 3; ++t) {
        for (std::size_t b = 0; b < 3; ++b) {
            EXPECT_NEAR(section.shift_at(t)[b], by_hour[static_cast<std::size_t>(t)][b], 1e-7);
        }
    }
    EXPECT_TRUE(section.shift_at(3).empty());
}

TEST(VoltageCheck, FindsTheSectionThatSags) {
    const Comm comm(MPI_COMM_WORLD);
    for (const bool backward : {false, true}) {
        const Sag sag(comm, {250.0, 400.0, 320.0}, backward);
        const std::vector<VoltageFinding> findings = sag.find(comm);
        ASSERT_EQ(findings.size(), 2U); // 250 MW leave 0.966 pu
        const std::vector<double> drawn = {400.0, 320.0};
        for (std::size_t k = 0; k < 2; ++k) {
            const VoltageFinding& finding = findings[k];
            EXPECT_EQ(finding.hour, static_cast<int>(k) + 1);
            EXPECT_EQ(finding.bus, 1);
            EXPECT_EQ(finding.buses_outside, 1);
            EXPECT_NEAR(finding.v_pu, voltage(drawn[k]), 1e-9);
            EXPECT_EQ(finding.section, 0);
            EXPECT_EQ(finding.direction, backward ? -1 : 1);
            EXPECT_NEAR(finding.flow_mw, drawn[k], 1e-9);
            // Within 0.001 pu of the band's end: 295.3 to 296.64 MW are left.
            const double left_mw = drawn[k] - finding.relief_mw;
            EXPECT_GE(voltage(left_mw), 0.95 - 1e-9);
            EXPECT_LE(voltage(left_mw), 0.951);
            EXPECT_EQ(finding.left_pu, 0.0);
        }
    }
}

/// Bus 0 gives (1 - V^2) / 0.1 of reactive power to bus 1 and 0.1 Mvar to bus 2: 67, 200 and 115.8
/// Mvar. Its machines may give 100; 550 MW are not solved.
TEST(VoltageCheck, TellsWhatTheSlackBusGivesBeyondItsLimits) {
    const Comm comm(MPI_COMM_WORLD);
    Sag sag(comm, {250.0, 400.0, 320.0, 550.0});
    EXPECT_EQ(check_voltages(comm, sag.system, sag.ac, sag.in).slack.cases, 0);
    std::fill_n(sag.in.q_max_pu.begin(), 4, 1.0);
    const VoltageCheck check = check_voltages(comm, sag.system, sag.ac, sag.in);
    EXPECT_EQ(check.slack.cases, 2);
    EXPECT_NEAR(check.slack.most_mvar, 100.1, 1e-3);
    EXPECT_EQ(check.findings.size(), 3U);
}

/// 550 MW have no solution: the least that has one is sought, and from there the band.
TEST(VoltageCheck, AnHourThatIsNotSolvedIsRelieved) {
    const Comm comm(MPI_COMM_WORLD);
    const Sag sag(comm, {550.0});
    const std::vector<VoltageFinding> findings = sag.find(comm);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_FALSE(findings[0].solved);
    ASSERT_EQ(findings[0].section, 0);
    const double left_mw = 550.0 - findings[0].relief_mw;
    EXPECT_GE(voltage(left_mw), 0.95 - 1e-9);
    EXPECT_LE(voltage(left_mw), 0.952);
}

/// 100 Mvar behind the line leave 0.887 pu without any transfer: no section helps.
TEST(VoltageCheck, NoSectionWhereReactivePowerSags) {
    const Comm comm(MPI_COMM_WORLD);
    Sag sag(comm, {50.0});
    sag.in.q_pu[1] = -1.0;
    const std::vector<VoltageFinding> findings = sag.find(comm);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].section, -1);
    EXPECT_EQ(findings[0].relief_mw, 0.0);
    EXPECT_GT(findings[0].outside_pu, 0.01);
}

/// AC-11: laid at what is left, kept in an hour without findings unless the schedule breaks it,
/// where it is laid at the flow.
TEST(VoltageRows, AreLaidAnew) {
    grid::HourTable flow_mw(1, 2);
    flow_mw.values = {400.0, 390.0};
    VoltageFinding finding;
    finding.hour = 1;
    finding.bus = 1;
    finding.section = 0;
    finding.flow_mw = 390.0;
    finding.relief_mw = 94.0;
    VoltageRows rows;
    rows.look(std::vector<VoltageFinding>{finding}, flow_mw, false);
    ASSERT_EQ(rows.rows().size(), 1U);
    EXPECT_EQ(rows.rows()[0].hour, 1);
    EXPECT_DOUBLE_EQ(rows.rows()[0].limit_mw, 296.0);
    flow_mw.values = {400.0, 290.0};
    rows.look({}, flow_mw, false);
    EXPECT_DOUBLE_EQ(rows.rows()[0].limit_mw, 296.0);
    flow_mw.values = {400.0, 310.0};
    rows.look({}, flow_mw, false);
    EXPECT_DOUBLE_EQ(rows.rows()[0].limit_mw, 310.0);
    // An hour with a finding of another bus keeps it, unless rows are laid for the bound.
    finding.bus = 2;
    finding.flow_mw = 350.0;
    finding.relief_mw = 10.0;
    flow_mw.values = {400.0, 350.0};
    rows.look(std::vector<VoltageFinding>{finding}, flow_mw, false);
    ASSERT_EQ(rows.rows().size(), 2U);
    EXPECT_DOUBLE_EQ(rows.rows()[0].limit_mw, 310.0);
    EXPECT_DOUBLE_EQ(rows.rows()[1].limit_mw, 340.0);
    rows.look(std::vector<VoltageFinding>{finding}, flow_mw, true);
    EXPECT_DOUBLE_EQ(rows.rows()[0].limit_mw, 350.0);
    EXPECT_DOUBLE_EQ(rows.rows()[1].limit_mw, 340.0);
}

TEST(VoltageRows, NamesLeadBack) {
    const Comm comm(MPI_COMM_WORLD);
    const Sag sag(comm, {100.0});
    for (const int direction : {1, -1}) {
        const VoltagePattern pattern{0, 1, direction};
        EXPECT_EQ(voltage_pattern_of_name(sag.system, name_of(sag.system, pattern)), pattern);
    }
    EXPECT_EQ(name_of(sag.system, {0, 1, -1}), "section to_town for the voltage of town, backward");
    EXPECT_EQ(voltage_pattern_of_name(sag.system, "section to_town for the voltage of x").section,
              -1);
}

} // namespace
} // namespace longyang::security
