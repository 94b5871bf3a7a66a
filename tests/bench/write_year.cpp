#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "grid/schedule.hpp"
#include "partition/partition.hpp"
#include "results/content.hpp"
#include "results/write.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

/// write_year CASE OUT.h5
///
/// A results file of a whole year of a case as the program writes it, with made-up but lively
/// numbers in the schedule: what reading costs does not depend on their meaning.
namespace {

using namespace longyang;

/// Numbers that do not repeat, so that compression has no easy game: a slow wave by hour with noise
/// on it, in steps of 1/64 MW.
void fill(grid::HourTable& table, std::uint64_t seed) {
    std::uint64_t state = seed * 2862933555777941757ULL + 3037000493ULL;
    for (std::size_t i = 0; i < table.items; ++i) {
        const std::span<double> row = table.row(i);
        for (std::size_t h = 0; h < row.size(); ++h) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            const auto noise = static_cast<double>(state >> 56U);
            row[h] = 100.0 + 10.0 * static_cast<double>((h + i) % 24) + noise / 64.0;
        }
    }
}

void write(const std::string& folder, const std::string& path) {
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    results::Content content;
    content.span = {0, grid::hours_per_year};
    content.schedule = grid::empty_schedule(system, content.span);
    fill(content.schedule.thermal_p_mw, 1);
    fill(content.schedule.renewable_p_mw, 2);
    fill(content.schedule.hydro_p_mw, 3);
    fill(content.schedule.storage_discharge_mw, 4);
    content.header.status = "complete";
    content.header.status_words = "made up, for the benchmark of reading";
    results::write_results(comm, path, system, partition::share_out(system, comm.size()), content);
}

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    if (argc != 3) {
        std::fputs("usage: write_year CASE OUT.h5\n", stderr);
        return static_cast<int>(longyang::Exit::usage);
    }
    try {
        write(argv[1], argv[2]);
        return 0;
    } catch (const longyang::Error& error) {
        std::fputs(error.what(), stderr);
        return static_cast<int>(error.code());
    }
}
