// Export limits: a system of two buses by hand, and a day of the northwest case against plain
// dense solves and against itself at its own limits.
#include "base/comm.hpp"
#include "base/error.hpp"
#include "caseio/check_case.hpp"
#include "kernels/frequency.hpp"
#include "plain_dispatch.hpp"
#include "security/explained_hour.hpp"
#include "security/export_limits.hpp"
#include "tests/unit/powerflow/dense.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace longyang::security {
namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

void add_line(grid::HvdcLines& t, int bus, const char* technology, double p_max_mw,
              double trip_mw) {
    t.line.push_back(static_cast<int>(t.line.size()) + 2);
    t.bus.push_back(bus);
    t.technology.emplace_back(technology);
    t.p_max_mw.push_back(p_max_mw);
    t.p_max_profile.push_back(-1);
    t.q_demand_mvar_per_mw.push_back(-1);
    t.filter_mvar.push_back(-1);
    t.block_pole_share.push_back(0.5);
    t.trip_scheme_mw.push_back(trip_mw);
    t.escr_min.push_back(-1);
}

void add_machine(grid::Machines& t, int bus, int units, double s_mva, double x, double h,
                 double gain) {
    t.line.push_back(static_cast<int>(t.line.size()) + 2);
    t.bus.push_back(bus);
    t.plant_table.emplace_back("");
    t.plant.emplace_back("");
    t.units.push_back(units);
    t.s_mva.push_back(s_mva);
    t.x_subtransient_pu.push_back(x);
    t.inertia_s.push_back(h);
    t.governor_gain_pu.push_back(gain);
    t.governor_fast_share.push_back(0.3);
    t.reheat_s.push_back(8.0);
}

// Buses A and B on a branch of 0.01 pu (susceptance 100). At B four generators of 1000 MVA,
// x'' = 0.2 (50 pu each on 100 MVA), H = 5 s, droop 5 %; three run. At A two condensers of 300 MVA,
// x'' = 0.25 (12 pu each), H = 2 s. With 150 pu at B and 24 at A
//     B = [[124, -100], [-100, 250]], det = 21000,
//     Z_AA = 250 / 21000, Z_BB = 124 / 21000, Z_AB = 100 / 21000,
//     S_A = 100 / Z_AA = 8400 MVA, S_B = 100 / Z_BB = 16935.484 MVA.
// Lines: 0 line-commutated at A (2000 of 4000 MW, a scheme trips 100 MW), 1 line-commutated at B
// (1000 of 2000 MW), 2 voltage-source at B (500 of 900 MW). 3000 MW of wind at A, load 2000 MW at
// B.
struct ByHand {
    grid::System system;
    OperatingState state;

    ByHand() {
        system.buses.kv = {750, 750};
        system.branches.from_bus = {0};
        system.branches.to_bus = {1};
        system.branches.x_pu = {0.01};
        add_machine(system.machines, 1, 4, 1000, 0.2, 5.0, 20.0);
        add_machine(system.machines, 0, 2, 300, 0.25, 2.0, 0.0);
        add_line(system.hvdc, 0, "lcc", 4000, 100);
        add_line(system.hvdc, 1, "lcc", 2000, 0);
        add_line(system.hvdc, 1, "vsc", 900, 0);
        system.renewables.bus = {0};
        state.connected = table({3, 2});
        state.unit_mw = table({700, 0});
        state.renewable_mw = table({3000});
        state.hvdc_mw = table({2000, 1000, 500});
        state.plan_mw = table({4000, 2000, 900});
        state.load_mw = table({0, 2000});
    }
    static grid::HourTable table(const std::vector<double>& values) {
        grid::HourTable t(values.size(), 1);
        t.values = values;
        return t;
    }
};

TEST(ExportLimits, TwoBusesByHand) {
    const ByHand e;
    const StrengthModel model(e.system, {});
    const ExportLimits limits = export_limits(e.system, model, e.state);
    const auto expect = [&](ExportCause cause, std::size_t line, double mw) {
        EXPECT_NEAR(limits.of(cause).row(line)[0], mw, 1e-3) << name_of(cause) << " " << line;
    };
    EXPECT_NEAR(limits.line_mva.row(0)[0], 8400.0, 1e-8);
    EXPECT_NEAR(limits.line_mva.row(1)[0], 16935.484, 1e-3);
    expect(ExportCause::plan, 0, 4000);
    // Effective ratio: now (8400 - 1000) / 2000 = 3.7; at 2.5 with half as many filters as power
    // 8400 / 3 = 2800 and 16935.484 / 3; but line 1 has filters of 1000 Mvar only: (16935.484 -
    // 1000) / 2.5. Voltage-source: 16935.484 / 1.5.
    EXPECT_NEAR(limits.ratio.row(0)[0], 3.7, 1e-9);
    expect(ExportCause::short_circuit_ratio, 0, 2800);
    expect(ExportCause::short_circuit_ratio, 1, 6374.194);
    expect(ExportCause::short_circuit_ratio, 2, 11290.323);
    // At A line 1 weighs Z_AB / Z_AA = 0.4: 8400 / 2.5 - 400; at B line 0 weighs 100/124: 16935.484
    // / 2.5 - 2000 * 0.8064516. The voltage-source line takes no part.
    EXPECT_NEAR(limits.multi_infeed_ratio.row(0)[0], 8400.0 / 2400.0, 1e-9);
    expect(ExportCause::multi_infeed, 0, 2960);
    expect(ExportCause::multi_infeed, 1, 5161.290);
    EXPECT_TRUE(std::isinf(limits.of(ExportCause::multi_infeed).row(2)[0]));
    // The station at A has 8400 / 3000 = 2.8 and may feed in 2.8 / 1.5 of its 3000 MW: 2600 more.
    EXPECT_NEAR(limits.station_ratio.row(0)[0], 2.8, 1e-9);
    EXPECT_EQ(limits.weakest_station[0], 0);
    expect(ExportCause::stations, 0, 4600);
    expect(ExportCause::stations, 1, 3600);
    expect(ExportCause::stations, 2, 3100);
    // E = 3 * 5000 + 2 * 600 = 16200 MW s. 0.5 Hz/s are 0.5 * 2 * 16200 / 50 = 324 MW: half of
    // p, less the 100 MW that are tripped at line 0.
    EXPECT_NEAR(limits.frequency.energy_mws[0], 16200.0, 1e-9);
    expect(ExportCause::rocof, 0, 848);
    expect(ExportCause::rocof, 1, 648);
    // K + D = 3 * 20000 + 2000 MW: 0.2 Hz are 0.2 * 62000 / 50 = 248 MW.
    expect(ExportCause::settled_frequency, 0, 696);
    expect(ExportCause::settled_frequency, 1, 496);
    const auto response = kernels::frequency_response({16200, 60000, 18000, 8, 2000, 50});
    expect(ExportCause::extreme_frequency, 1, 0.8 / response.extreme_hz / 0.5);
    // U = 1.3: (1.69 - 1) / (0.845 + sqrt(1.69 * 1.25 - 1)) = 0.3632055 of 8400; for the
    // voltage-source line sqrt(0.69) of 16935.484.
    expect(ExportCause::overvoltage, 0, 3050.926);
    expect(ExportCause::overvoltage, 2, 14067.669);
    EXPECT_NEAR(limits.voltage_pu.row(0)[0],
                std::sqrt(1.0 + std::pow(2000.0 / 8400.0, 2)) / (1.0 - 1000.0 / 8400.0), 1e-12);
    // Governors limit lines 0 and 1 first.
    EXPECT_EQ(limits.cause_of(0, 0), ExportCause::settled_frequency);
    EXPECT_NEAR(limits.least_mw.row(0)[0], 696, 1e-9);
    EXPECT_NEAR(limits.margin_mw.row(0)[0], 696 - 2000, 1e-9);
    EXPECT_NEAR(limits.margin_mw.row(2)[0], 496 - 500, 1e-9);
    // The largest machine gives 700 MW; without it E = 11200, K + D = 42000.
    EXPECT_TRUE(limits.frequency.inertia);
    EXPECT_TRUE(limits.frequency.governors);
    const LargestLoss& loss = limits.frequency.loss[0];
    EXPECT_EQ(loss.machine, 0);
    EXPECT_EQ(loss.mw, 700.0);
    EXPECT_NEAR(loss.rocof_hz_per_s, 700.0 * 50.0 / (2.0 * 11200.0), 1e-12);
    EXPECT_NEAR(loss.settled_hz, 700.0 * 50.0 / 42000.0, 1e-12);
}

// A fourth generator: 200 pu at B, det = 124 * 300 - 10000 = 27200, S_A = 100 * 27200 / 300 =
// 9066.667. A third condenser: 36 pu at A, det = 136 * 250 - 10000 = 24000, S_A = 9600. A trial of
// 100 MVA with x'' = 0.1 at A (10 pu): det = 134 * 250 - 10000 = 23500, S_A = 9400.
TEST(ExportLimits, OneMoreMachineByHand) {
    ByHand e;
    e.system.info.security.frequency_settled_max_hz = 50;
    e.system.info.security.frequency_extreme_max_hz = 50;
    e.system.info.security.rocof_max_hz_per_s = 100;
    const std::vector<TrialMachine> trials = {{0, 100, 0.1, 3.0}};
    const StrengthModel model(e.system, trials);
    e.state.connected = ByHand::table({3, 2, 0});
    e.state.unit_mw = ByHand::table({700, 0, 0});
    const ExportGain gain = export_gains(e.system, model, e.state, 0);
    EXPECT_EQ(gain.cause[0], ExportCause::short_circuit_ratio);
    EXPECT_NEAR(gain.base_mw[0], 2800.0, 1e-9);
    const std::vector<double> rise = {9066.0 + 2.0 / 3.0 - 8400.0, 1200.0, 1000.0};
    for (std::size_t m = 0; m < 3; ++m) {
        EXPECT_NEAR(gain.strength_gain_mva.row(m)[0], rise[m], 1e-8);
        // A third of the rise, until another limit comes first: that by the lines together,
        // 9600 / 2.5 - weight * 1000 > 3200, does not.
        EXPECT_NEAR(gain.gain_mw.row(m)[0], rise[m] / 3.0, 1e-8);
    }
}

TEST(ExportLimits, WithoutInertiaOrGovernorsFrequencySetsNone) {
    ByHand e;
    e.system.machines.inertia_s = {0, 0};
    e.system.machines.governor_gain_pu = {0, 0};
    const StrengthModel model(e.system, {});
    const ExportLimits limits = export_limits(e.system, model, e.state);
    for (const ExportCause cause :
         {ExportCause::rocof, ExportCause::extreme_frequency, ExportCause::settled_frequency}) {
        EXPECT_TRUE(std::isinf(limits.of(cause).row(0)[0])) << name_of(cause);
    }
    EXPECT_EQ(limits.cause_of(0, 0), ExportCause::short_circuit_ratio);
    EXPECT_FALSE(limits.frequency.inertia);
    EXPECT_FALSE(limits.frequency.governors);
}

TEST(ExportLimits, WithoutConnectedMachinesNoVoltageIsTold) {
    ByHand e;
    const StrengthModel model(e.system, {});
    e.state.connected = ByHand::table({0, 0});
    const ExportLimits limits = export_limits(e.system, model, e.state);
    for (std::size_t k = 0; k < 3; ++k) { // line 2 has no filters
        EXPECT_EQ(limits.line_mva.row(k)[0], 0.0);
        EXPECT_TRUE(std::isinf(limits.voltage_pu.row(k)[0]));
        EXPECT_EQ(limits.of(ExportCause::overvoltage).row(k)[0], 0.0);
        EXPECT_EQ(limits.least_mw.row(k)[0], 0.0);
    }
}

// One and three of four units run, whose machines stand in two rows of two: as many machines are
// connected, the first row's first, and each carries what a unit gives.
TEST(OperatingStateOf, RowsOfAPlantShareItsOutput) {
    ByHand e;
    e.system.machines.units = {2, 2};
    e.system.machines.plant_table = {"thermal", "thermal"};
    e.system.machines.plant = {"coal", "coal"};
    e.system.thermal.line = {2};
    e.system.thermal.name = {"coal"};
    e.system.thermal.units = {4};
    e.system.hvdc = {};
    e.system.renewables.bus = {};
    grid::Schedule schedule = grid::empty_schedule(e.system, {0, 3});
    schedule.thermal_units_on.values = {1, 3, 0};
    schedule.thermal_p_mw.values = {600, 1500, 0};
    const OperatingState state = operating_state(e.system, schedule, 0);
    for (std::size_t m = 0; m < 2; ++m) {
        const auto connected = state.connected.row(m);
        const auto unit_mw = state.unit_mw.row(m);
        EXPECT_EQ(std::vector<double>(connected.begin(), connected.end()),
                  (m == 0 ? std::vector<double>{1, 2, 0} : std::vector<double>{0, 1, 0}));
        EXPECT_EQ(std::vector<double>(unit_mw.begin(), unit_mw.end()),
                  (std::vector<double>{600, 500, 0}));
    }
}

TEST(ExportLimits, AStateThatDoesNotFitIsTold) {
    ByHand e;
    const StrengthModel model(e.system, {});
    e.state.connected = ByHand::table({3});
    EXPECT_THROW((void)export_limits(e.system, model, e.state), Error);
}

TEST(ExportLimits, AnIslandWithoutMachinesIsTold) {
    ByHand e;
    e.system.buses.name = {"a", "b"};
    e.system.machines = {};
    try {
        const StrengthModel model(e.system, {});
        FAIL() << "an island without machines was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::numerical);
        EXPECT_NE(std::string(error.what()).find("the island of bus a has no machine"),
                  std::string::npos);
    }
}

TEST(ExportLimits, SummaryOfALine) {
    const ByHand e;
    const StrengthModel model(e.system, {});
    const OperatingState twice = repeat_hour(e.state, 0, 2);
    OperatingState state = twice;
    state.hvdc_mw.row(0)[1] = 400;
    state.connected.row(0)[1] = 4;
    const auto all = summarise(e.system, state, export_limits(e.system, model, state));
    EXPECT_EQ(all[0].hours_by_cause[static_cast<std::size_t>(ExportCause::settled_frequency)], 2);
    EXPECT_EQ(all[0].violated, 1);
    EXPECT_EQ(all[0].worst_hour, 0U);
    // Hour 1: 82000 MW a pu: 328 MW, (328 + 100) / 0.5 = 856.
    EXPECT_NEAR(all[0].possible_h, (696.0 + 856.0) / 4000.0, 1e-12);
    EXPECT_NEAR(all[0].scheduled_h, 2400.0 / 4000.0, 1e-12);
    EXPECT_NEAR(all[0].duration_mw[0], 856, 1e-9);
    EXPECT_NEAR(all[0].duration_mw[1], 696, 1e-9);
}

// The station at A is coupled to the converter at B by 100 / sqrt(136 x 350) = 0.458 with all
// machines of the case and one more at each bus; a trial of 100 pu at B would make it 0.429.
TEST(ExportLimits, ATrialDoesNotChangeWhichStationsAreNear) {
    ByHand e;
    e.system.info.security.near_coupling = 0.45;
    const std::vector<TrialMachine> trials = {{1, 1000, 0.1, 3.0}};
    const StrengthModel plain(e.system, {});
    const StrengthModel with_trial(e.system, trials);
    EXPECT_EQ(plain.near().size(), 3U);
    EXPECT_EQ(with_trial.near().size(), 3U);
}

// Rows of security keep a schedule within 1 MW of its limits: that is kept.
TEST(ExportLimits, ALimitPassedByLessThanOneMegawattIsKept) {
    const ByHand e;
    const StrengthModel model(e.system, {});
    OperatingState state = repeat_hour(e.state, 0, 2);
    state.hvdc_mw.row(0)[0] = 696.5;
    state.hvdc_mw.row(0)[1] = 697.5;
    ExportLimits limits = export_limits(e.system, model, state);
    EXPECT_NEAR(limits.margin_mw.row(0)[0], -0.5, 1e-9);
    EXPECT_EQ(summarise(e.system, state, limits)[0].violated, 1);
    limits.near_excess_mw.row(0)[0] = 0.9;
    limits.near_excess_mw.row(0)[1] = 1.1;
    EXPECT_EQ(summarise(e.system, state, limits)[0].stations_weak, 1);
}

// ---------------------------------------------------------------------------------------------
// A day of the northwest case under the plain dispatch.

class NorthwestDay : public testing::Test {
protected:
    static void SetUpTestSuite() {
        const Comm comm(MPI_COMM_WORLD);
        day_ = new Day(comm);
    }
    static void TearDownTestSuite() {
        delete day_;
        day_ = nullptr;
    }

    struct Day {
        grid::System system;
        OperatingState state;
        StrengthModel model;
        ExportLimits limits;

        explicit Day(const Comm& comm)
            : system(caseio::load_case(comm,
                                       std::string(LONGYANG_SOURCE_DIR) + "/cases/northwest/2030")
                         .system),
              state(operating_state(system, schedule(system), 0)), model(system, {}),
              limits(export_limits(system, model, state)) {}

        static grid::Schedule schedule(const grid::System& system) {
            grid::Schedule s = plain_dispatch(system, {4700, 24});
            for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
                const auto mw = s.thermal_p_mw.row(k);
                std::transform(mw.begin(), mw.end(), s.thermal_units_on.row(k).begin(),
                               [&](double p) { return std::ceil(p / system.thermal.p_max_mw[k]); });
            }
            return s;
        }
        [[nodiscard]] std::size_t lines() const { return system.hvdc.bus.size(); }
    };
    static Day* day_;

    /// Column of the inverse at a bus in an hour, by dense elimination of the whole network.
    static std::vector<double> column(int bus, std::size_t hour) {
        const grid::System& s = day_->system;
        const std::size_t n = s.buses.kv.size();
        std::vector<double> b(n * n, 0.0);
        for (std::size_t l = 0; l < s.branches.x_pu.size(); ++l) {
            const std::size_t i = index(s.branches.from_bus[l]);
            const std::size_t j = index(s.branches.to_bus[l]);
            const double y = 1.0 / s.branches.x_pu[l];
            b[i * n + i] += y;
            b[j * n + j] += y;
            b[i * n + j] -= y;
            b[j * n + i] -= y;
        }
        const grid::Machines& t = s.machines;
        for (std::size_t m = 0; m < t.bus.size(); ++m) {
            b[index(t.bus[m]) * (n + 1)] += day_->state.connected.row(m)[hour] * t.s_mva[m] /
                                            (t.x_subtransient_pu[m] * s.info.base_mva);
        }
        std::vector<double> unit(n, 0.0);
        unit[index(bus)] = 1.0;
        return powerflow::solve_dense(b, unit);
    }
};
NorthwestDay::Day* NorthwestDay::day_ = nullptr;

TEST_F(NorthwestDay, StrengthIsThatOfDenseSolves) {
    const grid::System& s = day_->system;
    const Strength strength = day_->model.evaluate(day_->state);
    for (const std::size_t hour : {0U, 7U, 13U, 23U}) {
        for (std::size_t k = 0; k < day_->lines(); ++k) {
            const auto z = column(s.hvdc.bus[k], hour);
            const double own = z[index(s.hvdc.bus[k])];
            EXPECT_NEAR(strength.mva.row(k)[hour], s.info.base_mva / own,
                        1e-9 * s.info.base_mva / own);
            double infeed = 0.0;
            for (std::size_t j = 0; j < day_->lines(); ++j) {
                infeed += s.hvdc.technology[j] == "vsc"
                              ? 0.0
                              : z[index(s.hvdc.bus[j])] / own * day_->state.hvdc_mw.row(j)[hour];
            }
            EXPECT_NEAR(strength.weighed_mw.row(k)[hour], infeed, 1e-8 * infeed);
        }
        for (std::size_t n = 0; n < day_->model.near().size(); n += 7) {
            const NearStation& near = day_->model.near()[n];
            const int bus = day_->model.stations()[index(near.station)];
            const auto z = column(bus, hour);
            const auto from_line = column(s.hvdc.bus[index(near.line)], hour);
            EXPECT_NEAR(strength.near_weight.row(n)[hour],
                        from_line[index(bus)] / from_line[index(s.hvdc.bus[index(near.line)])],
                        1e-10);
            double all = 0.0;
            for (std::size_t r = 0; r < s.renewables.bus.size(); ++r) {
                all += z[index(s.renewables.bus[r])] / z[index(bus)] *
                       day_->state.renewable_mw.row(r)[hour];
            }
            EXPECT_NEAR(strength.weighed_mw.row(strength.station(index(near.station)))[hour], all,
                        1e-8 * all + 1e-9);
        }
    }
}

/// The state with each line in turn at its limit by a cause: one variant a line, of one hour.
OperatingState at_limits(const OperatingState& state, const ExportLimits& limits, ExportCause cause,
                         std::size_t hour) {
    const std::size_t lines = limits.least_mw.items;
    OperatingState variants = repeat_hour(state, hour, lines);
    for (std::size_t k = 0; k < lines; ++k) {
        const double mw = limits.of(cause).row(k)[hour];
        variants.hvdc_mw.row(k)[k] = std::isinf(mw) ? variants.hvdc_mw.row(k)[k] : mw;
    }
    return variants;
}

TEST_F(NorthwestDay, ALineAtItsLimitMeetsItExactly) {
    const grid::SecurityLimits& security = day_->system.info.security;
    const auto evaluate = [&](ExportCause cause, std::size_t hour) {
        return export_limits(day_->system, day_->model,
                             at_limits(day_->state, day_->limits, cause, hour));
    };
    for (const std::size_t hour : {2U, 13U}) {
        const ExportLimits own = evaluate(ExportCause::short_circuit_ratio, hour);
        const ExportLimits multi = evaluate(ExportCause::multi_infeed, hour);
        const ExportLimits voltage = evaluate(ExportCause::overvoltage, hour);
        const ExportLimits settled = evaluate(ExportCause::settled_frequency, hour);
        for (std::size_t k = 0; k < day_->lines(); ++k) {
            const bool vsc = day_->system.hvdc.technology[k] == "vsc";
            EXPECT_NEAR(own.ratio.row(k)[k], vsc ? security.scr_min_vsc : security.escr_min_lcc,
                        1e-9);
            if (!vsc && day_->limits.of(ExportCause::multi_infeed).row(k)[hour] > 0.0) {
                EXPECT_NEAR(multi.multi_infeed_ratio.row(k)[k], security.miscr_min, 1e-9);
            }
            EXPECT_LE(voltage.voltage_pu.row(k)[k], security.overvoltage_max_pu + 1e-9);
            // Half of the power at its limit: 0.2 Hz.
            const double surplus =
                0.5 * day_->limits.of(ExportCause::settled_frequency).row(k)[hour];
            EXPECT_NEAR(surplus * settled.frequency.per_mw[k].settled_hz,
                        security.frequency_settled_max_hz, 1e-9);
        }
    }
}

TEST_F(NorthwestDay, StationsNearALineMeetTheirRatioAtItsLimit) {
    const double least = day_->system.info.security.mrscr_min;
    const std::size_t hour = 13;
    int looked_at = 0;
    for (std::size_t k = 0; k < day_->lines(); ++k) {
        double near_mw = 0.0;
        std::vector<bool> near(day_->system.buses.kv.size(), false);
        for (const NearStation& n : day_->model.near()) {
            if (index(n.line) == k) {
                near[index(day_->model.stations()[index(n.station)])] = true;
            }
        }
        OperatingState changed = repeat_hour(day_->state, hour, 1);
        for (std::size_t r = 0; r < day_->system.renewables.bus.size(); ++r) {
            near_mw +=
                near[index(day_->system.renewables.bus[r])] ? changed.renewable_mw.row(r)[0] : 0.0;
        }
        const double limit = day_->limits.of(ExportCause::stations).row(k)[hour];
        if (near_mw <= 0.0 || limit <= 0.0) {
            continue;
        }
        const double factor = 1.0 + (limit - changed.hvdc_mw.row(k)[0]) / near_mw;
        for (double& mw : changed.renewable_mw.values) {
            mw *= factor;
        }
        const ExportLimits again = export_limits(day_->system, day_->model, changed);
        EXPECT_NEAR(again.station_ratio.row(k)[0], least, 1e-9);
        ++looked_at;
    }
    EXPECT_GT(looked_at, 8);
}

TEST_F(NorthwestDay, GainsAreDifferencesOfTwoStates) {
    const ExportGain gain = export_gains(day_->system, day_->model, day_->state, 13);
    int rises = 0;
    for (std::size_t m = 0; m < day_->model.machines().size(); m += 17) {
        OperatingState more = repeat_hour(day_->state, 13, 1);
        more.connected.row(m)[0] += 1.0;
        const ExportLimits limits = export_limits(day_->system, day_->model, more);
        for (std::size_t k = 0; k < day_->lines(); ++k) {
            EXPECT_NEAR(gain.base_mw[k] + gain.gain_mw.row(m)[k], limits.least_mw.row(k)[0], 1e-6);
            EXPECT_GT(gain.strength_gain_mva.row(m)[k], 0.0);
            rises += gain.gain_mw.row(m)[k] > 1.0 ? 1 : 0;
        }
    }
    EXPECT_GT(rises, 0);
}

/// The least limits of an hour of a system, which may have rows that the schedule does not know.
std::vector<double> limits_of(const grid::System& system, const grid::Schedule& schedule,
                              std::size_t hour) {
    const OperatingState state = repeat_hour(operating_state(system, schedule, 0), hour, 1);
    const StrengthModel model(system, {});
    return export_limits(system, model, state).least_mw.values;
}

TEST_F(NorthwestDay, MeasuresOfAnExplainedHourBringWhatTheySay) {
    const grid::Schedule schedule = Day::schedule(day_->system);
    const ExplainedHour hour = explain_hour(day_->system, schedule, 13);
    int looked_at = 0;
    for (std::size_t k = 0; k < day_->lines(); ++k) {
        const ExplainedLine& line = hour.lines[k];
        EXPECT_NEAR(line.least_mw, limits_of(day_->system, schedule, 13)[k], 1e-6);
        EXPECT_NEAR(line.margin_mw, line.least_mw - line.power_mw, 1e-9);
        if (line.condenser.item < 0 || line.branch.item < 0) {
            continue;
        }
        ++looked_at;
        grid::System more = day_->system;
        more.branches.from_bus.push_back(more.branches.from_bus[index(line.branch.item)]);
        more.branches.to_bus.push_back(more.branches.to_bus[index(line.branch.item)]);
        more.branches.x_pu.push_back(more.branches.x_pu[index(line.branch.item)]);
        EXPECT_NEAR(limits_of(more, schedule, 13)[k], line.least_mw + line.branch.more_mw, 1e-5);
        more = day_->system;
        add_machine(more.machines, line.condenser.item, 1, 50.0, 0.24, 1.5, 0.0);
        EXPECT_NEAR(limits_of(more, schedule, 13)[k], line.least_mw + line.condenser.more_mw, 1e-5);
    }
    EXPECT_GT(looked_at, 0);
}

/// A branch beside a stronger one is not what one more circuit is put in beside, and a row whose
/// other units are on outage has no other machine.
TEST_F(NorthwestDay, MeasuresAreThoseThatThereAre) {
    const grid::Schedule schedule = Day::schedule(day_->system);
    const ExplainedHour before = explain_hour(day_->system, schedule, 13);
    grid::System changed = day_->system;
    std::size_t line = 0;
    const auto has_both = [&](const ExplainedLine& l) {
        return l.branch.item >= 0 && l.unit.item >= 0 &&
               changed.machines.plant_table[index(l.unit.item)] == "thermal";
    };
    while (line < before.lines.size() && !has_both(before.lines[line])) {
        ++line;
    }
    ASSERT_LT(line, before.lines.size());
    const auto branch = index(before.lines[line].branch.item);
    const auto stronger = static_cast<int>(changed.branches.x_pu.size());
    changed.branches.from_bus.push_back(changed.branches.to_bus[branch]);
    changed.branches.to_bus.push_back(changed.branches.from_bus[branch]);
    changed.branches.x_pu.push_back(0.9 * changed.branches.x_pu[branch]);
    const auto machine = index(before.lines[line].unit.item);
    const auto plant = std::find(changed.thermal.name.begin(), changed.thermal.name.end(),
                                 changed.machines.plant[machine]) -
                       changed.thermal.name.begin();
    const auto row = static_cast<std::size_t>(plant);
    changed.outages.plant.push_back(static_cast<int>(plant));
    changed.outages.from_hour.push_back(4713);
    changed.outages.to_hour.push_back(4714);
    changed.outages.units.push_back(
        changed.thermal.units[row] -
        static_cast<int>(std::lround(schedule.thermal_units_on.row(row)[13])));
    const ExplainedHour after = explain_hour(changed, schedule, 13);
    EXPECT_EQ(after.lines[line].branch.item, stronger);
    for (const ExplainedLine& l : after.lines) {
        EXPECT_NE(l.branch.item, static_cast<int>(branch));
        EXPECT_NE(l.unit.item, static_cast<int>(machine));
    }
}

TEST_F(NorthwestDay, PartsOfRanksMakeTheWhole) {
    const Comm comm(MPI_COMM_WORLD);
    const grid::Schedule whole = Day::schedule(day_->system);
    grid::Schedule part = whole;
    const auto keep = [&](grid::HourTable& table) {
        for (std::size_t i = 0; i < table.items; ++i) {
            if (static_cast<int>(i) % comm.size() != comm.rank()) {
                std::fill(table.row(i).begin(), table.row(i).end(), 0.0);
            }
        }
    };
    keep(part.thermal_units_on);
    keep(part.thermal_p_mw);
    keep(part.renewable_p_mw);
    keep(part.hydro_p_mw);
    keep(part.hvdc_p_mw);
    const OperatingState joined = operating_state(day_->system, whole_schedule(comm, part), 0);
    EXPECT_EQ(joined.connected.values, day_->state.connected.values);
    EXPECT_EQ(joined.hvdc_mw.values, day_->state.hvdc_mw.values);
    EXPECT_EQ(joined.load_mw.values, day_->state.load_mw.values);
    const ExportLimits again = export_limits(day_->system, day_->model, joined);
    EXPECT_EQ(again.least_mw.values, day_->limits.least_mw.values);
}

} // namespace
} // namespace longyang::security
