#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "grid/schedule.hpp"
#include "results/read.hpp"
#include "security/export_limits.hpp"
#include "tests/unit/security/plain_dispatch.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

/// export_year CASE ROUNDS SCHEDULE [SAMPLE_FILE SAMPLE_HOURS]
///
/// Export limits of all lines in every hour of a schedule: a results file of the case, or `plain`
/// for a year of the dispatch of tests/unit/security/plain_dispatch.hpp with as many thermal units
/// running as their output needs. Prints one JSON object; times are the least of ROUNDS, CPU
/// seconds. SAMPLE_FILE gets, for a peer: the susceptance matrix without machines, buses x buses;
/// the machines' susceptance in SAMPLE_HOURS hours spread over the span, hours x buses; and the
/// short-circuit power of every line's converter there, hours x lines, MVA. Binary, doubles.
namespace {

using namespace longyang;

grid::Schedule plain_schedule(const grid::System& system) {
    grid::Schedule schedule = security::plain_dispatch(system, {0, grid::hours_per_year});
    for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
        const auto mw = schedule.thermal_p_mw.row(k);
        std::transform(mw.begin(), mw.end(), schedule.thermal_units_on.row(k).begin(),
                       [&](double p) { return std::ceil(p / system.thermal.p_max_mw[k] - 1e-9); });
    }
    return schedule;
}

/// CPU seconds of each stage, the least of all rounds.
struct Times {
    double model = 1e9, state = 1e9, strength = 1e9, frequency = 1e9, all = 1e9;
};

template <class Work>
void take_least(double& least_s, const Work& work) {
    const double begin = bench::cpu_s();
    work();
    least_s = std::min(least_s, bench::cpu_s() - begin);
}

void write(std::ofstream& file, const std::vector<double>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

void write_sample(const std::string& path, std::size_t count, const grid::System& system,
                  const security::StrengthModel& model, const security::OperatingState& state,
                  const security::ExportLimits& limits) {
    const std::size_t buses = system.buses.kv.size();
    std::vector<double> lines(buses * buses, 0.0);
    const auto add = [&](int a, int b, double value) {
        lines[static_cast<std::size_t>(a) * buses + static_cast<std::size_t>(b)] += value;
    };
    for (std::size_t l = 0; l < system.branches.x_pu.size(); ++l) {
        const double b = 1.0 / system.branches.x_pu[l];
        const int from = system.branches.from_bus[l];
        const int to = system.branches.to_bus[l];
        add(from, from, b);
        add(to, to, b);
        add(from, to, -b);
        add(to, from, -b);
    }
    std::ofstream file(path, std::ios::binary);
    write(file, lines);
    std::vector<double> strength;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t t = k * state.hours() / count;
        std::vector<double> machines(buses, 0.0);
        for (std::size_t m = 0; m < model.machines().size(); ++m) {
            const security::MachineRow& row = model.machines()[m];
            machines[static_cast<std::size_t>(row.bus)] +=
                state.connected.row(m)[t] * row.susceptance_pu;
        }
        write(file, machines);
        for (std::size_t line = 0; line < system.hvdc.bus.size(); ++line) {
            strength.push_back(limits.line_mva.row(line)[t]);
        }
    }
    write(file, strength);
}

void measure(const std::string& folder, int rounds, const std::string& source,
             const std::string& sample, std::size_t sample_hours) {
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    const grid::Schedule schedule =
        source == "plain" ? plain_schedule(system)
                          : results::read_schedule(results::read_results(source), system);
    Times times;
    security::OperatingState state;
    security::ExportLimits limits;
    take_least(times.model, [&] { security::StrengthModel(system, {}); });
    const security::StrengthModel model(system, {});
    for (int k = 0; k < rounds; ++k) {
        take_least(times.state, [&] { state = security::operating_state(system, schedule, 0); });
        take_least(times.strength, [&] { static_cast<void>(model.evaluate(state)); });
        take_least(times.frequency, [&] {
            static_cast<void>(security::frequency(system, model.machines(), state));
        });
        take_least(times.all, [&] { limits = security::export_limits(system, model, state); });
    }
    if (!sample.empty()) {
        write_sample(sample, sample_hours, system, model, state, limits);
    }
    bench::say("{{\"model_s\": {:.4f}, \"state_s\": {:.4f}, \"strength_s\": {:.4f}, "
               "\"frequency_s\": {:.4f}, \"all_s\": {:.4f}, \"hours\": {}, \"lines\": {}, "
               "\"stations\": {}, \"near\": {}, \"machine_rows\": {}, \"buses\": {}, "
               "\"line_bus\": [{}]}}",
               times.model, times.state, times.strength, times.frequency, times.all, state.hours(),
               system.hvdc.bus.size(), model.stations().size(), model.near().size(),
               model.machines().size(), system.buses.kv.size(), fmt::join(system.hvdc.bus, ", "));
}

} // namespace

int main(int argc, char** argv) {
    return longyang::bench::run_program(
        argc, argv, 3, "usage: export_year CASE ROUNDS SCHEDULE [SAMPLE_FILE SAMPLE_HOURS]\n", [&] {
            measure(argv[1], std::atoi(argv[2]), argv[3], argc > 5 ? argv[4] : "",
                    argc > 5 ? static_cast<std::size_t>(std::atoi(argv[5])) : 0);
        });
}
