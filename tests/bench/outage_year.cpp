#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "grid/schedule.hpp"
#include "partition/partition.hpp"
#include "powerflow/network.hpp"
#include "security/contingencies.hpp"
#include "security/outage_check.hpp"
#include "tests/unit/security/plain_dispatch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

/// outage_year CASE HOURS ROUNDS [SAMPLE_FILE SAMPLE_HOURS]
///
/// All contingencies of a case in the first HOURS hours of its year, under the plain dispatch of
/// tests/unit/security/plain_dispatch.hpp: loads, wind and PV of every hour as the case has them,
/// thermal and hydro plants by capacity. Prints one JSON object; times are the least of ROUNDS.
/// SAMPLE_FILE gets the injections of SAMPLE_HOURS hours spread over the year, for a peer: binary,
/// hours x buses, MW; after them the largest |flow| after any outage of each branch in these hours,
/// hours x branches.
namespace {

using namespace longyang;

double now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Year {
    Comm comm = world();
    grid::System system;
    powerflow::Network network;
    partition::Owners owners;
    security::Contingencies all;
    grid::Span span;
    std::vector<double> injection, power;

    Year(const std::string& folder, int hours) : span{0, hours} {
        system = caseio::load_case(comm, folder).system;
        network = powerflow::make_network(system);
        owners = partition::share_out(system, comm.size());
        all = security::contingencies(system);
        const grid::Schedule schedule = security::plain_dispatch(system, span);
        injection = security::injections_mw(system, schedule);
        power = security::scheduled_power_mw(all, schedule).values;
    }

    [[nodiscard]] security::OutageCheck check(const security::OutageOptions& options) const {
        return security::check_outages(comm, network, owners.bus, system, all, span, injection,
                                       power, options);
    }
};

/// The sampled hours alone, single outages only, as the peer has them.
void write_sample(const Year& year, const std::string& path, std::size_t count) {
    const auto hours = year.span.size();
    const std::size_t buses = year.system.buses.kv.size();
    std::ofstream file(path, std::ios::binary);
    const auto write = [&file](const std::vector<double>& numbers) {
        const auto bytes = std::as_bytes(std::span(numbers));
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    };
    std::vector<std::vector<double>> worst;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t t = k * hours / count;
        std::vector<double> of_hour;
        for (std::size_t bus = 0; bus < buses; ++bus) {
            of_hour.push_back(year.injection[bus * hours + t]);
        }
        write(of_hour);
        security::Contingencies single = year.all;
        single.actions.clear();
        std::erase_if(single.list, [](const auto& c) { return c.second_branch >= 0; });
        security::OutageOptions options;
        options.by_branch = true;
        const auto found =
            security::check_outages(year.comm, year.network, year.owners.bus, year.system, single,
                                    {static_cast<int>(t), 1}, of_hour, {}, options);
        std::vector<double>& of_branches = worst.emplace_back();
        for (const auto& branch : found.by_branch) {
            of_branches.push_back(std::abs(branch.flow_mw));
        }
    }
    for (const auto& of_hour : worst) {
        write(of_hour);
    }
}

void measure(const std::string& folder, int hours, int rounds, const std::string& sample,
             std::size_t sample_hours) {
    const Year year(folder, hours);
    double least_s = 1e9;
    double least_with_branches_s = 1e9;
    security::OutageCheck found;
    double least_cpu_s = 1e9;
    for (int k = 0; k < rounds; ++k) {
        double begin = now_s();
        const double cpu = bench::cpu_s();
        found = year.check({});
        least_s = std::min(least_s, now_s() - begin);
        least_cpu_s = std::min(least_cpu_s, bench::cpu_s() - cpu);
        begin = now_s();
        security::OutageOptions options;
        options.by_branch = true;
        static_cast<void>(year.check(options));
        least_with_branches_s = std::min(least_with_branches_s, now_s() - begin);
    }
    if (!sample.empty()) {
        write_sample(year, sample, sample_hours);
    }
    const auto splits =
        std::count_if(found.by_contingency.begin(), found.by_contingency.end(),
                      [](const security::ContingencyFinding& f) { return f.parts > 1; });
    bench::say("{{\"s\": {:.4f}, \"cpu_s\": {:.4f}, \"with_branches_s\": {:.4f}, \"triples\": {}, "
               "\"hours\": {}, "
               "\"branches\": {}, \"buses\": {}, \"contingencies\": {}, \"splitting\": {}, "
               "\"found\": {}}}",
               least_s, least_cpu_s, least_with_branches_s, found.triples, hours,
               year.network.branches(), year.network.buses, year.all.list.size(), splits,
               found.found);
}

} // namespace

int main(int argc, char** argv) {
    return longyang::bench::run_program(
        argc, argv, 3, "usage: outage_year CASE HOURS ROUNDS [SAMPLE_FILE SAMPLE_HOURS]\n", [&] {
            measure(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), argc > 5 ? argv[4] : "",
                    argc > 5 ? static_cast<std::size_t>(std::atoi(argv[5])) : 0);
        });
}
